#include "verimix/estimate/moments.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/estimate_generators.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

Vector<double> vec(const Matrix<double>& a) { return Eigen::Map<const Vector<double>>(a.data(), a.size()); }

TEST(Moments, AgreeWithTheDefinitionOnePointAtATime) {
  Stream stream(1, Purpose::instance, 0);
  const Matrix<double> points = support::normal_matrix(3, 2500, stream);
  const Vector<double> u = support::normal_matrix(3, 1, stream).col(0).normalized();
  const Matrix<double> projector = Matrix<double>::Identity(3, 3) - u * u.transpose();
  Matrix<double> second = Matrix<double>::Zero(3, 3);
  Matrix<double> fourth = Matrix<double>::Zero(9, 9);
  for (Index j = 0; j < points.cols(); ++j) {
    const Vector<double> x = points.col(j);
    second += x * x.transpose();
    const Vector<double> v = vec(projector * x * x.transpose() * projector);
    fourth += v * v.transpose();
  }
  const double unit = 2500 * std::numeric_limits<double>::epsilon();
  EXPECT_LT((second_moment(points) - second / 2500).norm(), unit);
  EXPECT_LT((fourth_moment(points, projector) - fourth / 2500).norm(), 100 * unit);
}

TEST(Moments, DoNotDependOnTheNumberOfThreads) {
  Stream stream(2, Purpose::instance, 0);
  const Matrix<double> points = support::normal_matrix(2, 10007, stream);
  const Matrix<double> id = Matrix<double>::Identity(2, 2);
  EXPECT_EQ(second_moment(points, 1), second_moment(points, 5));
  EXPECT_EQ(fourth_moment(points, id, 1), fourth_moment(points, id, 5));
}

// <A, .>^2 of the closed form against Isserlis' theorem written out for one Gaussian and one symmetric A.
RC_GTEST_PROP(Moments, ClosedFormIsIsserlis, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index d = 1 + static_cast<Index>(seed % 4);
  Mixture<double> gaussian{"", Vector<double>::Ones(1), support::normal_matrix(d, 1, stream), {}};
  const Matrix<double> q = support::covariance_between(d, 0.25, 4, stream);
  gaussian.covariances.push_back(q);
  const Vector<double> m = gaussian.means.col(0);
  const Matrix<double> a = support::symmetric_part(support::normal_matrix(d, d, stream));
  const Vector<double> va = vec(a);
  const double got = va.dot(fourth_moment<double>(gaussian, Matrix<double>::Identity(d, d)) * va);
  const double mean = (a * q).trace() + m.dot(a * m);
  const double variance = 2 * (a * q * a * q).trace() + 4 * m.dot(a * q * a * m);
  const double size = a.squaredNorm() * std::pow(q.norm() + m.squaredNorm(), 2);
  RC_ASSERT(std::abs(got - mean * mean - variance) <= 1000 * std::numeric_limits<double>::epsilon() * size);
}

// Two components in one dimension, from E x^4 = mu^4 + 6 mu^2 s + 3 s^2.
TEST(Moments, OneDimensionByHand) {
  const Mixture<double> m{"",
                          Vector<double>::Constant(2, 0.5),
                          (Matrix<double>(1, 2) << -1, 2).finished(),
                          {Matrix<double>::Constant(1, 1, 0.5), Matrix<double>::Constant(1, 1, 3)}};
  // E x^4 = mu^4 + 6 mu^2 s + 3 s^2.
  const double first = 1 + 6 * 0.5 + 3 * 0.25;
  const double second = 16 + 6 * 4 * 3 + 3 * 9.0;
  EXPECT_DOUBLE_EQ(fourth_moment<double>(m, Matrix<double>::Identity(1, 1))(0, 0), (first + second) / 2);
  EXPECT_DOUBLE_EQ(second_moment(m)(0, 0), (0.5 + 1 + 3 + 4) / 2);
}

TEST(Moments, RefuseAnEmptySample) {
  EXPECT_THROW(second_moment(Matrix<double>(2, 0)), InputError);
  EXPECT_THROW(fourth_moment<double>(Matrix<double>::Zero(2, 1), Matrix<double>::Zero(3, 3)), InputError);
}

}  // namespace
}  // namespace verimix

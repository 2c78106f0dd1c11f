#include "verimix/estimate/moments.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/estimate_generators.hpp"
#include "support/thread_ranks.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

using support::vec;

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

// 5000 rows are three blocks, 400 one: a rank has some of them, or none.
TEST(Moments, DoNotDependOnTheNumberOfRanks) {
  for (const Index n : {400, 5000}) {
    Stream stream(6, Purpose::instance, 0);
    const Matrix<double> points = support::normal_matrix(4, n, stream);
    const Vector<double> u = support::normal_matrix(4, 1, stream).col(0).normalized();
    const Matrix<double> projector = Matrix<double>::Identity(4, 4) - u * u.transpose();
    const Matrix<double> second = second_moment(whole(points), 1);
    const Matrix<double> fourth = symmetric_fourth_moment(whole(points), projector, 1);
    const Matrix<double> expected = fourth_moment(whole(points), projector, 1);
    EXPECT_LT((expected - fourth_moment(points, projector)).norm(),
              static_cast<double>(n) * std::numeric_limits<double>::epsilon() * expected.norm());
    for (const int size : {2, 3, 4}) {
      const auto found = support::of_ranks<std::pair<Matrix<double>, Matrix<double>>>(size, [&](Ranks& ranks) {
        RowSlice<double> slice{{}, RowBlocks(n), ranks};
        const IndexRange own = slice.blocks.rows_of_rank(ranks.rank(), size);
        slice.points = points.middleCols(own.begin, own.size());
        EXPECT_EQ(fourth_moment(slice, projector, 2), expected) << n << " rows, " << size << " ranks";
        return std::pair(second_moment(slice, 2), symmetric_fourth_moment(slice, projector, 2));
      });
      for (const auto& [second_here, fourth_here] : found) {
        EXPECT_EQ(second_here, second) << n << " rows, " << size << " ranks";
        EXPECT_EQ(fourth_here, fourth) << n << " rows, " << size << " ranks";
      }
    }
    // Each entry is a mean of n products, added up in two orders.
    const double unit = static_cast<double>(n) * std::numeric_limits<double>::epsilon();
    EXPECT_LT((second - second_moment(points)).norm(), unit * second.norm());
    EXPECT_LT((fourth - symmetric_fourth_moment(points, projector)).norm(), unit * fourth.norm());
  }
}

// Dyadic points: the sums are exact in double too, the division by n is not.
TEST(Moments, OfASampleAreEnclosedAsExactNumbers) {
  Stream stream(5, Purpose::instance, 0);
  const Matrix<double> points =
      support::normal_matrix(3, 37, stream).unaryExpr([](double x) { return std::round(x * 16) / 16; });
  const Matrix<double> all = Matrix<double>::Identity(3, 3);
  const Matrix<double> second = second_moment(points) * 37, fourth = fourth_moment(points, all) * 37;
  const Matrix<Ball> enclosed_second = enclosed_second_moment(points), enclosed_fourth = enclosed_fourth_moment(points);
  for (Index c = 0; c < 3; ++c)
    for (Index r = 0; r < 3; ++r) {
      EXPECT_TRUE(contains(37 * enclosed_second(r, c), Ball(std::round(second(r, c) * 256) / 256)));
      EXPECT_LT(radius_upper(enclosed_second(r, c)), 1e-30);
    }
  for (Index c = 0; c < 9; ++c)
    for (Index r = 0; r < 9; ++r)
      EXPECT_TRUE(contains(37 * enclosed_fourth(r, c), Ball(std::round(fourth(r, c) * 65536) / 65536)))
          << r << ' ' << c;
}

// A matrix product of x and x^T is not, where the processor multiplies and adds in one: `learn` refused its own
// covariances in five dimensions for it.
TEST(Moments, AreSymmetricToTheLastBit) {
  for (Index d = 1; d <= 17; ++d) {
    Stream stream(3, Purpose::instance, static_cast<std::uint64_t>(d));
    const Matrix<double> points = support::normal_matrix(d, 1003, stream);
    const Matrix<double> second = second_moment(points);
    EXPECT_EQ(second, second.transpose()) << d;
    if (d > 5) continue;
    const Matrix<double> fourth = fourth_moment(points, Matrix<double>(Matrix<double>::Identity(d, d)));
    EXPECT_EQ(fourth, fourth.transpose()) << d;
  }
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

// d(d+1)/2 coordinates hold the whole matrix: an isometry, and the two storages agree on it.
RC_GTEST_PROP(Moments, SymmetricStorageIsAnIsometry, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index d = 1 + static_cast<Index>(seed % 5);
  const Matrix<double> a = support::symmetric_part(support::normal_matrix(d, d, stream));
  const Matrix<double> b = support::symmetric_part(support::normal_matrix(d, d, stream));
  const double unit = 10 * std::numeric_limits<double>::epsilon() * static_cast<double>(d);
  const Vector<double> va = symmetric_coordinates(a);
  RC_ASSERT(va.size() == d * (d + 1) / 2);
  RC_ASSERT(std::abs(va.dot(symmetric_coordinates(b)) - vec(a).dot(vec(b))) <= unit * a.norm() * b.norm());
  RC_ASSERT((from_symmetric_coordinates(va, d) - a).norm() <= unit * a.norm());
  const Matrix<double> points = support::normal_matrix(d, 50, stream);
  const Matrix<double> id = Matrix<double>::Identity(d, d);
  const Matrix<double> packed = symmetric_fourth_moment(points, id);
  const Matrix<double> full = fourth_moment(points, id);
  RC_ASSERT(std::abs(va.dot(packed * va) - vec(a).dot(full * vec(a))) <= unit * a.squaredNorm() * full.norm());
  RC_ASSERT(full == full.transpose());
}

// Blocks are worked on 32 at a time: the bits are the same on both sides of that border, for any number of threads.
TEST(Moments, RoundsOfBlocksDoNotShow) {
  Stream stream(4, Purpose::instance, 0);
  const Matrix<double> points = support::normal_matrix(1, 33 * 1024 + 5, stream);
  double sum = 0;
  for (Index begin = 0; begin < points.cols(); begin += 1024) {
    const Matrix<double> block = points.middleCols(begin, std::min<Index>(1024, points.cols() - begin));
    sum += second_moment(block, 1)(0, 0) * static_cast<double>(block.cols());
  }
  const double whole = second_moment(points, 3)(0, 0);
  EXPECT_EQ(whole, second_moment(points, 1)(0, 0));
  EXPECT_NEAR(whole, sum / static_cast<double>(points.cols()), 1e-13);
}

// The fourth moment is summed in tiles of columns and vectors of points: every size modulo both.
TEST(Moments, FourthMomentsOfEverySizeAgreeWithAPlainProduct) {
  for (Index d = 1; d <= 16; ++d) {
    for (const Index n : {1, 7, 8, 1029}) {
      Stream stream(5, Purpose::instance, static_cast<std::uint64_t>(d));
      const Matrix<double> points = support::normal_matrix(d, n, stream);
      Matrix<double> rows(d * (d + 1) / 2, n);
      for (Index j = 0; j < n; ++j)
        rows.col(j) = symmetric_coordinates<double>(points.col(j) * points.col(j).transpose());
      const Matrix<double> plain = rows * rows.transpose() / static_cast<double>(n);
      const Matrix<double> found = symmetric_fourth_moment(points, Matrix<double>(Matrix<double>::Identity(d, d)));
      // Each entry is a mean of n products, each summed at most twice over.
      EXPECT_LT((found - plain).norm(), static_cast<double>(n + 8) * 1e-16 * plain.norm()) << d << ' ' << n;
      EXPECT_EQ(found, found.transpose());
    }
  }
}

// The closed forms in every scalar: balls contain what the floating-point scalars give, to their roundoff.
TEST(Moments, EveryScalarHasTheClosedForms) {
  ExactMixture exact;
  exact.weights = {Rational(1, 3), Rational(2, 3)};
  exact.means = (Matrix<Rational>(2, 2) << Rational(1), Rational(-2), Rational(1, 2), Rational(3)).finished();
  exact.covariances.assign(
      2, (Matrix<Rational>(2, 2) << Rational(2), Rational(1, 3), Rational(1, 3), Rational(1)).finished());
  const auto fourth = [&]<class T>(T) { return fourth_moment<T>(round_to<T>(exact), Matrix<T>::Identity(2, 2)); };
  Matrix<Ball> id = Matrix<Ball>::Constant(2, 2, Ball(0));
  id(0, 0) = id(1, 1) = 1;
  const Matrix<Ball> balls = fourth_moment<Ball>(round_to<Ball>(exact), id);
  const Matrix<double> coarse = fourth(0.0);
  const Matrix<Real50> fine = fourth(Real50(0));
  const Matrix<Real100> finest = fourth(Real100(0));
  const Matrix<Ball> second = second_moment(round_to<Ball>(exact));
  for (Index j = 0; j < 16; ++j) {
    EXPECT_LT(radius_upper(balls(j)), 1e-30);
    EXPECT_NEAR(approximate(balls(j)), coarse(j), 1e-13);
    EXPECT_LT(abs(Real100(Real100(fine(j)) - finest(j))), Real100("1e-47"));
    EXPECT_NEAR(static_cast<double>(finest(j)), coarse(j), 1e-13);
  }
  // E x_1^2 = (2 + 1)/3 + 2 (2 + 4)/3 = 5.
  EXPECT_TRUE(overlaps(second(0, 0), Ball(5)));
}

TEST(Moments, RefuseAnEmptySample) {
  EXPECT_THROW(second_moment(Matrix<double>(2, 0)), InputError);
  EXPECT_THROW(second_moment(whole(Matrix<double>(2, 0))), InputError);
  EXPECT_THROW(symmetric_fourth_moment<double>(whole(Matrix<double>(2, 1)), Matrix<double>::Zero(3, 3)), InputError);
  EXPECT_THROW(fourth_moment<double>(Matrix<double>::Zero(2, 1), Matrix<double>::Zero(3, 3)), InputError);
}

}  // namespace
}  // namespace verimix

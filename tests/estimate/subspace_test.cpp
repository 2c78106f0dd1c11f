#include "verimix/estimate/subspace.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <Eigen/SVD>

#include "support/estimate_generators.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

using support::normal_matrix;
using support::perturbation;

/// max_i |v_i - Pi v_i|^2 for A = sum v_i v_i^T + E.
double largest_loss(const Matrix<double>& v, const Matrix<double>& e) {
  const Matrix<double> a = v * v.transpose() + e;
  const Subspace<double> top = top_eigenspace(a, v.cols());
  double loss = 0;
  for (Index i = 0; i < v.cols(); ++i) loss = std::max(loss, squared_distance<double>(top, v.col(i)));
  return loss;
}

RC_GTEST_PROP(Lemma15, LossIsAtMostTheSpreadOfTheError, ()) {
  const Index d = *rc::gen::inRange<Index>(1, 7);
  const Index k = *rc::gen::inRange<Index>(1, d + 1);
  const double scale = *rc::gen::element(0.01, 0.3, 1.0, 1.5, 10.0);
  Stream stream(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30)), Purpose::instance, 0);
  const Matrix<double> v = scale * normal_matrix(d, k, stream);
  const Matrix<double> e = perturbation(d, 1, stream);
  const Vector<double> spectrum = Eigen::SelfAdjointEigenSolver<Matrix<double>>(e).eigenvalues();
  const double bound = subspace_error_squared_upper(spectrum(d - 1), spectrum(0));
  const double size = 1 + v.squaredNorm();
  // Rounding moves the eigenspace's quadratic form, not the space itself: the loss is off by a few units of |A| u.
  RC_ASSERT(largest_loss(v, e) <= bound + 100 * std::numeric_limits<double>::epsilon() * size);
  RC_ASSERT(bound <= 2 + 1e-12);  // |E|_op is 1 up to the rounding of its eigenvalues.
}

RC_GTEST_PROP(Lemma15, PositiveErrorHasConstantOne, ()) {
  const Index d = *rc::gen::inRange<Index>(1, 7);
  const Index k = *rc::gen::inRange<Index>(1, d + 1);
  Stream stream(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30)), Purpose::instance, 0);
  const Matrix<double> v = normal_matrix(d, k, stream);
  const Matrix<double> e = support::covariance_between(d, 0, 1, stream);
  RC_ASSERT(largest_loss(v, e) <= 1 + 100 * std::numeric_limits<double>::epsilon() * (1 + v.squaredNorm()));
}

// The constant 2 cannot be improved: v = sqrt(2 - h) e1 and E = diag(-1, 1) lose all of v.
TEST(Lemma15, TwoIsSharp) {
  for (const double h : {1e-1, 1e-3, 1e-6}) {
    Matrix<double> v(2, 1);
    v << std::sqrt(2 - h), 0;
    Matrix<double> e(2, 2);
    e << -1, 0, 0, 1;
    EXPECT_NEAR(largest_loss(v, e), 2 - h, 1e-14);
  }
}

// The printed statement for an E that is not symmetric: top-k right singular subspace, constant 2.
RC_GTEST_PROP(Lemma15, SingularSubspacesOfUnsymmetricErrors, ()) {
  const Index d = *rc::gen::inRange<Index>(1, 7);
  const Index k = *rc::gen::inRange<Index>(1, d + 1);
  Stream stream(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30)), Purpose::instance, 0);
  const Matrix<double> v = *rc::gen::element(0.1, 1.0, 1.4, 10.0) * normal_matrix(d, k, stream);
  Matrix<double> e = normal_matrix(d, d, stream);
  e /= Eigen::JacobiSVD<Matrix<double>>(e).singularValues()(0);
  const Matrix<double> a = v * v.transpose() + e;
  const Matrix<double> basis = Eigen::JacobiSVD<Matrix<double>>(a, Eigen::ComputeFullV).matrixV().leftCols(k);
  const double room = 100 * std::numeric_limits<double>::epsilon() * (1 + v.squaredNorm());
  for (Index i = 0; i < k; ++i)
    RC_ASSERT((v.col(i) - basis * (basis.transpose() * v.col(i))).squaredNorm() <= 2 + room);
}

// Balls prove what the solver computed: residuals, and that nothing outside is larger than the next eigenvalue.
RC_GTEST_PROP(Lemma15, CertificateCarriesTheBound, ()) {
  const Index d = *rc::gen::inRange<Index>(1, 7);
  const Index k = *rc::gen::inRange<Index>(1, d + 1);
  Stream stream(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30)), Purpose::instance, 0);
  const Matrix<double> v = *rc::gen::element(0.01, 1.0, 10.0) * normal_matrix(d, k, stream);
  const Matrix<double> e = perturbation(d, 1, stream);
  const Matrix<double> a = v * v.transpose() + e;
  const Subspace<double> top = top_eigenspace(a, k);
  const SubspaceCertificate proof = certify(a, top);
  const double unit = 100 * static_cast<double>(d) * std::numeric_limits<double>::epsilon();
  RC_ASSERT(less(proof.residual, Ball(unit * (1 + a.norm()))) == Truth::yes);
  RC_ASSERT(less(proof.orthogonality, Ball(unit)) == Truth::yes);
  if (k == d) return;
  const double next = Eigen::SelfAdjointEigenSolver<Matrix<double>>(a).eigenvalues()(d - 1 - k);
  RC_ASSERT(std::abs(approximate(proof.outside_upper) - next) <= 1e-9 * a.norm());
  RC_ASSERT(largest_loss(v, e) <= approximate(proof.outside_upper) + 1 + unit * (1 + a.norm()));
}

TEST(Lemma15, CertificateRefusesWhatIsNoTopEigenspace) {
  Matrix<double> a = Matrix<double>::Zero(3, 3);
  a.diagonal() << 3, 2, 1;
  Subspace<double> wrong = top_eigenspace(a, 1);
  EXPECT_NEAR(approximate(certify(a, wrong).outside_upper), 2, 1e-9);
  wrong.basis = Vector<double>::Unit(3, 2);
  // What is claimed of it is still true: 3 is the largest outside.
  EXPECT_NEAR(approximate(certify(a, wrong).outside_upper), 3, 1e-9);
  EXPECT_EQ(less(Ball(1), certify(a, wrong).residual), Truth::yes);
}

/// Rotated diag(values), enclosed, and its projector on the first `rank` columns of the rotation.
struct Rotated {
  Matrix<Ball> a;
  Matrix<double> projector;
};
Rotated rotated(const Vector<double>& values, Index rank, Stream& stream) {
  const Index d = values.size();
  const Matrix<double> q = Eigen::HouseholderQR<Matrix<double>>(normal_matrix(d, d, stream)).householderQ();
  const Matrix<double> a = q * values.asDiagonal() * q.transpose();
  const Matrix<double> symmetric = (a + a.transpose()) / 2;
  return {symmetric.unaryExpr([](double x) { return Ball(x); }), q.leftCols(rank) * q.leftCols(rank).transpose()};
}

RC_GTEST_PROP(TopProjector, EnclosesTheProjectorWhereThereIsAGap, ()) {
  const Index d = *rc::gen::inRange<Index>(1, 7);
  const Index rank = *rc::gen::inRange<Index>(0, d + 1);
  const double gap = *rc::gen::element(1.0, 1e-3, 1e-6);
  Stream stream(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30)), Purpose::instance, 0);
  Vector<double> values = Vector<double>::LinSpaced(d, 1, 0);
  values.head(rank).array() += gap;
  const Rotated of = rotated(values, rank, stream);
  const Matrix<Ball> projector = top_projector(of.a, rank);
  // The doubles are near a matrix with that projector, as near as their rounding over the gap.
  const double apart = rank == 0 || rank == d ? 1 : values(rank - 1) - values(rank);
  for (Index c = 0; c < d; ++c)
    for (Index r = 0; r < d; ++r) {
      RC_ASSERT(std::abs(approximate(projector(r, c)) - of.projector(r, c)) <= 1e-13 / apart);
      RC_ASSERT(radius_upper(projector(r, c)) <= 1e-13 / apart);
    }
}

TEST(TopProjector, RefusesWhereNoGapIsProved) {
  Stream stream(3, Purpose::instance, 0);
  Vector<double> values(3);
  values << 2, 1, 1;
  const Rotated of = rotated(values, 1, stream);
  EXPECT_NO_THROW(top_projector(of.a, 1));
  EXPECT_THROW(top_projector(of.a, 2), UndecidedError);
  // The same for entries that are known too badly.
  const Matrix<Ball> wide = of.a.unaryExpr([](const Ball& x) { return widened(x, Ball(0.5)); });
  EXPECT_THROW(top_projector(wide, 1), UndecidedError);
}

TEST(EigenvalueRange, HoldsBothEnds) {
  Stream stream(4, Purpose::instance, 0);
  Vector<double> values(4);
  values << 3, 0.5, -1, -2;
  const EigenvalueRange range = eigenvalue_range(rotated(values, 2, stream).a);
  EXPECT_NEAR(approximate(range.least), -2, 1e-9);
  EXPECT_NEAR(approximate(range.largest), 3, 1e-9);
  EXPECT_LT(radius_upper(range.least), 1e-9);
  EXPECT_EQ(less(Ball(-2) + Ball(1e-9), range.least), Truth::no);
  const EigenvalueRange one = eigenvalue_range(Matrix<Ball>::Constant(1, 1, Ball(-7)));
  EXPECT_EQ(equal(one.least, Ball(-7)), Truth::yes);
  EXPECT_EQ(equal(one.largest, Ball(-7)), Truth::yes);
}

RC_GTEST_PROP(OperatorNorm, EnclosesTheLargestEigenvalue, ()) {
  const Index d = *rc::gen::inRange<Index>(1, 6);
  Stream stream(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30)), Purpose::instance, 0);
  const double scale = *rc::gen::element(1e-30, 1.0, 1e30);
  const Matrix<double> a = scale * support::symmetric_part(normal_matrix(d, d, stream));
  const Ball norm = operator_norm(a.unaryExpr([](double x) { return Ball(x); }));
  const double expected = support::operator_norm(a);
  RC_ASSERT(std::abs(approximate(norm) - expected) <= 1e-11 * expected);
  RC_ASSERT(radius_upper(norm) <= 1e-9 * expected);
}

TEST(OperatorNorm, IsExactWhereTheEigenvaluesAre) {
  Matrix<Ball> a = Matrix<Ball>::Constant(2, 2, Ball(0));
  EXPECT_EQ(equal(operator_norm(a), Ball(0)), Truth::yes);
  a(0, 1) = a(1, 0) = -3;
  EXPECT_TRUE(contains(operator_norm(a), Ball(3)));
  a(0, 0) = widened(Ball(0), Ball(1) / 4);
  EXPECT_TRUE(contains(operator_norm(a), Ball(3)));
  EXPECT_LT(radius_upper(operator_norm(a)), 1);
}

template <class T>
class TopEigenspace : public testing::Test {};
using Scalars = testing::Types<double, Real50>;
TYPED_TEST_SUITE(TopEigenspace, Scalars);

TYPED_TEST(TopEigenspace, ResidualAndOrthogonalityAreAtRoundingLevel) {
  Stream stream(7, Purpose::instance, 0);
  for (Index m : {1, 2, 5, 9}) {
    const Matrix<TypeParam> a = support::symmetric_part(normal_matrix(m, m, stream)).template cast<TypeParam>();
    const Subspace<TypeParam> top = top_eigenspace(a, m);
    const TypeParam unit = std::numeric_limits<TypeParam>::epsilon() * TypeParam(m);
    EXPECT_LT(top.residual, 30 * unit * a.norm());
    EXPECT_LT(top.orthogonality, 30 * unit);
    for (Index r = 1; r < m; ++r) EXPECT_GE(top.values(r - 1), top.values(r));
  }
}

TEST(TopEigenspace, ReadsTheLowerTriangleAndRefusesWhatIsNotAMatrixOfNumbers) {
  Matrix<double> a(2, 2);
  a << 1, 99, 0, 2;
  const Subspace<double> top = top_eigenspace(a, 1);
  EXPECT_EQ(top.values(0), 2);
  EXPECT_THROW(top_eigenspace(a, 3), InputError);
  EXPECT_THROW(top_eigenspace<double>(Matrix<double>(2, 3), 1), InputError);
  a(0, 0) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(top_eigenspace(a, 1), InputError);
}

}  // namespace
}  // namespace verimix

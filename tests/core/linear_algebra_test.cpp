#include "verimix/core/linear_algebra.hpp"

#include <gtest/gtest.h>

#include <Eigen/SVD>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/random.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

// Eigen's decompositions with our scalars: they compile, converge, and leave residuals at the working precision. Any
// stray double on the way, or a wrong NumTraits, would leave residuals of 1e-16.
template <class T>
class LinearAlgebra : public ::testing::Test {
 protected:
  static constexpr Index d = 8;

  static Matrix<T> matrix(std::uint64_t seed) {
    Stream stream(seed, Purpose::instance, 0);
    Matrix<T> a(d, d);
    for (Index j = 0; j < d; ++j)
      for (Index i = 0; i < d; ++i) a(i, j) = T(stream.normal()) / T(3);
    return a;
  }
  static Matrix<T> symmetric(std::uint64_t seed) {
    const Matrix<T> a = matrix(seed);
    return a + a.transpose();
  }
  static Matrix<T> positive(std::uint64_t seed) {
    const Matrix<T> a = matrix(seed);
    return a * a.transpose() + Matrix<T>::Identity(d, d);
  }
  /// 10 d^2 units of roundoff: each of d^2 entries is a sum of d products, and backward error constants are a few times
  /// d.
  static T tolerance() { return T(10 * static_cast<int>(d * d)) * std::numeric_limits<T>::epsilon(); }
  static T orthogonality_defect(const Matrix<T>& q) {
    return (q.transpose() * q - Matrix<T>::Identity(q.cols(), q.cols())).norm();
  }
};

using Reals = ::testing::Types<double, Real50, Real100>;
TYPED_TEST_SUITE(LinearAlgebra, Reals);

// What the library asks of double only: an MPFR scalar would cost this file half its time of compiling.
template <class T>
class RareDecompositions : public LinearAlgebra<T> {};
using OnlyDouble = ::testing::Types<double>;
TYPED_TEST_SUITE(RareDecompositions, OnlyDouble);

// Regression has a QR in double and in 50 digits.
template <class T>
class Orthogonalisation : public LinearAlgebra<T> {};
using RegressionReals = ::testing::Types<double, Real50>;
TYPED_TEST_SUITE(Orthogonalisation, RegressionReals);

TYPED_TEST(LinearAlgebra, Llt) {
  const Matrix<TypeParam> a = this->positive(1);
  const Eigen::LLT<Matrix<TypeParam>> llt(a);
  ASSERT_EQ(llt.info(), Eigen::Success);
  const Matrix<TypeParam> l = llt.matrixL();
  EXPECT_LE((l * l.transpose() - a).norm(), this->tolerance() * a.norm());
}

TYPED_TEST(RareDecompositions, Ldlt) {
  const Matrix<TypeParam> a = this->symmetric(2);
  const Eigen::LDLT<Matrix<TypeParam>> ldlt(a);
  ASSERT_EQ(ldlt.info(), Eigen::Success);
  // Unpivoted beyond the diagonal, LDLT of an indefinite matrix is measured on a definite one's scale.
  const Matrix<TypeParam> definite = this->positive(2);
  const Eigen::LDLT<Matrix<TypeParam>> factor(definite);
  EXPECT_LE((factor.reconstructedMatrix() - definite).norm(), this->tolerance() * definite.norm());
}

TYPED_TEST(Orthogonalisation, Qr) {
  const Matrix<TypeParam> a = this->matrix(3);
  const Eigen::HouseholderQR<Matrix<TypeParam>> qr(a);
  const Matrix<TypeParam> q = qr.householderQ();
  const Matrix<TypeParam> r = qr.matrixQR().template triangularView<Eigen::Upper>();
  EXPECT_LE((q * r - a).norm(), this->tolerance() * a.norm());
  EXPECT_LE(this->orthogonality_defect(q), this->tolerance());
}

TYPED_TEST(RareDecompositions, RankByPivotedQr) {
  Matrix<TypeParam> deficient = this->matrix(3);
  deficient.col(5) = deficient.col(0) + deficient.col(1);
  EXPECT_EQ(Eigen::ColPivHouseholderQR<Matrix<TypeParam>>(deficient).rank(), this->d - 1);
}

TYPED_TEST(LinearAlgebra, SelfAdjointEigenSolver) {
  const Matrix<TypeParam> a = this->symmetric(4);
  const Eigen::SelfAdjointEigenSolver<Matrix<TypeParam>> solver(a);
  ASSERT_EQ(solver.info(), Eigen::Success);
  const Matrix<TypeParam> v = solver.eigenvectors();
  EXPECT_LE((a * v - v * solver.eigenvalues().asDiagonal()).norm(), this->tolerance() * a.norm());
  EXPECT_LE(this->orthogonality_defect(v), this->tolerance());
}

TYPED_TEST(RareDecompositions, JacobiSvd) {
  const Matrix<TypeParam> a = this->matrix(5);
  const Eigen::JacobiSVD<Matrix<TypeParam>> svd(a, Eigen::ComputeFullU | Eigen::ComputeFullV);
  const Matrix<TypeParam> rebuilt = svd.matrixU() * svd.singularValues().asDiagonal() * svd.matrixV().transpose();
  EXPECT_LE((rebuilt - a).norm(), this->tolerance() * a.norm());
  EXPECT_LE(this->orthogonality_defect(svd.matrixU()), this->tolerance());
  EXPECT_LE(this->orthogonality_defect(svd.matrixV()), this->tolerance());
}

TYPED_TEST(LinearAlgebra, TraitsDescribeTheScalar) {
  using Traits = Eigen::NumTraits<TypeParam>;
  using Limits = std::numeric_limits<TypeParam>;
  EXPECT_EQ(Traits::epsilon(), Limits::epsilon());
  EXPECT_EQ(Traits::highest(), (Limits::max)());
  EXPECT_EQ(Traits::lowest(), -(Limits::max)());
  EXPECT_LT(Traits::lowest(), TypeParam(-1));
  EXPECT_TRUE(Traits::infinity() > Traits::highest());
  EXPECT_TRUE(Traits::quiet_NaN() != Traits::quiet_NaN());
  EXPECT_EQ(Traits::digits10(), Limits::digits10);
  EXPECT_EQ(TypeParam(1) + Traits::epsilon() > TypeParam(1), true);
  EXPECT_EQ(TypeParam(1) + Traits::epsilon() / 4 > TypeParam(1), false);
}

TEST(LinearAlgebraScalars, HaveTheirDigits) {
  EXPECT_EQ(Eigen::NumTraits<Real50>::digits10(), 50);
  EXPECT_EQ(Eigen::NumTraits<Real100>::digits10(), 100);
}

// A batch of points is d x n with every point contiguous.
TEST(LinearAlgebraShapes, APointIsAContiguousColumn) {
  Matrix<double> points(3, 2);
  points << 1, 2, 3, 4, 5, 6;
  EXPECT_EQ(points.data()[1], points(1, 0));
  EXPECT_EQ(points.data()[3], points(0, 1));
}

}  // namespace
}  // namespace verimix

#include "verimix/core/cholesky.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/exact.hpp"
#include "support/spd.hpp"
#include "verimix/core/decompositions.hpp"

namespace verimix {
namespace {

using support::contains_exactly;
using support::integers;
using support::spd_matrices;
using support::spd_of_factors;
using support::SpdMatrix;

template <class T>
Rational unit_roundoff() {
  return to_rational(std::numeric_limits<T>::epsilon()) / 2;
}

/// det A by cofactors along the first row, in exact fractions.
Rational determinant_by_cofactors(const Matrix<Rational>& a) {
  const Index d = a.rows();
  if (d == 0) return 1;
  Rational sum(0);
  for (Index j = 0; j < d; ++j) {
    Matrix<Rational> minor(d - 1, d - 1);
    for (Index r = 1; r < d; ++r)
      for (Index c = 0; c < d; ++c)
        if (c != j) minor(r - 1, c < j ? c : c - 1) = a(r, c);
    const Rational term = a(0, j) * determinant_by_cofactors(minor);
    sum += j % 2 == 0 ? term : Rational(-term);
  }
  return sum;
}

/// |A - L L^T| <= c (|L| |L^T|) entry by entry, c = (d + 1) u / (1 - (d + 1) u) plus one rounding of A itself.
template <class T>
void expect_small_residual() {
  const SpdMatrix a = *spd_matrices(7, 8);
  const Index d = a.entries.rows();
  const Cholesky<T> factor = cholesky(a.as<T>());
  RC_ASSERT(factor.positive_definite == Truth::yes);
  RC_ASSERT(factor.failing_pivot == -1);
  const Rational n_u = Rational(d + 1) * unit_roundoff<T>();
  const Rational bound = n_u / (1 - n_u);
  Matrix<Rational> l(d, d);
  for (Index i = 0; i < d; ++i)
    for (Index j = 0; j < d; ++j) {
      l(i, j) = to_rational(factor.lower(i, j));
      if (j > i) RC_ASSERT(l(i, j) == 0);
    }
  for (Index i = 0; i < d; ++i)
    for (Index j = 0; j <= i; ++j) {
      Rational product(0);
      Rational magnitude(0);
      for (Index r = 0; r < d; ++r) {
        product += l(i, r) * l(j, r);
        magnitude += abs(l(i, r) * l(j, r));
      }
      // The generated entries have at most 50 bits, so they are exact in every scalar.
      RC_ASSERT(abs(a.entries(i, j) - product) <= bound * magnitude);
    }
}
RC_GTEST_PROP(CholeskyFactor, HasHighamsResidualInDouble, ()) { expect_small_residual<double>(); }
RC_GTEST_PROP(CholeskyFactor, HasHighamsResidualInReal50, ()) { expect_small_residual<Real50>(); }
RC_GTEST_PROP(CholeskyFactor, HasHighamsResidualInReal100, ()) { expect_small_residual<Real100>(); }

RC_GTEST_PROP(CholeskyFactor, ReadsOnlyTheLowerTriangle, ()) {
  const SpdMatrix a = *spd_matrices(5, 3);
  Matrix<double> spoiled = a.as<double>();
  for (Index j = 0; j < spoiled.cols(); ++j)
    for (Index i = 0; i < j; ++i) spoiled(i, j) = std::numeric_limits<double>::quiet_NaN();
  RC_ASSERT(cholesky(spoiled).lower == cholesky(a.as<double>()).lower);
}

/// The first leading minor whose determinant is not positive, or -1: Sylvester's criterion in exact fractions.
Index first_bad_minor(const Matrix<Rational>& a) {
  for (Index size = 1; size <= a.rows(); ++size)
    if (determinant_by_cofactors(a.topLeftCorner(size, size)) <= 0) return size - 1;
  return -1;
}

// Arbitrary symmetric integer matrices, most of them indefinite: the verdict and the pivot are Sylvester's.
RC_GTEST_PROP(CholeskyPivot, IsTheOneThatSylvesterNames, ()) {
  const Index d = *rc::gen::inRange<Index>(1, 6);
  Matrix<Rational> a(d, d);
  for (Index j = 0; j < d; ++j)
    for (Index i = j; i < d; ++i) a(i, j) = a(j, i) = *integers(4) + (i == j ? 3 : 0);
  const Index expected = first_bad_minor(a);
  // One pivot that is exactly 0 is where floating point and balls may not decide.
  const bool singular = expected >= 0 && determinant_by_cofactors(a.topLeftCorner(expected + 1, expected + 1)) == 0;

  const Cholesky<Ball> enclosed = cholesky<Ball>(a.unaryExpr([](const Rational& q) { return from_rational<Ball>(q); }));
  RC_ASSERT(enclosed.failing_pivot == expected);
  if (!singular) RC_ASSERT(enclosed.positive_definite == truth(expected < 0));
  if (singular) RC_ASSERT(enclosed.positive_definite != Truth::yes);

  if (singular) return;
  const Cholesky<Real100> computed =
      cholesky<Real100>(a.unaryExpr([](const Rational& q) { return from_rational<Real100>(q); }));
  RC_ASSERT(computed.failing_pivot == expected);
  RC_ASSERT(computed.positive_definite == truth(expected < 0));
}

// A positive definite matrix with one pivot replaced by its negative, or by 0.
RC_GTEST_PROP(CholeskyPivot, IsNamedWhereItWasSpoiled, ()) {
  const Index d = *rc::gen::inRange<Index>(1, 7);
  const auto size = static_cast<std::size_t>(d);
  const auto unit_lower = *rc::gen::container<std::vector<long>>(size * (size - 1) / 2, integers(16));
  const std::vector<long> exponents(size, 0);
  const Index bad = *rc::gen::inRange<Index>(0, d);
  const SpdMatrix a = spd_of_factors(d, unit_lower, exponents);
  const bool semidefinite = *rc::gen::element(0, 1) == 1;
  Matrix<Rational> spoiled = a.entries;
  spoiled(bad, bad) -= semidefinite ? 1 : 2;
  // Entries, pivots and factors are integers over 64 with unit pivots, so double computes without any rounding.
  const Cholesky<double> factor =
      cholesky<double>(spoiled.unaryExpr([](const Rational& q) { return from_rational<double>(q); }));
  RC_ASSERT(factor.positive_definite == Truth::no);
  RC_ASSERT(factor.failing_pivot == bad);
  const Cholesky<Ball> enclosed =
      cholesky<Ball>(spoiled.unaryExpr([](const Rational& q) { return from_rational<Ball>(q); }));
  RC_ASSERT(enclosed.positive_definite == Truth::no);
  RC_ASSERT(enclosed.failing_pivot == bad);
}

TEST(CholeskyPivot, OfANanIsUnknown) {
  Matrix<double> a = Matrix<double>::Identity(3, 3);
  a(2, 1) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(cholesky(a).positive_definite, Truth::unknown);
  EXPECT_EQ(cholesky(a).failing_pivot, 2);
}

TEST(CholeskyPivotDeathTest, OfARectangleIsAnInvariant) {
  EXPECT_DEATH(cholesky<double>(Matrix<double>::Zero(2, 3)), "square matrix");
}

TEST(CholeskyFactor, OfTheEmptyMatrixIsEmpty) {
  const Cholesky<double> factor = cholesky<double>(Matrix<double>(0, 0));
  EXPECT_EQ(factor.positive_definite, Truth::yes);
  EXPECT_EQ(log_determinant(factor), 0);
}

/// The symmetric d x d matrix with eigenvalues 1 and `smallest`: I - (1 - smallest) v v^T with v = (1, ..., 1)/sqrt d.
template <Scalar T>
Matrix<T> pancake(Index d, const Rational& smallest) {
  const Rational off = -(1 - smallest) / Rational(d);
  Matrix<T> a = Matrix<T>::Constant(d, d, from_rational<T>(off));
  for (Index j = 0; j < d; ++j) a(j, j) = from_rational<T>(Rational(1 + off));
  return a;
}

TEST(CholeskyOfBalls, ProvesPositivityAtConditionTenToTheTwelve) {
  const Rational smallest = parse_rational("1e-12");
  for (const Index d : {2, 5, 10}) {
    {
      const BallPrecision precision(128);
      EXPECT_EQ(cholesky(pancake<Ball>(d, smallest)).positive_definite, Truth::yes) << d;
    }
    {
      // 30 bits tell the last pivot, d 1e-12, from 0 no more; the earlier ones are at least 1/d.
      const BallPrecision precision(30);
      const Cholesky<Ball> factor = cholesky(pancake<Ball>(d, smallest));
      EXPECT_EQ(factor.positive_definite, Truth::unknown) << d;
      EXPECT_EQ(factor.failing_pivot, d - 1);
    }
  }
}

TEST(CholeskyOfBalls, IsUnknownForAnEnclosureWithAndWithoutPositiveMembers) {
  Matrix<Ball> a = Matrix<Ball>::Constant(2, 2, Ball(1));
  a(1, 1) = widened(Ball(1), Ball(0x1p-20));
  const Cholesky<Ball> factor = cholesky(a);
  EXPECT_EQ(factor.positive_definite, Truth::unknown);
  EXPECT_EQ(factor.failing_pivot, 1);
  a(1, 1) += Ball(1);
  EXPECT_EQ(cholesky(a).positive_definite, Truth::yes);
}

// Where the balls say yes, every matrix in the enclosure has a positive determinant of each leading minor: checked
// exactly at corners of the enclosure. Where they say no, no member may be positive definite.
RC_GTEST_PROP(CholeskyOfBalls, IsRightForTheMembersOfTheEnclosure, ()) {
  const SpdMatrix centre = *spd_matrices(4, 3);
  const Index d = centre.entries.rows();
  const Rational radius = to_rational(*rc::gen::element(0x1p-30, 0x1p-8, 0x1p-4, 0.5, 4.0));
  const Rational shift = *integers(3);
  Matrix<Ball> enclosure(d, d);
  Matrix<Rational> corner(d, d);
  for (Index j = 0; j < d; ++j)
    for (Index i = j; i < d; ++i) {
      const Rational middle = centre.entries(i, j) - (i == j ? shift : Rational(0));
      enclosure(i, j) = enclosure(j, i) = widened(from_rational<Ball>(middle), from_rational<Ball>(radius));
      corner(i, j) = corner(j, i) = middle + radius * *integers(1);
    }
  const bool member_is_positive = first_bad_minor(corner) < 0;
  const Truth verdict = cholesky(enclosure).positive_definite;
  RC_CLASSIFY(verdict == Truth::yes, "proved");
  RC_CLASSIFY(verdict == Truth::no, "refuted");
  if (verdict == Truth::yes) RC_ASSERT(member_is_positive);
  if (verdict == Truth::no) RC_ASSERT(!member_is_positive);
}

RC_GTEST_PROP(CholeskyOfBalls, EncloseTheFactor, ()) {
  const SpdMatrix a = *spd_matrices(5);
  const Index d = a.entries.rows();
  const Matrix<Ball> l = cholesky(a.as<Ball>()).lower;
  for (Index i = 0; i < d; ++i)
    for (Index j = 0; j <= i; ++j) {
      Ball product(0);
      for (Index r = 0; r <= j; ++r) product += l(i, r) * l(j, r);
      RC_ASSERT(contains_exactly(product, a.entries(i, j)));
    }
}

RC_GTEST_PROP(LowerInverse, TimesTheFactorIsTheIdentity, ()) {
  const SpdMatrix a = *spd_matrices(6, 8);
  const Index d = a.entries.rows();
  const Matrix<Ball> l = cholesky(a.as<Ball>()).lower;
  const Matrix<Ball> w = lower_inverse(l);
  for (Index i = 0; i < d; ++i)
    for (Index j = 0; j < d; ++j) {
      Ball entry(0);
      for (Index r = 0; r < d; ++r) entry += w(i, r) * l(r, j);
      RC_ASSERT(contains_exactly(entry, i == j ? 1 : 0));
      RC_ASSERT(radius_upper(entry) < 0x1p-20);
      if (j > i) RC_ASSERT(equal(w(i, j), Ball(0)) == Truth::yes);
    }
}

// Forward substitution on column j of the identity: |L w - e| <= gamma_d |L| |w| ([Higham 2002] Theorem 8.5).
RC_GTEST_PROP(LowerInverse, HasSubstitutionsResidualInDouble, ()) {
  const SpdMatrix a = *spd_matrices(7, 8);
  const Index d = a.entries.rows();
  const Matrix<double> l = cholesky(a.as<double>()).lower;
  const Matrix<double> w = lower_inverse(l);
  const Rational n_u = Rational(d) * unit_roundoff<double>();
  for (Index i = 0; i < d; ++i)
    for (Index j = 0; j < d; ++j) {
      Rational residual(i == j ? -1 : 0);
      Rational magnitude(0);
      for (Index r = 0; r < d; ++r) {
        const Rational term = to_rational(l(i, r)) * to_rational(w(r, j));
        residual += term;
        magnitude += abs(term);
      }
      RC_ASSERT(abs(residual) <= n_u / (1 - n_u) * magnitude);
    }
}

RC_GTEST_PROP(LogDeterminant, IsTheLogarithmOfTheExactDeterminant, ()) {
  const SpdMatrix a = *spd_matrices(5);
  RC_ASSERT(determinant_by_cofactors(a.entries) == a.determinant);
  const Ball exact = log(from_rational<Ball>(a.determinant));
  const Ball enclosed = log_determinant(cholesky(a.as<Ball>()));
  RC_ASSERT(overlaps(enclosed, exact));
  RC_ASSERT(radius_upper(enclosed) < 0x1p-20);
  const Real100 computed = log_determinant(cholesky(a.as<Real100>()));
  // Pivots are 2^+-20 under entries of at most 2^26, so 100 digits lose less than 40 over 5 columns.
  RC_ASSERT(abs(computed - log(from_rational<Real100>(a.determinant))) < Real100("1e-60"));
}

RC_GTEST_PROP(LogDeterminant, AgreesWithEigen, ()) {
  const SpdMatrix a = *spd_matrices(7, 4);
  const Matrix<double> dense = a.as<double>();
  const Eigen::LLT<Matrix<double>> llt(dense);
  RC_PRE(llt.info() == Eigen::Success);
  const Matrix<double> ours = cholesky(dense).lower;
  const Matrix<double> theirs = llt.matrixL();
  // Both factor a matrix within (d + 1) u of A, so the logarithms differ by at most d (d + 1) u times the condition
  // number.
  const double condition = dense.norm() * dense.inverse().norm();
  const auto d = static_cast<double>(dense.rows());
  const double expected = 2 * theirs.diagonal().array().log().sum();
  const double tolerance = 4 * d * (d + 1) * 0x1p-53 * (condition + std::abs(expected));
  RC_ASSERT(std::abs(log_determinant(cholesky(dense)) - expected) <= tolerance);
  RC_ASSERT((ours - theirs).norm() <= tolerance * ours.norm());
}

}  // namespace
}  // namespace verimix

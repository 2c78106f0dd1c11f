#include "verimix/polynomial/chebyshev_basis.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/input_error.hpp"
#include "support/numbers.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

using support::refusal;

// A box with dyadic ends and a polynomial in its basis with small exact coefficients.
struct BoxCase {
  std::vector<Rational> lower, upper, coefficients;
  int degree;
};

rc::Gen<BoxCase> box_cases() {
  return rc::gen::exec([] {
    BoxCase c;
    const Index d = *rc::gen::inRange<Index>(1, 4);
    c.degree = *rc::gen::inRange(0, d == 1 ? 13 : 6);
    for (Index j = 0; j < d; ++j) {
      c.lower.emplace_back(*support::integers(12), 4);
      c.upper.push_back(c.lower.back() + *rc::gen::element(Rational(1, 2), Rational(2), Rational(5)));
    }
    for (Index a = 0; a < basis_size(d, c.degree); ++a) c.coefficients.emplace_back(*support::integers(16), 8);
    return c;
  });
}

template <RealScalar T>
Vector<T> vector_of(const std::vector<Rational>& entries) {
  Vector<T> result(static_cast<Index>(entries.size()));
  for (std::size_t i = 0; i < entries.size(); ++i) result(static_cast<Index>(i)) = from_rational<T>(entries[i]);
  return result;
}

// A point of the box, its ends among them.
std::vector<Rational> box_point(const BoxCase& c) {
  std::vector<Rational> x;
  for (std::size_t j = 0; j < c.lower.size(); ++j)
    x.push_back(c.lower[j] + (c.upper[j] - c.lower[j]) * Rational(*rc::gen::inRange(0, 17), 16));
  return x;
}

template <RealScalar T>
ChebyshevBasis<T> basis_of(const BoxCase& c) {
  return ChebyshevBasis<T>(vector_of<T>(c.lower), vector_of<T>(c.upper), c.degree);
}

// Exactness on polynomials: the basis and its exact monomials have the same values; |psi| <= 1 on the box.
RC_GTEST_PROP(ChebyshevBasis, AgreesWithItsExactMonomials, ()) {
  const BoxCase c = *box_cases();
  const MonomialPolynomial exact = chebyshev_monomials(c.lower, c.upper, c.degree, c.coefficients);
  const std::vector<Rational> x = box_point(c);
  const Matrix<Real50> values = basis_of<Real50>(c).values(vector_of<Real50>(x));
  RC_ASSERT(values.cwiseAbs().maxCoeff() <= 1 + Real50("1e-45"));
  const Real50 found = vector_of<Real50>(c.coefficients).dot(values.col(0));
  // The recurrence is stable on the box: an error of about degree^2 roundings for each of at most 56 terms of size 2.
  RC_ASSERT(abs(Real50(found - from_rational<Real50>(exact(x)))) <= Real50("1e-42"));
  const Matrix<double> rounded = basis_of<double>(c).values(vector_of<double>(x));
  for (Index a = 0; a < values.rows(); ++a)
    RC_ASSERT(std::abs(rounded(a, 0) - static_cast<double>(values(a, 0))) <= 1e-12);
}

// The sum of the monomials' coefficients is within its bound, which a line with its centre at 0 attains.
RC_GTEST_PROP(ChebyshevBasis, MonomialCoefficientsAreBounded, ()) {
  const BoxCase c = *box_cases();
  Rational largest = 0;
  for (const Rational& x : c.coefficients) largest = std::max<Rational>(largest, x < 0 ? Rational(-x) : x);
  const Rational sum = chebyshev_monomials(c.lower, c.upper, c.degree, c.coefficients).coefficient_sum();
  const Ball bound = from_rational<Ball>(largest) * chebyshev_monomial_sum_upper(c.lower, c.upper, c.degree);
  RC_ASSERT(less(bound, from_rational<Ball>(sum)) != Truth::yes);
}

TEST(ChebyshevBasis, TheBoundOnMonomialCoefficientsIsAttained) {
  for (int n = 0; n <= 10; ++n) {
    std::vector<Rational> last(static_cast<std::size_t>(n) + 1, Rational(0));
    last.back() = 1;
    const Rational sum = chebyshev_monomials({Rational(-1)}, {Rational(1)}, n, last).coefficient_sum();
    Ball own = chebyshev_monomial_sum_upper({Rational(-1)}, {Rational(1)}, n);
    if (n > 0) own -= chebyshev_monomial_sum_upper({Rational(-1)}, {Rational(1)}, n - 1);
    EXPECT_TRUE(overlaps(own, from_rational<Ball>(sum))) << n;
  }
}

// The derivative of the value is the value of the derivative.
RC_GTEST_PROP(ChebyshevBasis, DerivativesAreThoseOfTheValues, ()) {
  const BoxCase c = *box_cases();
  const auto basis = basis_of<Real50>(c);
  Vector<Real50> x = vector_of<Real50>(c.lower) + (vector_of<Real50>(c.upper) - vector_of<Real50>(c.lower)) / Real50(3);
  const Real50 h("1e-15");
  for (Index axis = 0; axis < basis.dimension(); ++axis) {
    Vector<Real50> right = x, left = x;
    right(axis) += h;
    left(axis) -= h;
    const Matrix<Real50> quotient = (basis.values(right) - basis.values(left)) / (2 * h);
    // A third derivative of at most (4 l^2)^3 (Markov, half widths >= 1/4), times h^2.
    const Real50 slack = Real50("1e-30") * 64 * pow(Real50(c.degree + 1), 6);
    RC_ASSERT((quotient - basis.derivatives(x, axis)).cwiseAbs().maxCoeff() <= slack + Real50("1e-30"));
  }
}

// Parseval, by the Gauss-Chebyshev rule, which is exact here: E psi_a psi_b = [a = b] 2^{-(number of a_j > 0)}.
TEST(ChebyshevBasis, IsOrthogonalOnItsBox) {
  const int degree = 5, nodes = 6;
  const ChebyshevBasis<double> basis(Vector<double>::Constant(2, -1), Vector<double>::Constant(2, 3), degree);
  Matrix<double> points(2, nodes * nodes);
  const auto node = [&](int i) { return 1 + 2 * std::cos(3.14159265358979323846 * (2 * i + 1) / (2 * nodes)); };
  for (int i = 0; i < nodes * nodes; ++i) points.col(i) << node(i % nodes), node(i / nodes);
  const Matrix<double> values = basis.values(points);
  const Matrix<double> gram = values * values.transpose() / (nodes * nodes);
  for (Index a = 0; a < basis.size(); ++a)
    for (Index b = 0; b < basis.size(); ++b) {
      double expected = a == b ? 1 : 0;
      for (const int power : basis.indices()[static_cast<std::size_t>(a)]) expected /= power > 0 ? 2 : 1;
      EXPECT_NEAR(gram(a, b), expected, 1e-14);
    }
}

// Three bases, one polynomial: the Hermite coefficients found from values agree at other points.
RC_GTEST_PROP(ChebyshevBasis, AgreesWithTheHermiteBasis, ()) {
  const BoxCase c = *box_cases();
  const auto d = static_cast<Index>(c.lower.size());
  const auto basis = basis_of<Real50>(c);
  const Vector<Real50> middle = (vector_of<Real50>(c.lower) + vector_of<Real50>(c.upper)) / Real50(2);
  Matrix<Real50> covariance = Matrix<Real50>::Constant(d, d, Real50(0));
  for (Index j = 0; j < d; ++j) covariance(j, j) = Real50(1) / 4;
  const HermiteBasis<Real50> hermite(middle, covariance, c.degree);
  const Index n = 2 * basis.size() + 2;
  Matrix<Real50> points(d, n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < d; ++j) {
      const Real50 share = Real50(static_cast<int>((37 * i * (j + 2) + 11 * j + i * i) % 101)) / 100;
      points(j, i) = from_rational<Real50>(c.lower[static_cast<std::size_t>(j)]) * (1 - share) +
                     from_rational<Real50>(c.upper[static_cast<std::size_t>(j)]) * share;
    }
  const Vector<Real50> values = basis.values(points).transpose() * vector_of<Real50>(c.coefficients);
  const Matrix<Real50> design = hermite.values(points).transpose();
  const Vector<Real50> coefficients = design.colPivHouseholderQr().solve(values);
  RC_ASSERT((design * coefficients - values).norm() <= Real50("1e-30") * (1 + values.norm()));
}

TEST(ChebyshevBasis, RefusesBadInput) {
  const Vector<double> zero = Vector<double>::Zero(2), one = Vector<double>::Ones(2);
  EXPECT_NE(refusal([&] { ChebyshevBasis<double>(one, one, 2); }).find("box"), std::string::npos);
  EXPECT_NE(refusal([&] {
              ChebyshevBasis<double>(Vector<double>::Zero(40), Vector<double>::Ones(40), 9);
            }).find("at most 20000"),
            std::string::npos);
  const ChebyshevBasis<double> basis(zero, one, 3);
  EXPECT_NE(refusal([&] { basis.values(Vector<double>::Constant(2, 1.25)); }).find("value \"1.25\""),
            std::string::npos);
  EXPECT_EQ(refusal([&] { basis.values(one); }), "accepted");
  EXPECT_NE(
      refusal([&] { chebyshev_monomials({Rational(0)}, {Rational(1)}, 2, {Rational(1)}); }).find("3 coefficients"),
      std::string::npos);
}

}  // namespace
}  // namespace verimix

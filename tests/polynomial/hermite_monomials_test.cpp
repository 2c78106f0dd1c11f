#include "verimix/polynomial/hermite_monomials.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/input_error.hpp"
#include "support/numbers.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

// A basis with a dyadic Gaussian and small dyadic coefficients.
struct HermiteCase {
  HermiteBasis<Real50> basis;
  Vector<Real50> coefficients;
};

rc::Gen<HermiteCase> hermite_cases() {
  return rc::gen::exec([] {
    const Index d = *rc::gen::inRange<Index>(1, 4);
    const int degree = *rc::gen::inRange(0, d == 1 ? 11 : 5);
    Vector<Real50> mean(d);
    Matrix<Real50> factor = Matrix<Real50>::Constant(d, d, Real50(0));
    for (Index i = 0; i < d; ++i) {
      mean(i) = Real50(*support::integers(16)) / 8;
      factor(i, i) = Real50(*rc::gen::inRange(1, 9)) / 4;
      for (Index j = 0; j < i; ++j) factor(i, j) = Real50(*support::integers(8)) / 4;
    }
    HermiteBasis<Real50> basis(mean, factor * factor.transpose(), degree);
    Vector<Real50> coefficients(basis.size());
    for (Index a = 0; a < basis.size(); ++a) coefficients(a) = Real50(*support::integers(16)) / 8;
    return HermiteCase{std::move(basis), std::move(coefficients)};
  });
}

// The values of the basis are those of its monomials.
RC_GTEST_PROP(HermiteMonomials, HaveTheValuesOfTheBasis, ()) {
  const HermiteCase c = *hermite_cases();
  const MonomialPolynomial monomials = hermite_monomials(c.basis, c.coefficients);
  RC_ASSERT(monomials.degree() <= c.basis.degree());
  Vector<Real50> x(c.basis.dimension());
  std::vector<Rational> exact;
  for (Index j = 0; j < x.size(); ++j) {
    exact.emplace_back(*support::integers(24), 8);
    x(j) = from_rational<Real50>(exact.back());
  }
  const Vector<Real50> values = c.basis.values(x).col(0);
  const Real50 found = from_rational<Real50>(monomials(exact));
  // Values of up to 1e20 at 50 digits, and the cancellation of the monomials is in exact fractions.
  const Real50 size = 1 + values.cwiseAbs().sum() * 2;
  RC_ASSERT(abs(Real50(found - c.coefficients.dot(values))) <= size * Real50("1e-40"));
}

// The sum of the monomials' coefficients is within its bound.
RC_GTEST_PROP(HermiteMonomials, CoefficientsAreBounded, ()) {
  const HermiteCase c = *hermite_cases();
  const Rational sum = hermite_monomials(c.basis, c.coefficients).coefficient_sum();
  const Real50 largest = c.coefficients.cwiseAbs().maxCoeff();
  // The roots in the monomials are those of 50 digits, in the bound they are exact.
  const Ball bound =
      from_rational<Ball>(to_rational(largest)) * hermite_monomial_sum_upper(c.basis) * (1 + Ball(0x1p-140));
  RC_ASSERT(less(bound, from_rational<Ball>(sum)) != Truth::yes);
}

// On the line with mean 0 the coefficients of h_n have alternating signs, and the bound is their sum.
TEST(HermiteMonomials, TheBoundIsAttained) {
  const auto basis = [](int degree) {
    return HermiteBasis<Real50>(Vector<Real50>::Constant(1, Real50(0)), Matrix<Real50>::Constant(1, 1, Real50(9) / 4),
                                degree);
  };
  for (int n = 1; n <= 12; ++n) {
    Vector<Real50> last = Vector<Real50>::Constant(n + 1, Real50(0));
    last(n) = 1;
    const Ball sum = from_rational<Ball>(hermite_monomials(basis(n), last).coefficient_sum());
    const Ball own = hermite_monomial_sum_upper(basis(n)) - hermite_monomial_sum_upper(basis(n - 1));
    EXPECT_TRUE(overlaps(widened(own, own * Ball(0x1p-140)), sum)) << n;
  }
}

TEST(HermiteMonomials, RefusesAnotherNumberOfCoefficients) {
  const HermiteBasis<double> basis(Vector<double>::Zero(2), Matrix<double>::Identity(2, 2), 2);
  EXPECT_NE(support::refusal([&] { hermite_monomials<double>(basis, Vector<double>::Zero(5)); }).find("6 coefficients"),
            std::string::npos);
}

}  // namespace
}  // namespace verimix

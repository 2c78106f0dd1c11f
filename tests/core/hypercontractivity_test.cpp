#include "verimix/core/hypercontractivity.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

#include "support/numbers.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

Rational power(const Rational& x, int n) {
  Rational product = 1;
  for (int i = 0; i < n; ++i) product *= x;
  return product;
}

/// Few terms or many, small integer coefficients; sometimes one monomial, which is the extreme.
SparsePolynomial polynomial(int largest_degree) {
  const int d = *rc::gen::inRange(1, 4);
  const int terms = *rc::gen::element(1, 2, 4, 8);
  SparsePolynomial p;
  for (int n = 0; n < terms; ++n) {
    std::vector<int> exponents(static_cast<std::size_t>(d), 0);
    const int total = *rc::gen::inRange(0, largest_degree + 1);
    for (int e = 0; e < total; ++e) ++exponents[static_cast<std::size_t>(*rc::gen::inRange(0, d))];
    p.push_back({exponents, Rational(*support::integers(9))});
  }
  return p;
}

/// The Hermite polynomial of degree n with leading coefficient 1.
std::vector<Rational> hermite(int n) {
  std::vector<Rational> before{1}, now{0, 1};
  if (n == 0) return before;
  for (int m = 1; m < n; ++m) {
    std::vector<Rational> next(now.size() + 1, Rational(0));
    for (std::size_t j = 0; j < now.size(); ++j) next[j + 1] += now[j];
    for (std::size_t j = 0; j < before.size(); ++j) next[j] -= m * before[j];
    before = now;
    now = next;
  }
  return now;
}

SparsePolynomial on_line(const std::vector<Rational>& coefficients) {
  SparsePolynomial p;
  for (std::size_t j = 0; j < coefficients.size(); ++j) p.push_back({{static_cast<int>(j)}, coefficients[j]});
  return p;
}

// Even t, several variables, exact: E p^t <= (t-1)^{l t/2} (E p^2)^{t/2} in fractions.
RC_GTEST_PROP(Fact39, HoldsExactlyForEvenPowers, ()) {
  const SparsePolynomial p = polynomial(3);
  const Rational second = gaussian_power_mean(p, 2);
  for (const int t : {2, 4, 6}) {
    const Rational upper = power(Rational(t - 1), degree(p) * t / 2) * power(second, t / 2);
    RC_ASSERT(gaussian_power_mean(p, t) <= upper);
  }
}

// Real t on the line, in balls: E|p|^t <= (t-1)^{l t/2} (E p^2)^{t/2}, also for odd and for broken t, and of a Gaussian
// that is not centred: p(2z + 1).
RC_GTEST_PROP(Fact39, HoldsForRealPowersOnTheLine, ()) {
  const BallPrecision precision(53);
  std::vector<Rational> c;
  const int terms = *rc::gen::inRange(1, 5);
  for (int j = 0; j < terms; ++j) c.push_back(Rational(*support::integers(9)));
  if (*rc::gen::arbitrary<bool>() && c.size() == 3) {
    const std::vector<Rational> old = c;
    c = {old[0] + old[1] + old[2], 2 * old[1] + 4 * old[2], 4 * old[2]};
  }
  const Rational t = *rc::gen::element(Rational(2), Rational(5, 2), Rational(3), Rational(9, 2));
  const Ball second = from_rational<Ball>(gaussian_power_mean(on_line(c), 2));
  if (arb_is_zero(second.data()) != 0) return;
  const Ball order = from_rational<Ball>(t);
  const Ball factor = hypercontractive_upper(degree(on_line(c)), order);
  const Ball upper = exp(order * log(factor * sqrt(second)));
  const Ball mean = gaussian_absolute_power_mean(c, t);
  RC_ASSERT(less(upper, mean) != Truth::yes);
  RC_ASSERT(is_finite(mean));
  if (t == 2) RC_ASSERT(overlaps(mean, second));
}

// E|z|^t = 2^{t/2} Gamma((t+1)/2)/sqrt(pi), and the exact means of even powers.
TEST(Fact39, AbsolutePowersAgreeWithKnownOnes) {
  for (const double t : {1.0, 2.5, 3.0, 7.25}) {
    const double gamma = std::pow(2, t / 2) * std::tgamma((t + 1) / 2) / std::sqrt(std::acos(-1.0));
    const Ball mean = gaussian_absolute_power_mean({Rational(0), Rational(1)}, to_rational(t));
    EXPECT_NEAR(approximate(mean), gamma, 1e-13 * gamma);
    EXPECT_LT(radius_upper(mean), 1e-25);
  }
  const std::vector<Rational> c{Rational(-3), Rational(1, 2), Rational(2), Rational(1)};
  EXPECT_TRUE(overlaps(gaussian_absolute_power_mean(c, 4), from_rational<Ball>(gaussian_power_mean(on_line(c), 4))));
}

// E h_n^4 = sum_r C(n, r)^4 (r!)^2 (2n - 2r)!, by the product formula of Hermite polynomials: an independent value.
TEST(Fact39, HermitePolynomials) {
  for (int n = 1; n <= 8; ++n) {
    Rational sum = 0, choose = 1, factorial = 1;
    for (int r = 0; r <= n; ++r) {
      Rational rest = 1;
      for (int j = 2; j <= 2 * n - 2 * r; ++j) rest *= j;
      sum += power(choose, 4) * factorial * factorial * rest;
      choose = choose * (n - r) / (r + 1);
      factorial *= r + 1;
    }
    EXPECT_EQ(gaussian_power_mean(on_line(hermite(n)), 4), sum) << n;
  }
}

// The base t - 1 cannot be lowered: (||h_n||_4/||h_n||_2)^{2/n} rises to 3, from 1.73 at n = 1.
TEST(Fact39, BaseIsSharp) {
  double before = 0;
  for (const int n : {1, 4, 16, 32}) {
    const SparsePolynomial p = on_line(hermite(n));
    const Rational second = gaussian_power_mean(p, 2);
    const double ratio = static_cast<double>(gaussian_power_mean(p, 4) / (second * second));
    const double base = std::pow(ratio, 1.0 / (2 * n));
    EXPECT_GT(base, before);
    EXPECT_LT(base, 3);
    before = base;
  }
  EXPECT_GT(before, 2.75);
}

// At t = 2 both sides are equal, for constants at every t.
TEST(Fact39, Equalities) {
  const SparsePolynomial p{{{1, 2}, Rational(3)}, {{0, 1}, Rational(-1)}};
  EXPECT_EQ(hypercontractive_upper(degree(p), 2.0), 1);
  EXPECT_EQ(hypercontractive_upper(0, 7.5), 1);
  EXPECT_EQ(degree(p), 3);
  EXPECT_EQ(degree({{{4}, Rational(1)}, {{4}, Rational(-1)}, {{1}, Rational(2)}}), 1);
  EXPECT_NEAR(hypercontractive_upper(3, 4.0), std::pow(3, 1.5), 1e-14);
}

// What is ambiguous in the print: for odd t the mean of p^t may be negative (and the inequality empty), for broken t
// the power of a negative number is not defined.
TEST(Fact39, OddPowersMayBeNegative) {
  EXPECT_EQ(gaussian_power_mean({{{}, Rational(-1)}}, 3), -1);
  EXPECT_EQ(gaussian_power_mean(on_line({Rational(0), Rational(1)}), 3), 0);
  EXPECT_GT(approximate(gaussian_absolute_power_mean({Rational(0), Rational(1)}, 3)), 1.59);
}

TEST(Fact39, RefusesBadInput) {
  EXPECT_THROW(gaussian_power_mean({{{1}, Rational(1)}}, -1), InputError);
  EXPECT_THROW(gaussian_power_mean({{{-1}, Rational(1)}}, 2), InputError);
  EXPECT_THROW(gaussian_absolute_power_mean({Rational(1)}, Rational(0)), InputError);
  EXPECT_THROW(gaussian_absolute_power_mean(std::vector<Rational>(65, Rational(1)), Rational(2)), InputError);
  EXPECT_THROW(hypercontractive_upper(1, 1.5), InputError);
  EXPECT_THROW(hypercontractive_upper(-1, 3.0), InputError);
}

}  // namespace
}  // namespace verimix

#include "verimix/polynomial/coefficient_sum.hpp"

#include <algorithm>
#include <numeric>

#include "verimix/core/error.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

Ball power(const Ball& base, int exponent) {
  Ball result;
  arb_pow_ui(result.data(), base.data(), static_cast<ulong>(exponent), BallPrecision::bits());
  return result;
}

void require_domain(Index dimension, int degree, const Ball& L) {
  require_invariant(dimension >= 1 && degree >= 0 && less(Ball(0), L) == Truth::yes,
                    "a bound on coefficients needs d >= 1, l >= 0 and L > 0");
}

Rational absolute(const Rational& x) { return x < 0 ? Rational(-x) : x; }

Rational binomial(int n, int k) {
  Rational value = 1;
  for (int i = 1; i <= k; ++i) value *= Rational(n - k + i, i);
  return value;
}

// u^k = sum_{i >= k} binom(i, k)/binom(n, k) B_i^n(u): from monomials to Bernstein coefficients in one variable.
void to_bernstein(std::map<std::vector<int>, Rational>& terms, std::size_t axis, int n) {
  std::map<std::vector<int>, Rational> result;
  for (const auto& [exponent, c] : terms) {
    std::vector<int> index = exponent;
    for (int i = exponent[axis]; i <= n; ++i) {
      index[axis] = i;
      result[index] += c * binomial(i, exponent[axis]) / binomial(n, exponent[axis]);
    }
  }
  terms = std::move(result);
}

}  // namespace

int MonomialPolynomial::degree() const {
  int largest = 0;
  for (const auto& [exponent, c] : coefficients)
    if (c != 0) largest = std::max(largest, std::accumulate(exponent.begin(), exponent.end(), 0));
  return largest;
}

Rational MonomialPolynomial::coefficient_sum() const {
  Rational sum = 0;
  for (const auto& [exponent, c] : coefficients) sum += absolute(c);
  return sum;
}

Rational MonomialPolynomial::operator()(const std::vector<Rational>& x) const {
  require_invariant(static_cast<Index>(x.size()) == dimension, "a point has the dimension of the polynomial");
  Rational sum = 0;
  for (const auto& [exponent, c] : coefficients) {
    Rational term = c;
    for (std::size_t j = 0; j < x.size(); ++j)
      for (int i = 0; i < exponent[j]; ++i) term *= x[j];
    sum += term;
  }
  return sum;
}

MonomialPolynomial operator+(const MonomialPolynomial& a, const MonomialPolynomial& b) {
  require_invariant(a.dimension == b.dimension, "polynomials of the same variables");
  MonomialPolynomial sum = a;
  for (const auto& [exponent, c] : b.coefficients) sum.coefficients[exponent] += c;
  return sum;
}

MonomialPolynomial operator*(const MonomialPolynomial& a, const MonomialPolynomial& b) {
  require_invariant(a.dimension == b.dimension, "polynomials of the same variables");
  MonomialPolynomial product{a.dimension, {}};
  for (const auto& [left, c] : a.coefficients)
    for (const auto& [right, e] : b.coefficients) {
      std::vector<int> exponent = left;
      for (std::size_t j = 0; j < exponent.size(); ++j) exponent[j] += right[j];
      product.coefficients[exponent] += c * e;
    }
  return product;
}

MonomialPolynomial constant_polynomial(Index dimension, const Rational& c) {
  return {dimension, {{std::vector<int>(static_cast<std::size_t>(dimension), 0), c}}};
}

MonomialPolynomial affine_polynomial(Index dimension, Index axis, const Rational& c, const Rational& slope) {
  MonomialPolynomial result = constant_polynomial(dimension, c);
  std::vector<int> exponent(static_cast<std::size_t>(dimension), 0);
  exponent[static_cast<std::size_t>(axis)] = 1;
  result.coefficients[exponent] = slope;
  return result;
}

MonomialPolynomial chebyshev_polynomial(Index dimension, Index axis, int n, const Rational& c, const Rational& slope) {
  MonomialPolynomial before = constant_polynomial(dimension, 1);
  MonomialPolynomial now = affine_polynomial(dimension, axis, c, slope);
  if (n == 0) return before;
  const MonomialPolynomial twice = constant_polynomial(dimension, 2) * now;
  for (int k = 1; k < n; ++k) {
    MonomialPolynomial next = twice * now + constant_polynomial(dimension, -1) * before;
    before = std::move(now);
    now = std::move(next);
  }
  return now;
}

Rational box_bound(const MonomialPolynomial& p, const Rational& L) {
  require_invariant(L > 0, "a box has a positive length");
  std::map<std::vector<int>, Rational> terms;
  const auto d = static_cast<std::size_t>(p.dimension);
  std::vector<int> degrees(d, 0);
  for (const auto& [exponent, c] : p.coefficients) {
    Rational scaled = c;
    for (std::size_t j = 0; j < d; ++j) {
      degrees[j] = std::max(degrees[j], exponent[j]);
      for (int i = 0; i < exponent[j]; ++i) scaled *= L;
    }
    terms[exponent] += scaled;
  }
  for (std::size_t j = 0; j < d; ++j) to_bernstein(terms, j, degrees[j]);
  Rational largest = 0;
  for (const auto& [index, c] : terms) largest = std::max(largest, absolute(c));
  return largest;
}

Ball coefficient_sum_upper(Index dimension, int degree, const Ball& L, const Ball& R) {
  require_domain(dimension, degree, L);
  if (degree == 0) return R;
  const Ball bound = R * power(2 + 8 * exp(Ball(1)) * static_cast<long>(dimension), degree) / 2;
  const Ball shrink = power(1 / L, degree);
  Ball factor;
  const Ball one = 1;
  arb_max(factor.data(), shrink.data(), one.data(), BallPrecision::bits());
  return bound * factor;
}

Ball line_coefficient_sum_upper(int degree, const Ball& L, const Ball& R) {
  require_domain(1, degree, L);
  Ball value;
  const Ball at = 1 + 2 / L;
  arb_chebyshev_t_ui(value.data(), static_cast<ulong>(degree), at.data(), BallPrecision::bits());
  return R * value;
}

Ball printed_coefficient_sum_upper(Index dimension, int degree, const Ball& L, const Ball& R) {
  require_domain(dimension, degree, L);
  return R * power(2 * L * static_cast<long>(dimension + degree), 3 * degree);
}

}  // namespace verimix

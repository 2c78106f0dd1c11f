#include "verimix/core/hypercontractivity.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "verimix/core/error.hpp"
#include "verimix/core/integral.hpp"

namespace verimix {
namespace {

/// Mass beyond the interval of quadrature, as a power of 1/2 below the working precision.
constexpr long tail_bits = 20;

/// Collected by exponents, none of which ends in 0.
using Collected = std::map<std::vector<int>, Rational>;

void add(Collected& sum, std::vector<int> exponents, const Rational& coefficient) {
  while (!exponents.empty() && exponents.back() == 0) exponents.pop_back();
  sum[exponents] += coefficient;
}

Collected collected(const SparsePolynomial& p) {
  Collected sum;
  for (const PolynomialTerm& term : p) {
    for (const int e : term.exponents)
      if (e < 0) throw InputError("", "exponents", std::to_string(e), "exponents >= 0");
    add(sum, term.exponents, term.coefficient);
  }
  return sum;
}

std::vector<int> sum_of(const std::vector<int>& a, const std::vector<int>& b) {
  std::vector<int> sum(std::max(a.size(), b.size()), 0);
  for (std::size_t i = 0; i < a.size(); ++i) sum[i] += a[i];
  for (std::size_t i = 0; i < b.size(); ++i) sum[i] += b[i];
  return sum;
}

Collected product(const Collected& a, const Collected& b) {
  Collected result;
  for (const auto& [e, c] : a)
    for (const auto& [f, d] : b) add(result, sum_of(e, f), c * d);
  return result;
}

Collected power(const Collected& p, int t) {
  Collected result{{{}, 1}};
  for (int i = 0; i < t; ++i) result = product(result, p);
  return result;
}

/// E x^e for x ~ N(0, Id): the product of (e_i - 1)!!, 0 where an e_i is odd.
Rational monomial_mean(const std::vector<int>& exponents) {
  Rational mean = 1;
  for (const int e : exponents) {
    if (e % 2 != 0) return 0;
    for (int j = e - 1; j > 1; j -= 2) mean *= j;
  }
  return mean;
}

void require_power(bool ok, const std::string& t, const char* expected) {
  if (!ok) throw InputError("", "t", t, expected);
}

template <class Number>
Number value_at(const std::vector<Ball>& coefficients, const Number& x) {
  Number value = 0;
  for (std::size_t j = coefficients.size(); j-- > 0;) value = value * x + Number(coefficients[j]);
  return value;
}

/// |p|^t for real p, from p^2 off the line.
ComplexBall absolute_power(const ComplexBall& p, const Ball& t, bool holomorphic) {
  const ComplexBall value = exp(log(p * p) * (t / 2));
  if (holomorphic || is_finite(value)) return value;
  // A piece of the line on which p may vanish.
  Ball largest;
  arb_get_abs_ubound_arf(arb_midref(largest.data()), real_part(p).data(), BallPrecision::bits());
  if (arb_is_zero(largest.data()) != 0) return 0;
  return hull(Ball(0), exp(t * log(largest)));
}

/// 2 int_X^inf x^n phi(x) dx <= 2 X^{n-1} phi(X)/(1 - (n-1)/X^2) where X^2 > n - 1, by one integration by parts.
Ball power_tail(long n, const Ball& cut) {
  Ball power;
  arb_pow_ui(power.data(), cut.data(), static_cast<ulong>(n), BallPrecision::bits());
  const Ball density = exp(-(cut * cut) / 2) / sqrt(2 * pi<Ball>());
  return 2 * power / cut * density / (1 - Ball(n - 1) / (cut * cut));
}

}  // namespace

int degree(const SparsePolynomial& p) {
  int largest = 0;
  for (const auto& [exponents, coefficient] : collected(p)) {
    int sum = 0;
    for (const int e : exponents) sum += e;
    if (coefficient != 0) largest = std::max(largest, sum);
  }
  return largest;
}

Rational gaussian_power_mean(const SparsePolynomial& p, int t) {
  require_power(t >= 0, std::to_string(t), "an integer >= 0");
  const Collected base = collected(p);
  const Collected half = power(base, t / 2);
  const Collected rest = t % 2 == 0 ? half : product(half, base);
  Rational mean = 0;
  for (const auto& [e, c] : half)
    for (const auto& [f, d] : rest) mean += c * d * monomial_mean(sum_of(e, f));
  return mean;
}

Ball gaussian_absolute_power_mean(const std::vector<Rational>& coefficients, const Rational& t) {
  require_power(t > 0, to_text(t), "a number > 0");
  constexpr std::size_t most = 64;
  if (coefficients.size() > most)
    throw InputError("", "coefficients", std::to_string(coefficients.size()), "at most 64 coefficients");
  std::vector<Ball> c;
  Ball size = 0;
  for (const Rational& x : coefficients) {
    c.push_back(from_rational<Ball>(x));
    size += abs(c.back());
  }
  if (c.empty() || arb_is_zero(size.data()) != 0) return 0;
  const Ball order = from_rational<Ball>(t);
  // |p(x)|^t <= size^t |x|^n for |x| >= 1, n an integer not below (degree) t.
  const Rational exponent = Rational(static_cast<long>(c.size()) - 1) * t;
  const long n = static_cast<long>(numerator(exponent) / denominator(exponent)) + 1;
  const Ball cut = sqrt(2 * (BallPrecision::bits() + tail_bits) * log(Ball(2))) + sqrt(Ball(4 * n)) + 1;
  const Ball normalisation = sqrt(2 * pi<Ball>());
  const ComplexIntegrand integrand = [&](const ComplexBall& z, bool holomorphic) {
    return absolute_power(value_at(c, z), order, holomorphic) * exp(-(z * z) / ComplexBall(2));
  };
  const Ball inside = integrate(integrand, -cut, cut).value / normalisation;
  return widened(inside, exp(order * log(size)) * power_tail(n, cut));
}

template <Scalar T>
T hypercontractive_upper(int degree, const T& t) {
  if (degree < 0) throw InputError("", "degree", std::to_string(degree), "at least 0");
  require_power(less(t, T(2)) != Truth::yes && is_finite(t), std::to_string(approximate(t)), "a number >= 2");
  const T base = t - T(1);
  T power(1);
  for (int j = 0; j < degree / 2; ++j) power *= base;
  return degree % 2 == 0 ? power : T(power * sqrt(base));
}

template double hypercontractive_upper(int, const double&);
template Real50 hypercontractive_upper(int, const Real50&);
template Ball hypercontractive_upper(int, const Ball&);

}  // namespace verimix

// Arguments of the bounds: refused by name out of their domain; and the small arithmetic that the bounds share.
#pragma once

#include <algorithm>
#include <string>

#include "verimix/core/error.hpp"
#include "verimix/core/linear_algebra.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix::regress_detail {

/// Balls are refused where they certainly fail.
template <Scalar T>
void refuse(bool certainly, const T& x, const char* field, const char* expected) {
  if (certainly || !is_finite(x)) throw InputError("", field, "about " + to_text(approximate(x)), expected);
}
template <Scalar T>
void require_above_zero(const T& x, const char* field) {
  refuse(less(T(0), x) == Truth::no, x, field, "a finite number above 0");
}
template <Scalar T>
void require_share(const T& x, const char* field) {
  refuse(less(T(0), x) == Truth::no || less(x, T(1)) == Truth::no, x, field, "a number in (0, 1)");
}
inline void require_count(Index x, Index least, const char* field) {
  if (x < least) throw InputError("", field, std::to_string(x), "an integer, at least " + std::to_string(least));
}

/// max(a, b); for balls an enclosure.
template <RealScalar T>
T larger(const T& a, const T& b) {
  return std::max(a, b);
}
inline Ball larger(const Ball& a, const Ball& b) {
  Ball out;
  arb_max(out.data(), a.data(), b.data(), BallPrecision::bits());
  return out;
}

/// By squaring: degrees that a proof promises have nine digits.
template <Scalar T>
T power(T base, int exponent) {
  T out(1);
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) out *= base;
    if (exponent > 1) base *= base;
  }
  return out;
}

/// binom(d + l, l), the number of monomials of degree <= l.
template <Scalar T>
T monomials(Index dimension, int degree) {
  const int fewer = static_cast<int>(std::min<Index>(dimension, degree));
  const int more = static_cast<int>(std::max<Index>(dimension, degree));
  T out(1);
  for (int i = 1; i <= fewer; ++i) out = out * T(more + i) / T(i);
  return out;
}

}  // namespace verimix::regress_detail

// The scalars, in one page. Everything from here to the sampler is a template over a Scalar; what is certified runs in
// Ball, what compares and iterates runs in a RealScalar.
#pragma once

#include <boost/multiprecision/gmp.hpp>
#include <boost/multiprecision/mpfr.hpp>
#include <cmath>
#include <concepts>
#include <limits>
#include <string_view>

#include "verimix/core/ball.hpp"
#include "verimix/core/truth.hpp"

namespace verimix {

/// An exact fraction.
using Rational = boost::multiprecision::number<boost::multiprecision::gmp_rational, boost::multiprecision::et_off>;

/// 50 and 100 decimal digits of fixed precision, rounded to nearest by MPFR.
using Real50 =
    boost::multiprecision::number<boost::multiprecision::mpfr_float_backend<50, boost::multiprecision::allocate_stack>,
                                  boost::multiprecision::et_off>;
using Real100 =
    boost::multiprecision::number<boost::multiprecision::mpfr_float_backend<100, boost::multiprecision::allocate_stack>,
                                  boost::multiprecision::et_off>;

// The functions of the concept, for double; Real50 and Real100 bring theirs from Boost, Ball from ball.hpp. Inside the
// namespace an unqualified call finds the right one for every scalar.
inline double exp(double x) { return std::exp(x); }
inline double expm1(double x) { return std::expm1(x); }
inline double log(double x) { return std::log(x); }
inline double log1p(double x) { return std::log1p(x); }
inline double sqrt(double x) { return std::sqrt(x); }
inline double abs(double x) { return std::abs(x); }

/// A number that floating point stands for: its order is decided by looking at it.
template <class T>
concept OrderedNumber = std::totally_ordered<T> && std::numeric_limits<T>::is_specialized;

/// Is a < b? A NaN on either side makes the answer unknown.
template <OrderedNumber T>
Truth less(const T& a, const T& b) {
  if (a != a || b != b) return Truth::unknown;
  return truth(a < b);
}
template <OrderedNumber T>
Truth equal(const T& a, const T& b) {
  if (a != a || b != b) return Truth::unknown;
  return truth(a == b);
}
template <OrderedNumber T>
bool is_finite(const T& x) {
  return x - x == T(0);
}
template <OrderedNumber T>
double approximate(const T& x) {
  return static_cast<double>(x);
}
template <OrderedNumber T>
const T& larger_midpoint(const T& a, const T& b) {
  return a < b ? b : a;
}

/// A Scalar stands for a real number: a field with the elementary functions that the paper uses, and with comparisons
/// that may be undecided. An integer converts exactly and without being asked, so that 2 * x reads as in the formula.
template <class T>
concept Scalar = std::regular_invocable<std::plus<>, T, T> && std::convertible_to<int, T> && requires(T a, T b) {
  { a + b } -> std::convertible_to<T>;
  { a - b } -> std::convertible_to<T>;
  { a* b } -> std::convertible_to<T>;
  { a / b } -> std::convertible_to<T>;
  { -a } -> std::convertible_to<T>;
  {a += b};
  {a -= b};
  {a *= b};
  {a /= b};
  { exp(a) } -> std::convertible_to<T>;
  { expm1(a) } -> std::convertible_to<T>;
  { log(a) } -> std::convertible_to<T>;
  { log1p(a) } -> std::convertible_to<T>;
  { sqrt(a) } -> std::convertible_to<T>;
  { abs(a) } -> std::convertible_to<T>;
  { less(a, b) } -> std::same_as<Truth>;
  { equal(a, b) } -> std::same_as<Truth>;
  { is_finite(a) } -> std::same_as<bool>;
  { approximate(a) } -> std::same_as<double>;
  { larger_midpoint(a, b) } -> std::same_as<const T&>;
};

/// A RealScalar is a Scalar whose comparisons are always decided: floating point of some precision.
template <class T>
concept RealScalar = Scalar<T> && OrderedNumber<T>;

/// What a scalar is called on the command line and in files, and how wide its roundoff is.
template <Scalar T>
struct ScalarTraits;
template <>
struct ScalarTraits<double> {
  static constexpr std::string_view name = "double";
};
template <>
struct ScalarTraits<Real50> {
  static constexpr std::string_view name = "50";
};
template <>
struct ScalarTraits<Real100> {
  static constexpr std::string_view name = "100";
};
template <>
struct ScalarTraits<Ball> {
  static constexpr std::string_view name = "ball";
};

/// pi in the scalar (for Ball an enclosure at the working precision). Defined for the supported scalars.
template <Scalar T>
T pi();
template <>
double pi<double>();
template <>
Real50 pi<Real50>();
template <>
Real100 pi<Real100>();
template <>
Ball pi<Ball>();

static_assert(RealScalar<double> && RealScalar<Real50> && RealScalar<Real100>);
static_assert(Scalar<Ball> && !RealScalar<Ball>);

}  // namespace verimix

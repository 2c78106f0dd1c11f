// A scalar that grants what the Scalar concept asks for and nothing else. A template that compiles with it uses no
// stray double, no std:: function, no comparison that answers with a bool, and no property of one particular number
// type.
//
// It carries a double, so that a template's value can be compared bit for bit with the one it has for double.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <concepts>
#include <type_traits>

#include "verimix/core/linear_algebra.hpp"
#include "verimix/core/rational.hpp"
#include "verimix/core/scalar.hpp"

// Outside the library's namespace: its functions are found through the argument's type or not at all.
namespace archetype {

class Real {
 public:
  Real() = default;
  // A template, since a plain Real(int) would take a double by narrowing it.
  template <std::signed_integral Integer>
  Real(Integer exact) : value_(static_cast<double>(exact)) {}  // NOLINT(google-explicit-constructor)
  Real(bool) = delete;

  Real& operator+=(const Real& other) { return value_ += other.value_, *this; }
  Real& operator-=(const Real& other) { return value_ -= other.value_, *this; }
  Real& operator*=(const Real& other) { return value_ *= other.value_, *this; }
  Real& operator/=(const Real& other) { return value_ /= other.value_, *this; }
  friend Real operator+(Real a, const Real& b) { return a += b; }
  friend Real operator-(Real a, const Real& b) { return a -= b; }
  friend Real operator*(Real a, const Real& b) { return a *= b; }
  friend Real operator/(Real a, const Real& b) { return a /= b; }
  friend Real operator-(const Real& a) { return wrap(-a.value_); }

  friend Real exp(const Real& x) { return wrap(std::exp(x.value_)); }
  friend Real expm1(const Real& x) { return wrap(std::expm1(x.value_)); }
  friend Real log(const Real& x) { return wrap(std::log(x.value_)); }
  friend Real log1p(const Real& x) { return wrap(std::log1p(x.value_)); }
  friend Real sqrt(const Real& x) { return wrap(std::sqrt(x.value_)); }
  friend Real abs(const Real& x) { return wrap(std::abs(x.value_)); }

  friend verimix::Truth less(const Real& a, const Real& b) { return verimix::less(a.value_, b.value_); }
  friend verimix::Truth equal(const Real& a, const Real& b) { return verimix::equal(a.value_, b.value_); }
  friend bool is_finite(const Real& x) { return std::isfinite(x.value_); }
  friend double approximate(const Real& x) { return x.value_; }
  friend const Real& larger_midpoint(const Real& a, const Real& b) { return a.value_ < b.value_ ? b : a; }

  /// How a test puts a double in; a template has no way to know of it.
  static Real wrap(double value) {
    Real x;
    x.value_ = value;
    return x;
  }

 private:
  double value_ = 0;
};

static_assert(verimix::Scalar<Real> && !verimix::RealScalar<Real>);
static_assert(!std::is_constructible_v<Real, double> && !std::is_convertible_v<Real, double>);
static_assert(!std::equality_comparable<Real> && !std::totally_ordered<Real>);

}  // namespace archetype

namespace Eigen {
template <>
struct NumTraits<archetype::Real> {
  using Real = archetype::Real;
  using NonInteger = archetype::Real;
  using Nested = archetype::Real;
  using Literal = int;
  enum {
    IsInteger = 0,
    IsSigned = 1,
    IsComplex = 0,
    RequireInitialization = 1,
    ReadCost = 1,
    AddCost = 1,
    MulCost = 1
  };
};
}  // namespace Eigen

namespace verimix {

// What every supported scalar defines besides the concept: its name, pi, and the rounding of exact fractions.
template <>
struct ScalarTraits<archetype::Real> {
  static constexpr std::string_view name = "archetype";
};
template <>
inline archetype::Real pi<archetype::Real>() {
  return archetype::Real::wrap(pi<double>());
}
template <>
inline archetype::Real from_rational<archetype::Real>(const Rational& value) {
  return archetype::Real::wrap(from_rational<double>(value));
}

}  // namespace verimix

// Exact rational views of balls, so that a test decides containment by arithmetic that cannot round.
#pragma once

#include <utility>

#include "verimix/core/ball.hpp"
#include "verimix/core/scalar.hpp"
#if __has_include(<flint/fmpq.h>)
#include <flint/fmpq.h>
#else
#include <fmpq.h>
#endif

namespace verimix::support {

inline Rational exact_rational(const arf_t x) {
  Rational value;
  fmpq_t q;
  fmpq_init(q);
  arf_get_fmpq(q, x);
  fmpq_get_mpq(value.backend().data(), q);
  fmpq_clear(q);
  return value;
}

inline Rational exact_midpoint(const Ball& x) { return exact_rational(arb_midref(x.data())); }

inline Rational exact_radius(const Ball& x) {
  arf_t radius;
  arf_init(radius);
  arf_set_mag(radius, arb_radref(x.data()));
  Rational value = exact_rational(radius);
  arf_clear(radius);
  return value;
}

/// The exact end points (lower, upper). Domain: the ball is finite.
inline std::pair<Rational, Rational> exact_ends(const Ball& x) {
  const Rational midpoint = exact_midpoint(x);
  const Rational radius = exact_radius(x);
  return {midpoint - radius, midpoint + radius};
}

/// Does the ball contain the fraction?
inline bool contains_exactly(const Ball& x, const Rational& value) {
  if (!is_finite(x)) return arf_is_nan(arb_midref(x.data())) != 0 || mag_is_inf(arb_radref(x.data())) != 0;
  const auto [lower, upper] = exact_ends(x);
  return lower <= value && value <= upper;
}

}  // namespace verimix::support

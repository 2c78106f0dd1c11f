// Matrices of doubles as exact balls, and counting beside a certified probability.
#pragma once

#include "verimix/core/linear_algebra.hpp"
#include "verimix/distance/monte_carlo.hpp"

namespace verimix::support {

inline Matrix<Ball> exactly(const Matrix<double>& a) {
  return a.unaryExpr([](double x) { return Ball(x); });
}
inline Vector<Ball> exactly(const Vector<double>& a) {
  return a.unaryExpr([](double x) { return Ball(x); });
}

/// The upper and lower end, rounded outwards to double.
inline double upper_end(const Ball& x) {
  arf_t end;
  arf_init(end);
  arb_get_ubound_arf(end, x.data(), 64);
  const double value = arf_get_d(end, ARF_RND_CEIL);
  arf_clear(end);
  return value;
}
inline double lower_end(const Ball& x) {
  arf_t end;
  arf_init(end);
  arb_get_lbound_arf(end, x.data(), 64);
  const double value = arf_get_d(end, ARF_RND_FLOOR);
  arf_clear(end);
  return value;
}

/// Is the certified probability within the exact binomial interval of a count that is wrong once in a million?
inline bool agrees_with_count(const Ball& probability, Index hits, Index trials) {
  const ConfidenceInterval interval = binomial_interval(hits, trials, 1 - 1e-6);
  return support::lower_end(probability) <= interval.upper && support::upper_end(probability) >= interval.lower;
}

}  // namespace verimix::support

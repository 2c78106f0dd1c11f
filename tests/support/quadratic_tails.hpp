// Exact probabilities of quadratic functions of one standard normal, for bounds that hold with a stated probability.
#pragma once

#include <algorithm>
#include <cmath>

namespace verimix::support {

inline double normal_cdf(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }

/// P(a z^2 + b z + c > 0).
inline double probability_positive(double a, double b, double c) {
  if (a == 0) return b == 0 ? (c > 0 ? 1.0 : 0.0) : normal_cdf(c / std::abs(b));
  const double discriminant = b * b - 4 * a * c;
  if (discriminant <= 0) return a > 0 ? 1.0 : 0.0;
  // The two roots, without cancellation.
  const double q = -(b + std::copysign(std::sqrt(discriminant), b)) / 2;
  const double first = q / a, second = q == 0 ? 0.0 : c / q;
  const double low = std::min(first, second), high = std::max(first, second);
  return a > 0 ? normal_cdf(low) + normal_cdf(-high) : std::max(0.0, normal_cdf(high) - normal_cdf(low));
}

/// P(|a z^2 + b z + c| > threshold).
inline double probability_beyond(double a, double b, double c, double threshold) {
  return probability_positive(a, b, c - threshold) + probability_positive(-a, -b, -c - threshold);
}

/// The smallest threshold with P(|a z^2 + b z + c| > threshold) <= delta, by bisection. Domain: delta > 0.
inline double smallest_threshold(double a, double b, double c, double delta) {
  double low = 0, high = 1;
  while (probability_beyond(a, b, c, high) > delta) high *= 2;
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (probability_beyond(a, b, c, middle) > delta ? low : high) = middle;
  }
  return high;
}

}  // namespace verimix::support

// The squared transport distance of two mixtures on the line in 100 digits, by a method that shares nothing with the
// certified one.
#pragma once

#include "support/line_oracle.hpp"

namespace verimix::support {

class TransportOracle : private LineOracle {
 public:
  using LineOracle::LineOracle;
  using LineOracle::Value;

  /// int (x - y)^2 pq/(p + q) ds along the curve F(x) = G(y), s = x + y, where dx/ds = q/(p + q): the same law for
  /// either order of p and q, and no quantile function. `tolerance` is what the last halving of the step may change,
  /// relative; with half the step the error is squared.
  Value wasserstein2_squared(const Real100& tolerance) const {
    Real100 d = 0;
    const auto integrand = [&](const Real100& s) -> Real100 {
      d = gap_on_curve(s, d);  // the rule goes from left to right, so the last one is near
      const Real100 x = (s + d) / 2, y = (s - d) / 2;
      const Real100 p = density(p_, x), q = density(q_, y);
      return p == 0 || q == 0 ? Real100(0) : Real100(d * d * p * q / (p + q));
    };
    constexpr std::size_t most_halvings = 14;
    Value result;
    result.value = boost::math::quadrature::trapezoidal(integrand, Real100(2 * lower_), Real100(2 * upper_), tolerance,
                                                        most_halvings, &result.change);
    return result;
  }

 private:
  static Real100 density(const Mixture<Real100>& m, const Real100& x) {
    Real100 value = 0, slope = 0;
    add(m, x, value, slope);
    return value;
  }

  /// P(X <= x) for side = -1, P(X >= x) for side = 1.
  static Real100 tail(const Mixture<Real100>& m, const Real100& x, int side) {
    Real100 sum = 0;
    for (Index i = 0; i < m.size(); ++i)
      sum += m.weights(i) / 2 *
             boost::math::erfc(
                 Real100(side * (x - m.means(0, i)) / sqrt(2 * m.covariances[static_cast<std::size_t>(i)](0, 0))));
    return sum;
  }

  /// The d with F((s + d)/2) = G((s - d)/2), by Newton's method for the logarithms of the tails at the nearer end, from
  /// d on, kept between bounds that it moves. F rises and G falls with d.
  Real100 gap_on_curve(const Real100& s, Real100 d) const {
    Real100 low = lower_ - upper_, high = upper_ - lower_;
    const Real100 enough = finest_ * Real100("1e-50");  // the error after the step is the square of the step
    constexpr int most_steps = 400;
    for (int i = 0; i < most_steps && high - low > enough * enough; ++i) {
      const Real100 x = (s + d) / 2, y = (s - d) / 2;
      const Real100 below = tail(p_, x, -1);
      const int side = below < 0.5 ? -1 : 1;
      const Real100 at_p = side < 0 ? below : tail(p_, x, side), at_q = tail(q_, y, side);
      const Real100 excess = -side * log(at_p / at_q);
      (excess > 0 ? high : low) = d;
      const Real100 next = d - 2 * excess / (density(p_, x) / at_p + density(q_, y) / at_q);
      if (abs(next - d) < enough) return next;
      d = next > low && next < high ? next : Real100((low + high) / 2);
    }
    return d;
  }
};

}  // namespace verimix::support

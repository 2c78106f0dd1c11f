// Distances between mixtures on the line in 100 digits by methods that share nothing with the certified ones: Boost's
// trapezoidal rule, which converges geometrically for integrands analytic in a strip, and bisection for sign changes.
#pragma once

#include <algorithm>
#include <boost/math/quadrature/trapezoidal.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <utility>
#include <vector>

#include "verimix/mixture/mixture.hpp"

namespace verimix::support {

class LineOracle {
 public:
  LineOracle(const ExactMixture& p, const ExactMixture& q) : p_(round_to<Real100>(p)), q_(round_to<Real100>(q)) {
    for (const Mixture<Real100>* m : {&p_, &q_})
      for (Index i = 0; i < m->size(); ++i) {
        const Real100 mean = m->means(0, i), sigma = sqrt(m->covariances[static_cast<std::size_t>(i)](0, 0));
        // exp(-22^2 / 2) < 1e-105.
        lower_ = std::min<Real100>(lower_, mean - 22 * sigma);
        upper_ = std::max<Real100>(upper_, mean + 22 * sigma);
        finest_ = std::min<Real100>(finest_, sigma);
      }
  }

  struct Value {
    Real100 value;
    /// What the last halving of the step changed.
    Real100 change;
  };

  Value kl() const {
    return integral([](const At& at) -> Real100 { return at.p * log(at.p / at.q) - at.p + at.q; });
  }
  Value hellinger2() const {
    return integral([](const At& at) -> Real100 {
      const Real100 difference = sqrt(at.p) - sqrt(at.q);
      return difference * difference / 2;
    });
  }
  Value fisher() const {
    return integral([](const At& at) -> Real100 {
      const Real100 difference = at.p_slope / at.p - at.q_slope / at.q;
      return at.p * difference * difference;
    });
  }
  /// int |F - G|: between neighbouring sign changes of p - q, found as for tv, F - G is monotone.
  Real100 wasserstein1() const {
    std::vector<Real100> places{lower_};
    const Real100 step = finest_ / 40;
    Real100 last = difference(lower_);
    for (Real100 x = lower_ + step; x < upper_; x += step) {
      const Real100 now = difference(x);
      if ((now > 0) != (last > 0)) places.push_back(sign_change(x - step, x, last));
      last = now;
    }
    places.push_back(upper_);
    Real100 sum = 0, from = lower_;
    const Real100 rounding("1e-95");
    for (std::size_t i = 0; i + 1 < places.size(); ++i) {
      Real100 a = places[i], b = places[i + 1];
      const Real100 at_a = mass(a), at_b = mass(b);
      if (abs(at_a) < rounding || abs(at_b) < rounding || (at_a > 0) == (at_b > 0)) continue;
      constexpr int halvings = 160;  // the error is the square of the error of the place
      for (int k = 0; k < halvings; ++k) {
        const Real100 middle = (a + b) / 2;
        ((mass(middle) > 0) == (at_a > 0) ? a : b) = middle;
      }
      sum += abs(rise(a) - rise(from));
      from = a;
    }
    return sum + abs(rise(upper_) - rise(from));
  }
  /// Sign changes closer than a 40th of the least deviation are missed.
  Real100 tv() const {
    const Real100 step = finest_ / 40;
    Real100 sum = 0, from = lower_;
    Real100 last = difference(lower_);
    for (Real100 x = lower_ + step; x < upper_; x += step) {
      const Real100 now = difference(x);
      if ((now > 0) != (last > 0)) {
        const Real100 zero = sign_change(x - step, x, last);
        sum += abs(mass(zero) - mass(from));
        from = zero;
      }
      last = now;
    }
    return (sum + abs(mass(upper_) - mass(from))) / 2;
  }

 protected:
  struct At {
    Real100 p, p_slope, q, q_slope;
  };

  static void add(const Mixture<Real100>& m, const Real100& x, Real100& value, Real100& slope) {
    for (Index i = 0; i < m.size(); ++i) {
      const Real100 v = m.covariances[static_cast<std::size_t>(i)](0, 0), u = x - m.means(0, i);
      const Real100 term = m.weights(i) * exp(-u * u / (2 * v)) / sqrt(2 * pi<Real100>() * v);
      value += term;
      slope -= term * u / v;
    }
  }

  Real100 difference(const Real100& x) const {
    At at{0, 0, 0, 0};
    add(p_, x, at.p, at.p_slope);
    add(q_, x, at.q, at.q_slope);
    return at.p - at.q;
  }

  Real100 mass(const Real100& x) const {
    Real100 sum = 0;
    for (const auto& [m, sign] : {std::pair(&p_, 1), std::pair(&q_, -1)})
      for (Index i = 0; i < m->size(); ++i)
        sum += sign * m->weights(i) / 2 *
               boost::math::erfc(
                   Real100((m->means(0, i) - x) / sqrt(2 * m->covariances[static_cast<std::size_t>(i)](0, 0))));
    return sum;
  }

  /// int_-inf^x (F - G) = sum of (x - m) Phi + sigma phi.
  Real100 rise(const Real100& x) const {
    Real100 sum = 0;
    for (const auto& [m, sign] : {std::pair(&p_, 1), std::pair(&q_, -1)})
      for (Index i = 0; i < m->size(); ++i) {
        const Real100 v = m->covariances[static_cast<std::size_t>(i)](0, 0), u = x - m->means(0, i);
        const Real100 below = boost::math::erfc(Real100(-u / sqrt(2 * v))) / 2;
        sum += sign * m->weights(i) * (u * below + v * exp(-u * u / (2 * v)) / sqrt(2 * pi<Real100>() * v));
      }
    return sum;
  }

  Real100 sign_change(Real100 a, Real100 b, const Real100& at_a) const {
    constexpr int halvings = 200;  // the error of the mass is the square of the error of the place
    for (int i = 0; i < halvings; ++i) {
      const Real100 middle = (a + b) / 2;
      if ((difference(middle) > 0) == (at_a > 0))
        a = middle;
      else
        b = middle;
    }
    return (a + b) / 2;
  }

  template <class F>
  Value integral(F f) const {
    const auto integrand = [&](const Real100& x) {
      At at{0, 0, 0, 0};
      add(p_, x, at.p, at.p_slope);
      add(q_, x, at.q, at.q_slope);
      return f(at);
    };
    Value result;
    result.value =
        boost::math::quadrature::trapezoidal(integrand, lower_, upper_, Real100("1e-50"), 14, &result.change);
    return result;
  }

  Mixture<Real100> p_, q_;
  Real100 lower_ = 1000, upper_ = -1000, finest_ = 1000;
};

/// The exact value of a Real100 as a ball.
inline Ball ball_of(const Real100& x) { return from_rational<Ball>(to_rational(x)); }

}  // namespace verimix::support

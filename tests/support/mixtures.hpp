// Mixtures that every scalar sees the same, valid by construction and weighted to the extremes; and what rounding may
// do to a density and its score.
#pragma once

#include <rapidcheck.h>

#include <utility>
#include <vector>

#include "support/numbers.hpp"
#include "support/spd.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix::support {

inline Rational power_of_two(int exponent) {
  Rational value = 1;
  for (int i = 0; i < std::abs(exponent); ++i) value *= exponent < 0 ? Rational(1, 2) : Rational(2);
  return value;
}

/// k weights in multiples of 1/256 that sum to 1; one time in four the first is 2^-660 (about 1e-199) instead, one time
/// in eight 0.
inline rc::Gen<std::vector<Rational>> mixture_weights(std::size_t k) {
  return rc::gen::exec([k] {
    std::vector<Rational> weights(k, Rational(0));
    Rational left = 1;
    for (std::size_t i = 0; i + 1 < k; ++i) {
      weights[i] = Rational(*rc::gen::inRange(1, 32), 256);
      left -= weights[i];
    }
    weights[k - 1] = left;
    if (k > 1) {
      const Rational wanted =
          *rc::gen::weightedElement<Rational>({{5, weights[0]}, {2, power_of_two(-660)}, {1, Rational(0)}});
      weights[k - 1] += weights[0] - wanted;
      weights[0] = wanted;
    }
    return weights;
  });
}

/// d from `least_dimension` to `largest_dimension`, k <= 4. Means within +-16 in eighths: usually free, else all equal,
/// or all on one line. Covariances from spd.hpp with pivots 2^e, |e| <= `extreme`; one time in five the identity.
inline rc::Gen<ExactMixture> mixtures(Index largest_dimension, long extreme = 3, Index least_dimension = 1) {
  return rc::gen::exec([largest_dimension, extreme, least_dimension] {
    const Index d = *rc::gen::inRange<Index>(least_dimension, largest_dimension + 1);
    const Index k = *rc::gen::inRange<Index>(1, 5);
    ExactMixture mixture;
    mixture.weights = *mixture_weights(static_cast<std::size_t>(k));
    const int arrangement = *rc::gen::weightedElement<int>({{4, 0}, {1, 1}, {1, 2}});
    mixture.means.resize(d, k);
    for (Index i = 0; i < k; ++i) {
      for (Index m = 0; m < d; ++m) {
        mixture.means(m, i) = arrangement == 1 && i > 0   ? mixture.means(m, 0)
                              : arrangement == 2 && i > 0 ? mixture.means(m, 0) * Rational(static_cast<int>(1 - 2 * i))
                                                          : Rational(*integers(128), 8);
      }
      const auto size = static_cast<std::size_t>(d);
      const bool identity = *rc::gen::weightedElement<bool>({{4, false}, {1, true}});
      const auto unit_lower = identity ? std::vector<long>(size * (size - 1) / 2, 0)
                                       : *rc::gen::container<std::vector<long>>(size * (size - 1) / 2, integers(8));
      const auto exponents =
          identity ? std::vector<long>(size, 0) : *rc::gen::container<std::vector<long>>(size, integers(extreme));
      mixture.covariances.push_back(spd_of_factors(d, unit_lower, exponents).entries);
    }
    return mixture;
  });
}

/// A point of dyadics: mostly near the means, one time in four `far` times as far out, where every component
/// underflows in double.
inline rc::Gen<Matrix<Rational>> mixture_points(Index d, int far = 4096) {
  return rc::gen::exec([d, far] {
    Matrix<Rational> point(d, 1);
    const Rational scale = *rc::gen::weightedElement<Rational>({{3, Rational(1)}, {1, Rational(far)}});
    for (Index m = 0; m < d; ++m) point(m, 0) = scale * Rational(*integers(160), 8);
    return point;
  });
}

template <Scalar T>
Matrix<T> rounded(const Matrix<Rational>& a) {
  return a.unaryExpr([](const Rational& q) { return from_rational<T>(q); });
}

/// Bounds on what working with unit roundoff u (parameters and point rounded, Cholesky, inverse, inner products) may
/// change, to first order: with kappa_i the Frobenius condition number of Q_i and c = 8 (d + 2)^2,
///   |dl_i| <= c u (kappa_i (1 + |W_i z_i|^2) + |Q_i^{-1}| |z_i| |x|),
///   |dg_i| <= c u (kappa_i |Q_i^{-1}| |z_i| + |Q_i^{-1}| (|x| + |mu_i|)),
/// the log-density moves by sum w_i |dl_i| and the score by sum w_i (|dg_i| + |g_i - gbar| (|dl_i| + sum_j w_j
/// |dl_j|)). A responsibility below the least double is 0, so w_i counts as at least 1e-290.
struct RoundingBounds {
  Real100 log_density, score;
};

inline RoundingBounds rounding_bounds(const Mixture<Real100>& mixture, const Vector<Real100>& x, const Real100& u) {
  const Density<Real100> density(mixture);
  const Evaluation<Real100> at = density.evaluate(x, {.responsibilities = true, .jacobian = false, .threads = 1});
  const int d = static_cast<int>(x.size());
  const Real100 c = 8 * (d + 2) * (d + 2) * u;
  const auto norm = [](const auto& a) -> Real100 { return sqrt(a.array().square().sum()); };
  std::vector<Real100> log_errors, gradient_errors, deviations;
  Real100 mean_log_error = 0;
  for (const WhitenedComponent<Real100>& w : density.components()) {
    const Vector<Real100> z = x - w.mean;
    const Vector<Real100> y = w.whitening * z;
    const Matrix<Real100> precision = w.whitening.transpose() * w.whitening;
    const Real100 kappa = norm(mixture.covariances[static_cast<std::size_t>(w.component)]) * norm(precision);
    const Vector<Real100> g = precision * z;
    log_errors.push_back(c * (kappa * (1 + y.squaredNorm()) + norm(precision) * norm(z) * norm(x)));
    gradient_errors.push_back(c * norm(precision) * (kappa * norm(z) + norm(x) + norm(w.mean)));
    deviations.push_back(norm(Vector<Real100>(g + at.score.col(0))));
    mean_log_error += at.responsibilities(w.component, 0) * log_errors.back();
  }
  RoundingBounds bounds{c + mean_log_error + c * abs(at.log_density(0)), c * norm(at.score)};
  for (std::size_t i = 0; i < log_errors.size(); ++i) {
    const Real100 weight = at.responsibilities(density.components()[i].component, 0) + Real100("1e-290");
    bounds.score += weight * (gradient_errors[i] + deviations[i] * (log_errors[i] + mean_log_error));
  }
  return bounds;
}

}  // namespace verimix::support

namespace verimix {
/// Prints what a counterexample needs; RapidCheck finds it beside the type.
inline void showValue(const ExactMixture& mixture, std::ostream& out) {
  for (Index i = 0; i < mixture.size(); ++i) {
    out << to_text(mixture.weights[static_cast<std::size_t>(i)]) << " N((";
    for (Index m = 0; m < mixture.dimension(); ++m) out << to_text(mixture.means(m, i)) << ' ';
    out << "), ";
    for (const Rational& q : mixture.covariances[static_cast<std::size_t>(i)].reshaped()) out << to_text(q) << ' ';
    out << ") ";
  }
}
}  // namespace verimix

// The exact law of Algorithm 1's output for a single Gaussian target and its exact score: every step is linear, so the
// law stays Gaussian and no Monte Carlo is needed.
#pragma once

#include "verimix/diffusion/time_grid.hpp"

namespace verimix {

/// N(mean, variance) on the real line; a target in R^d splits into its eigendirections.
template <RealScalar T>
struct Gaussian1 {
  T mean, variance;
};

/// Which coefficient a step of length gamma uses.
enum class StepCoefficient {
  /// rho = e^gamma, the exact exponential integrator.
  exact,
  /// rho = e^{gamma/2}, as [CKS25] Algorithm 1 prints it.
  printed,
};

/// q_s for q_0 = N(mu, v): N(e^{-s} mu, e^{-2s} v + 1 - e^{-2s}). Domain: v >= 0, s >= 0.
template <RealScalar T>
Gaussian1<T> gaussian_at_time(const Gaussian1<T>& target, const T& time);

/// The law of y_N from y_0 ~ N(0, 1): with s = s_l, N(mu_s, v_s) = q_s and a = rho - 2 (rho - 1)/v_s,
///   mean <- a mean + 2 (rho - 1) mu_s/v_s,   variance <- a^2 variance + rho^2 - 1.
/// Domain: target.variance >= 0.
template <RealScalar T>
Gaussian1<T> output_law(const Gaussian1<T>& target, const TimeGrid<T>& grid, StepCoefficient coefficient);

/// KL(p | q) = (v_p/v_q - 1 - log(v_p/v_q) + (m_p - m_q)^2/v_q)/2, by log1p where the variances are close. Domain:
/// variances > 0.
template <RealScalar T>
T gaussian_kl(const Gaussian1<T>& p, const Gaussian1<T>& q);

extern template Gaussian1<double> gaussian_at_time(const Gaussian1<double>&, const double&);
extern template Gaussian1<Real50> gaussian_at_time(const Gaussian1<Real50>&, const Real50&);
extern template Gaussian1<double> output_law(const Gaussian1<double>&, const TimeGrid<double>&, StepCoefficient);
extern template Gaussian1<Real50> output_law(const Gaussian1<Real50>&, const TimeGrid<Real50>&, StepCoefficient);
extern template double gaussian_kl(const Gaussian1<double>&, const Gaussian1<double>&);
extern template Real50 gaussian_kl(const Gaussian1<Real50>&, const Gaussian1<Real50>&);

}  // namespace verimix

// The exact law of Algorithm 1's output for scores that are linear in the point, such as the exact score of a single
// Gaussian target: every step is linear, so the law stays Gaussian and no Monte Carlo is needed.
#pragma once

#include <vector>

#include "verimix/diffusion/time_grid.hpp"
#include "verimix/distance/gaussian.hpp"

namespace verimix {

/// N(mean, variance) on the real line; a target in R^d splits into its eigendirections.
template <Scalar T>
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
template <Scalar T>
Gaussian1<T> gaussian_at_time(const Gaussian1<T>& target, const T& time);

/// The law of y_N from y_0 ~ N(0, 1): with s = s_l, N(mu_s, v_s) = q_s and a = rho - 2 (rho - 1)/v_s,
///   mean <- a mean + 2 (rho - 1) mu_s/v_s,   variance <- a^2 variance + rho^2 - 1.
/// With Ball an enclosure. Domain: target.variance >= 0.
template <Scalar T>
Gaussian1<T> output_law(const Gaussian1<T>& target, const TimeGrid<T>& grid, StepCoefficient coefficient);

/// KL(p | q) = (v_p/v_q - 1 - log(v_p/v_q) + (m_p - m_q)^2/v_q)/2, by log1p where the variances are close. Domain:
/// variances > 0.
template <Scalar T>
T gaussian_kl(const Gaussian1<T>& p, const Gaussian1<T>& q);

/// s(x) = slope x + offset: d x d and d, any matrix.
template <Scalar T>
struct LinearScore {
  Matrix<T> slope;
  Vector<T> offset;
};

/// The exact score of N(mu, Q) at time s: -Q_s^{-1} (x - e^{-s} mu), Q_s = e^{-2s} Q + (1 - e^{-2s}) Id. Throws
/// InputError (field "covariance") where Q_s is certainly not positive definite, UndecidedError where the scalar cannot
/// tell.
template <Scalar T>
LinearScore<T> gaussian_linear_score(const Gaussian<T>& target, const T& time);

/// The law of y_N from y_0 ~ N(0, Id) in R^d with scores[l] at step l and the exact coefficient:
///   A = rho Id + 2 (rho - 1) slope,  mean <- A mean + 2 (rho - 1) offset,  covariance <- A covariance A^T + (rho^2 -
///   1) Id.
/// With Ball an enclosure; floating point: a relative error of N d u prod max(1, |A_l|^2) at most. Throws InputError
/// (fields "scores", "dimension") unless there is a score of one dimension for each step.
template <Scalar T>
Gaussian<T> linear_output_law(const std::vector<LinearScore<T>>& scores, const TimeGrid<T>& grid);

extern template LinearScore<double> gaussian_linear_score(const Gaussian<double>&, const double&);
extern template LinearScore<Real50> gaussian_linear_score(const Gaussian<Real50>&, const Real50&);
extern template LinearScore<Real100> gaussian_linear_score(const Gaussian<Real100>&, const Real100&);
extern template LinearScore<Ball> gaussian_linear_score(const Gaussian<Ball>&, const Ball&);
extern template Gaussian<double> linear_output_law(const std::vector<LinearScore<double>>&, const TimeGrid<double>&);
extern template Gaussian<Real50> linear_output_law(const std::vector<LinearScore<Real50>>&, const TimeGrid<Real50>&);
extern template Gaussian<Real100> linear_output_law(const std::vector<LinearScore<Real100>>&, const TimeGrid<Real100>&);
extern template Gaussian<Ball> linear_output_law(const std::vector<LinearScore<Ball>>&, const TimeGrid<Ball>&);
extern template Gaussian1<double> gaussian_at_time(const Gaussian1<double>&, const double&);
extern template Gaussian1<Real50> gaussian_at_time(const Gaussian1<Real50>&, const Real50&);
extern template Gaussian1<Ball> gaussian_at_time(const Gaussian1<Ball>&, const Ball&);
extern template Gaussian1<double> output_law(const Gaussian1<double>&, const TimeGrid<double>&, StepCoefficient);
extern template Gaussian1<Real50> output_law(const Gaussian1<Real50>&, const TimeGrid<Real50>&, StepCoefficient);
extern template Gaussian1<Ball> output_law(const Gaussian1<Ball>&, const TimeGrid<Ball>&, StepCoefficient);
extern template double gaussian_kl(const Gaussian1<double>&, const Gaussian1<double>&);
extern template Real50 gaussian_kl(const Gaussian1<Real50>&, const Gaussian1<Real50>&);
extern template Ball gaussian_kl(const Gaussian1<Ball>&, const Gaussian1<Ball>&);

}  // namespace verimix

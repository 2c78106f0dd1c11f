#include "verimix/sample/linear_recursion.hpp"

#include <string>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

namespace verimix {

template <Scalar T>
Gaussian1<T> gaussian_at_time(const Gaussian1<T>& target, const T& time) {
  const T signal = signal_scale(time);
  return {signal * target.mean, signal * signal * target.variance + noise_variance(time)};
}

template <Scalar T>
Gaussian1<T> output_law(const Gaussian1<T>& target, const TimeGrid<T>& grid, StepCoefficient coefficient) {
  require_invariant(less(target.variance, T(0)) != Truth::yes, "a variance is not negative");
  Gaussian1<T> law{T(0), T(1)};
  for (std::size_t l = 0; l < grid.steps.size(); ++l) {
    const T exponent = coefficient == StepCoefficient::exact ? grid.steps[l] : T(grid.steps[l] / T(2));
    const Gaussian1<T> q = gaussian_at_time(target, grid.remaining[l]);
    const T pull = T(2) * expm1(exponent) / q.variance;
    const T factor = exp(exponent) - pull;
    law.mean = factor * law.mean + pull * q.mean;
    law.variance = factor * factor * law.variance + expm1(T(T(2) * exponent));
  }
  return law;
}

template <Scalar T>
T gaussian_kl(const Gaussian1<T>& p, const Gaussian1<T>& q) {
  require_invariant(less(T(0), p.variance) != Truth::no && less(T(0), q.variance) != Truth::no,
                    "a divergence compares Gaussians of positive variance");
  const T excess = (p.variance - q.variance) / q.variance;
  const T shift = p.mean - q.mean;
  return (excess - log1p(excess) + shift * shift / q.variance) / T(2);
}

template <Scalar T>
LinearScore<T> gaussian_linear_score(const Gaussian<T>& target, const T& time) {
  const T signal = signal_scale(time), noise = noise_variance(time);
  Matrix<T> covariance = signal * signal * target.covariance;
  for (Index i = 0; i < covariance.rows(); ++i) covariance(i, i) += noise;
  const Cholesky<T> factor = cholesky(covariance);
  if (factor.positive_definite == Truth::no)
    throw InputError("", "covariance", std::to_string(factor.failing_pivot), "a positive definite matrix");
  if (factor.positive_definite == Truth::unknown)
    throw UndecidedError("a covariance is too close to singular for its scalar: raise the precision");
  const Matrix<T> whitening = lower_inverse(factor.lower);
  const Matrix<T> precision = whitening.transpose() * whitening;
  return {-precision, precision * Vector<T>(signal * target.mean)};
}

template <Scalar T>
Gaussian<T> linear_output_law(const std::vector<LinearScore<T>>& scores, const TimeGrid<T>& grid) {
  if (scores.size() != grid.steps.size() || scores.empty())
    throw InputError("", "scores", std::to_string(scores.size()),
                     std::to_string(grid.steps.size()) + " scores, one for each step");
  const Index d = scores.front().offset.size();
  Gaussian<T> law{Vector<T>::Constant(d, T(0)), Matrix<T>::Constant(d, d, T(0))};
  for (Index i = 0; i < d; ++i) law.covariance(i, i) = T(1);
  for (std::size_t l = 0; l < scores.size(); ++l) {
    const LinearScore<T>& score = scores[l];
    if (score.offset.size() != d || score.slope.rows() != d || score.slope.cols() != d)
      throw InputError("", "dimension", std::to_string(score.offset.size()), std::to_string(d) + " in every score");
    const T pull = T(2) * expm1(grid.steps[l]);
    Matrix<T> a = pull * score.slope;
    for (Index i = 0; i < d; ++i) a(i, i) += exp(grid.steps[l]);
    law.mean = Vector<T>(a * law.mean) + Vector<T>(pull * score.offset);
    law.covariance = Matrix<T>(a * law.covariance) * Matrix<T>(a.transpose());
    for (Index i = 0; i < d; ++i) law.covariance(i, i) += expm1(T(T(2) * grid.steps[l]));
  }
  return law;
}

template LinearScore<double> gaussian_linear_score(const Gaussian<double>&, const double&);
template LinearScore<Real50> gaussian_linear_score(const Gaussian<Real50>&, const Real50&);
template LinearScore<Real100> gaussian_linear_score(const Gaussian<Real100>&, const Real100&);
template LinearScore<Ball> gaussian_linear_score(const Gaussian<Ball>&, const Ball&);
template Gaussian<double> linear_output_law(const std::vector<LinearScore<double>>&, const TimeGrid<double>&);
template Gaussian<Real50> linear_output_law(const std::vector<LinearScore<Real50>>&, const TimeGrid<Real50>&);
template Gaussian<Real100> linear_output_law(const std::vector<LinearScore<Real100>>&, const TimeGrid<Real100>&);
template Gaussian<Ball> linear_output_law(const std::vector<LinearScore<Ball>>&, const TimeGrid<Ball>&);
template Gaussian1<double> gaussian_at_time(const Gaussian1<double>&, const double&);
template Gaussian1<Real50> gaussian_at_time(const Gaussian1<Real50>&, const Real50&);
template Gaussian1<Ball> gaussian_at_time(const Gaussian1<Ball>&, const Ball&);
template Gaussian1<double> output_law(const Gaussian1<double>&, const TimeGrid<double>&, StepCoefficient);
template Gaussian1<Real50> output_law(const Gaussian1<Real50>&, const TimeGrid<Real50>&, StepCoefficient);
template Gaussian1<Ball> output_law(const Gaussian1<Ball>&, const TimeGrid<Ball>&, StepCoefficient);
template double gaussian_kl(const Gaussian1<double>&, const Gaussian1<double>&);
template Real50 gaussian_kl(const Gaussian1<Real50>&, const Gaussian1<Real50>&);
template Ball gaussian_kl(const Gaussian1<Ball>&, const Gaussian1<Ball>&);

}  // namespace verimix

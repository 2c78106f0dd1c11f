#include "verimix/sample/linear_recursion.hpp"

#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

namespace verimix {

template <RealScalar T>
Gaussian1<T> gaussian_at_time(const Gaussian1<T>& target, const T& time) {
  const T signal = signal_scale(time);
  return {signal * target.mean, signal * signal * target.variance + noise_variance(time)};
}

template <RealScalar T>
Gaussian1<T> output_law(const Gaussian1<T>& target, const TimeGrid<T>& grid, StepCoefficient coefficient) {
  require_invariant(!(target.variance < T(0)), "a variance is not negative");
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

template <RealScalar T>
T gaussian_kl(const Gaussian1<T>& p, const Gaussian1<T>& q) {
  require_invariant(p.variance > T(0) && q.variance > T(0), "a divergence compares Gaussians of positive variance");
  const T excess = (p.variance - q.variance) / q.variance;
  const T shift = p.mean - q.mean;
  return (excess - log1p(excess) + shift * shift / q.variance) / T(2);
}

template Gaussian1<double> gaussian_at_time(const Gaussian1<double>&, const double&);
template Gaussian1<Real50> gaussian_at_time(const Gaussian1<Real50>&, const Real50&);
template Gaussian1<double> output_law(const Gaussian1<double>&, const TimeGrid<double>&, StepCoefficient);
template Gaussian1<Real50> output_law(const Gaussian1<Real50>&, const TimeGrid<Real50>&, StepCoefficient);
template double gaussian_kl(const Gaussian1<double>&, const Gaussian1<double>&);
template Real50 gaussian_kl(const Gaussian1<Real50>&, const Gaussian1<Real50>&);

}  // namespace verimix

#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

#include "verimix/core/error.hpp"

namespace verimix {

namespace {

template <Scalar T>
void require_time(const T& time) {
  if (!is_finite(time) || less(time, T(0)) == Truth::yes) {
    throw InputError("", "time", std::to_string(approximate(time)), "a finite time >= 0");
  }
}

}  // namespace

template <Scalar T>
T signal_scale(const T& time) {
  require_time(time);
  return exp(-time);
}

template <Scalar T>
T noise_variance(const T& time) {
  require_time(time);
  return -expm1(T(-2) * time);
}

template <Scalar T>
Mixture<T> at_time(const Mixture<T>& mixture, const T& time) {
  require_time(time);
  Mixture<T> result = mixture;
  if (equal(time, T(0)) == Truth::yes) return result;
  const T scale = signal_scale(time);
  const T squared_scale = exp(T(-2) * time);
  const T variance = noise_variance(time);
  for (T& entry : result.means.reshaped()) entry *= scale;
  for (Matrix<T>& covariance : result.covariances) {
    for (T& entry : covariance.reshaped()) entry *= squared_scale;
    for (Index j = 0; j < covariance.rows(); ++j) covariance(j, j) += variance;
  }
  return result;
}

template double signal_scale(const double&);
template Real50 signal_scale(const Real50&);
template Real100 signal_scale(const Real100&);
template Ball signal_scale(const Ball&);
template double noise_variance(const double&);
template Real50 noise_variance(const Real50&);
template Real100 noise_variance(const Real100&);
template Ball noise_variance(const Ball&);
template Mixture<double> at_time(const Mixture<double>&, const double&);
template Mixture<Real50> at_time(const Mixture<Real50>&, const Real50&);
template Mixture<Real100> at_time(const Mixture<Real100>&, const Real100&);
template Mixture<Ball> at_time(const Mixture<Ball>&, const Ball&);

}  // namespace verimix

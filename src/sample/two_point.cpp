#include "verimix/sample/two_point.hpp"

#include <boost/math/distributions/normal.hpp>
#include <string>

#include "verimix/core/error.hpp"
#include "verimix/distance/gaussian.hpp"

namespace verimix {

template <Scalar T>
T two_point_tv(long samples, const T& shift) {
  if (samples < 0) throw InputError("", "samples", std::to_string(samples), "a number >= 0");
  if (!is_finite(shift)) throw InputError("", "shift", std::to_string(approximate(shift)), "a finite number");
  // The mean is sufficient: TV(N(0, 1), N(sqrt(n) m, 1)).
  const Gaussian<T> standard{Vector<T>::Constant(1, T(0)), Matrix<T>::Constant(1, 1, T(1))};
  return tv_equal_covariance<T>(standard, Vector<T>::Constant(1, T(sqrt(T(samples)) * shift)));
}

template <Scalar T>
T two_point_failure_lower(long samples, const T& shift) {
  return (T(1) - two_point_tv(samples, shift)) / T(2);
}

template <Scalar T>
T two_point_tv_error_lower(const T& shift) {
  return two_point_tv(1, shift) / T(2);
}

template <Scalar T>
T two_point_score_error_lower(const T& shift) {
  return shift * shift * (T(1) - two_point_tv(1, shift)) / T(4);
}

double two_point_samples_required(double shift, double failure) {
  if (!(shift != 0 && is_finite(shift))) throw InputError("", "shift", std::to_string(shift), "a number that is not 0");
  if (!(failure > 0 && failure < 0.5))
    throw InputError("", "failure", std::to_string(failure), "a probability below 1/2");
  const double z = -boost::math::quantile(boost::math::normal(), failure);
  return 4 * (z / shift) * (z / shift);
}

template double two_point_tv(long, const double&);
template Real50 two_point_tv(long, const Real50&);
template Ball two_point_tv(long, const Ball&);
template double two_point_failure_lower(long, const double&);
template Real50 two_point_failure_lower(long, const Real50&);
template Ball two_point_failure_lower(long, const Ball&);
template double two_point_tv_error_lower(const double&);
template Real50 two_point_tv_error_lower(const Real50&);
template Ball two_point_tv_error_lower(const Ball&);
template double two_point_score_error_lower(const double&);
template Real50 two_point_score_error_lower(const Real50&);
template Ball two_point_score_error_lower(const Ball&);

}  // namespace verimix

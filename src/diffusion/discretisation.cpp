#include "verimix/diffusion/discretisation.hpp"

#include <algorithm>
#include <cmath>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

template <class T>
void require_above(const T& value, int least, const std::string& field, const std::string& expected) {
  if (!is_finite(value) || less(T(least), value) != Truth::yes)
    throw InputError("", field, std::to_string(approximate(value)), expected);
}

template <class T>
void require_horizon_and_stop(const T& horizon, const T& stop) {
  if (!is_finite(horizon) || less(horizon, T(1)) != Truth::no)
    throw InputError("", "horizon", std::to_string(approximate(horizon)), "a finite horizon T >= 1");
  require_above(stop, 0, "stop", "a stopping time delta with 0 < delta < 1");
  if (less(stop, T(1)) != Truth::yes)
    throw InputError("", "stop", std::to_string(approximate(stop)), "a stopping time delta with 0 < delta < 1");
}

}  // namespace

template <Scalar T>
T gaussian_discretisation_error(const TimeGrid<T>& grid, const T& variance) {
  if (!is_finite(variance) || less(variance, T(0)) != Truth::no)
    throw InputError("", "variance", std::to_string(approximate(variance)), "a finite variance >= 0");
  T sum(0);
  for (std::size_t l = 0; l < grid.steps.size(); ++l) {
    const T &step = grid.steps[l], &next = grid.remaining[l + 1];
    // e^{2s} + v - 1 at both ends of the step; I = e^{2s}/(e^{2s} + v - 1), whose integral over s is half its
    // logarithm.
    const T denominator = expm1(T(2) * grid.remaining[l]) + variance, lower = expm1(T(2) * next) + variance;
    const T information = (denominator - variance + T(1)) / denominator;
    const T integral = log1p((denominator - lower) / lower) / T(2);
    sum += integral - step * information + T(2) * (step + expm1(-step)) * information;
  }
  return sum;
}

template <Scalar T>
T discretisation_upper(const T& kappa, int dimension, const T& horizon, const T& stop) {
  require_above(kappa, 0, "kappa", "kappa > 0");
  if (dimension < 1) throw InputError("", "dimension", std::to_string(dimension), "a dimension >= 1");
  require_horizon_and_stop(horizon, stop);
  return kappa * T(dimension) * (T(223) / T(100) * horizon - log(stop) / T(2) + T(154) / T(100));
}

double steps_for_kappa(double kappa, double horizon, double stop) {
  require_above(kappa, 0, "kappa", "0 < kappa <= 1");
  if (kappa > 1) throw InputError("", "kappa", std::to_string(kappa), "0 < kappa <= 1");
  require_horizon_and_stop(horizon, stop);
  constexpr double above_inverse_log_2 = 1.4427;
  return 2 * std::ceil(std::max(horizon - 1, -above_inverse_log_2 * std::log(stop)) / kappa);
}

template double gaussian_discretisation_error(const TimeGrid<double>&, const double&);
template Real50 gaussian_discretisation_error(const TimeGrid<Real50>&, const Real50&);
template Ball gaussian_discretisation_error(const TimeGrid<Ball>&, const Ball&);
template double discretisation_upper(const double&, int, const double&, const double&);
template Real50 discretisation_upper(const Real50&, int, const Real50&, const Real50&);
template Ball discretisation_upper(const Ball&, int, const Ball&, const Ball&);

}  // namespace verimix

#include "verimix/distance/data_processing.hpp"

#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

namespace verimix {

template <Scalar T>
T fisher_flow_factor(const T& variance, const T& time) {
  if (!is_finite(variance) || less(T(0), variance) == Truth::no)
    throw InputError("", "variance", std::to_string(approximate(variance)), "a finite variance > 0");
  const T scale = signal_scale(time);
  const T ratio = scale * variance / (scale * scale * variance + noise_variance(time));
  return ratio * ratio;
}

template double fisher_flow_factor(const double&, const double&);
template Real50 fisher_flow_factor(const Real50&, const Real50&);
template Ball fisher_flow_factor(const Ball&, const Ball&);

}  // namespace verimix

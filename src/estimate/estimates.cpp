#include "verimix/estimate/estimates.hpp"

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

namespace verimix {

template <RealScalar T>
void validate(const ParameterEstimates<T>& estimates) {
  const Index d = estimates.dimension();
  const Index k = estimates.size();
  if (d < 1 || k < 1) {
    throw InputError("", "means", std::to_string(d) + " x " + std::to_string(k), "at least one mean of dimension >= 1");
  }
  if (static_cast<Index>(estimates.covariances.size()) != k) {
    throw InputError("", "covariances", std::to_string(estimates.covariances.size()),
                     std::to_string(k) + " matrices, one a mean");
  }
  const auto require_finite = [](const Matrix<T>& values, const std::string& field) {
    for (Index j = 0; j < values.size(); ++j) {
      if (!is_finite(values(j))) throw InputError("", field, to_text(values(j)), "a finite number");
    }
  };
  require_finite(estimates.means, "means");
  for (Index i = 0; i < k; ++i) {
    const Matrix<T>& q = estimates.covariances[static_cast<std::size_t>(i)];
    const std::string field = "covariances[" + std::to_string(i) + "]";
    if (q.rows() != d || q.cols() != d) {
      throw InputError("", field, std::to_string(q.rows()) + " x " + std::to_string(q.cols()),
                       "a square matrix of size " + std::to_string(d));
    }
    require_finite(q, field);
    if (q != q.transpose()) throw InputError("", field, "", "a symmetric matrix");
  }
}

template <RealScalar T>
ParameterEstimates<T> parameters_of(const Mixture<T>& mixture) {
  return {mixture.means, mixture.covariances};
}

template <RealScalar T>
ParameterEstimates<T> at_time(const ParameterEstimates<T>& estimates, const T& time) {
  if (!is_finite(time) || time < T(0)) throw InputError("", "time", to_text(time), "a finite number >= 0");
  if (time == T(0)) return estimates;
  const T scale = signal_scale(time);
  const T noise = noise_variance(time);
  const T squared = scale * scale;
  ParameterEstimates<T> out{estimates.means * scale, estimates.covariances};
  for (Matrix<T>& q : out.covariances) {
    q *= squared;
    q.diagonal().array() += noise;
  }
  return out;
}

template void validate(const ParameterEstimates<double>&);
template void validate(const ParameterEstimates<Real50>&);
template ParameterEstimates<double> parameters_of(const Mixture<double>&);
template ParameterEstimates<Real50> parameters_of(const Mixture<Real50>&);
template ParameterEstimates<double> at_time(const ParameterEstimates<double>&, const double&);
template ParameterEstimates<Real50> at_time(const ParameterEstimates<Real50>&, const Real50&);

}  // namespace verimix

// Estimated means and covariances of k components: what Algorithms 2-4 put out and what the clustering takes in.
#pragma once

#include <vector>

#include "verimix/core/linear_algebra.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// (muhat_i, Qhat_i) for i in [k]; no weights. Qhat_i is symmetric and need not be positive definite (Lemma 26 clips
/// it).
template <RealScalar T>
struct ParameterEstimates {
  /// d x k, a mean a column.
  Matrix<T> means;
  /// k symmetric d x d matrices.
  std::vector<Matrix<T>> covariances;

  Index dimension() const { return means.rows(); }
  Index size() const { return means.cols(); }
};

/// Throws InputError naming the field if d < 1, k < 1, there are not k covariances, one is not d x d or not symmetric,
/// or a number is not finite.
template <RealScalar T>
void validate(const ParameterEstimates<T>& estimates);

/// The parameters of the mixture itself: estimates without an error.
template <RealScalar T>
ParameterEstimates<T> parameters_of(const Mixture<T>& mixture);

/// The estimates carried through the forward process: e^{-t} muhat_i and e^{-2t} Qhat_i + (1 - e^{-2t}) Id. An error of
/// (e_mean, e_cov) at time 0 is exactly (e^{-t} e_mean, e^{-2t} e_cov) at time t. Domain: t >= 0, else InputError
/// (field "time").
template <RealScalar T>
ParameterEstimates<T> at_time(const ParameterEstimates<T>& estimates, const T& time);

extern template void validate(const ParameterEstimates<double>&);
extern template void validate(const ParameterEstimates<Real50>&);
extern template ParameterEstimates<double> parameters_of(const Mixture<double>&);
extern template ParameterEstimates<Real50> parameters_of(const Mixture<Real50>&);
extern template ParameterEstimates<double> at_time(const ParameterEstimates<double>&, const double&);
extern template ParameterEstimates<Real50> at_time(const ParameterEstimates<Real50>&, const Real50&);

}  // namespace verimix

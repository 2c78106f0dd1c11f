#include "verimix/estimate/crude_means.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "verimix/core/error.hpp"
#include "verimix/estimate/moments.hpp"

namespace verimix {

template <RealScalar T>
CrudeMeans<T> crude_means(const RowSlice<T>& sample, Index k, const T& radius, const T& mesh) {
  if (k < 1) throw InputError("", "components", std::to_string(k), "at least 1");
  const Matrix<T> moment = second_moment(sample);
  Subspace<T> subspace = top_eigenspace(moment, std::min(k, sample.dimension()));
  BallNet<T> net(subspace.basis, radius, mesh);
  return {std::move(subspace), std::move(net)};
}

template <RealScalar T>
CrudeMeans<T> crude_means(const Matrix<T>& sample, Index k, const T& radius, const T& mesh) {
  return crude_means(whole(sample), k, radius, mesh);
}

template <Scalar T>
T mean_subspace_error_squared_upper(const T& alpha, const T& beta, const T& eta, const T& lambda) {
  return (beta - alpha + 2 * eta) / lambda;
}

template <Scalar T>
T crude_mean_error_squared_upper(const T& alpha, const T& beta, const T& eta, const T& lambda, const T& mesh) {
  const T error = sqrt(mean_subspace_error_squared_upper(alpha, beta, eta, lambda)) + mesh;
  return error * error;
}

double crude_mean_sample_size(Index d, double beta, double R, double failure) {
  const auto dimension = static_cast<double>(d);
  const double trace = dimension * beta + R * R;
  const double fourth = trace * trace + 2 * dimension * beta * beta + 4 * beta * R * R;
  return std::ceil(4 * fourth / (failure * beta * beta));
}

template struct CrudeMeans<double>;
template struct CrudeMeans<Real50>;
template CrudeMeans<double> crude_means(const RowSlice<double>&, Index, const double&, const double&);
template CrudeMeans<Real50> crude_means(const RowSlice<Real50>&, Index, const Real50&, const Real50&);
template CrudeMeans<double> crude_means(const Matrix<double>&, Index, const double&, const double&);
template CrudeMeans<Real50> crude_means(const Matrix<Real50>&, Index, const Real50&, const Real50&);
template double mean_subspace_error_squared_upper(const double&, const double&, const double&, const double&);
template Real50 mean_subspace_error_squared_upper(const Real50&, const Real50&, const Real50&, const Real50&);
template Ball mean_subspace_error_squared_upper(const Ball&, const Ball&, const Ball&, const Ball&);
template double crude_mean_error_squared_upper(const double&, const double&, const double&, const double&,
                                               const double&);
template Real50 crude_mean_error_squared_upper(const Real50&, const Real50&, const Real50&, const Real50&,
                                               const Real50&);
template Ball crude_mean_error_squared_upper(const Ball&, const Ball&, const Ball&, const Ball&, const Ball&);

}  // namespace verimix

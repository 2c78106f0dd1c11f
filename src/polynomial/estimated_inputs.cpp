#include "verimix/polynomial/estimated_inputs.hpp"

#include <algorithm>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

template <Scalar T>
T failure_exponent(const SubMixtureSizes<T>& sizes, const T& delta, int events) {
  require_invariant(less(T(0), delta) == Truth::yes && less(delta, T(1)) == Truth::yes,
                    "a failure probability lies between 0 and 1");
  return log(T(events * static_cast<int>(sizes.m) / delta));
}

}  // namespace

template <RealScalar T>
EstimateSizes<T> estimate_sizes(const Triplets<T>& truth, const Triplets<T>& estimates) {
  require_invariant(truth.size() == estimates.size(), "an estimate for each component");
  EstimateSizes<T> sizes{T(0), T(0)};
  for (Index i = 0; i < truth.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const Vector<T> shift = estimates.means.col(i) - truth.means.col(i);
    const Matrix<T> covariance = estimates.covariances[at] - truth.covariances[at];
    const Matrix<T> inverse = estimates.inverses[at] - truth.inverses[at];
    sizes.upsilon = std::max<T>(sizes.upsilon, T(shift.norm() + covariance.norm() + inverse.norm()));
    sizes.kappa = std::max<T>(sizes.kappa,
                              Eigen::SelfAdjointEigenSolver<Matrix<T>>(estimates.inverses[at], Eigen::EigenvaluesOnly)
                                  .eigenvalues()
                                  .cwiseAbs()
                                  .maxCoeff());
  }
  return sizes;
}

template <Scalar T>
T input_error_upper(const SubMixtureSizes<T>& sizes, const EstimateSizes<T>& estimates, const T& delta) {
  const T t = failure_exponent(sizes, delta, 4), v = estimates.upsilon, kappa = estimates.kappa, D = sizes.D;
  return 4 * sizes.beta * v * (sqrt(t) + t) + 4 * sqrt(T(2 * sizes.beta * t)) * v * (D + kappa) +
         v * (2 * D + 2 * D * D + D / (sizes.alpha * sizes.alpha)) + 4 * kappa * v * D + (2 * kappa + 2) * v * v;
}

template <Scalar T>
T squared_linear_error_upper(const SubMixtureSizes<T>& sizes, const EstimateSizes<T>& estimates, const T& delta) {
  const T t = failure_exponent(sizes, delta, 2), v = estimates.upsilon, D = sizes.D;
  const T spread = sqrt(sizes.beta) * (1 + sqrt(T(2 * t)));
  const T eta = 2 * v * (spread + D) + 2 * estimates.kappa * v;
  const T z = (spread * D + D * D) / (sizes.alpha * sizes.alpha);
  return eta * (2 * z + eta);
}

template <Scalar T>
T printed_input_error(const SubMixtureSizes<T>& sizes, const EstimateSizes<T>& estimates, const T& delta) {
  const T v = estimates.upsilon, D = sizes.D;
  return sizes.beta * D * D * v * v / sizes.alpha * failure_exponent(sizes, delta, 1);
}

template <Scalar T>
T printed_squared_linear_error(const SubMixtureSizes<T>& sizes, const EstimateSizes<T>& estimates, const T& delta) {
  const T v = estimates.upsilon, D = sizes.D, squared = sizes.alpha * sizes.alpha;
  return sizes.beta * D * D * D * D * v * v * v / (squared * squared) * failure_exponent(sizes, delta, 1);
}

template EstimateSizes<double> estimate_sizes(const Triplets<double>&, const Triplets<double>&);
template double input_error_upper(const SubMixtureSizes<double>&, const EstimateSizes<double>&, const double&);
template double squared_linear_error_upper(const SubMixtureSizes<double>&, const EstimateSizes<double>&, const double&);
template double printed_input_error(const SubMixtureSizes<double>&, const EstimateSizes<double>&, const double&);
template double printed_squared_linear_error(const SubMixtureSizes<double>&, const EstimateSizes<double>&,
                                             const double&);
template EstimateSizes<Real50> estimate_sizes(const Triplets<Real50>&, const Triplets<Real50>&);
template Real50 input_error_upper(const SubMixtureSizes<Real50>&, const EstimateSizes<Real50>&, const Real50&);
template Real50 squared_linear_error_upper(const SubMixtureSizes<Real50>&, const EstimateSizes<Real50>&, const Real50&);
template Real50 printed_input_error(const SubMixtureSizes<Real50>&, const EstimateSizes<Real50>&, const Real50&);
template Real50 printed_squared_linear_error(const SubMixtureSizes<Real50>&, const EstimateSizes<Real50>&,
                                             const Real50&);
template Ball input_error_upper(const SubMixtureSizes<Ball>&, const EstimateSizes<Ball>&, const Ball&);
template Ball squared_linear_error_upper(const SubMixtureSizes<Ball>&, const EstimateSizes<Ball>&, const Ball&);
template Ball printed_input_error(const SubMixtureSizes<Ball>&, const EstimateSizes<Ball>&, const Ball&);
template Ball printed_squared_linear_error(const SubMixtureSizes<Ball>&, const EstimateSizes<Ball>&, const Ball&);

}  // namespace verimix

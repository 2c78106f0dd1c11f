#include "verimix/cluster/clipped_inverse.hpp"

#include <Eigen/Eigenvalues>
#include <string>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {

template <RealScalar T>
ClippedInverse<T> clipped_inverse(const Matrix<T>& estimate, const T& alpha) {
  if (!is_finite(alpha) || alpha <= T(0)) throw InputError("", "alpha", to_text(alpha), "a finite number > 0");
  if (estimate.rows() < 1 || estimate.rows() != estimate.cols()) {
    throw InputError("", "covariance", std::to_string(estimate.rows()) + " x " + std::to_string(estimate.cols()),
                     "a square matrix");
  }
  const Matrix<T> symmetric = estimate.template selfadjointView<Eigen::Lower>();
  const Eigen::SelfAdjointEigenSolver<Matrix<T>> solver(symmetric);
  if (solver.info() != Eigen::Success)
    throw UndecidedError("the symmetric eigenvalue iteration did not converge; raise the precision");
  const Vector<T> raised = solver.eigenvalues().cwiseMax(alpha / T(2));
  const auto rebuilt = [&](const Vector<T>& spectrum) -> Matrix<T> {
    const Matrix<T> product = solver.eigenvectors() * spectrum.asDiagonal() * solver.eigenvectors().transpose();
    return (product + product.transpose()) / T(2);
  };
  ClippedInverse<T> out;
  out.covariance = raised == solver.eigenvalues() ? symmetric : rebuilt(raised);
  out.inverse = rebuilt(raised.cwiseInverse());
  out.log_determinant = T(0);
  for (Index r = 0; r < raised.size(); ++r) out.log_determinant += log(raised(r));
  return out;
}

template <RealScalar T>
T clipped_covariance_error_upper(const T& upsilon) {
  return upsilon;
}

template <RealScalar T>
T clipped_inverse_error_upper(const T& upsilon, const T& alpha) {
  return 2 * upsilon / (alpha * alpha);
}

template ClippedInverse<double> clipped_inverse(const Matrix<double>&, const double&);
template ClippedInverse<Real50> clipped_inverse(const Matrix<Real50>&, const Real50&);
template double clipped_covariance_error_upper(const double&);
template Real50 clipped_covariance_error_upper(const Real50&);
template double clipped_inverse_error_upper(const double&, const double&);
template Real50 clipped_inverse_error_upper(const Real50&, const Real50&);

}  // namespace verimix

#include "verimix/estimate/subspace.hpp"

#include <Eigen/Eigenvalues>
#include <string>

#include "verimix/core/error.hpp"

namespace verimix {

template <RealScalar T>
Subspace<T> top_eigenspace(const Matrix<T>& a, Index rank) {
  const Index m = a.rows();
  if (m < 1 || a.cols() != m) {
    throw InputError("", "matrix", std::to_string(m) + " x " + std::to_string(a.cols()), "a square matrix");
  }
  if (rank < 0 || rank > m)
    throw InputError("", "rank", std::to_string(rank), "a number from 0 to " + std::to_string(m));
  const Matrix<T> symmetric = a.template selfadjointView<Eigen::Lower>();
  for (Index j = 0; j < symmetric.size(); ++j) {
    if (!is_finite(symmetric(j))) throw InputError("", "matrix", "", "finite entries");
  }
  const Eigen::SelfAdjointEigenSolver<Matrix<T>> solver(symmetric);
  if (solver.info() != Eigen::Success)
    throw UndecidedError("the symmetric eigenvalue iteration did not converge; raise the precision");
  Subspace<T> out;
  out.basis = solver.eigenvectors().rightCols(rank).rowwise().reverse();
  out.values = solver.eigenvalues().tail(rank).reverse();
  const Matrix<T> scaled = out.basis * out.values.asDiagonal();
  out.residual = (symmetric * out.basis - scaled).norm();
  out.orthogonality = (out.basis.transpose() * out.basis - Matrix<T>::Identity(rank, rank)).norm();
  return out;
}

template <RealScalar T>
T squared_distance(const Subspace<T>& subspace, const Vector<T>& x) {
  const Vector<T> inside = subspace.basis * (subspace.basis.transpose() * x);
  return (x - inside).squaredNorm();
}

template <RealScalar T>
T subspace_error_squared_upper(const T& largest_error_eigenvalue, const T& smallest_error_eigenvalue) {
  return largest_error_eigenvalue - smallest_error_eigenvalue;
}

template struct Subspace<double>;
template struct Subspace<Real50>;
template Subspace<double> top_eigenspace(const Matrix<double>&, Index);
template Subspace<Real50> top_eigenspace(const Matrix<Real50>&, Index);
template double squared_distance(const Subspace<double>&, const Vector<double>&);
template Real50 squared_distance(const Subspace<Real50>&, const Vector<Real50>&);
template double subspace_error_squared_upper(const double&, const double&);
template Real50 subspace_error_squared_upper(const Real50&, const Real50&);

}  // namespace verimix

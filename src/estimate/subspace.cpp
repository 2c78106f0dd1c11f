#include "verimix/estimate/subspace.hpp"

#include <cmath>
#include <string>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

Matrix<Ball> enclosed(const Matrix<double>& a) {
  return a.unaryExpr([](double x) { return Ball(x); });
}

Ball frobenius_norm(const Matrix<Ball>& a) {
  Ball sum = 0;
  for (const Ball& entry : a.reshaped()) sum += entry * entry;
  // The sum of squares is not negative, whatever its enclosure says.
  arb_sqrtpos(sum.data(), sum.data(), BallPrecision::bits());
  return sum;
}

Matrix<Ball> scaled_identity(Index m, const Ball& scale) {
  Matrix<Ball> out = Matrix<Ball>::Constant(m, m, Ball(0));
  for (Index j = 0; j < m; ++j) out(j, j) = scale;
  return out;
}

/// t Id + sign A, t > 0 added to the diagonal.
bool is_positive(const Ball& t, long sign, const Matrix<Ball>& a) {
  Matrix<Ball> shifted = Ball(sign) * a;
  for (Index j = 0; j < a.rows(); ++j) shifted(j, j) += t;
  return cholesky(shifted).positive_definite == Truth::yes;
}

/// The first of start + size 2^-44, 2^-40, ... below start + limit that `proved` accepts.
template <class Proved>
Ball first_proved(const Ball& start, double size, double limit, const Proved& proved) {
  for (double step = std::ldexp(size, -44); step < limit; step *= 16) {
    const Ball t = start + Ball(step);
    if (proved(t)) return t;
  }
  throw UndecidedError("no bound on an eigenvalue could be proved; raise the precision of balls");
}

}  // namespace

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

template <Scalar T>
T subspace_error_squared_upper(const T& largest_error_eigenvalue, const T& smallest_error_eigenvalue) {
  return largest_error_eigenvalue - smallest_error_eigenvalue;
}

Matrix<Ball> top_projector(const Matrix<Ball>& a, Index rank) {
  const Index m = a.rows();
  if (rank == 0 || rank == m) return scaled_identity(m, Ball(rank == 0 ? 0 : 1));
  const Matrix<double> middle = a.unaryExpr([](const Ball& x) { return approximate(x); });
  const Matrix<Ball> basis = enclosed(top_eigenspace<double>(middle, rank).basis);
  const Matrix<Ball> gram = basis.transpose() * basis;
  const Matrix<Ball> rows = lower_inverse(cholesky(gram).lower) * basis.transpose();
  const Matrix<Ball> inside = rows.transpose() * rows;
  const Matrix<Ball> outside = scaled_identity(m, Ball(1)) - inside;
  // Both matrices are positive semidefinite, so their norms are their largest eigenvalues.
  const Ball size = frobenius_norm(a);
  const Ball least_inside = size - operator_norm(size * inside - inside * a * inside);
  const Ball largest_outside = operator_norm(size * outside + outside * a * outside) - size;
  if (less(largest_outside, least_inside) != Truth::yes)
    throw UndecidedError("no gap between eigenvalues could be proved: there may be no top eigenspace of this rank");
  const Ball error = frobenius_norm(outside * a * inside) / (least_inside - largest_outside);
  return inside.unaryExpr([&](const Ball& entry) { return widened(entry, error); });
}

EigenvalueRange eigenvalue_range(const Matrix<Ball>& a) {
  if (a.rows() == 1) return {a(0, 0), a(0, 0)};
  const Ball size = frobenius_norm(a);
  const Matrix<Ball> shift = scaled_identity(a.rows(), size);
  return {size - operator_norm(shift - a), operator_norm(shift + a) - size};
}

SubspaceCertificate certify(const Matrix<double>& a, const Subspace<double>& subspace) {
  const Matrix<double> symmetric = a.selfadjointView<Eigen::Lower>();
  const Matrix<Ball> exact = enclosed(symmetric);
  const Matrix<Ball> basis = enclosed(subspace.basis);
  const Index rank = basis.cols();
  SubspaceCertificate out;
  Matrix<Ball> moved = exact * basis;
  for (Index c = 0; c < rank; ++c) moved.col(c) -= Ball(subspace.values(c)) * basis.col(c);
  out.residual = frobenius_norm(moved);
  Matrix<Ball> gram = basis.transpose() * basis;
  for (Index c = 0; c < rank; ++c) gram(c, c) -= Ball(1);
  out.orthogonality = frobenius_norm(gram);
  const double size = symmetric.norm();
  if (rank == symmetric.rows() || size == 0) {
    // No direction is left (or A = 0), and every bound holds.
    out.outside_upper = 0;
    return out;
  }
  const Matrix<double> deflated =
      2 * size * subspace.basis * subspace.basis.transpose() - symmetric;  // its least eigenvalue is -lambda_{rank + 1}
  const double next = -Eigen::SelfAdjointEigenSolver<Matrix<double>>(deflated, Eigen::EigenvaluesOnly).eigenvalues()(0);
  const Matrix<Ball> lifted = Ball(2 * size) * basis * basis.transpose() - exact;
  out.outside_upper =
      first_proved(Ball(next), size, 1e-3 * size, [&](const Ball& t) { return is_positive(t, 1, lifted); });
  return out;
}

Ball operator_norm(const Matrix<Ball>& a) {
  if (a.rows() == 1) return abs(a(0, 0));
  const Matrix<double> middle = a.unaryExpr([](const Ball& x) { return approximate(x); });
  const double size = middle.norm();
  const Ball frobenius = frobenius_norm(a);
  if (!(size > 0)) return hull(Ball(0), frobenius);
  const Eigen::SelfAdjointEigenSolver<Matrix<double>> solver(Matrix<double>((middle + middle.transpose()) / 2));
  Index largest = 0;
  solver.eigenvalues().cwiseAbs().maxCoeff(&largest);
  const Vector<Ball> v = enclosed(solver.eigenvectors().col(largest));
  const Vector<Ball> av = a * v;
  Ball numerator = 0;
  Ball denominator = 0;
  for (Index i = 0; i < v.size(); ++i) {
    numerator += v(i) * av(i);
    denominator += v(i) * v(i);
  }
  const Ball lower = abs(numerator / denominator);
  // The steps must be able to outgrow the radii of a matrix that is 0 up to them.
  const double reach = approximate(frobenius) + radius_upper(frobenius);
  return hull(lower, first_proved(lower, reach, 64 * reach,
                                  [&](const Ball& t) { return is_positive(t, 1, a) && is_positive(t, -1, a); }));
}

template struct Subspace<double>;
template struct Subspace<Real50>;
template Subspace<double> top_eigenspace(const Matrix<double>&, Index);
template Subspace<Real50> top_eigenspace(const Matrix<Real50>&, Index);
template double squared_distance(const Subspace<double>&, const Vector<double>&);
template Real50 squared_distance(const Subspace<Real50>&, const Vector<Real50>&);
template double subspace_error_squared_upper(const double&, const double&);
template Real50 subspace_error_squared_upper(const Real50&, const Real50&);
template Ball subspace_error_squared_upper(const Ball&, const Ball&);

}  // namespace verimix

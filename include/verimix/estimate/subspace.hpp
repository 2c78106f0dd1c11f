// The top eigenspace of a symmetric matrix, and what Lemma 15 says of it.
#pragma once

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// Span of the eigenvectors of the `rank` largest eigenvalues (algebraically largest; ties as the solver orders them).
template <RealScalar T>
struct Subspace {
  /// m x rank, orthonormal columns, by falling eigenvalue.
  Matrix<T> basis;
  /// The `rank` eigenvalues, falling.
  Vector<T> values;
  /// |A V - V diag(values)|_F, and |V^T V - Id|_F: what the solver's answer is worth, measured.
  T residual;
  T orthogonality;

  /// Pi = V V^T.
  Matrix<T> projector() const { return basis * basis.transpose(); }
};

/// Eigen's symmetric solver: residual and loss of orthogonality of order m u |A|. Only the lower triangle of A is read.
/// Domain: A square and finite, 0 <= rank <= m; InputError (field "matrix" or "rank") otherwise.
template <RealScalar T>
Subspace<T> top_eigenspace(const Matrix<T>& a, Index rank);

/// |x - Pi x|^2.
template <RealScalar T>
T squared_distance(const Subspace<T>& subspace, const Vector<T>& x);

/// What balls prove of a computed subspace of a symmetric matrix A of doubles.
struct SubspaceCertificate {
  /// |A V - V diag(values)|_F and |V^T V - Id|_F for the doubles that are stored, without rounding.
  Ball residual, orthogonality;
  /// r^T A r <= outside_upper |r|^2 for every r orthogonal to the columns of V; in particular it is at least the
  /// (rank + 1)-th eigenvalue. With Pi the projector on the columns of V, Lemma 15's proof then gives |v_i - Pi v_i|^2
  /// <= outside_upper - lambda_min(E) for A = sum v_i v_i^T + E, so what the solver did wrong is paid for.
  Ball outside_upper;
};

/// The upper bound comes from a Cholesky factorisation in balls of t Id - A + c V V^T for a t just above the solver's
/// next eigenvalue. Only the lower triangle of A is read. Throws UndecidedError where no t within 1e-3 |A|_F of it
/// could be proved (an answer that is not a top eigenspace, or too few bits).
SubspaceCertificate certify(const Matrix<double>& a, const Subspace<double>& subspace);

/// |A|_op of a symmetric matrix of balls: a Rayleigh quotient below, Cholesky factorisations of t Id +- A above. Wider
/// than the entries' radii need by a relative 2^-40 at most where they are small. Throws UndecidedError where no t
/// below 64 |A|_F could be proved.
Ball operator_norm(const Matrix<Ball>& a);

/// The entries of Pi, the orthogonal projector on the top-`rank` eigenspace, enclosed for every symmetric matrix whose
/// entries are in the balls of A. With P the projector on a computed basis, h the least eigenvalue of A on the range of
/// P and g the largest one on its complement,
///   |Pi - P|_op <= |(Id - P) A P|_F/(h - g)   if h > g.
/// Domain: A square, 0 <= rank <= its size. Throws UndecidedError where h > g cannot be proved: then there may be no
/// such eigenspace.
Matrix<Ball> top_projector(const Matrix<Ball>& a, Index rank);

/// The least and the largest eigenvalue of a symmetric matrix of balls, as operator_norm has them.
struct EigenvalueRange {
  Ball least, largest;
};
EigenvalueRange eigenvalue_range(const Matrix<Ball>& a);

/// [CKS25] Lemma 15, sharper form: for A = sum_{i<=k} v_i v_i^T + E, E symmetric, and Pi the projector on the top-k
/// eigenspace of A,
///   |v_i - Pi v_i|^2 <= lambda_max(E) - lambda_min(E)  <= 2 |E|_op.
/// The printed constant 2 is sharp; for E >= 0 it is 1. For E = E_+ + P with |P|_op <= eta the right side is at most
/// lambda_max(E_+) - lambda_min(E_+) + 2 eta. Deviation: the paper takes singular subspaces; for a symmetric A the note
/// proves both.
template <Scalar T>
T subspace_error_squared_upper(const T& largest_error_eigenvalue, const T& smallest_error_eigenvalue);

extern template struct Subspace<double>;
extern template struct Subspace<Real50>;
extern template Subspace<double> top_eigenspace(const Matrix<double>&, Index);
extern template Subspace<Real50> top_eigenspace(const Matrix<Real50>&, Index);
extern template double squared_distance(const Subspace<double>&, const Vector<double>&);
extern template Real50 squared_distance(const Subspace<Real50>&, const Vector<Real50>&);
extern template double subspace_error_squared_upper(const double&, const double&);
extern template Real50 subspace_error_squared_upper(const Real50&, const Real50&);
extern template Ball subspace_error_squared_upper(const Ball&, const Ball&);

}  // namespace verimix

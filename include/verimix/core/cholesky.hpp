// Unpivoted Cholesky A = L L^T that proves positive definiteness, or names the pivot that stopped it.
#pragma once

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

template <Scalar T>
struct Cholesky {
  /// yes: every pivot is certainly positive (for Ball this proves that every symmetric matrix in the enclosure is
  /// positive definite); no: some pivot is certainly <= 0, so it is not; unknown: a pivot straddles 0.
  Truth positive_definite = Truth::unknown;
  /// The first pivot (0-based) that is not certainly positive; -1 if all are.
  Index failing_pivot = -1;
  /// d x d, lower triangular, zero above the diagonal; complete only where positive_definite is yes.
  Matrix<T> lower;
};

/// Factors a symmetric d x d matrix by columns; only its lower triangle is read. For floating point the computed factor
/// is that of a matrix A + E with |E| <= (d + 1) u / (1 - (d + 1) u) |L| |L^T| ([Higham 2002] Theorem 10.3). Domain: A
/// square.
template <Scalar T>
Cholesky<T> cholesky(const Matrix<T>& a);

/// L^{-1} for a lower triangular L with a nonzero diagonal, by forward substitution on the columns of the identity.
template <Scalar T>
Matrix<T> lower_inverse(const Matrix<T>& lower);

/// log det A = 2 sum_j log L_jj.
template <Scalar T>
T log_determinant(const Cholesky<T>& factor);

extern template Cholesky<double> cholesky(const Matrix<double>&);
extern template Cholesky<Real50> cholesky(const Matrix<Real50>&);
extern template Cholesky<Real100> cholesky(const Matrix<Real100>&);
extern template Cholesky<Ball> cholesky(const Matrix<Ball>&);

}  // namespace verimix

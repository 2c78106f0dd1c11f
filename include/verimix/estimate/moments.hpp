// Second and fourth moments, of a sample and of a mixture in closed form.
#pragma once

#include "verimix/core/linear_algebra.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// Mhat = (1/n) sum_j x_j x_j^T ([CKS25] Algorithm 2). `points` is d x n, n >= 1; InputError (field "points")
/// otherwise. Sums run over fixed blocks that are added in block order, so the bits do not depend on `threads` (0: as
/// many as the machine has).
template <RealScalar T>
Matrix<T> second_moment(const Matrix<T>& points, unsigned threads = 0);

/// C11hat = (1/n) sum_j vec(N x_j x_j^T N) vec(N x_j x_j^T N)^T, d^2 x d^2, vec by columns ([CKS25] (10), block 11, not
/// recentred). `projector` is the d x d matrix N = N^T; Id gives the plain fourth moment. Same summation as
/// second_moment.
template <RealScalar T>
Matrix<T> fourth_moment(const Matrix<T>& points, const Matrix<T>& projector, unsigned threads = 0);

/// M = E x x^T = sum_i lambda_i (Q_i + mu_i mu_i^T).
template <RealScalar T>
Matrix<T> second_moment(const Mixture<T>& mixture);

/// E vec(N x x^T N) vec(N x x^T N)^T = sum_i lambda_i (N o N) [ (I + K)(Q o Q + Q o m m^T + m m^T o Q) + vec(G)
/// vec(G)^T ] (N o N) with Q = Q_i, m = mu_i, G = Q + m m^T, o the Kronecker product and K the commutation matrix.
/// Derived in proofs-notes/estimate/moments.md.
template <RealScalar T>
Matrix<T> fourth_moment(const Mixture<T>& mixture, const Matrix<T>& projector);

extern template Matrix<double> second_moment(const Matrix<double>&, unsigned);
extern template Matrix<Real50> second_moment(const Matrix<Real50>&, unsigned);
extern template Matrix<double> fourth_moment(const Matrix<double>&, const Matrix<double>&, unsigned);
extern template Matrix<Real50> fourth_moment(const Matrix<Real50>&, const Matrix<Real50>&, unsigned);
extern template Matrix<double> second_moment(const Mixture<double>&);
extern template Matrix<Real50> second_moment(const Mixture<Real50>&);
extern template Matrix<double> fourth_moment(const Mixture<double>&, const Matrix<double>&);
extern template Matrix<Real50> fourth_moment(const Mixture<Real50>&, const Matrix<Real50>&);

}  // namespace verimix

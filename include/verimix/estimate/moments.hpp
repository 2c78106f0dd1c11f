// Second and fourth moments, of a sample and of a mixture in closed form.
#pragma once

#include "verimix/core/linear_algebra.hpp"
#include "verimix/core/row_slice.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// Mhat = (1/n) sum_j x_j x_j^T ([CKS25] Algorithm 2), symmetric to the last bit. `points` is d x n, n >= 1; InputError
/// (field "points") otherwise. Sums run over fixed blocks that are added in block order, so the bits do not depend on
/// `threads` (0: as many as the machine has). Memory beyond the result: a few dozen blocks of it, whatever n is.
template <RealScalar T>
Matrix<T> second_moment(const Matrix<T>& points, unsigned threads = 0);

/// Symmetric d x d matrices as vectors of length d(d+1)/2, so that inner products are Frobenius ones: the lower
/// triangle by columns, entries off the diagonal times sqrt(2).
template <RealScalar T>
Vector<T> symmetric_coordinates(const Matrix<T>& a);
/// Its inverse. Domain: v has d(d+1)/2 entries.
template <RealScalar T>
Matrix<T> from_symmetric_coordinates(const Vector<T>& v, Index d);

/// C11hat on the symmetric matrices in those coordinates, d(d+1)/2 x d(d+1)/2: (1/n) sum_j s_j s_j^T, s_j =
/// symmetric_coordinates(N x_j x_j^T N). Same summation as second_moment. Nothing is lost against the d^2 x d^2 matrix,
/// which is 0 on antisymmetric matrices.
template <RealScalar T>
Matrix<T> symmetric_fourth_moment(const Matrix<T>& points, const Matrix<T>& projector, unsigned threads = 0);

/// The moments of rows that several ranks hold, at every rank: the sum over each of the slice's blocks as above, these
/// sums added in block order, so the bits depend neither on `threads` nor on the number of ranks. (Of more than 2048
/// rows they differ in the last digits from those of one matrix.) The rows may be held by one rank: whole(points).
/// InputError as above. Collective.
template <RealScalar T>
Matrix<T> second_moment(const RowSlice<T>& data, unsigned threads = 0);
template <RealScalar T>
Matrix<T> symmetric_fourth_moment(const RowSlice<T>& data, const Matrix<T>& projector, unsigned threads = 0);
template <RealScalar T>
Matrix<T> fourth_moment(const RowSlice<T>& data, const Matrix<T>& projector, unsigned threads = 0);

/// C11hat = (1/n) sum_j vec(N x_j x_j^T N) vec(N x_j x_j^T N)^T, d^2 x d^2, vec by columns ([CKS25] (10), block 11, not
/// recentred). `projector` is the d x d matrix N = N^T; Id gives the plain fourth moment. Same summation as
/// second_moment.
template <RealScalar T>
Matrix<T> fourth_moment(const Matrix<T>& points, const Matrix<T>& projector, unsigned threads = 0);

/// (1/n) sum_j x_j x_j^T and (1/n) sum_j vec(x_j x_j^T) vec(x_j x_j^T)^T of the points as exact numbers, enclosed.
/// `points` is d x n, finite, n >= 1. Work: n d^2 and n d^4/8 operations on balls.
Matrix<Ball> enclosed_second_moment(const Matrix<double>& points);
Matrix<Ball> enclosed_fourth_moment(const Matrix<double>& points);

/// M = E x x^T = sum_i lambda_i (Q_i + mu_i mu_i^T).
template <Scalar T>
Matrix<T> second_moment(const Mixture<T>& mixture);

/// E vec(x x^T) vec(x x^T)^T of x ~ N(m, Q) is Cov + vec(G) vec(G)^T with G = Q + m m^T and
///   Cov = (I + K)(Q o Q + Q o m m^T + m m^T o Q),
/// o the Kronecker product, K the commutation matrix, all d^2 x d^2. This is Cov. Derived in
/// proofs-notes/estimate/moments.md.
template <Scalar T>
Matrix<T> square_covariance(const Vector<T>& mean, const Matrix<T>& covariance);

/// E vec(N x x^T N) vec(N x x^T N)^T = sum_i lambda_i (N o N)(Cov_i + vec(G_i) vec(G_i)^T)(N o N).
template <Scalar T>
Matrix<T> fourth_moment(const Mixture<T>& mixture, const Matrix<T>& projector);

extern template Matrix<double> second_moment(const Matrix<double>&, unsigned);
extern template Vector<double> symmetric_coordinates(const Matrix<double>&);
extern template Matrix<double> from_symmetric_coordinates(const Vector<double>&, Index);
extern template Matrix<double> symmetric_fourth_moment(const Matrix<double>&, const Matrix<double>&, unsigned);
extern template Matrix<double> fourth_moment(const Matrix<double>&, const Matrix<double>&, unsigned);
extern template Matrix<Real50> second_moment(const Matrix<Real50>&, unsigned);
extern template Matrix<double> second_moment(const RowSlice<double>&, unsigned);
extern template Matrix<Real50> second_moment(const RowSlice<Real50>&, unsigned);
extern template Matrix<double> symmetric_fourth_moment(const RowSlice<double>&, const Matrix<double>&, unsigned);
extern template Matrix<Real50> symmetric_fourth_moment(const RowSlice<Real50>&, const Matrix<Real50>&, unsigned);
extern template Matrix<double> fourth_moment(const RowSlice<double>&, const Matrix<double>&, unsigned);
extern template Matrix<Real50> fourth_moment(const RowSlice<Real50>&, const Matrix<Real50>&, unsigned);
extern template Vector<Real50> symmetric_coordinates(const Matrix<Real50>&);
extern template Matrix<Real50> from_symmetric_coordinates(const Vector<Real50>&, Index);
extern template Matrix<Real50> symmetric_fourth_moment(const Matrix<Real50>&, const Matrix<Real50>&, unsigned);
extern template Matrix<Real50> fourth_moment(const Matrix<Real50>&, const Matrix<Real50>&, unsigned);
extern template Matrix<double> second_moment(const Mixture<double>&);
extern template Matrix<double> square_covariance(const Vector<double>&, const Matrix<double>&);
extern template Matrix<double> fourth_moment(const Mixture<double>&, const Matrix<double>&);
extern template Matrix<Real50> second_moment(const Mixture<Real50>&);
extern template Matrix<Real50> square_covariance(const Vector<Real50>&, const Matrix<Real50>&);
extern template Matrix<Real50> fourth_moment(const Mixture<Real50>&, const Matrix<Real50>&);
extern template Matrix<Real100> second_moment(const Mixture<Real100>&);
extern template Matrix<Real100> square_covariance(const Vector<Real100>&, const Matrix<Real100>&);
extern template Matrix<Real100> fourth_moment(const Mixture<Real100>&, const Matrix<Real100>&);
extern template Matrix<Ball> second_moment(const Mixture<Ball>&);
extern template Matrix<Ball> square_covariance(const Vector<Ball>&, const Matrix<Ball>&);
extern template Matrix<Ball> fourth_moment(const Mixture<Ball>&, const Matrix<Ball>&);

}  // namespace verimix

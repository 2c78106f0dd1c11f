// Crude means: [CKS25] Algorithm 2, Lemmas 14 and 16, stage 1 of the repaired Lemma 13.
#pragma once

#include <cstdint>

#include "verimix/core/row_slice.hpp"
#include "verimix/estimate/net.hpp"
#include "verimix/estimate/subspace.hpp"

namespace verimix {

/// The list W_mu: a net of a ball in the top-k eigenspace of the sample's second moment.
template <RealScalar T>
struct CrudeMeans {
  Subspace<T> subspace;
  BallNet<T> net;
};

/// V = top-min(k, d) eigenspace of Mhat, net of {v in V : |v| <= radius} of mesh `mesh`. The paper's choice is radius
/// 2R and mesh sqrt(beta); radius R is enough, since |Pi mu_i| <= |mu_i| <= R. The sample's rows may be held by several
/// ranks; the list has the same bits at each of them, however many there are. A matrix (d x n) is whole(sample). Throws
/// InputError for n < 1, k < 1 or as BallNet. Collective.
template <RealScalar T>
CrudeMeans<T> crude_means(const RowSlice<T>& sample, Index k, const T& radius, const T& mesh);
template <RealScalar T>
CrudeMeans<T> crude_means(const Matrix<T>& sample, Index k, const T& radius, const T& mesh);

/// [CKS25] Lemma 16, with constants: if |Mhat - M|_op <= eta and alpha Id <= Q_i <= beta Id, then for each i
///   |mu_i - Pi mu_i|^2 <= (beta - alpha + 2 eta)/lambda_i.
/// Domain: lambda_i > 0, eta >= 0. beta - alpha may be sharpened to lambda_max - lambda_min of sum lambda_i Q_i.
template <Scalar T>
T mean_subspace_error_squared_upper(const T& alpha, const T& beta, const T& eta, const T& lambda);

/// Lemma 14 as repaired: some point muhat of the net has |mu_i - muhat|^2 <= (sqrt((beta - alpha + 2 eta)/lambda_i) +
/// mesh)^2, for a net of radius >= |mu_i|. With eta <= beta/2 and mesh = sqrt(beta) that is at most (sqrt 2 + 1)^2
/// beta/lambda_i = 5.83 beta/lambda_i.
template <Scalar T>
T crude_mean_error_squared_upper(const T& alpha, const T& beta, const T& eta, const T& lambda, const T& mesh);

/// A sample size that gives |Mhat - M|_op <= beta/2 with probability at least 1 - failure, by Chebyshev in Frobenius
/// norm:
///   N1 = ceil( 4 [ (d beta + R^2)^2 + 2 d beta^2 + 4 beta R^2 ] / (failure beta^2) ).
/// Returned as a double since it may be beyond any integer. Domain: d >= 1, beta > 0, R >= 0, 0 < failure <= 1.
double crude_mean_sample_size(Index d, double beta, double R, double failure);

extern template struct CrudeMeans<double>;
extern template struct CrudeMeans<Real50>;
extern template CrudeMeans<double> crude_means(const RowSlice<double>&, Index, const double&, const double&);
extern template CrudeMeans<Real50> crude_means(const RowSlice<Real50>&, Index, const Real50&, const Real50&);
extern template CrudeMeans<double> crude_means(const Matrix<double>&, Index, const double&, const double&);
extern template CrudeMeans<Real50> crude_means(const Matrix<Real50>&, Index, const Real50&, const Real50&);
extern template double mean_subspace_error_squared_upper(const double&, const double&, const double&, const double&);
extern template Real50 mean_subspace_error_squared_upper(const Real50&, const Real50&, const Real50&, const Real50&);
extern template Ball mean_subspace_error_squared_upper(const Ball&, const Ball&, const Ball&, const Ball&);
extern template double crude_mean_error_squared_upper(const double&, const double&, const double&, const double&,
                                                      const double&);
extern template Real50 crude_mean_error_squared_upper(const Real50&, const Real50&, const Real50&, const Real50&,
                                                      const Real50&);
extern template Ball crude_mean_error_squared_upper(const Ball&, const Ball&, const Ball&, const Ball&, const Ball&);

}  // namespace verimix

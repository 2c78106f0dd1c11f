// Crude covariances: what takes the place of [CKS25] Algorithm 3 and Lemma 17 (stage 2 of the repaired Lemma 13), by
// the one block of the fourth moment that is needed, with or without projecting the means away.
#pragma once

#include "verimix/core/row_slice.hpp"
#include "verimix/estimate/net.hpp"
#include "verimix/estimate/subspace.hpp"

namespace verimix {

/// projected: N = Id - Pi removes the span of the crude means; says something only where k < d.
/// plain: N = Id; U approximately contains vec(Q_i + mu_i mu_i^T), and the crude mean is subtracted afterwards.
enum class CovarianceRoute { projected, plain };

/// The list W_Q before the means are taken off: a net of a ball in the space U of symmetric matrices.
template <RealScalar T>
class CrudeCovariances {
 public:
  /// U = top eigenspace (rank min(k, dim of the symmetric matrices on the range of N)) of C11hat =
  /// fourth_moment(sample, N). For the projected route `mean_space` is the subspace of crude_means; it is not read for
  /// the plain one. The sample as in crude_means. Throws InputError for an empty sample, k < 1, or as BallNet does.
  /// Collective.
  CrudeCovariances(const RowSlice<T>& sample, Index k, CovarianceRoute route, const Subspace<T>& mean_space,
                   const T& radius, const T& mesh);
  CrudeCovariances(const Matrix<T>& sample, Index k, CovarianceRoute route, const Subspace<T>& mean_space,
                   const T& radius, const T& mesh);

  CovarianceRoute route() const { return route_; }
  const Subspace<T>& subspace() const { return subspace_; }
  const BallNet<T>& net() const { return net_; }
  /// Net point number `index` as a symmetric d x d matrix G.
  Matrix<T> signal(std::uint64_t index) const;
  /// Qhat: the plain route clips G - muhat muhat^T, the projected one G + ((alpha + beta)/2) Pi, to eigenvalues in
  /// [alpha, beta].
  Matrix<T> covariance(std::uint64_t index, const Vector<T>& mean, const T& alpha, const T& beta) const;

 private:
  CovarianceRoute route_;
  Matrix<T> projector_;
  Subspace<T> subspace_;
  BallNet<T> net_;
};

/// The symmetric matrix nearest to A in Frobenius norm with eigenvalues in [lower, upper]; A is symmetrised first. It
/// is the projection on a convex set, so it never moves away from a matrix of that set. Domain: lower <= upper.
template <RealScalar T>
Matrix<T> clip_spectrum(const Matrix<T>& a, const T& lower, const T& upper);

/// How far U is from the signal, squared, if |C11hat - C11|_op <= eta and alpha Id <= Q_i <= beta Id:
///   (2 beta^2 + 4 beta v - 2 alpha^2 + 2 eta)/lambda_i,
/// projected route: v = max_i |N mu_i|^2, signal vec(N (Q_i + mu_i mu_i^T) N); plain: v = max_i |mu_i|^2, signal
/// vec(Q_i + mu_i mu_i^T).
/// Deviation: -2 alpha^2 is not on the printed page nor in Lemma 17; see proofs-notes/estimate/crude_covariances.md.
template <Scalar T>
T signal_error_squared_upper(const T& alpha, const T& beta, const T& v, const T& eta, const T& lambda);

/// |Q_i - Qhat|_F <= sqrt( (signal_error + mesh + v)^2 + 3 r ((beta - alpha)/2)^2 ) for the projected route and the net
/// point nearest to the signal, r = rank Pi, v as above, for a net of radius >= beta sqrt(d) + v. With eta = beta^2/2,
/// mesh = beta and v = 2 beta/lambda it is at most 6.4 beta/lambda_min (Lemma 13, repaired).
template <Scalar T>
T projected_covariance_error_upper(const T& signal_error, const T& mesh, const T& v, const T& alpha, const T& beta,
                                   Index rank);

/// |Q_i - Qhat|_F <= signal_error + mesh + e (2 |mu_i| + e) for the plain route, e = |mu_i - muhat|.
template <RealScalar T>
T plain_covariance_error_upper(const T& signal_error, const T& mesh, const T& mean_error, const T& mean_norm);

/// A sample size that gives |C11hat - C11|_op <= beta^2/2 with probability at least 1 - failure, by Chebyshev in
/// Frobenius norm:
///   N2 = ceil( 4 * 128 ( v^4 + beta^4 d (d+2)(d+4)(d+6) ) / (failure beta^4) ).
/// Domain as crude_mean_sample_size, v >= 0.
double crude_covariance_sample_size(Index d, double beta, double v, double failure);

/// [CKS25] Lemma 17, repaired, for Algorithm 3 as printed (recentred blocks 00, 01, 11, all crude means within
/// sqrt(v)): if |Chat_s - C_s|_op <= eta for the three blocks, Chat_s on its block as a sample's is, and the nets have
/// this mesh and reach beta sqrt(d) + v,
///   |Q_i - Qhat|_F <= sqrt(E_00^2 + 2 E_01^2 + E_11^2) + v,   E_s = sqrt(2 (e_s + eta)/lambda_i) + mesh,
/// e_s of Corollary 23, r = rank of the span of the crude means. With eta = beta^2 and mesh = beta it is at most 8 (k
/// beta + v)/sqrt(lambda_i). Deviation: the printed bound has no lambda_i, and no list obeys it.
template <Scalar T>
T recentred_covariance_error_upper(const T& beta, const T& v, const T& eta, const T& lambda, const T& mesh, Index rank);

/// The printed right side with hidden constant 1: sqrt(beta v) + k^{3/2} v + k^{5/2} beta + k^2 alpha log R.
Ball recentred_covariance_error_printed(Index k, const Ball& alpha, const Ball& beta, const Ball& v, const Ball& log_R);

/// Of the 2^{d/2} matrices Id + 2 P, P the projector on one coordinate out of each of the d/2 pairs (1, 2), (3, 4),
/// ...: the logarithm to base 2 of an upper bound on the share that a list of 2^list_log2 matrices can have within
/// `error` in Frobenius norm. No algorithm that saw no point of such a component does better. Domain: d even, error^2
/// <= d/2; UndecidedError where balls cannot tell that.
Ball covered_share_log2_upper(Index d, const Ball& list_log2, const Ball& error);

extern template class CrudeCovariances<double>;
extern template class CrudeCovariances<Real50>;
extern template Matrix<double> clip_spectrum(const Matrix<double>&, const double&, const double&);
extern template Matrix<Real50> clip_spectrum(const Matrix<Real50>&, const Real50&, const Real50&);
extern template double signal_error_squared_upper(const double&, const double&, const double&, const double&,
                                                  const double&);
extern template Real50 signal_error_squared_upper(const Real50&, const Real50&, const Real50&, const Real50&,
                                                  const Real50&);
extern template double projected_covariance_error_upper(const double&, const double&, const double&, const double&,
                                                        const double&, Index);
extern template Real50 projected_covariance_error_upper(const Real50&, const Real50&, const Real50&, const Real50&,
                                                        const Real50&, Index);
extern template double recentred_covariance_error_upper(const double&, const double&, const double&, const double&,
                                                        const double&, Index);
extern template Real50 recentred_covariance_error_upper(const Real50&, const Real50&, const Real50&, const Real50&,
                                                        const Real50&, Index);
extern template Ball signal_error_squared_upper(const Ball&, const Ball&, const Ball&, const Ball&, const Ball&);
extern template Ball projected_covariance_error_upper(const Ball&, const Ball&, const Ball&, const Ball&, const Ball&,
                                                      Index);
extern template Ball recentred_covariance_error_upper(const Ball&, const Ball&, const Ball&, const Ball&, const Ball&,
                                                      Index);
extern template double plain_covariance_error_upper(const double&, const double&, const double&, const double&);
extern template Real50 plain_covariance_error_upper(const Real50&, const Real50&, const Real50&, const Real50&);

}  // namespace verimix

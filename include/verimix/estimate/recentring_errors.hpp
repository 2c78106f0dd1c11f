// What recentring at the wrong crude mean costs in the fourth moment: [CKS25] Lemma 22 and Corollary 23.
#pragma once

#include <cstdint>

#include "verimix/distance/monte_carlo.hpp"
#include "verimix/estimate/recentring.hpp"
#include "verimix/estimate/signal_terms.hpp"

namespace verimix {

/// Throughout: |mu_l - muhat_l|^2 <= v for all l, Q_i <= beta Id, Pi the projector on the span of the crude means, r
/// its rank (<= k), and Psi_s the blocks of signal_terms.hpp.

/// E Psi_s(x - center) 1[x in the slab], x ~ law, d^2 x d^2, by conditioning on <normal, x>: a polynomial of degree 4
/// in it times the truncated moments of a Gaussian. Domain: d >= 1; normal^T Q normal > 0.
Matrix<Ball> slab_block_moment(Block block, const Matrix<Ball>& pi, const GaussianLaw& law, const Vector<Ball>& center,
                               const Slab& slab);

/// Left side of Lemma 22: |E_{N_i} (Psi_s(x - muhat) - Psi_s(x - muhat')) 1[x in K_j]|_op for a cell that is a slab.
Ball recentring_error(Block block, const Matrix<Ball>& pi, const GaussianLaw& law, const Slab& cell,
                      const Vector<Ball>& center, const Vector<Ball>& other_center);

/// Left side of Corollary 23: |E_{N_i} Psi_s(x - muhat(x)) - vec(G_s) vec(G_s)^T|_op for crude means on a line; column
/// i of `centers` is muhat_i.
Ball recentred_signal_error(Block block, const Matrix<Ball>& pi, const GaussianLaw& law,
                            const Matrix<Rational>& centers, Index i);

/// Lemma 22, close case, with constants: if |mu_i - mu_l| <= Delta for the components l whose crude means are muhat and
/// muhat' (and for any event in the place of K_j), with b = Delta + sqrt(v),
///   00: 2 beta^2 + 4 beta b^2 + (sqrt(r) beta + b^2)^2     01: beta^2 + beta (b^2 + v) + (sqrt(r) beta/2 + b
///   sqrt(v))^2     11: 0.
/// Deviation: the printed 01 term, beta^{3/2} Delta + beta Delta^2, is false; the rate is (beta + v) Delta^2.
template <Scalar T>
T close_recentring_error_upper(Block block, const T& beta, const T& v, const T& delta, Index rank);

/// Lemma 22, far case: for an event of probability at most R^{-8} and any of the crude means, |mu_l| <= R: 9 R^{-4}
/// times the close bound with Delta = 2 R. Needs Delta as in recentring_distance.
template <Scalar T>
T far_recentring_error_upper(Block block, const T& beta, const T& v, const T& R, Index rank);

/// Corollary 23 with constants, without Delta, R or Lemmas 18 and 22:
///   00: (r beta + v)^2 + 2 r beta^2 + 4 beta v     01: (r + 1/2) beta^2 + (r + 1) beta v + v^2/4     11: 2 beta^2 + 4
///   beta v.
/// Deviation: the printed 01 term is false (v^2/4 is missing, and it is attained).
template <Scalar T>
T recentred_signal_error_upper(Block block, const T& beta, const T& v, Index rank);

/// The right sides as printed, hidden constants 1. Lemma 22: beta^2 k^2 + Delta^4, beta^{3/2} Delta + beta Delta^2, 0.
template <Scalar T>
T recentring_error_printed(Block block, Index k, const T& beta, const T& delta);
/// Corollary 23: beta v + beta^2 k^3 + k Delta^4, beta^2 + beta v + k beta^{3/2} Delta + k beta Delta^2, beta^2 + beta
/// v.
template <Scalar T>
T recentred_signal_error_printed(Block block, Index k, const T& beta, const T& v, const T& delta);

/// E |z|^8 of z ~ N(mean, covariance), from the cumulants 2^{n-1} (n-1)! (tr S^n + n m^T S^{n-1} m) of |z|^2.
double eighth_moment(const Vector<double>& mean, const Matrix<double>& covariance);

/// What a sampled left side of Lemma 22 is asked for.
struct RecentringQuery {
  Block block = Block::psi_00;
  Matrix<double> pi;
  /// The component N_i.
  Vector<double> mean;
  Matrix<double> covariance;
  /// All crude means, a column each; the cell, muhat and muhat' by number.
  Matrix<double> centers;
  Index cell = 0, center = 0, other_center = 0;
};

/// Where the cells are no slabs: the left side of Lemma 22 from `count` draws, inside [lower, upper] with probability
/// >= confidence for every count, by Chebyshev's inequality in Frobenius norm with E |Psi_s|_F^2 in closed form (00) or
/// by Cauchy and Schwarz (01): wide, but nothing is assumed. Domain: count >= 1, 0 < confidence < 1.
ConfidenceInterval sampled_recentring_error(const RecentringQuery& query, Index count, double confidence,
                                            std::uint64_t seed);

extern template double close_recentring_error_upper(Block, const double&, const double&, const double&, Index);
extern template Ball close_recentring_error_upper(Block, const Ball&, const Ball&, const Ball&, Index);
extern template double far_recentring_error_upper(Block, const double&, const double&, const double&, Index);
extern template Ball far_recentring_error_upper(Block, const Ball&, const Ball&, const Ball&, Index);
extern template double recentred_signal_error_upper(Block, const double&, const double&, Index);
extern template Real50 recentred_signal_error_upper(Block, const Real50&, const Real50&, Index);
extern template Ball recentred_signal_error_upper(Block, const Ball&, const Ball&, Index);
extern template double recentring_error_printed(Block, Index, const double&, const double&);
extern template Ball recentring_error_printed(Block, Index, const Ball&, const Ball&);
extern template double recentred_signal_error_printed(Block, Index, const double&, const double&, const double&);
extern template Ball recentred_signal_error_printed(Block, Index, const Ball&, const Ball&, const Ball&);

}  // namespace verimix

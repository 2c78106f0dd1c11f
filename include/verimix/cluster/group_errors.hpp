// How often the printed thresholds accept a wrong covariance group or none: [CKS25] Corollaries 30 and 31, and
// Proposition 25 with them, every constant explicit.
#pragma once

#include "verimix/cluster/partition.hpp"
#include "verimix/cluster/statistic_deviation.hpp"

namespace verimix {

// Thresholds: numbers t_ij within eta = Delta^2/(100 beta^2) of <Q_i, K_i - K_j> + gap_ij - E, with E =
// `lower_deviation_slack` at (c, c'); component i is accepted where q_ij(x) < t_ij - eta for every j of another group.
// Probabilities are those of x ~ N_i and of c_mu(x) = a as well, i in S_a and in T_b; the conditional ones are at most
// `conditional_factor` times as large.

/// [CKS25] Corollary 30: P[c_mu = a, c_Q = b'] <= |S_a| sum_{j in T_b'} exp(-c'^2 (alpha^4/beta^6) D_ij^2/16), if
/// sqrt(ups_mean) + Din_mu <= c Delta sqrt(alpha)/beta and the hypotheses of Lemma 27 hold for i and every j in T_b';
/// +infinity if one fails. Throws InputError (field "group") for b' that is no group or i's own.
template <RealScalar T>
T wrong_group_probability_upper(const ParameterEstimates<T>& truth, const PartitionPair& pair, Index i, Index group,
                                const DeviationSetting<T>& setting, const T& c_prime);
/// The same from the k x k table of the distances D_ij = |Q_i - Q_j|_F, whose diagonal is not read; for Ball +infinity,
/// the ball of all numbers, if a hypothesis does not certainly hold.
template <Scalar T>
T wrong_group_probability_upper(const Matrix<T>& distances, const PartitionPair& pair, Index i, Index group,
                                const DeviationSetting<T>& setting, const T& c_prime);

/// [CKS25] Corollary 31: P[c_mu = a, c_Q = 0] <= |S_a| sum_{j not in T_b} exp(-alpha^2 D_ij/(2400 beta^3)), a summand
/// with alpha^2 D_ij/beta^3 < 20 counting as 1, if c <= 0.01, c' <= 0.01, Delta >= max(5 (beta/alpha)^3 ups, 0.01
/// alpha) and sqrt(ups_mean) + Din_mu <= c Delta sqrt(alpha)/beta; +infinity if one fails.
template <RealScalar T>
T no_group_probability_upper(const ParameterEstimates<T>& truth, const PartitionPair& pair, Index i,
                             const DeviationSetting<T>& setting, const T& c_prime);
/// The same from that table.
template <Scalar T>
T no_group_probability_upper(const Matrix<T>& distances, const PartitionPair& pair, Index i,
                             const DeviationSetting<T>& setting, const T& c_prime);

/// 1/(1 - (k - 1) P[N(0, 1) > 2 sqrt k]) >= 1/P_{N_i}[c_mu = a] where Dout_mu >= 6 max(sqrt(ups_mean), sqrt(k beta)).
/// At most 1.00235 (k = 2). Domain: k >= 1.
template <RealScalar T>
T conditional_factor(Index k);

/// [CKS25] Proposition 25 with the printed thresholds (c = c' = 0.01): with xi = alpha^2 Dout_Q/beta^3,
///   P_{N_i}[c(x) is not the cell of i] <= ((k-1)/2) exp(-Dout_mu^2/(18 beta))
///                                          + k (k-1) [exp(-xi^2/160000) + exp(-xi/2400)]
/// if Dout_mu >= 6 sqrt(ups_mean), Dout_Q >= max(5 (beta/alpha)^3 ups_cov, 0.01 alpha), sqrt(ups_mean) + Din_mu <= 0.01
/// Dout_Q sqrt(alpha)/beta; +infinity if one fails. An infinite Dout drops its terms. Far above the form with midpoint
/// thresholds (`clustering_error_upper`).
template <RealScalar T>
T printed_clustering_error_upper(const Separation<T>& separation, const T& alpha, const T& beta, const T& ups_mean,
                                 const T& ups_cov, Index k);

extern template double wrong_group_probability_upper(const ParameterEstimates<double>&, const PartitionPair&, Index,
                                                     Index, const DeviationSetting<double>&, const double&);
extern template Real50 wrong_group_probability_upper(const ParameterEstimates<Real50>&, const PartitionPair&, Index,
                                                     Index, const DeviationSetting<Real50>&, const Real50&);
extern template double no_group_probability_upper(const ParameterEstimates<double>&, const PartitionPair&, Index,
                                                  const DeviationSetting<double>&, const double&);
extern template Real50 no_group_probability_upper(const ParameterEstimates<Real50>&, const PartitionPair&, Index,
                                                  const DeviationSetting<Real50>&, const Real50&);
extern template Ball wrong_group_probability_upper(const Matrix<Ball>&, const PartitionPair&, Index, Index,
                                                   const DeviationSetting<Ball>&, const Ball&);
extern template Ball no_group_probability_upper(const Matrix<Ball>&, const PartitionPair&, Index,
                                                const DeviationSetting<Ball>&, const Ball&);
extern template double conditional_factor(Index);
extern template Real50 conditional_factor(Index);
extern template double printed_clustering_error_upper(const Separation<double>&, const double&, const double&,
                                                      const double&, const double&, Index);
extern template Real50 printed_clustering_error_upper(const Separation<Real50>&, const Real50&, const Real50&,
                                                      const Real50&, const Real50&, Index);

}  // namespace verimix

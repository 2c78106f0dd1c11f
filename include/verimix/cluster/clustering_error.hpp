// How often the clustering function is wrong: the exact pairwise tail of Lemma 29, Chernoff's bound for the covariance
// statistic, and the closed form of Proposition 25 as repaired.
#pragma once

#include <optional>

#include "verimix/cluster/clustering.hpp"
#include "verimix/cluster/quadratic_form.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// P[N(0, 1) > x] = erfc(x/sqrt 2)/2.
template <Scalar T>
T normal_upper_tail(const T& x);

/// P_{x ~ N(mu, Q)}[ |x - wrong| <= |x - right| ], exactly: the upper tail of N(0, 1) at (L/2 - <u, mu -
/// right>)/sqrt(u^T Q u), with L = |wrong - right| and u = (wrong - right)/L. Domain: right != wrong, u^T Q u > 0.
template <Scalar T>
T pairwise_mean_error(const Vector<T>& mu, const Matrix<T>& covariance, const Vector<T>& right, const Vector<T>& wrong);

/// [CKS25] Lemma 29 as repaired: the same probability is at most exp(-m^2/(18 beta))/2, m = the distance of the two
/// true means, if m >= 6 e for e the larger error of the two estimates; 18 is sharp. For m = 0, where every x is a tie,
/// it is 1. Deviation: the paper has alpha sqrt(k) for beta, which a one-dimensional pair refutes.
template <Scalar T>
T pairwise_mean_error_upper(const T& distance, const T& beta);

/// A bound on P_{N_i}[c(x) is not the cell of i], for x from component i of the true mixture: sum of
/// pairwise_mean_error over the means of other groups, and of quadratic_tail_upper for q_ij >= min(t_ij, -t_ji) over
/// centres muhat_i' of the own mean group and components j of other covariance groups: i is rejected because of j only
/// if q_ij >= t_ij, and j accepted beside i only if q_ij > -t_ji. Ties, `none` and `multi` count as errors. May
/// exceed 1.
template <RealScalar T>
T misclassification_upper(const Mixture<T>& truth, const Clustering<T>& clustering, Index component);
/// The same sum in balls, for the clustering as misclassification.hpp means it and Chernoff's bound at one t each: its
/// upper end is certified. Throws UndecidedError as quadratic_law.
Ball misclassification_upper(const Mixture<Ball>& truth, const Clustering<double>& clustering, Index component);

/// [CKS25] Proposition 25, repaired (midpoint thresholds from the estimates themselves): with xi = alpha^2
/// Dout_Q/beta^3,
///   P_{N_i}[c(x) is not the cell of i] <= ((k-1)/2) exp(-Dout_mu^2/(18 beta)) + k (k-1) exp(-xi^2/120)
/// if Dout_mu >= 6 sqrt(ups_mean), Dout_Q >= 20 (beta/alpha)^3 ups_cov, sqrt(ups_mean) + Din_mu <= 0.1 Dout_Q
/// sqrt(alpha)/beta; +infinity if one of them fails. ups_mean bounds the squared error of a mean, ups_cov the Frobenius
/// error of a covariance. A Dout that is infinite (one group) drops its term; Dout_mu = 0 makes it k - 1.
template <RealScalar T>
T clustering_error_upper(const Separation<T>& separation, const T& alpha, const T& beta, const T& ups_mean,
                         const T& ups_cov, Index k);
/// Its right side alone, for hypotheses that are known to hold; a Dout that is infinite is absent.
template <Scalar T>
T clustering_error_sum(const std::optional<T>& out_mean, const std::optional<T>& out_covariance, const T& alpha,
                       const T& beta, Index k);

template <>
Ball normal_upper_tail(const Ball&);
extern template double normal_upper_tail(const double&);
extern template Real50 normal_upper_tail(const Real50&);
extern template Ball pairwise_mean_error(const Vector<Ball>&, const Matrix<Ball>&, const Vector<Ball>&,
                                         const Vector<Ball>&);
extern template double pairwise_mean_error(const Vector<double>&, const Matrix<double>&, const Vector<double>&,
                                           const Vector<double>&);
extern template Real50 pairwise_mean_error(const Vector<Real50>&, const Matrix<Real50>&, const Vector<Real50>&,
                                           const Vector<Real50>&);
extern template double pairwise_mean_error_upper(const double&, const double&);
extern template Real50 pairwise_mean_error_upper(const Real50&, const Real50&);
extern template Ball pairwise_mean_error_upper(const Ball&, const Ball&);
extern template double misclassification_upper(const Mixture<double>&, const Clustering<double>&, Index);
extern template Real50 misclassification_upper(const Mixture<Real50>&, const Clustering<Real50>&, Index);
extern template double clustering_error_upper(const Separation<double>&, const double&, const double&, const double&,
                                              const double&, Index);
extern template Real50 clustering_error_upper(const Separation<Real50>&, const Real50&, const Real50&, const Real50&,
                                              const Real50&, Index);
extern template double clustering_error_sum(const std::optional<double>&, const std::optional<double>&, const double&,
                                            const double&, Index);
extern template Real50 clustering_error_sum(const std::optional<Real50>&, const std::optional<Real50>&, const Real50&,
                                            const Real50&, Index);
extern template Ball clustering_error_sum(const std::optional<Ball>&, const std::optional<Ball>&, const Ball&,
                                          const Ball&, Index);

}  // namespace verimix

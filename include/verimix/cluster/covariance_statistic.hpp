// The statistic that tells covariances apart: [CKS25] display (35) and the text around it, and the thresholds of (31).
#pragma once

#include "verimix/cluster/quadratic_form.hpp"

namespace verimix {

// Letters: Q_i, Q_j the true covariances, K_i, K_j the estimates of their inverses (`clipped_inverse`), m a centre. All
// matrices are symmetric d x d.

/// Lambda_ij(x; m) = (x - m)^T K_j (x - m) - <Q_i, K_j>.
template <Scalar T>
T covariance_statistic(const Vector<T>& x, const Vector<T>& center, const Matrix<T>& q_i, const Matrix<T>& k_j);

/// T_ij = Lambda_ii - Lambda_ij = (x - m)^T (K_i - K_j)(x - m) - <Q_i, K_i - K_j>.
template <Scalar T>
T statistic_difference(const Vector<T>& x, const Vector<T>& center, const Matrix<T>& q_i, const Matrix<T>& k_i,
                       const Matrix<T>& k_j);

/// E T_ij for x of mean mu and covariance Q: <(mu - m)(mu - m)^T + Q - Q_i, K_i - K_j>. Any law with these moments.
template <Scalar T>
T statistic_difference_mean(const Vector<T>& mean, const Matrix<T>& covariance, const Vector<T>& center,
                            const Matrix<T>& q_i, const Matrix<T>& k_i, const Matrix<T>& k_j);

/// gap_ij = <Q_j - Q_i, Q_i^{-1} - Q_j^{-1}> = tr Q_j Q_i^{-1} + tr Q_i Q_j^{-1} - 2d, computed as the sum of squares
/// |L_j^{-1}(Q_j - Q_i) L_i^{-T}|_F^2, Q = L L^T, which does not cancel. D^2/beta^2 <= gap <= D^2/alpha^2, D = |Q_i -
/// Q_j|_F. Throws as `quadratic_form` where a covariance is not positive definite.
template <Scalar T>
T covariance_gap(const Matrix<T>& q_i, const Matrix<T>& q_j);
template <Scalar T>
T covariance_gap_lower(const T& distance, const T& beta);
template <Scalar T>
T covariance_gap_upper(const T& distance, const T& alpha);

/// |A|_F and <A, B> = tr(A^T B).
template <Scalar T>
T frobenius(const Matrix<T>& a);
template <Scalar T>
T inner_product(const Matrix<T>& a, const Matrix<T>& b);

/// eta of (31) as printed, Dout_Q/(100 beta^2), and the homogeneous one, Dout_Q^2/(100 beta^2): under Q -> l Q, x ->
/// sqrt(l) x nothing in Appendix C changes but the printed eta, which is divided by l.
template <Scalar T>
T threshold_accuracy_printed(const T& delta_out, const T& beta);
template <Scalar T>
T threshold_accuracy(const T& delta_out, const T& beta);

/// What t_ij has to be within eta of: <Q_i, K_i - K_j> + gap_ij - E, with E from `lower_deviation_slack`.
template <Scalar T>
T threshold_center(const Matrix<T>& q_i, const Matrix<T>& q_j, const Matrix<T>& k_i, const Matrix<T>& k_j,
                   const T& slack);

/// |threshold_center| <= 2 d beta/alpha + d (beta/alpha + alpha/beta - 2) + (2 c^2 + 2 c') d + 4 ups beta
/// sqrt(d)/alpha^2: the range that the paper's search for t_ij has to cover.
template <Scalar T>
T threshold_center_upper(Index dimension, const T& alpha, const T& beta, const T& c, const T& c_prime, const T& ups);

extern template double covariance_statistic(const Vector<double>&, const Vector<double>&, const Matrix<double>&,
                                            const Matrix<double>&);
extern template double statistic_difference(const Vector<double>&, const Vector<double>&, const Matrix<double>&,
                                            const Matrix<double>&, const Matrix<double>&);
extern template double statistic_difference_mean(const Vector<double>&, const Matrix<double>&, const Vector<double>&,
                                                 const Matrix<double>&, const Matrix<double>&, const Matrix<double>&);
extern template double covariance_gap(const Matrix<double>&, const Matrix<double>&);
extern template double covariance_gap_lower(const double&, const double&);
extern template double covariance_gap_upper(const double&, const double&);
extern template double frobenius(const Matrix<double>&);
extern template double inner_product(const Matrix<double>&, const Matrix<double>&);
extern template double threshold_accuracy_printed(const double&, const double&);
extern template double threshold_accuracy(const double&, const double&);
extern template double threshold_center(const Matrix<double>&, const Matrix<double>&, const Matrix<double>&,
                                        const Matrix<double>&, const double&);
extern template double threshold_center_upper(Index, const double&, const double&, const double&, const double&,
                                              const double&);
extern template Real50 covariance_statistic(const Vector<Real50>&, const Vector<Real50>&, const Matrix<Real50>&,
                                            const Matrix<Real50>&);
extern template Real50 statistic_difference(const Vector<Real50>&, const Vector<Real50>&, const Matrix<Real50>&,
                                            const Matrix<Real50>&, const Matrix<Real50>&);
extern template Real50 statistic_difference_mean(const Vector<Real50>&, const Matrix<Real50>&, const Vector<Real50>&,
                                                 const Matrix<Real50>&, const Matrix<Real50>&, const Matrix<Real50>&);
extern template Real50 covariance_gap(const Matrix<Real50>&, const Matrix<Real50>&);
extern template Real50 covariance_gap_lower(const Real50&, const Real50&);
extern template Real50 covariance_gap_upper(const Real50&, const Real50&);
extern template Real50 frobenius(const Matrix<Real50>&);
extern template Real50 inner_product(const Matrix<Real50>&, const Matrix<Real50>&);
extern template Real50 threshold_accuracy_printed(const Real50&, const Real50&);
extern template Real50 threshold_accuracy(const Real50&, const Real50&);
extern template Real50 threshold_center(const Matrix<Real50>&, const Matrix<Real50>&, const Matrix<Real50>&,
                                        const Matrix<Real50>&, const Real50&);
extern template Real50 threshold_center_upper(Index, const Real50&, const Real50&, const Real50&, const Real50&,
                                              const Real50&);
extern template Real100 covariance_gap(const Matrix<Real100>&, const Matrix<Real100>&);
extern template Real100 frobenius(const Matrix<Real100>&);
extern template Real100 inner_product(const Matrix<Real100>&, const Matrix<Real100>&);
extern template Ball covariance_statistic(const Vector<Ball>&, const Vector<Ball>&, const Matrix<Ball>&,
                                          const Matrix<Ball>&);
extern template Ball statistic_difference(const Vector<Ball>&, const Vector<Ball>&, const Matrix<Ball>&,
                                          const Matrix<Ball>&, const Matrix<Ball>&);
extern template Ball statistic_difference_mean(const Vector<Ball>&, const Matrix<Ball>&, const Vector<Ball>&,
                                               const Matrix<Ball>&, const Matrix<Ball>&, const Matrix<Ball>&);
extern template Ball covariance_gap(const Matrix<Ball>&, const Matrix<Ball>&);
extern template Ball covariance_gap_lower(const Ball&, const Ball&);
extern template Ball covariance_gap_upper(const Ball&, const Ball&);
extern template Ball frobenius(const Matrix<Ball>&);
extern template Ball inner_product(const Matrix<Ball>&, const Matrix<Ball>&);
extern template Ball threshold_accuracy_printed(const Ball&, const Ball&);
extern template Ball threshold_accuracy(const Ball&, const Ball&);
extern template Ball threshold_center(const Matrix<Ball>&, const Matrix<Ball>&, const Matrix<Ball>&,
                                      const Matrix<Ball>&, const Ball&);
extern template Ball threshold_center_upper(Index, const Ball&, const Ball&, const Ball&, const Ball&, const Ball&);

}  // namespace verimix

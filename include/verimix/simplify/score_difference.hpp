// Moments of the difference of two Gaussian scores: [CKS25] Claim 38, as printed and repaired.
#pragma once

#include "verimix/distance/gaussian.hpp"

namespace verimix {

// Below: g_i(x) = Q_i^{-1}(x - mu_i), x ~ N_1 = N(mu_1, Q_1), m = |mu_1 - mu_2|, D = |Q_1 - Q_2|_F, and D_p = m^2 + D^2
// is the SQUARED distance of the parameters (Proposition 32's, not Definition 6's). Derivations: proofs-notes/simplify/
// score_difference.md.

/// E_{N_1}|g_1 - g_2|^{2n}, exact: g_1 - g_2 = S z + b with z ~ N(0, Id), Q_1 = L L^T, S = L^{-T} - Q_2^{-1} L, b =
/// -Q_2^{-1}(mu_1 - mu_2); the cumulants of |Sz + b|^2 are 2^{r-1} (r-1)! (tr A^r + r b^T A^{r-1} b), A = S S^T.
/// Domain: 1 <= n <= 16 (InputError, field "n"). Throws InputError (field "dimension" or "covariance") where the
/// dimensions differ or a covariance is certainly not positive definite, UndecidedError where the scalar cannot tell.
/// With Ball certified. Every term is >= 0, so nothing cancels but the entries of S.
template <Scalar T>
T score_difference_moment(const Gaussian<T>& first, const Gaussian<T>& second, int n);

/// The same under another law, exact: E_r|g_1 - g_2|^{2n}, r = sqrt(N_1 N_2)/int sqrt(N_1 N_2), the Gaussian with
/// precision H = (Q_1^{-1} + Q_2^{-1})/2. There S = (Q_1^{-1} - Q_2^{-1}) H^{-1/2}, b = -B^{-1}(mu_1 - mu_2), B = (Q_1
/// + Q_2)/2. Symmetric in the two. At most (2n-1)!! G^n as well. Domain and failures as above.
template <Scalar T>
T tilted_score_difference_moment(const Gaussian<T>& first, const Gaussian<T>& second, int n);

/// G = D^2/alpha^3 + m^2/alpha^2, from the squares. Domain of this and the printed form: squares >= 0, 0 < alpha <=
/// beta, all finite (InputError names the argument).
template <Scalar T>
T score_difference_scale(const T& mean_distance_squared, const T& covariance_distance_squared, const T& alpha);
/// E_{N_1}|g_1 - g_2|^{2n} <= (2n-1)!! G^n where Q_2 >= alpha Id and Q_1 >= alpha Id; no beta. The constant is sharp.
/// Domain: G >= 0, 1 <= n <= 16.
template <Scalar T>
T score_difference_moment_upper(const T& scale, int n);

/// The printed bound on the fourth moment without its hidden constant: (beta^2/alpha^8)(D^2 + m^2)^2 + m^2/alpha^2.
template <Scalar T>
T score_difference_fourth_printed(const T& mean_distance_squared, const T& covariance_distance_squared, const T& alpha,
                                  const T& beta);
/// The printed second part with constant 1: E|g_1 - g_2|^{2t} <= t^t (fourth moment)^{t/2}, t an even integer, 2 <= t
/// <= 16 (InputError, field "t").
template <Scalar T>
T score_difference_power_upper(const T& fourth_moment, int t);

extern template double score_difference_moment(const Gaussian<double>&, const Gaussian<double>&, int);
extern template double tilted_score_difference_moment(const Gaussian<double>&, const Gaussian<double>&, int);
extern template double score_difference_scale(const double&, const double&, const double&);
extern template double score_difference_moment_upper(const double&, int);
extern template double score_difference_fourth_printed(const double&, const double&, const double&, const double&);
extern template double score_difference_power_upper(const double&, int);
extern template Real50 score_difference_moment(const Gaussian<Real50>&, const Gaussian<Real50>&, int);
extern template Real50 tilted_score_difference_moment(const Gaussian<Real50>&, const Gaussian<Real50>&, int);
extern template Real50 score_difference_scale(const Real50&, const Real50&, const Real50&);
extern template Real50 score_difference_moment_upper(const Real50&, int);
extern template Real50 score_difference_fourth_printed(const Real50&, const Real50&, const Real50&, const Real50&);
extern template Real50 score_difference_power_upper(const Real50&, int);
extern template Ball score_difference_moment(const Gaussian<Ball>&, const Gaussian<Ball>&, int);
extern template Ball tilted_score_difference_moment(const Gaussian<Ball>&, const Gaussian<Ball>&, int);
extern template Ball score_difference_scale(const Ball&, const Ball&, const Ball&);
extern template Ball score_difference_moment_upper(const Ball&, int);
extern template Ball score_difference_fourth_printed(const Ball&, const Ball&, const Ball&, const Ball&);
extern template Ball score_difference_power_upper(const Ball&, int);

}  // namespace verimix

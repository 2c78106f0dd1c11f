// What it costs to take components out of a score: [CKS25] Lemma 34 (one component) and Lemma 33 (all of another cell),
// bounds for one instance and bounds in alpha, beta, and the printed ones. Derivations: proofs-notes/simplify/
// score_removal.md. The left-hand sides, certified on the line, are in line_removal.hpp.
#pragma once

#include <vector>

#include "verimix/mixture/mixture.hpp"

namespace verimix {

// Below: N_i = N(mu_i, Q_i), g_i(x) = Q_i^{-1}(x - mu_i), s_W the score of the sub-mixture M(W) (weights of M), m_ij =
// |mu_i - mu_j|, D_ij = |Q_i - Q_j|_F, and D_p = m^2 + D^2 is the SQUARED distance of the parameters (Proposition
// 32's, not Definition 6's). BC_ij = int sqrt(N_i N_j), T_ij = sqrt(lam_j/lam_i) BC_ij.

/// From W = `before` to U = `after`, seen by x ~ N_i, i = `component`. Lemma 33: W = [k]; Lemma 34: U = [k] without j.
struct Removal {
  std::vector<Index> before, after;
  Index component;
};

/// Throws InputError (field "removal") unless W holds different components of [k], U a nonempty part of them, and i
/// lies in [k]. The component itself need not be in W: an earlier step may have taken it out.
void validate(const Removal& removal, Index k);

/// E_{N_i}|s_W - s_U|^n for one instance, bounded from exact moments of pairs, no alpha, beta or G: (X^{1/n} +
/// Y^{1/n})^n with
///   X = sum_{j in W \ U, j != i} min( E_{N_i}|g_i - g_j|^n, c_n T_ij E_r|g_i - g_j|^n ),
///   Y = min( sum_{l in U, l != i} min( E_{N_i}|g_i - g_l|^n, T_il E_r|g_i - g_l|^n/2, e_n (T_i T_il E_r|g_i -
///            g_l|^{2n})^{1/2} ), (c_{2n} T_i sum_l E_{N_i}|g_i - g_l|^{2n})^{1/2} ),   T_i = sum_{j in W \ U} T_ij,
/// r = sqrt(N_i N_l)/BC_il; what has a T only where i lies in W (in X) or in U (in Y). c_n = max t^{n-1/2} (1-t)^{1/2},
/// e_n = max t^{n-1/4} (1-t)^{1/4} max t^{3/4} (1-t)^{1/4} over t in [0, 1]; c_2 = 0.325, c_4 = 0.222. Components of
/// weight 0 count as not there. Domain: n in {2, 4, 8, 16} (InputError, field "n"). Throws what `validate` and the
/// factorisation of covariances throw. With Ball an enclosure of a bound; in double far components underflow to 0.
template <Scalar T>
T removal_moment_upper(const Mixture<T>& mixture, const Removal& removal, int n);

/// The same with G_ij = D_ij^2/alpha^3 + m_ij^2/alpha^2 and (n-1)!! G^{n/2}, (2n-1)!! G^n in the place of the moments:
/// 33' and 34' as bounds in G and BC. Domain: 0 < alpha <= every eigenvalue of the covariances, which the caller
/// vouches for; no alpha <= 1 <= beta.
template <Scalar T>
T removal_moment_scale_upper(const Mixture<T>& mixture, const Removal& removal, int n, const T& alpha);

/// D_p(N_i, N_j) = m_ij^2 + D_ij^2.
template <Scalar T>
T squared_distance(const Mixture<T>& mixture, Index i, Index j);

/// alpha Id <= Q <= beta Id for all components, and lam_i.
template <Scalar T>
struct RemovalSizes {
  T alpha, beta, weight;
};

/// Lemmas 33 and 34, first parts (i in U, all components there): for every 0 < theta <= 1
///   E_{N_i}|s - s_U|^4 <= K_theta u beta^4 alpha^{-6} lam_i^{-theta/2} sum_{j not in U} exp(-theta D_p(i, j)/(32
///   beta^2)),
/// u = |U| (`kept`), K_theta = 24 (e_4 sqrt(105)/3)^theta (64/(e theta))^2: 1.02e4 at theta = 1, 4.66e4 at 1/2.
/// `removed` holds the D_p(i, j). Domain: 0 < alpha <= 1 <= beta, 0 < lam_i <= 1, D_p >= 0, kept >= 1, 0 < theta <= 1
/// (InputError names the argument).
template <Scalar T>
T kept_fourth_upper(const RemovalSizes<T>& sizes, int kept, const std::vector<T>& removed, const T& theta);

/// Second parts (i not in U): with D_p(i, l), l in U, in `kept`, and D_p(i, j), j not in U, j != i, in `removed`,
///   E_{N_i}|s - s_U|^4 <= a alpha^{-6} sum_l D_p(i, l)^2 + L_theta beta^4 alpha^{-6} lam_i^{-theta/2} sum_j
///   exp(-theta D_p(i, j)/(32 beta^2)),
/// a = 3 where `removed` is empty (Lemma 34; sharp) and 24 otherwise, L_theta = 24 c_4^theta (64/(e theta))^2: 2.95e3
/// at theta = 1. Domain as above.
template <Scalar T>
T removed_fourth_upper(const RemovalSizes<T>& sizes, const std::vector<T>& kept, const std::vector<T>& removed,
                       const T& theta);

/// As printed, hidden constant 1 and `c` in the exponent:
///   first part   (k beta^10/(sqrt(lam_i) alpha^12)) sum_{j not in U} exp(-c (alpha^2/beta^4) D_p(i, j))
///   second part  (beta^2/alpha^8) sum_{l != i} (D_p^2 + D_p) + the same sum over j not in U, j != i
/// `all` holds D_p(i, l) for every l != i. No alpha <= 1 <= beta is asked for, as Lemma 33 does not; k >= 1, c > 0.
template <Scalar T>
T kept_fourth_printed(const RemovalSizes<T>& sizes, int k, const std::vector<T>& removed, const T& c);
template <Scalar T>
T removed_fourth_printed(const RemovalSizes<T>& sizes, int k, const std::vector<T>& all, const std::vector<T>& removed,
                         const T& c);

extern template double squared_distance(const Mixture<double>&, Index, Index);
extern template double removal_moment_upper(const Mixture<double>&, const Removal&, int);
extern template double removal_moment_scale_upper(const Mixture<double>&, const Removal&, int, const double&);
extern template double kept_fourth_upper(const RemovalSizes<double>&, int, const std::vector<double>&, const double&);
extern template double removed_fourth_upper(const RemovalSizes<double>&, const std::vector<double>&,
                                            const std::vector<double>&, const double&);
extern template double kept_fourth_printed(const RemovalSizes<double>&, int, const std::vector<double>&, const double&);
extern template double removed_fourth_printed(const RemovalSizes<double>&, int, const std::vector<double>&,
                                              const std::vector<double>&, const double&);
extern template Real50 squared_distance(const Mixture<Real50>&, Index, Index);
extern template Real50 removal_moment_upper(const Mixture<Real50>&, const Removal&, int);
extern template Real50 removal_moment_scale_upper(const Mixture<Real50>&, const Removal&, int, const Real50&);
extern template Real50 kept_fourth_upper(const RemovalSizes<Real50>&, int, const std::vector<Real50>&, const Real50&);
extern template Real50 removed_fourth_upper(const RemovalSizes<Real50>&, const std::vector<Real50>&,
                                            const std::vector<Real50>&, const Real50&);
extern template Real50 kept_fourth_printed(const RemovalSizes<Real50>&, int, const std::vector<Real50>&, const Real50&);
extern template Real50 removed_fourth_printed(const RemovalSizes<Real50>&, int, const std::vector<Real50>&,
                                              const std::vector<Real50>&, const Real50&);
extern template Ball squared_distance(const Mixture<Ball>&, Index, Index);
extern template Ball removal_moment_upper(const Mixture<Ball>&, const Removal&, int);
extern template Ball removal_moment_scale_upper(const Mixture<Ball>&, const Removal&, int, const Ball&);
extern template Ball kept_fourth_upper(const RemovalSizes<Ball>&, int, const std::vector<Ball>&, const Ball&);
extern template Ball removed_fourth_upper(const RemovalSizes<Ball>&, const std::vector<Ball>&, const std::vector<Ball>&,
                                          const Ball&);
extern template Ball kept_fourth_printed(const RemovalSizes<Ball>&, int, const std::vector<Ball>&, const Ball&);
extern template Ball removed_fourth_printed(const RemovalSizes<Ball>&, int, const std::vector<Ball>&,
                                            const std::vector<Ball>&, const Ball&);

}  // namespace verimix

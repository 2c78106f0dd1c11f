// Bounds on KL and on the Fisher divergence of two mixtures from the closed forms of their components. With Ball they
// are certified, in any dimension, without sampling; how tight they are depends on how far the components of one
// mixture overlap. Derivations: proofs-notes/distance/mixture_bounds.md.
#pragma once

#include "verimix/distance/gaussian.hpp"

namespace verimix {

// P = sum_i lambda_i N_i, Q = sum_j mu_j M_j; components of weight certainly 0 are left out. All functions throw what
// the closed forms of gaussian.hpp throw, and UndecidedError where Ball cannot tell whether a weight is 0.

/// N(mean of P, covariance of P).
template <Scalar T>
Gaussian<T> moment_matched(const Mixture<T>& p);

/// KL(P||Q) <= sum_i lambda_i log( lambda_i / sum_j psi_ij exp(-KL(N_i||M_j)) ) for every psi >= 0 with column sums
/// mu_j. psi is chosen by the alternation of [HO07] in double; the bound is evaluated in T and holds whatever psi is.
/// Where P and Q have as many components, the result is the smaller of this and sum_i lambda_i (log(lambda_i/mu_i) +
/// KL(N_i||M_i)).
template <Scalar T>
T kl_upper(const Mixture<T>& p, const Mixture<T>& q);

/// KL(P||Q) >= KL(N(mean of P, covariance of P) || Q) where Q has one component of positive weight; else 0.
template <Scalar T>
T kl_lower(const Mixture<T>& p, const Mixture<T>& q);

/// E_P |grad log p - grad log q|^2 <= sum_i lambda_i sum_j E_{N_i} |grad log N_i - grad log M_j|^2.
template <Scalar T>
T fisher_upper(const Mixture<T>& p, const Mixture<T>& q);

/// Where Q has one component N(mu, S) of positive weight: E_P |grad log p - grad log q|^2 >= tr C^{-1} - 2 tr S^{-1}
/// + tr(S^{-1} C S^{-1}) + |S^{-1} (m - mu)|^2, m and C the mean and the covariance of P (Cramer-Rao); else 0.
template <Scalar T>
T fisher_lower(const Mixture<T>& p, const Mixture<T>& q);

/// A bound C on the Poincare constant of Q, Var_Q(f) <= C E_Q |grad f|^2 for every smooth f:
///   max_j beta_j (1 + sum_i w_ij mu_i chi2(M_i||M_j)),  beta_j >= |cov M_j|_op, w_ij + w_ji = 1,
/// each pair's w on the side where it costs less. Not finite where a pair has no finite chi2 on either side.
Ball poincare_upper(const Mixture<Ball>& q);

/// E_P |grad log p - grad log q|^2 >= 4 h (2 - h)/C for every h <= H^2(P, Q) and C >= the Poincare constant of Q.
/// Domain: 0 <= h <= 1, C > 0.
Ball fisher_lower_by_hellinger2(const Ball& h, const Ball& poincare);

/// chi2(P||Q) = int p^2/q - 1 of two Gaussians, |Q_2| / (|Q_1| |2 Q_2 - Q_1|)^{1/2} exp(m^T (2 Q_2 - Q_1)^{-1} m) - 1;
/// not finite unless 2 Q_2 - Q_1 is certainly positive definite. Domain: same dimension.
Ball chi2(const Gaussian<Ball>& p, const Gaussian<Ball>& q);

extern template Gaussian<double> moment_matched(const Mixture<double>&);
extern template Gaussian<Real50> moment_matched(const Mixture<Real50>&);
extern template Gaussian<Real100> moment_matched(const Mixture<Real100>&);
extern template Gaussian<Ball> moment_matched(const Mixture<Ball>&);
extern template double kl_upper(const Mixture<double>&, const Mixture<double>&);
extern template Real50 kl_upper(const Mixture<Real50>&, const Mixture<Real50>&);
extern template Real100 kl_upper(const Mixture<Real100>&, const Mixture<Real100>&);
extern template Ball kl_upper(const Mixture<Ball>&, const Mixture<Ball>&);
extern template double kl_lower(const Mixture<double>&, const Mixture<double>&);
extern template Real50 kl_lower(const Mixture<Real50>&, const Mixture<Real50>&);
extern template Real100 kl_lower(const Mixture<Real100>&, const Mixture<Real100>&);
extern template Ball kl_lower(const Mixture<Ball>&, const Mixture<Ball>&);
extern template double fisher_upper(const Mixture<double>&, const Mixture<double>&);
extern template Real50 fisher_upper(const Mixture<Real50>&, const Mixture<Real50>&);
extern template Real100 fisher_upper(const Mixture<Real100>&, const Mixture<Real100>&);
extern template Ball fisher_upper(const Mixture<Ball>&, const Mixture<Ball>&);
extern template double fisher_lower(const Mixture<double>&, const Mixture<double>&);
extern template Real50 fisher_lower(const Mixture<Real50>&, const Mixture<Real50>&);
extern template Real100 fisher_lower(const Mixture<Real100>&, const Mixture<Real100>&);
extern template Ball fisher_lower(const Mixture<Ball>&, const Mixture<Ball>&);

}  // namespace verimix

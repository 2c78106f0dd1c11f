// Bounds on KL and on the Fisher divergence of two mixtures from the closed forms of their components. With Ball they
// are certified, in any dimension, without sampling; how tight they are depends on how far the components of one
// mixture overlap. Derivations: proofs-notes/distance/mixture_bounds.md.
#pragma once

#include "verimix/mixture/mixture.hpp"

namespace verimix {

// P = sum_i lambda_i N_i, Q = sum_j mu_j M_j; components of weight certainly 0 are left out. All functions throw what
// the closed forms of gaussian.hpp throw, and UndecidedError where Ball cannot tell whether a weight is 0.

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

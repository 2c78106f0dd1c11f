// lower <= W_1, W_2 <= upper for two mixtures in any dimension, certified. Proofs: proofs-notes/distance/bracket.md.
#pragma once

#include "verimix/distance/bracket.hpp"

namespace verimix {

/// With W_2(N, M) the closed form of two Gaussians, pi a coupling of the components, m and C mean and covariance:
///   wasserstein1  above: sum pi_ij W_2(N_i, M_j); below: |m_P - m_Q|, W_1 of projections
///   wasserstein2  above: (sum pi_ij W_2(N_i, M_j)^2)^{1/2}; below: W_2(N(m_P, C_P), N(m_Q, C_Q)), W_2 of projections
/// At the working precision. Domain: wasserstein1 or wasserstein2; as for bracket.
Bracket transport_bracket(Metric metric, const ExactMixture& p, const ExactMixture& q, const Rational& time);

}  // namespace verimix

// How large the coefficients of a polynomial for the score of a sub-mixture are: in the place of [CKS25] Lemma 45 (c).
// Derivation: proofs-notes/polynomial/sub_mixture_coefficients.md.
#pragma once

#include "verimix/polynomial/sub_mixture_score.hpp"

namespace verimix {

/// p(x) = -K_1 (x - mu_1) - sum_i g_i(x) q_i(r(x)) for a polynomial q of degree <= l whose sizes of coefficients (all
/// outputs and monomials) sum to at most `softmax_sum`: those of p, in powers of x, sum to at most
///   d^{3/2}/alpha + sqrt(d) R/alpha + (d D/alpha^2 + sqrt(d) h) softmax_sum max(1, rho)^l,   h = D R/alpha^2 +
///   D/alpha, rho = (d D/alpha^2 + 2 sqrt(d) h + R^2 D/alpha^2 + 2 R D/alpha + sqrt(d) beta D/alpha^2)/2.
/// The first two terms alone bound those of the fallback. Takes the place of Lemma 45 (c), whose O(d) is false. Domain:
/// d
/// >= 1, l >= 0, |mu_i| <= R, softmax_sum >= 0. Infinite values are not rounded.
template <RealScalar T>
T sub_mixture_coefficient_sum_upper(const SubMixtureSizes<T>& sizes, Index dimension, const T& R, int degree,
                                    const T& softmax_sum);

extern template double sub_mixture_coefficient_sum_upper(const SubMixtureSizes<double>&, Index, const double&, int,
                                                         const double&);
extern template Real50 sub_mixture_coefficient_sum_upper(const SubMixtureSizes<Real50>&, Index, const Real50&, int,
                                                         const Real50&);

}  // namespace verimix

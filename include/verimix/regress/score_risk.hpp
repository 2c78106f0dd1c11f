// How many samples a score needs and how few cannot do: [CKS25] Propositions 49 (p. 60) and 51 (p. 61). Derivations:
// proofs-notes/regress/score_risk.md.
#pragma once

#include "verimix/regress/clipped_regression.hpp"
#include "verimix/regress/clipping.hpp"

namespace verimix {

/// Against the printed sizes: whatever an algorithm does with n samples, its probability of E|s_hat - s|^2 <= epsilon
/// at time t is at most (1 + TV_n)/2 for one of N(0, 1) and N(mu, 1), mu^2 = 5 epsilon e^{2t}, in every dimension (the
/// other coordinates standard normal), where TV_n = erf(sqrt(n/2) mu/2) is the distance of n samples. For epsilon <=
/// 1/20. The printed n does not depend on epsilon at d = 1, nor at R = 1. Throws InputError: samples < 1, epsilon not
/// in (0, 1/20], time < 0.
Ball learning_success_upper(Index samples, const Ball& epsilon, const Ball& time);

/// The piecewise polynomials of a mixture: as ClippedClass, with the mixture's R >= max |mu_i| and beta >= 1 in the
/// place of the radii.
template <Scalar T>
struct PolynomialClass {
  Index dimension = 1;
  int degree = 0;
  Index cells = 1;
  T coefficient_sum;
  T R, beta;
  T noise_variance;

  /// With the radii that leave out at most delta'.
  ClippedClass<T> clipped(const T& delta_prime) const;
};

// Proposition 51 as an inequality with every constant. s_hat: a minimiser over the class of the clipped empirical loss
// of n independent pairs (x_t, z), the radii those of delta'; s*: any function of the class, chosen without the sample.
// With probability at least 1 - delta
//   E|s_hat - s|^2 <= E|s* - s|^2 + estimation + comparison + outside,
// estimation = lemma_50_upper and comparison = fixed_function_upper, each at delta/2, outside = outside_upper at
// fourth_norm_upper and delta'. How small E|s* - s|^2 gets is Proposition 48's matter. All throw what the parts throw.
template <Scalar T>
struct RiskTerms {
  T estimation, comparison, outside;

  T sum() const { return estimation + comparison + outside; }
};
template <Scalar T>
RiskTerms<T> proposition_51_terms(const PolynomialClass<T>& of, const T& samples, const T& delta, const T& delta_prime);

/// delta' and n (not rounded) with which the terms sum to at most epsilon: outside is epsilon/2, the others together
/// the rest.
template <Scalar T>
struct SamplePlan {
  T delta_prime, samples;
};
template <Scalar T>
SamplePlan<T> proposition_51_plan(const PolynomialClass<T>& of, const T& epsilon, const T& delta);

/// Proposition 49's validation: of H functions of the class the one with the least clipped loss on m fresh pairs has,
/// with probability at least 1 - delta,
///   E|s_hat - s|^2 <= min_h E|s_h - s|^2 + 2 (M Phi + Z)^2 sqrt(log(2 H/delta)/(2 m)) + outside;
/// returned is the middle term. The union bound over the H candidates is what the paper leaves out. `log_candidates` is
/// log H >= 0.
template <Scalar T>
T validation_upper(const ClippedClass<T>& of, const T& log_candidates, const T& samples, const T& delta);

/// log H for Proposition 49's loop: list^k parameters, pairs of partitions of [k], `thresholds` values of each t_ij, i
/// < j. Domain: list, thresholds >= 1, 1 <= k <= 1000.
template <Scalar T>
T log_candidates(const T& list, Index k, const T& thresholds);

extern template struct PolynomialClass<double>;
extern template RiskTerms<double> proposition_51_terms(const PolynomialClass<double>&, const double&, const double&,
                                                       const double&);
extern template SamplePlan<double> proposition_51_plan(const PolynomialClass<double>&, const double&, const double&);
extern template double validation_upper(const ClippedClass<double>&, const double&, const double&, const double&);
extern template double log_candidates(const double&, Index, const double&);
extern template struct PolynomialClass<Real50>;
extern template RiskTerms<Real50> proposition_51_terms(const PolynomialClass<Real50>&, const Real50&, const Real50&,
                                                       const Real50&);
extern template SamplePlan<Real50> proposition_51_plan(const PolynomialClass<Real50>&, const Real50&, const Real50&);
extern template Real50 validation_upper(const ClippedClass<Real50>&, const Real50&, const Real50&, const Real50&);
extern template Real50 log_candidates(const Real50&, Index, const Real50&);
extern template struct PolynomialClass<Ball>;
extern template RiskTerms<Ball> proposition_51_terms(const PolynomialClass<Ball>&, const Ball&, const Ball&,
                                                     const Ball&);
extern template SamplePlan<Ball> proposition_51_plan(const PolynomialClass<Ball>&, const Ball&, const Ball&);
extern template Ball validation_upper(const ClippedClass<Ball>&, const Ball&, const Ball&, const Ball&);
extern template Ball log_candidates(const Ball&, Index, const Ball&);

}  // namespace verimix

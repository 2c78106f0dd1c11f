// How many samples a score takes, from the sizes of the mixture and its cells alone: [CKS25] Propositions 49 (p. 60)
// and 51 (p. 61) with every constant, for clusterings that are given. Derivations:
// proofs-notes/regress/score_samples.md.
#pragma once

#include <optional>

#include "verimix/polynomial/piecewise_error.hpp"
#include "verimix/regress/score_risk.hpp"

namespace verimix {

/// What is asked for: the score of q_t in dimension d within epsilon in the mean square, with probability 1 - delta.
template <RealScalar T>
struct ScoreGoal {
  Index dimension = 1;
  /// t > 0.
  T time;
  /// epsilon > 0; 0 < delta < 1.
  T epsilon, delta;
};

/// How to reach it, nothing rounded: the class of polynomials to fit (degree, cells, coefficients), the probability
/// delta' of what the clip leaves out, n pairs (x_t, z) to fit on, and m fresh ones to choose with.
template <RealScalar T>
struct ScoreSamples {
  PolynomialClass<T> polynomials;
  SamplePlan<T> fit;
  T validation;
};

/// H clusterings with their regions are given, `log_candidates` = log H >= 0; one of them satisfies the hypotheses of
/// piecewise_error_upper with `sizes`, those of the mixture at time t. On each the clipped empirical loss of n pairs is
/// minimised over polynomials on its 2 n_c cells ({c = j} in the region and outside of it), and the minimiser with the
/// least clipped loss on m fresh pairs is taken. With probability at least 1 - delta
///   E|shat - s|^2 <= epsilon.
/// epsilon goes half to the polynomials (piecewise_degree), a quarter to the fit (proposition_51_plan at delta/2, or at
/// delta where H = 1 and m = 0), and, of the last quarter, half to the choice (m = 128 B^2 log(4 H/delta)/epsilon^2, B
/// the largest clipped loss) and half to what it clips. Nothing where the cells are too close for this epsilon. Throws
/// InputError (field "epsilon") where the degree is above 10^8, or what the parts throw. Deviation: the regions are
/// those of the true parameters or any that `sizes` and delta' describe, because the printed step to crude ones has a
/// gap (Proposition 40); so the list has to hold a clustering with such regions.
template <RealScalar T>
std::optional<ScoreSamples<T>> proposition_49_samples(const PiecewiseSizes<T>& sizes, const ScoreGoal<T>& goal,
                                                      const T& log_candidates);

extern template std::optional<ScoreSamples<double>> proposition_49_samples(const PiecewiseSizes<double>&,
                                                                           const ScoreGoal<double>&, const double&);
extern template std::optional<ScoreSamples<Real50>> proposition_49_samples(const PiecewiseSizes<Real50>&,
                                                                           const ScoreGoal<Real50>&, const Real50&);

}  // namespace verimix

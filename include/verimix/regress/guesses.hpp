// The guesses that learning starts from, by mode: [CKS25] Algorithm 4 within a budget, complete, or at the one place
// that Lemma 13 means.
#pragma once

#include <optional>
#include <vector>

#include "verimix/estimate/candidates.hpp"
#include "verimix/estimate/crude_estimate.hpp"
#include "verimix/regress/learn_summary.hpp"
#include "verimix/regress/split_rows.hpp"

namespace verimix {

/// budgeted: a fixed number of candidates, ranked before they are tried. exhaustive: the complete list of Algorithm 4,
/// refused where it is longer than the budget. analysis: the single guess of that list that Lemma 13 speaks of, which
/// only the true parameters can point at.
enum class LearnMode { budgeted, analysis, exhaustive };

template <RealScalar T>
struct Guesses {
  std::vector<ParameterEstimates<T>> list;
  /// Mode analysis: Lemma 13's hypotheses as measured against the truth, then each component's errors against the bound
  /// with the measured perturbations. Empty in the other modes.
  std::vector<HypothesisSummary> hypotheses;
};

/// From the training rows of the split, the same bits at every rank for any number of ranks. Mode budgeted:
/// `candidates` of 256 of them. Else the first half of them serves the means, the second half the covariances, because
/// Lemma 13 wants the two independent; a rank holds its share of each half, as SplitRows::part. Scales: `conditioning`
/// of the truth where it is given (alpha <= 1 <= beta, R >= 1), rounded outwards by 1e-12; else training_scales with
/// lambda_min = 1/(2k), which is a rule and not an estimate. Throws InputError: mode analysis without a truth
/// ("--truth"); as CrudeList, analyse and candidates do (a net of 2^64 points or more is refused there, with its
/// number). UndecidedError that says the exact number of guesses: mode exhaustive with more than `budget`. Collective.
/// Domain: at least 4 training rows.
template <RealScalar T>
Guesses<T> guesses(const SplitRows<T>& split, Index k, LearnMode mode, const CandidateBudget& budget,
                   const std::optional<Mixture<T>>& truth);

/// sample_scales of the training rows. Collective.
template <RealScalar T>
SampleScales training_scales(const SplitRows<T>& split);

extern template Guesses<double> guesses(const SplitRows<double>&, Index, LearnMode, const CandidateBudget&,
                                        const std::optional<Mixture<double>>&);
extern template Guesses<Real50> guesses(const SplitRows<Real50>&, Index, LearnMode, const CandidateBudget&,
                                        const std::optional<Mixture<Real50>>&);
extern template SampleScales training_scales(const SplitRows<double>&);
extern template SampleScales training_scales(const SplitRows<Real50>&);

}  // namespace verimix

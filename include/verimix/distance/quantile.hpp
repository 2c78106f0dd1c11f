// Distribution functions and quantiles of mixtures on the line, certified in both tails. Derivations:
// proofs-notes/distance/quantile.md.
#pragma once

#include "verimix/core/precision_ladder.hpp"
#include "verimix/distance/line_mixture.hpp"
#include "verimix/distance/line_tails.hpp"

namespace verimix {

/// The x with P((x, inf)) = tail, for every tail in the ball: an interval Newton step that maps an interval into itself
/// where one is found, else a bracket with the sign proved at both ends. At the working precision; never tighter than
/// the tail is known. Domain: 0 < tail < 3/4, certainly; else UndecidedError, as for a tail that is too wide to tell.
Ball upper_tail_quantile(const LineMixture& p, const Ball& tail);

/// P((-inf, x]) for the left side, P((x, inf)) for the right, to relative width 10^-digits: neither tail cancels.
/// Domain: digits >= 1.
LadderResult certified_probability(const LineLaw& p, Side side, const Rational& x, int digits,
                                   const LadderBudget& budget = {});

/// The x with P((-inf, x]) = probability (left side) or P((x, inf)) = probability (right side), to a width of at most
/// 10^-digits max(|x|, sigma), sigma the least standard deviation of a component at the time; a quantile may be 0, so
/// that relative digits alone cannot be promised. The result's goal_met says whether that width was reached. Throws
/// InputError (field "probability") unless 0 < probability < 1. Domain: digits >= 1.
LadderResult certified_quantile(const LineLaw& p, Side side, const Rational& probability, int digits,
                                const LadderBudget& budget = {});

}  // namespace verimix

// Certified suprema and infima of a real-analytic function on an interval, by branch and bound with Taylor models: a
// box without a stationary point, or whose values are too small, is proved away. Proof: proofs-notes/core/supremum.md.
#pragma once

#include "verimix/core/precision_ladder.hpp"
#include "verimix/core/taylor_model.hpp"

namespace verimix {

/// supremum = max f; infimum = min f; magnitude = max |f|, the sup-norm.
enum class Extremum { supremum, infimum, magnitude };

/// What may be spent on an extremum.
struct SupremumBudget {
  LadderBudget ladder;
  /// Boxes that one rung of the ladder may look at (a few more are: a box is split in two at a time). The first rung
  /// that spends them is the last.
  long boxes = 20000;
};

struct Supremum {
  /// Encloses the extremum whether the goal is met or not. `goal_met` false: the best enclosure that the budget gave;
  /// `require_digits` turns it into UndecidedError.
  LadderResult result;
  /// An exact point of the interval, where f (|f| for a magnitude) is at least the lower end of the last rung's
  /// enclosure, or at most its upper end for an infimum, up to the rounding of that end to the working precision.
  Ball attained;
  /// How many boxes were looked at, on all rungs.
  long boxes = 0;
};

/// The extremum of f on the interval to relative width 10^-digits, by the precision ladder. An extremum that is 0 has
/// no relative digits: unless 0 is found exactly, the goal is not met and the enclosure says how small it is. Checks
/// for interruption. Domain: exact ends, lower <= upper; f continuously differentiable order + 1 times.
Supremum certified_supremum(Extremum kind, const TaylorFunction& f, const Interval& interval, int digits,
                            const SupremumBudget& budget = {});

/// At the working precision: an enclosure that stops shrinking at relative width 2^-goal_bits or when the boxes run
/// out. Domain as above.
Supremum enclose_supremum(Extremum kind, const TaylorFunction& f, const Interval& interval, long goal_bits,
                          long boxes = SupremumBudget{}.boxes);

}  // namespace verimix

// Where two densities on the line cross: all sign changes of p - q, with proof that there are no others.
// Derivations: proofs-notes/distance/line_crossings.md.
#pragma once

#include <vector>

#include "verimix/core/roots.hpp"
#include "verimix/distance/line_pair.hpp"
#include "verimix/distance/line_tails.hpp"

namespace verimix {

struct LineCrossings {
  /// Where p - q may change its sign inside `searched`; elsewhere in `searched` it does not vanish.
  std::vector<Root> crossings;
  Interval searched;
  /// Is the sign of p - q proved constant to the left and to the right of `searched`? Where it is not, the tail bound
  /// was met there.
  bool left_settled = false, right_settled = false;
  /// What the tail bound says of the two sides; 0 where the sign is settled.
  Ball left_tail, right_tail;
};

/// A place beyond which, towards the side, p - q has no zero: with p - q = sum_l c_l N(a_l, v_l) over n distinct
/// Gaussians and the dominant one (largest v, then farthest a), where each other term is below 1/n of the dominant.
/// Seen from that side: for the left side, the result is a place on the reflected line. Domain: the laws differ.
Ball sign_settled_beyond(const LinePair& pair, Side side);

/// The crossings, at the working precision; the search ends on each side where the sign is settled, or where the tail
/// bound is at most `target` if that is nearer. Domain: the laws differ; target > 0.
LineCrossings line_crossings(const LinePair& pair, const TailBound& tail, const Ball& target);

/// The sign of p - q at x: 1, -1, or 0 where the working precision cannot tell it.
int density_sign(const LinePair& pair, const Ball& x);

/// F(x) - G(x), the difference of the distribution functions, from the tails that are smaller at x. Its error is
/// absolute, about 2^-bits times min(F(x), 1 - F(x)).
Ball distribution_difference(const LinePair& pair, const Ball& x);

/// The least standard deviation of a component of either law, exact, rounded.
Ball smallest_deviation(const LinePair& pair);

/// How many bits an integral of p - q loses next to masses of order 1, at least 0: a guess from a few values, which
/// only steers.
long bits_lost_by_closeness(const LineLaw& p, const LineLaw& q);
/// -log2 of a guess at a number, at least 0; 0 if that is not finite.
long bits_below_one(const Ball& guess);

}  // namespace verimix

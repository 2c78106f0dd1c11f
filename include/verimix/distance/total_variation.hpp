// TV(P, Q) = int |p - q| / 2 of two mixtures on the line, certified: the zeros of log p - log q, then exact
// distribution functions between them. Derivations: proofs-notes/distance/total_variation.md.
#pragma once

#include <vector>

#include "verimix/core/precision_ladder.hpp"
#include "verimix/distance/line_pair.hpp"
#include "verimix/distance/line_tails.hpp"

namespace verimix {

struct TotalVariation {
  Ball distance;
  /// 1 - TV = int min(p, q), summed without the cancellation of 1 - distance: its error is absolute, about
  /// 2^-goal_bits.
  Ball overlap;
  /// Where p - q may change its sign inside `searched`; elsewhere in `searched` it does not vanish.
  std::vector<Root> crossings;
  Interval searched;
  /// Is the sign of p - q proved constant to the left and to the right of `searched`? Where it is not, the mass out
  /// there is below the accuracy asked for and part of the enclosures.
  bool left_settled = false, right_settled = false;
};

/// A place beyond which, towards the side, p - q has no zero: with p - q = sum_l c_l N(a_l, v_l) over n distinct
/// Gaussians and the dominant one (largest v, then farthest a), where each other term is below 1/n of the dominant.
/// Seen from that side: for the left side, the result is a place on the reflected line. Domain: the laws differ.
Ball sign_settled_beyond(const LinePair& pair, Side side);

/// At the working precision; the error of the tails that are cut is below 2^-goal_bits of the result. Domain: the laws
/// differ.
TotalVariation total_variation(const LinePair& pair, long goal_bits);

/// To relative width 10^-digits, by the precision ladder; {0, 0} for equal laws. Domain: both at the same time.
/// The first rung has as many more bits as a rough value of the distance is below 1, so that nearly equal laws take
/// one.
LadderResult certified_total_variation(const LineLaw& p, const LineLaw& q, int digits, const LadderBudget& budget = {});

/// int min(p, q) = 1 - TV to relative width 10^-digits, also where TV is within 1e-300 of 1; {1, 0} for equal laws.
/// Domain: as above.
LadderResult certified_overlap(const LineLaw& p, const LineLaw& q, int digits, const LadderBudget& budget = {});

}  // namespace verimix

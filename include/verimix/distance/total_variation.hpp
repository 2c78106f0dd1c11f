// TV(P, Q) = int |p - q| / 2 of two mixtures on the line, certified: the zeros of log p - log q, then exact
// distribution functions between them. Derivations: proofs-notes/distance/total_variation.md.
#pragma once

#include "verimix/core/precision_ladder.hpp"
#include "verimix/distance/line_crossings.hpp"

namespace verimix {

struct TotalVariation : LineCrossings {
  Ball distance;
  /// 1 - TV = int min(p, q), summed without the cancellation of 1 - distance: its error is absolute, about
  /// 2^-goal_bits.
  Ball overlap;
};

/// At the working precision; the error of the tails that are cut is below 2^-goal_bits of the result. Domain: the laws
/// differ.
TotalVariation total_variation(const LinePair& pair, long goal_bits);

/// The same from crossings that are known, however long their places are: what is left open there is paid for.
TotalVariation total_variation(const LinePair& pair, const LineCrossings& crossings);

/// To relative width 10^-digits, by the precision ladder; {0, 0} for equal laws. Domain: both at the same time.
/// The first rung has as many more bits as a rough value of the distance is below 1, so that nearly equal laws take
/// one.
LadderResult certified_total_variation(const LineLaw& p, const LineLaw& q, int digits, const LadderBudget& budget = {});

/// int min(p, q) = 1 - TV to relative width 10^-digits, also where TV is within 1e-300 of 1; {1, 0} for equal laws.
/// Domain: as above.
LadderResult certified_overlap(const LineLaw& p, const LineLaw& q, int digits, const LadderBudget& budget = {});

}  // namespace verimix

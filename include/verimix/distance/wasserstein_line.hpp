// The transport distances W_1 and W_2 of two mixtures on the line, certified: W_1 from the zeros of the difference of
// the distribution functions and exact antiderivatives between them, W_2 by rigorous quadrature along the increasing
// map that carries one law to the other. Derivations: proofs-notes/distance/wasserstein_line.md.
#pragma once

#include "verimix/core/integral.hpp"
#include "verimix/core/precision_ladder.hpp"
#include "verimix/distance/line_pair.hpp"
#include "verimix/distance/line_tails.hpp"
#include "verimix/distance/transport_map.hpp"

namespace verimix {

/// W_1 = int |F(x) - G(x)| dx, at the working precision; the tails that are cut are below 2^-goal_bits of a guess at
/// the result, which the enclosure contains whether that is met or not. Domain: the laws differ.
Ball line_wasserstein1(const LinePair& pair, long goal_bits);

/// W_2^2 = int (x - T(x))^2 p(x) dx, T = G^{-1} o F (transport_map.hpp), at the working precision, as above. Domain:
/// the laws differ.
Ball line_wasserstein2_squared(const LinePair& pair, long goal_bits);

/// The same integral: inside the cuts by quadrature, whose absolute goal is that of the whole; of what is beyond, only
/// that it lies between 0 and the bounds in `cuts`. Encloses W_2^2 for every cut whose bounds are those of the map.
Ball transport_cost(const TransportMap& map, const Cuts& cuts, IntegralGoal goal);

/// W_1 to relative width 10^-digits, by the precision ladder; {0, 0} for equal laws. Domain: both at the same time,
/// digits >= 1.
LadderResult certified_wasserstein1(const LineLaw& p, const LineLaw& q, int digits, const LadderBudget& budget = {});

/// W_2 (the root of the least mean squared distance, not its square) to relative width 10^-digits, as above.
LadderResult certified_wasserstein2(const LineLaw& p, const LineLaw& q, int digits, const LadderBudget& budget = {});

}  // namespace verimix

#include "verimix/distance/line_crossings.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/line_mixtures.hpp"

namespace verimix {
namespace {

using support::check_few;
using support::line_pairs;
using support::LinePairCase;

// Beyond the bound the dominant component decides: checked at growing places, and at the bound itself against the sign
// there.
TEST(LineCrossings, TheSignIsSettledBeyondTheBound) {
  check_few(100, "p - q keeps its sign", [] {
    const LinePairCase laws = *line_pairs();
    const LinePair pair{LineLaw(laws.p), LineLaw(laws.q)};
    for (const Side side : {Side::left, Side::right}) {
      const Ball bound = sign_settled_beyond(pair, side);
      const bool mirrored = side == Side::left;
      const Ball at_bound = pair.log_ratio(mirrored ? -bound : bound).value;
      for (const double step : {0x1p-4, 1.0, 17.0, 1e3, 1e9}) {
        const Ball x = bound + Ball(step);
        const Ball value = pair.log_ratio(mirrored ? -x : x).value;
        RC_ASSERT(is_finite(value));
        RC_ASSERT(arb_contains_zero(value.data()) == 0);
        RC_ASSERT(arb_sgn_nonzero(value.data()) * arb_sgn_nonzero(at_bound.data()) >= 0);
      }
    }
  });
}

// The tail bound is asked where the sign is not settled nearer, and only there.
TEST(LineCrossings, SettledSidesHaveNoTail) {
  check_few(30, "tails", [] {
    const LinePairCase laws = *line_pairs();
    const LinePair pair{LineLaw(laws.p), LineLaw(laws.q)};
    const Ball target(0x1p-40);
    const auto tail = [&](Side side, const Ball& cut) {
      return towards(side, pair.p()).upper_tail(cut) + towards(side, pair.q()).upper_tail(cut);
    };
    const LineCrossings found = line_crossings(pair, tail, target);
    RC_ASSERT(found.left_settled == (arb_is_zero(found.left_tail.data()) != 0));
    RC_ASSERT(found.right_settled == (arb_is_zero(found.right_tail.data()) != 0));
    RC_ASSERT(less(target, found.left_tail) != Truth::yes);
    RC_ASSERT(less(target, found.right_tail) != Truth::yes);
    RC_ASSERT(less(found.searched.lower, found.searched.upper) == Truth::yes);
  });
}

// Two methods: F - G by distribution functions, and p - q integrated from the left.
TEST(LineCrossings, TheDifferenceOfTheDistributionFunctionsIsThatOfTheMasses) {
  check_few(30, "difference", [] {
    const LinePairCase laws = *line_pairs();
    const LinePair pair{LineLaw(laws.p), LineLaw(laws.q)};
    for (const long x : {-20L, -3L, 0L, 1L, 30L}) {
      const Ball found = distribution_difference(pair, Ball(x));
      RC_ASSERT(overlaps(found, (1 - pair.p().upper_tail(Ball(x))) - (1 - pair.q().upper_tail(Ball(x)))));
    }
  });
}

}  // namespace
}  // namespace verimix

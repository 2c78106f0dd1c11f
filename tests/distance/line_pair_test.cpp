#include "verimix/distance/line_pair.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/line_mixtures.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

using support::line_mixture;
using support::line_pairs;
using support::LinePairCase;

// p - q, scaled back.
template <class Number>
Number difference(const LinePair& pair, const Number& z) {
  const ScaledPair<Number> at = pair.scaled(z);
  return at.difference * exp(at.exponent.at(at.h));
}

RC_GTEST_PROP(LinePairs, DifferenceIsTheDifference, ()) {
  const LinePairCase laws = *line_pairs();
  const Rational time(*rc::gen::element(0, 0, 2), 4);
  const Ball x(*support::dyadics(4));
  const BallPrecision precision(400);
  const LinePair pair(LineLaw(laws.p, time), LineLaw(laws.q, time));
  const Ball p = pair.p().density(x), q = pair.q().density(x);
  RC_ASSERT(overlaps(difference(pair, x), p - q));
  RC_ASSERT(overlaps(pair.log_ratio(x).value, log(p) - log(q)));
  RC_ASSERT(overlaps(pair.log_ratio(x).slope, pair.p().score(x) - pair.q().score(x)));
}

RC_GTEST_PROP(LinePairs, ValuesOnBallsContainThoseAtPoints, ()) {
  const LinePairCase laws = *line_pairs();
  const LinePair pair{LineLaw(laws.p), LineLaw(laws.q)};
  const support::BallWithPoint x = *support::balls(3);
  const Ball point = from_rational<Ball>(x.point());
  const Ball exact = difference(pair, point);
  RC_ASSERT(overlaps(difference(pair, x.ball()), exact));
  const ComplexBall around(x.ball(), widened(Ball(0), Ball(0x1p-4)));
  RC_ASSERT(overlaps(real_part(difference(pair, around)), exact));
  const LogRatio<Ball> at = pair.log_ratio(point);
  const LogRatio<Ball> wide = pair.log_ratio(x.ball());
  if (is_finite(wide.value)) RC_ASSERT(overlaps(wide.value, at.value));
  if (is_finite(wide.slope)) RC_ASSERT(overlaps(wide.slope, at.slope));
  const LogRatio<ComplexBall> off_the_line = pair.log_ratio(around);
  if (is_finite(off_the_line.value)) RC_ASSERT(overlaps(real_part(off_the_line.value), at.value));
  if (is_finite(off_the_line.slope)) RC_ASSERT(overlaps(real_part(off_the_line.slope), at.slope));
}

// Laws that differ by 1e-40: 128 bits would leave nothing of a plain difference, also under the flow.
TEST(LinePairs, KeepRelativeAccuracyForNearlyEqualLaws) {
  const ExactMixture p = line_mixture({{"0.3", "-4", "0.5"}, {"0.7", "1", "1"}});
  const ExactMixture q =
      line_mixture({{"0.3", "-4", "0.5"}, {"0.7", "1", "1.0000000000000000000000000000000000000001"}});
  for (const Rational& time : {Rational(0), Rational(1, 3)}) {
    const LinePair pair(LineLaw(p, time), LineLaw(q, time));
    EXPECT_EQ(pair.matched(), 2u);
    const Ball at_point = difference(pair, Ball(0.25));
    EXPECT_GT(arb_rel_accuracy_bits(at_point.data()), 100);
    const Ball wide = difference(pair, widened(Ball(0.25), Ball(0x1p-9)));
    EXPECT_GT(arb_rel_accuracy_bits(wide.data()), 3);
    const BallPrecision precision(400);
    const LinePair fine(LineLaw(p, time), LineLaw(q, time));
    EXPECT_TRUE(contains(at_point, fine.p().density(Ball(0.25)) - fine.q().density(Ball(0.25))));
  }
}

TEST(LinePairs, NeedOneTime) {
  const ExactMixture p = line_mixture({{"1", "0", "1"}});
  EXPECT_THROW(LinePair(LineLaw(p, Rational(1)), LineLaw(p, Rational(2))), InputError);
}

}  // namespace
}  // namespace verimix

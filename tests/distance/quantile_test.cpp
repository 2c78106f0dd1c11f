#include "verimix/distance/quantile.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/line_mixtures.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

using support::check_few;
using support::line_mixture;

using support::three;

Ball quantile(const LineLaw& p, Side side, const Rational& probability, int digits = 30) {
  const LadderResult found = certified_quantile(p, side, probability, digits);
  EXPECT_TRUE(found.goal_met);
  return found.value;
}

Ball number(const char* text) { return from_rational<Ball>(parse_rational(text)); }

// mpmath, 40 digits: findroot(lambda x: log(ncdf(x)) - log(u), guess).
TEST(Quantiles, OfTheNormalLawAreThoseOfMpmath) {
  const LineLaw normal(line_mixture({{"1", "0", "1"}}));
  const BallPrecision precision(160);
  const Ball error = number("1e-36");
  EXPECT_TRUE(overlaps(widened(quantile(normal, Side::left, parse_rational("1e-300")), error),
                       number("-37.0470962993611992372229625078604368443453")));
  EXPECT_TRUE(overlaps(widened(quantile(normal, Side::left, parse_rational("0.975")), error),
                       number("1.95996398454005423552459443052055152795555")));
  EXPECT_TRUE(overlaps(widened(quantile(LineLaw(three()), Side::left, parse_rational("0.35")), error),
                       number("-0.967385611323753236956705122765607572189248")));
}

TEST(Quantiles, TakeTheProbabilityOfEitherSide) {
  const LineLaw law(three());
  const Rational tiny = parse_rational("1e-300");
  EXPECT_TRUE(overlaps(quantile(law, Side::left, 1 - tiny), quantile(law, Side::right, tiny)));
  EXPECT_TRUE(overlaps(quantile(law, Side::right, 1 - tiny), quantile(law, Side::left, tiny)));
  EXPECT_TRUE(less(quantile(law, Side::left, tiny), Ball(-25)) == Truth::yes);
  const LadderResult mass = certified_probability(law, Side::right, Rational(40), 50);
  EXPECT_TRUE(mass.goal_met);
  EXPECT_TRUE(has_digits(mass.value, 50));
}

// A symmetric law has its median at 0, where relative digits mean nothing.
TEST(Quantiles, MayBeZero) {
  const LineLaw law(line_mixture({{"1/2", "-3", "1"}, {"1/2", "3", "1"}}));
  const Ball median = quantile(law, Side::left, Rational(1, 2));
  EXPECT_TRUE(contains(median, Ball(0)));
  EXPECT_LE(radius_upper(median), 1e-30);
}

// The law has a mass of 0.4 to the left of a gap in which its density is below e^{-170}.
TEST(Quantiles, InAGapAreFoundByRaisingThePrecision) {
  const LineLaw law(line_mixture({{"0.4", "-20", "1"}, {"0.6", "20", "1.5"}}));
  const Ball x = quantile(law, Side::left, Rational(2, 5));
  const BallPrecision precision(500);
  const LineMixture p(law);
  const Ball below = p.upper_tail(x - Ball(1e-20)) - from_rational<Ball>(Rational(3, 5));
  const Ball above = p.upper_tail(x + Ball(1e-20)) - from_rational<Ball>(Rational(3, 5));
  EXPECT_NE(arb_is_positive(below.data()), 0);
  EXPECT_NE(arb_is_negative(above.data()), 0);
}

// The adversary: at 400 bits the mass changes from too much to too little across the enclosure, which is a proof
// independent of how the enclosure was found.
TEST(Quantiles, AreWhereTheMassIs) {
  check_few(60, "the mass beyond both ends", [] {
    const LineLaw law(*support::line_mixtures(), Rational(*rc::gen::element(0, 1), 4));
    const Rational probability =
        *rc::gen::element(parse_rational("1e-300"), parse_rational("1e-20"), Rational(1, 7), Rational(1, 2),
                          Rational(9, 10), Rational(1 - parse_rational("1e-40")));
    const Ball x = quantile(law, Side::right, probability);
    const BallPrecision precision(1400);
    const LineMixture p(law);
    Ball lower, upper;
    arb_get_lbound_arf(arb_midref(lower.data()), x.data(), 1400);
    arb_get_ubound_arf(arb_midref(upper.data()), x.data(), 1400);
    const Ball mass = from_rational<Ball>(probability);
    RC_ASSERT(less(p.upper_tail(lower), mass) != Truth::yes);
    RC_ASSERT(less(mass, p.upper_tail(upper)) != Truth::yes);
    // The median of one Gaussian is exact: both ends are the same number.
    if (less(lower, upper) == Truth::yes) RC_ASSERT(less(p.upper_tail(upper), p.upper_tail(lower)) == Truth::yes);
  });
}

TEST(Quantiles, PrecisionsNest) {
  Ball last = quantile(LineLaw(three()), Side::left, parse_rational("0.35"), 15);
  for (const int digits : {30, 50, 100}) {
    const Ball next = quantile(LineLaw(three()), Side::left, parse_rational("0.35"), digits);
    EXPECT_TRUE(contains(last, next)) << digits;
    last = next;
  }
}

TEST(Quantiles, RefuseWhatIsNoProbability) {
  for (const Rational& probability : {Rational(0), Rational(1), Rational(-1, 2), Rational(3, 2)})
    EXPECT_THROW(certified_quantile(LineLaw(three()), Side::left, probability, 10), InputError);
}

}  // namespace
}  // namespace verimix

#include "verimix/distance/total_variation.hpp"

#include <gtest/gtest.h>
#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/line_mixtures.hpp"
#include "support/line_oracle.hpp"
#include "verimix/core/integral.hpp"
#include "verimix/distance/gaussian.hpp"

namespace verimix {
namespace {

using support::check_few;
using support::line_mixture;
using support::line_pairs;
using support::LinePairCase;

Ball tv(const ExactMixture& p, const ExactMixture& q, int digits = 30, const Rational& time = 0) {
  return require_digits(certified_total_variation(LineLaw(p, time), LineLaw(q, time), digits), digits, "tv");
}

using support::far_three;
using support::nearly_three;
using support::other_three;
using support::three;

// TV(N(-m, 1), N(m, 1)) = 2 Phi(m) - 1 = erf(m / sqrt 2).
TEST(CertifiedTotalVariation, OfASymmetricPairIsKnown) {
  for (const auto& [left, right] : {std::pair("-3/4", "3/4"), std::pair("-6", "6"), std::pair("-1e-12", "1e-12")}) {
    const Ball found = tv(line_mixture({{"1", left, "1"}}), line_mixture({{"1", right, "1"}}), 40);
    const BallPrecision precision(256);
    const Ball m = from_rational<Ball>(parse_rational(right)) / sqrt(Ball(2));
    Ball expected;
    arb_hypgeom_erf(expected.data(), m.data(), 256);
    EXPECT_TRUE(contains(found, expected)) << right;
  }
}

// Two methods for single Gaussians: the zeros of a quadratic in gaussian.hpp, isolation here.
RC_GTEST_PROP(CertifiedTotalVariation, AgreesWithTheClosedFormForTwoGaussians, ()) {
  const auto gaussian = [] {
    return ExactMixture{"",
                        {1},
                        Matrix<Rational>::Constant(1, 1, Rational(*support::integers(12), 4)),
                        {Matrix<Rational>::Constant(1, 1, Rational(*rc::gen::inRange(1, 20), 4))}};
  };
  const ExactMixture p = gaussian(), q = gaussian();
  const Ball found = tv(p, q);
  const BallPrecision precision(300);
  RC_ASSERT(overlaps(found, tv_line(component(round_to<Ball>(p), 0), component(round_to<Ball>(q), 0))));
}

// The adversary: sign changes on a grid, bisection and error functions in 100 digits.
TEST(CertifiedTotalVariation, ContainsTheNinetyDigitValue) {
  check_few(25, "the enclosure contains the oracle", [] {
    const LinePairCase laws = *line_pairs();
    const Ball found = tv(laws.p, laws.q);
    const BallPrecision precision(400);
    RC_ASSERT(contains(widened(found, Ball(0x1p-290)), support::ball_of(support::LineOracle(laws.p, laws.q).tv())));
  });
}

// Two methods: p - q integrated between the crossings by rigorous quadrature, without distribution functions.
TEST(CertifiedTotalVariation, OverlapsTheQuadratureOfTheAbsoluteDifference) {
  for (const ExactMixture& q : {other_three(), nearly_three()}) {
    const LinePair pair{LineLaw(three()), LineLaw(q)};
    const TotalVariation found = total_variation(pair, 60);
    Ball sum, from = Ball(-40);
    const auto piece = [&](const Ball& to) {
      const Integral part = integrate(
          [&](const ComplexBall& z, bool) {
            const ScaledPair<ComplexBall> at = pair.scaled(z);
            return at.difference * exp(at.exponent.at(at.h));
          },
          from, to);
      sum += abs(part.value);
      from = to;
    };
    for (const Root& root : found.crossings) {
      EXPECT_EQ(root.kind, RootKind::simple);
      piece(hull(root.place));
    }
    piece(Ball(40));
    EXPECT_TRUE(overlaps(found.distance, sum / 2));
    EXPECT_LT(radius_upper(sum), 0x1p-90);
    EXPECT_TRUE(overlaps(found.overlap, 1 - found.distance));
  }
}

TEST(CertifiedTotalVariation, ReachesRelativeDigitsForNearlyEqualAndForFarLaws) {
  for (const int digits : {30, 100}) {
    for (const ExactMixture& q : {nearly_three(), far_three()}) {
      const LadderResult result = certified_total_variation(LineLaw(three()), LineLaw(q), digits);
      EXPECT_TRUE(result.goal_met);
      EXPECT_TRUE(has_digits(result.value, digits));
    }
  }
  const BallPrecision precision(260);
  const TotalVariation far = total_variation(LinePair(LineLaw(three()), LineLaw(far_three())), 180);
  EXPECT_LT(approximate(far.overlap), 1e-13);
  EXPECT_TRUE(has_digits(far.overlap, 30));
  EXPECT_TRUE(overlaps(far.overlap, 1 - far.distance));
}

// A rung costs as much as the answer: nearly equal laws and laws that hardly overlap need only one.
TEST(CertifiedTotalVariation, OneRungIsEnough) {
  LadderBudget one;
  one.rungs = 1;
  for (const ExactMixture& q : {nearly_three(), far_three(), other_three()})
    for (const int digits : {30, 100})
      EXPECT_TRUE(certified_total_variation(LineLaw(three()), LineLaw(q), digits, one).goal_met) << digits;
}

// 1 - TV of N(-m, 1) and N(m, 1) is erfc(m / sqrt 2): relative digits down to 1e-350.
TEST(CertifiedTotalVariation, TheOverlapHasRelativeDigits) {
  for (const long m : {1L, 7L, 40L}) {
    const LineLaw p(line_mixture({{"1", "-" + std::to_string(m), "1"}}));
    const LineLaw q(line_mixture({{"1", std::to_string(m), "1"}}));
    const LadderResult found = certified_overlap(p, q, 30);
    EXPECT_TRUE(found.goal_met && has_digits(found.value, 30)) << m;
    const BallPrecision precision(256);
    EXPECT_TRUE(overlaps(found.value, 2 * LineMixture(p).upper_tail(Ball(0)))) << m;
  }
  for (const ExactMixture& q : {nearly_three(), far_three(), other_three()}) {
    const LadderResult found = certified_overlap(LineLaw(three()), LineLaw(q), 40);
    EXPECT_TRUE(found.goal_met);
    EXPECT_TRUE(overlaps(found.value, 1 - tv(three(), q, 60)));
  }
  EXPECT_TRUE(overlaps(certified_overlap(LineLaw(three()), LineLaw(three()), 10).value, Ball(1)));
}

// 30, 50 and 100 digits nest up to the rounding of the last.
TEST(CertifiedTotalVariation, PrecisionsNest) {
  Ball last = tv(three(), other_three(), 15);
  for (const int digits : {30, 50, 100}) {
    const Ball next = tv(three(), other_three(), digits);
    EXPECT_TRUE(contains(last, next)) << digits;
    last = next;
  }
}

// With a coarse goal the mass that is cut off is a good part of the answer: the enclosure must know of it.
TEST(CertifiedTotalVariation, CoarseGoalsStillEnclose) {
  check_few(30, "coarse contains fine", [] {
    const LinePairCase laws = *line_pairs();
    const Ball fine = tv(laws.p, laws.q);
    for (const long goal_bits : {-3L, -1L, 4L}) {
      const TotalVariation coarse = total_variation(LinePair(LineLaw(laws.p), LineLaw(laws.q)), goal_bits);
      RC_ASSERT(contains(coarse.distance, fine));
      RC_ASSERT(overlaps(coarse.overlap, 1 - fine));
    }
  });
}

TEST(CertifiedTotalVariation, IsExactlyZeroForOneLaw) {
  const ExactMixture split =
      line_mixture({{"0.4", "3", "0.3"}, {"0.3", "-4", "0.5"}, {"0.1", "0", "1"}, {"0.2", "0", "1"}});
  const Ball found = tv(three(), split, 1000);
  EXPECT_NE(arb_is_zero(found.data()), 0);
}

// No zero of p - q outside the crossings: signs on a fine grid between neighbours.
TEST(CertifiedTotalVariation, NoSignChangeIsMissed) {
  check_few(25, "signs change at crossings only", [] {
    const LinePairCase laws = *line_pairs();
    const LinePair pair{LineLaw(laws.p), LineLaw(laws.q)};
    const TotalVariation found = total_variation(pair, 60);
    const double lower = approximate(found.searched.lower), upper = approximate(found.searched.upper);
    int last_sign = 0, changes = 0;
    constexpr int steps = 800;
    for (int i = 0; i <= steps; ++i) {
      const Ball value = pair.log_ratio(Ball(lower + (upper - lower) * i / steps)).value;
      const int sign = arb_is_positive(value.data()) != 0 ? 1 : arb_is_negative(value.data()) != 0 ? -1 : 0;
      if (sign != 0 && last_sign != 0 && sign != last_sign) ++changes;
      if (sign != 0) last_sign = sign;
    }
    RC_ASSERT(static_cast<std::size_t>(changes) <= found.crossings.size());
  });
}

// All four Gaussians have mean 0 and deviations 1, 2, 3, 4, so p - q at 0 is proportional to 1/8 + 7/24 - 1/3 - 1/12 =
// 0: the curves touch there without crossing. The place stays undecided and is paid for.
TEST(CertifiedTotalVariation, ADoubleZeroIsPaidFor) {
  const ExactMixture p = line_mixture({{"1/8", "0", "1"}, {"7/8", "0", "9"}});
  const ExactMixture q = line_mixture({{"2/3", "0", "4"}, {"1/3", "0", "16"}});
  const TotalVariation found = total_variation(LinePair(LineLaw(p), LineLaw(q)), 60);
  const auto touching = std::find_if(found.crossings.begin(), found.crossings.end(),
                                     [](const Root& root) { return overlaps(hull(root.place), Ball(0)); });
  ASSERT_NE(touching, found.crossings.end());
  EXPECT_EQ(touching->kind, RootKind::undecided);
  EXPECT_TRUE(has_digits(tv(p, q), 30));
  const BallPrecision precision(400);
  EXPECT_TRUE(contains(widened(tv(p, q), Ball(0x1p-290)), support::ball_of(support::LineOracle(p, q).tv())));
}

// e^{-1/2} = 0.60653065971263...: p - q near 0 is phi(x) (w - e^{-1/2} cosh x)/2, which has two zeros 1e-5 apart or
// none.
TEST(CertifiedTotalVariation, TellsTwoCloseZerosFromNone) {
  for (const auto& [weight, zeros] : {std::pair("0.6065306597", 0), std::pair("0.6065306598", 2)}) {
    const Rational w = parse_rational(weight);
    ExactMixture p = line_mixture({{"1/2", "0", "1"}, {"1/2", "60", "1"}});
    p.weights = {w / 2, 1 - w / 2};
    const ExactMixture q = line_mixture({{"1/4", "-1", "1"}, {"1/4", "1", "1"}, {"1/2", "61", "1"}});
    const TotalVariation found = total_variation(LinePair(LineLaw(p), LineLaw(q)), 60);
    const auto near_zero = std::count_if(found.crossings.begin(), found.crossings.end(), [](const Root& root) {
      return std::abs(approximate(midpoint(root.place))) < 1e-3;
    });
    EXPECT_EQ(near_zero, zeros);
    EXPECT_TRUE(has_digits(tv(p, q), 30));
  }
}

// What the places of crossings leave open is paid for in proportion to their length: places made longer, and off their
// zeros, by a quarter of a deviation.
TEST(CertifiedTotalVariation, LongPlacesOfSimpleZerosArePaidFor) {
  const LinePair pair{LineLaw(three()), LineLaw(other_three())};
  TotalVariation found = total_variation(pair, 60);
  const Ball exact = tv(three(), other_three(), 30);
  for (Root& root : found.crossings) {
    ASSERT_EQ(root.kind, RootKind::simple);
    root.place = {lower_end(root.place.lower - Ball(0.0625)), upper_end(root.place.upper + Ball(0.25))};
  }
  for (std::size_t i = 1; i < found.crossings.size(); ++i)
    ASSERT_EQ(less(found.crossings[i - 1].place.upper, found.crossings[i].place.lower), Truth::yes);
  const TotalVariation coarse = total_variation(pair, found);
  EXPECT_TRUE(contains(coarse.distance, exact));
  EXPECT_TRUE(contains(coarse.overlap, 1 - exact));
  EXPECT_LT(radius_upper(coarse.distance), 0.5);
}

TEST(CertifiedTotalVariation, ObeysTheLawsOfAMetric) {
  check_few(20, "symmetry, triangle, data processing", [] {
    const LinePairCase laws = *line_pairs();
    const ExactMixture third = *support::line_mixtures();
    const int digits = 15;
    const Ball pq = tv(laws.p, laws.q, digits), qp = tv(laws.q, laws.p, digits);
    RC_ASSERT(overlaps(pq, qp));
    RC_ASSERT(less(pq, tv(laws.p, third, digits) + tv(third, laws.q, digits)) != Truth::no);
    Ball before = pq;
    for (const Rational& time : {Rational(1, 8), Rational(1)}) {
      const Ball now = tv(laws.p, laws.q, digits, time);
      RC_ASSERT(less(before, now) != Truth::yes);
      before = now;
    }
  });
}

TEST(CertifiedTotalVariation, SaysWhenTheBudgetIsTooSmall) {
  LadderBudget budget;
  budget.bits = 60;
  const LadderResult result = certified_total_variation(LineLaw(three()), LineLaw(other_three()), 30, budget);
  EXPECT_FALSE(result.goal_met);
  EXPECT_TRUE(overlaps(result.value, tv(three(), other_three())));
}

}  // namespace
}  // namespace verimix

#include "verimix/distance/wasserstein_line.hpp"

#include <gtest/gtest.h>
#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif
#include <rapidcheck/gtest.h>

#include "support/line_mixtures.hpp"
#include "support/line_oracle.hpp"
#include "support/transport_oracle.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/work_budget.hpp"

namespace verimix {
namespace {

using support::check_few;
using support::line_mixture;
using support::line_pairs;
using support::LinePairCase;

Ball w1(const ExactMixture& p, const ExactMixture& q, int digits = 30, const Rational& time = 0) {
  return require_digits(certified_wasserstein1(LineLaw(p, time), LineLaw(q, time), digits), digits, "wasserstein1");
}
Ball w2(const ExactMixture& p, const ExactMixture& q, int digits = 6, const Rational& time = 0) {
  return require_digits(certified_wasserstein2(LineLaw(p, time), LineLaw(q, time), digits), digits, "wasserstein2");
}

using support::nearly_three;
using support::other_three;
using support::three;

// X = a + s Z and Y = b + t Z are coupled best, so W_1 = E|m + r Z|, W_2^2 = m^2 + r^2 with m = a - b, r = s - t;
// E|m + r Z| = r sqrt(2/pi) exp(-m^2/(2 r^2)) + m erf(m/(r sqrt 2)) for r > 0.
TEST(LineWasserstein, OfTwoGaussiansIsTheClosedForm) {
  for (const auto& [m, s, t] : {std::array{"3", "1", "1"}, std::array{"0", "3/2", "1/3"}, std::array{"1/2", "2", "1"},
                                std::array{"1e-13", "1", "1"}, std::array{"50", "3", "1/8"}}) {
    const Rational deviation = parse_rational(s), other = parse_rational(t), shift = parse_rational(m);
    const ExactMixture p = line_mixture({{"1", "0", to_text(Rational(deviation * deviation))}});
    const ExactMixture q = line_mixture({{"1", m, to_text(Rational(other * other))}});
    const Ball found1 = w1(p, q), found2 = w2(p, q, 8);
    const BallPrecision precision(400);
    const Ball mean = from_rational<Ball>(shift), r = from_rational<Ball>(deviation - other);
    Ball expected1 = mean;
    if (deviation != other) {
      const Ball scaled = mean / (r * sqrt(Ball(2)));
      Ball error_function;
      arb_hypgeom_erf(error_function.data(), scaled.data(), BallPrecision::bits());
      expected1 = r * sqrt(2 / pi<Ball>()) * exp(-scaled * scaled) + mean * error_function;
    }
    EXPECT_TRUE(contains(found1, expected1)) << m << ' ' << s << ' ' << t;
    EXPECT_TRUE(contains(found2, sqrt(mean * mean + r * r))) << m << ' ' << s << ' ' << t;
  }
}

// The adversary: sign changes of F - G on a grid, bisection and antiderivatives in 100 digits.
TEST(LineWasserstein, OneContainsTheNinetyDigitValue) {
  check_few(8, "the enclosure contains the oracle", [] {
    const LinePairCase laws = *line_pairs();
    const Ball found = w1(laws.p, laws.q);
    const BallPrecision precision(400);
    RC_ASSERT(
        contains(widened(found, Ball(0x1p-280)), support::ball_of(support::LineOracle(laws.p, laws.q).wasserstein1())));
  });
}

// The adversary: the trapezoidal rule along s = x + y in 100 digits, with its own densities and tails.
void contain_the_oracle(int cases, const Real100& tolerance, double certain) {
  check_few(cases, "the enclosure contains the oracle", [&] {
    const LinePairCase laws = *line_pairs();
    const support::TransportOracle::Value expected =
        support::TransportOracle(laws.p, laws.q).wasserstein2_squared(tolerance);
    const Ball found = w2(laws.p, laws.q);
    const BallPrecision precision(400);
    // As for the divergences: half the step squares the error, 2^24 is room for a phase, and 1e-89 for rounding.
    const Ball error = support::ball_of(expected.change * expected.change) * Ball(0x1p24) + Ball(0x1p-296);
    const Ball squared = found * found;
    RC_CLASSIFY(less(error, squared * Ball(certain)) == Truth::yes, "digits beyond doubt");
    RC_ASSERT(contains(widened(squared, error), support::ball_of(expected.value)));
  });
}
TEST(LineWasserstein, TwoContainsTheFifteenDigitValue) { contain_the_oracle(1, Real100("1e-9"), 0x1p-50); }
TEST(LineWasserstein, DISABLED_TwoContainsTheNinetyDigitValue) { contain_the_oracle(4, Real100("1e-50"), 0x1p-290); }

// Two methods: along y alone, without pieces, against along x and y in pieces.
TEST(LineWasserstein, TwoOverlapsTheQuadratureOverTheOtherLaw) {
  check_few(2, "both ways round", [] {
    const LinePairCase laws = *line_pairs();
    RC_ASSERT(overlaps(w2(laws.p, laws.q), w2(laws.q, laws.p)));
  });
}

TEST(LineWasserstein, HaveRelativeDigitsForNearlyEqualLaws) {
  EXPECT_TRUE(has_digits(w1(three(), nearly_three(), 60), 60));
  EXPECT_LT(approximate(w1(three(), nearly_three())), 1e-12);
  EXPECT_TRUE(has_digits(w2(three(), nearly_three(), 8), 8));
  EXPECT_LT(approximate(w2(three(), nearly_three())), 1e-12);
}

TEST(LineWasserstein, PrecisionsNest) {
  Ball last1 = w1(three(), other_three(), 15), last2 = w2(three(), other_three());
  for (const int digits : {30, 50, 100}) {
    const Ball next = w1(three(), other_three(), digits);
    EXPECT_TRUE(contains(last1, next)) << digits;
    last1 = next;
  }
  const Ball next = w2(three(), other_three(), 9);
  EXPECT_TRUE(contains(last2, next));
}

// With a coarse goal what is cut off is a good part of the answer: the enclosure must know of it.
TEST(LineWasserstein, CoarseGoalsStillEnclose) {
  check_few(3, "coarse contains fine", [] {
    const LinePairCase laws = *line_pairs();
    const Ball fine1 = w1(laws.p, laws.q), fine2 = w2(laws.p, laws.q);
    const LinePair pair{LineLaw(laws.p), LineLaw(laws.q)};
    for (const long goal_bits : {-3L, 4L}) {
      RC_ASSERT(contains(line_wasserstein1(pair, goal_bits), fine1));
      // The exact value is in both; the fine ball may reach over the edge by its own width.
      const Ball squared = fine2 * fine2, coarse = line_wasserstein2_squared(pair, goal_bits);
      RC_ASSERT(contains(widened(coarse, 2 * Ball(radius_upper(squared))), squared));
    }
  });
}

// N(0, s^2) to N(1, 4): W_2^2 = 1 + (2 - s)^2. The curve is followed by x for s = 1 and by y for s = 1/8 (T' = 16). Cut
// at 3/2 deviations a good part of the cost is beyond, and the quadrature inside is far finer than that part. The
// budget ends the quadrature of a wrong integrand.
TEST(LineWasserstein, TheCostBeyondTheCutsIsInTheEnclosure) {
  for (const auto& [deviation, from_q] : {std::pair(Rational(1), false), std::pair(Rational(1, 8), true)}) {
    const ExactMixture p = line_mixture({{"1", "0", to_text(Rational(deviation * deviation))}});
    const LinePair pair{LineLaw(p), LineLaw(line_mixture({{"1", "1", "4"}}))};
    const TransportMap map(pair);
    const Ball s = from_rational<Ball>(deviation), expected = 1 + (2 - s) * (2 - s), cut = 3 * s / 2;
    Cuts cuts{{-cut, cut}, map.tail(Side::left, cut), map.tail(Side::right, cut)};
    const std::vector<TransportMap::Piece> pieces = map.pieces(cuts.inside);
    ASSERT_EQ(pieces.size(), 1U);
    EXPECT_EQ(pieces.front().from_q, from_q);
    IntegralGoal goal;
    goal.absolute_goal = Ball(0x1p-40);
    const WorkBudget budget(20000);
    EXPECT_TRUE(contains(transport_cost(map, cuts, goal), expected)) << to_text(deviation);
    cuts.left_tail = cuts.right_tail = Ball(0);
    const Ball inside = transport_cost(map, cuts, goal);
    EXPECT_EQ(less(inside, expected), Truth::yes) << to_text(deviation);
    EXPECT_LE(radius_upper(inside), 0x1p-38) << to_text(deviation);
  }
}

// With a budget that ends anywhere, places of zeros of p - q and of F - G are long and hold what they hold: the
// enclosure pays for them.
TEST(LineWasserstein, PlacesThatTheBudgetLeavesLongArePaidFor) {
  const ExactMixture p = line_mixture({{"1", "0", "1"}}), q = line_mixture({{"1", "3/10", "9/4"}});
  const Ball exact = w1(p, q, 40);
  const LinePair pair{LineLaw(p), LineLaw(q)};
  int wide = 0;
  for (long boxes = 1; boxes <= 120; ++boxes) {
    const WorkBudget budget(boxes);
    const Ball found = line_wasserstein1(pair, 60);
    EXPECT_TRUE(contains(found, exact)) << boxes;
    wide += radius_upper(found) > 1e-6 ? 1 : 0;
  }
  EXPECT_GE(wide, 3);
  EXPECT_LE(wide, 100);
}

// W_1 <= W_2; W_1 >= |difference of the means|; symmetry; the triangle inequality; and the flow brings every coupling
// closer by e^{-t}, since the same noise may be added to both.
TEST(LineWasserstein, ObeyTheLawsOfTransport) {
  check_few(3, "laws", [] {
    const LinePairCase laws = *line_pairs();
    const ExactMixture third = *support::line_mixtures();
    const Ball first = w1(laws.p, laws.q, 12), second = w2(laws.p, laws.q);
    RC_ASSERT(less(second, first) != Truth::yes);
    RC_ASSERT(overlaps(first, w1(laws.q, laws.p, 12)));
    RC_ASSERT(less(w1(laws.p, third, 12) + w1(third, laws.q, 12), first) != Truth::yes);
    const LinePair pair{LineLaw(laws.p), LineLaw(laws.q)};
    const Ball shift = abs(whole_integral(pair.p(), {Ball(0), Ball(1)}) - whole_integral(pair.q(), {Ball(0), Ball(1)}));
    RC_ASSERT(less(first, shift) != Truth::yes);
    const Ball contraction = exp(Ball(-1) / 2);
    RC_ASSERT(less(contraction * first, w1(laws.p, laws.q, 12, Rational(1, 2))) != Truth::yes);
    RC_ASSERT(less(contraction * second, w2(laws.p, laws.q, 6, Rational(1, 2))) != Truth::yes);
  });
}

// Moving all of one law to the right of the other makes W_1 the difference of the means.
TEST(LineWasserstein, OneOfStochasticallyOrderedLawsIsTheDifferenceOfTheMeans) {
  ExactMixture q = three();
  for (Index i = 0; i < q.size(); ++i) q.means(0, i) += Rational(7, 3);
  const Ball found = w1(three(), q);
  const BallPrecision precision(300);
  EXPECT_TRUE(contains(found, from_rational<Ball>(Rational(7, 3))));
  EXPECT_TRUE(contains(w2(three(), q), from_rational<Ball>(Rational(7, 3))));
}

// Two bumps 40 apart against one in the middle: T jumps across a gap of density e^{-200}, where neither F nor T is
// known to any digits.
TEST(LineWasserstein, AGapOfNoMassIsCrossed) {
  const ExactMixture p = line_mixture({{"1/2", "-20", "1"}, {"1/2", "20", "1"}}), q = line_mixture({{"1", "0", "1"}});
  // T is odd, T(20 + x) = G^{-1}(Phi(x)/2 + 1/2); W_1 = 2 int_0^inf |...| >= E|X| - E|Y| = 20 - sqrt(2/pi), with
  // equality as |X| is stochastically larger than |Y|.
  const Ball found = w1(p, q);
  const BallPrecision precision(300);
  EXPECT_TRUE(overlaps(found, 20 + Ball(0) - sqrt(2 / pi<Ball>())));
  EXPECT_TRUE(overlaps(w2(p, q), w2(q, p)));
}

TEST(LineWasserstein, AreExactlyZeroForOneLaw) {
  EXPECT_NE(arb_is_zero(w1(three(), three(), 1000).data()), 0);
  EXPECT_NE(arb_is_zero(w2(three(), three(), 1000).data()), 0);
}

}  // namespace
}  // namespace verimix

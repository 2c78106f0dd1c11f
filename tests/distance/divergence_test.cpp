#include "verimix/distance/divergence.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/line_mixtures.hpp"
#include "support/line_oracle.hpp"
#include "verimix/core/integral.hpp"
#include "verimix/distance/gaussian.hpp"
#include "verimix/distance/total_variation.hpp"

namespace verimix {
namespace {

using support::check_few;
using support::line_mixture;
using support::line_pairs;
using support::LinePairCase;

constexpr Divergence kinds[] = {Divergence::kl, Divergence::hellinger2, Divergence::fisher};

Ball distance(Divergence kind, const ExactMixture& p, const ExactMixture& q, int digits = 30,
              const Rational& time = 0) {
  return require_digits(certified_divergence(kind, LineLaw(p, time), LineLaw(q, time), digits), digits, "divergence");
}

using support::far_three;
using support::nearly_three;
using support::other_three;
using support::three;

TEST(CertifiedDivergences, AgreeWithTheClosedFormsForTwoGaussians) {
  check_few(25, "quadrature meets the closed form", [] {
    const auto gaussian = [] {
      return ExactMixture{"",
                          {1},
                          Matrix<Rational>::Constant(1, 1, Rational(*support::integers(12), 4)),
                          {Matrix<Rational>::Constant(1, 1, Rational(*rc::gen::inRange(1, 20), 4))}};
    };
    const ExactMixture p = gaussian(), q = gaussian();
    for (const Divergence kind : kinds) {
      const Ball found = distance(kind, p, q);
      const BallPrecision precision(300);
      const Gaussian<Ball> a = component(round_to<Ball>(p), 0), b = component(round_to<Ball>(q), 0);
      const Ball closed = kind == Divergence::kl       ? kl(a, b)
                          : kind == Divergence::fisher ? fisher(a, b)
                                                       : hellinger2(a, b);
      RC_ASSERT(overlaps(found, closed));
    }
  });
}

// The adversary: the trapezoidal rule in 100 digits, with its own densities.
TEST(CertifiedDivergences, ContainTheNinetyDigitValue) {
  check_few(25, "the enclosure contains the oracle", [] {
    const LinePairCase laws = *line_pairs();
    const support::LineOracle oracle(laws.p, laws.q);
    const Divergence kind = *rc::gen::element(Divergence::kl, Divergence::hellinger2, Divergence::fisher);
    const support::LineOracle::Value expected = kind == Divergence::kl       ? oracle.kl()
                                                : kind == Divergence::fisher ? oracle.fisher()
                                                                             : oracle.hellinger2();
    const Ball found = distance(kind, laws.p, laws.q);
    const BallPrecision precision(400);
    // With half the step the rule's error is squared, up to a phase that may have made the last change small: 2^24 is
    // room for it. What cancels in the oracle's integrands is below 1e-89.
    const Ball error = support::ball_of(expected.change * expected.change) * Ball(0x1p24) + Ball(0x1p-296);
    RC_CLASSIFY(less(error, found * Ball(0x1p-290)) == Truth::yes, "ninety digits beyond doubt");
    RC_ASSERT(contains(widened(found, error), support::ball_of(expected.value)));
  });
}

// Cut after a few terms, the series knows what it left out.
TEST(CertifiedDivergences, TheSeriesOfTheEntropyFactorBoundsItsRest) {
  for (const double w : {-0.49, -0.3, -0.01, 0.02, 0.25, 0.49}) {
    const BallPrecision precision(200);
    const Ball exact = relative_entropy_factor(Ball(w));
    const Ball closed = ((1 + Ball(w)) * log1p(Ball(w)) - Ball(w)) / (Ball(w) * Ball(w));
    EXPECT_TRUE(overlaps(exact, closed)) << w;
    EXPECT_LT(radius_upper(exact), 0x1p-160) << w;
    const Ball doubtful = widened(Ball(w), Ball(0x1p-24));
    for (const long terms : {1L, 2L, 3L, 6L, 24L}) {
      EXPECT_TRUE(contains(relative_entropy_factor(doubtful, terms), closed)) << w << ' ' << terms;
      EXPECT_TRUE(contains(real_part(relative_entropy_factor(ComplexBall(doubtful), terms)), closed)) << w;
    }
  }
  EXPECT_TRUE(contains(relative_entropy_factor(Ball(0)), Ball(0.5)));
}

// Where p/q leaves the series' disc the closed form takes over: no jump in the width of the enclosure.
TEST(CertifiedDivergences, DensitiesOnNarrowBallsAreNarrow) {
  const LinePair pair{LineLaw(three()), LineLaw(other_three())};
  constexpr double radius = 0x1p-24;
  int in_doubt = 0;  // places where p/q - 1 is between 1/2 and 4
  for (int i = -60; i <= 40; ++i) {
    const Ball x(i / 8.0);
    const double excess = std::abs(approximate(pair.p().density(x) / pair.q().density(x)) - 1);
    in_doubt += excess > 0.5 && excess < 4 ? 1 : 0;
    for (const Divergence kind : kinds) {
      const Ball found = divergence_density(kind, pair, widened(x, Ball(radius)));
      EXPECT_LT(radius_upper(found), 1e3 * radius * (1 + approximate(found))) << i;
      EXPECT_TRUE(contains(found, divergence_density(kind, pair, x))) << i;
    }
  }
  EXPECT_GE(in_doubt, 10);
}

// Two methods: the textbook integrands p log(p/q) and sqrt(pq), which cancel, against those that do not.
TEST(CertifiedDivergences, OverlapTheTextbookIntegrals) {
  const LinePair pair{LineLaw(three()), LineLaw(other_three())};
  IntegralGoal goal;
  goal.absolute_goal = Ball(0x1p-80);
  const Ball far(20);  // beyond it less than 1e-40 is left of p, of sqrt(pq) and of p log(p/q)
  const Integral relative_entropy =
      integrate([&](const ComplexBall& z,
                    bool) { return pair.p().density(z) * (pair.p().log_density(z) - pair.q().log_density(z)); },
                -far, far, goal);
  const Integral affinity =
      integrate([&](const ComplexBall& z,
                    bool) { return exp((pair.p().log_density(z) + pair.q().log_density(z)) * (Ball(1) / 2)); },
                -far, far, goal);
  const Ball left_out(0x1p-80);
  EXPECT_TRUE(overlaps(widened(relative_entropy.value, left_out), distance(Divergence::kl, three(), other_three())));
  EXPECT_TRUE(
      overlaps(widened(1 - affinity.value, left_out), distance(Divergence::hellinger2, three(), other_three())));
}

// d/dt KL(p_t || q_t) = -E_{p_t} |grad log p_t - grad log q_t|^2 (de Bruijn): two of the quantities tied to each other.
// The central difference with step h has an error of order h^2.
TEST(CertifiedDivergences, KlFallsAtTheRateOfTheFisherDivergence) {
  const Rational h(1, 1000000), time(1, 4);
  const Ball before = distance(Divergence::kl, three(), other_three(), 30, time - h);
  const Ball after = distance(Divergence::kl, three(), other_three(), 30, time + h);
  const Ball rate = (before - after) / (2 * from_rational<Ball>(h));
  const double fisher = approximate(distance(Divergence::fisher, three(), other_three(), 30, time));
  EXPECT_NEAR(approximate(rate) / fisher, 1, 1e-9);
  EXPECT_GT(std::abs(approximate(rate) / fisher - 1), 1e-18);  // and the step is seen
}

TEST(CertifiedDivergences, ReachRelativeDigitsForNearlyEqualAndForFarLaws) {
  for (const Divergence kind : kinds)
    for (const ExactMixture& q : {nearly_three(), far_three()}) {
      const LadderResult result = certified_divergence(kind, LineLaw(three()), LineLaw(q), 30);
      EXPECT_TRUE(result.goal_met);
      EXPECT_TRUE(has_digits(result.value, 30));
    }
}

TEST(CertifiedDivergences, PrecisionsNest) {
  for (const Divergence kind : kinds) {
    Ball last = distance(kind, three(), other_three(), 15);
    for (const int digits : {30, 50, 100}) {
      const Ball next = distance(kind, three(), other_three(), digits);
      EXPECT_TRUE(contains(last, next)) << digits;
      last = next;
    }
  }
}

// With a coarse goal the tails that are cut are a good part of the answer: the enclosure must know of them.
TEST(CertifiedDivergences, CoarseGoalsStillEnclose) {
  check_few(15, "coarse contains fine", [] {
    const LinePairCase laws = *line_pairs();
    for (const Divergence kind : kinds) {
      const Ball fine = distance(kind, laws.p, laws.q);
      for (const long goal_bits : {-8L, -2L, 4L})
        RC_ASSERT(contains(divergence(kind, LinePair(LineLaw(laws.p), LineLaw(laws.q)), goal_bits), fine));
    }
  });
}

TEST(CertifiedDivergences, AreExactlyZeroForOneLaw) {
  const ExactMixture split =
      line_mixture({{"0.4", "3", "0.3"}, {"0.3", "-4", "0.5"}, {"0.1", "0", "1"}, {"0.2", "0", "1"}});
  for (const Divergence kind : kinds) EXPECT_NE(arb_is_zero(distance(kind, three(), split).data()), 0);
}

// The integrand on rectangles that meet the line contains its values on the line, whichever formula was chosen.
TEST(CertifiedDivergences, IntegrandsOnRectanglesContainTheirValuesOnTheLine) {
  check_few(60, "continuation", [] {
    const LinePairCase laws = *line_pairs();
    const LinePair pair{LineLaw(laws.p), LineLaw(laws.q)};
    const support::BallWithPoint x = *support::balls(3);
    const Ball point = from_rational<Ball>(x.point());
    const ComplexBall around(x.ball(), widened(Ball(0), Ball(*rc::gen::element(0x1p-2, 0x1p-5, 0x1p-9))));
    for (const Divergence kind : kinds) {
      const Ball exact = divergence_density(kind, pair, point);
      RC_ASSERT(is_finite(exact));
      RC_ASSERT(arb_is_negative(exact.data()) == 0);
      const ComplexBall value = divergence_density(kind, pair, around);
      if (is_finite(value)) RC_ASSERT(overlaps(real_part(value), exact));
    }
  });
}

// What lies beyond a cut, by quadrature up to a farther cut, is below the bound; and the bound is not vacuous.
TEST(CertifiedDivergences, TailsAreBounded) {
  check_few(20, "tails", [] {
    const LinePairCase laws = *line_pairs();
    const LinePair pair{LineLaw(laws.p), LineLaw(laws.q)};
    for (const Divergence kind : kinds)
      for (const Side side : {Side::left, Side::right}) {
        const Ball cut(*rc::gen::inRange(2L, 12L)), farther = cut + 6;
        const bool mirrored = side == Side::left;
        const auto integrand = [&](const ComplexBall& z, bool) { return divergence_density(kind, pair, z); };
        IntegralGoal goal;
        goal.relative_bits = 20;
        const Integral beyond = integrate(integrand, mirrored ? -farther : cut, mirrored ? -cut : farther, goal);
        const Ball bound = divergence_tail(kind, pair, side, cut);
        RC_ASSERT(is_finite(bound));
        RC_ASSERT(less(bound, beyond.value) != Truth::yes);
        RC_ASSERT(less(divergence_tail(kind, pair, side, cut + 80), Ball(0x1p-20)) == Truth::yes);
      }
  });
}

// TV^2 <= KL/2 (Pinsker), H^2 <= TV <= sqrt(2) H, H a metric, data processing under the flow.
TEST(CertifiedDivergences, ObeyTheInequalitiesOfTheirNames) {
  check_few(12, "inequalities", [] {
    const LinePairCase laws = *line_pairs();
    const ExactMixture third = *support::line_mixtures();
    const int digits = 15;
    const Ball relative_entropy = distance(Divergence::kl, laws.p, laws.q, digits);
    const Ball hellinger = distance(Divergence::hellinger2, laws.p, laws.q, digits);
    const Ball tv = certified_total_variation(LineLaw(laws.p), LineLaw(laws.q), digits).value;
    RC_ASSERT(less(relative_entropy, 2 * tv * tv) != Truth::yes);
    RC_ASSERT(less(tv, hellinger) != Truth::yes);
    RC_ASSERT(less(sqrt(2 * hellinger), tv) != Truth::yes);
    RC_ASSERT(overlaps(hellinger, distance(Divergence::hellinger2, laws.q, laws.p, digits)));
    RC_ASSERT(less(sqrt(distance(Divergence::hellinger2, laws.p, third, digits)) +
                       sqrt(distance(Divergence::hellinger2, third, laws.q, digits)),
                   sqrt(hellinger)) != Truth::yes);
    // The Fisher divergence of two flows need not fall; the other two do.
    for (const Divergence kind : {Divergence::kl, Divergence::hellinger2})
      RC_ASSERT(less(distance(kind, laws.p, laws.q, digits), distance(kind, laws.p, laws.q, digits, Rational(1, 4))) !=
                Truth::yes);
  });
}

}  // namespace
}  // namespace verimix

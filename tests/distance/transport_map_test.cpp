#include "verimix/distance/transport_map.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <string>

#include "support/line_mixtures.hpp"

namespace verimix {
namespace {

using support::check_few;
using support::line_mixture;
using support::line_pairs;
using support::LinePairCase;

LinePair pair_of(const LinePairCase& laws) { return {LineLaw(laws.p), LineLaw(laws.q)}; }

LinePair moderate() {
  return {LineLaw(line_mixture({{"0.3", "-4", "0.5"}, {"0.3", "0", "1"}, {"0.4", "3", "0.3"}})),
          LineLaw(line_mixture({{"0.2", "-3.5", "0.7"}, {"0.5", "0.25", "1.5"}, {"0.3", "2", "0.4"}}))};
}

TEST(TransportMaps, CarryOneDistributionFunctionToTheOther) {
  check_few(20, "G(T(x)) = F(x)", [] {
    const LinePair pair = pair_of(*line_pairs());
    const TransportMap map(pair);
    for (const long x : {-5L, -1L, 0L, 2L, 6L}) {
      const Ball at(x), image = at + map.displacement(at);
      RC_ASSERT(overlaps(pair.q().cdf(image), pair.p().cdf(at)));
      RC_ASSERT(overlaps(pair.q().upper_tail(image), pair.p().upper_tail(at)));
    }
  });
}

// Two Gaussians: T(x) = b + (t/s)(x - a), entire. The continuation has to contain it, on balls near and far.
TEST(TransportMaps, OfGaussiansContinueToTheLinearMap) {
  const LinePair pair{LineLaw(line_mixture({{"1", "1", "4"}})), LineLaw(line_mixture({{"1", "3", "9"}}))};
  const TransportMap map(pair);
  for (const long x : {-9L, -1L, 1L, 4L, 11L})
    for (const double size : {0x1p-20, 0x1p-6, 0x1p-4}) {
      const Ball across = widened(Ball(x), Ball(size)), upward = widened(Ball(0), Ball(size));
      const ComplexBall found = map.displacement(ComplexBall(across, upward), true);
      EXPECT_TRUE(is_finite(found) || size > 0x1p-6) << x << ' ' << size;
      if (!is_finite(found)) continue;  // too wide for where it is
      for (const double u : {-1.0, 0.3, 1.0})
        for (const double v : {-1.0, 0.0, 0.8}) {
          const ComplexBall z(Ball(x) + Ball(u * size), Ball(v * size));
          const ComplexBall expected = ComplexBall(Ball(3)) + (z - ComplexBall(1)) * (Ball(3) / 2) - z;
          EXPECT_TRUE(contains(found, expected)) << x << ' ' << size;
        }
      // Within a factor of 8 of the width of the image: a bound that says something.
      EXPECT_LT(radius_upper(real_part(found)), 8 * size);
    }
}

// The same over sizes that grow by steps of a quarter of an octave, past the one from which on no value is claimed:
// what is claimed just before has to hold, too.
TEST(TransportMaps, WhatIsClaimedOfTheLargestBallsHolds) {
  int claimed = 0, refused = 0;
  for (const auto& [from, to] : {std::pair(1L, 1L), std::pair(1L, 3L), std::pair(3L, 1L)}) {
    const LinePair pair{LineLaw(line_mixture({{"1", "0", std::to_string(from * from)}})),
                        LineLaw(line_mixture({{"1", "3", std::to_string(to * to)}}))};
    const TransportMap map(pair);
    const Ball slope = Ball(to) / from;
    for (long x = 0; x <= 10; ++x)
      for (int octaves = -24; octaves <= 8; ++octaves) {
        const double size = std::exp2(octaves / 4.0);
        const ComplexBall z(widened(Ball(x), Ball(size)), widened(Ball(0), Ball(size)));
        const ComplexBall found = map.displacement(z, true);
        ++(is_finite(found) ? claimed : refused);
        if (!is_finite(found)) continue;
        for (const double u : {-1.0, 0.0, 1.0})
          for (const double v : {-1.0, 0.0, 1.0}) {
            const ComplexBall at(Ball(x) + Ball(u * size), Ball(v * size));
            EXPECT_TRUE(contains(found, ComplexBall(3) + slope * at - at)) << x << ' ' << size << ' ' << u << ' ' << v;
          }
      }
  }
  // 278 of 1089 are proved; without the proof that the image lies inside its box more would be claimed.
  EXPECT_GE(claimed, 250);
  EXPECT_LE(claimed, 290);
  EXPECT_EQ(claimed + refused, 1089);
}

// Nearly equal laws: on wide balls the displacement is known to be small, not only the image to be near.
TEST(TransportMaps, KnowASmallDisplacementOnWideBalls) {
  const Rational tiny = parse_rational("1e-13");
  ExactMixture q = line_mixture({{"1/2", "-1", "1/2"}, {"1/2", "1", "1/2"}});
  const LineLaw p(q);
  q.means(0, 0) += tiny;
  const LinePair pair(p, LineLaw(q));
  const BallPrecision precision(192);
  const TransportMap map(LinePair(p, LineLaw(q)));
  const ComplexBall z(widened(Ball(0), Ball(0x1p-4)), widened(Ball(0), Ball(0x1p-4)));
  const ComplexBall found = map.displacement(z, true);
  ASSERT_TRUE(is_finite(found));
  EXPECT_LT(radius_upper(abs(found)) + std::abs(approximate(abs(found))), 1e-12);
  for (const double u : {-0x1p-4, 0.0, 0x1p-4})
    EXPECT_TRUE(contains(found, ComplexBall(map.displacement(Ball(u))))) << u;
}

// N(0, 1) to N(0, (1 + c)^2), c = 2^-44: T(x) - x = c x vanishes at the centre of the ball and not beside it.
TEST(TransportMaps, ADisplacementThatVanishesAtTheCentreIsKnownBesideIt) {
  const Rational c = to_rational(0x1p-44), variance = (1 + c) * (1 + c);
  const LinePair pair{LineLaw(line_mixture({{"1", "0", "1"}})), LineLaw(line_mixture({{"1", "0", to_text(variance)}}))};
  const BallPrecision precision(192);
  const TransportMap map(pair);
  const ComplexBall z(widened(Ball(0), Ball(0x1p-4)), widened(Ball(0), Ball(0x1p-4)));
  const ComplexBall found = map.displacement(z, true);
  ASSERT_TRUE(is_finite(found));
  EXPECT_LT(radius_upper(real_part(found)), 0x1p-46);
  for (const double u : {-0x1p-4, 0.0, 0x1p-5, 0x1p-4})
    for (const double v : {-0x1p-4, 0.0, 0x1p-4})
      EXPECT_TRUE(contains(found, from_rational<Ball>(c) * ComplexBall(Ball(u), Ball(v)))) << u << ' ' << v;
}

// A continuation that is claimed on a ball contains the values at the real points of it, and agrees on balls that
// overlap.
TEST(TransportMaps, ContinuationsContainTheValuesOnTheLine) {
  const LinePair pair = moderate();
  const TransportMap map(pair);
  int finite = 0;
  for (int i = -24; i <= 24; ++i) {
    const Ball x(i / 4.0);
    const ComplexBall z(widened(x, Ball(0.125)), widened(Ball(0), Ball(0.0625)));
    const ComplexBall found = map.displacement(z, true);
    if (!is_finite(found)) continue;
    ++finite;
    for (const double u : {-0.125, 0.04, 0.125})
      EXPECT_TRUE(contains(found, ComplexBall(map.displacement(x + Ball(u))))) << i;
  }
  EXPECT_GE(finite, 15);
}

// T has branch points where q(T) = 0 off the line: a ball that reaches past them gets no value.
TEST(TransportMaps, RefuseBallsThatReachPastABranchPoint) {
  // q = (N(-2, 1) + N(2, 1))/2 has zeros at +- i pi/4 ...: q ~ exp(-(z^2 + 4)/2) cosh 2z.
  const LinePair pair{LineLaw(line_mixture({{"1", "0", "5"}})),
                      LineLaw(line_mixture({{"1/2", "-2", "1"}, {"1/2", "2", "1"}}))};
  const TransportMap map(pair);
  EXPECT_FALSE(is_finite(map.displacement(ComplexBall(widened(Ball(0), Ball(2)), widened(Ball(0), Ball(2))), true)));
  // On the line itself every ball gets a value, by monotonicity.
  const ComplexBall wide = map.displacement(ComplexBall(widened(Ball(0), Ball(2))), false);
  ASSERT_TRUE(is_finite(wide));
  for (const double u : {-2.0, 0.5, 2.0}) EXPECT_TRUE(contains(wide, ComplexBall(map.displacement(Ball(u)))));
}

// The pieces follow one another on the curve, and cover the mass between the cuts.
TEST(TransportMaps, PiecesMeet) {
  check_few(10, "pieces", [] {
    const LinePair pair = pair_of(*line_pairs());
    const TransportMap map(pair);
    const Interval inside{Ball(-9), Ball(60)};
    Ball mass = pair.p().cdf(inside.lower) + pair.p().upper_tail(inside.upper);
    for (const TransportMap::Piece& piece : map.pieces(inside)) {
      const LineMixture& law = piece.from_q ? pair.q() : pair.p();
      mass += law.cdf(piece.upper) - law.cdf(piece.lower);
    }
    RC_ASSERT(overlaps(mass, Ball(1)));
    RC_ASSERT(radius_upper(mass) < 0x1p-60);
  });
}

// The bound of a tail is at least the cost there, by quadrature over the next stretch.
TEST(TransportMaps, TailsAreBounded) {
  const LinePair pair = moderate();
  const TransportMap map(pair);
  for (const Side side : {Side::left, Side::right})
    for (const long cut : {5L, 7L}) {
      Ball lower = 0;
      constexpr int steps = 40;
      for (int i = 0; i < steps; ++i) {
        const Ball x = Ball(cut) + Ball(i / 20.0), at = side == Side::right ? x : -x;
        const Ball moved = map.displacement(at);
        lower += moved * moved * pair.p().density(at) / 20;
      }
      const Ball bound = map.tail(side, Ball(cut));
      EXPECT_TRUE(is_finite(bound));
      EXPECT_EQ(less(lower / 4, bound), Truth::yes);
      EXPECT_EQ(less(bound, 1000 * lower), Truth::yes);
    }
}

}  // namespace
}  // namespace verimix

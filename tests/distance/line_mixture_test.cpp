#include "verimix/distance/line_mixture.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/line_mixtures.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/integral.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/density.hpp"

namespace verimix {
namespace {

using support::line_mixture;
using support::line_mixtures;

using support::three;

TEST(LineLaws, AreEqualExactlyWhenTheMeasuresAre) {
  const LineLaw law(line_mixture({{"1/2", "1", "1"}, {"1/2", "0", "2"}}));
  EXPECT_EQ(law, LineLaw(line_mixture({{"1/2", "0", "2"}, {"1/4", "1", "1"}, {"0", "7", "1"}, {"1/4", "1", "1"}})));
  EXPECT_FALSE(law == LineLaw(line_mixture({{"1/2", "1", "1"}, {"1/2", "0", "2.0000000000000000000000000000000001"}})));
  EXPECT_FALSE(law == LineLaw(line_mixture({{"1/2", "1", "1"}, {"1/2", "0", "2"}}), Rational(1)));
}

TEST(LineLaws, RefuseWhatHasNoDensityOnTheLine) {
  const ExactMixture point = line_mixture({{"1", "1", "0"}});
  EXPECT_THROW(LineLaw(point, 0), InputError);
  EXPECT_NO_THROW(LineLaw(point, Rational(1, 10)));
  EXPECT_THROW(LineLaw(three(), Rational(-1)), InputError);
  ExactMixture plane;
  plane.weights = {1};
  plane.means = Matrix<Rational>::Zero(2, 1);
  plane.covariances = {Matrix<Rational>::Identity(2, 2)};
  EXPECT_THROW(LineLaw(plane, 0), InputError);
}

// The scaled sums of this file against the whitened ones of the mixture stage, far into the tails.
RC_GTEST_PROP(LineMixtures, AgreeWithTheDensityOfTheMixtureStage, ()) {
  const ExactMixture mixture = *line_mixtures();
  const Rational time(*rc::gen::element(0, 0, 1, 3), 4);
  const Ball x = Ball(*support::dyadics(6));
  const LineMixture line{LineLaw(mixture, time)};
  const Density<Ball> density(at_time(round_to<Ball>(mixture), from_rational<Ball>(time)));
  const Evaluation<Ball> reference = density.evaluate(Matrix<Ball>::Constant(1, 1, x));
  RC_ASSERT(overlaps(line.log_density(x), reference.log_density(0)));
  RC_ASSERT(overlaps(line.score(x), reference.score(0, 0)));
  RC_ASSERT(overlaps(log(line.density(x)), reference.log_density(0)));
}

// A value on a ball contains the value at each of its points.
RC_GTEST_PROP(LineMixtures, ValuesOnBallsContainThoseAtPoints, ()) {
  const LineMixture line{LineLaw(*line_mixtures())};
  const support::BallWithPoint x = *support::balls(4);
  const Ball point = from_rational<Ball>(x.point());
  RC_ASSERT(overlaps(line.density(x.ball()), line.density(point)));
  if (is_finite(line.log_density(x.ball()))) RC_ASSERT(overlaps(line.log_density(x.ball()), line.log_density(point)));
  if (is_finite(line.score(x.ball()))) RC_ASSERT(overlaps(line.score(x.ball()), line.score(point)));
  // The same on rectangles around a piece of the line.
  const ComplexBall around(x.ball(), widened(Ball(0), Ball(0x1p-3)));
  RC_ASSERT(overlaps(real_part(line.density(around)), line.density(point)));
  const ComplexBall logarithm = line.log_density(around);
  if (is_finite(logarithm)) RC_ASSERT(overlaps(real_part(logarithm), line.log_density(point)));
}

// Far from the means the exponent winds many times around 0 on a rectangle off the line: taking log of the density
// itself would return the wrong branch. The continuation obeys d/dz log p = p'/p, integrated along a vertical path.
TEST(LineMixtures, LogarithmsStayOnTheBranchOfTheLine) {
  const LineMixture line{LineLaw(three())};
  const ComplexBall low(Ball(9), widened(Ball(0), Ball(2)));
  const ComplexBall logarithm = line.log_density(low);
  ASSERT_TRUE(is_finite(logarithm));
  // At 9 + 2i the imaginary part is about -(9 - 3) 2 / 0.3 or -(9 - 0) 2 = -18: far below -pi.
  const Integral angle = integrate(
      [&](const ComplexBall& s, bool) { return line.score(ComplexBall(Ball(9)) + s * ComplexBall(Ball(0), Ball(1))); },
      Ball(0), Ball(2));
  EXPECT_LT(approximate(angle.value), -10);
  EXPECT_TRUE(overlaps(imaginary_part(logarithm), angle.value));
  // The score is large off the line and no ball is dropped: the enclosure reaches the integral's value.
  EXPECT_TRUE(is_finite(angle.value));
}

TEST(LineMixtures, TailsAndDistributionFunctionsAddUpToOne) {
  const LineMixture line{LineLaw(three())};
  for (const double x : {-30.0, -4.0, 0.1, 3.0, 30.0}) {
    EXPECT_TRUE(overlaps(line.cdf(Ball(x)) + line.upper_tail(Ball(x)), Ball(1)));
    EXPECT_TRUE(overlaps(line.cdf(Ball(x)), line.reflected().upper_tail(Ball(-x))));
  }
  // Relative accuracy where 1 - cdf would have none.
  const Ball tail = line.upper_tail(Ball(40));
  EXPECT_GT(arb_rel_accuracy_bits(tail.data()), 100);
}

}  // namespace
}  // namespace verimix

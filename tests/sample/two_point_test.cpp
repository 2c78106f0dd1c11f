#include "verimix/sample/two_point.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "support/input_error.hpp"
#include "verimix/core/rational.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

namespace verimix {
namespace {

Ball ball(const char* text) { return from_rational<Ball>(parse_rational(text)); }
bool below(const Ball& a, const Ball& b) { return less(a, b) == Truth::yes; }

/// d = 1 makes d^{poly(k tau/eps)} one sample. N(0, 1) and N(1/2, 1) with alpha = beta = k = lambda_min = 1 and R = e
/// (tau = 1): for eps = 0.09 no law is good for both, and from one sample every algorithm fails on one of them with
/// probability above 2/5 > 1/e.
TEST(Theorem2, OneSampleOnTheLineIsNotEnough) {
  const Ball shift = ball("1/2");
  EXPECT_TRUE(contains(widened(ball("0.1974126513658"), ball("1e-12")), two_point_tv(1, shift)));
  EXPECT_TRUE(below(ball("0.09"), two_point_tv_error_lower(shift)));
  EXPECT_TRUE(below(ball("0.4012"), two_point_failure_lower(1, shift)));
  EXPECT_TRUE(below(two_point_failure_lower(1, shift), ball("0.4013")));
}

/// Theorem 11 asks for failure at most delta_f with d^{..} log(1/delta_f) samples: one, for delta_f = 1/e and d = 1.
TEST(Theorem11, OneSampleFailsMoreOftenThanPrinted) {
  EXPECT_TRUE(below(exp(Ball(-1)), two_point_failure_lower(1, ball("1/2"))));
  EXPECT_TRUE(below(ball("0.09"), two_point_tv_error_lower(ball("1/2"))));
}

/// d >= 2 and R = 1, tau = 0: the count d^{poly(0)} is one number c for every eps. Whatever it is, at a small eps it is
/// not enough: with |m| = 6 eps no law is eps-close to both, and c samples fail with probability near 1/2.
TEST(Theorem2, NoNumberOfSamplesServesEveryAccuracy) {
  for (const long count : {1L, 1000L, 1000000000L}) {
    const Ball epsilon = 1 / (Ball(10000) * Ball(count)), shift = 6 * epsilon;
    EXPECT_TRUE(below(epsilon, two_point_tv_error_lower(shift)));
    EXPECT_TRUE(below(ball("0.49"), two_point_failure_lower(count, shift)));
  }
  // Hence at least (2 z/m)^2 samples, of the order 1/eps^2; and so many are enough for two laws (the likelihood ratio).
  const double required = two_point_samples_required(0.01, 0.25);
  EXPECT_NEAR(required, 4 * 0.6744897501960817 * 0.6744897501960817 / 1e-4, 1e-6);
  const auto above = static_cast<long>(required) + 1;
  EXPECT_LE(two_point_failure_lower(above, 0.01), 0.25);
  EXPECT_GE(two_point_failure_lower(above - 2, 0.01), 0.25);
}

/// At noise level t = 1, eps = 1e-4, |e^{-t} m|^2 = 5 eps: no function is eps-close to both scores, and 1 or 3 samples
/// leave success below 0.51 and 0.53.
TEST(Proposition3, OneSampleOnTheLineDoesNotLearnTheScore) {
  const Ball epsilon = ball("1/10000"), at_time_one = sqrt(5 * epsilon), shift = exp(Ball(1)) * at_time_one;
  // |m| <= R for R = e.
  EXPECT_TRUE(below(shift, Ball(1)));
  EXPECT_TRUE(below(epsilon, two_point_score_error_lower(at_time_one)));
  EXPECT_TRUE(below(ball("0.487"), two_point_failure_lower(1, shift)));
  EXPECT_TRUE(below(ball("0.479"), two_point_failure_lower(3, shift)));
}

/// The bound on score errors is attained within a factor of two for near laws: g halfway between -x and -(x - m) has
/// the error m^2/4 under both, and the bound is m^2/4 (1 - TV).
TEST(Proposition3, TheScoreBoundIsNearlyAttained) {
  const Ball shift = ball("1/100");
  const Ball ratio = two_point_score_error_lower(shift) / (shift * shift / 4);
  EXPECT_TRUE(below(ball("0.995"), ratio));
  EXPECT_TRUE(below(ratio, Ball(1)));
}

/// The law N(m/2, 1) is as close to both as the bound allows, up to the curvature of Phi.
TEST(Theorem2, TheAccuracyBoundIsNearlyAttained) {
  const double reached = two_point_tv(1, 0.25), bound = two_point_tv_error_lower(0.5);
  EXPECT_GE(reached, bound);
  EXPECT_LE(reached, 1.01 * bound);
}

TEST(TwoPoint, ScalarsAgreeAndBadArgumentsAreNamed) {
  EXPECT_NEAR(two_point_tv(7, 0.3), static_cast<double>(two_point_tv(7, Real50("0.3"))), 1e-15);
  EXPECT_TRUE(contains(two_point_tv(7, ball("0.3")), two_point_tv(7, ball("0.3"))));
  EXPECT_EQ(two_point_tv(0, 0.3), 0);
  using testing::HasSubstr;
  EXPECT_THAT(support::refusal([] { two_point_tv(-1, 0.5); }), HasSubstr("samples"));
  EXPECT_THAT(support::refusal([] { two_point_tv(1, std::numeric_limits<double>::infinity()); }), HasSubstr("shift"));
  EXPECT_THAT(support::refusal([] { two_point_samples_required(0, 0.1); }), HasSubstr("shift"));
  EXPECT_THAT(support::refusal([] { two_point_samples_required(1, 0.5); }), HasSubstr("failure"));
}

}  // namespace
}  // namespace verimix

#include "verimix/core/precision_ladder.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "verimix/core/error.hpp"
#include "verimix/core/scalar.hpp"

namespace verimix {
namespace {

// exp(1) - (the partial sum to 1/25!), about 1/26!: 88 bits cancel.
Ball cancelling() {
  Ball sum = 0, term = 1;
  for (long n = 1; n <= 26; ++n) {
    sum += term;
    term /= n;
  }
  return exp(Ball(1)) - sum;
}

TEST(PrecisionLadder, ClimbsUntilTheRelativeWidthIsReached) {
  std::vector<long> rungs;
  std::vector<Ball> answers;
  for (const int digits : {15, 30, 50, 100}) {
    const LadderResult result = climb_precision(digits, [&](const Rung& rung) {
      EXPECT_EQ(rung.bits, BallPrecision::bits());
      rungs.push_back(rung.bits);
      return cancelling();
    });
    EXPECT_TRUE(result.goal_met);
    EXPECT_TRUE(has_digits(result.value, digits));
    answers.push_back(result.value);
  }
  EXPECT_GT(rungs.size(), answers.size());  // at least one goal needed a second rung
  for (std::size_t i = 1; i < answers.size(); ++i) EXPECT_TRUE(overlaps(answers[i - 1], answers[i]));
}

TEST(PrecisionLadder, GivesTheBestEnclosureWhenTheBudgetEnds) {
  LadderBudget budget;
  budget.bits = 150;
  const LadderResult result = climb_precision(
      30, [](const Rung&) { return cancelling(); }, budget);
  EXPECT_FALSE(result.goal_met);
  EXPECT_EQ(result.bits, 150);
  const BallPrecision precision(400);
  EXPECT_TRUE(contains(result.value, cancelling()));
  EXPECT_THROW(require_digits(result, 30, "a number"), UndecidedError);
}

TEST(PrecisionLadder, TakesTheIntersectionOfItsRungs) {
  int rung_count = 0;
  LadderBudget budget;
  budget.rungs = 2;
  const LadderResult result = climb_precision(
      30,
      [&](const Rung&) {
        ++rung_count;
        return rung_count == 1 ? widened(Ball(1), Ball(1)) : widened(Ball(2), Ball(1));
      },
      budget);
  EXPECT_EQ(rung_count, 2);
  EXPECT_TRUE(contains(widened(Ball(3) / 2, Ball(0x1p-1) + Ball(0x1p-20)), result.value));
}

TEST(PrecisionLadder, PassesOnTheLastErrorOnlyIfNothingWasFound) {
  EXPECT_THROW(climb_precision(30, [](const Rung&) -> Ball { throw UndecidedError("nothing"); }), UndecidedError);
  const LadderResult later = climb_precision(30, [](const Rung& rung) -> Ball {
    if (rung.bits < 300) throw UndecidedError("too coarse");
    return 1 / Ball(3);
  });
  EXPECT_TRUE(later.goal_met);
}

TEST(PrecisionLadder, CountsDigitsByTheWidth) {
  EXPECT_TRUE(has_digits(Ball(0), 1000));
  EXPECT_FALSE(has_digits(widened(Ball(0), Ball(0x1p-300)), 1));
  // The width is 2^-9 and the smallest magnitude just below 1.
  EXPECT_TRUE(has_digits(widened(Ball(1), Ball(0x1p-10)), 2));
  EXPECT_FALSE(has_digits(widened(Ball(1), Ball(0x1p-10)), 3));
}

// Bits that are known to be lost are there for the rung, and its own goal is not theirs.
TEST(PrecisionLadder, GivesTheMoreBitsThatAreAskedFor) {
  const LadderResult found = climb_precision(10, 500L, [&](long goal_bits) {
    EXPECT_LT(goal_bits, 100);
    EXPECT_GE(BallPrecision::bits(), 500 + bits_of_digits(10));
    return Ball(1) / Ball(3);
  });
  EXPECT_TRUE(found.goal_met);
  EXPECT_GE(found.bits, 500 + bits_of_digits(10));
}

// [0.951, 1.049] is 0.098 wide: less than a tenth of its midpoint, more than a tenth of its least magnitude.
TEST(PrecisionLadder, CountsDigitsAgainstTheLeastMagnitude) {
  EXPECT_FALSE(has_digits(widened(Ball(1), Ball(0.0490)), 1));  // 0.098 > 0.0951
  EXPECT_TRUE(has_digits(widened(Ball(1), Ball(0.0470)), 1));   // 0.094 <= 0.0953
}

}  // namespace
}  // namespace verimix

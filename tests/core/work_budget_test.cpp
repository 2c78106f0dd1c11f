#include "verimix/core/work_budget.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "verimix/core/integral.hpp"
#include "verimix/core/supremum.hpp"

namespace verimix {
namespace {

constexpr long unlimited = std::numeric_limits<long>::max();

ComplexBall bell(const ComplexBall& z, bool) { return exp(-z * z); }

TEST(WorkBudgets, NestAndEndWithTheirScope) {
  EXPECT_EQ(WorkBudget::left(), unlimited);
  {
    const WorkBudget outer(100);
    WorkBudget::spend(30);
    {
      const WorkBudget inner(1000);
      EXPECT_EQ(WorkBudget::left(), 70);  // no more than is left outside
      WorkBudget::spend(20);
      EXPECT_EQ(WorkBudget::left(), 50);
      const WorkBudget innermost(5);
      WorkBudget::spend(9);
      EXPECT_EQ(WorkBudget::left(), 0);
    }
    EXPECT_EQ(WorkBudget::left(), 41);
  }
  EXPECT_EQ(WorkBudget::left(), unlimited);
}

// The integral of exp(-x^2) over [-6, 6]: with 1 to 1000 values the enclosure is right and gets narrower.
TEST(WorkBudgets, StopIntegralsWithAnEnclosure) {
  const Integral whole = integrate(bell, Ball(-6), Ball(6));
  ASSERT_TRUE(whole.goal_met);
  double last = std::numeric_limits<double>::infinity();
  for (const long evaluations : {1L, 20L, 100L, 100000L}) {
    const WorkBudget budget(evaluations);
    const Integral found = integrate(bell, Ball(-6), Ball(6));
    EXPECT_TRUE(contains(found.value, whole.value)) << evaluations;
    EXPECT_LE(radius_upper(found.value), last);
    EXPECT_EQ(found.goal_met, evaluations == 100000);
    EXPECT_EQ(WorkBudget::left(), std::max(0L, evaluations - found.evaluations));
    // Arb ends the round that it is in, and looks once at each piece that is left.
    EXPECT_LE(found.evaluations, evaluations + 300);
    last = radius_upper(found.value);
  }
}

TEST(WorkBudgets, StopTheSearchForZerosWithUndecidedPlaces) {
  const auto f = [](const Ball& x) { return ValueAndSlope{x * x - 2, 2 * x}; };
  const Interval interval{Ball(0), Ball(2)};
  const WorkBudget budget(2);
  const std::vector<Root> found = isolate_roots(f, interval, {Ball(0x1p-40), 20000});
  ASSERT_FALSE(found.empty());
  bool held = false;
  for (const Root& root : found) held = held || overlaps(hull(root.place), sqrt(Ball(2)));
  EXPECT_TRUE(held);
  EXPECT_LE(WorkBudget::left(), 1);
}

TEST(WorkBudgets, StopExtremaWithAnEnclosure) {
  const TaylorFunction f = [](const Ball& x, long order) {
    const Series h = Series::variable(x, order);
    return h * (Series::constant(Ball(1), order) - h * h) * (Series::constant(Ball(2), order) - exp(h));
  };
  const Interval interval{Ball(-1), Ball(1)};
  const Supremum whole = enclose_supremum(Extremum::supremum, f, interval, 60);
  ASSERT_TRUE(whole.result.goal_met);
  const WorkBudget budget(2);
  const Supremum found = enclose_supremum(Extremum::supremum, f, interval, 60);
  EXPECT_TRUE(contains(found.result.value, whole.result.value));
  EXPECT_LT(found.boxes, whole.boxes);
}

// The ladder climbs no further where the budget is spent, and gives what it has.
TEST(WorkBudgets, EndTheLadder) {
  int rungs = 0;
  const WorkBudget budget(10);
  const LadderResult found = climb_precision(30, [&](const Rung&) {
    ++rungs;
    WorkBudget::spend(4);
    return widened(Ball(3), Ball(0x1p-8));
  });
  EXPECT_FALSE(found.goal_met);
  EXPECT_TRUE(contains(found.value, Ball(3)));
  EXPECT_EQ(rungs, 3);
}

}  // namespace
}  // namespace verimix

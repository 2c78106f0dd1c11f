#include "verimix/validate/power.hpp"

#include <gtest/gtest.h>

#include "support/families.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

using support::family;

TEST(Perturbations, SizeZeroIsTheTruthAndEveryOtherIsALaw) {
  const Mixture<double> truth = family("over2");
  for (const Perturbation& perturbation : perturbations(truth)) {
    const Mixture<double> same = perturbation.apply(truth, 0);
    const Index k = truth.size();  // more components may follow, without weight
    EXPECT_LE((same.means.leftCols(k) - truth.means).norm() + (same.weights.head(k) - truth.weights).norm() +
                  (same.covariances[0] - truth.covariances[0]).norm(),
              1e-14)
        << perturbation.name;
    EXPECT_NO_THROW(Density<double>(perturbation.apply(truth, perturbation.most))) << perturbation.name;
    EXPECT_NEAR(perturbation.apply(truth, perturbation.most).weights.sum(), 1, 1e-15);
  }
  EXPECT_EQ(perturbations(truth).size(), 8U);
  EXPECT_EQ(perturbations(family("over1")).size(), 7U);
}

TEST(PowerTest, GrowsFromTheLevelToOne) {
  const Mixture<double> truth = family("over1");
  const SampleBattery battery(truth, 1000);
  EXPECT_LE(power(battery, truth, 100, 10).share, 0.06);
  const Perturbation widened = perturbations(truth)[1];
  const Power full = power(battery, widened.apply(truth, 1), 20, 20);
  EXPECT_EQ(full.share, 1);
  // Clopper and Pearson: 20 of 20 at 95% is 0.05^{1/20}.
  EXPECT_NEAR(full.lower, std::pow(0.05, 0.05), 1e-12);
}

// For a shift of one Gaussian's mean the z-test, the best there is, has power 0.9 at level 0.01 for (2.576
// + 1.282)/sqrt(n) deviations: the battery, which pays for looking everywhere, needs more than that but not three times
// as much.
TEST(PowerTest, AShiftIsCaughtNearTheBestPossibleSize) {
  const Mixture<double> gaussian{"", Vector<double>{{1}}, Matrix<double>{{0}}, {Matrix<double>{{1}}}};
  const SampleBattery battery(gaussian, 400);
  const auto smallest = smallest_caught(battery, perturbations(gaussian)[0], {0.9, 20, 100});
  ASSERT_TRUE(smallest);
  const double best = (2.576 + 1.282) / 20;
  EXPECT_GE(smallest->size, best);
  EXPECT_LE(smallest->size, 3 * best);
  EXPECT_NEAR(smallest->law.means(0, 0), smallest->size, 1e-12);
  // Seen on draws that did not choose the size.
  EXPECT_GE(smallest->power.share, 0.9);
}

TEST(PowerTest, WhatIsNeverCaughtHasNoSize) {
  const Mixture<double> truth = family("over1");
  const SampleBattery battery(truth, 3);
  EXPECT_FALSE(smallest_caught(battery, perturbations(truth)[2], {0.9, 10, 1}));
}

TEST(PowerTest, APartOfTheLightestComponentIsMissing) {
  const Mixture<double> truth = family("tri1");
  for (const Perturbation& perturbation : perturbations(truth)) {
    if (perturbation.kind != "missing-component") continue;
    const Mixture<double> law = perturbation.apply(truth, 1);
    EXPECT_EQ(law.weights(0), 0);
    EXPECT_NEAR(law.weights(1), 3.0 / 7, 1e-15);
    return;
  }
  FAIL();
}

// The level is proved: more than 10 of 200 at 1% has probability below 1e-5.
TEST(FalseAlarmsTest, AreAsRareAsDeclared) {
  const FalseAlarms alarms = false_alarms(family("sep1"), 100, {}, 200);
  EXPECT_EQ(alarms.runs, 200);
  EXPECT_LE(alarms.rejected, 10);
  EXPECT_LE(alarms.lower, 0.01);
  EXPECT_GT(alarms.upper, static_cast<double>(alarms.rejected) / 200);
}

}  // namespace
}  // namespace verimix

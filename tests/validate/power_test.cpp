#include "verimix/validate/power.hpp"

#include <gtest/gtest.h>

#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

Mixture<double> family(const std::string& name) { return round_to<double>(instance(name)); }

TEST(Perturbations, SizeZeroIsTheTruthAndEveryOtherIsALaw) {
  const Mixture<double> truth = family("over2");
  for (const Perturbation& perturbation : perturbations(truth)) {
    const Mixture<double> same = perturbation.apply(truth, 0);
    EXPECT_LE((same.means - truth.means).norm() + (same.weights - truth.weights).norm() +
                  (same.covariances[0] - truth.covariances[0]).norm(),
              1e-14)
        << perturbation.name;
    EXPECT_NO_THROW(Density<double>(perturbation.apply(truth, perturbation.most))) << perturbation.name;
    EXPECT_NEAR(perturbation.apply(truth, perturbation.most).weights.sum(), 1, 1e-15);
  }
  EXPECT_EQ(perturbations(truth).size(), 5U);
  EXPECT_EQ(perturbations(family("over1")).size(), 4U);
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
  const std::optional<double> smallest = smallest_caught(battery, perturbations(gaussian)[0], 0.9, 20, 100);
  ASSERT_TRUE(smallest);
  const double best = (2.576 + 1.282) / 20;
  EXPECT_GE(*smallest, best);
  EXPECT_LE(*smallest, 3 * best);
}

}  // namespace
}  // namespace verimix

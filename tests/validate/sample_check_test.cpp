#include "verimix/validate/sample_check.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "support/families.hpp"
#include "support/input_error.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

using support::family;

Matrix<double> sample(const Mixture<double>& mixture, Index count, std::uint64_t seed) {
  return draw(mixture, count, seed).points;
}

// The level is proved, so more rejections than a binomial of that level allows are a bug: P(Bin(1000, 0.01) > 23) <
// 1e-4.
TEST(SampleBatteryTest, AThousandRightSamplersAtAlphaOnePercent) {
  int rejected = 0;
  for (const char* name : {"over1", "sep1", "nest2", "sep2"}) {
    const SampleBattery battery(family(name), 200);
    for (std::uint64_t seed = 0; seed < 250; ++seed)
      rejected += battery.check(sample(family(name), 200, seed)).rejected;
  }
  EXPECT_LE(rejected, 23);
  RecordProperty("rejected", rejected);
}

// Mistakes that samplers make, each at n = 2000.
TEST(SampleBatteryTest, CatchesTheUsualMistakes) {
  const Mixture<double> truth = family("over2");
  const SampleBattery battery(truth, 2000);
  const auto rejects = [&](const Matrix<double>& points) { return battery.check(points).rejected; };
  EXPECT_FALSE(rejects(sample(truth, 2000, 77)));

  Mixture<double> wrong = truth;
  for (Matrix<double>& covariance : wrong.covariances) covariance /= 2;
  EXPECT_TRUE(rejects(sample(wrong, 2000, 1))) << "a lost factor 2 in the noise";

  wrong = truth;
  for (Matrix<double>& covariance : wrong.covariances) covariance = (covariance * covariance).eval();
  EXPECT_TRUE(rejects(sample(wrong, 2000, 2))) << "variances taken for deviations";

  wrong = truth;
  wrong.weights = Vector<double>{{0.4, 0.6}};
  EXPECT_TRUE(rejects(sample(wrong, 2000, 3))) << "weights";

  wrong = truth;
  for (Matrix<double>& covariance : wrong.covariances) covariance = Matrix<double>(covariance.diagonal().asDiagonal());
  EXPECT_TRUE(rejects(sample(wrong, 2000, 4))) << "correlations lost";

  Matrix<double> points = sample(truth, 2000, 5);
  points.row(1) *= -1;
  EXPECT_TRUE(rejects(points)) << "a mirrored coordinate";

  points = sample(truth, 2000, 6);
  points.rightCols(200) = points.leftCols(200) * 0.5;
  EXPECT_TRUE(rejects(points)) << "a tenth of the points collapsed";

  points = sample(truth, 2000, 7);
  for (Index j = 0; j < 10; ++j) points(0, j) = 9;
  const SampleVerdict verdict = battery.check(points);
  EXPECT_TRUE(verdict.rejected) << "10 of 2000 points far out";
}

TEST(SampleBatteryTest, NamesTheWorstPlace) {
  const Mixture<double> truth = family("over1");
  const SampleBattery battery(truth, 1000);
  Matrix<double> points = sample(truth, 1000, 5);
  for (Index j = 0; j < 20; ++j) points(0, j) = 5;
  const SampleVerdict verdict = battery.check(points);
  ASSERT_TRUE(verdict.rejected);
  EXPECT_EQ(verdict.checks.front().kind, "set");
  EXPECT_NE(verdict.checks.front().place.find("inf]"), std::string::npos) << verdict.checks.front().place;
  EXPECT_EQ(verdict.p_value, verdict.checks.front().adjusted);
}

TEST(SampleBatteryTest, TheSharesOfTheTestsAddUpToOne) {
  const SampleBattery battery(family("sep2"), 300);
  double shares = 0;
  for (const SampleCheck& check : battery.check(sample(family("sep2"), 300, 1)).checks)
    if (check.adjusted < 1 && check.p_value > 0) shares = std::max(shares, check.p_value / check.adjusted);
  // The largest share is that of the one Stein test, or smaller if its p-value is too large to tell.
  EXPECT_LE(shares, 0.2 + 1e-12);
}

// The shift and the spread that are certain to be seen are seen in 9 of 10 samples at least, and a third of either is
// not.
TEST(SampleBatteryTest, SeesWhatItIsCertainToSee) {
  const Mixture<double> truth = family("over1");
  const Index n = 1000;
  const SampleBattery battery(truth, n);
  const Sight sight = battery.sight();
  const double mean = law_mean(truth)(0);
  const double deviation = std::sqrt(law_covariance(truth)(0, 0));
  const auto seen = [&](double shift, double spread) {
    int count = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      const Matrix<double> points =
          ((sample(truth, n, seed).array() - mean) * spread + mean + shift * deviation).matrix();
      count += battery.check(points).rejected ? 1 : 0;
    }
    return count;
  };
  EXPECT_EQ(sight.place, "coordinate 1");
  EXPECT_GE(seen(sight.shift, 1), 36);
  EXPECT_LE(seen(sight.shift / 3, 1), 30) << "the bound would say nothing";
  EXPECT_GE(seen(0, sight.spread), 36);
  EXPECT_LE(seen(0, 1 + (sight.spread - 1) / 4), 30);
}

TEST(SampleBatteryTest, SeesMoreInMorePoints) {
  double last = std::numeric_limits<double>::infinity();
  for (const Index n : {10, 60, 1000, 10000}) {
    const Sight sight = SampleBattery(family("over1"), n).sight();
    EXPECT_LT(sight.shift, last);
    last = sight.shift;
  }
  // (sqrt(2 log(2 * 5 * 2/0.01)) + 3)/sqrt(n) for one projection of a law that is nearly Gaussian.
  EXPECT_NEAR(last, (std::sqrt(2 * std::log(2000)) + 3) / 100, 0.01);
}

TEST(SampleBatteryTest, RefusesByName) {
  const SampleBattery battery(family("over2"), 10);
  EXPECT_NE(support::refusal([&] { battery.check(Matrix<double>::Zero(3, 10)); }).find("dimension"), std::string::npos);
  EXPECT_NE(support::refusal([&] { battery.check(Matrix<double>::Zero(2, 9)); }).find("10 points"), std::string::npos);
  EXPECT_NE(support::refusal([&] { battery.check(Matrix<double>::Constant(2, 10, std::nan(""))); }).find("finite"),
            std::string::npos);
  EXPECT_NE(support::refusal([] { SampleBattery(family("over2"), 1); }).find("at least 2"), std::string::npos);
  EXPECT_NE(support::refusal([] { SampleBattery(family("over2"), 10, {0}); }).find("alpha"), std::string::npos);
}

}  // namespace
}  // namespace verimix

#include "verimix/validate/law_report.hpp"

#include <gtest/gtest.h>

#include <set>

#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

TEST(LawReportTest, ARejectedSampleFailsAndNamesThePlace) {
  const Mixture<double> truth = round_to<double>(instance("over1"));
  const SampleBattery battery(truth, 500);
  Matrix<double> points = draw(truth, 500, 3).points;
  points.leftCols(30).setConstant(4.5);
  const LawReport report = report_on_sample(battery.check(points), 0.01, {});
  const Json document = to_json(report);
  EXPECT_EQ(document["format"], "verimix.validate/1");
  EXPECT_EQ(document["verdict"], "fail");
  EXPECT_EQ(document["alpha"], "0.01");
  EXPECT_EQ(document["failed"].get<std::size_t>(), document["failures"].size());
  EXPECT_GE(document["failures"].size(), 1U);
  EXPECT_EQ(document["worst"], document["failures"][0]["id"]);
  EXPECT_NE(verdict_text(report).find("failed set: coordinate 1"), std::string::npos) << verdict_text(report);
  EXPECT_NE(junit_xml(report).find("<failure message="), std::string::npos);
}

TEST(LawReportTest, ARightSamplePassesAndStatesItsPower) {
  const Mixture<double> truth = round_to<double>(instance("over2"));
  const SampleBattery battery(truth, 400);
  const std::vector<StatedPower> powers = stated_powers(battery, 5, 50);
  EXPECT_EQ(powers.size(), 8U);
  const LawReport report = report_on_sample(battery.check(draw(truth, 400, 8).points), 0.01, powers);
  EXPECT_EQ(report.verdict(), "pass");
  EXPECT_EQ(report.failed(), 0U);
  EXPECT_EQ(to_json(report)["power"].size(), 8U);
  EXPECT_EQ(junit_xml(report).find("<failure"), std::string::npos);
}

TEST(LawReportTest, ALearnedMixtureIsWithinOutsideOrUndecided) {
  const auto verdict = [](const std::string& learned, const std::string& truth, const Rational& tolerance) {
    return report_on_learned(check_learned(instance(learned), instance(truth), tolerance, 0), to_text(tolerance));
  };
  EXPECT_EQ(verdict("over1", "over1", Rational(1, 20)).verdict(), "pass");
  const LawReport wrong = verdict("sep1", "over1", Rational(1, 20));
  EXPECT_EQ(wrong.verdict(), "fail");
  EXPECT_EQ(wrong.failed(), 1U);
  EXPECT_EQ(to_json(wrong)["components"].size(), 2U);
  EXPECT_EQ(to_json(wrong)["metrics"][0]["evidence"], "certified");
}

TEST(LawReportTest, ExpectedFailuresDoNotCountAndStaleOnesAreNamed) {
  const Mixture<double> truth = round_to<double>(instance("over1"));
  const SampleBattery battery(truth, 500);
  Matrix<double> points = draw(truth, 500, 3).points;
  points.leftCols(15).setConstant(4.5);
  LawReport report = report_on_sample(battery.check(points), 0.01, {});
  EXPECT_EQ(report.verdict(), "fail");
  report.expected = {{"set: coordinate 1 in (*, inf]", "15 draws are stuck"},
                     {"moment: *", ""},
                     {"stein: *", ""},
                     {"weight: *", "passes"}};
  EXPECT_EQ(report.verdict(), "pass") << verdict_text(report);
  EXPECT_EQ(to_json(report)["stale_expectations"].back(), "weight: *");
  EXPECT_FALSE(to_json(report)["expected_failures"].empty());
  EXPECT_NE(verdict_text(report).find("failed as expected set: coordinate 1"), std::string::npos);
  EXPECT_NE(junit_xml(report).find("<skipped message=\"expected failure: "), std::string::npos);
}

TEST(LawReportTest, NamesOfTestsDoNotDependOnTheSample) {
  const Mixture<double> truth = round_to<double>(instance("over2"));
  const SampleBattery battery(truth, 100);
  const auto names = [&](std::uint64_t seed) {
    std::set<std::string> ids;
    for (const LawTest& test : report_on_sample(battery.check(draw(truth, 100, seed).points), 0.01, {}).tests)
      EXPECT_TRUE(ids.insert(test.id).second) << "twice: " << test.id;
    return ids;
  };
  EXPECT_EQ(names(1), names(2));
}

TEST(LawReportTest, TooFewPointsAreInconclusiveUnlessTheyFail) {
  const Mixture<double> truth = round_to<double>(instance("over1"));
  const SampleBattery battery(truth, 20);
  Matrix<double> points = draw(truth, 20, 3).points;
  const LawReport report = report_on_sample(battery.check(points), 0.01, {});
  EXPECT_EQ(report.verdict(), "inconclusive");
  EXPECT_NE(to_json(report)["undecided"].get<std::string>().find("20 points are too few"), std::string::npos);
  EXPECT_NE(junit_xml(report).find("inconclusive: "), std::string::npos);
  points.setConstant(50);
  EXPECT_EQ(report_on_sample(battery.check(points), 0.01, {}).verdict(), "fail");
}

TEST(LawReportTest, ASingularLearnedCovarianceFailsByName) {
  ExactMixture flat = instance("over2");
  flat.covariances[1] = Matrix<Rational>::Constant(2, 2, 1);
  const LawReport report = report_on_learned(check_learned(flat, instance("over2"), Rational(1, 20), 0), "1/20");
  EXPECT_EQ(report.verdict(), "fail");
  EXPECT_EQ(to_json(report)["failures"][0]["id"], "definite: component 2");
  EXPECT_EQ(to_json(report)["positive_definite"][0]["verdict"], "holds");
  EXPECT_EQ(to_json(report)["positive_definite"][1]["verdict"], "violated");
  EXPECT_TRUE(to_json(report)["metrics"].empty());
}

}  // namespace
}  // namespace verimix

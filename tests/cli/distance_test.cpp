// The verb distance: transport distances, budgets and digits on the plane, through the real program.
#include <gtest/gtest.h>

#include "support/program.hpp"
#include "verimix/core/json.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

class DistanceProgram : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"over1", "tri1", "over2", "sep2", "nest2"})
      ASSERT_EQ(program_.run({"instance", name, "--output", std::string(name) + ".json"}).status, 0);
  }

  // The entries of the document, which is written whatever the exit status.
  static Json metrics_of(const support::ProgramResult& result) { return parse_json(result.output).at("metrics"); }
  static Rational lower(const Json& entry) { return json_rational(entry.at("lower"), "lower"); }
  static Rational upper(const Json& entry) { return json_rational(entry.at("upper"), "upper"); }
  static bool has_digits(const Json& entry, const char* width) {
    return upper(entry) - lower(entry) <= parse_rational(width) * lower(entry);
  }

  support::Program program_;
};

TEST_F(DistanceProgram, TransportDistancesAreCertified) {
  const auto found =
      program_.run({"distance", "over1.json", "tri1.json", "--metric", "wasserstein1,wasserstein2", "--digits", "8"});
  ASSERT_EQ(found.status, 0) << found.errors;
  const Json metrics = metrics_of(found);
  ASSERT_EQ(metrics.size(), 2U);
  for (const Json& entry : metrics) {
    EXPECT_EQ(entry.at("evidence"), "certified");
    EXPECT_FALSE(entry.contains("reached"));
    EXPECT_TRUE(has_digits(entry, "1e-8"));
  }
  EXPECT_LE(lower(metrics[0]), upper(metrics[1]));  // W_1 <= W_2
}

TEST_F(DistanceProgram, ABudgetThatIsSpentGivesTheBestEnclosureAndStatusThree) {
  const auto whole = program_.run({"distance", "over1.json", "tri1.json", "--metric", "kl,fisher", "--digits", "20"});
  ASSERT_EQ(whole.status, 0) << whole.errors;
  const std::vector<std::string> limited = {"distance", "over1.json", "tri1.json", "--metric", "kl,fisher",
                                            "--digits", "20",         "--budget",  "100"};
  const auto cut = program_.run(limited);
  EXPECT_EQ(cut.status, 3);
  EXPECT_NE(cut.errors.find("kl: 20 digits are not reached, only "), std::string::npos) << cut.errors;
  EXPECT_NE(cut.errors.find("raise --budget"), std::string::npos) << cut.errors;
  const Json wide = metrics_of(cut), narrow = metrics_of(whole);
  ASSERT_EQ(wide.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(wide[i].at("reached"), false);
    EXPECT_EQ(wide[i].at("evidence"), "certified");
    EXPECT_LE(lower(wide[i]), lower(narrow[i]));
    EXPECT_GE(upper(wide[i]), upper(narrow[i]));
  }
  // The same budget stops at the same place, and a larger one does not.
  EXPECT_EQ(program_.run(limited).output, cut.output);
  std::vector<std::string> enough = limited;
  enough.back() = "1000000";
  const auto met = program_.run(enough);
  EXPECT_EQ(met.status, 0);
  EXPECT_EQ(met.output, whole.output);
}

TEST_F(DistanceProgram, EightDigitsOnThePlane) {
  const auto found =
      program_.run({"distance", "over2.json", "sep2.json", "--metric", "hellinger2,fisher", "--digits", "8"});
  ASSERT_EQ(found.status, 0) << found.errors;
  for (const Json& entry : metrics_of(found)) EXPECT_TRUE(has_digits(entry, "1e-8")) << entry.dump();
}

TEST_F(DistanceProgram, DigitsOutOfReachOnThePlaneGiveTheBestEnclosureAndStatusThree) {
  const auto found = program_.run(
      {"distance", "over2.json", "sep2.json", "--metric", "hellinger2", "--digits", "10", "--budget", "60"});
  EXPECT_EQ(found.status, 3) << found.errors;
  const Json entry = metrics_of(found).at(0);
  EXPECT_EQ(entry.at("reached"), false);
  EXPECT_FALSE(has_digits(entry, "1e-10"));
  EXPECT_LT(lower(entry), upper(entry));
}

}  // namespace
}  // namespace verimix

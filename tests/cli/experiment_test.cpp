// `verimix experiment`: what each of them writes, through the real program.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "support/program.hpp"
#include "verimix/core/json.hpp"

namespace verimix {
namespace {

class ExperimentTest : public ::testing::Test {
 protected:
  Json document_of(const std::vector<std::string>& arguments) const {
    const auto result = program_.run(arguments);
    EXPECT_EQ(result.status, 0) << result.errors;
    return parse_json(result.output);
  }
  /// The entry of a table's row in the named column.
  static Json entry(const Json& table, std::size_t row, const std::string& column) {
    for (std::size_t c = 0; c < table["columns"].size(); ++c)
      if (table["columns"][c] == column) return table["rows"][row][c];
    ADD_FAILURE() << "no column " << column;
    return {};
  }
  static double number(const Json& table, std::size_t row, const std::string& column) {
    return std::stod(entry(table, row, column).get<std::string>());
  }
  /// Learns a small model of a built-in family: FAMILY.json and FAMILY.model.
  void learn(const std::string& family) const {
    const std::string truth = family + ".json", data = family + ".npy";
    program_.run({"instance", family, "--output", truth});
    program_.run({"sample", truth, "--count", "2000", "--seed", "1", "--output", data});
    const auto learned = program_.run({"learn", data, "--components", "2", "--steps", "16", "--stop", "0.05",
                                       "--budget", "8", "--output", family + ".model"});
    ASSERT_EQ(learned.status, 0) << learned.errors;
  }

  support::Program program_;
};

TEST_F(ExperimentTest, DiscretisationHasARowForEveryNumberOfSteps) {
  const Json table = document_of({"experiment", "discretisation", "--set", "family=over1", "--set", "N=10,20", "--set",
                                  "T=2", "--set", "delta=1/10"});
  EXPECT_EQ(table["format"], "verimix.experiment/1");
  EXPECT_EQ(table["name"], "discretisation");
  ASSERT_EQ(table["rows"].size(), 2U);
  EXPECT_EQ(entry(table, 0, "N"), 10);
  EXPECT_TRUE(entry(table, 0, "tv_ratio").is_null());
  EXPECT_NEAR(number(table, 1, "tv_ratio"), number(table, 0, "tv") / number(table, 1, "tv"), 1e-12);
  for (const std::size_t row : {0U, 1U}) {
    EXPECT_LE(number(table, row, "tv"), number(table, row, "tv_upper"));
    EXPECT_GE(number(table, row, "lost_mass"), 0);
  }
  const auto refused = program_.run({"experiment", "discretisation", "--set", "N=x"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.errors.find("--set N"), std::string::npos);
}

TEST_F(ExperimentTest, OutputLawOfAModelOnTheLine) {
  learn("over1");
  const Json table =
      document_of({"experiment", "output-law", "--set", "model=over1.model", "--set", "truth=over1.json"});
  EXPECT_EQ(table["name"], "output-law");
  ASSERT_EQ(table["rows"].size(), 2U);
  EXPECT_EQ(entry(table, 0, "score"), "learned");
  EXPECT_EQ(entry(table, 1, "score"), "exact");
  EXPECT_GT(number(table, 0, "score_error_squared"), 0);
  EXPECT_EQ(number(table, 1, "score_error_squared"), 0);
  EXPECT_LE(number(table, 0, "tv"), 0.3);
}

TEST_F(ExperimentTest, OutputLawOfAModelOnThePlane) {
  learn("over2");
  const Json table = document_of({"experiment", "output-law", "--set", "model=over2.model", "--set", "truth=over2.json",
                                  "--set", "tolerance=1/100"});
  ASSERT_EQ(table["rows"].size(), 2U);
  for (const std::size_t row : {0U, 1U}) {
    EXPECT_LE(number(table, row, "tv_stopped"), number(table, row, "tv_stopped_upper"));
    EXPECT_LE(number(table, row, "tv"), number(table, row, "tv_upper"));
    EXPECT_LE(number(table, row, "law_error"), 0.01);
    EXPECT_GE(number(table, row, "lost_mass"), 0);
  }
  EXPECT_EQ(number(table, 1, "score_tv_upper"), 0);
}

TEST_F(ExperimentTest, OutputLawInFiveDimensionsIsBoundedByDraws) {
  learn("over5");
  const Json table = document_of({"experiment", "output-law", "--set", "model=over5.model", "--set", "truth=over5.json",
                                  "--set", "confidence=9/10", "--set", "points=64", "--set", "paths=1024"});
  EXPECT_EQ(table["evidence"], "estimated");
  ASSERT_EQ(table["rows"].size(), 2U);
  EXPECT_EQ(number(table, 0, "confidence"), 0.9);
  for (const char* column : {"tv", "tv_stopped", "lost_mass", "law_error"})
    EXPECT_TRUE(entry(table, 0, column).is_null()) << column;
  EXPECT_GT(number(table, 0, "score_tv_upper"), std::sqrt(number(table, 0, "kl_score") / 2));
  EXPECT_GT(number(table, 0, "tv_stopped_upper"), 0);
}

TEST_F(ExperimentTest, OutputLawNamesWhatDoesNotFit) {
  learn("over1");
  program_.run({"instance", "over2", "--output", "over2.json"});
  const auto complaint = [&](const std::vector<std::string>& settings) {
    std::vector<std::string> arguments{"experiment", "output-law"};
    for (const std::string& setting : settings) arguments.insert(arguments.end(), {"--set", setting});
    const auto result = program_.run(arguments);
    EXPECT_EQ(result.status, 2);
    return result.errors;
  };
  EXPECT_NE(complaint({"truth=over1.json"}).find("--set model"), std::string::npos);
  EXPECT_NE(complaint({"model=over1.model", "truth=over2.json"}).find("over2.json"), std::string::npos);
  const std::pair<const char*, const char*> wrong[] = {
      {"tolerance", "0"}, {"confidence", "1"}, {"points", "3"}, {"paths", "0"}, {"colour", "1"}};
  for (const auto& [key, value] : wrong)
    EXPECT_NE(complaint({"model=over1.model", "truth=over1.json", fmt::format("{}={}", key, value)}).find(key),
              std::string::npos)
        << key;
}

TEST_F(ExperimentTest, DigitsLostHasARowForEveryStage) {
  const Json table =
      document_of({"experiment", "digits-lost", "--set", "family=over1", "--set", "points=16", "--set", "degree=2"});
  EXPECT_EQ(table["name"], "digits-lost");
  EXPECT_EQ(table["rows"].size(), 8U);
  const auto refused = program_.run({"experiment", "digits-lost", "--set", "colour=1"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.errors.find("colour"), std::string::npos);
}

}  // namespace
}  // namespace verimix

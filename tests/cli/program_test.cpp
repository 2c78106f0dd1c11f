// What the verbs write, and with which exit status, through the real program.
#include "support/program.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "verimix/core/json.hpp"
#include "verimix/core/table.hpp"
#include "verimix/mixture/mixture_file.hpp"

namespace verimix {
namespace {

class ProgramTest : public ::testing::Test {
 protected:
  /// Standard output of a run that must end well.
  std::string output_of(const std::vector<std::string>& arguments) const {
    const auto result = program_.run(arguments);
    EXPECT_EQ(result.status, 0) << result.errors;
    return result.output;
  }
  Json document_of(const std::vector<std::string>& arguments) const { return parse_json(output_of(arguments)); }
  void write(std::string_view name, std::string_view bytes) const { program_.folder().write(name, bytes); }
  std::filesystem::path file(std::string_view name) const { return program_.folder() / name; }

  support::Program program_;
};

/// Waits until the process has installed its handler of the signal, as /proc tells.
bool wait_until_caught(pid_t process, int signal) {
  const std::string label = "SigCgt:\t";
  constexpr int hexadecimal = 16;
  for (int attempt = 0; attempt < 6000; ++attempt) {
    const std::string status = read_file("/proc/" + std::to_string(process) + "/status");
    const std::size_t at = status.find(label);
    if (at == std::string::npos) return false;
    const auto caught = std::stoull(status.substr(at + label.size(), hexadecimal), nullptr, hexadecimal);
    if ((caught >> static_cast<unsigned>(signal - 1) & 1U) != 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

using WalkThrough = ProgramTest;
using ScoreFormat = ProgramTest;
using OutputFile = ProgramTest;
using ExitStatus = ProgramTest;

TEST_F(WalkThrough, FromAnInstanceToScoresInAFile) {
  output_of({"instance", "random", "--set", "d=3", "--set", "seed=5", "--output", "m.json"});
  EXPECT_EQ(read_mixture(file("m.json")).dimension(), 3);
  output_of({"sample", "m.json", "--count", "100", "--seed", "1", "--output", "x.npy"});
  output_of({"score", "m.json", "--points", "x.npy", "--output", "s.csv"});
  output_of({"score", "m.json", "--points", "x.npy", "--output", "s.npy"});
  const auto scores = read_points<double>(file("s.csv"));
  EXPECT_EQ(scores.cols(), 100);
  EXPECT_EQ(scores.rows(), 3);
  EXPECT_EQ(read_points<double>(file("s.npy")), scores);
}

TEST_F(WalkThrough, TheSameSeedIsTheSameFileForAnyNumberOfThreads) {
  output_of({"instance", "over2", "--output", "m.json"});
  ::setenv("VERIMIX_THREADS", "1", 1);
  output_of({"sample", "m.json", "--count", "5000", "--seed", "3", "--output", "one.npy"});
  ::setenv("VERIMIX_THREADS", "5", 1);
  output_of({"sample", "m.json", "--count", "5000", "--seed", "3", "--output", "five.npy"});
  ::unsetenv("VERIMIX_THREADS");
  EXPECT_EQ(read_file(file("one.npy")), read_file(file("five.npy")));
}

/// N(0, 1) at x = 0 and time 0: everything is known by heart.
TEST_F(ScoreFormat, DoubleInFull) {
  write("m.json", R"({"format": "verimix.mixture/1", "name": "normal", "dimension": 1,
    "components": [{"weight": 1, "mean": [0], "covariance": [[1]]}]})");
  write("p.json", "[[0.5]]");
  const Json document = document_of({"score", "m.json", "--points", "p.json", "--jacobian"});
  EXPECT_EQ(document.dump(),
            R"({"format":"verimix.score/1","mixture":"normal","time":"0","precision":"double","points":[{"x":["0.5"],)"
            R"("log_density":"-1.0439385332046727","score":["-0.5"],"responsibilities":["1"],"jacobian":[["-1"]]}]})");
}

TEST_F(ScoreFormat, TheJacobianOnlyWhenAsked) {
  output_of({"instance", "over1", "--output", "m.json"});
  write("p.csv", "0.25\n");
  const Json document = document_of({"score", "m.json", "--points", "p.csv", "--time", "0.1"});
  EXPECT_EQ(document["time"], "0.1");
  EXPECT_FALSE(document["points"][0].contains("jacobian"));
}

TEST_F(ScoreFormat, EveryPrecisionAgreesAndBallsEnclose) {
  output_of({"instance", "sep2", "--output", "m.json"});
  write("p.csv", "0.1,1/3\n-7,100\n");
  const auto scores = [&](const std::string& precision) {
    return document_of({"score", "m.json", "--points", "p.csv", "--time", "1/7", "--precision", precision});
  };
  const Json low = scores("double");
  const Json middle = scores("50");
  const Json high = scores("100");
  const Json ball = scores("ball");
  EXPECT_EQ(ball["digits"], 30);
  for (std::size_t row = 0; row < 2; ++row)
    for (std::size_t m = 0; m < 2; ++m) {
      const auto number = [&](const Json& from) { return json_rational(from["points"][row]["score"][m], "score"); };
      const Json& enclosure = ball["points"][row]["score"][m];
      const Rational lower = json_rational(enclosure["lower"], "lower");
      const Rational upper = json_rational(enclosure["upper"], "upper");
      EXPECT_TRUE(lower <= number(high) && number(high) <= upper);
      const Rational size = std::min(abs(lower), abs(upper));
      EXPECT_LE(upper - lower, size / parse_rational("1e30"));
      // Both mixtures have a condition number below 10 and both points are within 100 of the means: 10^4 roundoffs.
      EXPECT_LE(abs(number(low) - number(high)), size * parse_rational("1e-12"));
      EXPECT_LE(abs(number(middle) - number(high)), size * parse_rational("1e-45"));
    }
}

TEST_F(ScoreFormat, AnEnclosureOfZeroIsMeasuredAgainstItsTerms) {
  output_of({"instance", "over1", "--output", "m.json"});
  write("p.csv", "0\n");
  const Json point =
      document_of({"score", "m.json", "--points", "p.csv", "--precision", "ball", "--time", "1/3"})["points"][0];
  const Rational lower = json_rational(point["score"][0]["lower"], "lower");
  const Rational upper = json_rational(point["score"][0]["upper"], "upper");
  EXPECT_TRUE(lower <= 0 && 0 <= upper);
  // sum_i w_i tr(Q_i^{-1}) (|x| + |mu_i|) < 2 here: variances at that time are between 1/2 and 1, means at most 1.
  EXPECT_LE(upper - lower, parse_rational("2e-30"));
}

TEST_F(OutputFile, IsTheTextOfStandardOutput) {
  const std::string text = output_of({"instance", "tri1"});
  EXPECT_EQ(output_of({"instance", "tri1", "--output", "m.json"}), "");
  EXPECT_EQ(read_file(file("m.json")), text);
}

TEST_F(OutputFile, StaysAsItWasWhenTheRunFails) {
  output_of({"instance", "over1", "--output", "m.json"});
  write("kept.json", "kept");
  write("p.csv", "1\nx\n");
  EXPECT_EQ(program_.run({"score", "m.json", "--points", "p.csv", "--output", "kept.json"}).status, 2);
  EXPECT_EQ(read_file(file("kept.json")), "kept");
  EXPECT_EQ(program_.folder().size(), 3) << "nothing partial is left";
}

TEST_F(ExitStatus, ThreeWhenTheBudgetDoesNotSuffice) {
  output_of({"instance", "over1", "--output", "m.json"});
  write("p.csv", "0.3\n");
  const auto result = program_.run({"score", "m.json", "--points", "p.csv", "--precision", "ball", "--max-bits", "60"});
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.output, "");
  EXPECT_EQ(
      result.errors,
      "verimix: error: no answer: row 1: no enclosure of relative width 10^-30 with 60 bits: raise --max-bits, or ask "
      "for fewer --digits\n");
}

TEST_F(ExitStatus, ThreeForAListThatIsTooLongWithItsLength) {
  std::string rows;
  for (int i = 0; i < 60; ++i) rows += std::to_string(i % 7) + "\n";
  write("x.csv", rows);
  const auto result = program_.run(
      {"learn", "x.csv", "--components", "4", "--mode", "exhaustive", "--budget", "80", "--output", "m.json"});
  EXPECT_EQ(result.status, 3);
  // Three means and one covariance for each of four components.
  EXPECT_EQ(result.errors,
            "verimix: error: no answer: the complete list of Algorithm 4 has 81 guesses and the budget is 80: "
            "raise --budget, or take --mode budgeted\n");
}

TEST_F(ExitStatus, TwoForAnalysisWithoutATruth) {
  std::string rows;
  for (int i = 0; i < 60; ++i) rows += std::to_string(i % 7) + "\n";
  write("x.csv", rows);
  const auto result = program_.run({"learn", "x.csv", "--components", "1", "--mode", "analysis", "--output", "m.json"});
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.errors.find("--truth"), std::string::npos) << result.errors;
}

TEST_F(ExitStatus, NoughtForAnalysisAndExhaustiveWithWhatHolds) {
  output_of({"instance", "sep1", "--output", "truth.json"});
  output_of({"sample", "truth.json", "--count", "4000", "--seed", "1", "--output", "x.npy"});
  const auto learned = [&](const char* mode, const char* budget) {
    return output_of({"learn", "x.npy", "--components", "2", "--mode", mode, "--truth", "truth.json", "--steps", "4",
                      "--degree", "2", "--budget", budget, "--output", "m.json"});
  };
  const std::string analysis = learned("analysis", "64");
  EXPECT_NE(analysis.find("\"candidates\": 1,"), std::string::npos) << analysis;
  for (const char* told : {"|Mhat - M|_op <= beta/2", "components[1]: |Qhat - Q|_F within its bound"})
    EXPECT_NE(analysis.find(told), std::string::npos) << told;
  const std::string exhaustive = learned("exhaustive", "5000");
  EXPECT_EQ(exhaustive.find("lemma-13"), std::string::npos);
}

// sep1 has its components at -6 and 5, with hardly a point in between.
TEST_F(ExitStatus, NoughtForLearningWithTheCellOfEachRow) {
  output_of({"instance", "sep1", "--output", "truth.json"});
  output_of({"sample", "truth.json", "--count", "400", "--seed", "1", "--output", "x.csv"});
  const std::string summary = output_of({"learn", "x.csv", "--components", "2", "--steps", "4", "--degree", "1",
                                         "--budget", "8", "--labels", "cells.csv", "--output", "m.json"});
  EXPECT_EQ(parse_json(summary).at("clustering").at("cells"), 2);
  EXPECT_TRUE(read_file(file("cells.csv")).starts_with("cell\n"));
  const Matrix<double> rows = read_points<double>(file("x.csv")), cells = read_points<double>(file("cells.csv"));
  ASSERT_EQ(cells.cols(), 400);
  Index left = 0;
  rows.row(0).minCoeff(&left);
  EXPECT_TRUE(cells(0, left) == 0 || cells(0, left) == 1);
  for (Index j = 0; j < 400; ++j)
    EXPECT_EQ(cells(0, j), rows(0, j) < -0.5 ? cells(0, left) : 1 - cells(0, left)) << rows(0, j);
}

TEST_F(ExitStatus, FourAfterASignalWithTheCommandToGoOn) {
  output_of({"instance", "over5", "--output", "m.json"});
  const pid_t child = program_.start({"sample", "m.json", "--count", "5000000", "--output", "x.npy"});
  ASSERT_TRUE(wait_until_caught(child, SIGTERM));
  ::kill(child, SIGTERM);
  EXPECT_EQ(support::Program::wait_for(child), 4);
  EXPECT_EQ(program_.errors(),
            "verimix: error: interrupted; to go on: verimix sample m.json --count 5000000 --output x.npy\n");
  EXPECT_EQ(program_.folder().size(), 1) << "nothing partial is left";
}

TEST_F(ExitStatus, NoughtForHelpOnEveryVerb) {
  for (const char* verb : {"instance", "score", "distance", "experiment", "ledger", "learn", "power", "report",
                           "sample", "check", "hunt", "vectors", "validate"})
    EXPECT_NE(output_of({verb, "--help"}).find(std::string("Usage: verimix ") + verb), std::string::npos);
}

TEST_F(ExitStatus, NoughtForTheVersionAndItsLibraries) {
  const std::string text = output_of({"--version"});
  for (const char* word : {"verimix ", "git ", "compiler ", "Eigen ", "Boost ", "MPFR ", "FLINT ", "Arb "})
    EXPECT_NE(text.find(word), std::string::npos) << word;
}

TEST_F(ProgramTest, TheLedgerHasARowForEveryStatement) {
  EXPECT_EQ(document_of({"ledger"})["statements"].size(), 56U);
  EXPECT_NE(output_of({"ledger", "--format", "markdown"}).find("lemma-33"), std::string::npos);
}

TEST_F(ProgramTest, AnExperimentPrintsATableWithNamedColumns) {
  EXPECT_EQ(output_of({"experiment", "--list"}).rfind("degree\n", 0), 0U);
  const Json table =
      document_of({"experiment", "degree", "--set", "family=two", "--set", "R=4", "--set", "epsilon=0.01"});
  EXPECT_EQ(table["format"], "verimix.experiment/1");
  ASSERT_EQ(table["rows"].size(), 1U);
  EXPECT_EQ(table["rows"][0][3], 13);
  EXPECT_EQ(program_.run({"experiment", "angle"}).status, 2);
}

TEST_F(ProgramTest, DistancesCarryTheirEvidence) {
  write("p.json", R"({"format": "verimix.mixture/1", "name": "p", "dimension": 1,
    "components": [{"weight": 1, "mean": [0], "covariance": [[1]]}]})");
  write("q.json", R"({"format": "verimix.mixture/1", "name": "q", "dimension": 1,
    "components": [{"weight": 1, "mean": [1], "covariance": [[1]]}]})");
  const Json document = document_of({"distance", "p.json", "q.json", "--metric", "kl,fisher"});
  EXPECT_EQ(document["format"], "verimix.distance/1");
  ASSERT_EQ(document["metrics"].size(), 2U);
  // KL(N(0, 1) | N(1, 1)) = 1/2 and the Fisher divergence is 1.
  const Json& kl = document["metrics"][0];
  EXPECT_EQ(kl["name"], "kl");
  EXPECT_EQ(kl["evidence"], "certified");
  EXPECT_TRUE(kl["confidence"].is_null());
  EXPECT_LE(json_rational(kl["lower"], "lower"), Rational(1, 2));
  EXPECT_GE(json_rational(kl["upper"], "upper"), Rational(1, 2));
}

TEST_F(ProgramTest, TheEnergyDistanceOfTwoFilesOfPoints) {
  write("x.csv", "0\n2\n");
  write("y.csv", "1\n3\n");
  // 2 (1 + 3 + 1 + 1)/4 - 2 - 2 unbiased; the biased one subtracts half as much.
  const Json document = document_of({"distance", "x.csv", "y.csv", "--metric", "energy"});
  EXPECT_EQ(document["metrics"][0]["lower"], "-1");
  EXPECT_EQ(document["metrics"][0]["evidence"], "computed");
  EXPECT_EQ(document["metrics"][0]["method"], "unbiased estimate from 2 and 2 rows; the biased one is 1");
}

TEST_F(ProgramTest, TheListNamesEveryFamilyWithItsParameters) {
  const std::string list = output_of({"instance", "--list"});
  for (const char* word : {"over1\n", "pancakes\n", "--set eta=1/16", "random\n"})
    EXPECT_NE(list.find(word), std::string::npos) << word;
}

}  // namespace
}  // namespace verimix

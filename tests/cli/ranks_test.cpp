// Runs on several ranks, through mpirun and the real program: the same bits as without, and what is said when one dies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "support/program.hpp"
#include "verimix/core/json.hpp"
#include "verimix/core/table.hpp"

namespace verimix {
namespace {

using testing::HasSubstr;

class SeveralRanks : public ::testing::Test {
 protected:
  void SetUp() override {
    if (support::mpirun().empty()) GTEST_SKIP() << "this build has no MPI (VERIMIX_MPI)";
    ASSERT_EQ(program_.run({"instance", "sep1", "--output", "truth.json"}).status, 0);
  }
  void TearDown() override { ::unsetenv("VERIMIX_THREADS"); }

  /// From now on `ranks` ranks of `threads` threads; without mpirun for 0 ranks.
  void on(int ranks, int threads) {
    ::setenv("VERIMIX_THREADS", std::to_string(threads).c_str(), 1);
    if (ranks == 0) return program_.launch_by({});
    program_.launch_by(
        {support::mpirun().string(), "--allow-run-as-root", "--oversubscribe", "-n", std::to_string(ranks)});
  }
  std::filesystem::path file(const std::string& name) const { return program_.folder() / name; }

  void draw_rows(const std::string& name, const std::string& count) {
    ASSERT_EQ(program_.run({"sample", "truth.json", "--count", count, "--output", name}).status, 0);
  }
  static std::vector<std::string> learn(const std::string& data, const std::string& model, const std::string& steps) {
    return {"learn",  data,   "--components", "2", "--steps", steps,        "--degree", "3",
            "--stop", "0.01", "--budget",     "8", "--truth", "truth.json", "--output", model};
  }
  /// Runs and gives the bytes of what was written; every run in this folder is successful.
  std::string written(const std::vector<std::string>& command, const std::string& name) {
    const auto result = program_.run(command);
    EXPECT_EQ(result.status, 0) << result.errors;
    const std::string bytes = result.status == 0 ? read_file(file(name)) : "";
    std::filesystem::remove(file(name));
    return bytes;
  }

  /// Runs a command without mpirun and at 1 to 4 ranks, and expects one result.
  void expect_one_result(const std::vector<std::string>& command, const std::string& name,
                         const std::vector<std::pair<int, int>>& ranks_and_threads) {
    on(0, 1);
    const std::string alone = written(command, name);
    for (const auto& [ranks, threads] : ranks_and_threads) {
      on(ranks, threads);
      EXPECT_TRUE(written(command, name) == alone) << ranks << " ranks, " << threads << " threads";
    }
  }

  /// One rank of three is killed once a level is kept; the run then goes on with two ranks to `whole`.
  void survives_the_death_of_a_rank(const std::string& data, const std::string& steps) {
    on(0, 2);
    const std::string whole = written(learn(data, "m.json", steps), "m.json");
    on(3, 1);
    const pid_t launcher = program_.start(learn(data, "m.json", steps));
    ASSERT_TRUE(wait_for_a_level());
    const std::vector<pid_t> ranks = children_of(launcher);
    ASSERT_EQ(ranks.size(), 3U);
    ::kill(ranks[1], SIGKILL);
    EXPECT_NE(support::Program::wait_for(launcher), 0);
    // Rank 0 has last words too, but mpirun may be gone before it passes them on.
    EXPECT_THAT(program_.errors(), HasSubstr("process rank 1"));
    EXPECT_THAT(program_.errors(), HasSubstr("signal 9"));
    EXPECT_THAT(program_.errors(), HasSubstr("the same command with --resume goes on from m.json.checkpoint"));
    EXPECT_FALSE(std::filesystem::exists(file("m.json")));
    EXPECT_GT(levels_kept(), 0U) << "the checkpoint is whole";
    on(2, 1);
    std::vector<std::string> resumed = learn(data, "m.json", steps);
    resumed.emplace_back("--resume");
    EXPECT_TRUE(written(resumed, "m.json") == whole);
    EXPECT_FALSE(std::filesystem::exists(file("m.json.checkpoint")));
  }

  support::Program program_;

 private:
  std::size_t levels_kept() const {
    std::size_t kept = 0;
    if (!std::filesystem::exists(file("m.json.checkpoint"))) return kept;
    const Json document = parse_json(read_file(file("m.json.checkpoint")));
    for (const Json& level : document.at("checkpoint").at("levels")) kept += level.is_null() ? 0U : 1U;
    return kept;
  }
  bool wait_for_a_level() const {
    for (int attempt = 0; attempt < 6000; ++attempt) {
      if (levels_kept() > 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }
  static std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> out;
    const std::string id = std::to_string(parent);
    std::ifstream list("/proc/" + id + "/task/" + id + "/children");
    for (pid_t child = 0; list >> child;) out.push_back(child);
    return out;
  }
};

// 7000 rows are four blocks.
TEST_F(SeveralRanks, LearnTheSameModel) {
  draw_rows("x.npy", "7000");
  expect_one_result(learn("x.npy", "m.json", "4"), "m.json", {{1, 2}, {2, 1}, {3, 2}, {4, 1}});
}

// 14000 rows: each half of the training rows is three blocks.
TEST_F(SeveralRanks, LearnTheSameModelFromTheCompleteList) {
  draw_rows("x.npy", "14000");
  for (const char* mode : {"analysis", "exhaustive"}) {
    std::vector<std::string> command = learn("x.npy", "m.json", "2");
    // The complete list has nine guesses.
    std::replace(command.begin(), command.end(), std::string("8"), std::string("9"));
    for (const char* word : {"--mode", mode}) command.emplace_back(word);
    expect_one_result(command, "m.json", {{2, 1}, {3, 2}, {4, 1}});
  }
}

TEST_F(SeveralRanks, ReadACsvAndSampleTheSamePoints) {
  draw_rows("x.csv", "5000");
  on(2, 1);
  ASSERT_EQ(program_.run(learn("x.csv", "m.json", "4")).status, 0);
  expect_one_result({"sample", "m.json", "--count", "140000", "--seed", "3", "--output", "y.npy"}, "y.npy",
                    {{1, 1}, {2, 1}, {4, 2}});
  expect_one_result({"sample", "truth.json", "--count", "70000", "--output", "y.csv"}, "y.csv", {{3, 1}});
}

TEST_F(SeveralRanks, EstimateTheSameDistances) {
  ASSERT_EQ(program_.run({"instance", "over1", "--output", "q.json"}).status, 0);
  expect_one_result(
      {"distance", "truth.json", "q.json", "--metric", "tv,hellinger2", "--samples", "100000", "--output", "d.json"},
      "d.json", {{1, 1}, {2, 2}, {4, 1}});
}

TEST_F(SeveralRanks, CheckTheSameRows) {
  expect_one_result(
      {"check", "truth.json", "--form", "explicit", "--samples", "20000", "--statement", "lemma-33", "--statement",
       "lemma-44", "--statement", "lemma-45", "--statement", "lemma-46", "--output", "c.json"},
      "c.json", {{3, 1}});
}

TEST_F(SeveralRanks, ADeathEndsTheRunAndLeavesTheCheckpoint) {
  draw_rows("x.npy", "7000");
  survives_the_death_of_a_rank("x.npy", "20");
}

TEST_F(SeveralRanks, BadInputIsSaidOnce) {
  std::string rows;
  for (int i = 0; i < 9000; ++i) rows += std::to_string(i) + "\n";
  write_file(file("bad.csv"), rows + "nothing\n");
  on(3, 1);
  const auto said_once = [&](const std::vector<std::string>& command, const std::string& line) {
    const auto result = program_.run(command);
    EXPECT_EQ(result.status, 2) << result.errors;
    const std::string& errors = result.errors;
    EXPECT_THAT(errors, HasSubstr(line));
    const std::size_t first = errors.find("verimix: error");
    EXPECT_EQ(errors.find("verimix: error", first + 1), std::string::npos) << errors;
    EXPECT_EQ(result.output, "");
  };
  said_once(learn("bad.csv", "m.json", "4"), "bad.csv: row 9001, column 1: value \"nothing\"");
  said_once(learn("absent.npy", "m.json", "4"), "absent.npy");
  said_once({"sample", "truth.json", "--count", "10", "--output", "nowhere/x.npy"}, "nowhere/x.npy");
  said_once({"sample", "truth.json", "--count", "none", "--output", "x.npy"}, "--count");
  said_once({"score", "truth.json"}, "one of check, distance, learn, sample");
}

TEST_F(SeveralRanks, DISABLED_TheSameBitsOfALongRun) {
  for (const char* name : {"x.npy", "x.csv"}) {
    draw_rows(name, "200000");
    std::vector<std::pair<int, int>> all;
    for (const int ranks : {1, 2, 3, 4})
      for (const int threads : {1, 2}) all.emplace_back(ranks, threads);
    expect_one_result(learn(name, "m.json", "16"), "m.json", all);
    survives_the_death_of_a_rank(name, "16");
  }
}

}  // namespace
}  // namespace verimix

// Long runs that are stopped or killed, through the real program: what is kept, what is printed, and that going on ends
// with the bits of a run in one piece.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "support/program.hpp"
#include "verimix/core/json.hpp"
#include "verimix/core/random.hpp"

namespace verimix {
namespace {

using testing::HasSubstr;

class Interruption : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(program_.run({"instance", "sep1", "--output", "truth.json"}).status, 0);
    ASSERT_EQ(program_.run({"sample", "truth.json", "--count", "400", "--output", "x.npy"}).status, 0);
  }

  std::vector<std::string> learn(const std::string& model, bool resume = false) const {
    std::vector<std::string> words{"learn", "x.npy",  "--components", "2",        "--steps", "24",      "--degree",
                                   "3",     "--stop", "0.01",         "--budget", "8",       "--truth", "truth.json"};
    words.insert(words.end(), {"--output", model});
    if (resume) words.emplace_back("--resume");
    return words;
  }
  std::filesystem::path file(const std::string& name) const { return program_.folder() / name; }

  /// The model of a run that nobody stops.
  std::string model_in_one_piece() const {
    const auto result = program_.run(learn("whole.json"));
    EXPECT_EQ(result.status, 0) << result.errors;
    EXPECT_FALSE(std::filesystem::exists(file("whole.json.checkpoint"))) << "it is removed when the model is written";
    return read_file(file("whole.json"));
  }

  /// How many noise levels a checkpoint holds; none where there is no file.
  std::size_t levels_kept(const std::string& model) const {
    if (!std::filesystem::exists(file(model + ".checkpoint"))) return 0;
    std::size_t kept = 0;
    const Json document = parse_json(read_file(file(model + ".checkpoint")));
    for (const Json& level : document.at("checkpoint").at("levels")) kept += level.is_null() ? 0U : 1U;
    return kept;
  }

  /// Returns once the file is there.
  bool wait_for_file(const std::string& name) const {
    for (int attempt = 0; attempt < 20000; ++attempt) {
      if (std::filesystem::exists(file(name))) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }

  support::Program program_;
};

class SignalledRun : public Interruption, public ::testing::WithParamInterface<int> {};

TEST_P(SignalledRun, KeepsItsLevelsAndGoesOnToTheSameBits) {
  const std::string whole = model_in_one_piece();
  const pid_t child = program_.start(learn("m.json"));
  ASSERT_TRUE(wait_for_file("m.json.checkpoint"));
  ::kill(child, GetParam());
  ASSERT_EQ(support::Program::wait_for(child), 4);
  EXPECT_EQ(program_.errors(),
            "verimix: error: interrupted; what was finished is in m.json.checkpoint; to go on: verimix learn x.npy "
            "--components 2 --steps 24 --degree 3 --stop 0.01 --budget 8 --truth truth.json --output m.json "
            "--resume\n");
  EXPECT_FALSE(std::filesystem::exists(file("m.json")));
  EXPECT_LT(levels_kept("m.json"), 24U);
  const auto resumed = program_.run(learn("m.json", true));
  ASSERT_EQ(resumed.status, 0) << resumed.errors;
  EXPECT_EQ(read_file(file("m.json")), whole);
  EXPECT_FALSE(std::filesystem::exists(file("m.json.checkpoint")));
  EXPECT_EQ(parse_json(resumed.output).at("levels").size(), 24U);
}

INSTANTIATE_TEST_SUITE_P(Signals, SignalledRun, ::testing::Values(SIGINT, SIGTERM),
                         [](const auto& made) { return made.param == SIGINT ? "SIGINT" : "SIGTERM"; });

/// Each run is killed after a random time and goes on where the last one was: a level that a checkpoint holds is never
/// lost, and however often it was killed the model has the same bits.
TEST_F(Interruption, KilledTwentyTimesLosesNoFinishedLevel) {
  const auto start = std::chrono::steady_clock::now();
  const std::string whole = model_in_one_piece();
  const std::chrono::duration<double> once = std::chrono::steady_clock::now() - start;
  Stream random(20260401, Purpose::subsample, 0);
  std::size_t kept = 0;
  int caught_in_levels = 0;
  for (int killed = 0; killed < 20; ++killed) {
    const pid_t child = program_.start(learn("m.json", std::filesystem::exists(file("m.json.checkpoint"))));
    std::this_thread::sleep_for(once * (0.5 * random.uniform()));
    ::kill(child, SIGKILL);
    const int status = support::Program::wait_for(child);
    if (std::filesystem::exists(file("m.json"))) {
      // The signal came after the model was written: it is whole, and the next run begins again.
      EXPECT_EQ(read_file(file("m.json")), whole);
      std::filesystem::remove(file("m.json"));
      std::filesystem::remove(file("m.json.checkpoint"));
      kept = 0;
      continue;
    }
    ASSERT_EQ(status, -1) << program_.errors();
    const std::size_t now = levels_kept("m.json");
    EXPECT_GE(now, kept);
    if (now > kept) ++caught_in_levels;
    kept = now;
  }
  EXPECT_GE(caught_in_levels, 1) << "no run was killed between two levels: the test shows nothing";
  const auto last = program_.run(learn("m.json", std::filesystem::exists(file("m.json.checkpoint"))));
  ASSERT_EQ(last.status, 0) << last.errors;
  EXPECT_EQ(read_file(file("m.json")), whole);
  for (const auto& entry : std::filesystem::directory_iterator(program_.folder().path()))
    EXPECT_EQ(entry.path().filename().string().find("checkpoint"), std::string::npos)
        << entry.path() << ": neither checkpoints nor what a killed run was writing beside them are left";
}

TEST_F(Interruption, RefusesACheckpointThatIsNotTheRunsOwn) {
  const pid_t child = program_.start(learn("m.json"));
  ASSERT_TRUE(wait_for_file("m.json.checkpoint"));
  ::kill(child, SIGKILL);
  support::Program::wait_for(child);
  const auto refused = [&](const std::string& words, const std::vector<std::string>& arguments) {
    const auto result = program_.run(arguments);
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.errors, HasSubstr("m.json.checkpoint"));
    EXPECT_THAT(result.errors, HasSubstr(words));
  };
  std::vector<std::string> other = learn("m.json", true);
  other.insert(other.end(), {"--seed", "5"});
  refused("run.seed", other);
  const std::string bytes = read_file(file("m.json.checkpoint"));
  program_.folder().write("m.json.checkpoint", bytes.substr(0, bytes.size() / 2));
  refused("m.json.checkpoint", learn("m.json", true));
  std::filesystem::remove(file("m.json.checkpoint"));
  refused("a file that can be read", learn("m.json", true));
}

TEST_F(Interruption, TheModeAnalysisGoesOnToTheSameBits) {
  const auto analysis = [&](const std::string& model, bool resume = false) {
    std::vector<std::string> words = learn(model, resume);
    words.insert(words.end(), {"--mode", "analysis"});
    return words;
  };
  const auto at_once = program_.run(analysis("whole.json"));
  ASSERT_EQ(at_once.status, 0) << at_once.errors;
  const pid_t child = program_.start(analysis("m.json"));
  ASSERT_TRUE(wait_for_file("m.json.checkpoint"));
  ::kill(child, SIGKILL);
  support::Program::wait_for(child);
  const auto resumed = program_.run(analysis("m.json", true));
  ASSERT_EQ(resumed.status, 0) << resumed.errors;
  EXPECT_EQ(read_file(file("m.json")), read_file(file("whole.json")));
  // What is said of Lemma 13 is said again.
  EXPECT_EQ(parse_json(resumed.output).at("hypotheses"), parse_json(at_once.output).at("hypotheses"));
}

TEST_F(Interruption, ANewRunReplacesAnOldCheckpointAndSaysSo) {
  program_.folder().write("m.json.checkpoint", "old");
  const auto result = program_.run(learn("m.json"));
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.errors, HasSubstr("m.json.checkpoint is there from an earlier run and will be replaced"));
  EXPECT_FALSE(std::filesystem::exists(file("m.json.checkpoint")));
}

TEST_F(Interruption, AModelThatIsNoFileHasNoCheckpoint) {
  const auto result = program_.run(learn("/dev/null"));
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(program_.run(learn("/dev/null", true)).status, 2);
}

/// The reverse process of a model: nothing partial is left, and the same command starts again.
TEST_F(Interruption, SampleLeavesNothingAndPrintsTheCommand) {
  model_in_one_piece();
  const pid_t child = program_.start({"sample", "whole.json", "--count", "20000000", "--output", "y.npy"});
  // The signal has a handler once the program has begun; it reads the model, 0.1 s, and samples for minutes.
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  ::kill(child, SIGINT);
  EXPECT_EQ(support::Program::wait_for(child), 4);
  EXPECT_EQ(program_.errors(),
            "verimix: error: interrupted; to go on: verimix sample whole.json --count 20000000 --output y.npy\n");
  EXPECT_EQ(program_.folder().size(), 3) << "nothing partial is left";
}

}  // namespace
}  // namespace verimix

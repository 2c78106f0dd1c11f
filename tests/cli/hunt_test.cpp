// `verimix hunt`, through the real program: its exit statuses, its document, and that an interrupted hunt goes on to
// the bits of one in one piece.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "support/program.hpp"
#include "verimix/core/json.hpp"

namespace verimix {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class HuntProgram : public ::testing::Test {
 protected:
  support::ProgramResult hunt(std::vector<std::string> words) const {
    words.insert(words.begin(), "hunt");
    return program_.run(words);
  }
  std::string file(const std::string& name) const { return read_file(program_.folder() / name); }

  support::Program program_;
};

TEST_F(HuntProgram, EndsWithOneForAViolation) {
  const auto result = hunt({"--statement", "fact-37", "--rounds", "8"});
  EXPECT_EQ(result.status, 1) << result.errors;
  const Json document = parse_json(result.output);
  EXPECT_EQ(document.at("format"), "verimix.hunt/1");
  ASSERT_EQ(document.at("findings").size(), 2U);
  EXPECT_EQ(document.at("findings")[0].at("outcome"), "refuted");
  EXPECT_EQ(document.at("findings")[0].at("evidence"), "certified");
  EXPECT_EQ(document.at("findings")[1].at("form"), "explicit");
  EXPECT_EQ(document.at("findings")[1].at("outcome"), "not-refuted");
}

TEST_F(HuntProgram, EndsWithNoughtWhereNothingIsRefutedOrNothingIsSearched) {
  EXPECT_EQ(hunt({"--statement", "lemma-26", "--rounds", "8"}).status, 0);
  const auto result = hunt({"--statement", "definition-6", "--form", "printed"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(parse_json(result.output).at("not_searched").size(), 1U);
}

TEST_F(HuntProgram, EndsWithTwoForBadUsage) {
  EXPECT_THAT(hunt({"--statement", "lemma-11"}).errors,
              StartsWith("verimix: error: --statement: value \"lemma-11\": expected `all` or the id of a statement"));
  EXPECT_EQ(hunt({"--form", "implicit"}).status, 2);
  EXPECT_EQ(hunt({"--seconds", "0"}).status, 2);
  EXPECT_EQ(hunt({"--format", "xml"}).status, 2);
  EXPECT_EQ(hunt({"--rounds", "0"}).status, 2);
}

TEST_F(HuntProgram, DoesNotDependOnThreads) {
  ::setenv("VERIMIX_THREADS", "1", 1);
  const std::string one = hunt({"--statement", "lemma-15", "--rounds", "16"}).output;
  ::setenv("VERIMIX_THREADS", "3", 1);
  EXPECT_EQ(hunt({"--statement", "lemma-15", "--rounds", "16"}).output, one);
  ::unsetenv("VERIMIX_THREADS");
}

TEST_F(HuntProgram, GoesOnAfterAnInterruptionToTheSameBits) {
  std::vector<std::string> words{"--statement", "lemma-26", "--form", "explicit", "--rounds", "320"};
  const auto begin = std::chrono::steady_clock::now();
  const std::string whole = hunt(words).output;
  const auto half = (std::chrono::steady_clock::now() - begin) / 2;  // a sanitizer's program is slow to start
  words.insert(words.end(), {"--output", "a.json"});
  std::vector<std::string> start{"hunt"};
  start.insert(start.end(), words.begin(), words.end());
  const pid_t child = program_.start(start);
  std::this_thread::sleep_for(half);
  ::kill(child, SIGINT);
  ASSERT_EQ(support::Program::wait_for(child), 4) << program_.errors();
  EXPECT_THAT(program_.errors(), HasSubstr("interrupted; what was finished is in a.json.checkpoint; to go on: verimix "
                                           "hunt --statement lemma-26"));
  EXPECT_THAT(program_.errors(), HasSubstr(" --resume a.json.checkpoint\n"));
  words.insert(words.end(), {"--resume", "a.json.checkpoint"});
  ASSERT_EQ(hunt(words).status, 0);
  EXPECT_EQ(file("a.json"), whole);
  // The state of another seed is refused by name.
  words.insert(words.end(), {"--seed", "2"});
  const auto refused = hunt(words);
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.errors, StartsWith("verimix: error: a.json.checkpoint: seed: "));
}

}  // namespace
}  // namespace verimix

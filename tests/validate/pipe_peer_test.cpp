#include "verimix/validate/pipe_peer.hpp"

#include <gtest/gtest.h>

#include "support/corpus.hpp"
#include "support/places.hpp"

namespace verimix {
namespace {

const std::string peers = support::peers();

PeerLimits quick() {
  PeerLimits limits;
  limits.answer = std::chrono::duration<double>(0.5);
  limits.start = std::chrono::duration<double>(5);
  return limits;
}

std::vector<Judgement> judged(const std::string& mode, std::size_t cases, PeerLimits limits = quick()) {
  return judge_command(support::small_cases(cases), "python3 " + peers + "/faulty.py " + mode, Dtype::float64, limits);
}

std::vector<Outcome> outcomes(const std::string& mode, std::size_t cases, PeerLimits limits = quick()) {
  std::vector<Outcome> result;
  for (const Judgement& j : judged(mode, cases, limits)) result.push_back(j.outcome);
  return result;
}

/// Every third answer is spoiled, the process begun anew after it: pass, pass, the outcome, and again.
std::vector<Outcome> every_third(Outcome outcome) {
  return {Outcome::pass, Outcome::pass, outcome, Outcome::pass, Outcome::pass, outcome};
}

TEST(PipePeer, ARightImplementationPassesTheWholeSmokeTier) {
  for (const Judgement& j :
       judge_command(support::pinned_cases(), "python3 " + peers + "/right.py", Dtype::float64, PeerLimits{}))
    EXPECT_TRUE(!is_failure(j.outcome)) << j.id << ' ' << name_of(j.outcome) << ' ' << j.place << " got " << j.got
                                        << ", expected " << j.lower << ", off by " << j.error_in_tolerances;
}

TEST(PipePeer, SurvivesACrashAndSaysSo) {
  EXPECT_EQ(outcomes("crash 3", 6), every_third(Outcome::crash));
  EXPECT_NE(judged("crash 1", 1)[0].got.find("signal"), std::string::npos);
  EXPECT_NE(judged("exit 1", 1)[0].got.find("status 3"), std::string::npos);
}

TEST(PipePeer, SurvivesAHang) {
  EXPECT_EQ(outcomes("hang 3", 3), (std::vector{Outcome::pass, Outcome::pass, Outcome::hang}));
}

TEST(PipePeer, SurvivesGarbageAndOtherIds) {
  EXPECT_EQ(outcomes("garbage 3", 6), every_third(Outcome::garbage));
  EXPECT_EQ(outcomes("other-id 3", 6), every_third(Outcome::garbage));
}

TEST(PipePeer, SurvivesHalfALine) {
  EXPECT_EQ(outcomes("half 3", 6), every_third(Outcome::crash));
  EXPECT_EQ(judged("half 1", 1)[0].got, R"(ended with status 0 after a part of a line: {"id": "half a li)");
  const Judgement hang = judged("half-hang 1", 1)[0];
  EXPECT_EQ(hang.outcome, Outcome::hang);
  EXPECT_NE(hang.got.find("half a li"), std::string::npos);
}

TEST(PipePeer, SurvivesALineWithoutEnd) {
  PeerLimits limits = quick();
  limits.line = std::size_t{1} << 22U;
  limits.answer = std::chrono::duration<double>(5);
  EXPECT_EQ(outcomes("endless 3", 4, limits),
            (std::vector{Outcome::pass, Outcome::pass, Outcome::garbage, Outcome::pass}));
  EXPECT_EQ(judged("endless 1", 1, limits)[0].got, "a line of more than 4194304 bytes");
}

// Nobody reads the request that comes after; there are more bytes in it than a pipe holds.
TEST(PipePeer, SurvivesAClosedStandardInput) {
  PipePeer peer("exec 0<&-; sleep 60");
  const PipePeer::Reply reply = peer.ask(std::string(std::size_t{1} << 20U, 'x'), std::chrono::seconds(20));
  EXPECT_EQ(reply.outcome, Outcome::crash);
  EXPECT_EQ(reply.text, "closed its standard input");
  EXPECT_EQ(outcomes("deaf 3", 3), (std::vector{Outcome::pass, Outcome::pass, Outcome::hang}));
}

TEST(PipePeer, SurvivesAClosedStandardOutput) {
  PipePeer peer("exec 1>&-; sleep 60");
  EXPECT_EQ(peer.ask("{}", std::chrono::seconds(20)).text, "closed its standard output");
}

TEST(PipePeer, BlamesASecondAnswerOnItsOwnCase) {
  EXPECT_EQ(outcomes("twice 3", 7), (std::vector{Outcome::pass, Outcome::pass, Outcome::garbage, Outcome::pass,
                                                 Outcome::pass, Outcome::garbage, Outcome::pass}));
  const Judgement last = judged("twice 3", 3)[2];
  EXPECT_EQ(last.outcome, Outcome::garbage) << "the second answer to the last case is noticed, too";
  EXPECT_TRUE(last.got.starts_with("more than one answer: ")) << last.got;
}

TEST(PipePeer, AnEmptyLineIsNoAnswer) { EXPECT_EQ(outcomes("blank 3", 6), every_third(Outcome::garbage)); }

TEST(PipePeer, NamesNumbersThatAreNoneAndShapesThatAreWrong) {
  EXPECT_EQ(outcomes("nan 3", 6), every_third(Outcome::not_finite));
  EXPECT_EQ(outcomes("shape 3", 6), every_third(Outcome::wrong_shape));
  EXPECT_EQ(outcomes("error 3", 6), every_third(Outcome::error));
  EXPECT_EQ(outcomes("sign 3", 6), every_third(Outcome::wrong));
}

TEST(PipePeer, GivesUpOnWhatNeverWorks) {
  PeerLimits limits = quick();
  limits.failures = 2;
  EXPECT_EQ(outcomes("exit 1", 4, limits),
            (std::vector{Outcome::crash, Outcome::crash, Outcome::not_asked, Outcome::not_asked}));
  const auto missing = judge_command(support::small_cases(1), "/no/such/program 2> /dev/null", Dtype::float64, limits);
  EXPECT_EQ(missing[0].outcome, Outcome::crash);
  EXPECT_NE(missing[0].got.find("127"), std::string::npos);
}

TEST(PipePeer, LongLinesPassBothWays) {
  PipePeer peer("cat");
  const std::string line(std::size_t{1} << 22U, 'x');
  const PipePeer::Reply reply = peer.ask(line, std::chrono::seconds(20));
  EXPECT_EQ(reply.outcome, Outcome::pass);
  EXPECT_EQ(reply.text, line);
}

}  // namespace
}  // namespace verimix

// `verimix vectors` and `verimix validate`, through the real program.
#include <gtest/gtest.h>

#include <cstdlib>

#include "support/places.hpp"
#include "support/program.hpp"
#include "verimix/core/json.hpp"

namespace verimix {
namespace {

const std::string vectors = support::test_data() / "vectors";
const std::string peers = support::peers();

class Validate : public ::testing::Test {
 protected:
  support::ProgramResult with_peer(const std::string& peer, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"validate", "--vectors", vectors, "--command", "python3 " + peers + "/" + peer};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program_.run(arguments);
  }
  /// NAME.json, and p.csv with so many draws of it.
  void draw(const std::string& name, int count) const {
    for (const std::string& written : {name, std::string("sep1")})
      ASSERT_EQ(program_.run({"instance", written, "--output", written + ".json"}).status, 0);
    ASSERT_EQ(
        program_.run({"sample", name + ".json", "--count", std::to_string(count), "--seed", "7", "--output", "p.csv"})
            .status,
        0);
  }
  support::Program program_;
};

TEST_F(Validate, AFailureIsStatusOneAndSaysWhich) {
  const auto result = with_peer("faulty.py exit", {"--junit", "j.xml"});
  EXPECT_EQ(result.status, 1);
  const Json document = parse_json(result.output);
  EXPECT_EQ(document["format"], "verimix.validate/1");
  EXPECT_EQ(document["verdict"], "fail");
  EXPECT_EQ(document["failures"][0]["outcome"], "crash");
  EXPECT_NE(result.errors.find("fail: "), std::string::npos);
  EXPECT_NE(read_file(program_.folder() / "j.xml").find("<failure"), std::string::npos);
}

TEST_F(Validate, ExpectedFailuresMakeItInconclusive) {
  program_.folder().write("x", "*  # everything\n");
  EXPECT_EQ(with_peer("faulty.py exit", {"--xfail", "x"}).status, 3)
      << "nothing failed that was not expected to; nothing passed";
}

TEST_F(Validate, AFileWithoutAnswersFails) {
  program_.folder().write("a.jsonl", "");
  const auto result = program_.run({"validate", "--vectors", vectors, "--answers", "a.jsonl", "--dtype", "float32"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(parse_json(result.output)["failures"][0]["outcome"], "missing");
}

TEST_F(Validate, BadUsageIsStatusTwo) {
  EXPECT_EQ(program_.run({"validate", "--vectors", vectors}).status, 2);
  EXPECT_EQ(with_peer("right.py", {"--timeout", "0"}).status, 2);
  EXPECT_EQ(with_peer("right.py", {"--dtype", "float16"}).status, 2);
  EXPECT_EQ(with_peer("right.py", {"--tier", "full"}).status, 2) << "the pinned folder holds the smoke tier";
  EXPECT_EQ(program_.run({"validate", "--vectors", "nowhere", "--answers", "a"}).status, 2);
  EXPECT_EQ(program_.run({"vectors", "generate", "--output", "v", "--tier", "smoking"}).status, 2);
}

TEST_F(Validate, AnsweringAFileOfQuestionsIsTheSameAsAPipe) {
  ASSERT_EQ(program_.run({"vectors", "requests", vectors, "--output", "q.jsonl"}).status, 0);
  const std::string in = (program_.folder() / "q.jsonl").string();
  const std::string out = (program_.folder() / "a.jsonl").string();
  ASSERT_EQ(std::system(("python3 " + peers + "/right.py < " + in + " > " + out).c_str()), 0);  // NOLINT(cert-env33-c)
  const auto result = program_.run({"validate", "--vectors", vectors, "--answers", "a.jsonl"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(parse_json(result.output)["passed"], parse_json(result.output)["cases"]);
}

// Python's parser shares nothing with the writer; it counts what the attributes claim.
TEST_F(Validate, JUnitXmlIsReadByAnotherParser) {
  const auto counted = [&](const std::string& file) {
    return std::system(("python3 " + peers + "/count_junit.py " + (program_.folder() / file).string()).c_str());
  };
  program_.folder().write("x", "score-*\n");
  ASSERT_EQ(with_peer("faulty.py sign 3", {"--junit", "v.xml", "--xfail", "x"}).status, 1);
  EXPECT_EQ(counted("v.xml"), 0);
  draw("over1", 500);
  ASSERT_EQ(program_.run({"validate", "--samples", "p.csv", "--truth", "sep1.json", "--junit", "s.xml"}).status, 1);
  EXPECT_EQ(counted("s.xml"), 0);
  program_.folder().write("bad.xml", "<testsuites tests='2' failures='0' errors='0' skipped='0' name='n'/>");
  EXPECT_NE(counted("bad.xml"), 0);
}

TEST_F(Validate, ASampleIsRightWrongOrTooSmall) {
  draw("over1", 500);
  const auto right = program_.run({"validate", "--samples", "p.csv", "--truth", "over1.json", "--alpha", "1/50"});
  EXPECT_EQ(right.status, 2) << "alpha is a decimal";
  const auto passed = program_.run({"validate", "--samples", "p.csv", "--truth", "over1.json"});
  EXPECT_EQ(passed.status, 0) << passed.errors;
  const Json document = parse_json(passed.output);
  EXPECT_EQ(document["alpha"], "0.01");
  EXPECT_LT(std::stod(document["sight"]["shift_in_deviations"].get<std::string>()), 0.5);
  const auto wrong = program_.run({"validate", "--samples", "p.csv", "--truth", "sep1.json"});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_EQ(parse_json(wrong.output)["worst"], parse_json(wrong.output)["failures"][0]["id"]);
  program_.folder().write("all", "*: *  # known\n");
  EXPECT_EQ(program_.run({"validate", "--samples", "p.csv", "--truth", "sep1.json", "--xfail", "all"}).status, 0);
  EXPECT_EQ(program_.run({"validate", "--samples", "p.csv", "--truth", "over1.json", "--time", "1"}).status, 1)
      << "these are draws at time 0";
  draw("over1", 20);
  const auto few = program_.run({"validate", "--samples", "p.csv", "--truth", "over1.json"});
  EXPECT_EQ(few.status, 3);
  EXPECT_NE(few.errors.find("20 points are too few"), std::string::npos);
}

TEST_F(Validate, ALearnedMixtureIsNearFarOrUndecided) {
  draw("over5", 20);
  const auto judged = [&](const std::string& text, const std::string& tv) {
    program_.folder().write("learned.json", text);
    return program_.run({"validate", "--learned", "learned.json", "--truth", "over5.json", "--tv", tv});
  };
  std::string text = read_file(program_.folder() / "over5.json");
  const auto same = judged(text, "1/100");
  EXPECT_EQ(same.status, 0);
  EXPECT_EQ(parse_json(same.output)["positive_definite"].size(), 2U);
  EXPECT_EQ(parse_json(same.output)["metrics"][1]["name"], "kl");
  Json document = parse_json(text);
  document["components"][0]["covariance"][0][0] = "7/10";
  document["components"][1]["covariance"][4][4] = "7/10";
  document["components"][1]["mean"][2] = "1/10";
  EXPECT_EQ(judged(document.dump(), "9/10").status, 0);
  EXPECT_EQ(judged(document.dump(), "1/1000").status, 1);
  EXPECT_EQ(judged(document.dump(), "1/20").status, 3) << "a bracket in five dimensions";
  document["components"][0]["covariance"][0][0] = 0;
  const auto singular = judged(document.dump(), "1/20");
  EXPECT_EQ(singular.status, 1);
  EXPECT_EQ(parse_json(singular.output)["failures"][0]["id"], "definite: component 1");
  document["components"][0]["covariance"][0][0] = -1;
  EXPECT_EQ(judged(document.dump(), "1/20").status, 2) << "not a mixture";
}

TEST_F(Validate, PowerIsSaidBeforeAnythingIsDrawn) {
  draw("over1", 20);
  const std::vector<std::string> quick{"power", "over1.json", "--count", "300", "--repetitions", "10", "--runs", "10"};
  const auto result = program_.run(quick);
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(parse_json(result.output)["smallest"].size(), 7U);
  EXPECT_EQ(program_.run({"power", "over1.json", "--count", "300", "--format", "xml"}).status, 2);
  EXPECT_EQ(program_.run({"power", "over1.json", "--count", "300", "--runs", "-1"}).status, 2);
}

TEST_F(Validate, FoldersAreCompared) {
  const auto same = program_.run({"vectors", "diff", vectors, vectors});
  EXPECT_EQ(same.status, 0);
  EXPECT_TRUE(parse_json(same.output)["contradicted"].empty());
}

}  // namespace
}  // namespace verimix

// `verimix vectors` and `verimix validate`, through the real program.
#include <gtest/gtest.h>

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

TEST_F(Validate, FoldersAreCompared) {
  const auto same = program_.run({"vectors", "diff", vectors, vectors});
  EXPECT_EQ(same.status, 0);
  EXPECT_TRUE(parse_json(same.output)["contradicted"].empty());
}

}  // namespace
}  // namespace verimix

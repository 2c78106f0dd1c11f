// `verimix check` through the real program: documents, tables, exit statuses.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "support/program.hpp"
#include "verimix/core/json.hpp"

namespace verimix {
namespace {

class CheckVerb : public ::testing::Test {
 protected:
  void SetUp() override { program_.run({"instance", "two", "--set", "R=2", "--output", "m.json"}); }
  support::ProgramResult check(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"check", "m.json"});
    return program_.run(arguments);
  }

  support::Program program_;
};

TEST_F(CheckVerb, EndsWithNoughtWhereNothingIsViolated) {
  const auto result = check({"--statement", "fact-39", "--statement", "claim-36", "--form", "explicit"});
  EXPECT_EQ(result.status, 0) << result.errors;
  const Json document = parse_json(result.output);
  EXPECT_EQ(document.at("format"), "verimix.check/1");
  ASSERT_EQ(document.at("checks").size(), 2U);
  for (const Json& row : document.at("checks")) EXPECT_EQ(row.at("verdict"), "holds");
}

// What is left out of the command has its standard value.
TEST_F(CheckVerb, EachRowSaysTheCommandThatMakesItAgain) {
  const auto result = check({"--statement", "claim-38", "--statement", "lemma-12", "--form", "printed", "--set",
                             "C=1/7", "--samples", "2000", "--seed", "5"});
  const Json document = parse_json(result.output);
  for (const Json& row : document.at("checks")) {
    const auto command = row.at("command").get<std::string>();
    std::vector<std::string> words;
    std::istringstream text(command);
    for (std::string word; text >> word;) words.push_back(word);
    ASSERT_EQ(words.at(0), "verimix");
    words.erase(words.begin());
    const Json again = parse_json(program_.run(words).output).at("checks");
    EXPECT_NE(std::find(again.begin(), again.end(), row), again.end()) << command;
  }
}

TEST_F(CheckVerb, EndsWithOneWhereAPrintedFormIsViolated) {
  const auto result = check({"--statement", "claim-36", "--form", "printed", "--format", "markdown"});
  EXPECT_EQ(result.status, 1) << result.errors;
  EXPECT_NE(result.output.find("| claim-36 | printed | i = 1, j = 2 |"), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("| violated | certified |"), std::string::npos) << result.output;
}

// A hidden constant is not what more precision decides.
TEST_F(CheckVerb, EndsWithNoughtWhereAHiddenConstantLeavesItOpen) {
  EXPECT_EQ(check({"--statement", "claim-38", "--form", "printed"}).status, 0);
  EXPECT_EQ(check({"--statement", "claim-38", "--form", "printed", "--set", "C=1/1000"}).status, 1);
}

TEST_F(CheckVerb, EndsWithTwoForBadInput) {
  const auto expect_refused = [&](const std::vector<std::string>& arguments, const std::string& message) {
    const auto result = check(arguments);
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.errors, "verimix: error: " + message + "\n");
  };
  expect_refused({"--statement", "lemma-11"},
                 "--statement: value \"lemma-11\": expected the id of a statement, such as lemma-33");
  expect_refused({"--form", "short"}, "--form: value \"short\": expected one of printed, explicit, both");
  expect_refused({"--statement", "fact-37", "--set", "x=0"},
                 "--set x: value \"0\": expected 1/1000000 <= x <= 1000000 in fact-37");
  expect_refused({"--statement", "claim-36", "--set", "x=1"}, "--set x: value \"1\": expected one of the keys C");
  expect_refused({"--precision", "60"}, "--precision: value \"60\": expected one of double, 50, 100, ball");
}

TEST_F(CheckVerb, ListsTheKeys) {
  const auto result = program_.run({"check", "--list"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_NE(result.output.find("\nfact-37\n    x=chosen (1/1000000 .. 1000000)"), std::string::npos);
}

}  // namespace
}  // namespace verimix

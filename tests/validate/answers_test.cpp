#include "verimix/validate/answers.hpp"

#include <gtest/gtest.h>

#include "support/corpus.hpp"
#include "support/input_error.hpp"
#include "support/temporary_folder.hpp"

namespace verimix {
namespace {

using support::refusal;

class Answers : public ::testing::Test {
 protected:
  Answers() : case_(support::pinned_case("score-plain-003")) {}
  /// The right answer, but for entry `place`, which is off by so many tolerances.
  Json answer(std::size_t place, double tolerances) const {
    Json row = Json::array();
    for (std::size_t i = 0; i < case_.answer.lower.size(); ++i) {
      Rational value = case_.answer.upper[i];
      if (i == place) value += to_rational(tolerances) * to_rational((*case_.answer.tolerance[0])[i]);
      row.push_back(to_text(value));
    }
    return {{"id", case_.question.id}, {"score", Json::array({row})}};
  }
  Outcome outcome(const std::string& line) const {
    return judge(case_, parse_answer_line(line), Dtype::float64).outcome;
  }
  const VectorCase& case_;
};

TEST_F(Answers, TheToleranceIsTheBoundary) {
  EXPECT_EQ(judge(case_, answer(0, 0), Dtype::float64).outcome, Outcome::pass);
  EXPECT_EQ(judge(case_, answer(1, 1), Dtype::float64).outcome, Outcome::pass);
  const Judgement off = judge(case_, answer(1, 1.5), Dtype::float64);
  EXPECT_EQ(off.outcome, Outcome::wrong);
  EXPECT_DOUBLE_EQ(off.error_in_tolerances, 1.5);
  EXPECT_EQ(off.place, "[0][1]");
  EXPECT_EQ(off.lower, case_.answer.lower_text[1]);
}

TEST_F(Answers, HexadecimalAndDecimalNumbersAreExact) {
  ASSERT_EQ(case_.answer.shape, (std::vector<Index>{1, 2}));
  EXPECT_EQ(outcome(R"({"score": [["0x1p+3", 8.0]]})"), Outcome::wrong);
  EXPECT_EQ(outcome(R"({"score": [[1e400, 1]]})"), Outcome::wrong) << "a number, if a large one";
}

TEST_F(Answers, EachWayToFailHasItsName) {
  EXPECT_EQ(outcome(R"({"score": [[NaN, 1]]})"), Outcome::not_finite);
  EXPECT_EQ(outcome(R"({"score": [[-Infinity, 1]]})"), Outcome::not_finite);
  EXPECT_EQ(outcome(R"({"score": [["nan", 1]]})"), Outcome::not_finite);
  EXPECT_EQ(outcome(R"({"score": [[null, 1]]})"), Outcome::not_finite);
  EXPECT_EQ(outcome(R"({"score": [1, 1]})"), Outcome::wrong_shape);
  EXPECT_EQ(outcome(R"({"score": [[1, 1, 1]]})"), Outcome::wrong_shape);
  EXPECT_EQ(outcome(R"({"score": 1})"), Outcome::wrong_shape);
  EXPECT_EQ(outcome(R"({"score": [["one", 1]]})"), Outcome::garbage);
  EXPECT_EQ(outcome(R"({"scores": [[1, 1]]})"), Outcome::garbage);
  EXPECT_EQ(outcome(R"([1])"), Outcome::garbage);
  EXPECT_EQ(outcome(R"({"error": "a NaN inside"})"), Outcome::error);
  EXPECT_EQ(outcome(R"({"error": "unsupported: no scores here"})"), Outcome::unsupported);
}

TEST_F(Answers, WhatIsShownIsPrintable) {
  const Judgement j = judgement(case_, Outcome::garbage, std::string(1000, '\x01'));
  EXPECT_EQ(j.got.substr(0, 3), "???");
  EXPECT_LT(j.got.size(), 210U);
}

TEST_F(Answers, FilesAreReadByLineAndBlameTheLine) {
  const support::TemporaryFolder folder;
  folder.write("a.jsonl", answer(0, 0).dump() + "\n\n{\"id\": \"elsewhere\", \"score\": [[NaN]]}\n");
  const auto answers = read_answers(folder / "a.jsonl");
  EXPECT_EQ(answers.size(), 2U);
  const auto judged = judge_all({case_, support::pinned_case("score-plain-001")}, answers, Dtype::float64);
  EXPECT_EQ(judged[0].outcome, Outcome::pass);
  EXPECT_EQ(judged[1].outcome, Outcome::missing);
  folder.write("b.jsonl", answer(0, 0).dump() + "\n" + answer(0, 0).dump() + "\n");
  EXPECT_NE(refusal([&] { read_answers(folder / "b.jsonl"); }).find("line 2: id"), std::string::npos);
  folder.write("c.jsonl", "{\n");
  EXPECT_NE(refusal([&] { read_answers(folder / "c.jsonl"); }).find("line 1"), std::string::npos);
}

TEST(JudgeFunction, EntriesAreInRowMajorOrder) {
  const auto right = [](const VectorQuestion& question) -> std::optional<std::vector<double>> {
    const VectorAnswer& answer = support::pinned_case(question.id).answer;
    std::vector<double> entries;
    for (const Rational& lower : answer.lower) entries.push_back(from_rational<double>(lower));
    return entries;
  };
  std::size_t passed = 0;
  for (const Judgement& j : judge_function(support::pinned_cases(), right, Dtype::float64)) {
    EXPECT_FALSE(is_failure(j.outcome)) << j.id << ' ' << j.place;
    passed += j.outcome == Outcome::pass ? 1U : 0U;
  }
  EXPECT_GT(passed, 500U);
}

TEST(JudgeFunction, EachWayToFailHasItsName) {
  const auto outcome = [](const AnsweringFunction& answer) {
    return judge_function({support::pinned_case("score-plain-003")}, answer, Dtype::float64).front();
  };
  EXPECT_EQ(outcome([](const VectorQuestion&) { return std::nullopt; }).outcome, Outcome::unsupported);
  EXPECT_EQ(outcome([](const VectorQuestion&) { return std::vector<double>{1}; }).outcome, Outcome::wrong_shape);
  EXPECT_EQ(outcome([](const VectorQuestion&) {
              return std::vector<double>{1, std::nan("")};
            }).outcome,
            Outcome::not_finite);
  EXPECT_EQ(outcome([](const VectorQuestion&) { return std::vector<double>{1, 1e9}; }).outcome, Outcome::wrong);
  const Judgement thrown = outcome(
      [](const VectorQuestion&) -> std::optional<std::vector<double>> { throw std::runtime_error("out of luck"); });
  EXPECT_EQ(thrown.outcome, Outcome::error);
  EXPECT_EQ(thrown.got, "out of luck");
}

}  // namespace
}  // namespace verimix

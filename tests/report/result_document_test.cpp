// What a report is made from is read by its format, or refused by name.
#include "verimix/report/result_document.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/input_error.hpp"
#include "support/places.hpp"
#include "verimix/core/file.hpp"

namespace verimix {
namespace {

std::string complaint_about(const std::string& name, const std::string& bytes) {
  return support::refusal([&] { parse_result(name, bytes); });
}

TEST(ResultDocument, KindsAreToldByFormatMembersAndExtension) {
  const std::string check = read_file(support::source_root() / "tests/report/data/check.json");
  EXPECT_EQ(parse_result("c.json", check).kind, ResultKind::check);
  EXPECT_EQ(
      parse_result("b.json", R"({"context": {}, "benchmarks": [{"name": "score/double/d:1/k:8", "real_time": 1.5e2}]})")
          .kind,
      ResultKind::benchmark);
  const ResultDocument array = parse_result("p.json", "[[1, 2], [3, 4]]");
  EXPECT_EQ(array.kind, ResultKind::points);
  EXPECT_EQ(array.points(1, 0), 2);
  const ResultDocument points = parse_result("folder/p.csv", "x,y\n1,2\n3,4\n5,6\n");
  EXPECT_EQ(points.kind, ResultKind::points);
  EXPECT_EQ(points.points.cols(), 3);
  EXPECT_EQ(points.stem(), "p");
  EXPECT_EQ(to_text(points.kind), "points");
}

TEST(ResultDocument, AnotherVersionIsRefusedByName) {
  const std::string line = complaint_about("new.json", R"({"format": "verimix.check/2", "checks": []})");
  EXPECT_TRUE(line.starts_with("new.json: format: value \"verimix.check/2\": expected one of verimix.ledger/1"))
      << line;
  EXPECT_NE(complaint_about("a.json", R"({"format": 7})").find("a.json: format"), std::string::npos);
  EXPECT_NE(complaint_about("a.json", R"({"checks": []})").find("a.json"), std::string::npos);
}

TEST(ResultDocument, EveryTruncationIsRefusedByName) {
  const std::string whole = read_file(support::source_root() / "tests/report/data/hunt.json");
  ASSERT_EQ(complaint_about("hunt.json", whole), "accepted");
  const std::size_t last_brace = whole.rfind('}');
  for (std::size_t length = 0; length < last_brace; length += 97)
    EXPECT_TRUE(complaint_about("hunt.json", whole.substr(0, length)).starts_with("hunt.json: ")) << length;
}

TEST(ResultDocument, WhatTheFormatPromisesMustBeThere) {
  const std::string line = complaint_about(
      "c.json", R"({"format": "verimix.check/1", "mixture": "m", "checks": [{"statement": "lemma-33"}]})");
  EXPECT_EQ(line, "c.json: checks[0]: expected a member \"form\"");
  EXPECT_NE(complaint_about("c.json", R"({"format": "verimix.check/1", "checks": 3})").find("checks"),
            std::string::npos);
  EXPECT_NE(complaint_about("e.json", R"({"format": "verimix.experiment/1", "columns": ["a", "b"], "rows": [["1"]]})")
                .find("rows[0]"),
            std::string::npos);
  EXPECT_NE(
      complaint_about(
          "m.json",
          R"({"format": "verimix.mixture/1", "dimension": 1, "components": [{"weight": "1/2", "mean": [0], "covariance": [[1]]}]})")
          .find("m.json: components"),
      std::string::npos);
  EXPECT_TRUE(complaint_about("model.json", R"({"format": "verimix.model/1"})").starts_with("model.json: "));
}

TEST(ResultDocument, UnknownMembersAreLeftAlone) {
  EXPECT_EQ(complaint_about("h.json", R"({"format": "verimix.hunt/1", "later": true, "findings": []})"), "accepted");
}

TEST(ResultDocument, NumbersForPicturesAndForPeople) {
  const Json enclosure = {{"lower", "1.25e-1"}, {"upper", "0.375"}};
  EXPECT_EQ(drawn_number(enclosure), 0.25);
  EXPECT_EQ(drawn_interval(enclosure), (std::pair{0.125, 0.375}));
  EXPECT_EQ(spoken_number(enclosure), "[1.25e-1, 0.375]");
  EXPECT_EQ(spoken_number({{"lower", "3"}, {"upper", "3"}}), "3");
  EXPECT_EQ(drawn_number("1/4"), 0.25);
  EXPECT_EQ(drawn_number(7), 7);
  EXPECT_EQ(drawn_number("inf"), HUGE_VAL);
  EXPECT_TRUE(std::isnan(drawn_number("over1")));
  EXPECT_TRUE(std::isnan(drawn_number(nullptr)));
  EXPECT_EQ(spoken_number(nullptr), "–");
}

}  // namespace
}  // namespace verimix

// The board: what was checked, by statement, and how it is summed up.
#include "verimix/report/board.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/places.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/json.hpp"
#include "verimix/ledger/registry.hpp"

namespace verimix {
namespace {

Json example_checks() { return parse_json(read_file(support::source_root() / "tests/report/data/check.json")); }

const BoardRow& row_of_board(const std::vector<BoardRow>& rows, const std::string& id) {
  return *std::ranges::find(rows, id, &BoardRow::id);
}

TEST(BoardNumbers, LogarithmsReachBeyondEveryFloatingType) {
  EXPECT_NEAR(log10_text("1e-99000"), -99000, 1e-9);
  EXPECT_NEAR(log10_text("2.5e+3"), std::log10(2500), 1e-12);
  EXPECT_NEAR(log10_text("0.001"), -3, 1e-12);
  EXPECT_NEAR(log10_text("1/8"), std::log10(0.125), 1e-12);
  EXPECT_EQ(log10_text("0"), -HUGE_VAL);
  EXPECT_EQ(log10_text("inf"), HUGE_VAL);
  EXPECT_TRUE(std::isnan(log10_text("-1e5")));
  EXPECT_TRUE(std::isnan(log10_text("")));
}

TEST(Board, WithTheLedgerEveryStatementHasARow) {
  const Json own = ledger_json();
  const Json checks = example_checks();
  const auto rows = board_rows(&own, {&checks});
  ASSERT_EQ(rows.size(), 56U);
  EXPECT_EQ(rows.front().id, "definition-1");
  EXPECT_EQ(row_of_board(rows, "lemma-33").checks.size(), 2U);
  EXPECT_EQ(row_of_board(rows, "lemma-34").verdict(""), "");
}

TEST(Board, WithoutALedgerOnlyWhatWasCheckedIsThere) {
  const Json checks = example_checks();
  const auto rows = board_rows(nullptr, {&checks});
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(row_of_board(rows, "claim-38").stage, "simplify");
}

TEST(Board, TheWorstVerdictAndTheWeakestEvidenceSpeakForARow) {
  const Json checks = example_checks();
  const auto rows = board_rows(nullptr, {&checks});
  const BoardRow& lemma33 = row_of_board(rows, "lemma-33");
  EXPECT_EQ(lemma33.verdict("explicit"), "holds");
  EXPECT_EQ(lemma33.verdict("printed"), "undecided");
  EXPECT_EQ(lemma33.verdict(""), "undecided");
  EXPECT_EQ(lemma33.evidence("explicit"), "certified");
  EXPECT_EQ(row_of_board(rows, "lemma-12").evidence("explicit"), "estimated");
  // What does not apply has no evidence.
  EXPECT_EQ(row_of_board(rows, "theorem-2").evidence("printed"), "");
}

// One number, one evidence: what is certified does not become weaker by another check beside it.
TEST(Board, EvidenceIsThatOfTheVerdictThatIsShown) {
  BoardRow row;
  BoardCheck certain, computed;
  certain.form = computed.form = "printed";
  certain.verdict = "violated";
  certain.evidence = "certified";
  computed.verdict = "holds";
  computed.evidence = "computed";
  row.checks = {computed, certain};
  EXPECT_EQ(row.evidence("printed"), "certified");
  EXPECT_EQ(row.evidence("explicit"), "");
}

TEST(Board, RatiosAreIntervalsOfTheEnclosures) {
  const Json checks = example_checks();
  const auto rows = board_rows(nullptr, {&checks});
  const BoardCheck& check = row_of_board(rows, "lemma-12").checks[0];
  EXPECT_NEAR(check.log_lower, std::log10(0.0031 / 0.0518), 1e-9);
  EXPECT_NEAR(check.log_upper, std::log10(0.0044 / 0.0518), 1e-9);
  EXPECT_EQ(check.lhs, "[0.0031, 0.0044]");
  EXPECT_TRUE(std::isnan(row_of_board(rows, "theorem-2").checks[0].log_upper));
}

TEST(Board, TheCommandIsTheDocumentsOrIsMadeFromItsNames) {
  Json checks = example_checks();
  checks["mixture"] = "my mixture.json";
  checks["checks"][2]["command"] = "verimix check other.json";
  const auto rows = board_rows(nullptr, {&checks});
  EXPECT_EQ(row_of_board(rows, "lemma-12").checks[0].command,
            "verimix check 'my mixture.json' --statement lemma-12 --form explicit");
  EXPECT_EQ(row_of_board(rows, "claim-38").checks[0].command, "verimix check other.json");
}

TEST(Board, AStatementThatTheLedgerLacksIsShown) {
  const Json checks = parse_json(
      R"({"checks": [{"statement": "lemma-99", "form": "printed", "lhs": "1", "rhs": "2", "verdict": "holds", "evidence": "computed"}]})");
  const auto rows = board_rows(nullptr, {&checks});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].id, "lemma-99");
  EXPECT_NEAR(rows[0].checks[0].log_upper, std::log10(0.5), 1e-12);
}

TEST(Board, HtmlHasTheClaimTheConstantsAndEscapedText) {
  Json checks = example_checks();
  checks["mixture"] = "<script>alert(1)</script>";
  checks["checks"][0]["reason"] = "<img src=x onerror=alert(2)>";
  const std::string html = board_html(board_rows(nullptr, {&checks}));
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("<img"), std::string::npos);
  EXPECT_NE(html.find("&lt;img src=x"), std::string::npos);
  EXPECT_NE(html.find("data-verdict=\"holds|undecided\""), std::string::npos);
  EXPECT_NE(html.find("‖s_W − s_U‖_n ≤ X^{1/n} + Y^{1/n}"), std::string::npos);
  EXPECT_NE(html.find("Constants of Lemma 33"), std::string::npos);
}

}  // namespace
}  // namespace verimix

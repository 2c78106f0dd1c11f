// The claim of a statement, out of its note; its constants, out of their table.
#include "verimix/report/statement_note.hpp"

#include <gtest/gtest.h>

#include "verimix/ledger/registry.hpp"

namespace verimix {
namespace {

constexpr std::string_view claim_note = "# Lemmas 33 and 34\n\nHeader.\n\n## Claims\n\nA <= B.\n\n## Proof\n\nEasy.\n";
constexpr std::string_view named_note =
    "# Two\n\nIntro.\n\n## Lemma 29, exactly\n\nE.\n\n## Proposition 25, repaired\n\nP.\n";
constexpr std::string_view bare_note = "# Three\n\nIntro.\n\n## The function\n\nF.\n\n## More\n\nM.\n";

TEST(StatementNote, TheClaimIsItsSectionTheStatementsOrTheBeginning) {
  EXPECT_NE(note_claim(claim_note, "Lemma 33").find("A <= B."), std::string::npos);
  EXPECT_EQ(note_claim(claim_note, "Lemma 33").find("Easy"), std::string::npos);
  EXPECT_EQ(note_claim(named_note, "Lemma 29").find("P."), std::string::npos);
  EXPECT_NE(note_claim(named_note, "Lemma 29").find("E."), std::string::npos);
  const std::string beginning = note_claim(bare_note, "Algorithm 5");
  EXPECT_NE(beginning.find("Intro."), std::string::npos);
  EXPECT_NE(beginning.find("F."), std::string::npos);
  EXPECT_EQ(beginning.find("M."), std::string::npos);
  EXPECT_EQ(note_claim("", "Lemma 1"), "");
}

TEST(StatementNote, TitlesAreAsPrinted) {
  EXPECT_EQ(statement_title("lemma-33"), "Lemma 33");
  EXPECT_EQ(statement_title("corollary-23"), "Corollary 23");
}

TEST(StatementNote, ConstantsAreFoundInListsAndNotByPartOfANumber) {
  constexpr std::string_view table =
      "| constant | where | kind | derivation |\n|---|---|---|---|\n| K | Lemmas 33, 34, `a.hpp` | derived | a.md |\n| "
      "2 | Lemma 3, `b.hpp` | paper | b.md |\n";
  ASSERT_EQ(statement_constants(table, "Lemma 34").size(), 1U);
  EXPECT_EQ(statement_constants(table, "Lemma 34")[0].constant, "K");
  EXPECT_EQ(statement_constants(table, "Lemma 34")[0].kind, "derived");
  ASSERT_EQ(statement_constants(table, "Lemma 3").size(), 1U);
  EXPECT_EQ(statement_constants(table, "Lemma 3")[0].constant, "2");
  EXPECT_TRUE(statement_constants(table, "Fact 34").empty());
}

TEST(StatementNote, EveryNoteThatTheLedgerNamesIsBuiltInAndHasAClaim) {
  for (const LedgerRow& row : ledger()) {
    if (row.note.empty()) continue;
    ASSERT_FALSE(built_in_note(row.note).empty()) << row.note;
    EXPECT_GT(note_claim(built_in_note(row.note), statement_title(to_text(row.id))).size(), 40U) << row.note;
  }
  EXPECT_FALSE(statement_constants(built_in_constants(), "Lemma 26").empty());
  EXPECT_TRUE(built_in_note("proofs-notes/none/none").empty());
  EXPECT_TRUE(built_in_note("../secret").empty());
}

}  // namespace
}  // namespace verimix

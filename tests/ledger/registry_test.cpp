// The ledger against the list of statements, the file format, and the source tree it points into.
#include "verimix/ledger/registry.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <set>

#include "support/places.hpp"
#include "verimix/core/file.hpp"

namespace verimix {
namespace {

const std::filesystem::path source_root = support::source_root();

// "lemma-16" as suites of tests (Lemma16) and as notes write it (Lemma 16).
std::string name_with(StatementId id, const char* separator) {
  std::string text = to_text(id);
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text.replace(text.find('-'), 1, separator);
}

bool is_followed_by_a_digit(const std::string& text, std::size_t end) {
  return end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0;
}

// Does the text name the statement, and not one whose number only begins the same way?
bool names(const std::string& text, const std::string& name) {
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1))
    if (!is_followed_by_a_digit(text, at + name.size())) return true;
  return false;
}

TEST(Ledger, HasEveryStatementOnceInOrder) {
  ASSERT_EQ(ledger().size(), all_statements().size());
  EXPECT_EQ(ledger().size(), 56U);
  for (std::size_t i = 0; i < ledger().size(); ++i) {
    EXPECT_EQ(ledger()[i].id, all_statements()[i]);
    EXPECT_EQ(parse_statement(to_text(ledger()[i].id)), ledger()[i].id);
  }
}

TEST(Ledger, RowsAreWithinTheirDomains) {
  const std::set<std::string_view> stages = {"core",     "mixture",    "diffusion", "distance", "estimate", "cluster",
                                             "simplify", "polynomial", "regress",   "sample",   "ledger",   "cli"};
  for (const LedgerRow& row : ledger()) {
    EXPECT_FALSE(row.title.empty()) << to_text(row.id);
    EXPECT_TRUE(stages.contains(row.stage)) << to_text(row.id);
    EXPECT_GE(row.page, 3) << to_text(row.id);
    EXPECT_LE(row.page, 62) << to_text(row.id);
    EXPECT_TRUE(Json::parse(row.witness).is_object()) << to_text(row.id);
    EXPECT_FALSE(row.remark.empty()) << to_text(row.id) << " says neither what is checked nor why nothing is";
  }
}

TEST(Ledger, AJudgementHasANoteAHeaderAndATest) {
  for (const LedgerRow& row : ledger()) {
    if (row.printed == PrintedJudgement::open && !row.explicit_form) continue;
    EXPECT_FALSE(row.note.empty()) << to_text(row.id);
    EXPECT_FALSE(row.header.empty()) << to_text(row.id);
    EXPECT_FALSE(row.test.empty()) << to_text(row.id);
  }
}

TEST(Ledger, ARefutationHasAWitness) {
  for (const LedgerRow& row : ledger())
    EXPECT_EQ(Json::parse(row.witness).empty() && row.printed == PrintedJudgement::false_as_printed, false)
        << to_text(row.id);
}

TEST(Ledger, PathsExistAndNameTheStatement) {
  for (const LedgerRow& row : ledger()) {
    for (const std::string_view path : {row.note, row.header, row.test}) {
      if (path.empty()) continue;
      ASSERT_TRUE(std::filesystem::is_regular_file(source_root / path)) << to_text(row.id) << ' ' << path;
    }
    if (!row.note.empty()) {
      EXPECT_TRUE(names(read_file(source_root / row.note), name_with(row.id, " ")))
          << to_text(row.id) << ' ' << row.note;
    }
    if (!row.test.empty()) {
      EXPECT_TRUE(names(read_file(source_root / row.test), "(" + name_with(row.id, "")))
          << to_text(row.id) << ": no suite of this name in " << row.test;
    }
  }
}

TEST(Ledger, TheDocumentHasTheFormatOfTheContract) {
  const Json document = ledger_json();
  EXPECT_EQ(document.at("format"), "verimix.ledger/1");
  ASSERT_EQ(document.at("statements").size(), 56U);
  const std::set<std::string> judgements = {"true",      "true-with-constant", "false", "ambiguous",
                                            "proof-gap", "definition",         "cited", "open"};
  for (const Json& row : document.at("statements")) {
    for (const char* key : {"id", "title", "stage", "printed", "note", "header", "test"})
      EXPECT_TRUE(row.at(key).is_string()) << key;
    EXPECT_TRUE(row.at("page").is_number_integer());
    EXPECT_TRUE(row.at("explicit").is_boolean());
    EXPECT_TRUE(row.at("witness").is_object());
    EXPECT_TRUE(judgements.contains(row.at("printed").get<std::string>()));
    EXPECT_TRUE(parse_statement(row.at("id").get<std::string>()).has_value());
  }
}

TEST(Ledger, TheIndexOfTheNotesIsTheLedger) {
  EXPECT_TRUE(read_file(source_root / "proofs-notes/INDEX.md") == ledger_markdown())
      << "to bring it up to date: build/release/verimix ledger --format markdown --output proofs-notes/INDEX.md";
}

}  // namespace
}  // namespace verimix

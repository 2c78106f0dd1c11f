#include "verimix/core/statement.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace verimix {
namespace {

// Written down a second time, by kind instead of by number, from the paper.
const std::map<std::string, std::set<int>>& numbers_by_kind() {
  static const std::map<std::string, std::set<int>> numbers = {
      {"definition", {1, 6, 10, 24}},
      {"theorem", {2, 11}},
      {"proposition", {3, 5, 7, 25, 32, 40, 48, 49, 51}},
      {"remark", {4}},
      {"lemma", {8, 9, 12, 13, 14, 15, 16, 17, 18, 20, 21, 22, 26, 27, 28, 29, 33, 34, 41, 42, 43, 44, 45, 46, 47, 50}},
      {"fact", {19, 37, 39}},
      {"corollary", {23, 30, 31}},
      {"claim", {35, 36, 38}},
      {"algorithm", {1, 2, 3, 4, 5}},
  };
  return numbers;
}

TEST(Statements, AreFiftyOneAndFiveAlgorithmsInOrder) {
  const auto all = all_statements();
  ASSERT_EQ(all.size(), 56U);
  for (std::size_t i = 0; i < 51; ++i) {
    EXPECT_EQ(all[i].number, static_cast<int>(i) + 1);
    EXPECT_NE(all[i].kind, StatementKind::algorithm);
  }
  for (std::size_t i = 51; i < 56; ++i)
    EXPECT_EQ(all[i], (StatementId{StatementKind::algorithm, static_cast<int>(i) - 50}));
}

TEST(Statements, HaveTheKindsOfThePaper) {
  for (const auto& [kind, numbers] : numbers_by_kind())
    for (const int number : numbers) {
      const std::string name = kind + "-" + std::to_string(number);
      const auto id = parse_statement(name);
      ASSERT_TRUE(id.has_value()) << name;
      EXPECT_EQ(to_text(*id), name);
    }
}

TEST(Statements, HaveOneKindOnly) {
  for (const auto& [kind, numbers] : numbers_by_kind())
    for (int number = 0; number <= 52; ++number)
      EXPECT_EQ(parse_statement(kind + "-" + std::to_string(number)).has_value(), numbers.contains(number))
          << kind << number;
  EXPECT_FALSE(parse_statement("lemma-11").has_value()) << "11 is a theorem";
}

TEST(Statements, RoundTripThroughTheirNames) {
  std::set<std::string> names;
  for (const StatementId id : all_statements()) {
    EXPECT_EQ(parse_statement(to_text(id)), id);
    names.insert(to_text(id));
  }
  EXPECT_EQ(names.size(), 56U);
}

TEST(Statements, HaveNoOtherSpelling) {
  for (const char* text : {"", "lemma", "lemma-", "lemma33", "Lemma-33", "lemma-033", "lemma-33 ", " lemma-33",
                           "lemma--33", "lemma-+33", "theorem-0", "algorithm-6", "algorithm-0", "lemma-33.0", "33"})
    EXPECT_FALSE(parse_statement(text).has_value()) << text;
}

}  // namespace
}  // namespace verimix

#include "verimix/core/verdict.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <set>
#include <vector>

#include "support/exact.hpp"
#include "support/numbers.hpp"
#include "verimix/core/truth.hpp"

namespace verimix {
namespace {

using support::balls;
using support::exact_ends;

constexpr std::array truths = {Truth::no, Truth::yes, Truth::unknown};

/// The answers that are possible for what a Truth stands for.
std::vector<bool> possible(Truth t) {
  if (t == Truth::unknown) return {false, true};
  return {t == Truth::yes};
}

// Kleene's logic: an operation is decided exactly where every possible pair of answers decides it the same way.
TEST(ThreeValuedLogic, IsDecidedWhereAllPossibilitiesAgree) {
  const auto combined = [](Truth a, Truth b, bool (*operation)(bool, bool)) {
    std::set<bool> answers;
    for (const bool x : possible(a))
      for (const bool y : possible(b)) answers.insert(operation(x, y));
    return answers.size() == 2 ? Truth::unknown : truth(*answers.begin());
  };
  for (const Truth a : truths) {
    for (const Truth b : truths) {
      EXPECT_EQ(a && b, combined(a, b, [](bool x, bool y) { return x && y; }));
      EXPECT_EQ(a || b, combined(a, b, [](bool x, bool y) { return x || y; }));
    }
    EXPECT_EQ(!a, combined(a, a, [](bool x, bool) { return !x; }));
  }
}

TEST(EvidenceOrder, ACombinationIsAsWeakAsItsWeakestPart) {
  using enum Evidence;
  EXPECT_EQ(weaker(certified, certified), certified);
  EXPECT_EQ(weaker(certified, estimated), estimated);
  EXPECT_EQ(weaker(estimated, computed), computed);
  EXPECT_EQ(weaker(computed, certified), computed);
}

TEST(VerdictText, IsTheWordOfTheFileFormats) {
  EXPECT_EQ(to_text(Evidence::certified), "certified");
  EXPECT_EQ(to_text(Evidence::estimated), "estimated");
  EXPECT_EQ(to_text(Evidence::computed), "computed");
  EXPECT_EQ(to_text(Verdict::holds), "holds");
  EXPECT_EQ(to_text(Verdict::violated), "violated");
  EXPECT_EQ(to_text(Verdict::undecided), "undecided");
  EXPECT_EQ(to_text(Verdict::not_applicable), "not-applicable");
}

TEST(VerdictTextDeathTest, HasNoWordForAnythingElse) {
  EXPECT_DEATH(to_text(static_cast<Evidence>(9)), "every evidence has a word");
  EXPECT_DEATH(to_text(static_cast<Verdict>(9)), "every verdict has a word");
}

RC_GTEST_PROP(BoundComparison, IsDecidedByTheExactEnds, ()) {
  const Ball lhs = (*balls(4)).ball();
  const Ball rhs = (*balls(4)).ball();
  const auto [lhs_lower, lhs_upper] = exact_ends(lhs);
  const auto [rhs_lower, rhs_upper] = exact_ends(rhs);
  const Comparison result = compare({lhs, Evidence::certified}, {rhs, Evidence::estimated});
  const Verdict expected = lhs_upper <= rhs_lower  ? Verdict::holds
                           : lhs_lower > rhs_upper ? Verdict::violated
                                                   : Verdict::undecided;
  RC_ASSERT(result.verdict == expected);
  RC_ASSERT(result.evidence == Evidence::estimated);
  RC_ASSERT(result.ratio.has_value() == (rhs_lower > 0));
  if (result.ratio) {
    RC_ASSERT(overlaps(*result.ratio * rhs, lhs));
    RC_ASSERT(support::contains_exactly(*result.ratio, lhs_lower / rhs_upper));
    RC_ASSERT(support::contains_exactly(*result.ratio, lhs_upper / rhs_lower));
  }
  RC_ASSERT(!result.reason.empty());
  RC_ASSERT(contains(result.lhs.value, lhs) && contains(result.rhs.value, rhs));
}

TEST(BoundComparison, HoldsAtEquality) {
  EXPECT_EQ(compare({Ball(1), Evidence::certified}, {Ball(1), Evidence::certified}).verdict, Verdict::holds);
  EXPECT_EQ(compare({Ball(0), Evidence::certified}, {Ball(0), Evidence::certified}).verdict, Verdict::holds);
}

TEST(BoundComparison, OfWhatIsNotFiniteIsUndecided) {
  const Ball whole_line(HUGE_VAL);
  const Ball nan = log(Ball(-1));
  for (const Ball& bad : {whole_line, nan}) {
    const Comparison left = compare({bad, Evidence::certified}, {Ball(1), Evidence::certified});
    const Comparison right = compare({Ball(1), Evidence::certified}, {bad, Evidence::certified});
    EXPECT_EQ(left.verdict, Verdict::undecided);
    EXPECT_EQ(right.verdict, Verdict::undecided);
    EXPECT_FALSE(left.ratio || right.ratio);
  }
}

TEST(BoundComparison, NotApplicableNamesTheHypothesis) {
  const Comparison result = not_applicable("alpha > 0");
  EXPECT_EQ(result.verdict, Verdict::not_applicable);
  EXPECT_EQ(result.reason, "alpha > 0");
  EXPECT_FALSE(result.ratio);
}

}  // namespace
}  // namespace verimix

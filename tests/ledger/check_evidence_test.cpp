// How sure `check` is of the forms with every constant explicit: a row that was certified stays so.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "support/line_mixtures.hpp"
#include "verimix/cluster/clustering_error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/ledger/check.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/polynomial/quadratic_forms.hpp"

namespace verimix {
namespace {

/// By evidence, the statements whose weakest row has it, in order; rows that do not apply are left out, all others
/// hold.
std::map<Evidence, std::string> evidence_on(const char* name) {
  std::map<std::string, Evidence> weakest;
  std::vector<std::string> order;
  for (const Check& row : run_checks(instance(name), {}, {StatementForm::explicit_constants}, {})) {
    if (row.comparison.verdict == Verdict::not_applicable) continue;
    const std::string statement = to_text(row.statement);
    EXPECT_EQ(row.comparison.verdict, Verdict::holds) << name << ' ' << statement << ' ' << row.part;
    if (!weakest.contains(statement)) order.push_back(statement);
    weakest.try_emplace(statement, Evidence::certified);
    weakest[statement] = weaker(weakest[statement], row.comparison.evidence);
    // A row that is computed says why.
    if (row.comparison.evidence != Evidence::computed) continue;
    const std::string text = row.part + row.choice + row.comparison.reason;
    EXPECT_TRUE(text.find("computed") != std::string::npos || text.find("attained") != std::string::npos) << text;
  }
  std::map<Evidence, std::string> out;
  for (const std::string& statement : order)
    out[weakest[statement]] += (out[weakest[statement]].empty() ? "" : " ") + statement;
  return out;
}

TEST(CheckEvidence, OnTheLine) {
  EXPECT_EQ(
      evidence_on("over1"),
      (std::map<Evidence, std::string>{
          {Evidence::certified,
           "definition-1 remark-4 proposition-5 proposition-7 lemma-8 lemma-9 theorem-11 lemma-12 lemma-13 lemma-14 "
           "lemma-15 lemma-16 lemma-17 fact-19 lemma-20 lemma-21 lemma-22 corollary-23 proposition-25 lemma-26 "
           "lemma-29 proposition-32 lemma-33 lemma-34 claim-35 claim-36 fact-37 claim-38 fact-39 proposition-40 "
           "lemma-41 lemma-42 lemma-43 lemma-44 lemma-45 lemma-46 lemma-47 proposition-48 lemma-50 proposition-51 "
           "algorithm-1 algorithm-2 algorithm-4"},
          // Two components and one covariance: the bound is the probability itself.
          {Evidence::computed, "algorithm-5"}}));
}

TEST(CheckEvidence, InThePlane) {
  EXPECT_EQ(
      evidence_on("sep2"),
      (std::map<Evidence, std::string>{
          {Evidence::certified,
           "definition-1 remark-4 lemma-9 lemma-12 lemma-13 lemma-14 lemma-15 lemma-16 lemma-18 fact-19 lemma-20 "
           "lemma-21 proposition-25 lemma-26 lemma-27 lemma-28 lemma-29 lemma-33 lemma-34 claim-35 claim-36 fact-37 "
           "claim-38 fact-39 lemma-42 lemma-43 lemma-44 lemma-45 lemma-46 algorithm-1 algorithm-4 algorithm-5"},
          {Evidence::estimated, "proposition-7 corollary-30 corollary-31 proposition-32"}}));
}

TEST(CheckEvidence, InFiveDimensions) {
  EXPECT_EQ(evidence_on("over5"),
            (std::map<Evidence, std::string>{
                {Evidence::certified,
                 "definition-1 remark-4 lemma-9 lemma-12 lemma-13 lemma-14 lemma-15 lemma-16 lemma-17 fact-19 lemma-20 "
                 "lemma-21 lemma-22 corollary-23 proposition-25 lemma-26 lemma-27 lemma-28 lemma-29 lemma-33 lemma-34 "
                 "claim-35 claim-36 fact-37 claim-38 fact-39 lemma-42 lemma-43 lemma-44 lemma-45 lemma-46 algorithm-1 "
                 "algorithm-2 algorithm-4 algorithm-5"},
                {Evidence::estimated, "proposition-7 corollary-30 corollary-31 proposition-32"}}));
}

/// With a second coordinate of variance 1, independent of the first and the same for all.
ExactMixture with_a_coordinate(const ExactMixture& line) {
  ExactMixture plane = line;
  plane.means = Matrix<Rational>::Constant(2, line.size(), Rational(0));
  plane.means.row(0) = line.means.row(0);
  for (std::size_t i = 0; i < line.covariances.size(); ++i) {
    plane.covariances[i] = Matrix<Rational>::Constant(2, 2, Rational(0));
    plane.covariances[i](0, 0) = line.covariances[i](0, 0);
    plane.covariances[i](1, 1) = 1;
  }
  return plane;
}

Check only_row(const ExactMixture& mixture, const char* statement, const std::map<std::string, std::string>& values) {
  CheckSettings settings;
  settings.samples = 2000;
  for (const auto& [key, value] : values) settings.values.emplace(key, parse_rational(value));
  const auto rows = run_checks(mixture, {*parse_statement(statement)}, {StatementForm::explicit_constants}, settings);
  EXPECT_EQ(rows.size(), 1U);
  return rows.front();
}

// With mu = (0, 1), Q = (1, 2) and exact estimates the difference of the two forms is (3 - (x + 1)^2)/2, x ~ N(0, 1).
TEST(CheckEvidence, TheLeftSideOfLemma44IsTwoTails) {
  const ExactMixture pair = support::line_mixture({{"1/2", "0", "1"}, {"1/2", "1", "2"}});
  const Check row = only_row(pair, "lemma-44", {{"mean-error", "0"}, {"covariance-error", "0"}, {"delta", "1/2"}});
  const Ball bound = form_difference_upper<Ball>({1, Ball(1) / 2, Ball(1) / 2, 1, 1, 0, 1}, Ball(1) / 2);
  const Ball reach = sqrt(3 + 2 * bound);
  const Ball expected = normal_upper_tail<Ball>(reach - 1) + normal_upper_tail<Ball>(reach + 1);
  EXPECT_EQ(less(Ball(3) / 2, bound), Truth::yes) << "the difference is never as large as the bound";
  EXPECT_TRUE(overlaps(row.comparison.lhs.value, expected)) << approximate(expected);
  EXPECT_LT(radius_upper(row.comparison.lhs.value), 1e-20 * approximate(expected));
  // In the plane, where A is singular, the law of a quadratic form gives the same.
  const Check beside =
      only_row(with_a_coordinate(pair), "lemma-44", {{"mean-error", "0"}, {"covariance-error", "0"}, {"delta", "1/2"}});
  EXPECT_EQ(beside.comparison.evidence, Evidence::certified);
  EXPECT_NEAR(approximate(beside.comparison.lhs.value) / approximate(expected), 1, 1e-10);
}

// Three components: on the line the probability of the union, in the plane between the largest and the sum.
TEST(CheckEvidence, TheLeftSidesOfLemmas45And46InThePlaneHoldThoseOnTheLine) {
  const ExactMixture line = support::line_mixture({{"1/3", "0", "1/2"}, {"1/3", "1", "1"}, {"1/3", "-1/2", "2"}});
  for (const char* statement : {"lemma-45", "lemma-46"}) {
    CheckSettings settings;
    settings.samples = 2000;
    settings.values.emplace("delta", Rational(1, 2));
    const auto rows = [&](const ExactMixture& mixture) {
      return run_checks(mixture, {*parse_statement(statement)}, {StatementForm::explicit_constants}, settings);
    };
    const auto on_the_line = rows(line), in_the_plane = rows(with_a_coordinate(line));
    ASSERT_EQ(on_the_line.size(), 2U);
    for (std::size_t n = 0; n < 2; ++n) {
      const Comparison &exact = on_the_line[n].comparison, &between = in_the_plane[n].comparison;
      EXPECT_EQ(between.evidence, Evidence::certified);
      EXPECT_EQ(less(Ball(0), exact.lhs.value), Truth::yes) << statement << n;
      EXPECT_TRUE(overlaps(between.lhs.value, exact.lhs.value)) << statement << n;
      EXPECT_LT(approximate(between.lhs.value), 2 * approximate(exact.lhs.value)) << statement << n;
    }
  }
}

// A tie of eigenvalues at the edge of the eigenspace: of d = 2, k = 1, Q = Id, mu = 0 every line is one.
TEST(CheckEvidence, LemmasOfEigenspacesAreCertifiedAcrossATie) {
  ExactMixture round;
  round.weights = {Rational(1)};
  round.means = Matrix<Rational>::Constant(2, 1, Rational(0));
  round.covariances = {Matrix<Rational>::Constant(2, 2, Rational(0))};
  round.covariances[0](0, 0) = round.covariances[0](1, 1) = 1;
  const Check row = only_row(round, "lemma-15", {});
  EXPECT_EQ(row.comparison.verdict, Verdict::holds);
  EXPECT_EQ(row.comparison.evidence, Evidence::certified);
  EXPECT_NE(row.choice.find("tie"), std::string::npos) << row.choice;
}

}  // namespace
}  // namespace verimix

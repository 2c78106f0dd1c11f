#include "verimix/polynomial/degree_experiment.hpp"

#include <gtest/gtest.h>

#include "support/input_error.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

std::vector<DegreeRow> rows(const std::map<std::string, std::string>& settings) {
  return degree_experiment(DegreeSettings::parse(settings));
}

// The published figure's first mixture: in L2(M) the global degree falls with the distance.
TEST(Figure1, TheGlobalDegreeOfTwoFarGaussiansFallsWithTheDistance) {
  const auto found = rows({{"family", "two"}, {"epsilon", "0.01"}, {"sup", "0"}});
  const int expected[] = {17, 13, 5, 5, 3, 3};
  ASSERT_EQ(found.size(), 6U);
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i].global.degree, expected[i]) << i;
  const int per_cell[] = {4, 1, 1, 1, 1, 1};
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i].per_cell.degree, per_cell[i]) << i;
}

// Five components in two clusters: the cells need as much at every distance, the line about twice that.
TEST(Figure1, TwoClustersNeedDegreesThatDoNotDependOnTheDistance) {
  const auto found = rows({{"family", "clusters"}, {"R", "8,32"}, {"epsilon", "0.1,0.01"}, {"sup", "0"}});
  for (const std::size_t i : {0U, 2U}) {
    EXPECT_EQ(found[i].global.degree, 14);
    EXPECT_EQ(found[i].per_cell.degree, 7);
    EXPECT_EQ(found[i + 1].global.degree, 30);
    EXPECT_EQ(found[i + 1].per_cell.degree, 16);
  }
}

// Where a global polynomial loses: its degree grows with the number of clusters, one linear piece a cell suffices.
TEST(Figure1, ACombNeedsAGlobalDegreeThatGrowsWithTheNumberOfItsTeeth) {
  const auto found = rows({{"family", "comb"}, {"R", "4,8,16,32"}, {"epsilon", "0.1"}, {"sup", "0"}});
  const int expected[] = {5, 9, 15, 27};
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].global.degree, expected[i]);
    EXPECT_EQ(found[i].per_cell.degree, 1);
    EXPECT_EQ(found[i].cells, static_cast<std::size_t>(found[i].R / 4 + 1));
  }
}

// In the sup-norm the degree does grow, by about 4 when R doubles: Jackson's R^2.
TEST(Figure1, TheSupNormDegreeGrowsLikeTheSquareOfTheDistance) {
  const auto found = rows({{"family", "two"}, {"R", "2,4"}, {"epsilon", "0.1"}});
  ASSERT_TRUE(found[0].sup_norm->upper && found[1].sup_norm->upper);
  for (const DegreeRow& row : found) EXPECT_EQ(row.sup_norm->lower, *row.sup_norm->upper);
  const double ratio = static_cast<double>(*found[1].sup_norm->upper) / *found[0].sup_norm->upper;
  EXPECT_GE(ratio, 3);
  EXPECT_LE(ratio, 5);
  EXPECT_GE(*found[0].sup_norm->upper, 5);
  EXPECT_LE(*found[0].sup_norm->upper, 13);
}

TEST(Figure1, BeyondTheLargestDegreeTheSupNormHasALowerBoundOnly) {
  const LineLaw law(instance("two", {{"R", "8"}}));
  const auto found = minimal_sup_degrees(law, sup_norm_interval(law), {Rational(1, 10)}, 40);
  EXPECT_FALSE(found[0].upper);
  EXPECT_EQ(found[0].lower, 41);
}

// The slope of the score of 1/2 N(-R, 1) + 1/2 N(R, 1) at the origin is R^2 - 1; only the jump is about R. And -1{x <=
// 0}(x + R) - 1{x >= 0}(x - R) is as close to it as it is said to be.
TEST(Proposition5, TheSlopeAtTheOriginIsOfTheSizeOfTheSquare) {
  const std::pair<long, double> cases[] = {{2, .0896}, {4, 4.5e-4}, {8, 3.5e-14}};
  for (const auto& [R, error] : cases) {
    const LineLaw law(instance("two", {{"R", std::to_string(R)}}));
    const Series slope = derivative(score_series(LineMixture(law), Ball(0), 2));
    EXPECT_TRUE(overlaps(slope.coefficient(0), Ball(R * R - 1)));
    PiecewisePolynomial lines;
    lines.cells.push_back({std::nullopt, Rational(0), {Rational(-R), Rational(-1)}});
    lines.cells.push_back({Rational(0), std::nullopt, {Rational(R), Rational(-1)}});
    EXPECT_NEAR(approximate(certified_score_error(law, lines, 6).value) / error, 1, 0.04) << R;
  }
}

// d^poly samples are one sample at d = 1. A function within mean square epsilon of both scores -x and -(x - h) exists
// only if h^2 (1
// - TV) <= 4 epsilon, and one sample of N(0, 1) or N(h, 1) is told apart with an error of (1 - TV)/2 at best.
TEST(Proposition5, OneSampleDoesNotFindTheScore) {
  const LineMixture normal{LineLaw(instance("two", {{"R", "0"}}))};
  const Ball overlap = 2 * normal.upper_tail(Ball(1) / 4);  // 1 - TV for h = 1/2
  EXPECT_EQ(less(4 * Ball(1) / 25, overlap / 4), Truth::yes) << "epsilon = 1/25 is too small for a common function";
  EXPECT_EQ(less(Ball(2) / 5, overlap / 2), Truth::yes) << "so one of the two fails with probability at least .4";
}

// At R = 1 the printed degree is poly(0), one number for all epsilon, and at most 2^k cells; but cells or no cells, no
// polynomial is the score: the error stays positive at every degree.
TEST(Proposition48, ADegreeThatDoesNotDependOnEpsilonIsNotEnough) {
  ExactMixture mixture = instance("two", {{"R", "1/2"}});
  for (const Cuts1D& cuts : {Cuts1D{}, Cuts1D{Rational(0)}, Cuts1D{Rational(-1), Rational(0), Rational(1)}})
    for (const Ball& error : best_weighted_errors(LineLaw(mixture), cuts, 12, 40))
      EXPECT_EQ(less(Ball(0), error), Truth::yes);
}

// The conclusion on the line: with the cells of the clusters the degree depends on epsilon, not on R.
TEST(Proposition48, TheDegreePerCellDoesNotDependOnTheDistance) {
  const auto found = rows({{"family", "two,clusters,comb"}, {"R", "16,64"}, {"epsilon", "0.01"}, {"sup", "0"}});
  ASSERT_EQ(found.size(), 6U);
  for (std::size_t i = 0; i < found.size(); i += 2) {
    EXPECT_EQ(found[i].per_cell.degree, found[i + 1].per_cell.degree);
    EXPECT_LE(*found[i].per_cell.degree, *found[i].global.degree);
  }
}

TEST(Figure1, TheDocumentHasNamedColumns) {
  const Json document = degree_experiment_json({{"family", "two"}, {"R", "4"}, {"epsilon", "1/10"}, {"sup", "0"}});
  EXPECT_EQ(document.at("format"), "verimix.experiment/1");
  ASSERT_EQ(document.at("rows").size(), 1U);
  EXPECT_EQ(document.at("rows")[0].size(), document.at("columns").size());
  EXPECT_EQ(document.at("rows")[0][3], 5);
  EXPECT_EQ(document.at("rows")[0][7], 1);
}

TEST(Figure1, RefusesBadSettings) {
  const std::vector<std::pair<std::string, std::string>> bad{{"family", "three"}, {"R", "-2"},    {"epsilon", "0"},
                                                             {"epsilon", "-1"},   {"sup", "1/2"}, {"sup", "2049"},
                                                             {"sup ", "1"}};
  for (const auto& setting : bad)
    EXPECT_NE(support::refusal([&] { degree_experiment_json({setting}); }), "accepted")
        << setting.first << "=" << setting.second;
}

}  // namespace
}  // namespace verimix

#include "verimix/cluster/misclassification.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/math/distributions/chi_squared.hpp>

#include "support/ball_matrices.hpp"
#include "support/clustering_generators.hpp"
#include "verimix/cluster/clustering_error.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

using support::exactly;

Mixture<Ball> exact_truth(const Mixture<double>& m) {
  Mixture<Ball> out{m.name, exactly(m.weights), exactly(m.means), {}};
  for (const Matrix<double>& q : m.covariances) out.covariances.push_back(exactly(q));
  return out;
}

RC_GTEST_PROP(Misclassification, LineCellsAgreeWithCounting, ()) {
  const support::ClusteringCase c = *support::clustering_cases(1, 4);
  const Clustering<double> clustering(c.estimates, c.pair, c.options);
  const LineCells cells = line_cells(exact_truth(c.truth), clustering);
  const Index n = 2000;
  for (Index i = 0; i < c.truth.size(); ++i) {
    const MisclassificationEstimate counted = misclassification_estimate(c.truth, clustering, i, n, c.seed);
    // Where two borders nearly meet, half of the 128 bits of their places are lost.
    RC_ASSERT(radius_upper(cells.misclassified(i)) < 1e-16);
    RC_ASSERT(support::agrees_with_count(cells.misclassified(i), counted.wrong, n));
    RC_ASSERT(support::agrees_with_count(cells.status(i, 1), counted.none, n));
    RC_ASSERT(support::agrees_with_count(cells.status(i, 2), counted.multi, n));
    RC_ASSERT(support::agrees_with_count(cells.status(i, 3), counted.empty_intersection, n));
    Ball all = 0, statuses = 0;
    for (Index t = 0; t < clustering.cells(); ++t) all += cells.probability(i, t);
    for (Index s = 0; s < 4; ++s) statuses += cells.status(i, s);
    RC_ASSERT(overlaps(all, Ball(1)) && overlaps(statuses, Ball(1)));
    RC_ASSERT(overlaps(cells.misclassified(i) + cells.probability(i, cell_of_component(clustering, i)), Ball(1)));
    // The brackets of any dimension count statuses other than `ok` as errors.
    const Ball ruled = cells.misclassified(i) + cells.status(i, 1) + cells.status(i, 2) + cells.status(i, 3);
    RC_ASSERT(support::lower_end(misclassification_bracket(exact_truth(c.truth), clustering, i)) <=
              support::upper_end(ruled));
    RC_ASSERT(support::upper_end(misclassification_bracket(exact_truth(c.truth), clustering, i)) >=
              support::lower_end(cells.misclassified(i)));
  }
}

// Two components told apart by means: one normal tail each.
TEST(Misclassification, Sep1IsANormalTail) {
  const ExactMixture exact = instance("sep1");
  const Mixture<double> truth = round_to<double>(exact);
  const Clustering<double> clustering(parameters_of(truth), {{0, 1}, {0, 0}}, {.alpha = 0.5});
  const LineCells cells = line_cells(round_to<Ball>(exact), clustering);
  // The border is -1/2: 11/2 from -6 with variance 1, 11/2 from 5 with variance 3/2.
  EXPECT_TRUE(overlaps(cells.misclassified(0), normal_upper_tail<Ball>(Ball(11) / Ball(2))));
  EXPECT_TRUE(overlaps(cells.misclassified(1), normal_upper_tail<Ball>(Ball(11) / (2 * sqrt(Ball(3) / Ball(2))))));
  EXPECT_LT(radius_upper(cells.misclassified(0)), 1e-40);
}

// Two components told apart by variances about one centre: chi-square tails, exact in every dimension.
TEST(Misclassification, EqualMeansAreChiSquareTails) {
  const Index d = 20;
  const Matrix<double> id = Matrix<double>::Identity(d, d);
  const Mixture<double> truth{"", Vector<double>::Constant(2, 0.5), Matrix<double>::Zero(d, 2), {id, 2 * id}};
  const Clustering<double> clustering(parameters_of(truth), {{0, 0}, {0, 1}}, {.alpha = 1});
  // q_12 = |x|^2/2 against (1 + 2) d/4.
  const boost::math::chi_squared chi(20);
  const double cut = 30;
  const double first = boost::math::cdf(boost::math::complement(chi, cut));
  const double second = boost::math::cdf(chi, cut / 2);
  const Ball one = misclassification_bracket(exact_truth(truth), clustering, 0);
  const Ball two = misclassification_bracket(exact_truth(truth), clustering, 1);
  EXPECT_LT(radius_upper(one), 1e-25);
  EXPECT_NEAR(approximate(one), first, 1e-12);
  EXPECT_NEAR(approximate(two), second, 1e-12);
  for (const Index i : {0, 1}) {
    const MisclassificationEstimate counted = misclassification_estimate(truth, clustering, i, 4000, 3, 1 - 1e-6);
    EXPECT_LE(counted.probability.lower, i == 0 ? first : second);
    EXPECT_GE(counted.probability.upper, i == 0 ? first : second);
    EXPECT_EQ(counted.multi, 0);
    EXPECT_EQ(counted.none, 0);
  }
}

// The same on the line, and the bracket meets the certified cells.
TEST(Misclassification, Nest1BothWays) {
  const ExactMixture exact = instance("nest1");
  const Clustering<double> clustering(parameters_of(round_to<double>(exact)), {{0, 0}, {0, 1}}, {.alpha = 0.1});
  const LineCells cells = line_cells(round_to<Ball>(exact), clustering);
  for (const Index i : {0, 1}) {
    EXPECT_TRUE(overlaps(cells.misclassified(i), misclassification_bracket(round_to<Ball>(exact), clustering, i)));
    EXPECT_LT(radius_upper(cells.misclassified(i)), 1e-30);
  }
}

// Exact tails in the place of Chernoff's bound, centres that coincide counted once: never above the older bound.
RC_GTEST_PROP(Misclassification, BracketIsBelowTheChernoffBound, ()) {
  const support::ClusteringCase c = *support::clustering_cases(3, 3);
  const Clustering<double> clustering(c.estimates, c.pair, c.options);
  for (Index i = 0; i < c.truth.size(); ++i) {
    const Ball bracket = misclassification_bracket(exact_truth(c.truth), clustering, i);
    const double chernoff = misclassification_upper(c.truth, clustering, i);
    // Brackets are attained, so the count's interval is as sure as many seeds ask for; both numbers are told.
    const MisclassificationEstimate counted =
        misclassification_estimate(c.truth, clustering, i, 300, c.seed, 1 - 1e-12);
    RC_LOG() << "component " << i << ": bracket up to " << support::upper_end(bracket) << ", Chernoff " << chernoff
             << ", " << counted.wrong << " of 300 wrong";
    RC_ASSERT(support::upper_end(bracket) <= std::min(1.0, chernoff) + 1e-9);
    RC_ASSERT(counted.probability.lower <= support::upper_end(bracket));
  }
}

TEST(Misclassification, MorePrecisionIsNarrower) {
  const ExactMixture exact = instance("tri1");
  const Clustering<double> clustering(parameters_of(round_to<double>(exact)), {{0, 1, 2}, {0, 1, 2}}, {.alpha = 0.3});
  std::vector<Ball> values;
  for (const long bits : {64L, 128L, 256L}) {
    const BallPrecision precision(bits);
    values.push_back(line_cells(round_to<Ball>(exact), clustering).misclassified(1));
  }
  EXPECT_TRUE(overlaps(values[0], values[1]) && overlaps(values[1], values[2]));
  EXPECT_LT(radius_upper(values[2]), 1e-70);
}

TEST(Misclassification, EstimatesDoNotDependOnAnythingButTheSeed) {
  const Mixture<double> truth = round_to<double>(instance("over2"));
  const Clustering<double> clustering(parameters_of(truth), {{0, 1}, {0, 0}}, {.alpha = 0.3});
  const auto first = misclassification_estimate(truth, clustering, 1, 5000, 7);
  const auto again = misclassification_estimate(truth, clustering, 1, 5000, 7);
  EXPECT_EQ(first.wrong, again.wrong);
  EXPECT_NE(first.wrong, misclassification_estimate(truth, clustering, 1, 5000, 8).wrong);
}

TEST(Misclassification, RefusesBadInput) {
  const Mixture<double> plane = round_to<double>(instance("over2"));
  const Clustering<double> clustering(parameters_of(plane), {{0, 1}, {0, 0}}, {.alpha = 0.3});
  EXPECT_THROW(line_cells(exact_truth(plane), clustering), InputError);
  EXPECT_THROW(misclassification_estimate(plane, clustering, 2, 10, 1), InputError);
  EXPECT_THROW(misclassification_estimate(plane, clustering, 0, 0, 1), InputError);
  EXPECT_THROW(misclassification_estimate(plane, clustering, 0, 10, 1, 1.0), InputError);
  EXPECT_THROW(misclassification_bracket(exact_truth(round_to<double>(instance("sep2"))), clustering, 0), InputError);
  EXPECT_THROW(cell_of_component(clustering, -1), InputError);
}

}  // namespace
}  // namespace verimix

#include "verimix/simplify/score_simplification.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "removal_cases.hpp"
#include "support/ball_matrices.hpp"
#include "support/clustering_generators.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/simplify/line_removal.hpp"

namespace verimix {
namespace {

using support::clustering_cases;
using support::ClusteringCase;

RC_GTEST_PROP(Claim35, IdentityIsTheDifferenceOfTheScores, ()) {
  const ClusteringCase c = *clustering_cases(3, 4);
  const SimplifiedScore<double> simplified(c.truth, Clustering<double>(c.estimates, c.pair, c.options));
  const Matrix<double> points = support::scattered_points(c, 50);
  const Matrix<double> score = Density<double>(c.truth).evaluate(points).score;
  const Matrix<double> by_scores = score - simplified.evaluate(points);
  const Matrix<double> by_identity = simplified.difference(points);
  for (Index j = 0; j < points.cols(); ++j) {
    // Scores of size |x|/alpha; responsibilities carry an absolute error of order u |x|^2/alpha in their exponents.
    const double size = (5 + points.col(j).norm()) / 0.25;
    const double unit = 1000 * std::numeric_limits<double>::epsilon() * size * (1 + size * size);
    RC_ASSERT((by_scores.col(j) - by_identity.col(j)).norm() <= unit);
  }
}

RC_GTEST_PROP(Claim35, FourthPowerBoundHolds, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index k = 2 + static_cast<Index>(seed % 7);
  const Index d = 1 + static_cast<Index>(seed % 5);
  const Matrix<double> g = support::normal_matrix(d, k, stream);
  Vector<double> weights = (5 * support::normal_matrix(k, 1, stream).col(0).array()).exp();
  const Vector<double> p = weights / weights.sum();
  const Index removed = static_cast<Index>(stream.uniform() * static_cast<double>(k));
  weights(removed) = 0;
  const Vector<double> q = weights / weights.sum();
  const double lhs = std::pow((g * (p - q)).norm(), 4);
  const double sharper = softmax_difference_fourth_power_upper(p, q, g);
  RC_ASSERT(lhs <=
            sharper * (1 + 1e-9) + 1e-25);  // p - q cancels where both are near 1: 1e-16 to the fourth, times |g|^4
  if (k == 2) {
    // Then |s - s_U|^4 = p_j^4 |g_j - g_l|^4 and the bound is p_j |..|^4: pinned from both sides.
    RC_ASSERT(std::abs(lhs - std::pow(p(removed), 3) * sharper) <= 1e-9 * sharper + 1e-25);
  }
}

TEST(SimplifiedScore, OneCellIsTheScore) {
  const Mixture<double> m = round_to<double>(instance("over2"));
  const Clustering<double> one(parameters_of(m), {{0, 0}, {0, 0}}, {.alpha = 0.1});
  Stream stream(1, Purpose::instance, 0);
  const Matrix<double> points = support::normal_matrix(2, 100, stream);
  const SimplifiedScore<double> simplified(m, one);
  EXPECT_LT((simplified.evaluate(points) - Density<double>(m).evaluate(points).score).norm(), 1e-13 * 100);
  EXPECT_EQ(simplified.difference(points).norm(), 0);
}

TEST(SimplifiedScore, SingletonCellsAreLinear) {
  const Mixture<double> m = round_to<double>(instance("sep1"));
  const Clustering<double> clustering(parameters_of(m), {{0, 1}, {0, 0}}, {.alpha = 1});
  const Matrix<double> points = (Matrix<double>(1, 3) << -7, 4, 8).finished();
  const Matrix<double> score = SimplifiedScore<double>(m, clustering).evaluate(points);
  EXPECT_NEAR(score(0), 1, 1e-14);
  EXPECT_NEAR(score(1), 1 / 1.5, 1e-14);
  EXPECT_NEAR(score(2), -2, 1e-14);
}

Ball certified(const ExactMixture& m, const Clustering<double>& clustering) {
  return simplification_error_line(m, clustering, 8).total;
}

// The interval holds the certified error, at several sizes; it is not narrower than what it rests on.
TEST(SimplificationEstimate, HoldsTheCertifiedError) {
  for (const char* name : {"pan1", "over1", "nest1", "sep1"}) {
    const ExactMixture exact = instance(name);
    const Mixture<double> m = round_to<double>(exact);
    const PartitionPair pair =
        m.means(0, 0) == m.means(0, 1) ? PartitionPair{{0, 0}, {0, 1}} : PartitionPair{{0, 1}, {0, 0}};
    const Clustering<double> clustering(parameters_of(m), pair, {.alpha = 0.05});
    const Ball error = certified(exact, clustering);
    double width = std::numeric_limits<double>::infinity();
    for (const Index count : {100, 3000, 100000}) {
      const SimplificationEstimate estimate = simplification_error(m, clustering, count, 3);
      EXPECT_LE(estimate.error.lower, support::upper_end(error)) << name;
      EXPECT_GE(estimate.error.upper, support::lower_end(error)) << name;
      EXPECT_LE(estimate.error.lower, estimate.error.estimate);
      EXPECT_LE(estimate.error.estimate + estimate.tail_upper, estimate.error.upper);
      const double order = estimate.order;
      const double moment =
          simplification_power_upper(round_to<double>(exact), clustering.refinement(), estimate.order);
      EXPECT_NEAR(estimate.tail_upper,
                  std::pow(order - 1, order - 1) / std::pow(order, order) * std::pow(estimate.cap, 1 - order) * moment,
                  1e-6 * estimate.tail_upper);
      EXPECT_LT(estimate.error.upper - estimate.error.lower, width / 3);
      width = estimate.error.upper - estimate.error.lower;
      EXPECT_GT(width, estimate.cap / static_cast<double>(count));
    }
  }
}

// A confidence that is stated is kept: of 300 intervals at 0.8 far fewer than 60 miss.
TEST(SimplificationEstimate, CoversAtTheStatedConfidence) {
  const ExactMixture exact = instance("over1");
  const Mixture<double> m = round_to<double>(exact);
  const Clustering<double> clustering(parameters_of(m), {{0, 1}, {0, 0}}, {.alpha = 0.05});
  const double error = approximate(certified(exact, clustering));
  int missed = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const ConfidenceInterval interval = simplification_error(m, clustering, 400, seed, 0.8).error;
    missed += interval.lower > error || error > interval.upper ? 1 : 0;
  }
  EXPECT_LE(missed, 60);
}

// Where no draw sees an error the interval by the central limit theorem was [0, 0]; this one holds what is certified.
TEST(SimplificationEstimate, RareErrorsAreNotMissed) {
  const ExactMixture exact = instance("two", {{"R", "5"}});
  const Mixture<double> m = round_to<double>(exact);
  const Clustering<double> clustering(parameters_of(m), {{0, 1}, {0, 0}}, {.alpha = 1});
  const Ball error = certified(exact, clustering);
  const SimplificationEstimate estimate = simplification_error(m, clustering, 1000, 1);
  EXPECT_EQ(less(Ball(estimate.error.upper), error), Truth::no);
  EXPECT_EQ(less(error, Ball(estimate.error.lower)), Truth::no);
  EXPECT_EQ(estimate.capped, 0);
  EXPECT_LT(estimate.error.upper, 10);  // of a scale (2 R)^2 = 100
}

// In the plane, where all differences lie on one axis, the error is that on the line.
TEST(SimplificationEstimate, InThePlaneByReduction) {
  const ExactMixture exact = instance("over1");
  const Mixture<double> line = round_to<double>(exact);
  Mixture<double> plane{"", line.weights, Matrix<double>(2, 2), {}};
  Matrix<double> turn(2, 2);
  turn << 0.6, -0.8, 0.8, 0.6;
  for (Index i = 0; i < 2; ++i) {
    plane.means.col(i) = turn.col(0) * line.means(0, i);
    const Vector<double> diagonal{{line.covariances[static_cast<std::size_t>(i)](0, 0), 1.0}};
    const Matrix<double> q = turn * diagonal.asDiagonal() * turn.transpose();
    plane.covariances.push_back((q + q.transpose()) / 2);
  }
  const Clustering<double> flat(parameters_of(line), {{0, 1}, {0, 0}}, {.alpha = 0.05});
  const Clustering<double> turned(parameters_of(plane), {{0, 1}, {0, 0}}, {.alpha = 0.05});
  const double error = approximate(certified(exact, flat));
  const SimplificationEstimate estimate = simplification_error(plane, turned, 200000, 5);
  EXPECT_LE(estimate.error.lower, error);
  EXPECT_GE(estimate.error.upper, error);
  EXPECT_LT(estimate.error.upper - estimate.error.lower, error / 4);
}

// E_M|s - s_c|^{2m} for the clusterings that say one cell everywhere: below the bound that the tail rests on.
TEST(SimplificationEstimate, PowersAreBelowTheirBound) {
  for (const char* name : {"tri1", "diff1", "nest1"}) {
    const ExactMixture m = instance(name);
    const std::vector<std::vector<Index>> cells =
        m.size() == 3 ? std::vector<std::vector<Index>>{{0, 2}, {1}} : std::vector<std::vector<Index>>{{0}, {1}};
    const Mixture<Ball> balls = round_to<Ball>(m);
    for (const int power : {1, 2, 4}) {
      const Ball upper = simplification_power_upper(balls, cells, power);
      double best = 0;
      for (const std::vector<Index>& cell : cells) {
        Ball mean = 0;
        for (Index i = 0; i < m.size(); ++i)
          mean += balls.weights(i) *
                  removal_moment_line(m, {support::all_components(m.size()), cell, i}, 2 * power, 6).value;
        EXPECT_NE(less(upper, mean), Truth::yes) << name;
        best = std::max(best, approximate(mean / upper));
      }
      EXPECT_GT(best, 0.04) << name;
    }
  }
}

// The farther apart, the smaller: the decay that Proposition 32 is about.
TEST(Proposition32, ErrorFallsWithTheSeparation) {
  double before = std::numeric_limits<double>::infinity();
  for (const char* R : {"2", "3", "4", "5", "20"}) {
    const ExactMixture m = instance("two", {{"R", R}});
    const Clustering<double> clustering(parameters_of(round_to<double>(m)), {{0, 1}, {0, 0}}, {.alpha = 1});
    const double error = approximate(certified(m, clustering));
    EXPECT_LT(error, before / 3);
    before = error;
  }
}

TEST(SimplificationEstimate, SameSeedSameNumber) {
  const Mixture<double> m = round_to<double>(instance("pan1"));
  const Clustering<double> clustering(parameters_of(m), {{0, 1}, {0, 0}}, {.alpha = 0.05});
  EXPECT_EQ(simplification_error(m, clustering, 5000, 1).error.estimate,
            simplification_error(m, clustering, 5000, 1).error.estimate);
  EXPECT_THROW(simplification_error(m, clustering, 1, 1), InputError);
  EXPECT_THROW(simplification_error(m, clustering, 10, 1, 1.5), InputError);
}

TEST(SimplificationEstimate, OneCellIsExact) {
  const Mixture<double> m = round_to<double>(instance("over2"));
  const Clustering<double> one(parameters_of(m), {{0, 0}, {0, 0}}, {.alpha = 0.1});
  EXPECT_EQ(simplification_error(m, one, 10, 1).error.upper, 0);
}

TEST(SimplifiedScore, RefusesAClusteringOfAnotherSize) {
  const Mixture<double> m = round_to<double>(instance("tri1"));
  const Clustering<double> two(parameters_of(round_to<double>(instance("pan1"))), {{0, 1}, {0, 0}}, {.alpha = 0.05});
  EXPECT_THROW(SimplifiedScore<double>(m, two), InputError);
}

}  // namespace
}  // namespace verimix

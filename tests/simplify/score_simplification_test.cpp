#include "verimix/simplify/score_simplification.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/clustering_generators.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/families.hpp"

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

/// E|s - s_c|^2 in one dimension by the trapezoid rule on a grid much finer than any component; the integrand jumps at
/// the borders of the cells, which costs one step of its height there.
double error_by_quadrature(const Mixture<double>& m, const Clustering<double>& clustering, double from, double to,
                           Index n) {
  const Matrix<double> x = Eigen::RowVectorXd::LinSpaced(n, from, to);
  const SimplifiedScore<double> simplified(m, clustering);
  const Vector<double> density = Density<double>(m).evaluate(x).log_density.array().exp();
  const Vector<double> squares = simplified.difference(x).colwise().squaredNorm().transpose();
  return density.dot(squares) * (to - from) / static_cast<double>(n - 1);
}

TEST(Proposition32, MonteCarloAgreesWithQuadrature) {
  for (const char* name : {"pan1", "over1", "nest1"}) {
    const Mixture<double> m = round_to<double>(instance(name));
    const PartitionPair pair =
        m.means(0, 0) == m.means(0, 1) ? PartitionPair{{0, 0}, {0, 1}} : PartitionPair{{0, 1}, {0, 0}};
    const Clustering<double> clustering(parameters_of(m), pair, {.alpha = 0.05});
    const double exact = error_by_quadrature(m, clustering, -12, 12, 200001);
    const MonteCarloMean estimate = simplification_error(m, clustering, 100000, 3, 0.9999);
    EXPECT_LE(estimate.lower, exact * 1.001) << name;
    EXPECT_GE(estimate.upper, exact * 0.999) << name;
    EXPECT_EQ(estimate.samples, 100000);
  }
}

// The farther apart, the smaller: the decay that Proposition 32 is about.
TEST(Proposition32, ErrorFallsWithTheSeparation) {
  double before = std::numeric_limits<double>::infinity();
  for (const char* R : {"2", "3", "4", "5"}) {
    const Mixture<double> m = round_to<double>(instance("two", {{"R", R}}));
    const Clustering<double> clustering(parameters_of(m), {{0, 1}, {0, 0}}, {.alpha = 1});
    const double error = error_by_quadrature(m, clustering, -20, 20, 100001);
    EXPECT_LT(error, before / 3);
    before = error;
  }
}

TEST(Proposition32, SameSeedSameNumber) {
  const Mixture<double> m = round_to<double>(instance("pan1"));
  const Clustering<double> clustering(parameters_of(m), {{0, 1}, {0, 0}}, {.alpha = 0.05});
  EXPECT_EQ(simplification_error(m, clustering, 5000, 1).mean, simplification_error(m, clustering, 5000, 1).mean);
  EXPECT_THROW(simplification_error(m, clustering, 1, 1), InputError);
  EXPECT_THROW(simplification_error(m, clustering, 10, 1, 1.5), InputError);
}

TEST(SimplifiedScore, RefusesAClusteringOfAnotherSize) {
  const Mixture<double> m = round_to<double>(instance("tri1"));
  const Clustering<double> two(parameters_of(round_to<double>(instance("pan1"))), {{0, 1}, {0, 0}}, {.alpha = 0.05});
  EXPECT_THROW(SimplifiedScore<double>(m, two), InputError);
}

}  // namespace
}  // namespace verimix

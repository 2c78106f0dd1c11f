#include "verimix/regress/score_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "support/input_error.hpp"
#include "verimix/core/random.hpp"

namespace verimix {
namespace {

using ::testing::HasSubstr;

/// Cells far apart, each of components at distance D of each other.
PiecewiseSizes<Real50> far_cells(const Real50& D, Index largest) {
  return {.cells = 2,
          .largest = largest,
          .alpha = 1,
          .beta = Real50(3) / 2,
          .R = 4,
          .D = D,
          .simplification = Real50("1e-6"),
          .wrong_outside = Real50("1e-12")};
}

// What the plan promises, from the parts that promise it: polynomials, fit, choice and clip add up to epsilon.
RC_GTEST_PROP(Proposition49, ThePartsOfTheSamplesAddUpToEpsilon, ()) {
  const PiecewiseSizes<Real50> sizes =
      far_cells(*rc::gen::element<Real50>(0, Real50(1) / 100, Real50(1) / 4), *rc::gen::inRange<Index>(1, 4));
  const ScoreGoal<Real50> goal{*rc::gen::inRange<Index>(1, 4), *rc::gen::element<Real50>(Real50(1) / 100, 1),
                               *rc::gen::element<Real50>(2, Real50(1) / 10), Real50(1) / 20};
  const Real50 log_candidates = *rc::gen::element<Real50>(0, 10, 1000);
  const auto found = proposition_49_samples(sizes, goal, log_candidates);
  RC_ASSERT(found.has_value());
  const bool choose = log_candidates > 0;

  const auto reached = piecewise_degree(sizes, Real50(goal.epsilon / 2));
  const Real50 polynomials = piecewise_error_upper(sizes, reached->delta, reached->eta);
  const Real50 delta = choose ? Real50(goal.delta / 2) : goal.delta;
  const auto terms = proposition_51_terms(found->polynomials, found->fit.samples, delta, found->fit.delta_prime);
  Real50 choice = 0;
  if (choose)
    choice = terms.outside + validation_upper(found->polynomials.clipped(found->fit.delta_prime), log_candidates,
                                              found->validation, delta);
  const Real50 sum = polynomials + terms.sum() + choice, one_part_in_1e30("1e-30");
  RC_ASSERT(sum <= goal.epsilon * (1 + one_part_in_1e30));
  // From below: nothing is given away but what H = 1 does not need and what delta <= 1/2 leaves.
  RC_ASSERT(sum >= goal.epsilon / 2);
}

// One Gaussian: with a five-thousandth of the samples the minimiser is a member of the class, and well within epsilon.
TEST(Proposition49, AFewOfTheSamplesOfOneGaussianSuffice) {
  const double mean = 0.25, time = 1, epsilon = 1, sigma = std::sqrt(-std::expm1(-2 * time)), signal = std::exp(-time);
  const PiecewiseSizes<double> sizes{1, 1, 1, 1, 1, 0, 0, 0};
  const auto found = proposition_49_samples(sizes, ScoreGoal<double>{1, time, epsilon, 0.1}, 0.0);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->polynomials.degree, 1);
  EXPECT_EQ(found->polynomials.coefficient_sum, 2);
  EXPECT_NEAR(found->fit.samples, 5.53e8, 1e6);
  const long n = 100000;
  const ClippedClass<double> clip = found->polynomials.clipped(found->fit.delta_prime);
  Stream stream(20260401, Purpose::denoising_noise, 0);
  Eigen::Matrix2d gram = Eigen::Matrix2d::Zero();
  Eigen::Vector2d moments = Eigen::Vector2d::Zero();
  for (long i = 0; i < n; ++i) {
    const double x0 = mean + stream.normal(), z = stream.normal(), x = signal * x0 + sigma * z;
    if (std::abs(x) > clip.radius_x || std::abs(z) > clip.radius_z) continue;
    const Eigen::Vector2d features(1, x);
    gram += features * features.transpose();
    moments -= features * (z / sigma);
  }
  const Eigen::Vector2d fitted = gram.ldlt().solve(moments);
  EXPECT_LE(fitted.cwiseAbs().sum(), 2) << "a member of the class";
  // s(x) = -(x - signal mean), x - signal mean standard normal.
  const double offset = fitted(0) + fitted(1) * signal * mean, slope = fitted(1) + 1;
  const double error = offset * offset + slope * slope;
  EXPECT_LE(error, epsilon / 1000);
}

// The printed count does not move with epsilon where log R = 0; this one grows at least like 1/epsilon^2, and stays
// above what two points demand.
TEST(Proposition49, TheSamplesGrowAsEpsilonFalls) {
  const PiecewiseSizes<double> sizes{1, 1, 1, 1, 1, 0, 0, 0};
  double before = 0;
  for (const double epsilon : {0.04, 0.004, 0.0004}) {
    const auto found = proposition_49_samples(sizes, ScoreGoal<double>{1, 0.5, epsilon, 0.1}, 0.0);
    ASSERT_TRUE(found);
    if (before > 0) {
      EXPECT_GE(found->fit.samples, 100 * before);
      EXPECT_LE(found->fit.samples, 1000 * before) << "logarithms of 1/epsilon beside the square";
    }
    before = found->fit.samples;
    // With so many the two-point bound forbids nothing.
    EXPECT_GE(approximate(learning_success_upper(static_cast<Index>(found->fit.samples), Ball(epsilon), Ball(0.5))),
              0.9);
  }
}

// The degree that is promised is in the exponent: log n grows with it from 3 to 5081, at 21 to 39 a degree.
TEST(Proposition49, TheLogarithmOfTheSamplesGrowsWithTheDegree) {
  for (const char* D : {"0.01", "0.1", "0.5"}) {
    const auto found = proposition_49_samples(far_cells(Real50(D), 2),
                                              ScoreGoal<Real50>{2, 1, Real50(1) / 10, Real50(1) / 10}, Real50(0));
    ASSERT_TRUE(found);
    const Real50 each = log(found->fit.samples) / found->polynomials.degree;
    EXPECT_GE(each, 20) << D;
    EXPECT_LE(each, 40) << D;
  }
}

TEST(Proposition49, NoSamplesWhereTheCellsAreTooClose) {
  PiecewiseSizes<Real50> sizes = far_cells(Real50(1) / 10, 2);
  sizes.simplification = 1;
  EXPECT_FALSE(proposition_49_samples(sizes, ScoreGoal<Real50>{1, 1, 1, Real50(1) / 10}, Real50(0)).has_value());
}

TEST(Proposition49, RefusesGoalsOutOfTheirDomain) {
  const PiecewiseSizes<double> sizes{1, 1, 1, 1, 1, 0, 0, 0};
  const auto refused = [&](double time, double epsilon, double delta, double log_candidates) {
    return support::refusal([&] {
      proposition_49_samples(sizes, ScoreGoal<double>{1, time, epsilon, delta}, log_candidates);
    });
  };
  EXPECT_THAT(refused(1, 0, 0.1, 0), HasSubstr("epsilon"));
  EXPECT_THAT(refused(0, 1, 0.1, 0), HasSubstr("time"));
  EXPECT_THAT(refused(1, 1, 1, 0), HasSubstr("delta"));
  EXPECT_THAT(refused(1, 1, 0.1, -1), HasSubstr("log_candidates"));
  const PiecewiseSizes<double> near{2, 2, 0.1, 10, 50, 20, 1e-30, 1e-60};
  EXPECT_THAT(support::refusal([&] {
                proposition_49_samples(near, ScoreGoal<double>{1, 1, 1e-3, 0.1}, 0.0);
              }),
              HasSubstr("the degree is above 10^8"));
}

}  // namespace
}  // namespace verimix

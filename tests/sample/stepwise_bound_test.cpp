#include "verimix/sample/stepwise_bound.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/families.hpp"
#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/sample/sampling_terms.hpp"

namespace verimix {
namespace {

using support::family;

Mixture<double> standard(Index d) {
  return {"", Vector<double>::Ones(1), Matrix<double>::Zero(d, 1), {Matrix<double>::Identity(d, d)}};
}

/// N(0, Id) stays N(0, Id), and a step with its score -x leaves N(0, v Id), v = 1 + 2 (rho - 1)^2: chi^2 is
/// (v (2 - v))^{-d/2} - 1.
double standard_steps(const TimeGrid<double>& grid, int d) {
  double sum = 0;
  for (const double gamma : grid.steps) {
    const double v = 1 + 2 * std::pow(std::expm1(gamma), 2);
    sum += std::sqrt(std::pow(v * (2 - v), -d / 2.0) - 1) / 2;
  }
  return sum;
}

TEST(StepwiseBound, EveryStepOfALinearScoreInClosedForm) {
  const TimeGrid<double> grid = time_grid(2.0, 0.1, 16);
  for (const int d : {1, 3}) {
    const StepwiseBound found = stepwise_bound(standard(d), grid, exact_score(standard(d), grid));
    const double expected = standard_steps(grid, d);
    EXPECT_NEAR(found.estimate / expected, 1, 0.1) << d;
    EXPECT_GE(found.upper, expected) << d;
    // The weights suppose chi_l of the order (gamma/s)^2; this target's is gamma^2 at small s too.
    EXPECT_LE(found.upper, 2 * expected) << d;
  }
}

/// What is bounded is a sum of distances between laws that the line knows: each step is made alone.
double sum_of_distances(const Mixture<double>& target, const TimeGrid<double>& grid,
                        const BatchedScore<double>& score) {
  double sum = 0;
  for (std::size_t l = 0; l < grid.steps.size(); ++l) {
    const TimeGrid<double> one{{grid.remaining[l], grid.remaining[l + 1]}, {grid.steps[l]}, 0, 0};
    LawRequest request;
    request.initial = line_density(at_time(target, grid.remaining[l]));
    const BatchedScore<double> here = [&](const Matrix<double>& x, Index) { return score(x, static_cast<Index>(l)); };
    sum += line_tv(line_density(line_output(here, one, request).law),
                   line_density(at_time(target, grid.remaining[l + 1])));
  }
  return sum;
}

TEST(StepwiseBound, IsAboveTheSumOfTheDistancesAndNotFar) {
  const TimeGrid<double> grid = time_grid(2.0, 0.05, 24);
  for (const char* name : {"over1", "diff1", "pan1"}) {
    const Mixture<double> target = family(name);
    const BatchedScore<double> exact = exact_score(target, grid);
    const double sum = sum_of_distances(target, grid, exact);
    const StepwiseBound found = stepwise_bound(target, grid, exact);
    EXPECT_GE(found.upper, sum) << name;
    EXPECT_LE(found.upper, 3 * sum) << name;
  }
}

/// Means that are clipped often: a score that jumps. The bound must say so and not lose the jump.
TEST(StepwiseBound, AJumpOfTheScoreIsNotClippedAway) {
  const TimeGrid<double> grid = time_grid(2.0, 0.05, 24);
  const Mixture<double> target = family("over1");
  const BatchedScore<double> exact = exact_score(target, grid);
  const BatchedScore<double> score = [=](const Matrix<double>& x, Index level) -> Matrix<double> {
    return exact(x, level).array() + 20 * (x.array() > 2).cast<double>();
  };
  const double sum = sum_of_distances(target, grid, score), upper = stepwise_bound(target, grid, score).upper;
  EXPECT_GE(upper, sum);
  EXPECT_LE(upper, 4 * sum);
}

/// More draws, a smaller bound; never below the estimate of what it tends to.
TEST(StepwiseBound, FallsToItsEstimateWithMoreDraws) {
  const TimeGrid<double> grid = time_grid(2.0, 0.1, 16);
  const Mixture<double> target = family("over2");
  double before = INFINITY;
  for (const Index points : {32, 128, 512}) {
    const StepwiseBound found = stepwise_bound(target, grid, exact_score(target, grid), {.points = points});
    EXPECT_LT(found.upper, before) << points;
    EXPECT_GE(found.upper, found.estimate) << points;
    before = found.upper;
  }
}

TEST(StepwiseBound, AScoreThatLeavesTheFiniteNumbersIsRefused) {
  const TimeGrid<double> grid = time_grid(2.0, 0.1, 8);
  const BatchedScore<double> wild = [](const Matrix<double>& x, Index) -> Matrix<double> { return x * INFINITY; };
  EXPECT_THROW(stepwise_bound(family("over2"), grid, wild), UndecidedError);
}

}  // namespace
}  // namespace verimix

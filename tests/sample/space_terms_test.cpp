#include "verimix/sample/space_terms.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/families.hpp"
#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/sample/plane_law.hpp"

namespace verimix {
namespace {

using support::family;

BatchedScore<double> shifted(const Mixture<double>& mixture, const TimeGrid<double>& grid, double shift) {
  const BatchedScore<double> exact = exact_score(mixture, grid);
  return [=](const Matrix<double>& x, Index level) -> Matrix<double> { return exact(x, level).array() + shift; };
}

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

TEST(SpaceTerms, EveryStepOfALinearScoreInClosedForm) {
  const TimeGrid<double> grid = time_grid(2.0, 0.1, 16);
  for (const int d : {1, 3}) {
    const StepwiseBound found = stepwise_bound(standard(d), grid, exact_score(standard(d), grid));
    const double expected = standard_steps(grid, d);
    EXPECT_NEAR(found.estimate / expected, 1, 0.15) << d;
    EXPECT_GE(found.upper, expected) << d;
    // The weights suppose chi_l of the order (gamma/s)^2; this target's is gamma^2 at small s too.
    EXPECT_LE(found.upper, 2 * expected) << d;
  }
}

/// A score that is off by c in each coordinate: |e|^2 = d c^2 wherever the chain goes, so no draw is off.
TEST(SpaceTerms, AConstantErrorAlongTheChain) {
  const TimeGrid<double> grid = time_grid(2.0, 0.05, 16);
  const Mixture<double> target = family("over2");
  double expected = 0;
  for (const double gamma : grid.steps) expected += 2 * std::tanh(gamma / 2) * 2 * 0.3 * 0.3;
  PathRequest request;
  request.replicates = 4;
  const SampledSum found = chain_divergence(target, grid, shifted(target, grid, 0.3), request);
  EXPECT_NEAR(found.mean, expected, 1e-12);
  EXPECT_LE(found.standard_error, 1e-12);
}

/// On the line the divergence and the distance are known without draws.
TEST(SpaceTerms, BoundWhatTheLawOnTheLineIs) {
  const TimeGrid<double> grid = time_grid(3.0, 0.02, 40);
  for (const char* name : {"diff1", "pan1"}) {
    const Mixture<double> target = family(name);
    const BatchedScore<double> score = shifted(target, grid, 0.1);
    const SamplingTerms measured = sampling_terms(target, grid, score);
    const SpaceTerms terms = space_terms(target, grid, score);
    EXPECT_NEAR(terms.kl_score.mean, measured.kl_score_upper, 5 * terms.kl_score.standard_error + 1e-9) << name;
    EXPECT_GE(terms.tv_stopped_upper, measured.tv_stopped) << name;
    EXPECT_LE(terms.tv_stopped_upper, 1) << name;
    EXPECT_EQ(terms.tv_stopping_upper, measured.tv_stopping_upper) << name;
  }
}

/// And on the plane up to the grid's error.
TEST(SpaceTerms, BoundWhatTheLawOnThePlaneIs) {
  const TimeGrid<double> grid = time_grid(3.0, 0.05, 32);
  const Mixture<double> target = family("over2");
  const SpaceTerms terms = space_terms(target, grid);
  const PlaneOutput output = plane_output(exact_score(target, grid), grid, at_time(target, 0.05), 1e-3);
  EXPECT_GE(terms.tv_stopped_upper, output.tv);
  EXPECT_EQ(terms.kl_score.mean, 0);
  EXPECT_EQ(terms.steps.estimate, terms.exact_steps.estimate);
}

TEST(SpaceTerms, TheSameBitsForAnyNumberOfThreads) {
  const TimeGrid<double> grid = time_grid(2.0, 0.1, 8);
  const Mixture<double> target = family("over5");
  const BatchedScore<double> score = shifted(target, grid, 0.1);
  const SpaceTerms one = space_terms(target, grid, score, 1), three = space_terms(target, grid, score, 3);
  EXPECT_EQ(one.steps.upper, three.steps.upper);
  EXPECT_EQ(one.kl_score.mean, three.kl_score.mean);
  EXPECT_EQ(one.tv_stopped_upper, three.tv_stopped_upper);
}

TEST(SpaceTerms, AScoreThatLeavesTheFiniteNumbersIsRefused) {
  const TimeGrid<double> grid = time_grid(2.0, 0.1, 8);
  const BatchedScore<double> wild = [](const Matrix<double>& x, Index) -> Matrix<double> { return x * INFINITY; };
  EXPECT_THROW(stepwise_bound(family("over2"), grid, wild), UndecidedError);
}

}  // namespace
}  // namespace verimix

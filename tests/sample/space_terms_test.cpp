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

/// A score that is off by c in each coordinate: |e|^2 = d c^2 wherever the chain goes, so every path has the same sum.
TEST(SpaceTerms, AConstantErrorAlongTheChain) {
  const TimeGrid<double> grid = time_grid(2.0, 0.05, 16);
  const Mixture<double> target = family("over2");
  double expected = 0;
  for (const double gamma : grid.steps) expected += 2 * std::tanh(gamma / 2) * 2 * 0.3 * 0.3;
  ChainRequest request;
  request.paths = 8192;
  const ScoreShare found = score_share(target, grid, shifted(target, grid, 0.3), request);
  EXPECT_NEAR(found.kl, expected, 1e-12);
  // The budget is twice that; empirical Bernstein's last term alone, 2.4 log(3/0.0075)/8192, is left.
  EXPECT_GE(found.kl_upper, expected);
  EXPECT_LE(found.kl_upper, expected * (1 + 2 * 2.4 * std::log(400.0) / 8192));
  EXPECT_LE(found.spent_upper, 1e-3);
}

/// An error that few paths meet, and then a large one: where the budget is spent the exact score goes on, and what is
/// lost is the share of those paths. On the line the distance is known without draws.
TEST(SpaceTerms, PathsBeyondTheBudgetAreCounted) {
  const TimeGrid<double> grid = time_grid(3.0, 0.05, 40);
  const Mixture<double> target = family("diff1");
  const BatchedScore<double> exact = exact_score(target, grid);
  const BatchedScore<double> score = [=](const Matrix<double>& x, Index level) -> Matrix<double> {
    return exact(x, level).array() + 30 * (x.array() > 3.5).cast<double>();
  };
  ChainRequest request;
  request.paths = 16384;
  const ScoreShare found = score_share(target, grid, score, request);
  LawRequest law;
  const double tv =
      line_tv(line_density(line_output(score, grid, law).law), line_density(line_output(exact, grid, law).law));
  EXPECT_GT(found.spent_upper, 2e-4);
  EXPECT_GE(found.tv_upper(), tv);
  EXPECT_LE(found.tv_upper(), 3 * tv);
}

/// On the line the divergence and the distance are known without draws.
TEST(SpaceTerms, BoundWhatTheLawOnTheLineIs) {
  const TimeGrid<double> grid = time_grid(3.0, 0.02, 40);
  for (const char* name : {"diff1", "pan1"}) {
    const Mixture<double> target = family(name);
    const BatchedScore<double> score = shifted(target, grid, 0.1);
    const SamplingTerms measured = sampling_terms(target, grid, score);
    const SpaceTerms terms = space_terms(target, grid, score);
    EXPECT_NEAR(terms.score.kl, measured.kl_score_upper, 1e-9) << name;
    EXPECT_GE(terms.tv_stopped_upper, measured.tv_stopped) << name;
    EXPECT_LT(terms.tv_stopped_upper, 0.7) << name;
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
  EXPECT_LT(terms.tv_stopped_upper, 1);
  EXPECT_EQ(terms.score.tv_upper(), 0);
}

TEST(SpaceTerms, TheSameBitsForAnyNumberOfThreads) {
  const TimeGrid<double> grid = time_grid(2.0, 0.1, 8);
  const Mixture<double> target = family("over5");
  const BatchedScore<double> score = shifted(target, grid, 0.1);
  SpaceRequest request{.points = 128, .paths = 1024};
  request.threads = 1;
  const SpaceTerms one = space_terms(target, grid, score, request);
  request.threads = 3;
  const SpaceTerms three = space_terms(target, grid, score, request);
  EXPECT_EQ(one.steps.upper, three.steps.upper);
  EXPECT_EQ(one.score.kl, three.score.kl);
  EXPECT_EQ(one.tv_stopped_upper, three.tv_stopped_upper);
}

TEST(SpaceTerms, AScoreThatLeavesTheFiniteNumbersIsRefused) {
  const TimeGrid<double> grid = time_grid(2.0, 0.1, 8);
  const BatchedScore<double> wild = [](const Matrix<double>& x, Index) -> Matrix<double> { return x * INFINITY; };
  EXPECT_THROW(score_share(family("over2"), grid, wild), UndecidedError);
}

}  // namespace
}  // namespace verimix

#include "verimix/sample/reverse_process.hpp"

#include <gtest/gtest.h>

#include "support/families.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/sample/linear_recursion.hpp"

namespace verimix {
namespace {

using support::gaussian;

TEST(Algorithm1, TheSameBitsForAnyNumberOfThreads) {
  const Mixture<double> mixture = round_to<double>(instance("over2"));
  const TimeGrid<double> grid = time_grid(3.0, 0.01, 20);
  const auto score = exact_score(mixture, grid);
  const Matrix<double> one = reverse_process(score, grid, 2, 1000, 3, 1);
  EXPECT_EQ(one, reverse_process(score, grid, 2, 1000, 3, 3));
  EXPECT_NE(one, reverse_process(score, grid, 2, 1000, 4, 3));
}

TEST(Algorithm1, ParticlesCanBeContinued) {
  const Mixture<double> mixture = gaussian(1, 0.5);
  const TimeGrid<double> grid = time_grid(3.0, 0.01, 20);
  const auto score = exact_score(mixture, grid);
  const Matrix<double> all = reverse_process(score, grid, 1, 512, 3, 1);
  EXPECT_EQ(all.rightCols(256), reverse_process(score, grid, 1, 256, 3, 1, 256));
}

TEST(Algorithm1, ParticlesFollowTheExactLaw) {
  const TimeGrid<double> grid = time_grid(4.0, 0.01, 40);
  const Index n = 20000;
  const Matrix<double> found = reverse_process(exact_score(gaussian(1.5, 0.3), grid), grid, 1, n, 9, 0);
  const Gaussian1<double> law = output_law<double>({1.5, 0.3}, grid, StepCoefficient::exact);
  const double mean = found.mean();
  const double variance = (found.array() - mean).square().mean();
  // Five standard errors: sqrt(v/n) and v sqrt(2/n).
  EXPECT_NEAR(mean, law.mean, 5 * std::sqrt(law.variance / static_cast<double>(n)));
  EXPECT_NEAR(variance, law.variance, 5 * law.variance * std::sqrt(2 / static_cast<double>(n)));
}

TEST(Algorithm1, BothPrecisionsSeeTheSameRandomness) {
  const TimeGrid<double> grid = time_grid(3.0, 0.05, 10);
  const TimeGrid<Real50> fine = time_grid(Real50(3), Real50(0.05), 10);
  const Mixture<Real50> exact{"",
                              Vector<Real50>::Ones(1),
                              Matrix<Real50>::Constant(1, 1, Real50(1)),
                              {Matrix<Real50>::Constant(1, 1, Real50(0.5))}};
  const Matrix<double> found = reverse_process(exact_score(gaussian(1, 0.5), grid), grid, 1, 8, 2, 1);
  const Matrix<Real50> reference = reverse_process(exact_score(exact, fine), fine, 1, 8, 2, 1);
  // Ten contracting steps of a few roundings of numbers below 10.
  for (Index i = 0; i < 8; ++i) EXPECT_NEAR(found(0, i), static_cast<double>(reference(0, i)), 1e-13);
}

TEST(Algorithm1, AnExplodingScoreIsReported) {
  const TimeGrid<double> grid = time_grid(3.0, 0.01, 20);
  const BatchedScore<double> wild = [](const Matrix<double>& x, Index) { return Matrix<double>(1e200 * x); };
  EXPECT_THROW(reverse_process(wild, grid, 1, 4, 1, 1), UndecidedError);
}

}  // namespace
}  // namespace verimix

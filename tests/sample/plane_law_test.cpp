#include "verimix/sample/plane_law.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/families.hpp"
#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/sample/linear_recursion.hpp"
#include "verimix/sample/output_law.hpp"

namespace verimix {
namespace {

using support::family;

/// A Gaussian whose eigendirections are no axes: the law is that of the closed recursion.
TEST(PlaneLaw, IsTheClosedRecursionForALinearScore) {
  const Gaussian<double> target{Vector<double>{{1.0, -0.5}}, Matrix<double>{{1.5, 0.6}, {0.6, 0.5}}};
  const Mixture<double> mixture{"", Vector<double>::Ones(1), target.mean, {target.covariance}};
  const TimeGrid<double> grid = time_grid(2.0, 0.1, 16);
  std::vector<LinearScore<double>> scores;
  for (std::size_t l = 0; l < grid.steps.size(); ++l)
    scores.push_back(gaussian_linear_score(target, grid.remaining[l]));
  const Gaussian<double> law = linear_output_law(scores, grid);
  const PlaneOutput found =
      plane_output(exact_score(mixture, grid), grid, {"", Vector<double>::Ones(1), law.mean, {law.covariance}}, 1e-6);
  EXPECT_LE(found.tv, 1e-7);
  EXPECT_LE(found.error_estimate, 1e-6);
  EXPECT_GE(found.lost_mass, 0);
  EXPECT_LE(found.lost_mass, 1e-8);
}

/// A product of two mixtures on the line: its scores do not mix the coordinates, so TV to a law with the same second
/// factor is that on the line.
TEST(PlaneLaw, OfAProductIsTheProductOfTheLaws) {
  Mixture<double> product = family("over1"), line = product;
  product.means.conservativeResize(2, 2);
  product.means.row(1).setZero();
  for (Matrix<double>& covariance : product.covariances)
    covariance = Vector<double>{{covariance(0, 0), 1.0}}.asDiagonal();
  const TimeGrid<double> grid = time_grid(2.0, 0.05, 20);
  const PlaneOutput found = plane_output(exact_score(product, grid), grid, at_time(product, 0.05), 1e-4);
  // N(0, 1) stays up to O(gamma^2), so the plane's TV is between the line's and the sum of both.
  const LineDensity law = line_density(line_output_law(exact_score(line, grid), grid));
  const double on_line = line_tv(law, line_density(at_time(line, 0.05)));
  const Gaussian1<double> other = output_law<double>({0, 1}, grid, StepCoefficient::exact);
  const double beside = std::abs(other.variance - 1) / 2;
  EXPECT_GE(found.tv, on_line - 1e-4);
  EXPECT_LE(found.tv, on_line + beside + 1e-4);
}

TEST(PlaneLaw, SettlesOnTheFamiliesAndFallsWithTheNumberOfSteps) {
  for (const char* name : {"over2", "pan2"}) {
    double before = 1;
    for (const int steps : {16, 32}) {
      const TimeGrid<double> grid = time_grid(3.0, 0.05, steps);
      const PlaneOutput found = plane_output(exact_score(family(name), grid), grid, at_time(family(name), 0.05), 1e-3);
      EXPECT_LE(found.tv, before / 1.6) << name << " " << steps;
      EXPECT_LE(std::abs(found.lost_mass), 1e-8) << name;
      before = found.tv;
    }
  }
}

/// Where the law does not reach, half of the target's mass is missing all the same.
TEST(PlaneLaw, MassThatTheLawDoesNotReachCounts) {
  const TimeGrid<double> grid = time_grid(2.0, 0.1, 16);
  const Mixture<double> near = family("over2");
  Mixture<double> far = near;
  far.means.row(0).array() += 40;
  const PlaneOutput found = plane_output(exact_score(near, grid), grid, far, 1e-3);
  EXPECT_NEAR(found.tv, 1, 1e-6);
  EXPECT_NEAR(plane_tv(found, far), found.tv, 1e-14);
  EXPECT_LE(plane_tv(found, at_time(near, 0.1)), 0.1);
  EXPECT_THROW(plane_tv(found, family("over1")), InputError);
}

TEST(PlaneLaw, TheSameBitsForAnyNumberOfThreads) {
  const TimeGrid<double> grid = time_grid(2.0, 0.1, 8);
  const auto score = exact_score(family("over2"), grid);
  const PlaneLaw one = plane_output_law(score, grid, 1.5, 1), three = plane_output_law(score, grid, 1.5, 3);
  EXPECT_EQ(one.centres, three.centres);
  EXPECT_EQ(one.masses, three.masses);
}

TEST(PlaneLaw, RefusesTheLineAndWhatDoesNotSettle) {
  const TimeGrid<double> grid{{1.0, 0.5}, {0.5}, 0, 0};
  const auto score = exact_score(family("over2"), grid);
  EXPECT_THROW(plane_output(score, grid, family("over1"), 1e-3), InputError);
  // No grid resolves a score that jumps on every scale.
  const BatchedScore<double> wild = [](const Matrix<double>& x, Index) -> Matrix<double> {
    return x.unaryExpr([](double y) { return std::fmod(std::abs(y) * 1e6, 2.0) < 1 ? 3.0 : -3.0; });
  };
  EXPECT_THROW(plane_output(wild, grid, family("over2"), 1e-12), UndecidedError);
  const BatchedScore<double> infinite = [](const Matrix<double>& x, Index) -> Matrix<double> { return x * INFINITY; };
  EXPECT_THROW(plane_output(infinite, grid, family("over2"), 1e-3), UndecidedError);
}

}  // namespace
}  // namespace verimix

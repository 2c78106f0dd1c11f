// Pictures of mixtures show what closed forms say.
#include "verimix/report/mixture_figures.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

std::vector<double> grid_of(double first, double last, int count) {
  std::vector<double> grid;
  for (int i = 0; i < count; ++i) grid.push_back(first + (last - first) * i / (count - 1));
  return grid;
}

double bump(double x, double mean, double variance) {
  return std::exp(-(x - mean) * (x - mean) / (2 * variance)) / std::sqrt(2 * std::numbers::pi * variance);
}

std::vector<double> two_bumps(const std::vector<double>& grid, double R, double weight) {
  std::vector<double> density;
  for (const double x : grid) density.push_back(weight * bump(x, -R, 1) + (1 - weight) * bump(x, R, 1));
  return density;
}

TEST(DensityCuts, OneBetweenTwoFarBumpsNoneBetweenCloseOnes) {
  const auto grid = grid_of(-8, 8, 401);
  const auto far = density_cuts(grid, two_bumps(grid, 3, 0.5));
  ASSERT_EQ(far.size(), 1U);
  EXPECT_NEAR(far[0], 0, 0.05);
  // For R <= 1 there is one mode, and for R = 1.2 the minimum at 0 is 0.93 of the peaks: too shallow.
  EXPECT_TRUE(density_cuts(grid, two_bumps(grid, 1, 0.5)).empty());
  EXPECT_TRUE(density_cuts(grid, two_bumps(grid, 1.2, 0.5)).empty());
}

TEST(DensityCuts, ASmallBumpCountsByItsOwnHeight) {
  const auto grid = grid_of(-12, 12, 801);
  EXPECT_EQ(density_cuts(grid, two_bumps(grid, 5, 0.999)).size(), 1U);
  EXPECT_EQ(density_cuts(grid, two_bumps(grid, 5, 0.001)).size(), 1U);
}

TEST(DensityCuts, ThreeBumpsHaveTwo) {
  const auto grid = grid_of(-12, 12, 801);
  std::vector<double> density;
  for (const double x : grid) density.push_back(0.2 * bump(x, -7, 1) + 0.5 * bump(x, 0, 1) + 0.3 * bump(x, 7, 0.5));
  const auto cuts = density_cuts(grid, density);
  ASSERT_EQ(cuts.size(), 2U);
  EXPECT_LT(cuts[0], cuts[1]);
}

TEST(CellPolynomials, ACubicIsReproducedInEachCell) {
  const auto grid = grid_of(-3, 3, 201);
  std::vector<double> density, score;
  for (const double x : grid) {
    density.push_back(bump(x, 0, 1));
    score.push_back(x < 0.5 ? 1 - 2 * x + x * x * x : 4 - x);
  }
  const auto fitted = cell_polynomials(grid, density, score, {0.5}, 3);
  std::size_t gaps = 0;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    if (std::isnan(fitted[i])) {
      ++gaps;
    } else if (std::abs(grid[i] - 0.5) > 0.04) {
      EXPECT_NEAR(fitted[i], score[i], 2e-3) << grid[i];
    }
  }
  // One after each cell.
  EXPECT_EQ(gaps, 2U);
}

// Degree 0 is the mean under the weights, of which the test knows the value.
TEST(CellPolynomials, DegreeZeroIsTheWeightedMean) {
  const std::vector<double> grid{0, 1, 2, 3, 4};
  const auto fitted = cell_polynomials(grid, {1, 1, 2, 0, 0}, {4, 0, 2, 9, 9}, {}, 0);
  EXPECT_NEAR(fitted[0], 2, 1e-12);
}

TEST(CellPolynomials, CellsWithoutMassOrPointsHaveNone) {
  const auto grid = grid_of(-3, 3, 201);
  const std::vector<double> ones(201, 1);
  const auto few = cell_polynomials(grid, ones, ones, {2.9}, 3);
  EXPECT_TRUE(std::isnan(few[199]));
  EXPECT_FALSE(std::isnan(few[100]));
  std::vector<double> density = ones;
  for (std::size_t i = 0; i < 100; ++i) density[i] = 1e-12;
  EXPECT_TRUE(std::isnan(cell_polynomials(grid, density, ones, {grid[99]}, 1)[50]));
}

TEST(MixtureFigures, OnTheLineTheFirstFrameIsTheMixtureAndTheLastNearlyGaussian) {
  const auto figures = mixture_figures(round_to<double>(instance("over1")), "m");
  ASSERT_EQ(figures.size(), 2U);
  EXPECT_EQ(figures[0].id, "m-density");
  EXPECT_EQ(figures[0].group, figures[1].group);
  ASSERT_EQ(figures[0].frames.size(), slider_times(true).size());
  const auto& first = std::get<Curve>(figures[0].frames.front().marks[0]);
  const auto& last = std::get<Curve>(figures[0].frames.back().marks[0]);
  for (std::size_t i = 0; i < first.x.size(); i += 37) {
    EXPECT_NEAR(first.y[i], 0.5 * bump(first.x[i], -1, 0.5) + 0.5 * bump(first.x[i], 1, 0.5), 1e-14);
    EXPECT_NEAR(last.y[i], bump(last.x[i], 0, 1), 2e-3);
  }
}

TEST(MixtureFigures, OnThePlaneTheFieldIsTheDensityAndArrowsPointUphill) {
  const auto figures = mixture_figures(round_to<double>(instance("nest2")), "m");
  ASSERT_EQ(figures.size(), 1U);
  const Frame& frame = figures[0].frames.front();
  const auto& field = std::get<Field>(frame.marks[0]);
  Index row = 0, column = 0;
  field.values.maxCoeff(&row, &column);
  EXPECT_NEAR(static_cast<double>(row), 31.5, 1);
  EXPECT_NEAR(static_cast<double>(column), 31.5, 1);
  const auto& arrows = std::get<Arrows>(frame.marks[1]);
  for (std::size_t i = 0; i < arrows.x.size(); ++i)
    EXPECT_LE(std::hypot(arrows.x2[i], arrows.y2[i]), std::hypot(arrows.x[i], arrows.y[i]) + 1e-12);
  EXPECT_TRUE(figures[0].square);
}

TEST(MixtureFigures, AboveThePlaneTheMarginalIsDrawnAndDegenerateOnesStartAfterZero) {
  const auto figures = mixture_figures(round_to<double>(instance("over5")), "m");
  ASSERT_EQ(figures.size(), 1U);
  EXPECT_EQ(figures[0].frames.front().label, "0");
  const auto degenerate = mixture_figures(round_to<double>(instance("degenerate", {{"d", "2"}, {"r", "1"}})), "m");
  EXPECT_EQ(degenerate[0].frames.front().label, "0.01");
}

}  // namespace
}  // namespace verimix

#include "verimix/regress/level_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "verimix/core/random.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

namespace verimix {
namespace {

/// Two components on the line, apart by mean; one cell or two.
CellStructure<double> structure(bool apart, double distance = 2) {
  ParameterEstimates<double> estimates{Matrix<double>(1, 2), {}};
  estimates.means << -distance, distance;
  estimates.covariances = {Matrix<double>::Identity(1, 1), Matrix<double>::Identity(1, 1)};
  return {estimates, {{0, apart ? 1 : 0}, {0, 0}}, ThresholdPolicy::midpoint, 0.5};
}

NoisyRows<double> rows_of(Index n, double time, std::uint64_t seed, double shift = 0) {
  Stream stream(3, Purpose::instance, 0);
  Matrix<double> rows(1, n);
  for (Index i = 0; i < n; ++i) rows(0, i) = stream.normal() + shift;
  std::vector<Index> identities(static_cast<std::size_t>(n));
  std::iota(identities.begin(), identities.end(), Index{0});
  return noisy_rows(rows, identities, time, 2, seed, 0);
}

std::vector<CellFit<double>> fitted(const CellStructure<double>& cells, double time, const NoisyRows<double>& noisy) {
  return fit_cells(at_time(cells.estimates, time).means, clustering_at(cells, time), noisy, PieceOptions{});
}

// With one cell the draws of the noise do not matter; with two they do.
TEST(LevelFit, TheNoiseOfASingleCellIsIntegratedOut) {
  const double time = 0.05;
  const auto one = fitted(structure(false), time, rows_of(200, time, 1)),
             other = fitted(structure(false), time, rows_of(200, time, 2));
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].fit.coefficients.back(), other[0].fit.coefficients.back());
  EXPECT_NE(one[0].thresholds, other[0].thresholds) << "the region is that of the drawn points";
  const auto apart = fitted(structure(true), time, rows_of(200, time, 1)),
             drawn = fitted(structure(true), time, rows_of(200, time, 2));
  ASSERT_EQ(apart.size(), 2U);
  EXPECT_NE(apart[0].fit.coefficients.back(), drawn[0].fit.coefficients.back());
}

// Degree 1 of a single cell is the score of the Gaussian with the moments of the noised rows, without sampling noise.
TEST(LevelFit, TheLineOfASingleCellHasTheMomentsOfTheNoisedRows) {
  const double time = 0.3;
  const NoisyRows<double> noisy = rows_of(500, time, 1);
  const auto cell = fitted(structure(false), time, noisy).front();
  const double mean = noisy.centres.mean();
  const double variance = (noisy.centres.array() - mean).square().mean() + noisy.sigma * noisy.sigma;
  EXPECT_NEAR(cell.basis.mean()(0), mean, 1e-14);
  EXPECT_NEAR(cell.basis.covariance()(0, 0), variance, 1e-14);
  const Matrix<double>& line = cell.fit.coefficients[1];
  EXPECT_NEAR(line(0, 0), 0, 1e-12);
  EXPECT_NEAR(line(0, 1), -1 / std::sqrt(variance), 1e-12);
}

TEST(LevelFit, IntegrationHasABudget) {
  EXPECT_TRUE(integrates_noise(1, 1000000, 5));
  EXPECT_TRUE(integrates_noise(2, 100000, 5));
  EXPECT_FALSE(integrates_noise(8, 1000, 4));
}

// All points are on one side: the other cell has no rows. It gets the Gaussian of its component and no polynomial, and
// validation, where none fall either, has that one option.
TEST(LevelFit, AnEmptyCellFallsBackOnItsComponent) {
  const double time = 0.01;
  const CellStructure<double> cells = structure(true, 30);
  const NoisyRows<double> noisy = rows_of(100, time, 1, 30);
  const auto fits = fitted(cells, time, noisy);
  ASSERT_EQ(fits.size(), 2U);
  const std::size_t empty = fits[0].points == 0 ? 0 : 1;
  EXPECT_EQ(fits[empty].points, 0);
  EXPECT_EQ(fits[1 - empty].points, noisy.points.cols());
  EXPECT_TRUE(fits[empty].fit.coefficients.empty());
  EXPECT_NEAR(fits[empty].basis.mean()(0), -30 * signal_scale(time), 1e-12);
  const auto validation = validate_cells(fits, clustering_at(cells, time), noisy);
  ASSERT_EQ(validation[empty].options.size(), 1U);
  EXPECT_EQ(validation[empty].options[0].degree, 0);
  const ScorePiece<double> piece = fits[empty].piece(validation[empty].options[0]);
  EXPECT_EQ(piece.degree(), 0);
  EXPECT_FALSE(piece.region.inside(piece.region.statistics(noisy.points.leftCols(1))).front()) << "fallback everywhere";
}

}  // namespace
}  // namespace verimix

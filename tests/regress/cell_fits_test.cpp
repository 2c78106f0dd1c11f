#include "verimix/regress/cell_fits.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "support/thread_ranks.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/regress/gram.hpp"

namespace verimix {
namespace {

constexpr double noise_time = 0.05;

CellStructure<double> two_cells(const std::string& family) {
  const Mixture<double> truth = round_to<double>(instance(family));
  return {{truth.means, truth.covariances}, {{0, 1}, {0, 0}}, ThresholdPolicy::midpoint, 0.1};
}

CellStructure<double> one_cell(const std::string& family) {
  CellStructure<double> out = two_cells(family);
  out.pair = {{0, 0}, {0, 0}};
  return out;
}

/// Rows in `count` blocks of one length.
std::vector<NoisyRows<double>> blocks_of(const Matrix<double>& rows, Index count) {
  std::vector<NoisyRows<double>> out;
  const Index length = rows.cols() / count;
  for (Index b = 0; b < count; ++b) {
    std::vector<Index> numbers(static_cast<std::size_t>(length));
    std::iota(numbers.begin(), numbers.end(), b * length);
    out.push_back(noisy_rows<double>(rows.middleCols(b * length, length), numbers, noise_time, 2, 3, 0));
  }
  return out;
}

/// The fits of the blocks shared by `size` ranks, at each of them.
std::vector<std::vector<CellFit<double>>> fits_on_ranks(const CellStructure<double>& cells,
                                                        const std::vector<NoisyRows<double>>& blocks, int size) {
  const Matrix<double> means = at_time(cells.estimates, noise_time).means;
  const Clustering<double> clustering = clustering_at(cells, noise_time);
  Index rows = 0;
  for (const NoisyRows<double>& block : blocks) rows += block.centres.cols();
  return support::of_ranks<std::vector<CellFit<double>>>(size, [&](Ranks& ranks) {
    LevelRows<double> level{&means, &clustering, rows, blocks.front().sigma, {}};
    const IndexRange own = share_of(static_cast<Index>(blocks.size()), ranks.rank(), size);
    for (Index b = own.begin; b < own.end; ++b) level.blocks.push_back(&blocks[static_cast<std::size_t>(b)]);
    return fit_cells<double>({level}, PieceOptions{}, ranks, 2).front();
  });
}

void expect_same_bits(const std::vector<CellFit<double>>& a, const std::vector<CellFit<double>>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t c = 0; c < a.size(); ++c) {
    EXPECT_EQ(a[c].fit.coefficients, b[c].fit.coefficients);
    EXPECT_EQ(a[c].fit.method, b[c].fit.method);
    EXPECT_EQ(a[c].thresholds, b[c].thresholds);
    EXPECT_EQ(a[c].basis.mean(), b[c].basis.mean());
    EXPECT_EQ(a[c].basis.covariance(), b[c].basis.covariance());
    EXPECT_EQ(a[c].rows, b[c].rows);
  }
}

// The values are compared at the fitted points: coefficients belong to bases that differ in their last digits.
void expect_close(const CellFit<double>& a, const CellFit<double>& b, const Matrix<double>& points) {
  EXPECT_EQ(a.thresholds.rows(), b.thresholds.rows());
  EXPECT_EQ(a.points, b.points);
  EXPECT_EQ(a.rows, b.rows);
  ASSERT_EQ(a.fit.coefficients.size(), b.fit.coefficients.size());
  for (std::size_t l = 0; l < a.fit.coefficients.size(); ++l) {
    const Matrix<double> p = a.fit.coefficients[l] * a.basis.values(points, static_cast<int>(l));
    const Matrix<double> q = b.fit.coefficients[l] * b.basis.values(points, static_cast<int>(l));
    EXPECT_LE((p - q).norm(), 1e-9 * (1 + p.norm())) << "degree " << l;
  }
}

TEST(CellFits, OfBlocksAreThoseOfAllRowsTogetherUpToRounding) {
  for (const auto& cells : {two_cells("sep1"), one_cell("over1"), two_cells("over2")}) {
    const Matrix<double> rows =
        draw(round_to<double>(instance(cells.estimates.dimension() == 1 ? "over1" : "over2")), 600, 1).points;
    const auto whole = fits_on_ranks(cells, blocks_of(rows, 1), 1).front();
    const auto parts = fits_on_ranks(cells, blocks_of(rows, 5), 1).front();
    ASSERT_EQ(whole.size(), parts.size());
    for (std::size_t c = 0; c < whole.size(); ++c) {
      expect_close(whole[c], parts[c], rows);
      EXPECT_EQ(whole[c].thresholds, parts[c].thresholds) << "order statistics are exact";
    }
  }
}

TEST(CellFits, HaveTheSameBitsForAnyNumberOfRanks) {
  for (const auto& [cells, family] : {std::pair(two_cells("sep1"), "sep1"), std::pair(one_cell("over1"), "over1"),
                                      std::pair(two_cells("over2"), "over2")}) {
    const auto blocks = blocks_of(draw(round_to<double>(instance(family)), 700, 2).points, 7);
    const auto alone = fits_on_ranks(cells, blocks, 1).front();
    for (const int size : {2, 3, 9})
      for (const auto& each : fits_on_ranks(cells, blocks, size)) expect_same_bits(each, alone);
  }
}

// Enough points a block in three dimensions for the moments; and the fit is that of sums of products, of all points.
TEST(CellFits, TakeMomentsWhereTheyAreQuickerWhateverTheRanks) {
  const Matrix<double> identity = Matrix<double>::Identity(3, 3);
  Mixture<double> law{"", Vector<double>::Constant(2, 0.5), Matrix<double>::Zero(3, 2), {identity, identity}};
  law.means.row(0) << -4, 4;
  const CellStructure<double> cells{{law.means, law.covariances}, {{0, 1}, {0, 0}}, ThresholdPolicy::midpoint, 0.1};
  const auto blocks = blocks_of(draw(law, 4500, 2).points, 3);
  const auto alone = fits_on_ranks(cells, blocks, 1).front();
  ASSERT_EQ(alone[0].fit.method, FitMethod::moments);
  for (const auto& each : fits_on_ranks(cells, blocks, 2)) expect_same_bits(each, alone);

  const Clustering<double> clustering = clustering_at(cells, noise_time);
  Matrix<double> points(3, 0), targets(3, 0);
  for (const NoisyRows<double>& block : blocks) {
    const std::vector<Index> labels = clustering.labels(block.points, 1);
    for (Index j = 0; j < block.points.cols(); ++j) {
      if (labels[static_cast<std::size_t>(j)] != 0) continue;
      for (auto* chosen : {&points, &targets}) chosen->conservativeResize(Eigen::NoChange, chosen->cols() + 1);
      points.rightCols(1) = block.points.col(j);
      targets.rightCols(1) = block.targets.col(j);
    }
  }
  const HermiteBasis<double>& basis = alone[0].basis;
  const auto products = solve_by_cholesky(basis, augmented_gram(basis, observations(points, targets)), points.cols());
  ASSERT_EQ(products.coefficients.size(), alone[0].fit.coefficients.size());
  // 3^l u sqrt(n) is about 2e-12 at l = 5; 1e-9 leaves room for a condition of some hundreds.
  EXPECT_LE((products.coefficients.back() - alone[0].fit.coefficients.back()).norm(),
            1e-9 * products.coefficients.back().norm());
}

// A cell of a few rows has the fallback of the component most of its points vote for; one without rows that of the
// first.
TEST(CellFits, ACellOfFewRowsIsCountedOverAllBlocks) {
  const Matrix<double> near = Matrix<double>::Constant(1, 60, -6.0);
  Matrix<double> rows = near + draw(round_to<double>(instance("over1")), 60, 1).points;
  rows(0, 7) = 5;
  rows(0, 44) = 5.5;
  const auto blocks = blocks_of(rows, 4);
  const auto alone = fits_on_ranks(two_cells("sep1"), blocks, 1).front();
  ASSERT_EQ(alone.size(), 2U);
  EXPECT_TRUE(alone[1].fit.coefficients.empty());
  EXPECT_FALSE(alone[0].fit.coefficients.empty());
  for (const auto& each : fits_on_ranks(two_cells("sep1"), blocks, 3)) expect_same_bits(each, alone);
}

// Rows on a few places, hardly noised, make the Gram matrix ill-conditioned: the factor comes from the rows.
TEST(CellFits, WhereCholeskyFailsTheFactorsOfBlocksAreJoined) {
  Matrix<double> rows(1, 80);
  for (Index i = 0; i < rows.cols(); ++i) rows(0, i) = -6 + static_cast<double>(i % 2);
  std::vector<NoisyRows<double>> blocks;
  for (Index b = 0; b < 4; ++b) {
    std::vector<Index> numbers(20);
    std::iota(numbers.begin(), numbers.end(), 20 * b);
    blocks.push_back(noisy_rows<double>(rows.middleCols(20 * b, 20), numbers, 1e-9, 1, 3, 0));
  }
  const auto alone = fits_on_ranks(two_cells("sep1"), blocks, 1).front();
  EXPECT_EQ(alone[0].fit.method, FitMethod::qr);
  for (const auto& each : fits_on_ranks(two_cells("sep1"), blocks, 3)) expect_same_bits(each, alone);
}

}  // namespace
}  // namespace verimix

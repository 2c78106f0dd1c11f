// The fits of all cells at several noise levels, from rows in blocks over the ranks: sums over blocks in block order,
// quantiles exactly, so that they have the same bits for any number of ranks and threads.
#pragma once

#include <vector>

#include "verimix/core/ranks.hpp"
#include "verimix/regress/level_fit.hpp"

namespace verimix {

/// One level: its clustering with the means at its time, the number of rows of all blocks, sigma_t, and this rank's
/// blocks, noised.
template <RealScalar T>
struct LevelRows {
  const Matrix<T>* means = nullptr;
  const Clustering<T>* clustering = nullptr;
  Index rows = 0;
  T sigma = T(0);
  std::vector<const NoisyRows<T>*> blocks;
};

/// What fit_cells (level_fit.hpp) finds in the rows of all blocks together, for each level. A block gives each cell its
/// number of points, their mean and covariance (joined in block order as in [CGL83]), then its Gram matrix
/// in the basis that these fix, added in block order: from moments where the mean block has points enough for them to
/// be quicker, and from products where not or where the condition has no room for moments (denoising_fit.hpp); where
/// the sums have no Cholesky factor, the triangular factor of its design matrix, joined by QR in block order.
/// Thresholds are order statistics of all points. Memory beside the rows: 3 numbers a point, and (p + d)^2 a block and
/// cell at every rank. Every rank has the same levels. Collective.
template <RealScalar T>
std::vector<std::vector<CellFit<T>>> fit_cells(const std::vector<LevelRows<T>>& levels, const PieceOptions& options,
                                               Ranks& ranks, unsigned threads);

extern template std::vector<std::vector<CellFit<double>>> fit_cells(const std::vector<LevelRows<double>>&,
                                                                    const PieceOptions&, Ranks&, unsigned);
extern template std::vector<std::vector<CellFit<Real50>>> fit_cells(const std::vector<LevelRows<Real50>>&,
                                                                    const PieceOptions&, Ranks&, unsigned);

}  // namespace verimix

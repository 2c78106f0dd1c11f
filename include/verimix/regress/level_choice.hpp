// Structure, degrees and regions of one noise level, chosen with what its neighbours' validation says: close levels
// have nearly the same score, and what is best at one of them is nearly best at the next.
#pragma once

#include <vector>

#include "verimix/regress/level_fit.hpp"

namespace verimix {

/// One structure at one level: for every cell and every choice in it, the mean over the validation rows of the row's
/// excess (level_fit.hpp), and the covariance of these means (of the rows' excesses, over n). A choice in cell c is the
/// column first[c] + its place in options[c].
struct StructureTrial {
  std::vector<std::vector<PieceChoice>> options;
  std::vector<Index> first;
  Vector<double> mean;
  Matrix<double> covariance;
  /// What this level alone would choose, and the sum of the excesses, row by row.
  std::vector<std::size_t> own;
  Vector<double> excess;
};

/// Moments of a validation. Domain: at least one cell, one choice in each, as many rows in all.
StructureTrial structure_trial(const std::vector<CellValidation>& cells, double within);

/// All structures of a level, in an order that its neighbours share. Levels with another `group` have other structures.
struct LevelTrials {
  std::vector<StructureTrial> structures;
  /// Mean and standard error of the paired difference of structures s and r, each with its own choices.
  Matrix<double> difference, standard_error;
  /// gamma_l.
  double weight = 0;
  std::size_t group = 0;
  /// The mean of |y|^2, which excesses leave out.
  double target = 0;
};

/// Fills `difference` and `standard_error` and drops the row-by-row sums.
void compare_structures(LevelTrials& trials);

struct LevelChoice {
  std::size_t structure = 0;
  std::vector<PieceChoice> pieces;
  /// On the level's own validation rows.
  double loss = 0, standard_error = 0;
};

/// The choice at window[own] by sum_l gamma_l (loss at level l) over the levels of the window that are of its group:
/// the part of eps_s^2 in [CKS25] Lemma 12 that the window holds. First the structure, each with its own choices at
/// each level: of those within `within` standard errors of the best the one with the fewest cells. Then in each cell
/// degree and region, over the levels where the cell has the same options: the first within `within` standard errors of
/// the best. The standard error of a sum over levels is bounded by the sum of the levels', since the same rows serve at
/// several. A window of one level is that level's own choice.
LevelChoice choose_level(const std::vector<const LevelTrials*>& window, std::size_t own, double within);

}  // namespace verimix

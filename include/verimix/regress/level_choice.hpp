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

/// Validation rows stand on a circle, and a level takes an arc of it. Nothing is known of where `circle` is 0.
struct RowArc {
  Index begin = 0, count = 0, circle = 0;
};
/// Might the two have a row in common? Levels that have none are independent, given the fits.
bool share_rows(const RowArc& a, const RowArc& b);

/// All structures of a level, in an order that its neighbours share. Levels with another `group` have other structures.
struct LevelTrials {
  std::vector<StructureTrial> structures;
  /// Mean and standard error of the paired difference of structures s and r, each with its own choices.
  Matrix<double> difference, standard_error;
  /// gamma_l.
  double weight = 0;
  std::size_t group = 0;
  RowArc rows;
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
/// the best. The variance of a sum over levels is bounded by sum_{l, m} e_l e_m over the pairs that may share rows, e_l
/// the levels' standard errors. A window of one level is that level's own choice.
LevelChoice choose_level(const std::vector<const LevelTrials*>& window, std::size_t own, double within);

}  // namespace verimix

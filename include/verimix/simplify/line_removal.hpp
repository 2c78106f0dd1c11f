// Scores of mixtures on the line with components taken out: the left-hand sides of [CKS25] Lemmas 33 and 34 and of
// Propositions 7 and 32, certified. Derivations: proofs-notes/simplify/line_removal.md.
#pragma once

#include <vector>

#include "verimix/cluster/misclassification.hpp"
#include "verimix/core/precision_ladder.hpp"
#include "verimix/simplify/score_removal.hpp"

namespace verimix {

// Domain of everything here: a mixture on the line that `LineLaw` accepts at time 0, digits >= 1, and U of positive
// weight (InputError, field "removal"; a cell: field "cells"). Components of weight 0 count as not there.

/// E_{N_i}|s_W - s_U|^n to relative width 10^-digits, and exactly 0 where s_W = s_U. Domain: n even, 2 <= n <= 16
/// (InputError, field "n"); `validate(removal, k)`.
LadderResult removal_moment_line(const ExactMixture& mixture, const Removal& removal, int n, int digits,
                                 const LadderBudget& budget = {});

/// A clustering function with intervals for cells: labels[0] on (-inf, cuts[0]), labels[1] on (cuts[0], cuts[1]), ...
struct IntervalClustering {
  std::vector<Rational> cuts;
  std::vector<Index> labels;
};

/// Where the error of s_c = sum_t s(.; M(U_t)) 1{c = t} comes from.
struct LineSimplificationError {
  /// E_{N_i}[ |s - s(.; M(U_t))|^2 1{c = t} ] and P_{N_i}[c = t], k x n_c.
  Matrix<Ball> parts, probability;
  /// sum_i lam_i parts(i, t) over i in U_t, and over i not in U_t.
  Ball overlap, misclassified;
  /// E_M|s - s_c|^2, the sum of both.
  Ball total;
  /// Has every entry of `parts` the digits asked for? (Not asked of a cell that is certainly met nowhere.)
  bool goal_met = true;
};

/// `cells` are U_0, ..., U_{n_c - 1}, a partition of [k]. Throws InputError (field "cells") otherwise, (field
/// "clustering") where cuts do not increase, labels are not one more than cuts, or name no cell.
LineSimplificationError simplification_error_line(const ExactMixture& mixture,
                                                  const std::vector<std::vector<Index>>& cells,
                                                  const IntervalClustering& clustering, int digits,
                                                  const LadderBudget& budget = {});

/// The same for Algorithm 5's function, as exact arithmetic decides it (see line_stretches); where its breakpoints
/// coincide to the working precision, the stretch between them counts for every cell, inside the enclosures.
LineSimplificationError simplification_error_line(const ExactMixture& mixture, const Clustering<double>& clustering,
                                                  int digits, const LadderBudget& budget = {});

}  // namespace verimix

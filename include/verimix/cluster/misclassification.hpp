// How often the clustering function is wrong: certified on the line, certified brackets by exact chi-square laws, and
// exact binomial intervals from draws in any dimension.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "verimix/cluster/clustering.hpp"
#include "verimix/distance/monte_carlo.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix {

// The clustering is meant as the function in exact arithmetic whose means, inverses, thresholds and log-determinants
// are the numbers that the object holds; the truth is any mixture of as many components in the same dimension.
// InputError (field "mixture") otherwise.

/// An open interval of the line on which the clustering does not change; a missing end is infinite, ends are exact.
/// Without a label: a tiny stretch around breakpoints, in which anything may happen.
struct LineStretch {
  std::optional<Ball> lower, upper;
  std::optional<Index> label;
  std::optional<ClusterStatus> status;
};

/// The line from left to right. Domain: d = 1 (InputError, field "dimension").
std::vector<LineStretch> line_stretches(const Clustering<double>& clustering);

/// On the line: the places where the label can change, all of them found and enclosed, and what happens between them.
struct LineCells {
  /// P_{N_i}[c(x) = t], k x n_c.
  Matrix<Ball> probability;
  /// P_{N_i}[status = ok, none, multi, empty_intersection], k x 4 in this order.
  Matrix<Ball> status;
  /// P_{N_i}[c(x) is not the cell of i].
  Vector<Ball> misclassified;
  /// Places where the label or the status can change.
  Index breakpoints = 0;
};

/// Certified at the working precision of balls: Voronoi boundaries, roots of q_ij(x; muhat_l) = t_ij and of equal
/// likelihoods cut the line; between two of them one exact point decides. Where breakpoints coincide to the working
/// precision the tiny stretch between them counts as undecided, inside the enclosures. Domain: d = 1 (InputError, field
/// "dimension").
LineCells line_cells(const Mixture<Ball>& truth, const Clustering<double>& clustering);

/// A certified bracket of P_{N_i}[ c(x) is not the cell of i, or a rule for ties, `none` or `multi` was needed ] in any
/// dimension: at most the sum of the exact pairwise tails (a wrong nearest mean: a normal tail; a rejection or a wrong
/// acceptance about each distinct centre of the own mean group: a generalised chi-square tail), at least the largest
/// rejection probability where one centre serves all points and i has no companion in its covariance group. With two
/// components, one centre and t_12 = -t_21 both ends meet: the exact value. Throws UndecidedError as `quadratic_tails`.
Ball misclassification_bracket(const Mixture<Ball>& truth, const Clustering<double>& clustering, Index component);

/// Counts among draws from N_i, with an exact binomial interval for P_{N_i}[c(x) is not the cell of i] (evidence:
/// estimated; holds at the confidence for every number of draws).
struct MisclassificationEstimate {
  ConfidenceInterval probability;
  /// Points in another cell; points for which no group passed, several did, or S_a and T_b had nothing in common.
  Index wrong = 0, none = 0, multi = 0, empty_intersection = 0;
  Index samples = 0;
};

/// Domain: count >= 1, 1/2 <= confidence < 1, 0 <= component < k (InputError). The draws depend on (seed, component)
/// only, not on threads.
MisclassificationEstimate misclassification_estimate(const Mixture<double>& truth, const Clustering<double>& clustering,
                                                     Index component, Index count, std::uint64_t seed,
                                                     double confidence = 0.99);

/// The number of the cell that holds the component.
Index cell_of_component(const Clustering<double>& clustering, Index component);

}  // namespace verimix

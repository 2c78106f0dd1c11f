// The kernel of Density<double> in few dimensions: everything that a point needs stays in vector registers.
#pragma once

#include "verimix/mixture/density_in_place.hpp"

namespace verimix {

/// Log-density, score and responsibilities of some hundred points at a time, by the formulae of WhitenedTile. The
/// points are turned so that a coordinate of all points is contiguous; then one vector of points goes through all
/// components before the next: W_i (x - mu_i), the running log-sum-exp and the weighted sum, with one exponential a
/// component after the first and no memory between. The dimension is known to the compiler, so every loop over
/// coordinates is unrolled. exp and log are those of xsimd: see proofs-notes/mixture/density.md for their error.
class FusedTile {
 public:
  static constexpr Index largest_dimension = 8;
  /// Points a tile.
  static constexpr Index width = 256;

  /// Domain: components of positive weight, of one dimension in [1, largest_dimension].
  explicit FusedTile(const std::vector<WhitenedComponent<double>>& components);

  /// Evaluates points [begin, end) of `points` (d x n), at most `width` of them, and writes their columns of `out`, of
  /// whose `size` rows of responsibilities only those of the given components. Returns `end`, or the first point of a
  /// vector in which one is not finite or has sum_i |W_i (x - mu_i)|^2 beyond 1e300; then the columns of `out` are
  /// undefined.
  Index evaluate(const double* points, Index begin, Index end, Index size, const EvaluationMemory& out);

  /// Points a vector.
  static const Index lanes;

 private:
  template <std::size_t d>
  Index evaluate_in_dimension(const double* points, Index begin, Index end, Index size, const EvaluationMemory& out);

  Index dimension_;
  /// Of each component its place in the mixture.
  std::vector<Index> places_;
  /// Of each component the mean, the lower triangle of W row by row, and log lambda_i + log p_i(mu_i).
  std::vector<double> parameters_;
  /// width x d: the points, then the scores.
  Matrix<double> turned_;
  Vector<double> log_densities_;
  /// lanes x k: the l_i.
  Matrix<double> logs_;
};

}  // namespace verimix

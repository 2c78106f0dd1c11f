// The kernel of Density<double> in few dimensions: everything that a point needs stays in registers and the first
// cache.
#pragma once

#include "verimix/mixture/density_in_place.hpp"

namespace verimix {

/// Log-density, score and responsibilities by the formulae of WhitenedTile. The points of a tile are turned so that a
/// coordinate of all of them is contiguous; then one vector of points goes through all components before the next, a
/// few components at a time: first their W_i (x - mu_i) and l_i, then, with the largest l_i known, the weighted sums.
/// The dimension is known to the compiler, so every loop over coordinates is unrolled. exp and log are those of xsimd:
/// see proofs-notes/mixture/density.md for their error.
class FusedTile {
 public:
  static constexpr Index largest_dimension = 8;
  /// Domain: components of positive weight, of one dimension in [1, largest_dimension].
  explicit FusedTile(const std::vector<WhitenedComponent<double>>& components);

  /// Evaluates points [begin, end) of `points` (d x n) and writes their columns of `out`, of whose `size` rows of
  /// responsibilities only those of the given components. Returns `end`, or the first point of a vector in which one is
  /// not finite or has sum_i |W_i (x - mu_i)|^2 beyond 1e300; then the columns of `out` are undefined.
  Index evaluate(const double* points, Index begin, Index end, Index size, const EvaluationMemory& out);

  /// Points a vector.
  static const Index lanes;

 private:
  template <std::size_t d>
  Index evaluate_tile(const double* points, Index begin, Index end, Index size, const EvaluationMemory& out);

  Index dimension_;
  /// Of each component its place in the mixture.
  std::vector<Index> places_;
  /// Of each component the mean, the lower triangle of W row by row, and log lambda_i + log p_i(mu_i).
  std::vector<double> parameters_;
  /// A tile's points, then its scores, one coordinate after the other.
  Vector<double> turned_;
  Vector<double> log_densities_;
  /// lanes x k: the l_i.
  Matrix<double> logs_;
  /// (lanes d) x (components at a time): the W (x - mu).
  Matrix<double> whitened_;
};

}  // namespace verimix

// The kernel of Density<double>: a tile of points side by side in vector registers, one component after the other.
#pragma once

#include "verimix/mixture/density_in_place.hpp"

namespace verimix {

/// Log-density, score and responsibilities of a few points at a time. Coordinate m of all points of the tile is
/// contiguous, so every operation is one on whole registers; W is read as scalars and only its lower triangle, so 2
/// (d^2 + O(d)) operations a point and component are all there are. The log-sum-exp runs along with the components:
/// with m the largest l_i so far,
///   sum = sum_i exp(l_i - m),   weighted = sum_i exp(l_i - m) W_i^T W_i (x - mu_i),
/// and both are scaled down when a larger l_i comes, so that one exponential a component is enough.
class WhitenedTile {
 public:
  /// As many points as fill half of the machine's vector registers, four rows of W at a time.
  static const Index width;

  WhitenedTile(Index dimension, Index components);

  /// Evaluates points [begin, end) of `points` (d x n), at most `width` of them, and writes their columns of `out`, of
  /// whose `size` rows of responsibilities only those of the given components. Returns false, with those columns
  /// undefined, if a point is not finite or some |W_i (x - mu_i)|^2 is beyond 1e300.
  bool evaluate(const std::vector<WhitenedComponent<double>>& components, const Vector<double>& log_weights,
                const double* points, Index begin, Index end, Index size, const EvaluationMemory& out);

 private:
  void load(const double* points, Index begin, Index end);
  void add(const WhitenedComponent<double>& component, double log_scale, Index position);
  void whiten(const Matrix<double>& whitening);
  void update_weights(double log_scale, Index position);
  void accumulate(const Matrix<double>& whitening);
  void store(const std::vector<WhitenedComponent<double>>& components, Index begin, Index end, Index size,
             const EvaluationMemory& out);

  Index dimension_;
  /// width x d each: the points, x - mu_i, W_i (x - mu_i), and the weighted sum.
  Matrix<double> points_, centred_, whitened_, weighted_;
  /// width x k: the l_i.
  Matrix<double> logs_;
  /// width each.
  Vector<double> distance_, largest_distance_, maximum_, sum_, keep_, fresh_;
};

}  // namespace verimix

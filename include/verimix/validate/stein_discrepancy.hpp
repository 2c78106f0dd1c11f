// The kernel Stein discrepancy of a sample from a law with a known score, in blocks, with an exact test: the law of the
// statistic under the hypothesis is not approximated but drawn from. Derivation:
// proofs-notes/validate/stein_discrepancy.md.
#pragma once

#include <cstdint>
#include <vector>

#include "verimix/mixture/density.hpp"

namespace verimix {

/// The mean over the disjoint blocks of `block` consecutive points of the mean over pairs i < j in the block of
///   u(x, y) = s(x).s(y) k + s(x).grad_y k + s(y).grad_x k + tr grad_x grad_y k,   k(x, y) = (1 + |x -
///   y|^2/scale^2)^{-1/2},
/// whose expectation for independent x, y of law P is >= 0, and 0 iff P is the law with score s ([LLJ16], [GM17]).
/// Points past the last whole block are left out; a sample shorter than a block is one block. Shapes: d x n, d x n.
/// Domain: n >= 2, block >= 2, scale > 0.
double stein_discrepancy(const Matrix<double>& points, const Matrix<double>& scores, double scale, Index block);

/// A Monte-Carlo test of "these n points are independent draws of the mixture": the statistic of the first m points
/// stands among those of B reference samples of m points drawn from the mixture itself. Under the hypothesis all B + 1
/// are exchangeable, so p = (1 + #{reference >= observed})/(B + 1) is an exact p-value for every m and B ([BD89]).
class SteinTest {
 public:
  /// Draws the reference once. m = min(count, max_points). Domain: count >= 2, replicates >= 1.
  SteinTest(const Mixture<double>& truth, Index count, Index replicates, std::uint64_t seed, unsigned threads = 0);

  struct Outcome {
    double statistic;
    double p_value;
  };
  /// `points` is d x n with n >= the count of the constructor; only its first m columns are read.
  Outcome check(const Matrix<double>& points) const;

  Index points_used() const { return points_; }

  static constexpr Index max_points = 2048;
  static constexpr Index block = 256;

 private:
  double statistic(const Matrix<double>& points) const;

  Density<double> density_;
  Index points_;
  double scale_;
  /// Increasing.
  std::vector<double> reference_;
};

}  // namespace verimix

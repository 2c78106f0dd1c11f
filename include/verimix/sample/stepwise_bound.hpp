// A bound, at a stated confidence, of how far the steps of Algorithm 1 lead from the laws that they should pass
// through, in any dimension, by draws. Derivation: proofs-notes/sample/stepwise_bound.md.
#pragma once

#include <cstdint>

#include "verimix/sample/reverse_process.hpp"

namespace verimix {

struct StepwiseRequest {
  /// Points x of q_{s_{l+1}} in every step; for each, two independent means over `pairs` pairs +-z. Domain: points even
  /// and >= 2, pairs >= 1, 0 < confidence < 1.
  /// For the same work many pairs are better than many points: the noise of a product of two means falls like 1/pairs.
  Index points = 512, pairs = 64;
  double confidence = 0.99;
  std::uint64_t seed = 1;
  unsigned threads = 0;
};

/// Of sum_l TV(q_{s_l} K_l, q_{s_{l+1}}), K_l the kernel of step l with the given score; with it
///   TV(p, q_delta) <= TV(N, q_T) + the sum.
struct StepwiseBound {
  /// sum_l 1/2 sqrt(chi^2_l), chi^2_l = chi^2(q_{s_l} K_l || q_{s_{l+1}}), from unbiased estimates of the chi^2_l,
  /// negative ones taken as 0. It is what `upper` tends to with more draws, but for what clipping loses.
  double estimate;
  /// At least the sum, with probability >= confidence for every number of draws (empirical Bernstein); roundoff of
  /// double is not in it.
  double upper;
};

/// The same bits for any number of threads. The confidence is that of draws that the score does not depend on: a score
/// learned from rows that `draw` made with the same seed is not meant (space_terms takes the exact one). Throws
/// UndecidedError if a score leaves the finite numbers.
StepwiseBound stepwise_bound(const Mixture<double>& target, const TimeGrid<double>& grid,
                             const BatchedScore<double>& score, const StepwiseRequest& request = {});

}  // namespace verimix

// From a score to that of a sub-mixture by taking out one component after the other ([CKS25] Lemma 34, then Lemma 33),
// certified on the line: each step's error beside its bound, and all at once. See
// proofs-notes/simplify/removal_chain.md.
#pragma once

#include <vector>

#include "verimix/simplify/line_removal.hpp"

namespace verimix {

/// One step s_W -> s_{W without j}: E_{N_i}|.|^n certified, and its bound by removal_moment_upper.
struct ChainStep {
  Index removed;
  Ball moment, moment_upper;
};

/// From s to s_U by taking out the components of `order` one after the other. By the triangle inequality in L^n(N_i)
/// moment^{1/n} <= norm_sum; the bounds likewise.
struct RemovalChain {
  std::vector<ChainStep> steps;
  /// All at once: E_{N_i}|s - s_U|^n, and its bound.
  Ball moment, moment_upper;
  /// sum over the steps of moment^{1/n}, and of moment_upper^{1/n}.
  Ball norm_sum, norm_sum_upper;
};

/// Domain: `order` holds different components (InputError, field "order"), not all of [k]; n in {2, 4, 8, 16};
/// otherwise as removal_moment_line.
RemovalChain removal_chain_line(const ExactMixture& mixture, Index component, const std::vector<Index>& order, int n,
                                int digits);

}  // namespace verimix

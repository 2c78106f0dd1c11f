// Bounds of TV(p, q_delta) that need no law of the output, in any dimension, by draws: what the score's errors add
// along the chain with the exact score, and what each step adds. Derivations: proofs-notes/sample/space_terms.md.
#pragma once

#include "verimix/sample/sampling_terms.hpp"

namespace verimix {

/// A mean of independent replicates and its standard error.
struct SampledSum {
  double mean, standard_error;
};

/// sum_l 2 tanh(gamma_l/2) E_{p^e_l} |s_hat_l - s_l|^2 >= KL(p^e||p), p^e_l the law of y_l with the exact score: each
/// replicate runs `particles` particles. The same bits for any number of threads. Domain as path_divergence.
SampledSum chain_divergence(const Mixture<double>& target, const TimeGrid<double>& grid,
                            const BatchedScore<double>& score, const PathRequest& request = {});

struct StepwiseRequest {
  /// Points x of q_{s_{l+1}} in every step; for each, two independent means over `pairs` pairs +-z.
  Index points = 1024, pairs = 16;
  std::uint64_t seed = 1;
  unsigned threads = 0;
};

/// With K_l the kernel of step l for this score, sum_l 1/2 sqrt(chi^2_l), chi^2_l = chi^2(q_{s_l} K_l || q_{s_{l+1}}):
///   TV(p, q_delta) <= TV(N, q_T) + sum_l TV(q_{s_l} K_l, q_{s_{l+1}}) <= TV(N, q_T) + sum_l 1/2 sqrt(chi^2_l).
struct StepwiseBound {
  /// From unbiased estimates of the chi^2_l, negative ones taken as 0.
  double estimate;
  /// 1/2 sqrt(sum_l w_l) sqrt(X) >= the sum (Cauchy-Schwarz) for X >= sum_l chi^2_l/w_l, w_l = (gamma_l/min(1, s_l))^2;
  /// X is the estimate plus three standard errors: a bound by the normal approximation, not a proof.
  double upper;
};

/// The same bits for any number of threads. Domain: points >= 2, pairs >= 1. Throws UndecidedError if a score leaves
/// the finite numbers.
StepwiseBound stepwise_bound(const Mixture<double>& target, const TimeGrid<double>& grid,
                             const BatchedScore<double>& score, const StepwiseRequest& request = {});

/// What draws and closed forms bound for a run from N(0, Id), and beside it on the plane what the output's law is.
struct SpaceTerms {
  /// sqrt(KL/2) of the closed form of PathDivergence::initial_upper.
  double tv_horizon_upper;
  /// Of the score of the run, and of the exact one on the same grid.
  StepwiseBound steps, exact_steps;
  SampledSum kl_score;
  PathDivergence path;
  /// min(tv_horizon_upper + steps.upper, tv_horizon_upper + exact_steps.upper + sqrt(kl_score/2), sqrt(path/2)) >=
  /// TV(p, q_delta), kl_score and path (with its initial_upper) with three standard errors each.
  double tv_stopped_upper;
  /// TV(q_0, q_delta) <= sinh(delta) R/(sqrt2 alpha).
  double tv_stopping_upper;
};

/// `score`: nothing for the exact one. Domain as the functions above.
SpaceTerms space_terms(const Mixture<double>& target, const TimeGrid<double>& grid,
                       const std::optional<BatchedScore<double>>& score = std::nullopt, unsigned threads = 0);

}  // namespace verimix

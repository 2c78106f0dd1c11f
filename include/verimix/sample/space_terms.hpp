// A bound of TV(p, q_delta) at a stated confidence that needs no law of the output, in any dimension, by draws: what
// the score's errors add along the chain, and what each step adds. Derivations: proofs-notes/sample/space_terms.md.
#pragma once

#include "verimix/sample/sampling_terms.hpp"
#include "verimix/sample/stepwise_bound.hpp"

namespace verimix {

struct ChainRequest {
  /// Independent runs of the chain. Domain: paths even and >= 2, 1/2 <= confidence < 1.
  Index paths = 65536;
  double confidence = 0.99;
  std::uint64_t seed = 1;
  unsigned threads = 0;
};

/// How far the chain with a score is from the one with the exact score, both from N(0, Id). With V = sum_l 2
/// tanh(gamma_l/2) |s_hat_l - s_l|^2 along a path of the chain with s_hat, and V_b the same sum up to the last step
/// before it would pass the budget b,
///   TV(p, p^e) <= sqrt(E V_b/2) + P(V > b).
struct ScoreShare {
  /// The mean of V over the paths: an estimate of KL(chain with s_hat || chain with the exact score).
  double kl;
  /// At least E V_b and P(V > b), together with probability >= confidence for every number of paths; roundoff of double
  /// is not in them.
  double kl_upper, spent_upper;

  double tv_upper() const;
};

/// The same bits for any number of threads. The score must not depend on these draws (Purpose::reverse_noise, which no
/// learner reads). The budget comes from 1024 paths of its own. Throws UndecidedError if a
/// particle leaves the finite numbers.
ScoreShare score_share(const Mixture<double>& target, const TimeGrid<double>& grid, const BatchedScore<double>& score,
                       const ChainRequest& request = {});

/// What draws and closed forms bound for a run from N(0, Id).
struct SpaceTerms {
  /// sqrt(KL/2) of the closed form of PathDivergence::initial_upper.
  double tv_horizon_upper;
  /// Of the exact score on the grid.
  StepwiseBound steps;
  /// All zero for the exact score.
  ScoreShare score;
  /// Girsanov's bound of KL(q_delta||p), an estimate; it has no part in tv_stopped_upper.
  PathDivergence path;
  /// min(1, tv_horizon_upper + steps.upper + score.tv_upper()) >= TV(p, q_delta) with probability >= `confidence`.
  double tv_stopped_upper;
  /// TV(q_0, q_delta) <= sinh(delta) R/(sqrt2 alpha).
  double tv_stopping_upper;
  double confidence;
};

struct SpaceRequest {
  /// 3/5 of 1 - confidence for the steps, 2/5 for the score.
  double confidence = 0.99;
  Index points = 512, paths = 65536;
  std::uint64_t seed = 1;
  unsigned threads = 0;
};

/// `score`: nothing for the exact one. Domain as the functions above.
SpaceTerms space_terms(const Mixture<double>& target, const TimeGrid<double>& grid,
                       const std::optional<BatchedScore<double>>& score = std::nullopt,
                       const SpaceRequest& request = {});

}  // namespace verimix

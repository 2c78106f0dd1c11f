// What learning did, how long it took and what may be said of it: the content of verimix.learn/1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/core/linear_algebra.hpp"
#include "verimix/core/verdict.hpp"

namespace verimix {

/// E|s_hat - s|^2 over q_t, estimated by Monte Carlo.
struct ScoreError {
  double mean = 0;
  double standard_error = 0;
};

struct LevelSummary {
  /// s_l in the time of dx = -x dt + sqrt2 dw.
  double time = 0;
  Index cell_count = 0;
  /// The largest over the cells.
  int degree = 0;
  /// Noised points that the final fit used.
  Index samples = 0;
  /// The denoising loss on the validation rows of the fit that was chosen (before the refit), and its standard error.
  double validation_loss = 0;
  double validation_standard_error = 0;
  /// Where the truth was given: of the final fit, in standardised coordinates.
  std::optional<ScoreError> score_error;
  /// Cells whose score is the Gaussian fallback everywhere: empty ones, those with too few rows, and those where no
  /// polynomial did better on the validation rows.
  Index cells_without_polynomial = 0;
};

struct StageSummary {
  std::string name;
  double seconds = 0;
  /// The largest resident set of the process so far, in MiB; of several ranks, that of the one with the most.
  double peak_memory = 0;
};

/// The clustering that tells the components apart: the groups of component i by means and by covariances, the number of
/// their common refinement's cells, and what Proposition 25 promises of its error if the estimates were exact (none
/// where that is 1 or more, or a single cell).
struct ClusteringSummary {
  std::vector<Index> mean_group, covariance_group;
  Index cells = 0;
  std::optional<double> promised_error;
};

/// A hypothesis of the theory, evaluated on the estimates chosen at the smallest noise level or on those of the
/// clustering (not on the truth, which is unknown).
struct HypothesisSummary {
  std::string name;
  Verdict verdict = Verdict::undecided;
  std::string detail;
};

struct LearnSummary {
  Index rows = 0, dimension = 0, components = 0;
  /// Asked of estimate, and how many different labellings they give with their partition pairs at the smallest ranking
  /// level.
  Index candidates = 0, distinct_structures = 0;
  double epsilon = 0, stop = 0, horizon = 0;
  int steps = 0;
  std::uint64_t seed = 0;
  std::vector<LevelSummary> levels;
  std::vector<StageSummary> stages;
  ClusteringSummary clustering;
  std::vector<HypothesisSummary> hypotheses;
  /// sum_l gamma_l E|s_hat - s|^2, where the truth was given: eps_s^2 of Lemma 12, which bounds KL(q_delta | p)
  /// together with the discretisation and KL(q_T | N(0, Id)).
  std::optional<double> weighted_score_error;
};

/// verimix.learn/1. Numbers are strings. Score errors and losses are `computed`: their standard errors are no interval
/// at a stated level, since |s_hat - s|^2 is unbounded and may have heavy tails.
Json to_json(const LearnSummary& summary);

}  // namespace verimix

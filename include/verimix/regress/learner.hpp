// From data to a learned score at every noise level: [CKS25] Proposition 49's algorithm within a budget.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string_view>

#include "verimix/core/interrupt.hpp"
#include "verimix/core/row_slice.hpp"
#include "verimix/regress/guesses.hpp"
#include "verimix/regress/partial_run.hpp"

namespace verimix {

struct LearnOptions {
  /// k >= 1.
  Index components = 2;
  /// Recorded in the summary; budgeted mode does not derive its sizes from it. In (0, 1).
  double epsilon = 0.1;
  /// Highest degree L >= 1 that may be chosen.
  int degree = 5;
  LearnMode mode = LearnMode::budgeted;
  /// The grid of Lemma 12: delta in (0, 1), N even, T >= 1, in the time of dx = -x dt + sqrt2 dw of the standardised
  /// data.
  double stop = 1e-3;
  int steps = 100;
  double horizon = 5;
  /// Candidates asked of estimate, >= 1; in the mode exhaustive the longest list that is tried.
  Index budget = 64;
  /// Structures (candidate and partition pair) that are fitted in full at a noise level, beside the single cell.
  Index kept = 3;
  std::uint64_t seed = 0;
  /// Pairs +-z for each row in a fit; 0: at least 8000 in all, up to 64 a row, and up to 8 a row if that
  /// makes no more than 200000 in all (2500, 4, 20000 where structures are tried).
  Index noise_pairs = 0;
  PieceOptions pieces;
  /// 0: as many as the machine has. Never changes a result.
  unsigned threads = 0;
};

/// stage is one of "split", "candidates", "ranking", "levels"; fraction in [0, 1] of that stage. Called from one thread
/// at a time.
using LearnProgress = std::function<void(std::string_view stage, double fraction)>;

template <RealScalar T>
struct Learned {
  LearnedModel<T> model;
  LearnSummary summary;
};

/// `data` is d x n, raw; `truth`, in the coordinates of the data, is used for the summary's score errors, and for the
/// guesses in the modes analysis and exhaustive (guesses.hpp; the same steps follow). Steps: standardise the columns;
/// split the rows 60/20/20 into train, ranking and validation; candidates from the training rows, those that induce the
/// same labels dropped; rank (candidate, partition pair) by the degree-1 denoising loss at four noise levels; at every
/// noise level of the grid fit the best ones on the training rows and choose structure, degrees and region on the
/// validation rows; refit what was chosen on all rows. The choice never sees a row that it was fitted on; the refit
/// changes coefficients only. Nothing is proved about the result: see proofs-notes/regress/learner.md for what is
/// measured. Throws InputError for options outside their domains, and as require_learnable (data_checks.hpp) and
/// time_grid do; a row that stands alone and cells that have no polynomial are reported in the summary. UndecidedError
/// for a list that is longer than the budget in the mode exhaustive. Interrupted where `stop` was requested; a run that
/// goes on from what `keeping` kept skips candidates, ranking and the levels that are there, and its model has the bits
/// of a run in one piece.
template <RealScalar T>
Learned<T> learn(const Matrix<T>& data, const LearnOptions& options, const std::optional<Mixture<T>>& truth = {},
                 const LearnProgress& progress = {}, std::stop_token stop = {}, const RunKeeping<T>& keeping = {});

/// The same with rows that several ranks hold (the ranks of `data`); every rank gives the same options and truth and
/// gets the same model and summary, whose bits do not depend on the number of ranks. Progress and keeping are called at
/// every rank. In every mode a rank holds its own rows; see proofs-notes/decisions/010-ranks.md for the memory. An
/// interruption of one rank reaches the others only where they
/// end together. Collective.
template <RealScalar T>
Learned<T> learn(RowSlice<T> data, const LearnOptions& options, const std::optional<Mixture<T>>& truth = {},
                 const LearnProgress& progress = {}, std::stop_token stop = {}, const RunKeeping<T>& keeping = {});

extern template Learned<double> learn(RowSlice<double>, const LearnOptions&, const std::optional<Mixture<double>>&,
                                      const LearnProgress&, std::stop_token, const RunKeeping<double>&);
extern template Learned<Real50> learn(RowSlice<Real50>, const LearnOptions&, const std::optional<Mixture<Real50>>&,
                                      const LearnProgress&, std::stop_token, const RunKeeping<Real50>&);
extern template Learned<double> learn(const Matrix<double>&, const LearnOptions&, const std::optional<Mixture<double>>&,
                                      const LearnProgress&, std::stop_token, const RunKeeping<double>&);
extern template Learned<Real50> learn(const Matrix<Real50>&, const LearnOptions&, const std::optional<Mixture<Real50>>&,
                                      const LearnProgress&, std::stop_token, const RunKeeping<Real50>&);

}  // namespace verimix

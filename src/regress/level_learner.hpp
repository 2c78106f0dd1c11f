// Learns noise levels: structures, degrees and regions from trials of the level and its neighbours, then the fit on all
// rows.
#pragma once

#include <optional>
#include <vector>

#include "verimix/regress/learner.hpp"
#include "verimix/regress/level_choice.hpp"
#include "verimix/regress/split_rows.hpp"

namespace verimix::regress_detail {

/// How many pairs +-z a row gets where none is requested: at least `least` in all, up to 64 a row, and where rows are
/// many as many as make `usual` in all, up to `most_a_row`.
struct PairRule {
  Index least, usual, most_a_row;

  Index pairs(Index requested, Index rows) const;
};

/// A level's trials are made on one rank, from the windows of rows that it needs, and depend on their own level only;
/// the fit on all rows is made by all ranks together. So neither the order of the levels nor the ranks change anything.
template <RealScalar T>
class LevelLearner {
 public:
  /// `threads` is the same at every rank. The arguments outlive the learner.
  LevelLearner(const SplitRows<T>& split, const RankedStructures<T>& ranked, const TimeGrid<T>& grid,
               const LearnOptions& options, const std::optional<Mixture<T>>& truth, unsigned threads);

  /// How many levels are worth learning at once: as many as keep the threads busy, since each holds its noised rows.
  std::size_t at_once() const;
  /// Learns levels[begin], ..., levels[end - 1]; makes trials of later ones ahead, so that every thread of every rank
  /// has some to make. Collective.
  std::vector<FinishedLevel<T>> learn(const std::vector<std::size_t>& levels, std::size_t begin, std::size_t end);

 private:
  /// The window of levels whose validation takes part in a level's choice.
  IndexRange neighbours_of(std::size_t level) const;
  NoisyRows<T> noised(const Rows<T>& rows, Index rows_in_all, std::size_t level, const PairRule& rule) const;
  void need_trials(const std::vector<std::size_t>& levels, std::size_t begin, std::size_t end);
  void make_trials(const std::vector<std::size_t>& levels);
  LevelTrials trials_of(std::size_t level, const Rows<T>& train, const Rows<T>& validation) const;
  LevelChoice choice_of(std::size_t level) const;
  std::vector<std::optional<ScoreError>> score_errors(const std::vector<FinishedLevel<T>>& finished) const;

  const SplitRows<T>& split_;
  const RankedStructures<T>& ranked_;
  const TimeGrid<T>& grid_;
  const LearnOptions& options_;
  const std::optional<Mixture<T>>& truth_;
  unsigned threads_;
  PieceOptions pieces_;
  std::vector<std::optional<LevelTrials>> trials_;
};

extern template class LevelLearner<double>;
extern template class LevelLearner<Real50>;

}  // namespace verimix::regress_detail

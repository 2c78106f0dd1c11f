// What an unfinished run of `learn` has done so far: enough for another run to go on from it and end with the same
// bits.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "verimix/regress/learn_summary.hpp"
#include "verimix/regress/learned_model.hpp"
#include "verimix/regress/ranking.hpp"

namespace verimix {

template <RealScalar T>
struct FinishedLevel {
  LearnedLevel<T> level;
  LevelSummary summary;
};

template <RealScalar T>
struct PartialRun {
  /// How many candidates there were, and the ranking that every noise level starts from.
  Index candidates = 0;
  RankedStructures<T> ranked;
  /// One for each noise level of the grid; levels are finished in any order.
  std::vector<std::optional<FinishedLevel<T>>> levels;
};

/// Where a run goes on from, and what it calls when the ranking or a noise level is done. `keep` is called from one
/// thread at a time; what it throws ends the run.
template <RealScalar T>
struct RunKeeping {
  /// Of a run with the same data, options and truth, by the same program; its levels are taken as they are.
  std::optional<PartialRun<T>> from;
  std::function<void(const PartialRun<T>&)> keep;
};

}  // namespace verimix

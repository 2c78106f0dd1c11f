#include "verimix/regress/learner.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>

#include "level_learner.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/parallel.hpp"
#include "verimix/regress/data_checks.hpp"
#include "verimix/regress/hypotheses.hpp"

namespace verimix {
namespace {

void require_option(bool ok, const std::string& field, const std::string& value, const std::string& expected) {
  if (!ok) throw InputError("", field, value, expected);
}

void validate(const LearnOptions& options) {
  require_option(options.components >= 1, "components", std::to_string(options.components), "at least 1");
  require_option(options.epsilon > 0 && options.epsilon < 1, "epsilon", to_text(options.epsilon), "0 < epsilon < 1");
  require_option(options.degree >= 1, "degree", std::to_string(options.degree), "at least 1");
  require_option(options.budget >= 1, "budget", std::to_string(options.budget), "at least 1");
  require_option(options.kept >= 1, "kept", std::to_string(options.kept), "at least 1");
  require_option(options.noise_pairs >= 0, "noise_pairs", std::to_string(options.noise_pairs), "at least 0");
}

template <class T>
Standardisation<T> standardisation_of(const RowSlice<T>& data) {
  const T n(static_cast<double>(data.blocks.rows));
  const std::vector<Matrix<T>> blocks = data.own_blocks();
  std::vector<Matrix<T>> sums, squares;
  for (const Matrix<T>& block : blocks) sums.emplace_back(block.rowwise().sum());
  Standardisation<T> out{sum_blocks(data.ranks.get(), std::move(sums)) / n, Vector<T>(data.dimension())};
  for (const Matrix<T>& block : blocks) {
    squares.emplace_back(data.dimension(), 1);
    for (Index j = 0; j < data.dimension(); ++j)
      squares.back()(j, 0) = (block.row(j).array() - out.shift(j)).square().sum();
  }
  const Matrix<T> sum = sum_blocks(data.ranks.get(), std::move(squares));
  for (Index j = 0; j < data.dimension(); ++j) out.scale(j) = sqrt(T(sum(j, 0) / n));
  return out;
}

// The largest resident set so far, in MiB.
double peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Runs one stage: progress at its ends, its seconds and memory into the summary.
class StageClock {
 public:
  StageClock(LearnSummary& summary, Ranks& ranks, const LearnProgress& progress)
      : summary_(summary), ranks_(ranks), progress_(progress) {}

  template <class Work>
  auto run(const std::string& name, Work work) {
    report(name, 0);
    const auto start = std::chrono::steady_clock::now();
    auto result = work();
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    summary_.stages.push_back({name, spent.count(), largest(ranks_, peak_memory())});
    report(name, 1);
    return result;
  }
  void report(const std::string& name, double fraction) {
    if (progress_) progress_(name, fraction);
  }

 private:
  LearnSummary& summary_;
  Ranks& ranks_;
  const LearnProgress& progress_;
};

// Where structures are ranked: from small noise, where cells matter most, to noise of the size of the standardised
// data.
template <class T>
std::vector<T> ranking_times(const T& stop) {
  std::vector<T> out;
  for (const int percent : {2, 10, 35, 100}) {
    const T time = T(percent) / T(100);
    out.push_back(time < stop ? stop : time);
  }
  return out;
}

// The candidates' ranking: what every noise level starts from.
template <class T>
PartialRun<T> start_run(const SplitRows<T>& split, const std::vector<ParameterEstimates<T>>& list,
                        const LearnOptions& options, std::size_t levels, StageClock& clock) {
  PartialRun<T> run;
  run.candidates = static_cast<Index>(list.size());
  const T alpha(training_scales(split).alpha);
  RankingOptions ranking;
  ranking.kept = options.kept;
  ranking.seed = options.seed;
  ranking.threads = options.threads;
  ranking.ranks = split.ranks();
  const Index most = std::max(ranking.rows, ranking.second_rows);
  run.ranked = clock.run("ranking", [&] {
    const Rows<T> fitted = split.fetch(window_places({0, split.train_end}, 0, most));
    const Rows<T> judged = split.fetch(window_places({split.train_end, split.ranking_end}, 0, most));
    return rank_structures(list, alpha, fitted, judged, ranking_times(T(options.stop)), ranking);
  });
  run.levels.resize(levels);
  return run;
}

// Learns the levels that are missing.
template <class T>
void finish_levels(PartialRun<T>& run, const SplitRows<T>& split, const TimeGrid<T>& grid, const LearnOptions& options,
                   const std::optional<Mixture<T>>& truth, const std::function<void(const PartialRun<T>&)>& keep,
                   StageClock& clock, const std::stop_token& stop) {
  std::vector<std::size_t> missing;
  for (std::size_t l = 0; l < run.levels.size(); ++l)
    if (!run.levels[l]) missing.push_back(l);
  std::size_t done = run.levels.size() - missing.size();
  const double threads = largest(split.ranks(), thread_count(options.threads));
  regress_detail::LevelLearner<T> learner(split, run.ranked, grid, options, truth, static_cast<unsigned>(threads));
  for (std::size_t begin = 0; begin < missing.size();) {
    if (largest(split.ranks(), stop.stop_requested() ? 1 : 0) > 0)
      throw Interrupted("learning was stopped between two noise levels");
    const std::size_t end = std::min(begin + learner.at_once(), missing.size());
    std::vector<FinishedLevel<T>> finished = learner.learn(missing, begin, end);
    for (FinishedLevel<T>& level : finished) {
      run.levels[missing[begin++]] = std::move(level);
      if (keep) keep(run);
      clock.report("levels", static_cast<double>(++done) / static_cast<double>(run.levels.size()));
    }
  }
}

}  // namespace

template <RealScalar T>
Learned<T> learn(RowSlice<T> data, const LearnOptions& options, const std::optional<Mixture<T>>& truth,
                 const LearnProgress& progress, std::stop_token stop, const RunKeeping<T>& keeping) {
  validate(options);
  require_learnable(data, options.components);
  const TimeGrid<T> grid = time_grid(T(options.horizon), T(options.stop), options.steps);
  Learned<T> out;
  StageClock clock(out.summary, data.ranks, progress);

  HypothesisSummary alone = no_row_stands_alone(data);
  const Standardisation<T> standardisation = standardisation_of(data);
  std::optional<Mixture<T>> standard_truth;
  if (truth) standard_truth = standardisation.apply(*truth);
  const SplitRows<T> split = clock.run("split", [&] {
    data.points = standardisation.apply(data.points);
    return split_rows(std::move(data), options.seed);
  });
  // A run that goes on has its ranking; what the mode analysis reports is not kept and is found again.
  Guesses<T> start;
  if (!keeping.from || options.mode == LearnMode::analysis)
    start = clock.run("candidates", [&] {
      return guesses<T>(split, options.components, options.mode, {options.budget, options.seed}, standard_truth);
    });
  PartialRun<T> run = keeping.from ? *keeping.from : start_run(split, start.list, options, grid.steps.size(), clock);
  require_invariant(run.levels.size() == grid.steps.size(), "a run goes on with the grid that it began with");
  if (keeping.keep) keeping.keep(run);
  clock.run("levels", [&] {
    finish_levels(run, split, grid, options, standard_truth, keeping.keep, clock, stop);
    return 0;
  });

  LearnSummary& summary = out.summary;
  summary.rows = split.count();
  summary.dimension = split.slice.dimension();
  summary.components = options.components;
  summary.candidates = run.candidates;
  summary.distinct_structures = run.ranked.distinct;
  summary.epsilon = options.epsilon;
  summary.stop = options.stop;
  summary.horizon = options.horizon;
  summary.steps = options.steps;
  summary.seed = options.seed;
  out.model = {standardisation, T(options.horizon), T(options.stop), options.steps, {}, run.ranked.clustering};
  double weighted = 0;
  for (std::size_t l = 0; l < run.levels.size(); ++l) {
    const std::optional<ScoreError>& error = run.levels[l]->summary.score_error;
    if (error) weighted += approximate(grid.steps[l]) * error->mean;
    summary.levels.push_back(run.levels[l]->summary);
    for (const ScorePiece<T>& piece : run.levels[l]->level.score.pieces())
      summary.levels.back().cells_without_polynomial += piece.degree() == 0 ? 1 : 0;
    out.model.levels.push_back(std::move(run.levels[l]->level));
  }
  if (truth) summary.weighted_score_error = weighted;
  summary.clustering = clustering_summary(run.ranked.clustering);
  summary.hypotheses = hypotheses_of(out.model.levels.back().structure, run.ranked.clustering, options.epsilon,
                                     options.stop, options.steps);
  summary.hypotheses.push_back(std::move(alone));
  std::move(start.hypotheses.begin(), start.hypotheses.end(), std::back_inserter(summary.hypotheses));
  return out;
}

template <RealScalar T>
Learned<T> learn(const Matrix<T>& data, const LearnOptions& options, const std::optional<Mixture<T>>& truth,
                 const LearnProgress& progress, std::stop_token stop, const RunKeeping<T>& keeping) {
  return learn(whole(data), options, truth, progress, std::move(stop), keeping);
}

template Learned<double> learn(RowSlice<double>, const LearnOptions&, const std::optional<Mixture<double>>&,
                               const LearnProgress&, std::stop_token, const RunKeeping<double>&);
template Learned<Real50> learn(RowSlice<Real50>, const LearnOptions&, const std::optional<Mixture<Real50>>&,
                               const LearnProgress&, std::stop_token, const RunKeeping<Real50>&);
template Learned<double> learn(const Matrix<double>&, const LearnOptions&, const std::optional<Mixture<double>>&,
                               const LearnProgress&, std::stop_token, const RunKeeping<double>&);
template Learned<Real50> learn(const Matrix<Real50>&, const LearnOptions&, const std::optional<Mixture<Real50>>&,
                               const LearnProgress&, std::stop_token, const RunKeeping<Real50>&);

}  // namespace verimix

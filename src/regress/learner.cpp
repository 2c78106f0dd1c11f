#include "verimix/regress/learner.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <mutex>
#include <numeric>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/parallel.hpp"
#include "verimix/core/random.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/regress/data_checks.hpp"
#include "verimix/regress/hypotheses.hpp"
#include "verimix/regress/level_choice.hpp"

namespace verimix {
namespace {

// Rows that a choice is made on at one noise level; the windows move on from level to level, so all rows take part.
constexpr Index selection_train_rows = 10000, selection_validation_rows = 5000;
// Pairs that the fit of a choice, and the fit that is kept, have at least where rows are few.
constexpr Index selection_pairs = 2500, final_pairs = 8000;
// Levels on either side whose validation takes part in a choice; see proofs-notes/decisions/004-neighbouring-levels.md.
constexpr std::size_t neighbours = 3;
// Draws for the score error at one level, from a place in the streams that no data set reaches.
constexpr Index truth_draws = 4000;
constexpr std::uint64_t truth_first = std::uint64_t{1} << 40U;

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
Standardisation<T> standardisation_of(const Matrix<T>& data) {
  const T n(static_cast<double>(data.cols()));
  Standardisation<T> out{data.rowwise().sum() / n, Vector<T>(data.rows())};
  for (Index j = 0; j < data.rows(); ++j)
    out.scale(j) = sqrt(T((data.row(j).array() - out.shift(j)).square().sum() / n));
  return out;
}

// A permutation of the rows (Fisher and Yates), cut into 60/20/20.
template <class T>
struct Split {
  Rows<T> train, ranking, validation, all;
};

template <class T>
Rows<T> rows_of(const Matrix<T>& points, const std::vector<Index>& order, std::size_t begin, std::size_t end) {
  Rows<T> out{Matrix<T>(points.rows(), static_cast<Index>(end - begin)), {}};
  for (std::size_t i = begin; i < end; ++i) {
    out.points.col(static_cast<Index>(i - begin)) = points.col(order[i]);
    out.identities.push_back(order[i]);
  }
  return out;
}

template <class T>
Split<T> split_rows(const Matrix<T>& points, std::uint64_t seed) {
  const auto n = static_cast<std::size_t>(points.cols());
  std::vector<Index> order(n);
  std::iota(order.begin(), order.end(), Index{0});
  Stream stream(seed, Purpose::split, 0);
  for (std::size_t i = n - 1; i > 0; --i)
    std::swap(order[i], order[static_cast<std::size_t>(stream.uniform() * static_cast<double>(i + 1))]);
  const std::size_t train = n * 3 / 5, ranking = n * 4 / 5;
  return {rows_of(points, order, 0, train), rows_of(points, order, train, ranking), rows_of(points, order, ranking, n),
          rows_of(points, order, 0, n)};
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
  StageClock(LearnSummary& summary, const LearnProgress& progress) : summary_(summary), progress_(progress) {}

  template <class Work>
  auto run(const std::string& name, Work work) {
    report(name, 0);
    const auto start = std::chrono::steady_clock::now();
    auto result = work();
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    summary_.stages.push_back({name, spent.count(), peak_memory()});
    report(name, 1);
    return result;
  }
  void report(const std::string& name, double fraction) {
    if (progress_) progress_(name, fraction);
  }

 private:
  LearnSummary& summary_;
  const LearnProgress& progress_;
};

Index pairs_for(Index requested, Index least, Index rows) {
  return requested > 0 ? requested : std::clamp<Index>(least / rows, 1, 64);
}

template <class T>
ScoreError score_error(const PiecewiseScore<T>& score, const Mixture<T>& truth, std::uint64_t seed) {
  Mixture<double> rounded{truth.name, truth.weights.template cast<double>(), truth.means.template cast<double>(), {}};
  for (const Matrix<T>& covariance : truth.covariances)
    rounded.covariances.push_back(covariance.template cast<double>());
  const Matrix<T> points = draw(rounded, truth_draws, seed, truth_first).points.template cast<T>();
  EvaluationRequest request;
  request.threads = 1;
  const Matrix<T> difference = Density<T>(truth).evaluate(points, request).score - score(points);
  const Vector<double> squares = difference.colwise().squaredNorm().transpose().template cast<double>();
  const PairedDifference mean = paired_difference(squares, Vector<double>::Zero(squares.size()));
  return {mean.mean, mean.standard_error};
}

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

// Where the structures of a level come from: the ranking at the nearest of its times.
template <class T>
std::size_t nearest_ranking(const RankedStructures<T>& ranked, const T& time) {
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < ranked.times.size(); ++i)
    if (abs(T(log(T(ranked.times[i] / time)))) < abs(T(log(T(ranked.times[nearest] / time))))) nearest = i;
  return nearest;
}

template <class T>
std::vector<const CellStructure<T>*> structures_at(const RankedStructures<T>& ranked, std::size_t group) {
  std::vector<const CellStructure<T>*> out{&ranked.single_cell};
  for (const CellStructure<T>& structure : ranked.best[group]) out.push_back(&structure);
  return out;
}

// Learns levels one by one. A level's choice looks at its neighbours' trials, which are made when they are first asked
// for and depend on their own level only, so that the order of the levels changes nothing.
template <class T>
class LevelLearner {
 public:
  LevelLearner(const Split<T>& split, const RankedStructures<T>& ranked, const TimeGrid<T>& grid,
               const LearnOptions& options, const std::optional<Mixture<T>>& truth)
      : split_(split),
        ranked_(ranked),
        grid_(grid),
        options_(options),
        truth_(truth),
        pieces_(options.pieces),
        made_(grid.steps.size()),
        trials_(grid.steps.size()) {
    pieces_.degree = options.degree;
  }

  FinishedLevel<T> learn(std::size_t level) {
    const std::size_t begin = level - std::min(level, neighbours);
    const std::size_t end = std::min(level + neighbours + 1, trials_.size());
    std::vector<const LevelTrials*> window;
    for (std::size_t l = begin; l < end; ++l) window.push_back(&trials(l));
    return fit(level, choose_level(window, level - begin, pieces_.simpler_within));
  }

 private:
  NoisyRows<T> noised(const Rows<T>& rows, std::size_t level, Index least) const {
    return noisy_rows(rows.points, rows.identities, grid_.remaining[level],
                      pairs_for(options_.noise_pairs, least, rows.points.cols()), options_.seed, level);
  }

  const LevelTrials& trials(std::size_t level) {
    std::call_once(made_[level], [&] { trials_[level] = make_trials(level); });
    return trials_[level];
  }

  LevelTrials make_trials(std::size_t level) const {
    const auto at = static_cast<Index>(level);
    const auto train =
        noised(split_.train.window(at * selection_train_rows, selection_train_rows), level, selection_pairs);
    const auto validation = noised(split_.validation.window(at * selection_validation_rows, selection_validation_rows),
                                   level, selection_pairs);
    const T& time = grid_.remaining[level];
    LevelTrials out;
    out.group = nearest_ranking(ranked_, time);
    out.weight = approximate(grid_.steps[level]);
    out.target = validation.targets.colwise().squaredNorm().transpose().template cast<double>().mean();
    for (const CellStructure<T>* structure : structures_at(ranked_, out.group)) {
      throw_if_interrupted();
      const Clustering<T> clustering = clustering_at(*structure, time);
      const auto cells = fit_cells(at_time(structure->estimates, time).means, clustering, train, pieces_);
      out.structures.push_back(structure_trial(validate_cells(cells, clustering, validation), pieces_.simpler_within));
    }
    compare_structures(out);
    return out;
  }

  FinishedLevel<T> fit(std::size_t level, const LevelChoice& choice) const {
    const T& time = grid_.remaining[level];
    const auto structures = structures_at(ranked_, trials_[level].group);
    const CellStructure<T>& structure = *structures[choice.structure];
    const Clustering<T> clustering = clustering_at(structure, time);
    const NoisyRows<T> all = noised(split_.all, level, final_pairs);
    const auto cells = fit_cells(at_time(structure.estimates, time).means, clustering, all, pieces_);
    std::vector<ScorePiece<T>> fitted;
    for (std::size_t c = 0; c < cells.size(); ++c) fitted.push_back(cells[c].piece(choice.pieces[c]));
    FinishedLevel<T> out{{time, structure, PiecewiseScore<T>(clustering, std::move(fitted))}, {}};
    out.summary = {approximate(time),
                   out.level.score.cells(),
                   out.level.score.degree(),
                   all.points.cols(),
                   choice.loss,
                   choice.standard_error,
                   {}};
    if (truth_) out.summary.score_error = score_error(out.level.score, at_time(*truth_, time), options_.seed);
    return out;
  }

  const Split<T>& split_;
  const RankedStructures<T>& ranked_;
  const TimeGrid<T>& grid_;
  const LearnOptions& options_;
  const std::optional<Mixture<T>>& truth_;
  PieceOptions pieces_;
  std::vector<std::once_flag> made_;
  std::vector<LevelTrials> trials_;
};

// The candidates' ranking: what every noise level starts from.
template <class T>
PartialRun<T> start_run(const Split<T>& split, const std::vector<ParameterEstimates<T>>& list,
                        const LearnOptions& options, std::size_t levels, StageClock& clock) {
  PartialRun<T> run;
  run.candidates = static_cast<Index>(list.size());
  const T alpha(sample_scales(split.train.points).alpha);
  RankingOptions ranking;
  ranking.kept = options.kept;
  ranking.seed = options.seed;
  ranking.threads = options.threads;
  run.ranked = clock.run("ranking", [&] {
    return rank_structures(list, alpha, split.train, split.ranking, ranking_times(T(options.stop)), ranking);
  });
  run.levels.resize(levels);
  return run;
}

// Learns the levels that are missing.
template <class T>
void finish_levels(PartialRun<T>& run, const Split<T>& split, const TimeGrid<T>& grid, const LearnOptions& options,
                   const std::optional<Mixture<T>>& truth, const std::function<void(const PartialRun<T>&)>& keep,
                   StageClock& clock, const std::stop_token& stop) {
  std::vector<std::size_t> missing;
  for (std::size_t l = 0; l < run.levels.size(); ++l)
    if (!run.levels[l]) missing.push_back(l);
  const auto count = static_cast<Index>(missing.size());
  auto done = std::ssize(run.levels) - count;
  std::mutex lock;
  LevelLearner<T> learner(split, run.ranked, grid, options, truth);
  parallel_blocks(
      count, 1,
      [&](Index at, Index) {
        if (stop.stop_requested()) throw Interrupted("learning was stopped between two noise levels");
        const std::size_t l = missing[static_cast<std::size_t>(at)];
        FinishedLevel<T> level = learner.learn(l);
        const std::scoped_lock held(lock);
        run.levels[l] = std::move(level);
        if (keep) keep(run);
        clock.report("levels", static_cast<double>(++done) / static_cast<double>(run.levels.size()));
      },
      options.threads);
}

}  // namespace

template <RealScalar T>
Learned<T> learn(const Matrix<T>& data, const LearnOptions& options, const std::optional<Mixture<T>>& truth,
                 const LearnProgress& progress, std::stop_token stop, const RunKeeping<T>& keeping) {
  validate(options);
  require_learnable(data, options.components);
  const TimeGrid<T> grid = time_grid(T(options.horizon), T(options.stop), options.steps);
  Learned<T> out;
  StageClock clock(out.summary, progress);

  const Standardisation<T> standardisation = standardisation_of(data);
  const Matrix<T> points = standardisation.apply(data);
  std::optional<Mixture<T>> standard_truth;
  if (truth) standard_truth = standardisation.apply(*truth);
  const Split<T> split = clock.run("split", [&] { return split_rows(points, options.seed); });
  // A run that goes on has its ranking; what the mode analysis reports is not kept and is found again.
  Guesses<T> start;
  if (!keeping.from || options.mode == LearnMode::analysis)
    start = clock.run("candidates", [&] {
      return guesses(split.train.points, options.components, options.mode,
                     CandidateBudget{options.budget, options.seed}, standard_truth);
    });
  PartialRun<T> run = keeping.from ? *keeping.from : start_run(split, start.list, options, grid.steps.size(), clock);
  require_invariant(run.levels.size() == grid.steps.size(), "a run goes on with the grid that it began with");
  if (keeping.keep) keeping.keep(run);
  clock.run("levels", [&] {
    finish_levels(run, split, grid, options, standard_truth, keeping.keep, clock, stop);
    return 0;
  });

  LearnSummary& summary = out.summary;
  summary.rows = data.cols();
  summary.dimension = data.rows();
  summary.components = options.components;
  summary.candidates = run.candidates;
  summary.distinct_structures = run.ranked.distinct;
  summary.epsilon = options.epsilon;
  summary.stop = options.stop;
  summary.horizon = options.horizon;
  summary.steps = options.steps;
  summary.seed = options.seed;
  out.model = {standardisation, T(options.horizon), T(options.stop), options.steps, {}};
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
  summary.hypotheses = hypotheses_of(out.model.levels.back().structure, options.epsilon, options.stop, options.steps);
  summary.hypotheses.push_back(no_row_stands_alone(data));
  std::move(start.hypotheses.begin(), start.hypotheses.end(), std::back_inserter(summary.hypotheses));
  return out;
}

template Learned<double> learn(const Matrix<double>&, const LearnOptions&, const std::optional<Mixture<double>>&,
                               const LearnProgress&, std::stop_token, const RunKeeping<double>&);
template Learned<Real50> learn(const Matrix<Real50>&, const LearnOptions&, const std::optional<Mixture<Real50>>&,
                               const LearnProgress&, std::stop_token, const RunKeeping<Real50>&);

}  // namespace verimix

#include "level_learner.hpp"

#include <algorithm>
#include <cmath>

#include "verimix/core/parallel.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/regress/cell_fits.hpp"

namespace verimix::regress_detail {
namespace {

// Rows that a choice is made on at one noise level; the windows move on from level to level, so all rows take part.
constexpr Index selection_train_rows = 10000, selection_validation_rows = 5000;
// Of a fit or a validation of a choice, and of the fit that is kept; what more pairs buy:
// proofs-notes/regress/learner.md.
constexpr PairRule selection_pairs{2500, 20000, 4}, final_pairs{8000, 200000, 8};
// Levels on either side whose validation takes part in a choice: at least three, and of finer grids as many as span the
// same times; see proofs-notes/decisions/004-neighbouring-levels.md.
constexpr std::size_t least_neighbours = 3, steps_a_neighbour = 13;
// Draws for the score error at one level, from a place in the streams that no data set reaches.
constexpr Index truth_draws = 4000;
constexpr std::uint64_t truth_first = std::uint64_t{1} << 40U;

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

// Trials travel from the rank that made them to all.
void put_trial(ByteWriter& writer, const StructureTrial& trial) {
  writer.put(trial.options.size());
  for (std::size_t c = 0; c < trial.options.size(); ++c) {
    writer.put(trial.options[c].size());
    for (const PieceChoice& choice : trial.options[c]) {
      writer.put(choice.degree);
      writer.put(choice.order);
    }
    writer.put(trial.first[c]);
    writer.put(trial.own[c]);
  }
  writer.put(Matrix<double>(trial.mean));
  writer.put(trial.covariance);
}

StructureTrial read_trial(ByteReader& reader) {
  StructureTrial out;
  out.options.resize(reader.number<std::size_t>());
  for (std::vector<PieceChoice>& cell : out.options) {
    cell.resize(reader.number<std::size_t>());
    for (PieceChoice& choice : cell) {
      choice.degree = reader.number<int>();
      choice.order = reader.number<std::size_t>();
    }
    out.first.push_back(reader.number<Index>());
    out.own.push_back(reader.number<std::size_t>());
  }
  out.mean = reader.matrix();
  out.covariance = reader.matrix();
  return out;
}

std::string bytes_of(const LevelTrials& trials) {
  ByteWriter writer;
  writer.put(trials.structures.size());
  for (const StructureTrial& trial : trials.structures) put_trial(writer, trial);
  writer.put(trials.difference);
  writer.put(trials.standard_error);
  writer.put(trials.weight);
  writer.put(trials.group);
  writer.put(trials.rows.begin);
  writer.put(trials.rows.count);
  writer.put(trials.rows.circle);
  writer.put(trials.target);
  return writer.take();
}

LevelTrials read_trials(std::string_view bytes) {
  ByteReader reader(bytes);
  LevelTrials out;
  for (auto left = reader.number<std::size_t>(); left > 0; --left) out.structures.push_back(read_trial(reader));
  out.difference = reader.matrix();
  out.standard_error = reader.matrix();
  out.weight = reader.number<double>();
  out.group = reader.number<std::size_t>();
  out.rows.begin = reader.number<Index>();
  out.rows.count = reader.number<Index>();
  out.rows.circle = reader.number<Index>();
  out.target = reader.number<double>();
  return out;
}

}  // namespace

Index PairRule::pairs(Index requested, Index rows) const {
  if (requested > 0) return requested;
  return std::max(std::clamp<Index>(least / rows, 1, 64), std::min(usual / rows, most_a_row));
}

template <RealScalar T>
LevelLearner<T>::LevelLearner(const SplitRows<T>& split, const RankedStructures<T>& ranked, const TimeGrid<T>& grid,
                              const LearnOptions& options, const std::optional<Mixture<T>>& truth, unsigned threads)
    : split_(split),
      ranked_(ranked),
      grid_(grid),
      options_(options),
      truth_(truth),
      threads_(threads),
      pieces_(options.pieces),
      trials_(grid.steps.size()) {
  pieces_.degree = options.degree;
}

template <RealScalar T>
std::size_t LevelLearner<T>::at_once() const {
  // Two blocks a thread are enough to share them out evenly.
  const Index blocks = std::max<Index>(1, split_.slice.blocks.count() / split_.ranks().size());
  const auto threads = static_cast<Index>(threads_);
  return static_cast<std::size_t>(std::min(threads, (2 * threads + blocks - 1) / blocks));
}

template <RealScalar T>
IndexRange LevelLearner<T>::neighbours_of(std::size_t level) const {
  const std::size_t neighbours = std::max(least_neighbours, trials_.size() / steps_a_neighbour);
  return {static_cast<Index>(level - std::min(level, neighbours)),
          static_cast<Index>(std::min(level + neighbours + 1, trials_.size()))};
}

template <RealScalar T>
NoisyRows<T> LevelLearner<T>::noised(const Rows<T>& rows, Index rows_in_all, std::size_t level,
                                     const PairRule& rule) const {
  return noisy_rows(rows.points, rows.identities, grid_.remaining[level], rule.pairs(options_.noise_pairs, rows_in_all),
                    options_.seed, level);
}

template <RealScalar T>
void LevelLearner<T>::need_trials(const std::vector<std::size_t>& levels, std::size_t begin, std::size_t end) {
  const std::size_t enough = threads_ * static_cast<std::size_t>(split_.ranks().size());
  std::vector<std::size_t> missing;
  bool needed = false;
  for (std::size_t i = begin; i < levels.size() && (i < end || missing.size() < enough); ++i) {
    const IndexRange window = neighbours_of(levels[i]);
    for (auto l = static_cast<std::size_t>(window.begin); l < static_cast<std::size_t>(window.end); ++l)
      if (!trials_[l] && std::find(missing.begin(), missing.end(), l) == missing.end()) {
        missing.push_back(l);
        needed = needed || i < end;
      }
  }
  if (needed) make_trials(missing);
}

template <RealScalar T>
void LevelLearner<T>::make_trials(const std::vector<std::size_t>& levels) {
  // The windows of the levels that share_work gives to this rank, all in one journey.
  Ranks& ranks = split_.ranks();
  const auto own_stride = static_cast<std::size_t>(ranks.size());
  std::vector<Index> places;
  std::vector<std::array<std::size_t, 3>> cuts;
  for (auto i = static_cast<std::size_t>(ranks.rank()); i < levels.size(); i += own_stride) {
    const auto at = static_cast<Index>(levels[i]);
    const auto train = window_places({0, split_.train_end}, at * selection_train_rows, selection_train_rows);
    const auto validation =
        window_places({split_.ranking_end, split_.count()}, at * selection_validation_rows, selection_validation_rows);
    cuts.push_back({places.size(), places.size() + train.size(), places.size() + train.size() + validation.size()});
    places.insert(places.end(), train.begin(), train.end());
    places.insert(places.end(), validation.begin(), validation.end());
  }
  const Rows<T> fetched = split_.fetch(places);
  const auto part = [&](std::size_t begin, std::size_t end) {
    const auto first = fetched.identities.begin();
    return Rows<T>{fetched.points.middleCols(static_cast<Index>(begin), static_cast<Index>(end - begin)),
                   {first + static_cast<Index>(begin), first + static_cast<Index>(end)}};
  };
  const auto trial = [&](Index i) {
    const auto [begin, middle, end] = cuts[static_cast<std::size_t>(i) / own_stride];
    return bytes_of(trials_of(levels[static_cast<std::size_t>(i)], part(begin, middle), part(middle, end)));
  };
  const std::vector<std::string> made = share_work(ranks, static_cast<Index>(levels.size()), trial, threads_);
  for (std::size_t i = 0; i < levels.size(); ++i) trials_[levels[i]] = read_trials(made[i]);
}

template <RealScalar T>
LevelTrials LevelLearner<T>::trials_of(std::size_t level, const Rows<T>& train_rows,
                                       const Rows<T>& validation_rows) const {
  const auto train = noised(train_rows, train_rows.points.cols(), level, selection_pairs);
  const auto validation = noised(validation_rows, validation_rows.points.cols(), level, selection_pairs);
  const T& time = grid_.remaining[level];
  LevelTrials out;
  out.group = nearest_ranking(ranked_, time);
  out.weight = approximate(grid_.steps[level]);
  out.rows = {static_cast<Index>(level) * selection_validation_rows, validation_rows.points.cols(),
              split_.count() - split_.ranking_end};
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

template <RealScalar T>
LevelChoice LevelLearner<T>::choice_of(std::size_t level) const {
  const IndexRange window = neighbours_of(level);
  std::vector<const LevelTrials*> levels;
  for (Index l = window.begin; l < window.end; ++l) levels.push_back(&*trials_[static_cast<std::size_t>(l)]);
  return choose_level(levels, level - static_cast<std::size_t>(window.begin), pieces_.simpler_within);
}

template <RealScalar T>
std::vector<FinishedLevel<T>> LevelLearner<T>::learn(const std::vector<std::size_t>& levels, std::size_t begin,
                                                     std::size_t end) {
  need_trials(levels, begin, end);
  const std::size_t count = end - begin;
  std::vector<LevelChoice> choices;
  std::vector<const CellStructure<T>*> structures;
  std::vector<Matrix<T>> means;
  std::vector<Clustering<T>> clusterings;
  for (std::size_t i = begin; i < end; ++i) {
    const T& time = grid_.remaining[levels[i]];
    choices.push_back(choice_of(levels[i]));
    structures.push_back(structures_at(ranked_, trials_[levels[i]]->group)[choices.back().structure]);
    means.push_back(at_time(structures.back()->estimates, time).means);
    clusterings.push_back(clustering_at(*structures.back(), time));
  }
  const std::vector<Rows<T>> own = split_.own_blocks();
  std::vector<NoisyRows<T>> noisy(count * own.size());
  parallel_blocks(
      static_cast<Index>(noisy.size()), 1,
      [&](Index at, Index) {
        const auto i = static_cast<std::size_t>(at);
        noisy[i] = noised(own[i / count], split_.count(), levels[begin + i % count], final_pairs);
      },
      threads_);
  std::vector<LevelRows<T>> rows;
  for (std::size_t i = 0; i < count; ++i) {
    const T sigma = sqrt(noise_variance(grid_.remaining[levels[begin + i]]));
    rows.push_back({&means[i], &clusterings[i], split_.count(), sigma, {}});
    for (std::size_t b = 0; b < own.size(); ++b) rows.back().blocks.push_back(&noisy[b * count + i]);
  }
  const auto fits = fit_cells(rows, pieces_, split_.ranks(), threads_);
  const Index samples = 2 * final_pairs.pairs(options_.noise_pairs, split_.count()) * split_.count();
  std::vector<FinishedLevel<T>> out;
  for (std::size_t i = 0; i < count; ++i) {
    const T& time = grid_.remaining[levels[begin + i]];
    std::vector<ScorePiece<T>> fitted;
    for (std::size_t c = 0; c < fits[i].size(); ++c) fitted.push_back(fits[i][c].piece(choices[i].pieces[c]));
    out.push_back({{time, *structures[i], PiecewiseScore<T>(clusterings[i], std::move(fitted))}, {}});
    const PiecewiseScore<T>& score = out.back().level.score;
    out.back().summary = {
        approximate(time), score.cells(), score.degree(), samples, choices[i].loss, choices[i].standard_error, {}};
  }
  const std::vector<std::optional<ScoreError>> errors = score_errors(out);
  for (std::size_t i = 0; i < count; ++i) out[i].summary.score_error = errors[i];
  return out;
}

template <RealScalar T>
std::vector<std::optional<ScoreError>> LevelLearner<T>::score_errors(
    const std::vector<FinishedLevel<T>>& finished) const {
  std::vector<std::optional<ScoreError>> out(finished.size());
  if (!truth_) return out;
  const auto error_of = [&](Index i) {
    const LearnedLevel<T>& level = finished[static_cast<std::size_t>(i)].level;
    const ScoreError error = score_error(level.score, at_time(*truth_, level.time), options_.seed);
    ByteWriter writer;
    writer.put(error.mean);
    writer.put(error.standard_error);
    return writer.take();
  };
  const auto all = share_work(split_.ranks(), static_cast<Index>(finished.size()), error_of, threads_);
  for (std::size_t i = 0; i < out.size(); ++i) {
    ByteReader reader(all[i]);
    const auto mean = reader.number<double>();
    out[i] = ScoreError{mean, reader.number<double>()};
  }
  return out;
}

template class LevelLearner<double>;
template class LevelLearner<Real50>;

}  // namespace verimix::regress_detail

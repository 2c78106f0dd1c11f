#include "verimix/regress/ranking.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <string_view>

#include "verimix/core/error.hpp"
#include "verimix/regress/hypotheses.hpp"

namespace verimix {
namespace {

// Streams of the ranking's noise, apart from those of the grid's levels.
constexpr std::uint64_t ranking_substream = std::uint64_t{1} << 32U;

// The same cells under other names are the same cells: labels in order of first occurrence.
// Kept for every structure, so a label has 16 bits.
std::vector<std::uint16_t> by_first_occurrence(const std::vector<Index>& labels) {
  std::map<Index, std::uint16_t> name;
  std::vector<std::uint16_t> out;
  out.reserve(labels.size());
  for (const Index label : labels)
    out.push_back(name.try_emplace(label, static_cast<std::uint16_t>(name.size())).first->second);
  return out;
}

template <class Label>
bool trivial(const std::vector<Label>& groups) {
  return std::all_of(groups.begin(), groups.end(), [](Label g) { return g == 0; });
}

bool finest(const std::vector<Index>& groups) { return groups.back() + 1 == static_cast<Index>(groups.size()); }

template <class T>
std::vector<CellStructure<T>> all_structures(const std::vector<ParameterEstimates<T>>& list, const T& alpha) {
  std::vector<CellStructure<T>> out;
  for (const PartitionPair& pair : tried_pairs(list.front().size()))
    for (const ParameterEstimates<T>& estimates : list) {
      out.push_back({estimates, pair, ThresholdPolicy::midpoint, alpha});
      if (!trivial(pair.covariance_group)) out.push_back({estimates, pair, ThresholdPolicy::log_det, alpha});
    }
  return out;
}

// The numbers of structures that label the points differently from each other, and with more than one cell. Of those
// that label them alike, the one of which the theory promises most, else the first: groups that are told apart by the
// fallback for points that pass no test are a clustering too, but one without a guarantee.
template <class T>
std::vector<std::size_t> different_structures(const std::vector<CellStructure<T>>& structures, const T& time,
                                              const Matrix<T>& points, const RankingOptions& options) {
  // The labels as text, 2 bytes each: only whether they are equal matters.
  const std::string trivial_labels(2 * static_cast<std::size_t>(points.cols()), '\0');
  const auto labels_of = [&](Index s) {
    const auto names =
        by_first_occurrence(clustering_at(structures[static_cast<std::size_t>(s)], time).labels(points, 1));
    std::string text(2 * names.size(), '\0');
    std::memcpy(text.data(), names.data(), text.size());
    return text;
  };
  const std::vector<std::string> labels =
      share_work(options.ranks, static_cast<Index>(structures.size()), labels_of, options.threads);
  std::map<std::string_view, std::size_t> chosen;
  std::vector<double> promised(labels.size(), 0);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == trivial_labels) continue;
    promised[i] = promised_clustering_error(structures[i]);
    std::size_t& kept = chosen.try_emplace(labels[i], i).first->second;
    if (promised[i] < promised[kept]) kept = i;
  }
  std::vector<std::size_t> out;
  for (const auto& entry : chosen) out.push_back(entry.second);
  std::sort(out.begin(), out.end());
  return out;
}

template <class T>
double structure_loss(const CellStructure<T>& structure, const T& time, int degree, const NoisyRows<T>& fitted,
                      const NoisyRows<T>& judged) {
  PieceOptions pieces;
  pieces.degree = degree;
  pieces.region_orders = {1.0};
  pieces.simpler_within = 0;
  const Clustering<T> clustering = clustering_at(structure, time);
  const Matrix<T> means = at_time(structure.estimates, time).means;
  const auto cells = fit_cells(means, clustering, fitted, pieces);
  return choose_pieces(cells, clustering, judged, pieces).excess.mean();
}

// The rows of one round at one time.
template <class T>
struct NoisedSplit {
  NoisyRows<T> fitted, judged;

  NoisedSplit(const Rows<T>& fitted_rows, const Rows<T>& judged_rows, Index count, const T& time, std::uint64_t seed,
              std::uint64_t substream)
      : fitted(noised(fitted_rows.window(0, count), time, seed, substream)),
        judged(noised(judged_rows.window(0, count), time, seed, substream)) {}

 private:
  static NoisyRows<T> noised(const Rows<T>& rows, const T& time, std::uint64_t seed, std::uint64_t substream) {
    const Index pairs = std::clamp<Index>(1000 / rows.points.cols(), 1, 16);
    return noisy_rows(rows.points, rows.identities, time, pairs, seed, substream);
  }
};

// The numbers of the structures in the order of their losses.
template <class T>
std::vector<std::size_t> by_loss(const std::vector<CellStructure<T>>& structures,
                                 const std::vector<std::size_t>& numbers, const T& time, int degree,
                                 const NoisedSplit<T>& rows, const RankingOptions& options) {
  const auto loss_of = [&](Index s) {
    ByteWriter writer;
    writer.put(
        structure_loss(structures[numbers[static_cast<std::size_t>(s)]], time, degree, rows.fitted, rows.judged));
    return writer.take();
  };
  const std::vector<std::string> losses =
      share_work(options.ranks, static_cast<Index>(numbers.size()), loss_of, options.threads);
  std::vector<std::pair<double, std::size_t>> ranked;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    ranked.emplace_back(ByteReader(losses[i]).number<double>(), numbers[i]);
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::size_t> out;
  for (const auto& [loss, number] : ranked) out.push_back(number);
  return out;
}

std::vector<std::size_t> first_of(std::vector<std::size_t> numbers, Index count) {
  numbers.resize(std::min(numbers.size(), static_cast<std::size_t>(count)));
  return numbers;
}

// Those with the most cells, in the same order.
template <class T>
std::vector<std::size_t> with_most_cells(const std::vector<CellStructure<T>>& structures,
                                         const std::vector<std::size_t>& numbers) {
  std::size_t most = 0;
  std::vector<std::size_t> out;
  for (const std::size_t number : numbers) {
    const std::size_t cells = common_refinement(structures[number].pair).size();
    if (cells > most) out.clear();
    most = std::max(most, cells);
    if (cells == most) out.push_back(number);
  }
  return out;
}

}  // namespace

std::vector<PartitionPair> tried_pairs(Index k) {
  std::vector<PartitionPair> out;
  for (const std::vector<Index>& by_mean : partitions(k))
    for (const std::vector<Index>& by_covariance : partitions(k)) {
      if (trivial(by_mean) && trivial(by_covariance)) continue;
      const bool plain = trivial(by_mean) || trivial(by_covariance) || (finest(by_mean) && finest(by_covariance));
      if (k <= 3 || plain) out.push_back({by_mean, by_covariance});
    }
  return out;
}

template <RealScalar T>
RankedStructures<T> rank_structures(const std::vector<ParameterEstimates<T>>& list, const T& alpha,
                                    const Rows<T>& fitted, const Rows<T>& judged, const std::vector<T>& times,
                                    const RankingOptions& options) {
  require_invariant(!list.empty() && !times.empty(), "there is something to rank and somewhere to rank it");
  const std::vector<CellStructure<T>> structures = all_structures(list, alpha);
  const std::vector<Index> together(static_cast<std::size_t>(list.front().size()), 0);
  const CellStructure<T> single{list.front(), {together, together}, ThresholdPolicy::midpoint, alpha};
  RankedStructures<T> out{times, {}, 0, single, single};
  const bool again = judged.points.cols() > options.rows;
  for (std::size_t level = 0; level < times.size(); ++level) {
    const T& time = times[level];
    const NoisedSplit<T> few(fitted, judged, options.rows, time, options.seed, ranking_substream + level);
    const std::vector<std::size_t> different = different_structures(structures, time, few.fitted.points, options);
    std::vector<std::size_t> best = by_loss(structures, different, time, 1, few, options);
    std::vector<std::size_t> finest;
    if (level == 0) finest = with_most_cells(structures, best);
    if (again) {
      const Index kept = std::max(options.second_kept, options.kept);
      const NoisedSplit<T> many(fitted, judged, options.second_rows, time, options.seed, ranking_substream + level);
      best = by_loss(structures, first_of(best, kept), time, options.second_degree, many, options);
      finest = by_loss(structures, first_of(finest, kept), time, 1, many, options);
    }
    best = first_of(best, options.kept);
    if (level == 0) out.distinct = static_cast<Index>(different.size());
    if (level == 0 && !best.empty()) out.single_cell.estimates = structures[best.front()].estimates;
    if (!finest.empty()) out.clustering = structures[finest.front()];
    out.best.emplace_back();
    for (const std::size_t number : best) out.best.back().push_back(structures[number]);
  }
  return out;
}

template RankedStructures<double> rank_structures(const std::vector<ParameterEstimates<double>>&, const double&,
                                                  const Rows<double>&, const Rows<double>&, const std::vector<double>&,
                                                  const RankingOptions&);
template RankedStructures<Real50> rank_structures(const std::vector<ParameterEstimates<Real50>>&, const Real50&,
                                                  const Rows<Real50>&, const Rows<Real50>&, const std::vector<Real50>&,
                                                  const RankingOptions&);

}  // namespace verimix

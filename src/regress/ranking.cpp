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
double linear_loss(const CellStructure<T>& structure, const T& time, const NoisyRows<T>& fitted,
                   const NoisyRows<T>& judged) {
  PieceOptions linear;
  linear.degree = 1;
  linear.region_orders = {1.0};
  linear.simpler_within = 0;
  const Clustering<T> clustering = clustering_at(structure, time);
  const Matrix<T> means = at_time(structure.estimates, time).means;
  const auto cells = fit_cells(means, clustering, fitted, linear);
  return choose_pieces(cells, clustering, judged, linear).excess.mean();
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
  RankedStructures<T> out{times, {}, 0, {list.front(), {together, together}, ThresholdPolicy::midpoint, alpha}};
  const Rows<T> few_fitted = fitted.window(0, options.rows), few_judged = judged.window(0, options.rows);
  const auto pairs_for = [](const Rows<T>& rows) { return std::clamp<Index>(1000 / rows.points.cols(), 1, 16); };
  for (std::size_t level = 0; level < times.size(); ++level) {
    const std::uint64_t substream = ranking_substream + level;
    const auto noisy_fitted = noisy_rows(few_fitted.points, few_fitted.identities, times[level], pairs_for(few_fitted),
                                         options.seed, substream);
    const auto noisy_judged = noisy_rows(few_judged.points, few_judged.identities, times[level], pairs_for(few_judged),
                                         options.seed, substream);
    const std::vector<std::size_t> different =
        different_structures(structures, times[level], noisy_fitted.points, options);
    const auto loss_of = [&](Index s) {
      ByteWriter writer;
      writer.put(
          linear_loss(structures[different[static_cast<std::size_t>(s)]], times[level], noisy_fitted, noisy_judged));
      return writer.take();
    };
    const std::vector<std::string> losses =
        share_work(options.ranks, static_cast<Index>(different.size()), loss_of, options.threads);
    std::vector<std::pair<double, std::size_t>> ranked;
    for (std::size_t i = 0; i < different.size(); ++i)
      ranked.emplace_back(ByteReader(losses[i]).number<double>(), different[i]);
    std::sort(ranked.begin(), ranked.end());
    if (level == 0) out.distinct = static_cast<Index>(different.size());
    if (level == 0 && !ranked.empty()) out.single_cell.estimates = structures[ranked.front().second].estimates;
    ranked.resize(std::min<std::size_t>(ranked.size(), static_cast<std::size_t>(options.kept)));
    out.best.emplace_back();
    for (const auto& entry : ranked) out.best.back().push_back(structures[entry.second]);
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

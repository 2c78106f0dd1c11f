#include "verimix/cluster/partition.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

/// The number of groups, or -1 if the labels are not 0, ..., m - 1 with none skipped.
Index group_count(const std::vector<Index>& labels) {
  std::vector<bool> met(labels.size(), false);
  for (const Index label : labels) {
    if (label < 0 || label >= static_cast<Index>(labels.size())) return -1;
    met[static_cast<std::size_t>(label)] = true;
  }
  const auto groups = std::count(met.begin(), met.end(), true);
  return std::all_of(met.begin(), met.begin() + groups, [](bool m) { return m; }) ? static_cast<Index>(groups) : -1;
}

/// "0, 2".
std::string listed(const std::vector<Index>& labels) {
  std::string text;
  for (const Index label : labels) text += (text.empty() ? "" : ", ") + std::to_string(label);
  return text;
}

void require_size(Index k, Index least) {
  constexpr Index most = 1000;
  if (k < least || k > most) {
    throw InputError("", "components", std::to_string(k),
                     "a number from " + std::to_string(least) + " to " + std::to_string(most));
  }
}

/// The largest distance within a group and the smallest between two.
template <RealScalar T, class Distance>
std::pair<T, T> in_and_out(const std::vector<Index>& groups, const Distance& distance) {
  T in(0);
  T out = std::numeric_limits<T>::infinity();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const T between = distance(i, j);
      if (groups[i] == groups[j]) {
        if (in < between) in = between;
      } else if (between < out) {
        out = between;
      }
    }
  }
  return {in, out};
}

template <RealScalar T>
auto mean_distance(const ParameterEstimates<T>& p) {
  return [&p](std::size_t i, std::size_t j) -> T {
    return (p.means.col(static_cast<Index>(i)) - p.means.col(static_cast<Index>(j))).norm();
  };
}

template <RealScalar T>
auto covariance_distance(const ParameterEstimates<T>& p) {
  return [&p](std::size_t i, std::size_t j) -> T { return (p.covariances[i] - p.covariances[j]).norm(); };
}

/// Labels of the connected components of the graph of pairs at most `scale` apart, by first occurrence.
template <RealScalar T, class Distance>
std::vector<Index> linked(std::size_t k, const T& scale, const Distance& distance) {
  std::vector<Index> labels(k);
  std::iota(labels.begin(), labels.end(), Index{0});
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (labels[i] != labels[j] && distance(i, j) <= scale) {
        // Copies: replace would change the label it is looking for.
        const Index from = std::max(labels[i], labels[j]);
        const Index to = std::min(labels[i], labels[j]);
        std::replace(labels.begin(), labels.end(), from, to);
      }
    }
  }
  std::vector<Index> names(k, -1);
  Index used = 0;
  for (Index& label : labels) {
    Index& name = names[static_cast<std::size_t>(label)];
    if (name < 0) name = used++;
    label = name;
  }
  return labels;
}

}  // namespace

void validate(const PartitionPair& pair, Index size) {
  for (const auto& [labels, field] : {std::pair{&pair.mean_group, "partition.mean_group"},
                                      std::pair{&pair.covariance_group, "partition.covariance_group"}}) {
    if (static_cast<Index>(labels->size()) != size) {
      throw InputError("", field, std::to_string(labels->size()) + " labels",
                       std::to_string(size) + " labels, one a component");
    }
    if (group_count(*labels) < 0) throw InputError("", field, listed(*labels), "labels 0, 1, ... with none skipped");
  }
}

void require_component(Index i, Index k) {
  if (i < 0 || i >= k) throw InputError("", "component", std::to_string(i), "a component");
}

std::vector<std::vector<Index>> common_refinement(const PartitionPair& pair) {
  validate(pair, static_cast<Index>(pair.mean_group.size()));
  const Index means = group_count(pair.mean_group);
  const Index covariances = group_count(pair.covariance_group);
  std::vector<std::vector<Index>> cells;
  for (Index a = 0; a < means; ++a) {
    for (Index b = 0; b < covariances; ++b) {
      std::vector<Index> cell;
      for (std::size_t i = 0; i < pair.mean_group.size(); ++i) {
        if (pair.mean_group[i] == a && pair.covariance_group[i] == b) cell.push_back(static_cast<Index>(i));
      }
      if (!cell.empty()) cells.push_back(std::move(cell));
    }
  }
  return cells;
}

boost::multiprecision::cpp_int bell_number(Index k) {
  require_size(k, 0);
  // Row n of the triangle starts with Bell(n), which is the last entry of row n - 1.
  std::vector<boost::multiprecision::cpp_int> row{1};
  for (Index n = 0; n < k; ++n) {
    std::vector<boost::multiprecision::cpp_int> next{row.back()};
    for (const auto& above : row) next.push_back(next.back() + above);
    row = std::move(next);
  }
  return row.front();
}

PartitionRange::PartitionRange(Index k) : k_(k) { require_size(k, 1); }

PartitionRange::iterator& PartitionRange::iterator::operator++() {
  // The last label that may grow, grows; those after it start again.
  for (std::size_t at = labels_.size(); at-- > 1;) {
    if (labels_[at] <= *std::max_element(labels_.begin(), labels_.begin() + static_cast<std::ptrdiff_t>(at))) {
      ++labels_[at];
      std::fill(labels_.begin() + static_cast<std::ptrdiff_t>(at) + 1, labels_.end(), Index{0});
      return *this;
    }
  }
  labels_.clear();
  return *this;
}

PartitionRange::iterator PartitionRange::iterator::operator++(int) {
  iterator before = *this;
  ++*this;
  return before;
}

PartitionPairRange::PartitionPairRange(Index k) : k_(k) { require_size(k, 1); }

PartitionPairRange::iterator& PartitionPairRange::iterator::operator++() {
  const auto advance = [](std::vector<Index>& labels) {
    PartitionRange::iterator at(std::move(labels));
    labels = *++at;
  };
  advance(pair_.covariance_group);
  if (!pair_.covariance_group.empty()) return *this;
  advance(pair_.mean_group);
  if (!pair_.mean_group.empty()) pair_.covariance_group.assign(pair_.mean_group.size(), 0);
  return *this;
}

PartitionPairRange::iterator PartitionPairRange::iterator::operator++(int) {
  iterator before = *this;
  ++*this;
  return before;
}

boost::multiprecision::cpp_int PartitionPairRange::count() const {
  const boost::multiprecision::cpp_int bell = bell_number(k_);
  return bell * bell;
}

std::vector<std::vector<Index>> partitions(Index k) {
  if (k < 1 || k > 10) throw InputError("", "components", std::to_string(k), "a number from 1 to 10");
  const PartitionRange all(k);
  return {all.begin(), PartitionRange::end()};
}

std::vector<PartitionPair> partition_pairs(Index k) {
  if (k < 1 || k > 5) throw InputError("", "components", std::to_string(k), "a number from 1 to 5");
  const PartitionPairRange all(k);
  return {all.begin(), PartitionPairRange::end()};
}

template <RealScalar T>
T parameter_distance(const ParameterEstimates<T>& parameters, Index i, Index j) {
  const auto a = static_cast<std::size_t>(i);
  const auto b = static_cast<std::size_t>(j);
  return mean_distance(parameters)(a, b) + covariance_distance(parameters)(a, b);
}

template <RealScalar T>
T squared_parameter_distance(const ParameterEstimates<T>& parameters, Index i, Index j) {
  const auto a = static_cast<std::size_t>(i);
  const auto b = static_cast<std::size_t>(j);
  const T m = mean_distance(parameters)(a, b);
  const T d = covariance_distance(parameters)(a, b);
  return m * m + d * d;
}

template <RealScalar T>
Separation<T> separation(const ParameterEstimates<T>& parameters, const PartitionPair& pair) {
  validate(pair, parameters.size());
  const auto [in_mean, out_mean] = in_and_out<T>(pair.mean_group, mean_distance(parameters));
  const auto [in_covariance, out_covariance] = in_and_out<T>(pair.covariance_group, covariance_distance(parameters));
  return {in_mean, in_covariance, out_mean, out_covariance};
}

template <RealScalar T>
bool is_separated(const ParameterEstimates<T>& parameters, const PartitionPair& pair, const Separation<T>& constants) {
  const Separation<T> best = separation(parameters, pair);
  return best.in_mean <= constants.in_mean && best.in_covariance <= constants.in_covariance &&
         best.out_mean >= constants.out_mean && best.out_covariance >= constants.out_covariance;
}

template <RealScalar T>
bool is_separated_partition(const ParameterEstimates<T>& parameters, const std::vector<Index>& groups,
                            const T& delta_in, const T& delta_out) {
  validate(PartitionPair{groups, groups}, parameters.size());
  const auto [in, out] = in_and_out<T>(groups, [&](std::size_t i, std::size_t j) -> T {
    return parameter_distance(parameters, static_cast<Index>(i), static_cast<Index>(j));
  });
  return in <= delta_in && out >= delta_out;
}

template <RealScalar T>
PartitionPair single_linkage(const ParameterEstimates<T>& parameters, const T& mean_scale, const T& covariance_scale) {
  const auto k = static_cast<std::size_t>(parameters.size());
  return {linked(k, mean_scale, mean_distance(parameters)),
          linked(k, covariance_scale, covariance_distance(parameters))};
}

template double parameter_distance(const ParameterEstimates<double>&, Index, Index);
template Real50 parameter_distance(const ParameterEstimates<Real50>&, Index, Index);
template double squared_parameter_distance(const ParameterEstimates<double>&, Index, Index);
template Real50 squared_parameter_distance(const ParameterEstimates<Real50>&, Index, Index);
template Separation<double> separation(const ParameterEstimates<double>&, const PartitionPair&);
template Separation<Real50> separation(const ParameterEstimates<Real50>&, const PartitionPair&);
template bool is_separated(const ParameterEstimates<double>&, const PartitionPair&, const Separation<double>&);
template bool is_separated(const ParameterEstimates<Real50>&, const PartitionPair&, const Separation<Real50>&);
template bool is_separated_partition(const ParameterEstimates<double>&, const std::vector<Index>&, const double&,
                                     const double&);
template bool is_separated_partition(const ParameterEstimates<Real50>&, const std::vector<Index>&, const Real50&,
                                     const Real50&);
template PartitionPair single_linkage(const ParameterEstimates<double>&, const double&, const double&);
template PartitionPair single_linkage(const ParameterEstimates<Real50>&, const Real50&, const Real50&);

}  // namespace verimix

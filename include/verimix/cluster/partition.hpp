// Partitions of the components by means and by covariances: [CKS25] Definitions 6, 10 and 24.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <iterator>
#include <vector>

#include "verimix/estimate/estimates.hpp"

namespace verimix {

/// The pair (S, T) of Definition 24 as labels: component i lies in S_{mean_group[i]} and in T_{covariance_group[i]}.
/// Labels are 0, 1, ..., none skipped.
struct PartitionPair {
  std::vector<Index> mean_group;
  std::vector<Index> covariance_group;
  friend bool operator==(const PartitionPair&, const PartitionPair&) = default;
};

/// Throws InputError (field "partition") unless both have `size` labels that are 0, ..., m - 1 with none skipped.
void validate(const PartitionPair& pair, Index size);

/// Throws InputError (field "component") unless 0 <= i < k.
void require_component(Index i, Index k);

/// U: the nonempty S_a and T_b in common, by rising (a, b); each cell's components rise.
std::vector<std::vector<Index>> common_refinement(const PartitionPair& pair);

/// The number of partitions of a set of k, exactly: 1, 1, 2, 5, 15, 52, ... (the triangle of sums). Domain: 0 <= k <=
/// 1000, else InputError (field "components").
boost::multiprecision::cpp_int bell_number(Index k);

/// All partitions of [k] as labels of first occurrence (restricted growth strings: a label is at most one more than the
/// largest before it), in lexicographic order, made one at a time: O(k) memory whatever their number, which `count`
/// knows beforehand. A forward range.
class PartitionRange {
 public:
  class iterator {
   public:
    using value_type = std::vector<Index>;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;
    iterator() = default;
    /// From these labels on.
    explicit iterator(value_type labels) : labels_(std::move(labels)) {}
    const value_type& operator*() const { return labels_; }
    const value_type* operator->() const { return &labels_; }
    iterator& operator++();
    iterator operator++(int);
    friend bool operator==(const iterator& a, const iterator& b) { return a.labels_ == b.labels_; }

   private:
    /// Empty past the last.
    value_type labels_;
  };

  /// Domain: 1 <= k <= 1000, else InputError (field "components").
  explicit PartitionRange(Index k);
  iterator begin() const { return iterator(std::vector<Index>(static_cast<std::size_t>(k_), 0)); }
  static iterator end() { return {}; }
  boost::multiprecision::cpp_int count() const { return bell_number(k_); }

 private:
  Index k_;
};

/// All pairs (S, T) of partitions of [k], T running fastest, in the same way.
class PartitionPairRange {
 public:
  class iterator {
   public:
    using value_type = PartitionPair;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;
    iterator() = default;
    /// From this pair on.
    explicit iterator(value_type pair) : pair_(std::move(pair)) {}
    const value_type& operator*() const { return pair_; }
    const value_type* operator->() const { return &pair_; }
    iterator& operator++();
    iterator operator++(int);
    friend bool operator==(const iterator& a, const iterator& b) { return a.pair_ == b.pair_; }

   private:
    /// Empty past the last.
    value_type pair_;
  };

  /// Domain: as PartitionRange.
  explicit PartitionPairRange(Index k);
  iterator begin() const {
    const std::vector<Index> coarsest(static_cast<std::size_t>(k_), 0);
    return iterator(PartitionPair{coarsest, coarsest});
  }
  static iterator end() { return {}; }
  /// Bell(k)^2.
  boost::multiprecision::cpp_int count() const;

 private:
  Index k_;
};

/// The partitions of PartitionRange in a vector. Domain: 1 <= k <= 10, else InputError.
std::vector<std::vector<Index>> partitions(Index k);
/// The pairs of PartitionPairRange in a vector. Domain: 1 <= k <= 5 (2704 pairs), else InputError.
std::vector<PartitionPair> partition_pairs(Index k);

/// D_p of Definitions 6 and 10, m + D, and D_p of Proposition 32, m^2 + D^2, with m = |mu_i - mu_j|, D = |Q_i - Q_j|_F.
/// The paper has one symbol for both; (m + D)^2/2 <= m^2 + D^2 <= (m + D)^2.
template <RealScalar T>
T parameter_distance(const ParameterEstimates<T>& parameters, Index i, Index j);
template <RealScalar T>
T squared_parameter_distance(const ParameterEstimates<T>& parameters, Index i, Index j);

/// The four numbers of Definition 24. `in` is the largest distance within a group (0 if none has two members), `out`
/// the smallest between groups (+infinity if there is one group). Means: Euclidean norm; covariances: Frobenius norm.
/// None is squared.
template <RealScalar T>
struct Separation {
  T in_mean, in_covariance, out_mean, out_covariance;
};

/// The best constants with which `pair` is separated for these parameters.
template <RealScalar T>
Separation<T> separation(const ParameterEstimates<T>& parameters, const PartitionPair& pair);

/// [CKS25] Definition 24: is (S, T) separated with these four constants?
template <RealScalar T>
bool is_separated(const ParameterEstimates<T>& parameters, const PartitionPair& pair, const Separation<T>& constants);

/// [CKS25] Definitions 6 and 10 (their items 1 and 2), with the unsquared distance |mu_i - mu_j| + |Q_i - Q_j|_F: at
/// most delta_in within, at least delta_out between.
template <RealScalar T>
bool is_separated_partition(const ParameterEstimates<T>& parameters, const std::vector<Index>& groups,
                            const T& delta_in, const T& delta_out);

/// Single linkage, means at scale `mean_scale` and covariances at `covariance_scale`: components closer than or at the
/// scale are joined. Then out > scale and in <= (k - 1) scale for both. Not in the paper, which assumes a pair exists.
template <RealScalar T>
PartitionPair single_linkage(const ParameterEstimates<T>& parameters, const T& mean_scale, const T& covariance_scale);

extern template double parameter_distance(const ParameterEstimates<double>&, Index, Index);
extern template Real50 parameter_distance(const ParameterEstimates<Real50>&, Index, Index);
extern template double squared_parameter_distance(const ParameterEstimates<double>&, Index, Index);
extern template Real50 squared_parameter_distance(const ParameterEstimates<Real50>&, Index, Index);
extern template Separation<double> separation(const ParameterEstimates<double>&, const PartitionPair&);
extern template Separation<Real50> separation(const ParameterEstimates<Real50>&, const PartitionPair&);
extern template bool is_separated(const ParameterEstimates<double>&, const PartitionPair&, const Separation<double>&);
extern template bool is_separated(const ParameterEstimates<Real50>&, const PartitionPair&, const Separation<Real50>&);
extern template bool is_separated_partition(const ParameterEstimates<double>&, const std::vector<Index>&, const double&,
                                            const double&);
extern template bool is_separated_partition(const ParameterEstimates<Real50>&, const std::vector<Index>&, const Real50&,
                                            const Real50&);
extern template PartitionPair single_linkage(const ParameterEstimates<double>&, const double&, const double&);
extern template PartitionPair single_linkage(const ParameterEstimates<Real50>&, const Real50&, const Real50&);

}  // namespace verimix

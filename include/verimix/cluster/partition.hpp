// Partitions of the components by means and by covariances: [CKS25] Definitions 6, 10 and 24.
#pragma once

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

/// U: the nonempty S_a and T_b in common, by rising (a, b); each cell's components rise.
std::vector<std::vector<Index>> common_refinement(const PartitionPair& pair);

/// All partitions of [k] as labels of first occurrence (restricted growth strings), Bell(k) of them, in lexicographic
/// order. Domain: 1 <= k <= 10, else InputError.
std::vector<std::vector<Index>> partitions(Index k);
/// All Bell(k)^2 pairs. Domain: 1 <= k <= 5 (2704 pairs), else InputError.
std::vector<PartitionPair> partition_pairs(Index k);

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

/// [CKS25] Definition 10, with the unsquared distance |mu_i - mu_j| + |Q_i - Q_j|_F: at most delta_in within, at least
/// delta_out between.
template <RealScalar T>
bool is_separated_partition(const ParameterEstimates<T>& parameters, const std::vector<Index>& groups,
                            const T& delta_in, const T& delta_out);

/// Single linkage, means at scale `mean_scale` and covariances at `covariance_scale`: components closer than or at the
/// scale are joined. Then out > scale and in <= (k - 1) scale for both. Not in the paper, which assumes a pair exists.
template <RealScalar T>
PartitionPair single_linkage(const ParameterEstimates<T>& parameters, const T& mean_scale, const T& covariance_scale);

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

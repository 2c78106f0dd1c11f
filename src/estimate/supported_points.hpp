// Which points of the crude nets a sample speaks for, and the best sets of them: the parts of `candidates`. Everything
// here is in double and works on points already centred.
#pragma once

#include <functional>
#include <vector>

#include "verimix/core/linear_algebra.hpp"

namespace verimix::detail {

/// log N(mean, covariance; x) + (d/2) log 2 pi for each column x. Domain: covariance positive definite.
Vector<double> log_gaussian(const Matrix<double>& points, const Vector<double>& mean, const Matrix<double>& covariance);

/// Groups renamed in the order of their first occurrence, so that permuted labels become equal.
std::vector<Index> in_order_of_occurrence(const std::vector<Index>& groups);

/// Of a list sorted best first, the numbers of up to `limit` entries that each differ from every earlier choice on at
/// least a fiftieth of the points. Only the first 3000 entries are looked at.
std::vector<std::size_t> diverse(const std::vector<std::vector<Index>>& groups, std::size_t limit);

/// The largest m <= 64 with binomial(m, k) <= 5000, and at least k: how many points all k-subsets of which are tried.
Index pool_size(Index k);

/// Calls visit(subset) for every k-subset of {0, ..., n - 1}, lexicographically.
void for_each_subset(Index n, Index k, const std::function<void(const std::vector<Index>&)>& visit);

/// A tuple of crude means, the nearest-mean groups of the points, and the covariance pooled within them.
struct MeanTuple {
  Matrix<double> means;
  std::vector<Index> groups;
  Matrix<double> pooled;
  /// log det of `pooled`: smaller is better. It is affine invariant, and n/2 times it is the negative log-likelihood of
  /// the points under Gaussians of common covariance when each point is given to its nearest mean.
  double log_determinant = 0;
};

/// Up to `limit` tuples of k different net points, best first, diverse. The net points are those whose cell holds a
/// point, the most populated ones, at meshes sqrt(beta), sqrt(beta)/2, sqrt(beta)/4, sqrt(beta)/8.
std::vector<MeanTuple> mean_tuples(const Matrix<double>& points, Index k, double beta, std::size_t limit);

/// Crude covariances of points centred at their means (possibly several): nets of the plain fourth-moment route on
/// three scales, each a quarter of the one before, eigenvalues below half the mesh raised to that.
std::vector<Matrix<double>> covariance_points(const Matrix<double>& points, Index k);

/// Up to `limit` k-subsets of `choices`, best first by the log-likelihood of sum_{c in S} N(0, Q_c). Beforehand the
/// choices are screened by the weights of a mixture of all of them after 20 multiplicative updates.
std::vector<std::vector<Index>> covariance_subsets(const Matrix<double>& points,
                                                   const std::vector<Matrix<double>>& choices, Index k,
                                                   std::size_t limit);

}  // namespace verimix::detail

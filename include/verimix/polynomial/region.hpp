// The region on which a cell's polynomial is trusted ([CKS25] (50), p. 54), from estimates only.
#pragma once

#include <vector>

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// For estimates (mu_j, Q_j), j = 1..m, K_j = Q_j^{-1}, of a cell's components, at a point x:
///   V_1(x) = max_j | |x - mu_j|^2_{K_j} - |x - mu_1|^2_{K_1} - <Q_1, K_j - K_1> |
///   V_2(x) = max_j |(K_j - K_1)(x - mu_j)|^2            (squared, as in the paper's definition)
///   V_0(x) = min_j |x - mu_j|^2_{K_j}
/// and the region {V_0 <= theta_0, V_1 <= theta_1, V_2 <= theta_2}. V_1 and V_2 are the paper's; V_0 is ours. Without
/// it the region of estimates is all of R^d whenever they agree (always for m = 1), and nothing bounds the polynomial
/// where it was never fitted: the gap in the proof of [CKS25] Proposition 40. With theta_0 finite the region is
/// bounded. The thresholds are quantiles on a sample instead of the paper's (50), whose constants cut nothing at these
/// sizes.
template <RealScalar T>
class Region {
 public:
  static constexpr Index statistic_count = 3;

  /// `means` is d x m, m >= 1; `covariances` m of d x d. Throws InputError (field "covariance") if one is not positive
  /// definite in T. The thresholds start at -1: nothing is inside.
  Region(const Matrix<T>& means, const std::vector<Matrix<T>>& covariances);

  /// 3 x n for n points (d x n): V_0, V_1, V_2 in this order.
  Matrix<T> statistics(const Matrix<T>& points) const;
  /// The 3 thresholds theta_0, theta_1, theta_2.
  const Vector<T>& thresholds() const { return thresholds_; }
  void set_thresholds(Vector<T> thresholds);
  /// For each column of `statistics` (3 x n): is it inside?
  std::vector<bool> inside(const Matrix<T>& statistics) const;
  /// The likeliest component at each point, argmin_j |x - mu_j|^2_{K_j} + log det Q_j, the smallest index where two
  /// tie.
  std::vector<Index> likeliest(const Matrix<T>& points) const;

 private:
  Matrix<T> means_;
  std::vector<Matrix<T>> inverses_;
  /// <Q_1, K_j - K_1> and log det Q_j.
  Vector<T> centres_, log_determinants_;
  Vector<T> thresholds_;
};

/// ceil(order n), at least 1: the rank of the quantile of that order among n values.
Index quantile_rank(double order, Index n);

/// For each row of `statistics` (r x n, n >= 1) its quantile of the given order: the ceil(order n)-th smallest value.
/// By the union bound at most r (n - ceil(order n)) columns are outside all r of them. Domain: 0 < order <= 1.
template <RealScalar T>
Vector<T> quantile_thresholds(const Matrix<T>& statistics, double order);

extern template class Region<double>;
extern template class Region<Real50>;
extern template Vector<double> quantile_thresholds(const Matrix<double>&, double);
extern template Vector<Real50> quantile_thresholds(const Matrix<Real50>&, double);

}  // namespace verimix

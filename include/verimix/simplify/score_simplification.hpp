// The score with only the components of one's own cell: [CKS25] Proposition 7, Proposition 32, Claim 35.
#pragma once

#include <cstdint>
#include <vector>

#include "verimix/cluster/clustering.hpp"
#include "verimix/distance/monte_carlo.hpp"
#include "verimix/mixture/density.hpp"

namespace verimix {

/// s_c(x) = s(x; M(U_{c(x)})), M(U) the sub-mixture with the weights of M, normalised.
template <RealScalar T>
class SimplifiedScore {
 public:
  /// Throws InputError if sizes or dimensions of the two differ, or a cell has weight 0.
  SimplifiedScore(const Mixture<T>& mixture, const Clustering<T>& clustering);

  /// `points` is d x n; d x n scores. Each point costs one evaluation of its own cell's density.
  Matrix<T> evaluate(const Matrix<T>& points) const;
  /// s(x; M(U_t)) with the cell given for each point.
  Matrix<T> evaluate(const Matrix<T>& points, const std::vector<Index>& labels) const;
  /// E(x) = s(x; M) - s_c(x), d x n, by Claim 35's identity, which does not cancel where both scores are large and
  /// close:
  ///   s - s_U = sum_{j not in U} p_j sum_{l in U} q_l (g_l - g_j),   g_i(x) = Q_i^{-1}(x - mu_i),
  /// p = responsibilities in M, q = those in M(U), U the cell of x.
  Matrix<T> difference(const Matrix<T>& points) const;

  const Clustering<T>& clustering() const { return clustering_; }

 private:
  Mixture<T> mixture_;
  Clustering<T> clustering_;
  Density<T> whole_;
  /// Q_i^{-1}.
  std::vector<Matrix<T>> inverses_;
  std::vector<Density<T>> cells_;
};

/// [CKS25] Claim 35, sharper form, at one point: |s - s_U|^4 <= sum_{j not in U} p_j sum_{l in U} q_l |g_j - g_l|^4
/// (Jensen). `p` has k entries that sum to 1, `q` sums to 1 over U and is 0 elsewhere (U is read off as the support of
/// q), `g` is d x k.
template <RealScalar T>
T softmax_difference_fourth_power_upper(const Vector<T>& p, const Vector<T>& q, const Matrix<T>& g);

/// For m >= 1 and every clustering function with these cells, whatever it decides:
///   E_{x ~ M}|s(x; M) - s_c(x)|^{2m} <= sum_j lam_j sum_{l not in the cell of j} E_{N_j}|g_j - g_l|^{2m},
/// exact moments on the right. Domain: 1 <= m <= 16 (InputError, field "n"); `cells` a partition of [k] (field
/// "cells"); covariances positive definite.
template <Scalar T>
T simplification_power_upper(const Mixture<T>& mixture, const std::vector<std::vector<Index>>& cells, int m);

/// F(x) = |s(x; M) - s_c(x)|^2 in the mean over M, from draws. F is unbounded, so two numbers are joined: the mean of
/// min(F, B) by empirical_bernstein_halfwidth (values in [0, B]), and the proved
///   E (F - B)_+ <= ((m-1)^{m-1}/m^m) B^{1-m} K_m = `tail_upper`,   K_m = simplification_power_upper.
struct SimplificationEstimate {
  /// Holds with probability >= the confidence for every number of draws; `estimate` is the mean of min(F, B). The
  /// roundoff of F in double is not in it. Never below B/n wide, however small the error: see line_removal.hpp for
  /// certified values and simplification_bound.hpp for proved bounds. Evidence: estimated.
  ConfidenceInterval error{0, 0, 0};
  /// B and m, chosen from the parameters, n and the confidence alone, before any draw.
  double cap = 0;
  int order = 0;
  double tail_upper = 0;
  /// Draws with F > B.
  Index capped = 0;
  Index samples = 0;
};

/// E_{x ~ M}|s(x; M) - s_c(x)|^2 from `count` draws, exactly 0 where no two cells differ. Domain: count >= 2, 0 <
/// confidence < 1; InputError otherwise.
SimplificationEstimate simplification_error(const Mixture<double>& mixture, const Clustering<double>& clustering,
                                            Index count, std::uint64_t seed, double confidence = 0.99);

extern template double simplification_power_upper(const Mixture<double>&, const std::vector<std::vector<Index>>&, int);
extern template Ball simplification_power_upper(const Mixture<Ball>&, const std::vector<std::vector<Index>>&, int);
extern template class SimplifiedScore<double>;
extern template class SimplifiedScore<Real50>;
extern template double softmax_difference_fourth_power_upper(const Vector<double>&, const Vector<double>&,
                                                             const Matrix<double>&);
extern template Real50 softmax_difference_fourth_power_upper(const Vector<Real50>&, const Vector<Real50>&,
                                                             const Matrix<Real50>&);

}  // namespace verimix

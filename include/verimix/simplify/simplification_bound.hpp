// How far the score of one's own cell is from the score: [CKS25] Proposition 32 and its informal twin Proposition 7,
// bounds for one instance and bounds in the paper's letters, each as the sum of what misclassified points cost and what
// the overlap of cells costs. Derivations: proofs-notes/simplify/simplification_bound.md. Left-hand sides:
// line_removal.hpp on the line, score_simplification.hpp by drawing.
#pragma once

#include <vector>

#include "verimix/mixture/mixture.hpp"

namespace verimix {

// Below: cells U_1, ..., U_{n_c} partition [k], s_c(x) = s(x; M(U_{c(x)})), both scores with the sign of grad log. D_p
// = |mu_i - mu_j|^2 + |Q_i - Q_j|_F^2 is the SQUARED distance.

/// A bound on E_M|s - s_c|^2 in two parts; the bound is their sum.
template <Scalar T>
struct SimplificationBound {
  /// From x ~ N_i with c(x) not the cell of i, and from the others.
  T misclassified, overlap;
};

/// For one instance, from exact moments: with B_n(i, U) = removal_moment_upper([k] -> U, i, n) and U(i) the cell of i,
///   misclassified = sum_i lam_i sum_{U_t != U(i)} min_{m = 1, 2, 4, 8} P_{N_i}[c = t]^{1 - 1/m} B_{2m}(i, U_t)^{1/m},
///   overlap = sum_i lam_i B_2(i, U(i)).
/// `probability` is k x n_c: P_{N_i}[c = t] or larger (entries of the own cell are not read). Domain: `cells` a
/// partition of [k] (InputError, field "cells"), probabilities >= 0 of that shape (field "probability"), every cell of
/// positive weight; covariances positive definite.
template <Scalar T>
SimplificationBound<T> simplification_instance_upper(const Mixture<T>& mixture,
                                                     const std::vector<std::vector<Index>>& cells,
                                                     const Matrix<T>& probability);

/// alpha Id <= Q_i <= beta Id, D_p <= R for all pairs, D_p >= separation for pairs in different cells, P_{N_i}[c = t]
/// <= epsilon for i not in U_t.
template <Scalar T>
struct SimplificationSizes {
  int k, cells;
  T alpha, beta, R, separation, epsilon;
};

/// Proposition 32 with its constants (32'): with b = exp(-separation/(16 beta^2)),
///   misclassified = 4 (105/2)^{1/4} (n_c - 1) (k - 1)^{1/4} epsilon^{3/4} R/alpha^3,   4 (105/2)^{1/4} = 10.77,
///   overlap       = (5/3) k sqrt(b) R/alpha^3 (0 for one cell).
/// If separation >= 16 beta^2 log(1/epsilon) the sum is at most 12.5 k^{5/4} (R/alpha^3) sqrt(epsilon) where epsilon
/// <= 1. Domain: 1 <= n_c <= k, 0 < alpha <= 1 <= beta, R, separation, epsilon >= 0 (InputError names the argument).
template <Scalar T>
SimplificationBound<T> simplification_upper(const SimplificationSizes<T>& sizes);

/// Proposition 32 as printed, hidden constant 1: k^{5/4} R (beta^5/alpha^6) sqrt(epsilon).
template <Scalar T>
T simplification_printed_upper(const SimplificationSizes<T>& sizes);

/// Proposition 7 with its constants (7'): |mu_i| + |Q_i - Id|_F <= R and Definition 6's UNSQUARED |mu_i - mu_j| + |Q_i
/// - Q_j|_F >= delta_out between cells give D_p <= 4 R^2 and D_p >= delta_out^2/2, put into 32': the same with 4
/// R^2/alpha^3 and sqrt(b) = exp(-delta_out^2/(64 beta^2)). `R` and `separation` of the sizes are read as this R and
/// delta_out. Domain as 32'.
template <Scalar T>
SimplificationBound<T> informal_simplification_upper(const SimplificationSizes<T>& sizes);

extern template SimplificationBound<double> simplification_instance_upper(const Mixture<double>&,
                                                                          const std::vector<std::vector<Index>>&,
                                                                          const Matrix<double>&);
extern template SimplificationBound<double> simplification_upper(const SimplificationSizes<double>&);
extern template double simplification_printed_upper(const SimplificationSizes<double>&);
extern template SimplificationBound<double> informal_simplification_upper(const SimplificationSizes<double>&);
extern template SimplificationBound<Real50> simplification_instance_upper(const Mixture<Real50>&,
                                                                          const std::vector<std::vector<Index>>&,
                                                                          const Matrix<Real50>&);
extern template SimplificationBound<Real50> simplification_upper(const SimplificationSizes<Real50>&);
extern template Real50 simplification_printed_upper(const SimplificationSizes<Real50>&);
extern template SimplificationBound<Real50> informal_simplification_upper(const SimplificationSizes<Real50>&);
extern template SimplificationBound<Ball> simplification_instance_upper(const Mixture<Ball>&,
                                                                        const std::vector<std::vector<Index>>&,
                                                                        const Matrix<Ball>&);
extern template SimplificationBound<Ball> simplification_upper(const SimplificationSizes<Ball>&);
extern template Ball simplification_printed_upper(const SimplificationSizes<Ball>&);
extern template SimplificationBound<Ball> informal_simplification_upper(const SimplificationSizes<Ball>&);

}  // namespace verimix

// A validated mixture of Gaussians M = sum_i lambda_i N(mu_i, Q_i) on R^d ([CKS25] Definition 1).
#pragma once

#include <string>
#include <vector>

#include "verimix/core/linear_algebra.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {

/// The parameters as exact fractions: what files hold, and what every scalar sees the same.
struct ExactMixture {
  std::string name;
  std::vector<Rational> weights;
  /// d x k, a mean a column.
  Matrix<Rational> means;
  /// k symmetric d x d matrices.
  std::vector<Matrix<Rational>> covariances;

  Index dimension() const { return means.rows(); }
  Index size() const { return means.cols(); }
};

enum class Definiteness { indefinite, semidefinite, definite };

/// Of a symmetric matrix of fractions, decided exactly: definite where balls prove it (certified Cholesky), else by
/// rational elimination A = L D L^T without pivoting, in which A is semidefinite if and only if no pivot is negative
/// and a pivot 0 stands above a column of zeros. Domain: square and symmetric; only the lower triangle is read.
Definiteness definiteness(const Matrix<Rational>& a);

/// Throws InputError that names the field if: d < 1 or k < 1; a weight is negative; the weights do not sum to 1
/// exactly; a covariance is not d x d, not symmetric, or not positive semidefinite (decided exactly, by rational
/// elimination). Returns whether every covariance is positive definite (false: some are only semidefinite).
bool validate(const ExactMixture& mixture);

/// The mixture in a scalar. Shapes: k weights, means d x k, k covariances d x d (symmetric positive semidefinite).
template <Scalar T>
struct Mixture {
  std::string name;
  Vector<T> weights;
  Matrix<T> means;
  std::vector<Matrix<T>> covariances;

  Index dimension() const { return means.rows(); }
  Index size() const { return means.cols(); }
};

/// Every parameter rounded once into the scalar (for Ball: enclosed).
template <Scalar T>
Mixture<T> round_to(const ExactMixture& mixture);

/// The exact mixture whose parameters are the given floating-point numbers. The largest weight is set to 1 minus the
/// others, so that they sum to 1 exactly. Throws InputError where a number is not finite or the weights miss 1 by more
/// than 2^-30 (no rounding does that). Shapes and definiteness are left to `validate`.
ExactMixture exact(const Mixture<double>& mixture);

/// M(U) = sum_{j in U} lambda_j N_j / sum_{j in U} lambda_j ([CKS25] Definition 10; we keep the weights of M where the
/// paper prints uniform ones). Domain: U nonempty, without repetition, indices in [0, k), total weight > 0; throws
/// InputError (field "components"), or UndecidedError if a ball cannot tell the total weight from 0.
template <Scalar T>
Mixture<T> sub_mixture(const Mixture<T>& mixture, const std::vector<Index>& components);

extern template Mixture<double> round_to(const ExactMixture&);
extern template Mixture<Real50> round_to(const ExactMixture&);
extern template Mixture<Real100> round_to(const ExactMixture&);
extern template Mixture<Ball> round_to(const ExactMixture&);
extern template Mixture<double> sub_mixture(const Mixture<double>&, const std::vector<Index>&);
extern template Mixture<Real50> sub_mixture(const Mixture<Real50>&, const std::vector<Index>&);
extern template Mixture<Real100> sub_mixture(const Mixture<Real100>&, const std::vector<Index>&);
extern template Mixture<Ball> sub_mixture(const Mixture<Ball>&, const std::vector<Index>&);

}  // namespace verimix

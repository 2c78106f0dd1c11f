// Log-density, responsibilities, score and Jacobian of the score of a mixture, for a batch of points: the components
// are whitened once, the work on a block of points is matrix products, one point is a batch of one.
#pragma once

#include <vector>

#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// What to compute; the score and the log-density are always computed.
struct EvaluationRequest {
  bool responsibilities = false;
  bool jacobian = false;
  /// 0: as many as the machine has. The result does not depend on it.
  unsigned threads = 0;
};

/// For n points. With p_i = N(mu_i, Q_i; x), l_i = log lambda_i + log p_i:
///   log_density(n)        log q(x) = log sum_i exp l_i
///   score (d x n)         s(x) = -sum_i w_i(x) Q_i^{-1} (x - mu_i) = grad log q(x)          ([CKS25] (3))
///   responsibilities (k x n)  w_i(x) = exp(l_i - log q(x)); exactly 0 for a component of weight 0
///   jacobian (n of d x d) Ds(x) = sum_i w_i { (g_i - gbar)(g_i - gbar)^T - Q_i^{-1} },  g_i = Q_i^{-1}(x - mu_i), gbar
///   = sum w_i g_i
template <Scalar T>
struct Evaluation {
  Vector<T> log_density;
  Matrix<T> score;
  Matrix<T> responsibilities;
  std::vector<Matrix<T>> jacobian;
};

/// A component of positive weight, whitened: Q = L L^T, W = L^{-1} (d x d, lower triangular), so that the Mahalanobis
/// distance is |W (x - mean)|^2 and Q^{-1} = W^T W.
template <Scalar T>
struct WhitenedComponent {
  /// Its place in the mixture.
  Index component;
  T weight;
  Vector<T> mean;
  Matrix<T> whitening;
  /// -(d/2) log 2 pi - log det L: the logarithm of the component's density at its mean.
  T log_peak;
};

template <Scalar T>
class Density {
 public:
  /// Throws InputError (field "components[i].covariance") if a covariance of a component of positive weight is not
  /// positive definite, UndecidedError if T is too coarse to factor it: for floating point what Cholesky refuses is
  /// decided exactly.
  explicit Density(const Mixture<T>& mixture);

  Index dimension() const { return dimension_; }
  /// All components, those of weight 0 included.
  Index size() const { return size_; }
  const std::vector<WhitenedComponent<T>>& components() const { return components_; }

  /// `points` is d x n. Safe in the far tail: the largest l_i is taken out of every sum, so no underflow of p_i
  /// matters; a w_i below the least positive double is 0. Error in floating point: |score - s| <= c_d u sum_i w_i
  /// |W_i^T| |W_i| |x - mu_i| plus the error of the w_i; see proofs-notes/mixture/density.md. A point gives the same
  /// bits alone and in any batch. Throws InputError for a dimension mismatch or a number that is not finite (field
  /// "points"), UndecidedError where log q overflows the scalar (double: |W_i (x - mu_i)| beyond 1e150) or a ball is
  /// too wide to bound it.
  Evaluation<T> evaluate(const Matrix<T>& points, const EvaluationRequest& request = {}) const;

 private:
  Index dimension_;
  Index size_;
  std::vector<WhitenedComponent<T>> components_;
};

extern template class Density<double>;
extern template class Density<Real50>;
extern template class Density<Real100>;
extern template class Density<Ball>;

}  // namespace verimix

// Hermite polynomials that are orthonormal under a Gaussian N(m, S) on R^d: the basis in which scores are fitted.
#pragma once

#include <vector>

#include "verimix/core/linear_algebra.hpp"
#include "verimix/polynomial/hermite_products.hpp"

namespace verimix {

/// The number of polynomials of total degree <= l in d variables, binom(d + l, l). Domain: d >= 1, l >= 0. Throws
/// InputError (field "degree") before anything is allocated if it is above `max_basis_size`.
Index basis_size(Index dimension, int degree);
inline constexpr Index max_basis_size = 20000;

/// psi_a(x) = prod_j h_{a_j}(u_j),  u = L^{-1} (x - m),  S = L L^T,  over the multi-indices a with |a| <= l, where h_n
/// is the Hermite polynomial with leading coefficient > 0 that is orthonormal under N(0, 1):
///   h_0 = 1,   sqrt(n + 1) h_{n+1}(u) = u h_n(u) - sqrt(n) h_{n-1}(u).
/// Then E psi_a(X) psi_b(X) = [a = b] for X ~ N(m, S). Indices stand in the order of their total degree, so that the
/// polynomials of every lower degree are the first basis_size(d, l') of them. Derivation:
/// proofs-notes/polynomial/basis.md.
template <RealScalar T>
class HermiteBasis {
 public:
  /// `covariance` is d x d, symmetric; its lower triangle is read. Throws InputError (field "covariance") if it is not
  /// positive definite in T, and as basis_size does.
  HermiteBasis(Vector<T> mean, Matrix<T> covariance, int degree);

  Index dimension() const { return mean_.size(); }
  int degree() const { return degree_; }
  Index size() const { return static_cast<Index>(indices_.size()); }
  const Vector<T>& mean() const { return mean_; }
  const Matrix<T>& covariance() const { return covariance_; }
  /// The multi-indices, each of d entries.
  const std::vector<std::vector<int>>& indices() const { return indices_; }
  /// The polynomials as functions of u.
  const HermiteProducts<T>& products() const { return products_; }

  /// u at n points (d x n): d x n.
  Matrix<T> whitened(const Eigen::Ref<const Matrix<T>>& points) const;

  /// The values at n points (d x n): size x n, a point a column. The recurrence is forward stable here: an entry is the
  /// exact value at a point u (1 + e) with |e| <= c_d l cond(L) u_T, so its error grows with |u| l |psi'|, not with l
  /// alone. `degree` <= degree() takes only the leading block; -1 means all.
  Matrix<T> values(const Matrix<T>& points, int degree = -1) const;

  /// The partial derivatives in direction `axis` of R^d at n points: size x n. By h_n' = sqrt(n) h_{n-1} and the chain
  /// rule.
  Matrix<T> derivatives(const Matrix<T>& points, Index axis) const;

 private:
  Vector<T> mean_;
  Matrix<T> covariance_;
  Matrix<T> whitening_;
  int degree_;
  std::vector<std::vector<int>> indices_;
  HermiteProducts<T> products_;
};

extern template class HermiteBasis<double>;
extern template class HermiteBasis<Real50>;

}  // namespace verimix

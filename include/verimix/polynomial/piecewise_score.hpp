// A score approximated by a polynomial in each cell, with a fallback outside the region where the polynomial is
// trusted: [CKS25] Propositions 5, 40 and 48, at one noise level.
#pragma once

#include "verimix/cluster/clustering.hpp"
#include "verimix/polynomial/basis.hpp"
#include "verimix/polynomial/region.hpp"

namespace verimix {

/// The score of one cell: p(x) = C psi(x) inside the region, and outside it the score of the Gaussian N(m, S) of the
/// basis,
///   fallback(x) = -S^{-1} (x - m).
/// The minus makes it a score, grad log N(m, S); [CKS25] Appendix E prints a plus, which goes with its opposite sign of
/// the score (p. 52) but not with the objective (64). Deviation: the paper's (m, S) is the estimate of some component
/// of the cell; ours is whatever Gaussian the basis whitens by (regress takes the cell's sample moments).
template <RealScalar T>
struct ScorePiece {
  HermiteBasis<T> basis;
  /// d x r, r = basis_size(d, degree) <= basis.size(): the coefficients of the d outputs.
  Matrix<T> coefficients;
  Region<T> region;

  /// The degree of p.
  int degree() const;
};

/// The region of the components of one cell of the clustering, from its clipped covariances and the means (d x k) it
/// was built with. Its thresholds are not set.
template <RealScalar T>
Region<T> cell_region(const Matrix<T>& means, const Clustering<T>& clustering, Index cell);

/// d x n: -S^{-1} (x - m) at the columns of `points`.
template <RealScalar T>
Matrix<T> gaussian_score(const Vector<T>& mean, const Matrix<T>& covariance, const Matrix<T>& points);

template <RealScalar T>
class PiecewiseScore {
 public:
  /// `clustering` is the one at this noise level; pieces[c] belongs to its cell c. Throws InputError (field
  /// "covariance") if a basis has a covariance that is not positive definite.
  PiecewiseScore(Clustering<T> clustering, std::vector<ScorePiece<T>> pieces);

  Index dimension() const { return clustering_.dimension(); }
  /// n_c; with region and fallback the approximation has 2 n_c pieces.
  Index cells() const { return clustering_.cells(); }
  /// The largest degree over the cells.
  int degree() const;
  const Clustering<T>& clustering() const { return clustering_; }
  const std::vector<ScorePiece<T>>& pieces() const { return pieces_; }

  /// The approximate score at the columns of `points` (d x n), on the calling thread: points of a cell are evaluated
  /// together. The other columns change a point's value by rounding at most, and the same batch gives the same bits.
  /// Throws InputError (field "points") for a wrong dimension.
  Matrix<T> operator()(const Matrix<T>& points) const;

 private:
  Clustering<T> clustering_;
  std::vector<ScorePiece<T>> pieces_;
};

extern template struct ScorePiece<double>;
extern template struct ScorePiece<Real50>;
extern template class PiecewiseScore<double>;
extern template class PiecewiseScore<Real50>;
extern template Region<double> cell_region(const Matrix<double>&, const Clustering<double>&, Index);
extern template Region<Real50> cell_region(const Matrix<Real50>&, const Clustering<Real50>&, Index);
extern template Matrix<double> gaussian_score(const Vector<double>&, const Matrix<double>&, const Matrix<double>&);
extern template Matrix<Real50> gaussian_score(const Vector<Real50>&, const Matrix<Real50>&, const Matrix<Real50>&);

}  // namespace verimix

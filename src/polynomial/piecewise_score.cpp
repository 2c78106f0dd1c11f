#include "verimix/polynomial/piecewise_score.hpp"

#include <algorithm>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

template <class T>
Matrix<T> columns_of(const Matrix<T>& points, const std::vector<Index>& chosen) {
  Matrix<T> out(points.rows(), static_cast<Index>(chosen.size()));
  for (std::size_t i = 0; i < chosen.size(); ++i) out.col(static_cast<Index>(i)) = points.col(chosen[i]);
  return out;
}

template <class T>
void put_columns(const Matrix<T>& values, const std::vector<Index>& places, Matrix<T>& out) {
  for (std::size_t i = 0; i < places.size(); ++i) out.col(places[i]) = values.col(static_cast<Index>(i));
}

template <class T>
void evaluate_piece(const ScorePiece<T>& piece, const Matrix<T>& points, const std::vector<Index>& members,
                    Matrix<T>& out) {
  const Matrix<T> own = columns_of(points, members);
  const std::vector<bool> inside = piece.region.inside(piece.region.statistics(own));
  std::vector<Index> trusted, outside;
  for (std::size_t i = 0; i < members.size(); ++i) (inside[i] ? trusted : outside).push_back(members[i]);
  if (!trusted.empty()) {
    const Matrix<T> values = piece.basis.values(columns_of(points, trusted), piece.degree());
    put_columns<T>(piece.coefficients * values, trusted, out);
  }
  if (!outside.empty())
    put_columns(gaussian_score(piece.basis.mean(), piece.basis.covariance(), columns_of(points, outside)), outside,
                out);
}

}  // namespace

template <RealScalar T>
int ScorePiece<T>::degree() const {
  int degree = 0;
  while (basis_size(basis.dimension(), degree) < coefficients.cols()) ++degree;
  return degree;
}

template <RealScalar T>
Region<T> cell_region(const Matrix<T>& means, const Clustering<T>& clustering, Index cell) {
  std::vector<Matrix<T>> covariances;
  const std::vector<Index>& components = clustering.refinement()[static_cast<std::size_t>(cell)];
  for (const Index i : components) covariances.push_back(clustering.clipped()[static_cast<std::size_t>(i)].covariance);
  return Region<T>(columns_of(means, components), covariances);
}

template <RealScalar T>
Matrix<T> gaussian_score(const Vector<T>& mean, const Matrix<T>& covariance, const Matrix<T>& points) {
  const Cholesky<T> factor = cholesky(covariance);
  if (factor.positive_definite != Truth::yes)
    throw InputError("", "covariance", "", "a positive definite covariance of the fallback");
  const Matrix<T> whitening = lower_inverse(factor.lower);
  const Matrix<T> inverse = whitening.transpose() * whitening;
  const Matrix<T> difference = points.colwise() - mean;
  return -(inverse * difference);
}

template <RealScalar T>
PiecewiseScore<T>::PiecewiseScore(Clustering<T> clustering, std::vector<ScorePiece<T>> pieces)
    : clustering_(std::move(clustering)), pieces_(std::move(pieces)) {
  require_invariant(static_cast<Index>(pieces_.size()) == clustering_.cells(), "every cell has its piece");
  for (const ScorePiece<T>& piece : pieces_)
    require_invariant(piece.coefficients.rows() == dimension() && piece.basis.dimension() == dimension() &&
                          piece.coefficients.cols() == basis_size(dimension(), piece.degree()),
                      "a piece has a coefficient for each output and each polynomial up to its degree");
}

template <RealScalar T>
int PiecewiseScore<T>::degree() const {
  int largest = 0;
  for (const ScorePiece<T>& piece : pieces_) largest = std::max(largest, piece.degree());
  return largest;
}

template <RealScalar T>
Matrix<T> PiecewiseScore<T>::operator()(const Matrix<T>& points) const {
  const std::vector<Index> labels =
      cells() == 1 ? std::vector<Index>(static_cast<std::size_t>(points.cols()), 0) : clustering_.labels(points, 1);
  if (points.rows() != dimension())
    throw InputError("", "points", std::to_string(points.rows()), "points of dimension " + std::to_string(dimension()));
  std::vector<std::vector<Index>> members(pieces_.size());
  for (std::size_t i = 0; i < labels.size(); ++i)
    members[static_cast<std::size_t>(labels[i])].push_back(static_cast<Index>(i));
  Matrix<T> out(points.rows(), points.cols());
  for (std::size_t c = 0; c < pieces_.size(); ++c)
    if (!members[c].empty()) evaluate_piece(pieces_[c], points, members[c], out);
  return out;
}

template struct ScorePiece<double>;
template struct ScorePiece<Real50>;
template class PiecewiseScore<double>;
template class PiecewiseScore<Real50>;
template Region<double> cell_region(const Matrix<double>&, const Clustering<double>&, Index);
template Region<Real50> cell_region(const Matrix<Real50>&, const Clustering<Real50>&, Index);
template Matrix<double> gaussian_score(const Vector<double>&, const Matrix<double>&, const Matrix<double>&);
template Matrix<Real50> gaussian_score(const Vector<Real50>&, const Matrix<Real50>&, const Matrix<Real50>&);

}  // namespace verimix

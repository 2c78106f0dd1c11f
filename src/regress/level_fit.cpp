#include "verimix/regress/level_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cell_members.hpp"
#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

namespace verimix {
namespace {

using regress_detail::columns_of;
using regress_detail::members_of;

// Multiplications that integrating the noise out of one fit may cost: about half a second.
constexpr double most_integration_work = 2e9;

// |p|^2 - 2 <p, y> for each column.
template <class T>
Vector<double> excess_of(const Matrix<T>& predictions, const Matrix<T>& targets) {
  Vector<double> out(targets.cols());
  for (Index i = 0; i < targets.cols(); ++i)
    out(i) = static_cast<double>(T(predictions.col(i).squaredNorm() - T(2) * predictions.col(i).dot(targets.col(i))));
  return out;
}

template <class T>
CellValidation validate_cell(const CellFit<T>& cell, const NoisyRows<T>& noisy, const std::vector<Index>& members) {
  const Matrix<T> points = columns_of(noisy.points, members);
  const Matrix<T> targets = columns_of(noisy.targets, members);
  const Index rows = noisy.points.cols() / noisy.copies;
  const Vector<double> outside =
      excess_of<T>(gaussian_score(cell.basis.mean(), cell.basis.covariance(), points), targets);
  const auto by_row = [&](const auto& excess) {
    Vector<double> out = Vector<double>::Zero(rows);
    for (std::size_t i = 0; i < members.size(); ++i) out(members[i] / noisy.copies) += excess(static_cast<Index>(i));
    return Vector<double>(out / static_cast<double>(noisy.copies));
  };

  CellValidation out;
  out.options.push_back({0, 0});
  out.excess.push_back(by_row([&](Index i) { return outside(i); }));
  std::vector<std::vector<bool>> inside;
  const Matrix<T> statistics = cell.region.statistics(points);
  for (Index q = 0; q < cell.thresholds.cols(); ++q) {
    Region<T> region = cell.region;
    region.set_thresholds(cell.thresholds.col(q));
    inside.push_back(region.inside(statistics));
  }
  if (cell.fit.coefficients.size() < 2) return out;
  const Matrix<T> values = cell.basis.values(points);
  for (std::size_t l = 1; l < cell.fit.coefficients.size(); ++l) {
    const Matrix<T>& coefficients = cell.fit.coefficients[l];
    const Vector<double> trusted = excess_of<T>(coefficients * values.topRows(coefficients.cols()), targets);
    for (std::size_t q = 0; q < inside.size(); ++q) {
      out.options.push_back({static_cast<int>(l), q});
      out.excess.push_back(
          by_row([&](Index i) { return inside[q][static_cast<std::size_t>(i)] ? trusted(i) : outside(i); }));
    }
  }
  return out;
}

std::size_t simplest_good(const std::vector<Vector<double>>& excess, double within) {
  std::size_t best = 0;
  for (std::size_t o = 1; o < excess.size(); ++o)
    if (excess[o].mean() < excess[best].mean()) best = o;
  for (std::size_t o = 0; o < best; ++o) {
    const PairedDifference difference = paired_difference(excess[o], excess[best]);
    if (difference.mean <= within * difference.standard_error) return o;
  }
  return best;
}

}  // namespace

bool integrates_noise(Index dimension, Index rows, int degree) {
  const auto size = static_cast<double>(basis_size(dimension, degree));
  return static_cast<double>(noise_nodes(dimension, degree)) * static_cast<double>(rows) * size * size <=
         most_integration_work;
}

template <RealScalar T>
Clustering<T> clustering_at(const CellStructure<T>& structure, const T& time) {
  ClusteringOptions<T> options;
  const T signal = signal_scale(time);
  options.alpha = signal * signal * structure.alpha + noise_variance(time);
  options.policy = structure.policy;
  return Clustering<T>(at_time(structure.estimates, time), structure.pair, options);
}

template <RealScalar T>
ScorePiece<T> CellFit<T>::piece(const PieceChoice& choice) const {
  ScorePiece<T> out{basis, Matrix<T>::Constant(basis.dimension(), 1, T(0)), region};
  const auto available = static_cast<int>(fit.coefficients.size()) - 1;
  if (choice.degree < 1 || available < 1) return out;
  const auto degree = static_cast<std::size_t>(std::min(choice.degree, available));
  out.coefficients = fit.coefficients[degree];
  out.region.set_thresholds(thresholds.col(static_cast<Index>(choice.order)));
  return out;
}

template <RealScalar T>
std::vector<CellValidation> validate_cells(const std::vector<CellFit<T>>& cells, const Clustering<T>& clustering,
                                           const NoisyRows<T>& noisy) {
  const std::vector<std::vector<Index>> members = members_of(clustering, noisy.points);
  std::vector<CellValidation> out;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    if (members[c].empty()) {
      const PieceChoice only{cells[c].fit.coefficients.size() < 2 ? 0 : 1, 0};
      out.push_back({{only}, {Vector<double>::Zero(noisy.points.cols() / noisy.copies)}});
    } else {
      out.push_back(validate_cell(cells[c], noisy, members[c]));
    }
  }
  return out;
}

template <RealScalar T>
Validation<T> choose_pieces(const std::vector<CellFit<T>>& cells, const Clustering<T>& clustering,
                            const NoisyRows<T>& noisy, const PieceOptions& options) {
  Validation<T> out;
  out.excess = Vector<double>::Zero(noisy.points.cols() / noisy.copies);
  for (const CellValidation& cell : validate_cells(cells, clustering, noisy)) {
    const std::size_t chosen = simplest_good(cell.excess, options.simpler_within);
    out.choices.push_back(cell.options[chosen]);
    out.excess += cell.excess[chosen];
  }
  return out;
}

PairedDifference paired_difference(const Vector<double>& a, const Vector<double>& b) {
  require_invariant(a.size() == b.size() && a.size() >= 1, "a paired difference compares the same rows");
  const Vector<double> difference = a - b;
  const auto n = static_cast<double>(difference.size());
  const double mean = difference.mean();
  if (difference.size() < 2) return {mean, std::numeric_limits<double>::infinity()};
  return {mean, std::sqrt((difference.array() - mean).square().sum() / (n - 1) / n)};
}

template struct CellFit<double>;
template struct CellFit<Real50>;
template Clustering<double> clustering_at(const CellStructure<double>&, const double&);
template Clustering<Real50> clustering_at(const CellStructure<Real50>&, const Real50&);
template std::vector<CellValidation> validate_cells(const std::vector<CellFit<double>>&, const Clustering<double>&,
                                                    const NoisyRows<double>&);
template std::vector<CellValidation> validate_cells(const std::vector<CellFit<Real50>>&, const Clustering<Real50>&,
                                                    const NoisyRows<Real50>&);
template Validation<double> choose_pieces(const std::vector<CellFit<double>>&, const Clustering<double>&,
                                          const NoisyRows<double>&, const PieceOptions&);
template Validation<Real50> choose_pieces(const std::vector<CellFit<Real50>>&, const Clustering<Real50>&,
                                          const NoisyRows<Real50>&, const PieceOptions&);

}  // namespace verimix

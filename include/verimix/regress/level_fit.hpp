// The learned score at one noise level: polynomials fitted in the cells of a clustering, with degree and region chosen
// on other rows than those that were fitted ([CKS25] Proposition 49's validation).
#pragma once

#include <vector>

#include "verimix/polynomial/piecewise_score.hpp"
#include "verimix/regress/denoising_fit.hpp"

namespace verimix {

/// Which cells: the clustering of one list of estimates by a pair of partitions.
template <RealScalar T>
struct CellStructure {
  /// At time 0.
  ParameterEstimates<T> estimates;
  PartitionPair pair;
  ThresholdPolicy policy = ThresholdPolicy::midpoint;
  /// The clipping level of the covariances at time 0 (ClusteringOptions::alpha).
  T alpha;
};

/// The clustering at time t: estimates and clipping level carried through the forward process, alpha_t = e^{-2t} alpha
/// + sigma_t^2. Domain: t >= 0, and t > 0 if alpha = 0.
template <RealScalar T>
Clustering<T> clustering_at(const CellStructure<T>& structure, const T& time);

/// What may be chosen in a cell.
struct PieceOptions {
  /// Degrees 1, ..., degree.
  int degree = 5;
  /// Orders of the quantiles that set the region's thresholds, from the most trusting on.
  std::vector<double> region_orders = {1.0, 0.99, 0.9};
  /// A cell with r rows is given degrees with at most r/rows_per_coefficient polynomials.
  double rows_per_coefficient = 4;
  /// A simpler choice is preferred where its loss is within this many standard errors of the difference from the best.
  double simpler_within = 1;
};

/// A choice in one cell. degree 0 stands for the fallback everywhere.
struct PieceChoice {
  int degree = 0;
  /// Which of the region_orders.
  std::size_t order = 0;
};

/// All fits of one cell: what a choice picks from.
template <RealScalar T>
struct CellFit {
  HermiteBasis<T> basis;
  Region<T> region;
  DenoisingFit<T> fit;
  /// The 3 thresholds of each region order, a column each; none where the cell had no rows to fit.
  Matrix<T> thresholds;
  /// Noised points and distinct rows of the cell.
  Index points = 0, rows = 0;

  ScorePiece<T> piece(const PieceChoice& choice) const;
};

/// Is the noise of a single cell integrated out? Where (degree + 1)^d nodes a row (gram.hpp) times rows times
/// basis_size(d, degree)^2 is at most 2e9.
bool integrates_noise(Index dimension, Index rows, int degree);

/// Fits every cell of `clustering` to noised rows. The basis of a cell whitens by the mean and covariance of its
/// points. Where the whole space is one cell and `integrates_noise`, the expectation over the noise takes the place of
/// the draws in the fit and in the basis; the thresholds are still those of the drawn points. A cell with fewer than
/// 2 (d + 1) rows has no polynomial; its fallback is then the likeliest component's Gaussian, of those at the points of
/// the cell, or the first where there are none.
template <RealScalar T>
std::vector<CellFit<T>> fit_cells(const Matrix<T>& means, const Clustering<T>& clustering, const NoisyRows<T>& noisy,
                                  const PieceOptions& options);

/// What validation says of one cell: its choices, the simplest first (the fallback everywhere, then by degree and by
/// region order), and of each the rows' excesses, 0 for rows with no copy in the cell.
struct CellValidation {
  std::vector<PieceChoice> options;
  std::vector<Vector<double>> excess;
};

/// Every choice in every cell on `noisy` (other rows than the fit's). A cell where none of them fall has one option:
/// degree 1 where there is a fit.
template <RealScalar T>
std::vector<CellValidation> validate_cells(const std::vector<CellFit<T>>& cells, const Clustering<T>& clustering,
                                           const NoisyRows<T>& noisy);

/// The validation of one structure. `excess(i)` is row i's mean over its copies of |p|^2 - 2 <p, y>, that is the
/// denoising loss minus |y|^2, which no choice changes and which carries most of the variance (d/sigma_t^2); pairs +-z
/// take out the rest of the 1/sigma_t noise wherever p is linear across the pair.
template <RealScalar T>
struct Validation {
  std::vector<PieceChoice> choices;
  Vector<double> excess;
};

/// Chooses for every cell the degree and the region with the smallest loss on `noisy` (other rows than the fit's), and
/// among those within `simpler_within` standard errors (of the paired difference, over rows) the one of lowest degree.
template <RealScalar T>
Validation<T> choose_pieces(const std::vector<CellFit<T>>& cells, const Clustering<T>& clustering,
                            const NoisyRows<T>& noisy, const PieceOptions& options);

/// Mean and standard error of the paired difference a - b.
struct PairedDifference {
  double mean = 0;
  double standard_error = 0;
};
PairedDifference paired_difference(const Vector<double>& a, const Vector<double>& b);

extern template struct CellFit<double>;
extern template struct CellFit<Real50>;
extern template Clustering<double> clustering_at(const CellStructure<double>&, const double&);
extern template Clustering<Real50> clustering_at(const CellStructure<Real50>&, const Real50&);
extern template std::vector<CellFit<double>> fit_cells(const Matrix<double>&, const Clustering<double>&,
                                                       const NoisyRows<double>&, const PieceOptions&);
extern template std::vector<CellFit<Real50>> fit_cells(const Matrix<Real50>&, const Clustering<Real50>&,
                                                       const NoisyRows<Real50>&, const PieceOptions&);
extern template std::vector<CellValidation> validate_cells(const std::vector<CellFit<double>>&,
                                                           const Clustering<double>&, const NoisyRows<double>&);
extern template std::vector<CellValidation> validate_cells(const std::vector<CellFit<Real50>>&,
                                                           const Clustering<Real50>&, const NoisyRows<Real50>&);
extern template Validation<double> choose_pieces(const std::vector<CellFit<double>>&, const Clustering<double>&,
                                                 const NoisyRows<double>&, const PieceOptions&);
extern template Validation<Real50> choose_pieces(const std::vector<CellFit<Real50>>&, const Clustering<Real50>&,
                                                 const NoisyRows<Real50>&, const PieceOptions&);

}  // namespace verimix

// The denoising objective ([CKS25] (7), (63), (64)) and its least-squares minimiser over polynomials in one cell.
#pragma once

#include <cstdint>
#include <vector>

#include "verimix/regress/gram.hpp"

namespace verimix {

/// Noised copies of data rows: x_t = e^{-t} x_0 +- sigma_t z, and the regression targets -(+-z)/sigma_t, whose
/// conditional mean given x_t is the score of q_t. Both are d x (2 m n): column 2 (m i + r) is row i with its r-th draw
/// +z, the next column the same with -z.
template <RealScalar T>
struct NoisyRows {
  Matrix<T> points;
  Matrix<T> targets;
  /// 2 m, the columns of one row.
  Index copies = 0;
  /// d x n: e^{-t} x_0; and sigma_t.
  Matrix<T> centres;
  T sigma = T(0);
};

/// `rows` is d x n; `identities[i]` is the number of row i in the whole data set: it draws from the stream (seed,
/// denoising_noise, identities[i], level) and no other, whichever subset it stands in. Draws are made in double and
/// converted, so that every scalar sees the same. Why pairs +-z: proofs-notes/regress/denoising_fit.md. Domain: t > 0,
/// pairs m >= 1.
template <RealScalar T>
NoisyRows<T> noisy_rows(const Matrix<T>& rows, const std::vector<Index>& identities, const T& time, Index pairs,
                        std::uint64_t seed, std::uint64_t level);

/// Where the minimisers of all degrees came from: Cholesky of sums from moments, of sums of products, or QR of the
/// rows.
enum class FitMethod { none, moments, cholesky, qr };

/// For each degree l = 0, ..., the d x basis_size(d, l) coefficients of the polynomial p of degree l that minimises
/// sum_i |p(x_i) - y_i|^2. May be shorter than the basis allows: degrees whose polynomials the points cannot tell apart
/// are left out.
template <RealScalar T>
struct DenoisingFit {
  std::vector<Matrix<T>> coefficients;
  FitMethod method = FitMethod::none;
  /// An estimate of 1/cond_1 of the Gram matrix of the largest degree that was kept.
  double reciprocal_condition = 0;
};

/// The minimisers of all degrees from blocks of points, by the quickest way that is accurate enough. All degrees come
/// from one Gram matrix G = L L^T: with y = L^{-1} b, the minimiser of degree l is L_l^{-T} y_l for the leading blocks,
/// since the factor of a leading block is the leading block of the factor. The ways, in their order:
///   moments   G from Hermite moments, where that is quicker and the reciprocal condition of G is above their
///             amplification R (regress/hermite_moments.hpp) times sqrt(unit roundoff), which leaves the digits that
///             sums of products leave at sqrt(unit roundoff);
///   cholesky  G from products of features, where its estimated reciprocal condition is above sqrt(unit roundoff);
///   qr        the same read off the R and Q^T y of a Householder QR of the design matrix, whose condition is the root.
/// A degree is dropped once one of its columns has, after projection on the earlier ones, less left than rounding:
/// (points + size) unit roundoffs of its squared norm with Cholesky, of its norm with QR. Features and sums:
/// regress/gram.hpp. Use: while not done, take the parts of all blocks, in their order.
template <RealScalar T>
class StagedFit {
 public:
  /// `count` points in `blocks` blocks of about one size, targets of `outputs` numbers.
  /// Domain: blocks >= 1, outputs >= 1.
  StagedFit(const HermiteBasis<T>& basis, Index count, Index outputs, Index blocks);

  bool done() const { return way_ == FitMethod::none; }
  /// What the present way needs of one block: (p + q) x (p + q). Domain: not done.
  Matrix<T> part(const Observations<T>& block) const;
  /// The same of a block without points: 0.
  Matrix<T> empty_part() const;
  /// Joins the parts of all blocks; done, or on to the next way. Domain: not done, a part at least.
  void take(const std::vector<const Matrix<T>*>& parts);
  /// Method none if no way made one. Domain: done.
  const DenoisingFit<T>& fit() const;

 private:
  HermiteBasis<T> basis_;
  Index count_, outputs_;
  FitMethod way_;
  DenoisingFit<T> fit_;
};

/// The same with one block.
template <RealScalar T>
DenoisingFit<T> fit_all_degrees(const HermiteBasis<T>& basis, const Observations<T>& observed);

/// The same for `points` and `targets` (d x n and q x n, n >= 1) of weight 1.
template <RealScalar T>
DenoisingFit<T> fit_all_degrees(const HermiteBasis<T>& basis, const Matrix<T>& points, const Matrix<T>& targets);

/// The minimisers from sums S (augmented_gram) of `count` points by Cholesky alone; method none where S has no
/// Cholesky factor or is worse conditioned than Cholesky is used for. `amplification` >= 1: how many times the rounding
/// of augmented_gram S may have.
template <RealScalar T>
DenoisingFit<T> solve_by_cholesky(const HermiteBasis<T>& basis, const Matrix<T>& sums, Index count,
                                  const T& amplification = T(1));

/// The minimisers from the triangular factor of the design matrix (augmented_factor) of `count` points.
template <RealScalar T>
DenoisingFit<T> solve_by_qr(const HermiteBasis<T>& basis, const Matrix<T>& factor, Index count);

/// (1/n) sum_i |predictions_i - targets_i|^2 over the columns: the empirical denoising loss L_t.
template <RealScalar T>
T denoising_loss(const Matrix<T>& predictions, const Matrix<T>& targets);

extern template NoisyRows<double> noisy_rows(const Matrix<double>&, const std::vector<Index>&, const double&, Index,
                                             std::uint64_t, std::uint64_t);
extern template NoisyRows<Real50> noisy_rows(const Matrix<Real50>&, const std::vector<Index>&, const Real50&, Index,
                                             std::uint64_t, std::uint64_t);
extern template class StagedFit<double>;
extern template class StagedFit<Real50>;
extern template DenoisingFit<double> fit_all_degrees(const HermiteBasis<double>&, const Observations<double>&);
extern template DenoisingFit<Real50> fit_all_degrees(const HermiteBasis<Real50>&, const Observations<Real50>&);
extern template DenoisingFit<double> solve_by_cholesky(const HermiteBasis<double>&, const Matrix<double>&, Index,
                                                       const double&);
extern template DenoisingFit<Real50> solve_by_cholesky(const HermiteBasis<Real50>&, const Matrix<Real50>&, Index,
                                                       const Real50&);
extern template DenoisingFit<double> solve_by_qr(const HermiteBasis<double>&, const Matrix<double>&, Index);
extern template DenoisingFit<Real50> solve_by_qr(const HermiteBasis<Real50>&, const Matrix<Real50>&, Index);
extern template DenoisingFit<double> fit_all_degrees(const HermiteBasis<double>&, const Matrix<double>&,
                                                     const Matrix<double>&);
extern template DenoisingFit<Real50> fit_all_degrees(const HermiteBasis<Real50>&, const Matrix<Real50>&,
                                                     const Matrix<Real50>&);
extern template double denoising_loss(const Matrix<double>&, const Matrix<double>&);
extern template Real50 denoising_loss(const Matrix<Real50>&, const Matrix<Real50>&);

}  // namespace verimix

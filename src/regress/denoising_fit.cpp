#include "verimix/regress/denoising_fit.hpp"

#include <algorithm>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/random.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

namespace verimix {
namespace {

// Columns evaluated and accumulated together, so that the features are still in cache when the Gram matrix takes them.
constexpr Index block = 512;

template <class T>
struct NormalEquations {
  Matrix<T> gram;
  Matrix<T> moments;
};

template <class T>
NormalEquations<T> normal_equations(const HermiteBasis<T>& basis, const Matrix<T>& points, const Matrix<T>& targets) {
  NormalEquations<T> sums{Matrix<T>::Constant(basis.size(), basis.size(), T(0)),
                          Matrix<T>::Constant(basis.size(), targets.rows(), T(0))};
  for (Index begin = 0; begin < points.cols(); begin += block) {
    const Index count = std::min(block, points.cols() - begin);
    const Matrix<T> features = basis.values(points.middleCols(begin, count));
    sums.gram.template selfadjointView<Eigen::Lower>().rankUpdate(features);
    sums.moments.noalias() += features * targets.middleCols(begin, count).transpose();
  }
  return sums;
}

// The largest degree whose polynomials all have something left after projection on the earlier ones; -1 if none has.
// `left(j)` and `norm(j)` are squared norms of column j after and before projection, and `floor` the share that is
// rounding.
template <class T>
int usable_degree(const HermiteBasis<T>& basis, const Vector<T>& left, const Vector<T>& norm, Index columns,
                  const T& floor) {
  int degree = -1;
  for (int l = 0; l <= basis.degree(); ++l) {
    const Index size = basis_size(basis.dimension(), l);
    if (size > columns) return degree;
    for (Index j = 0; j < size; ++j)
      if (!(left(j) > floor * norm(j))) return degree;
    degree = l;
  }
  return degree;
}

// (columns + size) unit roundoffs: what a sum of that many terms, or a reflection of that length, may lose.
template <class T>
T rounding_share(const HermiteBasis<T>& basis, Index columns) {
  return T(static_cast<double>(columns + basis.size())) * std::numeric_limits<T>::epsilon();
}

// Back substitution on every leading block of an upper triangular R.
template <class T>
std::vector<Matrix<T>> leading_solutions(const HermiteBasis<T>& basis, const Matrix<T>& upper, const Matrix<T>& rhs,
                                         int degree) {
  std::vector<Matrix<T>> out;
  for (int l = 0; l <= degree; ++l) {
    const Index size = basis_size(basis.dimension(), l);
    const Matrix<T> solution =
        upper.topLeftCorner(size, size).template triangularView<Eigen::Upper>().solve(rhs.topRows(size));
    out.push_back(solution.transpose());
  }
  return out;
}

template <class T>
DenoisingFit<T> fit_by_qr(const HermiteBasis<T>& basis, const Matrix<T>& points, const Matrix<T>& targets) {
  DenoisingFit<T> fit;
  const Matrix<T> design = basis.values(points).transpose();
  const Eigen::HouseholderQR<Matrix<T>> qr(design);
  const Index rank = std::min(design.rows(), design.cols());
  const Matrix<T> upper = qr.matrixQR().topRows(rank).template triangularView<Eigen::Upper>();
  Vector<T> left = Vector<T>::Constant(basis.size(), T(0));
  left.head(rank) = upper.diagonal().cwiseAbs2();
  const Vector<T> norm = design.colwise().squaredNorm().transpose();
  // R holds norms, not their squares, so the share that is rounding is squared.
  const T share = rounding_share(basis, points.cols());
  const int degree = usable_degree<T>(basis, left, norm, points.cols(), T(share * share));
  if (degree < 0) return fit;
  const Matrix<T> rotated = qr.householderQ().adjoint() * targets.transpose();
  fit.coefficients = leading_solutions<T>(basis, upper, rotated, degree);
  fit.method = FitMethod::qr;
  const Index size = basis_size(basis.dimension(), degree);
  const auto diagonal = left.head(size);
  fit.reciprocal_condition = static_cast<double>(T(diagonal.minCoeff() / diagonal.maxCoeff()));
  return fit;
}

}  // namespace

template <RealScalar T>
NoisyRows<T> noisy_rows(const Matrix<T>& rows, const std::vector<Index>& identities, const T& time, Index pairs,
                        std::uint64_t seed, std::uint64_t level) {
  require_invariant(static_cast<Index>(identities.size()) == rows.cols() && pairs >= 1 && time > T(0),
                    "noise needs a positive time, a pair at least, and the identity of every row");
  const T signal = signal_scale(time);
  const T sigma = sqrt(noise_variance(time));
  NoisyRows<T> out;
  out.copies = 2 * pairs;
  out.points.resize(rows.rows(), rows.cols() * out.copies);
  out.targets.resize(rows.rows(), rows.cols() * out.copies);
  for (Index i = 0; i < rows.cols(); ++i) {
    Stream stream(seed, Purpose::denoising_noise, static_cast<std::uint64_t>(identities[static_cast<std::size_t>(i)]),
                  level);
    for (Index r = 0; r < pairs; ++r) {
      const Index column = 2 * (pairs * i + r);
      for (Index j = 0; j < rows.rows(); ++j) {
        const T z(stream.normal());
        const T centre = signal * rows(j, i);
        out.points(j, column) = centre + sigma * z;
        out.points(j, column + 1) = centre - sigma * z;
        out.targets(j, column) = -z / sigma;
        out.targets(j, column + 1) = z / sigma;
      }
    }
  }
  return out;
}

template <RealScalar T>
DenoisingFit<T> fit_all_degrees(const HermiteBasis<T>& basis, const Matrix<T>& points, const Matrix<T>& targets) {
  require_invariant(points.cols() >= 1 && points.cols() == targets.cols(), "a fit has a target for each of its points");
  const NormalEquations<T> sums = normal_equations(basis, points, targets);
  const Eigen::LLT<Matrix<T>> factor(sums.gram);
  if (factor.info() != Eigen::Success) return fit_by_qr(basis, points, targets);
  const T reciprocal_condition = factor.rcond();
  if (!(reciprocal_condition > sqrt(std::numeric_limits<T>::epsilon()))) return fit_by_qr(basis, points, targets);
  const Matrix<T> lower = factor.matrixL();
  const int degree = usable_degree<T>(basis, lower.diagonal().cwiseAbs2(), sums.gram.diagonal(), points.cols(),
                                      rounding_share(basis, points.cols()));
  DenoisingFit<T> fit;
  if (degree < 0) return fit;
  const Matrix<T> upper = lower.transpose();
  const Matrix<T> reduced = lower.template triangularView<Eigen::Lower>().solve(sums.moments);
  fit.coefficients = leading_solutions<T>(basis, upper, reduced, degree);
  fit.method = FitMethod::cholesky;
  fit.reciprocal_condition = static_cast<double>(reciprocal_condition);
  return fit;
}

template <RealScalar T>
T denoising_loss(const Matrix<T>& predictions, const Matrix<T>& targets) {
  require_invariant(predictions.cols() == targets.cols() && targets.cols() >= 1,
                    "a loss compares a prediction with each target");
  return (predictions - targets).squaredNorm() / T(static_cast<double>(targets.cols()));
}

template NoisyRows<double> noisy_rows(const Matrix<double>&, const std::vector<Index>&, const double&, Index,
                                      std::uint64_t, std::uint64_t);
template NoisyRows<Real50> noisy_rows(const Matrix<Real50>&, const std::vector<Index>&, const Real50&, Index,
                                      std::uint64_t, std::uint64_t);
template DenoisingFit<double> fit_all_degrees(const HermiteBasis<double>&, const Matrix<double>&,
                                              const Matrix<double>&);
template DenoisingFit<Real50> fit_all_degrees(const HermiteBasis<Real50>&, const Matrix<Real50>&,
                                              const Matrix<Real50>&);
template double denoising_loss(const Matrix<double>&, const Matrix<double>&);
template Real50 denoising_loss(const Matrix<Real50>&, const Matrix<Real50>&);

}  // namespace verimix

#include "verimix/regress/denoising_fit.hpp"

#include <algorithm>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/random.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/regress/hermite_moments.hpp"

namespace verimix {
namespace {

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

// The minimiser of every degree up to `degree`; `solve(size)` is the back substitution on the leading block of a size.
template <class T, class Solve>
std::vector<Matrix<T>> leading_solutions(const HermiteBasis<T>& basis, int degree, const Solve& solve) {
  std::vector<Matrix<T>> out;
  for (int l = 0; l <= degree; ++l) {
    const Matrix<T> solution = solve(basis_size(basis.dimension(), l));
    out.push_back(solution.transpose());
  }
  return out;
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
  out.centres = signal * rows;
  out.sigma = sigma;
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
DenoisingFit<T> solve_by_cholesky(const HermiteBasis<T>& basis, const Matrix<T>& sums, Index count,
                                  const T& amplification) {
  const Index size = basis.size(), outputs = sums.cols() - size;
  Eigen::LLT<Matrix<T>> factor(size);
  {
    const Matrix<T> gram = sums.topLeftCorner(size, size);
    factor.compute(gram);
  }
  DenoisingFit<T> fit;
  if (factor.info() != Eigen::Success) return fit;
  const T reciprocal_condition = factor.rcond();
  if (!(reciprocal_condition > amplification * sqrt(std::numeric_limits<T>::epsilon()))) return fit;
  const Matrix<T>& lower = factor.matrixLLT();
  const int degree = usable_degree<T>(basis, lower.diagonal().cwiseAbs2(), sums.diagonal().head(size), count,
                                      T(amplification * rounding_share(basis, count)));
  if (degree < 0) return fit;
  const Matrix<T> moments = sums.bottomLeftCorner(outputs, size).transpose();
  const Matrix<T> reduced = lower.template triangularView<Eigen::Lower>().solve(moments);
  fit.coefficients = leading_solutions<T>(basis, degree, [&](Index leading) {
    return Matrix<T>(lower.topLeftCorner(leading, leading)
                         .template triangularView<Eigen::Lower>()
                         .transpose()
                         .solve(reduced.topRows(leading)));
  });
  fit.method = FitMethod::cholesky;
  fit.reciprocal_condition = static_cast<double>(reciprocal_condition);
  return fit;
}

template <RealScalar T>
DenoisingFit<T> solve_by_qr(const HermiteBasis<T>& basis, const Matrix<T>& factor, Index count) {
  DenoisingFit<T> fit;
  const Index size = basis.size(), outputs = factor.cols() - size;
  const auto upper = factor.topLeftCorner(size, size);
  const Vector<T> left = upper.diagonal().cwiseAbs2();
  const Vector<T> norm = upper.colwise().squaredNorm().transpose();
  // R holds norms, not their squares, so the share that is rounding is squared.
  const T share = rounding_share(basis, count);
  const int degree = usable_degree<T>(basis, left, norm, count, T(share * share));
  if (degree < 0) return fit;
  const Matrix<T> rotated = factor.topRightCorner(size, outputs);
  fit.coefficients = leading_solutions<T>(basis, degree, [&](Index leading) {
    return Matrix<T>(
        factor.topLeftCorner(leading, leading).template triangularView<Eigen::Upper>().solve(rotated.topRows(leading)));
  });
  fit.method = FitMethod::qr;
  const auto diagonal = left.head(basis_size(basis.dimension(), degree));
  fit.reciprocal_condition = static_cast<double>(T(diagonal.minCoeff() / diagonal.maxCoeff()));
  return fit;
}

template <RealScalar T>
StagedFit<T>::StagedFit(const HermiteBasis<T>& basis, Index count, Index outputs, Index blocks)
    : basis_(basis), count_(count), outputs_(outputs) {
  require_invariant(blocks >= 1 && outputs >= 1, "a fit has points and something to fit");
  // Moments are made and turned into sums a block at a time.
  way_ =
      moments_are_quicker(basis.dimension(), basis.degree(), count / blocks) ? FitMethod::moments : FitMethod::cholesky;
}

template <RealScalar T>
Matrix<T> StagedFit<T>::part(const Observations<T>& block) const {
  require_invariant(!done(), "a fit that is done needs no more parts");
  if (way_ == FitMethod::moments) return gram_by_moments(basis_, block).sums;
  return way_ == FitMethod::cholesky ? augmented_gram(basis_, block) : augmented_factor(basis_, block);
}

template <RealScalar T>
Matrix<T> StagedFit<T>::empty_part() const {
  const Index size = basis_.size() + outputs_;
  return Matrix<T>::Constant(size, size, T(0));
}

template <RealScalar T>
void StagedFit<T>::take(const std::vector<const Matrix<T>*>& parts) {
  require_invariant(!done() && !parts.empty(), "a fit is made of parts");
  Matrix<T> joined = *parts.front();
  for (std::size_t b = 1; b < parts.size(); ++b)
    joined = way_ == FitMethod::qr ? joined_factor(joined, *parts[b]) : Matrix<T>(joined + *parts[b]);
  if (way_ == FitMethod::qr) {
    fit_ = solve_by_qr(basis_, joined, count_);
    way_ = FitMethod::none;
    return;
  }
  const bool by_moments = way_ == FitMethod::moments;
  const T amplification = by_moments ? moment_amplification<T>(basis_, joined.diagonal().head(basis_.size())) : T(1);
  fit_ = solve_by_cholesky(basis_, joined, count_, amplification);
  if (fit_.method == FitMethod::none) {
    way_ = by_moments ? FitMethod::cholesky : FitMethod::qr;
    return;
  }
  fit_.method = way_;
  way_ = FitMethod::none;
}

template <RealScalar T>
const DenoisingFit<T>& StagedFit<T>::fit() const {
  require_invariant(done(), "a fit is done when its parts were taken");
  return fit_;
}

template <RealScalar T>
DenoisingFit<T> fit_all_degrees(const HermiteBasis<T>& basis, const Observations<T>& observed) {
  StagedFit<T> staged(basis, observed.count, observed.outputs, 1);
  while (!staged.done()) {
    const Matrix<T> part = staged.part(observed);
    staged.take({&part});
  }
  return staged.fit();
}

template <RealScalar T>
DenoisingFit<T> fit_all_degrees(const HermiteBasis<T>& basis, const Matrix<T>& points, const Matrix<T>& targets) {
  return fit_all_degrees(basis, observations(points, targets));
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
template DenoisingFit<double> solve_by_cholesky(const HermiteBasis<double>&, const Matrix<double>&, Index,
                                                const double&);
template DenoisingFit<Real50> solve_by_cholesky(const HermiteBasis<Real50>&, const Matrix<Real50>&, Index,
                                                const Real50&);
template DenoisingFit<double> solve_by_qr(const HermiteBasis<double>&, const Matrix<double>&, Index);
template DenoisingFit<Real50> solve_by_qr(const HermiteBasis<Real50>&, const Matrix<Real50>&, Index);
template class StagedFit<double>;
template class StagedFit<Real50>;
template DenoisingFit<double> fit_all_degrees(const HermiteBasis<double>&, const Observations<double>&);
template DenoisingFit<Real50> fit_all_degrees(const HermiteBasis<Real50>&, const Observations<Real50>&);
template DenoisingFit<double> fit_all_degrees(const HermiteBasis<double>&, const Matrix<double>&,
                                              const Matrix<double>&);
template DenoisingFit<Real50> fit_all_degrees(const HermiteBasis<Real50>&, const Matrix<Real50>&,
                                              const Matrix<Real50>&);
template double denoising_loss(const Matrix<double>&, const Matrix<double>&);
template Real50 denoising_loss(const Matrix<Real50>&, const Matrix<Real50>&);

}  // namespace verimix

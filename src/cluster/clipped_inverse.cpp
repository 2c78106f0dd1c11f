#include "verimix/cluster/clipped_inverse.hpp"

#include <string>

#include "ball_eigen.hpp"
#include "verimix/core/cholesky.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

// Q', Khat and log det Q' for a Q' within `off` of X in Frobenius norm, both at least half Id: |X^{-1} - Q'^{-1}|_F <=
// off/half^2, and the gradient of log det is at most sqrt(d)/half between them.
ClippedInverse<Ball> enclosed(const Matrix<Ball>& x, const Ball& off, const Ball& half) {
  const Cholesky<Ball> factor = cholesky(x);
  if (factor.positive_definite != Truth::yes)
    throw UndecidedError("a clipped covariance cannot be told from a singular one at this precision");
  const Matrix<Ball> inverse_factor = lower_inverse(factor.lower);
  ClippedInverse<Ball> out{x, inverse_factor.transpose() * inverse_factor, log_determinant(factor)};
  if (arb_is_zero(off.data()) != 0) return out;
  for (Ball& entry : out.covariance.reshaped()) entry = widened(entry, off);
  for (Ball& entry : out.inverse.reshaped()) entry = widened(entry, off / (half * half));
  out.log_determinant = widened(out.log_determinant, sqrt(Ball(x.rows())) * off / half);
  return out;
}

}  // namespace

template <Scalar T>
ClippedInverse<T> clipped_inverse(const Matrix<T>& estimate, const T& alpha) {
  if (!is_finite(alpha) || alpha <= T(0)) throw InputError("", "alpha", to_text(alpha), "a finite number > 0");
  if (estimate.rows() < 1 || estimate.rows() != estimate.cols()) {
    throw InputError("", "covariance", std::to_string(estimate.rows()) + " x " + std::to_string(estimate.cols()),
                     "a square matrix");
  }
  const Matrix<T> symmetric = estimate.template selfadjointView<Eigen::Lower>();
  const Eigen::SelfAdjointEigenSolver<Matrix<T>> solver(symmetric);
  if (solver.info() != Eigen::Success)
    throw UndecidedError("the symmetric eigenvalue iteration did not converge; raise the precision");
  const Vector<T> raised = solver.eigenvalues().cwiseMax(alpha / T(2));
  const auto rebuilt = [&](const Vector<T>& spectrum) -> Matrix<T> {
    const Matrix<T> product = solver.eigenvectors() * spectrum.asDiagonal() * solver.eigenvectors().transpose();
    return (product + product.transpose()) / T(2);
  };
  ClippedInverse<T> out;
  out.covariance = raised == solver.eigenvalues() ? symmetric : rebuilt(raised);
  out.inverse = rebuilt(raised.cwiseInverse());
  out.log_determinant = T(0);
  for (Index r = 0; r < raised.size(); ++r) out.log_determinant += log(raised(r));
  return out;
}

template <>
ClippedInverse<Ball> clipped_inverse(const Matrix<Ball>& estimate, const Ball& alpha) {
  if (estimate.rows() < 1 || estimate.rows() != estimate.cols()) {
    throw InputError("", "covariance", std::to_string(estimate.rows()) + " x " + std::to_string(estimate.cols()),
                     "a square matrix");
  }
  const Truth positive = less(Ball(0), alpha);
  if (positive == Truth::no) throw InputError("", "alpha", to_text(approximate(alpha)), "a finite number > 0");
  if (positive == Truth::unknown) throw UndecidedError("alpha cannot be told from 0 at this precision");
  const Matrix<Ball> symmetric = estimate.template selfadjointView<Eigen::Lower>();
  const Ball half = alpha / Ball(2);
  Matrix<Ball> above = symmetric;
  for (Index r = 0; r < above.rows(); ++r) above(r, r) -= half;
  if (cholesky(above).positive_definite == Truth::yes) return enclosed(symmetric, Ball(0), half);
  // Q' is the point of {X >= half Id} nearest to Qhat. With P, N >= 0 and Qhat = (half Id + P) - N + R, the point X =
  // half Id + P is at most |R|_F + sqrt(<N, P>) away from it (proofs-notes/cluster/clipped_inverse.md).
  const GuessedEigen guess = guessed_eigen(symmetric);
  Vector<Ball> over(guess.values.size()), under(guess.values.size());
  for (Index r = 0; r < over.size(); ++r) {
    const Ball excess = guess.values(r) - half;
    const Ball lack = -excess;
    arb_max(over(r).data(), excess.data(), Ball(0).data(), BallPrecision::bits());
    arb_max(under(r).data(), lack.data(), Ball(0).data(), BallPrecision::bits());
  }
  const Matrix<Ball>& v = guess.vectors;
  const Matrix<Ball> p = v * over.asDiagonal() * v.transpose();
  const Matrix<Ball> n = v * under.asDiagonal() * v.transpose();
  // <N, P> = sum over r, s of under_r over_s <v_r, v_s>^2.
  const Matrix<Ball> gram = v.transpose() * v;
  Ball overlap = 0;
  for (Index r = 0; r < gram.rows(); ++r)
    for (Index s = 0; s < gram.cols(); ++s) overlap += under(r) * over(s) * gram(r, s) * gram(r, s);
  arb_sqrtpos(overlap.data(), overlap.data(), BallPrecision::bits());
  const Ball off = frobenius_norm(above - p + n) + overlap;
  Matrix<Ball> nearest = p;
  for (Index r = 0; r < nearest.rows(); ++r) nearest(r, r) += half;
  return enclosed(nearest, off, half);
}

template <Scalar T>
T clipped_covariance_error_upper(const T& upsilon) {
  return upsilon;
}

template <Scalar T>
T clipped_inverse_error_upper(const T& upsilon, const T& alpha) {
  return 2 * upsilon / (alpha * alpha);
}

template ClippedInverse<double> clipped_inverse(const Matrix<double>&, const double&);
template ClippedInverse<Real50> clipped_inverse(const Matrix<Real50>&, const Real50&);
template ClippedInverse<Real100> clipped_inverse(const Matrix<Real100>&, const Real100&);
template double clipped_covariance_error_upper(const double&);
template Real50 clipped_covariance_error_upper(const Real50&);
template Real100 clipped_covariance_error_upper(const Real100&);
template Ball clipped_covariance_error_upper(const Ball&);
template double clipped_inverse_error_upper(const double&, const double&);
template Real50 clipped_inverse_error_upper(const Real50&, const Real50&);
template Real100 clipped_inverse_error_upper(const Real100&, const Real100&);
template Ball clipped_inverse_error_upper(const Ball&, const Ball&);

}  // namespace verimix

#include "verimix/distance/gaussian.hpp"

#include <Eigen/SVD>
#include <boost/math/special_functions/erf.hpp>

#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif

#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

template <RealScalar T>
T error_function(const T& x) {
  return boost::math::erf(x);
}
Ball error_function(const Ball& x) {
  Ball y;
  arb_hypgeom_erf(y.data(), x.data(), BallPrecision::bits());
  return y;
}

template <Scalar T>
Cholesky<T> factor_of(const Matrix<T>& covariance) {
  Cholesky<T> factor = cholesky(covariance);
  if (factor.positive_definite == Truth::no)
    throw InputError("", "covariance", "pivot " + std::to_string(factor.failing_pivot), "a positive definite matrix");
  if (factor.positive_definite == Truth::unknown)
    throw UndecidedError("covariance: pivot " + std::to_string(factor.failing_pivot) +
                         " may be 0 at this precision: raise the precision");
  return factor;
}

template <Scalar T>
void require_same_dimension(const Gaussian<T>& p, const Gaussian<T>& q) {
  if (p.mean.size() != q.mean.size())
    throw InputError("", "dimension", std::to_string(q.mean.size()), "the dimension " + std::to_string(p.mean.size()));
}

// Sum of the squares of all entries, by a loop since Eigen's norms compare, which Ball does not do.
template <Scalar T>
T sum_of_squares(const Matrix<T>& a) {
  T sum(0);
  for (Index j = 0; j < a.cols(); ++j)
    for (Index i = 0; i < a.rows(); ++i) sum += a(i, j) * a(i, j);
  return sum;
}

template <Scalar T>
T trace(const Matrix<T>& a) {
  T sum(0);
  for (Index i = 0; i < a.rows(); ++i) sum += a(i, i);
  return sum;
}

// |A|_*, the sum of the singular values. Domain: A square.
template <RealScalar T>
T nuclear_norm(const Matrix<T>& a) {
  return Eigen::JacobiSVD<Matrix<T>, Eigen::NoQRPreconditioner>(a).singularValues().sum();
}

Matrix<Ball> midpoints(const Matrix<Ball>& a) {
  return a.unaryExpr([](const Ball& x) {
    Ball middle;
    arb_get_mid_arb(middle.data(), x.data());
    return middle;
  });
}

// |A|_F of a matrix that may be 0: its square may lose its sign to rounding.
Ball frobenius_norm(const Matrix<Ball>& a) {
  Ball norm;
  arb_nonnegative_part(norm.data(), sum_of_squares(a).data());
  arb_sqrtpos(norm.data(), norm.data(), BallPrecision::bits());
  return norm;
}

// U^T U - Id.
Matrix<Ball> orthogonality_defect(const Matrix<Ball>& u) {
  Matrix<Ball> defect = u.transpose() * u;
  for (Index i = 0; i < u.cols(); ++i) defect(i, i) -= 1;
  return defect;
}

// Near the orthogonal factor of the polar decomposition of a, by U <- U (3 Id - U^T U)/2 on exact midpoints; nothing
// rests on its convergence.
Matrix<Ball> nearly_orthogonal_factor(const Matrix<Ball>& a) {
  constexpr int most_steps = 1000;
  constexpr double halfway = 0.5;
  const Ball small = exp(Ball(-BallPrecision::bits()) * log(Ball(2)) * 3 / 4);
  Matrix<Ball> u = midpoints(Matrix<Ball>(a / sqrt(sum_of_squares(a))));
  for (int step = 0; step < most_steps; ++step) {
    const Matrix<Ball> defect = orthogonality_defect(u);
    const Matrix<Ball> half_step = u * defect * Ball(-halfway);
    u = midpoints(Matrix<Ball>(u + half_step));
    if (less(sum_of_squares(defect), small * small) == Truth::yes) break;
  }
  return u;
}

// tr(U^T A)/|U|_op <= |A|_* <= (tr M + |L^{-1} A|_F^2)/2 for every U and every M = L L^T > 0; both are equalities up to
// the square of the error where A = U P is the polar decomposition and M = A U^T.
Ball nuclear_norm(const Matrix<Ball>& a) {
  if (a.rows() == 1) return abs(a(0, 0));
  if (a.rows() == 2) return sqrt(sum_of_squares(a) + 2 * abs(a(0, 0) * a(1, 1) - a(0, 1) * a(1, 0)));
  const Matrix<Ball> u = nearly_orthogonal_factor(a);
  const Ball stretch = sqrt(1 + frobenius_norm(orthogonality_defect(u)));
  const Ball lower = trace(Matrix<Ball>(u.transpose() * a)) / stretch;
  const Matrix<Ball> product = a * u.transpose();
  const Matrix<Ball> m = midpoints(Matrix<Ball>((product + product.transpose()) / Ball(2)));
  const Ball upper = (trace(m) + sum_of_squares(Matrix<Ball>(lower_inverse(factor_of(m).lower) * a))) / 2;
  return hull(lower, upper);
}

// erf((b - m)/sqrt(2 v)) - erf((a - m)/sqrt(2 v)), twice the mass of N(m, v) between a and b.
template <Scalar T>
T twice_the_mass(const T& a, const T& b, const T& mean, const T& variance) {
  const T scale = sqrt(T(2) * variance);
  return error_function(T((b - mean) / scale)) - error_function(T((a - mean) / scale));
}

// TV of N(0, v) and N(m, w) for v > w, m >= 0. log p - log q is positive outside [a, b] and negative inside; a and b
// are the roots of (v - w) y^2 - 2 m v y + c = 0, whose quarter discriminant v w (m^2 + (v - w) log(v/w)) has no
// cancellation.
template <Scalar T>
T tv_of_wider_and_narrower(const T& v, const T& m, const T& w) {
  const T log_ratio = log1p((v - w) / w);
  const T far_numerator = m * v + sqrt(v * w * (m * m + (v - w) * log_ratio));
  const T b = far_numerator / (v - w);
  const T a = v * (m * m - w * log_ratio) / far_numerator;
  return (twice_the_mass(a, b, m, w) - twice_the_mass(a, b, T(0), v)) / T(2);
}

template <Scalar T>
T tv_of_shift(const T& standardised) {
  return error_function(T(standardised / (T(2) * sqrt(T(2)))));
}

// The value, known up to an error of that size; floating point keeps no errors.
Ball with_error(const Ball& value, const Ball& bound) { return widened(value, bound); }
template <RealScalar T>
T with_error(const T& value, const T&) {
  return value;
}

}  // namespace

template <Scalar T>
Gaussian<T> component(const Mixture<T>& mixture, Index i) {
  return {mixture.means.col(i), mixture.covariances[static_cast<std::size_t>(i)]};
}

template <Scalar T>
T kl(const Gaussian<T>& p, const Gaussian<T>& q) {
  require_same_dimension(p, q);
  const Cholesky<T> factor_p = factor_of(p.covariance);
  const Cholesky<T> factor_q = factor_of(q.covariance);
  const Matrix<T> whitening = lower_inverse(factor_q.lower);
  const Matrix<T> shape = whitening * factor_p.lower;
  const Matrix<T> shift = whitening * (p.mean - q.mean);
  const T trace_term = sum_of_squares(shape) - T(static_cast<int>(p.mean.size()));
  return (trace_term + sum_of_squares(shift) + log_determinant(factor_q) - log_determinant(factor_p)) / T(2);
}

template <Scalar T>
T hellinger2(const Gaussian<T>& p, const Gaussian<T>& q) {
  require_same_dimension(p, q);
  const Matrix<T> average = (p.covariance + q.covariance) / T(2);
  const Cholesky<T> factor_average = factor_of(average);
  const Matrix<T> shift = lower_inverse(factor_average.lower) * (p.mean - q.mean);
  const T log_determinants = log_determinant(factor_of(p.covariance)) + log_determinant(factor_of(q.covariance));
  const T log_affinity =
      log_determinants / T(4) - log_determinant(factor_average) / T(2) - sum_of_squares(shift) / T(8);
  return -expm1(log_affinity);
}

template <Scalar T>
T fisher(const Gaussian<T>& p, const Gaussian<T>& q) {
  require_same_dimension(p, q);
  const Matrix<T> lower_p = factor_of(p.covariance).lower;
  const Matrix<T> whitening_q = lower_inverse(factor_of(q.covariance).lower);
  const Matrix<T> precision_q = whitening_q.transpose() * whitening_q;
  const Matrix<T> slope = precision_q * lower_p - lower_inverse(lower_p).transpose();
  const Matrix<T> shift = precision_q * (p.mean - q.mean);
  return sum_of_squares(slope) + sum_of_squares(shift);
}

template <Scalar T>
T wasserstein2_squared(const Gaussian<T>& p, const Gaussian<T>& q) {
  require_same_dimension(p, q);
  const Matrix<T> product = factor_of(q.covariance).lower.transpose() * factor_of(p.covariance).lower;
  const Matrix<T> shift = p.mean - q.mean;
  return sum_of_squares(shift) + trace(p.covariance) + trace(q.covariance) - T(2) * nuclear_norm(product);
}

template <Scalar T>
T tv_line(const Gaussian<T>& p, const Gaussian<T>& q) {
  require_same_dimension(p, q);
  if (p.mean.size() != 1) throw InputError("", "dimension", std::to_string(p.mean.size()), "dimension 1");
  factor_of(p.covariance);
  factor_of(q.covariance);
  const T& v = p.covariance(0, 0);
  const T& w = q.covariance(0, 0);
  const T m = abs(p.mean(0) - q.mean(0));
  if (less(w, v) == Truth::yes) return tv_of_wider_and_narrower(v, m, w);
  if (less(v, w) == Truth::yes) return tv_of_wider_and_narrower(w, m, v);
  const T error = abs(v - w) * (T(1) / v + T(1) / w) / T(4);
  return with_error(tv_of_shift(T(m / sqrt(v))), error);
}

template <Scalar T>
T tv_equal_covariance(const Gaussian<T>& p, const Vector<T>& other_mean) {
  require_same_dimension(p, {other_mean, p.covariance});
  const Matrix<T> shift = lower_inverse(factor_of(p.covariance).lower) * (p.mean - other_mean);
  return tv_of_shift(sqrt(sum_of_squares(shift)));
}

template Gaussian<double> component(const Mixture<double>&, Index);
template Gaussian<Real50> component(const Mixture<Real50>&, Index);
template Gaussian<Real100> component(const Mixture<Real100>&, Index);
template Gaussian<Ball> component(const Mixture<Ball>&, Index);
template double kl(const Gaussian<double>&, const Gaussian<double>&);
template Real50 kl(const Gaussian<Real50>&, const Gaussian<Real50>&);
template Real100 kl(const Gaussian<Real100>&, const Gaussian<Real100>&);
template Ball kl(const Gaussian<Ball>&, const Gaussian<Ball>&);
template double hellinger2(const Gaussian<double>&, const Gaussian<double>&);
template Real50 hellinger2(const Gaussian<Real50>&, const Gaussian<Real50>&);
template Real100 hellinger2(const Gaussian<Real100>&, const Gaussian<Real100>&);
template Ball hellinger2(const Gaussian<Ball>&, const Gaussian<Ball>&);
template double fisher(const Gaussian<double>&, const Gaussian<double>&);
template Real50 fisher(const Gaussian<Real50>&, const Gaussian<Real50>&);
template Real100 fisher(const Gaussian<Real100>&, const Gaussian<Real100>&);
template Ball fisher(const Gaussian<Ball>&, const Gaussian<Ball>&);
template double wasserstein2_squared(const Gaussian<double>&, const Gaussian<double>&);
template Real50 wasserstein2_squared(const Gaussian<Real50>&, const Gaussian<Real50>&);
template Real100 wasserstein2_squared(const Gaussian<Real100>&, const Gaussian<Real100>&);
template Ball wasserstein2_squared(const Gaussian<Ball>&, const Gaussian<Ball>&);
template double tv_line(const Gaussian<double>&, const Gaussian<double>&);
template Real50 tv_line(const Gaussian<Real50>&, const Gaussian<Real50>&);
template Real100 tv_line(const Gaussian<Real100>&, const Gaussian<Real100>&);
template Ball tv_line(const Gaussian<Ball>&, const Gaussian<Ball>&);
template double tv_equal_covariance(const Gaussian<double>&, const Vector<double>&);
template Real50 tv_equal_covariance(const Gaussian<Real50>&, const Vector<Real50>&);
template Real100 tv_equal_covariance(const Gaussian<Real100>&, const Vector<Real100>&);
template Ball tv_equal_covariance(const Gaussian<Ball>&, const Vector<Ball>&);

}  // namespace verimix

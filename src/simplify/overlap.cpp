#include "verimix/simplify/overlap.hpp"

#include "arguments.hpp"
#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/integral.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

using simplify_detail::covariance_factor;
using simplify_detail::require_not_negative;
using simplify_detail::require_positive;
using simplify_detail::require_same_dimension;
using simplify_detail::sum_of_squares;

/// Mass beyond the interval of quadrature, as a power of 1/2 below the working precision.
constexpr long extra_tail_bits = 10;

template <Scalar T>
struct Factored {
  /// L^{-1} for Q = L L^T.
  Matrix<T> whitening;
  T log_determinant;
};

template <Scalar T>
Factored<T> factored(const Matrix<T>& covariance) {
  const Cholesky<T> factor = covariance_factor(covariance);
  return {lower_inverse(factor.lower), log_determinant(factor)};
}

/// ((1 - x)/(1 + x))^2.
template <Scalar T>
T relative_difference_squared(const T& x) {
  require_positive(x, "x");
  const T y = (T(1) - x) / (T(1) + x);
  return y * y;
}

}  // namespace

template <Scalar T>
T log_affinity(const Gaussian<T>& first, const Gaussian<T>& second) {
  require_same_dimension(first, second);
  const Factored<T> average = factored<T>((first.covariance + second.covariance) / T(2));
  const Matrix<T> shift = average.whitening * (first.mean - second.mean);
  const T log_determinants = factored(first.covariance).log_determinant + factored(second.covariance).log_determinant;
  return log_determinants / T(4) - average.log_determinant / T(2) - sum_of_squares(shift) / T(8);
}

template <Scalar T>
LogRatioMoments<T> log_ratio_moments(const Gaussian<T>& first, const Gaussian<T>& second) {
  require_same_dimension(first, second);
  const Factored<T> one = factored(first.covariance);
  const Factored<T> two = factored(second.covariance);
  const Matrix<T> precision_one = one.whitening.transpose() * one.whitening;
  const Matrix<T> precision_two = two.whitening.transpose() * two.whitening;
  // W^T W = H^{-1}.
  const Matrix<T> w = factored<T>((precision_one + precision_two) / T(2)).whitening;
  const Matrix<T> shift = second.mean - first.mean;
  const Matrix<T> from_one = w.transpose() * (w * (precision_two * shift)) / T(2);
  const Matrix<T> from_two = from_one - shift;
  const Matrix<T> curvature = w * (precision_two - precision_one) * w.transpose();
  const Matrix<T> slope = w * (precision_two * from_two - precision_one * from_one);
  T trace(0);
  for (Index i = 0; i < curvature.rows(); ++i) trace += curvature(i, i);
  const T at_centre = two.log_determinant - one.log_determinant + sum_of_squares<T>(two.whitening * from_two) -
                      sum_of_squares<T>(one.whitening * from_one);
  return {(at_centre + trace) / T(2), sum_of_squares(curvature) / T(2) + sum_of_squares(slope)};
}

template <Scalar T>
LogOverlapBracket<T> log_overlap_bracket(const Gaussian<T>& first, const Gaussian<T>& second) {
  const LogRatioMoments<T> moments = log_ratio_moments(first, second);
  const T v = moments.mean * moments.mean + moments.variance;
  const T upper = log_affinity(first, second) - log(T(2));
  // Either is true for every V; they meet at V = 16.
  const bool near = less(v, T(16)) == Truth::yes;
  return {near ? T(upper - v / T(8)) : T(upper - sqrt(v) / T(2)), upper};
}

Ball overlap_line(const Gaussian<Ball>& first, const Gaussian<Ball>& second) {
  require_same_dimension(first, second);
  if (first.mean.size() != 1) throw InputError("", "dimension", std::to_string(first.mean.size()), "dimension 1");
  const Ball affinity = exp(log_affinity(first, second));
  const Ball& v = first.covariance(0, 0);
  const Ball& w = second.covariance(0, 0);
  // The origin is the first mean; sqrt(N_1 N_2) is affinity times N(middle, spread).
  const Ball shift = second.mean(0) - first.mean(0);
  const Ball middle = v * shift / (v + w);
  const Ball spread = 2 * v * w / (v + w);
  const Ball tail_exponent = (BallPrecision::bits() + extra_tail_bits) * log(Ball(2));
  const Ball reach = sqrt(2 * spread * tail_exponent);
  const Ball half_log_ratio = log(w / v) / 2;
  const Ball scale_one = 1 / (2 * v);
  const Ball scale_two = 1 / (2 * w);
  const ComplexIntegrand integrand = [&](const ComplexBall& z, bool) {
    const ComplexBall from_two = z - shift;
    const ComplexBall exponent_one = z * z * scale_one;
    const ComplexBall log_ratio = from_two * from_two * scale_two - exponent_one + half_log_ratio;
    return exp(-exponent_one) / (ComplexBall(1) + exp(log_ratio));
  };
  const Ball inside = integrate(integrand, middle - reach, middle + reach).value / sqrt(2 * pi<Ball>() * v);
  // N_1 N_2/(N_1 + N_2) <= sqrt(N_1 N_2)/2, and P[|z| > t] <= e^{-t^2/2}.
  return widened(inside, affinity * exp(-tail_exponent) / 2);
}

template <Scalar T>
T log_overlap_upper(const T& beta, const T& m_squared, const T& d_squared) {
  require_positive(beta, "beta");
  require_not_negative(m_squared, "m_squared");
  require_not_negative(d_squared, "d_squared");
  return -log(T(2)) - m_squared / (8 * beta) - d_squared / (16 * beta * beta);
}

template <Scalar T>
T log_overlap_printed_upper(const T& alpha, const T& beta, const T& m_squared, const T& d_squared) {
  require_positive(alpha, "alpha");
  require_positive(beta, "beta");
  require_not_negative(m_squared, "m_squared");
  require_not_negative(d_squared, "d_squared");
  const T root = (T(1) + beta / alpha) * beta;
  return -m_squared / beta - d_squared / (16 * root * root);
}

template <Scalar T>
T logarithm_difference(const T& x) {
  // (1/4) log(1 - y^2), and 1 - y^2 = 4x/(1 + x)^2 where y^2 is near 1.
  const T y_squared = relative_difference_squared(x);
  if (less(2 * y_squared, T(1)) == Truth::yes) return log1p(T(-y_squared)) / T(4);
  return (log(x) + 2 * log(T(2)) - 2 * log1p(x)) / T(4);
}

template <Scalar T>
T logarithm_difference_upper(const T& x) {
  return -relative_difference_squared(x) / T(4);
}

template <Scalar T>
T logarithm_difference_printed(const T& x) {
  require_positive(x, "x");
  return log(x) / T(4) - log1p(T((x - T(1)) / T(2)));
}

template <Scalar T>
T logarithm_difference_printed_upper(const T& x) {
  return -relative_difference_squared(x) / T(16);
}

template double log_affinity(const Gaussian<double>&, const Gaussian<double>&);
template Real50 log_affinity(const Gaussian<Real50>&, const Gaussian<Real50>&);
template Ball log_affinity(const Gaussian<Ball>&, const Gaussian<Ball>&);
template LogRatioMoments<double> log_ratio_moments(const Gaussian<double>&, const Gaussian<double>&);
template LogRatioMoments<Real50> log_ratio_moments(const Gaussian<Real50>&, const Gaussian<Real50>&);
template LogRatioMoments<Ball> log_ratio_moments(const Gaussian<Ball>&, const Gaussian<Ball>&);
template LogOverlapBracket<double> log_overlap_bracket(const Gaussian<double>&, const Gaussian<double>&);
template LogOverlapBracket<Real50> log_overlap_bracket(const Gaussian<Real50>&, const Gaussian<Real50>&);
template LogOverlapBracket<Ball> log_overlap_bracket(const Gaussian<Ball>&, const Gaussian<Ball>&);
template double log_overlap_upper(const double&, const double&, const double&);
template Real50 log_overlap_upper(const Real50&, const Real50&, const Real50&);
template Ball log_overlap_upper(const Ball&, const Ball&, const Ball&);
template double log_overlap_printed_upper(const double&, const double&, const double&, const double&);
template Real50 log_overlap_printed_upper(const Real50&, const Real50&, const Real50&, const Real50&);
template Ball log_overlap_printed_upper(const Ball&, const Ball&, const Ball&, const Ball&);
template double logarithm_difference(const double&);
template Real50 logarithm_difference(const Real50&);
template Ball logarithm_difference(const Ball&);
template double logarithm_difference_upper(const double&);
template Real50 logarithm_difference_upper(const Real50&);
template Ball logarithm_difference_upper(const Ball&);
template double logarithm_difference_printed(const double&);
template Real50 logarithm_difference_printed(const Real50&);
template Ball logarithm_difference_printed(const Ball&);
template double logarithm_difference_printed_upper(const double&);
template Real50 logarithm_difference_printed_upper(const Real50&);
template Ball logarithm_difference_printed_upper(const Ball&);

}  // namespace verimix

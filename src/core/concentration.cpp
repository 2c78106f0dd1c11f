#include "verimix/core/concentration.hpp"

#include <algorithm>
#include <string>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

/// <A, B> = sum_{ij} A_ij B_ij.
template <Scalar T>
T inner(const Matrix<T>& a, const Matrix<T>& b) {
  T sum(0);
  for (Index j = 0; j < a.cols(); ++j)
    for (Index i = 0; i < a.rows(); ++i) sum += a(i, j) * b(i, j);
  return sum;
}

/// u^T Q v.
template <Scalar T>
T inner(const Vector<T>& u, const Matrix<T>& q, const Vector<T>& v) {
  T sum(0);
  for (Index j = 0; j < q.cols(); ++j)
    for (Index i = 0; i < q.rows(); ++i) sum += u(i) * q(i, j) * v(j);
  return sum;
}

/// |Q^{1/2} A Q^{1/2}|_F^2 = <Q A, A Q>.
template <Scalar T>
T whitened_norm_squared(const QuadraticForm<T>& form) {
  return inner<T>(form.covariance * form.a, form.a * form.covariance);
}

/// 1 - e_other/e, certainly not 0.
Ball fraction(const Ball& e, const Ball& other) {
  const Ball difference = e - other;
  const Truth agrees = equal(difference, Ball(0));
  if (agrees == Truth::yes) throw InputError("", "eigenvalues", "", "eigenvalues different from each other");
  if (agrees == Truth::unknown) throw UndecidedError("balls cannot tell two eigenvalues apart; raise the precision");
  return difference / e;
}

/// sum of w_j e^{-level/(2 e_j)} over the eigenvalues that are positive (`wanted` yes) or negative (no): the mass
/// beyond a level of the same sign, to its far side.
Ball half_line_tail(const std::vector<Ball>& eigenvalues, const Ball& level, Truth wanted) {
  Ball sum = 0;
  for (std::size_t j = 0; j < eigenvalues.size(); ++j) {
    if (equal(eigenvalues[j], Ball(0)) == Truth::yes) throw InputError("", "eigenvalues", "0", "no eigenvalue 0");
    const Truth positive = less(Ball(0), eigenvalues[j]);
    if (positive == Truth::unknown) throw UndecidedError("balls cannot tell the sign of an eigenvalue");
    if (positive != wanted) continue;
    Ball weight = 1;
    for (std::size_t l = 0; l < eigenvalues.size(); ++l)
      if (l != j) weight /= fraction(eigenvalues[j], eigenvalues[l]);
    sum += weight * exp(-level / (2 * eigenvalues[j]));
  }
  return sum;
}

}  // namespace

template <Scalar T>
T hanson_wright_upper(const T& s, const T& r) {
  const T y = s / sqrt(r);
  return exp(r * (log1p(y) - y) / T(2));
}

template <RealScalar T>
T hanson_wright_printed_upper(const T& s, const T& r) {
  const T c = (T(1) - log(T(2))) / T(2);
  return exp(-c * std::min<T>(s * sqrt(r), s * s));
}

template <Scalar T>
T hanson_wright_lower_tail_upper(const T& s) {
  return exp(-s * s / T(4));
}

Ball chi_square_upper_tail(long m, const Ball& level) {
  require_invariant(m >= 1, "a chi-square variable has degrees of freedom");
  const Ball x = level / 2;
  Ball term = 1;
  Ball sum = 1;
  for (long j = 1; j < m; ++j) {
    term *= x / j;
    sum += term;
  }
  return exp(-x) * sum;
}

Ball paired_quadratic_upper_tail(const std::vector<Ball>& eigenvalues, const Ball& level) {
  const Truth below = less(level, Ball(0));
  if (below == Truth::yes) return 1 - half_line_tail(eigenvalues, level, Truth::no);
  const Ball above = half_line_tail(eigenvalues, level, Truth::yes);
  return below == Truth::no ? above : hull(above, 1 - half_line_tail(eigenvalues, level, Truth::no));
}

template <Scalar T>
T quadratic_form_mean(const QuadraticForm<T>& form) {
  return inner(form.a, form.covariance) + inner<T>(form.mean, form.a, form.mean);
}

template <Scalar T>
T quadratic_form_variance(const QuadraticForm<T>& form) {
  const Matrix<T> aq = form.a * form.covariance;
  const Vector<T> slope = form.a * form.mean + form.a.transpose() * form.mean;
  return whitened_norm_squared(form) + inner<T>(aq, aq.transpose()) + inner<T>(slope, form.covariance, slope);
}

template <Scalar T>
T quadratic_form_second_moment(const QuadraticForm<T>& form) {
  const T mean = quadratic_form_mean(form);
  return mean * mean + quadratic_form_variance(form);
}

template <Scalar T>
T quadratic_form_second_moment_printed(const QuadraticForm<T>& form) {
  const T trace = inner(form.a, form.covariance);
  const T at_mean = inner<T>(form.mean, form.a, form.mean);
  const Vector<T> right = form.a * form.mean;
  const Vector<T> left = form.a.transpose() * form.mean;
  const Matrix<T>& q = form.covariance;
  return trace * trace + T(2) * whitened_norm_squared(form) + inner<T>(left, q, left) + inner<T>(right, q, right) +
         at_mean * at_mean + T(2) * at_mean * trace + T(2) * inner<T>(left, q, right);
}

template <Scalar T>
T quadratic_form_variance_upper(const T& beta, const T& a_mu, const T& a_transposed_mu) {
  const T slope = a_mu + a_transposed_mu;
  return T(2) * beta * beta + beta * slope * slope;
}

template <RealScalar T>
T equation_14_upper(const T& beta, const T& a_mu, const T& a_transposed_mu) {
  return 6 * std::max<T>(beta * beta, std::max<T>(beta * a_mu * a_mu, beta * a_transposed_mu * a_transposed_mu));
}

template double hanson_wright_upper(const double&, const double&);
template double hanson_wright_lower_tail_upper(const double&);
template double quadratic_form_mean(const QuadraticForm<double>&);
template double quadratic_form_variance(const QuadraticForm<double>&);
template double quadratic_form_second_moment(const QuadraticForm<double>&);
template double quadratic_form_second_moment_printed(const QuadraticForm<double>&);
template double quadratic_form_variance_upper(const double&, const double&, const double&);
template double hanson_wright_printed_upper(const double&, const double&);
template double equation_14_upper(const double&, const double&, const double&);
template Real50 hanson_wright_upper(const Real50&, const Real50&);
template Real50 hanson_wright_lower_tail_upper(const Real50&);
template Real50 quadratic_form_mean(const QuadraticForm<Real50>&);
template Real50 quadratic_form_variance(const QuadraticForm<Real50>&);
template Real50 quadratic_form_second_moment(const QuadraticForm<Real50>&);
template Real50 quadratic_form_second_moment_printed(const QuadraticForm<Real50>&);
template Real50 quadratic_form_variance_upper(const Real50&, const Real50&, const Real50&);
template Real50 hanson_wright_printed_upper(const Real50&, const Real50&);
template Real50 equation_14_upper(const Real50&, const Real50&, const Real50&);
template Ball hanson_wright_upper(const Ball&, const Ball&);
template Ball hanson_wright_lower_tail_upper(const Ball&);
template Ball quadratic_form_mean(const QuadraticForm<Ball>&);
template Ball quadratic_form_variance(const QuadraticForm<Ball>&);
template Ball quadratic_form_second_moment(const QuadraticForm<Ball>&);
template Ball quadratic_form_second_moment_printed(const QuadraticForm<Ball>&);
template Ball quadratic_form_variance_upper(const Ball&, const Ball&, const Ball&);

}  // namespace verimix

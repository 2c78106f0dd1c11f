// Arguments that are out of their domain are refused by name; the Cholesky factor of a covariance.
#pragma once

#include <string>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/distance/gaussian.hpp"

namespace verimix::simplify_detail {

template <RealScalar T>
std::string described(const T& x) {
  return to_text(x);
}
inline std::string described(const Ball& x) { return "about " + to_text(approximate(x)); }

/// Balls are refused where they certainly fail.
template <Scalar T>
void require_positive(const T& x, const char* field) {
  if (!is_finite(x) || less(T(0), x) == Truth::no) throw InputError("", field, described(x), "a finite number above 0");
}

template <Scalar T>
void require_not_negative(const T& x, const char* field) {
  if (!is_finite(x) || less(x, T(0)) == Truth::yes)
    throw InputError("", field, described(x), "a finite number, at least 0");
}

template <Scalar T>
Cholesky<T> covariance_factor(const Matrix<T>& covariance) {
  Cholesky<T> factor = cholesky(covariance);
  if (factor.positive_definite == Truth::no)
    throw InputError("", "covariance", "pivot " + std::to_string(factor.failing_pivot), "a positive definite matrix");
  if (factor.positive_definite == Truth::unknown)
    throw UndecidedError("covariance: pivot " + std::to_string(factor.failing_pivot) +
                         " may be 0 at this precision: raise the precision");
  return factor;
}

template <Scalar T>
void require_same_dimension(const Gaussian<T>& first, const Gaussian<T>& second) {
  const Index d = first.mean.size();
  for (const Index size : {second.mean.size(), first.covariance.rows(), first.covariance.cols(),
                           second.covariance.rows(), second.covariance.cols()}) {
    if (size != d || d == 0) throw InputError("", "dimension", std::to_string(size), "one dimension >= 1 everywhere");
  }
}

/// By a loop, since Eigen's norms compare, which Ball does not do.
template <Scalar T>
T sum_of_squares(const Matrix<T>& a) {
  T sum(0);
  for (Index j = 0; j < a.cols(); ++j)
    for (Index i = 0; i < a.rows(); ++i) sum += a(i, j) * a(i, j);
  return sum;
}

}  // namespace verimix::simplify_detail

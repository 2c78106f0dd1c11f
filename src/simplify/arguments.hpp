// Arguments that are out of their domain are refused by name; the Cholesky factor of a covariance.
#pragma once

#include <cmath>
#include <string>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/distance/gaussian.hpp"

namespace verimix::simplify_detail {

inline std::string described(double x) { return to_text(x); }
inline std::string described(const Ball& x) { return "about " + to_text(approximate(x)); }

/// Balls are refused where they certainly fail.
inline bool may_be_positive(double x) { return std::isfinite(x) && x > 0; }
inline bool may_be_positive(const Ball& x) { return is_finite(x) && less(Ball(0), x) != Truth::no; }
inline bool may_be_nonnegative(double x) { return std::isfinite(x) && x >= 0; }
inline bool may_be_nonnegative(const Ball& x) { return is_finite(x) && less(x, Ball(0)) != Truth::yes; }

template <Scalar T>
void require_positive(const T& x, const char* field) {
  if (!may_be_positive(x)) throw InputError("", field, described(x), "a finite number above 0");
}

template <Scalar T>
void require_not_negative(const T& x, const char* field) {
  if (!may_be_nonnegative(x)) throw InputError("", field, described(x), "a finite number, at least 0");
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

}  // namespace verimix::simplify_detail

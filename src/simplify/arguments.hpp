// Arguments that are out of their domain are refused by name; the Cholesky factor of a covariance.
#pragma once

#include <string>
#include <vector>

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

/// Nonempty cells that hold each of 0, ..., k - 1 once.
inline void require_partition(const std::vector<std::vector<Index>>& cells, Index k) {
  std::vector<int> times(static_cast<std::size_t>(k), 0);
  for (const std::vector<Index>& cell : cells) {
    if (cell.empty()) throw InputError("", "cells", "an empty cell", "cells that are not empty");
    for (const Index i : cell) {
      if (i < 0 || i >= k || ++times[static_cast<std::size_t>(i)] > 1)
        throw InputError("", "cells", std::to_string(i), "each component of the mixture in one cell");
    }
  }
  for (std::size_t i = 0; i < times.size(); ++i)
    if (times[i] == 0) throw InputError("", "cells", "none for " + std::to_string(i), "a cell for each component");
}

/// sqrt(x) for x >= 0; a ball that reaches below 0 by rounding only is cut there.
template <RealScalar T>
T root(const T& x) {
  return x > T(0) ? T(sqrt(x)) : T(0);
}
inline Ball root(const Ball& x) {
  Ball result;
  arb_sqrtpos(result.data(), x.data(), BallPrecision::bits());
  return result;
}

/// x^{1/n} for x >= 0 and n a power of 2.
template <Scalar T>
T even_root(T x, int n) {
  for (; n > 1; n /= 2) x = root(x);
  return x;
}

/// One of two bounds on the same number: the smaller one as far as it can be told, so a bound in any case.
template <Scalar T>
T smaller(const T& a, const T& b) {
  return &larger_midpoint(a, b) == &a ? b : a;
}

/// x^n for n >= 0.
template <Scalar T>
T power(const T& x, int n) {
  T product(1);
  for (int j = 0; j < n; ++j) product *= x;
  return product;
}

}  // namespace verimix::simplify_detail

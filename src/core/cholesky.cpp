#include "verimix/core/cholesky.hpp"

#include "verimix/core/error.hpp"

namespace verimix {

template <Scalar T>
Cholesky<T> cholesky(const Matrix<T>& a) {
  require_invariant(a.rows() == a.cols(), "a Cholesky factor is asked of a square matrix");
  const Index d = a.rows();
  Cholesky<T> factor;
  factor.lower = Matrix<T>::Constant(d, d, T(0));
  Matrix<T>& l = factor.lower;
  for (Index j = 0; j < d; ++j) {
    T pivot = a(j, j);
    for (Index r = 0; r < j; ++r) pivot -= l(j, r) * l(j, r);
    factor.positive_definite = less(T(0), pivot);
    if (factor.positive_definite != Truth::yes) {
      factor.failing_pivot = j;
      return factor;
    }
    l(j, j) = sqrt(pivot);
    for (Index i = j + 1; i < d; ++i) {
      T sum = a(i, j);
      for (Index r = 0; r < j; ++r) sum -= l(i, r) * l(j, r);
      l(i, j) = sum / l(j, j);
    }
  }
  factor.positive_definite = Truth::yes;
  return factor;
}

template <Scalar T>
Matrix<T> lower_inverse(const Matrix<T>& lower) {
  const Index d = lower.rows();
  Matrix<T> inverse = Matrix<T>::Constant(d, d, T(0));
  for (Index j = 0; j < d; ++j) {
    inverse(j, j) = T(1) / lower(j, j);
    for (Index i = j + 1; i < d; ++i) {
      T sum(0);
      for (Index r = j; r < i; ++r) sum -= lower(i, r) * inverse(r, j);
      inverse(i, j) = sum / lower(i, i);
    }
  }
  return inverse;
}

template <Scalar T>
T log_determinant(const Cholesky<T>& factor) {
  T sum(0);
  for (Index j = 0; j < factor.lower.rows(); ++j) sum += log(factor.lower(j, j));
  return T(2) * sum;
}

template Cholesky<double> cholesky(const Matrix<double>&);
template Cholesky<Real50> cholesky(const Matrix<Real50>&);
template Cholesky<Real100> cholesky(const Matrix<Real100>&);
template Cholesky<Ball> cholesky(const Matrix<Ball>&);
template Matrix<double> lower_inverse(const Matrix<double>&);
template Matrix<Real50> lower_inverse(const Matrix<Real50>&);
template Matrix<Real100> lower_inverse(const Matrix<Real100>&);
template Matrix<Ball> lower_inverse(const Matrix<Ball>&);
template double log_determinant(const Cholesky<double>&);
template Real50 log_determinant(const Cholesky<Real50>&);
template Real100 log_determinant(const Cholesky<Real100>&);
template Ball log_determinant(const Cholesky<Ball>&);

}  // namespace verimix

#include "verimix/estimate/moments.hpp"

#include <vector>

#include "verimix/core/error.hpp"
#include "verimix/core/parallel.hpp"

namespace verimix {
namespace {

/// Part of every result's bits: changing it changes the last digits.
constexpr Index kBlock = 1024;

template <RealScalar T>
void require_points(const Matrix<T>& points) {
  if (points.rows() < 1 || points.cols() < 1) {
    throw InputError("", "points", std::to_string(points.rows()) + " x " + std::to_string(points.cols()),
                     "at least one point of dimension >= 1");
  }
}

/// (1/n) sum over blocks of gram(begin, end), added in block order.
template <RealScalar T, class Gram>
Matrix<T> mean_over_blocks(Index n, Index size, unsigned threads, const Gram& gram) {
  std::vector<Matrix<T>> partial(static_cast<std::size_t>((n + kBlock - 1) / kBlock));
  parallel_blocks(
      n, kBlock, [&](Index begin, Index end) { partial[static_cast<std::size_t>(begin / kBlock)] = gram(begin, end); },
      threads);
  Matrix<T> sum = Matrix<T>::Zero(size, size);
  for (const Matrix<T>& block : partial) sum += block;
  return sum / T(n);
}

template <RealScalar T>
Matrix<T> kronecker(const Matrix<T>& a, const Matrix<T>& b) {
  Matrix<T> out(a.rows() * b.rows(), a.cols() * b.cols());
  for (Index i = 0; i < a.rows(); ++i) {
    for (Index j = 0; j < a.cols(); ++j) out.block(i * b.rows(), j * b.cols(), b.rows(), b.cols()) = a(i, j) * b;
  }
  return out;
}

/// (I + K) A: row (r, c) of K A is row (c, r) of A, rows numbered as vec numbers entries.
template <RealScalar T>
Matrix<T> plus_commuted(const Matrix<T>& a, Index d) {
  Matrix<T> out = a;
  for (Index r = 0; r < d; ++r) {
    for (Index c = 0; c < d; ++c) out.row(r + c * d) += a.row(c + r * d);
  }
  return out;
}

}  // namespace

template <RealScalar T>
Matrix<T> second_moment(const Matrix<T>& points, unsigned threads) {
  require_points(points);
  return mean_over_blocks<T>(points.cols(), points.rows(), threads, [&](Index begin, Index end) -> Matrix<T> {
    const auto x = points.middleCols(begin, end - begin);
    return x * x.transpose();
  });
}

template <RealScalar T>
Matrix<T> fourth_moment(const Matrix<T>& points, const Matrix<T>& projector, unsigned threads) {
  require_points(points);
  const Index d = points.rows();
  if (projector.rows() != d || projector.cols() != d) {
    throw InputError("", "projector", std::to_string(projector.rows()) + " x " + std::to_string(projector.cols()),
                     "a square matrix of size " + std::to_string(d));
  }
  return mean_over_blocks<T>(points.cols(), d * d, threads, [&](Index begin, Index end) -> Matrix<T> {
    const Matrix<T> x = projector * points.middleCols(begin, end - begin);
    Matrix<T> products(d * d, x.cols());
    for (Index c = 0; c < d; ++c) {
      for (Index r = 0; r < d; ++r) products.row(r + c * d) = x.row(r).cwiseProduct(x.row(c));
    }
    return products * products.transpose();
  });
}

template <RealScalar T>
Matrix<T> second_moment(const Mixture<T>& mixture) {
  const Index d = mixture.dimension();
  Matrix<T> sum = Matrix<T>::Zero(d, d);
  for (Index i = 0; i < mixture.size(); ++i) {
    const Vector<T> m = mixture.means.col(i);
    sum += mixture.weights(i) * (mixture.covariances[static_cast<std::size_t>(i)] + m * m.transpose());
  }
  return sum;
}

template <RealScalar T>
Matrix<T> fourth_moment(const Mixture<T>& mixture, const Matrix<T>& projector) {
  const Index d = mixture.dimension();
  Matrix<T> sum = Matrix<T>::Zero(d * d, d * d);
  for (Index i = 0; i < mixture.size(); ++i) {
    // N x is Gaussian with mean N m and covariance N Q N, so the projection can be taken first.
    const Vector<T> m = projector * mixture.means.col(i);
    const Matrix<T> q = projector * mixture.covariances[static_cast<std::size_t>(i)] * projector;
    const Matrix<T> mm = m * m.transpose();
    const Matrix<T> g = q + mm;
    const Eigen::Map<const Vector<T>> vec_g(g.data(), d * d);
    const Matrix<T> products = kronecker(q, q) + kronecker(q, mm) + kronecker(mm, q);
    sum += mixture.weights(i) * (plus_commuted(products, d) + vec_g * vec_g.transpose());
  }
  return sum;
}

template Matrix<double> second_moment(const Matrix<double>&, unsigned);
template Matrix<Real50> second_moment(const Matrix<Real50>&, unsigned);
template Matrix<double> fourth_moment(const Matrix<double>&, const Matrix<double>&, unsigned);
template Matrix<Real50> fourth_moment(const Matrix<Real50>&, const Matrix<Real50>&, unsigned);
template Matrix<double> second_moment(const Mixture<double>&);
template Matrix<Real50> second_moment(const Mixture<Real50>&);
template Matrix<double> fourth_moment(const Mixture<double>&, const Matrix<double>&);
template Matrix<Real50> fourth_moment(const Mixture<Real50>&, const Matrix<Real50>&);

}  // namespace verimix

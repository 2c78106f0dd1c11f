#include "verimix/estimate/moments.hpp"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "column_products.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/parallel.hpp"

namespace verimix {
namespace {

/// Part of every result's bits: changing it changes the last digits.
constexpr Index moment_block = 1024;

template <RealScalar T>
void require_points(const Matrix<T>& points) {
  if (points.rows() < 1 || points.cols() < 1) {
    throw InputError("", "points", std::to_string(points.rows()) + " x " + std::to_string(points.cols()),
                     "at least one point of dimension >= 1");
  }
}

/// So many blocks are worked on at a time, which bounds the memory; it does not touch the bits.
constexpr Index blocks_in_round = 32;

/// The sum over blocks of gram(begin, end), added in block order.
template <RealScalar T, class Gram>
Matrix<T> sum_over_blocks(Index n, Index size, unsigned threads, const Gram& gram) {
  std::vector<Matrix<T>> partial(static_cast<std::size_t>(blocks_in_round));
  Matrix<T> sum = Matrix<T>::Zero(size, size);
  for (Index first = 0; first < n; first += blocks_in_round * moment_block) {
    const Index count = std::min(blocks_in_round * moment_block, n - first);
    parallel_blocks(
        count, moment_block,
        [&](Index begin, Index end) {
          partial[static_cast<std::size_t>(begin / moment_block)] = gram(first + begin, first + end);
        },
        threads);
    for (Index block = 0; block * moment_block < count; ++block) sum += partial[static_cast<std::size_t>(block)];
  }
  return sum;
}

template <Scalar T>
Matrix<T> kronecker(const Matrix<T>& a, const Matrix<T>& b) {
  Matrix<T> out(a.rows() * b.rows(), a.cols() * b.cols());
  for (Index i = 0; i < a.rows(); ++i) {
    for (Index j = 0; j < a.cols(); ++j) out.block(i * b.rows(), j * b.cols(), b.rows(), b.cols()) = a(i, j) * b;
  }
  return out;
}

/// (I + K) A: row (r, c) of K A is row (c, r) of A, rows numbered as vec numbers entries.
template <Scalar T>
Matrix<T> plus_commuted(const Matrix<T>& a, Index d) {
  Matrix<T> out = a;
  for (Index r = 0; r < d; ++r) {
    for (Index c = 0; c < d; ++c) out.row(r + c * d) += a.row(c + r * d);
  }
  return out;
}

/// The entries r >= c of the lower triangle by columns, as visit(number, r, c).
template <class Visit>
void for_each_lower(Index d, const Visit& visit) {
  Index number = 0;
  for (Index c = 0; c < d; ++c)
    for (Index r = c; r < d; ++r) visit(number++, r, c);
}

template <RealScalar T>
void require_projector(const Matrix<T>& projector, Index d) {
  if (projector.rows() != d || projector.cols() != d) {
    throw InputError("", "projector", std::to_string(projector.rows()) + " x " + std::to_string(projector.cols()),
                     "a square matrix of size " + std::to_string(d));
  }
}

/// The lower triangle of sum_j x_j x_j^T. One triangle, to be mirrored: a product of x and x^T adds up the two in
/// different orders.
template <RealScalar T>
Matrix<T> square_sum(const Matrix<T>& points, unsigned threads) {
  const Index d = points.rows();
  return sum_over_blocks<T>(points.cols(), d, threads, [&](Index begin, Index end) -> Matrix<T> {
    Matrix<T> sum = Matrix<T>::Zero(d, d);
    sum.template selfadjointView<Eigen::Lower>().rankUpdate(points.middleCols(begin, end - begin));
    return sum;
  });
}

/// The lower triangle of sum_j p_j p_j^T, p_j the lower triangle of N x_j x_j^T N as it is (no sqrt 2).
template <RealScalar T>
Matrix<T> product_sum(const Matrix<T>& points, const Matrix<T>& projector, unsigned threads) {
  const Index d = points.rows();
  const Index size = d * (d + 1) / 2;
  return sum_over_blocks<T>(points.cols(), size, threads, [&](Index begin, Index end) -> Matrix<T> {
    // A coordinate a column, so that each product of two coordinates is one contiguous pass.
    const Matrix<T> x = (projector * points.middleCols(begin, end - begin)).transpose();
    if constexpr (std::is_same_v<T, double>) {
      Matrix<T> products = estimate_detail::padded_columns(x.rows(), size);
      for_each_lower(
          d, [&](Index p, Index r, Index c) { products.col(p).head(x.rows()) = x.col(r).cwiseProduct(x.col(c)); });
      return estimate_detail::lower_products(products, size);
    } else {
      Matrix<T> products(x.rows(), size);
      for_each_lower(d, [&](Index p, Index r, Index c) { products.col(p) = x.col(r).cwiseProduct(x.col(c)); });
      Matrix<T> gram = Matrix<T>::Zero(size, size);
      gram.template selfadjointView<Eigen::Lower>().rankUpdate(products.transpose());
      return gram;
    }
  });
}

/// sum/n, full and symmetric, from the lower triangle.
template <RealScalar T>
Matrix<T> mirrored_mean(const Matrix<T>& lower_sum, Index n) {
  const Matrix<T> lower = lower_sum / T(n);
  return lower.template selfadjointView<Eigen::Lower>();
}

template <RealScalar T>
Matrix<T> product_moment(const Matrix<T>& points, const Matrix<T>& projector, unsigned threads) {
  require_points(points);
  require_projector(projector, points.rows());
  return mirrored_mean(product_sum(points, projector, threads), points.cols());
}

/// What sum(block) gives for the blocks of every rank, added in block order, over n.
template <RealScalar T, class Sum>
Matrix<T> mean_over_ranks(const RowSlice<T>& data, const Sum& sum) {
  if (data.blocks.rows < 1 || data.dimension() < 1) {
    throw InputError("", "points", std::to_string(data.dimension()) + " x " + std::to_string(data.blocks.rows),
                     "at least one point of dimension >= 1");
  }
  std::vector<Matrix<T>> own;
  for (const Matrix<T>& block : data.own_blocks()) own.push_back(sum(block));
  return mirrored_mean(sum_blocks(data.ranks.get(), std::move(own)), data.blocks.rows);
}

template <RealScalar T>
Matrix<T> sliced_product_moment(const RowSlice<T>& data, const Matrix<T>& projector, unsigned threads) {
  require_projector(projector, data.dimension());
  return mean_over_ranks(data, [&](const Matrix<T>& block) { return product_sum(block, projector, threads); });
}

/// From products of entries of lower triangles to those of vec's: each entry off the diagonal stands twice.
template <Scalar T>
Matrix<T> by_vec(const Matrix<T>& products, Index d) {
  std::vector<Index> number(static_cast<std::size_t>(d * d));
  for_each_lower(d, [&](Index p, Index r, Index c) {
    number[static_cast<std::size_t>(r + c * d)] = number[static_cast<std::size_t>(c + r * d)] = p;
  });
  return products(number, number);
}

/// (1/n) sum_j t_j t_j^T for the vectors of `size` that fill(j, t_j) makes of the points.
template <class Fill>
Matrix<Ball> enclosed_mean(const Matrix<double>& points, Index size, const Fill& fill) {
  Matrix<Ball> sum = Matrix<Ball>::Constant(size, size, Ball(0));
  Vector<Ball> terms(size);
  for (Index n = 0; n < points.cols(); ++n) {
    fill(n, terms);
    for (Index c = 0; c < size; ++c)
      for (Index r = c; r < size; ++r) sum(r, c) += terms(r) * terms(c);
  }
  const Ball count(static_cast<long>(points.cols()));
  for (Index c = 0; c < size; ++c)
    for (Index r = c; r < size; ++r) sum(c, r) = sum(r, c) = sum(r, c) / count;
  return sum;
}

/// Inner products of the columns as those of symmetric matrices: entries off the diagonal count twice.
template <RealScalar T>
Matrix<T> in_symmetric_coordinates(const Matrix<T>& products, Index d) {
  Vector<T> scale(products.rows());
  const T root = sqrt(T(2));
  for_each_lower(d, [&](Index p, Index r, Index c) { scale(p) = r == c ? T(1) : root; });
  return scale.asDiagonal() * products * scale.asDiagonal();
}

}  // namespace

template <RealScalar T>
Matrix<T> second_moment(const Matrix<T>& points, unsigned threads) {
  require_points(points);
  return mirrored_mean(square_sum(points, threads), points.cols());
}

template <RealScalar T>
Matrix<T> second_moment(const RowSlice<T>& data, unsigned threads) {
  return mean_over_ranks(data, [&](const Matrix<T>& block) { return square_sum(block, threads); });
}

template <RealScalar T>
Vector<T> symmetric_coordinates(const Matrix<T>& a) {
  const Index d = a.rows();
  Vector<T> out(d * (d + 1) / 2);
  const T root = sqrt(T(2));
  for_each_lower(d, [&](Index p, Index r, Index c) { out(p) = r == c ? a(r, c) : T(root * a(r, c)); });
  return out;
}

template <RealScalar T>
Matrix<T> from_symmetric_coordinates(const Vector<T>& v, Index d) {
  require_invariant(v.size() == d * (d + 1) / 2, "the coordinates are those of a symmetric matrix");
  Matrix<T> out(d, d);
  const T root = sqrt(T(2));
  for_each_lower(d, [&](Index p, Index r, Index c) { out(r, c) = out(c, r) = r == c ? v(p) : T(v(p) / root); });
  return out;
}

template <RealScalar T>
Matrix<T> symmetric_fourth_moment(const Matrix<T>& points, const Matrix<T>& projector, unsigned threads) {
  return in_symmetric_coordinates(product_moment(points, projector, threads), points.rows());
}

template <RealScalar T>
Matrix<T> symmetric_fourth_moment(const RowSlice<T>& data, const Matrix<T>& projector, unsigned threads) {
  return in_symmetric_coordinates(sliced_product_moment(data, projector, threads), data.dimension());
}

template <RealScalar T>
Matrix<T> fourth_moment(const Matrix<T>& points, const Matrix<T>& projector, unsigned threads) {
  return by_vec(product_moment(points, projector, threads), points.rows());
}

template <RealScalar T>
Matrix<T> fourth_moment(const RowSlice<T>& data, const Matrix<T>& projector, unsigned threads) {
  return by_vec(sliced_product_moment(data, projector, threads), data.dimension());
}

Matrix<Ball> enclosed_second_moment(const Matrix<double>& points) {
  require_points(points);
  const Index d = points.rows();
  return enclosed_mean(points, d, [&](Index n, Vector<Ball>& terms) {
    for (Index r = 0; r < d; ++r) terms(r) = Ball(points(r, n));
  });
}

Matrix<Ball> enclosed_fourth_moment(const Matrix<double>& points) {
  require_points(points);
  const Index d = points.rows();
  return by_vec(enclosed_mean(points, d * (d + 1) / 2,
                              [&](Index n, Vector<Ball>& terms) {
                                for_each_lower(d, [&](Index p, Index r, Index c) {
                                  terms(p) = Ball(points(r, n)) * Ball(points(c, n));
                                });
                              }),
                d);
}

template <Scalar T>
Matrix<T> second_moment(const Mixture<T>& mixture) {
  const Index d = mixture.dimension();
  Matrix<T> sum = Matrix<T>::Constant(d, d, T(0));
  for (Index i = 0; i < mixture.size(); ++i) {
    const Vector<T> m = mixture.means.col(i);
    sum += mixture.weights(i) * (mixture.covariances[static_cast<std::size_t>(i)] + m * m.transpose());
  }
  return sum;
}

template <Scalar T>
Matrix<T> square_covariance(const Vector<T>& mean, const Matrix<T>& covariance) {
  const Matrix<T> mm = mean * mean.transpose();
  const Matrix<T> products = kronecker(covariance, covariance) + kronecker(covariance, mm) + kronecker(mm, covariance);
  return plus_commuted(products, mean.size());
}

template <Scalar T>
Matrix<T> fourth_moment(const Mixture<T>& mixture, const Matrix<T>& projector) {
  const Index d = mixture.dimension();
  Matrix<T> sum = Matrix<T>::Constant(d * d, d * d, T(0));
  for (Index i = 0; i < mixture.size(); ++i) {
    // N x is Gaussian with mean N m and covariance N Q N, so the projection can be taken first.
    const Vector<T> m = projector * mixture.means.col(i);
    const Matrix<T> q = projector * mixture.covariances[static_cast<std::size_t>(i)] * projector;
    const Matrix<T> g = q + m * m.transpose();
    const Eigen::Map<const Vector<T>> vec_g(g.data(), d * d);
    sum += mixture.weights(i) * (square_covariance(m, q) + vec_g * vec_g.transpose());
  }
  return sum;
}

template Matrix<double> second_moment(const Matrix<double>&, unsigned);
template Vector<double> symmetric_coordinates(const Matrix<double>&);
template Matrix<double> from_symmetric_coordinates(const Vector<double>&, Index);
template Matrix<double> symmetric_fourth_moment(const Matrix<double>&, const Matrix<double>&, unsigned);
template Matrix<double> fourth_moment(const Matrix<double>&, const Matrix<double>&, unsigned);
template Matrix<Real50> second_moment(const Matrix<Real50>&, unsigned);
template Matrix<double> second_moment(const RowSlice<double>&, unsigned);
template Matrix<Real50> second_moment(const RowSlice<Real50>&, unsigned);
template Matrix<double> symmetric_fourth_moment(const RowSlice<double>&, const Matrix<double>&, unsigned);
template Matrix<Real50> symmetric_fourth_moment(const RowSlice<Real50>&, const Matrix<Real50>&, unsigned);
template Matrix<double> fourth_moment(const RowSlice<double>&, const Matrix<double>&, unsigned);
template Matrix<Real50> fourth_moment(const RowSlice<Real50>&, const Matrix<Real50>&, unsigned);
template Vector<Real50> symmetric_coordinates(const Matrix<Real50>&);
template Matrix<Real50> from_symmetric_coordinates(const Vector<Real50>&, Index);
template Matrix<Real50> symmetric_fourth_moment(const Matrix<Real50>&, const Matrix<Real50>&, unsigned);
template Matrix<Real50> fourth_moment(const Matrix<Real50>&, const Matrix<Real50>&, unsigned);
template Matrix<double> second_moment(const Mixture<double>&);
template Matrix<double> square_covariance(const Vector<double>&, const Matrix<double>&);
template Matrix<double> fourth_moment(const Mixture<double>&, const Matrix<double>&);
template Matrix<Real50> second_moment(const Mixture<Real50>&);
template Matrix<Real50> square_covariance(const Vector<Real50>&, const Matrix<Real50>&);
template Matrix<Real50> fourth_moment(const Mixture<Real50>&, const Matrix<Real50>&);
template Matrix<Real100> second_moment(const Mixture<Real100>&);
template Matrix<Real100> square_covariance(const Vector<Real100>&, const Matrix<Real100>&);
template Matrix<Real100> fourth_moment(const Mixture<Real100>&, const Matrix<Real100>&);
template Matrix<Ball> second_moment(const Mixture<Ball>&);
template Matrix<Ball> square_covariance(const Vector<Ball>&, const Matrix<Ball>&);
template Matrix<Ball> fourth_moment(const Mixture<Ball>&, const Matrix<Ball>&);

}  // namespace verimix

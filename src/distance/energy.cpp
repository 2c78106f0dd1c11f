#include "verimix/distance/energy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/parallel.hpp"
#include "verimix/core/verdict.hpp"

namespace verimix {
namespace {

// Distances from one point to this many at a time are computed in one vector, coordinate by coordinate.
constexpr Index row_block = 1024;
// Points whose sums one block of parallel work adds up.
constexpr Index point_block = 64;

template <class T>
using Column = Eigen::Array<T, Eigen::Dynamic, 1>;

// Sum over i of |y - rows.row(i)| for i in [begin, end). `rows` holds one coordinate a column, so that each is
// contiguous.
template <RealScalar T>
T sum_of_distances(const Matrix<T>& rows, const auto& y, Index begin, Index end, Column<T>& square,
                   Column<T>& distance) {
  T sum(0);
  for (Index first = begin; first < end; first += row_block) {
    const Index count = std::min(row_block, end - first);
    square.head(count).setZero();
    for (Index c = 0; c < rows.cols(); ++c)
      square.head(count) += (rows.col(c).segment(first, count).array() - y(c)).square();
    distance.head(count) = square.head(count).sqrt();
    sum += distance.head(count).sum();
  }
  return sum;
}

// Sum over the columns y_j and, for `within`, i < j only, else all i, of |x_i - y_j|.
template <RealScalar T>
T sum_over_pairs(const Matrix<T>& x, const Matrix<T>& y, bool within, unsigned threads) {
  const Matrix<T> rows = x.transpose();
  const Index count = y.cols();
  std::vector<T> block_sums(static_cast<std::size_t>((count + point_block - 1) / point_block), T(0));
  parallel_blocks(
      count, point_block,
      [&](Index begin, Index end) {
        Column<T> square(row_block);
        Column<T> distance(row_block);
        T sum(0);
        for (Index j = begin; j < end; ++j)
          sum += sum_of_distances<T>(rows, y.col(j), 0, within ? j : rows.rows(), square, distance);
        block_sums[static_cast<std::size_t>(begin / point_block)] = sum;
      },
      threads);
  T total(0);
  for (const T& sum : block_sums) total += sum;
  return total;
}

template <RealScalar T>
void require_sample(const Matrix<T>& points, const char* name) {
  const std::string field = std::string("points of ") + name;
  if (points.rows() < 1) throw InputError("", field, "dimension 0", "points in dimension 1 or more");
  if (points.cols() < 2) throw InputError("", field, std::to_string(points.cols()), "at least 2 points");
  for (Index j = 0; j < points.cols(); ++j)
    for (Index i = 0; i < points.rows(); ++i)
      if (!is_finite(points(i, j))) throw InputError("", field, "row " + std::to_string(j + 1), "finite numbers");
}

}  // namespace

template <RealScalar T>
EnergyDistance<T> energy_distance(const Matrix<T>& x, const Matrix<T>& y, unsigned threads) {
  require_sample(x, "the first sample");
  require_sample(y, "the second sample");
  if (x.rows() != y.rows())
    throw InputError("", "points of the second sample", "dimension " + std::to_string(y.rows()),
                     "dimension " + std::to_string(x.rows()));
  const T n(static_cast<double>(x.cols()));
  const T m(static_cast<double>(y.cols()));
  const T between = T(2) * sum_over_pairs(x, y, false, threads) / (n * m);
  const T within_x = T(2) * sum_over_pairs(x, x, true, threads) / n;
  const T within_y = T(2) * sum_over_pairs(y, y, true, threads) / m;
  return {between - within_x / (n - T(1)) - within_y / (m - T(1)), between - within_x / n - within_y / m};
}

Json energy_distance_json(const Matrix<double>& x, const Matrix<double>& y) {
  const EnergyDistance<double> energy = energy_distance(x, y);
  Json metric;
  metric["name"] = "energy";
  metric["lower"] = metric["upper"] = to_text(energy.unbiased);
  metric["evidence"] = std::string(to_text(Evidence::computed));
  metric["confidence"] = nullptr;
  metric["method"] = fmt::format("unbiased estimate from {} and {} rows; the biased one is {}", x.cols(), y.cols(),
                                 to_text(energy.biased));
  Json document;
  document["format"] = "verimix.distance/1";
  document["metrics"] = Json::array({metric});
  return document;
}

template EnergyDistance<double> energy_distance(const Matrix<double>&, const Matrix<double>&, unsigned);
template EnergyDistance<Real50> energy_distance(const Matrix<Real50>&, const Matrix<Real50>&, unsigned);

}  // namespace verimix

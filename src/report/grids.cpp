#include "grids.hpp"

#include <algorithm>
#include <cmath>

namespace verimix {

std::vector<double> even_grid(std::pair<double, double> ends, Index count) {
  std::vector<double> grid(static_cast<std::size_t>(count));
  for (Index i = 0; i < count; ++i)
    grid[static_cast<std::size_t>(i)] =
        ends.first + (ends.second - ends.first) * static_cast<double>(i) / static_cast<double>(count - 1);
  return grid;
}

Matrix<double> line_points(const std::vector<double>& grid) {
  return Eigen::Map<const Matrix<double>>(grid.data(), 1, static_cast<Index>(grid.size()));
}

Matrix<double> plane_points(const std::vector<double>& xs, const std::vector<double>& ys) {
  const auto columns = static_cast<Index>(xs.size());
  Matrix<double> points(2, columns * static_cast<Index>(ys.size()));
  for (Index at = 0; at < points.cols(); ++at) {
    points(0, at) = xs[static_cast<std::size_t>(at % columns)];
    points(1, at) = ys[static_cast<std::size_t>(at / columns)];
  }
  return points;
}

std::vector<double> cell_middles(std::pair<double, double> ends, Index count) {
  const double half = (ends.second - ends.first) / static_cast<double>(2 * count);
  return even_grid({ends.first + half, ends.second - half}, count);
}

std::pair<double, double> drawn_ends(const Matrix<double>& means, const std::vector<Matrix<double>>& covariances,
                                     Index axis, double deviations) {
  double lowest = -deviations;
  double highest = deviations;
  for (Index i = 0; i < means.cols(); ++i) {
    const double reach = deviations * std::sqrt(std::max(0.0, covariances[static_cast<std::size_t>(i)](axis, axis)));
    lowest = std::min(lowest, means(axis, i) - reach);
    highest = std::max(highest, means(axis, i) + reach);
  }
  return {lowest, highest};
}

Arrows score_arrows(const Matrix<double>& points, const Matrix<double>& score, double longest, MarkStyle style) {
  std::vector<double> lengths;
  for (Index i = 0; i < score.cols(); ++i) lengths.push_back(score.col(i).norm());
  std::vector<double> sorted = lengths;
  constexpr std::size_t tenths = 9;
  std::ranges::sort(sorted);
  const double full = std::max(sorted[sorted.size() * tenths / 10], 1e-300);
  Arrows arrows{std::move(style), {}, {}, {}, {}};
  for (Index i = 0; i < points.cols(); ++i) {
    const double length = lengths[static_cast<std::size_t>(i)];
    const double scale = longest / std::max(full, length);
    arrows.x.push_back(points(0, i));
    arrows.y.push_back(points(1, i));
    arrows.x2.push_back(points(0, i) + scale * score(0, i));
    arrows.y2.push_back(points(1, i) + scale * score(1, i));
  }
  return arrows;
}

std::vector<double> row_of(const Matrix<double>& values, Index row) {
  std::vector<double> out(static_cast<std::size_t>(values.cols()));
  for (Index i = 0; i < values.cols(); ++i) out[static_cast<std::size_t>(i)] = values(row, i);
  return out;
}

}  // namespace verimix

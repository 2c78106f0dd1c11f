// What the pictures of mixtures and of models share: grids, and where they end.
#pragma once

#include <utility>
#include <vector>

#include "verimix/core/linear_algebra.hpp"
#include "verimix/report/figure.hpp"

namespace verimix {

/// `count` points evenly from first to last; count >= 2.
std::vector<double> even_grid(std::pair<double, double> ends, Index count);
/// The same as a matrix 1 x count.
Matrix<double> line_points(const std::vector<double>& grid);
/// The points (x_i, y_j) as 2 x (columns rows), the point of column i and row j at place j columns + i.
Matrix<double> plane_points(const std::vector<double>& xs, const std::vector<double>& ys);
/// The middles of `count` cells of equal length.
std::vector<double> cell_middles(std::pair<double, double> ends, Index count);

/// Along an axis: `deviations` standard deviations around every mean (d x k), and N(0, 1) around 0 as far.
std::pair<double, double> drawn_ends(const Matrix<double>& means, const std::vector<Matrix<double>>& covariances,
                                     Index axis, double deviations);

/// The score's vectors (2 x n) at the points as arrows: as long as `longest` where |s| is at least its 90% quantile,
/// and in proportion below.
Arrows score_arrows(const Matrix<double>& points, const Matrix<double>& score, double longest, MarkStyle style);

/// One row of a matrix.
std::vector<double> row_of(const Matrix<double>& values, Index row);

}  // namespace verimix

// Composite Gauss-Legendre quadrature on panels that resolve given functions, jumps included.
#pragma once

#include <functional>
#include <vector>

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// Functions at n points (a row each, r x n), in units in which a change of 1 is large.
using BatchedFunctions = std::function<Matrix<double>(const Matrix<double>& points)>;

struct PanelRequest {
  /// No panel is wider. > 0.
  double width;
  /// No function changes by more within a panel. > 0.
  double variation;
  /// What the last Legendre coefficients of a function within a panel may add up to, and ten times as much by how much
  /// two panels may differ where they touch. > 0.
  double tolerance;
};

/// Points and weights of int f = sum weights f(points) over [edges.front(), edges.back()], points increasing,
/// panel_points a panel; `values` are the functions there.
struct Panels {
  std::vector<double> edges;
  Vector<double> points, weights;
  Matrix<double> values;
};

/// Points of the rule on one panel: exact for polynomials up to degree 39.
constexpr Index panel_points = 20;

/// Node j (0..19, increasing) and weight of the rule on [-1, 1].
double panel_node(Index j);
double panel_weight(Index j);

/// Panels of equal width, halved until the functions are resolved in each of them. Where one jumps the panels shrink to
/// 2^-36 of the whole and are then left as they are. The functions are called on at most `panel_block` points at a
/// time, in blocks that do not depend on the number of threads. Domain: lower < upper.
constexpr Index panel_block = 2000;
Panels resolved_panels(const BatchedFunctions& functions, double lower, double upper, const PanelRequest& request,
                       unsigned threads);

/// The same without functions: panels of equal width.
Panels equal_panels(double lower, double upper, double width);

}  // namespace verimix

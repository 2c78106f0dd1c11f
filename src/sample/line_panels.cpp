#include "line_panels.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>

#include "verimix/core/error.hpp"
#include "verimix/core/parallel.hpp"

namespace verimix {
namespace {

using Rule = boost::math::quadrature::gauss<double, static_cast<unsigned>(panel_points)>;

// A panel narrower than this share of the whole is not halved again.
constexpr double narrowest = 0x1p-36;
// Legendre coefficients at the end of a panel's expansion that are held to the tolerance.
constexpr Index last_coefficients = 3;

struct Panel {
  double lower, upper;
  bool evaluated = false, smooth = false;
  Matrix<double> values;
  // The interpolating polynomials of the functions at both ends.
  Vector<double> at_lower, at_upper;
};

/// (2k + 1)/2 w_j P_k(x_j), k a row: from values at the nodes to coefficients of Legendre polynomials.
const Matrix<double>& legendre_transform() {
  static const Matrix<double> transform = [] {
    Matrix<double> out(panel_points, panel_points);
    for (Index j = 0; j < panel_points; ++j) {
      const double x = panel_node(j);
      double before = 0, value = 1;
      for (Index k = 0; k < panel_points; ++k) {
        out(k, j) = (static_cast<double>(k) + 0.5) * panel_weight(j) * value;
        const double order = static_cast<double>(k);
        const double next = ((2 * order + 1) * x * value - order * before) / (order + 1);
        before = value;
        value = next;
      }
    }
    return out;
  }();
  return transform;
}

void place_points(double lower, double upper, Eigen::Ref<Vector<double>> points) {
  for (Index j = 0; j < panel_points; ++j) points(j) = lower + (upper - lower) * ((1 + panel_node(j)) / 2);
}

void judge(Panel& panel, const PanelRequest& request) {
  const Matrix<double> coefficients = panel.values * legendre_transform().transpose();
  panel.at_upper = coefficients.rowwise().sum();
  panel.at_lower = Vector<double>::Zero(coefficients.rows());
  for (Index k = 0; k < panel_points; ++k) panel.at_lower += (k % 2 == 0 ? 1.0 : -1.0) * coefficients.col(k);
  panel.smooth = true;
  for (Index i = 0; i < panel.values.rows(); ++i) {
    const double variation = panel.values.row(i).maxCoeff() - panel.values.row(i).minCoeff();
    const double tail = coefficients.row(i).tail(last_coefficients).cwiseAbs().sum();
    if (!(variation <= request.variation && tail <= request.tolerance)) panel.smooth = false;
  }
  panel.evaluated = true;
}

void evaluate(std::vector<Panel>& panels, const BatchedFunctions& functions, const PanelRequest& request,
              unsigned threads) {
  std::vector<Panel*> pending;
  for (Panel& panel : panels)
    if (!panel.evaluated) pending.push_back(&panel);
  constexpr Index block = panel_block / panel_points;
  parallel_blocks(
      static_cast<Index>(pending.size()), block,
      [&](Index begin, Index end) {
        Vector<double> points((end - begin) * panel_points);
        for (Index i = begin; i < end; ++i) {
          const Panel& panel = *pending[static_cast<std::size_t>(i)];
          place_points(panel.lower, panel.upper, points.segment((i - begin) * panel_points, panel_points));
        }
        const Matrix<double> values = functions(points.transpose());
        for (Index i = begin; i < end; ++i) {
          Panel& panel = *pending[static_cast<std::size_t>(i)];
          panel.values = values.middleCols((i - begin) * panel_points, panel_points);
          judge(panel, request);
        }
      },
      threads);
}

/// Which panels have to be halved: those that are not smooth, and two smooth neighbours that do not meet.
std::vector<bool> unresolved(const std::vector<Panel>& panels, double least, double tolerance) {
  std::vector<bool> out(panels.size(), false);
  const auto wide = [&](const Panel& panel) { return panel.upper - panel.lower > least; };
  for (std::size_t i = 0; i < panels.size(); ++i) {
    if (!panels[i].smooth) out[i] = wide(panels[i]);
    if (i == 0 || !panels[i].smooth || !panels[i - 1].smooth) continue;
    if ((panels[i].at_lower - panels[i - 1].at_upper).cwiseAbs().maxCoeff() <= 10 * tolerance) continue;
    for (const std::size_t side : {i - 1, i})
      if (wide(panels[side])) out[side] = true;
  }
  return out;
}

std::vector<Panel> equal_division(double lower, double upper, double width) {
  require_invariant(lower < upper && width > 0 && std::isfinite(upper - lower), "panels cover an interval");
  const auto count = static_cast<Index>(std::ceil((upper - lower) / width));
  std::vector<Panel> panels;
  double from = lower;
  for (Index i = 1; i <= count; ++i) {
    const double to =
        i == count ? upper : lower + (upper - lower) * (static_cast<double>(i) / static_cast<double>(count));
    panels.push_back({from, to, false, false, {}, {}, {}});
    from = to;
  }
  return panels;
}

Panels assembled(const std::vector<Panel>& panels) {
  Panels out;
  const auto count = static_cast<Index>(panels.size());
  const Index rows = panels.front().values.rows();
  out.points.resize(count * panel_points);
  out.weights.resize(count * panel_points);
  out.values.resize(rows, rows == 0 ? 0 : count * panel_points);
  out.edges.push_back(panels.front().lower);
  for (Index i = 0; i < count; ++i) {
    const Panel& panel = panels[static_cast<std::size_t>(i)];
    out.edges.push_back(panel.upper);
    place_points(panel.lower, panel.upper, out.points.segment(i * panel_points, panel_points));
    for (Index j = 0; j < panel_points; ++j)
      out.weights(i * panel_points + j) = (panel.upper - panel.lower) / 2 * panel_weight(j);
    if (rows > 0) out.values.middleCols(i * panel_points, panel_points) = panel.values;
  }
  return out;
}

}  // namespace

// Boost lists the nodes that are not negative, in increasing order.
double panel_node(Index j) {
  constexpr Index half = panel_points / 2;
  const auto at = static_cast<std::size_t>(j < half ? half - 1 - j : j - half);
  return j < half ? -Rule::abscissa()[at] : Rule::abscissa()[at];
}

double panel_weight(Index j) {
  constexpr Index half = panel_points / 2;
  return Rule::weights()[static_cast<std::size_t>(j < half ? half - 1 - j : j - half)];
}

Panels resolved_panels(const BatchedFunctions& functions, double lower, double upper, const PanelRequest& request,
                       unsigned threads) {
  std::vector<Panel> panels = equal_division(lower, upper, request.width);
  const double least = narrowest * (upper - lower);
  while (true) {
    evaluate(panels, functions, request, threads);
    const std::vector<bool> halve = unresolved(panels, least, request.tolerance);
    if (std::ranges::find(halve, true) == halve.end()) return assembled(panels);
    std::vector<Panel> next;
    for (std::size_t i = 0; i < panels.size(); ++i) {
      if (!halve[i]) {
        next.push_back(std::move(panels[i]));
        continue;
      }
      const double middle = panels[i].lower + (panels[i].upper - panels[i].lower) / 2;
      next.push_back({panels[i].lower, middle, false, false, {}, {}, {}});
      next.push_back({middle, panels[i].upper, false, false, {}, {}, {}});
    }
    panels = std::move(next);
  }
}

Panels equal_panels(double lower, double upper, double width) { return assembled(equal_division(lower, upper, width)); }

}  // namespace verimix

#include "verimix/report/mixture_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "grids.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/polynomial/basis.hpp"

namespace verimix {
namespace {

constexpr Index line_count = 401;
constexpr int picture_degree = 3;

/// Density and score on a grid of the line.
struct LineValues {
  std::vector<double> density, score;
};

LineValues line_values(const Mixture<double>& mixture, const std::vector<double>& grid) {
  const Evaluation<double> values = Density<double>(mixture).evaluate(line_points(grid));
  LineValues out;
  for (Index i = 0; i < values.log_density.size(); ++i) out.density.push_back(std::exp(values.log_density(i)));
  out.score = row_of(values.score, 0);
  return out;
}

/// lambda_i N(mu_i, Q_i) on the grid, one curve a component, all under one name.
void add_components(std::vector<Mark>& marks, const Mixture<double>& mixture, const std::vector<double>& grid) {
  if (mixture.size() < 2) return;
  for (Index i = 0; i < mixture.size(); ++i) {
    if (!(mixture.weights(i) > 0)) continue;
    Curve curve{{"weighted components", -1}, grid, line_values(sub_mixture(mixture, {i}), grid).density};
    for (double& y : curve.y) y *= mixture.weights(i);
    marks.emplace_back(std::move(curve));
  }
}

/// Where the score is worth looking at: [lowest, highest] over the points with at least 1e-3 of the highest density.
void widen(std::pair<double, double>& ends, const LineValues& values) {
  constexpr double worth = 1e-3;
  const double highest = *std::ranges::max_element(values.density);
  for (std::size_t i = 0; i < values.density.size(); ++i)
    if (values.density[i] >= worth * highest) {
      ends.first = std::min(ends.first, values.score[i]);
      ends.second = std::max(ends.second, values.score[i]);
    }
}

std::vector<Figure> line_figures(const Mixture<double>& mixture, const std::vector<double>& times,
                                 const std::string& id) {
  constexpr double deviations = 3.5;
  const std::vector<double> grid = even_grid(drawn_ends(mixture.means, mixture.covariances, 0, deviations), line_count);
  const Axis x{"x", AxisScale::linear, std::pair{grid.front(), grid.back()}, {}};
  Figure density{id + "-density", "Density", "", x, {"density of q_t", AxisScale::linear, {}, {}}, {}, {},
                 "time t",        id};
  Figure score{id + "-score", "Score", "", x, {"∇ log q_t", AxisScale::linear, {}, {}}, {}, {}, "time t", id};
  density.caption =
      "Density of the law q_t of dx = −x dt + √2 dw started from the mixture, with its weighted components. Dashed "
      "lines: the cells, cut where the density "
      "has a deep minimum. Computed.";
  score.caption = fmt::format(
      "Score of q_t, and in each cell the polynomial of degree {} that is closest to it in the mean square of q_t. "
      "Computed on {} points.",
      picture_degree, line_count);
  std::pair<double, double> ends{0, 0};
  for (const double time : times) {
    const Mixture<double> law = at_time(mixture, time);
    const LineValues values = line_values(law, grid);
    const std::vector<double> cuts = density_cuts(grid, values.density);
    const Mark rules = Rules{{"cells", -1}, cuts, {}};
    const std::string label = fmt::format("{:.3g}", time);
    density.frames.push_back({label, {Curve{{"density", 0}, grid, values.density}, rules}});
    add_components(density.frames.back().marks, law, grid);
    score.frames.push_back({label,
                            {Curve{{"score", 0}, grid, values.score},
                             Curve{{"polynomial of each cell", 1},
                                   grid,
                                   cell_polynomials(grid, values.density, values.score, cuts, picture_degree),
                                   true},
                             rules}});
    widen(ends, values);
  }
  const double margin = 0.05 * (ends.second - ends.first);
  score.y.ends = {ends.first - margin, ends.second + margin};
  density.y.ends = {0, 1.05 * extent(density, false, false).second};
  return {density, score};
}

/// The law of the first two coordinates.
Mixture<double> first_two(const Mixture<double>& mixture) {
  Mixture<double> out = mixture;
  out.means = mixture.means.topRows(2).eval();
  for (Matrix<double>& covariance : out.covariances) covariance = covariance.topLeftCorner(2, 2).eval();
  return out;
}

Points mean_points(const Mixture<double>& law) {
  Points points{{"means", 1}, {}, {}, {}, {}, {}};
  for (Index i = 0; i < law.size(); ++i) {
    points.x.push_back(law.means(0, i));
    points.y.push_back(law.means(1, i));
    points.labels.push_back(fmt::format("component {}: weight {:.4g}, mean ({:.4g}, {:.4g})", i + 1, law.weights(i),
                                        law.means(0, i), law.means(1, i)));
  }
  return points;
}

Figure plane_figure(const Mixture<double>& mixture, const std::vector<double>& times, const std::string& id,
                    bool arrows) {
  constexpr double deviations = 3;
  constexpr Index field_count = 64;
  constexpr Index arrow_count = 17;
  const auto wide = drawn_ends(mixture.means, mixture.covariances, 0, deviations);
  const auto tall = drawn_ends(mixture.means, mixture.covariances, 1, deviations);
  Figure figure{id + "-plane",
                arrows ? "Density and score" : "Density of the first two coordinates",
                "",
                {"x₁", AxisScale::linear, wide, {}},
                {"x₂", AxisScale::linear, tall, {}},
                {},
                {},
                "time t",
                id,
                true};
  figure.caption = fmt::format("Contours of the density of q_t{}. Computed.",
                               arrows ? ", arrows along its score (long ones cut), the components' means" : "");
  const auto xs = cell_middles(wide, field_count);
  const auto ys = cell_middles(tall, field_count);
  const Matrix<double> points = plane_points(xs, ys);
  const Matrix<double> tails = plane_points(cell_middles(wide, arrow_count), cell_middles(tall, arrow_count));
  const double longest = 0.9 * std::min(wide.second - wide.first, tall.second - tall.first) / arrow_count;
  for (const double time : times) {
    const Mixture<double> law = at_time(mixture, time);
    const Density<double> density(law);
    const Vector<double> logs = density.evaluate(points).log_density;
    Field field{{"density", 0}, wide, tall, Matrix<double>(field_count, field_count), false, true};
    for (Index at = 0; at < logs.size(); ++at) field.values(at / field_count, at % field_count) = std::exp(logs(at));
    Frame frame{fmt::format("{:.3g}", time), {field}};
    if (arrows) frame.marks.emplace_back(score_arrows(tails, density.evaluate(tails).score, longest, {"score", -1}));
    frame.marks.emplace_back(mean_points(law));
    figure.frames.push_back(std::move(frame));
  }
  return figure;
}

/// The weighted least-squares polynomial of one cell, written to `out` at its points [begin, end).
void fit_cell(const std::vector<double>& grid, const std::vector<double>& density, const std::vector<double>& score,
              std::pair<std::size_t, std::size_t> cell, int degree, std::vector<double>& out) {
  const auto count = static_cast<Index>(cell.second - cell.first);
  const auto at = static_cast<Index>(cell.first);
  const Matrix<double> x = line_points(grid).middleCols(at, count);
  const Matrix<double> s = line_points(score).middleCols(at, count);
  Matrix<double> weights = line_points(density).middleCols(at, count);
  const double mass = weights.sum();
  if (count < 4 * (degree + 1) || !(mass > 1e-6 * line_points(density).sum())) return;
  weights /= mass;
  const double mean = weights.cwiseProduct(x).sum();
  const double variance = (weights.array() * (x.array() - mean).square()).sum();
  const HermiteBasis<double> basis(Vector<double>::Constant(1, mean), Matrix<double>::Constant(1, 1, variance), degree);
  const Matrix<double> values = basis.values(x);
  const Matrix<double> weighted = values * weights.row(0).asDiagonal();
  const Matrix<double> gram = weighted * values.transpose();
  const Matrix<double> fitted =
      (Eigen::LLT<Matrix<double>>(gram).solve(Matrix<double>(weighted * s.transpose()))).transpose() * values;
  // The last point stays NaN: the curve is interrupted before the next cell.
  for (Index i = 0; i + 1 < count; ++i) out[cell.first + static_cast<std::size_t>(i)] = fitted(0, i);
}

}  // namespace

std::vector<double> slider_times(bool definite) {
  std::vector<double> times{0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3};
  if (definite) times.insert(times.begin(), 0);
  return times;
}

std::vector<double> density_cuts(const std::vector<double>& grid, const std::vector<double>& density) {
  constexpr double deep = 0.5;
  std::vector<double> cuts;
  // Walks from peak to peak: `peak` is the highest value since the last cut, `valley` the lowest since that peak.
  double peak = density[0];
  std::size_t valley = 0;
  for (std::size_t i = 1; i < density.size(); ++i) {
    if (density[i] > peak && density[valley] >= deep * peak) {
      peak = density[i];
      valley = i;
    } else if (density[i] < density[valley]) {
      valley = i;
    } else if (density[valley] < deep * std::min(peak, density[i]) &&
               (i + 1 == density.size() || density[i + 1] < density[i])) {
      cuts.push_back(grid[valley]);
      peak = density[i];
      valley = i;
    }
  }
  return cuts;
}

std::vector<double> cell_polynomials(const std::vector<double>& grid, const std::vector<double>& density,
                                     const std::vector<double>& score, const std::vector<double>& cuts, int degree) {
  std::vector<double> out(grid.size(), std::nan(""));
  std::size_t begin = 0;
  for (std::size_t c = 0; c <= cuts.size(); ++c) {
    const std::size_t end = c == cuts.size()
                                ? grid.size()
                                : static_cast<std::size_t>(std::ranges::upper_bound(grid, cuts[c]) - grid.begin());
    fit_cell(grid, density, score, {begin, end}, degree, out);
    begin = end;
  }
  return out;
}

std::vector<Figure> mixture_figures(const Mixture<double>& mixture, const std::string& id) {
  bool definite = true;
  for (Index i = 0; i < mixture.size(); ++i)
    if (mixture.weights(i) > 0 &&
        Eigen::LLT<Matrix<double>>(mixture.covariances[static_cast<std::size_t>(i)]).info() != Eigen::Success)
      definite = false;
  const std::vector<double> times = slider_times(definite);
  if (mixture.dimension() == 1) return line_figures(mixture, times, id);
  if (mixture.dimension() == 2) return {plane_figure(mixture, times, id, true)};
  return {plane_figure(first_two(mixture), times, id, false)};
}

}  // namespace verimix

#include "verimix/report/model_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "grids.hpp"
#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/density.hpp"

namespace verimix {
namespace {

constexpr Index model_line_count = 321;

/// At most `most` levels, evenly, from the least noise to the most: the slider moves with t.
std::vector<Index> drawn_levels(const LearnedModel<double>& model, Index most) {
  const auto count = static_cast<Index>(model.levels.size());
  const Index shown = std::min(count, most);
  std::vector<Index> levels;
  for (Index i = 0; i < shown; ++i) levels.push_back(shown == 1 ? 0 : count - 1 - i * (count - 1) / (shown - 1));
  return levels;
}

std::pair<double, double> model_ends(const LearnedModel<double>& model, Index axis) {
  constexpr double deviations = 3.5;
  const auto& estimates = model.levels.back().structure.estimates;
  return drawn_ends(estimates.means, estimates.covariances, axis, deviations);
}

const LearnedLevel<double>& level_of(const LearnedModel<double>& model, Index level) {
  return model.levels[static_cast<std::size_t>(level)];
}

/// `values` where the label is `cell`, else NaN.
std::vector<double> in_cell(const std::vector<double>& values, const std::vector<Index>& labels, Index cell) {
  std::vector<double> out = values;
  for (std::size_t i = 0; i < out.size(); ++i)
    if (labels[i] != cell) out[i] = std::nan("");
  return out;
}

std::vector<double> borders(const std::vector<double>& grid, const std::vector<Index>& labels) {
  std::vector<double> out;
  for (std::size_t i = 1; i < grid.size(); ++i)
    if (labels[i] != labels[i - 1]) out.push_back((grid[i - 1] + grid[i]) / 2);
  return out;
}

/// The polynomial of a piece on all of the line.
std::vector<double> beyond_cell(const ScorePiece<double>& piece, const Matrix<double>& points) {
  return row_of(piece.coefficients * piece.basis.values(points, piece.degree()), 0);
}

Frame line_frame(const LearnedLevel<double>& level, const std::optional<Mixture<double>>& truth,
                 const std::vector<double>& grid, std::pair<double, double>& ends) {
  const Matrix<double> points = line_points(grid);
  const std::vector<Index> labels = level.score.clustering().labels(points, 1);
  const std::vector<double> learned = row_of(level.score(points), 0);
  Frame frame{fmt::format("{:.3g}", level.time), {Rules{{"cells", -1}, borders(grid, labels), {}}}};
  for (Index c = 0; c < level.score.cells(); ++c) {
    const MarkStyle style{fmt::format("learned, cell {}", c + 1), static_cast<int>(c)};
    const ScorePiece<double>& piece = level.score.pieces()[static_cast<std::size_t>(c)];
    if (piece.coefficients.cols() > 0)
      frame.marks.emplace_back(Curve{{"polynomials beyond their cells", -1}, grid, beyond_cell(piece, points)});
    frame.marks.emplace_back(Curve{style, grid, in_cell(learned, labels, c)});
  }
  const auto [lowest, highest] = std::ranges::minmax(learned);
  ends = {std::min(ends.first, lowest), std::max(ends.second, highest)};
  if (truth)
    frame.marks.emplace_back(Curve{{"exact score", 7},
                                   grid,
                                   row_of(Density<double>(at_time(*truth, level.time)).evaluate(points).score, 0),
                                   true});
  return frame;
}

Figure line_score_figure(const LearnedModel<double>& model, const std::optional<Mixture<double>>& truth,
                         const std::string& id) {
  constexpr Index most = 16;
  const std::vector<double> grid = even_grid(model_ends(model, 0), model_line_count);
  Figure figure{id + "-score",
                "Learned score",
                "",
                {"x, standardised", AxisScale::linear, std::pair{grid.front(), grid.back()}, {}},
                {"score", AxisScale::linear, {}, {}},
                {},
                {},
                "time t",
                id};
  figure.caption = fmt::format(
      "The learned score at {} of {} noise levels: a polynomial in each cell and its fallback outside of the region; "
      "faint, the polynomials beyond their cells{}. "
      "Computed.",
      std::min<Index>(most, static_cast<Index>(model.levels.size())), model.levels.size(),
      truth ? "; dashed, the exact score" : "");
  std::pair<double, double> ends{0, 0};
  for (const Index l : drawn_levels(model, most))
    figure.frames.push_back(line_frame(level_of(model, l), truth, grid, ends));
  // A score near t = 0 is steep in the tails; the picture shows the part that the data see.
  constexpr double steepest = 12;
  figure.y.ends = {std::max(ends.first, -steepest), std::min(ends.second, steepest)};
  return figure;
}

/// Where all but a thousandth of the law lies on either side, by the densities at even grid points.
std::pair<double, double> central_mass(const std::vector<double>& xs, const Vector<double>& log_density) {
  constexpr double tail = 1e-3;
  const Vector<double> weights = log_density.array().exp().matrix() / log_density.array().exp().sum();
  double below = 0;
  std::pair<double, double> ends{xs.front(), xs.back()};
  for (Index i = 0; i < weights.size(); ++i) {
    const double x = xs[static_cast<std::size_t>(i)];
    if (below < tail) ends.first = x;
    if (below < 1 - tail) ends.second = x;
    below += weights(i);
  }
  return ends;
}

Figure line_error_figure(const LearnedModel<double>& model, const Mixture<double>& truth, const std::string& id) {
  constexpr Index rows = 48;
  constexpr Index columns = 120;
  constexpr double least = 1e-10;
  const auto wide = model_ends(model, 0);
  const double first = std::log10(model.levels.back().time);
  const double last = std::log10(model.levels.front().time);
  const std::vector<double> xs = cell_middles(wide, columns);
  const Matrix<double> points = line_points(xs);
  Field field{{"squared error", 0}, wide, {first, last}, Matrix<double>(rows, columns), true, false};
  const std::vector<double> heights = cell_middles({first, last}, rows);
  Curve left{{"0.1% and 99.9% quantiles", 1}, {}, {}};
  Curve right = left;
  for (Index row = 0; row < rows; ++row) {
    const double wanted = heights[static_cast<std::size_t>(row)];
    const auto nearest = std::ranges::min_element(
        model.levels, {}, [&](const LearnedLevel<double>& level) { return std::abs(std::log10(level.time) - wanted); });
    const Evaluation<double> exact = Density<double>(at_time(truth, nearest->time)).evaluate(points);
    const auto inside = central_mass(xs, exact.log_density);
    left.x.push_back(inside.first);
    right.x.push_back(inside.second);
    left.y.push_back(wanted);
    right.y.push_back(wanted);
    const Matrix<double> difference = nearest->score(points) - exact.score;
    field.values.row(row) = difference.row(0).array().square().max(least).matrix();
  }
  Figure figure{id + "-error",
                "Score error",
                "",
                {"x, standardised", AxisScale::linear, wide, {}},
                {"log₁₀ t", AxisScale::linear, std::pair{first, last}, {}},
                {field, left, right},
                {},
                "",
                ""};
  figure.caption = fmt::format(
      "Squared error |ŝ − s|² of the learned score over x and t, on a logarithmic scale; each row is the nearest of {} "
      "noise levels. Between the curves lie 99.8% of the law. Computed.",
      model.levels.size());
  return figure;
}

/// Runs of one label in a row of the grid become one rectangle.
void add_cells(std::vector<Mark>& marks, const std::vector<Index>& labels, std::pair<double, double> wide,
               std::pair<double, double> tall, Index count, Index cells) {
  const double width = (wide.second - wide.first) / static_cast<double>(count);
  const double height = (tall.second - tall.first) / static_cast<double>(count);
  for (Index c = 0; c < cells; ++c) {
    constexpr double pale = 0.18;
    Rectangles area{{fmt::format("cell {}", c + 1), static_cast<int>(c)}, {}, {}, {}, {}, {}, pale};
    for (Index row = 0; row < count; ++row)
      for (Index column = 0; column < count; ++column) {
        if (labels[static_cast<std::size_t>(row * count + column)] != c) continue;
        const Index begin = column;
        while (column + 1 < count && labels[static_cast<std::size_t>(row * count + column + 1)] == c) ++column;
        area.x.push_back(wide.first + width * static_cast<double>(begin));
        area.x2.push_back(wide.first + width * static_cast<double>(column + 1));
        area.y.push_back(tall.first + height * static_cast<double>(row));
        area.y2.push_back(tall.first + height * static_cast<double>(row + 1));
      }
    if (!area.x.empty()) marks.emplace_back(std::move(area));
  }
}

Figure plane_score_figure(const LearnedModel<double>& model, const std::optional<Mixture<double>>& truth,
                          const std::string& id) {
  constexpr Index most = 10;
  constexpr Index cell_count = 56;
  constexpr Index arrow_count = 17;
  const auto wide = model_ends(model, 0);
  const auto tall = model_ends(model, 1);
  const Matrix<double> tails = plane_points(cell_middles(wide, arrow_count), cell_middles(tall, arrow_count));
  const Matrix<double> points = plane_points(cell_middles(wide, cell_count), cell_middles(tall, cell_count));
  const double longest = 0.9 * std::min(wide.second - wide.first, tall.second - tall.first) / arrow_count;
  Figure figure{id + "-score",
                "Learned score",
                "",
                {"x₁, standardised", AxisScale::linear, wide, {}},
                {"x₂, standardised", AxisScale::linear, tall, {}},
                {},
                {},
                "time t",
                id,
                true};
  figure.caption = fmt::format("Cells of the clustering and arrows along the learned score{}. Computed.",
                               truth ? " (strong) and the exact one (faint)" : "");
  for (const Index l : drawn_levels(model, most)) {
    const LearnedLevel<double>& level = level_of(model, l);
    Frame frame{fmt::format("{:.3g}", level.time), {}};
    add_cells(frame.marks, level.score.clustering().labels(points, 1), wide, tall, cell_count, level.score.cells());
    if (truth)
      frame.marks.emplace_back(score_arrows(tails, Density<double>(at_time(*truth, level.time)).evaluate(tails).score,
                                            longest, {"exact score", -1}));
    frame.marks.emplace_back(score_arrows(tails, level.score(tails), longest, {"learned score", 0}));
    figure.frames.push_back(std::move(frame));
  }
  return figure;
}

}  // namespace

std::vector<Figure> model_figures(const LearnedModel<double>& model, const std::optional<Mixture<double>>& truth,
                                  const std::string& id) {
  if (truth && truth->dimension() != model.dimension())
    throw InputError("", "dimension", std::to_string(truth->dimension()),
                     fmt::format("{}, that of the model", model.dimension()));
  std::optional<Mixture<double>> standardised;
  if (truth) standardised = model.standardisation.apply(*truth);
  if (model.dimension() == 2) return {plane_score_figure(model, standardised, id)};
  if (model.dimension() > 2) return {};
  std::vector<Figure> figures{line_score_figure(model, standardised, id)};
  if (standardised) figures.push_back(line_error_figure(model, *standardised, id));
  return figures;
}

}  // namespace verimix

// Pictures of learning, distances, scores, samples and benchmarks.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "grids.hpp"
#include "verimix/report/experiment_figures.hpp"

namespace verimix {
namespace {

/// `symbol` with bars of twice the standard error, which are no confidence interval and are labelled as what they are.
void add_with_error(Points& points, double time, double mean, double standard_error, const char* what) {
  points.x.push_back(time);
  points.y.push_back(mean);
  points.lower.push_back(mean - 2 * standard_error);
  points.upper.push_back(mean + 2 * standard_error);
  points.labels.push_back(
      fmt::format("t = {:.4g}: {} {:.6g}, standard error {:.3g} (computed)", time, what, mean, standard_error));
}

Evidence metric_evidence(const Json& metric) {
  const std::string word = text_member(metric, "evidence");
  if (word == "certified") return Evidence::certified;
  return word == "estimated" ? Evidence::estimated : Evidence::computed;
}

/// Evenly thinned to at most `most` columns.
Matrix<double> thinned(const Matrix<double>& points, Index most) {
  if (points.cols() <= most) return points;
  Matrix<double> out(points.rows(), most);
  for (Index i = 0; i < most; ++i) out.col(i) = points.col(i * points.cols() / most);
  return out;
}

Rectangles histogram(const ResultDocument& sample, std::pair<double, double> ends, int colour) {
  constexpr std::size_t bins = 48;
  std::vector<double> counts(bins, 0);
  for (Index i = 0; i < sample.points.cols(); ++i) {
    const double share = (sample.points(0, i) - ends.first) / (ends.second - ends.first);
    ++counts[std::min(bins - 1, static_cast<std::size_t>(share * bins))];
  }
  const double width = (ends.second - ends.first) / bins;
  Rectangles bars{{sample.stem(), colour}, {}, {}, {}, {}, {}, 0.45};
  for (std::size_t b = 0; b < bins; ++b) {
    const double left = ends.first + width * static_cast<double>(b);
    const double height = counts[b] / (width * static_cast<double>(sample.points.cols()));
    bars.x.push_back(left);
    bars.x2.push_back(left + width);
    bars.y.push_back(0);
    bars.y2.push_back(height);
    bars.labels.push_back(fmt::format("{}: {} points in [{:.4g}, {:.4g}], density {:.4g}", sample.stem(), counts[b],
                                      left, left + width, height));
  }
  return bars;
}

/// A histogram's outline.
Curve outline(const Rectangles& bars, MarkStyle style) {
  Curve curve{std::move(style), {}, {}};
  for (std::size_t b = 0; b < bars.x.size(); ++b) {
    curve.x.insert(curve.x.end(), {bars.x[b], bars.x2[b]});
    curve.y.insert(curve.y.end(), {bars.y2[b], bars.y2[b]});
  }
  return curve;
}

Figure line_samples(const std::vector<const ResultDocument*>& samples, const std::string& id) {
  double lowest = HUGE_VAL;
  double highest = -HUGE_VAL;
  for (const ResultDocument* sample : samples) {
    lowest = std::min(lowest, sample->points.row(0).minCoeff());
    highest = std::max(highest, sample->points.row(0).maxCoeff());
  }
  if (lowest == highest) highest = lowest + 1;
  Figure figure{id,
                "Samples",
                "",
                {"x", AxisScale::linear, std::pair{lowest, highest}, {}},
                {"share per unit", AxisScale::linear, {}, {}},
                {},
                {},
                "",
                ""};
  figure.caption = "Histograms, 48 bins of equal width; the first file filled, the others as outlines over it.";
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const Rectangles bars = histogram(*samples[i], {lowest, highest}, static_cast<int>(i));
    if (i == 0) {
      figure.marks.emplace_back(bars);
    } else {
      figure.marks.emplace_back(outline(bars, {samples[i]->stem(), static_cast<int>(i)}));
    }
  }
  return figure;
}

}  // namespace

std::vector<Figure> learn_figures(const Json& document, const std::string& id) {
  const Axis time{"t", AxisScale::logarithmic, {}, {}};
  Figure losses{
      id + "-loss", "Validation loss", "", time, {"denoising loss", AxisScale::logarithmic, {}, {}}, {}, {}, "", ""};
  Figure errors{id + "-error", "Score error", "", time, {"E|ŝ − s|²", AxisScale::logarithmic, {}, {}}, {}, {}, "", ""};
  Figure choices{id + "-choice", "Degrees and cells", "", time, {"number", AxisScale::linear, {}, {}}, {}, {}, "", ""};
  losses.caption =
      "Denoising loss on the validation rows at each noise level, with twice its standard error (no interval at a "
      "stated level). Computed.";
  errors.caption =
      "Error of the learned score against the truth at each noise level, with twice its standard error. Computed by "
      "Monte Carlo.";
  choices.caption = "The largest degree and the number of cells chosen at each noise level.";
  Points loss{{"validation loss", 0}, {}, {}, {}, {}, {}};
  Points error{{"score error", 1}, {}, {}, {}, {}, {}};
  Curve degrees{{"degree", 0}, {}, {}};
  Curve cells{{"cells", 1}, {}, {}, true};
  for (const Json& level : document["levels"]) {
    const double t = drawn_number(level["time"]);
    add_with_error(loss, t, drawn_number(level["validation_loss"]),
                   drawn_number(level.value("validation_standard_error", Json("0"))), "loss");
    degrees.x.push_back(t);
    degrees.y.push_back(drawn_number(level["degree"]));
    cells.x.push_back(t);
    cells.y.push_back(drawn_number(level["cell_count"]));
    if (const Json known = level.value("score_error", Json()); known.is_object())
      add_with_error(error, t, drawn_number(known["mean"]), drawn_number(known["standard_error"]), "score error");
  }
  losses.marks = {loss};
  choices.marks = {degrees, cells};
  errors.marks = {error};
  std::vector<Figure> figures{losses, choices};
  if (!error.x.empty()) figures.push_back(errors);
  return figures;
}

std::vector<Figure> distance_figures(const Json& document, const std::string& id) {
  Figure figure{
      id, "Distances", "", {"metric", AxisScale::categories, {}, {}}, {"distance", AxisScale::linear, {}, {}}, {},
      {}, "",          ""};
  figure.caption =
      "Each metric between its lower and its upper end. Solid: certified; hollow: estimated at the stated confidence.";
  for (const Json& metric : document["metrics"]) {
    const Evidence evidence = metric_evidence(metric);
    const auto place = static_cast<double>(figure.x.names.size());
    const auto [lower, upper] = drawn_interval(metric);
    figure.x.names.push_back(text_member(metric, "name"));
    figure.marks.emplace_back(
        Points{{std::string(to_text(evidence)), static_cast<int>(evidence), evidence},
               {place},
               {(lower + upper) / 2},
               {lower},
               {upper},
               {fmt::format("{} in {} ({})", text_member(metric, "name"), spoken_number(metric), to_text(evidence))}});
  }
  // From 0, so that a small distance looks small; unbiased estimates may be below.
  constexpr double room = 1.05;
  const auto [lowest, highest] = extent(figure, false, false);
  if (std::isfinite(highest) && highest > lowest)
    figure.y.ends = {std::min(0.0, room * lowest), std::max(0.0, room * highest)};
  return {figure};
}

std::vector<Figure> score_figures(const Json& document, const std::string& id) {
  constexpr std::size_t most = 2000;
  const Json& points = document["points"];
  if (points.empty() || points.size() > most || points[0]["x"].size() != 1) return {};
  Figure figure{id, "Score", "", {"x", AxisScale::linear, {}, {}}, {"score", AxisScale::linear, {}, {}}, {},
                {}, "",      ""};
  const bool ball = text_member(document, "precision") == "ball";
  figure.caption =
      fmt::format("The score at the points of the document, {}.", ball ? "certified enclosures" : "computed");
  Points marks{{"score", 0, ball ? Evidence::certified : Evidence::computed}, {}, {}, {}, {}, {}};
  for (const Json& point : points) {
    const auto ends = drawn_interval(point["score"][0]);
    marks.x.push_back(drawn_number(point["x"][0]));
    marks.y.push_back((ends.first + ends.second) / 2);
    marks.labels.push_back(fmt::format("x = {}: score {}, log-density {}", spoken_number(point["x"][0]),
                                       spoken_number(point["score"][0]), spoken_number(point["log_density"])));
  }
  figure.marks.emplace_back(std::move(marks));
  return {figure};
}

std::vector<Figure> sample_figures(const std::vector<const ResultDocument*>& samples, Index most,
                                   const std::string& id) {
  if (samples.empty()) return {};
  if (samples[0]->points.rows() == 1) return {line_samples(samples, id)};
  Figure figure{id, "Samples", "", {"x₁", AxisScale::linear, {}, {}}, {"x₂", AxisScale::linear, {}, {}}, {},
                {}, "",        ""};
  figure.caption = samples[0]->points.rows() == 2 ? "The points of each file."
                                                  : "The first two coordinates of the points of each file.";
  // What comes first lies on top: the data are few, the points drawn many.
  for (std::size_t i = samples.size(); i-- > 0;) {
    const Matrix<double> shown = thinned(samples[i]->points, most);
    if (shown.cols() < samples[i]->points.cols())
      figure.caption += fmt::format(" {}: {} of {} points, evenly thinned.", samples[i]->stem(), shown.cols(),
                                    samples[i]->points.cols());
    figure.marks.emplace_back(Cloud{{samples[i]->stem(), static_cast<int>(i)}, shown.topRows(2)});
  }
  return {figure};
}

std::vector<Figure> benchmark_figures(const Json& document, const std::string& id) {
  constexpr std::size_t most = 60;
  Figure figure{
      id, "Benchmarks", "", {"real time", AxisScale::logarithmic, {}, {}}, {"", AxisScale::categories, {}, {}}, {},
      {}, "",           ""};
  Points points{{"real time", 0}, {}, {}, {}, {}, {}};
  for (const Json& entry : document["benchmarks"]) {
    const std::string aggregate = text_member(entry, "aggregate_name");
    if (!entry.contains("real_time") || (!aggregate.empty() && aggregate != "mean") || points.x.size() == most)
      continue;
    const std::string unit = text_member(entry, "time_unit");
    const double seconds = drawn_number(entry["real_time"]) * (unit == "ns"   ? 1e-9
                                                               : unit == "us" ? 1e-6
                                                               : unit == "ms" ? 1e-3
                                                                              : 1);
    points.x.push_back(seconds);
    points.y.push_back(static_cast<double>(figure.y.names.size()));
    points.labels.push_back(
        fmt::format("{}: {} {}", text_member(entry, "name"), spoken_number(entry["real_time"]), unit));
    figure.y.names.push_back(text_member(entry, "name"));
  }
  figure.x.label = "real time, s";
  figure.caption = "Real time of each benchmark. Measured on the machine that its document names.";
  if (points.x.empty()) return {};
  figure.marks.emplace_back(std::move(points));
  return {figure};
}

}  // namespace verimix

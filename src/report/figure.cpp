#include "verimix/report/figure.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "verimix/report/html.hpp"

namespace verimix {
namespace {

double rounded_for_drawing(double x) { return std::isfinite(x) ? std::stod(fmt::format("{:.5g}", x)) : x; }

Json drawn(const std::vector<double>& numbers) {
  Json out = Json::array();
  for (const double x : numbers) out.push_back(std::isfinite(x) ? Json(rounded_for_drawing(x)) : Json(nullptr));
  return out;
}

Json drawn(const std::pair<double, double>& ends) { return drawn(std::vector{ends.first, ends.second}); }

/// What a picture shows along one axis and as much again on either side, nothing on a logarithmic one: the range in
/// which long series are packed.
using PackingRange = std::optional<std::pair<double, double>>;

struct Packing {
  PackingRange x, y;
};

PackingRange packing_range(const Figure& figure, bool in_x) {
  const Axis& axis = in_x ? figure.x : figure.y;
  if (axis.scale != AxisScale::linear) return {};
  const auto [lowest, highest] = axis.ends ? *axis.ends : extent(figure, in_x, false);
  if (!(lowest < highest)) return {};
  return std::pair{2 * lowest - highest, 2 * highest - lowest};
}

/// Few numbers as they are, an even grid by its ends, other long series packed: a third of a ten-thousandth of the
/// picture is the resolution, and what lies far outside of it is moved closer, still outside.
Json series(const std::vector<double>& numbers, const PackingRange& range) {
  constexpr std::size_t few = 24;
  if (numbers.size() <= few || !range) return drawn(numbers);
  const double step = (numbers.back() - numbers.front()) / static_cast<double>(numbers.size() - 1);
  bool even = std::isfinite(step);
  for (std::size_t i = 0; even && i < numbers.size(); ++i)
    even = std::abs(numbers[i] - numbers.front() - step * static_cast<double>(i)) <= 1e-9 * std::abs(step);
  if (even) return {{"first", numbers.front()}, {"last", numbers.back()}, {"count", numbers.size()}};
  return {{"range", drawn(std::vector{range->first, range->second})},
          {"values", base64_quantised(numbers, range->first, range->second)}};
}

Json axis_json(const Axis& axis) {
  constexpr const char* words[] = {"linear", "log", "categories"};
  Json out = {{"label", axis.label}, {"scale", words[static_cast<int>(axis.scale)]}};
  if (axis.ends) out["ends"] = drawn(*axis.ends);
  if (!axis.names.empty()) out["names"] = axis.names;
  return out;
}

Json styled(const char* kind, const MarkStyle& style) {
  return {{"kind", kind}, {"name", style.name}, {"colour", style.colour}, {"evidence", to_text(style.evidence)}};
}

Json mark_json(const Curve& mark, const Packing& packing) {
  Json out = styled("curve", mark.style);
  out["x"] = series(mark.x, packing.x);
  out["y"] = series(mark.y, packing.y);
  if (mark.dashed) out["dashed"] = true;
  return out;
}

Json mark_json(const Points& mark, const Packing& /*packing*/) {
  Json out = styled("points", mark.style);
  out["x"] = drawn(mark.x);
  out["y"] = drawn(mark.y);
  if (!mark.lower.empty()) {
    out["lower"] = drawn(mark.lower);
    out["upper"] = drawn(mark.upper);
  }
  out["labels"] = mark.labels;
  return out;
}

Json mark_json(const Rectangles& mark, const Packing& packing) {
  Json out = styled("rectangles", mark.style);
  out["x"] = series(mark.x, packing.x);
  out["x2"] = series(mark.x2, packing.x);
  out["y"] = series(mark.y, packing.y);
  out["y2"] = series(mark.y2, packing.y);
  if (!mark.labels.empty()) out["labels"] = mark.labels;
  out["opacity"] = mark.opacity;
  return out;
}

Json mark_json(const Arrows& mark, const Packing& packing) {
  Json out = styled("arrows", mark.style);
  out["x"] = series(mark.x, packing.x);
  out["y"] = series(mark.y, packing.y);
  out["x2"] = series(mark.x2, packing.x);
  out["y2"] = series(mark.y2, packing.y);
  return out;
}

Json mark_json(const Rules& mark, const Packing& /*packing*/) {
  Json out = styled("rules", mark.style);
  out["x"] = drawn(mark.x);
  out["y"] = drawn(mark.y);
  return out;
}

/// The lowest and the highest finite number; wider by a little where they are one.
std::pair<double, double> range_of(const std::vector<double>& numbers) {
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -lowest;
  for (const double x : numbers)
    if (std::isfinite(x)) {
      lowest = std::min(lowest, x);
      highest = std::max(highest, x);
    }
  if (lowest > highest) return {0, 1};
  if (lowest == highest) return {lowest - 0.5, highest + 0.5};
  return {lowest, highest};
}

Json mark_json(const Field& mark, const Packing& /*packing*/) {
  Json out = styled("field", mark.style);
  out["x"] = drawn(mark.x);
  out["y"] = drawn(mark.y);
  out["columns"] = mark.values.cols();
  out["rows"] = mark.values.rows();
  std::vector<double> values;
  for (Index row = 0; row < mark.values.rows(); ++row)
    for (Index column = 0; column < mark.values.cols(); ++column) {
      const double v = mark.values(row, column);
      values.push_back(mark.logarithmic ? std::log10(v) : v);
    }
  const auto range = range_of(values);
  out["range"] = {range.first, range.second};
  out["values"] = base64_quantised(values, range.first, range.second);
  out["logarithmic"] = mark.logarithmic;
  out["contours"] = mark.contours;
  return out;
}

Json mark_json(const Cloud& mark, const Packing& /*packing*/) {
  Json out = styled("cloud", mark.style);
  const char* axes[] = {"x", "y"};
  for (Index row = 0; row < 2; ++row) {
    std::vector<double> numbers(static_cast<std::size_t>(mark.points.cols()));
    for (Index i = 0; i < mark.points.cols(); ++i) numbers[static_cast<std::size_t>(i)] = mark.points(row, i);
    const auto range = range_of(numbers);
    out[axes[row]] = {{"range", {range.first, range.second}},
                      {"values", base64_quantised(numbers, range.first, range.second)}};
  }
  return out;
}

Json marks_json(const std::vector<Mark>& marks, const Packing& packing) {
  Json out = Json::array();
  for (const Mark& mark : marks) out.push_back(std::visit([&](const auto& m) { return mark_json(m, packing); }, mark));
  return out;
}

/// Takes in the coordinates of marks.
struct Extent {
  bool in_x;
  bool positive_only;
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -std::numeric_limits<double>::infinity();

  void take(double v) {
    if (!std::isfinite(v) || (positive_only && v <= 0)) return;
    lowest = std::min(lowest, v);
    highest = std::max(highest, v);
  }
  void take(const std::vector<double>& numbers) {
    for (const double v : numbers) take(v);
  }
  void operator()(const Curve& m) { take(in_x ? m.x : m.y); }
  void operator()(const Points& m) {
    take(in_x ? m.x : m.y);
    if (in_x) return;
    take(m.lower);
    take(m.upper);
  }
  void operator()(const Rectangles& m) {
    take(in_x ? m.x : m.y);
    take(in_x ? m.x2 : m.y2);
  }
  void operator()(const Arrows& m) {
    take(in_x ? m.x : m.y);
    take(in_x ? m.x2 : m.y2);
  }
  void operator()(const Rules& m) { take(in_x ? m.x : m.y); }
  void operator()(const Field& m) {
    const auto& ends = in_x ? m.x : m.y;
    take(ends.first);
    take(ends.second);
  }
  void operator()(const Cloud& m) {
    for (Index i = 0; i < m.points.cols(); ++i) take(m.points(in_x ? 0 : 1, i));
  }
};

}  // namespace

Json figure_json(const Figure& figure) {
  const Packing packing{packing_range(figure, true), packing_range(figure, false)};
  Json out = {{"id", figure.id},          {"title", figure.title},   {"x", axis_json(figure.x)},
              {"y", axis_json(figure.y)}, {"square", figure.square}, {"marks", marks_json(figure.marks, packing)}};
  if (figure.frames.empty()) return out;
  out["frameName"] = figure.frame_name;
  out["group"] = figure.group.empty() ? figure.id : figure.group;
  out["frames"] = Json::array();
  for (const Frame& frame : figure.frames)
    out["frames"].push_back({{"label", frame.label}, {"marks", marks_json(frame.marks, packing)}});
  return out;
}

std::pair<double, double> extent(const Figure& figure, bool in_x, bool positive_only) {
  Extent seen{in_x, positive_only};
  for (const Mark& mark : figure.marks) std::visit(seen, mark);
  for (const Frame& frame : figure.frames)
    for (const Mark& mark : frame.marks) std::visit(seen, mark);
  if (seen.lowest > seen.highest) return {std::nan(""), std::nan("")};
  return {seen.lowest, seen.highest};
}

}  // namespace verimix

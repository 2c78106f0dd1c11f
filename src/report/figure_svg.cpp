#include "verimix/report/figure_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "verimix/report/html.hpp"

namespace verimix {
namespace {

constexpr double svg_width = 640;
constexpr double left_margin = 64;
constexpr double right_margin = 16;
constexpr double top_margin = 12;
constexpr double bottom_margin = 44;

/// From numbers to the picture's pixels along one axis.
struct PixelScale {
  double from, to, first, last;
  bool logarithmic;

  /// What the scale cannot show (0 on a logarithmic one) stands at its first end.
  double at(double v) const {
    if (!shows(v)) return first;
    const double share =
        logarithmic ? (std::log(v) - std::log(from)) / (std::log(to) - std::log(from)) : (v - from) / (to - from);
    return first + share * (last - first);
  }
  bool shows(double v) const { return std::isfinite(v) && (!logarithmic || v > 0); }
};

/// A little room on both sides of what is drawn; what stands on 0 keeps standing on the axis.
std::pair<double, double> with_room(std::pair<double, double> ends, bool logarithmic) {
  constexpr double share = 0.04;
  if (!(ends.first < ends.second)) return ends;
  if (logarithmic) {
    const double factor = std::pow(ends.second / ends.first, share);
    return {ends.first / factor, ends.second * factor};
  }
  const double room = share * (ends.second - ends.first);
  return {ends.first == 0 ? 0 : ends.first - room, ends.second + room};
}

PixelScale pixel_scale(const Figure& figure, bool in_x, double first, double last) {
  const Axis& axis = in_x ? figure.x : figure.y;
  const bool logarithmic = axis.scale == AxisScale::logarithmic;
  auto [from, to] = axis.ends ? *axis.ends : with_room(extent(figure, in_x, logarithmic), logarithmic);
  if (axis.scale == AxisScale::categories) {
    from = -0.5;
    to = static_cast<double>(axis.names.size()) - 0.5;
  }
  if (!(from < to)) {
    from = logarithmic ? (from > 0 ? from / 2 : 0.1) : (std::isfinite(from) ? from - 0.5 : 0);
    to = logarithmic ? 4 * from : from + 1;
  }
  return {from, to, first, last, logarithmic};
}

/// Round numbers inside the scale: 1, 2 or 5 times a power of ten apart; on a logarithmic one the powers of ten, over
/// less than two decades 1, 2 and 5 times them.
std::vector<double> tick_places(const PixelScale& scale) {
  std::vector<double> places;
  if (scale.logarithmic) {
    const double decades = std::log10(scale.to / scale.from);
    const double step = std::max(1.0, std::ceil(decades / 6));
    const std::vector<double> leading = decades < 2 ? std::vector<double>{1, 2, 5} : std::vector<double>{1};
    for (double e = std::floor(std::log10(scale.from)); std::pow(10, e) <= scale.to; e += step)
      for (const double digit : leading)
        if (const double v = digit * std::pow(10, e); v >= scale.from && v <= scale.to) places.push_back(v);
    return places;
  }
  constexpr double wanted = 6;
  const double rough = (scale.to - scale.from) / wanted;
  const double decade = std::pow(10, std::floor(std::log10(rough)));
  const double step = decade * (rough > 5 * decade ? 10 : rough > 2 * decade ? 5 : rough > decade ? 2 : 1);
  for (double v = std::ceil(scale.from / step) * step; v <= scale.to; v += step) places.push_back(v);
  return places;
}

std::string axis_svg(const Axis& axis, const PixelScale& scale, bool in_x, double across) {
  std::string out;
  std::vector<double> places = tick_places(scale);
  if (axis.scale == AxisScale::categories) {
    places.clear();
    for (std::size_t i = 0; i < axis.names.size(); ++i) places.push_back(static_cast<double>(i));
  }
  for (const double v : places) {
    const double at = scale.at(v);
    const std::string text = axis.scale == AxisScale::categories ? axis.names[static_cast<std::size_t>(v)]
                                                                 : fmt::format("{:.4g}", v == 0 ? 0.0 : v);
    out += in_x ? fmt::format(
                      "<path class=\"tick\" d=\"M{0:.1f} {1:.1f}v5\"/><text x=\"{0:.1f}\" y=\"{2:.1f}\" "
                      "text-anchor=\"middle\">{3}</text>",
                      at, across, across + 18, html_text(text))
                : fmt::format(
                      "<path class=\"tick\" d=\"M{1:.1f} {0:.1f}h-5\"/><text x=\"{2:.1f}\" y=\"{3:.1f}\" "
                      "text-anchor=\"end\">{4}</text>",
                      at, across, across - 8, at + 4, html_text(text));
  }
  const double middle = (scale.first + scale.last) / 2;
  out += in_x ? fmt::format("<text class=\"label\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>", middle,
                            across + 38, html_text(axis.label))
              : fmt::format(
                    "<text class=\"label\" transform=\"translate(14 {:.1f}) rotate(-90)\" "
                    "text-anchor=\"middle\">{}</text>",
                    middle, html_text(axis.label));
  return out;
}

std::string class_of(const MarkStyle& style) {
  return fmt::format("{} {}", style.colour < 0 ? "faint" : fmt::format("c{}", style.colour % 8),
                     to_text(style.evidence));
}

/// Draws marks in the two scales.
struct MarkPainter {
  const PixelScale& x;
  const PixelScale& y;

  std::string operator()(const Curve& m) const {
    std::string path;
    bool pen_down = false;
    for (std::size_t i = 0; i < m.x.size(); ++i) {
      const bool shown = x.shows(m.x[i]) && y.shows(m.y[i]);
      if (shown) path += fmt::format("{}{:.1f} {:.1f}", pen_down ? "L" : "M", x.at(m.x[i]), y.at(m.y[i]));
      pen_down = shown;
    }
    return fmt::format("<path class=\"curve {}{}\" d=\"{}\"/>", class_of(m.style), m.dashed ? " dashed" : "", path);
  }
  std::string operator()(const Points& m) const {
    std::string out;
    for (std::size_t i = 0; i < m.x.size(); ++i) {
      if (!x.shows(m.x[i]) || !y.shows(m.y[i])) continue;
      if (!m.lower.empty() && y.shows(m.lower[i]) && y.shows(m.upper[i]))
        out += fmt::format("<path class=\"curve {}\" d=\"M{:.1f} {:.1f}V{:.1f}\"/>", class_of(m.style), x.at(m.x[i]),
                           y.at(m.lower[i]), y.at(m.upper[i]));
      out +=
          fmt::format("<circle class=\"dot {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"><title>{}</title></circle>",
                      class_of(m.style), x.at(m.x[i]), y.at(m.y[i]), i < m.labels.size() ? html_text(m.labels[i]) : "");
    }
    return out;
  }
  std::string operator()(const Rectangles& m) const {
    std::string out;
    for (std::size_t i = 0; i < m.x.size(); ++i)
      if (y.shows(m.y2[i])) out += rectangle(m, i);
    return out;
  }
  std::string operator()(const Arrows& m) const {
    std::string path;
    for (std::size_t i = 0; i < m.x.size(); ++i) {
      const double x2 = x.at(m.x2[i]);
      const double y2 = y.at(m.y2[i]);
      const double angle = std::atan2(y2 - y.at(m.y[i]), x2 - x.at(m.x[i]));
      constexpr double head = 4;
      path += fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}", x.at(m.x[i]), y.at(m.y[i]), x2, y2);
      for (const double turn : {2.6, -2.6})
        path += fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}", x2, y2, head * std::cos(angle + turn),
                            head * std::sin(angle + turn));
    }
    return fmt::format("<path class=\"curve {}\" d=\"{}\"/>", class_of(m.style), path);
  }
  std::string operator()(const Rules& m) const {
    std::string path;
    for (const double v : m.x) path += fmt::format("M{:.1f} {:.1f}V{:.1f}", x.at(v), y.first, y.last);
    for (const double v : m.y) path += fmt::format("M{:.1f} {:.1f}H{:.1f}", x.first, y.at(v), x.last);
    return fmt::format("<path class=\"curve dashed {}\" d=\"{}\"/>", class_of(m.style), path);
  }
  std::string operator()(const Field& m) const;
  std::string operator()(const Cloud& m) const {
    constexpr Index most = 3000;
    const Index stride = std::max<Index>(1, (m.points.cols() + most - 1) / most);
    std::string path;
    for (Index i = 0; i < m.points.cols(); i += stride)
      path += fmt::format("M{:.1f} {:.1f}h0", x.at(m.points(0, i)), y.at(m.points(1, i)));
    return fmt::format("<path class=\"cloud {}\" d=\"{}\"/>", class_of(m.style), path);
  }

 private:
  std::string rectangle(const Rectangles& m, std::size_t i) const {
    const double left = x.at(m.x[i]);
    // The foot of a bar on a logarithmic axis is the axis.
    const double foot = y.shows(m.y[i]) ? y.at(m.y[i]) : y.first;
    const double top = y.at(m.y2[i]);
    return fmt::format(
        "<rect class=\"bar {}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
        "fill-opacity=\"{:.2f}\"><title>{}</title></rect>",
        class_of(m.style), left, std::min(foot, top), std::max(0.0, x.at(m.x2[i]) - left), std::abs(foot - top),
        m.opacity, i < m.labels.size() ? html_text(m.labels[i]) : "");
  }
};

std::string MarkPainter::operator()(const Field& m) const {
  constexpr Index most = 40;
  const Index columns = std::min(most, m.values.cols());
  const Index rows = std::min(most, m.values.rows());
  const Matrix<double> shown = m.logarithmic ? Matrix<double>(m.values.array().log10()) : m.values;
  const double lowest = shown.minCoeff();
  const double range = std::max(shown.maxCoeff() - lowest, 1e-300);
  const double width = (x.at(m.x.second) - x.at(m.x.first)) / static_cast<double>(columns);
  const double height = (y.at(m.y.first) - y.at(m.y.second)) / static_cast<double>(rows);
  std::string out;
  for (Index row = 0; row < rows; ++row)
    for (Index column = 0; column < columns; ++column) {
      const double v =
          shown((2 * row + 1) * m.values.rows() / (2 * rows), (2 * column + 1) * m.values.cols() / (2 * columns));
      const double left = x.at(m.x.first) + width * static_cast<double>(column);
      const double top = y.at(m.y.first) - height * static_cast<double>(row + 1);
      out += fmt::format(
          "<rect class=\"shade\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
          "fill-opacity=\"{:.2f}\"/>",
          left, top, width + 0.3, height + 0.3, (v - lowest) / range);
    }
  return out;
}

std::string legend_svg(const std::vector<const Mark*>& marks) {
  std::string out;
  std::vector<std::string> seen;
  for (const Mark* mark : marks) {
    const MarkStyle& style = std::visit([](const auto& m) -> const MarkStyle& { return m.style; }, *mark);
    if (style.name.empty() || std::ranges::find(seen, style.name) != seen.end()) continue;
    seen.push_back(style.name);
    out += fmt::format(
        "<li><svg width=\"14\" height=\"10\"><circle class=\"dot {}\" cx=\"7\" cy=\"5\" r=\"4\"/></svg>{}</li>",
        class_of(style), html_text(style.name));
  }
  return out.empty() ? "" : "<ul class=\"legend\">" + out + "</ul>";
}

std::string picture_svg(const Figure& figure, const Frame* frame) {
  const double plot_width = svg_width - left_margin - right_margin;
  const auto wide = pixel_scale(figure, true, left_margin, svg_width - right_margin);
  const auto tall = pixel_scale(figure, false, 0, 1);
  constexpr double usual_height = 260;
  const double plot_height =
      figure.square ? std::min(plot_width * (tall.to - tall.from) / (wide.to - wide.from), 640.0) : usual_height;
  const auto y = pixel_scale(figure, false, top_margin + plot_height, top_margin);
  std::vector<const Mark*> marks;
  for (const Mark& mark : figure.marks) marks.push_back(&mark);
  if (frame != nullptr)
    for (const Mark& mark : frame->marks) marks.push_back(&mark);
  std::string body;
  for (const Mark* mark : marks) body += std::visit(MarkPainter{wide, y}, *mark);
  const std::string title =
      frame == nullptr ? figure.title : fmt::format("{}, {} {}", figure.title, figure.frame_name, frame->label);
  const std::string clip = figure.id + (frame == nullptr ? "" : fmt::format("-{}", frame - figure.frames.data()));
  return fmt::format(
      "{}<svg class=\"static\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {} {:.0f}\"><clipPath id=\"clip-{}\"><rect "
      "x=\"{}\" "
      "y=\"{}\" width=\"{:.1f}\" height=\"{:.1f}\"/></clipPath><g clip-path=\"url(#clip-{})\">{}</g>{}{}</svg>",
      legend_svg(marks), html_text(title), svg_width, top_margin + plot_height + bottom_margin, clip, left_margin,
      top_margin, plot_width, plot_height, clip, body, axis_svg(figure.x, wide, true, top_margin + plot_height),
      axis_svg(figure.y, y, false, left_margin));
}

}  // namespace

std::string figure_svg(const Figure& figure) {
  if (figure.frames.empty()) return picture_svg(figure, nullptr);
  std::vector<std::size_t> places{0, figure.frames.size() / 2, figure.frames.size() - 1};
  places.erase(std::unique(places.begin(), places.end()), places.end());
  std::string out;
  for (const std::size_t i : places)
    out += fmt::format("<p class=\"frame\">{} {}</p>{}", html_text(figure.frame_name),
                       html_text(figure.frames[i].label), picture_svg(figure, &figure.frames[i]));
  return out;
}

}  // namespace verimix

// A picture as data: axes, marks, and frames for a slider. The page's script draws it with its chart library; where the
// program was built without that script, report/figure_svg.hpp draws it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/core/linear_algebra.hpp"
#include "verimix/core/verdict.hpp"

namespace verimix {

enum class AxisScale { linear, logarithmic, categories };

struct Axis {
  std::string label;
  AxisScale scale = AxisScale::linear;
  /// Where the picture ends; nothing: where its marks end.
  std::optional<std::pair<double, double>> ends;
  /// Of `categories`: the coordinate i stands for names[i].
  std::vector<std::string> names;
};

/// What every mark has. A mark with a name stands in the legend; marks with one name share their entry.
struct MarkStyle {
  std::string name;
  /// Place in the palette of eight; -1: the colour of the text, faint.
  int colour = 0;
  /// `estimated` is drawn hollow and dashed, `computed` thin, `certified` solid.
  Evidence evidence = Evidence::computed;
};

/// A curve through (x_i, y_i); a y that is NaN interrupts it.
struct Curve {
  MarkStyle style;
  std::vector<double> x, y;
  bool dashed = false;
};

/// Symbols at (x_i, y_i), with a bar from lower_i to upper_i where those are given; labels[i] is what hover and focus
/// show.
struct Points {
  MarkStyle style;
  std::vector<double> x, y, lower, upper;
  std::vector<std::string> labels;
};

/// Rectangles [x_i, x2_i] x [y_i, y2_i], with labels as Points have.
struct Rectangles {
  MarkStyle style;
  std::vector<double> x, x2, y, y2;
  std::vector<std::string> labels;
  /// Of the filling, in (0, 1].
  double opacity = 0.8;
};

/// Arrows from (x_i, y_i) to (x2_i, y2_i).
struct Arrows {
  MarkStyle style;
  std::vector<double> x, y, x2, y2;
};

/// Lines across the picture at each x_i, or at each y_i.
struct Rules {
  MarkStyle style;
  std::vector<double> x, y;
};

/// Values on a grid, `values(row, column)` in the middle of a cell of [x] x [y], rows from the bottom: shaded by value
/// (on a logarithmic scale if so said: values > 0), or as contours.
struct Field {
  MarkStyle style;
  std::pair<double, double> x, y;
  Matrix<double> values;
  bool logarithmic = false;
  bool contours = false;
};

/// Many points, without labels: 2 x n.
struct Cloud {
  MarkStyle style;
  Matrix<double> points;
};

using Mark = std::variant<Curve, Points, Rectangles, Arrows, Rules, Field, Cloud>;

/// One position of the slider: what the label says, and the marks that come on top of the figure's own.
struct Frame {
  std::string label;
  std::vector<Mark> marks;
};

struct Figure {
  /// Unique on the page; letters, digits and hyphens.
  std::string id;
  std::string title;
  /// What is drawn and how sure it is; also what a screen reader says of the picture.
  std::string caption;
  Axis x, y;
  std::vector<Mark> marks;
  std::vector<Frame> frames;
  /// What the slider moves, `time t`.
  std::string frame_name;
  /// Figures with the same group share one slider and have the same frames.
  std::string group;
  /// One unit is as long in x as in y.
  bool square = false;
};

/// What the page's script reads (src/report/page/figure.ts names the members). Numbers are rounded to 5 digits: a
/// picture needs no more, and what is said of a number (labels) is text that was never rounded. Values of a Field,
/// points of a Cloud and long series on linear axes are 16-bit integers in base64, between the ends of a range; even
/// grids are given by their ends.
Json figure_json(const Figure& figure);

/// [lowest, highest] of the finite coordinates of all marks and frames in x (or in y), NaN where there are none.
/// `positive_only` leaves out numbers <= 0.
std::pair<double, double> extent(const Figure& figure, bool in_x, bool positive_only);

}  // namespace verimix

#include "verimix/report/experiment_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "experiment_table.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

Evidence evidence_of(const Json& document) {
  const std::string word = text_member(document, "evidence");
  if (word == to_text(Evidence::certified)) return Evidence::certified;
  return word == to_text(Evidence::estimated) ? Evidence::estimated : Evidence::computed;
}

/// Letters, digits and hyphens.
std::string id_part(const std::string& text) {
  std::string out;
  for (const char c : text) out += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  return out;
}

/// Draws `y` over x as a curve with symbols, those points left out where it is no number.
void add_series(Figure& figure, const MarkStyle& style, Points points, bool dashed) {
  points.style = style;
  figure.marks.emplace_back(Curve{style, points.x, points.y, dashed});
  if (std::ranges::equal(points.lower, points.y) && std::ranges::equal(points.upper, points.y)) {
    points.lower.clear();
    points.upper.clear();
  }
  figure.marks.emplace_back(std::move(points));
}

void add_point(Points& points, double x, const std::pair<double, double>& y, std::string label) {
  points.x.push_back(x);
  points.y.push_back((y.first + y.second) / 2);
  points.lower.push_back(y.first);
  points.upper.push_back(y.second);
  points.labels.push_back(std::move(label));
}

struct DegreeSeries {
  Points whole, in_cells, sup_norm;
};

void add_degree_row(DegreeSeries& series, const ExperimentTable& table, std::size_t row) {
  const double R = drawn_number(table.at(row, "R"));
  const std::string where =
      fmt::format("R = {}, ε = {}", spoken_number(table.at(row, "R")), spoken_number(table.at(row, "epsilon")));
  const auto add = [&](Points& points, const std::string& prefix, const char* what) {
    const Json& degree = table.at(row, prefix + "degree");
    if (degree.is_null()) return;
    add_point(points, R, drawn_interval(degree),
              fmt::format("{}, {}: degree {}; error {}, one degree less {}", where, what, spoken_number(degree),
                          spoken_number(table.at(row, prefix + "error")),
                          spoken_number(table.at(row, prefix + "error_below"))));
  };
  add(series.whole, "", "whole line");
  add(series.in_cells, "cell_", "in cells");
  const Json& lower = table.at(row, "sup_degree_lower");
  const Json& upper = table.at(row, "sup_degree_upper");
  if (lower.is_null() || upper.is_null()) return;
  add_point(series.sup_norm, R, {drawn_number(lower), drawn_number(upper)},
            fmt::format("{}, sup-norm: degree in [{}, {}]", where, spoken_number(lower), spoken_number(upper)));
}

std::vector<Figure> degree_figures(const ExperimentTable& table, const std::string& id, Evidence evidence) {
  std::vector<Figure> figures;
  for (const std::string& family : table.values("family")) {
    Figure figure{id + "-" + id_part(family),
                  "Degree against R, family " + family,
                  "",
                  {"R", AxisScale::logarithmic, {}, {}},
                  {"least degree", AxisScale::linear, {}, {}},
                  {},
                  {},
                  "",
                  ""};
    figure.caption =
        "The least degree of a polynomial score with E|s − p|² ≤ ε, on the whole line and in cells, and with sup |s − "
        "p| ≤ √ε where that was asked for. "
        "Every degree is certified from both sides.";
    int colour = 0;
    for (const std::string& epsilon : table.values("epsilon")) {
      DegreeSeries series;
      for (std::size_t row = 0; row < table.size(); ++row)
        if (table.text(row, "family") == family && table.text(row, "epsilon") == epsilon)
          add_degree_row(series, table, row);
      add_series(figure, {fmt::format("ε = {}, whole line", epsilon), colour, evidence}, series.whole, false);
      add_series(figure, {fmt::format("ε = {}, in cells", epsilon), colour, evidence}, series.in_cells, true);
      if (!series.sup_norm.x.empty())
        add_series(figure, {fmt::format("ε = {}, sup-norm", epsilon), colour + 4, evidence}, series.sup_norm, true);
      ++colour;
    }
    figures.push_back(std::move(figure));
  }
  return figures;
}

/// The terms that add up to kl_upper = KL(q_T || N) + (eps + sqrt D)^2.
void add_kl_bars(Figure& figure, const ExperimentTable& table, std::size_t row, Evidence evidence) {
  const auto place = static_cast<double>(figure.x.names.size());
  const auto number = [&](const char* column) { return drawn_number(table.at(row, column)); };
  const double horizon = number("kl_horizon");
  const double discretisation = number("discretisation");
  const double score = number("score_error_squared");
  const double cross = std::max(0.0, number("kl_upper") - horizon - discretisation - score);
  const std::vector<std::tuple<std::string, double, std::string>> terms = {
      {"KL(q_T‖N), start", horizon, spoken_number(table.at(row, "kl_horizon"))},
      {"D, discretisation", discretisation, spoken_number(table.at(row, "discretisation"))},
      {"ε_s², score error", score, spoken_number(table.at(row, "score_error_squared"))},
      {"2ε_s√D, cross term", cross, fmt::format("{:.6g}", cross)}};
  double foot = 0;
  int colour = 1;
  constexpr double gap = 0.03;
  constexpr double half = 0.4;
  for (const auto& [name, value, said] : terms) {
    if (value > 0 || colour < 4)
      figure.marks.emplace_back(Rectangles{{name, colour, evidence},
                                           {place - half},
                                           {place - gap},
                                           {foot},
                                           {foot + value},
                                           {fmt::format("{}: {}", name, said)}});
    foot += value;
    ++colour;
  }
  figure.marks.emplace_back(
      Rectangles{{"measured KL(q_δ‖p)", 0, evidence},
                 {place + gap},
                 {place + half},
                 {0},
                 {number("kl")},
                 {fmt::format("measured KL(q_δ‖p): {}; bound {}", spoken_number(table.at(row, "kl")),
                              spoken_number(table.at(row, "kl_upper")))}});
}

/// The bound, its largest term and what is measured against N, on logarithmic scales: how they fall, and how far apart.
Figure kl_decay_figure(const ExperimentTable& table, const std::string& id, const std::string& family,
                       Evidence evidence) {
  Figure figure{id + "-decay-" + id_part(family),
                "Bound and measurement against N, family " + family,
                "",
                {"steps N", AxisScale::logarithmic, {}, {}},
                {"nats", AxisScale::logarithmic, {}, {}},
                {},
                {},
                "",
                ""};
  figure.caption = "The same bound and the same divergence, on logarithmic scales. Computed in double.";
  const std::vector<std::tuple<const char*, const char*, int>> series = {{"kl_upper", "bound", 1},
                                                                         {"kl", "measured KL(q_δ‖p)", 0}};
  for (const auto& [column, name, colour] : series) {
    Points points;
    for (std::size_t row = 0; row < table.size(); ++row)
      if (table.text(row, "family") == family)
        add_point(points, drawn_number(table.at(row, "N")), drawn_interval(table.at(row, column)),
                  fmt::format("N = {}: {} {}", table.text(row, "N"), name, table.text(row, column)));
    add_series(figure, {name, colour, evidence}, std::move(points), false);
  }
  return figure;
}

std::vector<Figure> kl_figures(const ExperimentTable& table, const std::string& id, const std::string& by,
                               Evidence evidence) {
  std::vector<Figure> figures;
  const bool one_figure = by == "score";
  const std::vector<std::string> groups = one_figure ? std::vector<std::string>{""} : table.values(by);
  for (const std::string& group : groups) {
    Figure figure{id + "-kl" + (group.empty() ? "" : "-" + id_part(group)),
                  "Terms of the KL bound" + (group.empty() ? "" : ", family " + group),
                  "",
                  {one_figure ? "score" : "steps N", AxisScale::categories, {}, {}},
                  {"nats", AxisScale::linear, {}, {}},
                  {},
                  {},
                  "",
                  ""};
    figure.caption =
        "Left bars: the terms of Lemma 12's bound KL(q_T‖N) + (ε_s + √D)², stacked. Right bars: the divergence "
        "KL(q_δ‖p) of the output's exact law. "
        "Computed in double.";
    for (std::size_t row = 0; row < table.size(); ++row) {
      if (!group.empty() && table.text(row, by) != group) continue;
      add_kl_bars(figure, table, row, evidence);
      figure.x.names.push_back(one_figure ? table.text(row, "score") : table.text(row, "N"));
    }
    figures.push_back(std::move(figure));
    if (!one_figure) figures.push_back(kl_decay_figure(table, id, group, evidence));
  }
  return figures;
}

AxisScale scale_for(const std::vector<double>& numbers) {
  constexpr double wide = 30;
  double lowest = HUGE_VAL;
  double highest = 0;
  for (const double v : numbers) {
    if (std::isnan(v)) continue;
    lowest = std::min(lowest, v);
    highest = std::max(highest, v);
  }
  return lowest > 0 && highest > wide * lowest ? AxisScale::logarithmic : AxisScale::linear;
}

Points column_points(const ExperimentTable& table, const std::vector<std::size_t>& rows, const std::string& x,
                     const std::string& column) {
  Points points;
  const bool bars = table.has(column + "_lower") && table.has(column + "_upper");
  for (const std::size_t row : rows) {
    const Json& value = table.at(row, column);
    const std::pair<double, double> ends =
        bars ? std::pair{drawn_number(table.at(row, column + "_lower")), drawn_number(table.at(row, column + "_upper"))}
             : drawn_interval(value);
    const double y = drawn_number(value);
    if (std::isnan(y)) continue;
    points.x.push_back(drawn_number(table.at(row, x)));
    points.y.push_back(y);
    points.lower.push_back(ends.first);
    points.upper.push_back(ends.second);
    std::string label = fmt::format("{} = {}: {} = {}", x, table.text(row, x), column, spoken_number(value));
    if (bars)
      label += fmt::format(" in [{}, {}]", table.text(row, column + "_lower"), table.text(row, column + "_upper"));
    points.labels.push_back(std::move(label));
  }
  return points;
}

Figure table_figure(const ExperimentTable& table, const std::vector<std::size_t>& rows, std::size_t x_place,
                    Evidence evidence) {
  const std::string x = table.columns()[x_place];
  Figure figure;
  figure.x.label = x;
  std::vector<double> xs;
  std::vector<double> ys;
  int colour = 0;
  for (std::size_t c = x_place + 1; c < table.columns().size(); ++c) {
    const std::string& column = table.columns()[c];
    if (column.ends_with("_lower") || column.ends_with("_upper") || table.is_text(column)) continue;
    Points points = column_points(table, rows, x, column);
    xs.insert(xs.end(), points.x.begin(), points.x.end());
    ys.insert(ys.end(), points.y.begin(), points.y.end());
    add_series(figure, {column, colour++, evidence}, std::move(points), false);
  }
  figure.x.scale = scale_for(xs);
  figure.y.scale = scale_for(ys);
  figure.caption = fmt::format("The columns of the experiment over {}; evidence: {}.", x, to_text(evidence));
  return figure;
}

std::vector<Figure> table_figures(const ExperimentTable& table, const std::string& id, const std::string& name,
                                  Evidence evidence) {
  if (table.size() == 0 || table.columns().size() < 2) return {};
  const bool grouped = table.is_text(table.columns()[0]);
  const std::size_t x_place = grouped ? 1 : 0;
  if (x_place + 1 >= table.columns().size() || table.is_text(table.columns()[x_place])) return {};
  std::map<std::string, std::vector<std::size_t>> groups;
  for (std::size_t row = 0; row < table.size(); ++row)
    groups[grouped ? table.text(row, table.columns()[0]) : ""].push_back(row);
  std::vector<Figure> figures;
  for (const auto& [group, rows] : groups) {
    Figure figure = table_figure(table, rows, x_place, evidence);
    figure.id = id + (group.empty() ? "" : "-" + id_part(group));
    figure.title = name + (group.empty() ? "" : ", " + group);
    figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace

std::vector<Figure> experiment_figures(const Json& document, const std::string& id) {
  const ExperimentTable table(document);
  const std::string name = text_member(document, "name");
  const Evidence evidence = evidence_of(document);
  if (name == "degree") return degree_figures(table, id, evidence);
  if (name == "discretisation") return kl_figures(table, id, "family", evidence);
  // Off the line the law's KL is not measured: a table says it all.
  if (name == "output-law" && !table.has("kl_horizon")) return {};
  if (name == "output-law") return kl_figures(table, id, "score", evidence);
  return table_figures(table, id, name.empty() ? "experiment" : name, evidence);
}

}  // namespace verimix

#include "page_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "verimix/report/figure_svg.hpp"
#include "verimix/report/html.hpp"

namespace verimix {

std::string FigureShelf::unique(const std::string& id) {
  std::string found = id;
  for (int i = 2; !used_.insert(found).second; ++i) found = fmt::format("{}-{}", id, i);
  return found;
}

std::string FigureShelf::place(Figure figure) {
  std::vector<Figure> one;
  one.push_back(std::move(figure));
  return place_all(std::move(one));
}

std::string FigureShelf::place_all(std::vector<Figure> figures) {
  std::string out;
  std::string group;
  for (Figure& figure : figures) {
    figure.id = unique(figure.id);
    if (!figure.group.empty()) {
      if (group.empty()) group = unique("group-" + figure.group);
      figure.group = group;
    }
    if (drawn_by_script_) data_.push_back(figure_json(figure));
    out += fmt::format(
        "<figure id=\"{0}\" data-figure=\"{0}\"{1}><figcaption><strong>{2}</strong><span>{3}</span></figcaption>"
        "<div class=\"plot\">{4}</div></figure>",
        html_text(figure.id), figure.square ? " class=\"square\"" : "", html_text(figure.title),
        html_text(figure.caption), drawn_by_script_ ? "" : figure_svg(figure));
  }
  return out.empty() ? "" : "<div class=\"figures\">" + out + "</div>";
}

std::string table_html(const std::string& caption, const std::vector<std::string>& heads,
                       const std::vector<std::vector<std::string>>& rows) {
  std::string head;
  for (const std::string& name : heads) head += fmt::format("<th scope=\"col\">{}</th>", html_text(name));
  std::string body;
  for (const std::vector<std::string>& row : rows) {
    body += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i)
      body += i == 0 ? fmt::format("<th scope=\"row\">{}</th>", row[i]) : fmt::format("<td>{}</td>", row[i]);
    body += "</tr>";
  }
  return fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
      "aria-label=\"{0}\"><table><caption>{0}</caption><thead><tr>{1}</tr></thead>"
      "<tbody>{2}</tbody></table></div>",
      html_text(caption), head, body);
}

std::string chip_html(const std::string& word) {
  if (word.empty()) return "";
  std::string name;
  for (const char c : word) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  return fmt::format("<span class=\"chip is-{}\">{}</span>", name, html_text(word));
}

std::string facts_html(const std::vector<std::pair<std::string, std::string>>& facts) {
  std::string out;
  for (const auto& [name, value] : facts)
    if (!value.empty()) out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", html_text(name), value);
  return out.empty() ? "" : "<dl>" + out + "</dl>";
}

std::string command_html(const std::string& command) {
  return command.empty() ? "" : fmt::format("<code class=\"command\">{}</code>", html_text(command));
}

std::string ratio_strip(const std::vector<BoardCheck>& checks) {
  constexpr double least = -12;
  constexpr double most = 4;
  constexpr double width = 160;
  const auto pixel = [&](double v) { return 2 + (std::clamp(v, least, most) - least) / (most - least) * (width - 4); };
  std::string marks = fmt::format("<path class=\"one\" d=\"M{:.1f} 1V19\"/>", pixel(0));
  std::string said;
  // What is worse lies on top.
  std::vector<BoardCheck> ordered = checks;
  const std::vector<std::string> worst_last{"not-applicable", "holds", "undecided", "violated"};
  std::ranges::stable_sort(ordered, {}, [&](const BoardCheck& check) {
    return std::ranges::find(worst_last, check.verdict) - worst_last.begin();
  });
  for (const BoardCheck& check : ordered) {
    if (std::isnan(check.log_upper) && std::isnan(check.log_lower)) continue;
    const double lower = std::isnan(check.log_lower) ? check.log_upper : check.log_lower;
    const double upper = std::isnan(check.log_upper) ? check.log_lower : check.log_upper;
    if (pixel(upper) - pixel(lower) > 1)
      marks += fmt::format("<path class=\"span\" d=\"M{:.1f} 10H{:.1f}\"/>", pixel(lower), pixel(upper));
    const double middle = std::isfinite(lower) ? (pixel(lower) + pixel(upper)) / 2 : pixel(upper);
    marks += fmt::format("<circle class=\"ratio is-{} is-{}\" cx=\"{:.1f}\" cy=\"10\" r=\"3.5\"/>",
                         html_text(check.evidence), html_text(check.verdict), middle);
    said = fmt::format("lhs {}, rhs {}", check.lhs, check.rhs);
  }
  if (said.empty()) return "<span class=\"strip\"></span>";
  if (checks.size() > 1) said += fmt::format("; {} checks in all", checks.size());
  return fmt::format(
      "<svg class=\"strip\" viewBox=\"0 0 {} 20\" data-tip=\"{}\" aria-hidden=\"true\"><path class=\"axis\" d=\"M2 "
      "10H{}\"/>{}</svg>",
      width, html_text(said), width - 2, marks);
}

}  // namespace verimix

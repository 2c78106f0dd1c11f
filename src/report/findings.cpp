// Findings of the hunt as cards, with the witness drawn.
#include <fmt/format.h>

#include <cmath>

#include "page_parts.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/mixture_file.hpp"
#include "verimix/report/html.hpp"
#include "verimix/report/mixture_figures.hpp"
#include "verimix/report/statement_note.hpp"

namespace verimix {
namespace {

/// The mixture that a witness is or holds, nothing where there is none.
std::optional<ExactMixture> witness_mixture(const Json& witness) {
  if (!witness.is_object()) return {};
  if (witness.contains("mixture") && witness["mixture"].is_object()) return witness_mixture(witness["mixture"]);
  if (!witness.contains("components") || !witness["components"].is_array() || witness["components"].empty()) return {};
  try {
    const Json& components = witness["components"];
    return parse_mixture({{"format", "verimix.mixture/1"},
                          {"dimension", json_member(components[0], "mean", "mean").size()},
                          {"components", components}});
  } catch (const InputError&) {
    return {};  // parameters of another kind, shown as they are written
  }
}

/// lhs/rhs of the members of a family against s, on logarithmic scales.
std::optional<Figure> growth_figure(const Json& family, const std::string& id) {
  if (!family.is_object() || !family.contains("members") || !family["members"].is_array()) return {};
  Figure figure{id,
                "Growth of lhs/rhs along the family",
                "",
                {"s", AxisScale::logarithmic, {}, {}},
                {"lhs/rhs", AxisScale::logarithmic, {}, {}},
                {},
                {},
                "",
                ""};
  figure.caption =
      fmt::format("Three members of the family; lhs/rhs grows like s to the power {}. Certified enclosures.",
                  text_member(family, "growth_exponent"));
  Points points{{"members", 1, Evidence::certified}, {}, {}, {}, {}, {}};
  for (const Json& member : family["members"]) {
    if (!member.contains("s") || !member.contains("ratio")) return {};
    const auto [lower, upper] = drawn_interval(member["ratio"]);
    points.x.push_back(drawn_number(member["s"]));
    points.y.push_back((lower + upper) / 2);
    points.labels.push_back(
        fmt::format("s = {}: lhs/rhs in {}", spoken_number(member["s"]), spoken_number(member["ratio"])));
  }
  figure.marks.emplace_back(Curve{{"members", 1, Evidence::certified}, points.x, points.y});
  figure.marks.emplace_back(std::move(points));
  return figure;
}

/// lhs beside rhs, as bars on a logarithmic scale where both are positive.
std::optional<Figure> sides_figure(const Json& finding, const std::string& id) {
  if (!finding.contains("lhs") || !finding.contains("rhs")) return {};
  const double lhs = drawn_number(finding["lhs"]);
  const double rhs = drawn_number(finding["rhs"]);
  if (!std::isfinite(lhs) || !std::isfinite(rhs)) return {};
  Figure figure{id,
                "Left and right side at the witness",
                "",
                {"", AxisScale::categories, {}, {"lhs", "rhs"}},
                {"value", AxisScale::linear, {}, {}},
                {},
                {},
                "",
                ""};
  figure.caption = "The inequality claims lhs ≤ rhs.";
  const Evidence evidence = text_member(finding, "evidence") == "certified" ? Evidence::certified : Evidence::computed;
  const auto bar = [&](double at, double value, int colour, const char* name, const Json& said) {
    figure.marks.emplace_back(Rectangles{{"", colour, evidence},
                                         {at - 0.3},
                                         {at + 0.3},
                                         {std::min(0.0, value)},
                                         {std::max(0.0, value)},
                                         {fmt::format("{} in {}", name, spoken_number(said))}});
  };
  bar(0, lhs, 1, "lhs", finding["lhs"]);
  bar(1, rhs, 0, "rhs", finding["rhs"]);
  return figure;
}

std::string parameters_html(const Json& witness) {
  if (!witness.is_object()) return "";
  std::vector<std::pair<std::string, std::string>> facts;
  for (const auto& [name, value] : witness.items())
    facts.emplace_back(
        name, fmt::format("<code>{}</code>", html_text(value.is_string() ? value.get<std::string>() : value.dump())));
  return facts_html(facts);
}

std::string witness_html(const Json& finding, const std::string& id, FigureShelf& shelf) {
  const Json& witness = finding["witness"];
  std::string out;
  if (const auto mixture = witness_mixture(witness))
    out += shelf.place(mixture_figures(round_to<double>(*mixture), id).front());
  if (witness.is_object() && witness.contains("family")) {
    if (auto growth = growth_figure(witness["family"], id + "-growth")) out += shelf.place(std::move(*growth));
    if (witness["family"].is_object() && witness["family"].contains("base"))
      return out + parameters_html({{"base", witness["family"]["base"]},
                                    {"exponents of s", witness["family"].value("exponents_of_s", Json::object())}});
  } else if (text_member(finding, "outcome") == "refuted") {
    if (auto sides = sides_figure(finding, id + "-sides")) out += shelf.place(std::move(*sides));
  }
  return out + parameters_html(witness);
}

std::string card_html(const Json& finding, const std::string& id, FigureShelf& shelf) {
  const std::string outcome = text_member(finding, "outcome");
  const std::string part = text_member(finding, "part");
  return fmt::format("<article class=\"card is-{}\"><h3>{} <small>{} form{}</small></h3><p>{} {}</p>{}{}</article>",
                     html_text(outcome), html_text(statement_title(text_member(finding, "statement"))),
                     html_text(text_member(finding, "form")), part.empty() ? "" : ", " + html_text(part),
                     chip_html(outcome), chip_html(text_member(finding, "evidence")), witness_html(finding, id, shelf),
                     facts_html({{"lhs", finding.contains("lhs") ? html_text(spoken_number(finding["lhs"])) : ""},
                                 {"rhs", finding.contains("rhs") ? html_text(spoken_number(finding["rhs"])) : ""},
                                 {"worst lhs/rhs", html_text(text_member(finding, "worst_ratio"))},
                                 {"instances tried", html_text(text_member(finding, "tried"))},
                                 {"instances", html_text(text_member(finding, "instances"))},
                                 {"why", html_text(text_member(finding, "reason"))},
                                 {"again", command_html(text_member(finding, "command"))}}));
}

}  // namespace

std::string findings_html(const std::vector<const ResultDocument*>& hunts, FigureShelf& shelf) {
  std::string cards;
  std::vector<std::vector<std::string>> quiet;
  std::size_t number = 0;
  for (const ResultDocument* hunt : hunts)
    for (const Json& finding : hunt->json["findings"]) {
      if (text_member(finding, "outcome") == "not-refuted") {
        quiet.push_back({html_text(statement_title(text_member(finding, "statement"))),
                         html_text(text_member(finding, "form")), html_text(text_member(finding, "part")),
                         html_text(text_member(finding, "worst_ratio")), html_text(text_member(finding, "tried")),
                         command_html(text_member(finding, "command"))});
        continue;
      }
      cards += card_html(finding, fmt::format("finding-{}", ++number), shelf);
    }
  std::string out = cards.empty() ? "<p>No violation was found.</p>" : "<div class=\"cards\">" + cards + "</div>";
  if (!quiet.empty())
    out += table_html("Not refuted",
                      {"statement", "form", "inequality", "worst lhs/rhs seen", "instances tried", "again"}, quiet);
  return out;
}

}  // namespace verimix

// Documents as tables: distances, experiments, learning, verdicts over implementations, benchmarks, scores.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiment_table.hpp"
#include "page_parts.hpp"
#include "verimix/report/html.hpp"

namespace verimix {
namespace {

/// The member as it is said of a number, "–" for one that is missing.
std::string cell(const Json& object, const std::string& key) {
  return fmt::format("<span class=\"n\">{}</span>",
                     html_text(object.is_object() && object.contains(key) ? spoken_number(object[key]) : "–"));
}

/// 4 digits, for tables of floating-point numbers only.
std::string short_cell(const Json& object, const std::string& key) {
  const double x = object.is_object() && object.contains(key) ? drawn_number(object[key]) : std::nan("");
  return std::isnan(x) ? "–" : fmt::format("{:.4g}", x);
}

std::string failures_html(const Json& document) {
  constexpr std::size_t most = 40;
  std::vector<std::vector<std::string>> rows;
  const Json& failures = document["failures"];
  for (std::size_t i = 0; i < std::min(most, failures.size()); ++i)
    rows.push_back({html_text(text_member(failures[i], "id")), cell(failures[i], "error_in_tolerances"),
                    cell(failures[i], "got"), cell(failures[i], "expected"),
                    html_text(text_member(failures[i], "reason"))});
  if (rows.empty()) return "";
  const std::string more = failures.size() > most ? fmt::format(", the first {} of {}", most, failures.size()) : "";
  return table_html("Failures" + more, {"case", "error in tolerances", "got", "expected", "why"}, rows);
}

/// worst error in tolerances, coloured: at most 1 passes.
std::string league_cell(const Json& by_flag, const std::string& flag) {
  if (!by_flag.contains(flag)) return "–";
  const Json& entry = by_flag[flag];
  const std::string failed = text_member(entry, "failed");
  if (!entry.contains("worst") || entry["worst"].is_null())
    return failed == "0" ? "–"
                         : fmt::format("<span class=\"bad\">{} of {} failed</span>", html_text(failed),
                                       html_text(text_member(entry, "cases")));
  const double worst = drawn_number(entry["worst"]);
  const char* grade = worst > 1 ? "bad" : worst > 0.1 ? "fair" : "good";
  const std::string text = fmt::format(
      "{:.2g}{}", worst, failed == "0" ? "" : fmt::format(" ({} of {} failed)", failed, text_member(entry, "cases")));
  return fmt::format("<span class=\"{}\" data-tip=\"worst {}, median {}, {} cases\">{}</span>", grade,
                     html_text(text_member(entry, "worst")), html_text(text_member(entry, "median")),
                     html_text(text_member(entry, "cases")), html_text(text));
}

}  // namespace

std::string distance_html(const ResultDocument& document) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& metric : document.json["metrics"])
    rows.push_back({html_text(text_member(metric, "name")), cell(metric, "lower"), cell(metric, "upper"),
                    chip_html(text_member(metric, "evidence")), cell(metric, "confidence"),
                    html_text(text_member(metric, "method"))});
  return table_html("Distances in " + document.name, {"metric", "lower", "upper", "evidence", "confidence", "method"},
                    rows);
}

std::string experiment_html(const ResultDocument& document) {
  const ExperimentTable table(document.json);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t row = 0; row < table.size(); ++row) {
    std::vector<std::string> cells;
    for (const std::string& column : table.columns()) cells.push_back(html_text(table.text(row, column)));
    rows.push_back(std::move(cells));
  }
  return fmt::format(
      "<details class=\"numbers\"><summary>The numbers</summary>{}</details>",
      table_html(fmt::format("{} ({})", text_member(document.json, "name"), text_member(document.json, "evidence")),
                 table.columns(), rows));
}

std::string learn_html(const ResultDocument& document) {
  const Json& json = document.json;
  std::string out = facts_html({{"rows", cell(json, "rows")},
                                {"dimension", cell(json, "dimension")},
                                {"components", cell(json, "components")},
                                {"noise levels", fmt::format("{}", json["levels"].size())},
                                {"ε", cell(json, "epsilon")},
                                {"stop δ", cell(json, "stop")},
                                {"seed", cell(json, "seed")},
                                {"Σ γ E|ŝ − s|²", cell(json, "weighted_score_error")}});
  std::vector<std::vector<std::string>> hypotheses;
  if (json.contains("hypotheses"))
    for (const Json& h : json["hypotheses"])
      hypotheses.push_back({html_text(text_member(h, "name")), chip_html(text_member(h, "verdict")),
                            html_text(text_member(h, "detail"))});
  if (!hypotheses.empty())
    out += table_html("Hypotheses of the theory", {"hypothesis", "verdict", "detail"}, hypotheses);
  std::vector<std::vector<std::string>> stages;
  if (json.contains("stages"))
    for (const Json& s : json["stages"])
      stages.push_back({html_text(text_member(s, "name")), short_cell(s, "seconds"), short_cell(s, "peak_memory_mib")});
  if (!stages.empty()) out += table_html("Stages of learning", {"stage", "seconds", "peak memory, MiB"}, stages);
  return out;
}

std::string validate_html(const ResultDocument& document) {
  const Json& json = document.json;
  std::string out = fmt::format("<h3>{} {}</h3>", html_text(document.stem()), chip_html(text_member(json, "verdict")));
  out += facts_html({{"cases", cell(json, "cases")},
                     {"failed", cell(json, "failed")},
                     {"unsupported", json.contains("unsupported") ? cell(json, "unsupported") : ""},
                     {"dtype", html_text(text_member(json, "dtype"))},
                     {"alpha", html_text(text_member(json, "alpha"))},
                     {"undecided", html_text(text_member(json, "undecided"))},
                     {"p-value", html_text(text_member(json, "p_value"))}});
  return out + failures_html(json);
}

std::string league_html(const std::vector<const ResultDocument*>& documents) {
  std::vector<std::string> heads{"flag"};
  std::vector<std::string> flags;
  for (const ResultDocument* document : documents) {
    heads.push_back(document->stem());
    for (const auto& [flag, entry] : document->json["by_flag"].items())
      if (std::ranges::find(flags, flag) == flags.end()) flags.push_back(flag);
  }
  std::vector<std::vector<std::string>> rows;
  for (const char* count : {"cases", "failed", "unsupported"}) {
    rows.push_back({count});
    for (const ResultDocument* document : documents) rows.back().push_back(cell(document->json, count));
  }
  for (const std::string& flag : flags) {
    rows.push_back({html_text(flag)});
    for (const ResultDocument* document : documents)
      rows.back().push_back(league_cell(document->json["by_flag"], flag));
  }
  return table_html("Worst error by flag, in units of each case's own tolerance (at most 1 passes)", heads, rows);
}

std::string benchmark_html(const ResultDocument& document) {
  const Json& context = document.json["context"];
  std::string out = facts_html({{"machine", html_text(text_member(context, "host_name"))},
                                {"processors", html_text(text_member(context, "num_cpus"))},
                                {"MHz", html_text(text_member(context, "mhz_per_cpu"))},
                                {"date", html_text(text_member(context, "date"))},
                                {"program", html_text(text_member(context, "executable"))}});
  std::vector<std::vector<std::string>> rows;
  for (const Json& entry : document.json["benchmarks"])
    rows.push_back({html_text(text_member(entry, "name")),
                    fmt::format("{} {}", short_cell(entry, "real_time"), html_text(text_member(entry, "time_unit"))),
                    short_cell(entry, "items_per_second"), short_cell(entry, "error"),
                    short_cell(entry, "roofline_share")});
  return out + table_html("Benchmarks of " + document.stem(),
                          {"benchmark", "real time", "items per second", "error", "share of roofline"}, rows);
}

std::string score_html(const ResultDocument& document) {
  constexpr std::size_t most = 25;
  const Json& points = document.json["points"];
  std::vector<std::vector<std::string>> rows;
  const auto joined = [](const Json& numbers) {
    std::string text;
    for (const Json& x : numbers) text += (text.empty() ? "" : ", ") + spoken_number(x);
    return html_text(text);
  };
  for (std::size_t i = 0; i < std::min(most, points.size()); ++i)
    rows.push_back({joined(points[i]["x"]), cell(points[i], "log_density"), joined(points[i]["score"])});
  return facts_html({{"mixture", html_text(text_member(document.json, "mixture"))},
                     {"time", html_text(text_member(document.json, "time"))},
                     {"precision", html_text(text_member(document.json, "precision"))}}) +
         table_html(fmt::format("Scores, {} of {} points", rows.size(), points.size()), {"x", "log-density", "score"},
                    rows);
}

}  // namespace verimix

#include "verimix/report/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "embedded.hpp"
#include "page_parts.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/mixture_file.hpp"
#include "verimix/report/experiment_figures.hpp"
#include "verimix/report/html.hpp"
#include "verimix/report/mixture_figures.hpp"
#include "verimix/report/model_figures.hpp"
#include "verimix/sample/model_file.hpp"
#include "verimix/validate/checksum.hpp"

namespace verimix {
namespace {

using Documents = std::vector<const ResultDocument*>;

Documents of_kind(const std::vector<ResultDocument>& documents, ResultKind kind) {
  Documents out;
  for (const ResultDocument& document : documents)
    if (document.kind == kind) out.push_back(&document);
  return out;
}

/// Letters, digits and hyphens, for ids.
std::string id_of(const ResultDocument& document) {
  std::string out;
  for (const char c : document.stem()) out += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  return out;
}

/// Runs `make` and names the document in what it complains of.
template <class Make>
auto about(const ResultDocument& document, Make make) {
  try {
    return make();
  } catch (const InputError& error) {
    if (!error.file().empty()) throw;
    throw error.in_file(document.name);
  } catch (const Json::exception& error) {
    throw InputError(document.name, "document", error.what(), fmt::format("a {}", to_text(document.kind)));
  }
}

std::string headed(const ResultDocument& document, const std::string& name, const std::string& html) {
  return fmt::format("<h3>{}</h3>{}", html_text(name.empty() ? document.stem() : name), html);
}

/// The check's document with the name of the file that holds its mixture, where that is one of the report's.
Json with_mixture_file(const ResultDocument& check, const Documents& mixtures) {
  Json json = check.json;
  for (const ResultDocument* mixture : mixtures)
    if (text_member(mixture->json, "name") == text_member(json, "mixture")) json["file"] = mixture->name;
  return json;
}

Section board_section(const std::vector<ResultDocument>& documents) {
  const Documents ledgers = of_kind(documents, ResultKind::ledger);
  const Documents checks = of_kind(documents, ResultKind::check);
  if (ledgers.empty() && checks.empty()) return {};
  std::vector<Json> named;
  for (const ResultDocument* check : checks)
    named.push_back(with_mixture_file(*check, of_kind(documents, ResultKind::mixture)));
  std::vector<const Json*> contents;
  for (const Json& json : named) contents.push_back(&json);
  const ResultDocument& first = ledgers.empty() ? *checks.front() : *ledgers.front();
  const Json* ledger = ledgers.empty() ? nullptr : &ledgers.front()->json;
  return {"board", "Statements", about(first, [&] { return board_html(board_rows(ledger, contents)); })};
}

std::string mixture_part(const ResultDocument& document, FigureShelf& shelf) {
  const ExactMixture exact_mixture = parse_mixture(document.json);
  const Mixture<double> mixture = round_to<double>(exact_mixture);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < document.json["components"].size(); ++i) {
    const Json& component = document.json["components"][i];
    rows.push_back({fmt::format("{}", i + 1), html_text(spoken_number(component["weight"])),
                    html_text(component["mean"].dump()), html_text(component["covariance"].dump())});
  }
  const std::string name = exact_mixture.name.empty() ? document.stem() : exact_mixture.name;
  return headed(
      document, name,
      shelf.place_all(mixture_figures(mixture, "mixture-" + id_of(document))) +
          fmt::format("<details class=\"numbers\"><summary>The components</summary>{}</details>",
                      table_html("Components of " + name, {"component", "weight", "mean", "covariance"}, rows)));
}

std::string model_part(const ResultDocument& document, const std::optional<ExactMixture>& truth, FigureShelf& shelf) {
  const LearnedModel<double> model = parse_model<double>(document.json.dump());
  std::optional<Mixture<double>> beside;
  if (truth) beside = round_to<double>(*truth);
  const std::string figures = shelf.place_all(model_figures(model, beside, "model-" + id_of(document)));
  return headed(document, "",
                facts_html({{"dimension", fmt::format("{}", model.dimension())},
                            {"noise levels", fmt::format("{}", model.levels.size())},
                            {"horizon T", fmt::format("{:.6g}", model.horizon)},
                            {"stop δ", fmt::format("{:.6g}", model.stop)},
                            {"truth", truth ? html_text(truth->name) : ""}}) +
                    (figures.empty() ? "<p>Models above the plane are not drawn.</p>" : figures));
}

/// The other sections: a document after the other, each drawn and told.
template <class Part>
Section section_of(const Documents& documents, const char* id, const char* title, Part part) {
  if (documents.empty()) return {};
  Section section{id, title, ""};
  for (const ResultDocument* document : documents)
    section.html += fmt::format("<div class=\"part\">{}</div>", about(*document, [&] { return part(*document); }));
  return section;
}

Section sample_section(const Documents& samples, FigureShelf& shelf) {
  if (samples.empty()) return {};
  constexpr Index most_points = 100000;
  Section section{"samples", "Samples", ""};
  std::map<Index, Documents> by_dimension;
  for (const ResultDocument* sample : samples) by_dimension[sample->points.rows()].push_back(sample);
  for (const auto& [dimension, group] : by_dimension)
    section.html += shelf.place_all(
        sample_figures(group, most_points / static_cast<Index>(samples.size()), fmt::format("samples-{}", dimension)));
  return section;
}

Section validate_section(const Documents& documents) {
  if (documents.empty()) return {};
  Section section{"judged", "Judged implementations", ""};
  Documents league;
  for (const ResultDocument* document : documents)
    if (document->json.contains("by_flag")) league.push_back(document);
  if (!league.empty()) section.html += about(*league.front(), [&] { return league_html(league); });
  for (const ResultDocument* document : documents)
    section.html +=
        fmt::format("<div class=\"part\">{}</div>", about(*document, [&] { return validate_html(*document); }));
  return section;
}

Section provenance_section(const std::vector<ResultDocument>& documents, const Provenance& provenance) {
  std::vector<std::pair<std::string, std::string>> facts;
  for (const auto& [name, value] : provenance.facts) facts.emplace_back(name, html_text(value));
  facts.emplace_back("command", command_html(provenance.command));
  std::vector<std::vector<std::string>> rows;
  for (const ResultDocument& document : documents)
    rows.push_back({html_text(document.name), html_text(to_text(document.kind)), fmt::format("{}", document.bytes),
                    fmt::format("<code class=\"hash\">{}</code>", document.sha256)});
  return {"provenance", "Where this comes from",
          facts_html(facts) + table_html("Files of this report", {"file", "format", "bytes", "SHA-256"}, rows)};
}

std::vector<Section> sections_of(const std::vector<ResultDocument>& documents, const std::optional<ExactMixture>& truth,
                                 const Provenance& provenance, FigureShelf& shelf) {
  const auto kind = [&](ResultKind k) { return of_kind(documents, k); };
  const Documents hunts = kind(ResultKind::hunt);
  std::vector<Section> sections{board_section(documents)};
  if (!hunts.empty())
    sections.push_back({"findings", "Findings", about(*hunts.front(), [&] { return findings_html(hunts, shelf); })});
  sections.push_back(section_of(kind(ResultKind::mixture), "mixtures", "Mixtures",
                                [&](const ResultDocument& d) { return mixture_part(d, shelf); }));
  sections.push_back(section_of(kind(ResultKind::model), "models", "Learned models",
                                [&](const ResultDocument& d) { return model_part(d, truth, shelf); }));
  sections.push_back(
      section_of(kind(ResultKind::experiment), "experiments", "Experiments", [&](const ResultDocument& d) {
        return headed(d, "", shelf.place_all(experiment_figures(d.json, id_of(d))) + experiment_html(d));
      }));
  sections.push_back(section_of(kind(ResultKind::learn), "learning", "Learning", [&](const ResultDocument& d) {
    return headed(d, "", shelf.place_all(learn_figures(d.json, "learn-" + id_of(d))) + learn_html(d));
  }));
  sections.push_back(sample_section(kind(ResultKind::points), shelf));
  sections.push_back(section_of(kind(ResultKind::distance), "distances", "Distances", [&](const ResultDocument& d) {
    return headed(d, "", shelf.place_all(distance_figures(d.json, "distance-" + id_of(d))) + distance_html(d));
  }));
  sections.push_back(section_of(kind(ResultKind::score), "scores", "Scores", [&](const ResultDocument& d) {
    return headed(d, "", shelf.place_all(score_figures(d.json, "score-" + id_of(d))) + score_html(d));
  }));
  sections.push_back(validate_section(kind(ResultKind::validate)));
  sections.push_back(section_of(kind(ResultKind::power), "power", "Power", [&](const ResultDocument& d) {
    return headed(d, "", fmt::format("<pre>{}</pre>", html_text(d.json.dump(1))));
  }));
  sections.push_back(section_of(kind(ResultKind::benchmark), "benchmarks", "Benchmarks", [&](const ResultDocument& d) {
    return headed(d, "", shelf.place_all(benchmark_figures(d.json, "bench-" + id_of(d))) + benchmark_html(d));
  }));
  sections.push_back(provenance_section(documents, provenance));
  std::erase_if(sections, [](const Section& section) { return section.html.empty(); });
  return sections;
}

/// Bytes of hexadecimal digits.
std::string bytes_of_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

void fill(std::string& page, std::string_view slot, const std::string& text) {
  const std::string mark = fmt::format("<!--{}-->", slot);
  const std::size_t at = page.find(mark);
  require_invariant(at != std::string::npos, "a slot of the page");
  page.replace(at, mark.size(), text);
}

}  // namespace

bool has_page_script() { return !embedded_text(embedded_page(), "page.js").empty(); }

std::string report_page(const std::vector<ResultDocument>& documents, const std::optional<ExactMixture>& truth,
                        const Provenance& provenance) {
  require_invariant(!documents.empty(), "a report is made from documents");
  FigureShelf shelf(has_page_script());
  const std::vector<Section> sections = sections_of(documents, truth, provenance, shelf);
  std::string contents;
  std::string body;
  for (const Section& section : sections) {
    contents += fmt::format("<li><a href=\"#{}\">{}</a></li>", section.id, section.title);
    body += fmt::format("<section id=\"{0}\" aria-labelledby=\"{0}-title\"><h2 id=\"{0}-title\">{1}</h2>{2}</section>",
                        section.id, section.title, section.html);
  }
  const std::string script(embedded_text(embedded_page(), "page.js"));
  std::string page(embedded_text(embedded_page(), "page.html"));
  // From the end of the page to its head: what is filled in is not searched for slots again.
  fill(page, "script", script.empty() ? "" : fmt::format("<script>{}</script>", script));
  fill(page, "figures", script_json(shelf.data()));
  fill(page, "sections", body);
  fill(page, "contents", contents);
  fill(page, "style", fmt::format("<style>{}</style>", embedded_text(embedded_page(), "page.css")));
  fill(page, "policy", script.empty() ? "'none'" : fmt::format("'sha256-{}'", base64(bytes_of_hex(sha256(script)))));
  return page;
}

}  // namespace verimix

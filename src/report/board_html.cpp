#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "page_parts.hpp"
#include "verimix/report/board.hpp"
#include "verimix/report/html.hpp"
#include "verimix/report/statement_note.hpp"

namespace verimix {
namespace {

std::string options_html(const std::vector<std::string>& words) {
  std::string out = "<option value=\"\">all</option>";
  for (const std::string& word : words) out += fmt::format("<option>{}</option>", html_text(word));
  return out;
}

/// The words that rows have, in the order in which they first stand.
template <class Words>
std::vector<std::string> words_of(const std::vector<BoardRow>& rows, Words words) {
  std::vector<std::string> out;
  for (const BoardRow& row : rows)
    for (const std::string& word : words(row))
      if (!word.empty() && std::ranges::find(out, word) == out.end()) out.push_back(word);
  return out;
}

std::vector<std::string> verdict_words(const BoardRow& row) {
  std::set<std::string> words;
  for (const BoardCheck& check : row.checks) words.insert(check.verdict);
  if (words.empty()) words.insert("not checked");
  return {words.begin(), words.end()};
}

std::string filters_html(const std::vector<BoardRow>& rows) {
  const auto stages = words_of(rows, [](const BoardRow& row) { return std::vector{row.stage}; });
  const auto verdicts = words_of(rows, verdict_words);
  const auto printed = words_of(rows, [](const BoardRow& row) { return std::vector{row.printed}; });
  const auto select = [](const char* name, const char* label, const std::vector<std::string>& words) {
    return fmt::format("<label>{} <select data-filter=\"{}\">{}</select></label>", label, name, options_html(words));
  };
  return fmt::format(
      "<form class=\"filters needs-script\" aria-label=\"Filter the statements\">{}{}{}<button type=\"reset\">Show "
      "all</button>"
      "<output aria-live=\"polite\">{} statements</output></form>",
      select("stage", "Stage", stages), select("verdict", "Verdict", verdicts),
      select("printed", "As printed", printed), rows.size());
}

/// The check that a row's summary speaks of: of the worst verdict, the one with the largest lhs/rhs.
const BoardCheck* foremost(const BoardRow& row) {
  const std::string worst = row.verdict("");
  const BoardCheck* found = nullptr;
  for (const BoardCheck& check : row.checks)
    if (check.verdict == worst && (found == nullptr || check.log_upper > found->log_upper)) found = &check;
  return found;
}

/// 3 digits, for a narrow column; the row's inside has all of them.
std::string short_ratio(const std::string& ratio) {
  const double x = drawn_number(Json(ratio));
  return std::isfinite(x) ? fmt::format("{:.3g}", x) : html_text(ratio);
}

std::string summary_html(const BoardRow& row) {
  const BoardCheck* check = foremost(row);
  std::string verdicts;
  std::string evidence;
  for (const char* form : {"explicit", "printed"}) {
    const std::string verdict = row.verdict(form);
    if (verdict.empty()) continue;
    verdicts += fmt::format("<span class=\"form\"><small>{}</small>{}</span>", form, chip_html(verdict));
    evidence += fmt::format("<span class=\"form-evidence\">{}</span>", chip_html(row.evidence(form)));
  }
  if (verdicts.empty()) verdicts = chip_html("not checked");
  const std::string ratio =
      check == nullptr || check->ratio == "–"
          ? "<span class=\"ratio-number\"></span>"
          : fmt::format("<span class=\"ratio-number\"><span class=\"hidden\">lhs/rhs </span>{}</span>",
                        short_ratio(check->ratio));
  return fmt::format(
      "<summary><span class=\"id\">{}</span><span class=\"name\">{}</span><span class=\"stage\">{}</span>"
      "<span class=\"printed\"><span class=\"hidden\">as printed: </span>{}</span><span class=\"verdicts\">{}</span>"
      "<span class=\"evidence\">{}</span>{}{}</summary>",
      html_text(statement_title(row.id)), html_text(row.title), html_text(row.stage), html_text(row.printed), verdicts,
      evidence, ratio_strip(row.checks), ratio);
}

std::string checks_html(const BoardRow& row) {
  std::string out;
  for (const BoardCheck& check : row.checks) {
    const std::string part = check.part.empty() ? "" : ", " + check.part;
    out += fmt::format("<div class=\"check\"><h3>{} form{} {} {}</h3>", html_text(check.form), html_text(part),
                       chip_html(check.verdict), chip_html(check.evidence));
    out += facts_html({{"mixture", html_text(check.mixture)},
                       {"lhs", html_text(check.lhs)},
                       {"rhs", html_text(check.rhs)},
                       {"lhs/rhs", html_text(check.ratio)},
                       {"implied constant", html_text(check.implied_constant)},
                       {"choice", html_text(check.choice)},
                       {"why", html_text(check.reason)},
                       {"again", command_html(check.command)}});
    out += "</div>";
  }
  return out;
}

std::string body_html(const BoardRow& row) {
  const std::string title = statement_title(row.id);
  std::string out = facts_html(
      {{"page", row.page > 0 ? fmt::format("{}", row.page) : ""},
       {"as printed", chip_html(row.printed)},
       {"explicit form", row.explicit_form ? "checked by a test of the tree" : ""},
       {"remark", html_text(row.remark)},
       {"counterexample", row.witness.empty() ? "" : fmt::format("<code>{}</code>", html_text(row.witness))}});
  out += checks_html(row);
  if (const std::string_view note = built_in_note(row.note); !note.empty())
    out += fmt::format("<details class=\"claim\" open><summary>The claim, from the note</summary>{}</details>",
                       note_html(note_claim(note, title)));
  std::vector<std::vector<std::string>> rows;
  for (const StatementConstant& c : statement_constants(built_in_constants(), title))
    rows.push_back({note_html(c.constant), note_html(c.where), note_html(c.kind)});
  if (!rows.empty()) out += table_html("Constants of " + title, {"constant", "where", "kind"}, rows);
  std::string places;
  for (const std::string& path : {row.note, row.header, row.test})
    if (!path.empty()) places += fmt::format("{}<code>{}</code>", places.empty() ? "" : " ", html_text(path));
  return out + facts_html({{"in the tree", places}});
}

}  // namespace

std::string board_html(const std::vector<BoardRow>& rows) {
  std::string out = filters_html(rows);
  out +=
      "<div class=\"board\"><div class=\"heads\" "
      "aria-hidden=\"true\"><span>Statement</span><span></span><span>Stage</span>"
      "<span>As printed</span><span>Verdict</span><span>Evidence</span><span "
      "class=\"scale\"><i>10⁻¹²</i><i>lhs/rhs</i><i>10⁴</i></span><span></span></div>";
  for (const BoardRow& row : rows) {
    std::string verdicts;
    for (const std::string& word : verdict_words(row)) verdicts += (verdicts.empty() ? "" : "|") + word;
    out += fmt::format(
        "<details class=\"row\" id=\"{}\" data-stage=\"{}\" data-verdict=\"{}\" data-printed=\"{}\">{}<div "
        "class=\"body\">{}</div></details>",
        html_text(row.id), html_text(row.stage), html_text(verdicts), html_text(row.printed), summary_html(row),
        body_html(row));
  }
  return out + "</div>";
}

}  // namespace verimix

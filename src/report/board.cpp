#include "verimix/report/board.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/ledger/registry.hpp"
#include "verimix/report/result_document.hpp"

namespace verimix {
namespace {

std::string check_command(const Json& document, const Json& check) {
  if (const std::string given = text_member(check, "command"); !given.empty()) return given;
  // Written by another program. The verb takes a file; all there is to go by is the mixture's name.
  std::string mixture = text_member(document, "mixture");
  if (mixture.find('.') == std::string::npos) mixture += ".json";
  return fmt::format("verimix check {} --statement {} --form {}", shell_quoted(mixture),
                     shell_quoted(text_member(check, "statement")), shell_quoted(text_member(check, "form")));
}

std::pair<std::string, std::string> end_texts(const Json& value) {
  if (value.is_object()) return {text_member(value, "lower"), text_member(value, "upper")};
  const std::string text = value.is_null() ? "" : spoken_number(value);
  return {text, text};
}

BoardCheck board_check(const Json& document, const Json& check) {
  const auto [lhs_lower, lhs_upper] = end_texts(check["lhs"]);
  const auto [rhs_lower, rhs_upper] = end_texts(check["rhs"]);
  BoardCheck out;
  out.mixture = text_member(document, "mixture");
  out.form = text_member(check, "form");
  out.part = text_member(check, "part");
  out.choice = text_member(check, "choice");
  out.verdict = text_member(check, "verdict");
  out.evidence = text_member(check, "evidence");
  out.reason = text_member(check, "reason");
  out.lhs = spoken_number(check["lhs"]);
  out.rhs = spoken_number(check["rhs"]);
  out.ratio = check.contains("ratio") ? spoken_number(check["ratio"]) : "–";
  out.implied_constant = check.contains("implied_constant") && !check["implied_constant"].is_null()
                             ? spoken_number(check["implied_constant"])
                             : "";
  out.log_lower = log10_text(lhs_lower) - log10_text(rhs_upper);
  out.log_upper = log10_text(lhs_upper) - log10_text(rhs_lower);
  out.command = check_command(document, check);
  return out;
}

BoardRow ledger_row(const Json& entry) {
  BoardRow row;
  row.id = text_member(entry, "id");
  row.title = text_member(entry, "title");
  row.stage = text_member(entry, "stage");
  row.printed = text_member(entry, "printed");
  row.remark = text_member(entry, "remark");
  row.note = text_member(entry, "note");
  row.header = text_member(entry, "header");
  row.test = text_member(entry, "test");
  row.explicit_form = entry.contains("explicit") && entry["explicit"] == true;
  if (entry.contains("page") && entry["page"].is_number_integer()) row.page = entry["page"].get<int>();
  if (entry.contains("witness") && entry["witness"].is_object() && !entry["witness"].empty())
    row.witness = entry["witness"].dump();
  return row;
}

/// Place in the order from the worst on; the last for what is no verdict.
std::size_t verdict_place(const std::string& verdict) {
  constexpr std::array<std::string_view, 4> worst_first{"violated", "undecided", "holds", "not-applicable"};
  return static_cast<std::size_t>(std::ranges::find(worst_first, verdict) - worst_first.begin());
}

}  // namespace

std::string BoardRow::verdict(const std::string& form) const {
  std::string worst;
  for (const BoardCheck& check : checks) {
    if (!form.empty() && check.form != form) continue;
    if (worst.empty() || verdict_place(check.verdict) < verdict_place(worst)) worst = check.verdict;
  }
  return worst;
}

std::string BoardRow::evidence(const std::string& form) const {
  constexpr std::array<std::string_view, 3> weakest_first{"computed", "estimated", "certified"};
  const std::string worst = verdict(form);
  if (worst == "not-applicable") return "";
  for (const std::string_view word : weakest_first)
    for (const BoardCheck& check : checks)
      if (check.evidence == word && check.verdict == worst && (form.empty() || check.form == form))
        return std::string(word);
  return "";
}

std::vector<BoardRow> board_rows(const Json* ledger, const std::vector<const Json*>& checks) {
  const Json own = ledger == nullptr ? ledger_json() : Json();
  std::vector<BoardRow> rows;
  for (const Json& entry : (ledger == nullptr ? own : *ledger)["statements"]) rows.push_back(ledger_row(entry));
  for (const Json* document : checks)
    for (const Json& check : (*document)["checks"]) {
      const std::string id = text_member(check, "statement");
      auto row = std::ranges::find(rows, id, &BoardRow::id);
      if (row == rows.end()) {
        BoardRow unknown;
        unknown.id = id;
        row = rows.insert(rows.end(), std::move(unknown));
      }
      row->checks.push_back(board_check(*document, check));
    }
  if (ledger == nullptr) std::erase_if(rows, [](const BoardRow& row) { return row.checks.empty(); });
  return rows;
}

double log10_text(const std::string& number) {
  // The exponent apart: certified bounds may lie beyond every floating type.
  const std::size_t e = number.find_first_of("eE");
  const double mantissa = drawn_number(Json(number.substr(0, e)));
  if (!(mantissa >= 0)) return std::nan("");
  const double exponent =
      e == std::string::npos ? 0 : drawn_number(Json(number.substr(e + 1 + (number[e + 1] == '+' ? 1 : 0))));
  return std::log10(mantissa) + exponent;
}

}  // namespace verimix

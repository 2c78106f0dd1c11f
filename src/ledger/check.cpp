#include "verimix/ledger/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <set>

#include "checks.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/precision_ladder.hpp"
#include "verimix/diffusion/score_enclosure.hpp"

namespace verimix {
namespace {

std::vector<CheckEvaluator> evaluators_in_order() {
  std::vector<CheckEvaluator> unordered;
  for (std::vector<CheckEvaluator>& part :
       std::vector<std::vector<CheckEvaluator>>{checks::diffusion(), checks::estimate(), checks::cluster(),
                                                checks::simplify(), checks::polynomial(), checks::regress()})
    for (CheckEvaluator& evaluator : part) unordered.push_back(std::move(evaluator));
  require_invariant(unordered.size() == all_statements().size(), "check has one evaluator a statement");
  std::vector<CheckEvaluator> evaluators;
  for (const StatementId id : all_statements()) {
    const auto found = std::ranges::find(unordered, id, &CheckEvaluator::statement);
    require_invariant(found != unordered.end(), "every statement has an evaluator");
    evaluators.push_back(*found);
  }
  return evaluators;
}

void require_known_keys(const std::vector<StatementId>& statements, const CheckSettings& settings) {
  std::set<std::string> known;
  for (const StatementId id : statements)
    for (const CheckKey& key : check_evaluator(id).keys) known.insert(key.name);
  for (const auto& [name, value] : settings.values)
    if (!known.contains(name))
      throw InputError("", "--set " + name, to_text(value),
                       known.empty() ? "no key: none of the statements reads one"
                                     : fmt::format("one of the keys {}", fmt::join(known, ", ")));
}

void require_domain(const CheckSettings& settings) {
  if (settings.digits < 1 || settings.digits > 10000)
    throw InputError("", "digits", std::to_string(settings.digits), "1 <= digits <= 10000");
  if (settings.samples < 2) throw InputError("", "samples", std::to_string(settings.samples), "samples >= 2");
  if (!(settings.confidence >= 0.5 && settings.confidence < 1))
    throw InputError("", "confidence", to_text(settings.confidence), "1/2 <= confidence < 1");
}

Json enclosure_json(const Ball& x) {
  const auto [lower, upper] = enclosure_text(x);
  return {{"lower", lower}, {"upper", upper}};
}

// Balls travel exactly: Arb's text of them is their bits.
void put_ball(ByteWriter& writer, const Ball& x) {
  const std::unique_ptr<char, decltype(&flint_free)> text(arb_dump_str(x.data()), flint_free);
  writer.put(std::string_view(text.get()));
}
Ball read_ball(ByteReader& reader) {
  Ball out;
  require_invariant(arb_load_str(out.data(), reader.text().c_str()) == 0, "a ball is read as it was written");
  return out;
}

void put_optional(ByteWriter& writer, const std::optional<Ball>& x) {
  writer.put(x.has_value());
  if (x) put_ball(writer, *x);
}
std::optional<Ball> read_optional(ByteReader& reader) {
  if (!reader.number<bool>()) return {};
  return read_ball(reader);
}

void put_check(ByteWriter& writer, const Check& check) {
  const Comparison& comparison = check.comparison;
  for (const int number : {static_cast<int>(check.form), static_cast<int>(comparison.lhs.evidence),
                           static_cast<int>(comparison.rhs.evidence), static_cast<int>(comparison.verdict),
                           static_cast<int>(comparison.evidence)})
    writer.put(number);
  for (const std::string& text : {to_text(check.statement), check.part, comparison.reason, check.choice})
    writer.put(text);
  put_ball(writer, comparison.lhs.value);
  put_ball(writer, comparison.rhs.value);
  put_optional(writer, comparison.ratio);
  put_optional(writer, check.implied_constant);
}

Check read_check(ByteReader& reader) {
  Check out{};
  Comparison& comparison = out.comparison;
  out.form = static_cast<StatementForm>(reader.number<int>());
  comparison.lhs.evidence = static_cast<Evidence>(reader.number<int>());
  comparison.rhs.evidence = static_cast<Evidence>(reader.number<int>());
  comparison.verdict = static_cast<Verdict>(reader.number<int>());
  comparison.evidence = static_cast<Evidence>(reader.number<int>());
  const auto statement = parse_statement(reader.text());
  require_invariant(statement.has_value(), "a statement is read as it was written");
  out.statement = *statement;
  for (std::string* text : {&out.part, &comparison.reason, &out.choice}) *text = reader.text();
  comparison.lhs.value = read_ball(reader);
  comparison.rhs.value = read_ball(reader);
  comparison.ratio = read_optional(reader);
  out.implied_constant = read_optional(reader);
  return out;
}

// Every rank gets the rows that the others have: entry i is rank i mod size's.
void share_rows(Ranks& ranks, std::vector<std::vector<Check>>& rows_of) {
  const auto size = static_cast<std::size_t>(ranks.size());
  ByteWriter writer;
  for (auto i = static_cast<std::size_t>(ranks.rank()); i < rows_of.size(); i += size) {
    writer.put(rows_of[i].size());
    for (const Check& row : rows_of[i]) put_check(writer, row);
  }
  const std::vector<std::string> all = ranks.gather(writer.take());
  for (std::size_t r = 0; r < size; ++r) {
    ByteReader reader(all[r]);
    for (std::size_t i = r; i < rows_of.size(); i += size) {
      rows_of[i].clear();
      for (auto left = reader.number<std::size_t>(); left > 0; --left) rows_of[i].push_back(read_check(reader));
    }
  }
}

bool is_estimated(const Comparison& comparison) {
  return comparison.lhs.evidence == Evidence::estimated || comparison.rhs.evidence == Evidence::estimated;
}

bool has_sides(const Comparison& comparison) { return comparison.verdict != Verdict::not_applicable; }

// An enclosure as a person reads it: one number where six digits agree.
std::string brief_text(const Ball& x) {
  if (!is_finite(x)) return "";
  const auto [lower, upper] = enclosure_text(x);
  const std::string a = fmt::format("{:.6g}", std::strtod(lower.c_str(), nullptr));
  const std::string b = fmt::format("{:.6g}", std::strtod(upper.c_str(), nullptr));
  return a == b ? a : fmt::format("{} .. {}", a, b);
}

// A bar would end the cell.
std::string cell_text(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.insert(at, 1, '\\');
  return text;
}

}  // namespace

std::string_view to_text(StatementForm form) { return form == StatementForm::printed ? "printed" : "explicit"; }

std::span<const CheckEvaluator> check_evaluators() {
  static const std::vector<CheckEvaluator> evaluators = evaluators_in_order();
  return evaluators;
}

const CheckEvaluator& check_evaluator(StatementId id) {
  const auto found = std::ranges::find(check_evaluators(), id, &CheckEvaluator::statement);
  require_invariant(found != check_evaluators().end(), "every statement has an evaluator");
  return *found;
}

std::vector<Check> run_checks(const ExactMixture& mixture, const std::vector<StatementId>& statements,
                              const std::vector<StatementForm>& forms, const CheckSettings& settings, Ranks& ranks) {
  require_domain(settings);
  std::vector<StatementId> asked;
  for (const StatementId id : all_statements())
    if (statements.empty() || std::ranges::find(statements, id) != statements.end()) asked.push_back(id);
  require_known_keys(asked, settings);
  validate(mixture);
  require_density(mixture, 0);
  std::vector<std::vector<Check>> rows_of(asked.size());
  const auto size = static_cast<std::size_t>(ranks.size());
  together(ranks, [&] {
    for (auto i = static_cast<std::size_t>(ranks.rank()); i < asked.size(); i += size)
      for (Check& row : check_evaluator(asked[i]).evaluate(mixture, settings))
        if (std::ranges::find(forms, row.form) != forms.end()) rows_of[i].push_back(std::move(row));
  });
  if (size > 1) share_rows(ranks, rows_of);
  std::vector<Check> rows;
  for (std::vector<Check>& of : rows_of) std::ranges::move(of, std::back_inserter(rows));
  return rows;
}

Json checks_json(const std::string& mixture, std::span<const Check> checks, const CheckSettings& settings) {
  const BallPrecision precision(bits_of_digits(settings.digits) + 96);
  Json document = {{"format", "verimix.check/1"}, {"mixture", mixture}, {"checks", Json::array()}};
  for (const Check& check : checks) {
    const Comparison& comparison = check.comparison;
    const bool sides = has_sides(comparison);
    const Json nothing = nullptr;
    document["checks"].push_back(
        {{"statement", to_text(check.statement)},
         {"form", to_text(check.form)},
         {"part", check.part},
         {"lhs", sides ? enclosure_json(comparison.lhs.value) : nothing},
         {"rhs", sides ? enclosure_json(comparison.rhs.value) : nothing},
         {"ratio", comparison.ratio ? Json(fmt::format("{:.6g}", approximate(*comparison.ratio))) : nothing},
         {"implied_constant", check.implied_constant ? enclosure_json(*check.implied_constant) : nothing},
         {"verdict", to_text(comparison.verdict)},
         {"evidence", sides ? Json(to_text(comparison.evidence)) : nothing},
         {"lhs_evidence", sides ? Json(to_text(comparison.lhs.evidence)) : nothing},
         {"rhs_evidence", sides ? Json(to_text(comparison.rhs.evidence)) : nothing},
         {"confidence", sides && is_estimated(comparison) ? Json(to_text(settings.confidence)) : nothing},
         {"reason", comparison.reason},
         {"choice", check.choice}});
  }
  return document;
}

std::string checks_markdown(const std::string& mixture, std::span<const Check> checks) {
  std::string text = fmt::format("`{}`\n\n", mixture);
  text += "| statement | form | part | left side | right side | ratio | verdict | evidence | why |\n";
  text += "|---|---|---|---|---|---|---|---|---|\n";
  for (const Check& check : checks) {
    const Comparison& comparison = check.comparison;
    const bool sides = has_sides(comparison);
    std::string why = comparison.reason;
    if (!check.choice.empty()) why += (why.empty() ? "" : "; ") + check.choice;
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", to_text(check.statement),
                        to_text(check.form), cell_text(check.part), sides ? brief_text(comparison.lhs.value) : "",
                        sides ? brief_text(comparison.rhs.value) : "",
                        comparison.ratio ? fmt::format("{:.3g}", approximate(*comparison.ratio)) : "",
                        to_text(comparison.verdict), sides ? to_text(comparison.evidence) : "", cell_text(why));
  }
  return text;
}

}  // namespace verimix

#include "verimix/ledger/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
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
                              const std::vector<StatementForm>& forms, const CheckSettings& settings) {
  require_domain(settings);
  std::vector<StatementId> asked = statements;
  if (asked.empty()) asked.assign(all_statements().begin(), all_statements().end());
  require_known_keys(asked, settings);
  validate(mixture);
  require_density(mixture, 0);
  std::vector<Check> rows;
  for (const StatementId id : all_statements()) {
    if (std::ranges::find(asked, id) == asked.end()) continue;
    for (Check& row : check_evaluator(id).evaluate(mixture, settings))
      if (std::ranges::find(forms, row.form) != forms.end()) rows.push_back(std::move(row));
  }
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

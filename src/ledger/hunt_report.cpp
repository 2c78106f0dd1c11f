#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hunt_search.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

Json side_json(const Ball& x) {
  const auto [lower, upper] = enclosure_text(x);
  return {{"lower", lower}, {"upper", upper}};
}

Json instance_json(const HuntProblem& problem, const HuntPoint& instance) {
  Json object = Json::object();
  for (std::size_t i = 0; i < instance.size(); ++i) object[problem.parameters[i].name] = to_text(instance[i]);
  return object;
}

std::string ratio_text(double log_ratio) {
  return log_ratio >= beyond_every_ratio ? "inf" : fmt::format("{:.6g}", std::exp(log_ratio));
}

/// lhs/rhs at the finding's instance where it is enclosed, else as the search saw it.
std::string worst_ratio(const HuntFinding& finding) {
  if (finding.outcome != HuntOutcome::not_refuted && finding.comparison.ratio)
    return fmt::format("{:.6g}", approximate(*finding.comparison.ratio));
  return finding.progress.worst ? ratio_text(finding.progress.worst->log_ratio) : "0";
}

Json family_json(const HuntFinding& finding) {
  const HuntProblem& problem = *finding.problem;
  Json exponents = Json::object(), members = Json::array();
  for (std::size_t i = 0; i < finding.exponents.size(); ++i)
    if (finding.exponents[i] != 0) exponents[problem.parameters[i].name] = finding.exponents[i];
  for (const HuntMember& member : finding.members)
    members.push_back({{"s", to_text(member.s)},
                       {"instance", instance_json(problem, member.instance)},
                       {"lhs", side_json(member.comparison.lhs.value)},
                       {"rhs", side_json(member.comparison.rhs.value)},
                       {"ratio", side_json(*member.comparison.ratio)}});
  return {{"base", instance_json(problem, finding.instance)},
          {"exponents_of_s", std::move(exponents)},
          {"growth_exponent", fmt::format("{:.4f}", finding.growth)},
          {"faster_than_that_power", finding.faster},
          {"members", std::move(members)}};
}

Json witness_json(const HuntFinding& finding) {
  if (finding.outcome == HuntOutcome::unbounded_constant) return {{"family", family_json(finding)}};
  if (finding.outcome == HuntOutcome::refuted) return instance_json(*finding.problem, finding.instance);
  return Json::object();
}

/// The words that find it again: rounds and seed decide everything.
std::string command(const HuntFinding& finding, const HuntSettings& settings) {
  return fmt::format("verimix hunt --statement {} --form {} --rounds {} --seed {}", to_text(finding.problem->statement),
                     to_text(finding.problem->form), finding.progress.rounds, settings.seed);
}

Json finding_json(const HuntFinding& finding, const HuntSettings& settings) {
  const HuntProblem& problem = *finding.problem;
  Json row = {{"statement", to_text(problem.statement)},
              {"form", to_text(problem.form)},
              {"part", problem.part},
              {"hidden_constant", problem.hidden_constant},
              {"outcome", std::string(to_text(finding.outcome))},
              {"witness", witness_json(finding)},
              {"lhs", side_json(finding.comparison.lhs.value)},
              {"rhs", side_json(finding.comparison.rhs.value)},
              {"evidence", std::string(to_text(finding.comparison.evidence))},
              {"tried", finding.progress.tried},
              {"worst_ratio", worst_ratio(finding)},
              {"met_hypotheses", finding.progress.met},
              {"rounds", finding.progress.rounds}};
  if (finding.outcome == HuntOutcome::not_refuted) row["worst_instance"] = instance_json(problem, finding.instance);
  if (finding.undecided)
    row["reason"] =
        "seen in floating point, not certified: " + finding.comparison.reason + "; raise --rounds or --seconds";
  row["instances"] = problem.instances;
  row["command"] = command(finding, settings);
  return row;
}

struct NotSearched {
  StatementId statement;
  StatementForm form;
  std::string_view reason;
};

std::vector<NotSearched> not_searched(std::span<const StatementId> statements, std::span<const StatementForm> forms) {
  std::vector<NotSearched> rows;
  for (const StatementId id : statements)
    for (const StatementForm form : forms)
      if (const std::string_view reason = hunt_exclusion(id, form); !reason.empty()) rows.push_back({id, form, reason});
  return rows;
}

std::string instance_text(const HuntProblem& problem, const HuntPoint& instance) {
  std::string text;
  for (std::size_t i = 0; i < instance.size(); ++i)
    text += fmt::format("{}{} = {}", i == 0 ? "" : ", ", problem.parameters[i].name, to_text(instance[i]));
  return text;
}

std::string member_instance_text(const HuntFinding& finding) {
  std::string text;
  for (std::size_t i = 0; i < finding.instance.size(); ++i) {
    const int e = finding.exponents[i];
    text +=
        fmt::format("{}{} = {}", i == 0 ? "" : ", ", finding.problem->parameters[i].name, to_text(finding.instance[i]));
    if (e != 0) text += e == 1 ? " s" : fmt::format(" s^{}", e);
  }
  text += fmt::format("; s = {}, {}, {}", to_text(finding.members[0].s), to_text(finding.members[1].s),
                      to_text(finding.members[2].s));
  return text;
}

/// Five digits; of what is beyond double the digits of its lower bound.
std::string short_number(const Ball& x) {
  const double rounded = approximate(x);
  if (std::isfinite(rounded) && (rounded == 0) == (equal(x, Ball(0)) == Truth::yes))
    return fmt::format("{:.5g}", rounded);
  const std::string text = enclosure_text(x).first;
  const std::size_t exponent = text.find('e');
  return exponent == std::string::npos ? text.substr(0, 8)
                                       : text.substr(0, std::min<std::size_t>(6, exponent)) + text.substr(exponent);
}

std::string growth_text(const HuntFinding& finding) {
  return fmt::format("{}s^{:.3f}", finding.faster ? "faster than " : "", finding.growth);
}

/// In a cell of a table a bar is written with a backslash.
std::string in_cell(const std::string& text) {
  std::string cell;
  for (const char c : text) cell += c == '|' ? std::string("\\|") : std::string(1, c);
  return cell;
}

std::string finding_row(const HuntFinding& finding, const HuntSettings& settings) {
  const HuntProblem& problem = *finding.problem;
  std::string sides, where, growth;
  if (finding.outcome == HuntOutcome::unbounded_constant) {
    where = member_instance_text(finding);
    for (const HuntMember& member : finding.members)
      sides += fmt::format("{}{}/{}", sides.empty() ? "" : "; ", short_number(member.comparison.lhs.value),
                           short_number(member.comparison.rhs.value));
    growth = growth_text(finding);
  } else {
    where = instance_text(problem, finding.instance);
    sides =
        fmt::format("{}/{}", short_number(finding.comparison.lhs.value), short_number(finding.comparison.rhs.value));
  }
  return fmt::format("| {} {} | {}{} | {} | {} | {} | {} | `{}` |\n", to_text(problem.statement), to_text(problem.form),
                     in_cell(problem.part), problem.hidden_constant ? " (constant hidden)" : "", where, sides, growth,
                     to_text(finding.comparison.evidence), command(finding, settings));
}

std::string worst_row(const HuntFinding& finding) {
  const HuntProblem& problem = *finding.problem;
  return fmt::format("| {} {} | {}{} | {} | {} | {} | {}{} |\n", to_text(problem.statement), to_text(problem.form),
                     in_cell(problem.part), problem.hidden_constant ? " (constant hidden)" : "", worst_ratio(finding),
                     finding.progress.met, instance_text(problem, finding.instance),
                     to_text(finding.comparison.evidence), finding.undecided ? ", seen above the bound" : "");
}

}  // namespace

Json hunt_json(std::span<const HuntFinding> findings, std::span<const StatementId> statements,
               std::span<const StatementForm> forms, const HuntSettings& settings) {
  Json rows = Json::array(), others = Json::array();
  for (const HuntFinding& finding : findings) rows.push_back(finding_json(finding, settings));
  for (const NotSearched& row : not_searched(statements, forms))
    others.push_back(
        {{"statement", to_text(row.statement)}, {"form", to_text(row.form)}, {"reason", std::string(row.reason)}});
  return {{"format", "verimix.hunt/1"},
          {"seed", settings.seed},
          {"findings", std::move(rows)},
          {"not_searched", std::move(others)}};
}

std::string hunt_markdown(std::span<const HuntFinding> findings, std::span<const StatementId> statements,
                          std::span<const StatementForm> forms, const HuntSettings& settings) {
  std::string found, rest, others;
  for (const HuntFinding& finding : findings)
    (finding.outcome == HuntOutcome::not_refuted ? rest : found) +=
        finding.outcome == HuntOutcome::not_refuted ? worst_row(finding) : finding_row(finding, settings);
  for (const NotSearched& row : not_searched(statements, forms))
    others += fmt::format("| {} {} | {} |\n", to_text(row.statement), to_text(row.form), row.reason);
  return fmt::format(
      "## Violations\n\n| statement | inequality | witness | lhs/rhs | growth | evidence | command |\n"
      "|---|---|---|---|---|---|---|\n{}\n## Not refuted\n\n| statement | inequality | worst ratio seen | instances | "
      "worst instance | evidence there |\n|---|---|---|---|---|---|\n{}\n## Not searched\n\n| statement | why |\n"
      "|---|---|\n{}",
      found, rest, others);
}

}  // namespace verimix

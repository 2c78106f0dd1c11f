// What --resume reads and writes.
#include <fmt/format.h>

#include "hunt_search.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

StatementId statement_of(const Json& row) {
  const auto id = parse_statement(json_member(row, "statement", "problems").get<std::string>());
  if (!id) throw InputError("", "problems.statement", row.at("statement").dump(), "the id of a statement");
  return *id;
}

std::vector<double> doubles(const Json& values, std::size_t count, const std::string& field) {
  if (!values.is_array() || values.size() != count)
    throw InputError("", field, values.dump(), fmt::format("{} numbers", count));
  std::vector<double> numbers;
  for (const Json& x : values) numbers.push_back(from_rational<double>(json_rational(x, field)));
  return numbers;
}

Json texts(const std::vector<double>& values) {
  Json array = Json::array();
  for (const double x : values) array.push_back(to_text(to_rational(x)));
  return array;
}

std::uint64_t count_of(const Json& row, const std::string& key) {
  const Json& value = json_member(row, key, "problems");
  if (!value.is_number_unsigned()) throw InputError("", "problems." + key, value.dump(), "an integer >= 0");
  return value.get<std::uint64_t>();
}

HuntProgress parse_entry(const Json& row, const HuntProblem& problem) {
  const std::size_t n = problem.parameters.size();
  HuntProgress progress;
  progress.rounds = count_of(row, "rounds");
  progress.tried = count_of(row, "tried");
  progress.met = count_of(row, "met");
  if (const Json& worst = json_member(row, "worst", "problems"); !worst.is_null())
    progress.worst = HuntCandidate{
        from_rational<double>(json_rational(json_member(worst, "log_ratio", "problems.worst"), "log_ratio")),
        doubles(json_member(worst, "values", "problems.worst"), n, "problems.worst.values")};
  const Json& family = json_member(row, "family", "problems");
  if (family.is_null()) return progress;
  progress.family.emplace();
  progress.family->growth =
      from_rational<double>(json_rational(json_member(family, "growth", "problems.family"), "growth"));
  progress.family->values = doubles(json_member(family, "values", "problems.family"), n, "problems.family.values");
  for (const double e : doubles(json_member(family, "exponents", "problems.family"), n, "problems.family.exponents"))
    progress.family->exponents.push_back(static_cast<int>(e));
  return progress;
}

}  // namespace

Json progress_json(std::span<const HuntProblem* const> problems, std::span<const HuntProgress> progress,
                   const HuntSettings& settings) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const HuntProgress& of = progress[i];
    Json worst, family;
    if (of.worst)
      worst = {{"log_ratio", to_text(to_rational(of.worst->log_ratio))}, {"values", texts(of.worst->values)}};
    if (of.family)
      family = {{"growth", to_text(to_rational(of.family->growth))},
                {"values", texts(of.family->values)},
                {"exponents", of.family->exponents}};
    rows.push_back({{"statement", to_text(problems[i]->statement)},
                    {"form", to_text(problems[i]->form)},
                    {"part", problems[i]->part},
                    {"rounds", of.rounds},
                    {"tried", of.tried},
                    {"met", of.met},
                    {"worst", std::move(worst)},
                    {"family", std::move(family)}});
  }
  return {{"format", "verimix.hunt-state/1"}, {"seed", settings.seed}, {"problems", std::move(rows)}};
}

std::vector<HuntProgress> parse_progress(const Json& document, std::span<const HuntProblem* const> problems,
                                         const HuntSettings& settings) {
  if (json_member(document, "format", "") != "verimix.hunt-state/1")
    throw InputError("", "format", document.at("format").dump(), "verimix.hunt-state/1");
  if (json_member(document, "seed", "") != settings.seed)
    throw InputError("", "seed", document.at("seed").dump(), fmt::format("the seed {} of this hunt", settings.seed));
  const Json& rows = json_member(document, "problems", "");
  if (!rows.is_array() || rows.size() != problems.size())
    throw InputError("", "problems", "", fmt::format("the {} inequalities of this hunt", problems.size()));
  std::vector<HuntProgress> progress;
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const Json& row = rows[i];
    const bool same = statement_of(row) == problems[i]->statement &&
                      json_member(row, "form", "problems") == to_text(problems[i]->form) &&
                      json_member(row, "part", "problems") == problems[i]->part;
    if (!same)
      throw InputError(
          "", "problems", row.at("statement").dump(),
          fmt::format("{} {}, which this hunt searches", to_text(problems[i]->statement), to_text(problems[i]->form)));
    progress.push_back(parse_entry(row, *problems[i]));
  }
  return progress;
}

}  // namespace verimix

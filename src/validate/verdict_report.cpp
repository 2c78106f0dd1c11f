#include "verimix/validate/verdict_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "junit.hpp"

namespace verimix {
namespace {

bool was_judged(const Judgement& j) { return j.outcome != Outcome::inapplicable && j.outcome != Outcome::unsupported; }

std::string error_text(double error) { return error < 0 ? "" : fmt::format("{:.3g}", error); }

Json failure_json(const Judgement& j) {
  Json entry;
  entry["id"] = j.id;
  entry["flags"] = j.flags;
  entry["outcome"] = name_of(j.outcome);
  entry["place"] = j.place;
  entry["error_in_tolerances"] = j.error_in_tolerances < 0 ? Json(nullptr) : Json(error_text(j.error_in_tolerances));
  entry["got"] = j.got;
  entry["expected"] = j.lower.empty() ? Json(nullptr) : Json{{"lower", j.lower}, {"upper", j.upper}};
  return entry;
}

struct FlagSummary {
  std::size_t cases = 0;
  std::size_t failed = 0;
  std::vector<double> errors;
};

std::map<std::string, FlagSummary> by_flag(const ValidationReport& report) {
  std::map<std::string, FlagSummary> flags;
  for (const Judgement& j : report.judgements) {
    if (!was_judged(j)) continue;
    for (const std::string& flag : j.flags) {
      FlagSummary& summary = flags[flag];
      ++summary.cases;
      summary.failed += is_failure(j.outcome) ? 1U : 0U;
      if (j.error_in_tolerances >= 0) summary.errors.push_back(j.error_in_tolerances);
    }
  }
  for (auto& [flag, summary] : flags) std::ranges::sort(summary.errors);
  return flags;
}

/// The id without its number: group and first flag.
std::string series_of(const std::string& id) { return id.substr(0, id.rfind('-')); }

JunitCase junit_case(const Judgement& j, bool is_expected) {
  JunitCase result{series_of(j.id), j.id};
  const std::string outcome(name_of(j.outcome));
  if (!is_failure(j.outcome)) {
    if (j.outcome == Outcome::pass) return result;
    result.result = JunitCase::Result::skipped;
    result.message = fmt::format("{}: {}", outcome, j.got);
    return result;
  }
  result.result = is_expected ? JunitCase::Result::skipped : JunitCase::Result::failed;
  result.message = fmt::format(
      "{}{}: got {}{}", is_expected ? "expected failure: " : "", outcome, j.got,
      j.error_in_tolerances < 0 ? "" : fmt::format(", {} tolerances off", error_text(j.error_in_tolerances)));
  if (!is_expected) result.type = outcome;
  if (!j.lower.empty())
    result.text = fmt::format("{} got {}\nexpected between {} and {}", j.place, j.got, j.lower, j.upper);
  return result;
}

}  // namespace

bool ValidationReport::is_expected(const Judgement& judgement) const {
  return verimix::is_expected(expected, judgement.id);
}

std::size_t ValidationReport::failed() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(judgements, [&](const Judgement& j) { return is_failure(j.outcome) && !is_expected(j); }));
}

std::size_t ValidationReport::count(Outcome outcome) const {
  return static_cast<std::size_t>(std::ranges::count(judgements, outcome, &Judgement::outcome));
}

std::vector<std::string> ValidationReport::stale_expectations() const {
  // What was not judged may fail elsewhere, in another dtype.
  std::vector<std::string> other_ids;
  for (const Judgement& j : judgements)
    if (j.outcome != Outcome::pass) other_ids.push_back(j.id);
  return stale_patterns(expected, other_ids);
}

std::string ValidationReport::verdict() const {
  if (failed() > 0) return "fail";
  return count(Outcome::pass) > 0 ? "pass" : "inconclusive";
}

Json to_json(const ValidationReport& report) {
  Json document;
  document["format"] = "verimix.validate/1";
  document["verdict"] = report.verdict();
  document["cases"] = std::ranges::count_if(report.judgements, was_judged);
  document["failed"] = report.failed();
  document["alpha"] = nullptr;
  document["tier"] = name_of(report.tier);
  document["dtype"] = model_of(report.dtype).name;
  document["passed"] = report.count(Outcome::pass);
  document["unsupported"] = report.count(Outcome::unsupported);
  document["inapplicable"] = report.count(Outcome::inapplicable);
  document["failures"] = Json::array();
  document["expected_failures"] = Json::array();
  for (const Judgement& j : report.judgements)
    if (is_failure(j.outcome))
      document[report.is_expected(j) ? "expected_failures" : "failures"].push_back(failure_json(j));
  document["stale_expectations"] = report.stale_expectations();
  document["by_flag"] = Json::object();
  for (const auto& [flag, summary] : by_flag(report)) {
    Json& entry = document["by_flag"][flag];
    entry["cases"] = summary.cases;
    entry["failed"] = summary.failed;
    entry["worst"] = summary.errors.empty() ? Json(nullptr) : Json(error_text(summary.errors.back()));
    entry["median"] =
        summary.errors.empty() ? Json(nullptr) : Json(error_text(summary.errors[(summary.errors.size() - 1) / 2]));
  }
  return document;
}

std::string junit_xml(const ValidationReport& report) {
  std::vector<JunitCase> cases;
  for (const Judgement& j : report.judgements) cases.push_back(junit_case(j, report.is_expected(j)));
  return junit_document(cases);
}

std::string verdict_text(const ValidationReport& report) {
  std::string text = fmt::format(
      "{}: {} of {} cases failed ({}, {} tier; {} expected failures, {} unsupported, {} inapplicable)\n",
      report.verdict(), report.failed(), std::ranges::count_if(report.judgements, was_judged),
      model_of(report.dtype).name, name_of(report.tier),
      std::ranges::count_if(report.judgements,
                            [&](const Judgement& j) { return is_failure(j.outcome) && report.is_expected(j); }),
      report.count(Outcome::unsupported), report.count(Outcome::inapplicable));
  for (const auto& [flag, summary] : by_flag(report)) {
    if (summary.failed == 0) continue;
    const auto described = std::ranges::find(vector_flags(), flag, &VectorFlag::name);
    text += fmt::format("  {:<22} {} of {} failed. {}\n", flag, summary.failed, summary.cases,
                        described == vector_flags().end() ? "" : described->sentence);
  }
  constexpr std::size_t shown = 5;
  std::size_t listed = 0;
  for (const Judgement& j : report.judgements) {
    if (!is_failure(j.outcome) || report.is_expected(j) || listed++ >= shown) continue;
    text += fmt::format("  {}: {}{}: got {}", j.id, name_of(j.outcome), j.place.empty() ? "" : " at " + j.place, j.got);
    text += j.lower.empty()
                ? "\n"
                : fmt::format(", expected {} ({} tolerances off)\n", j.lower, error_text(j.error_in_tolerances));
  }
  for (const std::string& pattern : report.stale_expectations())
    text += fmt::format("  expected to fail but did not: {}\n", pattern);
  return text;
}

}  // namespace verimix

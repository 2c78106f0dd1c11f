#include "verimix/validate/verdict_report.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <map>
#include <pugixml.hpp>
#include <sstream>

#include "verimix/core/file.hpp"

namespace verimix {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

bool matches(const ExpectedFailure& expected, const std::string& id) {
  return ::fnmatch(expected.pattern.c_str(), id.c_str(), 0) == 0;
}

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

void add_result(pugi::xml_node node, const Judgement& j, bool is_expected) {
  if (!is_failure(j.outcome)) {
    if (j.outcome != Outcome::pass)
      node.append_child("skipped").append_attribute("message") =
          fmt::format("{}: {}", name_of(j.outcome), j.got).c_str();
    return;
  }
  pugi::xml_node failure = node.append_child(is_expected ? "skipped" : "failure");
  failure.append_attribute("message") =
      fmt::format(
          "{}{}: got {}{}", is_expected ? "expected failure: " : "", name_of(j.outcome), j.got,
          j.error_in_tolerances < 0 ? "" : fmt::format(", {} tolerances off", error_text(j.error_in_tolerances)))
          .c_str();
  if (!is_expected) failure.append_attribute("type") = std::string(name_of(j.outcome)).c_str();
  if (!j.lower.empty())
    failure.text() = fmt::format("{} got {}\nexpected between {} and {}", j.place, j.got, j.lower, j.upper).c_str();
}

}  // namespace

std::vector<ExpectedFailure> read_expected_failures(const std::filesystem::path& path) {
  std::vector<ExpectedFailure> expected;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t comment = std::min(line.find('#'), line.size());
    const std::string pattern = trimmed(line.substr(0, comment));
    if (!pattern.empty()) expected.push_back({pattern, comment < line.size() ? trimmed(line.substr(comment + 1)) : ""});
  }
  return expected;
}

bool ValidationReport::is_expected(const Judgement& judgement) const {
  return std::ranges::any_of(expected, [&](const ExpectedFailure& e) { return matches(e, judgement.id); });
}

std::size_t ValidationReport::failed() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(judgements, [&](const Judgement& j) { return is_failure(j.outcome) && !is_expected(j); }));
}

std::size_t ValidationReport::count(Outcome outcome) const {
  return static_cast<std::size_t>(std::ranges::count(judgements, outcome, &Judgement::outcome));
}

std::vector<std::string> ValidationReport::stale_expectations() const {
  std::vector<std::string> stale;
  for (const ExpectedFailure& e : expected)
    if (std::ranges::none_of(judgements, [&](const Judgement& j) { return is_failure(j.outcome) && matches(e, j.id); }))
      stale.push_back(e.pattern);
  return stale;
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
  std::map<std::string, std::vector<const Judgement*>> suites;
  for (const Judgement& j : report.judgements) suites[series_of(j.id)].push_back(&j);
  pugi::xml_document document;
  document.append_child(pugi::node_declaration).append_attribute("version") = "1.0";
  pugi::xml_node root = document.append_child("testsuites");
  root.append_attribute("name") = "verimix validate";
  root.append_attribute("tests") = report.judgements.size();
  root.append_attribute("failures") = report.failed();
  for (const auto& [name, judgements] : suites) {
    pugi::xml_node suite = root.append_child("testsuite");
    suite.append_attribute("name") = name.c_str();
    suite.append_attribute("tests") = judgements.size();
    suite.append_attribute("failures") = std::ranges::count_if(
        judgements, [&](const Judgement* j) { return is_failure(j->outcome) && !report.is_expected(*j); });
    suite.append_attribute("skipped") = std::ranges::count_if(judgements, [&](const Judgement* j) {
      return j->outcome != Outcome::pass && (!is_failure(j->outcome) || report.is_expected(*j));
    });
    for (const Judgement* j : judgements) {
      pugi::xml_node node = suite.append_child("testcase");
      node.append_attribute("classname") = name.c_str();
      node.append_attribute("name") = j->id.c_str();
      add_result(node, *j, report.is_expected(*j));
    }
  }
  std::ostringstream text;
  document.save(text, " ");
  return text.str();
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
    text += fmt::format("  {}: {}{}: got {}", j.id, name_of(j.outcome), j.place, j.got);
    text += j.lower.empty()
                ? "\n"
                : fmt::format(", expected {} ({} tolerances off)\n", j.lower, error_text(j.error_in_tolerances));
  }
  for (const std::string& pattern : report.stale_expectations())
    text += fmt::format("  expected to fail but did not: {}\n", pattern);
  return text;
}

}  // namespace verimix

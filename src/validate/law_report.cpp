#include "verimix/validate/law_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "junit.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

LawTest test_of(const SampleCheck& check, double alpha) {
  const bool counted = check.kind == "set" || check.kind == "weight" || check.kind == "moment";
  std::string sentence = fmt::format("p = {:.3g}, {:.3g} after its share of alpha", check.p_value, check.adjusted);
  if (!check.worst.empty()) sentence = fmt::format("furthest off {}; ", check.worst) + sentence;
  if (counted) sentence = fmt::format("{:.6g} where {:.6g} is expected; ", check.observed, check.expected) + sentence;
  LawTest test{
      check.kind + ": " + check.place, "DISTRIBUTION", check.adjusted <= alpha, to_text(check.observed), {}, sentence};
  if (counted) test.expected = {to_text(check.expected), to_text(check.expected)};
  return test;
}

LawTest test_of(const ComponentDefiniteness& component) {
  const bool definite = component.kind == Definiteness::definite;
  return {fmt::format("definite: component {}", component.component + 1),
          "DEFINITE",
          !definite,
          definite ? component.smallest_lower : "0",
          {},
          definite ? fmt::format("positive definite (certified): smallest eigenvalue in [{}, {}]",
                                 component.smallest_lower, component.smallest_upper)
                   : "a singular covariance: no density at this time (exact)"};
}

LawTest test_of(const Distance& tv, Truth within, const std::string& tolerance) {
  return {"distance: total variation",
          "DISTRIBUTION",
          within == Truth::no,
          tv.lower,
          std::pair<std::string, std::string>{"0", tolerance},
          fmt::format("in [{}, {}], at most {} is asked for ({}, {})", tv.lower, tv.upper, tolerance,
                      to_text(tv.evidence), tv.method)};
}

Json definite_json(const ComponentDefiniteness& component) {
  return {{"learned", component.component},
          {"verdict", component.kind == Definiteness::definite ? "holds" : "violated"},
          {"smallest_eigenvalue", {{"lower", component.smallest_lower}, {"upper", component.smallest_upper}}},
          {"evidence", to_text(Evidence::certified)}};
}

Json match_json(const ComponentMatch& match) {
  return {{"learned", match.learned},
          {"truth", match.truth},
          {"weight_error", to_text(match.weight_error)},
          {"mean_error", to_text(match.mean_error)},
          {"covariance_error", to_text(match.covariance_error)},
          {"hellinger2", to_text(match.hellinger2)},
          {"evidence", "computed"}};
}

std::string kind_of(const LawTest& test) { return test.id.substr(0, test.id.find(':')); }

std::string powers_text(const Json& details) {
  std::string text;
  if (details.contains("sight"))
    text += fmt::format(
        "  certain to see (probability {} or more): a shift by {:.3g} deviations, a spread {:.3g} times too large "
        "({})\n",
        to_text(Sight::probability), std::stod(details["sight"]["shift_in_deviations"].get<std::string>()),
        std::stod(details["sight"]["spread_factor"].get<std::string>()), details["sight"]["along"].get<std::string>());
  if (details.contains("power"))
    for (const Json& entry : details["power"])
      text += fmt::format("  power against {} = {}: {} (at least {} at 95%)\n", entry["alternative"].get<std::string>(),
                          entry["size"].get<std::string>(), entry["rejected"].get<std::string>(),
                          entry["lower_95"].get<std::string>());
  return text;
}

std::string components_text(const Json& details) {
  std::string text;
  if (details.contains("metrics"))
    for (const Json& entry : details["metrics"])
      text +=
          fmt::format("  {} in [{}, {}] ({})\n", entry["name"].get<std::string>(), entry["lower"].get<std::string>(),
                      entry["upper"].get<std::string>(), entry["evidence"].get<std::string>());
  if (details.contains("components"))
    for (const Json& entry : details["components"])
      text += fmt::format(
          "  component {} is the truth's {}: weight {}, mean {} deviations, covariance {} relative off\n",
          entry["learned"].get<Index>() + 1, entry["truth"].get<Index>() + 1, entry["weight_error"].get<std::string>(),
          entry["mean_error"].get<std::string>(), entry["covariance_error"].get<std::string>());
  if (details.contains("alone"))
    for (const char* side : {"learned", "truth"})
      for (const Json& i : details["alone"][side])
        text += fmt::format("  component {} of the {} mixture has no partner\n", i.get<Index>() + 1,
                            std::string(side) == "truth" ? "true" : "learned");
  return text;
}

}  // namespace

bool LawReport::is_expected(const LawTest& test) const { return verimix::is_expected(expected, test.id); }

std::size_t LawReport::failed() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(tests, [&](const LawTest& test) { return test.failed && !is_expected(test); }));
}

std::vector<std::string> LawReport::stale_expectations() const {
  std::vector<std::string> failed_ids;
  for (const LawTest& test : tests)
    if (test.failed) failed_ids.push_back(test.id);
  return stale_patterns(expected, failed_ids);
}

std::string LawReport::verdict() const {
  if (failed() > 0) return "fail";
  return undecided.empty() ? "pass" : "inconclusive";
}

LawReport report_on_sample(const SampleVerdict& verdict, double alpha, const std::vector<StatedPower>& powers) {
  LawReport report{alpha, {}, "", Json::object()};
  for (const SampleCheck& check : verdict.checks) report.tests.push_back(test_of(check, alpha));
  if (verdict.sight.shift > 1)
    report.undecided = fmt::format(
        "{} points are too few: draws that are all moved by a whole deviation might pass with a probability above "
        "{:.2g}",
        verdict.count, 1 - Sight::probability);
  report.details["p_value"] = to_text(verdict.p_value);
  report.details["evidence"] = to_text(Evidence::estimated);
  report.details["worst"] = report.tests.front().id;
  report.details["sight"] = to_json(verdict.sight);
  report.details["power"] = Json::array();
  for (const StatedPower& stated : powers)
    report.details["power"].push_back({{"alternative", stated.alternative},
                                       {"size", to_text(stated.size)},
                                       {"rejected", to_text(stated.power.share)},
                                       {"lower_95", to_text(stated.power.lower)}});
  return report;
}

LawReport report_on_learned(const LearnedCheck& check, const std::string& tolerance) {
  LawReport report;
  report.details["positive_definite"] = Json::array();
  for (const ComponentDefiniteness& component : check.definiteness) {
    report.tests.push_back(test_of(component));
    report.details["positive_definite"].push_back(definite_json(component));
  }
  if (check.within == Truth::unknown)
    report.undecided = fmt::format("the bracket of the total variation distance holds the tolerance {}", tolerance);
  if (!check.distances.empty()) report.tests.push_back(test_of(check.distances.front(), check.within, tolerance));
  report.details["metrics"] = distance_json(check.distances).at("metrics");
  report.details["components"] = Json::array();
  for (const ComponentMatch& match : check.components) report.details["components"].push_back(match_json(match));
  report.details["alone"] = {{"learned", check.learned_alone}, {"truth", check.truth_alone}};
  return report;
}

Json to_json(const LawReport& report) {
  Json document{{"format", "verimix.validate/1"},
                {"verdict", report.verdict()},
                {"cases", report.tests.size()},
                {"failed", report.failed()},
                {"alpha", report.alpha ? Json(to_text(*report.alpha)) : Json(nullptr)},
                {"undecided", report.undecided.empty() ? Json(nullptr) : Json(report.undecided)},
                {"failures", Json::array()},
                {"expected_failures", Json::array()},
                {"stale_expectations", report.stale_expectations()}};
  for (const LawTest& test : report.tests) {
    if (!test.failed) continue;
    Json failure{{"id", test.id}, {"flags", {test.flag}}, {"error_in_tolerances", nullptr}, {"got", test.got}};
    failure["expected"] =
        test.expected ? Json{{"lower", test.expected->first}, {"upper", test.expected->second}} : Json(nullptr);
    failure["reason"] = test.sentence;
    document[report.is_expected(test) ? "expected_failures" : "failures"].push_back(std::move(failure));
  }
  document.update(report.details);
  return document;
}

std::string junit_xml(const LawReport& report) {
  std::vector<JunitCase> cases;
  for (const LawTest& test : report.tests) {
    JunitCase a_case{kind_of(test), test.id};
    if (test.failed) {
      const bool is_expected = report.is_expected(test);
      a_case.result = is_expected ? JunitCase::Result::skipped : JunitCase::Result::failed;
      a_case.message = (is_expected ? "expected failure: " : "") + test.sentence;
      if (!is_expected) a_case.type = test.flag;
    }
    cases.push_back(std::move(a_case));
  }
  if (!report.undecided.empty())
    cases.push_back({"verdict", "verdict", JunitCase::Result::skipped, "inconclusive: " + report.undecided});
  return junit_document(cases);
}

std::string verdict_text(const LawReport& report) {
  std::string text = fmt::format("{}: {} of {} tests failed", report.verdict(), report.failed(), report.tests.size());
  if (report.alpha) text += fmt::format(" at alpha = {}", to_text(*report.alpha));
  text += report.undecided.empty() ? "\n" : "; " + report.undecided + "\n";
  constexpr std::size_t shown = 5;
  for (std::size_t i = 0; i < std::min(shown, report.tests.size()); ++i) {
    const LawTest& test = report.tests[i];
    const char* result = !test.failed ? "" : report.is_expected(test) ? "failed as expected " : "failed ";
    text += fmt::format("  {}{}: {}\n", result, test.id, test.sentence);
  }
  text += powers_text(report.details) + components_text(report.details);
  for (const std::string& pattern : report.stale_expectations())
    text += fmt::format("  expected to fail but did not: {}\n", pattern);
  return text;
}

std::vector<StatedPower> stated_powers(const SampleBattery& battery, Index repetitions, std::uint64_t seed) {
  std::vector<StatedPower> powers;
  for (const Perturbation& perturbation : perturbations(battery.truth())) {
    const double size = perturbation.most * perturbation.stated;
    powers.push_back(
        {perturbation.name, size, power(battery, perturbation.apply(battery.truth(), size), repetitions, seed)});
  }
  return powers;
}

}  // namespace verimix

#include "verimix/validate/law_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <pugixml.hpp>
#include <sstream>

#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

LawTest test_of(const SampleCheck& check, double alpha) {
  const bool counted = check.kind == "set" || check.kind == "weight" || check.kind == "moment";
  std::string sentence = fmt::format("p = {:.3g}, {:.3g} after its share of alpha", check.p_value, check.adjusted);
  if (counted) sentence = fmt::format("{:.6g} where {:.6g} is expected; ", check.observed, check.expected) + sentence;
  LawTest test{
      check.kind + ": " + check.place, "DISTRIBUTION", check.adjusted <= alpha, to_text(check.observed), {}, sentence};
  if (counted) test.expected = {to_text(check.expected), to_text(check.expected)};
  return test;
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

}  // namespace

std::size_t LawReport::failed() const {
  return static_cast<std::size_t>(std::ranges::count_if(tests, &LawTest::failed));
}

LawReport report_on_sample(const SampleVerdict& verdict, double alpha, const std::vector<StatedPower>& powers) {
  LawReport report{verdict.rejected ? "fail" : "pass", alpha, {}, Json::object()};
  for (const SampleCheck& check : verdict.checks) report.tests.push_back(test_of(check, alpha));
  report.details["p_value"] = to_text(verdict.p_value);
  report.details["evidence"] = to_text(Evidence::estimated);
  report.details["worst"] = report.tests.front().id;
  report.details["power"] = Json::array();
  for (const StatedPower& stated : powers)
    report.details["power"].push_back({{"alternative", stated.alternative},
                                       {"size", to_text(stated.size)},
                                       {"rejected", to_text(stated.power.share)},
                                       {"lower_95", to_text(stated.power.lower)}});
  return report;
}

LawReport report_on_learned(const LearnedCheck& check, const std::string& tolerance) {
  const Distance& tv = check.distances.front();
  LawReport report{check.within == Truth::yes  ? "pass"
                   : check.within == Truth::no ? "fail"
                                               : "inconclusive",
                   {},
                   {},
                   Json::object()};
  report.tests.push_back({"learned: total variation", "DISTRIBUTION", check.within == Truth::no, tv.lower,
                          std::pair<std::string, std::string>{"0", tolerance},
                          fmt::format("in [{}, {}], at most {} is asked for ({}, {})", tv.lower, tv.upper, tolerance,
                                      to_text(tv.evidence), tv.method)});
  report.details["metrics"] = distance_json(check.distances).at("metrics");
  report.details["components"] = Json::array();
  for (const ComponentMatch& match : check.components) report.details["components"].push_back(match_json(match));
  return report;
}

Json to_json(const LawReport& report) {
  Json document{{"format", "verimix.validate/1"},
                {"verdict", report.verdict},
                {"cases", report.tests.size()},
                {"failed", report.failed()},
                {"alpha", report.alpha ? Json(to_text(*report.alpha)) : Json(nullptr)},
                {"failures", Json::array()}};
  for (const LawTest& test : report.tests) {
    if (!test.failed) continue;
    Json failure{{"id", test.id}, {"flags", {test.flag}}, {"error_in_tolerances", nullptr}, {"got", test.got}};
    failure["expected"] =
        test.expected ? Json{{"lower", test.expected->first}, {"upper", test.expected->second}} : Json(nullptr);
    failure["reason"] = test.sentence;
    document["failures"].push_back(std::move(failure));
  }
  document.update(report.details);
  return document;
}

std::string junit_xml(const LawReport& report) {
  std::map<std::string, std::vector<const LawTest*>> suites;
  for (const LawTest& test : report.tests) suites[kind_of(test)].push_back(&test);
  pugi::xml_document document;
  document.append_child(pugi::node_declaration).append_attribute("version") = "1.0";
  pugi::xml_node root = document.append_child("testsuites");
  root.append_attribute("name") = "verimix validate";
  root.append_attribute("tests") = report.tests.size();
  root.append_attribute("failures") = report.failed();
  for (const auto& [kind, tests] : suites) {
    pugi::xml_node suite = root.append_child("testsuite");
    suite.append_attribute("name") = kind.c_str();
    suite.append_attribute("tests") = tests.size();
    suite.append_attribute("failures") = std::ranges::count_if(tests, [](const LawTest* test) { return test->failed; });
    for (const LawTest* test : tests) {
      pugi::xml_node node = suite.append_child("testcase");
      node.append_attribute("classname") = kind.c_str();
      node.append_attribute("name") = test->id.c_str();
      if (test->failed) node.append_child("failure").append_attribute("message") = test->sentence.c_str();
    }
  }
  std::ostringstream text;
  document.save(text, " ");
  return text.str();
}

std::string verdict_text(const LawReport& report) {
  std::string text = report.alpha ? fmt::format("{}: {} of {} tests failed at alpha = {}\n", report.verdict,
                                                report.failed(), report.tests.size(), to_text(*report.alpha))
                                  : report.verdict + "\n";
  constexpr std::size_t shown = 5;
  for (std::size_t i = 0; i < std::min(shown, report.tests.size()); ++i)
    text += fmt::format("  {}{}: {}\n", report.tests[i].failed ? "failed " : "", report.tests[i].id,
                        report.tests[i].sentence);
  if (report.details.contains("power"))
    for (const Json& entry : report.details["power"])
      text += fmt::format("  power against {} = {}: {} (at least {} at 95%)\n", entry["alternative"].get<std::string>(),
                          entry["size"].get<std::string>(), entry["rejected"].get<std::string>(),
                          entry["lower_95"].get<std::string>());
  if (report.details.contains("components"))
    for (const Json& entry : report.details["components"])
      text += fmt::format(
          "  component {} is the truth's {}: weight {}, mean {} deviations, covariance {} relative off\n",
          entry["learned"].get<Index>(), entry["truth"].get<Index>(), entry["weight_error"].get<std::string>(),
          entry["mean_error"].get<std::string>(), entry["covariance_error"].get<std::string>());
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

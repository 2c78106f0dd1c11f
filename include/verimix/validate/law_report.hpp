// The verdict over a sampler or a learned mixture, in the forms of verdict_report.hpp: for people, for programs, for
// build servers.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/validate/learned_check.hpp"
#include "verimix/validate/power.hpp"

namespace verimix {

/// One test of a law. `id` is "kind: place"; `expected` are bounds where the test has them.
struct LawTest {
  std::string id;
  std::string flag;
  bool failed;
  std::string got;
  std::optional<std::pair<std::string, std::string>> expected;
  /// What it says, for people.
  std::string sentence;
};

struct LawReport {
  /// "pass", "fail" or "inconclusive".
  std::string verdict;
  /// The declared level; only for samples.
  std::optional<double> alpha;
  /// The worst first for samples.
  std::vector<LawTest> tests;
  /// Members of the document besides those that every verimix.validate/1 has.
  Json details = Json::object();

  std::size_t failed() const;
};

/// fail if rejected, else pass. A test counts as failed if its adjusted p-value is <= alpha. `powers` are the stated
/// alternatives and what the battery's power against each is; they are part of the document and of the text.
struct StatedPower {
  std::string alternative;
  double size;
  Power power;
};
LawReport report_on_sample(const SampleVerdict& verdict, double alpha, const std::vector<StatedPower>& powers);

/// pass if TV <= tolerance is certified, fail if TV > tolerance is, else inconclusive. `tolerance` as it was written.
LawReport report_on_learned(const LearnedCheck& check, const std::string& tolerance);

/// verimix.validate/1.
Json to_json(const LawReport& report);
std::string junit_xml(const LawReport& report);
/// A few lines: the verdict, the worst tests, the details.
std::string verdict_text(const LawReport& report);

/// The power against five stated sizes: means moved by 0.1 deviations, variances 10% too large, a tenth of the largest
/// weight moved, means pulled together by 10%, half of the correlation lost (those that apply), from `repetitions`
/// samples each.
std::vector<StatedPower> stated_powers(const SampleBattery& battery, Index repetitions, std::uint64_t seed);

}  // namespace verimix

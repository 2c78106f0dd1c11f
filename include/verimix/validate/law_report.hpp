// The verdict over a sampler or a learned mixture, in the forms of verdict_report.hpp: for people, for programs, for
// build servers.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/validate/expected_failures.hpp"
#include "verimix/validate/learned_check.hpp"
#include "verimix/validate/power.hpp"

namespace verimix {

/// One test of a law. `id` is "kind: place", the same for every sample; `expected` are bounds where the test has them.
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
  /// The declared level; only for samples.
  std::optional<double> alpha;
  /// The worst first for samples.
  std::vector<LawTest> tests;
  /// What nothing can be said about although no test failed; empty if something can.
  std::string undecided;
  /// Members of the document besides those that every verimix.validate/1 has.
  Json details = Json::object();
  std::vector<ExpectedFailure> expected = {};

  bool is_expected(const LawTest& test) const;
  /// Failures that nobody expected.
  std::size_t failed() const;
  /// Patterns that no failure matches.
  std::vector<std::string> stale_expectations() const;
  /// "fail" if there is a failure that nobody expected; else "inconclusive" if something is undecided; else "pass".
  std::string verdict() const;
};

/// The power of a battery against an alternative of this size.
struct StatedPower {
  std::string alternative;
  double size;
  Power power;
};

/// A test counts as failed if its adjusted p-value is <= alpha. Undecided if the battery may overlook a shift by a
/// whole deviation (SampleVerdict::sight). `powers` become part of the document and of the text.
LawReport report_on_sample(const SampleVerdict& verdict, double alpha, const std::vector<StatedPower>& powers);

/// A test for each learned component (is it positive definite?) and one for the distance: it fails if TV > tolerance is
/// certified, and is undecided unless TV <= tolerance is. `tolerance` as it was written.
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

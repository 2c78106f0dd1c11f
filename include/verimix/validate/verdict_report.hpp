// The verdict over an implementation, for people, for programs (JSON) and for build servers (JUnit XML).
#pragma once

#include <string>
#include <vector>

#include "verimix/validate/answers.hpp"
#include "verimix/validate/expected_failures.hpp"
#include "verimix/validate/vector_scenarios.hpp"

namespace verimix {

struct ValidationReport {
  Tier tier = Tier::smoke;
  Dtype dtype = Dtype::float64;
  std::vector<Judgement> judgements;
  std::vector<ExpectedFailure> expected;

  bool is_expected(const Judgement& judgement) const;
  /// Failures that nobody expected.
  std::size_t failed() const;
  /// How many cases have the outcome.
  std::size_t count(Outcome outcome) const;
  /// Patterns that match nothing but passes, or nothing at all: to be removed from the file.
  std::vector<std::string> stale_expectations() const;
  /// "fail" if there is a failure that nobody expected; else "pass" if a case passed; else "inconclusive".
  std::string verdict() const;
};

/// verimix.validate/1. `cases` counts what was judged: neither inapplicable nor unsupported. `by_flag` holds for each
/// flag the cases, the failures, and the worst and the median error in tolerances of the answers that were numbers.
Json to_json(const ValidationReport& report);

/// A test suite a group of cases; a failure with its outcome as type, what is unsupported or expected as skipped.
std::string junit_xml(const ValidationReport& report);

/// A few lines: the verdict, the counts, the worst failures by flag.
std::string verdict_text(const ValidationReport& report);

}  // namespace verimix

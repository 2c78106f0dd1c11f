// What a test of so many points of this law would see, before anybody draws them: false alarms, and for each way of
// being wrong the smallest size that is caught.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/validate/power.hpp"

namespace verimix {

struct PowerTableRequest {
  /// Points of a sample. Domain: >= 2.
  Index count = 10000;
  SampleCheckRequest battery;
  PowerSearch search;
  /// Right samples for the false alarms; 0: none. Domain: >= 0.
  Index runs = 1000;
};

struct PowerRow {
  std::string kind, alternative;
  /// Nothing if not even the largest size is caught; then the total variation is that of the largest.
  std::optional<double> size;
  std::optional<Power> power;
  /// Bounds of the total variation distance between the truth and the perturbed law, certified, with four digits.
  std::pair<std::string, std::string> tv;
};

struct PowerTable {
  PowerTableRequest request;
  std::string mixture;
  Sight sight;
  std::optional<FalseAlarms> false_alarms;
  std::vector<PowerRow> rows;
};

/// For a mixture at the time. Domain: time >= 0, covariances positive definite at the time. Throws InputError.
PowerTable power_table(const ExactMixture& truth, const Rational& time, const PowerTableRequest& request);

/// verimix.power/1, and a table of Markdown.
Json to_json(const PowerTable& table);
std::string to_markdown(const PowerTable& table);

}  // namespace verimix

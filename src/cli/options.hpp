// What the verbs share: reading their options, writing their results.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// Adds `--output FILE`.
void add_output(CLI::App& verb, std::string& path);

/// Writes to the file, or to standard output if `path` is empty. Throws InputError if that fails.
void write_text(const std::string& path, std::string_view bytes);
void write_document(const std::string& path, const Json& document);

/// The exact number of the option `name`. Throws InputError that names it.
Rational parse_option(const std::string& name, const std::string& text);

/// The mixture in the file, for a verb that needs its density at the time: a semidefinite covariance is refused at time
/// 0. Throws InputError that names the file.
ExactMixture read_density(const std::string& path, const Rational& time);

/// The settings `KEY=VALUE` of `--set`.
std::map<std::string, std::string> parse_settings(const std::vector<std::string>& settings);

/// A number as files hold it: a string, or for a ball `{"lower": "...", "upper": "..."}`.
template <Scalar T>
Json number_json(const T& x) {
  return to_text(x);
}
inline Json number_json(const Ball& x) {
  const auto [lower, upper] = enclosure_text(x);
  return {{"lower", lower}, {"upper", upper}};
}

/// The numbers of a range, as an array.
template <class Range>
Json numbers_json(const Range& numbers) {
  Json entries = Json::array();
  for (const auto& x : numbers) entries.push_back(number_json(x));
  return entries;
}

}  // namespace verimix

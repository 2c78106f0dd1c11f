// The files that a report is made from, read and validated.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "verimix/core/json.hpp"
#include "verimix/core/linear_algebra.hpp"

namespace verimix {

enum class ResultKind {
  ledger,
  check,
  hunt,
  mixture,
  model,
  score,
  learn,
  distance,
  experiment,
  validate,
  power,
  benchmark,
  points
};

/// The word of the kind: `verimix.check/1`, `Google Benchmark`, `points`.
std::string_view to_text(ResultKind kind);

struct ResultDocument {
  /// As the file was named.
  std::string name;
  ResultKind kind;
  /// Empty for points.
  Json json;
  /// d x n; empty for everything but points.
  Matrix<double> points;
  std::string sha256;
  std::size_t bytes = 0;

  /// The name without folder and extension, for legends.
  std::string stem() const;
};

/// Reads a document by its `format`, the JSON of Google Benchmark by its members `context` and `benchmarks`, and points
/// (.csv, .npy, a JSON array of arrays). Members that are not known are left alone: later versions of a format may add
/// some. Throws InputError that names the file for: a file that cannot be read, text that is not JSON or cut short,
/// another format or version (the value and the formats that are known), the member that the format promises and the
/// document lacks.
ResultDocument read_result(const std::filesystem::path& path);

/// The same for bytes in memory; `name` is what the file is called.
ResultDocument parse_result(const std::string& name, const std::string& bytes);

/// The number in a JSON string, integer or enclosure ({"lower", "upper"}: its middle); NaN where it is null, absent or
/// no number. For pictures only.
double drawn_number(const Json& value);
/// The ends of an enclosure, twice the number itself for a single one; NaN as above.
std::pair<double, double> drawn_interval(const Json& value);
/// What is said of a number: "0.0175" or "[0.0175, 0.0176]"; "–" for null.
std::string spoken_number(const Json& value);
/// The text in a JSON string, or the JSON itself; "" for a missing member.
std::string text_member(const Json& object, const std::string& key);

}  // namespace verimix

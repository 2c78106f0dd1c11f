#include "verimix/report/result_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <set>
#include <vector>

#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/table.hpp"
#include "verimix/mixture/mixture_file.hpp"
#include "verimix/sample/model_file.hpp"
#include "verimix/validate/checksum.hpp"

namespace verimix {
namespace {

/// What a document promises: its format, the list that is drawn, and what every entry of that list has.
struct DocumentShape {
  ResultKind kind;
  std::string_view format;
  std::string_view list;
  std::vector<std::string_view> of_entry;
};

const std::vector<DocumentShape>& document_shapes() {
  static const std::vector<DocumentShape> shapes{
      {ResultKind::ledger, "verimix.ledger/1", "statements", {"id", "title", "stage", "printed", "explicit"}},
      {ResultKind::check, "verimix.check/1", "checks", {"statement", "form", "lhs", "rhs", "verdict", "evidence"}},
      {ResultKind::hunt, "verimix.hunt/1", "findings", {"statement", "form", "outcome", "witness"}},
      {ResultKind::mixture, "verimix.mixture/1", "components", {"weight", "mean", "covariance"}},
      {ResultKind::model, "verimix.model/1", "", {}},
      {ResultKind::score, "verimix.score/1", "points", {"x", "log_density", "score"}},
      {ResultKind::learn, "verimix.learn/1", "levels", {"time", "cell_count", "degree", "validation_loss"}},
      {ResultKind::distance, "verimix.distance/1", "metrics", {"name", "lower", "upper", "evidence", "method"}},
      {ResultKind::experiment, "verimix.experiment/1", "rows", {}},
      {ResultKind::validate, "verimix.validate/1", "failures", {"id"}},
      {ResultKind::power, "verimix.power/1", "rows", {}},
  };
  return shapes;
}

const DocumentShape& shape_of(const Json& document) {
  const Json& format = json_member(document, "format", "");
  std::string known;
  for (const DocumentShape& shape : document_shapes()) {
    if (format == shape.format) return shape;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", shape.format);
  }
  throw InputError("", "format", format.is_string() ? format.get<std::string>() : format.dump(), "one of " + known);
}

const Json& array_member(const Json& object, const std::string& key) {
  const Json& member = json_member(object, key, "");
  if (!member.is_array()) throw InputError("", key, member.dump(), "an array");
  return member;
}

void require_experiment(const Json& document) {
  const Json& columns = array_member(document, "columns");
  for (const Json& column : columns)
    if (!column.is_string()) throw InputError("", "columns", column.dump(), "names");
  const Json& rows = array_member(document, "rows");
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!rows[i].is_array() || rows[i].size() != columns.size())
      throw InputError("", fmt::format("rows[{}]", i), rows[i].dump(), fmt::format("{} entries", columns.size()));
}

void require_shape(const DocumentShape& shape, const Json& document) {
  if (shape.kind == ResultKind::experiment) require_experiment(document);
  if (shape.list.empty() || shape.kind == ResultKind::power) return;
  const std::string list(shape.list);
  const Json& entries = array_member(document, list);
  for (std::size_t i = 0; i < entries.size(); ++i)
    for (const std::string_view key : shape.of_entry)
      json_member(entries[i], std::string(key), fmt::format("{}[{}]", list, i));
}

void parse_document(ResultDocument& result, const std::string& bytes) {
  result.json = parse_json(bytes);
  if (result.json.is_array()) {
    result.kind = ResultKind::points;
    result.points = parse_json_points<double>(bytes);
    result.json = Json();
    return;
  }
  if (result.json.is_object() && result.json.contains("benchmarks") && result.json.contains("context")) {
    result.kind = ResultKind::benchmark;
    for (const Json& entry : array_member(result.json, "benchmarks")) json_member(entry, "name", "benchmarks");
    return;
  }
  const DocumentShape& shape = shape_of(result.json);
  result.kind = shape.kind;
  require_shape(shape, result.json);
  // What others read in full is asked to them, so that a report refuses what they refuse.
  if (result.kind == ResultKind::mixture) parse_mixture(result.json);
  if (result.kind == ResultKind::model) parse_model<double>(bytes);
}

}  // namespace

std::string_view to_text(ResultKind kind) {
  if (kind == ResultKind::benchmark) return "Google Benchmark";
  if (kind == ResultKind::points) return "points";
  return std::ranges::find(document_shapes(), kind, &DocumentShape::kind)->format;
}

std::string ResultDocument::stem() const { return std::filesystem::path(name).stem().string(); }

ResultDocument parse_result(const std::string& name, const std::string& bytes) {
  ResultDocument result{name, ResultKind::points, {}, {}, sha256(bytes), bytes.size()};
  const std::string extension = std::filesystem::path(name).extension().string();
  try {
    if (extension == ".csv") {
      result.points = parse_csv_points<double>(bytes);
    } else if (extension == ".npy") {
      result.points = parse_npy_points(bytes);
    } else {
      parse_document(result, bytes);
    }
  } catch (const InputError& error) {
    throw error.in_file(name);
  }
  return result;
}

ResultDocument read_result(const std::filesystem::path& path) { return parse_result(path.string(), read_file(path)); }

double drawn_number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value.is_object() && value.contains("lower") && value.contains("upper")) {
    const auto [lower, upper] = drawn_interval(value);
    return lower + (upper - lower) / 2;
  }
  if (!value.is_string()) return std::nan("");
  try {
    return from_rational<double>(parse_rational(value.get<std::string>()));
  } catch (const InputError&) {
    const std::string text = value.get<std::string>();
    if (text == "inf") return HUGE_VAL;
    return text == "-inf" ? -HUGE_VAL : std::nan("");
  }
}

std::pair<double, double> drawn_interval(const Json& value) {
  if (value.is_object() && value.contains("lower") && value.contains("upper"))
    return {drawn_number(value["lower"]), drawn_number(value["upper"])};
  const double x = drawn_number(value);
  return {x, x};
}

std::string spoken_number(const Json& value) {
  if (value.is_null()) return "–";
  if (value.is_object() && value.contains("lower") && value.contains("upper")) {
    const std::string lower = spoken_number(value["lower"]);
    const std::string upper = spoken_number(value["upper"]);
    return lower == upper ? lower : fmt::format("[{}, {}]", lower, upper);
  }
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string text_member(const Json& object, const std::string& key) {
  if (!object.is_object() || !object.contains(key) || object[key].is_null()) return "";
  return object[key].is_string() ? object[key].get<std::string>() : object[key].dump();
}

}  // namespace verimix

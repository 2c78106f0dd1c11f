#include "verimix/validate/vector_case.hpp"

#include <fmt/format.h>

#include "verimix/core/error.hpp"
#include "verimix/core/name_table.hpp"
#include "verimix/mixture/mixture_file.hpp"

namespace verimix {
namespace {

constexpr std::array<std::string_view, 5> operation_names{"log_density", "score", "responsibilities", "jacobian",
                                                          "prediction"};

Json points_json(const Matrix<Rational>& points) {
  Json rows = Json::array();
  for (Index j = 0; j < points.cols(); ++j) {
    Json row = Json::array();
    for (const Rational& x : points.col(j)) row.push_back(hex_text(x));
    rows.push_back(std::move(row));
  }
  return rows;
}

Json hex_process_json(const Process& process) {
  Json document;
  document["kind"] = name_of(process.kind);
  for (const auto& [name, value] : process.parameters) document[name] = hex_text(value);
  document["reversed"] = process.reversed;
  document["time_scale"] = hex_text(process.time_scale);
  document["horizon"] = hex_text(process.horizon);
  return document;
}

/// Of a number that has three digits, so that nothing is lost.
std::string bound_text(double value) { return value == 0 ? "0" : fmt::format("{:.2e}", value); }

Json bounds_json(const std::vector<double>& bounds) {
  Json list = Json::array();
  for (const double x : bounds) list.push_back(bound_text(x));
  return list;
}

std::vector<double> parse_bounds(const Json& list, const std::string& field) {
  if (!list.is_array()) throw InputError("", field, list.dump(), "an array of numbers");
  std::vector<double> bounds;
  for (const Json& x : list) bounds.push_back(from_rational<double>(json_rational(x, field)));
  return bounds;
}

std::string text_member(const Json& object, const std::string& key) {
  const Json& value = json_member(object, key, "case");
  if (!value.is_string()) throw InputError("", key, value.dump(), "a string");
  return value.get<std::string>();
}

Matrix<Rational> parse_points(const Json& rows, Index d) {
  if (!rows.is_array()) throw InputError("", "points", rows.dump(), "an array of points");
  Matrix<Rational> points(d, static_cast<Index>(rows.size()));
  for (Index j = 0; j < points.cols(); ++j) {
    const Json& row = rows[static_cast<std::size_t>(j)];
    if (!row.is_array() || static_cast<Index>(row.size()) != d)
      throw InputError("", "points", row.dump(), fmt::format("{} numbers", d));
    for (Index m = 0; m < d; ++m) points(m, j) = json_rational(row[static_cast<std::size_t>(m)], "points");
  }
  return points;
}

VectorAnswer parse_answer(const Json& line) {
  VectorAnswer answer;
  for (const Json& extent : json_member(line, "shape", "case")) answer.shape.push_back(extent.get<Index>());
  const Json& value = json_member(line, "value", "case");
  for (const Json& text : json_member(value, "lower", "value")) answer.lower_text.push_back(text.get<std::string>());
  for (const Json& text : json_member(value, "upper", "value")) answer.upper_text.push_back(text.get<std::string>());
  for (const std::string& text : answer.lower_text) answer.lower.push_back(json_rational(text, "value.lower"));
  for (const std::string& text : answer.upper_text) answer.upper.push_back(json_rational(text, "value.upper"));
  const Json& condition = json_member(line, "condition", "case");
  answer.input_condition = parse_bounds(json_member(condition, "inputs", "condition"), "condition.inputs");
  answer.operation_condition = parse_bounds(json_member(condition, "operations", "condition"), "condition.operations");
  answer.operations = json_member(condition, "count", "condition").get<long>();
  const Json& tolerance = json_member(line, "tolerance", "case");
  for (const Dtype dtype : dtypes) {
    const auto place = static_cast<std::size_t>(dtype);
    const Json& bounds = json_member(tolerance, std::string(model_of(dtype).name), "tolerance");
    if (bounds.is_string())
      answer.inapplicable.at(place) = bounds.get<std::string>();
    else
      answer.tolerance.at(place) = parse_bounds(bounds, "tolerance");
  }
  Index count = 1;
  for (const Index extent : answer.shape) count *= extent;
  if (std::ssize(answer.lower) != count || std::ssize(answer.upper) != count)
    throw InputError("", "value", fmt::format("{} entries", answer.lower.size()), fmt::format("{} entries", count));
  return answer;
}

}  // namespace

std::string_view name_of(Operation operation) { return operation_names.at(static_cast<std::size_t>(operation)); }

Operation parse_operation(const std::string& name) {
  return static_cast<Operation>(place_of_name(operation_names, name, "op"));
}

std::string hex_text(const Rational& value) {
  const auto rounded = from_rational<double>(value);
  require_invariant(to_rational(rounded) == value, "an input of the corpus is a dyadic number of at most 53 bits");
  return rounded == 0 ? "0" : fmt::format("{:a}", rounded);
}

Json hex_mixture_json(const ExactMixture& mixture) { return mixture_json(mixture, hex_text); }

Json vector_case_json(const VectorCase& a_case) {
  const VectorQuestion& question = a_case.question;
  const VectorAnswer& answer = a_case.answer;
  Json line;
  line["id"] = question.id;
  line["group"] = question.group;
  line["flags"] = question.flags;
  line["tier"] = question.smoke ? "smoke" : "full";
  line["op"] = name_of(question.operation);
  line["predicts"] = name_of(question.predicts);
  line["mixture"] = question.mixture->name;
  if (question.process) line["process"] = hex_process_json(*question.process);
  line["time"] = hex_text(question.time);
  line["points"] = points_json(question.points);
  line["shape"] = answer.shape;
  line["value"] = {{"lower", answer.lower_text}, {"upper", answer.upper_text}};
  line["condition"]["inputs"] = bounds_json(answer.input_condition);
  line["condition"]["operations"] = bounds_json(answer.operation_condition);
  line["condition"]["count"] = answer.operations;
  for (const Dtype dtype : dtypes) {
    const auto place = static_cast<std::size_t>(dtype);
    const auto& tolerance = answer.tolerance.at(place);
    line["tolerance"][std::string(model_of(dtype).name)] =
        tolerance ? bounds_json(*tolerance) : Json(answer.inapplicable.at(place));
  }
  return line;
}

VectorCase parse_vector_case(const Json& line,
                             const std::map<std::string, std::shared_ptr<const ExactMixture>>& mixtures) {
  try {
    VectorCase result;
    VectorQuestion& question = result.question;
    question.id = text_member(line, "id");
    question.group = text_member(line, "group");
    question.flags = json_member(line, "flags", "case").get<std::vector<std::string>>();
    question.smoke = text_member(line, "tier") == "smoke";
    question.operation = parse_operation(text_member(line, "op"));
    question.predicts = parse_prediction(text_member(line, "predicts"));
    const std::string name = text_member(line, "mixture");
    const auto found = mixtures.find(name);
    if (found == mixtures.end()) throw InputError("", "mixture", name, "the name of a mixture of the corpus");
    question.mixture = found->second;
    if (line.contains("process")) question.process = parse_process(line["process"]);
    question.time = json_rational(json_member(line, "time", "case"), "time");
    question.points = parse_points(json_member(line, "points", "case"), question.mixture->dimension());
    result.answer = parse_answer(line);
    return result;
  } catch (const nlohmann::json::exception& error) {
    throw InputError("", "case", line.dump(), fmt::format("a case of verimix.vectors/1 ({})", error.what()));
  }
}

Json request_json(const VectorQuestion& question, Dtype dtype) {
  Json request;
  request["id"] = question.id;
  request["op"] = name_of(question.operation);
  request["mixture"] = hex_mixture_json(*question.mixture);
  if (question.process) request["process"] = hex_process_json(*question.process);
  request["time"] = hex_text(question.time);
  request["points"] = points_json(question.points);
  request["dtype"] = model_of(dtype).name;
  request["predicts"] = name_of(question.predicts);
  return request;
}

double three_digits_up(double value) {
  // Three digits are within half a percent of the number, so that those of a percent more are not below it.
  constexpr double percent_more = 1.01;
  return from_rational<double>(parse_rational(bound_text(value * percent_more)));
}

}  // namespace verimix

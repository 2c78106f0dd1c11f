#include "verimix/validate/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"

namespace verimix {
namespace {

constexpr std::array<std::string_view, 12> outcome_names{"pass",    "wrong",     "not-finite",  "wrong-shape",
                                                         "garbage", "error",     "missing",     "crash",
                                                         "hang",    "not-asked", "unsupported", "inapplicable"};

struct Entry {
  std::string place;
  const Json* value;
};

/// Collects the entries of nested arrays in row-major order; false if the shape is another one.
bool collect(const Json& value, const std::vector<Index>& shape, std::size_t depth, const std::string& place,
             std::vector<Entry>& entries) {
  if (depth == shape.size()) {
    entries.push_back({place, &value});
    return !value.is_array() && !value.is_object();
  }
  if (!value.is_array() || static_cast<Index>(value.size()) != shape[depth]) return false;
  for (std::size_t i = 0; i < value.size(); ++i)
    if (!collect(value[i], shape, depth + 1, fmt::format("{}[{}]", place, i), entries)) return false;
  return true;
}

Json number(double x) { return std::isfinite(x) ? Json(fmt::format("{:a}", x)) : Json(fmt::format("{}", x)); }

/// Entries in row-major order as nested arrays; as one flat array where their number is not that of the shape.
Json nested(const std::vector<double>& entries, const std::vector<Index>& shape) {
  Json flat = Json::array();
  for (const double x : entries) flat.push_back(number(x));
  Index count = 1;
  for (const Index extent : shape) count *= extent;
  if (count != std::ssize(entries)) return flat;
  for (std::size_t depth = shape.size(); depth-- > 1;) {
    Json rows = Json::array();
    for (std::size_t i = 0; i < flat.size(); ++i) {
      if (i % static_cast<std::size_t>(shape[depth]) == 0) rows.push_back(Json::array());
      rows.back().push_back(std::move(flat[i]));
    }
    flat = std::move(rows);
  }
  return flat;
}

std::string shape_text(const Json& value) {
  std::string text;
  const Json* at = &value;
  while (at->is_array()) {
    text += fmt::format("[{}]", at->size());
    if (at->empty()) break;
    at = &at->front();
  }
  return text.empty() ? std::string(value.type_name()) : "shape " + text;
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

bool names_no_number(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (text.starts_with('-') || text.starts_with('+')) text.erase(0, 1);
  return text == "nan" || text == "inf" || text == "infinity" || text == "null";
}

/// What a peer wrote, fit to be shown: at most 200 printable characters.
std::string printable(std::string text) {
  constexpr std::size_t shown = 200;
  if (text.size() > shown) text = text.substr(0, shown) + "...";
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return text;
}

void set_entry(Judgement& result, const VectorAnswer& expected, std::size_t i, const Entry& entry) {
  result.place = entry.place;
  result.got = printable(text_of(*entry.value));
  result.lower = expected.lower_text[i];
  result.upper = expected.upper_text[i];
}

Judgement judge_entries(const VectorCase& a_case, const std::vector<Entry>& entries,
                        const std::vector<double>& tolerance) {
  const VectorAnswer& expected = a_case.answer;
  Judgement result = judgement(a_case, Outcome::pass, "");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Rational value;
    if (names_no_number(text_of(*entries[i].value))) {
      result.outcome = Outcome::not_finite;
      result.error_in_tolerances = -1;
      set_entry(result, expected, i, entries[i]);
      return result;
    }
    try {
      value = json_rational(*entries[i].value, "answer");
    } catch (const InputError&) {
      return judgement(a_case, Outcome::garbage, fmt::format("{}: {}", entries[i].place, text_of(*entries[i].value)));
    }
    const Rational off = std::max<Rational>({expected.lower[i] - value, value - expected.upper[i], Rational(0)});
    const Rational allowed = to_rational(tolerance[i]);
    const double error = off == 0 ? 0 : from_rational<double>(off / allowed);
    if (error > result.error_in_tolerances) {
      result.error_in_tolerances = error;
      set_entry(result, expected, i, entries[i]);
    }
    if (off > allowed) result.outcome = Outcome::wrong;
  }
  return result;
}

}  // namespace

std::string_view name_of(Outcome outcome) { return outcome_names.at(static_cast<std::size_t>(outcome)); }

bool is_failure(Outcome outcome) {
  return outcome != Outcome::pass && outcome != Outcome::unsupported && outcome != Outcome::inapplicable;
}

Judgement judgement(const VectorCase& a_case, Outcome outcome, const std::string& got) {
  Judgement result;
  result.id = a_case.question.id;
  result.flags = a_case.question.flags;
  result.outcome = outcome;
  result.got = printable(got);
  return result;
}

Judgement judge(const VectorCase& a_case, const Json& answer, Dtype dtype) {
  const auto& tolerance = a_case.answer.tolerance.at(static_cast<std::size_t>(dtype));
  if (!tolerance)
    return judgement(a_case, Outcome::inapplicable, a_case.answer.inapplicable.at(static_cast<std::size_t>(dtype)));
  if (!answer.is_object()) return judgement(a_case, Outcome::garbage, "not a JSON object");
  if (const auto error = answer.find("error"); error != answer.end() && !error->is_null()) {
    const std::string text = text_of(*error);
    return judgement(a_case, text.starts_with("unsupported") ? Outcome::unsupported : Outcome::error, text);
  }
  const auto value = answer.find(std::string(name_of(a_case.question.operation)));
  if (value == answer.end())
    return judgement(a_case, Outcome::garbage, fmt::format("no member \"{}\"", name_of(a_case.question.operation)));
  std::vector<Entry> entries;
  if (!collect(*value, a_case.answer.shape, 0, "", entries))
    return judgement(
        a_case, Outcome::wrong_shape,
        fmt::format("{} where [{}] was expected", shape_text(*value), fmt::join(a_case.answer.shape, "][")));
  return judge_entries(a_case, entries, *tolerance);
}

Json parse_answer_line(std::string_view line) {
  std::string text;
  bool in_string = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_string) {
      text += c;
      if (c == '\\' && i + 1 < line.size())
        text += line[++i];
      else if (c == '"')
        in_string = false;
      continue;
    }
    bool replaced = false;
    for (const std::string_view name : {"NaN", "nan", "-Infinity", "Infinity", "-inf", "inf"}) {
      if (line.substr(i, name.size()) != name) continue;
      text += fmt::format("\"{}\"", name);
      i += name.size() - 1;
      replaced = true;
      break;
    }
    if (replaced) continue;
    in_string = c == '"';
    text += c;
  }
  return parse_json(text);
}

std::map<std::string, Json> read_answers(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  std::map<std::string, Json> answers;
  int number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    try {
      Json answer = parse_answer_line(line);
      const Json& id = json_member(answer, "id", "answer");
      if (!id.is_string()) throw InputError("", "id", id.dump(), "a string");
      const auto name = id.get<std::string>();
      if (!answers.emplace(name, std::move(answer)).second) throw InputError("", "id", name, "an id that occurs once");
    } catch (const InputError& error) {
      throw InputError(path.string(), fmt::format("line {}: {}", number, error.field()), error.value(),
                       error.expected());
    }
  }
  return answers;
}

std::vector<Judgement> judge_all(const std::vector<VectorCase>& cases, const std::map<std::string, Json>& answers,
                                 Dtype dtype) {
  std::vector<Judgement> judgements;
  for (const VectorCase& a_case : cases) {
    const auto found = answers.find(a_case.question.id);
    if (found != answers.end())
      judgements.push_back(judge(a_case, found->second, dtype));
    else if (a_case.answer.tolerance.at(static_cast<std::size_t>(dtype)))
      judgements.push_back(judgement(a_case, Outcome::missing, "no answer"));
    else
      judgements.push_back(judge(a_case, Json::object(), dtype));
  }
  return judgements;
}

std::vector<Judgement> judge_function(const std::vector<VectorCase>& cases, const AnsweringFunction& answer,
                                      Dtype dtype) {
  std::vector<Judgement> judgements;
  for (const VectorCase& a_case : cases) {
    Json line = Json::object();
    if (a_case.answer.tolerance.at(static_cast<std::size_t>(dtype))) try {
        if (const auto entries = answer(a_case.question))
          line[std::string(name_of(a_case.question.operation))] = nested(*entries, a_case.answer.shape);
        else
          line["error"] = "unsupported";
      } catch (const std::exception& error) {
        line["error"] = error.what();
      }
    judgements.push_back(judge(a_case, line, dtype));
  }
  return judgements;
}

}  // namespace verimix

// Answers of an implementation under test, read and judged one by one.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "verimix/validate/vector_case.hpp"

namespace verimix {

/// What became of a case: right; off by more than the tolerance; a number that is not finite; a shape that is not that
/// of the case; an answer that cannot be read; the implementation's own error; no answer; the end of the process;
/// silence past the time limit; not asked, since the process failed again and again; skipped, since the implementation
/// says that it does not offer this (an error that begins with "unsupported"); not for this dtype.
enum class Outcome {
  pass,
  wrong,
  not_finite,
  wrong_shape,
  garbage,
  error,
  missing,
  crash,
  hang,
  not_asked,
  unsupported,
  inapplicable
};

/// What an outcome is called in files.
std::string_view name_of(Outcome outcome);
/// Does it count against the implementation? All but pass, unsupported and inapplicable do.
bool is_failure(Outcome outcome);

struct Judgement {
  std::string id;
  std::vector<std::string> flags;
  Outcome outcome = Outcome::missing;
  /// The distance from the enclosure over the tolerance, at its largest entry (0 inside); negative where there is none.
  double error_in_tolerances = -1;
  /// That entry: its place ("[0][2]"), the answer's text, the bounds. Where the outcome is no number, `got` says what
  /// it is.
  std::string place, got, lower, upper;
};

/// Compares an answer, a JSON object with a member named after the operation (nested arrays of the case's shape; JSON
/// numbers or strings with decimals or hexadecimal floats), exactly: an entry passes if its distance from the enclosure
/// is at most its tolerance. A member "error" is the implementation's own.
Judgement judge(const VectorCase& a_case, const Json& answer, Dtype dtype);

/// A judgement without numbers.
Judgement judgement(const VectorCase& a_case, Outcome outcome, const std::string& got);

/// Parses an answer's line as JSON in which NaN, Infinity and -Infinity may stand for numbers, as many writers have it
/// (they become strings). Throws InputError for what is no JSON.
Json parse_answer_line(std::string_view line);

/// A file of answers, one a line. Throws InputError that names the line for what is not an object with an "id", and for
/// an id that occurs twice.
std::map<std::string, Json> read_answers(const std::filesystem::path& path);

/// The cases that apply to the dtype against a file's answers, in the order of the cases.
std::vector<Judgement> judge_all(const std::vector<VectorCase>& cases, const std::map<std::string, Json>& answers,
                                 Dtype dtype);

/// A function of this program under test: the entries of the answer in row-major order of the case's shape, or nothing
/// where it does not offer this.
using AnsweringFunction = std::function<std::optional<std::vector<double>>(const VectorQuestion&)>;

/// The cases that apply to the dtype, in order. An exception of the function is the implementation's own error; another
/// number of entries than the shape has is a wrong shape.
std::vector<Judgement> judge_function(const std::vector<VectorCase>& cases, const AnsweringFunction& answer,
                                      Dtype dtype);

}  // namespace verimix

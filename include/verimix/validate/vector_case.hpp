// A case of the corpus: a question whose inputs are exact, and the answer as enclosures with a tolerance an entry.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/diffusion/convention.hpp"
#include "verimix/mixture/mixture.hpp"
#include "verimix/validate/dtype.hpp"

namespace verimix {

/// What is asked for. An answer's shape, for n points in R^d and k components: log_density (n), score (n, d),
/// responsibilities (n, k), jacobian (n, d, d), prediction (n, d).
enum class Operation { log_density, score, responsibilities, jacobian, prediction };

/// What an operation is called in files and over the pipe, where it also names the member of the answer; and back
/// (InputError, field "op").
std::string_view name_of(Operation operation);
Operation parse_operation(const std::string& name);

/// Every input is a dyadic number of at most 53 bits.
struct VectorQuestion {
  /// group, first flag and number: "score-far-tail-003".
  std::string id;
  /// What is asked, of which law: "score", "noised-score" (time > 0), "process-score", "predict-x0" ...
  std::string group;
  /// The mistakes that the case is there for; each has its sentence in `vector_flags`.
  std::vector<std::string> flags;
  Operation operation = Operation::score;
  /// For `prediction`: what is predicted.
  Prediction predicts = Prediction::score;
  /// Its name is its name in the corpus.
  std::shared_ptr<const ExactMixture> mixture;
  /// Without one, time is that of dx = -x dt + sqrt(2) dw and 0 is the mixture itself.
  std::optional<Process> process;
  Rational time;
  /// d x n.
  Matrix<Rational> points;
  /// Does the case belong to the smoke tier (too)?
  bool smoke = true;
};

/// The answer, entry by entry in row-major order of `shape`. Decimal bounds; tolerances as derived in
/// proofs-notes/validate/tolerance.md.
struct VectorAnswer {
  std::vector<Index> shape;
  std::vector<Rational> lower, upper;
  std::vector<std::string> lower_text, upper_text;
  /// Upper bounds of the condition numbers: the change of the entry for a relative change 1 of the inputs, and of the
  /// intermediate results, to first order. These and the tolerances have three digits.
  std::vector<double> input_condition, operation_condition;
  /// How many roundings an operation condition is counted for.
  long operations = 0;
  /// By dtype; none where the case does not apply to it.
  std::array<std::optional<std::vector<double>>, dtypes.size()> tolerance;
  /// Why not; empty where it applies.
  std::array<std::string, dtypes.size()> inapplicable;
};

struct VectorCase {
  VectorQuestion question;
  VectorAnswer answer;
};

/// A C hexadecimal float: the exact value. Domain: a dyadic number of at most 53 bits in the range of double (anything
/// else is a broken invariant).
std::string hex_text(const Rational& value);

/// verimix.mixture/1 with hexadecimal numbers.
Json hex_mixture_json(const ExactMixture& mixture);

/// The line of a case, with the mixture's name in place of the mixture; and back. parse_vector_case throws InputError
/// for what is not such a line; `mixtures` are looked up by name.
Json vector_case_json(const VectorCase& a_case);
VectorCase parse_vector_case(const Json& line,
                             const std::map<std::string, std::shared_ptr<const ExactMixture>>& mixtures);

/// The request of the pipe protocol: `{"id", "op", "mixture", "time", "points", "dtype", "predicts"}` and, where there
/// is one, "process". The mixture is the whole document.
Json request_json(const VectorQuestion& question, Dtype dtype);

/// A decimal number of three digits that is at least the value. Domain: value >= 0 and finite.
double three_digits_up(double value);

}  // namespace verimix

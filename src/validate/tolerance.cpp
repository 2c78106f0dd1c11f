#include "verimix/validate/tolerance.hpp"

#include <algorithm>
#include <cmath>

#include "sensitivity.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

/// What the first order leaves out, and by how much a tolerance must be below an entry for mistakes to be seen.
constexpr double beyond_first_order = 2;
constexpr double discrimination = 4;
/// Components that are lighter than this at all times are left out of the analysis.
constexpr double least_weight = 0x1p-200;

/// Row-major order.
template <class T>
void append(std::vector<T>& entries, const Matrix<T>& values) {
  for (Index i = 0; i < values.rows(); ++i)
    for (Index m = 0; m < values.cols(); ++m) entries.push_back(values(i, m));
}

/// How roundings of these inputs move the answer.
struct Rounding {
  Sensitivity sensitivity;
  /// A point each.
  std::vector<std::vector<PointCondition>> conditions;
};

/// One question at one working precision.
class Attempt {
 public:
  explicit Attempt(const VectorQuestion& question)
      : question_(question),
        law_(*question.mixture,
             level_condition(question.process.value_or(Process{}), question.time, question.predicts)),
        points_(question.points.unaryExpr([](const Rational& x) { return from_rational<Ball>(x); })),
        at_(law_.density.evaluate(points_,
                                  {.responsibilities = true, .jacobian = question.operation == Operation::jacobian})) {}

  Rounding of_all_inputs() const { return rounding(all_inputs(*question_.mixture, question_.points)); }
  Rounding of_dtype(Dtype dtype) const { return rounding(inputs_beyond(dtype, *question_.mixture, question_.points)); }

  std::vector<Index> shape() const {
    const Index n = points_.cols();
    const Index d = points_.rows();
    switch (question_.operation) {
      case Operation::log_density:
        return {n};
      case Operation::responsibilities:
        return {n, question_.mixture->size()};
      case Operation::jacobian:
        return {n, d, d};
      case Operation::score:
      case Operation::prediction:
        break;
    }
    return {n, d};
  }

  std::vector<Ball> values() const {
    std::vector<Ball> entries;
    for (Index j = 0; j < points_.cols(); ++j) append(entries, values_at(j));
    return entries;
  }

  std::vector<double> changes(const Rounding& rounding, Roundoffs u) const {
    std::vector<double> entries;
    for (Index j = 0; j < points_.cols(); ++j) append(entries, changes_at(rounding, j, u));
    return entries;
  }

  /// What the dtype's roundings are, for K = `operations`.
  Roundoffs roundoffs(Dtype dtype, long operations) const {
    // The argument of a schedule's function takes at most so many roundings.
    constexpr double of_schedule = 8;
    const DtypeModel& model = model_of(dtype);
    const double of_time = holds(dtype, question_.time) ? 0 : model.storage_roundoff;
    return {model.storage_roundoff, of_time + of_schedule * model.arithmetic_roundoff,
            static_cast<double>(operations) * model.arithmetic_roundoff};
  }

  /// Why the dtype does not apply; empty if it may.
  std::string objection(const Rounding& rounding, const DtypeModel& model, Roundoffs u) const {
    constexpr double largest_roundoff = 0.125;
    constexpr double spare = 1024;
    if (u.arithmetic > largest_roundoff) return "too many operations";
    const auto in_range = [&](const Rational& x) {
      const Rational size = abs(x);
      return x == 0 || (size >= to_rational(model.least) && size * Rational(spare) <= to_rational(model.largest));
    };
    bool all_in_range = in_range(question_.time) && std::ranges::all_of(question_.points.reshaped(), in_range) &&
                        std::ranges::all_of(question_.mixture->weights, in_range) &&
                        std::ranges::all_of(question_.mixture->means.reshaped(), in_range);
    for (const Matrix<Rational>& q : question_.mixture->covariances)
      all_in_range = all_in_range && std::ranges::all_of(q.reshaped(), in_range);
    for (const auto& at_point : rounding.conditions)
      for (const PointCondition& c : at_point) all_in_range = all_in_range && c.largest <= model.largest / spare;
    if (!all_in_range) return "numbers outside its range";
    for (const auto& at_point : rounding.conditions)
      if (std::string why = rounding.sensitivity.beyond_first_order(at_point, u); !why.empty()) return why;
    return "";
  }

  /// A multiple of the smallest number that entries may be off by where weights underflow.
  double underflow(const Rounding& rounding) const {
    double reach = 1;
    for (const auto& at_point : rounding.conditions)
      for (const PointCondition& c : at_point)
        reach += question_.operation == Operation::jacobian ? c.curvature.maxCoeff() : c.h.maxCoeff();
    return reach;
  }

 private:
  Rounding rounding(const RoundedInputs& rounded) const {
    Rounding result{Sensitivity(law_, rounded), {}};
    for (Index j = 0; j < points_.cols(); ++j)
      result.conditions.push_back(
          result.sensitivity.at_point(points_, at_, j, question_.operation == Operation::jacobian));
    return result;
  }

  Matrix<Ball> values_at(Index j) const {
    const auto score = at_.score.col(j).transpose();
    switch (question_.operation) {
      case Operation::log_density:
        return at_.log_density.segment(j, 1);
      case Operation::responsibilities:
        return at_.responsibilities.col(j).transpose();
      case Operation::jacobian:
        return at_.jacobian[static_cast<std::size_t>(j)];
      case Operation::score:
        return score;
      case Operation::prediction:
        break;
    }
    Matrix<Ball> predicted(1, points_.rows());
    for (Index m = 0; m < predicted.cols(); ++m)
      predicted(0, m) = law_.level.coefficients.of_point * points_(m, j) + law_.level.coefficients.of_score * score(m);
    return predicted;
  }

  Matrix<double> changes_at(const Rounding& rounding, Index j, Roundoffs u) const {
    const Sensitivity& sensitivity = rounding.sensitivity;
    const auto& at = rounding.conditions[static_cast<std::size_t>(j)];
    switch (question_.operation) {
      case Operation::log_density:
        return Matrix<double>::Constant(1, 1,
                                        sensitivity.log_density_change(at, magnitude_upper(at_.log_density(j)), u));
      case Operation::responsibilities:
        return sensitivity.responsibility_change(at, question_.mixture->size(), u).transpose();
      case Operation::jacobian:
        return sensitivity.jacobian_change(at, u);
      case Operation::score:
        return sensitivity.score_change(at, u).transpose();
      case Operation::prediction:
        break;
    }
    return sensitivity.prediction_change(at, points_, at_, j, u).transpose();
  }

  const VectorQuestion& question_;
  LawCondition law_;
  Matrix<Ball> points_;
  Evaluation<Ball> at_;
};

/// The dtype's tolerances, or why it has none.
void set_tolerance(const Attempt& attempt, const std::vector<Ball>& values, Dtype dtype, VectorAnswer& answer) {
  const DtypeModel& model = model_of(dtype);
  const auto place = static_cast<std::size_t>(dtype);
  const Rounding rounding = attempt.of_dtype(dtype);
  const Roundoffs u = attempt.roundoffs(dtype, answer.operations);
  std::string& why = answer.inapplicable.at(place);
  why = attempt.objection(rounding, model, u);
  if (!why.empty()) return;
  std::vector<double> tolerance = attempt.changes(rounding, u);
  const double floor = std::max(model.least, least_weight) * attempt.underflow(rounding);
  bool seen = std::ranges::all_of(values, [](const Ball& x) { return arb_contains_zero(x.data()) != 0; });
  for (std::size_t i = 0; i < values.size(); ++i) {
    tolerance[i] = three_digits_up(
        beyond_first_order * (tolerance[i] + model.storage_roundoff * magnitude_upper(values[i])) + floor);
    seen = seen || less(Ball(discrimination * tolerance[i]), abs(values[i])) == Truth::yes;
  }
  if (seen)
    answer.tolerance.at(place) = std::move(tolerance);
  else
    why = "the tolerance would hide a factor 2";
}

bool narrow_enough(const VectorAnswer& answer, const std::vector<Ball>& values) {
  const auto& fine = answer.tolerance.at(static_cast<std::size_t>(Dtype::float64));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!is_finite(values[i])) return false;
    // Of numbers below the range of double, too.
    constexpr long bits = 66;
    const double radius = radius_upper(values[i]);
    const bool narrow = arb_contains_zero(values[i].data()) != 0
                            ? radius <= 0x1p-66 * (answer.input_condition[i] + answer.operation_condition[i])
                            : arb_rel_accuracy_bits(values[i].data()) >= bits;
    if (!narrow) return false;
    if (fine && radius > 0x1p-18 * (*fine)[i]) return false;
  }
  return true;
}

/// For one unit of each of these roundoffs, without the squares that the Jacobian's change has.
std::vector<double> first_order(const Attempt& attempt, const Rounding& rounding, Roundoffs u) {
  constexpr double little = 0x1p-60;
  std::vector<double> changes =
      attempt.changes(rounding, {little * u.storage, little * u.schedule, little * u.arithmetic});
  for (double& change : changes) change /= little;
  return changes;
}

VectorAnswer answer_at_this_precision(const VectorQuestion& question, std::vector<Ball>& values) {
  const Attempt attempt(question);
  values = attempt.values();
  VectorAnswer answer;
  answer.shape = attempt.shape();
  answer.operations = operation_count(question.mixture->dimension(), question.mixture->size());
  const Rounding all = attempt.of_all_inputs();
  answer.input_condition = first_order(attempt, all, {1, 1, 0});
  answer.operation_condition = first_order(attempt, all, {0, 0, 1});
  for (const Dtype dtype : dtypes) set_tolerance(attempt, values, dtype, answer);
  return answer;
}

}  // namespace

long operation_count(Index dimension, Index components) {
  constexpr long rest = 16;
  return 3 * static_cast<long>(dimension) + static_cast<long>(components) + rest;
}

VectorAnswer answer_of(const VectorQuestion& question) {
  constexpr long first_bits = 256;
  constexpr long last_bits = 16384;
  constexpr long printed_bits = 80;
  for (long bits = first_bits; bits <= last_bits; bits *= 2) {
    const BallPrecision precision(bits);
    std::vector<Ball> values;
    VectorAnswer answer;
    try {
      answer = answer_at_this_precision(question, values);
    } catch (const UndecidedError&) {
      continue;  // a pivot or a logarithm reaches 0 at this precision
    }
    if (!narrow_enough(answer, values)) continue;
    for (double& bound : answer.input_condition) bound = three_digits_up(bound);
    for (double& bound : answer.operation_condition) bound = three_digits_up(bound);
    for (Ball& value : values) {
      arb_set_round(value.data(), value.data(), printed_bits);
      // An exact number gets a radius as well, since decimals of a stated length hold few numbers exactly.
      if (arb_is_exact(value.data()) != 0 && arb_is_zero(value.data()) == 0)
        value = widened(value, value * Ball(0x1p-80));
      auto [lower, upper] = enclosure_text(value);
      answer.lower.push_back(parse_rational(lower));
      answer.upper.push_back(parse_rational(upper));
      answer.lower_text.push_back(std::move(lower));
      answer.upper_text.push_back(std::move(upper));
    }
    return answer;
  }
  throw UndecidedError("case " + question.id + ": no enclosure is narrow enough with 16384 bits");
}

}  // namespace verimix

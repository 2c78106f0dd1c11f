// One statement evaluated on one mixture: what `verimix check` prints and what a search for violations maximises.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/core/ranks.hpp"
#include "verimix/core/statement.hpp"
#include "verimix/core/verdict.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// The form in which a statement is checked: as the paper prints it (hidden constants set to 1), or with every
/// constant explicit (as its note derives it).
enum class StatementForm { printed, explicit_constants };

/// The word of the file format: `printed`, `explicit`.
std::string_view to_text(StatementForm form);

/// What a person may choose (`--set KEY=VALUE`, exact) and how much work is allowed.
struct CheckSettings {
  /// By key; an evaluator names the keys it reads (CheckEvaluator::keys). A key that is not here has its standard
  /// value, or is chosen from the mixture by the rule that the row's `choice` states.
  std::map<std::string, Rational> values;
  /// Certified sides aim at a relative width of 10^-digits, >= 1.
  int digits = 15;
  /// Draws of an estimated side, >= 2.
  Index samples = 100000;
  std::uint64_t seed = 1;
  /// Of an estimated side, in (0, 1).
  double confidence = 0.999;
};

/// One row of verimix.check/1.
struct Check {
  StatementId statement;
  StatementForm form = StatementForm::explicit_constants;
  /// Which inequality of the statement and for which indices (counted from 1): "(ii), i = 1, j = 2".
  std::string part;
  /// lhs, rhs, verdict, evidence, ratio, reason.
  Comparison comparison;
  /// lhs / rhs of a printed form with a hidden constant, whose rhs is taken with the constant 1.
  std::optional<Ball> implied_constant;
  /// How partition, time, epsilon, ... were chosen: "time = 1/10, cells = {1}, {2}".
  std::string choice;
};

/// One key that an evaluator reads from CheckSettings::values.
struct CheckKey {
  std::string name;
  std::string meaning;
  /// The value where none is set; nothing: chosen from the mixture.
  std::optional<Rational> standard;
  /// lower <= value <= upper is required.
  Rational lower;
  Rational upper;
};

/// One row of the table of evaluators.
struct CheckEvaluator {
  using Key = CheckKey;
  StatementId statement;
  /// The forms that it can evaluate; a form that is not here gives one row `not-applicable`.
  std::vector<StatementForm> forms;
  std::vector<Key> keys;
  /// Every row of every form of the statement on a valid mixture, printed ones included whatever `forms` is asked for.
  /// A hypothesis that fails gives `not-applicable` with the hypothesis; a side that cannot be had at this precision or
  /// budget gives `undecided` with what to raise. Throws InputError for a value outside of its key's range only.
  std::function<std::vector<Check>(const ExactMixture&, const CheckSettings&)> evaluate;
};

/// All 56 evaluators in the order of all_statements(). A statement that says nothing about a mixture (a definition, a
/// cited fact without an instance) has one whose only row is `not-applicable`, with the reason.
std::span<const CheckEvaluator> check_evaluators();

/// The evaluator of a statement; it exists for every one.
const CheckEvaluator& check_evaluator(StatementId id);

/// The rows of the statements (all 56 if empty) in the given forms, in the order of all_statements(). Every statement
/// gives at least one row. Throws InputError (field: the key) for a key that none of the statements reads, for a value
/// outside of its range, and for a mixture that is not valid or has a semidefinite covariance. Several ranks share the
/// statements, with their draws: the i-th is evaluated by rank i mod size, and every rank gets all rows, the same for
/// any number of ranks. Collective.
std::vector<Check> run_checks(const ExactMixture& mixture, const std::vector<StatementId>& statements,
                              const std::vector<StatementForm>& forms, const CheckSettings& settings,
                              Ranks& ranks = one_rank());

/// The document verimix.check/1; numbers as strings, outward, with `settings.digits` digits and more.
Json checks_json(const std::string& mixture, std::span<const Check> checks, const CheckSettings& settings);

/// The same rows as a table that a person reads, one line a row.
std::string checks_markdown(const std::string& mixture, std::span<const Check> checks);

}  // namespace verimix

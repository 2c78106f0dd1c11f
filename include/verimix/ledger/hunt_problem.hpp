// What a hunt searches: one inequality of a statement, the parameters of the instances it is claimed for, and two ways
// to evaluate it, quickly and certified. The engine is hunt.hpp; what it rests on is proofs-notes/ledger/hunt.md.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "verimix/core/rational.hpp"
#include "verimix/core/statement.hpp"
#include "verimix/core/verdict.hpp"
#include "verimix/ledger/check.hpp"

namespace verimix {

/// How a parameter is drawn, moved and scaled. `integer` is drawn on a logarithmic scale and rounded.
enum class HuntScale { linear, logarithmic, integer };

/// A number that an instance is made of. Random draws and local moves stay in [lower, upper]; a scaling family may
/// multiply a logarithmic or integer parameter beyond it if `grows`, as far as the hypotheses go.
struct HuntParameter {
  std::string name;
  HuntScale scale = HuntScale::logarithmic;
  Rational lower, upper;
  bool grows = true;
};

/// Values of the parameters, in their order.
using HuntPoint = std::vector<Rational>;

/// log(lhs/rhs) as the search sees it where rhs <= 0 < lhs: such an instance refutes every constant.
constexpr double beyond_every_ratio = 1e6;

/// One inequality lhs <= rhs. Its hypotheses are part of the evaluation: outside of them an instance is no instance.
struct HuntProblem {
  StatementId statement;
  StatementForm form = StatementForm::printed;
  /// Which inequality of the statement, in words; empty where there is only one.
  std::string part;
  /// Does the printed right side stand for C times itself, C an absolute constant? Then a ratio above 1 is no finding,
  /// and what is looked for is a family of instances along which the ratio grows.
  bool hidden_constant = false;
  std::vector<HuntParameter> parameters;
  /// What instances are searched, and the hypotheses that are kept, for a reader.
  std::string instances;
  /// log(lhs/rhs) in double; NaN outside of the hypotheses or where it cannot be had. Need not be right: what is found
  /// with it is certified by the other.
  std::function<double(std::span<const double>)> quick;
  /// The same with both sides enclosed. `not_applicable` names the hypothesis that fails.
  std::function<Comparison(std::span<const Rational>)> certified;
  /// Random draws and evaluations of the local search in a round; fewer where `quick` is slow.
  int draws = 64;
  int local_evaluations = 300;
  /// Directions in which a round looks for growth, and the steps in which it follows them: members at s = 2^(g j), j =
  /// 1 .. 5. Small only where an instance far out costs too much.
  int directions = 400;
  int growth_doublings = 4;
};

/// Both sides of an inequality in a scalar, or their logarithms; `broken` names the hypothesis that does not certainly
/// hold, and then the sides say nothing.
template <class T>
struct HuntSides {
  T lhs{}, rhs{};
  bool logarithms = false;
  std::string broken;
};

/// The two as HuntProblem::quick and HuntProblem::certified want them.
double log_ratio(const HuntSides<double>& sides);
double log_ratio(const HuntSides<Ball>& sides);
Comparison comparison(const HuntSides<Ball>& sides);

/// All problems, by statement in the order of all_statements(), printed forms first. Several may belong to one form.
std::span<const HuntProblem> hunt_problems();

/// Why no instance of this form is searched: empty where hunt_problems() has one.
std::string_view hunt_exclusion(StatementId statement, StatementForm form);

}  // namespace verimix

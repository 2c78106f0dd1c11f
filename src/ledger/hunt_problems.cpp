#include "hunt_problems.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

/// Instances without an answer in the search are not counted.
constexpr double unknown_ratio = std::numeric_limits<double>::quiet_NaN();

bool comes_before(const HuntProblem& a, const HuntProblem& b) {
  const auto all = all_statements();
  const auto place = [&](const HuntProblem& p) {
    return std::pair(std::ranges::find(all, p.statement) - all.begin(), p.form != StatementForm::printed);
  };
  return place(a) < place(b);
}

std::vector<HuntProblem> gathered() {
  std::vector<HuntProblem> all;
  for (auto make :
       {hunt_catalogue::core, hunt_catalogue::sample, hunt_catalogue::estimate, hunt_catalogue::cluster,
        hunt_catalogue::simplify, hunt_catalogue::line_scores, hunt_catalogue::polynomial, hunt_catalogue::regress})
    for (HuntProblem& problem : make()) all.push_back(std::move(problem));
  std::stable_sort(all.begin(), all.end(), comes_before);
  return all;
}

}  // namespace

namespace hunt_catalogue {

HuntProblem framed(Frame frame) {
  HuntProblem problem;
  problem.statement = frame.statement;
  problem.form = frame.form;
  problem.hidden_constant = frame.hidden_constant;
  problem.part = std::move(frame.part);
  problem.parameters = std::move(frame.parameters);
  problem.instances = std::move(frame.instances);
  for (const HuntParameter& parameter : problem.parameters)
    require_invariant(
        parameter.lower <= parameter.upper && (parameter.scale != HuntScale::logarithmic || parameter.lower > 0),
        "a parameter has a range of its scale");
  return problem;
}

}  // namespace hunt_catalogue

double log_ratio(const HuntSides<double>& sides) {
  if (!sides.broken.empty() || !std::isfinite(sides.lhs) || !std::isfinite(sides.rhs)) return unknown_ratio;
  if (sides.logarithms) return sides.lhs - sides.rhs;
  if (sides.rhs <= 0 && sides.lhs >= 0 && sides.lhs > sides.rhs) return beyond_every_ratio;
  if (sides.lhs <= 0 || sides.rhs <= 0) return sides.lhs <= sides.rhs ? -beyond_every_ratio : beyond_every_ratio;
  return std::log(sides.lhs) - std::log(sides.rhs);
}

double log_ratio(const HuntSides<Ball>& sides) {
  if (!sides.broken.empty() || !is_finite(sides.lhs) || !is_finite(sides.rhs)) return unknown_ratio;
  // The midpoint of a wide ball is nothing to climb on.
  for (const Ball* side : {&sides.lhs, &sides.rhs})
    if (radius_upper(*side) > 0.01 * (sides.logarithms ? 1 : std::abs(approximate(*side)))) return unknown_ratio;
  if (sides.logarithms) return approximate(sides.lhs) - approximate(sides.rhs);
  // Far below the smallest double a ball still has a logarithm.
  if (less(Ball(0), sides.lhs) == Truth::yes && less(Ball(0), sides.rhs) == Truth::yes)
    return approximate(log(sides.lhs)) - approximate(log(sides.rhs));
  return log_ratio(HuntSides<double>{approximate(sides.lhs), approximate(sides.rhs), false, ""});
}

Comparison comparison(const HuntSides<Ball>& sides) {
  if (!sides.broken.empty()) return not_applicable(sides.broken);
  const auto side = [&](const Ball& x) { return Quantity{sides.logarithms ? exp(x) : x, Evidence::certified}; };
  return compare(side(sides.lhs), side(sides.rhs));
}

std::span<const HuntProblem> hunt_problems() {
  static const std::vector<HuntProblem> problems = gathered();
  return problems;
}

}  // namespace verimix

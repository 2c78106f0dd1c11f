#include "verimix/distance/space_distance.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/distance/bracket.hpp"
#include "verimix/distance/line_distance.hpp"
#include "verimix/distance/reduction.hpp"

namespace verimix {
namespace {

constexpr int line_digits = 30;
constexpr int plane_digits = 6;

SpaceDistance on_the_line(Metric metric, const ReducedLine& line, std::optional<int> digits) {
  const int goal = digits.value_or(line_digits);
  // A digit more, which the factor of the Fisher divergence may cost.
  LineDistance found = certified_line_distance(metric, line.p, line.q, goal + 1);
  if (metric == Metric::fisher) {
    const BallPrecision precision(std::max(64L, 2 * found.result.bits));
    found.result.value = found.result.value * line.metric();
  }
  return {found.result.value, !digits || has_digits(found.result.value, goal), std::move(found.method)};
}

SpaceDistance by_bracket(Metric metric, const ExactMixture& p, const ExactMixture& q, const Rational& time,
                         std::optional<int> digits) {
  const Bracket found = bracket(metric, p, q, time);
  const Ball value = hull(found.lower.value, found.upper.value);
  return {value, !digits || has_digits(value, *digits),
          fmt::format("bracket: below by {}, above by {}", found.lower.method, found.upper.method)};
}

}  // namespace

SpaceDistance certified_space_distance(Metric metric, const ExactMixture& p, const ExactMixture& q,
                                       const Rational& time, std::optional<int> digits, const PlaneBudget& budget) {
  const Matrix<Rational> basis = difference_span(p, q);
  const Index rank = basis.cols();
  const Index d = p.dimension();
  if (rank == 0) return {Ball(0), true, "all components of both laws are the same Gaussian, exactly"};
  if (rank >= 3) return by_bracket(metric, p, q, time, digits);
  const std::string reduced = rank < d ? fmt::format("reduced exactly from dimension {} to {}; ", d, rank) : "";
  if (rank == 1) {
    SpaceDistance found = on_the_line(metric, reduce_to_line(basis, p, q, time), digits);
    found.method = reduced + found.method;
    return found;
  }
  const PlaneLaws laws = [&]() -> ReducedPair {
    const Ball t = from_rational<Ball>(time);
    ReducedPair pair{at_time(round_to<Ball>(p), t), at_time(round_to<Ball>(q), t)};
    if (rank < d) pair = reduce(basis, pair.p, pair.q);
    return pair;
  };
  const LadderResult found = certified_plane_distance(metric, laws, digits.value_or(plane_digits), budget);
  return {found.value, !digits || found.goal_met,
          reduced + fmt::format("{} in balls of {} bits",
                                metric == Metric::tv ? "sweep of the plane along the zeros of p - q"
                                                     : "adaptive cubature of the plane",
                                found.bits)};
}

}  // namespace verimix

#include "verimix/distance/space_distance.hpp"

#include <fmt/format.h>

#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/distance/bracket.hpp"
#include "verimix/distance/line_distance.hpp"
#include "verimix/distance/reduction.hpp"

namespace verimix {
namespace {

constexpr int line_digits = 30;
constexpr int plane_digits = 6;

/// Laws on the line times N(0, 1) in a second coordinate, which changes none of the distances.
Mixture<Ball> with_common_coordinate(const Mixture<Ball>& law) {
  Mixture<Ball> result{law.name, law.weights, Matrix<Ball>::Constant(2, law.size(), Ball(0)), {}};
  for (Index i = 0; i < law.size(); ++i) {
    result.means(0, i) = law.means(0, i);
    Matrix<Ball> covariance = Matrix<Ball>::Constant(2, 2, Ball(0));
    covariance(0, 0) = law.covariances[static_cast<std::size_t>(i)](0, 0);
    covariance(1, 1) = Ball(1);
    result.covariances.push_back(covariance);
  }
  return result;
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
  if (rank == 1)
    if (const std::optional<ExactLine> line = exact_line(basis, p, q, time)) {
      LineDistance found = certified_line_distance(metric, line->p, line->q, time, digits.value_or(line_digits));
      const Ball factor = metric == Metric::fisher ? from_rational<Ball>(line->metric) : Ball(1);
      return {factor * found.result.value, !digits || found.result.goal_met, reduced + found.method};
    }
  const PlaneLaws laws = [&]() -> ReducedPair {
    const Ball t = from_rational<Ball>(time);
    ReducedPair pair{at_time(round_to<Ball>(p), t), at_time(round_to<Ball>(q), t)};
    if (rank < d) pair = reduce(basis, pair.p, pair.q);
    if (rank == 1) pair = {with_common_coordinate(pair.p), with_common_coordinate(pair.q)};
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

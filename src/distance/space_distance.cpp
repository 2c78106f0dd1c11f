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

constexpr int plane_digits = 6;

SpaceDistance on_the_line(Metric metric, const ReducedLine& line, std::optional<int> digits) {
  const int goal = digits.value_or(usual_line_digits(metric));
  // A digit more, which the factor of the Fisher divergence may cost.
  LineDistance found = certified_line_distance(metric, line.p, line.q, goal + 1);
  if (metric == Metric::fisher) {
    const BallPrecision precision(std::max(64L, 2 * found.result.bits));
    found.result.value = found.result.value * line.metric();
  }
  return {found.result.value, has_digits(found.result.value, goal), std::move(found.method), goal};
}

SpaceDistance by_bracket(Metric metric, const ExactMixture& p, const ExactMixture& q, const Rational& time,
                         std::optional<int> digits) {
  const Bracket found = bracket(metric, p, q, time);
  const Ball value = hull(found.lower.value, found.upper.value);
  return {value, !digits || has_digits(value, *digits),
          fmt::format("bracket: below by {}, above by {}", found.lower.method, found.upper.method), digits.value_or(0)};
}

bool is_transport(Metric metric) { return metric == Metric::wasserstein1 || metric == Metric::wasserstein2; }

// Is b an eigenvector of the matrix, exactly?
bool keeps_direction(const Matrix<Rational>& a, const Vector<Rational>& b) {
  const Vector<Rational> image = a * b;
  for (Index i = 0; i < b.size(); ++i)
    for (Index j = 0; j < i; ++j)
      if (image(i) * b(j) != image(j) * b(i)) return false;
  return true;
}

const Matrix<Rational>& first_covariance(const ExactMixture& law) {
  for (Index i = 0; i < law.size(); ++i)
    if (law.weights[static_cast<std::size_t>(i)] != 0) return law.covariances[static_cast<std::size_t>(i)];
  return law.covariances.front();
}

// The laws differ along b only. If b is an eigenvector of the covariances, b^T x and the rest of x are independent and
// the rest has one law: the distance is that of b^T x / |b|.
SpaceDistance transport_along(Metric metric, const Vector<Rational>& b, const ExactMixture& p, const ExactMixture& q,
                              const Rational& time, std::optional<int> digits) {
  const int goal = digits.value_or(usual_line_digits(metric));
  const ReducedLine line = reduce_to_line(b, p, q, time);
  LineDistance found = certified_line_distance(metric, line.p, line.q, goal + 1);
  const BallPrecision precision(std::max(64L, 2 * found.result.bits));
  const Ball value = found.result.value * sqrt(from_rational<Ball>(b.dot(b)));
  return {value, has_digits(value, goal), "along the one direction in which the laws differ: " + found.method, goal};
}

}  // namespace

SpaceDistance certified_space_distance(Metric metric, const ExactMixture& p, const ExactMixture& q,
                                       const Rational& time, std::optional<int> digits, const PlaneBudget& budget) {
  const Matrix<Rational> basis = difference_span(p, q);
  const Index rank = basis.cols();
  const Index d = p.dimension();
  if (rank == 0) return {Ball(0), true, "all components of both laws are the same Gaussian, exactly"};
  if (rank == 1 && is_transport(metric) && keeps_direction(first_covariance(p), basis.col(0)))
    return transport_along(metric, basis.col(0), p, q, time, digits);
  if (rank >= 3 || is_transport(metric)) return by_bracket(metric, p, q, time, digits);
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
  return {found.value, found.goal_met,
          reduced + fmt::format("{} in balls of {} bits",
                                metric == Metric::tv ? "sweep of the plane along the zeros of p - q"
                                                     : "adaptive cubature of the plane",
                                found.bits),
          digits.value_or(plane_digits)};
}

}  // namespace verimix

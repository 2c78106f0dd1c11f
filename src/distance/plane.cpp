#include "verimix/distance/plane.hpp"

#include <algorithm>
#include <cmath>

#include "plane_integral.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/roots.hpp"

namespace verimix {
namespace {

PlaneMetric plane_metric(Metric metric) {
  switch (metric) {
    case Metric::tv:
      return PlaneMetric::tv;
    case Metric::kl:
      return PlaneMetric::kl;
    case Metric::hellinger2:
      return PlaneMetric::hellinger2;
    case Metric::fisher:
      return PlaneMetric::fisher;
    case Metric::wasserstein1:
    case Metric::wasserstein2:
      break;
  }
  require_invariant(false, "a metric that the plane has an integrand for");
  return PlaneMetric::tv;
}

std::vector<PlaneComponent> components_of(const Mixture<Ball>& law) {
  if (law.dimension() != 2) throw InputError("", "dimension", std::to_string(law.dimension()), "dimension 2");
  std::vector<PlaneComponent> components;
  for (Index i = 0; i < law.size(); ++i) {
    if (equal(law.weights(i), Ball(0)) == Truth::yes) continue;
    const Matrix<Ball>& covariance = law.covariances[static_cast<std::size_t>(i)];
    components.push_back(plane_component(law.weights(i), law.means(0, i), law.means(1, i), covariance(0, 0),
                                         covariance(1, 0), covariance(1, 1)));
    if (less(covariance(0, 0), Ball(0)) == Truth::yes ||
        less(components.back().conditional_variance, Ball(0)) == Truth::yes)
      throw InputError("", "covariance", "component " + std::to_string(i), "a positive definite matrix");
    if (!is_finite(components.back().log_density.constant))
      throw UndecidedError("a weight or a pivot of a covariance may be 0 at this precision: raise the precision");
  }
  return components;
}

/// What the parts of the enclosure may be wide, for a distance of about `scale`.
Ball attempt(PlaneMetric metric, const PlanePair& pair, const Ball& scale, long goal_bits, const PlaneBudget& budget) {
  Ball tolerance = scale;
  arb_mul_2exp_si(tolerance.data(), tolerance.data(), -goal_bits - 2);
  const PlaneCut cut = cut_plane(metric, pair, tolerance, budget.deviations);
  const Ball area = 4 * cut.box.half_x * cut.box.half_y;
  const PlaneSum inside =
      metric == PlaneMetric::tv
          ? sweep_plane(pair, cut.box, tolerance, {budget.strips, budget.threads})
          : integrate_plane(metric, pair, cut.box, tolerance / area, {budget.cells, budget.threads});
  return inside.value + from_zero_to(cut.outside);
}

}  // namespace

Ball plane_distance(Metric metric, const Mixture<Ball>& p, const Mixture<Ball>& q, long goal_bits,
                    const PlaneBudget& budget) {
  PlanePair pair{components_of(p), components_of(q)};
  match_components(pair);
  const PlaneMetric kind = plane_metric(metric);
  const double guess = rough_distance(kind, pair);
  if (!(guess > 0))
    throw UndecidedError("no value of the integrand is positive at this precision: raise the precision");
  const Ball value = attempt(kind, pair, Ball(guess), goal_bits, budget);
  if (!is_finite(value) || arb_rel_accuracy_bits(value.data()) > goal_bits) return value;
  // The guess only steers; where it was too large, a lower bound of the distance itself takes its place.
  const double proved = approximate(lower_end(value));
  if (proved >= guess) return value;
  return attempt(kind, pair, Ball(std::max(proved, guess / 1024)), goal_bits, budget);
}

LadderResult certified_plane_distance(Metric metric, const PlaneLaws& laws, int digits, const PlaneBudget& budget) {
  const auto enclose = [&](const Rung& rung) {
    const ReducedPair pair = laws();
    return plane_distance(metric, pair.p, pair.q, rung.goal_bits, budget);
  };
  return climb_precision(digits, enclose, budget.precision);
}

}  // namespace verimix

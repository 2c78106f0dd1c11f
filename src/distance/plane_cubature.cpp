#include <algorithm>
#include <optional>

#include "plane_integral.hpp"

namespace verimix {
namespace {

constexpr std::array<double, 4> ellipses = {8, 4, 2.5, 1.6};

struct Order {
  long points;
  /// Of the rule on [-1, 1].
  Ball error;
};

class Cubature {
 public:
  Cubature(PlaneMetric metric, const PlanePair& pair, const Ball& density)
      : metric_(metric), pair_(pair), density_(density) {}

  PlaneOutcome look_at(const PlaneBox& cell, bool crudely) {
    const LocalPair local = pair_.about(cell.x, cell.y);
    const ComplexBall real_x = symmetric(cell.half_x);
    const ComplexBall real_y = symmetric(cell.half_y);
    const Ball area = 4 * cell.half_x * cell.half_y;
    const Ball largest = integrand_bound(metric_, PairAt<ComplexBall>(local, real_x, real_y));
    if (crudely || less(largest, density_) == Truth::yes) return {from_zero_to(area * largest), {}};
    const auto order = [&](bool along_x) {
      return best_order([&](double rho) {
        return integrand_bound(metric_, PairAt<ComplexBall>(local, along_x ? ellipse_box(cell.half_x, rho) : real_x,
                                                            along_x ? real_y : ellipse_box(cell.half_y, rho)));
      });
    };
    const std::optional<Order> in_x = order(true);
    const std::optional<Order> in_y = order(false);
    if (!in_x || !in_y) return {Ball(0), halves(cell, !in_x, !in_y)};
    // Each of the two one-dimensional errors is integrated over the other direction, an interval of length 2.
    const Ball error = 2 * cell.half_x * cell.half_y * (in_x->error + in_y->error);
    return {widened(product_rule(local, cell, in_x->points, in_y->points), error), {}};
  }

 private:
  template <class Bound>
  std::optional<Order> best_order(const Bound& bound_at) const {
    std::optional<Order> best;
    for (const double rho : ellipses) {
      const Ball bound = bound_at(rho);
      if (!is_finite(bound)) continue;
      const long points = gauss_points(bound, rho, density_);
      if (best && points >= best->points) break;
      if (points <= most_rule_points) best = Order{points, gauss_error(bound, rho, points)};
    }
    return best;
  }

  Ball product_rule(const LocalPair& local, const PlaneBox& cell, long points_x, long points_y) {
    const GaussRule& rule_x = rules_.points(points_x);
    const GaussRule& rule_y = rules_.points(points_y);
    Ball sum(0);
    for (std::size_t i = 0; i < rule_x.nodes.size(); ++i) {
      Ball column(0);
      for (std::size_t j = 0; j < rule_y.nodes.size(); ++j)
        column += rule_y.weights[j] *
                  integrand(metric_, PairAt<Ball>(local, cell.half_x * rule_x.nodes[i], cell.half_y * rule_y.nodes[j]));
      sum += rule_x.weights[i] * column;
    }
    return sum * cell.half_x * cell.half_y;
  }

  static std::vector<PlaneBox> halves(const PlaneBox& cell, bool in_x, bool in_y) {
    std::vector<PlaneBox> parts;
    const Ball quarter_x = in_x ? cell.half_x * Ball(0.5) : Ball(0);
    const Ball quarter_y = in_y ? cell.half_y * Ball(0.5) : Ball(0);
    for (int i = in_x ? -1 : 1; i <= 1; i += 2)
      for (int j = in_y ? -1 : 1; j <= 1; j += 2)
        parts.push_back({exact_sum(cell.x, i * quarter_x), exact_sum(cell.y, j * quarter_y),
                         in_x ? quarter_x : cell.half_x, in_y ? quarter_y : cell.half_y});
    return parts;
  }

  PlaneMetric metric_;
  const PlanePair& pair_;
  Ball density_;
  GaussRules rules_;
};

}  // namespace

PlaneSum integrate_plane(PlaneMetric metric, const PlanePair& pair, const PlaneBox& box, const Ball& density,
                         const PlaneEffort& effort) {
  Cubature cubature(metric, pair, density);
  return add_pieces(box, effort, [&](const PlaneBox& cell, bool crudely) { return cubature.look_at(cell, crudely); });
}

}  // namespace verimix

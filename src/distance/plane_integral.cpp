#include "plane_integral.hpp"

#include <algorithm>
#include <cmath>
#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif

#include "verimix/core/error.hpp"
#include "verimix/core/parallel.hpp"

namespace verimix {
namespace {

Ball square(const Ball& x) { return x * x; }

/// An upper bound of N(mean, variance) outside (centre - half, centre + half).
Ball outside_of(const Ball& mean, const Ball& variance, const Ball& centre, const Ball& reach) {
  const Ball scale = sqrt(2 * variance);
  Ball total(0);
  for (const Ball& distance : {centre + reach - mean, mean - centre + reach}) {
    Ball tail;
    arb_hypgeom_erfc(tail.data(), (distance / scale).data(), BallPrecision::bits());
    total += half() * tail;
  }
  return total;
}

/// An upper bound of the component's probability, without its weight, outside the box.
Ball outside_mass(const PlaneComponent& c, const PlaneBox& box) {
  return outside_of(c.mean_x, c.variance_x, box.x, box.half_x) + outside_of(c.mean_y, c.variance_y, box.y, box.half_y);
}

Ball outside_mass(const std::vector<PlaneComponent>& mixture, const PlaneBox& box) {
  Ball total(0);
  for (const PlaneComponent& c : mixture) total += c.weight * outside_mass(c, box);
  return total;
}

/// Above the distance of the means, and finite where they may be equal.
Ball distance_of_means(const PlaneComponent& a, const PlaneComponent& b) {
  return abs(a.mean_x - b.mean_x) + abs(a.mean_y - b.mean_y);
}

/// Above (E|x - mean|^4)^{1/4} <= 3^{1/4} (tr Q)^{1/2}.
Ball fourth_moment_norm(const PlaneComponent& c) { return Ball(4) / Ball(3) * sqrt(c.variance_x + c.variance_y); }

Ball precision_trace(const PlaneComponent& c) { return -2 * (c.log_density.xx + c.log_density.yy); }

/// Above the norm in L^2(N_i) of max(0, log p/q), by the component j of q that makes it least.
Ball log_ratio_norm(const PlanePair& pair, const PlaneComponent& c) {
  Ball peaks(0);
  for (const PlaneComponent& i : pair.p) peaks += exp(i.log_density.constant);
  Ball least;
  for (std::size_t j = 0; j < pair.q.size(); ++j) {
    const PlaneComponent& other = pair.q[j];
    const Ball constant = abs(log(peaks) - other.log_density.constant);
    const Ball norm =
        constant + half() * precision_trace(other) * square(distance_of_means(c, other) + fourth_moment_norm(c));
    if (j == 0 || approximate(norm) < approximate(least)) least = norm;
  }
  return least;
}

/// Above the norm in L^4(N_i) of |grad log p - grad log q|.
Ball score_gap_norm(const PlanePair& pair, const PlaneComponent& c) {
  Ball norm(0);
  for (const std::vector<PlaneComponent>* law : {&pair.p, &pair.q})
    for (const PlaneComponent& other : *law)
      norm += precision_trace(other) * (distance_of_means(c, other) + fourth_moment_norm(c));
  return norm;
}

Ball outside_bound(PlaneMetric metric, const PlanePair& pair, const PlaneBox& box) {
  if (metric == PlaneMetric::tv || metric == PlaneMetric::hellinger2)
    return half() * (outside_mass(pair.p, box) + outside_mass(pair.q, box));
  Ball total = metric == PlaneMetric::kl ? outside_mass(pair.q, box) : Ball(0);
  for (const PlaneComponent& c : pair.p) {
    const Ball norm = metric == PlaneMetric::kl ? log_ratio_norm(pair, c) : square(score_gap_norm(pair, c));
    total += c.weight * sqrt(outside_mass(c, box)) * norm;
  }
  return total;
}

/// Centre and half-width of an interval that reaches `deviations` beyond every mean; multiples of a power of two.
std::array<Ball, 2> reach(const PlanePair& pair, bool along_x, int deviations) {
  double lower = HUGE_VAL;
  double upper = -HUGE_VAL;
  for (const std::vector<PlaneComponent>* law : {&pair.p, &pair.q})
    for (const PlaneComponent& c : *law) {
      const double mean = approximate(along_x ? c.mean_x : c.mean_y);
      const double deviation = std::sqrt(approximate(along_x ? c.variance_x : c.variance_y));
      lower = std::min(lower, mean - deviations * deviation);
      upper = std::max(upper, mean + deviations * deviation);
    }
  const double unit = std::exp2(std::floor(std::log2(upper - lower)) - 6);
  const double first = std::floor(lower / unit);
  const double last = std::ceil(upper / unit);
  return {Ball((first + last) / 2 * unit), Ball((last - first) / 2 * unit)};
}

}  // namespace

Ball integrand(PlaneMetric metric, const PairAt<Ball>& at) {
  switch (metric) {
    case PlaneMetric::tv:
      return half() * (at.close() ? at.p() * abs(at.excess()) : abs(at.p() - at.q()));
    case PlaneMetric::kl:
      return at.close() ? at.p() * (at.excess() - log1p(at.excess())) : at.q() - at.p() * (1 + at.log_ratio());
    case PlaneMetric::hellinger2: {
      if (at.close()) return half() * at.p() * square(at.excess() / (1 + sqrt(1 + at.excess())));
      const std::array<Ball, 2> roots = at.roots();
      return half() * square(roots[0] - roots[1]);
    }
    case PlaneMetric::fisher: {
      const std::array<Ball, 2> gap = at.score_gap();
      return at.p() * (square(gap[0]) + square(gap[1]));
    }
  }
  return {};
}

Ball integrand_bound(PlaneMetric metric, const PairAt<ComplexBall>& at) {
  const Ball p = abs(at.p());
  switch (metric) {
    case PlaneMetric::kl: {
      if (!at.close()) return abs(at.q()) + p * (1 + abs(at.log_ratio()));
      const Ball excess = abs(at.excess());
      return p * square(excess) / (2 * (1 - excess));
    }
    case PlaneMetric::hellinger2: {
      if (at.close()) return half() * p * square(abs(at.excess()));
      const std::array<ComplexBall, 2> roots = at.roots();
      return half() * square(abs(roots[0]) + abs(roots[1]));
    }
    case PlaneMetric::fisher: {
      const std::array<ComplexBall, 2> gap = at.score_gap();
      return p * (square(abs(gap[0])) + square(abs(gap[1])));
    }
    case PlaneMetric::tv:
      break;
  }
  require_invariant(false, "the integrand of tv is not analytic");
  return {};
}

PlaneCut cut_plane(PlaneMetric metric, const PlanePair& pair, const Ball& target, int deviations) {
  constexpr int fewest = 4, most = 100;
  for (int tried = deviations > 0 ? deviations : fewest; tried <= most; ++tried) {
    const std::array<Ball, 2> x = reach(pair, true, tried);
    const std::array<Ball, 2> y = reach(pair, false, tried);
    const PlaneBox box{x[0], y[0], x[1], y[1]};
    const Ball outside = outside_bound(metric, pair, box);
    if (deviations > 0 || less(outside, target) == Truth::yes) return {box, outside};
  }
  throw UndecidedError("the plane cannot be cut to a box at this precision: raise the precision");
}

double rough_distance(PlaneMetric metric, const PlanePair& pair) {
  constexpr int steps = 4;
  constexpr double step = 0.9;
  double total = 0;
  double weights = 0;
  for (const std::vector<PlaneComponent>* law : {&pair.p, &pair.q})
    for (const PlaneComponent& c : *law)
      for (int i = -steps; i <= steps; ++i)
        for (int j = -steps; j <= steps; ++j) {
          const double s = step * i;
          const double t = step * j;
          const Ball x = c.mean_x + Ball(s) * sqrt(c.variance_x);
          const Ball y = c.mean_y + c.regression * (x - c.mean_x) + Ball(t) * sqrt(c.conditional_variance);
          const LocalPair local = pair.about(x, y);
          const PairAt<Ball> at(local, Ball(0), Ball(0));
          const double weight = approximate(c.weight) * std::exp(-(s * s + t * t) / 2);
          const double value = 2 * approximate(integrand(metric, at) / (at.p() + at.q()));
          if (!std::isfinite(value)) continue;
          total += weight * value;
          weights += weight;
        }
  return weights > 0 ? total / weights : 0;
}

const GaussRule& GaussRules::points(long n) {
  const std::lock_guard<std::mutex> lock(guard_);
  GaussRule& rule = rules_[n];
  if (!rule.nodes.empty()) return rule;
  for (long k = 0; k < n; ++k) {
    rule.nodes.emplace_back();
    rule.weights.emplace_back();
    arb_hypgeom_legendre_p_ui_root(rule.nodes.back().data(), rule.weights.back().data(), static_cast<ulong>(n),
                                   static_cast<ulong>(k), BallPrecision::bits());
  }
  return rule;
}

Ball gauss_error(const Ball& bound, double rho, long n) {
  Ball power;
  arb_pow_ui(power.data(), Ball(rho).data(), static_cast<ulong>(2 * n), BallPrecision::bits());
  return Ball(64) / Ball(15) * bound / (power * (1 - 1 / square(Ball(rho))));
}

long gauss_points(const Ball& bound, double rho, const Ball& target) {
  const auto exponent = [](const Ball& x) {
    mag_t size;
    mag_init(size);
    arb_get_mag(size, x.data());
    const double result = mag_get_d_log2_approx(size);
    mag_clear(size);
    return result;
  };
  const double ratio = exponent(bound) - exponent(target) + std::log2(64.0 / 15 / (1 - 1 / (rho * rho)));
  constexpr double most = 1e6;
  return static_cast<long>(std::clamp(std::ceil(ratio / (2 * std::log2(rho))), 2.0, most));
}

ComplexBall ellipse_box(const Ball& half_width, double rho) {
  const Ball inverse = 1 / Ball(rho);
  return {symmetric(half() * half_width * (Ball(rho) + inverse)),
          symmetric(half() * half_width * (Ball(rho) - inverse))};
}

Ball exact_sum(const Ball& a, const Ball& b) {
  Ball sum;
  arb_add(sum.data(), a.data(), b.data(), ARF_PREC_EXACT);
  return sum;
}

Ball symmetric(const Ball& radius) { return widened(Ball(0), radius); }

Ball from_zero_to(const Ball& upper) { return hull(Ball(0), upper); }

PlaneSum add_pieces(const PlaneBox& box, const PlaneEffort& effort,
                    const std::function<PlaneOutcome(const PlaneBox& piece, bool crudely)>& look_at) {
  PlaneSum sum{Ball(0), true};
  long left = effort.pieces;
  std::vector<PlaneBox> pieces = {box};
  while (!pieces.empty()) {
    const auto count = static_cast<Index>(pieces.size());
    std::vector<PlaneOutcome> outcomes(pieces.size());
    const auto look_at_some = [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        const auto at = static_cast<std::size_t>(i);
        outcomes[at] = look_at(pieces[at], i >= left);
      }
    };
    parallel_blocks(count, 1, look_at_some, effort.threads);
    if (count > left) sum.complete = false;
    left = std::max(left - count, 0L);
    pieces.clear();
    for (const PlaneOutcome& outcome : outcomes) {
      sum.value += outcome.value;
      pieces.insert(pieces.end(), outcome.parts.begin(), outcome.parts.end());
    }
  }
  return sum;
}

}  // namespace verimix

#include "verimix/distance/line_pair.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

namespace verimix {
namespace {

// On a wide ball more bits than these would only cost time.
constexpr long wide_pair_bits = 64;

// How far two components are apart, by rounded arithmetic.
double separation(const LineComponent& a, const LineComponent& b) {
  const double v = approximate(a.variance), w = approximate(b.variance);
  return std::abs(approximate(a.mean) - approximate(b.mean)) / std::sqrt(std::min(v, w)) + std::abs(std::log(v / w));
}

// Pairs (i, j) of components of p and q, the closest first, each component at most once, none farther apart than 1.
std::vector<std::pair<std::size_t, std::size_t>> closest_pairs(const LineMixture& p, const LineMixture& q) {
  constexpr double farthest = 1;
  std::vector<std::tuple<double, std::size_t, std::size_t>> candidates;
  for (std::size_t i = 0; i < p.components().size(); ++i)
    for (std::size_t j = 0; j < q.components().size(); ++j) {
      const double apart = separation(p.components()[i], q.components()[j]);
      if (apart < farthest) candidates.emplace_back(apart, i, j);
    }
  std::sort(candidates.begin(), candidates.end());
  std::vector<bool> used_p(p.components().size()), used_q(q.components().size());
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (const auto& [apart, i, j] : candidates) {
    if (used_p[i] || used_q[j]) continue;
    used_p[i] = used_q[j] = true;
    pairs.emplace_back(i, j);
  }
  return pairs;
}

// E in powers of u, from exact differences of parameters.
LocalQuadratic log_ratio_of(const LineLaw::Component& a, const LineLaw::Component& b, const LineComponent& p,
                            const LineComponent& q, const Ball& scale) {
  const Ball shift = scale * from_rational<Ball>(a.mean - b.mean);
  const Ball excess = scale * scale * from_rational<Ball>(a.variance - b.variance);
  LocalQuadratic e;
  e.constant = log1p(from_rational<Ball>((a.weight - b.weight) / b.weight)) - log1p(excess / q.variance) / 2 -
               shift * shift / (2 * p.variance);
  e.slope = shift / p.variance;
  e.curvature = excess / (2 * p.variance * q.variance);
  return e;
}

LocalQuadratic recentred(const LocalQuadratic& e, const Ball& u) { return {e.at(u), e.slope_at(u), e.curvature}; }

// Certainly |x| < 1/2?
bool below_half(const Ball& x) {
  mag_t size;
  mag_init(size);
  arb_get_mag(size, x.data());
  const bool below = mag_cmp_2exp_si(size, -1) < 0;
  mag_clear(size);
  return below;
}
bool below_half(const ComplexBall& x) {
  mag_t size;
  mag_init(size);
  acb_get_mag(size, x.data());
  const bool below = mag_cmp_2exp_si(size, -1) < 0;
  mag_clear(size);
  return below;
}

}  // namespace

LinePair::LinePair(const LineLaw& p, const LineLaw& q) : p_law_(p), q_law_(q), p_(p), q_(q) {
  if (p.time() != q.time()) throw InputError("", "time", to_text(q.time()), "both laws at the same time");
  const Ball scale = signal_scale(from_rational<Ball>(p.time()));
  std::vector<bool> matched_p(p_.components().size()), matched_q(q_.components().size());
  for (const auto& [i, j] : closest_pairs(p_, q_)) {
    matches_.push_back(
        {i, j, log_ratio_of(p.components()[i], q.components()[j], p_.components()[i], q_.components()[j], scale)});
    matched_p[i] = matched_q[j] = true;
  }
  for (std::size_t i = 0; i < matched_p.size(); ++i)
    if (!matched_p[i]) alone_in_p_.push_back(i);
  for (std::size_t j = 0; j < matched_q.size(); ++j)
    if (!matched_q[j]) alone_in_q_.push_back(j);
}

template <class Number>
ScaledPair<Number> LinePair::scaled(const Number& z) const {
  const bool point = is_point(z);
  const BallPrecision precision(point ? BallPrecision::bits() : std::min(BallPrecision::bits(), wide_pair_bits));
  const Ball centre = centre_of(z);
  ScaledPair<Number> result;
  result.h = z - Number(centre);
  if (!point) result.exponent = q_.exponent(q_.largest_at(approximate(centre)), centre);

  struct Term {
    Number value, slope;
  };
  const auto term = [&](const LineMixture& mixture, std::size_t i) {
    const LocalQuadratic relative = mixture.exponent(i, centre) - result.exponent;
    Term t;
    t.value = exp(relative.at(result.h)) * mixture.peak(i);
    t.slope = t.value * relative.slope_at(result.h);
    return t;
  };
  const auto add_p = [&](const Term& t) {
    result.p += t.value;
    result.p_slope += t.slope;
  };
  const auto add_q = [&](const Term& t) {
    result.q += t.value;
    result.q_slope += t.slope;
  };
  const auto add_difference = [&](const Number& value, const Number& slope) {
    result.difference += value;
    result.difference_slope += slope;
  };

  for (const Match& match : matches_) {
    const Term of_q = term(q_, match.q);
    add_q(of_q);
    const LocalQuadratic e = recentred(match.log_ratio, centre - q_.components()[match.q].mean);
    const Number ratio = e.at(result.h);
    if (below_half(ratio)) {
      const Number excess = expm1(ratio);
      Term change;
      change.value = of_q.value * excess;
      change.slope = of_q.slope * excess + (of_q.value + change.value) * e.slope_at(result.h);
      add_p({of_q.value + change.value, of_q.slope + change.slope});
      add_difference(change.value, change.slope);
    } else {
      const Term of_p = term(p_, match.p);
      add_p(of_p);
      add_difference(of_p.value - of_q.value, of_p.slope - of_q.slope);
    }
  }
  for (const std::size_t i : alone_in_p_) {
    const Term t = term(p_, i);
    add_p(t);
    add_difference(t.value, t.slope);
  }
  for (const std::size_t j : alone_in_q_) {
    const Term t = term(q_, j);
    add_q(t);
    add_difference(-t.value, -t.slope);
  }
  return result;
}

template <class Number>
LogRatio<Number> LinePair::log_ratio(const Number& z) const {
  const ScaledPair<Number> both = scaled(z);
  const Number excess = both.difference / both.q;
  if (below_half(excess)) return {log1p(excess), (both.difference_slope - excess * both.q_slope) / both.p};
  const ScaledDensity<Number> of_p = p_.scaled(z);
  const ScaledDensity<Number> of_q = q_.scaled(z);
  const LocalQuadratic exponent = of_p.exponent - of_q.exponent;
  return {exponent.at(of_p.h) + log(of_p.value) - log(of_q.value),
          exponent.slope_at(of_p.h) + of_p.slope / of_p.value - of_q.slope / of_q.value};
}

template ScaledPair<Ball> LinePair::scaled(const Ball&) const;
template ScaledPair<ComplexBall> LinePair::scaled(const ComplexBall&) const;
template LogRatio<Ball> LinePair::log_ratio(const Ball&) const;
template LogRatio<ComplexBall> LinePair::log_ratio(const ComplexBall&) const;

}  // namespace verimix

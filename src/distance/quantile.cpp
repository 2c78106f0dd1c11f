#include "verimix/distance/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

constexpr long coarse_bits = 64;

// Does every tail in the ball have its quantile in the interval? [min(m - sigma), max(m + sigma z)], z = sqrt(2 log
// (1/tail)): at the left end every component has a tail above 0.84 > 3/4, at the right end one of at most tail/2.
Interval first_bracket(const LineMixture& p, const Ball& tail) {
  const Ball reach = sqrt(2 * log(1 / lower_end(tail)));
  std::optional<Interval> bracket;
  for (const LineComponent& component : p.components()) {
    const Ball sigma = sqrt(component.variance);
    const Ball lower = lower_end(component.mean - sigma), upper = upper_end(component.mean + sigma * reach);
    if (!bracket) {
      bracket = Interval{lower, upper};
      continue;
    }
    if (less(lower, bracket->lower) == Truth::yes) bracket->lower = lower;
    if (less(bracket->upper, upper) == Truth::yes) bracket->upper = upper;
  }
  return *bracket;
}

bool lies_within(const Ball& x, const Interval& interval) {
  return less(interval.lower, x) == Truth::yes && less(x, interval.upper) == Truth::yes;
}

// The quantile in rounded arithmetic, to start from; nothing where that fails.
std::optional<Ball> rounded_quantile(const LineMixture& p, const Ball& tail, const Interval& bracket) {
  constexpr double smallest_tail = 1e-290, root_half = 0.70710678118654752, root_two_pi = 2.5066282746310005;
  constexpr int most_steps = 60;
  const double wanted = approximate(tail);
  if (!(wanted > smallest_tail)) return std::nullopt;
  struct Rounded {
    double weight, mean, sigma;
  };
  std::vector<Rounded> components;
  for (const LineComponent& c : p.components())
    components.push_back({approximate(c.weight), approximate(c.mean), std::sqrt(approximate(c.variance))});
  double lower = approximate(bracket.lower), upper = approximate(bracket.upper), x = (lower + upper) / 2;
  for (int step = 0; step < most_steps; ++step) {
    double mass = 0, density = 0;
    for (const Rounded& c : components) {
      const double distance = (x - c.mean) / c.sigma;
      mass += c.weight * std::erfc(distance * root_half) / 2;
      density += c.weight * std::exp(-distance * distance / 2) / (c.sigma * root_two_pi);
    }
    const double residual = std::log(mass / wanted);
    (residual > 0 ? lower : upper) = x;
    double next = x + residual * mass / density;
    if (!(next > lower && next < upper)) next = (lower + upper) / 2;
    const double change = std::abs(next - x);
    x = next;
    if (change <= 0x1p-46 * (std::abs(x) + components.front().sigma)) return Ball(x);
  }
  return std::nullopt;
}

// Shrinks the bracket by Newton steps on log P((x, inf)), by halving where they leave it or are slow; an end moves only
// where the sign is proved. `working` is left at the precision that was needed to see signs near the quantile. Returns
// the last point looked at, close to the quantile.
Ball approach(const LineMixture& p, const Ball& tail, Interval& bracket, long& working) {
  constexpr int most_steps = 400, slow_steps = 5;
  const long bits = BallPrecision::bits();
  const Ball small = sqrt(p.components().front().variance) * Ball(0x1p-32);
  working = std::min(bits, coarse_bits);
  Ball x = midpoint(bracket), halved = length(bracket) / 2;
  for (int step = 0, since_halved = 0; step < most_steps; ++step, ++since_halved) {
    const BallPrecision precision(working);
    const Ball mass = p.upper_tail(x);
    const Ball residual = log(mass / tail);
    const bool left = arb_is_positive(residual.data()) != 0, right = arb_is_negative(residual.data()) != 0;
    if (!left && !right) {
      if (working == bits) break;
      working = bits;
      continue;
    }
    (left ? bracket.lower : bracket.upper) = x;
    if (less(length(bracket), halved) == Truth::yes) {
      halved = length(bracket) / 2;
      since_halved = 0;
    }
    Ball next = centre_of(x + residual * mass / p.density(x));
    const bool newton = is_finite(next) && lies_within(next, bracket);
    const bool arrived = newton && less(abs(next - x), small) == Truth::yes;
    if (!newton || (!arrived && since_halved >= slow_steps)) {
      next = midpoint(bracket);
      since_halved = 0;
    }
    x = next;
    if (arrived || !lies_within(x, bracket)) break;
  }
  return x;
}

// Newton steps that double what is known of x, up to the working precision and from `least_bits` on.
Ball polished(const LineMixture& p, const Ball& tail, Ball x, long least_bits) {
  const long bits = BallPrecision::bits();
  for (long known = coarse_bits * 5 / 8; known < bits; known *= 2) {
    const BallPrecision precision(std::min(bits, std::max(least_bits, 2 * known + coarse_bits / 2)));
    const Ball next = centre_of(x + (p.upper_tail(x) - tail) / p.density(x));
    if (!is_finite(next)) break;
    x = next;
  }
  return x;
}

// An interval around x that the Newton operator of P((x, inf)) - tail maps into itself; nothing if none is found.
std::optional<Ball> verified(const LineMixture& p, const Ball& tail, const Ball& x) {
  constexpr int widenings = 4;
  const Ball residual = p.upper_tail(x) - tail;
  Ball step = 2 * abs(residual / p.density(x));
  for (int attempt = 0; attempt < widenings && is_finite(step); ++attempt) {
    const Ball around = widened(x, step);
    const Ball image = x + residual / p.density(around);
    if (is_finite(image) && contains(around, image)) return image;
    step = 4 * step;
  }
  return std::nullopt;
}

// The bracket with each end moved as close to x as its sign can be proved, by distances that grow 16 fold.
Interval tightened(const LineMixture& p, const Ball& tail, const Ball& x, Interval bracket) {
  Ball step = sqrt(p.components().front().variance);
  arb_mul_2exp_si(step.data(), step.data(), -BallPrecision::bits());
  bool left_found = false, right_found = false;
  while (!left_found || !right_found) {
    const Ball left = centre_of(x - step), right = centre_of(x + step);
    if (!left_found && lies_within(left, bracket) && less(tail, p.upper_tail(left)) == Truth::yes) {
      bracket.lower = left;
      left_found = true;
    }
    if (!right_found && lies_within(right, bracket) && less(p.upper_tail(right), tail) == Truth::yes) {
      bracket.upper = right;
      right_found = true;
    }
    if (!lies_within(left, bracket) && !lies_within(right, bracket)) break;
    arb_mul_2exp_si(step.data(), step.data(), 4);
  }
  return bracket;
}

Ball at_side(const LineMixture& p, Side side, const Ball& tail) {
  const Ball x = upper_tail_quantile(towards(side, p), tail);
  return side == Side::right ? x : -x;
}

// 0 where the quantile x is certainly larger than sigma in size, else a number so that sigma < x + shift: relative
// digits may be asked of x + shift.
Ball away_from_zero(const LineLaw& law, Side side, const Rational& tail) {
  constexpr long most_bits = 4096;
  for (long bits = coarse_bits;; bits *= 2) {
    const BallPrecision precision(bits);
    const LineMixture p(law);
    const Ball sigma = sqrt(p.components().front().variance);
    const Ball x = at_side(p, side, from_rational<Ball>(tail));
    if (less(sigma, abs(x)) == Truth::yes) return Ball(0);
    if (4 * radius_upper(x) < approximate(sigma) || bits >= most_bits) return centre_of(2 * sigma + upper_end(abs(x)));
  }
}

}  // namespace

Ball upper_tail_quantile(const LineMixture& p, const Ball& tail) {
  if (arb_is_positive(tail.data()) == 0 || less(4 * tail, Ball(3)) != Truth::yes)
    throw UndecidedError("a quantile: the probability is not certainly between 0 and 3/4 at this precision");
  Interval bracket = first_bracket(p, tail);
  if (const std::optional<Ball> start = rounded_quantile(p, tail, bracket))
    if (const std::optional<Ball> image = verified(p, tail, polished(p, tail, *start, coarse_bits))) return *image;
  long seen_with_bits = 0;
  const Ball near = approach(p, tail, bracket, seen_with_bits);
  const Ball x = polished(p, tail, near, seen_with_bits);
  if (const std::optional<Ball> image = verified(p, tail, x)) return *image;
  return hull(tightened(p, tail, x, bracket));
}

LadderResult certified_probability(const LineLaw& p, Side side, const Rational& x, int digits,
                                   const LadderBudget& budget) {
  return climb_precision(
      digits,
      [&](const Rung&) {
        const LineMixture mixture(p);
        const Ball at = from_rational<Ball>(x);
        return side == Side::right ? mixture.upper_tail(at) : mixture.cdf(at);
      },
      budget);
}

LadderResult certified_quantile(const LineLaw& p, Side side, const Rational& probability, int digits,
                                const LadderBudget& budget) {
  if (probability <= 0 || probability >= 1)
    throw InputError("", "probability", to_text(probability), "a number above 0 and below 1");
  const bool upper_half = probability > Rational(1, 2);
  const Side seen = upper_half ? (side == Side::right ? Side::left : Side::right) : side;
  const Rational tail = upper_half ? Rational(1 - probability) : probability;
  const Ball shift = away_from_zero(p, seen, tail);
  constexpr int spare_digits = 1;
  LadderResult result = climb_precision(
      digits + spare_digits,
      [&](const Rung&) { return at_side(LineMixture(p), seen, from_rational<Ball>(tail)) + shift; }, budget);
  const BallPrecision precision(result.bits);
  result.value -= shift;
  return result;
}

}  // namespace verimix

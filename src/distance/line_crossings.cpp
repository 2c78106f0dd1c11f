#include "verimix/distance/line_crossings.hpp"

#include <algorithm>
#include <cmath>

#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

namespace verimix {
namespace {

struct SignedComponent {
  Rational coefficient, mean, variance;
};

// p - q as distinct Gaussians with coefficients that are not 0, on the line seen from the side.
std::vector<SignedComponent> signed_components(const LinePair& pair, Side side) {
  std::vector<SignedComponent> terms;
  const auto add = [&](const LineLaw& law, int sign) {
    for (const LineLaw::Component& component : law.components()) {
      const Rational mean = side == Side::right ? component.mean : Rational(-component.mean);
      const auto same = std::find_if(terms.begin(), terms.end(), [&](const SignedComponent& other) {
        return other.mean == mean && other.variance == component.variance;
      });
      if (same == terms.end())
        terms.push_back({sign * component.weight, mean, component.variance});
      else
        same->coefficient += sign * component.weight;
    }
  };
  add(pair.p_law(), 1);
  add(pair.q_law(), -1);
  std::erase_if(terms, [](const SignedComponent& term) { return term.coefficient == 0; });
  return terms;
}

// The stretch of the line that has to be searched: up to where the sign is settled, or to where the tail is small.
void choose_search(const LinePair& pair, const TailBound& tail, const Ball& target, LineCrossings& found) {
  const Cuts cuts = cut_tails({&pair.p(), &pair.q()}, tail, target);
  const Ball left = -sign_settled_beyond(pair, Side::left);
  const Ball right = sign_settled_beyond(pair, Side::right);
  found.left_settled = less(cuts.inside.lower, left) == Truth::yes && less(left, cuts.inside.upper) == Truth::yes;
  found.right_settled = less(right, cuts.inside.upper) == Truth::yes && less(cuts.inside.lower, right) == Truth::yes;
  if (found.left_settled && found.right_settled && less(left, right) != Truth::yes) found.left_settled = false;
  found.searched = {found.left_settled ? left : cuts.inside.lower, found.right_settled ? right : cuts.inside.upper};
  if (!found.left_settled) found.left_tail = cuts.left_tail;
  if (!found.right_settled) found.right_tail = cuts.right_tail;
}

}  // namespace

Ball sign_settled_beyond(const LinePair& pair, Side side) {
  const std::vector<SignedComponent> terms = signed_components(pair, side);
  require_invariant(!terms.empty(), "the laws differ");
  const Ball time = from_rational<Ball>(pair.p_law().time());
  const Ball scale = signal_scale(time), noise = pair.p_law().added_variance();
  const auto variance = [&](const SignedComponent& term) {
    return scale * scale * from_rational<Ball>(term.variance) + noise;
  };
  const auto& dominant = *std::max_element(terms.begin(), terms.end(), [](const auto& a, const auto& b) {
    return a.variance != b.variance ? a.variance < b.variance : a.mean < b.mean;
  });
  const Ball widest = variance(dominant);
  Ball farthest = 0;
  for (const SignedComponent& term : terms) {
    if (&term == &dominant) continue;
    // log of n times the ratio of the two terms at u = x - (mean of the dominant): constant + slope u - curvature u^2.
    const Ball own = variance(term);
    const Ball shift = scale * from_rational<Ball>(term.mean - dominant.mean);
    const Ball ratio = from_rational<Ball>(term.coefficient / dominant.coefficient);
    const Ball constant =
        log(static_cast<long>(terms.size()) * abs(ratio) * sqrt(widest / own)) - shift * shift / (2 * own);
    const Ball slope = shift / own;
    Ball beyond;
    if (term.variance == dominant.variance) {
      beyond = -constant / slope;
    } else {
      const Ball curvature =
          scale * scale * from_rational<Ball>(dominant.variance - term.variance) / (2 * own * widest);
      Ball discriminant = slope * slope + 4 * curvature * constant;
      arb_nonnegative_part(discriminant.data(), discriminant.data());
      beyond = (slope + sqrt(discriminant)) / (2 * curvature);
    }
    arb_max(farthest.data(), farthest.data(), beyond.data(), BallPrecision::bits());
  }
  return upper_end(scale * from_rational<Ball>(dominant.mean) + farthest);
}

LineCrossings line_crossings(const LinePair& pair, const TailBound& tail, const Ball& target) {
  constexpr long spare = 4;
  LineCrossings found;
  choose_search(pair, tail, target, found);
  RootSearch search;
  search.shortest = smallest_deviation(pair);
  // The error left by a place shrinks with the square of its length, so half the bits are enough.
  arb_mul_2exp_si(search.shortest.data(), search.shortest.data(), -BallPrecision::bits() / 2 - spare);
  found.crossings = isolate_roots(
      [&](const Ball& x) {
        LogRatio<Ball> at = pair.log_ratio(x);
        return ValueAndSlope{std::move(at.value), std::move(at.slope)};
      },
      found.searched, search);
  return found;
}

int density_sign(const LinePair& pair, const Ball& x) {
  const Ball ratio = pair.log_ratio(x).value;
  if (!is_finite(ratio)) return 0;
  return arb_is_positive(ratio.data()) != 0 ? 1 : arb_is_negative(ratio.data()) != 0 ? -1 : 0;
}

Ball distribution_difference(const LinePair& pair, const Ball& x) {
  const Ball below = pair.p().cdf(x);
  if (approximate(below) < 0.5) return below - pair.q().cdf(x);
  return pair.q().upper_tail(x) - pair.p().upper_tail(x);
}

Ball smallest_deviation(const LinePair& pair) {
  Ball smallest = pair.p().components().front().variance;
  for (const LineMixture* mixture : {&pair.p(), &pair.q()})
    for (const LineComponent& component : mixture->components())
      if (approximate(component.variance) < approximate(smallest)) smallest = component.variance;
  return centre_of(sqrt(smallest));
}

long bits_below_one(const Ball& guess) {
  constexpr double most = 1e5;
  mag_t size;
  mag_init(size);
  arb_get_mag(size, guess.data());
  const double exponent = mag_get_d_log2_approx(size);
  mag_clear(size);
  return std::isfinite(exponent) ? static_cast<long>(std::clamp(-exponent, 0.0, most)) : 0;
}

long bits_lost_by_closeness(const LineLaw& p, const LineLaw& q) try {
  constexpr long guessing_bits = 64;
  const BallPrecision precision(guessing_bits);
  const LinePair pair(p, q);
  return bits_below_one(
      rough_integral({&pair.p(), &pair.q()}, [&](const Ball& x) { return abs(pair.scaled(x).difference); }));
} catch (const UndecidedError&) {
  return 0;  // the ladder finds out
}

}  // namespace verimix

#include "verimix/distance/total_variation.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif

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

Ball upper_end(const Ball& x) {
  Ball end;
  arb_get_ubound_arf(arb_midref(end.data()), x.data(), BallPrecision::bits());
  return end;
}

// half the complementary error function of |x - m| / sqrt(2 v): the tail of the component beyond x, away from its mean.
struct CutComponent {
  Ball tail;
  bool above_mean;
};

std::vector<CutComponent> cut_components(const LineMixture& mixture, const Ball& x) {
  std::vector<CutComponent> result;
  for (const LineComponent& component : mixture.components()) {
    const Ball distance = (x - component.mean) / sqrt(2 * component.variance);
    CutComponent cut;
    cut.above_mean = approximate(distance) >= 0;
    arb_hypgeom_erfc(cut.tail.data(), (cut.above_mean ? distance : -distance).data(), BallPrecision::bits());
    arb_mul_2exp_si(cut.tail.data(), cut.tail.data(), -1);
    result.push_back(std::move(cut));
  }
  return result;
}

// The mass of the mixture between two cuts.
Ball mass(const LineMixture& mixture, const std::vector<CutComponent>& from, const std::vector<CutComponent>& to) {
  Ball sum;
  for (std::size_t i = 0; i < from.size(); ++i) {
    // The tails at both cuts, the sides taken as they are: ends of balls that touch may come in either order.
    Ball part;
    if (from[i].above_mean == to[i].above_mean)
      part = from[i].above_mean ? from[i].tail - to[i].tail : to[i].tail - from[i].tail;
    else
      part = from[i].above_mean ? from[i].tail + to[i].tail - 1 : 1 - from[i].tail - to[i].tail;
    sum += mixture.components()[i].weight * part;
  }
  return sum;
}

std::vector<CutComponent> infinite_cut(const LineMixture& mixture, bool above) {
  return std::vector<CutComponent>(mixture.components().size(), CutComponent{Ball(0), above});
}

// A bound on int |p - q| over the interval.
Ball difference_bound(const LinePair& pair, const Interval& interval) {
  const Ball x = hull(interval);
  const ScaledPair<Ball> at = pair.scaled(x);
  return length(interval) * abs(at.difference) * exp(at.exponent.at(at.h));
}

class Regions {
 public:
  Regions(const LinePair& pair, const Ball& tails) : pair_(pair), error_(tails) {}

  // One region ends at `x`; p - q has the sign on it except on what was added to the error.
  void close(const Ball& x, int sign) { add(cut_components(pair_.p(), x), cut_components(pair_.q(), x), sign); }
  void close_at_infinity(int sign) { add(infinite_cut(pair_.p(), true), infinite_cut(pair_.q(), true), sign); }
  void add_error(const Ball& error) { error_ += error; }

  Ball distance() const { return widened(distance_, error_); }
  Ball overlap() const { return widened(overlap_, error_); }

 private:
  void add(std::vector<CutComponent> p, std::vector<CutComponent> q, int sign) {
    const Ball of_p = mass(pair_.p(), last_p_, p);
    const Ball of_q = mass(pair_.q(), last_q_, q);
    if (sign > 0) distance_ += of_p - of_q;
    overlap_ += sign > 0 ? of_q : of_p;
    last_p_ = std::move(p);
    last_q_ = std::move(q);
  }

  const LinePair& pair_;
  std::vector<CutComponent> last_p_ = infinite_cut(pair_.p(), false);
  std::vector<CutComponent> last_q_ = infinite_cut(pair_.q(), false);
  Ball distance_, overlap_, error_;
};

// The sign of p - q at a point: 1, -1, or 0 where it cannot be told.
int sign_at(const LinePair& pair, const Ball& x) {
  const Ball ratio = pair.log_ratio(x).value;
  if (!is_finite(ratio)) return 0;
  return arb_is_positive(ratio.data()) != 0 ? 1 : arb_is_negative(ratio.data()) != 0 ? -1 : 0;
}

// The sign on the gap from `from` to `to`, what cannot be told goes into the error. A gap at a settled end stands for
// all of the line beyond it, so that its sign has to be known.
int sign_of_gap(const LinePair& pair, const Interval& gap, const Ball* settled_end, Regions& regions) {
  if (settled_end != nullptr) {
    const int sign = sign_at(pair, *settled_end);
    if (sign == 0) throw UndecidedError("tv: the sign of p - q far out is not seen at this precision");
    return sign;
  }
  if (less(gap.lower, gap.upper) != Truth::yes) return 1;
  const int sign = sign_at(pair, midpoint(gap));
  if (sign == 0) regions.add_error(difference_bound(pair, gap));
  return sign;
}

void place_regions(const LinePair& pair, const TotalVariation& found, Regions& regions) {
  Ball from = found.searched.lower;
  for (std::size_t i = 0; i <= found.crossings.size(); ++i) {
    const bool last = i == found.crossings.size();
    const Ball to = last ? found.searched.upper : found.crossings[i].place.lower;
    const Ball* settled_end = i == 0 && found.left_settled  ? &found.searched.lower
                              : last && found.right_settled ? &found.searched.upper
                                                            : nullptr;
    const int sign = sign_of_gap(pair, {from, to}, settled_end, regions);
    if (last) {
      regions.close_at_infinity(sign);
    } else {
      const Interval& place = found.crossings[i].place;
      regions.add_error(difference_bound(pair, place));
      regions.close(midpoint(place), sign);
      from = place.upper;
    }
  }
}

// The stretch of the line that has to be searched: up to where the sign is settled, or to where no mass is left.
Ball choose_search(const LinePair& pair, const Ball& target, TotalVariation& found) {
  const auto tail = [&](Side side, const Ball& cut) {
    return towards(side, pair.p()).upper_tail(cut) + towards(side, pair.q()).upper_tail(cut);
  };
  const Cuts cuts = cut_tails({&pair.p(), &pair.q()}, tail, target);
  const Ball left = -sign_settled_beyond(pair, Side::left);
  const Ball right = sign_settled_beyond(pair, Side::right);
  found.left_settled = less(cuts.inside.lower, left) == Truth::yes && less(left, cuts.inside.upper) == Truth::yes;
  found.right_settled = less(right, cuts.inside.upper) == Truth::yes && less(cuts.inside.lower, right) == Truth::yes;
  if (found.left_settled && found.right_settled && less(left, right) != Truth::yes) found.left_settled = false;
  found.searched = {found.left_settled ? left : cuts.inside.lower, found.right_settled ? right : cuts.inside.upper};
  return (found.left_settled ? Ball(0) : cuts.left_tail) + (found.right_settled ? Ball(0) : cuts.right_tail);
}

Ball smallest_deviation(const LinePair& pair) {
  Ball smallest = pair.p().components().front().variance;
  for (const LineMixture* mixture : {&pair.p(), &pair.q()})
    for (const LineComponent& component : mixture->components())
      if (approximate(component.variance) < approximate(smallest)) smallest = component.variance;
  return centre_of(sqrt(smallest));
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

TotalVariation total_variation(const LinePair& pair, long goal_bits) {
  constexpr long spare = 4;
  const Ball guess =
      rough_integral({&pair.p(), &pair.q()}, [&](const Ball& x) { return abs(pair.scaled(x).difference); });
  Ball target = guess;
  arb_mul_2exp_si(target.data(), target.data(), -goal_bits - spare);

  TotalVariation found;
  const Ball tails = choose_search(pair, target, found);
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

  Regions regions(pair, tails);
  place_regions(pair, found, regions);
  found.distance = regions.distance();
  found.overlap = regions.overlap();
  return found;
}

namespace {

// -log2 of a guess at an integral, at least 0: what it costs to know it next to masses of order 1. It only steers.
long bits_below_one(const Ball& guess) {
  constexpr double most = 1e5;
  mag_t size;
  mag_init(size);
  arb_get_mag(size, guess.data());
  const double exponent = mag_get_d_log2_approx(size);
  mag_clear(size);
  return std::isfinite(exponent) ? static_cast<long>(std::clamp(-exponent, 0.0, most)) : 0;
}

constexpr long guessing_bits = 64;

long bits_of_distance(const LineLaw& p, const LineLaw& q) try {
  const BallPrecision precision(guessing_bits);
  const LinePair pair(p, q);
  return bits_below_one(
      rough_integral({&pair.p(), &pair.q()}, [&](const Ball& x) { return abs(pair.scaled(x).difference); }));
} catch (const UndecidedError&) {
  return 0;  // the ladder finds out
}

// From the largest min(p, q) between two components.
long bits_of_overlap(const LineLaw& p, const LineLaw& q) {
  constexpr long steps = 16;
  const BallPrecision precision(guessing_bits);
  const LineMixture of_p(p), of_q(q);
  Ball largest;
  for (const LineComponent& a : of_p.components())
    for (const LineComponent& b : of_q.components())
      for (long step = 0; step <= steps; ++step) {
        const Ball x = centre_of(a.mean + (b.mean - a.mean) * Ball(step) / steps);
        Ball least;
        arb_min(least.data(), of_p.density(x).data(), of_q.density(x).data(), BallPrecision::bits());
        arb_max(largest.data(), largest.data(), least.data(), BallPrecision::bits());
      }
  return bits_below_one(largest);
}

// The ladder with `more` bits on every rung, which its budget counts as well.
LadderResult climb_with(long more, int digits, const std::function<Ball(long goal_bits)>& enclose,
                        LadderBudget budget) {
  if (budget.bits > 0) budget.bits = std::max(budget.bits - more, 2L);
  LadderResult result = climb_precision(
      digits,
      [&](const Rung& rung) {
        const BallPrecision precision(rung.bits + more);
        return enclose(rung.goal_bits);
      },
      budget);
  result.bits += more;
  return result;
}

}  // namespace

LadderResult certified_total_variation(const LineLaw& p, const LineLaw& q, int digits, const LadderBudget& budget) {
  if (p == q) return {Ball(0), true, BallPrecision::bits()};
  const long lost = bits_of_distance(p, q);
  return climb_with(
      lost, digits, [&](long goal_bits) { return total_variation(LinePair(p, q), goal_bits).distance; }, budget);
}

LadderResult certified_overlap(const LineLaw& p, const LineLaw& q, int digits, const LadderBudget& budget) {
  if (p == q) return {Ball(1), true, BallPrecision::bits()};
  // The tails are cut in proportion to the distance, which is about 1 where the overlap is small.
  const long below = bits_of_overlap(p, q);
  return climb_with(
      below, digits, [&](long goal_bits) { return total_variation(LinePair(p, q), goal_bits + below).overlap; },
      budget);
}

}  // namespace verimix

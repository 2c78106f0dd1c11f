#include "verimix/distance/total_variation.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "verimix/core/error.hpp"
#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif

namespace verimix {
namespace {

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

// The sign on the gap from `from` to `to`, what cannot be told goes into the error. A gap at a settled end stands for
// all of the line beyond it, so that its sign has to be known.
int sign_of_gap(const LinePair& pair, const Interval& gap, const Ball* settled_end, Regions& regions) {
  if (settled_end != nullptr) {
    const int sign = density_sign(pair, *settled_end);
    if (sign == 0) throw UndecidedError("tv: the sign of p - q far out is not seen at this precision");
    return sign;
  }
  if (less(gap.lower, gap.upper) != Truth::yes) return 1;
  const int sign = density_sign(pair, midpoint(gap));
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

}  // namespace

TotalVariation total_variation(const LinePair& pair, long goal_bits) {
  constexpr long spare = 4;
  Ball target = rough_integral({&pair.p(), &pair.q()}, [&](const Ball& x) { return abs(pair.scaled(x).difference); });
  arb_mul_2exp_si(target.data(), target.data(), -goal_bits - spare);
  const auto tail = [&](Side side, const Ball& cut) {
    return towards(side, pair.p()).upper_tail(cut) + towards(side, pair.q()).upper_tail(cut);
  };
  return total_variation(pair, line_crossings(pair, tail, target));
}

TotalVariation total_variation(const LinePair& pair, const LineCrossings& crossings) {
  TotalVariation found{crossings, {}, {}};
  Regions regions(pair, found.left_tail + found.right_tail);
  place_regions(pair, found, regions);
  found.distance = regions.distance();
  found.overlap = regions.overlap();
  return found;
}

namespace {

// From the largest min(p, q) between two components.
long bits_of_overlap(const LineLaw& p, const LineLaw& q) {
  constexpr long steps = 16, guessing_bits = 64;
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

}  // namespace

LadderResult certified_total_variation(const LineLaw& p, const LineLaw& q, int digits, const LadderBudget& budget) {
  if (p == q) return {Ball(0), true, BallPrecision::bits()};
  const long lost = bits_lost_by_closeness(p, q);
  return climb_precision(
      digits, lost, [&](long goal_bits) { return total_variation(LinePair(p, q), goal_bits).distance; }, budget);
}

LadderResult certified_overlap(const LineLaw& p, const LineLaw& q, int digits, const LadderBudget& budget) {
  if (p == q) return {Ball(1), true, BallPrecision::bits()};
  // The tails are cut in proportion to the distance, which is about 1 where the overlap is small.
  const long below = bits_of_overlap(p, q);
  return climb_precision(
      digits, below, [&](long goal_bits) { return total_variation(LinePair(p, q), goal_bits + below).overlap; },
      budget);
}

}  // namespace verimix

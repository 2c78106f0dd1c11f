#include "verimix/distance/wasserstein_line.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "verimix/core/error.hpp"
#include "verimix/distance/line_crossings.hpp"

namespace verimix {
namespace {

constexpr long spare_difference_bits = 5;

int sign_of(const Ball& x) { return arb_is_positive(x.data()) != 0 ? 1 : arb_is_negative(x.data()) != 0 ? -1 : 0; }

// D = F - G and D' = p - q on x; on a wide ball D from its value at the centre, by the mean-value theorem.
ValueAndSlope difference_on(const LinePair& pair, const Ball& x) {
  const ScaledPair<Ball> at = pair.scaled(x);
  const Ball slope = at.difference * exp(at.exponent.at(at.h));
  if (is_point(x)) return {distribution_difference(pair, x), slope};
  const Ball centre = centre_of(x);
  return {distribution_difference(pair, centre) + slope * (x - centre), slope};
}

// int_-inf^x D = E (x - X)_+ - E (x - Y)_+.
Ball antiderivative(const LinePair& pair, const Ball& x) {
  const BallPolynomial rise = {x, Ball(1)};
  return upper_tail_integral(towards(Side::left, pair.p()), rise, -x) -
         upper_tail_integral(towards(Side::left, pair.q()), rise, -x);
}

// Adds up int |D| from left to right, as the integral of D times the sign it is given on each region; what that may
// get wrong is added to the error.
class SignedRegions {
 public:
  SignedRegions(const LinePair& pair, const LineCrossings& found)
      : pair_(pair), found_(found), error_(found.left_tail + found.right_tail) {
    if (!found.left_settled) last_ = antiderivative(pair, found.searched.lower);
  }

  Ball run() {
    Ball from = found_.searched.lower;
    for (std::size_t i = 0; i <= found_.crossings.size(); ++i) {
      const bool last = i == found_.crossings.size();
      const Interval gap{from, last ? found_.searched.upper : found_.crossings[i].place.lower};
      add_gap(gap, i == 0 && found_.left_settled, last && found_.right_settled);
      if (last) break;
      add_crossing(found_.crossings[i].place);
      from = found_.crossings[i].place.upper;
    }
    const Ball end = found_.right_settled
                         ? whole_integral(pair_.q(), {Ball(0), Ball(1)}) - whole_integral(pair_.p(), {Ball(0), Ball(1)})
                         : antiderivative(pair_, found_.searched.upper);
    close(end);
    return widened(sum_, error_);
  }

 private:
  void close(const Ball& value) {
    sum_ += sign_ * (value - last_);
    last_ = value;
  }
  void turn(int sign, const Ball& x) {
    if (sign_ != 0 && sign_ != sign) close(antiderivative(pair_, x));
    sign_ = sign;
  }

  // p - q has one sign on the gap, so D is monotone there; on a settled side it goes on so up to infinity, where D is
  // 0.
  void add_gap(const Interval& gap, bool from_infinity, bool to_infinity) {
    if (from_infinity || to_infinity) {
      const int sign = density_sign(pair_, from_infinity ? found_.searched.lower : found_.searched.upper);
      if (sign == 0) throw UndecidedError("wasserstein1: the sign of p - q far out is not seen at this precision");
      turn(from_infinity ? sign : -sign, gap.lower);
      return;
    }
    if (less(gap.lower, gap.upper) != Truth::yes) return;
    const Ball at_lower = distribution_difference(pair_, gap.lower);
    const Ball at_upper = distribution_difference(pair_, gap.upper);
    const int lower = sign_of(at_lower), upper = sign_of(at_upper);
    if (lower * upper < 0) {
      turn(lower, gap.lower);
      add_zero(gap, upper);
      return;
    }
    turn(lower != 0 ? lower : upper != 0 ? upper : 1, gap.lower);
    // Where the sign is wrong, |D| is at most its size at an end whose sign cannot be told.
    Ball most;
    if (lower == 0) most = abs(at_lower);
    if (upper == 0) arb_max(most.data(), most.data(), abs(at_upper).data(), BallPrecision::bits());
    error_ += 2 * length(gap) * most;
  }

  // The only zero of D in the gap, where its sign turns to `after`.
  void add_zero(const Interval& gap, int after) {
    RootSearch search;
    search.shortest = smallest_deviation(pair_);
    arb_mul_2exp_si(search.shortest.data(), search.shortest.data(), -BallPrecision::bits() / 2 - spare_difference_bits);
    const std::vector<Root> places = isolate_roots([&](const Ball& x) { return difference_on(pair_, x); }, gap, search);
    require_invariant(!places.empty(), "a function that changes its sign has a zero");
    const Interval place{places.front().place.lower, places.back().place.upper};
    turn(after, midpoint(place));
    error_ += 2 * length(place) * abs(difference_on(pair_, hull(place)).value);
  }

  // A place of zeros of p - q: paid for unless D certainly keeps its sign there.
  void add_crossing(const Interval& place) {
    const Ball value = difference_on(pair_, hull(place)).value;
    const int sign = sign_of(value);
    if (sign == 0)
      error_ += 2 * length(place) * abs(value);
    else
      turn(sign, midpoint(place));
  }

  const LinePair& pair_;
  const LineCrossings& found_;
  Ball error_, sum_, last_;
  int sign_ = 0;
};

// An exact number of the size of the guess, times 2^(-goal - spare).
Ball target_of(Ball guess, long goal_bits) {
  arb_mul_2exp_si(guess.data(), guess.data(), -goal_bits - spare_difference_bits);
  return guess;
}

// A guess needs no more bits than cancel.
long guessing_bits(long goal_bits) {
  constexpr long enough = 64;
  return std::max(enough, BallPrecision::bits() - goal_bits + enough / 2);
}

}  // namespace

Ball line_wasserstein1(const LinePair& pair, long goal_bits) {
  const Ball guess = [&] {
    const BallPrecision precision(guessing_bits(goal_bits));
    return rough_integral({&pair.p(), &pair.q()}, [&](const Ball& x) { return abs(distribution_difference(pair, x)); });
  }();
  // int_B^inf |F - G| <= E (X - B)_+ + E (Y - B)_+.
  const auto tail = [&](Side side, const Ball& cut) {
    const BallPolynomial rise = {-cut, Ball(1)};
    return upper_tail_integral(towards(side, pair.p()), rise, cut) +
           upper_tail_integral(towards(side, pair.q()), rise, cut);
  };
  return SignedRegions(pair, line_crossings(pair, tail, target_of(guess, goal_bits))).run();
}

Ball line_wasserstein2_squared(const LinePair& pair, long goal_bits) {
  const TransportMap map(pair);
  const Ball guess = [&] {
    const BallPrecision precision(guessing_bits(goal_bits));
    return rough_integral({&pair.p()}, [&](const Ball& x) {
      const Ball displacement = map.displacement(x);
      return displacement * displacement * pair.p().density(x);
    });
  }();
  const Ball target = target_of(guess, goal_bits);
  const Cuts cuts = cut_tails(
      {&pair.p()}, [&](Side side, const Ball& cut) { return map.tail(side, cut); }, target);
  IntegralGoal goal;
  goal.absolute_goal = target;
  goal.relative_bits = goal_bits + spare_difference_bits;
  return transport_cost(map, cuts, goal);
}

Ball transport_cost(const TransportMap& map, const Cuts& cuts, IntegralGoal goal) {
  const TransportMap back = map.reversed();
  const Ball half = (cuts.left_tail + cuts.right_tail) / 2;  // each tail lies between 0 and its bound
  Ball sum = half;
  const std::vector<TransportMap::Piece> pieces = map.pieces(cuts.inside);
  goal.absolute_goal /= static_cast<long>(pieces.size());
  for (const TransportMap::Piece& piece : pieces) {
    const TransportMap& along = piece.from_q ? back : map;
    sum += integrate([&](const ComplexBall& z, bool holomorphic) { return along.cost_density(z, holomorphic); },
                     piece.lower, piece.upper, goal)
               .value;
  }
  return widened(sum, half);
}

LadderResult certified_wasserstein1(const LineLaw& p, const LineLaw& q, int digits, const LadderBudget& budget) {
  if (p == q) return {Ball(0), true, BallPrecision::bits()};
  return climb_precision(
      digits, bits_lost_by_closeness(p, q),
      [&](long goal_bits) { return line_wasserstein1(LinePair(p, q), goal_bits); }, budget);
}

LadderResult certified_wasserstein2(const LineLaw& p, const LineLaw& q, int digits, const LadderBudget& budget) {
  if (p == q) return {Ball(0), true, BallPrecision::bits()};
  return climb_precision(
      digits, bits_lost_by_closeness(p, q),
      [&](long goal_bits) {
        const Ball squared = line_wasserstein2_squared(LinePair(p, q), goal_bits);
        Ball root;
        arb_nonnegative_part(root.data(), squared.data());
        arb_sqrtpos(root.data(), root.data(), BallPrecision::bits());
        return root;
      },
      budget);
}

}  // namespace verimix

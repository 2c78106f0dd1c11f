#include "verimix/distance/line_information.hpp"

#include <algorithm>

#include "verimix/core/error.hpp"
#include "verimix/core/integral.hpp"
#include "verimix/distance/divergence.hpp"

namespace verimix {
namespace {

using Cell = PiecewisePolynomial::Cell;

constexpr long spare_bits = 5;

BallPolynomial rounded(const std::vector<Rational>& coefficients) {
  BallPolynomial result;
  for (const Rational& c : coefficients) result.push_back(from_rational<Ball>(c));
  return result;
}

template <class Number>
Number value_at(const BallPolynomial& polynomial, const Number& x) {
  Number value = 0;
  for (std::size_t j = polynomial.size(); j-- > 0;) value = value * x + Number(polynomial[j]);
  return value;
}

BallPolynomial squared(const BallPolynomial& a) {
  BallPolynomial square(a.empty() ? 0 : 2 * a.size() - 1);
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < a.size(); ++j) square[i + j] += a[i] * a[j];
  return square;
}

BallPolynomial reflected(BallPolynomial polynomial) {
  for (std::size_t j = 1; j < polynomial.size(); j += 2) polynomial[j] = -polynomial[j];
  return polynomial;
}

// (s - g)^2 p; g = 0 for no coefficients.
template <class Number>
Number error_density(const LineMixture& p, const BallPolynomial& g, const Number& z) {
  const ScaledDensity<Number> at = p.scaled(z);
  const Number error = at.slope / at.value + at.exponent.slope_at(at.h) - value_at(g, z);
  return error * error * at.value * exp(at.exponent.at(at.h));
}

// A cell with the part of it that is inside the cuts.
struct Piece {
  Ball lower, upper;
  BallPolynomial g;
};

// Is what a cell says of (cut, inf) of interest? Unknown counts.
bool reaches_beyond(const Cell& cell, Side side, const Ball& cut) {
  const std::optional<Rational>& end = side == Side::right ? cell.upper : cell.lower;
  if (!end) return true;
  const Ball x = from_rational<Ball>(*end);
  return less(side == Side::right ? x : -x, cut) != Truth::yes;
}

// int p (s - g)^2 <= 2 int p s^2 + 2 int p g^2, each g that occurs beyond the cut taken over all of (cut, inf).
Ball error_tail(const LineMixture& p, const std::vector<Cell>& cells, Side side, const Ball& cut) {
  Ball bound = information_tail(p, side, cut);
  for (const Cell& cell : cells) {
    if (!reaches_beyond(cell, side, cut)) continue;
    const BallPolynomial g = rounded(cell.coefficients);
    bound += upper_tail_integral(towards(side, p), squared(side == Side::right ? g : reflected(g)), cut);
  }
  return 2 * bound;
}

std::vector<Piece> pieces_inside(const std::vector<Cell>& cells, const Interval& inside) {
  std::vector<Piece> pieces;
  for (const Cell& cell : cells) {
    Ball lower = inside.lower, upper = inside.upper;
    if (cell.lower) arb_max(lower.data(), lower.data(), from_rational<Ball>(*cell.lower).data(), BallPrecision::bits());
    if (cell.upper) arb_min(upper.data(), upper.data(), from_rational<Ball>(*cell.upper).data(), BallPrecision::bits());
    if (less(lower, upper) != Truth::no) pieces.push_back({lower, upper, rounded(cell.coefficients)});
  }
  return pieces;
}

// Where the integral may live: around the components, and next to the ends of the cells.
std::vector<Ball> likely_places(const LineMixture& p, const std::vector<Cell>& cells) {
  constexpr int farthest = 4;
  std::vector<Ball> places;
  for (const LineComponent& component : p.components()) {
    const Ball sigma = sqrt(component.variance);
    for (int step = -farthest; step <= farthest; ++step) places.push_back(centre_of(component.mean + step * sigma));
  }
  const Ball step = sqrt(p.components().front().variance) / 8;
  for (const Cell& cell : cells) {
    if (cell.lower) places.push_back(centre_of(from_rational<Ball>(*cell.lower) + step));
    if (cell.upper) places.push_back(centre_of(from_rational<Ball>(*cell.upper) - step));
  }
  return places;
}

// A guess at the integral: it steers tolerances and is no part of an enclosure.
Ball guess(const LineMixture& p, const std::vector<Cell>& cells) {
  const Ball sigma = sqrt(p.components().front().variance), far(0x1p500);
  const std::vector<Piece> pieces = pieces_inside(cells, {-far, far});
  Ball largest;
  for (const Ball& x : likely_places(p, cells))
    for (const Piece& piece : pieces)
      if (less(piece.lower, x) == Truth::yes && less(x, piece.upper) == Truth::yes) {
        const Ball value = error_density(p, piece.g, x) * sigma;
        if (arb_is_positive(value.data()) != 0) largest = larger_midpoint(largest, value);
      }
  if (arb_is_positive(largest.data()) == 0)
    throw UndecidedError("the function and the score cannot be told apart at this precision");
  return centre_of(largest);
}

// The integral over the line, with proved tails.
Ball expectation(const LineMixture& p, const std::vector<Cell>& cells, const TailBound& tail, long goal_bits) {
  Ball target = guess(p, cells);
  arb_mul_2exp_si(target.data(), target.data(), -goal_bits - spare_bits);
  const Cuts cuts = cut_tails({&p}, tail, target);
  IntegralGoal goal;
  goal.relative_bits = goal_bits + spare_bits;
  const Ball half = (cuts.left_tail + cuts.right_tail) / 2;  // each tail lies between 0 and its bound
  Ball sum = half;
  const std::vector<Piece> pieces = pieces_inside(cells, cuts.inside);
  goal.absolute_goal = target / static_cast<long>(pieces.size());
  for (const Piece& piece : pieces) {
    const auto integrand = [&](const ComplexBall& z, bool) -> ComplexBall {
      if (is_point(z)) return error_density(p, piece.g, real_part(z));
      return error_density(p, piece.g, z);
    };
    sum += integrate(integrand, piece.lower, piece.upper, goal).value;
  }
  return widened(sum, half);
}

bool empty_cell(const Cell& cell) { return cell.lower && cell.upper && !(*cell.lower < *cell.upper); }

// Does the cell say exactly the score (m - x)/v of the only component, at the time of the law?
bool is_score(const LineLaw& law, const Cell& cell) {
  const LineLaw::Component& component = law.components().front();
  const bool unchanged = law.time() == 0 || (component.mean == 0 && component.variance == 1);
  const std::vector<Rational>& c = cell.coefficients;
  for (std::size_t j = 2; j < c.size(); ++j)
    if (c[j] != 0) return false;
  return unchanged && (c.empty() ? Rational(0) : c[0]) == component.mean / component.variance &&
         (c.size() < 2 ? Rational(0) : c[1]) == -1 / component.variance;
}

}  // namespace

std::vector<Cell> cover(const PiecewisePolynomial& g) {
  std::vector<Cell> cells = g.cells;
  for (const Cell& cell : cells)
    if (empty_cell(cell)) throw InputError("", "cells", to_text(*cell.lower), "cells with lower < upper");
  std::sort(cells.begin(), cells.end(), [](const Cell& a, const Cell& b) {
    return a.lower && b.lower ? *a.lower < *b.lower : !a.lower && b.lower;
  });
  std::vector<Cell> result;
  std::optional<Rational> reached;  // the end of the last cell; before the first, nothing stands for -infinity
  bool first = true;
  for (const Cell& cell : cells) {
    const bool overlapping = !first && (!reached || !cell.lower || *cell.lower < *reached);
    if (overlapping)
      throw InputError("", "cells", cell.lower ? to_text(*cell.lower) : "-inf", "cells that do not overlap");
    const bool gap = first ? cell.lower.has_value() : *reached < *cell.lower;
    if (gap) result.push_back({reached, cell.lower, g.fallback});
    result.push_back(cell);
    reached = cell.upper;
    first = false;
  }
  if (first || reached) result.push_back({reached, std::nullopt, g.fallback});
  return result;
}

Ball information_tail(const LineMixture& p, Side side, const Ball& cut) {
  const LineMixture seen = towards(side, p);
  Ball size, slope;
  for (const LineComponent& component : seen.components()) {
    const Ball inverse = 1 / component.variance, at_cut = abs(cut - component.mean) * inverse;
    arb_max(size.data(), size.data(), at_cut.data(), BallPrecision::bits());
    arb_max(slope.data(), slope.data(), inverse.data(), BallPrecision::bits());
  }
  const Ball at_zero = size - slope * cut;
  return upper_tail_integral(seen, {at_zero * at_zero, 2 * slope * at_zero, slope * slope}, cut);
}

Ball fisher_information(const LineMixture& p, long goal_bits) {
  return expectation(
      p, {Cell{}}, [&](Side side, const Ball& cut) { return information_tail(p, side, cut); }, goal_bits);
}

Ball score_error(const LineMixture& p, const std::vector<Cell>& cover, long goal_bits) {
  return expectation(
      p, cover, [&](Side side, const Ball& cut) { return error_tail(p, cover, side, cut); }, goal_bits);
}

LadderResult certified_fisher_information(const LineLaw& p, int digits, const LadderBudget& budget) {
  return climb_precision(
      digits, [&](const Rung& rung) { return fisher_information(LineMixture(p), rung.goal_bits); }, budget);
}

LadderResult certified_score_error(const LineLaw& p, const PiecewisePolynomial& g, int digits,
                                   const LadderBudget& budget) {
  const std::vector<Cell> cells = cover(g);
  const bool exact = p.components().size() == 1 &&
                     std::all_of(cells.begin(), cells.end(), [&](const Cell& cell) { return is_score(p, cell); });
  if (exact) return {Ball(0), true, BallPrecision::bits()};
  return climb_precision(
      digits, [&](const Rung& rung) { return score_error(LineMixture(p), cells, rung.goal_bits); }, budget);
}

LadderResult certified_kl_to_stationary(const LineLaw& p, int digits, const LadderBudget& budget) {
  ExactMixture stationary;
  stationary.weights = {1};
  stationary.means = Matrix<Rational>::Constant(1, 1, Rational(0));
  stationary.covariances = {Matrix<Rational>::Constant(1, 1, Rational(1))};
  return certified_divergence(Divergence::kl, p, LineLaw(stationary, p.time()), digits, budget);
}

}  // namespace verimix

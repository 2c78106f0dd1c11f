#include "verimix/core/supremum.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

#include "support/numbers.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/scalar.hpp"

namespace verimix {
namespace {

using support::integers;

constexpr Extremum kinds[] = {Extremum::supremum, Extremum::infimum, Extremum::magnitude};

// The polynomial with the given coefficients.
struct Polynomial {
  Series coefficients;

  explicit Polynomial(const std::vector<long>& c) : coefficients(static_cast<long>(c.size()) - 1) {
    long j = 0;
    for (const long number : c) coefficients.set_coefficient(j++, Ball(number));
  }
  Series operator()(const Ball& x, long order) const { return polynomial_at(coefficients, x, order); }
};

// x exp(-x^2): maximum 1 / sqrt(2 e) at 1/sqrt(2), minimum the opposite.
Series odd_bump(const Ball& x, long order) {
  const Series t = Series::variable(x, order);
  return t * exp(-(t * t));
}
Ball bump_maximum() { return 1 / sqrt(2 * exp(Ball(1))); }

TEST(Suprema, OfABumpAreKnown) {
  for (const int digits : {1, 15, 30, 50, 100, 300}) {
    const Interval interval{Ball(-3), Ball(5)};
    for (const Extremum kind : kinds) {
      const Supremum found = certified_supremum(kind, odd_bump, interval, digits);
      EXPECT_TRUE(found.result.goal_met);
      EXPECT_TRUE(has_digits(found.result.value, digits));
      const BallPrecision precision(1200);
      const Ball known = kind == Extremum::infimum ? -bump_maximum() : bump_maximum();
      EXPECT_TRUE(contains(found.result.value, known)) << digits;
    }
  }
}

// 15, 30, 50, 100 digits nest, up to the rounding of the last.
TEST(Suprema, PrecisionsNest) {
  Ball last = certified_supremum(Extremum::supremum, odd_bump, {Ball(-3), Ball(5)}, 15).result.value;
  for (const int digits : {30, 50, 100}) {
    const Ball next = certified_supremum(Extremum::supremum, odd_bump, {Ball(-3), Ball(5)}, digits).result.value;
    EXPECT_TRUE(contains(last, next)) << digits;
    last = next;
  }
}

// Extrema at an end, in a splitting point, at both ends at once, and on an interval that is one point.
TEST(Suprema, AtEndsAndBordersAreNotLost) {
  const Polynomial square({0, 0, 1}), line({1, 3}), fourth({5, 0, 0, 0, -1}), twice({0, 0, 2, 0, -1});
  const auto check = [](Extremum kind, const TaylorFunction& f, double from, double to, double known) {
    const Supremum found = enclose_supremum(kind, f, {Ball(from), Ball(to)}, 60);
    EXPECT_TRUE(contains(widened(found.result.value, Ball(0x1p-100)), Ball(known))) << from << " " << to;
    EXPECT_LE(radius_upper(found.result.value), 0x1p-50) << from << " " << to;
  };
  check(Extremum::supremum, square, -1, 1, 1);
  check(Extremum::supremum, square, -1, 2, 4);
  check(Extremum::supremum, square, -3, 2, 9);
  check(Extremum::infimum, square, -1, 1, 0);
  check(Extremum::infimum, square, 1, 4, 1);
  check(Extremum::supremum, line, -1, 1, 4);
  check(Extremum::infimum, line, -1, 1, -2);
  check(Extremum::magnitude, line, -3, 1, 8);
  check(Extremum::supremum, fourth, -1, 1, 5);  // the second derivative vanishes at the maximum
  check(Extremum::supremum, twice, -2, 2, 1);   // at 1 and at -1
  check(Extremum::magnitude, twice, -2, 2, 8);  // at both ends
  check(Extremum::supremum, square, 2, 2, 4);
}

// The maximum is one of three that differ by 1e-6 only, none at a round place: sin(x) + x / 10^7 on [0, 20].
TEST(Suprema, TheHighestOfNearlyEqualOnesIsFound) {
  const TaylorFunction wave = [](const Ball& x, long order) {
    const Series t = Series::variable(x, order);
    Series y(order);
    arb_poly_sin_series(y.data(), t.data(), order + 1, BallPrecision::bits());
    return y + (Ball(1) / 10000000) * t;
  };
  const Supremum found = certified_supremum(Extremum::supremum, wave, {Ball(0), Ball(20)}, 30);
  EXPECT_TRUE(found.result.goal_met);
  const BallPrecision precision(300);
  // cos x = -1e-7 just after 9 pi / 2: x = 9 pi / 2 + asin(1e-7).
  const Ball tilt = Ball(1) / 10000000;
  Ball angle;
  arb_asin(angle.data(), tilt.data(), 300);
  EXPECT_TRUE(contains(found.result.value, sqrt(1 - tilt * tilt) + tilt * (9 * pi<Ball>() / 2 + angle)));
  // Here the value is only as sensitive to the place as its square: 30 digits of one are 15 of the other.
  EXPECT_NEAR(approximate(found.attained), 4.5 * 3.14159265358979, 1e-5);
}

// The adversary: no value at a point of the interval is above the enclosure, and one at `attained` reaches it.
RC_GTEST_PROP(Suprema, BoundEveryValueAndAreAttained, ()) {
  std::vector<long> coefficients;
  const long count = *rc::gen::inRange(1L, 14L);
  for (long j = 0; j < count; ++j) coefficients.push_back(*integers(9));
  const Polynomial f(coefficients);
  const double from = static_cast<double>(*integers(16)) / 8;
  const double to = from + static_cast<double>(*rc::gen::inRange(1L, 17L)) / 8;
  const Extremum kind = *rc::gen::element(Extremum::supremum, Extremum::infimum, Extremum::magnitude);
  const Supremum found = enclose_supremum(kind, f, {Ball(from), Ball(to)}, 50);
  const Ball bound = found.result.value;
  RC_ASSERT(is_finite(bound));
  const auto score = [&](const Ball& x) {
    const Ball value = f(x, 0).coefficient(0);
    return kind == Extremum::magnitude ? abs(value) : kind == Extremum::infimum ? -value : value;
  };
  const Ball top = kind == Extremum::infimum ? -bound : bound;
  constexpr int steps = 200;
  for (int i = 0; i <= steps; ++i) RC_ASSERT(less(top, score(Ball(from + (to - from) * i / steps))) != Truth::yes);
  RC_ASSERT(less(Ball(from), found.attained) != Truth::no || equal(Ball(from), found.attained) == Truth::yes);
  RC_ASSERT(less(Ball(to), found.attained) != Truth::yes);
  RC_ASSERT(overlaps(top, score(found.attained)));
  RC_ASSERT(radius_upper(bound) <= 0x1p-50 * (1 + std::abs(approximate(bound))));
}

// Few boxes: a wide answer that still encloses; and the caller is told.
TEST(Suprema, SayWhenTheBudgetEnds) {
  SupremumBudget budget;
  budget.boxes = 4;
  budget.ladder.rungs = 2;
  const Supremum found = certified_supremum(Extremum::supremum, odd_bump, {Ball(-3), Ball(5)}, 30, budget);
  EXPECT_FALSE(found.result.goal_met);
  EXPECT_TRUE(contains(found.result.value, bump_maximum()));
  EXPECT_THROW(require_digits(found.result, 30, "sup"), UndecidedError);
}

TEST(Suprema, OfAFunctionThatIsNotBoundedAreNotFinite) {
  const TaylorFunction pole = [](const Ball& x, long order) {
    return Series::constant(1, order) / Series::variable(x, order);
  };
  const Supremum found = enclose_supremum(Extremum::supremum, pole, {Ball(-1), Ball(2)}, 20, 500);
  EXPECT_FALSE(is_finite(found.result.value));
  EXPECT_FALSE(found.result.goal_met);
}

// f = 0 up to rounding has no relative digits, but a bound; f = 0 exactly has all.
TEST(Suprema, OfZeroAreTiny) {
  const TaylorFunction rounding = [](const Ball& x, long order) {
    const Series t = Series::variable(x, order);
    return log(exp(t)) - t;
  };
  SupremumBudget budget;
  budget.boxes = 3000;
  const Supremum found = certified_supremum(Extremum::magnitude, rounding, {Ball(-1), Ball(1)}, 20, budget);
  EXPECT_FALSE(found.result.goal_met);
  EXPECT_LE(radius_upper(found.result.value), 1e-20);
  EXPECT_TRUE(contains(found.result.value, Ball(0)));
  const Supremum zero = certified_supremum(
      Extremum::magnitude, [](const Ball&, long order) { return Series(order); }, {Ball(-1), Ball(1)}, 20);
  EXPECT_TRUE(zero.result.goal_met);
  EXPECT_NE(arb_is_zero(zero.result.value.data()), 0);
}

}  // namespace
}  // namespace verimix

#include "verimix/core/taylor_model.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "support/numbers.hpp"

namespace verimix {
namespace {

using support::BallWithPoint;
using support::integers;

Series polynomial(const std::vector<long>& coefficients) {
  Series p(static_cast<long>(coefficients.size()) - 1);
  long j = 0;
  for (const long c : coefficients) p.set_coefficient(j++, Ball(c));
  return p;
}

std::vector<long> random_coefficients(std::size_t count) {
  std::vector<long> coefficients;
  for (std::size_t j = 0; j < count; ++j) coefficients.push_back(*integers(9));
  return coefficients;
}

Ball value_at(const std::vector<long>& coefficients, const Ball& x) {
  Ball sum = 0;
  for (std::size_t j = coefficients.size(); j-- > 0;) sum = sum * x + Ball(coefficients[j]);
  return sum;
}

// f = exp(x^2 - x) / (3 + x^2), written with series.
Series quotient(const Ball& x, long order) {
  const Series t = Series::variable(x, order);
  return exp(t * t - t) / (Series::constant(3, order) + t * t);
}

TEST(SeriesOfBalls, HaveTheKnownCoefficients) {
  const Series e = exp(Series::variable(Ball(0), 12));
  Ball factorial = 1;
  for (long j = 0; j <= 12; ++j) {
    if (j > 0) factorial *= j;
    EXPECT_TRUE(overlaps(e.coefficient(j) * factorial, Ball(1))) << j;
  }
  EXPECT_EQ(arb_is_zero(e.coefficient(13).data()) != 0, true);
  const Series l = log(Series::variable(Ball(1), 6));
  for (long j = 1; j <= 6; ++j) EXPECT_TRUE(overlaps(l.coefficient(j) * j, Ball(j % 2 == 0 ? -1 : 1))) << j;
  const Series g = Series::constant(1, 9) / (Series::constant(1, 9) - Series::variable(Ball(0), 9));
  for (long j = 0; j <= 9; ++j) EXPECT_TRUE(overlaps(g.coefficient(j), Ball(1))) << j;
}

TEST(SeriesOfBalls, HaveTheSmallerOrder) {
  const Series a = Series::variable(Ball(1), 4), b = Series::variable(Ball(1), 2);
  EXPECT_EQ((a * b).order(), 2);
  EXPECT_EQ((a + b).order(), 2);
  EXPECT_EQ(derivative(a).order(), 3);
  EXPECT_FALSE(is_finite((a / Series::constant(widened(Ball(0), Ball(1)), 4)).coefficient(0)));
  EXPECT_FALSE(is_finite((a / Series(4)).coefficient(0)));
}

// Coefficients on a ball contain those at each of its points.
RC_GTEST_PROP(SeriesOfBalls, OnABallContainThoseAtPoints, ()) {
  const BallWithPoint x = *support::balls(1);
  const Ball point = from_rational<Ball>(x.point());
  const Series wide = quotient(x.ball(), 9), sharp = quotient(point, 9);
  const Series p = polynomial(random_coefficients(14));
  const Series wide_p = polynomial_at(p, x.ball(), 9), sharp_p = polynomial_at(p, point, 9);
  for (long j = 0; j <= 9; ++j) {
    if (is_finite(wide.coefficient(j))) RC_ASSERT(overlaps(wide.coefficient(j), sharp.coefficient(j)));
    RC_ASSERT(overlaps(wide_p.coefficient(j), sharp_p.coefficient(j)));
  }
}

// Horner's rule on x + h is another way to the same coefficients.
RC_GTEST_PROP(SeriesOfBalls, ShiftPolynomials, ()) {
  const std::vector<long> coefficients = random_coefficients(12);
  const Ball x = from_rational<Ball>((*support::balls(2)).point());
  const Series shifted = polynomial_at(polynomial(coefficients), x, 7);
  Series sum(7);
  for (std::size_t j = coefficients.size(); j-- > 0;)
    sum = sum * Series::variable(x, 7) + Series::constant(Ball(coefficients[j]), 7);
  for (long j = 0; j <= 7; ++j) RC_ASSERT(overlaps(shifted.coefficient(j), sum.coefficient(j)));
}

// The adversary: values of f, f' and f'' at points of the interval are in the ranges of the models. The polynomial has
// terms beyond every order, so a dropped remainder is seen.
RC_GTEST_PROP(TaylorModels, RangesContainTheValues, ()) {
  const std::vector<long> coefficients = random_coefficients(14);
  const Series p = polynomial(coefficients);
  const TaylorFunction f = [&](const Ball& x, long order) { return polynomial_at(p, x, order); };
  const BallWithPoint x = *support::balls(2);
  const Ball whole = x.ball();
  const Interval interval{Ball(x.midpoint) - Ball(x.radius), Ball(x.midpoint) + Ball(x.radius)};
  const long order = *rc::gen::element(2L, 3L, 8L);
  const TaylorModel model = taylor_model(f, interval, order);
  for (const long part : {x.part, 16L, -16L, 8L}) {
    const Ball point = from_rational<Ball>(BallWithPoint{x.midpoint, x.radius, part}.point());
    RC_ASSERT(overlaps(range(model), value_at(coefficients, point)));
    const Series at = f(point, 2);
    RC_ASSERT(overlaps(range(derivative(model)), at.coefficient(1)));
    RC_ASSERT(overlaps(range(derivative(derivative(model))), 2 * at.coefficient(2)));
  }
}

// The range is of third order in the length: it stands on one radius beyond the true range, and no further.
TEST(TaylorModels, AreSharpOnShortIntervals) {
  for (const double radius : {0x1p-4, 0x1p-8, 0x1p-16}) {
    const TaylorModel model = taylor_model(quotient, {Ball(1 - radius), Ball(1 + radius)});
    const Ball found = range(model);
    Ball inner = quotient(Ball(1), 0).coefficient(0);
    for (const double at : {-1.0, -0.5, 0.5, 1.0})
      inner = hull(inner, quotient(Ball(1 + at * radius), 0).coefficient(0));
    EXPECT_TRUE(contains(found, inner));
    // Radii are rounded up to 30 bits.
    EXPECT_LE(radius_upper(found) - radius_upper(inner), 2 * radius * radius * radius + 0x1p-26 * radius) << radius;
  }
}

// A parabola's vertex inside, at an end, and outside: the range is exact up to rounding.
TEST(TaylorModels, OfParabolasAreExact) {
  const TaylorFunction parabola = [](const Ball& x, long order) {
    const Series t = Series::variable(x, order);
    return t * t;
  };
  const auto check = [&](double from, double to, double low, double high) {
    const Ball found = range(taylor_model(parabola, {Ball(from), Ball(to)}));
    EXPECT_TRUE(contains(found, hull(Ball(low), Ball(high)))) << from;
    EXPECT_LE(radius_upper(found), (high - low) / 2 + 0x1p-20) << from;
  };
  check(-1, 2, 0, 4);
  check(0, 2, 0, 4);
  check(1, 2, 1, 4);
  check(-3, -2, 4, 9);
}

// Even powers of h are never negative: x^4 on [-1, 1] is in [0, 1].
TEST(TaylorModels, KnowTheSignOfEvenPowers) {
  const TaylorFunction fourth = [](const Ball& x, long order) {
    return polynomial_at(polynomial({0, 0, 0, 0, 1}), x, order);
  };
  const Ball found = range(taylor_model(fourth, {Ball(-1), Ball(1)}));
  EXPECT_TRUE(contains(widened(Ball(1) / 2, Ball(0.5) + Ball(0x1p-20)), found));
  EXPECT_TRUE(contains(found, hull(Ball(0), Ball(1))));
}

}  // namespace
}  // namespace verimix

#include "verimix/core/scalar.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "support/exact.hpp"
#include "support/numbers.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

using support::dyadics;
using support::positive_dyadics;

// Every elementary function of a floating-point scalar is within `units` units in the last place of the value that
// balls enclose.
template <class T>
void expect_accurate(const T& computed, const Ball& exact, int units) {
  RC_ASSERT(is_finite(computed) && is_finite(exact));
  const Rational allowed = (abs(support::exact_midpoint(exact)) + support::exact_radius(exact)) * units *
                           to_rational(std::numeric_limits<T>::epsilon());
  RC_ASSERT(abs(to_rational(computed) - support::exact_midpoint(exact)) <= allowed + support::exact_radius(exact));
}

template <class T>
void expect_accurate_functions() {
  constexpr int units = 2;
  const BallPrecision precision(1000);
  const double x = *dyadics(4) / 32768;
  const double y = *rc::gen::weightedOneOf<double>({{1, positive_dyadics(8)}, {1, positive_dyadics(200)}});
  const double tiny = *rc::gen::map(dyadics(40), [](double t) { return std::ldexp(t, -100); });
  RC_LOG() << "x " << x << ", y " << y << ", tiny " << tiny;
  expect_accurate(exp(T(x)), exp(Ball(x)), units);
  expect_accurate(expm1(T(x)), expm1(Ball(x)), units);
  expect_accurate(expm1(T(tiny)), expm1(Ball(tiny)), units);
  expect_accurate(log(T(y)), log(Ball(y)), units);
  expect_accurate(log1p(T(y)), log1p(Ball(y)), units);
  expect_accurate(log1p(T(tiny)), log1p(Ball(tiny)), units);
  expect_accurate(sqrt(T(y)), sqrt(Ball(y)), units);
  expect_accurate(abs(T(x)), abs(Ball(x)), units);
}
RC_GTEST_PROP(ScalarFunctions, AreAccurateInDouble, ()) { expect_accurate_functions<double>(); }
RC_GTEST_PROP(ScalarFunctions, AreAccurateInReal50, ()) { expect_accurate_functions<Real50>(); }
RC_GTEST_PROP(ScalarFunctions, AreAccurateInReal100, ()) { expect_accurate_functions<Real100>(); }

template <class T>
class RealScalars : public ::testing::Test {};
using Reals = ::testing::Types<double, Real50, Real100>;
TYPED_TEST_SUITE(RealScalars, Reals);

TYPED_TEST(RealScalars, CompareWithoutABoolFromANan) {
  const TypeParam one(1);
  const TypeParam two(2);
  const TypeParam nan = std::numeric_limits<TypeParam>::quiet_NaN();
  const TypeParam infinity = std::numeric_limits<TypeParam>::infinity();
  EXPECT_EQ(less(one, two), Truth::yes);
  EXPECT_EQ(less(two, one), Truth::no);
  EXPECT_EQ(less(one, one), Truth::no);
  EXPECT_EQ(equal(one, one), Truth::yes);
  EXPECT_EQ(equal(one, two), Truth::no);
  for (const TypeParam& x : {one, nan, infinity}) {
    EXPECT_EQ(less(nan, x), Truth::unknown);
    EXPECT_EQ(less(x, nan), Truth::unknown);
    EXPECT_EQ(equal(nan, x), Truth::unknown);
    EXPECT_EQ(equal(x, nan), Truth::unknown);
  }
  EXPECT_EQ(less(one, infinity), Truth::yes);
  EXPECT_TRUE(is_finite(one));
  EXPECT_FALSE(is_finite(nan));
  EXPECT_FALSE(is_finite(infinity));
  EXPECT_EQ(&larger_midpoint(one, two), &two);
  EXPECT_EQ(&larger_midpoint(two, one), &two);
  EXPECT_EQ(approximate(two), 2.0);
}

TYPED_TEST(RealScalars, HaveTheNearestNumberToPi) {
  const BallPrecision precision(1000);
  const Ball exact = pi<Ball>();
  const Rational error = abs(to_rational(pi<TypeParam>()) - support::exact_midpoint(exact));
  // Numbers in [2, 4) are 2 epsilon apart.
  EXPECT_LE(error, to_rational(std::numeric_limits<TypeParam>::epsilon()));
}

TEST(Pi, IsEnclosedAtAnyPrecision) {
  // The first 50 decimals; pi is between this and one more in the last place.
  const Rational lower = parse_rational("3.14159265358979323846264338327950288419716939937510");
  const Rational upper = parse_rational("3.14159265358979323846264338327950288419716939937511");
  for (const long bits : {2L, 53L, 128L, 1000L}) {
    const BallPrecision precision(bits);
    const Ball x = pi<Ball>();
    const auto [x_lower, x_upper] = support::exact_ends(x);
    EXPECT_TRUE(x_lower < upper && lower < x_upper) << bits;
    EXPECT_LE(radius_upper(x), std::ldexp(1.0, static_cast<int>(4 - bits)));
  }
}

TEST(ScalarNames, AreThoseOfTheCommandLine) {
  EXPECT_EQ(ScalarTraits<double>::name, "double");
  EXPECT_EQ(ScalarTraits<Real50>::name, "50");
  EXPECT_EQ(ScalarTraits<Real100>::name, "100");
  EXPECT_EQ(ScalarTraits<Ball>::name, "ball");
}

}  // namespace
}  // namespace verimix

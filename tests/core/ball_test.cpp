#include "verimix/core/ball.hpp"

#include <gtest/gtest.h>
#include <mpfr.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "support/exact.hpp"
#include "support/numbers.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

using support::balls;
using support::BallWithPoint;
using support::contains_exactly;
using support::dyadics;
using support::exact_ends;
using support::exact_radius;
using support::integers;
using support::positive_balls;

using BallFunction = Ball (*)(const Ball&);
using MpfrFunction = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

/// A function of one ball, what MPFR calls it, a slower way to the same value, and where it is defined.
struct Function {
  const char* name;
  BallFunction compute;
  MpfrFunction reference;
  BallFunction naive;
  rc::Gen<BallWithPoint> (*arguments)();
  bool monotone = true;
};

rc::Gen<BallWithPoint> anywhere() { return balls(8); }
rc::Gen<BallWithPoint> positive() { return positive_balls(300); }
rc::Gen<BallWithPoint> above_minus_one() {
  return rc::gen::map(positive_balls(60), [](BallWithPoint x) {
    // Reflects every other argument into (-1, 0).
    if (x.part % 2 != 0 && x.midpoint + x.radius < 1) x.midpoint = -x.midpoint;
    return x;
  });
}

/// The Taylor polynomial of degree 60 of exp(x 2^-k) with its Lagrange remainder, squared k times.
Ball exp_by_series(const Ball& x) {
  const int halvings =
      std::max(0, static_cast<int>(std::ceil(std::log2(1 + std::abs(approximate(x)) + radius_upper(x)))) + 4);
  Ball scaled = x;
  arb_mul_2exp_si(scaled.data(), scaled.data(), -halvings);
  Ball sum(1);
  Ball term(1);
  constexpr int degree = 60;
  for (int n = 1; n <= degree; ++n) {
    term = term * scaled / Ball(n);
    sum += term;
  }
  // |x 2^-k| <= 1/8, so the remainder is at most the next term times e^(1/8) < 2.
  sum = widened(sum, term * scaled);
  for (int n = 0; n < halvings; ++n) sum *= sum;
  return sum;
}
Ball expm1_by_exp(const Ball& x) { return exp(x) - Ball(1); }
/// log x = 2 log sqrt x, whose argument is nearer to 1.
Ball log_by_root(const Ball& x) { return Ball(2) * log(sqrt(x)); }
Ball log1p_by_log(const Ball& x) { return log(Ball(1) + x); }
Ball sqrt_by_log(const Ball& x) { return exp(log(x) / Ball(2)); }
Ball abs_by_cases(const Ball& x) {
  if (less(x, Ball(0)) == Truth::yes) return -x;
  if (less(Ball(0), x) == Truth::yes) return x;
  return hull(hull(x, -x), Ball(0));
}

const std::vector<Function>& functions() {
  static const std::vector<Function> all = {
      {"exp", exp, mpfr_exp, exp_by_series, anywhere},
      {"expm1", expm1, mpfr_expm1, expm1_by_exp, anywhere},
      {"log", log, mpfr_log, log_by_root, positive},
      {"log1p", log1p, mpfr_log1p, log1p_by_log, above_minus_one},
      {"sqrt", sqrt, mpfr_sqrt, sqrt_by_log, positive},
      {"abs", abs, [](mpfr_ptr y, mpfr_srcptr x, mpfr_rnd_t r) { return mpfr_abs(y, x, r); }, abs_by_cases, anywhere,
       false},
  };
  return all;
}

/// The function's value at an exact point by MPFR with 600 bits, as a ball that is sure to contain the true value.
Ball reference_value(MpfrFunction f, const Rational& at) {
  constexpr mpfr_prec_t bits = 600;
  mpfr_t x;
  mpfr_t y;
  mpfr_init2(x, bits);
  mpfr_init2(y, bits);
  // Every generated point has at most 53 + 4 + 260 significant bits, so it is exact here.
  const bool exact = mpfr_set_q(x, at.backend().data(), MPFR_RNDN) == 0;
  const int ternary = f(y, x, MPFR_RNDN);
  Ball value;
  arf_set_mpfr(arb_midref(value.data()), y);
  if (ternary != 0) {
    Ball unit = abs(value);
    arb_mul_2exp_si(unit.data(), unit.data(), 1 - static_cast<long>(bits));
    value = widened(value, unit);
  }
  mpfr_clear(x);
  mpfr_clear(y);
  if (!exact) throw std::logic_error("the point is not exact in 600 bits");
  return value;
}

RC_GTEST_PROP(BallFunctions, ContainTheirValueAtAnyPoint, ()) {
  for (const Function& f : functions()) {
    const BallWithPoint x = *f.arguments();
    RC_LOG() << f.name << " at " << to_text(x.point());
    RC_ASSERT(overlaps(f.compute(x.ball()), reference_value(f.reference, x.point())));
  }
}

RC_GTEST_PROP(BallFunctions, OverlapAtTwoPrecisions, ()) {
  for (const Function& f : functions()) {
    const BallWithPoint x = *f.arguments();
    RC_LOG() << f.name;
    const Ball argument = x.ball();
    const Ball coarse = [&] {
      const BallPrecision precision(*rc::gen::inRange(24L, 100L));
      return f.compute(argument);
    }();
    const BallPrecision precision(300);
    RC_ASSERT(overlaps(coarse, f.compute(argument)));
  }
}

RC_GTEST_PROP(BallFunctions, AgreeWithANaiveSecondComputation, ()) {
  for (const Function& f : functions()) {
    const BallWithPoint x = *f.arguments();
    RC_LOG() << f.name;
    const Ball value = f.compute(x.ball());
    const Ball naive = f.naive(x.ball());
    RC_ASSERT(overlaps(value, naive));
  }
}

// No function may be right merely by being wide: at an exact argument the value has all but a few of the working bits.
RC_GTEST_PROP(BallFunctions, AreAccurateAtExactArguments, ()) {
  for (const Function& f : functions()) {
    const BallWithPoint x = *f.arguments();
    const long bits = *rc::gen::inRange(30L, 400L);
    const BallPrecision precision(bits);
    const Ball value = f.compute(Ball(x.midpoint));
    RC_LOG() << f.name << " at " << x.midpoint << " with " << bits << " bits";
    RC_ASSERT(arb_is_exact(value.data()) != 0 || arb_rel_accuracy_bits(value.data()) >= bits - 4);
  }
}

// ... and over a wide argument it is at most 4 times as wide as the hull of the values at the two ends, which for a
// monotone function is the range itself (abs: no wider than the argument).
RC_GTEST_PROP(BallFunctions, AreNotMuchWiderThanTheRange, ()) {
  for (const Function& f : functions()) {
    const BallWithPoint x = *f.arguments();
    const Ball argument = x.ball();
    const auto ends = exact_ends(argument);
    const Ball range = [&] {
      const BallPrecision precision(600);
      return hull(f.compute(from_rational<Ball>(ends.first)), f.compute(from_rational<Ball>(ends.second)));
    }();
    const Ball value = f.compute(argument);
    RC_LOG() << f.name << ": radius " << radius_upper(value) << ", range " << radius_upper(range);
    RC_ASSERT(is_finite(value) && is_finite(range));
    const Rational allowed = f.monotone ? 4 * exact_radius(range) : exact_radius(argument);
    const Rational rounding =
        (abs(ends.first) + abs(ends.second) + abs(support::exact_midpoint(value))) * to_rational(0x1p-120);
    RC_ASSERT(exact_radius(value) <= allowed + rounding);
  }
}

// A ball inside another has its value inside the other's value, up to the rounding of the last bits.
RC_GTEST_PROP(BallFunctions, AreInclusionIsotone, ()) {
  for (const Function& f : functions()) {
    const BallWithPoint outer = *f.arguments();
    RC_LOG() << f.name;
    const Ball inner = widened(from_rational<Ball>(outer.point()), Ball(0));
    if (!contains(outer.ball(), inner)) continue;
    const Ball value = f.compute(outer.ball());
    const Ball last_bits = abs(value) * Ball(0x1p-120);
    RC_ASSERT(contains(widened(value, last_bits), f.compute(inner)));
  }
}

TEST(BallFunctions, ObeyTheirFunctionalEquations) {
  EXPECT_TRUE(rc::check("exp(a + b) = exp(a) exp(b)", [] {
    const Ball a(*dyadics(4));
    const Ball b(*dyadics(4));
    RC_ASSERT(overlaps(exp(a + b), exp(a) * exp(b)));
  }));
  EXPECT_TRUE(rc::check("log(exp(x)) contains x", [] {
    const BallWithPoint x = *anywhere();
    const Ball round_trip = log(exp(x.ball()));
    RC_ASSERT(!is_finite(round_trip) || contains_exactly(round_trip, x.point()));
  }));
  EXPECT_TRUE(rc::check("sqrt(x)^2 contains x", [] {
    const BallWithPoint x = *positive();
    const Ball root = sqrt(x.ball());
    RC_ASSERT(contains_exactly(root * root, x.point()));
  }));
  EXPECT_TRUE(rc::check("expm1(log1p(x)) contains x", [] {
    const BallWithPoint x = *above_minus_one();
    RC_ASSERT(contains_exactly(expm1(log1p(x.ball())), x.point()));
  }));
  EXPECT_TRUE(rc::check("log(a b) = log a + log b", [] {
    const Ball a = (*positive()).ball();
    const Ball b = (*positive()).ball();
    RC_ASSERT(overlaps(log(a * b), log(a) + log(b)));
  }));
}

TEST(BallFunctions, OutsideTheirDomainAreNotFinite) {
  const Ball around_zero = widened(Ball(0), Ball(1));
  EXPECT_FALSE(is_finite(log(Ball(0))));
  EXPECT_FALSE(is_finite(log(Ball(-1))));
  EXPECT_FALSE(is_finite(log(around_zero)));
  EXPECT_FALSE(is_finite(log1p(Ball(-1))));
  EXPECT_FALSE(is_finite(sqrt(Ball(-1))));
  EXPECT_FALSE(is_finite(sqrt(around_zero)));
  EXPECT_TRUE(is_finite(sqrt(Ball(0))));
}

// The four operations contain the exact rational result for exact points of the operands.
RC_GTEST_PROP(BallArithmetic, ContainsTheExactResult, (const BallWithPoint& a, const BallWithPoint& b)) {
  const BallPrecision precision(*rc::gen::inRange(2L, 200L));
  const Rational x = a.point();
  const Rational y = b.point();
  RC_ASSERT(contains_exactly(a.ball() + b.ball(), x + y));
  RC_ASSERT(contains_exactly(a.ball() - b.ball(), x - y));
  RC_ASSERT(contains_exactly(a.ball() * b.ball(), x * y));
  RC_ASSERT(contains_exactly(-a.ball(), -x));
  RC_ASSERT(contains_exactly(+a.ball(), x));
  if (y != 0) RC_ASSERT(contains_exactly(a.ball() / b.ball(), x / y));
}

RC_GTEST_PROP(BallArithmetic, OfExactNumbersIsAccurate, ()) {
  const Ball a(*dyadics(60));
  const double divisor = *dyadics(60);
  const Ball b(divisor);
  // Dyadics of 21 bits and exponents within 60: sums need up to 162 bits, products 42.
  const BallPrecision precision(200);
  RC_ASSERT(arb_is_exact((a + b).data()) != 0);
  RC_ASSERT(arb_is_exact((a - b).data()) != 0);
  RC_ASSERT(arb_is_exact((a * b).data()) != 0);
  if (divisor != 0) RC_ASSERT(arb_rel_accuracy_bits((a / b).data()) >= 196);
}

RC_GTEST_PROP(BallArithmetic, AcceptsItselfAsOperand, (const BallWithPoint& a)) {
  const Rational x = a.point();
  Ball y = a.ball();
  const Ball& same = y;  // clang takes y -= y itself for a slip
  y += same;
  RC_ASSERT(contains_exactly(y, 2 * x));
  y *= same;
  RC_ASSERT(contains_exactly(y, 4 * x * x));
  y -= same;
  RC_ASSERT(contains_exactly(y, Rational(0)));
}

TEST(BallArithmetic, ADivisorThatContainsZeroGivesNoFiniteBall) {
  EXPECT_FALSE(is_finite(Ball(1) / Ball(0)));
  EXPECT_FALSE(is_finite(Ball(1) / widened(Ball(1), Ball(1))));
  EXPECT_FALSE(is_finite(Ball(0) / Ball(0)));
  EXPECT_TRUE(is_finite(Ball(1) / widened(Ball(1), Ball(0x1.fffp-1))));
}

TEST(BallConstruction, ADoubleOrAnIntegerIsExact) {
  EXPECT_EQ(support::exact_midpoint(Ball(0.1)), to_rational(0.1));
  EXPECT_EQ(exact_radius(Ball(0.1)), 0);
  EXPECT_EQ(support::exact_midpoint(Ball(std::numeric_limits<double>::denorm_min())), to_rational(0x1p-1074));
  const BallPrecision precision(2);
  EXPECT_EQ(support::exact_midpoint(Ball(std::numeric_limits<long>::min())),
            Rational(std::numeric_limits<long>::min()));
  EXPECT_EQ(support::exact_midpoint(Ball(0.1)), to_rational(0.1)) << "construction rounds to no working precision";
}

TEST(BallConstruction, ANanOrAnInfinityIsTheWholeLine) {
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    const Ball x(bad);
    EXPECT_FALSE(is_finite(x));
    EXPECT_TRUE(contains(x, Ball(1e300)) && contains(x, Ball(-1e300)));
    EXPECT_EQ(less(x, Ball(0)), Truth::unknown);
    EXPECT_EQ(equal(x, Ball(0)), Truth::unknown);
  }
}

TEST(BallConstruction, CopiesAndMovesKeepTheValue) {
  Ball a = widened(Ball(3), Ball(1));
  Ball b(a);
  Ball c(std::move(a));
  EXPECT_TRUE(contains(b, c) && contains(c, b));
  Ball d;
  d = b;
  Ball e;
  e = std::move(b);
  EXPECT_TRUE(contains(d, e) && contains(e, d));
  EXPECT_TRUE(contains_exactly(e, 2) && contains_exactly(e, 4));
}

// Comparisons against the exact end points.
RC_GTEST_PROP(BallComparison, IsThreeValued, ()) {
  const Ball a = (*balls(4)).ball();
  const Ball b = *rc::gen::element(0, 1) == 0 ? (*balls(4)).ball() : a;
  const auto [a_lower, a_upper] = exact_ends(a);
  const auto [b_lower, b_upper] = exact_ends(b);
  const Truth expected_less = a_upper < b_lower ? Truth::yes : a_lower >= b_upper ? Truth::no : Truth::unknown;
  RC_ASSERT(less(a, b) == expected_less);
  const bool apart = a_upper < b_lower || b_upper < a_lower;
  const bool same_point = a_lower == a_upper && b_lower == b_upper && a_lower == b_lower;
  RC_ASSERT(equal(a, b) == (same_point ? Truth::yes : apart ? Truth::no : Truth::unknown));
  RC_ASSERT(overlaps(a, b) == !apart);
  RC_ASSERT(contains(a, b) == (a_lower <= b_lower && b_upper <= a_upper));
  const auto [hull_lower, hull_upper] = exact_ends(hull(a, b));
  RC_ASSERT(hull_lower <= std::min(a_lower, b_lower) && std::max(a_upper, b_upper) <= hull_upper);
}

RC_GTEST_PROP(BallComparison, PivotsGoByMidpoints, (const BallWithPoint& a, const BallWithPoint& b)) {
  const Ball x = a.ball();
  const Ball y = b.ball();
  RC_ASSERT(approximate(x) == a.midpoint);
  RC_ASSERT(approximate(larger_midpoint(x, y)) == std::max(a.midpoint, b.midpoint));
}

RC_GTEST_PROP(BallRadius, IsRoundedUp, (const BallWithPoint& a)) {
  RC_ASSERT(to_rational(radius_upper(a.ball())) >= exact_radius(a.ball()));
  RC_ASSERT(exact_radius(a.ball()) >= to_rational(a.radius));
  const Ball more = widened(a.ball(), Ball(-3));
  RC_ASSERT(exact_radius(more) >= exact_radius(a.ball()) + 3);
}

TEST(BallRadius, BelowTheRangeOfDoubleIsNotZero) {
  for (const long exponent : {-1074L, -1075L, -1100L, -2000L, -1000000L}) {
    Ball radius(5);
    arb_mul_2exp_si(radius.data(), radius.data(), exponent);
    const Ball x = widened(Ball(1), radius);
    EXPECT_GT(radius_upper(x), 0) << exponent;
    EXPECT_GE(to_rational(radius_upper(x)), exact_radius(x)) << exponent;
  }
  Ball huge(1);
  arb_mul_2exp_si(huge.data(), huge.data(), 5000);
  EXPECT_EQ(radius_upper(widened(Ball(0), huge)), std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace verimix

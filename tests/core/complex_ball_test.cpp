#include "verimix/core/complex_ball.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <complex>

#include "support/numbers.hpp"

namespace verimix {
namespace {

using support::BallWithPoint;

// A rectangle and a point of it.
struct Rectangle {
  BallWithPoint real, imaginary;

  ComplexBall ball() const { return {real.ball(), imaginary.ball()}; }
  ComplexBall point() const { return {from_rational<Ball>(real.point()), from_rational<Ball>(imaginary.point())}; }
};

Rectangle rectangle() { return {*support::balls(3), *support::balls(3)}; }

using ComplexFunction = ComplexBall (*)(const ComplexBall&);
struct NamedFunction {
  const char* name;
  ComplexFunction compute;
};
const NamedFunction complex_functions[] = {{"exp", [](const ComplexBall& z) { return exp(z); }},
                                           {"expm1", [](const ComplexBall& z) { return expm1(z); }},
                                           {"log", [](const ComplexBall& z) { return log(z); }},
                                           {"log1p", [](const ComplexBall& z) { return log1p(z); }},
                                           {"sqrt", [](const ComplexBall& z) { return sqrt(z); }}};

// A smaller argument never gives a value outside that of the larger one (up to the rounding of the narrow one).
RC_GTEST_PROP(ComplexBalls, EncloseTheValueAtEveryPoint, ()) {
  const Rectangle z = rectangle();
  for (const NamedFunction& f : complex_functions) {
    const ComplexBall on_ball = f.compute(z.ball());
    if (!is_finite(on_ball)) continue;
    const ComplexBall at_point = f.compute(z.point());
    RC_ASSERT(acb_overlaps(on_ball.data(), at_point.data()) != 0);
  }
}

RC_GTEST_PROP(ComplexBalls, ArithmeticEnclosesThePoints, ()) {
  const Rectangle a = rectangle(), b = rectangle();
  const ComplexBall x = a.ball(), y = b.ball(), s = a.point(), t = b.point();
  RC_ASSERT(acb_overlaps((x + y).data(), (s + t).data()) != 0);
  RC_ASSERT(acb_overlaps((x - y).data(), (s - t).data()) != 0);
  RC_ASSERT(acb_overlaps((x * y).data(), (s * t).data()) != 0);
  if (is_finite(x / y)) RC_ASSERT(acb_overlaps((x / y).data(), (s / t).data()) != 0);
}

RC_GTEST_PROP(ComplexBalls, ExpUndoesLog, ()) {
  const Rectangle z = rectangle();
  const ComplexBall argument = z.point();
  const ComplexBall logarithm = log(argument);
  if (is_finite(logarithm)) RC_ASSERT(acb_overlaps(exp(logarithm).data(), argument.data()) != 0);
}

// What makes a finite value a proof of holomorphy.
TEST(ComplexBalls, RefuseArgumentsThatMeetTheCut) {
  const Ball wide = widened(Ball(0), Ball(1));
  const ComplexBall across(Ball(-2), wide);
  const ComplexBall around_zero(wide, wide);
  const ComplexBall right(Ball(2), wide);
  const ComplexBall above(Ball(-2), wide + Ball(2));
  for (const ComplexBall& z : {across, around_zero}) {
    EXPECT_FALSE(is_finite(log(z)));
    EXPECT_FALSE(is_finite(sqrt(z)));
    EXPECT_FALSE(is_finite(log1p(z - ComplexBall(1))));
  }
  for (const ComplexBall& z : {right, above}) {
    EXPECT_TRUE(is_finite(log(z)));
    EXPECT_TRUE(is_finite(sqrt(z)));
    EXPECT_TRUE(is_finite(log1p(z - ComplexBall(1))));
  }
  EXPECT_FALSE(is_finite(ComplexBall(1) / around_zero));
}

TEST(ComplexBalls, KeepTheirParts) {
  const ComplexBall z(Ball(3), Ball(-4));
  EXPECT_EQ(equal(real_part(z), Ball(3)), Truth::yes);
  EXPECT_EQ(equal(imaginary_part(z), Ball(-4)), Truth::yes);
  EXPECT_TRUE(contains(abs(z), Ball(5)));
  EXPECT_TRUE(is_real(ComplexBall(Ball(3))));
  EXPECT_FALSE(is_real(z));
}

}  // namespace
}  // namespace verimix

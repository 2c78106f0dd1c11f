#include "verimix/core/integral.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <stdexcept>

#include "support/numbers.hpp"
#include "verimix/core/scalar.hpp"

namespace verimix {
namespace {

using support::integers;

// Polynomials with small integer coefficients: the integral over [a, b] is known exactly.
RC_GTEST_PROP(Integrals, EncloseIntegralsOfPolynomials, ()) {
  std::vector<long> coefficients;
  for (int j = 0; j < 6; ++j) coefficients.push_back(*integers(9));
  const long a = *integers(5);
  const long b = a + *rc::gen::inRange(0L, 6L);
  const auto value = [&](const ComplexBall& z, bool) {
    ComplexBall sum = 0;
    for (std::size_t j = coefficients.size(); j-- > 0;) sum = sum * z + ComplexBall(coefficients[j]);
    return sum;
  };
  Rational exact = 0, power_a = a, power_b = b;
  for (std::size_t j = 0; j < coefficients.size(); ++j, power_a *= a, power_b *= b)
    exact += coefficients[j] * (power_b - power_a) / static_cast<long>(j + 1);
  IntegralGoal goal;
  goal.absolute_goal = Ball(0x1p-90);
  const Integral found = integrate(value, Ball(a), Ball(b), goal);
  RC_ASSERT(found.goal_met);
  RC_ASSERT(overlaps(found.value, from_rational<Ball>(exact)));
  RC_ASSERT(radius_upper(found.value) <= 0x1p-88);
}

// 1/(1 + x^2) has poles at +-i, log x a cut: pieces that reach them must be refused, not integrated.
TEST(Integrals, KeepClearOfSingularities) {
  const Integral arctangent = integrate([](const ComplexBall& z, bool) { return 1 / (1 + z * z); }, Ball(-1), Ball(1));
  EXPECT_TRUE(arctangent.goal_met);
  EXPECT_TRUE(overlaps(arctangent.value, pi<Ball>() / 2));
  EXPECT_LE(radius_upper(arctangent.value), 0x1p-115);
  const Integral logarithm = integrate([](const ComplexBall& z, bool) { return log(z); }, Ball(1), Ball(3));
  EXPECT_TRUE(overlaps(logarithm.value, 3 * log(Ball(3)) - 2));
}

// A budget that is too small: not met, and still an enclosure.
TEST(Integrals, SayWhenTheGoalIsNotMet) {
  IntegralGoal goal;
  goal.evaluations = 20;
  const auto value = [](const ComplexBall& z, bool) { return exp(-(z * z) * Ball(1000)); };
  const Integral found = integrate(value, Ball(-1), Ball(1), goal);
  EXPECT_FALSE(found.goal_met);
  EXPECT_TRUE(!is_finite(found.value) || overlaps(found.value, sqrt(pi<Ball>() / 1000)));
}

// |x| is holomorphic off the imaginary axis only: an integrand that says so under the flag, and encloses its values
// without it, is integrated over its kink.
TEST(Integrals, TellTheLineFromThePlaneByTheFlag) {
  const auto value = [](const ComplexBall& z, bool holomorphic) -> ComplexBall {
    const Ball x = real_part(z);
    if (arb_is_positive(x.data()) != 0) return z;
    if (arb_is_negative(x.data()) != 0) return -z;
    if (!holomorphic) return abs(x);
    ComplexBall none;
    acb_indeterminate(none.data());
    return none;
  };
  IntegralGoal goal;
  goal.absolute_goal = Ball(0x1p-30);
  const Integral found = integrate(value, Ball(-1), Ball(3) / 2, goal);
  EXPECT_TRUE(found.goal_met);
  EXPECT_TRUE(contains(found.value, Ball(13) / 8));
  EXPECT_LE(radius_upper(found.value), 0x1p-25);  // the goal for each of a few dozen pieces
}

// Found by LineTails.DifferenceOfTailsIsTheIntegralBetween: with no absolute goal, the budget was spent on the first
// piece of an integrand that vanishes at the lower end. int_0^1 2 x^3 exp(-x^2) dx = 1 - 2/e.
TEST(Integrals, OfAnIntegrandThatVanishesAtTheLowerEndNeedNoAbsoluteGoal) {
  const Integral found =
      integrate([](const ComplexBall& z, bool) { return 2 * (z * z * z) * exp(-(z * z)); }, Ball(0), Ball(1));
  EXPECT_TRUE(found.goal_met);
  EXPECT_LE(found.evaluations, 5000);
  EXPECT_TRUE(contains(widened(found.value, Ball(0x1p-120)), 1 - 2 / exp(Ball(1))));
  EXPECT_LE(radius_upper(found.value), 0x1p-110);
}

TEST(Integrals, PassOnWhatTheIntegrandThrows) {
  const auto value = [](const ComplexBall&, bool) -> ComplexBall { throw std::domain_error("no value"); };
  EXPECT_THROW(integrate(value, Ball(0), Ball(1)), std::domain_error);
}

TEST(Integrals, TakeEndPointsThatAreBalls) {
  const Ball end = widened(Ball(1), Ball(0x1p-20));
  IntegralGoal goal;
  goal.absolute_goal = Ball(0x1p-24);  // narrower than what the end point leaves open
  goal.evaluations = 5000;
  const Integral found = integrate([](const ComplexBall& z, bool) { return exp(z); }, Ball(0), end, goal);
  for (const double end_point : {1 - 0x1p-20, 1.0, 1 + 0x1p-20})
    EXPECT_TRUE(overlaps(found.value, expm1(Ball(end_point))));
}

}  // namespace
}  // namespace verimix

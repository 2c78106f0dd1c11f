#include "verimix/diffusion/discretisation.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/math/quadrature/gauss.hpp>

#include "support/input_error.hpp"
#include "support/numbers.hpp"

namespace verimix {
namespace {

Ball ball(const char* text) { return from_rational<Ball>(parse_rational(text)); }
bool at_most(const Ball& a, const Ball& b) { return less(b, a) == Truth::no; }
Ball kappa_of(const TimeGrid<Ball>& grid) { return larger_midpoint(grid.kappa_1, grid.kappa_2); }

/// D from the joint Gaussian law of (x_s, x_u), u = s + h: with variances v_s, v_u and covariance e^{-h} v_s, E|x_s/v_s
/// - x_u/v_u|^2 = 1/v_s + 1/v_u - 2 e^{-h}/v_u, integrated over each step by 30-point Gauss-Legendre.
Real50 by_quadrature(const TimeGrid<Real50>& grid, const Real50& variance) {
  const auto at = [&](const Real50& s) { return Real50(exp(Real50(-2 * s)) * (variance - 1) + 1); };
  Real50 sum = 0;
  for (std::size_t l = 0; l < grid.steps.size(); ++l) {
    const Real50 begin = grid.remaining[l];
    const auto spread = [&](const Real50& h) {
      return Real50(1 / at(begin - h) + 1 / at(begin) - 2 * exp(Real50(-h)) / at(begin));
    };
    sum += boost::math::quadrature::gauss<Real50, 30>::integrate(spread, Real50(0), grid.steps[l]);
  }
  return sum;
}

TEST(Lemma12, discretisationErrorIsTheIntegralOfItsDefinition) {
  for (const int percent : {0, 5, 100, 400}) {
    const Real50 variance = Real50(percent) / 100;
    const TimeGrid<Real50> grid = time_grid(Real50(3), Real50(1) / 8, 40);
    const Real50 expected = by_quadrature(grid, variance);
    // The nearest pole of the integrand is at s = 0 (v = 0), nine step lengths from its step: the rule is good to 60
    // digits. The closed form cancels to the second order of a step, 2e-3 here.
    EXPECT_LE(abs(Real50(gaussian_discretisation_error(grid, variance) / expected - 1)), Real50("1e-44")) << percent;
  }
}

RC_GTEST_PROP(Lemma12, discretisationErrorIsBelowItsBoundForEveryGaussian, ()) {
  const Ball horizon = from_rational<Ball>(1 + Rational(*rc::gen::inRange<int>(0, 200), 8));
  const Ball stop = from_rational<Ball>(Rational(1, *rc::gen::element(2, 3, 10, 1000, 1000000000)));
  const Ball variance = from_rational<Ball>(*rc::gen::element<Rational>(0, Rational(1, 100), 1, Rational(7, 2), 1000));
  const TimeGrid<Ball> grid = time_grid(horizon, stop, 2 * *rc::gen::inRange<int>(1, 100));
  const Ball error = gaussian_discretisation_error(grid, variance);
  RC_ASSERT(less(Ball(0), error) == Truth::yes);
  RC_ASSERT(less(error, discretisation_upper(kappa_of(grid), 1, horizon, stop)) == Truth::yes);
}

/// From below: the shares of the bound that a point mass reaches. With fine steps a step's error is half of what the
/// proof allows (it takes I at the step's end), so no share can pass 1/2 by much; 1/2 is the limit for small delta.
TEST(Lemma12, theBoundIsWithinAFactorOfThree) {
  struct Case {
    int horizon;
    const char* stop;
    int steps;
    const char *least, *most;
  };
  for (const Case& c : {Case{1, "1e-3", 2000, "0.33", "0.36"}, Case{1, "1e-300", 60000, "0.48", "0.5"},
                        Case{300, "0.5", 3000, "0.38", "0.45"}, Case{5, "1e-3", 1000, "0.26", "0.3"}}) {
    const TimeGrid<Ball> grid = time_grid(Ball(c.horizon), ball(c.stop), c.steps);
    const Ball share = gaussian_discretisation_error(grid, Ball(0)) /
                       discretisation_upper(kappa_of(grid), 1, Ball(c.horizon), ball(c.stop));
    EXPECT_EQ(less(ball(c.least), share), Truth::yes) << c.stop << " " << approximate(share);
    EXPECT_EQ(less(share, ball(c.most)), Truth::yes) << c.stop << " " << approximate(share);
  }
}

/// F(g) = int_0^g (1 - e^{-h})^2 dh.
Ball squared_decay(const Ball& g) { return g + Ball(2) * expm1(-g) - expm1(Ball(-2) * g) / Ball(2); }

/// 0.1912 >= sup F(g)/g^2 >= 0.1905: piece by piece on [1/2, 5]; F <= g^3/3 below and F <= g - 3/2 + 2 e^{-5} above.
TEST(Lemma12, theConstantOfTheSecondOrderTerm) {
  constexpr int pieces = 512;
  for (int i = pieces / 2; i < 5 * pieces; ++i) {
    // F is increasing: its value at the right end over the square of the left end.
    const Ball right = squared_decay(Ball(i + 1) / Ball(pieces)), left = Ball(i) / Ball(pieces);
    ASSERT_EQ(less(right, ball("0.1912") * left * left), Truth::yes) << i;
  }
  const Ball at = ball("1.8926178329250188");
  EXPECT_EQ(less(ball("0.1905"), squared_decay(at) / (at * at)), Truth::yes);
  EXPECT_TRUE(at_most(ball("0.5") / Ball(3), ball("0.1912")));
  EXPECT_TRUE(at_most((Ball(5) - ball("1.5") + Ball(2) * exp(Ball(-5))) / Ball(25), ball("0.1912")));
}

/// The two constants of the bound are the sums that the proof makes, rounded up, and no more than that.
TEST(Lemma12, theConstantsAreTheProofsOwn) {
  const Ball c = Ball(-1) / expm1(Ball(-2));
  const Ball of_horizon = Ball(2) + ball("0.1912") * c;
  EXPECT_EQ(less(of_horizon, ball("2.23")), Truth::yes);
  EXPECT_EQ(less(ball("2.22"), of_horizon), Truth::yes);
  const Ball half_log = log(expm1(Ball(2)) / Ball(2)) / Ball(2);
  const Ball chord = ball("0.5") + c - Ball(2) - log(-expm1(Ball(-2)));
  const Ball rest = c + half_log + chord;
  EXPECT_EQ(less(rest, ball("1.54")), Truth::yes);
  EXPECT_EQ(less(ball("1.53"), rest), Truth::yes);
}

RC_GTEST_PROP(Lemma12, soManyStepsAreEnoughForKappa, ()) {
  const double kappa = std::ldexp(1 + *rc::gen::inRange<int>(0, 8) / 8.0, -*rc::gen::inRange<int>(1, 8));
  const double horizon = 1 + *rc::gen::inRange<int>(0, 80) / 8.0;
  const double stop = std::ldexp(1.0, -*rc::gen::inRange<int>(1, 40));
  const double steps = steps_for_kappa(kappa, horizon, stop);
  const TimeGrid<Ball> grid = time_grid(Ball(horizon), Ball(stop), static_cast<int>(steps));
  RC_ASSERT(at_most(kappa_of(grid), Ball(kappa)));
  // From below: at kappa = 1 it is within rounding up, and for small kappa it is 1.4427 times too many.
  const auto fewer = static_cast<int>((steps - 2) / 1.45) / 2 * 2;
  if (fewer >= 2) RC_ASSERT(less(Ball(kappa), kappa_of(time_grid(Ball(horizon), Ball(stop), fewer))) == Truth::yes);
}

TEST(Discretisation, refusesWhatIsOutsideItsDomain) {
  using support::refusal;
  const auto names = [](const std::string& said, const char* field) { return said.find(field) != std::string::npos; };
  EXPECT_TRUE(names(refusal([] { discretisation_upper(0.0, 1, 2.0, 0.1); }), "kappa"));
  EXPECT_TRUE(names(refusal([] { discretisation_upper(0.1, 0, 2.0, 0.1); }), "dimension"));
  EXPECT_TRUE(names(refusal([] { discretisation_upper(0.1, 1, 0.5, 0.1); }), "horizon"));
  EXPECT_TRUE(names(refusal([] { discretisation_upper(0.1, 1, 2.0, 1.0); }), "stop"));
  EXPECT_TRUE(names(refusal([] { gaussian_discretisation_error(time_grid(2.0, 0.1, 4), -1.0); }), "variance"));
  EXPECT_TRUE(names(refusal([] { steps_for_kappa(1.5, 2, 0.1); }), "kappa"));
}

}  // namespace
}  // namespace verimix

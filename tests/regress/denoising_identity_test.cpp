#include "verimix/regress/denoising_identity.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "support/input_error.hpp"
#include "support/line_mixtures.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

using support::line_mixture;
using Cell = PiecewisePolynomial::Cell;

LineLaw two_at(const char* time) {
  return LineLaw(line_mixture({{"1/2", "-2", "1"}, {"1/2", "2", "1"}}), parse_rational(time));
}

std::vector<Rational> coefficients(std::initializer_list<const char*> texts) {
  std::vector<Rational> out;
  for (const char* text : texts) out.push_back(parse_rational(text));
  return out;
}

double wide(const Ball& ball) { return radius_upper(ball) / std::max(1.0, std::abs(approximate(ball))); }

// The values of the card, and a cubic by the trapezoidal rule over (x_0, z): step 1/10 on +-9, error below 1e-12.
TEST(Equation7, ObjectiveOfTwoGaussians) {
  const LineLaw law = two_at("3/10");
  EXPECT_NEAR(approximate(denoising_objective(law, {}, 20).value), 2.216, 5e-4);
  EXPECT_NEAR(approximate(least_denoising_objective(law, 20)), 1.6645, 5e-5);
  const PiecewisePolynomial cubic{{}, coefficients({"3/10", "-1/2", "0", "1/10"})};
  const double signal = std::exp(-0.3), sigma = std::sqrt(1 - std::exp(-0.6));
  double sum = 0;
  for (const double mean : {-2.0, 2.0})
    for (int i = -90; i <= 90; ++i)
      for (int j = -90; j <= 90; ++j) {
        const double a = 0.1 * i, z = 0.1 * j, x = signal * (mean + a) + sigma * z;
        sum += 0.5 * 0.01 * std::exp(-(a * a + z * z) / 2) / (2 * std::numbers::pi) *
               std::pow(0.3 - 0.5 * x + 0.1 * x * x * x + z / sigma, 2);
      }
  EXPECT_NEAR(approximate(denoising_objective(law, cubic, 20).value), sum, 1e-11 * sum);
}

/// A piecewise polynomial of degree at most 3 with up to 3 cells.
PiecewisePolynomial some_piecewise() {
  PiecewisePolynomial out;
  const auto draw = [] {
    std::vector<Rational> c;
    const int size = *rc::gen::inRange(0, 5);
    for (int j = 0; j < size; ++j) c.push_back(Rational(*support::integers(8), 4));
    return c;
  };
  out.fallback = draw();
  const int cells = *rc::gen::inRange(0, 4);
  Rational end(*support::integers(8), 2);
  for (int i = 0; i < cells; ++i) {
    const Rational next = end + Rational(*rc::gen::inRange(1, 9), 4);
    out.cells.push_back({end, next, draw()});
    end = next + Rational(*rc::gen::inRange(0, 2));
  }
  return out;
}

// Two ways that share no quadrature: 18 digits in common, on mixtures and piecewise polynomials of every kind.
TEST(Equation7, BothSidesAgreeToEighteenDigits) {
  support::check_few(12, "the denoising identity", [] {
    const LineLaw law(*support::line_mixtures(), *rc::gen::element(Rational(1, 100), Rational(3, 10), Rational(1)));
    const PiecewisePolynomial g = some_piecewise();
    const DenoisingIdentity found = denoising_identity(law, g, 20);
    RC_ASSERT(found.refuted() == Truth::unknown);
    const Ball difference = found.objective - found.right_side();
    RC_ASSERT(std::abs(approximate(difference)) + radius_upper(difference) <=
              1e-18 * approximate(found.objective + found.noise));
  });
}

// The check can fail: another constant, another sign of z, the objective of -g.
TEST(Equation7, WrongIdentitiesAreRefuted) {
  const LineLaw law = two_at("3/10");
  const PiecewisePolynomial line{{}, coefficients({"1/3", "-1/2"})}, minus{{}, coefficients({"-1/3", "1/2"})};
  DenoisingIdentity found = denoising_identity(law, line, 20);
  EXPECT_EQ(found.refuted(), Truth::unknown);
  found.objective += Ball(1e-15);
  EXPECT_EQ(found.refuted(), Truth::yes);
  found.objective = require_digits(denoising_objective(law, minus, 20), 20, "objective");
  EXPECT_EQ(found.refuted(), Truth::yes) << "E|g - z/sigma|^2 belongs to the opposite sign of the score";
  DenoisingIdentity without = denoising_identity(law, line, 20);
  without.fisher_information = 0;
  EXPECT_EQ(without.refuted(), Truth::yes);
}

// For a linear g and a single Gaussian everything is closed: L = (a + b m)^2 + ... with v_t the variance at time t.
TEST(Equation7, ASingleGaussianInClosedForm) {
  const Rational time = parse_rational("1/4");
  const LineLaw law(line_mixture({{"1", "3/2", "2"}}), time);
  const Ball shrink = exp(-2 * from_rational<Ball>(time)), noise = 1 - shrink, v = 2 * shrink + noise;
  EXPECT_TRUE(overlaps(least_denoising_objective(law, 25), 1 / noise - 1 / v));
  EXPECT_LT(wide(least_denoising_objective(law, 25)), 1e-24);
  const Ball mean = Ball(3) / 2 * exp(-from_rational<Ball>(time));
  const PiecewisePolynomial line{{}, coefficients({"1", "-2"})};
  // E (1 - 2x)^2 + 2 E (1 - 2x) z/sigma + 1/sigma^2, and E x z = sigma.
  const Ball expected = 1 - 4 * mean + 4 * (mean * mean + v) - 4 + 1 / noise;
  EXPECT_TRUE(overlaps(denoising_objective(law, line, 25).value, expected));
}

// min L_t is above 0 but for a point mass: it is not "at most epsilon", as the text after (7) suggests.
TEST(Equation7, TheObjectiveNeverGetsSmall) {
  for (const char* family : {"over1", "sep1", "diff1", "nest1", "tri1", "pan1"})
    for (const char* time : {"1/1000", "1/10", "1"}) {
      const LineLaw law(instance(family), parse_rational(time));
      const Ball least = least_denoising_objective(law, 15);
      EXPECT_EQ(less(Ball(0), least), Truth::yes) << family << ' ' << time;
      // J >= 1/Var, so the least objective is at most 1/sigma^2 - 1/Var; and of the size 1/(2t) for small t.
      EXPECT_EQ(less(least, 1 / law.added_variance()), Truth::yes);
      if (std::string(time) == "1/1000") {
        EXPECT_GT(approximate(least), 400) << family;
      }
    }
  EXPECT_EQ(approximate(least_denoising_objective(LineLaw(line_mixture({{"1", "1", "0"}}), Rational(1, 2)), 15)), 0);
}

TEST(Equation7, CellsInsideAndOutsideMakeUpTheWhole) {
  const LineMixture law(two_at("1/10"));
  const std::vector<Cell> cells = cover(
      {{{Rational(-1), Rational(1, 2), coefficients({"1", "2"})}, {Rational(2), {}, coefficients({"0", "0", "1"})}},
       coefficients({"-1"})});
  const Ball all = mean_square(law, cells), inside = mean_square(law, cells_inside(cells, Rational(3, 2))),
             outside = mean_square(law, cells_outside(cells, Rational(3, 2)));
  EXPECT_TRUE(overlaps(all, inside + outside));
  EXPECT_LT(wide(all), 1e-30);
  EXPECT_EQ(less(Ball(0), outside), Truth::yes);
  EXPECT_EQ(less(Ball(0), inside), Truth::yes);
  // E x^2.
  EXPECT_TRUE(overlaps(mean_square(law, cover({{}, coefficients({"0", "1"})})),
                       exp(Ball(-1) / 5) * 5 + (1 - exp(Ball(-1) / 5))));
}

TEST(Equation7, RefusesTimeZeroAndBadCells) {
  EXPECT_NE(support::refusal([] { denoising_objective(two_at("0"), {}, 10); }).find("time"), std::string::npos);
  EXPECT_NE(support::refusal([] { least_denoising_objective(two_at("0"), 10); }).find("time"), std::string::npos);
  const PiecewisePolynomial empty{{{Rational(1), Rational(1), {}}}, {}};
  EXPECT_NE(support::refusal([&] { denoising_objective(two_at("1"), empty, 10); }).find("cells"), std::string::npos);
  EXPECT_NE(support::refusal([] { cells_inside({}, Rational(0)); }).find("radius"), std::string::npos);
}

}  // namespace
}  // namespace verimix

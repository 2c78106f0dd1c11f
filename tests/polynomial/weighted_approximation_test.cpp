#include "verimix/polynomial/weighted_approximation.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/input_error.hpp"
#include "support/line_mixtures.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

using support::check_few;
using support::line_mixture;

LineLaw two(const char* R) { return LineLaw(instance("two", {{"R", R}})); }

Ball error_of(const LineLaw& law, const PiecewisePolynomial& g, int digits = 12) {
  return require_digits(certified_score_error(law, g, digits), digits, "score error");
}

TEST(WeightedApproximation, OfOneGaussianIsExactFromDegreeOneOn) {
  const auto errors = best_weighted_errors(LineLaw(line_mixture({{"1", "3", "1/4"}})), {}, 4);
  EXPECT_TRUE(contains(widened(errors[0], Ball(1e-18)), Ball(4)));  // the variance of the score, 1/v
  for (std::size_t l = 1; l < errors.size(); ++l) EXPECT_EQ(equal(errors[l], Ball(0)), Truth::yes);
}

// Stein: the best linear function is -(x - m)/(v + between), and E_1 = E s^2 - 1/Var X.
TEST(WeightedApproximation, OfDegreeOneIsSteins) {
  for (const char* R : {"2", "4", "8"}) {
    const LineLaw law = two(R);
    const Ball information = require_digits(certified_fisher_information(law, 25), 25, "I");
    const Rational r = parse_rational(R);
    const auto errors = best_weighted_errors(law, {}, 1);
    EXPECT_TRUE(overlaps(errors[1], information - 1 / from_rational<Ball>(1 + r * r)));
    EXPECT_TRUE(overlaps(errors[0], information));
  }
}

// E*(l, t): Stein at later times, Var X_t = 1 + e^{-2t} R^2; and what no line explains falls as the law comes near to
// one Gaussian.
TEST(WeightedApproximation, HoldsAtEveryTimeOfTheProcess) {
  Ball before = 2;
  for (const Rational& time : {Rational(1, 100), Rational(1, 2), Rational(2)}) {
    const LineLaw law(instance("two", {{"R", "2"}}), time);
    const Ball information = require_digits(certified_fisher_information(law, 25), 25, "I");
    const auto errors = best_weighted_errors(law, {}, 3);
    const Ball variance = 1 + 4 * exp(from_rational<Ball>(-2 * time));
    EXPECT_TRUE(overlaps(errors[1], information - 1 / variance));
    EXPECT_EQ(less(errors[1], before), Truth::yes);
    EXPECT_EQ(less(errors[3], errors[1]), Truth::yes);
    before = errors[1];
  }
  EXPECT_EQ(less(before, Ball(1e-2)), Truth::yes);
}

// For large R the polynomial interpolates the sign at +-R with flat contact: E_{2n+1} R^{2n} -> [((2n+1)!!/(2n)!!)
// 2^n/(n + 1)]^2 (n+1)!, which is 4.5, 37.5, 459.4 for n = 1, 2, 3.
TEST(WeightedApproximation, FollowsItsAsymptoticsForFarComponents) {
  const auto errors = best_weighted_errors(two("256"), {}, 7, 40);
  const double limits[] = {4.5, 37.5, 459.375};
  double scale = 1;
  for (std::size_t n = 1; n <= 3; ++n) {
    scale *= 256.0 * 256.0;
    // Corrections are of relative order (n R)^-2 times a moderate constant.
    EXPECT_NEAR(approximate(errors[2 * n + 1]) * scale / limits[n - 1], 1, 2e-3) << n;
  }
}

// Discretised Stieltjes on Gauss-Legendre panels in quadruple precision, another method and another program.
TEST(WeightedApproximation, AgreesWithReferenceValues) {
  const auto near = best_weighted_errors(two("2"), {}, 17);
  const std::pair<std::size_t, double> at_two[] = {{0, .72561},   {1, .52561},   {3, .208583},   {5, .10862},
                                                   {7, .0640568}, {9, .0405831}, {17, .00938463}};
  for (const auto& [l, value] : at_two) EXPECT_NEAR(approximate(near[l]), value, 6e-6 * value + 5e-8) << l;
  const auto far = best_weighted_errors(two("8"), {}, 9);
  const std::pair<std::size_t, double> at_eight[] = {
      {1, .984615}, {3, .065945}, {5, .00788855}, {7, .00133799}, {9, .000289638}};
  for (const auto& [l, value] : at_eight) EXPECT_NEAR(approximate(far[l]), value, 1e-5 * value) << l;
  const auto cells = best_weighted_errors(two("4"), {Rational(0)}, 1);
  EXPECT_NEAR(approximate(cells[1]), 4.545e-4, 5e-8);
}

// The polynomial attains the error that the expansion says, judged by quadrature of |s - p|^2; a polynomial beside it
// is worse.
TEST(WeightedApproximation, ThePolynomialAttainsTheError) {
  check_few(12, "the best polynomial's own error is E*", [] {
    const ExactMixture mixture = *support::line_mixtures();
    const LineLaw law(mixture, *rc::gen::element(Rational(0), Rational(1, 8)));
    if (law.components().size() < 2) return;
    const int degree = *rc::gen::inRange(0, 6);
    const Cuts1D cuts = *rc::gen::element(Cuts1D{}, Cuts1D{Rational(1, 2)}, Cuts1D{Rational(-1), Rational(2)});
    const auto errors = best_weighted_errors(law, cuts, degree);
    PiecewisePolynomial best = best_weighted_polynomial(law, cuts, degree);
    const Ball own = error_of(law, best);
    RC_ASSERT(overlaps(own, widened(errors.back(), Ball(1e-18))));
    best.cells.front().coefficients.front() += Rational(1, 100);
    RC_ASSERT(less(own, error_of(law, best)) == Truth::yes);
  });
}

// Parseval: what degree l explains grows, cells explain at least as much, and nothing exceeds E s^2.
TEST(WeightedApproximation, ErrorsFallWithDegreeAndCells) {
  check_few(12, "errors are monotone", [] {
    const LineLaw law(*support::line_mixtures());
    const auto global = best_weighted_errors(law, {}, 8);
    const auto cells = best_weighted_errors(law, {Rational(0)}, 8);
    for (std::size_t l = 0; l < global.size(); ++l) {
      RC_ASSERT(less(global[l] + Ball(1e-19), cells[l]) != Truth::yes);
      RC_ASSERT(less(cells[l], Ball(-1e-19)) != Truth::yes);
      if (l > 0) RC_ASSERT(less(global[l - 1] + Ball(1e-19), global[l]) != Truth::yes);
    }
  });
}

// x -> -x and a shift of the line leave E* alone.
TEST(WeightedApproximation, IsTheSameForAShiftedAndAReflectedLaw) {
  check_few(6, "invariance", [] {
    const ExactMixture mixture = *support::line_mixtures();
    ExactMixture moved = mixture;
    for (Index i = 0; i < moved.size(); ++i) moved.means(0, i) = 7 - moved.means(0, i);
    const auto a = best_weighted_errors(LineLaw(mixture), {Rational(1)}, 6);
    const auto b = best_weighted_errors(LineLaw(moved), {Rational(6)}, 6);
    for (std::size_t l = 0; l < a.size(); ++l) RC_ASSERT(overlaps(a[l], b[l]));
  });
}

TEST(WeightedApproximation, MinimalDegreesAreProvedFromBothSides) {
  const auto found = minimal_weighted_degrees(two("4"), {}, {Rational(1, 10), Rational(1, 100)});
  EXPECT_EQ(found[0].degree, 5);
  EXPECT_EQ(found[1].degree, 13);
  for (const auto& [result, epsilon] : {std::pair{found[0], Ball(1) / 10}, std::pair{found[1], Ball(1) / 100}}) {
    EXPECT_EQ(less(*result.error, epsilon), Truth::yes);
    EXPECT_EQ(less(epsilon, *result.error_below), Truth::yes);
  }
  const auto none = minimal_weighted_degrees(two("4"), {}, {Rational(1, 1000)}, 7);
  EXPECT_FALSE(none[0].degree);
  EXPECT_EQ(less(Ball(1) / 1000, *none[0].error_below), Truth::yes);
}

TEST(WeightedApproximation, MoreDigitsAgreeWithFewer) {
  const LineLaw law = two("3");
  const auto few = best_weighted_errors(law, {Rational(1, 2)}, 12, 8);
  const auto many = best_weighted_errors(law, {Rational(1, 2)}, 12, 60);
  for (std::size_t l = 0; l < few.size(); ++l) {
    EXPECT_TRUE(overlaps(few[l], many[l])) << l;
    EXPECT_LE(radius_upper(many[l]), 1e-60) << l;
  }
}

TEST(WeightedApproximation, RefusesBadInput) {
  const LineLaw law = two("2");
  EXPECT_THROW(best_weighted_errors(law, {Rational(1), Rational(1)}, 2), InputError);
  EXPECT_THROW(best_weighted_errors(law, {}, -1), InputError);
  EXPECT_THROW(best_weighted_errors(law, {}, largest_weighted_degree + 1), InputError);
  EXPECT_THROW(minimal_weighted_degrees(law, {}, {Rational(0)}), InputError);
}

}  // namespace
}  // namespace verimix

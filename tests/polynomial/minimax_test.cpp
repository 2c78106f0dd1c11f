#include "verimix/polynomial/minimax.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "support/line_mixtures.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

using support::check_few;

// E_n of x^{n+1} on [-1, 1] is 2^-n, by x^{n+1} - 2^-n T_{n+1}.
TEST(Minimax, OfAPowerIsChebyshevs) {
  for (const int n : {0, 1, 4, 9}) {
    const RemezResult found = remez([n](double x) { return std::pow(x, n + 1); }, {-1, 1}, n);
    EXPECT_NEAR(found.largest, std::ldexp(1.0, -n), 1e-13);
    const Ball lower = minimax_error_lower(
        [n](const Ball& x) {
          Ball power = 1;
          for (int i = 0; i <= n; ++i) power *= x;
          return power;
        },
        found.reference);
    EXPECT_NE(less(Ball(std::ldexp(1.0, -n)), lower), Truth::yes) << "a lower bound";
    EXPECT_NEAR(approximate(lower), std::ldexp(1.0, -n), 1e-13);
  }
}

// E_n(1/(x - a)) = (a - sqrt(a^2 - 1))^n/(a^2 - 1), a > 1 (Chebyshev).
TEST(Minimax, OfAPoleIsChebyshevs) {
  const double a = 1.25;
  for (const int n : {0, 3, 10, 20}) {
    const RemezResult found = remez([a](double x) { return 1 / (x - a); }, {-1, 1}, n);
    const double exact = std::pow(a - std::sqrt(a * a - 1), n) / (a * a - 1);
    EXPECT_NEAR(found.largest / exact, 1, 1e-6) << n;
    EXPECT_NEAR(found.levelled / exact, 1, 1e-6) << n;
  }
}

TEST(Minimax, EnclosesTheErrorForScores) {
  check_few(6, "lower <= E_n <= upper, and they meet", [] {
    const LineLaw law(*support::line_mixtures());
    if (law.components().size() < 2) return;
    const int degree = *rc::gen::inRange(1, 25);
    const MinimaxEnclosure found = certified_score_minimax(law, {-3, 4}, degree);
    RC_ASSERT(less(found.upper, found.lower) != Truth::yes);
    // Equioscillation: the two ends agree unless the error is at the level of double rounding.
    if (approximate(found.upper) > 1e-8) RC_ASSERT(approximate(found.lower) >= 0.999 * approximate(found.upper));
  });
}

// Interpolation at Chebyshev's zeros is within 1 + Lebesgue of the best, and never better than it.
TEST(Minimax, ChebyshevInterpolationIsWithinItsLebesgueBound) {
  check_few(6, "E_n <= sup|f - interpolant| <= (1 + Lambda_n) E_n", [] {
    const LineLaw law(*support::line_mixtures());
    if (law.components().size() < 2) return;
    const int degree = *rc::gen::inRange(1, 25);
    const RationalInterval interval{-3, 4};
    const MinimaxEnclosure best = certified_score_minimax(law, interval, degree);
    if (approximate(best.upper) < 1e-8) return;
    const Ball error =
        certified_score_error(law, chebyshev_interpolant(rounded_score(law), interval, degree), interval, 6)
            .result.value;
    RC_ASSERT(less(error, best.lower) != Truth::yes);
    // 1e-12: coefficients are sums of doubles.
    RC_ASSERT(less((1 + chebyshev_lebesgue_upper(degree)) * best.upper + Ball(1e-12), error) != Truth::yes);
  });
}

// The Lebesgue function of T_{n+1}'s zeros is largest at the ends: cotangents, summed.
TEST(Minimax, TheLebesgueBoundIsTight) {
  for (const int n : {0, 1, 2, 10, 100}) {
    double sum = 0;
    for (int i = 0; i <= n; ++i) sum += 1 / std::tan((2 * i + 1) * 3.14159265358979323846 / (4 * (n + 1)));
    const double constant = sum / (n + 1);
    EXPECT_LE(constant, approximate(chebyshev_lebesgue_upper(n)) + 1e-14);
    EXPECT_GE(constant, 0.95 * approximate(chebyshev_lebesgue_upper(n)));
  }
}

TEST(Minimax, AnyReferenceBoundsFromBelow) {
  check_few(20, "a crooked reference gives less", [] {
    const LineLaw law(instance("two", {{"R", "2"}}));
    const int degree = *rc::gen::inRange(1, 12);
    std::vector<Rational> points{Rational(-4)};
    for (int i = 0; i <= degree; ++i) points.push_back(points.back() + Rational(*rc::gen::inRange(1, 12), 20));
    const LineMixture mixture(law);
    const Ball lower = minimax_error_lower([&](const Ball& x) { return mixture.score(x); }, points);
    const RationalInterval interval{Rational(-4), points.back() > 4 ? points.back() : Rational(4)};
    const MinimaxEnclosure best = certified_score_minimax(law, interval, degree);
    RC_ASSERT(less(best.upper, lower) != Truth::yes);
  });
}

TEST(Minimax, RefusesBadInput) {
  const auto f = [](double x) { return x; };
  EXPECT_THROW(remez(f, {1, 1}, 3), InputError);
  EXPECT_THROW(remez(f, {0, 1}, -1), InputError);
  EXPECT_THROW(remez(f, {0, 1}, 5000), InputError);
}

}  // namespace
}  // namespace verimix

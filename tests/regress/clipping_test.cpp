#include "verimix/regress/clipping.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numbers>

#include "support/input_error.hpp"
#include "support/line_mixtures.hpp"
#include "verimix/core/concentration.hpp"

namespace verimix {
namespace {

using support::line_mixture;

PiecewisePolynomial constant(const Rational& value) { return {{}, {value}}; }

LineLaw gaussian(const char* variance, const char* time) {
  return LineLaw(line_mixture({{"1", "0", variance}}), parse_rational(time));
}

double normal_cdf(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

/// E |s + z/sigma|^2 1{|x| <= R_x, |z| <= R_z} for s = below on x < 0 and above on x > 0, in the other order: given z,
/// x is Gaussian; Simpson's rule over z with 4000 intervals (error of order 1e-12 times the integrand).
double clipped_by_simpson(const ExactMixture& mixture, double time, double below, double above, double radius_x,
                          double radius_z) {
  const double signal = std::exp(-time), sigma = std::sqrt(-std::expm1(-2 * time));
  const int intervals = 4000;
  double sum = 0;
  for (int j = 0; j <= intervals; ++j) {
    const double z = radius_z * (2.0 * j / intervals - 1);
    double value = 0;
    for (Index i = 0; i < mixture.size(); ++i) {
      const double mean = signal * mixture.means(0, i).convert_to<double>() + sigma * z;
      const double deviation =
          signal * std::sqrt(mixture.covariances[static_cast<std::size_t>(i)](0, 0).convert_to<double>());
      const auto mass = [&](double a, double b) {
        return normal_cdf((b - mean) / deviation) - normal_cdf((a - mean) / deviation);
      };
      value +=
          mixture.weights[static_cast<std::size_t>(i)].convert_to<double>() *
          (std::pow(below + z / sigma, 2) * mass(-radius_x, 0) + std::pow(above + z / sigma, 2) * mass(0, radius_x));
    }
    const double weight = j == 0 || j == intervals ? 1 : (j % 2 == 1 ? 4 : 2);
    sum += weight * value * std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
  }
  return sum * 2 * radius_z / intervals / 3;
}

TEST(Equation64, TheClippedObjectiveAgainstSimpson) {
  const ExactMixture mixture = line_mixture({{"1/4", "-1", "1/2"}, {"3/4", "3/2", "2"}});
  const PiecewisePolynomial s{{{{}, Rational(0), {Rational(-1, 2)}}}, {Rational(3)}};
  for (const char* time : {"1/10", "1"})
    for (const auto& [x, z] : {std::pair{Rational(1), Rational(2)}, {Rational(5, 2), Rational(1, 2)}}) {
      const LineLaw law(mixture, parse_rational(time));
      const double expected = clipped_by_simpson(mixture, parse_rational(time).convert_to<double>(), -0.5, 3,
                                                 x.convert_to<double>(), z.convert_to<double>());
      EXPECT_NEAR(approximate(clipped_objective(law, s, x, z, 15).value), expected, 1e-10 * expected) << time;
    }
}

// Radii that keep everything: the objective in closed form. And what is clipped is at most the whole.
TEST(Equation64, ClippingFarOutLeavesTheObjective) {
  const LineLaw law(line_mixture({{"1/2", "-1", "1/3"}, {"1/2", "1", "1"}}), Rational(1, 5));
  const PiecewisePolynomial s{{}, {Rational(1), Rational(-1, 2), Rational(0), Rational(1, 8)}};
  const Ball all = denoising_objective(law, s, 20).value;
  const Ball kept = clipped_objective(law, s, Rational(30), Rational(30), 20).value;
  EXPECT_TRUE(overlaps(widened(all, all * Ball(1e-19)), kept));
  EXPECT_EQ(less(clipped_objective(law, s, Rational(2), Rational(2), 15).value, all), Truth::yes);
}

// (66) + (67) lacks |s|^2 where z alone is large and |z|^2 where x alone is. N(0, 1/10), t = 1/100, rho = 5, s = A: the
// left side has A^2 P[|z| >= 5] = 6e-7 A^2, the right one A^2 P[|x_t| >= 5] = 5e-48 A^2.
TEST(Equation66, ThePrintedSplitIsRefutedForEveryConstant) {
  const LineLaw law = gaussian("1/10", "1/100");
  const Rational rho(5);
  double last = 1;
  for (const long size : {1000L, 1000000L, 1000000000L}) {
    const PiecewisePolynomial s = constant(Rational(size));
    const Ball left = outside_objective(law, s, rho, rho, 20);
    const Ball right = equation_66(law, s, rho) + outside_noise(1, Ball(5)) / (Ball(1) / 100);
    EXPECT_EQ(less(left / right, Ball(last)), Truth::no) << size;
    last = 1000 * approximate(left / right);
  }
  EXPECT_GT(last, 1e15);
}

// The card's witness: delta' = 9/10, rho = 10 log(10/9) = 1.0536 (a fraction just below), A = 100 and 1000.
TEST(Equation66, TheWitnessOfTheCard) {
  const LineLaw law = gaussian("1/10", "1/100");
  EXPECT_NEAR(clipping_radius_printed(1, 0.1, 1.0, 1.0, 0.9), 1.0536, 1e-4);
  const Rational rho(10536, 10000);
  for (const auto& [size, ratio] : {std::pair{100L, 29.9}, {1000L, 131.0}}) {
    const PiecewisePolynomial s = constant(Rational(size));
    const Ball left = outside_objective(law, s, rho, rho, 15);
    const Ball right = equation_66(law, s, rho) + 100 * outside_noise(1, from_rational<Ball>(rho));
    EXPECT_GE(approximate(left / right), ratio);
  }
}

TEST(Equation67, OutsideNoiseInClosedForm) {
  // d = 1: 2 (rho phi(rho) + Q(rho)); even d by a sum of positive terms (core/concentration.hpp).
  const Ball rho = Ball(3) / 2;
  const double expected = 2 * (1.5 * std::exp(-1.125) / std::sqrt(2 * std::numbers::pi) + normal_cdf(-1.5));
  EXPECT_NEAR(approximate(outside_noise(1, rho)), expected, 1e-14);
  for (const long m : {1L, 3L, 10L}) {
    EXPECT_TRUE(overlaps(outside_probability(2 * m, rho), chi_square_upper_tail(m, rho * rho)));
    EXPECT_TRUE(overlaps(outside_noise(2 * m, rho), 2 * m * chi_square_upper_tail(m + 1, rho * rho)));
  }
}

// "(Pr |z| >= R_z) <= delta'" with the printed radius: R = 1/10, alpha = beta = d = 1, delta' = e^{-10}: R_z = 1.
TEST(Equation67, ThePrintedRadiusIsTooSmallForSmallR) {
  const Ball delta_prime = exp(Ball(-10));
  const Ball radius = clipping_radius_printed(1, Ball(1), Ball(1), Ball(1) / 10, delta_prime);
  EXPECT_NEAR(approximate(radius), 1, 1e-15);
  EXPECT_EQ(less(1000 * delta_prime, outside_probability(1, radius)), Truth::yes);
}

// "M^4 E |phi|_1^4 <= M^4 d^l max E prod |x^(i)|^{v_i}": d = l = 1, N(0, 1): E (1 + |x|)^4 = 10 + 12 sqrt(2/pi) = 19.57
// and the right side is max(1, E|x|, E x^2, E|x|^3, E x^4) = 3. Along N(1, v), v -> 0, l = 1, 3, 7: (l + 1)^4
// against 1.
TEST(Equation67, ThePrintedFourthMomentIsRefuted) {
  const Ball left = 10 + 12 * sqrt(2 / pi<Ball>());
  EXPECT_NEAR(approximate(left), 19.57, 5e-3);
  EXPECT_EQ(less(Ball(3), left), Truth::yes);
  for (const int degree : {1, 3, 7}) {
    // E |phi|_1^4 >= (sum_j |E x^j|)^4 >= (l + 1)^4 for N(1, v), since E x^j >= 1; E |x|^v <= E x^{4l} for even 4l
    // or at most 1 + E x^{4l}.
    Ball moment = 1, before = 1;
    const Ball v = Ball(1) / (100 * degree * degree);
    for (int j = 2; j <= 4 * degree; ++j) {
      // E x^j = E x^{j-1} + (j - 1) v E x^{j-2} for mean 1.
      const Ball next = moment + (j - 1) * v * before;
      before = moment;
      moment = next;
    }
    EXPECT_EQ(less((1 + moment) * degree, Ball((degree + 1) * (degree + 1)) * ((degree + 1) * (degree + 1))),
              Truth::yes)
        << degree;
  }
}

// The last display's sqrt(delta'/t_min) d must be sqrt(delta')/t_min: N(0, 1), s = 1 (M = 1, l = 0), alpha = beta = R =
// 1, delta' = 1/2: the ratio grows like t^{-1/2}.
TEST(Equation67, TheLastDisplayIsRefutedAsTFalls) {
  double last = 0;
  for (const char* time : {"1/100", "1/10000", "1/1000000"}) {
    const LineLaw law = gaussian("1", time);
    const Rational rho(7, 10);  // log 2 = 0.693 is below: more is left out with the printed radius
    const Ball left = outside_objective(law, constant(1), rho, rho, 12);
    const Ball right =
        outside_printed_upper(1, 0, Ball(1), Ball(1), Ball(1), from_rational<Ball>(parse_rational(time)), Ball(1) / 2);
    EXPECT_EQ(less(left / right, Ball(5 * last)), Truth::no) << time;
    last = approximate(left / right);
  }
  EXPECT_GT(last, 100);
}

/// The least multiple of 1/64 that is at least x.
Rational raised(const Ball& x) { return Rational(static_cast<long>(std::ceil(approximate(x) * 64)) + 1, 64); }

// On the line: random mixtures, random polynomials with sizes of coefficients summing to M on one or two cells.
TEST(Equation66, TheRepairedBoundHolds) {
  support::check_few(15, "what clipping leaves out", [] {
    const ExactMixture mixture = *support::line_mixtures();
    const Rational time = *rc::gen::element(Rational(1, 100), Rational(1, 2));
    const LineLaw law(mixture, time);
    const int degree = *rc::gen::inRange(0, 4);
    PiecewisePolynomial s;
    Rational largest(0);
    const auto polynomial = [&] {
      std::vector<Rational> c;
      Rational sum(0);
      for (int j = 0; j <= degree; ++j) {
        c.push_back(Rational(*support::integers(6), 2));
        sum += abs(c.back());
      }
      if (sum > largest) largest = sum;
      return c;
    };
    s.fallback = polynomial();
    const bool cut = *rc::gen::arbitrary<bool>();
    if (cut) s.cells.push_back({{}, Rational(1, 3), polynomial()});
    Rational radius(0), beta(1);
    for (Index i = 0; i < mixture.size(); ++i) {
      radius = std::max<Rational>(radius, abs(mixture.means(0, i)));
      beta = std::max<Rational>(beta, mixture.covariances[static_cast<std::size_t>(i)](0, 0));
    }
    const Ball delta_prime = Ball(1) / *rc::gen::element(2, 100, 10000);
    const auto radii = clipping_radii(1, from_rational<Ball>(radius), from_rational<Ball>(beta), delta_prime);
    const Ball left = outside_objective(law, s, raised(radii.x), raised(radii.z), 20);
    const Ball norm = fourth_norm_upper(cut ? 2 : 1, degree, from_rational<Ball>(largest), from_rational<Ball>(radius),
                                        from_rational<Ball>(beta));
    const Ball right = outside_upper(1, law.added_variance(), norm, delta_prime);
    RC_ASSERT(less(left, right) == Truth::yes);
  });
}

// From below. The noise alone, everything with |z| >= 1 left out: E z^2 1 against sqrt(3 P), within a fifth. The fourth
// norm of x^l under N(0, 1) is attained. The radius of the noise leaves out at least delta'^2 (d = 1, delta' = e^{-8}).
TEST(Equation66, TheRepairedBoundIsNearlyAttained) {
  const LineLaw law = gaussian("1", "1/100");
  const Ball left = outside_objective(law, {}, Rational(40), Rational(1), 15);
  const Ball right = outside_upper(1, law.added_variance(), Ball(0), outside_probability(1, Ball(1)));
  EXPECT_EQ(less(left, right), Truth::yes);
  EXPECT_GT(approximate(left / right), 0.8);
  for (int degree = 1; degree <= 5; ++degree) {
    Ball moment = 1;
    for (int j = 1; j < 4 * degree; j += 2) moment *= j;
    const Ball norm = fourth_norm_upper(1, degree, Ball(1), Ball(0), Ball(1));
    EXPECT_TRUE(overlaps(norm * norm * norm * norm, moment));
  }
  const Ball delta_prime = exp(Ball(-8));
  const Ball radius = clipping_radii(1, Ball(0), Ball(1), delta_prime).z;
  EXPECT_EQ(less(delta_prime * delta_prime, outside_probability(1, radius)), Truth::yes);
}

TEST(Equation66, TheRadiiKeepTheirPromise) {
  for (const Index d : {1, 2, 5, 50})
    for (const int exponent : {1, 5, 20, 100}) {
      const Ball delta_prime = exp(Ball(-exponent));
      const auto radii = clipping_radii(d, Ball(2), Ball(3), delta_prime);
      EXPECT_EQ(less(outside_probability(d, radii.z), delta_prime / 2), Truth::yes);
      // |x_t| <= R + sqrt(beta) |g|.
      EXPECT_EQ(less(outside_probability(d, (radii.x - 2) / sqrt(Ball(3))), delta_prime / 2), Truth::yes);
    }
}

TEST(Equation66, RefusesBadInput) {
  const auto says = [](auto call, const char* field) {
    EXPECT_NE(support::refusal(call).find(field), std::string::npos) << field;
  };
  says([] { clipped_objective(gaussian("1", "0"), {}, Rational(1), Rational(1), 10); }, "time");
  says([] { clipped_objective(gaussian("0", "1"), {}, Rational(1), Rational(1), 10); }, "covariance");
  says([] { clipped_objective(gaussian("1", "1"), {}, Rational(0), Rational(1), 10); }, "radius");
  says([] { outside_upper(0, 1.0, 1.0, 0.5); }, "dimension");
  says([] { outside_upper(1, 0.0, 1.0, 0.5); }, "noise_variance");
  says([] { outside_upper(1, 1.0, -1.0, 0.5); }, "fourth_norm");
  says([] { outside_upper(1, 1.0, 1.0, 1.5); }, "probability");
  says([] { fourth_norm_upper(0, 1, 1.0, 1.0, 1.0); }, "cells");
  says([] { fourth_norm_upper(1, 1, -1.0, 1.0, 1.0); }, "coefficient_sum");
  says([] { clipping_radii(1, -1.0, 1.0, 0.5); }, "R");
  says([] { clipping_radii(1, 1.0, 1.0, 1.0); }, "delta_prime");
  says([] { clipping_radius_printed(1, 0.0, 1.0, 1.0, 0.5); }, "alpha");
  says([] { outside_noise(1, Ball(0)); }, "rho");
}

}  // namespace
}  // namespace verimix

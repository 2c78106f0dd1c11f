#include "verimix/simplify/score_difference.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

#include "support/ball_matrices.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

Gaussian<Ball> on_line(const Ball& mean, const Ball& variance) {
  return {Vector<Ball>::Constant(1, mean), Matrix<Ball>::Constant(1, 1, variance)};
}

/// alpha (Id + c v v^T), v with small integer entries, c >= 0: eigenvalues alpha and alpha (1 + c |v|^2), so alpha is
/// exact by construction, and two of them do not commute.
struct Pair {
  Gaussian<Ball> first, second;
  Ball alpha, mean_squared, covariance_squared;
};

Matrix<Ball> lifted(Index d, const Ball& alpha) {
  const Ball c = Ball(*rc::gen::element(0, 0, 1, 8, 64)) / Ball(8);
  std::vector<int> v(static_cast<std::size_t>(d));
  for (int& entry : v) entry = *rc::gen::inRange(-3, 4);
  Matrix<Ball> q(d, d);
  for (Index j = 0; j < d; ++j)
    for (Index i = 0; i < d; ++i)
      q(i, j) =
          alpha * (Ball(i == j ? 1 : 0) + c * Ball(v[static_cast<std::size_t>(i)] * v[static_cast<std::size_t>(j)]));
  return q;
}

Pair pairs() {
  const Index d = *rc::gen::inRange<Index>(1, 5);
  Pair out;
  out.alpha = Ball(std::ldexp(1.0, *rc::gen::inRange(-6, 4)));
  out.first = {Vector<Ball>::Constant(d, Ball(0)), lifted(d, out.alpha)};
  out.second = {Vector<Ball>::Constant(d, Ball(0)), lifted(d, out.alpha)};
  const int size = *rc::gen::element(0, 1, 64);
  out.mean_squared = out.covariance_squared = Ball(0);
  for (Index i = 0; i < d; ++i) {
    out.second.mean(i) = Ball(size * *rc::gen::inRange(-4, 5)) / Ball(8);
    out.mean_squared += out.second.mean(i) * out.second.mean(i);
    for (Index j = 0; j < d; ++j) {
      const Ball gap = out.first.covariance(i, j) - out.second.covariance(i, j);
      out.covariance_squared += gap * gap;
    }
  }
  return out;
}

RC_GTEST_PROP(Claim38, ExplicitFormHolds, ()) {
  const Pair c = pairs();
  const Ball scale = score_difference_scale(c.mean_squared, c.covariance_squared, c.alpha);
  for (const int n : {1, 2, 3, 4, 8}) {
    const Ball moment = score_difference_moment(c.first, c.second, n);
    RC_ASSERT(less(score_difference_moment_upper(scale, n), moment) != Truth::yes);
    const Ball tilted = tilted_score_difference_moment(c.first, c.second, n);
    RC_ASSERT(less(score_difference_moment_upper(scale, n), tilted) != Truth::yes);
    RC_ASSERT(overlaps(tilted, tilted_score_difference_moment(c.second, c.first, n)));
  }
  // n = 1 is the Fisher divergence of the two, which another stage computes.
  RC_ASSERT(overlaps(score_difference_moment(c.first, c.second, 1), fisher(c.first, c.second)));
}

// The first printed part with constant 3 where alpha <= 1 <= beta; the trace stands for a beta.
RC_GTEST_PROP(Claim38, PrintedFormHoldsWithThreeForAlphaAtMostOne, ()) {
  const Pair c = pairs();
  RC_PRE(less(Ball(1), c.alpha) != Truth::yes);
  const Ball beta = 1 + c.first.covariance.trace() + c.second.covariance.trace();
  const Ball printed = score_difference_fourth_printed(c.mean_squared, c.covariance_squared, c.alpha, beta);
  RC_ASSERT(less(3 * printed, score_difference_moment(c.first, c.second, 2)) != Truth::yes);
}

// The second part, with constant 1.
RC_GTEST_PROP(Claim38, PowersOfTheFourthMoment, ()) {
  const Pair c = pairs();
  const Ball fourth = score_difference_moment(c.first, c.second, 2);
  for (const int t : {2, 4, 6}) {
    RC_ASSERT(less(score_difference_power_upper(fourth, t), score_difference_moment(c.first, c.second, t)) !=
              Truth::yes);
  }
}

// d = 1, g_1 - g_2 = s z + b: E(sz + b)^4 = 3 s^4 + 6 s^2 b^2 + b^4 (Wick).
TEST(Claim38, CumulantsAgreeWithWick) {
  for (const double w : {0.25, 1.0, 4.0}) {
    const double s = 1 - 1 / w, b = 3 / w;
    const Ball moment = score_difference_moment(on_line(Ball(0), Ball(1)), on_line(Ball(3), Ball(w)), 2);
    const double exact = 3 * std::pow(s, 4) + 6 * s * s * b * b + std::pow(b, 4);
    EXPECT_NEAR(approximate(moment), exact, 1e-13 * exact);
  }
}

// Under sqrt(N_1 N_2), by the trapezoid rule.
TEST(Claim38, TiltedMomentsAgreeWithQuadrature) {
  const double m = 1.5, w = 3;
  double mass = 0, sum = 0;
  for (int i = -20000; i <= 20000; ++i) {
    const double x = i * 1e-3;
    const double density = std::exp(-x * x / 4 - (x - m) * (x - m) / (4 * w));
    mass += density;
    sum += density * std::pow(x - (x - m) / w, 4);
  }
  const Ball tilted = tilted_score_difference_moment(on_line(Ball(0), Ball(1)), on_line(Ball(3) / 2, Ball(3)), 2);
  EXPECT_NEAR(approximate(tilted), sum / mass, 1e-11);
}

// Without alpha <= 1 the first printed part is false for every constant: alpha = beta = A, means A^2 apart, A^2/2.
TEST(Claim38, PrintedFormIsRefutedWithoutAlphaAtMostOne) {
  for (const int a : {10, 100, 1000}) {
    const Ball gap = Ball(a * a);
    const Ball moment = score_difference_moment(on_line(Ball(0), Ball(a)), on_line(gap, Ball(a)), 2);
    const Ball printed = score_difference_fourth_printed(Ball(gap * gap), Ball(0), Ball(a), Ball(a));
    EXPECT_TRUE(overlaps(moment / printed, Ball(a) * Ball(a) / Ball(2)));
  }
}

// With the unsquared distance, alpha = beta = 1: m^4 against m^2 + m, for every constant.
TEST(Claim38, UnsquaredDistanceIsRefuted) {
  for (const int m : {100, 1000}) {
    const Ball moment = score_difference_moment(on_line(Ball(0), Ball(1)), on_line(Ball(m), Ball(1)), 2);
    EXPECT_GT(support::lower_end(moment / Ball(m * m + m)), 0.99 * m * m);
  }
}

// The proof's displayed equality has one |b|^2 too many: at Q_1 = Q_2 the fourth moment is |b|^4.
TEST(Claim38, EqualCovariancesGiveTheFourthPowerOfTheShift) {
  EXPECT_TRUE(overlaps(score_difference_moment(on_line(Ball(0), Ball(1)), on_line(Ball(2), Ball(1)), 2), Ball(16)));
}

// Q_1 = 1, Q_2 = 1 + h, h -> 0: the fourth moment is 3 h^4/(1 + h)^4, the bound 3 h^4.
TEST(Claim38, ConstantIsSharp) {
  const Ball h = Ball(1) / Ball(4096);
  const Ball moment = score_difference_moment(on_line(Ball(0), Ball(1)), on_line(Ball(0), Ball(1) + h), 2);
  const Ball ratio = moment / score_difference_moment_upper(score_difference_scale(Ball(0), Ball(h * h), Ball(1)), 2);
  EXPECT_GT(support::lower_end(ratio), 0.999);
  EXPECT_LT(support::upper_end(ratio), 1);
}

TEST(Claim38, RefusesBadInput) {
  const Gaussian<Ball> good = on_line(Ball(0), Ball(1));
  EXPECT_THROW(score_difference_moment(good, good, 0), InputError);
  EXPECT_THROW(score_difference_moment(good, good, 17), InputError);
  EXPECT_THROW(score_difference_moment(good, on_line(Ball(0), Ball(-1)), 2), InputError);
  EXPECT_THROW(score_difference_scale(1.0, 1.0, 0.0), InputError);
  EXPECT_THROW(score_difference_scale(-1.0, 1.0, 1.0), InputError);
  EXPECT_THROW(score_difference_moment_upper(std::nan(""), 2), InputError);
  EXPECT_THROW(score_difference_fourth_printed(1.0, 1.0, 1.0, -1.0), InputError);
  EXPECT_THROW(score_difference_power_upper(1.0, 3), InputError);
}

}  // namespace
}  // namespace verimix

#include "verimix/simplify/overlap.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "support/ball_matrices.hpp"
#include "support/estimate_generators.hpp"
#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

using support::exactly;

Gaussian<double> line(double mean, double variance) {
  return {Vector<double>::Constant(1, mean), Matrix<double>::Constant(1, 1, variance)};
}
Gaussian<Ball> exactly_gaussian(const Gaussian<double>& g) { return {exactly(g.mean), exactly(g.covariance)}; }

/// alpha Id <= Q_i <= beta Id (to the rounding of a rotation) by construction; means up to 8 deviations apart, one time
/// in four equal.
struct OverlapCase {
  Gaussian<double> first, second;
  double beta = 0;
};

OverlapCase overlap_case(Index largest_d) {
  const Index d = *rc::gen::inRange<Index>(1, largest_d + 1);
  const double alpha = *rc::gen::element(1.0, 0.5, 1.0 / 16);
  OverlapCase c;
  c.beta = alpha * *rc::gen::element(1.0, 1.25, 4.0, 64.0);
  const double distance = *rc::gen::element(0.0, 0.1, 1.0, 8.0) * std::sqrt(c.beta);
  Stream stream(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30)), Purpose::instance, 0);
  c.first.covariance = support::covariance_between(d, alpha, c.beta, stream);
  c.second.covariance = support::covariance_between(d, alpha, c.beta, stream);
  c.first.mean = support::normal_matrix(d, 1, stream).col(0);
  c.second.mean = c.first.mean + distance * support::normal_matrix(d, 1, stream).col(0).normalized();
  c.beta *= 1 + 1e-12;
  return c;
}

Ball explicit_upper(const OverlapCase& c) {
  const Matrix<Ball> covariances = exactly(c.first.covariance) - exactly(c.second.covariance);
  const Vector<Ball> means = exactly(c.first.mean) - exactly(c.second.mean);
  Ball m_squared(0), d_squared(0);
  for (const Ball& x : means) m_squared += x * x;
  for (const Ball& x : covariances.reshaped()) d_squared += x * x;
  return log_overlap_upper(Ball(c.beta), m_squared, d_squared);
}

/// int N_1 N_2/(N_1 + N_2) by the trapezoid rule: exponentially convergent, and nothing of the library is used.
double overlap_by_trapezoid(const Gaussian<double>& first, const Gaussian<double>& second) {
  const double m = first.mean(0), v = first.covariance(0, 0), n = second.mean(0), w = second.covariance(0, 0);
  const double from = m - 14 * std::sqrt(v), step = 28 * std::sqrt(v) / 40000;
  double sum = 0;
  for (int i = 0; i <= 40000; ++i) {
    const double x = from + step * i;
    const double log_ratio = (x - n) * (x - n) / (2 * w) - (x - m) * (x - m) / (2 * v) + std::log(w / v) / 2;
    sum += std::exp(-(x - m) * (x - m) / (2 * v)) / (1 + std::exp(log_ratio));
  }
  return sum * step / std::sqrt(2 * std::acos(-1.0) * v);
}

// Certified in every dimension: the overlap is below its upper end, which is below Claim 36 with its constants.
RC_GTEST_PROP(Claim36, ExplicitFormHoldsForCertain, ()) {
  const OverlapCase c = overlap_case(5);
  const LogOverlapBracket<Ball> bracket = log_overlap_bracket(exactly_gaussian(c.first), exactly_gaussian(c.second));
  RC_ASSERT(less(explicit_upper(c), bracket.upper) != Truth::yes);
  RC_ASSERT(less(bracket.upper, bracket.lower) != Truth::yes);
  RC_ASSERT(is_finite(bracket.lower) && is_finite(bracket.upper));
  RC_ASSERT(radius_upper(bracket.upper) < 1e-20);
}

// On the line the overlap itself is enclosed: between the ends of its bracket, and where the trapezoid rule sees it.
RC_GTEST_PROP(Claim36, OverlapOnTheLineIsInItsBracket, ()) {
  const OverlapCase c = overlap_case(1);
  const Gaussian<Ball> first = exactly_gaussian(c.first);
  const Gaussian<Ball> second = exactly_gaussian(c.second);
  const Ball overlap = overlap_line(first, second);
  const LogOverlapBracket<Ball> bracket = log_overlap_bracket(first, second);
  RC_ASSERT(less(overlap, exp(bracket.lower)) != Truth::yes);
  RC_ASSERT(less(exp(bracket.upper), overlap) != Truth::yes);
  RC_ASSERT(less(exp(explicit_upper(c)), overlap) != Truth::yes);
  RC_ASSERT(std::abs(approximate(overlap) - overlap_by_trapezoid(c.first, c.second)) < 1e-11);
  RC_ASSERT(radius_upper(overlap) < 1e-25);
}

// In several dimensions by drawing: x ~ N_1, the mean of N_2/(N_1 + N_2), a number in [0, 1]. Hoeffding: off by more
// than 0.03 with probability 2 exp(-2 * 20000 * 0.03^2) < 1e-15.
TEST(Claim36, DrawsAgreeWithTheBracketInSpace) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    Stream stream(seed, Purpose::instance, 0);
    const Index d = 2 + static_cast<Index>(seed % 3);
    const Gaussian<double> first{Vector<double>::Zero(d), support::covariance_between(d, 0.5, 2, stream)};
    const Gaussian<double> second{Vector<double>::Constant(d, 0.4), support::covariance_between(d, 0.5, 2, stream)};
    const Matrix<double> root = cholesky(first.covariance).lower;
    const Matrix<double> z = support::normal_matrix(d, 20000, stream);
    const Matrix<double> whitening = lower_inverse(cholesky(second.covariance).lower);
    const Matrix<double> from_second = whitening * ((root * z).colwise() - second.mean);
    const double constant = log_determinant(cholesky(second.covariance)) - log_determinant(cholesky(first.covariance));
    const Eigen::ArrayXd log_ratio =
        (from_second.colwise().squaredNorm() - z.colwise().squaredNorm()).transpose().array() / 2 + constant / 2;
    const double mean = (1 / (1 + log_ratio.exp())).mean();
    const LogOverlapBracket<double> bracket = log_overlap_bracket(first, second);
    EXPECT_GE(mean, std::exp(bracket.lower) - 0.03);
    EXPECT_LE(mean, std::exp(bracket.upper) + 0.03);
    EXPECT_LT(bracket.upper - bracket.lower, 1);
  }
}

// The printed form is false where the covariances are equal: alpha = beta = 1, m = 2, certified.
TEST(Claim36, PrintedFormIsFalse) {
  const Ball overlap = overlap_line(exactly_gaussian(line(0, 1)), exactly_gaussian(line(2, 1)));
  const Ball printed = exp(log_overlap_printed_upper(Ball(1), Ball(1), Ball(4), Ball(0)));
  RecordProperty("overlap", std::to_string(approximate(overlap)));
  RecordProperty("printed", std::to_string(approximate(printed)));
  EXPECT_EQ(less(5 * printed, overlap), Truth::yes);
  // No constant in front saves it: the gap grows with m.
  const LogOverlapBracket<Ball> far = log_overlap_bracket(exactly_gaussian(line(0, 1)), exactly_gaussian(line(40, 1)));
  EXPECT_EQ(less(log_overlap_printed_upper(Ball(1), Ball(1), Ball(1600), Ball(0)) + 1000, far.lower), Truth::yes);
}

// The part with D is not what is wrong: the printed c is at least four times 16 beta^2.
TEST(Claim36, PrintedFormIsWeakerInTheCovariances) {
  for (const double alpha : {0.01, 0.5, 1.0})
    EXPECT_LT(log_overlap_upper(1.0, 0.0, 3.0), log_overlap_printed_upper(alpha, 1.0, 0.0, 3.0));
}

// 8 is sharp: -log overlap is at most m^2/8 + m/2 + log 2 for two unit variances.
TEST(Claim36, EightIsSharp) {
  for (const double m : {50.0, 400.0, 10000.0}) {
    const LogOverlapBracket<Ball> bracket =
        log_overlap_bracket(exactly_gaussian(line(0, 1)), exactly_gaussian(line(m, 1)));
    const double ratio = -approximate(bracket.lower) / (m * m / 8);
    EXPECT_GE(ratio, 1);
    EXPECT_LT(ratio, 1 + 4 / m + 6 / (m * m));
    EXPECT_NEAR(approximate(bracket.upper), log_overlap_upper(1.0, m * m, 0.0), 1e-13 * m * m);
  }
}

// 16 is sharp: n copies of N(0, 1) against N(0, 1 - e), whose log affinity and moments are n times those of one copy.
TEST(Claim36, SixteenIsSharp) {
  for (const double e : {1.0 / 16, 1.0 / 256}) {
    const Gaussian<Ball> wide = exactly_gaussian(line(0, 1));
    const Gaussian<Ball> narrow = exactly_gaussian(line(0, 1 - e));
    const LogRatioMoments<Ball> one = log_ratio_moments(wide, narrow);
    const Ball n = 1 / (Ball(e) * Ball(e) * Ball(e) * Ball(e));
    const Ball v = n * n * one.mean * one.mean + n * one.variance;
    const Ball lower = n * log_affinity(wide, narrow) - log(Ball(2)) - sqrt(v) / 2;
    const Ball scale = n * Ball(e) * Ball(e) / 16;
    const double ratio = -approximate(lower / scale);
    EXPECT_GE(ratio, 1);
    EXPECT_LT(ratio, 1 + 8 * e + 12 * e * e);
  }
  // The scaling that the line above takes for granted, in three dimensions.
  const Gaussian<double> wide{Vector<double>::Zero(3), Matrix<double>::Identity(3, 3)};
  const Gaussian<double> narrow{Vector<double>::Zero(3), 0.5 * Matrix<double>::Identity(3, 3)};
  EXPECT_NEAR(log_affinity(wide, narrow), 3 * log_affinity(line(0, 1), line(0, 0.5)), 1e-14);
  EXPECT_NEAR(log_ratio_moments(wide, narrow).mean, 3 * log_ratio_moments(line(0, 1), line(0, 0.5)).mean, 1e-14);
  EXPECT_NEAR(log_ratio_moments(wide, narrow).variance, 3 * log_ratio_moments(line(0, 1), line(0, 0.5)).variance,
              1e-14);
}

TEST(Claim36, EqualLawsOverlapByOneHalf) {
  const Gaussian<Ball> g = exactly_gaussian(line(3, 0.75));
  EXPECT_TRUE(overlaps(overlap_line(g, g), Ball(1) / 2));
  const LogOverlapBracket<Ball> bracket = log_overlap_bracket(g, g);
  EXPECT_LT(radius_upper(hull(bracket.lower, bracket.upper)), 1e-25);
}

RC_GTEST_PROP(Claim36, ScalarsAgreeAndHellingerIsTheSame, ()) {
  const OverlapCase c = overlap_case(4);
  const auto as50 = [](const Gaussian<double>& g) -> Gaussian<Real50> {
    return {g.mean.cast<Real50>(), g.covariance.cast<Real50>()};
  };
  const LogOverlapBracket<Ball> balls = log_overlap_bracket(exactly_gaussian(c.first), exactly_gaussian(c.second));
  const LogOverlapBracket<Real50> digits = log_overlap_bracket(as50(c.first), as50(c.second));
  const LogOverlapBracket<double> doubles = log_overlap_bracket(c.first, c.second);
  // Condition number up to 64, terms up to 64 * 64/2.
  RC_ASSERT(std::abs(approximate(balls.upper - from_rational<Ball>(to_rational(digits.upper)))) < 1e-30);
  RC_ASSERT(std::abs(approximate(balls.lower - from_rational<Ball>(to_rational(digits.lower)))) < 1e-15);
  RC_ASSERT(std::abs(approximate(balls.upper) - doubles.upper) < 1e-9);
  RC_ASSERT(std::abs(approximate(balls.lower) - doubles.lower) < 1e-6);
  const Ball hellinger = hellinger2(exactly_gaussian(c.first), exactly_gaussian(c.second));
  RC_ASSERT(overlaps(1 - exp(log_affinity(exactly_gaussian(c.first), exactly_gaussian(c.second))), hellinger));
}

TEST(Claim36, RefusesBadInput) {
  const Gaussian<double> plane{Vector<double>::Zero(2), Matrix<double>::Identity(2, 2)};
  EXPECT_THROW(log_affinity(line(0, 1), plane), InputError);
  EXPECT_THROW(log_affinity(line(0, 1), line(0, -3)), InputError);
  EXPECT_THROW(overlap_line(exactly_gaussian(plane), exactly_gaussian(plane)), InputError);
  EXPECT_THROW(log_overlap_upper(0.0, 1.0, 1.0), InputError);
  EXPECT_THROW(log_overlap_upper(1.0, -1.0, 1.0), InputError);
  EXPECT_THROW(log_overlap_printed_upper(0.0, 1.0, 1.0, 1.0), InputError);
  EXPECT_THROW(logarithm_difference(0.0), InputError);
}

// Over e^-20 to e^20 in balls: certainly below, and the ratio of the two sides falls to 1 at x = 1 only.
TEST(Fact37, SharpFormHoldsForCertain) {
  for (int i = -200; i <= 200; ++i) {
    const Ball x = exp(Ball(i) / 10);
    const Ball left = logarithm_difference(x);
    const Ball right = logarithm_difference_upper(x);
    if (i == 0) continue;
    EXPECT_EQ(less(left, right), Truth::yes) << i;
    // The form with the printed 1/16 follows, with room: a factor 4.
    EXPECT_EQ(less(left, right / 4), Truth::yes) << i;
  }
  EXPECT_EQ(logarithm_difference(1.0), 0);
  EXPECT_EQ(logarithm_difference_upper(1.0), 0);
}

// left/right = 1 + y^2/2 + ...: 1/4 cannot be raised.
TEST(Fact37, QuarterIsSharp) {
  for (const double x : {0.99, 1.01, 1.0001}) {
    const double ratio = logarithm_difference(x) / logarithm_difference_upper(x);
    const double y = (1 - x) / (1 + x);
    EXPECT_GE(ratio, 1 - 1e-14);
    EXPECT_LT(ratio, 1 + y * y);
  }
}

TEST(Fact37, PrintedFormIsFalse) {
  for (const auto& [numerator, denominator] : {std::pair{9, 10}, {1, 2}, {1, 10}}) {
    const Ball x = Ball(numerator) / denominator;
    EXPECT_EQ(less(Ball(0), logarithm_difference_printed(x)), Truth::yes);
    EXPECT_EQ(less(logarithm_difference_printed_upper(x), Ball(0)), Truth::yes);
  }
  RecordProperty("left", std::to_string(logarithm_difference_printed(0.9)));
  RecordProperty("right", std::to_string(logarithm_difference_printed_upper(0.9)));
}

RC_GTEST_PROP(Fact37, DoubleKeepsItsRelativeAccuracy, ()) {
  const double x = std::exp(*rc::gen::inRange(-2000, 2001) / 100.0);
  const Real50 fine = logarithm_difference(Real50(x));
  RC_ASSERT(abs(Real50(logarithm_difference(x)) - fine) <= abs(fine) * 20 * std::numeric_limits<double>::epsilon());
}

}  // namespace
}  // namespace verimix

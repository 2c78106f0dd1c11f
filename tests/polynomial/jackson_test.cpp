#include "verimix/polynomial/jackson.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numbers>

#include "support/input_error.hpp"
#include "support/numbers.hpp"
#include "verimix/core/random.hpp"
#include "verimix/polynomial/minimax.hpp"

namespace verimix {
namespace {

using support::refusal;
using Point = Vector<double>;

Point scalar(double x) { return Point::Constant(1, x); }

// A point of the unit ball, near its edge one time in two.
Point ball_point(int n, Stream& stream) {
  Point x(n);
  for (Index i = 0; i < n; ++i) x(i) = stream.normal();
  const double length = stream.uniform() < 0.5 ? 1.0 : std::pow(stream.uniform(), 1.0 / n);
  return x * (length / x.norm());
}

TEST(Lemma41, TheConstantIsOnePlusTwiceTheBesselZeroOverN) {
  // 1 + pi; 1 + j_{0,1}; 1 + 2 pi/3; j_{1,1} = 3.8317...; j_{3,1} = 6.3801....
  EXPECT_TRUE(overlaps(jackson_constant(1), 1 + pi<Ball>()));
  const std::pair<int, double> known[] = {{2, 1 + 2.404825557695773},
                                          {3, 1 + 2 * std::numbers::pi / 3},
                                          {4, 1 + 3.831705970207512 / 2},
                                          {8, 1 + 6.380161895923984 / 4}};
  for (const auto& [n, value] : known) {
    EXPECT_NEAR(approximate(jackson_constant(n)), value, 1e-11);
    EXPECT_GE(approximate(jackson_constant(n)), value - 1e-15 * value);
  }
  for (int n = 1; n <= 300; n = n < 20 ? n + 1 : n + 40)
    EXPECT_NE(less(1 + pi<Ball>(), jackson_constant(n)), Truth::yes) << n;
  EXPECT_LT(approximate(jackson_constant(1000)), 2.2);  // it tends to 2
}

// The chain 2 sin(theta_N/2) <= 2 j/l <= pi n/l, from both sides.
TEST(Lemma41, TheAngleIsBelowTheBesselZero) {
  for (const int n : {1, 2, 3, 4, 8, 16, 64}) {
    const double j = approximate(bessel_zero_upper(n));
    double largest = 0;
    for (int l = 1; l <= 800; l = l < 24 ? l + 1 : 2 * l + 1) {
      const double unit = 2 * std::sin(jackson_angle(n, l) / 2) * l;
      EXPECT_LE(unit, 2 * j) << n << ' ' << l;
      largest = std::max(largest, unit);
    }
    // For n = 1 it is sharp in the limit; the loss with the dimension is the Sturm comparison's for small degrees.
    EXPECT_GE(largest, (n <= 4 ? 0.97 : n <= 16 ? 0.85 : 0.8) * 2 * j) << n;
  }
}

// The angle of n = 2 from the zeros of Legendre polynomials; of n = 3, T'_{N+1} = 0: cos theta_N = cos(pi/(N + 1)).
TEST(Lemma41, TheAngleHasItsClosedForms) {
  EXPECT_NEAR(std::cos(jackson_angle(2, 2)), 1 / std::sqrt(3.0), 1e-15);
  EXPECT_NEAR(std::cos(jackson_angle(2, 4)), std::sqrt(0.6), 1e-15);
  for (const int l : {0, 2, 10, 100}) {
    EXPECT_NEAR(jackson_angle(1, l), std::numbers::pi / (l + 2), 1e-14);
    EXPECT_NEAR(jackson_angle(3, l), std::numbers::pi / (l / 2 + 2), 1e-12);
  }
}

// |x| is the worst in the middle: certified sup of |x| - p on both halves.
TEST(Lemma41, TheConstructionIsWithinTheBoundOnTheLine) {
  for (const int degree : {2, 6, 16, 30}) {
    const JacksonApproximation p([](const Point& x) { return scalar(std::abs(x(0))); }, 1, 1, degree);
    const std::vector<Rational> u = monomials_on({-1, 1}, p.line_polynomial());
    Series polynomial(degree);
    for (std::size_t j = 0; j < u.size(); ++j)
      polynomial.set_coefficient(static_cast<long>(j), from_rational<Ball>(u[j]));
    Ball largest;
    for (const long side : {-1L, 1L}) {
      const auto error = [&](const Ball& x, long order) {
        return Ball(side) * Series::variable(x, order) - polynomial_at(polynomial, x, order);
      };
      const Interval half = side < 0 ? Interval{Ball(-1), Ball(0)} : Interval{Ball(0), Ball(1)};
      const Ball size = certified_supremum(Extremum::magnitude, error, half, 6).result.value;
      if (less(largest, size) != Truth::no) largest = size;
    }
    EXPECT_EQ(less(largest, Ball(2 * std::sin(std::numbers::pi / (2.0 * (degree + 2))) + 1e-12)), Truth::yes);
    EXPECT_EQ(less(largest, jackson_error_upper(1, degree, 1, 1)), Truth::yes);
    // Jackson's operator loses a factor of about 2 pi/.8 against the bound here, and E_l ~ .2802/l cannot be beaten.
    EXPECT_GT(approximate(largest) * degree, 0.28);
  }
}

struct BallCase {
  int n, degree;
  std::uint32_t seed;
};

// A Lipschitz function: distances to a few points, the largest minus the smallest half; Lip <= 1.
double distance_function(const Point& x, const Matrix<double>& sites) {
  return (sites.colwise() - x).colwise().norm().minCoeff();
}

RC_GTEST_PROP(Lemma41, TheConstructionIsWithinTheBoundOnTheBall, (std::uint32_t seed)) {
  const int n = *rc::gen::inRange(1, 4);
  const int degree = *rc::gen::inRange(1, n == 1 ? 30 : n == 2 ? 12 : 7);
  const double radius = *rc::gen::element(0.5, 1.0, 4.0);
  Stream stream(seed, Purpose::instance, 0);
  Matrix<double> sites(n, 3);
  for (Index i = 0; i < 3; ++i) sites.col(i) = radius * ball_point(n, stream);
  const auto f = [&](const Point& x) { return scalar(distance_function(x, sites)); };
  const JacksonApproximation p(f, n, radius, degree);
  const double bound = radius * p.unit_error();
  RC_ASSERT(bound <= approximate(jackson_error_upper(n, degree, 1, Ball(radius))) * (1 + 1e-12));
  for (int i = 0; i < 40; ++i) {
    const Point x = radius * ball_point(n, stream);
    // Sums of at most 2 N^n terms of one sign: rounding is far below 1e-10.
    RC_ASSERT(std::abs(p(x)(0) - f(x)(0)) <= bound + 1e-10 * radius);
  }
}

RC_GTEST_PROP(Lemma41, TheConstructionIsAPositiveMeanAndAPolynomial, (std::uint32_t seed)) {
  const int n = *rc::gen::inRange(1, 4);
  const int degree = *rc::gen::inRange(0, 7);
  Stream stream(seed, Purpose::instance, 1);
  const double a = 3 * stream.normal(), b = 3 * stream.normal();
  const JacksonApproximation p(
      [&](const Point& x) {
        Point value(2);
        value << 1, 1 / (1 + std::exp(a * x.sum() + b));
        return value;
      },
      n, 1, degree);
  for (int i = 0; i < 20; ++i) {
    const Point value = p(ball_point(n, stream));
    RC_ASSERT(std::abs(value(0) - 1) < 1e-11);
    RC_ASSERT(value(1) >= -1e-11 && value(1) <= 1 + 1e-11);
  }
  // A polynomial of degree l on every line: its divided difference of order l + 1 vanishes.
  Point from = ball_point(n, stream), to = ball_point(n, stream);
  const int points = degree + 2;
  double difference = 0, size = 0;
  for (int i = 0; i < points; ++i) {
    double weight = 1;
    for (int j = 0; j < points; ++j)
      if (j != i) weight *= static_cast<double>(points) / (2.0 * (i - j));
    const double share = static_cast<double>(i) / (points - 1);
    const double value = p(Point((1 - share) * from + share * to))(1);
    difference += weight * value;
    size += std::abs(weight);
  }
  RC_ASSERT(std::abs(difference) <= 1e-10 * size);
}

// No constant below 1/2 will do: a steep step of height 1 has omega(1/l) = 1 and no polynomial comes nearer than this,
// which is proved on a reference.
TEST(Lemma41, TheConstantIsAtLeastAHalf) {
  const auto step = [](double x) { return std::clamp(0.5 + 500 * x, 0.0, 1.0); };
  const RemezResult found = remez(step, {-1, 1}, 6);
  const Ball lower = minimax_error_lower([&](const Ball& x) { return Ball(step(approximate(x))); }, found.reference);
  EXPECT_GT(approximate(lower), 0.49);
  EXPECT_LE(approximate(lower), 0.5);
}

TEST(Lemma41, RefusesWhatWouldNotFit) {
  const auto one = [](const Point&) { return scalar(1); };
  EXPECT_NE(refusal([&] { JacksonApproximation(one, 5, 1, 60); }).find("57258302"), std::string::npos)
      << refusal([&] { JacksonApproximation(one, 5, 1, 60); });
  EXPECT_NE(refusal([&] { JacksonApproximation(one, 2, 0, 3); }).find("radius"), std::string::npos);
  EXPECT_NE(refusal([&] { JacksonApproximation(one, 2, 1, -1); }).find("degree"), std::string::npos);
  const JacksonApproximation p(one, 2, 1, 3);
  EXPECT_NE(refusal([&] { p(Point::Constant(2, 0.8)); }).find("points"), std::string::npos);
}

}  // namespace
}  // namespace verimix

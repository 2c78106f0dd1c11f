#include "verimix/validate/stein_discrepancy.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/families.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

using support::family;

// u(x, y) against finite differences of the kernel, for one pair with freely chosen "scores".
TEST(SteinDiscrepancy, OnePairAgreesWithFiniteDifferences) {
  const Matrix<double> x{{0.3, -1.1}, {0.7, 0.4}, {-0.2, 0.9}};
  const Matrix<double> s{{1.5, -0.3}, {0.2, 2.0}, {-1.0, 0.6}};
  const double scale = 1.3;
  const auto kernel = [&](const Vector<double>& a, const Vector<double>& b) {
    return 1 / std::sqrt(1 + (a - b).squaredNorm() / (scale * scale));
  };
  const Vector<double> a = x.col(0);
  const Vector<double> b = x.col(1);
  const double h = 1e-4;
  double wanted = s.col(0).dot(s.col(1)) * kernel(a, b);
  for (Index j = 0; j < 3; ++j) {
    const Vector<double> e = h * Vector<double>::Unit(3, j);
    wanted += s(j, 0) * (kernel(a, b + e) - kernel(a, b - e)) / (2 * h);
    wanted += s(j, 1) * (kernel(a + e, b) - kernel(a - e, b)) / (2 * h);
    wanted += (kernel(a + e, b + e) - kernel(a + e, b - e) - kernel(a - e, b + e) + kernel(a - e, b - e)) / (4 * h * h);
  }
  // Central differences: error h^2 times fourth derivatives of order 1, and rounding u/h^2.
  EXPECT_NEAR(stein_discrepancy(x, s, scale, 2), wanted, 1e-6);
}

TEST(SteinDiscrepancy, BlocksAreAveragedAndTheRestLeftOut) {
  const Mixture<double> mixture = family("over2");
  const Matrix<double> points = draw(mixture, 25, 5).points;
  const Matrix<double> scores = Density<double>(mixture).evaluate(points).score;
  const auto part = [&](Index begin, Index length) {
    return stein_discrepancy(points.middleCols(begin, length), scores.middleCols(begin, length), 1, length);
  };
  EXPECT_NEAR(stein_discrepancy(points, scores, 1, 10), (part(0, 10) + part(10, 10)) / 2, 1e-14);
  EXPECT_THROW(stein_discrepancy(points.leftCols(1), scores.leftCols(1), 1, 10), InputError);
}

// The rank among B = 99 references is uniform on {1, ..., 100}: P(p <= 0.1) = 0.1 exactly.
TEST(SteinTestTest, ItsPValueIsExactAndIndependentOfTheThreads) {
  const Mixture<double> mixture = family("nest2");
  int below = 0;
  // A fresh reference for every few trials, so that the trials share little.
  for (int group = 0; group < 20; ++group) {
    const SteinTest test(mixture, 40, 99, static_cast<std::uint64_t>(1000 + group));
    for (int trial = 0; trial < 20; ++trial)
      if (test.check(draw(mixture, 40, static_cast<std::uint64_t>(20 * group + trial)).points).p_value <= 0.1) ++below;
  }
  // 400 trials, Binomial(400, 0.1): 4 deviations are 24; the shared references add about as much again.
  EXPECT_LE(below, 40 + 34);
  EXPECT_GE(below, 40 - 34);
  const Matrix<double> points = draw(mixture, 40, 9).points;
  EXPECT_EQ(SteinTest(mixture, 40, 99, 1, 1).check(points).p_value,
            SteinTest(mixture, 40, 99, 1, 2).check(points).p_value);
}

TEST(SteinTestTest, SeesWhatItShould) {
  const Mixture<double> mixture = family("over2");
  const SteinTest test(mixture, 1000, 199, 1);
  EXPECT_GT(test.check(draw(mixture, 1000, 2).points).p_value, 0.005);
  Matrix<double> moved = draw(mixture, 1000, 2).points;
  moved.row(0).array() += 0.3;
  EXPECT_EQ(test.check(moved).p_value, 1.0 / 200);
}

}  // namespace
}  // namespace verimix

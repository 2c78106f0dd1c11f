#include "verimix/mixture/draw.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "support/input_error.hpp"

namespace verimix {
namespace {

/// .25 N((0, 0), singular along (1, 2)) + .75 N((5, -1), [[2, 1], [1, 1]]), and a component of weight 0.
Mixture<double> drawn_example() {
  Mixture<double> mixture;
  mixture.weights = Vector<double>(3);
  mixture.weights << 0.25, 0, 0.75;
  mixture.means = Matrix<double>(2, 3);
  mixture.means << 0, 100, 5, 0, 100, -1;
  Matrix<double> singular(2, 2), full(2, 2);
  singular << 1, 2, 2, 4;
  full << 2, 1, 1, 1;
  mixture.covariances = {singular, full, full};
  return mixture;
}

TEST(Draw, isAFunctionOfSeedAndRow) {
  const Draws all = draw(drawn_example(), 3000, 7);
  const Draws rest = draw(drawn_example(), 1000, 7, 2000);
  EXPECT_EQ(all.points.rightCols(1000), rest.points);
  EXPECT_TRUE(std::equal(rest.components.begin(), rest.components.end(), all.components.begin() + 2000));
  EXPECT_NE(draw(drawn_example(), 1, 8).points, all.points.leftCols(1));
  ASSERT_EQ(setenv("VERIMIX_THREADS", "1", 1), 0);
  const Draws one = draw(drawn_example(), 3000, 7);
  ASSERT_EQ(setenv("VERIMIX_THREADS", "5", 1), 0);
  const Draws five = draw(drawn_example(), 3000, 7);
  unsetenv("VERIMIX_THREADS");
  EXPECT_EQ(one.points, five.points);
}

TEST(Draw, hasTheMomentsOfTheMixture) {
  // Tolerances are six standard errors, which a fixed seed passes once and for all unless the law is wrong.
  constexpr Index n = 40000;
  const Draws draws = draw(drawn_example(), n, 3);
  Index in_last = 0;
  Vector<double> mean = Vector<double>::Zero(2);
  Matrix<double> second = Matrix<double>::Zero(2, 2);
  for (Index j = 0; j < n; ++j) {
    const Index i = draws.components[static_cast<std::size_t>(j)];
    ASSERT_NE(i, 1);
    if (i == 0) {
      // On the line of the singular covariance, up to rounding.
      EXPECT_LE(std::abs(draws.points(1, j) - 2 * draws.points(0, j)), 1e-14 * (1 + draws.points.col(j).norm()));
      continue;
    }
    const Vector<double> z = draws.points.col(j) - Vector<double>{{5, -1}};
    mean += z;
    second += z * z.transpose();
    ++in_last;
  }
  const auto m = static_cast<double>(in_last);
  EXPECT_LE(std::abs(m / n - 0.75), 6 * std::sqrt(0.75 * 0.25 / n));
  EXPECT_LE((mean / m).cwiseAbs().maxCoeff(), 6 * std::sqrt(2 / m));
  // Var(z_a z_b) = Q_aa Q_bb + Q_ab^2 <= 8.
  EXPECT_LE((second / m - drawn_example().covariances[2]).cwiseAbs().maxCoeff(), 6 * std::sqrt(8 / m));
}

TEST(Draw, refusesAnIndefiniteCovariance) {
  Mixture<double> mixture = drawn_example();
  mixture.covariances[2](0, 0) = -1;
  EXPECT_NE(support::refusal([&] { draw(mixture, 1, 0); }).find("components[2].covariance"), std::string::npos);
  EXPECT_EQ(draw(drawn_example(), 0, 0).points.cols(), 0);
}

}  // namespace
}  // namespace verimix

// The working precision of balls, and balls inside Eigen.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <thread>

#include "support/exact.hpp"
#include "support/numbers.hpp"
#include "verimix/core/ball.hpp"
#include "verimix/core/linear_algebra.hpp"
#include "verimix/core/parallel.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

using support::balls;
using support::BallWithPoint;
using support::contains_exactly;

TEST(BallPrecisionScope, NestsAndRestores) {
  EXPECT_EQ(BallPrecision::bits(), BallPrecision::default_bits);
  {
    const BallPrecision outer(300);
    EXPECT_EQ(BallPrecision::bits(), 300);
    {
      const BallPrecision inner(60);
      EXPECT_EQ(BallPrecision::bits(), 60);
      EXPECT_GT(radius_upper(exp(Ball(1))), 0x1p-60);
    }
    EXPECT_EQ(BallPrecision::bits(), 300);
    EXPECT_LT(radius_upper(exp(Ball(1))), 0x1p-290);
  }
  EXPECT_EQ(BallPrecision::bits(), BallPrecision::default_bits);
}

TEST(BallPrecisionScope, IsRestoredByAnException) {
  try {
    const BallPrecision scope(300);
    throw 1;
  } catch (int) {
  }
  EXPECT_EQ(BallPrecision::bits(), BallPrecision::default_bits);
}

TEST(BallPrecisionScope, BelongsToItsThread) {
  const BallPrecision here(300);
  long in_new_thread = 0;
  std::thread([&] { in_new_thread = BallPrecision::bits(); }).join();
  EXPECT_EQ(in_new_thread, BallPrecision::default_bits);
}

TEST(BallPrecisionScope, IsHandedToParallelWorkers) {
  const BallPrecision here(300);
  std::vector<long> bits(64);
  parallel_blocks(
      64, 1, [&](Index begin, Index) { bits[static_cast<std::size_t>(begin)] = BallPrecision::bits(); }, 4);
  for (const long b : bits) EXPECT_EQ(b, 300);
}

TEST(BallPrecisionScopeDeathTest, RefusesLessThanTwoBits) {
  EXPECT_DEATH(const BallPrecision precision(1), "at least 2 bits");
}

// Eigen's sums, products and transposes of balls contain what exact fractions give.
RC_GTEST_PROP(BallMatrices, ContainTheExactResults, ()) {
  const Index n = *rc::gen::inRange<Index>(1, 12);
  const auto draw = [&] {
    Matrix<BallWithPoint> entries(n, n);
    for (Index j = 0; j < n; ++j)
      for (Index i = 0; i < n; ++i) entries(i, j) = *balls(60);
    return entries;
  };
  const auto enclosures = [](const BallWithPoint& x) { return x.ball(); };
  const auto points = [](const BallWithPoint& x) { return x.point(); };
  const Matrix<BallWithPoint> drawn_a = draw();
  const Matrix<BallWithPoint> drawn_b = draw();
  const Matrix<Ball> a = drawn_a.unaryExpr(enclosures);
  const Matrix<Ball> b = drawn_b.unaryExpr(enclosures);
  const Matrix<Rational> x = drawn_a.unaryExpr(points);
  const Matrix<Rational> y = drawn_b.unaryExpr(points);

  const Matrix<Ball> sum = a + b;
  const Matrix<Ball> product = a * b;
  const Matrix<Ball> of_transposes = a.transpose() * b.transpose();
  const Vector<Ball> of_vector = a * b.col(0);
  const Matrix<Ball> scaled = Ball(3) * a - b;
  const Ball total = a.sum();
  Rational exact_total(0);
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < n; ++i) {
      Rational entry(0);
      Rational transposed(0);
      for (Index r = 0; r < n; ++r) {
        entry += x(i, r) * y(r, j);
        transposed += x(r, i) * y(j, r);
      }
      RC_ASSERT(contains_exactly(sum(i, j), x(i, j) + y(i, j)));
      RC_ASSERT(contains_exactly(product(i, j), entry));
      RC_ASSERT(contains_exactly(of_transposes(i, j), transposed));
      RC_ASSERT(contains_exactly(scaled(i, j), 3 * x(i, j) - y(i, j)));
      if (j == 0) RC_ASSERT(contains_exactly(of_vector(i), entry));
      exact_total += x(i, j);
    }
  }
  RC_ASSERT(contains_exactly(total, exact_total));
}

}  // namespace
}  // namespace verimix

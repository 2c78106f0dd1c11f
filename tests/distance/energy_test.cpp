#include "verimix/distance/energy.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <cmath>

#include "support/numbers.hpp"
#include "support/roundoff.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/random.hpp"

namespace verimix {
namespace {

using support::unit_roundoff;

Matrix<double> normal_points(Index d, Index n, std::uint64_t seed, double shift = 0) {
  Matrix<double> points(d, n);
  for (Index j = 0; j < n; ++j) {
    Stream stream(seed, Purpose::instance, static_cast<std::uint64_t>(j));
    for (Index i = 0; i < d; ++i) points(i, j) = shift + stream.normal();
  }
  return points;
}

template <class T>
T naive_sum(const Matrix<T>& x, const Matrix<T>& y) {
  T sum(0);
  for (Index i = 0; i < x.cols(); ++i)
    for (Index j = 0; j < y.cols(); ++j) sum += sqrt(T((x.col(i) - y.col(j)).squaredNorm()));
  return sum;
}

rc::Gen<Matrix<double>> samples(Index d) {
  return rc::gen::map(
      rc::gen::suchThat(rc::gen::container<std::vector<double>>(support::dyadics(20)),
                        [d](const auto& v) { return v.size() >= static_cast<std::size_t>(2 * d); }),
      [d](std::vector<double> v) {
        v.resize(v.size() - v.size() % static_cast<std::size_t>(d));
        return Matrix<double>(Eigen::Map<Matrix<double>>(v.data(), d, static_cast<Index>(v.size()) / d));
      });
}

RC_GTEST_PROP(EnergyDistance, AgreesWithTheDefinitionAtTwoPrecisions, ()) {
  const Index d = *rc::gen::inRange<Index>(1, 4);
  const Matrix<double> x = *samples(d);
  const Matrix<double> y = *samples(d);
  const Matrix<Real50> exact_x = x.cast<Real50>();
  const Matrix<Real50> exact_y = y.cast<Real50>();
  const Real50 n(static_cast<double>(x.cols()));
  const Real50 m(static_cast<double>(y.cols()));
  const Real50 between = 2 * naive_sum(exact_x, exact_y) / (n * m);
  const Real50 within_x = naive_sum(exact_x, exact_x);
  const Real50 within_y = naive_sum(exact_y, exact_y);
  const Real50 biased = between - within_x / (n * n) - within_y / (m * m);
  const Real50 unbiased = between - within_x / (n * (n - 1)) - within_y / (m * (m - 1));
  const auto low = energy_distance(x, y);
  const auto high = energy_distance(exact_x, exact_y);
  // The bound of the header, times 4 for the divisions and the final differences.
  const double terms = static_cast<double>(between + within_x / (n * (n - 1)) + within_y / (m * (m - 1)));
  const double tolerance = 4 * static_cast<double>(d + x.cols() + y.cols()) * unit_roundoff * terms;
  RC_ASSERT(std::abs(low.biased - static_cast<double>(biased)) <= tolerance);
  RC_ASSERT(std::abs(low.unbiased - static_cast<double>(unbiased)) <= tolerance);
  RC_ASSERT(abs(high.biased - biased) <= Real50(tolerance) * Real50("1e-33"));
  RC_ASSERT(abs(high.unbiased - unbiased) <= Real50(tolerance) * Real50("1e-33"));
  RC_ASSERT(low.biased >= -tolerance);
}

TEST(EnergyDistance, DoesNotDependOnThreads) {
  const Matrix<double> x = normal_points(3, 1500, 1);
  const Matrix<double> y = normal_points(3, 777, 2);
  const auto one = energy_distance(x, y, 1);
  const auto three = energy_distance(x, y, 3);
  EXPECT_EQ(one.unbiased, three.unbiased);
  EXPECT_EQ(one.biased, three.biased);
}

TEST(EnergyDistance, ASampleFromItselfIsZero) {
  const Matrix<double> x = normal_points(2, 300, 3);
  EXPECT_NEAR(energy_distance(x, x).biased, 0, 4 * 602 * unit_roundoff * 4);
}

// N(0, 1) against N(0, 1): the U-statistic has mean 0; N(0, 1) against N(s, 1): 2 E|Z sqrt 2 + s| - 4/sqrt(pi) by the
// folded normal.
TEST(EnergyDistance, UnbiasedForNormalLaws) {
  constexpr int repetitions = 1600;
  for (const double shift : {0.0, 1.0}) {
    double sum = 0;
    double squares = 0;
    for (std::uint64_t r = 0; r < repetitions; ++r) {
      const double value =
          energy_distance(normal_points(1, 60, 2 * r + 10), normal_points(1, 40, 2 * r + 11, shift)).unbiased;
      sum += value;
      squares += value * value;
    }
    const double mean = sum / repetitions;
    const double deviation = std::sqrt((squares / repetitions - mean * mean) / repetitions);
    const double root_pi = std::sqrt(pi<double>());
    const double folded = 2 / root_pi * std::exp(-shift * shift / 4) + shift * std::erf(shift / 2);
    // Five standard errors: a wrong divisor (n for n - 1) would be off by 0.02 to 0.05, eight standard errors or more.
    EXPECT_NEAR(mean, 2 * folded - 4 / root_pi, 5 * deviation) << shift;
    EXPECT_LT(deviation, 0.006);
  }
}

TEST(EnergyDistance, TenThousandRowsInThePlaneAreQuick) {
  const Matrix<double> x = normal_points(2, 10000, 4);
  const Matrix<double> y = normal_points(2, 54, 5);
  const auto start = std::chrono::steady_clock::now();
  const auto value = energy_distance(x, y, 1);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  EXPECT_TRUE(std::isfinite(value.unbiased));
  // 5e7 pairs; 0.1 to 0.3 s when optimised, with room for sanitizers and for a busy machine.
  EXPECT_LT(seconds.count(), 60);
  RecordProperty("seconds", std::to_string(seconds.count()));
}

TEST(EnergyDistance, BadInputIsNamed) {
  const Matrix<double> x = normal_points(2, 5, 1);
  EXPECT_THROW(energy_distance(x, Matrix<double>(normal_points(1, 5, 1))), InputError);
  EXPECT_THROW(energy_distance(x, Matrix<double>(x.leftCols(1))), InputError);
  Matrix<double> broken = x;
  broken(1, 3) = std::nan("");
  try {
    energy_distance(x, broken);
    FAIL() << "a NaN was accepted";
  } catch (const InputError& error) {
    EXPECT_EQ(error.value(), "row 4");
  }
}

}  // namespace
}  // namespace verimix

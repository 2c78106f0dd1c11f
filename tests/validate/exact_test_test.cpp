#include "verimix/validate/exact_test.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/input_error.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/random.hpp"

namespace verimix {
namespace {

// P(D_n^+ >= d) for n = 1 is P(U <= 1 - d) = 1 - d; for n = 2 it is an area in the triangle U_(1) <= U_(2).
TEST(Smirnov, OneAndTwoPointsInClosedForm) {
  for (const double d : {0.01, 0.3, 0.5, 0.75, 0.99}) {
    EXPECT_NEAR(smirnov_upper_tail(1, d), 1 - d, 1e-14);
    // D_2^+ = max(1/2 - U_(1), 1 - U_(2)): below d iff U_(1) > 1/2 - d and U_(2) > 1 - d.
    const double first = std::max(0.0, 0.5 - d);
    const double second = 1 - d;
    const double both = 1 - second * second - 2 * first * (1 - second);
    EXPECT_NEAR(smirnov_upper_tail(2, d), 1 - both, 1e-13) << d;
  }
}

// scipy.stats.ksone.sf(d, n), SciPy 1.10.1.
TEST(Smirnov, AgreesWithSciPy) {
  struct Row {
    Index n;
    double d, tail;
  };
  const Row rows[] = {{3, 0.2, 0.712},
                      {10, 0.1, 0.7642052309},
                      {10, 0.45, 0.01144590521816406},
                      {100, 0.05, 0.5871453380805337},
                      {100, 0.2, 0.0002775963664037337},
                      {1000, 0.04, 0.03967222345491756},
                      {1000, 0.08, 2.577094692394912e-06},
                      {10000, 0.02, 0.00033084243196936547}};
  for (const Row& row : rows)
    EXPECT_NEAR(smirnov_upper_tail(row.n, row.d) / row.tail, 1, 1e-9) << row.n << " " << row.d;
}

// The proved bound of Massart from above, and within 3 of it from below where the asymptotic law has set in.
TEST(Smirnov, LiesUnderMassartsBound) {
  for (const Index n : {100, 10000, 1000000}) {
    const double d = 2 / std::sqrt(static_cast<double>(n));
    const double bound = std::exp(-8);
    EXPECT_LE(smirnov_upper_tail(n, d), bound);
    EXPECT_GE(smirnov_upper_tail(n, d), bound / 3);
  }
}

TEST(Smirnov, TheEndsOfTheDomain) {
  EXPECT_EQ(smirnov_upper_tail(5, 0), 1);
  EXPECT_EQ(smirnov_upper_tail(5, -1), 1);
  EXPECT_EQ(smirnov_upper_tail(5, 1), 0);
  EXPECT_THROW(smirnov_upper_tail(0, 0.5), InputError);
}

// Uniform values: the p-value is at most a with probability at most a, up to the binomial spread of 2000 trials.
TEST(KolmogorovSmirnovTest, ItsPValueIsValidAndNotIdle) {
  int below = 0;
  constexpr int trials = 2000;
  for (int trial = 0; trial < trials; ++trial) {
    Stream stream(7, Purpose::monte_carlo, static_cast<std::uint64_t>(trial));
    Vector<double> values(50);
    for (double& value : values) value = stream.uniform();
    if (kolmogorov_smirnov(values).p_value <= 0.1) ++below;
  }
  // Binomial(2000, 0.1): 4 deviations are 54.
  EXPECT_LE(below, 200 + 54);
  EXPECT_GE(below, 200 - 80);
}

TEST(KolmogorovSmirnovTest, NamesThePlaceOfTheLargestDistance) {
  const Vector<double> values{{0.1, 0.2, 0.9, 0.95}};
  const KolmogorovSmirnov result = kolmogorov_smirnov(values);
  EXPECT_DOUBLE_EQ(result.statistic, 0.4);
  EXPECT_EQ(result.worst, 0.9);
  EXPECT_THROW(kolmogorov_smirnov(Vector<double>{{0.5, 1.5}}), InputError);
}

TEST(BinomialPValue, SmallCasesByCounting) {
  EXPECT_NEAR(binomial_p_value(0, 10, 0.5), 2.0 / 1024, 1e-15);
  EXPECT_NEAR(binomial_p_value(9, 10, 0.5), 22.0 / 1024, 1e-15);
  EXPECT_EQ(binomial_p_value(5, 10, 0.5), 1);
  EXPECT_EQ(binomial_p_value(0, 10, 0), 1);
  EXPECT_EQ(binomial_p_value(1, 10, 0), 0);
  EXPECT_EQ(binomial_p_value(10, 10, 1), 1);
  EXPECT_THROW(binomial_p_value(11, 10, 0.5), InputError);
}

// For values that are 0 or 1 the bound is Chernoff's on the binomial: above the exact tail, and within sqrt(8 n) of it.
TEST(BoundedMean, IsAnUpperBoundOfTheBinomialTailAndNotFarAbove) {
  for (const Index successes : {2, 10, 20, 45, 70, 90}) {
    const double exact = binomial_p_value(successes, 100, 0.3);
    const double bound = bounded_mean_p_value(static_cast<double>(successes) / 100, 0.3, 100);
    EXPECT_GE(bound, exact * (1 - 1e-12));
    EXPECT_LE(bound, exact * std::sqrt(800.0) + 1e-300) << successes;
  }
}

// For N(0, 1) the exponent is mean^2/2 in closed form.
TEST(ChernoffPValue, AttainsTheGaussianExponent) {
  const auto gaussian = [](double theta) { return theta * theta / 2; };
  for (const double mean : {-0.5, -0.1, 0.02, 0.3}) {
    const double wanted = std::min(1.0, 2 * std::exp(-100 * mean * mean / 2));
    const double got = chernoff_p_value(mean, 100, gaussian, -1000, 1000);
    EXPECT_GE(got, wanted * (1 - 1e-12));
    EXPECT_LE(got, wanted * (1 + 1e-5));
  }
}

}  // namespace
}  // namespace verimix

#include "verimix/distance/monte_carlo.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/reference_distances.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/random.hpp"

namespace verimix {
namespace {

using support::reference_document;
using support::reference_mixture;
using support::reference_value;

// Exact failures of a 99% interval over 1000 repetitions: if it failed with probability 1% each time, 26 or more
// failures would have probability 1e-5 (binomial tail), so this many refute it.
constexpr int repetitions = 1000;
constexpr int refuting_failures = 26;

TEST(EmpiricalBernstein, CoversTheMeanOfBernoulliAndUniformValues) {
  for (const double chance : {0.0, 0.01, 0.3, 1.0, -1.0}) {  // -1: uniform values
    const double expectation = chance < 0 ? 0.5 : chance;
    int failures = 0;
    for (std::uint64_t r = 0; r < repetitions; ++r) {
      Stream stream(7, Purpose::monte_carlo, r);
      constexpr Index n = 200;
      double sum = 0;
      double squares = 0;
      for (Index i = 0; i < n; ++i) {
        const double u = stream.uniform();
        const double z = chance < 0 ? u : (u < chance ? 1 : 0);
        sum += z;
        squares += z * z;
      }
      const double mean = sum / n;
      const double w = empirical_bernstein_halfwidth(std::max(0.0, (squares - n * mean * mean) / (n - 1)), n, 0.99);
      failures += std::abs(mean - expectation) > w ? 1 : 0;
    }
    EXPECT_LT(failures, refuting_failures) << chance;
  }
}

// Two-sided [MP09] Theorem 4: sqrt(2 V log(4/delta)/n) + 7 log(4/delta)/(3(n - 1)).
TEST(EmpiricalBernstein, IsNeverWiderThanThePublishedFormAndNotFarBelowIt) {
  for (const Index n : {2, 3, 10, 1000, 1000000}) {
    for (const double variance : {0.0, 1e-6, 0.01, 0.25}) {
      for (const double confidence : {0.5, 0.99, 1 - 1e-9}) {
        const double log_term = std::log(4 / (1 - confidence));
        const double count = static_cast<double>(n);
        const double published = std::sqrt(2 * variance * log_term / count) + 7 * log_term / (3 * (count - 1));
        const double ratio = empirical_bernstein_halfwidth(variance, n, confidence) / published;
        EXPECT_LE(ratio, 1) << n << ' ' << variance << ' ' << confidence;
        EXPECT_GE(ratio, 0.3) << n << ' ' << variance << ' ' << confidence;
      }
    }
  }
}

TEST(EmpiricalBernstein, RefusesWhatItIsNotDefinedFor) {
  EXPECT_THROW(empirical_bernstein_halfwidth(0.1, 1, 0.99), InputError);
  EXPECT_THROW(empirical_bernstein_halfwidth(0.1, 10, 1.0), InputError);
  EXPECT_THROW(empirical_bernstein_halfwidth(std::nan(""), 10, 0.9), InputError);
}

TEST(SampledDistances, CoverTheReferenceOverAThousandRepetitions) {
  for (const Json& entry : reference_document().at("mixtures")) {
    const auto p = round_to<double>(reference_mixture(entry.at("p")));
    const auto q = round_to<double>(reference_mixture(entry.at("q")));
    const auto tv = from_rational<double>(reference_value(entry, "tv"));
    const auto h2 = from_rational<double>(reference_value(entry, "hellinger2"));
    int failures = 0;
    double mean_error = 0;
    for (std::uint64_t r = 0; r < repetitions; ++r) {
      const SampledDistances found =
          sample_distances(p, q, {.pairs = 100, .confidence = 0.99, .seed = r, .threads = 1});
      failures += found.tv.lower <= tv && tv <= found.tv.upper ? 0 : 1;
      failures += found.hellinger2.lower <= h2 && h2 <= found.hellinger2.upper ? 0 : 1;
      mean_error += (found.tv.estimate - tv) / repetitions;
    }
    EXPECT_LT(failures, refuting_failures);
    // The mean of 1e5 pairs: values in [0, 1] have deviation <= 1/2, so 5 standard errors are below 0.008.
    EXPECT_NEAR(mean_error, 0, 0.008);
  }
}

TEST(SampledDistances, AreNarrowWithManyDraws) {
  const Json& entry = reference_document().at("mixtures").at(0);
  const auto p = round_to<double>(reference_mixture(entry.at("p")));
  const auto q = round_to<double>(reference_mixture(entry.at("q")));
  const SampledDistances found = sample_distances(p, q, {.pairs = 100000});
  // sqrt(2 L V/n) with L = log 300, V <= 1/4, plus the terms in 1/n.
  EXPECT_LE(found.tv.upper - found.tv.lower, 2 * 0.0057);
  EXPECT_LE(found.tv.lower, from_rational<double>(reference_value(entry, "tv")));
  EXPECT_GE(found.tv.upper, from_rational<double>(reference_value(entry, "tv")));
}

TEST(SampledDistances, DoNotDependOnThreadsAndVanishAtEqualLaws) {
  const Json& entry = reference_document().at("mixtures").at(1);
  const auto p = round_to<double>(reference_mixture(entry.at("p")));
  const auto q = round_to<double>(reference_mixture(entry.at("q")));
  const auto one = sample_distances(p, q, {.pairs = 20000, .threads = 1});
  const auto three = sample_distances(p, q, {.pairs = 20000, .threads = 3});
  EXPECT_EQ(one.tv.lower, three.tv.lower);
  EXPECT_EQ(one.hellinger2.upper, three.hellinger2.upper);
  const auto same = sample_distances(p, p, {.pairs = 100});
  EXPECT_EQ(same.tv.estimate, 0);
  EXPECT_EQ(same.hellinger2.lower, 0);
}

TEST(SampledDistances, StayInRangeWhereTheLawsDoNotOverlap) {
  Mixture<double> p{"near", Vector<double>::Ones(1), Matrix<double>::Zero(2, 1), {Matrix<double>::Identity(2, 2)}};
  Mixture<double> q = p;
  q.means.setConstant(1e6);
  const auto found = sample_distances(p, q, {.pairs = 1000});
  EXPECT_EQ(found.tv.estimate, 1);
  EXPECT_EQ(found.hellinger2.upper, 1);
  EXPECT_GT(found.tv.lower, 0.97);
}

}  // namespace
}  // namespace verimix

#include "verimix/distance/monte_carlo.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/reference_distances.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/random.hpp"

namespace verimix {
namespace {

using support::reference_document;
using support::reference_mixture;
using support::reference_value;

// The coverage experiment: of 1000 intervals at 99%, from 1000 fixed seeds, at least 990 hold. An interval whose
// coverage were exactly 99% would fail this experiment about every second time, with new seeds; ours hold for every
// sample size and every law, so they cover more, and the experiment shows it.
constexpr int repetitions = 1000;
constexpr int allowed_failures = repetitions / 100;

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
    EXPECT_LE(failures, allowed_failures) << chance;
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

// Its ends by their definition, from another implementation of the same tails: sums of binomial terms.
double binomial_tail_above(Index k, Index n, double p) {
  double sum = 0;
  for (Index j = k; j <= n; ++j) {
    const double a = static_cast<double>(j), b = static_cast<double>(n - j);
    sum += std::exp(std::lgamma(a + b + 1) - std::lgamma(a + 1) - std::lgamma(b + 1) + a * std::log(p) +
                    b * std::log1p(-p));
  }
  return sum;
}

TEST(BinomialInterval, HasTheTailsItPromises) {
  for (const Index n : {3, 10, 60})
    for (Index k = 0; k <= n; ++k)
      for (const double confidence : {0.5, 0.9, 0.999}) {
        const ConfidenceInterval found = binomial_interval(k, n, confidence);
        const double tail = (1 - confidence) / 2;
        if (k > 1)
          EXPECT_NEAR(binomial_tail_above(k, n, found.lower) / tail, 1, 1e-6) << k << ' ' << n;
        else
          EXPECT_EQ(found.lower, 0);
        if (k + 1 < n)
          EXPECT_NEAR(binomial_tail_above(n - k, n, 1 - found.upper) / tail, 1, 1e-6) << k << ' ' << n;
        else
          EXPECT_EQ(found.upper, 1);
        EXPECT_TRUE(found.lower <= found.estimate && found.estimate <= found.upper);
      }
}

// The chance, by convolution and not by drawing, that the interval from half of the trials with chance a and half with
// chance b misses (a + b)/2.
double chance_of_missing(Index half, double a, double b, double confidence) {
  const auto law = [&](double p) {
    std::vector<double> chances;
    for (Index k = 0; k <= half; ++k)
      chances.push_back(binomial_tail_above(k, half, p) - (k < half ? binomial_tail_above(k + 1, half, p) : 0));
    return chances;
  };
  const std::vector<double> first = law(a), second = law(b);
  double missing = 0;
  for (Index k = 0; k <= 2 * half; ++k) {
    const ConfidenceInterval found = binomial_interval(k, 2 * half, confidence);
    if (found.lower <= (a + b) / 2 && (a + b) / 2 <= found.upper) continue;
    for (Index i = std::max<Index>(0, k - half); i <= std::min(k, half); ++i)
      missing += first[static_cast<std::size_t>(i)] * second[static_cast<std::size_t>(k - i)];
  }
  return missing;
}

TEST(BinomialInterval, CoversTheMeanOfUnequalChances) {
  constexpr double tiny = 1e-9;
  double worst = 0;
  for (const double confidence : {0.9, 0.99})
    for (const Index half : {2, 5, 20})
      for (const double a : {tiny, 0.001, 0.02, 0.1, 0.37, 0.5, 0.8, 0.97, 0.999, 1 - tiny})
        for (const double b : {tiny, 0.01, 0.2, 0.5, 0.75, 0.98, 1 - tiny}) {
          const double missing = chance_of_missing(half, a, b, confidence);
          EXPECT_LE(missing, (1 - confidence) * (1 + 1e-6)) << half << ' ' << a << ' ' << b;
          worst = std::max(worst, missing / (1 - confidence));
        }
  EXPECT_GT(worst, 0.3);  // and it is not vacuous
}

TEST(BinomialInterval, RefusesWhatItIsNotDefinedFor) {
  EXPECT_THROW(binomial_interval(3, 2, 0.9), InputError);
  EXPECT_THROW(binomial_interval(-1, 2, 0.9), InputError);
  EXPECT_THROW(binomial_interval(0, 0, 0.9), InputError);
  EXPECT_THROW(binomial_interval(1, 2, 0.4), InputError);
}

// Counting wins where the laws hardly overlap: with no miss in 2n draws 1 - TV is at most log(10/alpha)/n or so, while
// the other interval has 7 log(3.75/alpha)/(3n).
TEST(SampledDistances, CountWhereTheLawsHardlyOverlap) {
  Mixture<double> p{"near", Vector<double>::Ones(1), Matrix<double>::Zero(1, 1), {Matrix<double>::Identity(1, 1)}};
  Mixture<double> q = p;
  q.means(0, 0) = 14;
  const auto found = sample_distances(p, q, {.pairs = 1000, .confidence = 0.99});
  EXPECT_NEAR(1 - found.tv.lower, std::log(1000.0) / 1000, 1e-4);
  EXPECT_GT(1 - found.hellinger2.lower, 0.012);
  EXPECT_EQ(found.tv.upper, 1);
}

// The coverage experiment where counting decides: laws whose total variation is 2 Phi(3) - 1.
TEST(SampledDistances, CoverTheTruthNearOneOverAThousandRepetitions) {
  Mixture<double> p{"near", Vector<double>::Ones(1), Matrix<double>::Zero(1, 1), {Matrix<double>::Identity(1, 1)}};
  Mixture<double> q = p;
  q.means(0, 0) = 6;
  const double tv = std::erf(3 / std::sqrt(2.0));
  int failures = 0;
  for (std::uint64_t r = 0; r < repetitions; ++r) {
    const SampledDistances found = sample_distances(p, q, {.pairs = 300, .confidence = 0.99, .seed = r, .threads = 1});
    failures += found.tv.lower <= tv && tv <= found.tv.upper ? 0 : 1;
  }
  EXPECT_LE(failures, allowed_failures);
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
    EXPECT_LE(failures, allowed_failures);
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

#include "verimix/core/random.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <set>
#include <vector>

namespace verimix {
namespace {

using Counter = std::array<std::uint64_t, 4>;
using Key = std::array<std::uint64_t, 2>;

/// Philox 4x64-10 written down a second time from [Salmon et al. 2011], section 3.3, with 128-bit products from halves.
struct Wide {
  std::uint64_t high, low;
};
Wide product(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t mask = 0xffffffff;
  const std::uint64_t low = (a & mask) * (b & mask);
  const std::uint64_t cross = (a >> 32U) * (b & mask) + (low >> 32U);
  const std::uint64_t other = (a & mask) * (b >> 32U) + (cross & mask);
  return {(a >> 32U) * (b >> 32U) + (cross >> 32U) + (other >> 32U), (other << 32U) | (low & mask)};
}
Counter philox(Counter counter, Key key) {
  for (int round = 0; round < 10; ++round) {
    const Wide first = product(0xD2E7470EE14C6C93, counter[0]);
    const Wide second = product(0xCA5A826395121157, counter[2]);
    counter = {second.high ^ counter[1] ^ key[0], second.low, first.high ^ counter[3] ^ key[1], first.low};
    key[0] += 0x9E3779B97F4A7C15;
    key[1] += 0xBB67AE8584CAA73B;
  }
  return counter;
}

struct KnownAnswer {
  Counter counter;
  Key key;
  Counter result;
};
/// The three lines "philox4x64 10" of the file kat_vectors of Random123 1.14.
const std::vector<KnownAnswer>& known_answers() {
  constexpr std::uint64_t ones = 0xffffffffffffffff;
  static const std::vector<KnownAnswer> answers = {
      {{0, 0, 0, 0}, {0, 0}, {0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}},
      {{ones, ones, ones, ones},
       {ones, ones},
       {0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}},
      {{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
       {0x452821e638d01377, 0xbe5466cf34e90c6c},
       {0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}},
  };
  return answers;
}

TEST(Philox, GivesThePublishedAnswers) {
  for (const KnownAnswer& known : known_answers()) {
    EXPECT_EQ(philox(known.counter, known.key), known.result);
    const r123::Philox4x64::ctr_type counter{{known.counter[0], known.counter[1], known.counter[2], known.counter[3]}};
    const auto words = r123::Philox4x64()(counter, {{known.key[0], known.key[1]}});
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(words[i], known.result[i]);
  }
}

TEST(Stream, StartsWithThePublishedAnswerForZero) {
  Stream stream(0, Purpose{0}, 0);
  for (const std::uint64_t word : known_answers().front().result) EXPECT_EQ(stream.bits(), word);
}

TEST(Stream, IsPhiloxAtItsSeedPurposeAndIndex) {
  for (const std::uint64_t seed : {0ULL, 1ULL, 0xfedcba9876543210ULL})
    for (const Purpose purpose : {Purpose::component_choice, Purpose::monte_carlo})
      for (const std::uint64_t index : {0ULL, 5ULL, 1ULL << 63U})
        for (const std::uint64_t substream : {0ULL, 7ULL}) {
          Stream stream(seed, purpose, index, substream);
          for (std::uint64_t block = 0; block < 3; ++block)
            for (const std::uint64_t word :
                 philox({block, index, substream, 0}, {seed, static_cast<std::uint64_t>(purpose)}))
              EXPECT_EQ(stream.bits(), word);
        }
}

// The numbers of the purposes are part of every pinned output.
TEST(Stream, PurposesKeepTheirNumbers) {
  EXPECT_EQ(static_cast<int>(Purpose::component_choice), 1);
  EXPECT_EQ(static_cast<int>(Purpose::component_noise), 2);
  EXPECT_EQ(static_cast<int>(Purpose::initial_particle), 3);
  EXPECT_EQ(static_cast<int>(Purpose::reverse_noise), 4);
  EXPECT_EQ(static_cast<int>(Purpose::denoising_noise), 5);
  EXPECT_EQ(static_cast<int>(Purpose::split), 6);
  EXPECT_EQ(static_cast<int>(Purpose::candidate), 7);
  EXPECT_EQ(static_cast<int>(Purpose::subsample), 8);
  EXPECT_EQ(static_cast<int>(Purpose::instance), 9);
  EXPECT_EQ(static_cast<int>(Purpose::monte_carlo), 10);
}

TEST(Stream, DiffersBySeedPurposeIndexAndSubstream) {
  std::set<std::uint64_t> words;
  std::size_t drawn = 0;
  for (std::uint64_t seed = 0; seed < 4; ++seed)
    for (const Purpose purpose : {Purpose::component_choice, Purpose::component_noise, Purpose::split})
      for (std::uint64_t index = 0; index < 4; ++index)
        for (std::uint64_t substream = 0; substream < 4; ++substream) {
          Stream stream(seed, purpose, index, substream);
          for (int i = 0; i < 8; ++i, ++drawn) words.insert(stream.bits());
        }
  // 1536 words of 64 bits; an accidental repetition has probability below 1e-13.
  EXPECT_EQ(words.size(), drawn);
}

TEST(Stream, UniformsAreTheTopBitsCentred) {
  Stream words(7, Purpose::instance, 3);
  Stream uniforms(7, Purpose::instance, 3);
  for (int i = 0; i < 1000; ++i) {
    const double u = uniforms.uniform();
    EXPECT_EQ(u, std::ldexp(static_cast<double>(words.bits() >> 12U) + 0.5, -52));
    EXPECT_GT(u, 0);
    EXPECT_LT(u, 1);
  }
}

// The formula at its two ends, where it must not round to 0 or 1.
TEST(Stream, UniformsCannotBeZeroOrOne) {
  const auto uniform = [](std::uint64_t word) { return (static_cast<double>(word >> 12U) + 0.5) * 0x1p-52; };
  EXPECT_EQ(uniform(0), 0x1p-53);
  EXPECT_EQ(uniform(~std::uint64_t{0}), 1 - 0x1p-53);
}

constexpr std::size_t sample_size = 200000;

/// sup |F_n - F|, and the tail of its limit law 2 sum (-1)^(j-1) exp(-2 j^2 n D^2).
double kolmogorov_p_value(std::vector<double> sample, double (*cdf)(double)) {
  std::ranges::sort(sample);
  const auto n = static_cast<double>(sample.size());
  double distance = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double f = cdf(sample[i]);
    distance = std::max({distance, f - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - f});
  }
  double p = 0;
  for (int j = 1; j <= 100; ++j) p += (j % 2 == 1 ? 2 : -2) * std::exp(-2.0 * j * j * n * distance * distance);
  return p;
}
double uniform_cdf(double u) { return u; }
double normal_cdf(double z) { return boost::math::cdf(boost::math::normal(), z); }

// The seeds are fixed, so these either pass for ever or not at all; the thresholds would refuse one good generator in
// 1000.
constexpr double p_value_threshold = 1e-3;

template <class Draw>
std::vector<double> sample_of(Draw draw) {
  std::vector<double> sample(sample_size);
  for (double& x : sample) x = draw();
  return sample;
}

TEST(StreamLaw, UniformsAreUniformAlongAStream) {
  Stream stream(11, Purpose::monte_carlo, 0);
  EXPECT_GT(kolmogorov_p_value(sample_of([&] { return stream.uniform(); }), uniform_cdf), p_value_threshold);
}

TEST(StreamLaw, NormalsAreNormalAlongAStream) {
  Stream stream(12, Purpose::monte_carlo, 0);
  EXPECT_GT(kolmogorov_p_value(sample_of([&] { return stream.normal(); }), normal_cdf), p_value_threshold);
}

// A row of a table takes its own stream: the first number over all indices is as good a sample.
TEST(StreamLaw, FirstNumbersAcrossIndicesAreNormal) {
  std::uint64_t index = 0;
  EXPECT_GT(
      kolmogorov_p_value(sample_of([&] { return Stream(13, Purpose::monte_carlo, index++).normal(); }), normal_cdf),
      p_value_threshold);
}

// sqrt(n) (mean of z^k - E z^k) / sd(z^k) is within 4 standard deviations: probability 6e-5 for each of the five.
TEST(StreamLaw, NormalsHaveTheirMoments) {
  Stream stream(14, Purpose::monte_carlo, 0);
  const std::vector<double> sample = sample_of([&] { return stream.normal(); });
  const auto n = static_cast<double>(sample.size());
  // E z^k and Var z^k = E z^2k - (E z^k)^2 with E z^2k = 1, 3, 15, 105, 945 for k = 1..5.
  const std::array<double, 5> expectation = {0, 1, 0, 3, 0};
  const std::array<double, 5> second = {1, 3, 15, 105, 945};
  for (std::size_t k = 0; k < expectation.size(); ++k) {
    double mean = 0;
    for (const double z : sample) mean += std::pow(z, static_cast<double>(k + 1)) / n;
    const double deviation = std::sqrt((second[k] - expectation[k] * expectation[k]) / n);
    EXPECT_LT(std::abs(mean - expectation[k]), 4 * deviation) << "moment " << k + 1;
  }
}

// The two normals of a pair, and neighbours in general, are uncorrelated: n r^2 is chi-squared with one degree of
// freedom.
TEST(StreamLaw, NeighboursAreUncorrelated) {
  Stream stream(15, Purpose::monte_carlo, 0);
  const std::vector<double> sample = sample_of([&] { return stream.normal(); });
  for (const std::size_t lag : {1U, 2U, 3U, 4U}) {
    double covariance = 0;
    for (std::size_t i = lag; i < sample.size(); ++i) covariance += sample[i] * sample[i - lag];
    const auto n = static_cast<double>(sample.size() - lag);
    const double p =
        boost::math::cdf(boost::math::complement(boost::math::chi_squared(1), covariance * covariance / n));
    EXPECT_GT(p, p_value_threshold) << "lag " << lag;
  }
}

TEST(StreamLaw, AllBitsAreFair) {
  Stream stream(16, Purpose::monte_carlo, 0);
  std::array<double, 64> ones{};
  for (std::size_t i = 0; i < sample_size; ++i) {
    const std::uint64_t word = stream.bits();
    for (std::size_t b = 0; b < ones.size(); ++b) ones[b] += static_cast<double>((word >> b) & 1U);
  }
  double chi_squared = 0;
  const auto n = static_cast<double>(sample_size);
  for (const double count : ones) chi_squared += (count - n / 2) * (count - n / 2) / (n / 4);
  EXPECT_GT(boost::math::cdf(boost::math::complement(boost::math::chi_squared(64), chi_squared)), p_value_threshold);
}

// The first numbers of some streams, as they were when they were written down: every pinned output rests on them.
TEST(Stream, KeepsItsValues) {
  Stream words(42, Purpose::component_noise, 7);
  for (const std::uint64_t word : {0x2d3d7a714d661ec3U, 0x7ec9ddeeb1358354U, 0x5c6b1ef56def3215U, 0xa397e718785e5afaU})
    EXPECT_EQ(words.bits(), word);
  EXPECT_EQ(Stream(20260401, Purpose::monte_carlo, 123456789, 2).bits(), 0x340e0d495d86c951U);
  Stream uniforms(42, Purpose::component_noise, 7);
  for (const double u : {0x1.69ebd38a6b30cp-3, 0x1.fb2777bac4d62p-2}) EXPECT_EQ(uniforms.uniform(), u);
  // Normals pass through log, sin and cos, which another C library may round differently in the last place.
  Stream normals(42, Purpose::component_noise, 7);
  for (const double z : {-0x1.dc6a80413531dp+0, 0x1.c56ea5926a49dp-5, -0x1.d54645de42913p-1, -0x1.18284d6335d95p+0})
    EXPECT_NEAR(normals.normal(), z, 4 * 0x1p-52);
}

/// The vector form against Stream::normal, which has another logarithm, sine and cosine and another argument of the
/// last two (2 pi v rounded): an error of the angle of 2 roundings of at most 2 pi, one rounding each of the functions.
TEST(Stream, NormalNumbersByVectorsAreThoseOneByOne) {
  for (const Index rows : {2, 6, 400}) {
    std::vector<Stream> streams, same;
    for (std::uint64_t i = 0; i < 7; ++i) {
      streams.emplace_back(5, Purpose::reverse_noise, i);
      same.emplace_back(5, Purpose::reverse_noise, i);
    }
    Matrix<double> found(rows, 7);
    Stream::fill_normal(streams, found);
    Stream::fill_normal(streams, found);
    for (Index i = 0; i < 7; ++i) {
      Stream& stream = same[static_cast<std::size_t>(i)];
      for (Index j = 0; j < rows; ++j) stream.normal();
      for (Index j = 0; j < rows; j += 2) {
        const double x = stream.normal(), y = stream.normal();
        EXPECT_NEAR(found(j, i), x, 3e-15 * std::hypot(x, y));
        EXPECT_NEAR(found(j + 1, i), y, 3e-15 * std::hypot(x, y));
      }
    }
  }
}

TEST(Stream, NormalNumbersByVectorsDoNotDependOnTheirNeighbours) {
  std::vector<Stream> many;
  for (std::uint64_t i = 0; i < 33; ++i) many.emplace_back(1, Purpose::reverse_noise, i);
  Matrix<double> all(10, 33), one(10, 1);
  Stream::fill_normal(many, all);
  for (std::uint64_t i = 0; i < 33; ++i) {
    std::vector<Stream> alone{Stream(1, Purpose::reverse_noise, i)};
    Stream::fill_normal(alone, one);
    EXPECT_EQ(one, all.col(static_cast<Index>(i)));
  }
}

TEST(Stream, HalfAPairIsNotFilledUpByVectors) {
  std::vector<Stream> streams{Stream(1, Purpose::reverse_noise, 0)};
  Matrix<double> odd(3, 1), even(2, 1);
  EXPECT_DEATH(Stream::fill_normal(streams, odd), "whole pairs");
  streams[0].normal();
  EXPECT_DEATH(Stream::fill_normal(streams, even), "pairs are taken whole");
}

}  // namespace
}  // namespace verimix

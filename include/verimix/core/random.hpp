// Random numbers that depend on nothing but a seed, a purpose and an index: Philox 4x64-10 in counter mode (Random123).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// What a stream is for. Two purposes never share a number; append only, since the values are part of every pinned
/// output.
enum class Purpose : std::uint64_t {
  component_choice = 1,
  component_noise = 2,
  initial_particle = 3,
  reverse_noise = 4,
  denoising_noise = 5,
  split = 6,
  candidate = 7,
  subsample = 8,
  instance = 9,
  monte_carlo = 10,
};

/// The stream of numbers of one (seed, purpose, index), for example of one row or one particle. Streams are independent
/// of each other and of the order and the threads in which they are read. Period of a stream: 2^64 blocks of 4 words.
class Stream {
 public:
  Stream(std::uint64_t seed, Purpose purpose, std::uint64_t index, std::uint64_t substream = 0);

  std::uint64_t bits();
  /// ((bits >> 12) + 1/2) 2^-52, in (0, 1): never 0, never 1.
  double uniform();
  /// N(0, 1) by Box and Muller, from two uniforms a pair.
  double normal();

  /// out(j, i), j = 0, 1, ...: the next numbers N(0, 1) of stream i, from the same uniforms as those of normal() and
  /// within 3e-15 times the pair's radius of them, several times as fast: logarithm, sine and cosine are those of whole
  /// vectors. Each number depends on its own stream alone, not on its neighbours. Domain: as many columns as streams,
  /// an even number of rows, and of none of the streams half a pair was taken.
  static void fill_normal(std::span<Stream> streams, Matrix<double>& out);

 private:
  std::array<std::uint64_t, 2> key_;
  std::array<std::uint64_t, 4> counter_;
  std::array<std::uint64_t, 4> block_{};
  unsigned used_ = 4;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace verimix

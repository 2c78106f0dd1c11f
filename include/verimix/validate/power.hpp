// What the tests of a sample can see: the power of a battery against stated alternatives, by drawing from them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "verimix/validate/sample_check.hpp"

namespace verimix {

/// A way of being wrong, by how much.
struct Perturbation {
  std::string name;
  /// The law of a sampler that is wrong by `size`; size 0 is the truth. Domain: 0 <= size <= most.
  std::function<Mixture<double>(const Mixture<double>& truth, double size)> apply;
  double most;
  /// The size of the alternative that reports state, as a part of `most`.
  double stated = 0.1;
};

/// Means moved along the widest axis by `size` deviations of the law; variances times 1 + size; weight moved from the
/// largest component to the smallest (by size times the largest weight); every component's mean pulled towards the
/// law's mean by the factor 1 - size; correlation lost (off-diagonal entries times 1 - size).
std::vector<Perturbation> perturbations(const Mixture<double>& truth);

/// How often `repetitions` samples of a wrong law are rejected: the share, and its exact (Clopper-Pearson) lower bound
/// at 95%. Repetition r draws with seed first_seed + r. Domain: repetitions >= 1.
struct Power {
  double share;
  double lower;
};
Power power(const SampleBattery& battery, const Mixture<double>& wrong, Index repetitions, std::uint64_t first_seed);

/// The smallest size among most * 2^{-j/2}, j = 0, 1, ..., 24, down to which every larger one is rejected in at least
/// `share` of the repetitions; nothing if not even `most` is.
std::optional<double> smallest_caught(const SampleBattery& battery, const Perturbation& perturbation, double share,
                                      Index repetitions, std::uint64_t first_seed);

}  // namespace verimix

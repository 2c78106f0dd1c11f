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
  /// In a word ("mean-shift"), and for people.
  std::string kind, name;
  /// The law of a sampler that is wrong by `size`; size 0 is the truth. Domain: 0 <= size <= most.
  std::function<Mixture<double>(const Mixture<double>& truth, double size)> apply;
  double most;
  /// The size of the alternative that reports state, as a part of `most`.
  double stated = 0.1;
};

/// mean-shift         means moved along the widest axis by `size` deviations of the law
/// variance-scale     variances times 1 + size
/// noise-sqrt2        a part `size` of the draws with noise sqrt(2) too large (covariances doubled)
/// early-stop         the law at time `size` of dx = -x dt + sqrt(2) dw
/// weight-shift       weight moved from the heaviest component to the lightest: size times the largest weight   (k >=
/// 2) missing-component  the lightest component loses the part `size` of its weight, the others share it           (k
/// >= 2) means-together     every component's mean pulled towards the law's mean by the factor 1 - size (k >= 2)
/// correlation-lost   off-diagonal entries times 1 - size                                 (where there is correlation)
std::vector<Perturbation> perturbations(const Mixture<double>& truth);

/// How often `repetitions` samples of a law are rejected: the share, and its exact (Clopper-Pearson) bounds, each with
/// confidence 95%. Repetition r draws with seed first_seed + r. Domain: repetitions >= 1.
struct Power {
  double share;
  double lower;
  double upper;
};
Power power(const SampleBattery& battery, const Mixture<double>& law, Index repetitions, std::uint64_t first_seed);

/// How hard to look for a size.
struct PowerSearch {
  double share = 0.9;
  /// Samples at each size tried; the same draws at each, so that the sizes are compared on equal terms.
  Index repetitions = 50;
  std::uint64_t first_seed = 1;
};

/// A size at which a sample of the perturbed law is rejected in at least `share` of twice as many fresh repetitions.
/// It begins at a size that the search's own draws catch while they miss one a sixteenth smaller (or at 2^-20 of the
/// most), found by doubling or halving and then bisection; since that size was chosen on its draws, it is somewhat too
/// small, and grows by a sixteenth, each time on draws of their own, until the share is reached. Nothing if not even
/// the most is caught. `law` is what was drawn from.
struct SmallestCaught {
  double size;
  Power power;
  Mixture<double> law;
};
std::optional<SmallestCaught> smallest_caught(const SampleBattery& battery, const Perturbation& perturbation,
                                              const PowerSearch& search);

/// How many of `runs` right samples of `count` points are rejected, and the Clopper-Pearson bounds. The reference of
/// the Stein test is drawn anew for every hundred runs; given the references the runs are independent, with levels
/// that may differ, for whose mean the bounds hold all the more ([Hoe56]: a sum of unequal Bernoulli variables has
/// lighter tails than the binomial of the same mean). Domain: runs >= 1.
struct FalseAlarms {
  Index runs;
  Index rejected;
  double lower, upper;
};
FalseAlarms false_alarms(const Mixture<double>& truth, Index count, const SampleCheckRequest& request, Index runs);

}  // namespace verimix

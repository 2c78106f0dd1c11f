// Does this sampler draw from this mixture? Five kinds of tests, each with an exact law or a proved bound for every
// number of points, put together at a declared level. Derivations: proofs-notes/validate/sample_check.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/validate/projection.hpp"
#include "verimix/validate/stein_discrepancy.hpp"

namespace verimix {

struct SampleCheckRequest {
  /// The probability of rejecting a right sampler is at most this. Domain: 0 < alpha < 1.
  double alpha = 0.01;
  /// Of the reference samples of the Stein test.
  std::uint64_t seed = 1;
  /// 0: as many as the machine has. The result does not depend on it.
  unsigned threads = 0;
};

/// One test. `adjusted` is min(1, p_value/share), its share of alpha being 1/(kinds * tests of its kind): the sampler
/// is rejected iff some adjusted p-value is <= alpha (Bonferroni).
struct SampleCheck {
  /// distribution, set, weight, moment, stein.
  std::string kind;
  /// Where it looks: the same for every sample, so that `kind: place` is the test's name.
  std::string place;
  /// Where in that place the sample is furthest off, for people; empty where there is nothing to add.
  std::string worst;
  double observed;
  double expected;
  double p_value;
  double adjusted;
};

/// What the battery is certain to see, proved for every n: a sampler whose draws are all moved by `shift` deviations
/// along a projection, or whose distances from the mean along it are all `spread` times too large, is rejected with
/// probability at least 0.9. Infinite where n is too small for any. Derivation: proofs-notes/validate/sample_check.md.
struct Sight {
  std::string place;
  double shift;
  double spread;
  static constexpr double probability = 0.9;
};
Json to_json(const Sight& sight);

struct SampleVerdict {
  bool rejected;
  /// The smallest adjusted p-value: valid by itself, P(p_value <= a) <= a.
  double p_value;
  /// By adjusted p-value, the worst place first.
  std::vector<SampleCheck> checks;
  /// How many points there were, and what so many are certain to show.
  Index count;
  Sight sight;
};

/// The tests for samples of n points, fixed before any is seen:
///   distribution  Kolmogorov-Smirnov on at most 24 projections (telling_projections), exact law of each side
///   set           the number of points in each of 10 slabs a projection, cut at the truth's quantiles 0.001, 0.01,
///                 0.1, 1/4, 1/2, ..., 0.999: binomial
///   weight        the mean responsibility of a component, whose expectation is its weight: Hoeffding (k >= 2)
///   moment        the mean of z and of z^2 for each standardised projection z: Chernoff with the exact generating
///                 function
///   stein         kernel Stein discrepancy of the first 2048 points, Monte-Carlo rank: exact
/// All take the points to be independent draws; a sampler whose draws depend on each other may be rejected for that.
class SampleBattery {
 public:
  /// Domain: n >= 2, covariances positive definite. Throws InputError that names the field.
  SampleBattery(const Mixture<double>& truth, Index count, const SampleCheckRequest& request = {});

  Index count() const { return count_; }
  const Mixture<double>& truth() const { return truth_; }
  double alpha() const { return request_.alpha; }
  /// The projection along which the smallest shift is seen.
  const Sight& sight() const { return sight_; }

  /// `points` is d x count(). Throws InputError for another shape or a number that is not finite.
  SampleVerdict check(const Matrix<double>& points) const;

 private:
  struct Slab {
    double lower, upper, probability;
  };
  void check_projections(const Matrix<double>& points, std::vector<SampleCheck>& checks) const;
  void check_slabs(std::size_t projection, const RowVector<double>& values, std::vector<SampleCheck>& checks) const;
  void check_moments(const Projection& projection, const RowVector<double>& values,
                     std::vector<SampleCheck>& checks) const;
  void check_weights(const Matrix<double>& points, std::vector<SampleCheck>& checks) const;

  std::size_t kinds() const { return truth_.size() >= 2 ? 5 : 4; }
  Sight sight_along(const Projection& projection) const;

  Mixture<double> truth_;
  Index count_;
  SampleCheckRequest request_;
  Density<double> density_;
  std::vector<Projection> projections_;
  std::vector<std::vector<Slab>> slabs_;
  std::unique_ptr<SteinTest> stein_;
  Sight sight_;
};

}  // namespace verimix

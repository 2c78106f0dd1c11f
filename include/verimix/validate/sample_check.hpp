// Does this sampler draw from this mixture? Five kinds of tests, each with an exact law or a proved bound for every
// number of points, put together at a declared level. Derivations: proofs-notes/validate/sample_check.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

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
  /// Where it looked, for people.
  std::string place;
  double observed;
  double expected;
  double p_value;
  double adjusted;
};

struct SampleVerdict {
  bool rejected;
  /// The smallest adjusted p-value: valid by itself, P(p_value <= a) <= a.
  double p_value;
  /// By adjusted p-value, the worst place first.
  std::vector<SampleCheck> checks;
};

/// The tests for samples of n points, fixed before any is seen:
///   distribution  Kolmogorov-Smirnov on at most 24 projections (telling_projections), exact law of each side
///   set           the number of points in each of 10 slabs a projection, cut at the truth's quantiles 0.001, 0.01,
///   0.1,
///                 1/4, 1/2, ..., 0.999: binomial
///   weight        the mean responsibility of a component, whose expectation is its weight: Hoeffding (k >= 2)
///   moment        the mean of z and of z^2 for each standardised projection z: Chernoff with the exact moment
///   generating
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

  Mixture<double> truth_;
  Index count_;
  SampleCheckRequest request_;
  Density<double> density_;
  std::vector<Projection> projections_;
  std::vector<std::vector<Slab>> slabs_;
  std::unique_ptr<SteinTest> stein_;
};

}  // namespace verimix

// Estimates that are right up to a stated error, and partition pairs that fit them.
#pragma once

#include <rapidcheck.h>

#include "support/estimate_generators.hpp"
#include "verimix/cluster/clustering.hpp"

namespace verimix::support {

/// Means and covariances of random size with any partition pair: for properties that need no separation.
struct ClusteringCase {
  Mixture<double> truth;
  ParameterEstimates<double> estimates;
  PartitionPair pair;
  ClusteringOptions<double> options{};
  std::uint64_t seed = 0;
};

inline void showValue(const ClusteringCase& c, std::ostream& out) {
  out << "d=" << c.truth.dimension() << " k=" << c.truth.size() << " seed=" << c.seed
      << " policy=" << static_cast<int>(c.options.policy) << " pair";
  for (const Index a : c.pair.mean_group) out << ' ' << a;
  out << " /";
  for (const Index b : c.pair.covariance_group) out << ' ' << b;
}

inline rc::Gen<ClusteringCase> clustering_cases(Index largest_d, Index largest_k) {
  return rc::gen::exec([=] {
    ClusteringCase out;
    const Index d = *rc::gen::inRange<Index>(1, largest_d + 1);
    const Index k = *rc::gen::inRange<Index>(1, largest_k + 1);
    out.seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30));
    out.truth = random_mixture(d, k, 0.25, 2, 4, out.seed);
    out.estimates = {out.truth.means, out.truth.covariances};
    Stream stream(out.seed, Purpose::instance, 5);
    for (Matrix<double>& q : out.estimates.covariances) q = symmetric_part(q + perturbation(d, 0.1, stream));
    out.estimates.means += 0.1 * normal_matrix(d, k, stream);
    const std::vector<std::vector<Index>> all = partitions(k);
    const auto count = static_cast<int>(all.size());
    out.pair = {all[static_cast<std::size_t>(*rc::gen::inRange(0, count))],
                all[static_cast<std::size_t>(*rc::gen::inRange(0, count))]};
    out.options.alpha = 0.25;
    out.options.beta = 2;
    out.options.upsilon = 0.01;
    out.options.policy =
        *rc::gen::element(ThresholdPolicy::midpoint, ThresholdPolicy::printed, ThresholdPolicy::log_det);
    return out;
  });
}

/// Points from twice the spread of the mixture, so that every branch of the clustering is met.
inline Matrix<double> scattered_points(const ClusteringCase& c, Index n) {
  Stream stream(c.seed, Purpose::instance, 6);
  return 5 * normal_matrix(c.truth.dimension(), n, stream);
}

}  // namespace verimix::support

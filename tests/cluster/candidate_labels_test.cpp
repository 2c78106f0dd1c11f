#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "verimix/cluster/clustering.hpp"
#include "verimix/estimate/candidates.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

/// The largest share of points on which two labellings agree after renaming the cells of the first.
double agreement(const std::vector<Index>& a, const std::vector<Index>& b, Index cells) {
  std::vector<Index> names(static_cast<std::size_t>(cells));
  for (Index t = 0; t < cells; ++t) names[static_cast<std::size_t>(t)] = t;
  std::size_t best = 0;
  do {
    std::size_t same = 0;
    for (std::size_t j = 0; j < a.size(); ++j) same += names[static_cast<std::size_t>(a[j])] == b[j] ? 1U : 0U;
    best = std::max(best, same);
  } while (std::next_permutation(names.begin(), names.end()));
  return static_cast<double>(best) / static_cast<double>(a.size());
}

struct Family {
  std::string name;
  PartitionPair pair;
  /// How many of 2000 points at least are put into the cell in which the true parameters put them.
  double least;
};

class CandidateLabels : public testing::TestWithParam<Family> {};

// Some guess among 64 puts nearly every point where the true parameters put it, for each of three samples.
TEST_P(CandidateLabels, ReachTheLabelsOfTheTruth) {
  const Mixture<double> truth = round_to<double>(instance(GetParam().name));
  const Index k = truth.size();
  ClusteringOptions<double> options{};
  options.alpha = 0.02;
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const Matrix<double> points = draw(truth, 2000, seed).points;
    const Clustering<double> right(parameters_of(truth), GetParam().pair, options);
    const std::vector<Index> labels = right.labels(points);
    double best = 0;
    for (const ParameterEstimates<double>& guess : candidates<double>(points, k, {64, seed})) {
      best = std::max(
          best, agreement(Clustering<double>(guess, GetParam().pair, options).labels(points), labels, right.cells()));
    }
    EXPECT_GE(best, GetParam().least) << "seed " << seed;
    RecordProperty("agreement_" + std::to_string(seed), std::to_string(best));
  }
}

const PartitionPair by_means_2{{0, 1}, {0, 0}};
const PartitionPair by_covariances_2{{0, 0}, {0, 1}};
INSTANTIATE_TEST_SUITE_P(Families, CandidateLabels,
                         testing::Values(Family{"sep1", by_means_2, 0.99}, Family{"diff1", by_means_2, 0.95},
                                         Family{"pan1", by_means_2, 0.99}, Family{"pan2", by_means_2, 0.97},
                                         Family{"nest1", by_covariances_2, 0.95},
                                         Family{"nest2", by_covariances_2, 0.95},
                                         Family{"tri1", PartitionPair{{0, 1, 2}, {0, 0, 0}}, 0.97},
                                         Family{"sep2", PartitionPair{{0, 1, 2}, {0, 0, 0}}, 0.99}),
                         [](const auto& family) { return family.param.name; });

// The same mean and covariance groups have to be right together: two nested Gaussians and a third far away.
TEST(CandidateLabelsMixed, MeansAndCovariancesTogether) {
  Mixture<double> truth{"", Vector<double>::Constant(3, 1.0 / 3), (Matrix<double>(1, 3) << 0, 0, 12).finished(), {}};
  for (const double variance : {0.1, 3.0, 1.0}) truth.covariances.push_back(Matrix<double>::Constant(1, 1, variance));
  const Matrix<double> points = draw(truth, 2000, 4).points;
  const PartitionPair pair{{0, 0, 1}, {0, 1, 1}};
  ClusteringOptions<double> options{};
  options.alpha = 0.02;
  const Clustering<double> right(parameters_of(truth), pair, options);
  double best = 0;
  for (const ParameterEstimates<double>& guess : candidates<double>(points, 3, {64, 4})) {
    for (const PartitionPair& tried : partition_pairs(3)) {
      const Clustering<double> clustering(guess, tried, options);
      if (clustering.cells() == right.cells()) {
        best = std::max(best, agreement(clustering.labels(points), right.labels(points), right.cells()));
      }
    }
  }
  EXPECT_GE(best, 0.95);
}

}  // namespace
}  // namespace verimix

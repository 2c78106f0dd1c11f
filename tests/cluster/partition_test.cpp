#include "verimix/cluster/partition.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "support/clustering_generators.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

/// Groups of means on a line `gap` apart with members jittered by at most `width`/2, and the same for multiples of Id.
ParameterEstimates<double> grouped(const PartitionPair& pair, double gap, double width, Stream& stream) {
  const auto k = static_cast<Index>(pair.mean_group.size());
  ParameterEstimates<double> out{Matrix<double>::Zero(2, k), {}};
  for (Index i = 0; i < k; ++i) {
    const auto at = static_cast<std::size_t>(i);
    out.means(0, i) = gap * static_cast<double>(pair.mean_group[at]) + width * (stream.uniform() - 0.5);
    Matrix<double> q = Matrix<double>::Identity(2, 2);
    q(0, 0) += gap * static_cast<double>(pair.covariance_group[at]) + width * (stream.uniform() - 0.5);
    out.covariances.push_back(q);
  }
  return out;
}

RC_GTEST_PROP(Definition24, HoldsByConstructionAndFailsAfterOneMove, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index k = *rc::gen::inRange<Index>(2, 6);
  const auto all = partitions(k);
  const auto pick = [&] {
    return all[static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(all.size())))];
  };
  const PartitionPair pair{pick(), pick()};
  const double width = 0.5;
  const double out = 3;
  ParameterEstimates<double> parameters = grouped(pair, out + width, width, stream);
  const Separation<double> constants{width, width, out, out};
  RC_ASSERT(is_separated(parameters, pair, constants));
  const Separation<double> best = separation(parameters, pair);
  RC_ASSERT(best.in_mean <= width && best.out_mean >= out && best.in_covariance <= width && best.out_covariance >= out);
  // Single linkage at any scale between the two recovers both partitions.
  RC_ASSERT(single_linkage(parameters, 1.0, 1.0) == pair);
  // A component off the line breaks "within" if it has company, and a mean moved onto another group's breaks "between".
  const bool moves_mean = *rc::gen::arbitrary<bool>();
  const std::vector<Index>& groups = moves_mean ? pair.mean_group : pair.covariance_group;
  const Index target = groups[1] == groups[0] ? -1 : 1;
  if (moves_mean) {
    parameters.means.col(0) =
        target < 0 ? (parameters.means.col(1).array() + 2.0).matrix().eval() : parameters.means.col(1).eval();
  } else {
    parameters.covariances[0] = parameters.covariances[1];
    if (target < 0) parameters.covariances[0](1, 1) += 2;
  }
  RC_ASSERT(!is_separated(parameters, pair, constants));
}

TEST(Definition24, OneGroupMakesTheOuterDistanceInfinite) {
  const ParameterEstimates<double> p{(Matrix<double>(1, 2) << 0, 1).finished(),
                                     {Matrix<double>::Constant(1, 1, 1), Matrix<double>::Constant(1, 1, 4)}};
  const Separation<double> s = separation(p, PartitionPair{{0, 0}, {0, 1}});
  EXPECT_EQ(s.in_mean, 1);
  EXPECT_EQ(s.out_mean, std::numeric_limits<double>::infinity());
  EXPECT_EQ(s.in_covariance, 0);
  EXPECT_EQ(s.out_covariance, 3);
}

RC_GTEST_PROP(Definition24, SingleLinkageSeparatesAtItsScale, (std::uint32_t seed)) {
  const Index k = 1 + static_cast<Index>(seed % 6);
  const Mixture<double> m = support::random_mixture(2, k, 0.25, 4, 5, seed);
  const double scale = *rc::gen::element(0.0, 0.5, 2.0, 5.0, 20.0);
  const PartitionPair pair = single_linkage(parameters_of(m), scale, scale);
  const Separation<double> s = separation(parameters_of(m), pair);
  const double room = 1e-12 * (1 + scale);  // rounding of a sum of k - 1 distances
  RC_ASSERT(s.out_mean > scale && s.out_covariance > scale);
  RC_ASSERT(s.in_mean <= static_cast<double>(k - 1) * scale + room);
  RC_ASSERT(s.in_covariance <= static_cast<double>(k - 1) * scale + room);
}

TEST(Definition24, BellNumbersAndPairs) {
  const std::vector<std::size_t> bell{1, 2, 5, 15, 52, 203};
  for (Index k = 1; k <= 6; ++k) {
    const auto all = partitions(k);
    EXPECT_EQ(all.size(), bell[static_cast<std::size_t>(k - 1)]);
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
    EXPECT_EQ(std::set<std::vector<Index>>(all.begin(), all.end()).size(), all.size());
    for (const auto& labels : all) EXPECT_NO_THROW(validate(PartitionPair{labels, labels}, k));
  }
  for (Index k = 1; k <= 5; ++k) {
    const auto pairs = partition_pairs(k);
    const std::size_t b = bell[static_cast<std::size_t>(k - 1)];
    EXPECT_EQ(pairs.size(), b * b);
    // The paper's count of pairs.
    EXPECT_LE(static_cast<double>(pairs.size()), std::pow(static_cast<double>(k), 2.0 * static_cast<double>(k)));
  }
  EXPECT_THROW(partition_pairs(6), InputError);
  EXPECT_THROW(partitions(0), InputError);
}

RC_GTEST_PROP(Definition24, RefinementCellsAreTheNonemptyIntersections, ()) {
  const support::ClusteringCase c = *support::clustering_cases(1, 5);
  const auto cells = common_refinement(c.pair);
  std::vector<int> met(c.pair.mean_group.size(), 0);
  std::set<std::pair<Index, Index>> names;
  for (const auto& cell : cells) {
    RC_ASSERT(!cell.empty());
    RC_ASSERT(std::is_sorted(cell.begin(), cell.end()));
    for (const Index i : cell) {
      const auto at = static_cast<std::size_t>(i);
      const auto front = static_cast<std::size_t>(cell.front());
      ++met[at];
      RC_ASSERT(c.pair.mean_group[at] == c.pair.mean_group[front]);
      RC_ASSERT(c.pair.covariance_group[at] == c.pair.covariance_group[front]);
    }
    const auto front = static_cast<std::size_t>(cell.front());
    names.emplace(c.pair.mean_group[front], c.pair.covariance_group[front]);
  }
  RC_ASSERT(names.size() == cells.size());
  RC_ASSERT(std::all_of(met.begin(), met.end(), [](int n) { return n == 1; }));
}

TEST(Definition24, RefusesLabelsWithGaps) {
  EXPECT_THROW(validate(PartitionPair{{0, 2}, {0, 1}}, 2), InputError);
  EXPECT_THROW(validate(PartitionPair{{0, 1}, {0, -1}}, 2), InputError);
  EXPECT_THROW(validate(PartitionPair{{0, 1}, {0, 1}}, 3), InputError);
  EXPECT_THROW(common_refinement(PartitionPair{{0, 3}, {0, 1}}), InputError);
}

// Unsquared distance, both conditions.
TEST(Definition10, IsTheUnsquaredDistance) {
  const ParameterEstimates<double> p{
      (Matrix<double>(1, 3) << 0, 1, 5).finished(),
      {Matrix<double>::Constant(1, 1, 1), Matrix<double>::Constant(1, 1, 3), Matrix<double>::Constant(1, 1, 3)}};
  // |mu| + |Q|: d(0,1) = 1 + 2, d(1,2) = 4 + 0, d(0,2) = 5 + 2.
  EXPECT_TRUE(is_separated_partition<double>(p, {0, 0, 1}, 3, 4));
  EXPECT_FALSE(is_separated_partition<double>(p, {0, 0, 1}, 2.99, 4));
  EXPECT_FALSE(is_separated_partition<double>(p, {0, 0, 1}, 3, 4.01));
  // Definition 24 implies it with the sum inside and the smaller one outside.
  const PartitionPair pair{{0, 0, 1}, {0, 0, 0}};
  const Separation<double> s = separation(p, pair);
  EXPECT_TRUE(is_separated_partition<double>(p, {0, 0, 1}, s.in_mean + s.in_covariance,
                                             std::min(s.out_mean, s.out_covariance)));
}

}  // namespace
}  // namespace verimix

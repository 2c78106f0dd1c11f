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

using Count = boost::multiprecision::cpp_int;

TEST(Definition24, CountsAreExactAndKnownBeforehand) {
  EXPECT_EQ(bell_number(0), 1);
  EXPECT_EQ(bell_number(20), Count("51724158235372"));
  EXPECT_EQ(bell_number(50), Count("185724268771078270438257767181908917499221852770"));
  for (Index k = 1; k <= 9; ++k) {
    const PartitionRange all(k);
    Count walked = 0;
    for (const std::vector<Index>& labels : all) {
      if (walked % 97 == 0) validate(PartitionPair{labels, labels}, k);
      ++walked;
    }
    EXPECT_EQ(walked, all.count()) << k;
  }
  for (Index k = 1; k <= 5; ++k) {
    const PartitionPairRange all(k);
    EXPECT_EQ(Count(std::distance(all.begin(), PartitionPairRange::end())), all.count());
  }
  // Bell(k)^2 <= k^{2k}, the paper's count.
  for (Index k = 1; k <= 40; ++k)
    EXPECT_LE(PartitionPairRange(k).count(), boost::multiprecision::pow(Count(k), static_cast<unsigned>(2 * k)));
}

TEST(Definition24, RangesAreLazy) {
  // More pairs than anything can hold; the first ones come at once.
  const PartitionPairRange all(60);
  EXPECT_GT(all.count(), Count(1) << 64U);
  auto at = all.begin();
  EXPECT_EQ(common_refinement(*at).size(), 1U);
  ++at;
  EXPECT_EQ(common_refinement(*at).size(), 2U);
  const auto before = at++;
  EXPECT_FALSE(before == at);
  EXPECT_THROW(PartitionRange(0), InputError);
  EXPECT_THROW(PartitionPairRange(0), InputError);
  EXPECT_THROW(PartitionRange(1001), InputError);
  EXPECT_THROW(bell_number(-1), InputError);
}

// Every partition is the common refinement of some pair (of itself with itself), so there are Bell(k) refinements.
TEST(Definition24, EveryPartitionIsARefinement) {
  std::set<std::vector<std::vector<Index>>> seen;
  for (const PartitionPair& pair : PartitionPairRange(4)) seen.insert(common_refinement(pair));
  // Cells are listed by (a, b), so the same partition may come in several orders: count it once.
  std::set<std::set<std::vector<Index>>> distinct;
  for (const auto& cells : seen) distinct.emplace(cells.begin(), cells.end());
  EXPECT_EQ(Count(distinct.size()), bell_number(4));
}

// The paper's D_p is m + D here and m^2 + D^2 in Proposition 32: the same pair is within 1 in one reading and not in
// the other, and beyond 4 in one and not in the other.
TEST(Definition6, ItsDistanceHasTwoReadings) {
  const ParameterEstimates<double> p{
      (Matrix<double>(1, 3) << 0, 0.6, 2.6).finished(),
      {Matrix<double>::Constant(1, 1, 1), Matrix<double>::Constant(1, 1, 1.6), Matrix<double>::Constant(1, 1, 3.6)}};
  EXPECT_GT(parameter_distance(p, 0, 1), 1);
  EXPECT_LT(squared_parameter_distance(p, 0, 1), 1);
  EXPECT_LT(parameter_distance(p, 1, 2), 5);
  EXPECT_GT(squared_parameter_distance(p, 1, 2), 5);
}

RC_GTEST_PROP(Definition6, TheTwoDistancesBoundEachOther, (std::uint32_t seed)) {
  const Mixture<double> m = support::random_mixture(3, 2, 0.25, 4, 5, seed);
  const double sum = parameter_distance(parameters_of(m), 0, 1);
  const double squares = squared_parameter_distance(parameters_of(m), 0, 1);
  RC_ASSERT(squares <= sum * sum * (1 + 1e-12) && squares >= sum * sum / 2 * (1 - 1e-12));
}

// Definition 24 implies items 1 and 2 of Definition 6 for the common refinement.
RC_GTEST_PROP(Definition6, FollowsFromAPairOfPartitions, (std::uint32_t seed)) {
  const Index k = 2 + static_cast<Index>(seed % 4);
  const Mixture<double> m = support::random_mixture(2, k, 0.25, 4, 5, seed);
  const auto all = partitions(k);
  const PartitionPair pair{all[seed % all.size()], all[(seed / 7) % all.size()]};
  std::vector<Index> groups(static_cast<std::size_t>(k));
  const auto cells = common_refinement(pair);
  for (std::size_t t = 0; t < cells.size(); ++t)
    for (const Index i : cells[t]) groups[static_cast<std::size_t>(i)] = static_cast<Index>(t);
  const Separation<double> s = separation(parameters_of(m), pair);
  RC_ASSERT(is_separated_partition<double>(parameters_of(m), groups, (s.in_mean + s.in_covariance) * (1 + 1e-12),
                                           std::min(s.out_mean, s.out_covariance) * (1 - 1e-12)));
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

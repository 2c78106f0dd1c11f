// What the crude estimates and the clustering say of input that is none: field, value and what was expected.
#include <gtest/gtest.h>

#include "support/input_error.hpp"
#include "verimix/cluster/clustering.hpp"
#include "verimix/cluster/group_errors.hpp"
#include "verimix/estimate/candidates.hpp"
#include "verimix/estimate/crude_estimate.hpp"

namespace verimix {
namespace {

using support::refusal;

const Matrix<double> few_points = (Matrix<double>(2, 4) << 0, 1, 2, 3, 1, 0, 3, 2).finished();

ParameterEstimates<double> estimates_of_two() {
  return {Matrix<double>::Zero(1, 2), {Matrix<double>::Identity(1, 1), 2 * Matrix<double>::Identity(1, 1)}};
}
std::string refused_pair(const PartitionPair& pair) {
  return refusal([&] { Clustering<double>(estimates_of_two(), pair, {.alpha = 1}); });
}

TEST(Refusals, OfAPartitionThatIsNone) {
  EXPECT_EQ(refused_pair({{0, 2}, {0, 1}}),
            "partition.mean_group: value \"0, 2\": expected labels 0, 1, ... with none skipped");
  EXPECT_EQ(refused_pair({{0, 1}, {1, 1}}),
            "partition.covariance_group: value \"1, 1\": expected labels 0, 1, ... with none skipped");
  EXPECT_EQ(refused_pair({{0, -1}, {0, 0}}),
            "partition.mean_group: value \"0, -1\": expected labels 0, 1, ... with none skipped");
  EXPECT_EQ(refused_pair({{0, 1}, {0, 1, 1}}),
            "partition.covariance_group: value \"3 labels\": expected 2 labels, one a component");
  EXPECT_EQ(refused_pair({{0, 1}, {0, 1}}), "accepted");
  const DeviationSetting<double> setting{1, 2, 1, 0, 0.01};
  EXPECT_EQ(refusal([&] {
              no_group_probability_upper(estimates_of_two(), {{0, 3}, {0, 1}}, 0, setting, 0.01);
            }),
            "partition.mean_group: value \"0, 3\": expected labels 0, 1, ... with none skipped");
  EXPECT_EQ(refusal([&] {
              separation(estimates_of_two(), {{0, 0, 0}, {0, 1}});
            }),
            "partition.mean_group: value \"3 labels\": expected 2 labels, one a component");
}

TEST(Refusals, OfNoComponents) {
  const std::string at_least_one = "components: value \"0\": expected at least 1";
  EXPECT_EQ(refusal([] { crude_means<double>(few_points, 0, 1.0, 1.0); }), at_least_one);
  EXPECT_EQ(refusal([] { candidates<double>(few_points, 0, {}); }), at_least_one);
  EXPECT_EQ(refusal([] { candidate_count(5, 7, 0); }), at_least_one);
  EXPECT_EQ(refusal([] { CrudeList<double>(few_points, few_points, 0, {1, 1, 1, 1}); }), at_least_one);
  EXPECT_EQ(
      refusal([] { CrudeCovariances<double>(few_points, 0, CovarianceRoute::plain, Subspace<double>{}, 1.0, 1.0); }),
      at_least_one);
  EXPECT_EQ(refusal([] { partitions(0); }), "components: value \"0\": expected a number from 1 to 10");
  EXPECT_EQ(refusal([] { PartitionRange{0}; }), "components: value \"0\": expected a number from 1 to 1000");
  EXPECT_EQ(refusal([] { conditional_factor<double>(0); }), "components: value \"0\": expected a number >= 1");
  const ParameterEstimates<double> none{Matrix<double>(2, 0), {}};
  EXPECT_EQ(refusal([&] { Clustering<double>(none, PartitionPair{}, {.alpha = 1}); }),
            "means: value \"2 x 0\": expected at least one mean of dimension >= 1");
}

TEST(Refusals, OfThresholdsOfTheWrongShape) {
  const auto refused = [](const Matrix<double>& table) {
    return refusal([&] { Clustering<double>(estimates_of_two(), {{0, 0}, {0, 1}}, {.alpha = 1}, table); });
  };
  EXPECT_EQ(refused(Matrix<double>::Zero(2, 3)),
            "thresholds: value \"2 x 3\": expected 2 x 2, one a pair of components");
  EXPECT_EQ(refused(Matrix<double>(0, 0)), "thresholds: value \"0 x 0\": expected 2 x 2, one a pair of components");
  EXPECT_EQ(refused((Matrix<double>(2, 2) << 0, 1, std::nan(""), 0).finished()),
            "thresholds(1, 0): value \"nan\": expected a finite number");
}

TEST(Refusals, OfANetOfRadiusZero) {
  const Matrix<double> basis = Matrix<double>::Identity(2, 2);
  for (const auto& [radius, text] : {std::pair(0.0, "0"), std::pair(-2.5, "-2.5"), std::pair(HUGE_VAL, "inf")}) {
    const std::string expected = std::string("net radius: value \"") + text + "\": expected a finite number > 0";
    EXPECT_EQ(refusal([&] { BallNet<double>(basis, radius, 1.0); }), expected);
    EXPECT_EQ(refusal([&] { net_size<double>(2, radius, 1.0); }), expected);
    EXPECT_EQ(refusal([&] { crude_means<double>(few_points, 1, radius, 1.0); }), expected);
  }
  EXPECT_EQ(refusal([&] { BallNet<double>(basis, 1.0, 0.0); }), "net mesh: value \"0\": expected a finite number > 0");
  EXPECT_EQ(refusal([] {
              CrudeList<double>(few_points, few_points, 1, {1, 1, 0, 1});
            }),
            "R: value \"0\": expected a number > 0");
}

TEST(Refusals, OfANetThatIsTooLarge) {
  // Their exact number is said; net_size gives it without a refusal.
  const std::string count = net_size<double>(40, 4, 1).str();
  EXPECT_EQ(refusal([] { BallNet<double>(Matrix<double>::Identity(40, 40), 4.0, 1.0); }),
            "net: value \"40 dimensions, radius/mesh 4\": expected a net that can be listed (of less than 2^64 points; "
            "this one has " +
                count + "); take a larger mesh or a smaller radius");
  EXPECT_EQ(refusal([] { net_size<double>(2, 1e9, 1.0); }),
            "net: value \"2 dimensions, radius/mesh 1000000000\": expected a net that can be listed (too many points "
            "across); take a larger mesh or a smaller radius");
  EXPECT_EQ(refusal([] { net_size<double>(9, 1e4, 1.0); }),
            "net: value \"9 dimensions, radius/mesh 10000\": expected a net that can be listed (too many steps of "
            "counting); take a larger mesh or a smaller radius");
  // Two crude means in 10^12 by 10^12 squares.
  EXPECT_EQ(refusal([] {
              CrudeList<double>(few_points, few_points, 2, {1, 1, 1e8, 1});
            }),
            "net: value \"2 dimensions, radius/mesh 100000000\": expected a net that can be listed (too many points "
            "across); take a larger mesh or a smaller radius");
}

}  // namespace
}  // namespace verimix

#include "verimix/validate/projection.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/families.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

using support::family;

TEST(ProjectionTest, OneGaussianIsErf) {
  const Mixture<double> gaussian{"", Vector<double>{{1}}, Matrix<double>{{1}, {2}}, {Matrix<double>{{4, 0}, {0, 9}}}};
  const Projection along(gaussian, Vector<double>{{0.6, 0.8}}, "u");
  EXPECT_NEAR(along.mean(), 2.2, 1e-15);
  EXPECT_NEAR(along.variance(), 7.2, 1e-14);
  for (const double y : {-20.0, 0.0, 2.2, 5.0})
    EXPECT_NEAR(along.distribution(y), std::erfc((2.2 - y) / std::sqrt(14.4)) / 2, 1e-15);
  // E e^{theta z^2} = (1 - 2 theta)^{-1/2} and E e^{theta z} = e^{theta^2/2} for z of N(0, 1).
  EXPECT_NEAR(along.log_moment_generating(3), 4.5, 1e-13);
  EXPECT_NEAR(along.log_moment_generating_of_square(0.25), std::log(2) / 2, 1e-14);
  EXPECT_NEAR(along.square_limit(), 0.5, 1e-15);
  EXPECT_TRUE(std::isinf(along.log_moment_generating_of_square(0.5)));
}

// The law's mean and covariance against a large sample of it: n = 1e5, entries within 6 deviations of their mean.
TEST(ProjectionTest, MomentsAgreeWithDraws) {
  const Mixture<double> mixture = family("sep2");
  const Matrix<double> points = draw(mixture, 100000, 3).points;
  const Vector<double> mean = law_mean(mixture);
  const Matrix<double> covariance = law_covariance(mixture);
  EXPECT_LE((points.rowwise().mean() - mean).norm(), 6 * std::sqrt(covariance.trace() / 1e5));
  const Matrix<double> centred = points.colwise() - mean;
  EXPECT_LE((centred * centred.transpose() / 1e5 - covariance).norm(), 6 * covariance.norm() * std::sqrt(2 / 1e5));
  for (const Projection& projection : telling_projections(mixture, 24)) {
    const double quantile = projection.near_quantile(0.3);
    const double share =
        static_cast<double>(((projection.direction().transpose() * points).array() <= quantile).count()) / 1e5;
    EXPECT_NEAR(share, 0.3, 6 * std::sqrt(0.21 / 1e5)) << projection.name();
  }
}

TEST(ProjectionTest, QuantilesComeBackThroughTheDistributionFunction) {
  for (const char* name : {"over1", "sep1", "nest1", "pan1", "tri1"}) {
    const Projection line(family(name), Vector<double>{{1}}, "x");
    for (const double level : {1e-4, 0.001, 0.25, 0.5, 0.9, 0.999, 0.9999})
      EXPECT_NEAR(line.distribution(line.near_quantile(level)), level, 1e-6) << name;
  }
}

TEST(TellingProjections, FewAndDistinct) {
  const std::vector<Projection> line = telling_projections(family("tri1"), 24);
  EXPECT_EQ(line.size(), 1U);
  const std::vector<Projection> plane = telling_projections(family("sep2"), 24);
  EXPECT_GE(plane.size(), 4U);
  for (std::size_t i = 0; i < plane.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) EXPECT_LE(std::abs(plane[i].direction().dot(plane[j].direction())), 0.999);
  EXPECT_EQ(telling_projections(round_to<double>(instance("random", {{"d", "40"}})), 24).size(), 24U);
}

// Where the coordinates alone would fill the list, the thin direction of the pancakes comes first.
TEST(TellingProjections, TheThinAxisIsNotCrowdedOutByCoordinates) {
  const std::vector<Projection> some = telling_projections(round_to<double>(instance("pancakes", {{"d", "64"}})), 8);
  double thinnest = 2;
  for (const Projection& projection : some) thinnest = std::min(thinnest, 1 - std::abs(projection.direction()(0)));
  EXPECT_LE(thinnest, 1e-9);
}

}  // namespace
}  // namespace verimix

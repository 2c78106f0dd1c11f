#include "verimix/polynomial/region.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/roundoff.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/random.hpp"

namespace verimix {
namespace {

using support::machine_epsilon;

TEST(Equation50, StatisticsAreTheirDefinitions) {
  Matrix<double> means(2, 2);
  means << -1, 2, 0.5, 1;
  Matrix<double> first(2, 2), second(2, 2);
  first << 1, 0.25, 0.25, 2;
  second << 0.5, -0.125, -0.125, 1;
  const Region<double> region(means, {first, second});
  const Matrix<double> k1 = first.inverse(), k2 = second.inverse();
  Matrix<double> points(2, 3);
  points << 0, 3, -4, 0, 1, 2.5;
  const Matrix<double> found = region.statistics(points);
  for (Index i = 0; i < 3; ++i) {
    const Vector<double> a = points.col(i) - means.col(0), b = points.col(i) - means.col(1);
    const double f1 = a.dot(k1 * a), f2 = b.dot(k2 * b);
    // A few dozen operations on numbers of this size.
    const double tolerance = 200 * machine_epsilon * (1 + f1 + f2);
    EXPECT_NEAR(found(0, i), std::min(f1, f2), tolerance);
    EXPECT_NEAR(found(1, i), std::abs(f2 - f1 - first.cwiseProduct(k2 - k1).sum()), tolerance);
    EXPECT_NEAR(found(2, i), ((k2 - k1) * b).squaredNorm(), tolerance * 10);
  }
}

TEST(Equation50, EstimatesThatAgreeBoundNothing) {
  // The witness of the gap in Proposition 40: with one component, or equal estimates, V_1 = V_2 = 0 everywhere. V_0
  // bounds.
  const Region<double> one(Matrix<double>::Zero(1, 2),
                           {Matrix<double>::Identity(1, 1), Matrix<double>::Identity(1, 1)});
  const Matrix<double> far = one.statistics(Matrix<double>::Constant(1, 1, 1e6));
  EXPECT_EQ(far(1, 0), 0);
  EXPECT_EQ(far(2, 0), 0);
  EXPECT_EQ(far(0, 0), 1e12);
}

TEST(Equation50, NothingIsInsideUntilThresholdsAreSet) {
  Region<double> region(Matrix<double>::Zero(1, 1), {Matrix<double>::Identity(1, 1)});
  const Matrix<double> statistics = region.statistics(Matrix<double>::Zero(1, 1));
  EXPECT_FALSE(region.inside(statistics)[0]);
  region.set_thresholds(Vector<double>::Zero(3));
  EXPECT_TRUE(region.inside(statistics)[0]);
  EXPECT_THROW(Region<double>(Matrix<double>::Zero(1, 1), {Matrix<double>::Zero(1, 1)}), InputError);
}

RC_GTEST_PROP(Equation50, QuantilesKeepTheirShare, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index n = *rc::gen::inRange<Index>(1, 200);
  const double order = *rc::gen::element(0.5, 0.9, 0.99, 1.0);
  Matrix<double> statistics(3, n);
  for (Index i = 0; i < statistics.size(); ++i) statistics(i) = stream.normal();
  Region<double> region(Matrix<double>::Zero(1, 1), {Matrix<double>::Identity(1, 1)});
  region.set_thresholds(quantile_thresholds(statistics, order));
  const auto inside = region.inside(statistics);
  const auto kept = std::count(inside.begin(), inside.end(), true);
  const auto rank = static_cast<Index>(std::ceil(order * static_cast<double>(n)));
  RC_ASSERT(kept >= n - 3 * (n - rank));
  RC_ASSERT(kept <= rank);
}

RC_GTEST_PROP(Equation50, LikeliestHasTheLargestDensity, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 1);
  Matrix<double> means(1, 3), points(1, 20);
  std::vector<Matrix<double>> variances;
  for (Index j = 0; j < 3; ++j) {
    means(0, j) = 3 * stream.normal();
    variances.push_back(Matrix<double>::Constant(1, 1, 0.1 + stream.uniform()));
  }
  for (Index i = 0; i < 20; ++i) points(0, i) = 4 * stream.normal();
  const auto found = Region<double>(means, variances).likeliest(points);
  const auto log_density = [&](Index j, double x) {
    const double v = variances[static_cast<std::size_t>(j)](0, 0);
    return -std::pow(x - means(0, j), 2) / v - std::log(v);
  };
  for (Index i = 0; i < 20; ++i)
    for (Index j = 0; j < 3; ++j) {
      const double own = log_density(found[static_cast<std::size_t>(i)], points(0, i)),
                   other = log_density(j, points(0, i));
      RC_ASSERT(own >= other - 100 * machine_epsilon * (1 + std::abs(own)));
    }
}

}  // namespace
}  // namespace verimix

// The template kernels of this stage, compiled for a scalar that grants the Scalar concept and nothing more. The
// sources are included because that is where the templates are defined.
#include "support/archetype.hpp"

#include <gtest/gtest.h>

#include "../../src/diffusion/ornstein_uhlenbeck.cpp"  // NOLINT(bugprone-suspicious-include)
#include "../../src/diffusion/time_grid.cpp"           // NOLINT(bugprone-suspicious-include)

namespace verimix {
namespace {

using Real = archetype::Real;

TEST(ScalarArchetype, NoisedMixtureHasTheBitsItHasForDouble) {
  Mixture<double> mixture;
  mixture.weights = Vector<double>::Constant(1, 1);
  mixture.means = Matrix<double>::Constant(2, 1, 3);
  mixture.covariances = {Matrix<double>::Identity(2, 2) * 0.5};
  Mixture<Real> same;
  const auto wrap = [](double x) { return Real::wrap(x); };
  same.weights = mixture.weights.unaryExpr(wrap);
  same.means = mixture.means.unaryExpr(wrap);
  same.covariances = {mixture.covariances.front().unaryExpr(wrap)};
  for (const double time : {0.0, 0.25, 3.0}) {
    const Mixture<double> expected = at_time(mixture, time);
    const Mixture<Real> computed = at_time(same, Real::wrap(time));
    const auto unwrap = [](const Real& x) { return approximate(x); };
    EXPECT_EQ(computed.means.unaryExpr(unwrap), expected.means);
    EXPECT_EQ(computed.covariances.front().unaryExpr(unwrap), expected.covariances.front());
    EXPECT_EQ(approximate(signal_scale(Real::wrap(time))), signal_scale(time));
    EXPECT_EQ(approximate(noise_variance(Real::wrap(time))), noise_variance(time));
  }
}

TEST(ScalarArchetype, TimeGridHasTheBitsItHasForDouble) {
  for (const double horizon : {1.0, 4.0}) {
    const TimeGrid<double> expected = time_grid(horizon, 0.0625, 10);
    const TimeGrid<Real> computed = time_grid(Real::wrap(horizon), Real::wrap(0.0625), 10);
    ASSERT_EQ(computed.remaining.size(), expected.remaining.size());
    ASSERT_EQ(computed.steps.size(), expected.steps.size());
    for (std::size_t i = 0; i < expected.remaining.size(); ++i)
      EXPECT_EQ(approximate(computed.remaining[i]), expected.remaining[i]);
    for (std::size_t i = 0; i < expected.steps.size(); ++i)
      EXPECT_EQ(approximate(computed.steps[i]), expected.steps[i]);
    EXPECT_EQ(approximate(computed.kappa_1), expected.kappa_1);
    EXPECT_EQ(approximate(computed.kappa_2), expected.kappa_2);
  }
}

}  // namespace
}  // namespace verimix

// The template kernels of this stage, compiled for a scalar that grants the Scalar concept and nothing more. The
// sources are included because that is where the templates are defined.
#include "support/archetype.hpp"

#include <gtest/gtest.h>

#include "../../src/core/cholesky.cpp"    // NOLINT(bugprone-suspicious-include)
#include "../../src/mixture/density.cpp"  // NOLINT(bugprone-suspicious-include)

namespace verimix {
namespace {

Mixture<double> example() {
  Mixture<double> mixture;
  mixture.weights = Vector<double>(3);
  mixture.weights << 0.25, 0.75, 0;
  mixture.means = Matrix<double>(2, 3);
  mixture.means << -1, 2, 0, 0.5, 1, 0;
  Matrix<double> tilted(2, 2);
  tilted << 1.5, 0.5, 0.5, 1;
  mixture.covariances = {Matrix<double>::Identity(2, 2), tilted, tilted};
  return mixture;
}

Matrix<archetype::Real> wrapped(const Matrix<double>& a) {
  return a.unaryExpr([](double x) { return archetype::Real::wrap(x); });
}
Matrix<double> unwrapped(const Matrix<archetype::Real>& a) {
  return a.unaryExpr([](const archetype::Real& x) { return approximate(x); });
}

TEST(ScalarArchetype, DensityHasTheValueItHasForDouble) {
  const Mixture<double> mixture = example();
  Mixture<archetype::Real> same;
  same.weights = wrapped(mixture.weights);
  same.means = wrapped(mixture.means);
  for (const Matrix<double>& covariance : mixture.covariances) same.covariances.push_back(wrapped(covariance));
  Matrix<double> points(2, 4);
  points << 0, 1, -3, 6, 0, -1, 2, 5;

  const EvaluationRequest request{.responsibilities = true, .jacobian = true};
  const Evaluation<double> expected = Density<double>(mixture).evaluate(points, request);
  const Evaluation<archetype::Real> computed = Density<archetype::Real>(same).evaluate(wrapped(points), request);
  // The kernel of double adds in another order; the covariances have condition numbers below 5.
  constexpr double tolerance = 1000 * 0x1p-53;
  EXPECT_LE((unwrapped(computed.log_density) - expected.log_density).norm(), tolerance * expected.log_density.norm());
  EXPECT_LE((unwrapped(computed.score) - expected.score).norm(), tolerance * expected.score.norm());
  EXPECT_LE((unwrapped(computed.responsibilities) - expected.responsibilities).norm(), tolerance);
  for (std::size_t j = 0; j < expected.jacobian.size(); ++j)
    EXPECT_LE((unwrapped(computed.jacobian[j]) - expected.jacobian[j]).norm(), tolerance * expected.jacobian[j].norm());
}

}  // namespace
}  // namespace verimix

#include "verimix/polynomial/piecewise_score.hpp"

#include <gtest/gtest.h>

#include "support/roundoff.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/density.hpp"

namespace verimix {
namespace {

using support::machine_epsilon;

/// Two unit Gaussians at -4 and 4, a cell each; degree-1 pieces that are their own exact scores, trusted up to |x - mu|
/// = 3.
PiecewiseScore<double> two_cells(double radius_squared) {
  ParameterEstimates<double> estimates{Matrix<double>(1, 2),
                                       {Matrix<double>::Identity(1, 1), Matrix<double>::Identity(1, 1)}};
  estimates.means << -4, 4;
  ClusteringOptions<double> options;
  options.alpha = 1;
  Clustering<double> clustering(estimates, {{0, 1}, {0, 0}}, options);
  std::vector<ScorePiece<double>> pieces;
  for (Index c = 0; c < 2; ++c) {
    Region<double> region = cell_region(estimates.means, clustering, c);
    region.set_thresholds(Vector<double>::Constant(3, radius_squared));
    Matrix<double> coefficients(1, 2);
    coefficients << 0, -1;
    pieces.push_back(
        {HermiteBasis<double>(estimates.means.col(c), Matrix<double>::Identity(1, 1), 1), coefficients, region});
  }
  return PiecewiseScore<double>(clustering, pieces);
}

TEST(Proposition48, EachPointTakesItsCellsPolynomial) {
  const PiecewiseScore<double> score = two_cells(9);
  Matrix<double> points(1, 5);
  points << -5, -3.5, 1.5, 4, 6.25;
  const Matrix<double> found = score(points);
  for (Index i = 0; i < 5; ++i)
    EXPECT_NEAR(found(0, i), -(points(0, i) - (points(0, i) < 0 ? -4 : 4)), 8 * machine_epsilon) << points(0, i);
  EXPECT_EQ(score.cells(), 2);
  EXPECT_EQ(score.degree(), 1);
  EXPECT_THROW(score(Matrix<double>::Zero(2, 1)), InputError);
}

TEST(Proposition48, TheFallbackIsTheScoreOfItsGaussianNotItsNegative) {
  // Nothing is inside: the fallback alone must be grad log N(m, S), which pulls towards m ([CKS25] prints the other
  // sign).
  Matrix<double> covariance(2, 2), mean(2, 1), points(2, 3);
  covariance << 1, 0.25, 0.25, 0.5;
  mean << 1, -2;
  points << 0, 3, 100, 0, -1, -50;
  Mixture<double> gaussian{"", Vector<double>::Ones(1), mean, {covariance}};
  const Matrix<double> exact = Density<double>(gaussian).evaluate(points).score;
  const Matrix<double> found = gaussian_score<double>(mean.col(0), covariance, points);
  // cond(S) < 4; two triangular products each.
  EXPECT_LE((found - exact).norm(), 100 * machine_epsilon * exact.norm());
  const Matrix<double> outside = two_cells(0)(Matrix<double>::Constant(1, 1, 9));
  EXPECT_NEAR(outside(0, 0), -5, 10 * machine_epsilon);
}

TEST(Proposition48, OnePointIsABatchOfOne) {
  const PiecewiseScore<double> score = two_cells(2);
  Matrix<double> points(1, 40);
  for (Index i = 0; i < 40; ++i) points(0, i) = -8 + 0.4 * static_cast<double>(i);
  const Matrix<double> batch = score(points);
  for (Index i = 0; i < 40; ++i) EXPECT_EQ(score(points.col(i))(0, 0), batch(0, i));
}

}  // namespace
}  // namespace verimix

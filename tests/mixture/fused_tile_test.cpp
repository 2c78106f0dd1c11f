// The kernel of few dimensions (d <= 8) through Density<double>, and the exponential that it stands on.
#include <gtest/gtest.h>

#include <xsimd/xsimd.hpp>

#include "support/mixtures.hpp"
#include "support/roundoff.hpp"

namespace verimix {
namespace {

using support::unit_roundoff;

Mixture<double> without_components(Index d, Index k) {
  Mixture<double> mixture;
  mixture.weights = Vector<double>::Zero(k);
  mixture.means = Matrix<double>::Zero(d, k);
  return mixture;
}

template <Scalar T>
Mixture<T> converted(const Mixture<double>& mixture) {
  const auto convert = [](double x) { return T(x); };
  Mixture<T> result;
  result.weights = mixture.weights.unaryExpr(convert);
  result.means = mixture.means.unaryExpr(convert);
  for (const Matrix<double>& q : mixture.covariances) result.covariances.push_back(q.unaryExpr(convert));
  return result;
}

TEST(FusedTile, exponentialAndLogarithmAreWithinTwoUnitsInTheLastPlace) {
  using Lanes = xsimd::batch<double>;
  // Exponents of the log-sum-exp are in [-708, 0], sums in [1, k].
  for (int i = 0; i <= 4000; ++i) {
    const double x = -0.176789 * i;
    const Real50 exact = exp(Real50(x));
    const Real50 off = abs(Real50(xsimd::exp(Lanes(x)).get(0)) / exact - 1);
    EXPECT_LE(off, Real50(4 * unit_roundoff)) << x;
    const double y = 1 + 0.01 * i;
    const Real50 log_off = abs(Real50(xsimd::log(Lanes(y)).get(0)) - log(Real50(y)));
    EXPECT_LE(log_off, Real50(4 * unit_roundoff) * log(Real50(y))) << y;
  }
  EXPECT_EQ(xsimd::exp(Lanes(-1000)).get(0), 0);
}

/// Log-density and score at the points against 100 digits.
void expect_rounding_bounds(const Mixture<double>& mixture, const Matrix<double>& points,
                            const Evaluation<double>& at) {
  const Mixture<Real100> fine = converted<Real100>(mixture);
  const Matrix<Real100> fine_points = points.unaryExpr([](double x) { return Real100(x); });
  const auto exact_value = Density<Real100>(fine).evaluate(fine_points);
  for (Index j = 0; j < points.cols(); ++j) {
    const auto bounds = support::rounding_bounds(fine, fine_points.col(j), Real100(unit_roundoff));
    EXPECT_LE(abs(Real100(at.log_density(j)) - exact_value.log_density(j)), bounds.log_density) << "point " << j;
    Real100 squares = 0;
    for (Index m = 0; m < points.rows(); ++m) {
      const Real100 off = Real100(at.score(m, j)) - exact_value.score(m, j);
      squares += off * off;
    }
    EXPECT_LE(sqrt(squares), bounds.score) << "dimension " << points.rows() << ", point " << j;
  }
}

TEST(FusedTile, holdsTheRoundingBoundsInEveryDimensionAcrossTheBorderToPanels) {
  for (const Index d : {1, 2, 3, 4, 5, 6, 7, 8, 9}) {
    Mixture<double> mixture = without_components(d, 5);
    mixture.weights << 0, 1e-200, 0.25, 0.25, 0.5;
    mixture.means = 2 * Matrix<double>::Random(d, 5);
    for (int i = 0; i < 5; ++i) {
      const Matrix<double> a = Matrix<double>::Random(d, d);
      mixture.covariances.emplace_back(a * a.transpose() + 0.5 * Matrix<double>::Identity(d, d));
    }
    const Matrix<double> points = 6 * Matrix<double>::Random(d, 6);
    const auto at = Density<double>(mixture).evaluate(points, {.responsibilities = true});
    expect_rounding_bounds(mixture, points, at);
    EXPECT_EQ(at.responsibilities.row(0).cwiseAbs().maxCoeff(), 0);
  }
}

// More components than are kept at a time and points in several tiles, the last of them not full; near the last points
// the largest term is one of the last components, so that the sums of the others have to be scaled down to nothing.
TEST(FusedTile, holdsTheRoundingBoundsForManyComponents) {
  for (const Index d : {1, 8}) {
    const Index k = 40;
    Mixture<double> mixture = without_components(d, k);
    mixture.weights.setConstant(1.0 / 40);
    for (Index i = 0; i < k; ++i) {
      mixture.means.col(i).setConstant(4.0 * static_cast<double>(i));
      mixture.covariances.emplace_back(Matrix<double>::Identity(d, d) * (1 + 0.1 * static_cast<double>(i)));
    }
    const Index n = d == 1 ? 263 : 43;
    Matrix<double> points = 3 * Matrix<double>::Random(d, n);
    points.rowwise() += Eigen::RowVectorXd::LinSpaced(n, -8, 180);
    expect_rounding_bounds(mixture, points, Density<double>(mixture).evaluate(points));
  }
}

TEST(FusedTile, inTheFarTailTheDominatingComponentAloneDecides) {
  for (const Index d : {1, 2, 3, 8}) {
    Mixture<double> mixture = without_components(d, 4);
    mixture.weights << 0, 0.5, 0.5, 1e-200;
    mixture.means.col(1).setConstant(-1);
    mixture.means.col(3).setConstant(2);
    Matrix<double> wide = 2 * Matrix<double>::Identity(d, d);
    wide.array() += 0.5;
    const Matrix<double> identity = Matrix<double>::Identity(d, d);
    mixture.covariances = {Matrix<double>::Zero(d, d), identity / 2, identity, wide};
    const Density<double> density(mixture);
    for (const double distance : {1e3, 1e10, 1e100, 1e149}) {
      const Vector<double> x = Vector<double>::LinSpaced(d, 0.5, -0.4) * distance;
      const auto at = density.evaluate(x, {.responsibilities = true});
      Mixture<Real50> alone;
      alone.weights = Vector<Real50>::Constant(1, Real50(1e-200));
      alone.means = Vector<Real50>::Constant(d, Real50(2));
      alone.covariances = {wide.unaryExpr([](double q) { return Real50(q); })};
      const auto exact_value = Density<Real50>(alone).evaluate(x.unaryExpr([](double c) { return Real50(c); }));
      EXPECT_EQ(at.responsibilities(3, 0), 1) << d << ' ' << distance;
      EXPECT_EQ(at.responsibilities.topRows(3).sum(), 0);
      // The other terms are exactly 0, so what remains is the rounding of one component: 8 (d + 2)^2 u kappa relative
      // to |Q^-1| |z| <= |z| / 2 and to the logarithm; kappa = (2 + d/2) / 2.
      const double relative =
          8.0 * static_cast<double>((d + 2) * (d + 2)) * unit_roundoff * (1 + static_cast<double>(d) / 4);
      Real50 squares = 0, size = 0;
      for (Index m = 0; m < d; ++m) {
        const Real50 off = Real50(at.score(m, 0)) - exact_value.score(m, 0);
        squares += off * off;
        size += (Real50(x(m)) - 2) * (Real50(x(m)) - 2) / 4;
      }
      EXPECT_LE(sqrt(squares), Real50(relative) * sqrt(size)) << d << ' ' << distance;
      EXPECT_LE(abs(Real50(at.log_density(0)) / exact_value.log_density(0) - 1), Real50(relative));
    }
  }
}

TEST(FusedTile, holdsTheRoundingBoundsAtConditionOneE12) {
  for (const Index d : {2, 3, 8}) {
    Mixture<double> mixture = without_components(d, 2);
    mixture.weights << 0.25, 0.75;
    mixture.means.col(1).setConstant(1);
    Matrix<double> thin = Matrix<double>::Constant(d, d, 1.0);
    thin.diagonal().array() += 1e-12 * static_cast<double>(d);
    mixture.covariances = {thin, Matrix<double>::Identity(d, d)};
    const Mixture<Real100> fine = converted<Real100>(mixture);
    // On the thin component's line and beside it by a few of its deviations.
    for (const double beside : {0.0, 1e-6, 1e-3}) {
      Vector<double> x = Vector<double>::Constant(d, 0.75);
      x(0) += beside;
      const Vector<Real100> fine_x = x.unaryExpr([](double c) { return Real100(c); });
      const auto at = Density<double>(mixture).evaluate(x);
      const auto exact_value = Density<Real100>(fine).evaluate(fine_x);
      const auto bounds = support::rounding_bounds(fine, fine_x, Real100(unit_roundoff));
      Real100 squares = 0;
      for (Index m = 0; m < d; ++m) {
        const Real100 off = Real100(at.score(m, 0)) - exact_value.score(m, 0);
        squares += off * off;
      }
      EXPECT_LE(sqrt(squares), bounds.score) << d << ' ' << beside;
      EXPECT_LE(abs(Real100(at.log_density(0)) - exact_value.log_density(0)), bounds.log_density) << d << ' ' << beside;
    }
  }
}

}  // namespace
}  // namespace verimix

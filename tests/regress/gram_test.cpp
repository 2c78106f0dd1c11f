#include "verimix/regress/gram.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numbers>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/random.hpp"
#include "verimix/regress/denoising_fit.hpp"

namespace verimix {
namespace {

constexpr double half_epsilon = std::numeric_limits<double>::epsilon() / 2;

Matrix<double> normal_matrix(Index rows, Index columns, std::uint64_t seed) {
  Stream stream(seed, Purpose::instance, 0);
  Matrix<double> out(rows, columns);
  for (double& x : out.reshaped()) x = stream.normal();
  return out;
}

HermiteBasis<double> some_basis(Index d, int degree, std::uint64_t seed) {
  const Matrix<double> a = normal_matrix(d, d, seed);
  const Matrix<double> covariance = a * a.transpose() / static_cast<double>(d) + 0.5 * Matrix<double>::Identity(d, d);
  return {normal_matrix(d, 1, seed + 1), covariance, degree};
}

HermiteBasis<Real50> exactly(const HermiteBasis<double>& basis) {
  return {basis.mean().cast<Real50>(), basis.covariance().cast<Real50>(), basis.degree()};
}

/// The same recurrence with every sign +, from the sizes of what the whitening adds up: no rounding of the features is
/// larger than a few (d + l) units of it, times the condition of the covariance's factor.
Matrix<double> majorant(const HermiteBasis<double>& basis, const Matrix<double>& points) {
  const Matrix<double> factor = basis.covariance().llt().matrixL();
  const Matrix<double> whitening = factor.inverse();
  const Matrix<double> sizes = whitening.cwiseAbs() * (points.cwiseAbs().colwise() + basis.mean().cwiseAbs());
  Matrix<double> out(points.cols(), basis.size());
  for (Index i = 0; i < points.cols(); ++i)
    for (Index a = 0; a < basis.size(); ++a) {
      double product = 1;
      for (Index j = 0; j < basis.dimension(); ++j) {
        const int power = basis.indices()[static_cast<std::size_t>(a)][static_cast<std::size_t>(j)];
        double last = 0, value = 1;
        for (int n = 0; n < power; ++n) {
          const double next = (sizes(j, i) * value + std::sqrt(n) * last) / std::sqrt(n + 1);
          last = value;
          value = next;
        }
        product *= value;
      }
      out(i, a) = product;
    }
  return out;
}

// The features of a fit, in double against 50 digits.
RC_GTEST_PROP(NormalEquations, FeaturesLoseWhatTheMajorantAllows, (std::uint32_t seed)) {
  const Index d = *rc::gen::inRange<Index>(1, 5), n = *rc::gen::inRange<Index>(1, 40);
  const int degree = *rc::gen::inRange(0, 7);
  const HermiteBasis<double> basis = some_basis(d, degree, seed);
  const Matrix<double> points = 2 * normal_matrix(d, n, seed + 2);
  const Matrix<double> exact = exactly(basis).values(points.cast<Real50>()).cast<double>();
  // |S| = 1/2 to about 8: the factor's condition is below 8; whitening and recurrence round 4 (d + l) times.
  const Matrix<double> allowed = 8 * 4 * static_cast<double>(d + degree + 1) * half_epsilon * majorant(basis, points);
  RC_ASSERT(((basis.values(points) - exact).cwiseAbs().array() <= allowed.transpose().array()).all());
}

// Sizes that are no multiple of a block, weights, several batches; against sums of 50 digits.
RC_GTEST_PROP(NormalEquations, AreTheSumsOfProducts, (std::uint32_t seed)) {
  const Index d = *rc::gen::inRange<Index>(1, 4), n = *rc::gen::inRange<Index>(1, 1500);
  const int degree = *rc::gen::inRange(0, 4);
  const HermiteBasis<double> basis = some_basis(d, degree, seed);
  const Matrix<double> points = normal_matrix(d, n, seed + 2), targets = normal_matrix(2, n, seed + 3);
  const Observations<double> twice{[&](const ObservationSink<double>& sink) {
                                     sink(points, targets, 1.0);
                                     sink(points, targets, 0.5);
                                   },
                                   2 * n, 2};
  const Matrix<double> sums = augmented_gram(basis, twice);
  Matrix<double> rows(n, basis.size() + 2);
  rows.leftCols(basis.size()) = basis.values(points).transpose();
  rows.rightCols(2) = targets.transpose();
  Matrix<double> sizes = rows.cwiseAbs();
  sizes.leftCols(basis.size()) = majorant(basis, points);
  const Matrix<Real50> fine = rows.cast<Real50>();
  const Matrix<double> exact = (fine.transpose() * fine).cast<double>() * 1.25;
  const Matrix<double> allowed =
      static_cast<double>(2 * n + 64 * (d + degree + 1)) * 2 * half_epsilon * 1.25 * (sizes.transpose() * sizes);
  for (Index i = 0; i < sums.rows(); ++i)
    for (Index j = 0; j < sums.cols(); ++j) {
      if (j > i) {
        RC_ASSERT(sums(i, j) == 0);
      } else {
        RC_ASSERT(std::abs(sums(i, j) - exact(i, j)) <= allowed(i, j));
      }
    }
}

// R^T R = S, in one block and in many (p = 45: a block is 1024 rows), to the backward error of Householder's
// reflections.
TEST(NormalEquations, TheFactorOfTheRowsIsAFactorOfTheSums) {
  for (const Index n : {3, 200, 5000}) {
    const HermiteBasis<double> basis = some_basis(2, 8, 5);
    const Matrix<double> points = normal_matrix(2, n, 6), targets = normal_matrix(2, n, 7);
    const auto observed = observations(points, targets);
    const Matrix<double> lower = augmented_gram(basis, observed);
    const Matrix<double> sums = lower.selfadjointView<Eigen::Lower>();
    const Matrix<double> factor = augmented_factor(basis, observed);
    EXPECT_EQ(factor.rows(), 47);
    EXPECT_LE((factor.transpose() * factor - sums).norm(), 47 * static_cast<double>(n) * half_epsilon * sums.trace());
    EXPECT_TRUE(factor.isUpperTriangular(0));
  }
}

/// Calls f(z, weight) for the trapezoidal rule of N(0, Id) over d = 1, 2 with step 1/2 on +-16. For polynomials of
/// degree 12 with coefficients of order 1 its error is of order e^{-2 pi^2/h^2} = 5e-35 times what they are at i pi/h,
/// below 1e-24, and what is cut off below 1e-40.
template <class F>
void over_noise(Index d, const F& f) {
  const Real50 normaliser = sqrt(Real50(8) * pi<Real50>());
  std::vector<Real50> weight;
  for (int i = -32; i <= 32; ++i) weight.push_back(exp(Real50(-Real50(i) * i / 8)) / normaliser);
  for (int i = 0; i <= 64; ++i)
    for (int j = 0; j <= (d == 1 ? 0 : 64); ++j) {
      Vector<Real50> z(d);
      z(0) = Real50(i - 32) / 2;
      if (d == 2) z(1) = Real50(j - 32) / 2;
      f(z, d == 1 ? weight[static_cast<std::size_t>(i)]
                  : Real50(weight[static_cast<std::size_t>(i)] * weight[static_cast<std::size_t>(j)]));
    }
}

// Gram and moments with the noise integrated out against the trapezoidal rule and Stein's identity
// E psi(c + sigma z) (-z_j/sigma) = -E d_j psi(c + sigma z).
TEST(IntegratedNoise, IsTheExpectationOverTheNoise) {
  for (const Index d : {1, 2})
    for (const double sigma_value : {0.05, 0.9}) {
      const int degree = d == 1 ? 5 : 3;
      const HermiteBasis<Real50> basis = exactly(some_basis(d, degree, 21));
      const Matrix<Real50> centre = normal_matrix(d, 1, 22).cast<Real50>();
      const Real50 sigma(sigma_value);
      const Matrix<Real50> sums = augmented_gram(basis, integrated_noise(centre, sigma, degree));
      const Index size = basis.size();
      Matrix<Real50> expected = Matrix<Real50>::Constant(size + d, size + d, Real50(0));
      over_noise(d, [&](const Vector<Real50>& z, const Real50& weight) {
        const Matrix<Real50> point = centre + sigma * z, values = basis.values(point);
        expected.topLeftCorner(size, size) += weight * values * values.transpose();
        for (Index j = 0; j < d; ++j) {
          expected.row(size + j).head(size) -= weight * basis.derivatives(point, j).col(0).transpose();
          expected(size + j, size + j) += weight / (sigma * sigma);
        }
      });
      const Matrix<Real50> difference = sums - Matrix<Real50>(expected.triangularView<Eigen::Lower>());
      EXPECT_LT(static_cast<double>(difference.norm() / expected.norm()), 1e-22) << d << ' ' << sigma_value;
    }
}

// Degree 1 is solved in closed form: -S^{-1} (x - m) with the moments m, S of the noised law, at every noise.
TEST(IntegratedNoise, ALineIsTheScoreOfTheGaussianWithTheSameMoments) {
  for (const double sigma : {0.01, 0.5, 1.0}) {
    const Matrix<double> centres = normal_matrix(3, 50, 31);
    const Vector<double> mean = centres.rowwise().mean();
    const Matrix<double> centred = centres.colwise() - mean;
    const Matrix<double> covariance =
        centred * centred.transpose() / 50 + sigma * sigma * Matrix<double>::Identity(3, 3);
    const HermiteBasis<double> basis(mean, covariance, 1);
    const auto fit = fit_all_degrees(basis, integrated_noise(centres, sigma, 1));
    ASSERT_EQ(fit.coefficients.size(), 2U);
    const Matrix<double> factor = covariance.llt().matrixL();
    // p(x) = c_0 + C L^{-1} (x - m), so C = -L^{-T}. Moments are sums of terms of size 1/sigma.
    const double tolerance = 1000 * half_epsilon / sigma / sigma;
    EXPECT_LE((fit.coefficients[1].rightCols(3) + factor.inverse().transpose()).norm(), tolerance) << sigma;
    EXPECT_LE(fit.coefficients[1].col(0).norm(), tolerance);
  }
}

TEST(IntegratedNoise, CountsItsNodes) {
  EXPECT_EQ(noise_nodes(1, 5), 6);
  EXPECT_EQ(noise_nodes(3, 4), 125);
  EXPECT_GT(noise_nodes(1000, 5), Index{1} << 40U);
}

}  // namespace
}  // namespace verimix

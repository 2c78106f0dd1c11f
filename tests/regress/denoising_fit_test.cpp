#include "verimix/regress/denoising_fit.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <numbers>
#include <numeric>

#include "verimix/core/random.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/density.hpp"

namespace verimix {
namespace {

constexpr double unit = std::numeric_limits<double>::epsilon();

std::vector<Index> first_numbers(Index n) {
  std::vector<Index> out(static_cast<std::size_t>(n));
  std::iota(out.begin(), out.end(), Index{0});
  return out;
}

Mixture<double> two(double mean) {
  Mixture<double> out{"", Vector<double>::Constant(2, 0.5), Matrix<double>(1, 2), {}};
  out.means << -mean, mean;
  out.covariances = {Matrix<double>::Identity(1, 1), Matrix<double>::Identity(1, 1)};
  return out;
}

/// Nodes and weights of the trapezoidal rule for N(0, 1) on +-9 with step 0.1. The integrands below are analytic in a
/// strip of half-width above 0.5, so the rule's error is below e^{-2 pi 0.5/0.1} < 1e-13, and the tails beyond 9 are
/// below 1e-17.
struct Nodes {
  std::vector<double> at, weight;
  Nodes() {
    for (int i = -90; i <= 90; ++i) {
      at.push_back(0.1 * i);
      weight.push_back(0.1 * std::exp(-at.back() * at.back() / 2) / std::sqrt(2 * std::numbers::pi));
    }
  }
};

using Function = std::function<Matrix<double>(const Matrix<double>&)>;

/// E |g(x_t) + z/sigma_t|^2 over x_0 and z, by the product rule.
double denoising_objective(const Mixture<double>& mixture, double time, const Function& g) {
  const Nodes nodes;
  const double signal = signal_scale(time), sigma = std::sqrt(noise_variance(time));
  double sum = 0;
  for (Index i = 0; i < mixture.size(); ++i)
    for (std::size_t a = 0; a < nodes.at.size(); ++a) {
      Matrix<double> points(1, static_cast<Index>(nodes.at.size()));
      const double x =
          mixture.means(0, i) + std::sqrt(mixture.covariances[static_cast<std::size_t>(i)](0, 0)) * nodes.at[a];
      for (std::size_t b = 0; b < nodes.at.size(); ++b)
        points(0, static_cast<Index>(b)) = signal * x + sigma * nodes.at[b];
      const Matrix<double> values = g(points);
      for (std::size_t b = 0; b < nodes.at.size(); ++b)
        sum += mixture.weights(i) * nodes.weight[a] * nodes.weight[b] *
               std::pow(values(0, static_cast<Index>(b)) + nodes.at[b] / sigma, 2);
    }
  return sum;
}

/// E_{q_t} f(x), by the rule for each component of q_t.
double expectation(const Mixture<double>& noised, const Function& f) {
  const Nodes nodes;
  double sum = 0;
  for (Index i = 0; i < noised.size(); ++i)
    for (std::size_t a = 0; a < nodes.at.size(); ++a) {
      const double x =
          noised.means(0, i) + std::sqrt(noised.covariances[static_cast<std::size_t>(i)](0, 0)) * nodes.at[a];
      sum += noised.weights(i) * nodes.weight[a] * f(Matrix<double>::Constant(1, 1, x))(0, 0);
    }
  return sum;
}

TEST(Equation63, DenoisingLossIsTheScoreErrorPlusAConstant) {
  const Mixture<double> mixture = two(2);
  const double time = 0.3;
  const Mixture<double> noised = at_time(mixture, time);
  const Density<double> density(noised);
  const Function score = [&](const Matrix<double>& x) { return density.evaluate(x).score; };
  const Function minus = [&](const Matrix<double>& x) { return Matrix<double>(-score(x)); };
  const Function nothing = [](const Matrix<double>& x) { return Matrix<double>(0 * x); };
  const Function cubic = [](const Matrix<double>& x) {
    return Matrix<double>(0.3 - 0.5 * x.array() + 0.1 * x.array().cube());
  };
  const double fisher =
      expectation(noised, [&](const Matrix<double>& x) { return Matrix<double>(score(x).array().square()); });
  for (const Function& g : {score, minus, nothing, cubic}) {
    const double error = expectation(
        noised, [&](const Matrix<double>& x) { return Matrix<double>((g(x) - score(x)).array().square()); });
    // 1e-12: the rule's error times the size of the integrand; see Nodes.
    EXPECT_NEAR(denoising_objective(mixture, time, g), error + 1 / noise_variance(time) - fisher, 1e-12 * (1 + error));
  }
  // The values that fix the sign of the score, to the digits that were printed.
  EXPECT_NEAR(denoising_objective(mixture, time, score), 1.6645, 5e-5);
  EXPECT_NEAR(denoising_objective(mixture, time, minus), 3.872, 5e-4);
  EXPECT_NEAR(denoising_objective(mixture, time, nothing), 2.216, 5e-4);
}

TEST(Equation64, RecoversTheLinearScoreOfAGaussian) {
  // x_0 = +-sqrt(v), z = +-1 have the second moments of N(0, v) and N(0, 1), and only those enter a fit of degree 1.
  for (const double v : {0.01, 0.5, 4.0})
    for (const double time : {1e-4, 0.1, 2.0}) {
      const double signal = signal_scale(time), sigma = std::sqrt(noise_variance(time));
      const double variance = signal * signal * v + sigma * sigma;
      Matrix<double> points(1, 4), targets(1, 4);
      points << signal * std::sqrt(v) + sigma, signal * std::sqrt(v) - sigma, -signal * std::sqrt(v) + sigma,
          -signal * std::sqrt(v) - sigma;
      targets << -1 / sigma, 1 / sigma, -1 / sigma, 1 / sigma;
      const HermiteBasis<double> basis(Vector<double>::Zero(1), Matrix<double>::Constant(1, 1, variance), 1);
      const auto fit = fit_all_degrees(basis, points, targets);
      ASSERT_EQ(fit.coefficients.size(), 2U);
      // p(x) = c_1 x/sqrt(variance) = -x/variance. The targets are 1/sigma large and cancel down to 1/sqrt(variance).
      EXPECT_NEAR(fit.coefficients[1](0, 1), -1 / std::sqrt(variance), 20 * unit / sigma) << v << " " << time;
      EXPECT_NEAR(fit.coefficients[1](0, 0), 0, 20 * unit / sigma);
    }
}

TEST(Equation64, PairsCancelTheNoiseOfALinearFit) {
  // t = 1e-4: a single draw has noise 1/sigma = 71 in its target; a pair has none in the constant and little in the
  // slope.
  const double time = 1e-4;
  const Index n = 400;
  Stream stream(11, Purpose::instance, 0);
  Matrix<double> rows(1, n);
  for (Index i = 0; i < n; ++i) rows(0, i) = stream.normal();
  const auto noisy = noisy_rows(rows, first_numbers(n), time, 1, 5, 0);
  Matrix<double> single(1, n), single_targets(1, n);
  for (Index i = 0; i < n; ++i) {
    single(0, i) = noisy.points(0, 2 * i);
    single_targets(0, i) = noisy.targets(0, 2 * i);
  }
  const HermiteBasis<double> basis(Vector<double>::Zero(1), Matrix<double>::Identity(1, 1), 1);
  const auto paired = fit_all_degrees(basis, noisy.points, noisy.targets).coefficients;
  const auto alone = fit_all_degrees(basis, single, single_targets).coefficients;
  const double sigma = std::sqrt(noise_variance(time));
  EXPECT_LE(std::abs(paired[0](0, 0)), 4 * unit / sigma);
  // Slope: mean of z^2 over the sample's variance, both within 5 standard errors (sqrt(2/n) each) of 1.
  EXPECT_NEAR(paired[1](0, 1), -1, 5 * std::sqrt(4.0 / static_cast<double>(n)));
  // The single draws' constant has standard deviation 1/(sigma sqrt(n)) = 3.5: the reduction is real.
  EXPECT_GT(std::abs(alone[1](0, 0)) + std::abs(alone[1](0, 1) + 1), 10 * std::abs(paired[1](0, 1) + 1));
}

TEST(NoisyRows, ARowsNoiseDoesNotDependOnItsCompany) {
  Matrix<double> rows(2, 3);
  rows << 1, 2, 3, 4, 5, 6;
  const auto all = noisy_rows(rows, {7, 8, 9}, 0.2, 2, 3, 4);
  const auto one = noisy_rows<double>(rows.col(1), {8}, 0.2, 2, 3, 4);
  EXPECT_EQ(one.points, all.points.middleCols(4, 4));
  EXPECT_EQ(one.targets, all.targets.middleCols(4, 4));
  const auto exact = noisy_rows<Real50>(rows.cast<Real50>(), {7, 8, 9}, Real50(0.2), 2, 3, 4);
  // The same draws in both precisions: a few roundings apart.
  EXPECT_LE((exact.points.cast<double>() - all.points).norm(), 10 * unit * all.points.norm());
}

RC_GTEST_PROP(Equation64, LeadingBlocksAreSeparateFits, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index d = *rc::gen::inRange<Index>(1, 4);
  const Index n = 400;
  Matrix<double> points(d, n), targets(d, n);
  for (Index i = 0; i < points.size(); ++i) points(i) = stream.normal();
  for (Index i = 0; i < targets.size(); ++i) targets(i) = stream.normal();
  const Vector<double> mean = Vector<double>::Zero(d);
  const Matrix<double> identity = Matrix<double>::Identity(d, d);
  const auto all = fit_all_degrees(HermiteBasis<double>(mean, identity, 4), points, targets);
  RC_ASSERT(all.method == FitMethod::cholesky);
  for (int l = 0; l <= 3; ++l) {
    const auto own = fit_all_degrees(HermiteBasis<double>(mean, identity, l), points, targets);
    const auto i = static_cast<std::size_t>(l);
    // Normal equations: relative error of the order of cond(G) units in both.
    const double tolerance = 100 * unit * static_cast<double>(n) / all.reciprocal_condition;
    RC_ASSERT((own.coefficients[i] - all.coefficients[i]).norm() <= tolerance);
  }
}

TEST(Equation64, IllConditionedDesignsGoThroughQr) {
  // All points within 1e-2 of 5 while the basis is centred at 0: the Gram matrix has condition above 1e16.
  const Index n = 60;
  Matrix<double> points(1, n);
  for (Index i = 0; i < n; ++i) points(0, i) = 5 + 0.01 * std::cos(static_cast<double>(i));
  const HermiteBasis<double> basis(Vector<double>::Zero(1), Matrix<double>::Identity(1, 1), 3);
  Matrix<double> truth(1, 4);
  truth << 1, -2, 0.5, 0.25;
  const Matrix<double> targets = truth * basis.values(points);
  const auto fit = fit_all_degrees(basis, points, targets);
  ASSERT_EQ(fit.method, FitMethod::qr);
  const Matrix<double> predicted =
      fit.coefficients.back() * basis.values(points).topRows(fit.coefficients.back().cols());
  // QR is backward stable: the residual is of the order of n units of the targets' size, whatever the condition.
  EXPECT_LE((predicted - targets).norm(), 10 * static_cast<double>(n) * unit * targets.norm());
}

TEST(Equation64, DegreesThatThePointsCannotTellApartAreDropped) {
  Matrix<double> points(1, 40), targets(1, 40);
  for (Index i = 0; i < 40; ++i) {
    points(0, i) = static_cast<double>(i % 3) - 1;
    targets(0, i) = points(0, i);
  }
  const HermiteBasis<double> basis(Vector<double>::Zero(1), Matrix<double>::Identity(1, 1), 6);
  EXPECT_EQ(fit_all_degrees(basis, points, targets).coefficients.size(), 3U);
}

}  // namespace
}  // namespace verimix

#include "verimix/polynomial/estimated_inputs.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "support/estimate_generators.hpp"
#include "support/line_mixtures.hpp"
#include "support/quadratic_tails.hpp"
#include "verimix/core/decompositions.hpp"

namespace verimix {
namespace {

using support::line_mixture;
using support::normal_matrix;

struct EstimateCase {
  Mixture<double> mixture;
  Triplets<double> truth, estimates;
  double delta;
  std::uint64_t seed;
};

void showValue(const EstimateCase& c, std::ostream& out) {
  out << "d=" << c.mixture.dimension() << " m=" << c.mixture.size() << " delta=" << c.delta << " seed=" << c.seed;
}

// Components at distances from 0 to a few; estimates wrong by nothing, little, or as much as crude ones are. The three
// estimates of a component are wrong independently of each other.
rc::Gen<EstimateCase> estimate_cases(Index largest_d) {
  return rc::gen::exec([=] {
    EstimateCase c;
    c.seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30));
    c.delta = *rc::gen::element(0.5, 0.1, 1e-3);
    const Index d = *rc::gen::inRange<Index>(1, largest_d + 1), m = *rc::gen::inRange<Index>(1, 4);
    const double spread = *rc::gen::element(0.0, 0.01, 1.0, 3.0), error = *rc::gen::element(0.0, 1e-4, 0.1, 2.0);
    c.mixture = support::random_mixture(d, m, std::ldexp(1.0, -*rc::gen::inRange(0, 3)),
                                        std::ldexp(1.0, *rc::gen::inRange(0, 3)), 1, c.seed);
    Stream stream(c.seed, Purpose::instance, 7);
    for (Index i = 1; i < m; ++i) {
      const auto at = static_cast<std::size_t>(i);
      c.mixture.means.col(i) = c.mixture.means.col(0) + spread * (c.mixture.means.col(i) - c.mixture.means.col(0));
      c.mixture.covariances[at] =
          c.mixture.covariances[0] + std::min(spread, 1.0) * (c.mixture.covariances[at] - c.mixture.covariances[0]);
    }
    c.estimates = c.truth = triplets(c.mixture);
    c.estimates.means += error * normal_matrix(d, m, stream);
    for (std::size_t i = 0; i < c.estimates.inverses.size(); ++i) {
      c.estimates.covariances[i] += support::perturbation(d, error * *rc::gen::element(0.0, 1.0) + 1e-300, stream);
      c.estimates.inverses[i] += support::perturbation(d, error * *rc::gen::element(0.0, 1.0) + 1e-300, stream);
    }
    return c;
  });
}

// (51), with the squares that the print leaves out.
RC_GTEST_PROP(Lemma46, TheIdentityOfTheProofHasSquares, ()) {
  const EstimateCase c = *estimate_cases(5);
  Stream stream(c.seed, Purpose::instance, 8);
  const Vector<double> x = 2 * normal_matrix(c.mixture.dimension(), 1, stream);
  const Matrix<double>& first = c.truth.covariances.front();
  const Vector<double> difference =
      (softmax_inputs<double>(c.truth, x) - softmax_inputs<double>(c.estimates, x)).col(0);
  for (Index j = 0; j < c.mixture.size(); ++j)
    for (Index l = 0; l < c.mixture.size(); ++l) {
      const Matrix<double>& centre = c.truth.covariances[static_cast<std::size_t>(l)];
      const auto own = [&](Index i) {
        const auto at = static_cast<std::size_t>(i);
        const Vector<double> a = x - c.truth.means.col(i), b = x - c.estimates.means.col(i);
        return a.dot(c.truth.inverses[at] * a) - b.dot(c.estimates.inverses[at] * b) -
               centre.cwiseProduct(c.truth.inverses[at] - c.estimates.inverses[at]).sum();
      };
      const auto at = static_cast<std::size_t>(j);
      const Matrix<double> four =
          c.truth.inverses[at] - c.estimates.inverses[at] + c.estimates.inverses[0] - c.truth.inverses[0];
      const double right =
          own(j) - own(0) + (centre - first).cwiseProduct(four).sum() +
          (first - c.estimates.covariances[0]).cwiseProduct(c.estimates.inverses[0] - c.estimates.inverses[at]).sum();
      RC_ASSERT(std::abs(difference(j) - right) <= 1e-9 * (1 + std::abs(difference(j)) + x.squaredNorm()));
    }
}

RC_GTEST_PROP(Lemma46, TheErrorsAreSmallWithTheirProbability, ()) {
  const EstimateCase c = *estimate_cases(20);
  const auto sizes = sub_mixture_sizes(c.mixture);
  const auto errors = estimate_sizes(c.truth, c.estimates);
  const double rounding = 1e-9;
  const double first = input_error_upper(sizes, errors, c.delta) + rounding;
  const double second = squared_linear_error_upper(sizes, errors, c.delta) + rounding;
  Stream stream(c.seed, Purpose::instance, 9);
  const Index n = 400;
  for (Index l = 0; l < c.mixture.size(); ++l) {
    const Matrix<double> root =
        Eigen::SelfAdjointEigenSolver<Matrix<double>>(c.mixture.covariances[static_cast<std::size_t>(l)])
            .operatorSqrt();
    const Matrix<double> points =
        (root * normal_matrix(c.mixture.dimension(), n, stream)).colwise() + c.mixture.means.col(l);
    const Vector<double> inputs =
        (softmax_inputs(c.truth, points) - softmax_inputs(c.estimates, points)).cwiseAbs().colwise().maxCoeff();
    const Vector<double> squares =
        (linear_terms(c.truth, points).array().square() - linear_terms(c.estimates, points).array().square())
            .abs()
            .matrix()
            .colwise()
            .maxCoeff();
    const double allowed = static_cast<double>(n) * c.delta + 5 * std::sqrt(static_cast<double>(n) * c.delta) + 1;
    RC_ASSERT(static_cast<double>((inputs.array() > first).count()) <= allowed);
    RC_ASSERT(static_cast<double>((squares.array() > second).count()) <= allowed);
  }
}

// On the line, exactly: variances 1, means 0 and D, Khat_2 = 1 + v, all else exact: V - Vhat = -v ((x - D)^2 - 1).
TEST(Lemma46, TheBoundsAreWithinAConstantOfTheQuantiles) {
  for (const double D : {0.0, 1.0})
    for (const double v : {1e-6, 1e-2, 1.0})
      for (const double delta : {0.1, 1e-6}) {
        const SubMixtureSizes<double> sizes{2, 1, 1, D};
        const EstimateSizes<double> errors{v, 1 + v};
        const double quantile = std::max(support::smallest_threshold(v, 0, -v, delta),
                                         support::smallest_threshold(v, -2 * v * D, v * D * D - v, delta));
        const double ratio = input_error_upper(sizes, errors, delta) / quantile;
        EXPECT_GE(ratio, 1);
        EXPECT_LE(ratio, 33) << D << ' ' << v << ' ' << delta;
        // Vhat_2 = v^2 (x - D)^2, V_2 = 0.
        const double square =
            v * v *
            std::max(support::smallest_threshold(1, 0, 0, delta), support::smallest_threshold(1, -2 * D, D * D, delta));
        EXPECT_GE(squared_linear_error_upper(sizes, errors, delta) / square, 1);
        // The factor 1/v of the cross term with z for D > 0 is the bound's own.
        if (D == 0 && v >= 1) {
          EXPECT_LE(squared_linear_error_upper(sizes, errors, delta) / square, 50) << delta;
        }
      }
}

// D = 0: the printed omegas are 0. Two equal components, Khat_2 = 1 + v: V_1 - Vhat_1 = -v (x^2 - 1) and Vhat_2 = v^2
// x^2, not 0 but on two points.
TEST(Lemma46, ThePrintedRatesAreFalseForEqualComponents) {
  const SubMixtureSizes<double> sizes{2, 1, 1, 0};
  const EstimateSizes<double> errors{0.5, 1.5};
  EXPECT_EQ(printed_input_error(sizes, errors, 0.1), 0);
  EXPECT_EQ(printed_squared_linear_error(sizes, errors, 0.1), 0);
  const Matrix<double> one = Matrix<double>::Identity(1, 1);
  const Triplets<double> truth{Matrix<double>::Zero(1, 2), {one, one}, {one, one}},
      estimates{truth.means, {one, one}, {one, 1.5 * one}};
  const Matrix<double> x = Matrix<double>::Constant(1, 1, 2);
  EXPECT_EQ(softmax_inputs(truth, x)(1, 0) - softmax_inputs(estimates, x)(1, 0), -1.5);
  EXPECT_EQ(std::pow(linear_terms(estimates, x)(1, 0), 2), 1);
}

// The rate in v is linear, not v^2: D = 1, means 0 and 1. P(|V_1 - Vhat_1| > C omega_1) >= .9 at v = 1/(100 C),
// certified, for any C: v |(x - 1)^2 - 1| > C v^2 log 20.
TEST(Lemma46, ThePrintedRateInTheErrorIsFalse) {
  const LineMixture law{LineLaw(line_mixture({{"1/2", "0", "1"}, {"1/2", "1", "1"}}))};
  const Ball threshold = log(Ball(20)) / 100;
  const auto between = [&](const Ball& low, const Ball& high) { return law.cdf(1 + high) - law.cdf(1 + low); };
  const Ball low = sqrt(1 - threshold), high = sqrt(1 + threshold);
  const Ball beyond = 1 - between(low, high) - between(-high, -low);
  EXPECT_EQ(less(Ball(9) / 10, beyond), Truth::yes) << "more than delta = 1/10";
}

// The rate in alpha: D = v = beta = 1, Q_1 = 2 a I, Q_2 = a I in n = 1/a^2 dimensions, equal means, Khat and muhat
// exact, Qhat_1 = 3 a I: V_1 - Vhat_1 = 1/(2 a^2) for every x, the printed omega_1 is (1/a) log(m/delta).
TEST(Lemma46, ThePrintedRateInTheSmallestEigenvalueIsFalse) {
  double before = 0;
  for (const Index inverse : {2, 4, 8, 16}) {
    const Index n = inverse * inverse;
    const double a = 1.0 / static_cast<double>(inverse);
    const Matrix<double> unit = Matrix<double>::Identity(n, n);
    const Triplets<double> truth{Matrix<double>::Zero(n, 2), {2 * a * unit, a * unit}, {unit / (2 * a), unit / a}};
    Triplets<double> estimates = truth;
    estimates.covariances[0] = 3 * a * unit;
    const double D = (truth.covariances[0] - truth.covariances[1]).norm();
    EXPECT_NEAR(D, 1, 1e-14);
    const Matrix<double> x = Matrix<double>::Constant(n, 1, 0.25);
    const double difference = softmax_inputs(truth, x)(1, 0) - softmax_inputs(estimates, x)(1, 0);
    EXPECT_NEAR(difference, 0.5 / (a * a), 1e-9 / (a * a));
    const SubMixtureSizes<double> sizes{2, a, 1, 1};
    const EstimateSizes<double> errors{1, 1 / a};
    const double ratio = difference / printed_input_error(sizes, errors, 0.1);
    if (before > 0) {
      EXPECT_NEAR(ratio / before, 2, 1e-9) << "it grows like 1/a without end";
    }
    before = ratio;
    EXPECT_LE(difference, input_error_upper(sizes, errors, 0.1));
  }
}

// For D >= 1, v >= 1, alpha <= 1 <= beta, kappa <= 1/alpha the printed omega_2 is right up to a constant, and omega_1
// with alpha^2 for alpha.
TEST(Lemma46, TheRatesForLargeErrorsHoldWithConstants) {
  double first = 0, second = 0;
  for (const double alpha : {1.0, 0.5, 0.1, 1e-3})
    for (const double beta : {1.0, 4.0, 100.0})
      for (const double D : {1.0, 2.0, 10.0})
        for (const double v : {1.0, 2.0, 30.0})
          for (const double delta : {0.5, 0.1, 1e-6})
            for (const Index m : {2, 3, 50}) {
              const SubMixtureSizes<double> sizes{m, alpha, beta, D};
              const EstimateSizes<double> errors{v, 1 / alpha};
              first = std::max(
                  first, alpha * input_error_upper(sizes, errors, delta) / printed_input_error(sizes, errors, delta));
              second = std::max(second, squared_linear_error_upper(sizes, errors, delta) /
                                            printed_squared_linear_error(sizes, errors, delta));
            }
  EXPECT_LE(first, 36);
  EXPECT_GE(first, 25);
  EXPECT_LE(second, 220);
  EXPECT_GE(second, 100);
}

// Taken at its word, |Qhat_i - Q_i^{-1}|_F <= v: Q = (2, 1), Qhat_1 = 1/2 and all else exact give v = 0 and a
// difference of 3/4.
TEST(Lemma46, ThePrintedHypothesisHasATypingError) {
  const auto value = [](double x) { return Matrix<double>::Constant(1, 1, x); };
  const Triplets<double> truth{Matrix<double>::Zero(1, 2), {value(2), value(1)}, {value(0.5), value(1)}};
  Triplets<double> estimates = truth;
  estimates.covariances[0] = value(0.5);
  EXPECT_EQ(softmax_inputs<double>(estimates, value(3))(1, 0) - softmax_inputs<double>(truth, value(3))(1, 0), 0.75);
}

}  // namespace
}  // namespace verimix

#include "verimix/sample/linear_recursion.hpp"

#include <gtest/gtest.h>

#include "verimix/core/error.hpp"
#include "verimix/core/rational.hpp"
#include "verimix/diffusion/discretisation.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/sample/reverse_process.hpp"

namespace verimix {
namespace {

/// KL(q_delta | law of y_N), T = 8, delta = 1e-3.
double divergence(const Gaussian1<double>& target, int steps, StepCoefficient coefficient) {
  const TimeGrid<double> grid = time_grid(8.0, 1e-3, steps);
  return gaussian_kl(gaussian_at_time(target, 1e-3), output_law(target, grid, coefficient));
}

TEST(Algorithm1, TheExactCoefficientConvergesAndThePrintedOneDoesNot) {
  for (const Gaussian1<double>& target : {Gaussian1<double>{0, 4}, {3, 1}, {2, 0.25}, {-1, 0.04}}) {
    const double coarse = divergence(target, 400, StepCoefficient::exact);
    const double fine = divergence(target, 6400, StepCoefficient::exact);
    // First order in the step is second order in KL: 16 times the steps, 1/256 of the divergence, down to KL(q_T | N(0,
    // 1)), which is below 1e-6 (mean^2 e^{-16}/2). Both sides pinned: measured 1.1e-7 to 3.2e-7 against 3.0e-5
    // to 8.1e-5.
    EXPECT_LE(fine, coarse / 200 + 1e-6) << target.mean << " " << target.variance;
    EXPECT_GE(coarse, 1e-5);
    // The printed one has a limit, and it is not the target.
    const double printed_coarse = divergence(target, 400, StepCoefficient::printed);
    const double printed_fine = divergence(target, 6400, StepCoefficient::printed);
    EXPECT_GE(printed_fine, 0.07);
    EXPECT_NEAR(printed_fine / printed_coarse, 1, 0.05);
  }
}

TEST(Algorithm1, TheStandardGaussianCannotTellTheCoefficientsApart) {
  // q_t = N(0, 1) for all t, so the score is -x and every step of the exact integrator keeps the variance up to
  // O(gamma^2): a^2 + rho^2 - 1 with a = 2 - rho. The same holds for the printed one, so this target cannot tell them
  // apart: the test above needs v != 1 or mu != 0.
  for (const StepCoefficient coefficient : {StepCoefficient::exact, StepCoefficient::printed})
    EXPECT_LE(divergence({0, 1}, 6400, coefficient), 1e-6);
}

TEST(Algorithm1, OneStepSolvesTheFrozenEquation) {
  // dx = (x + 2 s) dt + sqrt2 dw over gamma: mean e^g x + 2 s (e^g - 1), variance 2 int_0^g e^{2u} du = e^{2g} - 1. The
  // oracle integrates both moments' equations m' = m + 2 s, V' = 2 V + 2 by their Taylor series at 50 digits.
  for (const char* text : {"1e-9", "0.01", "0.5"}) {
    const Real50 gamma(text), x("1.5"), s("-0.75");
    Real50 mean = x, variance = 0, mean_term = x + 2 * s, variance_term = 2;
    for (int n = 1; n <= 60; ++n) {
      mean_term *= gamma / n;
      variance_term *= gamma / n;
      mean += mean_term;
      variance += variance_term;
      variance_term *= 2;
    }
    const ReverseStep<Real50> step(gamma);
    const Real50 unit = 100 * std::numeric_limits<Real50>::epsilon();
    EXPECT_LE(abs(Real50(step.rho * x + step.score_factor * s - mean)), unit);
    EXPECT_LE(abs(Real50(step.noise_factor * step.noise_factor - variance)), unit * variance);
    const ReverseStep<double> rounded(static_cast<double>(gamma));
    EXPECT_NEAR(rounded.noise_factor / static_cast<double>(step.noise_factor), 1, 1e-15);
    EXPECT_NEAR(rounded.score_factor / static_cast<double>(step.score_factor), 1, 1e-15);
  }
}

TEST(Lemma12, GaussianOutputIsWithinTheBound) {
  // KL(q_delta | p) <= KL(q_T | N(0, 1)) + D and D <= discretisation_upper with the exact score (d = 1).
  for (const double variance : {0.01, 0.3, 1.0, 3.0})
    for (const int steps : {20, 100, 1000}) {
      const double horizon = 4, stop = 1e-3;
      const Gaussian1<double> target{0.7, variance};
      const TimeGrid<double> grid = time_grid(horizon, stop, steps);
      const double kappa = std::max(grid.kappa_1, grid.kappa_2);
      const double bound =
          gaussian_kl(gaussian_at_time(target, horizon), {0.0, 1.0}) + discretisation_upper(kappa, 1, horizon, stop);
      EXPECT_LE(gaussian_discretisation_error(grid, variance), discretisation_upper(kappa, 1, horizon, stop));
      const double found =
          gaussian_kl(gaussian_at_time(target, stop), output_law(target, grid, StepCoefficient::exact));
      EXPECT_LE(found, bound);
      EXPECT_GE(found, 0);
    }
}

template <Scalar T>
std::vector<LinearScore<T>> scores_of(const Gaussian<T>& target, const TimeGrid<T>& grid) {
  std::vector<LinearScore<T>> out;
  for (std::size_t l = 0; l < grid.steps.size(); ++l) out.push_back(gaussian_linear_score(target, grid.remaining[l]));
  return out;
}

/// N((1, -2), [[2, 3/4], [3/4, 1/2]]), whose eigendirections are no axes.
template <Scalar T>
Gaussian<T> oblique() {
  Gaussian<T> out{Vector<T>(2), Matrix<T>(2, 2)};
  out.mean(0) = T(1);
  out.mean(1) = T(-2);
  out.covariance(0, 0) = T(2);
  out.covariance(0, 1) = out.covariance(1, 0) = T(3) / T(4);
  out.covariance(1, 1) = T(1) / T(2);
  return out;
}

TEST(Algorithm1, TheRecursionInEveryDimensionSplitsIntoEigendirections) {
  const TimeGrid<Real100> grid = time_grid(Real100(3), Real100(1) / 16, 30);
  const Gaussian<Real100> target = oblique<Real100>();
  const Gaussian<Real100> law = linear_output_law(scores_of(target, grid), grid);
  // Along an eigenvector u of Q (by hand: eigenvalues (5 +- sqrt 18)/4) the law is that of the recursion on the line.
  const Real100 root = sqrt(Real100(18));
  for (const int sign : {1, -1}) {
    const Real100 value = (5 + sign * root) / 4;
    Vector<Real100> u(2);
    u << Real100(3) / 4, Real100(value - 2);
    u /= Real100(sqrt(Real100(u.squaredNorm())));
    Real100 mean = 0, variance = 1;
    for (std::size_t l = 0; l < grid.steps.size(); ++l) {
      const Real100 signal = exp(Real100(-grid.remaining[l]));
      const Real100 at = signal * signal * value + 1 - signal * signal, rho = exp(grid.steps[l]);
      const Real100 a = rho - 2 * (rho - 1) / at;
      mean = a * mean + 2 * (rho - 1) * signal * u.dot(target.mean) / at;
      variance = a * a * variance + rho * rho - 1;
    }
    EXPECT_LE(abs(Real100(u.dot(law.mean) - mean)), Real100("1e-95"));
    EXPECT_LE(abs(Real100(u.dot(law.covariance * u) - variance)), Real100("1e-95"));
  }
}

TEST(Algorithm1, TheRecursionIsTheSameInEveryScalar) {
  const Gaussian<Ball> enclosed = linear_output_law(scores_of(oblique<Ball>(), time_grid(Ball(3), Ball(1) / 16, 30)),
                                                    time_grid(Ball(3), Ball(1) / 16, 30));
  const TimeGrid<Real50> grid50 = time_grid(Real50(3), Real50(1) / 16, 30);
  const TimeGrid<double> grid = time_grid(3.0, 1.0 / 16, 30);
  const Gaussian<Real50> law50 = linear_output_law(scores_of(oblique<Real50>(), grid50), grid50);
  const Gaussian<double> law = linear_output_law(scores_of(oblique<double>(), grid), grid);
  for (Index i = 0; i < 2; ++i)
    for (Index j = 0; j < 2; ++j) {
      EXPECT_LE(radius_upper(enclosed.covariance(i, j)), 1e-25);
      EXPECT_TRUE(overlaps(widened(enclosed.covariance(i, j), Ball(1e-13)), Ball(law.covariance(i, j))));
      EXPECT_NEAR(law.covariance(i, j), static_cast<double>(law50.covariance(i, j)), 1e-13);
    }
}

// On the line: the ball holds what 50 digits give, and is narrow, also after the many steps of `check algorithm-1`.
TEST(Algorithm1, TheDivergenceOnTheLineIsEnclosed) {
  for (const auto coefficient : {StepCoefficient::exact, StepCoefficient::printed}) {
    const auto kl = [&]<Scalar T>(const T& one) {
      const Gaussian1<T> target{one / 2, one * 4};
      const T stop = one / 1000;
      return gaussian_kl(gaussian_at_time(target, stop),
                         output_law(target, time_grid(T(one * 8), stop, 6400), coefficient));
    };
    const Ball enclosed = kl(Ball(1));
    EXPECT_LE(radius_upper(enclosed), 1e-25);
    EXPECT_LE(std::abs(approximate(enclosed - from_rational<Ball>(to_rational(kl(Real50(1)))))), 1e-25);
    EXPECT_EQ(less(Ball(0), enclosed), Truth::yes);
  }
}

/// Scores that are nobody's: a slope that is not symmetric, other at every level. The law of the particles has the mean
/// and the covariance of the recursion.
TEST(Algorithm1, ParticlesFollowTheRecursionForAnyLinearScore) {
  const TimeGrid<double> grid = time_grid(2.0, 0.1, 12);
  std::vector<LinearScore<double>> scores;
  for (std::size_t l = 0; l < grid.steps.size(); ++l) {
    const double turn = 0.1 * static_cast<double>(l);
    scores.push_back({Matrix<double>{{-1.5, turn}, {-0.4, -0.8}}, Vector<double>{{0.3, -turn}}});
  }
  const Gaussian<double> law = linear_output_law(scores, grid);
  const BatchedScore<double> score = [&](const Matrix<double>& x, Index l) -> Matrix<double> {
    const LinearScore<double>& at = scores[static_cast<std::size_t>(l)];
    return (at.slope * x).colwise() + at.offset;
  };
  const Index n = 40000;
  const Matrix<double> found = reverse_process(score, grid, 2, n, 11);
  const Matrix<double> centred = found.colwise() - Vector<double>(found.rowwise().mean());
  const Matrix<double> covariance = centred * centred.transpose() / static_cast<double>(n);
  for (Index i = 0; i < 2; ++i) {
    // Five standard errors: sqrt(C_ii/n) and sqrt((C_ii C_jj + C_ij^2)/n).
    const auto spread = [&](double v) { return 5 * std::sqrt(v / static_cast<double>(n)); };
    EXPECT_NEAR(found.row(i).mean(), law.mean(i), spread(law.covariance(i, i)));
    for (Index j = 0; j < 2; ++j)
      EXPECT_NEAR(covariance(i, j), law.covariance(i, j),
                  spread(law.covariance(i, i) * law.covariance(j, j) + law.covariance(i, j) * law.covariance(i, j)));
  }
}

TEST(Algorithm1, TheRecursionRefusesScoresThatDoNotFit) {
  const TimeGrid<double> grid = time_grid(2.0, 0.1, 4);
  EXPECT_THROW(linear_output_law<double>({}, grid), InputError);
  auto scores = scores_of(oblique<double>(), grid);
  scores.back().offset = Vector<double>::Zero(3);
  EXPECT_THROW(linear_output_law(scores, grid), InputError);
}

TEST(GaussianKl, AgreesWithFiftyDigits) {
  const double found = gaussian_kl<double>({0.1, 1.0 + 0x1p-20}, {0.1, 1});
  const Real50 exact = gaussian_kl<Real50>({Real50(0.1), Real50(1.0 + 0x1p-20)}, {Real50(0.1), Real50(1)});
  // excess - log1p(excess) cancels to excess^2/2: condition 2/excess = 2^21.
  EXPECT_NEAR(found / static_cast<double>(exact), 1, 0x1p21 * 4 * std::numeric_limits<double>::epsilon());
}

}  // namespace
}  // namespace verimix

#include "verimix/regress/score_risk.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/input_error.hpp"
#include "support/line_mixtures.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/random.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/polynomial/weighted_approximation.hpp"

namespace verimix {
namespace {

// d^{poly(...)} poly(log(1/delta)) samples are, at d = 1, the same number for every epsilon, and so they are in every
// dimension at R = 1, where log R = 0. For each n there is an epsilon at which n samples succeed at most 51% of the
// time for one of N(0, 1), N(mu, 1), mu^2 = 5 epsilon e^{2t}, t = epsilon (well-conditioned with alpha = beta = R = 1,
// since |mu| <= 1): delta = 1/10 is out of reach.
TEST(Proposition49, ThePrintedSizeIsRefutedByTwoPoints) {
  for (const auto& [n, epsilon] : {std::pair{3L, 1e-5}, {300L, 1e-7}, {30000L, 1e-9}}) {
    const Ball success = learning_success_upper(n, Ball(epsilon), Ball(epsilon));
    EXPECT_EQ(less(success, Ball(51) / 100), Truth::yes) << n;
    EXPECT_LT(5 * epsilon * std::exp(2 * epsilon), 1);
  }
  // The card: n = 3, epsilon = 1e-4: TV <= .02 for a success of at most .51.
  EXPECT_NEAR(approximate(learning_success_upper(3, Ball(1e-4), Ball(1e-4))), 0.51, 6e-3);
  // From the other side: with n = 100/epsilon the two are told apart, and nothing is refuted.
  EXPECT_GT(approximate(learning_success_upper(1000000, Ball(1e-4), Ball(1e-4))), 0.999);
}

// The bound against an estimator: the sample mean's line -(x - mean) has error (mean - mu)^2, within epsilon of which
// it succeeds less often than is allowed.
TEST(Proposition49, TheSampleMeanDoesNotBeatTheBound) {
  const double epsilon = 1e-3;
  for (const Index n : {10, 200, 1000}) {
    // P[|N(0, 1/n)| <= sqrt(epsilon)], the same for every mu.
    const double success = std::erf(std::sqrt(epsilon * static_cast<double>(n) / 2));
    EXPECT_LE(success, approximate(learning_success_upper(n, Ball(epsilon), Ball(0)))) << n;
  }
}

// What informal Proposition 3 says of d^{poly(k tau/eps)} samples is the same at d = 1.
TEST(Proposition3, IsRefutedByTheSameTwoPoints) {
  EXPECT_EQ(less(learning_success_upper(30000, Ball(1e-9), Ball(1e-9)), Ball(51) / 100), Truth::yes);
}

TEST(Proposition51, ThePlanMeetsItsGoal) {
  for (const double epsilon : {10.0, 0.1, 1e-3})
    for (const int degree : {0, 1, 3})
      for (const Index d : {1, 2, 4}) {
        const PolynomialClass<double> of{d, degree, 4, 3, 2, 1.5, 0.2};
        const SamplePlan<double> plan = proposition_51_plan(of, epsilon, 0.05);
        const RiskTerms<double> terms = proposition_51_terms(of, plan.samples, 0.05, plan.delta_prime);
        EXPECT_NEAR(terms.sum(), epsilon, 1e-9 * epsilon) << d << ' ' << degree;
        EXPECT_NEAR(terms.outside, epsilon / 2, 1e-9 * epsilon);
        // Four times the samples halve what falls with them.
        const RiskTerms<double> more = proposition_51_terms(of, 4 * plan.samples, 0.05, plan.delta_prime);
        EXPECT_NEAR(more.estimation + more.comparison, epsilon / 4, 1e-9 * epsilon);
      }
  // In balls, and at its end delta' = 1/2.
  const PolynomialClass<Ball> of{1, 1, 2, Ball(2), Ball(1), Ball(1), Ball(1) / 2};
  const SamplePlan<Ball> plan = proposition_51_plan(of, Ball(1) / 10, Ball(1) / 20);
  EXPECT_TRUE(overlaps(proposition_51_terms(of, plan.samples, Ball(1) / 20, plan.delta_prime).sum(), Ball(1) / 10));
  EXPECT_EQ(proposition_51_plan(PolynomialClass<double>{1, 0, 1, 0, 0, 1, 1}, 1e6, 0.1).delta_prime, 0.5);
}

/// The least squares of the clipped empirical loss with polynomials of degree <= 3 on x < 0 and on x > 0, at time t;
/// with the sizes of the coefficients.
struct Fitted {
  PiecewisePolynomial score;
  double coefficient_sum = 0;
};
Fitted fit_clipped(const Mixture<double>& mixture, double time, int degree, double radius_x, double radius_z, Index n,
                   std::uint64_t seed) {
  const Draws rows = draw(mixture, n, seed);
  const double signal = std::exp(-time), sigma = std::sqrt(-std::expm1(-2 * time));
  Fitted out;
  for (const int side : {0, 1}) {
    Matrix<double> gram = Matrix<double>::Zero(degree + 1, degree + 1);
    Vector<double> moments = Vector<double>::Zero(degree + 1);
    Stream stream(seed, Purpose::denoising_noise, 0);
    for (Index i = 0; i < n; ++i) {
      const double z = stream.normal(), x = signal * rows.points(0, i) + sigma * z;
      if ((x > 0) != (side == 1) || std::abs(x) > radius_x || std::abs(z) > radius_z) continue;
      Vector<double> powers(degree + 1);
      for (int j = 0; j <= degree; ++j) powers(j) = std::pow(x, j);
      gram += powers * powers.transpose();
      moments -= powers * (z / sigma);
    }
    const Vector<double> solution = gram.ldlt().solve(moments);
    std::vector<Rational> exact;
    for (const double c : solution) exact.push_back(to_rational(c));
    out.coefficient_sum = std::max(out.coefficient_sum, solution.cwiseAbs().sum());
    if (side == 0)
      out.score.cells.push_back({{}, Rational(0), exact});
    else
      out.score.fallback = exact;
  }
  return out;
}

// End to end on the line: the minimiser of the clipped loss on two cells, its error certified, against the error of the
// best polynomials (which minimise E|s* - s|^2 over all coefficients; where their coefficients are too large they are
// not of the class, and the test says so) plus the terms. The terms are loose by orders of magnitude, as expected; the
// excess itself falls with n.
TEST(Proposition51, EndToEndOnTheLine) {
  const ExactMixture exact = support::line_mixture({{"1/2", "-2", "1"}, {"1/2", "2", "1"}});
  const Rational time(3, 10);
  const LineLaw law(exact, time);
  const int degree = 3;
  const PiecewisePolynomial best = best_weighted_polynomial(law, {Rational(0)}, degree);
  const double best_error = approximate(certified_score_error(law, best, 6).value);
  double largest = 0;
  for (const auto& cell : cover(best)) {
    double sum = 0;
    for (const Rational& c : cell.coefficients) sum += std::abs(c.convert_to<double>());
    largest = std::max(largest, sum);
  }
  const double coefficient_sum = 8;
  ASSERT_LE(largest, coefficient_sum) << "the comparison is of the class";
  const double noise = -std::expm1(-0.6), delta = 0.1, delta_prime = 1e-4;
  const PolynomialClass<double> of{1, degree, 2, coefficient_sum, 2, 1, noise};
  const ClippedClass<double> clipped = of.clipped(delta_prime);
  std::vector<double> excess;
  for (const Index n : {500, 50000}) {
    double worst = 0;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const Fitted fitted =
          fit_clipped(round_to<double>(exact), 0.3, degree, clipped.radius_x, clipped.radius_z, n, seed);
      ASSERT_LE(fitted.coefficient_sum, coefficient_sum) << "the unconstrained minimiser is that of the class";
      const double error = approximate(certified_score_error(law, fitted.score, 6).value);
      const RiskTerms<double> terms = proposition_51_terms(of, static_cast<double>(n), delta, delta_prime);
      EXPECT_LE(error, best_error + terms.sum());
      worst = std::max(worst, error - best_error);
    }
    std::printf("n = %ld: worst excess %.3g, terms %.3g, approximation %.3g\n", static_cast<long>(n), worst,
                proposition_51_terms(of, static_cast<double>(n), delta, delta_prime).sum(), best_error);
    excess.push_back(worst);
  }
  EXPECT_GT(excess[0], 5 * excess[1]) << "a hundred times the rows";
  EXPECT_GT(excess[1], -1e-9) << "nothing is better than the best";
}

// Validation: of H constants the one with the least clipped loss on m fresh pairs. In the mean loss, which is exact
// here: z = +-1, x = 0, loss (theta + z)^2, E = theta^2 + 1.
RC_GTEST_PROP(Proposition49, TheChosenCandidateIsNearlyTheBest, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index count = *rc::gen::element<Index>(1, 10, 1000), m = *rc::gen::element<Index>(1, 30, 1000);
  std::vector<double> candidates;
  for (Index h = 0; h < count; ++h) candidates.push_back(2 * stream.uniform() - 1);
  double sum = 0;
  for (Index i = 0; i < m; ++i) sum += stream.uniform() < 0.5 ? -1 : 1;
  const double mean = sum / static_cast<double>(m);
  const auto by = [](auto value) { return [value](double a, double b) { return value(a) < value(b); }; };
  const double chosen = *std::min_element(candidates.begin(), candidates.end(),
                                          by([&](double theta) { return theta * theta + 2 * theta * mean; }));
  const double best = *std::min_element(candidates.begin(), candidates.end(), by([](double x) { return std::abs(x); }));
  const ClippedClass<double> of{1, 0, 1, 1, 1, 1, 1};
  const double allowed = validation_upper(of, std::log(static_cast<double>(count)), static_cast<double>(m), 1e-9);
  RC_ASSERT(chosen * chosen - best * best <= allowed);
}

// The union bound's log H is needed: of H candidates that differ from the best by 1/2, all on their own coin, the
// luckiest wins unless m is of order log H. Here its size: log H for the paper's loop.
TEST(Proposition49, CountsItsCandidates) {
  // list 10, k = 2, 5 thresholds: 10^2 2^2 5 = 2000.
  EXPECT_NEAR(log_candidates(10.0, 2, 5.0), std::log(2000.0), 1e-12);
  EXPECT_NEAR(log_candidates(1.0, 1, 1.0), 0, 1e-15);
  EXPECT_NEAR(log_candidates(1e6, 3, 100.0), std::log(1e18 * 25 * 1e6), 1e-9);
  const ClippedClass<double> of{1, 0, 1, 1, 1, 1, 1};
  EXPECT_NEAR(validation_upper(of, std::log(2000.0), 1000.0, 0.1), 2 * 4 * std::sqrt(std::log(40000.0) / 2000), 1e-12);
}

TEST(Proposition51, RefusesBadInput) {
  const auto says = [](auto call, const char* field) {
    EXPECT_NE(support::refusal(call).find(field), std::string::npos) << field;
  };
  const PolynomialClass<double> of{1, 1, 2, 2, 1, 1, 0.5};
  says([] { learning_success_upper(0, Ball(0.01), Ball(0)); }, "samples");
  says([] { learning_success_upper(1, Ball(0.06), Ball(0)); }, "epsilon");
  says([] { learning_success_upper(1, Ball(0.01), Ball(-1)); }, "time");
  says([&] { proposition_51_terms(of, 10.0, 0.0, 0.1); }, "delta");
  says([&] { proposition_51_terms(of, 10.0, 0.1, 1.0); }, "delta_prime");
  says([&] { proposition_51_plan(of, 0.0, 0.1); }, "epsilon");
  says([] { log_candidates(0.5, 2, 2.0); }, "list");
  says([] { log_candidates(2.0, 0, 2.0); }, "components");
  says([] { validation_upper(ClippedClass<double>{1, 0, 1, 1, 1, 1, 1}, -1.0, 10.0, 0.1); }, "log_candidates");
}

}  // namespace
}  // namespace verimix

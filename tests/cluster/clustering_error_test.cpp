#include "verimix/cluster/clustering_error.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>

#include "support/clustering_generators.hpp"
#include "verimix/cluster/misclassification.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

/// Clopper and Pearson's lower limit for a probability with `hits` of n, wrong at most once in a million.
double probability_lower(Index hits, Index n) {
  if (hits == 0) return 0;
  return boost::math::quantile(
      boost::math::beta_distribution<>(static_cast<double>(hits), static_cast<double>(n - hits + 1)), 1e-6);
}
double probability_upper(Index hits, Index n) {
  if (hits == n) return 1;
  return boost::math::quantile(
      boost::math::beta_distribution<>(static_cast<double>(hits + 1), static_cast<double>(n - hits)), 1 - 1e-6);
}

/// x ~ N(mean, covariance), n columns.
Matrix<double> gaussian_points(const Vector<double>& mean, const Matrix<double>& covariance, Index n,
                               std::uint64_t seed) {
  return draw(Mixture<double>{"", Vector<double>::Ones(1), mean, {covariance}}, n, seed).points;
}

RC_GTEST_PROP(Lemma29, ExactTailIsBelowTheClosedForm, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index d = 1 + static_cast<Index>(seed % 4);
  const double beta = *rc::gen::element(1.0, 4.0);
  const double error = *rc::gen::element(0.0, 0.1, 1.0);
  const double distance = std::max(6 * error, *rc::gen::element(0.01, 1.0, 5.0, 30.0));
  const Matrix<double> q = support::covariance_between(d, *rc::gen::element(1e-3, 0.5), beta, stream);
  const Vector<double> mu = support::normal_matrix(d, 1, stream).col(0);
  const Vector<double> other = mu + distance * support::normal_matrix(d, 1, stream).col(0).normalized();
  const Vector<double> right = mu + error * support::normal_matrix(d, 1, stream).col(0).normalized();
  const Vector<double> wrong = other + error * support::normal_matrix(d, 1, stream).col(0).normalized();
  const double tail = pairwise_mean_error<double>(mu, q, right, wrong);
  RC_ASSERT(tail <= pairwise_mean_error_upper(distance, beta) * (1 + 1e-12));
}

// The constant 18 is attained in the exponent: d = 1, variance beta, both estimates off by a sixth of the distance, the
// same way.
TEST(Lemma29, EighteenIsTheRateAtTheWorstErrors) {
  const double m = 60;
  const Vector<double> mu = Vector<double>::Zero(1);
  const Vector<double> right = Vector<double>::Constant(1, -m / 6);
  const Vector<double> wrong = Vector<double>::Constant(1, 5 * m / 6);
  const double tail = pairwise_mean_error<double>(mu, Matrix<double>::Identity(1, 1), right, wrong);
  const double rate = -std::log(tail) / (m * m);
  EXPECT_GE(rate, 1.0 / 18);
  EXPECT_LE(rate, 1.25 / 18);
}

TEST(Lemma29, ExactTailAgreesWithCounting) {
  const Vector<double> mu = (Vector<double>(2) << 0, 0).finished();
  const Matrix<double> q = (Matrix<double>(2, 2) << 1, 0.5, 0.5, 2).finished();
  const Vector<double> right = (Vector<double>(2) << 0.2, -0.1).finished();
  const Vector<double> wrong = (Vector<double>(2) << 2, 1).finished();
  const Index n = 100000;
  const Matrix<double> x = gaussian_points(mu, q, n, 5);
  const auto hits = static_cast<Index>(
      ((x.colwise() - wrong).colwise().squaredNorm().array() <= (x.colwise() - right).colwise().squaredNorm().array())
          .count());
  const double tail = pairwise_mean_error<double>(mu, q, right, wrong);
  EXPECT_LE(probability_lower(hits, n), tail);
  EXPECT_GE(probability_upper(hits, n), tail);
}

// The paper's exponent has alpha where beta is needed: with alpha -> 0 it claims probabilities far below the true one.
TEST(Lemma29, PrintedFormIsRefuted) {
  const double exact =
      pairwise_mean_error<double>(Vector<double>::Zero(1), Matrix<double>::Identity(1, 1), Vector<double>::Zero(1),
                                  Vector<double>::Constant(1, 6 * std::sqrt(2.0)));
  EXPECT_NEAR(exact, 1.105e-5, 1e-8);
  double implied = 1;
  for (const double alpha : {1e-2, 1e-3, 1e-4}) {
    const double next = -std::log(exact) / (72 / (alpha * std::sqrt(2.0)));
    EXPECT_LT(next, implied / 5);
    implied = next;
  }
}

/// How often x ~ N_i is put into another cell, or needs a tie rule.
Index errors_of(const Clustering<double>& clustering, const Mixture<double>& truth, Index component, Index n,
                std::uint64_t seed) {
  const auto at = static_cast<std::size_t>(component);
  const ClusterAssignment a =
      clustering.assign(gaussian_points(truth.means.col(component), truth.covariances[at], n, seed));
  Index right = -1;
  for (std::size_t t = 0; t < clustering.refinement().size(); ++t) {
    for (const Index i : clustering.refinement()[t]) right = i == component ? static_cast<Index>(t) : right;
  }
  Index errors = 0;
  for (std::size_t j = 0; j < a.labels.size(); ++j)
    errors += a.labels[j] != right || a.status[j] != ClusterStatus::ok ? 1 : 0;
  return errors;
}

RC_GTEST_PROP(Algorithm5, ErrorIsBelowTheInstanceBound, ()) {
  const support::ClusteringCase c = *support::clustering_cases(3, 3);
  const Clustering<double> clustering(c.estimates, c.pair, c.options);
  const Index n = 300;
  for (Index i = 0; i < c.truth.size(); ++i) {
    const double bound = misclassification_upper(c.truth, clustering, i);
    RC_CLASSIFY(bound < 1, "bound below 1");
    RC_ASSERT(probability_lower(errors_of(clustering, c.truth, i, n, c.seed), n) <= bound);
  }
}

// d = 80, covariances Id and 6 Id: a case where the instance bound says something.
TEST(Proposition25, MidpointErrorIsBelowABoundThatIsNotVacuous) {
  const Index d = 80;
  Mixture<double> truth{"", Vector<double>::Constant(3, 1.0 / 3), Matrix<double>::Zero(d, 3), {}};
  truth.means(0, 2) = 40;
  const Matrix<double> id = Matrix<double>::Identity(d, d);
  truth.covariances = {id, 6 * id, id};
  ParameterEstimates<double> estimates = parameters_of(truth);
  estimates.means(1, 0) += 0.05;
  estimates.covariances[1](0, 0) += 0.05;
  const Clustering<double> clustering(estimates, {{0, 0, 1}, {0, 1, 0}}, {.alpha = 1});
  for (Index i = 0; i < 3; ++i) {
    const double bound = misclassification_upper(truth, clustering, i);
    EXPECT_LT(bound, 0.05);
    EXPECT_LE(probability_lower(errors_of(clustering, truth, i, 2000, 9), 2000), bound);
  }
}

RC_GTEST_PROP(Proposition25, ClosedFormIsAboveTheInstanceTails, (std::uint32_t seed)) {
  // Two components with equal means, separation as the hypothesis asks, errors as large as it allows.
  Stream stream(seed, Purpose::instance, 0);
  const Index d = 20 + static_cast<Index>(seed % 30);
  const double beta = *rc::gen::element(1.0, 1.5, 3.0);
  Mixture<double> truth{"", Vector<double>::Constant(2, 0.5), Matrix<double>::Zero(d, 2), {}};
  for (int i = 0; i < 2; ++i) truth.covariances.push_back(support::covariance_between(d, 1, beta, stream));
  const double distance = (truth.covariances[0] - truth.covariances[1]).norm();
  const double ups_cov = distance / (20 * beta * beta * beta);
  const double ups_mean = std::pow(0.1 * distance / beta, 2);
  ParameterEstimates<double> estimates = parameters_of(truth);
  for (std::size_t i = 0; i < 2; ++i) {
    const Matrix<double> direction = support::perturbation(d, 1, stream);
    estimates.covariances[i] =
        support::symmetric_part(estimates.covariances[i] + direction * (0.999 * ups_cov / direction.norm()));
    const Vector<double> away = support::normal_matrix(d, 1, stream).col(0).normalized();
    estimates.means.col(static_cast<Index>(i)) += 0.999 * std::sqrt(ups_mean) * away;
  }
  const PartitionPair pair{{0, 0}, {0, 1}};
  const Clustering<double> clustering(estimates, pair, {.alpha = 1});
  const double bound =
      clustering_error_upper(separation(parameters_of(truth), pair), 1.0, beta, ups_mean * 0.999, ups_cov * 0.999, 2);
  RC_ASSERT(std::isfinite(bound));
  RC_CLASSIFY(bound < 1, "bound below 1");
  for (Index i = 0; i < 2; ++i) RC_ASSERT(misclassification_upper(truth, clustering, i) <= bound * 1.05 + 1e-300);
}

// Q_1 = Id and Q_2 = b Id with exact estimates: 1 is rejected iff |x|^2 >= d(1 + b)/2, so its error is a chi-square
// tail, and the closed form can be compared where it is not vacuous. The exponent is -log P = rate * xi^2 with a rate
// that the bound says is at least 1/120.
TEST(Proposition25, RateIsPinnedByChiSquareTails) {
  for (const double b : {1.02, 1.05, 1.2}) {
    const double d = 30 / std::pow(b - 1, 2) * 8;
    const double exact = boost::math::cdf(boost::math::complement(boost::math::chi_squared(d), d * (1 + b) / 2));
    const double infinity = std::numeric_limits<double>::infinity();
    const Separation<double> s{0, 0, infinity, (b - 1) * std::sqrt(d)};
    const double bound = clustering_error_upper(s, 1.0, b, 0.0, 0.0, 2);
    EXPECT_LT(exact, bound);
    const double xi = s.out_covariance / (b * b * b);
    const double rate = -std::log(exact) / (xi * xi);
    EXPECT_GE(rate, 1.0 / 120);
    EXPECT_LE(rate, 1.0 / 3) << b;
    EXPECT_DOUBLE_EQ(bound, 2 * std::exp(-xi * xi / 120));
  }
  const Separation<double> wide{0, 0, std::numeric_limits<double>::infinity(), 60};
  EXPECT_LT(clustering_error_upper(wide, 1.0, 1.2, 0.0, 0.0, 2), 1e-3);
}

// Groups that are not apart: Dout_mu = 0 obeys Dout_mu >= 6 sqrt(ups_mean) with exact estimates, and of two equal means
// in two groups the first takes every x, so that the second errs with probability 1. (The bound was 1/2.)
TEST(Proposition25, EqualMeansInTwoGroupsAreATie) {
  EXPECT_EQ(pairwise_mean_error_upper(0.0, 1.0), 1);
  Mixture<double> truth{"", Vector<double>::Constant(2, 0.5), Matrix<double>::Zero(1, 2), {}};
  truth.covariances = {Matrix<double>::Identity(1, 1), 2 * Matrix<double>::Identity(1, 1)};
  const PartitionPair pair{{0, 1}, {0, 0}};
  const Clustering<double> clustering(parameters_of(truth), pair, {.alpha = 1});
  const double bound = clustering_error_upper(separation(parameters_of(truth), pair), 1.0, 2.0, 0.0, 0.0, 2);
  EXPECT_EQ(errors_of(clustering, truth, 1, 100, 1), 100);
  EXPECT_EQ(misclassification_upper(truth, clustering, 1), 1);
  EXPECT_EQ(bound, 1);
}

// What `check` compares in balls: the closed form is the same number, the sum of events has one t for each of
// Chernoff's bounds where double has a grid, and is above the sum of the exact tails.
TEST(Proposition25, TheBoundsInBallsAreThoseInDouble) {
  const Separation<double> s{0, 0, 7, 9};
  const Ball closed = clustering_error_sum<Ball>(Ball(7), Ball(9), Ball(0.75), Ball(1.25), 3);
  EXPECT_NEAR(approximate(closed) / clustering_error_upper(s, 0.75, 1.25, 0.0, 0.0, 3), 1, 1e-13);
  EXPECT_EQ(equal(clustering_error_sum<Ball>(std::nullopt, std::nullopt, Ball(1), Ball(1), 2), Ball(0)), Truth::yes);
  EXPECT_EQ(equal(pairwise_mean_error_upper(Ball(0), Ball(1)), Ball(1)), Truth::yes);
  for (const char* name : {"nest1", "sep2", "diff1"}) {
    const ExactMixture exact = instance(name);
    const auto truth = round_to<double>(exact);
    const PartitionPair pair = single_linkage(parameters_of(truth), 0.1, 0.1);
    const Clustering<double> clustering(parameters_of(truth), pair, {.alpha = 0.125});
    for (Index i = 0; i < truth.size(); ++i) {
      const Ball upper = misclassification_upper(round_to<Ball>(exact), clustering, i);
      EXPECT_NE(less(upper, misclassification_bracket(round_to<Ball>(exact), clustering, i)), Truth::yes) << name;
      EXPECT_NEAR(approximate(upper) / misclassification_upper(truth, clustering, i), 1, 0.02) << name << ' ' << i;
      EXPECT_LT(radius_upper(upper), 1e-20);
    }
  }
}

TEST(Proposition25, HypothesesThatFailGiveInfinity) {
  const Separation<double> s{0, 0, 10, 10};
  EXPECT_TRUE(std::isfinite(clustering_error_upper(s, 1.0, 1.0, 0.01, 0.1, 2)));
  EXPECT_TRUE(std::isinf(clustering_error_upper(s, 1.0, 1.0, 4.0, 0.1, 2)));
  EXPECT_TRUE(std::isinf(clustering_error_upper(s, 1.0, 1.0, 0.01, 0.6, 2)));
  EXPECT_TRUE(std::isinf(clustering_error_upper(Separation<double>{2, 0, 10, 10}, 1.0, 1.0, 0.01, 0.1, 2)));
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(clustering_error_upper(Separation<double>{0, 0, infinity, infinity}, 1.0, 2.0, 1.0, 1.0, 3), 0);
}

}  // namespace
}  // namespace verimix

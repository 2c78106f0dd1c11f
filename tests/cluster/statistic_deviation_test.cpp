#include "verimix/cluster/statistic_deviation.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>

#include "support/ball_matrices.hpp"
#include "support/estimate_generators.hpp"
#include "verimix/cluster/clipped_inverse.hpp"
#include "verimix/core/decompositions.hpp"

namespace verimix {
namespace {

using support::exactly;

/// Q_i, Q_j between alpha and beta, estimates of Frobenius error at most ups, a centre within c Delta sqrt(alpha)/beta.
struct DeviationCase {
  DeviationSetting<double> setting;
  double distance = 0;
  Matrix<double> q_i, q_j, k_i, k_j;
  Vector<double> offset;
};

/// A symmetric matrix of Frobenius norm `norm`: of full rank, or (a third of the time) of rank one, with either sign.
Matrix<double> frobenius_perturbation(Index d, double norm, Stream& stream) {
  Matrix<double> direction = support::perturbation(d, 1, stream);
  const double u = stream.uniform();
  if (u < 0.34) {
    const Vector<double> v = support::normal_matrix(d, 1, stream).col(0);
    direction = (u < 0.17 ? 1.0 : -1.0) * v * v.transpose();
  }
  return support::symmetric_part(direction * (norm / direction.norm()));
}

/// The direction with the least or the greatest x^T (K_i - K_j) x, or any.
Vector<double> centre_offset(const Matrix<double>& difference, double length, Stream& stream) {
  const Index d = difference.rows();
  const Eigen::SelfAdjointEigenSolver<Matrix<double>> solver(difference);
  const double u = stream.uniform();
  if (u < 0.3) return length * solver.eigenvectors().col(0);
  if (u < 0.6) return length * solver.eigenvectors().col(d - 1);
  return length * support::normal_matrix(d, 1, stream).col(0).normalized();
}

DeviationCase finish(DeviationCase c, double c_mean, Index d, Stream& stream) {
  DeviationSetting<double>& s = c.setting;
  const auto estimate = [&](const Matrix<double>& q) {
    const Matrix<double> error = frobenius_perturbation(d, s.upsilon * (1 - 1e-9), stream);
    return clipped_inverse<double>(support::symmetric_part(q + error), s.alpha).inverse;
  };
  c.k_i = estimate(c.q_i);
  c.k_j = estimate(c.q_j);
  s.c = c_mean;
  const double length = c_mean * s.delta_out * std::sqrt(s.alpha) / s.beta * (1 - 1e-9);
  c.offset = centre_offset(c.k_i - c.k_j, length, stream);
  return c;
}

/// The hypotheses of Lemma 27 by construction: Delta between 5 (beta/alpha)^3 ups and D.
DeviationCase lemma27_case(Stream& stream) {
  DeviationCase c;
  const Index d = *rc::gen::inRange<Index>(1, 13);
  c.setting.alpha = *rc::gen::element(1.0, 0.5, 1.0 / 16);
  c.setting.beta = *rc::gen::element(1.01, 1.5, 4.0);
  c.q_i = support::covariance_between(d, c.setting.alpha, c.setting.beta, stream);
  c.q_j = support::covariance_between(d, c.setting.alpha, c.setting.beta, stream);
  c.distance = frobenius<double>(c.q_i - c.q_j);
  RC_PRE(c.distance > 1e-3);
  const double share = *rc::gen::element(0.0, 0.1, 1.0);
  c.setting.delta_out = c.distance * (1 - 1e-12);
  c.setting.upsilon = share * std::pow(c.setting.alpha / c.setting.beta, 3) * c.distance / 5 * (1 - 1e-6);
  return finish(std::move(c), *rc::gen::element(0.0, 0.01, 0.3, 1.0), d, stream);
}

/// x ~ N(0, covariance).
StatisticInstance<double> instance_of(const DeviationCase& c, const Matrix<double>& covariance) {
  return {Vector<double>::Zero(covariance.rows()), -c.offset, covariance, c.q_i, c.k_i, c.k_j};
}
StatisticInstance<Ball> exactly_instance(const StatisticInstance<double>& i) {
  return {exactly(i.mean), exactly(i.center), exactly(i.covariance), exactly(i.q_i), exactly(i.k_i), exactly(i.k_j)};
}

RC_GTEST_PROP(Lemma27, ExplicitForm, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const DeviationCase c = lemma27_case(stream);
  const double c_prime = *rc::gen::element(0.01, 0.1, 0.5, 1.0);
  RC_ASSERT(lower_deviation_hypothesis(c.setting, c.distance, c_prime) == "");
  const double level = covariance_gap(c.q_i, c.q_j) - lower_deviation_slack(c.setting, c.distance, c_prime);
  const double bound = lower_deviation_probability_upper(c.setting, c.distance, c_prime);
  RC_CLASSIFY(bound < 0.9, "bound below 0.9");
  // Chernoff is above the probability, and the proof puts it below the bound.
  RC_ASSERT(statistic_lower_tail_upper(instance_of(c, c.q_j), level) <= bound * (1 + 1e-9));
}

RC_GTEST_PROP(Lemma27, StepsOfTheProof, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const DeviationCase c = lemma27_case(stream);
  const auto& [alpha, beta, delta, ups, c_mean] = c.setting;
  const Matrix<double> root = Eigen::SelfAdjointEigenSolver<Matrix<double>>(c.q_j).operatorSqrt();
  const Matrix<double> b = root * (c.k_i - c.k_j) * root;
  const Vector<double> w = root * ((c.k_i - c.k_j) * c.offset);
  const double room = 1 + 1e-8;
  RC_ASSERT(b.norm() >= 0.2 * alpha / (beta * beta) * c.distance / room);
  RC_ASSERT(b.norm() <= 1.8 * beta / (alpha * alpha) * c.distance * room);
  RC_ASSERT(support::operator_norm(b) <= 2 * beta / alpha * room);
  RC_ASSERT(w.norm() <= 2 * c_mean * delta / std::sqrt(alpha * beta) * room + 1e-12);
  const double kept = inner_product<double>(c.q_j - c.q_i, c.k_i - c.k_j);
  RC_ASSERT(kept >= covariance_gap(c.q_i, c.q_j) - 4 * ups / (alpha * alpha) * c.distance * room - 1e-9);
}

// Certified, with the exact law, on small instances of every kind.
TEST(Lemma27, CertifiedTailIsBelowTheBound) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    Stream stream(seed, Purpose::instance, 0);
    const Index d = 1 + static_cast<Index>(seed % 3);
    DeviationCase c;
    c.setting = {0.5, 1.5, 0, 0, 0};
    c.q_i = support::covariance_between(d, 0.5, 1.5, stream);
    c.q_j = support::covariance_between(d, 0.5, 1.5, stream);
    c.distance = frobenius<double>(c.q_i - c.q_j);
    if (c.distance < 0.1) continue;
    c.setting.delta_out = c.distance * (1 - 1e-12);
    c.setting.upsilon = c.distance / (5 * 27) * (1 - 1e-6);
    c = finish(std::move(c), 0.3, d, stream);
    const double level = covariance_gap(c.q_i, c.q_j) - lower_deviation_slack(c.setting, c.distance, 0.5);
    const QuadraticTails tails = statistic_tails(exactly_instance(instance_of(c, c.q_j)), Ball(level));
    EXPECT_LE(support::upper_end(tails.lower), lower_deviation_probability_upper(c.setting, c.distance, 0.5)) << seed;
    EXPECT_LE(support::lower_end(tails.lower), statistic_lower_tail_upper(instance_of(c, c.q_j), level)) << seed;
  }
}

// The rate from above: Q_j = Id, Q_i = b Id with exact estimates; T = (1/b - 1) chi^2 + (b - 1) d.
TEST(Lemma27, RateIsPinnedByChiSquareTails) {
  const double b = 1.05, d = 4000;
  const boost::math::chi_squared chi(d);
  const double distance = (b - 1) * std::sqrt(d);
  const DeviationSetting<double> setting{1, b, distance, 0, 0};
  double slowest = 1e9;
  for (const double c_prime : {0.3, 0.6, 1.0}) {
    const double level = (b - 1) * (b - 1) / b * d - lower_deviation_slack(setting, distance, c_prime);
    const double exact = boost::math::cdf(boost::math::complement(chi, ((b - 1) * d - level) / (1 - 1 / b)));
    EXPECT_LE(exact, lower_deviation_probability_upper(setting, distance, c_prime));
    slowest = std::min(slowest, -std::log(exact) / std::pow(c_prime * distance / (b * b * b), 2));
  }
  RecordProperty("rate", std::to_string(slowest));
  EXPECT_GE(slowest, 1.0 / 16);
  EXPECT_LE(slowest, 2);
}

// F1. "For any c' > 0" is impossible: the lower tail is that of z^2, exponential, not Gaussian. Q_j = 1, Q_i = 2, exact
// estimates: the claim fails iff z^2 > 1 + c', so -log P/(c'^2/64) bounds the hidden constant and tends to 0.
TEST(Lemma27, PrintedFormIsRefutedForLargeDeviations) {
  const DeviationSetting<Ball> setting{1, 2, 1, 0, 0};
  const auto one = [](const Ball& q) { return Matrix<Ball>::Constant(1, 1, q); };
  const Vector<Ball> zero = Vector<Ball>::Constant(1, Ball(0));
  const StatisticInstance<Ball> at{zero, zero, one(1), one(2), one(Ball(1) / Ball(2)), one(1)};
  Ball implied = 100;
  for (const int c_prime : {10, 100, 1000, 10000}) {
    const Ball level = covariance_gap<Ball>(one(2), one(1)) - lower_deviation_slack_printed<Ball>(setting, 1, c_prime);
    const Ball failing = statistic_tails(at, level).lower;
    const Ball next = -log(failing) / lower_deviation_exponent_printed<Ball>(setting, 1, c_prime);
    EXPECT_EQ(less(next, implied / Ball(5)), Truth::yes) << c_prime;
    implied = next;
  }
  EXPECT_EQ(less(implied, Ball(1) / Ball(250)), Truth::yes);
}

/// The law b_1 (z + u)^2 + b_2 chi^2_n: Chernoff's bound on its upper tail at `level`, certified.
Ball two_block_tail_upper(const Ball& b_1, const Ball& u, const Ball& b_2, const Ball& n, const Ball& level) {
  Ball best = 1;
  const double pole = 1 / (2 * std::max({approximate(b_1), approximate(b_2), 1e-3}));
  for (int step = -200; step < 0; ++step) {
    const Ball t = Ball(pole * std::pow(1.1, step));
    const Ball first = Ball(1) - 2 * t * b_1;
    const Ball second = Ball(1) - 2 * t * b_2;
    const Ball bound = exp(-log(first) / Ball(2) + t * b_1 * u * u / first - n / Ball(2) * log(second) - t * level);
    if (less(bound, best) == Truth::yes) best = bound;
  }
  return best;
}

// F2. E needs 2 c^2: alpha = 1, beta = 2, Q_j = Id, Q_i = 2 Id, ups = 1/2, Khat_j = Id + e e^T (Qhat_j = Id - e e^T/2),
// Khat_i = Id/2, mu_j - m = (c sqrt(d)/2) e, Delta = sqrt(d). The claim fails with a probability that tends to 1 while
// the claimed bound exp(-Omega c'^2 d/64) on it tends to 0.
TEST(Lemma27, PrintedSlackIsRefuted) {
  const Ball half = Ball(1) / Ball(2);
  const Ball c = half, c_prime = Ball(1) / Ball(100);
  for (const double size : {1e6, 1e8, 1e10}) {
    const Ball d(size);
    const DeviationSetting<Ball> setting{1, 2, sqrt(d), half, c};
    ASSERT_EQ(lower_deviation_hypothesis<Ball>(setting, sqrt(d), c_prime), "");
    // T + <Q_i, B> = -(3/2)(z + u)^2 - chi^2_{d-1}/2, B = K_i - K_j, <Q_i, B> = -(d + 2), gap = d/2.
    const Ball u = c * sqrt(d) / Ball(2);
    const auto holding_upper = [&](const Ball& slack) {
      return two_block_tail_upper(Ball(-3) / Ball(2), u, -half, d - Ball(1), d / Ball(2) - slack - d - Ball(2));
    };
    const Ball printed = holding_upper(lower_deviation_slack_printed<Ball>(setting, sqrt(d), c_prime));
    EXPECT_LT(support::upper_end(printed), 1e-6) << size;
    // The exponent of the claim grows with d, so that its bound falls below 1 - 1e-6 for any hidden constant.
    EXPECT_EQ(less(d / Ball(1000000), 64 * lower_deviation_exponent_printed<Ball>(setting, sqrt(d), c_prime)),
              Truth::yes);
    EXPECT_EQ(support::upper_end(holding_upper(lower_deviation_slack<Ball>(setting, sqrt(d), c_prime))), 1);
  }
}

TEST(Lemma27, HypothesesAreNamed) {
  const DeviationSetting<double> s{1, 2, 40, 0.5, 0.5};
  EXPECT_EQ(lower_deviation_hypothesis(s, 50.0, 0.5), "");
  EXPECT_EQ(lower_deviation_hypothesis(s, 39.0, 0.5), "|Q_j - Q_i|_F >= Dout_Q");
  EXPECT_EQ(lower_deviation_hypothesis(s, 50.0, 1.5), "0 < c' <= 1");
  EXPECT_EQ(lower_deviation_hypothesis(DeviationSetting<double>{1, 2, 40, 1.01, 0.5}, 50.0, 0.5),
            "Dout_Q >= 5 (beta/alpha)^3 ups_cov");
  EXPECT_EQ(lower_deviation_hypothesis(DeviationSetting<double>{1, 2, 40, 0.5, 1.5}, 50.0, 0.5), "0 <= c <= 1");
  EXPECT_EQ(lower_deviation_hypothesis(DeviationSetting<double>{2, 1, 40, 0.5, 0.5}, 50.0, 0.5), "0 < alpha <= beta");
}

/// Any Q_i, Q_j (a third of the time equal), any ups, any c and Delta: Lemma 28 asks for nothing else.
DeviationCase lemma28_case(Stream& stream) {
  DeviationCase c;
  const Index d = *rc::gen::inRange<Index>(1, 13);
  c.setting.alpha = *rc::gen::element(1.0, 0.5, 1.0 / 16);
  c.setting.beta = *rc::gen::element(1.0, 1.5, 4.0);
  c.q_i = support::covariance_between(d, c.setting.alpha, c.setting.beta, stream);
  c.q_j = stream.uniform() < 0.33 ? c.q_i : support::covariance_between(d, c.setting.alpha, c.setting.beta, stream);
  c.distance = frobenius<double>(c.q_i - c.q_j);
  c.setting.delta_out = *rc::gen::element(1e-3, 0.1, 1.0, 10.0, 1000.0);
  c.setting.upsilon = c.setting.alpha * *rc::gen::element(0.0, 0.01, 0.5, 3.0, 100.0);
  return finish(std::move(c), *rc::gen::element(0.0, 0.01, 0.3, 3.0), d, stream);
}

/// P[T_ij > level] from above, x ~ N_i. Where K_i = K_j (equal covariances known exactly, or two estimates that were
/// clipped to the same) T_ij is 0 up to rounding and a level that is not negative is not passed.
double upper_tail_of(const DeviationCase& c, double level) {
  if ((c.k_i - c.k_j).norm() < 1e-12 * c.k_i.norm()) return level < 0 ? 1 : 0;
  return statistic_upper_tail_upper(instance_of(c, c.q_i), level);
}

RC_GTEST_PROP(Lemma28, ExplicitForm, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const DeviationCase c = lemma28_case(stream);
  const double s = *rc::gen::element(1.0, 2.0, 5.0, 20.0, 500.0);
  RC_ASSERT(upper_tail_of(c, upper_deviation_level(c.setting, c.distance, s)) <=
            upper_deviation_probability_upper(s) * (1 + 1e-9));
  const double x = *rc::gen::element(0.01, 0.5, 2.0, 30.0);
  RC_ASSERT(upper_tail_of(c, upper_deviation_level_sharp(c.setting, c.distance, x)) <= std::exp(-x) * (1 + 1e-9));
}

// "For all j in [k]": j of the same covariance group, nearer than Delta or with the same covariance, are meant as well.
// The union over j, at its k - 1 times exp(-s/120).
RC_GTEST_PROP(Lemma28, HoldsForAllComponentsAtOnce, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index others = *rc::gen::inRange<Index>(0, 4);
  const double s = *rc::gen::element(1.0, 5.0, 100.0, 500.0);
  const DeviationCase first = lemma28_case(stream);
  double sum = 0;
  for (Index j = 0; j < others; ++j) {
    DeviationCase c = first;
    if (j > 0) c.q_j = support::covariance_between(c.q_i.rows(), c.setting.alpha, c.setting.beta, stream);
    if (j == 1) c.q_j = c.q_i;
    c.distance = frobenius<double>(c.q_i - c.q_j);
    if (j > 0) {
      const Matrix<double> error = frobenius_perturbation(c.q_i.rows(), c.setting.upsilon * (1 - 1e-9), stream);
      c.k_j = clipped_inverse<double>(support::symmetric_part(c.q_j + error), c.setting.alpha).inverse;
    }
    sum += upper_tail_of(c, upper_deviation_level(c.setting, c.distance, s));
  }
  RC_ASSERT(sum <= static_cast<double>(others) * upper_deviation_probability_upper(s) * (1 + 1e-9));
}

// With exact estimates and Q_i = Q_j the statistic is 0, which no level is below: the event that it is above is empty.
TEST(Lemma28, EqualCovariancesKnownExactlyHaveNoDeviation) {
  const Matrix<double> q = 2 * Matrix<double>::Identity(3, 3);
  const Matrix<double> k = clipped_inverse<double>(q, 1.0).inverse;
  const Vector<double> x = Vector<double>::Constant(3, 5), center = Vector<double>::Zero(3);
  EXPECT_EQ(statistic_difference<double>(x, center, q, k, k), 0);
  for (const double c : {0.0, 1.0}) {
    const DeviationSetting<double> setting{1, 2, 0, 0, c};
    EXPECT_GE(upper_deviation_level(setting, 0.0, 1.0), 0);
    EXPECT_GE(upper_deviation_level_sharp(setting, 0.0, 0.5), 0);
  }
}

// With exact estimates the printed constant holds: the form is at most (1/alpha - 1/beta)|m - mu|^2 at the centre.
RC_GTEST_PROP(Lemma28, PrintedFormHoldsForExactEstimates, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  DeviationCase c = lemma28_case(stream);
  c.setting.upsilon = 0;
  const double c_mean = *rc::gen::element(0.0, 0.3, 3.0);
  const Index d = c.q_i.rows();  // before c is moved: the order of arguments is not fixed
  c = finish(std::move(c), c_mean, d, stream);
  const double s = *rc::gen::element(1.0, 5.0, 100.0);
  RC_ASSERT(upper_tail_of(c, upper_deviation_level_printed(c.setting, c.distance, s)) <=
            upper_deviation_probability_upper(s) * (1 + 1e-9));
}

// The rate from above: Id against 1.05 Id with exact estimates, chi-square tails.
TEST(Lemma28, RatesArePinnedByChiSquareTails) {
  const double b = 1.05, d = 4000;
  const boost::math::chi_squared chi(d);
  const double distance = (b - 1) * std::sqrt(d);
  const DeviationSetting<double> setting{1, b, distance, 0, 0};
  // T = (1 - 1/b)(chi^2 - d).
  const auto exact = [&](double level) {
    return boost::math::cdf(boost::math::complement(chi, d + level / (1 - 1 / b)));
  };
  for (const double x : {0.05, 0.5, 5.0}) {
    const double rate = -std::log(exact(upper_deviation_level_sharp(setting, distance, x))) / x;
    EXPECT_GE(rate, 1);
    EXPECT_LE(rate, std::max(4.0, 1.3 * std::pow(1 + std::sqrt(x), 2) + 2 / x)) << x;
  }
  const double rate = -std::log(exact(upper_deviation_level(setting, distance, 1.0)));
  EXPECT_GE(rate, 1.0 / 120);
  EXPECT_LE(rate, 2);
}

// The constant of c^2 must be 2: alpha = 1, beta = 2, Q_i = Id, Q_j = 2 Id, ups = 1/2, Khat_i = Id + e e^T (Qhat_i = Id
// - e e^T/2), Khat_j = Id/2, mu_i - m = (c sqrt(d)/2) e, Delta = sqrt(d). For every c > 0 and s the printed bound is
// passed with a probability that tends to 1 with d, so no constants in O(k) exp(-Omega(s)) repair it.
TEST(Lemma28, PrintedFormIsRefuted) {
  const Ball half = Ball(1) / Ball(2);
  struct Member {
    Ball c;
    int s;
    double d;
  };
  const Ball tenth = Ball(1) / Ball(10);
  for (const Member& m : {Member{half, 1, 1e6}, Member{tenth, 1, 1e8}, Member{tenth, 100, 1e12},
                          Member{tenth / Ball(10), 1, 1e12}, Member{tenth / Ball(10), 1000, 1e18}}) {
    const Ball d(m.d);
    const DeviationSetting<Ball> setting{1, 2, sqrt(d), half, m.c};
    ASSERT_EQ(less(setting.delta_out, 40 * setting.upsilon), Truth::no);
    // T + <Q_i, B> = (3/2)(z + u)^2 + chi^2_{d-1}/2, B = K_i - K_j, <Q_i, B> = d/2 + 1.
    const Ball u = m.c * sqrt(d) / Ball(2);
    const auto within_upper = [&](const Ball& level) {
      // P[T <= level] = P[-(form) >= -(level + <Q_i, B>)].
      return two_block_tail_upper(Ball(-3) / Ball(2), u, -half, d - Ball(1), -(level + d / Ball(2) + Ball(1)));
    };
    EXPECT_LT(support::upper_end(within_upper(upper_deviation_level_printed<Ball>(setting, sqrt(d), m.s))), 1e-6);
    EXPECT_EQ(support::upper_end(within_upper(upper_deviation_level<Ball>(setting, sqrt(d), m.s))), 1);
  }
}

// E T/(c^2 Delta^2/beta^2) = 2 - alpha/beta in one dimension, Q_i = alpha, Qhat_i = alpha/2, Q_j = beta.
TEST(Lemma28, TwoIsSharp) {
  const auto one = [](double q) { return Matrix<double>::Constant(1, 1, q); };
  const Vector<double> zero = Vector<double>::Zero(1);
  const double beta = 1000, c = 0.1, delta = beta - 1;
  const Vector<double> center = Vector<double>::Constant(1, c * delta / beta);
  const double mean = statistic_difference_mean<double>(zero, one(1), center, one(1), one(2), one(1 / beta));
  EXPECT_NEAR(mean / std::pow(c * delta / beta, 2), 2 - 1 / beta, 1e-12);
}

}  // namespace
}  // namespace verimix

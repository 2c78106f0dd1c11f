#include "verimix/cluster/covariance_statistic.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/ball_matrices.hpp"
#include "support/estimate_generators.hpp"
#include "verimix/cluster/clipped_inverse.hpp"
#include "verimix/cluster/statistic_deviation.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

using support::exactly;

/// A pair of covariances between alpha and beta, and estimates of their inverses.
struct StatisticCase {
  double alpha = 1, beta = 1;
  Matrix<double> q_i, q_j, k_i, k_j;
};

StatisticCase statistic_case(Stream& stream, Index d) {
  StatisticCase c;
  c.alpha = *rc::gen::element(1.0, 0.5, 1e-3);
  c.beta = *rc::gen::element(1.0, 1.5, 8.0);
  c.q_i = support::covariance_between(d, c.alpha, c.beta, stream);
  c.q_j = support::covariance_between(d, c.alpha, c.beta, stream);
  const auto estimate = [&](const Matrix<double>& q) {
    return clipped_inverse<double>(support::symmetric_part(q + support::perturbation(d, 0.3 * c.alpha, stream)),
                                   c.alpha)
        .inverse;
  };
  c.k_i = estimate(c.q_i);
  c.k_j = estimate(c.q_j);
  return c;
}

// The mean over the points mu +- sqrt(d) L e_r, which have mean mu and covariance Q exactly.
RC_GTEST_PROP(Display35, MeanOfTheStatistic, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index d = 1 + static_cast<Index>(seed % 5);
  const StatisticCase c = statistic_case(stream, d);
  const Vector<double> mu = support::normal_matrix(d, 1, stream).col(0);
  const Vector<double> center = support::normal_matrix(d, 1, stream).col(0);
  const Matrix<double> lower = c.q_j.llt().matrixL();
  double sum = 0;
  for (Index r = 0; r < d; ++r) {
    for (const double sign : {-1.0, 1.0}) {
      const Vector<double> x = mu + sign * std::sqrt(static_cast<double>(d)) * lower.col(r);
      const double difference = statistic_difference<double>(x, center, c.q_i, c.k_i, c.k_j);
      sum += difference;
      const double by_parts =
          covariance_statistic(x, center, c.q_i, c.k_i) - covariance_statistic(x, center, c.q_i, c.k_j);
      RC_ASSERT(std::abs(difference - by_parts) <= 1e-10 * (1 + std::abs(by_parts)) * c.beta / c.alpha);
    }
  }
  const double mean = statistic_difference_mean<double>(mu, c.q_j, center, c.q_i, c.k_i, c.k_j);
  const double scale = (1 + (mu - center).squaredNorm() + c.beta * static_cast<double>(d)) / c.alpha;
  RC_ASSERT(std::abs(sum / (2 * static_cast<double>(d)) - mean) <= 1e-11 * scale);
}

RC_GTEST_PROP(Display35, GapIsTheTraceFormula, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index d = 1 + static_cast<Index>(seed % 5);
  const StatisticCase c = statistic_case(stream, d);
  const Matrix<Real50> q_i = c.q_i.cast<Real50>();
  const Matrix<Real50> q_j = c.q_j.cast<Real50>();
  const Real50 traces = (q_j * q_i.inverse()).trace() + (q_i * q_j.inverse()).trace() - Real50(static_cast<int>(2 * d));
  const Real50 products = inner_product<Real50>(q_j - q_i, q_i.inverse() - q_j.inverse());
  const Real50 gap = covariance_gap(q_i, q_j);
  const Real50 room = Real50("1e-40") * (Real50(static_cast<int>(d)) * c.beta / c.alpha);
  RC_ASSERT(abs(gap - traces) <= room && abs(gap - products) <= room);
  // The other scalars say the same.
  RC_ASSERT(contains(covariance_gap(exactly(c.q_i), exactly(c.q_j)), from_rational<Ball>(to_rational(gap))) ||
            overlaps(covariance_gap(exactly(c.q_i), exactly(c.q_j)), from_rational<Ball>(to_rational(gap))));
  RC_ASSERT(std::abs(covariance_gap(c.q_i, c.q_j) - gap.convert_to<double>()) <=
            1e-12 * std::pow(c.beta / c.alpha, 2) * static_cast<double>(d));
  const Real100 fine = covariance_gap<Real100>(c.q_i.cast<Real100>(), c.q_j.cast<Real100>());
  RC_ASSERT(abs(fine - Real100(gap)) <= Real100(room));
}

RC_GTEST_PROP(Display35, GapIsBetweenItsBounds, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const StatisticCase c = statistic_case(stream, 1 + static_cast<Index>(seed % 6));
  const double distance = frobenius<double>(c.q_i - c.q_j);
  const double gap = covariance_gap(c.q_i, c.q_j);
  RC_ASSERT(gap >= covariance_gap_lower(distance, c.beta) * (1 - 1e-9) - 1e-14);
  RC_ASSERT(gap <= covariance_gap_upper(distance, c.alpha) * (1 + 1e-9) + 1e-14);
}

TEST(Display35, BothBoundsOfTheGapAreApproached) {
  const auto one = [](double q) { return Matrix<double>::Constant(1, 1, q); };
  EXPECT_NEAR(covariance_gap<double>(one(4), one(3.999)) / covariance_gap_lower(0.001, 4.0), 1, 1e-3);
  EXPECT_NEAR(covariance_gap<double>(one(0.5), one(0.5005)) / covariance_gap_upper(0.0005, 0.5), 1, 1e-2);
}

TEST(Display35, RefusesSingularCovariances) {
  const Matrix<double> id = Matrix<double>::Identity(2, 2);
  EXPECT_THROW(covariance_gap<double>(id, Matrix<double>::Zero(2, 2)), InputError);
}

/// 1 x 1.
Matrix<Ball> scalar(const Ball& x) { return Matrix<Ball>::Constant(1, 1, x); }

struct ScaledThreshold {
  Ball center, printed, repaired, statistic;
};

/// Variances l and 4l, exact estimates, c = c' = 1/100, and q_12 at x^2 = l v: what (31) says at the scale l.
ScaledThreshold at_scale(const Ball& l, const Ball& v) {
  const Matrix<Ball> q_1 = scalar(l), q_2 = scalar(4 * l);
  const Matrix<Ball> k_1 = scalar(Ball(1) / l), k_2 = scalar(Ball(1) / (4 * l));
  const Ball hundredth = Ball(1) / Ball(100);
  const DeviationSetting<Ball> setting{l, 4 * l, 3 * l, Ball(0), hundredth};
  const Ball slack = lower_deviation_slack<Ball>(setting, 3 * l, hundredth);
  return {threshold_center(q_1, q_2, k_1, k_2, slack), threshold_accuracy_printed<Ball>(3 * l, 4 * l),
          threshold_accuracy<Ball>(3 * l, 4 * l), v * l * (k_1(0, 0) - k_2(0, 0))};
}

// Under Q -> l Q, x -> sqrt(l) x the centre, the statistic and the repaired eta stay, and the printed eta is divided by
// l: the same point is accepted at one scale and rejected at another.
TEST(Equation31, PrintedEtaIsNotHomogeneous) {
  const Ball v = Ball(3) / Ball(2);
  const ScaledThreshold one = at_scale(1, v);
  const ScaledThreshold small = at_scale(Ball(1) / Ball(1000), v);
  EXPECT_TRUE(overlaps(one.center, small.center) && overlaps(one.repaired, small.repaired));
  EXPECT_TRUE(overlaps(one.statistic, small.statistic));
  EXPECT_TRUE(overlaps(1000 * one.printed, small.printed));
  EXPECT_EQ(less(one.statistic, one.center - one.printed), Truth::yes);
  EXPECT_EQ(less(small.statistic, small.center - small.printed), Truth::no);
  EXPECT_EQ(less(one.statistic, one.center - one.repaired), Truth::yes);
  EXPECT_EQ(less(small.statistic, small.center - small.repaired), Truth::yes);
}

// With alpha <= 1 <= beta and Dout_Q < 1/50 the printed 2 eta is larger than the least gap: the threshold lies below
// the mean of the statistic in its own class, and its own points are rejected more often than not.
TEST(Equation31, PrintedEtaIsUselessForSmallSeparation) {
  for (const double delta : {0.019, 1e-3, 1e-6}) {
    const Ball distance(delta);
    EXPECT_EQ(less(covariance_gap_lower<Ball>(distance, 2), 2 * threshold_accuracy_printed<Ball>(distance, 2)),
              Truth::yes);
    EXPECT_EQ(less(2 * threshold_accuracy<Ball>(distance, 2), covariance_gap_lower<Ball>(distance, 2)), Truth::yes);
  }
}

RC_GTEST_PROP(Equation31, RangeOfTheThresholds, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index d = 1 + static_cast<Index>(seed % 5);
  const StatisticCase c = statistic_case(stream, d);
  const DeviationSetting<double> setting{c.alpha, c.beta, 0, 0.3 * c.alpha * std::sqrt(static_cast<double>(d)), 0.5};
  const double slack = lower_deviation_slack<double>(setting, frobenius<double>(c.q_i - c.q_j), 0.25);
  const double center = threshold_center(c.q_i, c.q_j, c.k_i, c.k_j, slack);
  RC_ASSERT(std::abs(center) <=
            threshold_center_upper(d, c.alpha, c.beta, setting.c, 0.25, setting.upsilon) * (1 + 1e-12));
}

// d = 1, Q_i = beta, Q_j = alpha, K_i = 1/beta, K_j = 2/alpha (Qhat_j clipped): beyond a half of the range for
// beta/alpha large.
TEST(Equation31, TheRangeIsNotVacuous) {
  const auto one = [](double q) { return Matrix<double>::Constant(1, 1, q); };
  const double beta = 1e4;
  const double center = threshold_center<double>(one(beta), one(1), one(1 / beta), one(2), 0.0);
  const double bound = threshold_center_upper<double>(1, 1.0, beta, 0.0, 0.0, 0.5);
  RecordProperty("ratio", std::to_string(std::abs(center) / bound));
  EXPECT_GT(std::abs(center), 0.15 * bound);
}

}  // namespace
}  // namespace verimix

#include "verimix/estimate/crude_covariances.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/estimate_generators.hpp"
#include "support/recentring_cases.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/distance/monte_carlo.hpp"
#include "verimix/estimate/crude_means.hpp"
#include "verimix/estimate/moments.hpp"
#include "verimix/estimate/recentring_errors.hpp"
#include "verimix/mixture/draw.hpp"

namespace verimix {
namespace {

using support::ConditionedMixture;

using support::vec;

Matrix<double> matrix_of(const Vector<double>& v, Index d) { return Eigen::Map<const Matrix<double>>(v.data(), d, d); }

/// A perturbation of the fourth moment of the kind that a sample can cause: a symmetric map on symmetric matrices over
/// the range of N.
Matrix<double> fourth_moment_noise(const Matrix<double>& projector, double norm, Stream& stream) {
  const Index d = projector.rows();
  Matrix<double> onto(d * d, d * d);
  for (Index c = 0; c < d * d; ++c) {
    onto.col(c) = vec(projector * support::symmetric_part(matrix_of(Vector<double>::Unit(d * d, c), d)) * projector);
  }
  const Matrix<double> raw = onto * support::perturbation(d * d, 1, stream) * onto;
  const double size = support::operator_norm(raw);
  return size > 0 ? (raw * (norm / size)).eval() : raw;
}

struct Stage2 {
  Matrix<double> projector;
  Index rank;
  Subspace<double> signal_space;
  double v;
};

Stage2 stage_2(const ConditionedMixture& m, const Matrix<double>& projector, Index projected_rank, double eta,
               Stream& stream) {
  const Index d = m.mixture.dimension();
  const Index range = d - projected_rank;
  const Matrix<double> noisy =
      fourth_moment<double>(m.mixture, projector) + fourth_moment_noise(projector, eta, stream);
  const Index rank = std::min(m.mixture.size(), range * (range + 1) / 2);
  return {projector, projected_rank, top_eigenspace(noisy, rank),
          (projector * m.mixture.means).colwise().squaredNorm().maxCoeff()};
}

RC_GTEST_PROP(Lemma13, SignalLiesNearTheTopEigenspace, ()) {
  const ConditionedMixture m = *support::conditioned_mixtures(4, 3);
  const Index d = m.mixture.dimension();
  Stream stream(m.seed, Purpose::instance, 2);
  const bool plain = *rc::gen::arbitrary<bool>();
  const Index rank = plain ? 0 : std::min(m.mixture.size(), d);
  Matrix<double> projector = Matrix<double>::Identity(d, d);
  if (!plain) {
    projector -= top_eigenspace<double>(second_moment(m.mixture) + support::perturbation(d, m.beta / 2, stream), rank)
                     .projector();
  }
  const double eta = m.beta * m.beta * *rc::gen::element(0.0, 0.1, 0.5);
  const Stage2 stage = stage_2(m, projector, rank, eta, stream);
  const double size = std::pow(m.beta + m.R * m.R, 2);
  for (Index i = 0; i < m.mixture.size(); ++i) {
    const double lambda = m.mixture.weights(i);
    const Vector<double> mean = m.mixture.means.col(i);
    const Matrix<double> g =
        projector * (m.mixture.covariances[static_cast<std::size_t>(i)] + mean * mean.transpose()) * projector;
    const double bound = signal_error_squared_upper(m.alpha, m.beta, stage.v, eta, lambda);
    const double loss = squared_distance<double>(stage.signal_space, vec(g));
    RC_ASSERT(loss <= bound + 1e4 * std::numeric_limits<double>::epsilon() * size / lambda);
  }
}

// From below, so that half of the bound is too small: of two centred components the second, of weight 1/5, loses its
// own direction to one along which only variances near beta are seen.
TEST(Lemma13, TheSignalBoundIsNearlyReached) {
  const double alpha = 0.01, beta = 1;
  const Index half = 6, d = 2 * half;
  Vector<double> first = Vector<double>::Constant(d, alpha), second = first;
  first.segment(half, half / 2).setConstant(beta);
  second.head(half).setConstant(beta);
  const Mixture<double> mixture{
      "", Vector<double>{{0.8, 0.2}}, Matrix<double>::Zero(d, 2), {first.asDiagonal(), second.asDiagonal()}};
  const Matrix<double> whole = Matrix<double>::Identity(d, d);
  const Subspace<double> space = top_eigenspace<double>(fourth_moment<double>(mixture, whole), 2);
  const double loss = squared_distance<double>(space, vec(mixture.covariances[1]));
  const double bound = signal_error_squared_upper(alpha, beta, 0.0, 0.0, 0.2);
  EXPECT_LE(loss, bound);
  EXPECT_GE(loss, 0.59 * bound);
}

RC_GTEST_PROP(Lemma13, ProjectedRouteKeepsItsPromise, ()) {
  const ConditionedMixture m = *support::conditioned_mixtures(5, 2);
  const Index d = m.mixture.dimension();
  const Index rank = std::min(m.mixture.size(), d);
  Stream stream(m.seed, Purpose::instance, 3);
  const Subspace<double> means =
      top_eigenspace<double>(second_moment(m.mixture) + support::perturbation(d, m.beta / 2, stream), rank);
  const Matrix<double> projector = Matrix<double>::Identity(d, d) - means.projector();
  const double eta = m.beta * m.beta / 2;
  const Stage2 stage = stage_2(m, projector, rank, eta, stream);
  const double mesh = m.beta;
  const BallNet<double> net(stage.signal_space.basis, 3 * m.beta * std::sqrt(static_cast<double>(d)) + stage.v, mesh);
  const double lambda_min = m.mixture.weights.minCoeff();
  for (Index i = 0; i < m.mixture.size(); ++i) {
    const Matrix<double>& q = m.mixture.covariances[static_cast<std::size_t>(i)];
    const Vector<double> mean = m.mixture.means.col(i);
    const Matrix<double> g = projector * (q + mean * mean.transpose()) * projector;
    const Matrix<double> point = matrix_of(net[net.nearest(vec(g))], d);
    const Matrix<double> guess =
        clip_spectrum<double>(point + (m.alpha + m.beta) / 2 * means.projector(), m.alpha, m.beta);
    const double s = std::sqrt(signal_error_squared_upper(m.alpha, m.beta, stage.v, eta, m.mixture.weights(i)));
    const double bound = projected_covariance_error_upper(s, mesh, stage.v, m.alpha, m.beta, rank);
    const double room = 1e4 * std::numeric_limits<double>::epsilon() * (m.beta + m.R * m.R) / lambda_min;
    RC_ASSERT((guess - q).norm() <= bound + room);
    RC_ASSERT(bound <= 6.4 * m.beta / lambda_min);
  }
}

RC_GTEST_PROP(Lemma13, PlainRouteKeepsItsPromise, ()) {
  const ConditionedMixture m = *support::conditioned_mixtures(3, 4);
  const Index d = m.mixture.dimension();
  Stream stream(m.seed, Purpose::instance, 4);
  const double eta = m.beta * m.beta / 2;
  const Stage2 stage = stage_2(m, Matrix<double>::Identity(d, d), 0, eta, stream);
  const double mesh = (m.beta + stage.v) / 8;
  const BallNet<double> net(stage.signal_space.basis, m.beta * std::sqrt(static_cast<double>(d)) + stage.v, mesh);
  for (Index i = 0; i < m.mixture.size(); ++i) {
    const Matrix<double>& q = m.mixture.covariances[static_cast<std::size_t>(i)];
    const Vector<double> mean = m.mixture.means.col(i);
    const double mean_error = 0.1 * std::sqrt(m.beta);
    const Vector<double> crude = mean + mean_error * support::normal_matrix(d, 1, stream).col(0).normalized();
    const Matrix<double> point = matrix_of(net[net.nearest(vec(q + mean * mean.transpose()))], d);
    const Matrix<double> guess = clip_spectrum<double>(point - crude * crude.transpose(), m.alpha, m.beta);
    const double s = std::sqrt(signal_error_squared_upper(m.alpha, m.beta, stage.v, eta, m.mixture.weights(i)));
    const double bound = plain_covariance_error_upper(s, mesh, mean_error, mean.norm());
    RC_ASSERT((guess - q).norm() <=
              bound * (1 + 1e-12) + 1e-9 * (m.beta + m.R * m.R));  // eigenspace rounding at R^2 = 1e4
  }
}

// With at least d(d+1)/2 components the plain route's U is all symmetric matrices, and the error is that of net and
// mean alone.
TEST(Lemma13, PlainRouteIsExactWhereItFillsTheSpace) {
  const Mixture<double> m = support::random_mixture(2, 3, 0.5, 2, 1, 17);
  const Matrix<double> sample = draw(m, 4000, 1).points;
  const CrudeCovariances<double> crude(sample, 3, CovarianceRoute::plain, {}, 4.0, 0.25);
  EXPECT_EQ(crude.subspace().basis.cols(), 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const Vector<double> mean = m.means.col(static_cast<Index>(i));
    const std::uint64_t nearest = crude.net().nearest(vec(m.covariances[i] + mean * mean.transpose()));
    EXPECT_LE((crude.covariance(nearest, mean, 0.5, 2) - m.covariances[i]).norm(), 0.25 + 1e-12);
  }
}

// d = 3, k = 2, a sample: the truth is within the bound with the perturbation that was measured, and far below it.
TEST(Algorithm3, FindsTheCovariancesInASample) {
  Mixture<double> m{"", Vector<double>::Constant(2, 0.5), Matrix<double>::Zero(3, 2), {}};
  m.means.row(0) << -3, 3;
  m.covariances = {(Vector<double>(3) << 1, 2, 0.2).finished().asDiagonal(),
                   (Vector<double>(3) << 1, 0.2, 2).finished().asDiagonal()};
  const Matrix<double> sample = draw(m, 20000, 3).points;
  const CrudeMeans<double> means = crude_means<double>(sample, 1, 4, std::sqrt(2.0));
  const Matrix<double> projector = Matrix<double>::Identity(3, 3) - means.subspace.projector();
  const double eta = support::operator_norm(fourth_moment(sample, projector) - fourth_moment<double>(m, projector));
  const CrudeCovariances<double> crude(sample, 2, CovarianceRoute::projected, means.subspace, 6 * std::sqrt(3.0), 0.5);
  const double v = (projector * m.means).colwise().squaredNorm().maxCoeff();
  for (std::size_t i = 0; i < 2; ++i) {
    double least = std::numeric_limits<double>::infinity();
    for (std::uint64_t j = 0; j < crude.net().size(); ++j) {
      const Vector<double> mean = m.means.col(static_cast<Index>(i));
      least = std::min(least, (crude.covariance(j, mean, 0.2, 2) - m.covariances[i]).norm());
    }
    const double s = std::sqrt(signal_error_squared_upper(0.2, 2.0, v, eta, 0.5));
    const double bound = projected_covariance_error_upper(s, 0.5, v, 0.2, 2.0, 1);
    EXPECT_LE(least, bound);
    EXPECT_LT(least, 0.7);
  }
}

Matrix<double> in_double(const Matrix<Ball>& a) {
  return a.unaryExpr([](const Ball& x) { return approximate(x); });
}

/// C_s = sum_l lambda_l E_{N_l} Psi_s(x - muhat(x)) for crude means on a line, equal weights.
Matrix<double> recentred_moment(const support::RecentringCase& c, Block block) {
  const auto cells = collinear_cells(c.centers);
  Matrix<double> sum = Matrix<double>::Zero(c.means.rows() * c.means.rows(), c.means.rows() * c.means.rows());
  for (Index l = 0; l < c.size(); ++l) {
    for (Index j = 0; j < c.size(); ++j) {
      const auto& cell = cells[static_cast<std::size_t>(j)];
      if (cell) sum += in_double(slab_block_moment(block, c.projector(), c.law(l), c.center(j), *cell));
    }
  }
  return sum / static_cast<double>(c.size());
}

// Algorithm 3 as printed (three recentred blocks), with 1/lambda_i: population moments plus a perturbation of norm
// beta^2, nets of mesh beta.
RC_GTEST_PROP(Lemma17, RepairedFormForThePrintedAlgorithm, ()) {
  const support::RecentringCase c = *support::recentring_cases(2, 3, {1, 16, 160});
  const Index d = c.means.rows();
  Stream stream(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30)), Purpose::instance, 0);
  double beta = 0;
  for (Index l = 0; l < c.size(); ++l) beta = std::max(beta, support::operator_norm(in_double(c.law(l).covariance)));
  const double v = approximate(c.v());
  const double lambda = 1.0 / static_cast<double>(c.size());
  const double mesh = beta + v / 10;  // coarser than the paper's beta where that could not be counted
  std::vector<Matrix<double>> guesses(static_cast<std::size_t>(c.size()), Matrix<double>::Zero(d, d));
  for (const Block block : {Block::psi_00, Block::psi_01, Block::psi_11}) {
    const Matrix<double> onto = block_projection<double>(block, in_double(c.projector()));
    const auto dimension = static_cast<Index>(std::lround(onto.trace()));
    if (dimension == 0) continue;
    const Matrix<double> noise = onto * support::perturbation(d * d, beta * beta, stream) * onto;
    const Matrix<double> noisy = support::symmetric_part(recentred_moment(c, block)) + noise;
    // Lifted, so that eigenvectors of eigenvalue <= 0 are taken from the block as well.
    const double lift = 2 * noisy.norm() + 1;
    const Subspace<double> top = top_eigenspace<double>(noisy + lift * onto, std::min(c.size(), dimension));
    const BallNet<double> net(top.basis, beta * std::sqrt(static_cast<double>(d)) + v, mesh);
    for (Index i = 0; i < c.size(); ++i) {
      const Vector<double> y = in_double(c.law(i).mean) - in_double(c.center(i));
      const Vector<double> g = block_signal<double>(block, in_double(c.projector()), y, in_double(c.law(i).covariance));
      const Matrix<double> point = matrix_of(net[net.nearest(g)], d);
      guesses[static_cast<std::size_t>(i)] += point;
      if (block == Block::psi_01) guesses[static_cast<std::size_t>(i)] += point.transpose();
    }
  }
  const double bound = recentred_covariance_error_upper(beta, v, beta * beta, lambda, mesh, c.rank);
  for (Index i = 0; i < c.size(); ++i) {
    const double error = (guesses[static_cast<std::size_t>(i)] - in_double(c.law(i).covariance)).norm();
    RC_ASSERT(error <= bound * (1 + 1e-9));
  }
  RC_ASSERT(recentred_covariance_error_upper(beta, v, beta * beta, lambda, beta, c.rank) <=
            8 * (static_cast<double>(c.rank) * beta + v) / std::sqrt(lambda));
}

// The printed form has no lambda_min. k = 2, means 0, weights (1 - lambda, lambda), Q_1 = Id, Q_2 = Id + 2 P: alpha =
// 1, beta = 3, ups_mean = 0, R = sqrt(2 d). The samples are poly(dR/beta), a number that does not depend on lambda: for
// lambda = 1/(100 N) they contain no point of the second component with probability above 0.99, and then say nothing of
// P. A list of d^{c k} matrices is near a share of the P that tends to 0, for every c and every hidden constant C.
TEST(Lemma17, PrintedFormIsRefuted) {
  struct Constants {
    long C, exponent, log2_d;
  };
  for (const auto& [C, exponent, log2_d] : {Constants{1, 1, 14}, Constants{1, 100, 14}, Constants{10, 100, 22}}) {
    const Index d = Index{1} << log2_d;
    const Ball log_R = log(2 * Ball(static_cast<long>(d))) / 2;
    const Ball error = C * recentred_covariance_error_printed(2, Ball(1), Ball(3), Ball(0), log_R);
    const Ball share = covered_share_log2_upper(d, Ball(2 * exponent * log2_d), error);
    EXPECT_EQ(less(share, Ball(-100)), Truth::yes) << C << ' ' << exponent;
  }
  // Where d is too small for the argument it says so.
  EXPECT_THROW(covered_share_log2_upper(64, Ball(1), Ball(30)), UndecidedError);
}

// The family by brute force: d = 8, 16 matrices, a list of one of them and an error that reaches neighbours.
TEST(Lemma17, CoveredShareIsABound) {
  const double error = std::sqrt(8.0) / 2;
  int covered = 0;
  for (int sigma = 0; sigma < 16; ++sigma) {
    // A matrix halfway between the members 0 and 1.
    double squares = 0;
    for (int pair = 0; pair < 4; ++pair) {
      const double differs = (sigma >> pair & 1) != 0 ? 1 : 0;
      const double half = pair == 0 ? 0.5 : 0;
      squares += 2 * 4 * (differs - half) * (differs - half);
    }
    covered += std::sqrt(squares) <= error * (1 + 1e-12) ? 1 : 0;
  }
  EXPECT_EQ(covered, 2);
  const Ball share = covered_share_log2_upper(8, Ball(0), Ball(error));
  EXPECT_EQ(less(log(Ball(covered) / 16) / log(Ball(2)), share), Truth::yes);
  EXPECT_EQ(less(share, Ball(0)), Truth::yes);
}

TEST(Algorithm3, ProjectedRouteSaysNothingWhereTheMeansFillTheSpace) {
  Stream stream(5, Purpose::instance, 0);
  const Matrix<double> sample = support::normal_matrix(2, 100, stream);
  const CrudeMeans<double> means = crude_means<double>(sample, 2, 4, 1);
  const CrudeCovariances<double> crude(sample, 2, CovarianceRoute::projected, means.subspace, 4, 1);
  EXPECT_EQ(crude.subspace().basis.cols(), 0);
  EXPECT_EQ(crude.net().size(), 1U);
  const Matrix<double> middle = crude.covariance(0, Vector<double>::Zero(2), 1, 3);
  EXPECT_LT((middle - 2 * Matrix<double>::Identity(2, 2)).norm(), 1e-14);
}

RC_GTEST_PROP(Algorithm3, ClippingNeverMovesAwayFromTheAllowedMatrices, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index d = 1 + static_cast<Index>(seed % 4);
  const Matrix<double> q = support::covariance_between(d, 0.5, 2, stream);
  const Matrix<double> a = support::symmetric_part(2 * support::normal_matrix(d, d, stream));
  const Matrix<double> clipped = clip_spectrum(a, 0.5, 2.0);
  RC_ASSERT((clipped - q).norm() <= (a - q).norm() * (1 + 1e-13) + 1e-14);
  const Eigen::SelfAdjointEigenSolver<Matrix<double>> solver(clipped);
  RC_ASSERT(solver.eigenvalues().minCoeff() >= 0.5 * (1 - 1e-14) && solver.eigenvalues().maxCoeff() <= 2 * (1 + 1e-14));
}

/// The failures of |C11hat - C11|_op <= beta^2/2 in so many samples of N2 points at failure probability 1/2, N = Id.
void expect_second_sample_size_is_enough(Index d, double beta, double R, Index runs) {
  const Mixture<double> truth = support::random_mixture(d, 2, 0.5, beta, R, 3);
  const Matrix<double> id = Matrix<double>::Identity(d, d);
  const double failure = 0.5;
  const auto n2 = static_cast<Index>(crude_covariance_sample_size(d, beta, R * R, failure));
  const Matrix<double> exact = fourth_moment(truth, id);
  Index failures = 0;
  for (Index run = 0; run < runs; ++run) {
    const Matrix<double> sample = draw(truth, n2, static_cast<std::uint64_t>(run)).points;
    failures += support::operator_norm(fourth_moment(sample, id, 1) - exact) > beta * beta / 2 ? 1 : 0;
  }
  EXPECT_LE(binomial_interval(failures, runs, 1 - 1e-6).upper, failure) << n2 << " points: " << failures;
}

TEST(Lemma13, SecondSampleSizeIsEnoughAsOftenAsItSays) { expect_second_sample_size_is_enough(1, 1, 1, 24); }
TEST(Lemma13, DISABLED_SecondSampleSizeIsEnoughInThePlane) { expect_second_sample_size_is_enough(2, 1.5, 2, 40); }

TEST(Algorithm3, ExplicitSampleSize) {
  EXPECT_EQ(crude_covariance_sample_size(1, 1, 0, 1), 4 * 128 * 105);
  EXPECT_THROW(CrudeCovariances<double>(Matrix<double>::Ones(2, 3), 0, CovarianceRoute::plain, {}, 1, 1), InputError);
}

// What `check` compares in balls.
TEST(Lemma17, BoundsInBallsAreThoseInDouble) {
  const auto same = [](const Ball& enclosed, double computed) {
    EXPECT_NEAR(approximate(enclosed) / computed, 1, 1e-13);
    EXPECT_LT(radius_upper(enclosed), 1e-30 * computed);
  };
  const double a = 0.3, b = 1.7, v = 2.1, eta = 0.4, lambda = 0.2, mesh = 0.6;
  const Ball ball_a(a), ball_b(b), ball_v(v), ball_eta(eta), ball_lambda(lambda), ball_mesh(mesh);
  same(signal_error_squared_upper(ball_a, ball_b, ball_v, ball_eta, ball_lambda),
       signal_error_squared_upper(a, b, v, eta, lambda));
  same(projected_covariance_error_upper(ball_eta, ball_mesh, ball_v, ball_a, ball_b, 2),
       projected_covariance_error_upper(eta, mesh, v, a, b, 2));
  same(recentred_covariance_error_upper(ball_b, ball_v, ball_eta, ball_lambda, ball_mesh, 2),
       recentred_covariance_error_upper(b, v, eta, lambda, mesh, 2));
  same(crude_mean_error_squared_upper(ball_a, ball_b, ball_eta, ball_lambda, ball_mesh),
       crude_mean_error_squared_upper(a, b, eta, lambda, mesh));
}

}  // namespace
}  // namespace verimix

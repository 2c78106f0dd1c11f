#include "verimix/estimate/signal_terms.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/estimate_generators.hpp"
#include "support/recentring_cases.hpp"
#include "support/spd.hpp"
#include "verimix/core/concentration.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/estimate/subspace.hpp"

namespace verimix {
namespace {

using support::all_blocks;

/// The projector on `rank` random directions.
Matrix<double> random_projector(Index d, Index rank, Stream& stream) {
  const Matrix<double> basis = support::orthogonal_matrix(d, stream).leftCols(rank);
  return basis * basis.transpose();
}

RC_GTEST_PROP(Lemma20, SignalTermsWithTheirConstants, ()) {
  Stream stream(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30)), Purpose::instance, 0);
  const Index d = *rc::gen::inRange<Index>(1, 6);
  const Index rank = *rc::gen::inRange<Index>(0, d + 1);
  const double beta = *rc::gen::element(1.0, 4.0);
  const double alpha = *rc::gen::element(1e-6, 0.5, 1.0);
  const double v = *rc::gen::element(0.0, 0.01, 1.0, 100.0);
  const Matrix<double> pi = random_projector(d, rank, stream);
  const Matrix<double> q = support::covariance_between(d, alpha, beta, stream);
  const Vector<double> y = std::sqrt(v) * support::normal_matrix(d, 1, stream).col(0).normalized();
  for (const Block block : all_blocks) {
    const Matrix<double> error = support::symmetric_part(block_covariance(block, pi, y, q));
    const Vector<double> spectrum = Eigen::SelfAdjointEigenSolver<Matrix<double>>(error).eigenvalues();
    const double room = 1e-12 * std::pow(beta + v, 2);
    RC_ASSERT(spectrum(0) >= -room);
    RC_ASSERT(spectrum(spectrum.size() - 1) <= signal_term_error_upper(block, beta, v) + room);
  }
}

// <A, .> of the blocks against Lemma 21 for the matrix L A U.
RC_GTEST_PROP(Lemma20, QuadraticFormIsLemma21, ()) {
  Stream stream(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30)), Purpose::instance, 0);
  const Index d = *rc::gen::inRange<Index>(1, 5);
  const Matrix<double> pi = random_projector(d, *rc::gen::inRange<Index>(0, d + 1), stream);
  const Matrix<double> n = Matrix<double>::Identity(d, d) - pi;
  const Matrix<double> q = support::covariance_between(d, 0.1, 3, stream);
  const Vector<double> y = support::normal_matrix(d, 1, stream).col(0);
  const Matrix<double> a = support::normal_matrix(d, d, stream);
  const Eigen::Map<const Vector<double>> vec_a(a.data(), d * d);
  for (const Block block : all_blocks) {
    const Matrix<double>& left = block == Block::psi_11 ? n : pi;
    const Matrix<double>& right = block == Block::psi_00 ? pi : n;
    const QuadraticForm<double> form{left * a * right, q, y};
    const double size = 1e-12 * a.squaredNorm() * std::pow(q.norm() + y.squaredNorm(), 2);
    RC_ASSERT(std::abs(vec_a.dot(block_covariance(block, pi, y, q) * vec_a) - quadratic_form_variance(form)) <= size);
    RC_ASSERT(std::abs(vec_a.dot(block_signal(block, pi, y, q)) - quadratic_form_mean(form)) <= size);
  }
}

// Q = beta Id and y along e1 (00), e1 (01), e2 (11) for Pi = e1 e1^T: the constants are attained. Exact balls.
TEST(Lemma20, ConstantsAreAttained) {
  const Ball beta = 3;
  const Ball v = 4;
  Matrix<Ball> pi = Matrix<Ball>::Constant(2, 2, Ball(0));
  pi(0, 0) = 1;
  Matrix<Ball> q = Matrix<Ball>::Constant(2, 2, Ball(0));
  q(0, 0) = q(1, 1) = beta;
  for (const Block block : all_blocks) {
    Vector<Ball> y = Vector<Ball>::Constant(2, Ball(0));
    y(block == Block::psi_11 ? 1 : 0) = 2;
    const Ball norm = operator_norm(block_covariance(block, pi, y, q));
    const Ball bound = signal_term_error_upper(block, beta, v);
    EXPECT_TRUE(overlaps(norm, bound));
    EXPECT_LT(radius_upper(norm / bound - 1), 1e-11);
  }
}

// Certified for dyadic parameters, v and beta from the instance itself.
RC_GTEST_PROP(Lemma20, HoldsCertified, ()) {
  const support::SpdMatrix covariance = *support::spd_matrices(3, 8);
  const Matrix<Ball> q = covariance.as<Ball>();
  const Index d = q.rows();
  Matrix<Ball> pi = Matrix<Ball>::Constant(d, d, Ball(0));
  const Index rank = *rc::gen::inRange<Index>(0, d + 1);
  for (Index r = 0; r < rank; ++r) pi(r, r) = 1;
  Vector<Ball> y(d);
  Ball v = 0;
  for (Index r = 0; r < d; ++r) {
    y(r) = Ball(*support::integers(40)) / 8;
    v += y(r) * y(r);
  }
  const Ball beta = operator_norm(q);
  for (const Block block : all_blocks) {
    const Ball norm = operator_norm(block_covariance(block, pi, y, q));
    RC_ASSERT(less(signal_term_error_upper(block, beta, v), norm) != Truth::yes);
    RC_ASSERT(less(norm, signal_term_error_upper(block, beta * (1 + Ball(1) / 1000000), v)) == Truth::yes);
  }
}

}  // namespace
}  // namespace verimix

#include "verimix/cluster/clipped_inverse.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/ball_matrices.hpp"
#include "support/estimate_generators.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

struct ClippedCase {
  Matrix<double> truth, estimate;
  double alpha;
};

/// Q between alpha and beta (often exactly alpha), an estimate off by a symmetric matrix of any size, not necessarily
/// semidefinite.
ClippedCase clipped_case() {
  const Index d = *rc::gen::inRange<Index>(1, 6);
  const double alpha = std::ldexp(1.0, -*rc::gen::inRange(0, 8));
  const double size = alpha * *rc::gen::element(0.01, 0.3, 0.5, 1.0, 5.0, 100.0);
  Stream stream(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30)), Purpose::instance, 0);
  const Matrix<double> q = support::covariance_between(d, alpha, *rc::gen::element(1.0, 4.0), stream);
  return {q, support::symmetric_part(q + support::perturbation(d, size, stream)), alpha};
}

RC_GTEST_PROP(Lemma26, ClippingIsNonexpansiveAndTheInverseIsWithinTwo, ()) {
  const ClippedCase c = clipped_case();
  const double upsilon = (c.estimate - c.truth).norm();
  const ClippedInverse<double> clipped = clipped_inverse(c.estimate, c.alpha);
  // Relative rounding of an eigendecomposition of size |Qhat|, or alpha/2 to which it is raised (Qhat may be 0),
  // divided by the smallest eigenvalue for the inverse.
  const double unit = 100 * std::numeric_limits<double>::epsilon() * (c.estimate.norm() + c.alpha) / c.alpha;
  RC_ASSERT((clipped.covariance - c.truth).norm() <=
            clipped_covariance_error_upper(upsilon) * (1 + 1e-12) + unit * c.alpha);
  const double inverse_error = (clipped.inverse - c.truth.inverse()).norm();
  RC_ASSERT(inverse_error <= clipped_inverse_error_upper(upsilon, c.alpha) * (1 + 1e-12) + unit / c.alpha);
  RC_ASSERT(support::operator_norm(clipped.inverse) <= 2 / c.alpha * (1 + 1e-12));
  const Matrix<double> product = clipped.inverse * clipped.covariance;
  RC_ASSERT((product - Matrix<double>::Identity(product.rows(), product.cols())).norm() <= 10 * unit);
}

// The ratio to the bound's scale ups/alpha^2, from both sides: it comes near 2 and never passes it.
TEST(Lemma26, RatioIsPinnedBelowTwo) {
  double largest = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    Stream stream(seed, Purpose::instance, 0);
    const Index d = 1 + static_cast<Index>(seed % 3);
    const Matrix<double> q = support::covariance_between(d, 1, 2, stream);
    const Matrix<double> estimate =
        support::symmetric_part(q + support::perturbation(d, 1.5 * stream.uniform(), stream));
    const double upsilon = (estimate - q).norm();
    if (upsilon < 1e-6) continue;
    largest = std::max(largest, (clipped_inverse(estimate, 1.0).inverse - q.inverse()).norm() / upsilon);
  }
  RecordProperty("largest", std::to_string(largest));
  EXPECT_GT(largest, 1.9);
  EXPECT_LE(largest, 2 * (1 + 1e-12));
}

TEST(Lemma26, TwoIsAttained) {
  const Matrix<double> half = Matrix<double>::Constant(1, 1, 0.5);
  EXPECT_EQ(clipped_inverse(half, 1.0).inverse(0, 0) - 1, clipped_inverse_error_upper(0.5, 1.0));
}

TEST(Lemma26, AnEstimateAboveHalfAlphaIsKeptBitForBit) {
  Stream stream(4, Purpose::instance, 0);
  const Matrix<double> q = support::covariance_between(4, 1, 3, stream);
  EXPECT_EQ(clipped_inverse(q, 1.0).covariance, q);
  EXPECT_NEAR(clipped_inverse(q, 1.0).log_determinant, std::log(q.determinant()), 1e-14 * 4 * 3);
}

TEST(Lemma26, TwoPrecisionsAgreeToTheCondition) {
  Stream stream(6, Purpose::instance, 0);
  const Matrix<double> q =
      support::symmetric_part(support::covariance_between(3, 1e-6, 1, stream) + support::perturbation(3, 1e-7, stream));
  const ClippedInverse<double> coarse = clipped_inverse(q, 1e-6);
  const ClippedInverse<Real50> fine = clipped_inverse<Real50>(q.cast<Real50>(), Real50(1e-6));
  const double condition = q.norm() * coarse.inverse.norm();
  EXPECT_LT((fine.inverse.cast<double>() - coarse.inverse).norm(),
            20 * condition * std::numeric_limits<double>::epsilon() * coarse.inverse.norm());
}

// In balls the answer is enclosed, clipped or not: it contains what 100 digits compute, and Lemma 26 holds for certain.
RC_GTEST_PROP(Lemma26, BallsEncloseTheHundredDigits, ()) {
  const ClippedCase c = clipped_case();
  const ClippedInverse<Ball> enclosed = clipped_inverse<Ball>(support::exactly(c.estimate), Ball(c.alpha));
  const ClippedInverse<Real100> fine = clipped_inverse<Real100>(c.estimate.cast<Real100>(), Real100(c.alpha));
  const Index d = c.estimate.rows();
  for (Index j = 0; j < d; ++j) {
    for (Index i = 0; i < d; ++i) {
      RC_ASSERT(overlaps(enclosed.inverse(i, j), from_rational<Ball>(to_rational(fine.inverse(i, j)))));
      RC_ASSERT(overlaps(enclosed.covariance(i, j), from_rational<Ball>(to_rational(fine.covariance(i, j)))));
      RC_ASSERT(radius_upper(enclosed.inverse(i, j)) <= 1e-15 / c.alpha * (1 + c.estimate.norm() / c.alpha));
    }
  }
  RC_ASSERT(overlaps(enclosed.log_determinant, from_rational<Ball>(to_rational(fine.log_determinant))));
}

TEST(Lemma26, ClippingInBallsIsExactInOneDimension) {
  const auto one = [](double q) { return Matrix<Ball>::Constant(1, 1, Ball(q)); };
  for (const double q : {-3.0, 0.0, 0.25, 0.5}) {
    const ClippedInverse<Ball> clipped = clipped_inverse<Ball>(one(q), Ball(1));
    EXPECT_TRUE(overlaps(clipped.inverse(0, 0), Ball(2)));
    EXPECT_LT(radius_upper(clipped.inverse(0, 0)), 1e-15);
  }
  EXPECT_THROW(clipped_inverse<Ball>(one(1), Ball(0)), InputError);
  EXPECT_THROW(clipped_inverse<Ball>(one(1), widened(Ball(0), Ball(1))), UndecidedError);
}

TEST(Lemma26, RefusesBadInput) {
  const Matrix<double> one = Matrix<double>::Identity(2, 2);
  EXPECT_THROW(clipped_inverse(one, 0.0), InputError);
  EXPECT_THROW(clipped_inverse<double>(Matrix<double>(2, 3), 1.0), InputError);
}

}  // namespace
}  // namespace verimix

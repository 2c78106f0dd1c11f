#include "verimix/mixture/conditioning.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/input_error.hpp"
#include "support/mixtures.hpp"

namespace verimix {
namespace {

using support::mixtures;

Ball point_ball(const Real100& x) { return from_rational<Ball>(to_rational(x)); }

RC_GTEST_PROP(Definition1, ballsContainTheConstantsAndAreNarrow, ()) {
  const ExactMixture mixture = *mixtures(3);
  const Conditioning<Real100> value = conditioning(round_to<Real100>(mixture));
  const Conditioning<Ball> ball = conditioning(round_to<Ball>(mixture));
  // Entries are at most 8^2 (d + 1) 2^3 < 2^12 here; Eigen's solver errs by a few units of 1e-100 times that.
  const Ball slack = point_ball(Real100("1e-92"));
  const auto agrees = [&](const Ball& enclosure, const Real100& x) {
    return overlaps(enclosure, widened(point_ball(x), slack)) &&
           radius_upper(enclosure) <= 0x1p-60 * (1 + static_cast<double>(x));
  };
  RC_ASSERT(agrees(ball.alpha, value.alpha));
  RC_ASSERT(agrees(ball.beta, value.beta));
  RC_ASSERT(agrees(ball.R, value.R));
  RC_ASSERT(agrees(ball.lambda_min, value.lambda_min));
  RC_ASSERT(less(ball.alpha, Ball(1)) != Truth::no || approximate(ball.alpha) == 1);
  RC_ASSERT(less(Ball(0), ball.alpha) == Truth::yes);
  // tau >= 1 whatever the mixture, which the printed form does not give.
  RC_ASSERT(less(ball.tau, Ball(1)) != Truth::yes);
}

RC_GTEST_PROP(Definition1, theConstantsBoundEveryCovariance, ()) {
  // alpha Id <= Q <= beta Id on vectors: a check that knows nothing of eigenvalues.
  const Mixture<Real50> mixture = round_to<Real50>(*mixtures(4));
  const Conditioning<Real50> constants = conditioning(mixture);
  Vector<Real50> v(mixture.dimension());
  for (Real50& entry : v) entry = Real50(*support::integers(64));
  for (Index i = 0; i < mixture.size(); ++i) {
    if (mixture.weights(i) == 0) continue;
    const Real50 form = v.dot(mixture.covariances[static_cast<std::size_t>(i)] * v);
    const Real50 slack = Real50("1e-44") * v.squaredNorm();  // 2^12 times a few units of 1e-50
    RC_ASSERT(constants.alpha * v.squaredNorm() <= form + slack);
    RC_ASSERT(form <= constants.beta * v.squaredNorm() + slack);
  }
}

TEST(Definition1, theStandardNormalHasTauAtLeastOne) {
  // The card's witness: alpha = beta = 1 and R = 1 (here even 0), where the printed (beta/alpha) log R is not positive.
  ExactMixture standard;
  standard.weights = {Rational(1)};
  standard.means = Matrix<Rational>::Constant(1, 1, Rational(1));
  standard.covariances = {Matrix<Rational>::Identity(1, 1)};
  const auto constants = conditioning(round_to<Ball>(standard));
  EXPECT_TRUE(contains(constants.R, Ball(1)));
  EXPECT_TRUE(contains(constants.alpha, Ball(1)));
  EXPECT_TRUE(contains(constants.tau, log(exp(Ball(1)) + Ball(1))) ||
              overlaps(constants.tau, log(exp(Ball(1)) + Ball(1))));
  EXPECT_EQ(less(Ball(1), constants.tau), Truth::yes);
}

TEST(Definition1, theEnclosureIsWideOnlyAsTheEntriesAre) {
  Mixture<Ball> mixture;
  mixture.weights = Vector<Ball>::Constant(1, Ball(1));
  mixture.means = Matrix<Ball>::Constant(2, 1, Ball(0));
  Matrix<Ball> q(2, 2);
  q << widened(Ball(2), Ball(0x1p-10)), Ball(1), Ball(1), widened(Ball(2), Ball(0x1p-10));
  mixture.covariances = {q};  // eigenvalues 1 and 3, each moved by at most 2^-10
  const auto constants = conditioning(mixture);
  EXPECT_TRUE(contains(constants.beta, Ball(3)));
  EXPECT_TRUE(contains(constants.beta, Ball(3) + Ball(0x1p-11)));
  EXPECT_LE(radius_upper(constants.beta), 0x1p-7);
  EXPECT_TRUE(contains(constants.alpha, Ball(1)));
}

TEST(Definition1, leavesOutWeightsThatAreZero) {
  Mixture<double> mixture;
  mixture.weights = Vector<double>(2);
  mixture.weights << 0, 1;
  mixture.means = Matrix<double>::Zero(1, 2);
  mixture.covariances = {Matrix<double>::Constant(1, 1, 1e-9), Matrix<double>::Constant(1, 1, 1.0)};
  EXPECT_EQ(conditioning(mixture).alpha, 1);
  EXPECT_EQ(conditioning(mixture).lambda_min, 1);
  mixture.weights << 0, 0;
  EXPECT_NE(support::refusal([&] { conditioning(mixture); }).find("weight"), std::string::npos);
}

}  // namespace
}  // namespace verimix

#include "verimix/mixture/density.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/input_error.hpp"
#include "support/mixtures.hpp"
#include "verimix/core/decompositions.hpp"

namespace verimix {
namespace {

using support::mixture_points;
using support::mixtures;
using support::rounded;
using support::rounding_bounds;

constexpr EvaluationRequest everything{.responsibilities = true, .jacobian = true, .threads = 1};

Real100 norm(const auto& a) { return sqrt(a.array().square().sum()); }

template <class T>
Matrix<Real100> widened_to_100(const Matrix<T>& a) {
  return a.unaryExpr([](const T& x) { return Real100(x); });
}

ExactMixture single(const std::vector<std::vector<Rational>>& covariance) {
  ExactMixture mixture;
  const auto d = static_cast<Index>(covariance.size());
  mixture.weights = {Rational(1)};
  mixture.means = Matrix<Rational>::Constant(d, 1, Rational(0));
  Matrix<Rational> q(d, d);
  for (Index i = 0; i < d; ++i) {
    for (Index j = 0; j < d; ++j) q(i, j) = covariance[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
  }
  mixture.covariances = {q};
  return mixture;
}

/// 0.4 N(-1, 1/4) + 0.6 N(2, 1).
template <Scalar T>
Mixture<T> two_bumps() {
  ExactMixture mixture;
  mixture.weights = {Rational(2, 5), Rational(3, 5)};
  mixture.means.resize(1, 2);
  mixture.means << Rational(-1), Rational(2);
  mixture.covariances = {Matrix<Rational>::Constant(1, 1, Rational(1, 4)),
                         Matrix<Rational>::Constant(1, 1, Rational(1))};
  return round_to<T>(mixture);
}

template <class T>
Evaluation<T> at_point(const ExactMixture& mixture, const Matrix<Rational>& point) {
  return Density<T>(round_to<T>(mixture)).evaluate(rounded<T>(point), everything);
}

RC_GTEST_PROP(DensityPrecisions, agreeToTheConditioningOfTheLowerOne, ()) {
  const ExactMixture mixture = *mixtures(4);
  const Matrix<Rational> point = *mixture_points(mixture.dimension());
  const auto exact_value = at_point<Real100>(mixture, point);
  const auto check = [&](const auto& lower, const Real100& unit_roundoff) {
    const auto bounds = rounding_bounds(round_to<Real100>(mixture), rounded<Real100>(point), unit_roundoff);
    RC_ASSERT(abs(Real100(lower.log_density(0)) - exact_value.log_density(0)) <= bounds.log_density);
    RC_ASSERT(norm(widened_to_100(lower.score) - exact_value.score) <= bounds.score);
  };
  check(at_point<double>(mixture, point), Real100(0x1p-53));
  check(at_point<Real50>(mixture, point), Real100("1e-50"));
}

RC_GTEST_PROP(DensityBalls, containTheValueAtAHundredDigits, ()) {
  const ExactMixture mixture = *mixtures(3, 20);
  const Matrix<Rational> point = *mixture_points(mixture.dimension());
  const auto value = at_point<Real100>(mixture, point);
  const auto ball = at_point<Ball>(mixture, point);
  const auto bounds = rounding_bounds(round_to<Real100>(mixture), rounded<Real100>(point), Real100("1e-100"));
  const auto touches = [](const Ball& enclosure, const Real100& x, const Real100& error) {
    return overlaps(enclosure, widened(from_rational<Ball>(to_rational(x)), from_rational<Ball>(to_rational(error))));
  };
  RC_ASSERT(touches(ball.log_density(0), value.log_density(0), bounds.log_density));
  for (Index m = 0; m < mixture.dimension(); ++m) {
    RC_ASSERT(touches(ball.score(m, 0), value.score(m, 0), bounds.score));
    // An enclosure says something: pivots up to 2^20 cost at most 2^60 of the 2^128.
    RC_ASSERT(radius_upper(ball.score(m, 0)) <= 0x1p-40 * (1 + std::abs(approximate(ball.score(m, 0)))));
  }
}

RC_GTEST_PROP(DensityNaive, agreesWithTheSumOfDensitiesAndExplicitInverses, ()) {
  const ExactMixture exact_mixture = *mixtures(3);
  const Mixture<Real100> mixture = round_to<Real100>(exact_mixture);
  // Near enough that no density underflows MPFR's exponents, which reach down to exp(-7e8).
  const Vector<Real100> x = rounded<Real100>(*mixture_points(mixture.dimension(), 64));
  Real100 total = 0;
  Vector<Real100> gradient = Vector<Real100>::Zero(x.size());
  for (Index i = 0; i < mixture.size(); ++i) {
    const Matrix<Real100>& q = mixture.covariances[static_cast<std::size_t>(i)];
    const Eigen::PartialPivLU<Matrix<Real100>> lu(q);
    const Vector<Real100> z = x - mixture.means.col(i);
    const Vector<Real100> g = lu.inverse() * z;
    const Real100 two_pi = 2 * pi<Real100>();
    const Real100 scale = sqrt(pow(two_pi, static_cast<int>(x.size())) * lu.determinant());
    const Real100 density = mixture.weights(i) * exp(Real100(-z.dot(g) / 2)) / scale;
    total += density;
    gradient -= density * g;
  }
  const auto at = Density<Real100>(mixture).evaluate(x, everything);
  const auto bounds = rounding_bounds(mixture, x, Real100("1e-99"));
  RC_ASSERT(abs(at.log_density(0) - log(total)) <= bounds.log_density);
  RC_ASSERT(norm(Vector<Real100>(at.score.col(0) - gradient / total)) <= bounds.score);
}

RC_GTEST_PROP(DensityJacobian, isTheDerivativeOfTheScore, ()) {
  const ExactMixture mixture = *mixtures(3);
  const Density<Real100> density(round_to<Real100>(mixture));
  const Matrix<Real100> x = rounded<Real100>(*mixture_points(mixture.dimension()));
  const auto at = density.evaluate(x, everything);
  // Central differences err by h^2/6 times the third derivative of the score. That is a sum of products of three of the
  // g_i - g_j and Q_i^{-1}, each at most 8^3 (d + 1) 2^17 here: below 1e20. Rounding adds 1e-95/h. Both are below
  // 1e-40.
  const Real100 h("1e-35");
  for (Index m = 0; m < mixture.dimension(); ++m) {
    Matrix<Real100> right = x, left = x;
    right(m, 0) += h;
    left(m, 0) -= h;
    const Matrix<Real100> difference = (density.evaluate(right).score - density.evaluate(left).score) / (2 * h);
    RC_ASSERT(norm(Vector<Real100>(difference.col(0) - at.jacobian[0].col(m))) <= Real100("1e-40"));
  }
}

RC_GTEST_PROP(DensityInvariance, turnsWithTheSpace, ()) {
  ExactMixture mixture = *mixtures(3, 3, 2);
  const Matrix<Rational> point = *mixture_points(mixture.dimension());
  const auto before = at_point<Real100>(mixture, point);
  // The rotation of the first two coordinates with cosine 3/5 and sine 4/5: rational, so that both mixtures are exact.
  Matrix<Rational> turn = Matrix<Rational>::Identity(mixture.dimension(), mixture.dimension());
  turn(0, 0) = turn(1, 1) = Rational(3, 5);
  turn(1, 0) = Rational(4, 5);
  turn(0, 1) = Rational(-4, 5);
  const auto bounds = rounding_bounds(round_to<Real100>(mixture), rounded<Real100>(point), Real100("1e-99"));
  mixture.means = (turn * mixture.means).eval();
  for (Matrix<Rational>& q : mixture.covariances) q = (turn * q * turn.transpose()).eval();
  const auto after = at_point<Real100>(mixture, Matrix<Rational>(turn * point));
  RC_ASSERT(abs(after.log_density(0) - before.log_density(0)) <= 2 * bounds.log_density);
  RC_ASSERT(norm(Matrix<Real100>(after.score - rounded<Real100>(turn) * before.score)) <= 2 * bounds.score);
}

RC_GTEST_PROP(DensityInvariance, ignoresTheOrderOfComponentsAndMergesEqualOnes, ()) {
  const ExactMixture mixture = *mixtures(3);
  const Matrix<Rational> point = *mixture_points(mixture.dimension());
  const auto before = at_point<Real100>(mixture, point);
  const Index k = mixture.size();
  // Backwards, and with every component cut in two halves.
  ExactMixture halves;
  halves.means.resize(mixture.dimension(), 2 * k);
  for (Index i = 0; i < 2 * k; ++i) {
    const Index from = i < k ? k - 1 - i : i - k;
    halves.weights.push_back(mixture.weights[static_cast<std::size_t>(from)] / 2);
    halves.means.col(i) = mixture.means.col(from);
    halves.covariances.push_back(mixture.covariances[static_cast<std::size_t>(from)]);
  }
  const auto after = at_point<Real100>(halves, point);
  const auto bounds = rounding_bounds(round_to<Real100>(mixture), rounded<Real100>(point), Real100("1e-99"));
  RC_ASSERT(abs(after.log_density(0) - before.log_density(0)) <= bounds.log_density);
  RC_ASSERT(norm(Matrix<Real100>(after.score - before.score)) <= bounds.score);
}

RC_GTEST_PROP(DensityBalls, smallerInputsGiveSmallerOutputs, ()) {
  const ExactMixture exact_mixture = *mixtures(2, 1);
  const Matrix<Rational> point = *mixture_points(exact_mixture.dimension());
  const auto evaluate_with_radius = [&](double radius) {
    Mixture<Ball> mixture = round_to<Ball>(exact_mixture);
    const auto widen = [&](const Ball& x) { return widened(x, Ball(radius)); };
    mixture.means = mixture.means.unaryExpr(widen).eval();
    for (Matrix<Ball>& q : mixture.covariances) q = q.unaryExpr(widen).eval();
    const Matrix<Ball> x = rounded<Ball>(point).unaryExpr(widen);
    return Density<Ball>(mixture).evaluate(x, {.responsibilities = false, .jacobian = false, .threads = 1});
  };
  const auto wide = evaluate_with_radius(0x1p-60);
  const auto narrow = evaluate_with_radius(0x1p-80);
  RC_ASSERT(contains(wide.log_density(0), narrow.log_density(0)));
  for (Index m = 0; m < exact_mixture.dimension(); ++m) {
    RC_ASSERT(contains(wide.score(m, 0), narrow.score(m, 0)));
    RC_ASSERT(radius_upper(narrow.score(m, 0)) <= 0x1p-15 * radius_upper(wide.score(m, 0)));
  }
}

TEST(DensityIdentity, theScoreHasMeanZero) {
  // The trapezoid rule on the whole line errs by twice the Fourier transform of s q at 2 pi / h, which the narrower
  // bump bounds by exp(-(2 pi / h)^2 / 8) times a polynomial: below 1e-80 for h = 1/8. Beyond |x| = 40 the density is
  // below 1e-300.
  const Index n = 8 * 80 + 1;
  Matrix<Real50> grid(1, n);
  for (Index j = 0; j < n; ++j) grid(0, j) = Real50(static_cast<int>(j) - 320) / 8;
  const auto at = Density<Real50>(two_bumps<Real50>()).evaluate(grid);
  Real50 mass = 0, mean = 0;
  for (Index j = 0; j < n; ++j) {
    const Real50 q = exp(at.log_density(j)) / 8;
    mass += q;
    mean += q * at.score(0, j);
  }
  EXPECT_LE(abs(mass - 1), Real50("1e-47"));  // 641 terms, each within a few units of 1e-50
  EXPECT_LE(abs(mean), Real50("1e-46"));
}

TEST(DensityBatch, aPointHasTheSameBitsAloneInABatchAndOnAnyNumberOfThreads) {
  for (const Index d : {1, 2, 3, 4, 7, 9}) {
    Mixture<double> mixture;
    mixture.weights = Vector<double>::Constant(3, 1.0 / 3);
    mixture.means = Matrix<double>::Random(d, 3);
    for (int i = 0; i < 3; ++i) {
      const Matrix<double> a = Matrix<double>::Random(d, d);
      mixture.covariances.emplace_back(a * a.transpose() + Matrix<double>::Identity(d, d));
    }
    const Density<double> density(mixture);
    const Matrix<double> points = 4 * Matrix<double>::Random(d, 2500);
    const auto one = density.evaluate(points, {.responsibilities = true, .jacobian = false, .threads = 1});
    const auto five = density.evaluate(points, {.responsibilities = true, .jacobian = false, .threads = 5});
    EXPECT_EQ(one.log_density, five.log_density);
    EXPECT_EQ(one.score, five.score);
    EXPECT_EQ(one.responsibilities, five.responsibilities);
    for (const Index j : {0, 31, 1024, 2499}) {
      const auto alone = density.evaluate(points.col(j));
      EXPECT_EQ(alone.log_density(0), one.log_density(j));
      EXPECT_EQ(alone.score.col(0), one.score.col(j));
    }
  }
}

TEST(DensityFarTail, isRightWhereEveryComponentUnderflows) {
  Matrix<double> points(1, 2);
  points << -1e6, 1e140;
  const auto at = Density<double>(two_bumps<double>()).evaluate(points, everything);
  // There the wider component N(2, 1) is all there is.
  EXPECT_DOUBLE_EQ(at.score(0, 0), 1e6 + 2);
  EXPECT_DOUBLE_EQ(at.log_density(0), std::log(0.6) - 0.5 * std::log(2 * pi<double>()) - 0.5 * (1e6 + 2) * (1e6 + 2));
  EXPECT_EQ(at.responsibilities(0, 0), 0);
  EXPECT_EQ(at.responsibilities(1, 0), 1);
  EXPECT_DOUBLE_EQ(at.jacobian[0](0, 0), -1);
  EXPECT_DOUBLE_EQ(at.score(0, 1), -1e140);
}

TEST(DensityFarTail, overflowIsUndecidedInDoubleAndAnsweredAtFiftyDigits) {
  Matrix<double> point = Matrix<double>::Constant(1, 1, 1e160);
  try {
    Density<double>(two_bumps<double>()).evaluate(point);
    FAIL() << "answered";
  } catch (const UndecidedError& error) {
    EXPECT_NE(std::string(error.what()).find("--precision 50"), std::string::npos);
  }
  const auto at = Density<Real50>(two_bumps<Real50>()).evaluate(Matrix<Real50>::Constant(1, 1, Real50("1e160")));
  EXPECT_LE(abs(at.score(0, 0) / Real50("-1e160") - 1), Real50("1e-48"));
}

TEST(DensityWeights, aComponentOfWeightZeroIsNotThere) {
  Mixture<double> mixture = two_bumps<double>();
  mixture.weights << 0, 1;
  mixture.covariances[0](0, 0) = 0;  // not even looked at
  const auto at = Density<double>(mixture).evaluate(Matrix<double>::Constant(1, 1, -1.0), everything);
  EXPECT_EQ(at.responsibilities(0, 0), 0);
  EXPECT_EQ(at.responsibilities(1, 0), 1);
  EXPECT_EQ(at.score(0, 0), 3);
}

TEST(DensityInput, isRefusedWithTheFieldThatIsWrong) {
  const Density<double> density(two_bumps<double>());
  EXPECT_NE(support::refusal([&] { density.evaluate(Matrix<double>::Zero(2, 1)); }).find("points"), std::string::npos);
  Matrix<double> points = Matrix<double>::Zero(1, 40);
  points(0, 36) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(support::refusal([&] { density.evaluate(points); }).find("row 37"), std::string::npos);
  const auto singular = single({{1, 1}, {1, 1}});
  EXPECT_NE(support::refusal([&] { Density<double>(round_to<double>(singular)); }).find("components[0].covariance"),
            std::string::npos);
  EXPECT_NE(support::refusal([&] {
              Density<Real50>(round_to<Real50>(single({{1, 2}, {2, 1}})));
            }).find("definite"),
            std::string::npos);
}

TEST(DensityInput, whatOnlyRoundingMakesSingularIsUndecided) {
  // Q = v v^T + 2^-200 Id is definite. At 128 bits the balls cannot tell its last pivot from 0; at 512 bits they can.
  const Rational tiny = support::power_of_two(-200);
  const auto mixture = single({{Rational(1, 9) + tiny, Rational(1, 3)}, {Rational(1, 3), 1 + tiny}});
  ASSERT_TRUE(validate(mixture));
  EXPECT_THROW(Density<Ball>(round_to<Ball>(mixture)), UndecidedError);
  const BallPrecision precision(512);
  EXPECT_NO_THROW(Density<Ball>(round_to<Ball>(mixture)));
}

}  // namespace
}  // namespace verimix

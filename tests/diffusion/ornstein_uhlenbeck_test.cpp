#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/input_error.hpp"
#include "support/mixture_reference.hpp"
#include "support/mixtures.hpp"
#include "verimix/mixture/conditioning.hpp"

namespace verimix {
namespace {

using support::mixtures;

/// 2^-e j with j in [0, 64]: 0, tiny, around 1, up to 64.
rc::Gen<Rational> times() {
  return rc::gen::map(
      rc::gen::pair(rc::gen::inRange<int>(0, 65), rc::gen::element(0, 4, 20)),
      [](const std::pair<int, int>& p) { return Rational(p.first) * support::power_of_two(-p.second); });
}

template <Scalar T>
bool same(const Mixture<T>& a, const Mixture<T>& b) {
  return a.weights == b.weights && a.means == b.means && a.covariances == b.covariances;
}

Real100 distance(const Mixture<Real100>& a, const Mixture<Real100>& b) {
  Real100 sum = (a.weights - b.weights).cwiseAbs().sum() + (a.means - b.means).cwiseAbs().sum();
  for (std::size_t i = 0; i < a.covariances.size(); ++i) sum += (a.covariances[i] - b.covariances[i]).cwiseAbs().sum();
  return sum;
}

RC_GTEST_PROP(OrnsteinUhlenbeck, isASemigroup, ()) {
  const Mixture<Real100> mixture = round_to<Real100>(*mixtures(3));
  const auto s = from_rational<Real100>(*times());
  const auto t = from_rational<Real100>(*times());
  // Entries are below 2^12, and there are fewer than 60 of them.
  RC_ASSERT(distance(at_time(at_time(mixture, s), t), at_time(mixture, Real100(s + t))) <= Real100("1e-93"));
}

RC_GTEST_PROP(OrnsteinUhlenbeck, keepsTheWellConditionedParameters, ()) {
  const Mixture<Real50> mixture = round_to<Real50>(*mixtures(3));
  const auto t = from_rational<Real50>(*times());
  const Conditioning<Real50> before = conditioning(mixture);
  const Conditioning<Real50> after = conditioning(at_time(mixture, t));
  const Real50 slack("1e-44");  // 2^12 times a few units of 1e-50
  RC_ASSERT(after.R <= signal_scale(t) * before.R + slack);
  RC_ASSERT(after.alpha >= exp(Real50(-2 * t)) * before.alpha + noise_variance(t) - slack);
  RC_ASSERT(after.alpha >= before.alpha - slack);
  RC_ASSERT(after.beta <= before.beta + slack);
}

TEST(OrnsteinUhlenbeck, theMixtureIsItsOwnLawAtTimeZero) {
  const auto sixth = [](auto zero) {
    using T = decltype(zero);
    Mixture<T> mixture;
    mixture.weights = Vector<T>::Constant(1, T(1));
    mixture.means = Matrix<T>::Constant(1, 1, T(1) / T(6));
    mixture.covariances = {Matrix<T>::Constant(1, 1, T(1) / T(7))};
    return same(mixture, at_time(mixture, zero));
  };
  EXPECT_TRUE(sixth(0.0));
  EXPECT_TRUE(sixth(Real50(0)));
  EXPECT_TRUE(sixth(Real100(0)));
}

TEST(OrnsteinUhlenbeck, isExactlyRoundedForTinyAndLargeTimes) {
  // 1 - exp(-2e-6) by its series; by subtraction ten digits would be lost.
  EXPECT_DOUBLE_EQ(noise_variance(1e-6), 1.999998000001333e-6);
  EXPECT_DOUBLE_EQ(noise_variance(1e-300), 2e-300);
  EXPECT_EQ(noise_variance(30.0), 1.0);
  EXPECT_DOUBLE_EQ(signal_scale(30.0), 9.357622968840175e-14);
  const Ball variance = noise_variance(from_rational<Ball>(parse_rational("1e-6")));
  EXPECT_LE(radius_upper(variance), 1e-40);
}

TEST(OrnsteinUhlenbeck, refusesATimeThatIsNone) {
  Mixture<double> mixture;
  mixture.weights = Vector<double>::Ones(1);
  mixture.means = Matrix<double>::Zero(1, 1);
  mixture.covariances = {Matrix<double>::Ones(1, 1)};
  for (const double t : {-1e-9, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_NE(support::refusal([&] { at_time(mixture, t); }).find("time"), std::string::npos);
  }
}

RC_GTEST_PROP(Remark4, theNoisedCovarianceIsBoundedBelow, ()) {
  // (b): lambda_min >= 1 - e^{-2 delta} >= (1 - e^{-2}) delta for 0 < delta <= 1, even if the mixture is a point.
  ExactMixture exact_mixture = *mixtures(3);
  for (auto& q : exact_mixture.covariances) {
    if (*rc::gen::arbitrary<bool>()) q.setConstant(Rational(1));  // rank 1
  }
  const Rational delta =
      Rational(*rc::gen::inRange<int>(1, 65), 64) * support::power_of_two(*rc::gen::element(0, -10, -20));
  const Mixture<Ball> mixture = at_time(round_to<Ball>(exact_mixture), from_rational<Ball>(delta));
  const Ball alpha = conditioning(mixture).alpha;
  const Ball slack = Ball(0x1p-90);
  RC_ASSERT(less(alpha + slack, noise_variance(from_rational<Ball>(delta))) == Truth::no);
  RC_ASSERT(less(alpha + slack, -expm1(Ball(-2)) * from_rational<Ball>(delta)) == Truth::no);
}

TEST(DensityReference, agreesWithMpmathAtPositiveTimes) {
  std::size_t count = 0;
  for (const support::ReferenceCase& reference : support::reference_cases()) {
    if (reference.time == 0) continue;
    SCOPED_TRACE(reference.mixture.name + " at " + to_text(reference.time));
    const auto noised = [&]<Scalar T>() {
      return at_time(round_to<T>(reference.mixture), from_rational<T>(reference.time));
    };
    support::expect_reference<double>(reference, noised.operator()<double>(), Real100(0x1p-53));
    support::expect_reference<Real50>(reference, noised.operator()<Real50>(), Real100("1e-50"));
    support::expect_reference<Real100>(reference, noised.operator()<Real100>(), Real100("1e-100"));
    support::expect_enclosed(reference, noised.operator()<Ball>());
    ++count;
  }
  EXPECT_EQ(count, 6U);
}

}  // namespace
}  // namespace verimix

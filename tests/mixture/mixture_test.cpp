#include "verimix/mixture/mixture.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/input_error.hpp"
#include "support/mixtures.hpp"

namespace verimix {
namespace {

using support::mixtures;
using support::refusal;

ExactMixture valid() {
  ExactMixture mixture;
  mixture.weights = {Rational(1, 3), Rational(2, 3)};
  mixture.means = Matrix<Rational>::Constant(2, 2, Rational(0));
  Matrix<Rational> q(2, 2);
  q << Rational(1), Rational(1, 4), Rational(1, 4), Rational(2);
  mixture.covariances = {q, Matrix<Rational>::Identity(2, 2)};
  return mixture;
}

RC_GTEST_PROP(ExactMixtureProperty, whatTheGeneratorsMakeIsValid, ()) { RC_ASSERT(validate(*mixtures(4, 20))); }

RC_GTEST_PROP(ExactMixtureProperty, doublesComeBackTheSame, ()) {
  // Weights in 1/256, means in 1/8 and entries of few bits are doubles, unless a weight is 2^-660 beside one near 1.
  const ExactMixture mixture = *mixtures(3, 8);
  const ExactMixture again = exact(round_to<double>(mixture));
  for (std::size_t i = 0; i < mixture.weights.size(); ++i) {
    RC_ASSERT(abs(again.weights[i] - mixture.weights[i]) <= support::power_of_two(-650));
    RC_ASSERT(again.covariances[i] == mixture.covariances[i]);
  }
  RC_ASSERT(again.means == mixture.means);
  RC_ASSERT(validate(again));
}

RC_GTEST_PROP(DefinitenessProperty, isThatOfTheFactors, ()) {
  // L D L^T has the inertia of D.
  const Index d = *rc::gen::inRange<Index>(1, 5);
  const auto size = static_cast<std::size_t>(d);
  Matrix<Rational> a = Matrix<Rational>::Constant(d, d, Rational(0));
  bool negative = false, zero = false;
  Matrix<Rational> l = Matrix<Rational>::Identity(d, d);
  const auto entries = *rc::gen::container<std::vector<long>>(size * size, support::integers(16));
  for (Index i = 0; i < d; ++i) {
    for (Index j = 0; j < i; ++j) l(i, j) = Rational(entries[static_cast<std::size_t>(i * d + j)], 8);
  }
  for (Index r = 0; r < d; ++r) {
    const int pivot = *rc::gen::weightedElement<int>({{6, 3}, {2, 1}, {1, 0}, {1, -1}});
    negative = negative || pivot < 0;
    zero = zero || pivot == 0;
    a += (l.col(r) * l.col(r).transpose() * Rational(pivot)).eval();
  }
  RC_ASSERT(definiteness(a) == (negative ? Definiteness::indefinite
                                : zero   ? Definiteness::semidefinite
                                         : Definiteness::definite));
}

TEST(Definiteness, isDecidedWhereTheBallsCannot) {
  Matrix<Rational> a(2, 2);
  a << Rational(1, 9), Rational(1, 3), Rational(1, 3), Rational(1);
  EXPECT_EQ(definiteness(a), Definiteness::semidefinite);
  a(1, 1) += support::power_of_two(-1000);
  EXPECT_EQ(definiteness(a), Definiteness::definite);
  a(1, 1) -= support::power_of_two(-999);
  EXPECT_EQ(definiteness(a), Definiteness::indefinite);
  a << Rational(0), Rational(1), Rational(1), Rational(5);
  EXPECT_EQ(definiteness(a), Definiteness::indefinite);
}

TEST(Validate, acceptsSemidefiniteAndSaysSo) {
  ExactMixture mixture = valid();
  EXPECT_TRUE(validate(mixture));
  mixture.covariances[1](1, 1) = 0;
  EXPECT_FALSE(validate(mixture));
}

TEST(Validate, namesTheFieldThatIsWrong) {
  const auto complaint = [](const auto& spoil) {
    ExactMixture mixture = valid();
    spoil(mixture);
    return refusal([&] { validate(mixture); });
  };
  EXPECT_NE(complaint([](auto& m) { m.weights[0] = Rational(-1, 3); }).find("components[0].weight"), std::string::npos);
  EXPECT_NE(complaint([](auto& m) { m.weights[0] = Rational(1, 2); }).find("sum to 1"), std::string::npos);
  EXPECT_NE(complaint([](auto& m) { m.covariances[1](0, 1) = 1; }).find("components[1].covariance[1][0]"),
            std::string::npos);
  EXPECT_NE(complaint([](auto& m) { m.covariances[0](1, 1) = 0; }).find("components[0].covariance"), std::string::npos);
  EXPECT_NE(complaint([](auto& m) { m.covariances[0].resize(3, 3); }).find("3 x 3"), std::string::npos);
  EXPECT_NE(complaint([](auto& m) { m.means.resize(0, 2); }).find("dimension"), std::string::npos);
  EXPECT_NE(complaint([](auto& m) { m.means.resize(2, 0); }).find("components"), std::string::npos);
  EXPECT_NE(complaint([](auto& m) { m.covariances.pop_back(); }).find("components"), std::string::npos);
}

TEST(Exact, refusesWhatIsNoMixture) {
  Mixture<double> mixture = round_to<double>(valid());
  mixture.means(0, 1) = std::numeric_limits<double>::infinity();
  EXPECT_NE(refusal([&] { exact(mixture); }).find("components[1].mean"), std::string::npos);
  mixture = round_to<double>(valid());
  mixture.weights(0) = 0.5;
  EXPECT_NE(refusal([&] { exact(mixture); }).find("sum to 1"), std::string::npos);
}

TEST(SubMixture, keepsTheWeightsOfTheMixture) {
  // The witness of the card of Definition 10: weights .9 and .1 stay in that ratio.
  ExactMixture mixture = valid();
  mixture.weights = {Rational(9, 20), Rational(1, 20)};
  mixture.weights.push_back(Rational(1, 2));
  mixture.means = Matrix<Rational>::Constant(2, 3, Rational(7));
  mixture.covariances.push_back(mixture.covariances[0]);
  const Mixture<Real50> part = sub_mixture(round_to<Real50>(mixture), {1, 0});
  EXPECT_LE(abs(part.weights(0) - Real50(1) / 10), Real50("1e-50"));
  EXPECT_LE(abs(part.weights(1) - Real50(9) / 10), Real50("1e-50"));
  EXPECT_EQ(part.covariances[0], round_to<Real50>(mixture).covariances[1]);
  const auto refused = [&](const std::vector<Index>& u) {
    return refusal([&] { sub_mixture(round_to<double>(mixture), u); });
  };
  for (const auto& u : std::vector<std::vector<Index>>{{}, {0, 0}, {3}, {-1}}) {
    EXPECT_NE(refused(u).find("components"), std::string::npos);
  }
}

}  // namespace
}  // namespace verimix

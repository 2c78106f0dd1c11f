#include "verimix/mixture/families.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "support/input_error.hpp"

namespace verimix {
namespace {

using support::refusal;

std::string refusal_of_family(const std::string& name, const std::map<std::string, std::string>& settings = {}) {
  return refusal([&] { instance(name, settings); });
}

Matrix<Rational> shifted(const Matrix<Rational>& a, const Rational& sign, const Rational& shift) {
  Matrix<Rational> b = a;
  for (Rational& entry : b.reshaped()) entry *= sign;
  for (Index i = 0; i < a.rows(); ++i) b(i, i) += shift;
  return b;
}

TEST(Families, AreTheContracts) {
  std::vector<std::string> names;
  for (const Family& family : families()) names.push_back(family.name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"over1", "sep1", "diff1", "nest1", "tri1", "pan1", "over2", "pan2", "nest2",
                                      "sep2", "over5", "two", "clusters", "comb", "pancakes", "degenerate", "random"}));
}

TEST(Families, FixedOnesHoldTheDocumentedNumbers) {
  const ExactMixture sep1 = instance("sep1");
  EXPECT_EQ(sep1.weights, (std::vector<Rational>{Rational(2, 5), Rational(3, 5)}));
  EXPECT_EQ(sep1.means(0, 1), 5);
  EXPECT_EQ(sep1.covariances[1](0, 0), Rational(3, 2));
  const ExactMixture sep2 = instance("sep2");
  EXPECT_EQ(sep2.size(), 3);
  EXPECT_EQ(sep2.means(1, 2), 8);
  EXPECT_EQ(sep2.covariances[2](0, 1), Rational(2, 5));
  const ExactMixture over5 = instance("over5");
  EXPECT_EQ(over5.dimension(), 5);
  EXPECT_EQ(over5.means(1, 1), Rational(1, 2));
  EXPECT_EQ(over5.covariances[1](3, 3), Rational(13, 10));
  EXPECT_EQ(over5.covariances[1](3, 2), 0);
}

TEST(Families, ParametricOnesFollowTheirFormula) {
  const ExactMixture clusters = instance("clusters", {{"R", "10"}});
  EXPECT_EQ(clusters.means(0, 0), Rational(-53, 5));
  EXPECT_EQ(clusters.means(0, 2), Rational(17, 2));
  EXPECT_EQ(clusters.covariances[0](0, 0), Rational(49, 100));
  EXPECT_EQ(clusters.name, "clusters(R=10)");
  const ExactMixture comb = instance("comb", {{"R", "8"}});
  EXPECT_EQ(comb.size(), 3);
  EXPECT_EQ(comb.weights[0], Rational(1, 3));
  EXPECT_TRUE(comb.means == (Matrix<Rational>(1, 3) << -8, 0, 8).finished());
  EXPECT_EQ(instance("two", {{"R", "1/3"}}).means(0, 0), Rational(-1, 3));
}

TEST(Families, PancakesMatchTheMomentsOfAGaussian) {
  for (const int k : {1, 2, 5, 16}) {
    const ExactMixture mixture = instance("pancakes", {{"k", std::to_string(k)}, {"eta", "1/8"}, {"d", "2"}});
    EXPECT_EQ(mixture.size(), k);
    // E x^m by Stein's recursion over the components; E z^m = (m - 1)!! for even m and 0 for odd m.
    std::vector<Rational> moments(static_cast<std::size_t>(2 * k), Rational(0));
    for (Index i = 0; i < k; ++i) {
      Rational previous = 0;
      Rational moment = 1;
      for (int m = 0; m < 2 * k; ++m) {
        moments[static_cast<std::size_t>(m)] += mixture.weights[static_cast<std::size_t>(i)] * moment;
        const Rational next = mixture.means(0, i) * moment + m * Rational(1, 8) * previous;
        previous = moment;
        moment = next;
      }
    }
    Rational gaussian = 1;
    for (int m = 0; m < 2 * k; ++m) {
      if (m >= 2 && m % 2 == 0) gaussian *= m - 1;
      const Rational expected = m % 2 == 0 ? gaussian : Rational(0);
      // Nodes and weights are rounded by 2^-61 each; a moment of order m moves by at most (m + 1) of that times the
      // largest power of a node that occurs, below 7^(m) for k <= 16.
      Rational bound = Rational(k * (m + 1)) / Rational(Rational(1ULL << 61U));
      for (int j = 0; j < m; ++j) bound *= 7;
      EXPECT_LE(abs(moments[static_cast<std::size_t>(m)] - expected), bound) << "k = " << k << ", moment " << m;
    }
  }
}

TEST(Families, DegenerateHasTheRankItSays) {
  for (const char* r : {"0", "1", "2", "3"}) {
    const ExactMixture mixture = instance("degenerate", {{"d", "3"}, {"r", r}});
    for (const Matrix<Rational>& covariance : mixture.covariances) {
      EXPECT_EQ(definiteness(covariance), std::string(r) == "3" ? Definiteness::definite : Definiteness::semidefinite)
          << r;
    }
  }
  EXPECT_EQ(refusal_of_family("degenerate", {{"d", "2"}, {"r", "3"}}),
            "--set r: value \"3\": expected an integer from 0 to d");
}

RC_GTEST_PROP(RandomFamily, MeetsItsPromisesExactly, ()) {
  const auto d = *rc::gen::inRange(1, 7);
  const auto k = *rc::gen::inRange(1, 6);
  const Rational alpha(1, *rc::gen::element(1, 2, 100, 65536));
  Rational beta = *rc::gen::element(1, 2, 1024);
  if (alpha != 1 && beta == 1 && *rc::gen::arbitrary<bool>()) beta = Rational(129, 128);
  const Rational R(*rc::gen::element(1, 8, 1 << 20), *rc::gen::element(1, 1024));
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const ExactMixture mixture = instance("random", {{"d", std::to_string(d)},
                                                   {"k", std::to_string(k)},
                                                   {"alpha", to_text(alpha)},
                                                   {"beta", to_text(beta)},
                                                   {"R", to_text(R)},
                                                   {"seed", std::to_string(seed)}});
  RC_CLASSIFY(alpha == beta, "all covariances Id");
  RC_ASSERT(mixture.size() == k && mixture.dimension() == d);
  for (Index i = 0; i < k; ++i) {
    const auto place = static_cast<std::size_t>(i);
    const Matrix<Rational>& q = mixture.covariances[place];
    RC_ASSERT(definiteness(shifted(q, 1, -alpha)) != Definiteness::indefinite);
    RC_ASSERT(definiteness(shifted(q, -1, beta)) != Definiteness::indefinite);
    RC_ASSERT(mixture.weights[place] >= Rational(1, 4 * k));
    Rational mean_squared = 0;
    for (Index r = 0; r < d; ++r) mean_squared += mixture.means(r, i) * mixture.means(r, i);
    Rational excess_squared = 0;
    const Matrix<Rational> excess = shifted(q, 1, -1);
    for (const Rational& entry : excess.reshaped()) excess_squared += entry * entry;
    // |mu| + |Q - Id| <= R without square roots: both sides squared twice.
    const Rational rest = R * R - mean_squared - excess_squared;
    RC_ASSERT(rest >= 0 && 4 * mean_squared * excess_squared <= rest * rest);
  }
}

TEST(Families, TheSameSeedIsTheSameMixture) {
  const std::map<std::string, std::string> settings{{"seed", "7"}, {"d", "4"}};
  EXPECT_TRUE(instance("random", settings).means == instance("random", settings).means);
  EXPECT_FALSE(instance("random", settings).means == instance("random", {{"seed", "8"}, {"d", "4"}}).means);
}

TEST(Families, RefuseWhatTheyDoNotKnow) {
  EXPECT_EQ(refusal_of_family("over9"),
            "family: value \"over9\": expected the name of a built-in family (`verimix instance --list` names them)");
  EXPECT_EQ(refusal_of_family("over1", {{"R", "1"}}),
            "--set R: value \"1\": expected no setting, since the family over1 has none");
  EXPECT_EQ(refusal_of_family("two", {{"r", "1"}}), "--set r: value \"1\": expected one of the parameters of two: R");
  EXPECT_EQ(refusal_of_family("two", {{"R", "x"}}), "--set R: value \"x\": expected a number from 0 to 10^12");
  EXPECT_EQ(refusal_of_family("comb", {{"R", "6"}}), "--set R: value \"6\": expected a multiple of 4 from 0 to 4092");
  EXPECT_EQ(refusal_of_family("pancakes", {{"eta", "0"}}),
            "--set eta: value \"0\": expected a number with 0 < eta <= 1");
  EXPECT_EQ(refusal_of_family("random", {{"d", "0"}}), "--set d: value \"0\": expected an integer from 1 to 64");
}

}  // namespace
}  // namespace verimix

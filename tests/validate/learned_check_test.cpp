#include "verimix/validate/learned_check.hpp"

#include <gtest/gtest.h>

#include "support/input_error.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

ExactMixture reversed(ExactMixture mixture) {
  const Index k = mixture.size();
  const ExactMixture original = mixture;
  for (Index i = 0; i < k; ++i) {
    const auto here = static_cast<std::size_t>(i);
    const auto there = static_cast<std::size_t>(k - 1 - i);
    mixture.weights[here] = original.weights[there];
    mixture.covariances[here] = original.covariances[there];
    mixture.means.col(i) = original.means.col(k - 1 - i);
  }
  return mixture;
}

TEST(LearnedCheckTest, TheTruthInAnotherOrderIsTheTruth) {
  for (const char* name : {"tri1", "sep2", "nest2"}) {
    const ExactMixture truth = instance(name);
    const LearnedCheck check = check_learned(reversed(truth), truth, Rational(1, 100), 0);
    EXPECT_EQ(check.within, Truth::yes) << name;
    ASSERT_EQ(check.components.size(), static_cast<std::size_t>(truth.size()));
    for (const ComponentMatch& match : check.components) {
      EXPECT_EQ(match.learned, truth.size() - 1 - match.truth) << name;
      EXPECT_LE(std::abs(match.weight_error) + match.mean_error + match.covariance_error + match.hellinger2, 1e-12);
    }
  }
}

TEST(LearnedCheckTest, ErrorsAreInTheTruthsUnits) {
  const ExactMixture truth = instance("sep2");
  ExactMixture learned = truth;
  learned.means(1, 0) += 1;                                       // variance 1/2 there: sqrt 2 deviations
  learned.covariances[1] = learned.covariances[1] * Rational(3);  // Q^{-1/2} (2 Q) Q^{-1/2} = 2 Id
  const std::vector<ComponentMatch> matches = match_components(round_to<double>(learned), round_to<double>(truth));
  ASSERT_EQ(matches.size(), 3U);
  EXPECT_NEAR(matches[0].mean_error, std::sqrt(2), 1e-14);
  EXPECT_NEAR(matches[1].covariance_error, 2 * std::sqrt(2), 1e-13);
  EXPECT_EQ(matches[2].mean_error, 0);
}

TEST(LearnedCheckTest, AWrongMixtureIsCertifiedAsWrong) {
  const LearnedCheck check = check_learned(instance("sep1"), instance("over1"), Rational(1, 20), 0);
  EXPECT_EQ(check.within, Truth::no);
  EXPECT_EQ(check.distances.front().evidence, Evidence::certified);
}

TEST(LearnedCheckTest, FewerComponentsLeaveSomeAlone) {
  const ExactMixture one =
      round_to<double>(instance("over1")).size() == 2
          ? ExactMixture{"", {Rational(1)}, instance("over1").means.leftCols(1), {instance("over1").covariances[0]}}
          : ExactMixture{};
  const std::vector<ComponentMatch> matches =
      match_components(round_to<double>(one), round_to<double>(instance("over1")));
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_EQ(matches[0].truth, 0);
  const LearnedCheck check = check_learned(one, instance("over1"), Rational(1, 20), 0);
  EXPECT_TRUE(check.learned_alone.empty());
  EXPECT_EQ(check.truth_alone, std::vector<Index>{1});
}

// Greedy matching by the largest overlap would pair the middle ones and leave the outer ones to each other.
TEST(LearnedCheckTest, TheMatchingIsOptimalNotGreedy) {
  const auto unit = [](double a, double b) {
    return Mixture<double>{
        "", Vector<double>{{0.5, 0.5}}, Matrix<double>{{a, b}}, {Matrix<double>{{1}}, Matrix<double>{{1}}}};
  };
  const std::vector<ComponentMatch> matches = match_components(unit(0, 1.4), unit(-1.5, 0.1));
  ASSERT_EQ(matches.size(), 2U);
  EXPECT_EQ(matches[0].learned, 0);
  EXPECT_EQ(matches[1].learned, 1);
}

TEST(LearnedCheckTest, RefusesByName) {
  EXPECT_THROW(check_learned(instance("over1"), instance("over2"), Rational(1, 100), 0), InputError);
  EXPECT_NE(support::refusal([] { check_learned(instance("over1"), instance("over1"), 1, 0); }).find("--tv"),
            std::string::npos);
  ExactMixture flat = instance("over2");
  flat.covariances[0] = Matrix<Rational>::Zero(2, 2);
  EXPECT_NE(support::refusal([&] {
              check_learned(instance("over2"), flat, Rational(1, 100), 0);
            }).find("components[0].covariance"),
            std::string::npos);
}

TEST(LearnedCheckTest, DefinitenessIsCertifiedAndEnclosed) {
  ExactMixture learned = instance("over2");
  learned.covariances[0] << 2, 0, 0, Rational(1, 4);
  learned.covariances[1] << 1, 1, 1, 1;
  const LearnedCheck check = check_learned(learned, instance("over2"), Rational(1, 100), 0);
  ASSERT_EQ(check.definiteness.size(), 2U);
  EXPECT_EQ(check.definiteness[0].kind, Definiteness::definite);
  // tr Q^{-1} = 9/2: between 2/9 and 4/9, where 1/4 is.
  EXPECT_NEAR(std::stod(check.definiteness[0].smallest_lower), 2.0 / 9, 1e-12);
  EXPECT_NEAR(std::stod(check.definiteness[0].smallest_upper), 4.0 / 9, 1e-12);
  EXPECT_EQ(check.definiteness[1].kind, Definiteness::semidefinite);
  EXPECT_TRUE(check.distances.empty());
  EXPECT_EQ(check.within, Truth::no);
  const LearnedCheck later = check_learned(learned, instance("over2"), Rational(1, 100), 1);
  EXPECT_EQ(later.definiteness[1].kind, Definiteness::definite) << "noise has made it regular";
  EXPECT_EQ(later.distances.size(), 2U);
}

// In five dimensions, where the laws differ in more than two, a bracket is what is certified.
TEST(LearnedCheckTest, InHighDimensionsTheBracketDecides) {
  const ExactMixture truth = instance("over5");
  const auto moved = [&](const Rational& by) {
    ExactMixture learned = truth;
    for (Matrix<Rational>& covariance : learned.covariances)
      for (Index a = 0; a < 5; ++a) covariance(a, a) *= 1 + by;
    return learned;
  };
  const LearnedCheck near = check_learned(moved(Rational(1, 1000)), truth, Rational(1, 20), 0);
  ASSERT_EQ(near.distances.size(), 2U);
  for (const Distance& distance : near.distances) {
    EXPECT_EQ(distance.evidence, Evidence::certified);
    const double lower = std::stod(distance.lower);
    const double upper = std::stod(distance.upper);
    EXPECT_GT(lower, 0) << distance.method;
    EXPECT_LT(upper, distance.name == Metric::tv ? 2e-3 : 1e-5) << distance.method;
    EXPECT_LT(lower, upper);
  }
  EXPECT_EQ(near.within, Truth::yes);
  EXPECT_EQ(check_learned(moved(4), truth, Rational(1, 20), 0).within, Truth::no);
  const LearnedCheck between = check_learned(moved(Rational(1, 10)), truth, Rational(1, 20), 0);
  EXPECT_EQ(between.within, Truth::unknown) << between.distances[0].lower << " to " << between.distances[0].upper;
}

}  // namespace
}  // namespace verimix

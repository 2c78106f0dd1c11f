#include "verimix/distance/mixture_bounds.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/gaussian_pairs.hpp"
#include "support/reference_distances.hpp"
#include "verimix/distance/divergence.hpp"
#include "verimix/distance/gaussian.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

using support::gaussian_pairs;
using support::reference_document;
using support::reference_mixture;
using support::reference_value;

struct ReferenceBracket {
  Ball lower, value, upper;
};

std::vector<ReferenceBracket> brackets_of_references() {
  std::vector<ReferenceBracket> all;
  for (const Json& entry : reference_document().at("mixtures")) {
    const auto p = round_to<Ball>(reference_mixture(entry.at("p")));
    const auto q = round_to<Ball>(reference_mixture(entry.at("q")));
    all.push_back({kl_lower(p, q), from_rational<Ball>(reference_value(entry, "kl")), kl_upper(p, q)});
    all.push_back({fisher_lower(p, q), from_rational<Ball>(reference_value(entry, "fisher")), fisher_upper(p, q)});
  }
  return all;
}

TEST(MixtureBounds, HoldForTheReferences) {
  for (const auto& [lower, value, upper] : brackets_of_references()) {
    EXPECT_EQ(less(lower, value), Truth::yes);
    EXPECT_EQ(less(value, upper), Truth::yes);
  }
}

// Pinned from both sides, so that a bound that silently loosens is noticed. Figures:
// proofs-notes/distance/mixture_bounds.md.
TEST(MixtureBounds, AreAsTightAsTheNoteSays) {
  const auto all = brackets_of_references();
  const std::vector<double> ratios = {1.647, 80.50, 1.053, 416.6, 5.516, 1.965};
  ASSERT_EQ(all.size(), ratios.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double ratio = approximate(all[i].upper / all[i].value);
    RecordProperty("ratio_" + std::to_string(i), std::to_string(ratio));
    // The figures are rounded to four digits.
    EXPECT_NEAR(ratio / ratios[i], 1, 1e-3) << i;
  }
}

RC_GTEST_PROP(MixtureBounds, OfSingleComponentsAreTheClosedForms, ()) {
  const auto pair = *gaussian_pairs(1, 3, 3);
  const auto p = round_to<Ball>(pair.p);
  const auto q = round_to<Ball>(pair.q);
  RC_ASSERT(overlaps(kl_upper(p, q), kl(component(p, 0), component(q, 0))));
  RC_ASSERT(overlaps(kl_lower(p, q), kl(component(p, 0), component(q, 0))));
  RC_ASSERT(overlaps(fisher_upper(p, q), fisher(component(p, 0), component(q, 0))));
  RC_ASSERT(overlaps(fisher_lower(p, q), fisher(component(p, 0), component(q, 0))));
}

// A mixture against itself: psi on the diagonal gives 0, and the alternation may not do worse than the pairing.
RC_GTEST_PROP(MixtureBounds, KlOfAMixtureWithItselfIsZero, ()) {
  const auto pair = *gaussian_pairs(1, 3, 3);
  ExactMixture both{"both", {Rational(1, 3), Rational(2, 3)}, Matrix<Rational>(pair.p.dimension(), 2), {}};
  both.means << pair.p.means, pair.q.means;
  both.covariances = {pair.p.covariances.front(), pair.q.covariances.front()};
  const auto mixture = round_to<Ball>(both);
  RC_ASSERT(overlaps(kl_upper(mixture, mixture), Ball(0)) ||
            less(kl_upper(mixture, mixture), from_rational<Ball>(parse_rational("1e-20"))) == Truth::yes);
  // Far apart components underflow no sum.
  RC_ASSERT(is_finite(kl_upper(mixture, round_to<Ball>(pair.p))));
  RC_ASSERT(is_finite(kl_upper(round_to<Ball>(pair.p), mixture)));
}

TEST(MixtureBounds, WeightsOfZeroAreLeftOut) {
  const Json& entry = reference_document().at("mixtures").at(0);
  ExactMixture p = reference_mixture(entry.at("p"));
  const auto q = round_to<Ball>(reference_mixture(entry.at("q")));
  const Ball before = kl_upper(round_to<Ball>(p), q);
  p.weights.emplace_back(0);
  p.covariances.push_back(Matrix<Rational>::Constant(1, 1, Rational(1)));
  p.means.conservativeResize(1, 3);
  p.means(0, 2) = 1000;
  EXPECT_TRUE(overlaps(before, kl_upper(round_to<Ball>(p), q)));
}

RC_GTEST_PROP(MixtureBounds, TwoPrecisionsAgree, ()) {
  const Json& mixtures = reference_document().at("mixtures");
  const Json& entry = mixtures.at(static_cast<std::size_t>(*rc::gen::inRange(0, 3)));
  const ExactMixture p = reference_mixture(entry.at("p"));
  const ExactMixture q = reference_mixture(entry.at("q"));
  // Variances in [0.3, 2.5] and means within 8: terms below 1e3, so 1e-12 is 1e1 units of roundoff of the largest.
  RC_ASSERT(std::abs(kl_upper(round_to<double>(p), round_to<double>(q)) -
                     approximate(kl_upper(round_to<Ball>(p), round_to<Ball>(q)))) < 1e-12);
  RC_ASSERT(abs(fisher_upper(round_to<Real50>(p), round_to<Real50>(q)) -
                Real50(fisher_upper(round_to<Real100>(p), round_to<Real100>(q)))) < Real50("1e-45"));
}

// chi2(N(m, 1)||N(0, 1)) = e^{m^2} - 1; with variance v < 2 against 1 and no shift it is 1/sqrt(v (2 - v)) - 1.
TEST(PoincareBounds, Chi2OfTwoGaussiansIsTheTextbookFormula) {
  const auto law = [](const char* mean, const char* variance) {
    return Gaussian<Ball>{Vector<Ball>::Constant(1, from_rational<Ball>(parse_rational(mean))),
                          Matrix<Ball>::Constant(1, 1, from_rational<Ball>(parse_rational(variance)))};
  };
  EXPECT_TRUE(overlaps(chi2(law("3/2", "1"), law("0", "1")), exp(Ball(9) / 4) - 1));
  EXPECT_TRUE(overlaps(chi2(law("0", "3/2"), law("0", "1")), 1 / sqrt(Ball(3) / 4) - 1));
  EXPECT_FALSE(is_finite(chi2(law("0", "2"), law("0", "1"))));
}

// The bound against the certified divergence on the line.
TEST(PoincareBounds, AreBelowTheFisherDivergence) {
  for (const auto& [name, other] :
       {std::pair("over1", "diff1"), std::pair("diff1", "over1"), std::pair("tri1", "over1")}) {
    const ExactMixture p = instance(name), q = instance(other);
    const Ball h = require_digits(certified_divergence(Divergence::hellinger2, LineLaw(p), LineLaw(q), 10), 10, "h");
    const Ball fisher = require_digits(certified_divergence(Divergence::fisher, LineLaw(p), LineLaw(q), 10), 10, "f");
    const Ball bound = fisher_lower_by_hellinger2(h, poincare_upper(round_to<Ball>(q)));
    EXPECT_EQ(less(Ball(0), bound), Truth::yes) << name;
    EXPECT_EQ(less(bound, fisher), Truth::yes) << name;
  }
  // p = N(m, 1) against N(0, 1): the divergence is m^2, H^2 = 1 - e^{-m^2/8}, so the bound is 4 (1 - e^{-m^2/4}): sharp
  // as m -> 0.
  const ExactMixture shifted = support::reference_mixture(Json::parse(R"([["1","1/8","1"]])"));
  const ExactMixture normal = support::reference_mixture(Json::parse(R"([["1","0","1"]])"));
  const Ball h = hellinger2(component(round_to<Ball>(shifted), 0), component(round_to<Ball>(normal), 0));
  const Ball bound = fisher_lower_by_hellinger2(h, poincare_upper(round_to<Ball>(normal)));
  EXPECT_LE(approximate(bound), 1.0 / 64);
  EXPECT_GE(approximate(bound), 0.995 / 64);
}

// The Poincare constant of q is at least its variance (f = x), and that of one Gaussian is its variance.
TEST(PoincareBounds, AreAtLeastTheVariance) {
  for (const char* name : {"over1", "diff1", "nest1"}) {
    const Mixture<Ball> q = round_to<Ball>(instance(name));
    const Ball constant = poincare_upper(q);
    EXPECT_EQ(less(constant, moment_matched(q).covariance(0, 0)), Truth::no) << name;
  }
  // A wide component and a narrow one far from it, in both orders: the variance is far above that of either.
  for (const char* text : {R"([["1/2","3","1"],["1/2","-3","1/2"]])", R"([["1/2","-3","1/2"],["1/2","3","1"]])"}) {
    const Mixture<Ball> q = round_to<Ball>(reference_mixture(Json::parse(text)));
    EXPECT_EQ(less(poincare_upper(q), moment_matched(q).covariance(0, 0)), Truth::no) << text;
  }
}

}  // namespace
}  // namespace verimix

#include "verimix/distance/distance.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/gaussian_pairs.hpp"
#include "support/reference_distances.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

using support::reference_document;
using support::reference_gaussian;
using support::reference_mixture;
using support::reference_value;

// The references have 60 digits, of values down to 1e-13, by quadrature at 75: an enclosure may be narrower than their
// error.
bool brackets(const Distance& distance, const Rational& value) {
  const Rational error = parse_rational("1e-57") * (value + parse_rational("1e-9"));
  return parse_rational(distance.lower) - error <= value && value <= parse_rational(distance.upper) + error;
}

Rational width(const Distance& distance) { return parse_rational(distance.upper) - parse_rational(distance.lower); }

TEST(Distances, OfGaussiansAreCertifiedToTheDigitsAskedFor) {
  for (const Json& entry : reference_document().at("gaussians")) {
    const ExactMixture p = reference_gaussian(entry.at("p"));
    const ExactMixture q = reference_gaussian(entry.at("q"));
    for (const int digits : {5, 40}) {
      DistanceRequest request;
      request.digits = digits;
      if (p.dimension() > 1) request.metrics = {Metric::kl, Metric::hellinger2, Metric::fisher};
      for (const Distance& distance : distances(p, q, request)) {
        const Rational value = reference_value(entry, std::string(to_text(distance.name)).c_str());
        EXPECT_EQ(distance.evidence, Evidence::certified);
        EXPECT_FALSE(distance.confidence.has_value());
        EXPECT_LE(width(distance), value * parse_rational("1e-" + std::to_string(digits))) << to_text(distance.name);
        EXPECT_TRUE(brackets(distance, value))
            << to_text(distance.name) << ' ' << distance.lower << ' ' << distance.upper;
      }
    }
  }
}

TEST(Distances, OfTheSameLawAreZeroHoweverItIsWritten) {
  const ExactMixture p = reference_mixture(Json::parse(R"([["1/2","-1","1"],["1/4","2","1"],["1/4","2","1"]])"));
  const ExactMixture q = reference_mixture(Json::parse(R"([["1/2","2","1"],["0","7","1"],["1/2","-1","1"]])"));
  for (const Distance& distance : distances(p, q)) {
    EXPECT_EQ(distance.lower, "0");
    EXPECT_EQ(distance.upper, "0");
    EXPECT_EQ(distance.evidence, Evidence::certified);
  }
}

TEST(Distances, OfMixturesOnTheLineAreCertifiedToTheDigitsAskedFor) {
  for (const Json& entry : reference_document().at("mixtures")) {
    DistanceRequest request;
    request.digits = 20;
    const auto found = distances(reference_mixture(entry.at("p")), reference_mixture(entry.at("q")), request);
    ASSERT_EQ(found.size(), 4U);
    for (const Distance& distance : found) {
      const Rational value = reference_value(entry, std::string(to_text(distance.name)).c_str());
      EXPECT_EQ(distance.evidence, Evidence::certified);
      EXPECT_FALSE(distance.confidence.has_value());
      EXPECT_TRUE(brackets(distance, value)) << to_text(distance.name);
      EXPECT_LE(width(distance), value * parse_rational("1e-20")) << to_text(distance.name);
    }
  }
}

TEST(Distances, OfMixturesSayHowSureTheyAre) {
  DistanceRequest request;
  request.samples = 20000;
  for (const Json& entry : reference_document().at("mixtures")) {
    const auto found = distances(reference_mixture(entry.at("p")), reference_mixture(entry.at("q")), request);
    ASSERT_EQ(found.size(), 4U);
    for (const Distance& distance : found) {
      const bool sampled = distance.name == Metric::tv || distance.name == Metric::hellinger2;
      EXPECT_EQ(distance.evidence, sampled ? Evidence::estimated : Evidence::certified);
      EXPECT_EQ(distance.confidence.has_value(), sampled);
      EXPECT_TRUE(brackets(distance, reference_value(entry, std::string(to_text(distance.name)).c_str())))
          << to_text(distance.name);
    }
  }
}

TEST(Distances, AnEstimateBesideAClosedFormIsLabelledAndContainsIt) {
  const Json& entry = reference_document().at("gaussians").at(1);
  DistanceRequest request;
  request.samples = 5000;
  request.confidence = 0.999;
  request.metrics = {Metric::hellinger2, Metric::tv};
  for (const Distance& distance :
       distances(reference_gaussian(entry.at("p")), reference_gaussian(entry.at("q")), request)) {
    EXPECT_EQ(distance.evidence, Evidence::estimated);
    EXPECT_EQ(distance.confidence, 0.999);
    EXPECT_TRUE(brackets(distance, reference_value(entry, std::string(to_text(distance.name)).c_str())));
  }
}

TEST(Distances, ThrowWhereNoCertifiedAnswerIsNarrowEnough) {
  const ExactMixture p = instance("over5");
  const ExactMixture q = instance("random", {{"d", "5"}, {"k", "3"}});
  DistanceRequest request;
  request.digits = 10;
  for (const Metric metric : {Metric::tv, Metric::kl, Metric::hellinger2, Metric::fisher}) {
    request.metrics = {metric};
    EXPECT_THROW(distances(p, q, request), UndecidedError) << to_text(metric);
  }
}

// Two pairs of bumps 60 apart: tv is 1 to 30 digits, 1 - tv still has digits of its own.
TEST(Distances, NearOneComeWithTheirComplement) {
  const ExactMixture p = reference_mixture(Json::parse(R"([["1/2","-1","1"],["1/2","0","1"]])"));
  const ExactMixture q = reference_mixture(Json::parse(R"([["1/2","60","1"],["1/2","61","1"]])"));
  DistanceRequest request;
  request.metrics = {Metric::tv};
  const Distance found = distances(p, q, request).front();
  ASSERT_TRUE(found.complement.has_value());
  const Rational lower = parse_rational(found.complement->first), upper = parse_rational(found.complement->second);
  EXPECT_LT(0, lower);
  EXPECT_LT(upper, parse_rational("1e-190"));
  EXPECT_LE(upper - lower, lower * parse_rational("1e-30"));
  EXPECT_EQ(distance_json({found}).at("metrics").at(0).at("complement").at("lower"), found.complement->first);
}

RC_GTEST_PROP(Distances, FallAlongTheProcess, ()) {
  const auto pair = *support::gaussian_pairs(1, 1, 3);
  DistanceRequest now;
  now.metrics = {Metric::tv, Metric::kl, Metric::hellinger2};
  DistanceRequest later = now;
  later.time = Rational(*rc::gen::inRange(1, 33), 16);
  const auto before = distances(pair.p, pair.q, now);
  const auto after = distances(pair.p, pair.q, later);
  for (std::size_t i = 0; i < before.size(); ++i)
    RC_ASSERT(parse_rational(after[i].lower) <= parse_rational(before[i].upper));
}

TEST(Distances, EqualCovariancesGiveACertifiedTotalVariationInAnyDimension) {
  const ExactMixture p =
      reference_gaussian(Json::parse(R"({"mean": ["0", "0"], "covariance": [["2", "1"], ["1", "2"]]})"));
  const ExactMixture q =
      reference_gaussian(Json::parse(R"({"mean": ["1", "1"], "covariance": [["2", "1"], ["1", "2"]]})"));
  DistanceRequest request;
  request.metrics = {Metric::tv};
  // |L^{-1} (1,1)|^2 = 2/3, TV = erf(1/(2 sqrt 3)) = 0.31693...
  const auto found = distances(p, q, request).front();
  EXPECT_EQ(found.evidence, Evidence::certified);
  EXPECT_TRUE(parse_rational("0.3169") < parse_rational(found.lower) &&
              parse_rational(found.upper) < parse_rational("0.3170"))
      << found.lower;
}

TEST(Distances, SemidefiniteCovariancesNeedPositiveTime) {
  const ExactMixture p =
      reference_gaussian(Json::parse(R"({"mean": ["0", "0"], "covariance": [["1", "0"], ["0", "0"]]})"));
  const ExactMixture q =
      reference_gaussian(Json::parse(R"({"mean": ["1", "1"], "covariance": [["1", "0"], ["0", "1"]]})"));
  DistanceRequest request;
  request.metrics = {Metric::kl};
  EXPECT_THROW(distances(p, q, request), InputError);
  request.time = parse_rational("1e-6");
  EXPECT_EQ(distances(p, q, request).front().evidence, Evidence::certified);
}

TEST(Distances, BadRequestsAreNamed) {
  const ExactMixture line = instance("over1");
  EXPECT_THROW(distances(line, instance("over2")), InputError);
  DistanceRequest request;
  request.time = -1;
  EXPECT_THROW(distances(line, line, request), InputError);
  request = {};
  request.digits = 0;
  EXPECT_THROW(distances(line, line, request), InputError);
  request = {};
  request.samples = 1;
  EXPECT_THROW(distances(line, instance("tri1"), request), InputError);
}

TEST(Distances, TheDocumentHasTheFormatOfTheContract) {
  const Json document = distance_json(distances(instance("over1"), instance("tri1")));
  EXPECT_EQ(document.at("format"), "verimix.distance/1");
  for (const Json& metric : document.at("metrics")) {
    EXPECT_TRUE(metric.at("lower").is_string());
    EXPECT_TRUE(metric.at("upper").is_string());
    EXPECT_TRUE(parse_metric(metric.at("name").get<std::string>()).has_value());
    EXPECT_EQ(metric.at("confidence").is_null(), metric.at("evidence") == "certified");
    EXPECT_FALSE(metric.at("method").get<std::string>().empty());
  }
  EXPECT_FALSE(parse_metric("TV").has_value());
}

}  // namespace
}  // namespace verimix

#include "verimix/distance/data_processing.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/input_error.hpp"
#include "support/line_mixtures.hpp"
#include "verimix/distance/line_distance.hpp"

namespace verimix {
namespace {

using support::check_few;
using support::line_mixture;
using support::LinePairCase;

Ball distance(Metric metric, const ExactMixture& p, const ExactMixture& q, const Rational& time, int digits) {
  return require_digits(certified_line_distance(metric, p, q, time, digits).result, digits, to_text(metric));
}

// Between any two times of one flow, certified on both sides; strictly where the laws are neither disjoint nor equal to
// the digits asked for.
TEST(DataProcessing, TotalVariationKlAndHellingerFallAlongTheFlow) {
  check_few(25, "distances fall", [] {
    const LinePairCase laws = *support::line_pairs();
    const Rational early(*rc::gen::inRange(0, 9), 16);
    const Rational late = early + Rational(*rc::gen::inRange(1, 17), 16);
    for (const Metric metric : {Metric::tv, Metric::kl, Metric::hellinger2}) {
      const Ball before = distance(metric, laws.p, laws.q, early, 12);
      const Ball after = distance(metric, laws.p, laws.q, late, 12);
      RC_ASSERT(less(before, after) != Truth::yes);
      if (metric == Metric::kl || less(before, Ball(0.99)) == Truth::yes) RC_ASSERT(less(after, before) == Truth::yes);
    }
  });
}

// The Fisher divergence between N(1, 100) and N(0, 100) is 1e-4, and 25 times as large at the time log(99)/2.
TEST(DataProcessing, TheFisherDivergenceMayRise) {
  const ExactMixture p = line_mixture({{"1", "1", "100"}});
  const ExactMixture q = line_mixture({{"1", "0", "100"}});
  const BallPrecision precision(128);
  const Ball before = distance(Metric::fisher, p, q, 0, 20);
  const Ball after = distance(Metric::fisher, p, q, parse_rational("2.2976"), 20);
  EXPECT_TRUE(overlaps(before, from_rational<Ball>(parse_rational("0.0001"))));
  EXPECT_EQ(less(Ball(25) * before, after), Truth::yes);
  EXPECT_EQ(less(after, Ball(25.3) * before), Truth::yes);
}

// c^2 bounds the growth for every P, and a shift of Q reaches it.
TEST(DataProcessing, TheFisherFactorIsReachedByShiftsAndNeverPassed) {
  check_few(20, "fisher factor", [] {
    const Rational variance = *rc::gen::element(Rational(1, 4), Rational(1), Rational(2), Rational(3), Rational(50));
    const Rational time(*rc::gen::inRange(1, 65), 16);
    ExactMixture q = line_mixture({{"1", "0", "1"}});
    q.covariances[0](0, 0) = variance;
    ExactMixture shifted = q;
    shifted.means(0, 0) = Rational(5, 4);
    const BallPrecision precision(128);
    const Ball factor = fisher_flow_factor(from_rational<Ball>(variance), from_rational<Ball>(time));
    RC_ASSERT(
        overlaps(distance(Metric::fisher, shifted, q, time, 20), factor * distance(Metric::fisher, shifted, q, 0, 20)));
    const ExactMixture p = *support::line_mixtures();
    RC_PRE(!(LineLaw(p) == LineLaw(q)));
    RC_ASSERT(less(factor * distance(Metric::fisher, p, q, 0, 12), distance(Metric::fisher, p, q, time, 12)) !=
              Truth::yes);
  });
}

TEST(DataProcessing, TheFactorPassesOneExactlyForWideLaws) {
  for (const double time : {0.01, 0.1, 1.0, 3.0}) {
    for (const double variance : {0.1, 1.0, 1.9, 2.0}) EXPECT_LT(fisher_flow_factor(variance, time), 1) << variance;
    for (const double variance : {2.5, 10.0, 1e4}) {
      const bool above = time < std::log(variance - 1);
      EXPECT_EQ(fisher_flow_factor(variance, time) > 1, above) << variance << ' ' << time;
    }
  }
  const double largest = fisher_flow_factor(100.0, std::log(99.0) / 2);
  EXPECT_NEAR(largest, 100.0 * 100.0 / (4 * 99.0), 1e-12);
  EXPECT_EQ(fisher_flow_factor(7.0, 0.0), 1);
}

TEST(DataProcessing, TheFactorNeedsAVariance) {
  EXPECT_NE(support::refusal([] { fisher_flow_factor(0.0, 1.0); }).find("variance"), std::string::npos);
  EXPECT_NE(support::refusal([] { fisher_flow_factor(1.0, -1.0); }).find("time"), std::string::npos);
}

}  // namespace
}  // namespace verimix

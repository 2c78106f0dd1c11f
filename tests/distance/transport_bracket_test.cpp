#include "verimix/distance/transport_bracket.hpp"

#include <gtest/gtest.h>

#include "support/gaussian_pairs.hpp"
#include "support/mixtures.hpp"
#include "support/numbers.hpp"
#include "verimix/distance/space_distance.hpp"
#include "verimix/distance/wasserstein_line.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

using support::draw_number;

TEST(TransportBrackets, NeverCross) {
  for (std::uint64_t i = 0; i < 2; ++i) {
    const ExactMixture p = draw_number(support::mixtures(3, 2, 3), 2 * i);
    const ExactMixture q = draw_number(support::mixtures(3, 2, 3), 2 * i + 1);
    for (const Metric metric : {Metric::wasserstein1, Metric::wasserstein2}) {
      const Bracket found = transport_bracket(metric, p, q, Rational(static_cast<int>(i % 2), 10));
      EXPECT_NE(less(found.upper.value, found.lower.value), Truth::yes) << i << ' ' << to_text(metric);
      EXPECT_EQ(less(Ball(0), found.lower.value), Truth::yes) << i << ' ' << to_text(metric);
    }
  }
}

// Two Gaussians: the moments and the coupling both are the closed form.
TEST(TransportBrackets, OfTwoGaussiansAreNarrow) {
  const support::GaussianPair pair = draw_number(support::gaussian_pairs(3, 3, 2), 7);
  const Bracket found = transport_bracket(Metric::wasserstein2, pair.p, pair.q, 0);
  const BallPrecision precision(128);
  const Ball value = sqrt(wasserstein2_squared(pair.first<Ball>(), pair.second<Ball>()));
  EXPECT_TRUE(overlaps(hull(found.lower.value, found.upper.value), value));
  EXPECT_LT(approximate(found.upper.value) - approximate(found.lower.value), 1e-9 * approximate(value));
}

// One component of two moves by 1/2: the coupling moves half of the mass, |m_P - m_Q| = 1/4 = W_1 exactly.
TEST(TransportBrackets, OfAShiftedComponentAreSharp) {
  const ExactMixture p = instance("over5");
  ExactMixture q = p;
  q.means(2, 0) += Rational(1, 2);
  const Bracket found = transport_bracket(Metric::wasserstein1, p, q, 0);
  EXPECT_NEAR(approximate(found.lower.value), 0.25, 1e-9);
  EXPECT_NEAR(approximate(found.upper.value), 0.25, 1e-9);
}

// Laws that differ along an eigenvector of the covariances only: the line's value, and inside the bracket; along any
// other direction the bracket.
TEST(TransportBrackets, AlongAnEigenvectorTheLineIsExact) {
  ExactMixture p = instance("pan2"), q = p;
  q.means(1, 0) += Rational(1, 2);  // pan2 has diagonal covariances and means along the second axis
  for (const Metric metric : {Metric::wasserstein1, Metric::wasserstein2}) {
    const SpaceDistance found = certified_space_distance(metric, p, q, 0, 6);
    EXPECT_TRUE(found.goal_met) << found.method;
    const Bracket outer = transport_bracket(metric, p, q, 0);
    EXPECT_TRUE(overlaps(hull(outer.lower.value, outer.upper.value), found.value));
    const ExactMixture line_p = project(p, Vector<Rational>(Vector<Rational>::Unit(2, 1)));
    const ExactMixture line_q = project(q, Vector<Rational>(Vector<Rational>::Unit(2, 1)));
    const LadderResult line = metric == Metric::wasserstein1
                                  ? certified_wasserstein1(LineLaw(line_p), LineLaw(line_q), 6)
                                  : certified_wasserstein2(LineLaw(line_p), LineLaw(line_q), 6);
    EXPECT_TRUE(overlaps(line.value, found.value));
  }
  for (ExactMixture* law : {&p, &q})
    for (Matrix<Rational>& covariance : law->covariances) {
      covariance(0, 1) += Rational(1, 100);
      covariance(1, 0) += Rational(1, 100);
    }
  EXPECT_NE(certified_space_distance(Metric::wasserstein2, p, q, 0, std::nullopt).method.find("bracket"),
            std::string::npos);
}

}  // namespace
}  // namespace verimix

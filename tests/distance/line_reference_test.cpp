// The certified distances on the line against mpmath (tests/data/line_distance_reference.py).
#include <gtest/gtest.h>

#include "support/places.hpp"
#include "support/reference_distances.hpp"
#include "verimix/distance/divergence.hpp"
#include "verimix/distance/total_variation.hpp"
#include "verimix/distance/wasserstein_line.hpp"

namespace verimix {
namespace {

// Wasserstein-2 takes as long as all the others together; the everyday run asks for it in every third case.
void expect_references(std::size_t transport_every) {
  const Json document = parse_json(read_file(support::test_data() / "line_distance_reference.json"));
  std::size_t checked = 0, cases = 0;
  for (const Json& entry : document.at("cases")) {
    const LineLaw p(support::reference_mixture(entry.at("p"))), q(support::reference_mixture(entry.at("q")));
    const int digits = entry.at("digits").get<int>();
    const auto check = [&](const char* metric, const LadderResult& found) {
      const BallPrecision precision(300);
      EXPECT_TRUE(found.goal_met) << entry.at("name") << metric;
      const Ball reference = from_rational<Ball>(json_rational(entry.at(metric), metric));
      // The reference has 40 decimals of which mpmath's quadrature may have lost a few: 10^-35 of its size, which is
      // less than the width 10^-30 that the enclosure may have.
      const Ball error = reference * from_rational<Ball>(parse_rational("1e-35"));
      EXPECT_TRUE(contains(widened(found.value, error), reference)) << entry.at("name") << metric;
      ++checked;
    };
    check("tv", certified_total_variation(p, q, digits));
    check("kl", certified_divergence(Divergence::kl, p, q, digits));
    check("hellinger2", certified_divergence(Divergence::hellinger2, p, q, digits));
    check("fisher", certified_divergence(Divergence::fisher, p, q, digits));
    check("wasserstein1", certified_wasserstein1(p, q, digits));
    if (cases++ % transport_every == 0) check("wasserstein2", certified_wasserstein2(p, q, 8));
  }
  EXPECT_EQ(checked, 5 * cases + (cases + transport_every - 1) / transport_every);
  EXPECT_GE(cases, 8u);
}

TEST(LineReference, EnclosuresContainTheReference) { expect_references(3); }
TEST(LineReference, DISABLED_EveryEnclosureContainsTheReference) { expect_references(1); }

}  // namespace
}  // namespace verimix

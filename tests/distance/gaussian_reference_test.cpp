// The closed forms against tests/data/distance_reference.json (quadrature and explicit inverses at 60 digits, by
// mpmath).
#include <gtest/gtest.h>

#include <fstream>

#include "support/gaussian_pairs.hpp"
#include "support/reference_distances.hpp"

namespace verimix {
namespace {

using support::reference_document;
using support::reference_gaussian;

TEST(GaussianDistances, ContainTheReference) {
  const BallPrecision precision(300);
  int compared = 0;
  for (const Json& entry : reference_document().at("gaussians")) {
    const Gaussian<Ball> p = component(round_to<Ball>(reference_gaussian(entry.at("p"))), 0);
    const Gaussian<Ball> q = component(round_to<Ball>(reference_gaussian(entry.at("q"))), 0);
    for (const auto& [name, text] : entry.at("values").items()) {
      if (name == "wasserstein2_squared" && p.mean.size() > 2) continue;
      const Ball value = name == "tv"           ? tv_line(p, q)
                         : name == "kl"         ? kl(p, q)
                         : name == "hellinger2" ? hellinger2(p, q)
                         : name == "fisher"     ? fisher(p, q)
                                                : wasserstein2_squared(p, q);
      const auto reference = from_rational<Ball>(parse_rational(text.get<std::string>()));
      // 60 digits are printed; the quadrature works with 15 more, of which the differences of 1e-13 lose some.
      const Ball allowed =
          from_rational<Ball>(parse_rational("1e-57")) * (abs(reference) + from_rational<Ball>(parse_rational("1e-9")));
      EXPECT_EQ(less(abs(value - reference), allowed), Truth::yes) << name << " " << text << " entry " << compared;
      EXPECT_LE(radius_upper(value), 1e-60 * (1 + std::abs(approximate(value)))) << name;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 5 * 5 + 2 * 4 + 3);
}

TEST(GaussianDistances, FloatingPointWassersteinAgreesInDimensionThree) {
  const Json& entry = reference_document().at("gaussians").back();
  const auto distance = wasserstein2_squared(component(round_to<Real50>(reference_gaussian(entry.at("p"))), 0),
                                             component(round_to<Real50>(reference_gaussian(entry.at("q"))), 0));
  const auto reference =
      from_rational<Real50>(parse_rational(entry.at("values").at("wasserstein2_squared").get<std::string>()));
  // Entries of order 4, condition numbers below 20: a few hundred units of 1e-50.
  EXPECT_LT(abs(distance - reference), Real50("1e-46"));
}

}  // namespace
}  // namespace verimix

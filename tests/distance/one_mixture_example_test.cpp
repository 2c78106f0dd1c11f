// An example to copy from: every certified number of one mixture on the line that the library knows, for
// q = 0.4 N(-1, 0.3) + 0.6 N(1.5, 1.5) at time 1/10 of dx = -x dt + sqrt(2) dw. Each call asks for digits and gets an
// enclosure that is proved; require_digits turns one that is too wide into an error that says what to raise.
#include <gtest/gtest.h>

#include "verimix/core/number_text.hpp"
#include "verimix/distance/line_information.hpp"
#include "verimix/distance/quantile.hpp"
#include "verimix/distance/score_supremum.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

TEST(OneMixture, EveryCertifiedNumberOfIt) {
  const int digits = 20;
  const LineLaw law(instance("diff1"), Rational(1, 10));  // exact parameters, exact time
  const auto show = [&](const char* what, const LadderResult& found) {
    const Ball value = require_digits(found, digits, what);
    const auto [lower, upper] = enclosure_text(value);
    RecordProperty(what, lower + " .. " + upper);
    return value;
  };

  // The distribution function, each tail with digits of its own, and a quantile far out.
  const Ball below = show("P(X <= 0)", certified_probability(law, Side::left, 0, digits));
  const Ball above = show("P(X > 0)", certified_probability(law, Side::right, 0, digits));
  const Ball far =
      show("x with P(X > x) = 1e-100", certified_quantile(law, Side::right, parse_rational("1e-100"), digits));

  // E s^2 for the score s = (log q)', the distance to the law the flow ends at, and the squared error of a function
  // that stands for the score: here -x on [-3, 3] and 0 outside.
  const Ball information = show("Fisher information", certified_fisher_information(law, digits));
  const Ball entropy = show("KL to N(0, 1)", certified_kl_to_stationary(law, digits));
  PiecewisePolynomial g;
  g.cells.push_back({Rational(-3), Rational(3), {Rational(0), Rational(-1)}});
  const Ball error = show("E (s - g)^2", certified_score_error(law, g, digits));

  // Extrema on an interval: of the score, of its slope (the Lipschitz constant), of a polynomial minus the score.
  const RationalInterval interval{-4, 4};
  const Ball largest = show("sup |s|", certified_score_supremum(law, interval, digits).result);
  const Ball steepest = show("sup |s'|", certified_score_lipschitz(law, interval, digits).result);
  const LinePolynomial line{PolynomialBasis::monomial, {Rational(0), Rational(-1)}};
  const Ball apart = show("sup |s + x|", certified_score_error(law, line, interval, digits).result);

  // What has to hold between them.
  const BallPrecision precision(160);
  EXPECT_TRUE(overlaps(below + above, Ball(1)));
  EXPECT_TRUE(overlaps(LineMixture(law).upper_tail(far), from_rational<Ball>(parse_rational("1e-100"))));
  EXPECT_EQ(less(information, steepest), Truth::yes);  // E s^2 = -E s'
  EXPECT_EQ(less(Ball(0), entropy), Truth::yes);
  EXPECT_EQ(less(error, apart * apart + 2 * information), Truth::yes);
  EXPECT_EQ(less(largest, apart + 4), Truth::yes);
}

}  // namespace
}  // namespace verimix

#include "verimix/distance/score_supremum.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "support/line_mixtures.hpp"
#include "support/places.hpp"
#include "support/reference_distances.hpp"
#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

using support::check_few;
using support::line_mixture;
using support::line_mixtures;

const RationalInterval usual{-4, 4};

Rational fraction(const char* text) { return parse_rational(text); }

Ball value(const Supremum& found, int digits = 30) { return require_digits(found.result, digits, "sup"); }

// N(m, v): s(x) = -(x - m)/v.
TEST(ScoreSuprema, OfOneGaussianAreKnown) {
  const LineLaw law(line_mixture({{"1", "1/3", "1/7"}}));
  const Ball supremum = value(certified_score_supremum(law, {fraction("-1/9"), fraction("2/5")}, 30));
  const Ball lipschitz = value(certified_score_lipschitz(law, {fraction("-1/9"), fraction("2/5")}, 30));
  const BallPrecision precision(300);
  EXPECT_TRUE(contains(supremum, from_rational<Ball>(fraction("28/9"))));
  EXPECT_TRUE(contains(lipschitz, Ball(7)));
}

// 1/2 N(-m, v) + 1/2 N(m, v): s(x) = -x/v + (m/v) tanh(m x/v), s' = -1/v + (m/v)^2 sech^2(m x/v). On an interval
// around 0 |s'| is largest at 0 or far out: max(|m^2/v^2 - 1/v|, 1/v - (m/v)^2 sech^2(m b/v)). At time t, m is
// e^{-t} m and v is e^{-2t} v + 1 - e^{-2t}.
TEST(ScoreSuprema, OfASymmetricPairAreKnown) {
  struct Pair {
    const char *mean, *variance, *time;
  };
  for (const Pair& pair : {Pair{"7/10", "1/20", "0"}, Pair{"1", "1/2", "0"}, Pair{"1/2", "1", "1/3"}}) {
    const LineLaw law(
        line_mixture({{"1/2", std::string("-") + pair.mean, pair.variance}, {"1/2", pair.mean, pair.variance}}),
        fraction(pair.time));
    const RationalInterval interval{-2, fraction("10/3")};
    const Ball supremum = value(certified_score_supremum(law, interval, 40), 40);
    const Ball lipschitz = value(certified_score_lipschitz(law, interval, 40), 40);
    const BallPrecision precision(400);
    const Ball time = from_rational<Ball>(fraction(pair.time));
    const Ball m = signal_scale(time) * from_rational<Ball>(fraction(pair.mean));
    const Ball v = signal_scale(2 * time) * from_rational<Ball>(fraction(pair.variance)) + noise_variance(time);
    const Ball b = from_rational<Ball>(interval.upper);
    Ball tanh;
    arb_tanh(tanh.data(), (m * b / v).data(), 400);
    const Ball at_end = b / v - m / v * tanh;
    const Ball centre_slope = m * m / (v * v) - 1 / v;
    const Ball end_slope = 1 / v - m * m / (v * v) * (1 - tanh * tanh);
    EXPECT_TRUE(contains(lipschitz, larger_midpoint(abs(centre_slope), end_slope))) << pair.mean;
    // s is odd: its extrema are the end and the point inside where sech^2 = v/m^2, if there is one.
    Ball known = at_end;
    if (less(v, m * m) == Truth::yes) {
      const Ball inner_tanh = sqrt(1 - v / (m * m));
      Ball place;
      arb_atanh(place.data(), inner_tanh.data(), 400);
      known = larger_midpoint(known, abs(m / v * inner_tanh - place / m));
    }
    EXPECT_TRUE(contains(supremum, known)) << pair.mean;
  }
}

// Balls around the coefficients: the answer for every polynomial in them, as wide as they are and no wider.
TEST(ScoreSuprema, TakeBallsAsCoefficients) {
  const LineLaw law(line_mixture({{"1/2", "-1", "1/2"}, {"1/2", "1", "1/2"}}));
  for (const PolynomialBasis basis : {PolynomialBasis::monomial, PolynomialBasis::chebyshev}) {
    BallLinePolynomial balls{basis, {}};
    for (const double c : {0.25, -1.0, 0.125, 0.0625}) balls.coefficients.push_back(widened(Ball(c), Ball(0x1p-40)));
    const Supremum found = certified_score_error(law, balls, usual, 30);
    EXPECT_FALSE(found.result.goal_met);
    const double most = basis == PolynomialBasis::monomial ? 1 + 4 + 16 + 64 : 4;
    EXPECT_LE(radius_upper(found.result.value), 1.01 * most * 0x1p-40);
    for (const int corner : {0, 5, 10, 15}) {
      LinePolynomial one{basis, {}};
      int bit = 1;
      for (const double c : {0.25, -1.0, 0.125, 0.0625}) {
        one.coefficients.push_back(to_rational(c + ((corner & bit) != 0 ? 0x1p-40 : -0x1p-40)));
        bit *= 2;
      }
      EXPECT_TRUE(contains(found.result.value, value(certified_score_error(law, one, usual, 30)))) << corner;
    }
    for (Ball& c : balls.coefficients) c = centre_of(c);
    EXPECT_TRUE(certified_score_error(law, balls, usual, 30).result.goal_met);
  }
  BallLinePolynomial unbounded;
  unbounded.coefficients.push_back(Ball(1) / Ball(0));
  EXPECT_THROW(certified_score_error(law, unbounded, usual, 10), InputError);
}

// mpmath at 50 digits (tests/data/score_supremum_reference.py): every built-in family on the line and their noised
// laws, interpolants of degree 8, 16 and 30.
TEST(ScoreSuprema, ContainTheReference) {
  const Json document = parse_json(read_file(support::test_data() / "score_supremum_reference.json"));
  std::size_t checked = 0;
  for (const Json& entry : document.at("cases")) {
    const std::string name = entry.at("name").get<std::string>();
    const ExactMixture mixture = support::reference_mixture(entry.at("components"));
    EXPECT_EQ(LineLaw(mixture), LineLaw(instance(name)));
    const LineLaw law(mixture, json_rational(entry.at("time"), "time"));
    const auto check = [&](const Supremum& found, const Json& known) {
      EXPECT_TRUE(found.result.goal_met) << name;
      const BallPrecision precision(300);
      const Ball reference = from_rational<Ball>(json_rational(known, "value"));
      // The reference has 35 decimals.
      EXPECT_TRUE(contains(widened(found.result.value, reference * from_rational<Ball>(fraction("1e-34"))), reference))
          << name << " " << entry.at("time") << " " << known;
      ++checked;
    };
    check(certified_score_supremum(law, usual, 30), entry.at("supremum"));
    check(certified_score_lipschitz(law, usual, 30), entry.at("lipschitz"));
    for (const Json& interpolant : entry.at("interpolants")) {
      LinePolynomial p{PolynomialBasis::chebyshev, {}};
      for (const Json& c : interpolant.at("coefficients")) p.coefficients.push_back(json_rational(c, "coefficient"));
      check(certified_score_error(law, p, usual, 30), interpolant.at("error"));
    }
  }
  EXPECT_EQ(checked, 48u);
}

// The series against the score and the Jacobian of the mixture stage.
RC_GTEST_PROP(ScoreSeries, AgreesWithTheScoreAndItsDerivative, ()) {
  const ExactMixture mixture = *line_mixtures();
  const LineMixture line{LineLaw(mixture)};
  const Ball x = Ball(*support::dyadics(5));
  const Series series = score_series(line, x, 3);
  EvaluationRequest request;
  request.jacobian = true;
  const Evaluation<Ball> known =
      Density<Ball>(round_to<Ball>(mixture)).evaluate(Matrix<Ball>::Constant(1, 1, x), request);
  RC_ASSERT(overlaps(series.coefficient(0), known.score(0, 0)));
  RC_ASSERT(overlaps(series.coefficient(1), known.jacobian.front()(0, 0)));
}

// On a wide ball the coefficients contain those at each point of it.
RC_GTEST_PROP(ScoreSeries, OnABallContainsThoseAtPoints, ()) {
  const LineMixture line{LineLaw(*line_mixtures())};
  const support::BallWithPoint x = *support::balls(2);
  const Series wide = score_series(line, x.ball(), 9);
  const Series sharp = score_series(line, from_rational<Ball>(x.point()), 9);
  for (long j = 0; j <= 9; ++j)
    if (is_finite(wide.coefficient(j))) RC_ASSERT(overlaps(wide.coefficient(j), sharp.coefficient(j)));
}

// The adversary: values of the mixture stage at points of the interval are never above the enclosure, and the one at
// the place where it is attained meets it.
TEST(ScoreSuprema, BoundEveryValueAndAreAttained) {
  check_few(30, "the enclosure bounds the score", [] {
    const ExactMixture mixture = *line_mixtures();
    const LineMixture line{LineLaw(mixture)};
    const Rational lower(*support::integers(20), 3);
    const RationalInterval interval{lower, lower + Rational(*rc::gen::inRange(1L, 30L), 5)};
    LinePolynomial p{*rc::gen::element(PolynomialBasis::monomial, PolynomialBasis::chebyshev), {}};
    const long count = *rc::gen::inRange(0L, 8L);
    for (long j = 0; j < count; ++j) p.coefficients.emplace_back(*support::integers(9), 4);
    const Supremum found = certified_score_error(LineLaw(mixture), p, interval, 15);
    RC_ASSERT(found.result.goal_met);
    const Ball centre = from_rational<Ball>((interval.lower + interval.upper) / 2);
    const Ball half = from_rational<Ball>((interval.upper - interval.lower) / 2);
    const auto error_at = [&](const Ball& u) {
      const Ball x = centre + half * u;
      const Ball variable = p.basis == PolynomialBasis::chebyshev ? u : x;
      Ball sum = 0, basis = 1, next = variable;
      for (const Rational& c : p.coefficients) {
        sum += from_rational<Ball>(c) * basis;
        const Ball after = p.basis == PolynomialBasis::chebyshev ? 2 * u * next - basis : next * x;
        basis = next;
        next = after;
      }
      return abs(sum - line.score(x));
    };
    constexpr int steps = 150;
    for (int i = 0; i <= steps; ++i)
      RC_ASSERT(less(found.result.value, error_at(Ball(-1.0 + 2.0 * i / steps))) != Truth::yes);
    RC_ASSERT(overlaps(found.result.value, error_at(found.attained)));
  });
}

TEST(ScoreSuprema, PrecisionsNest) {
  const LineLaw law(instance("tri1"), Rational(1, 10));
  const LinePolynomial p{PolynomialBasis::chebyshev, {0, -1, 0, fraction("1/3"), 0, fraction("-1/7")}};
  Ball error = certified_score_error(law, p, usual, 15).result.value;
  Ball lipschitz = certified_score_lipschitz(law, usual, 15).result.value;
  for (const int digits : {30, 50, 100}) {
    const Ball next_error = value(certified_score_error(law, p, usual, digits), digits);
    const Ball next_lipschitz = value(certified_score_lipschitz(law, usual, digits), digits);
    EXPECT_TRUE(contains(error, next_error)) << digits;
    EXPECT_TRUE(contains(lipschitz, next_lipschitz)) << digits;
    error = next_error;
    lipschitz = next_lipschitz;
  }
}

// A polynomial that is the score itself, and one that differs from it by exactly 1e-40 x.
TEST(ScoreSuprema, OfPolynomialsThatAreTheScore) {
  const LineLaw law(line_mixture({{"1", "1/3", "1/7"}}));
  LinePolynomial p{PolynomialBasis::monomial, {fraction("7/3"), -7}};
  const Supremum zero = certified_score_error(law, p, usual, 30);
  EXPECT_FALSE(zero.result.goal_met);
  EXPECT_TRUE(contains(zero.result.value, Ball(0)));
  EXPECT_LT(radius_upper(zero.result.value), 1e-30);
  p.coefficients[1] += fraction("1e-40");
  const Ball tiny = value(certified_score_error(law, p, usual, 30));
  const BallPrecision precision(400);
  EXPECT_TRUE(contains(tiny, from_rational<Ball>(fraction("4e-40"))));
}

TEST(ScoreSuprema, BasesAreConvertedExactly) {
  // T_3(u) = 4 u^3 - 3 u; (1 + 2 u)^2 = 1 + 4 u + 4 u^2 for x = 1 + 2 u.
  const std::vector<Rational> third =
      monomials_on({0, 7}, {PolynomialBasis::chebyshev, {fraction("1/2"), 0, 0, fraction("1/3")}});
  EXPECT_EQ(third, (std::vector<Rational>{fraction("1/2"), -1, 0, fraction("4/3")}));
  const std::vector<Rational> square = monomials_on({-1, 3}, {PolynomialBasis::monomial, {0, 0, 1}});
  EXPECT_EQ(square, (std::vector<Rational>{1, 4, 4}));
}

TEST(ScoreSuprema, RefuseBadRequests) {
  const LineLaw law(instance("over1"));
  EXPECT_THROW(certified_score_supremum(law, {1, 1}, 30), InputError);
  EXPECT_THROW(certified_score_lipschitz(law, {2, 1}, 30), InputError);
  EXPECT_THROW(certified_score_error(law, LinePolynomial{}, usual, 0), InputError);
}

}  // namespace
}  // namespace verimix

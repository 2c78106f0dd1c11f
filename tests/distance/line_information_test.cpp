#include "verimix/distance/line_information.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/line_mixtures.hpp"
#include "support/places.hpp"
#include "support/reference_distances.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/integral.hpp"

namespace verimix {
namespace {

using support::check_few;
using support::line_mixture;
using Cell = PiecewisePolynomial::Cell;

using support::three;

Ball information(const ExactMixture& p, int digits = 30, const Rational& time = 0) {
  return require_digits(certified_fisher_information(LineLaw(p, time), digits), digits, "information");
}
Ball error_of(const ExactMixture& p, const PiecewisePolynomial& g, int digits = 20) {
  return require_digits(certified_score_error(LineLaw(p), g, digits), digits, "score error");
}

// A function with a gap, an unbounded cell and a fallback.
PiecewisePolynomial steps() {
  PiecewisePolynomial g;
  g.cells.push_back({Rational(1), Rational(5, 2), {Rational(1), Rational(-1), Rational(1, 3)}});
  g.cells.push_back({std::nullopt, Rational(-1), {Rational(2), Rational(-1, 2)}});
  g.fallback = {Rational(0), Rational(-1)};
  return g;
}

TEST(LineInformation, OfAGaussianIsOneOverItsVariance) {
  for (const char* variance : {"1", "0.25", "7"}) {
    const Ball found = information(line_mixture({{"1", "3", variance}}));
    EXPECT_TRUE(contains(widened(found, Ball(1e-38)), 1 / from_rational<Ball>(parse_rational(variance))));
  }
}

// mpmath at 50 digits (tests/data/line_information_reference.py).
TEST(LineInformation, ContainsTheReference) {
  const Json document = parse_json(read_file(support::test_data() / "line_information_reference.json"));
  for (const Json& entry : document.at("cases")) {
    const ExactMixture p = support::reference_mixture(entry.at("p"));
    const auto check = [&](const char* name, const Ball& found) {
      const BallPrecision precision(200);
      const Ball reference = from_rational<Ball>(json_rational(entry.at(name), name));
      // 36 decimals were written, of which the quadrature may have lost a few: less than the width of the enclosure.
      EXPECT_TRUE(contains(widened(found, reference * from_rational<Ball>(parse_rational("1e-32"))), reference))
          << entry.at("name") << ' ' << name;
    };
    check("information", information(p));
    check("score_error", error_of(p, steps(), 30));
    check("kl", require_digits(certified_kl_to_stationary(LineLaw(p, 1), 30), 30, "kl"));
  }
  EXPECT_EQ(document.at("cases").size(), 3U);
}

// E s' = -E s^2: the derivative of the score from the components, s' = sum r_i (s_i^2 - 1/v_i) - s^2.
TEST(LineInformation, IsMinusTheMeanSlopeOfTheScore) {
  const LineMixture p{LineLaw(three())};
  const Ball far(14);  // p (1 + x^2) (1 + 1/v)^2 leaves less than 1e-40 beyond
  const Integral mean_slope = integrate(
      [&](const ComplexBall& z, bool) {
        ComplexBall second = 0;  // p''
        for (const LineComponent& c : p.components()) {
          const ComplexBall u = (z - ComplexBall(c.mean)) * (1 / c.variance);
          second += (u * u - ComplexBall(1 / c.variance)) * exp((z - ComplexBall(c.mean)) * u * (Ball(-1) / 2)) *
                    (c.weight / sqrt(2 * pi<Ball>() * c.variance));
        }
        const ComplexBall s = p.score(z);
        return second - s * s * p.density(z);
      },
      -far, far, {Ball(0x1p-80), 0, 0});
  EXPECT_TRUE(overlaps(widened(-mean_slope.value, Ball(0x1p-75)), information(three())));
}

TEST(LineInformation, PrecisionsNest) {
  Ball last = information(three(), 15), last_error = error_of(three(), steps(), 15);
  for (const int digits : {30, 50, 100}) {
    const Ball next = information(three(), digits), next_error = error_of(three(), steps(), digits);
    EXPECT_TRUE(contains(last, next)) << digits;
    EXPECT_TRUE(contains(last_error, next_error)) << digits;
    last = next;
    last_error = next_error;
  }
}

// The information relative to N(0, 1), E |s + x|^2 = I - 2 + E x^2, falls at least as e^{-2t}; I itself need not fall.
TEST(LineInformation, RelativeToTheStationaryLawFalls) {
  const Rational second_moment = parse_rational("8.97");
  const auto relative = [&](const Rational& time) {
    const BallPrecision precision(160);
    return information(three(), 30, time) - 1 +
           exp(Ball(-2) * from_rational<Ball>(time)) * from_rational<Ball>(second_moment - 1);
  };
  const Ball first = relative(0);
  Ball last = first;
  for (const int quarter : {1, 2, 4, 8}) {
    const Ball next = relative(Rational(quarter, 4));
    EXPECT_EQ(less(next, last), Truth::yes);
    EXPECT_NE(less(exp(Ball(-quarter) / 2) * first, next), Truth::yes);
    last = next;
  }
  EXPECT_NEAR(approximate(information(three(), 10, 20)), 1, 1e-10);
}

TEST(LineInformation, CoarseGoalsStillEnclose) {
  check_few(10, "coarse contains fine", [] {
    const ExactMixture mixture = *support::line_mixtures();
    const LineMixture p{LineLaw(mixture)};
    const Ball fine = information(mixture), fine_error = error_of(mixture, steps());
    for (const long goal_bits : {-8L, -2L, 4L}) {
      RC_ASSERT(contains(fisher_information(p, goal_bits), fine));
      RC_ASSERT(contains(score_error(p, cover(steps()), goal_bits), fine_error));
    }
  });
}

// Two methods: E (s - g)^2 = I + E g^2 - 2 sum over cells of int p' g, where int p' g = [p g] - int p g' and every
// integral of p times a polynomial is exact.
TEST(ScoreErrors, AgreeWithIntegrationByParts) {
  check_few(15, "by parts", [] {
    const ExactMixture mixture = *support::line_mixtures();
    const PiecewisePolynomial g = steps();
    const Ball found = error_of(mixture, g);
    const BallPrecision precision(300);
    const LineMixture p{LineLaw(mixture)};
    Ball sum = information(mixture, 60);
    const auto from = [&](const std::optional<Rational>& end, const BallPolynomial& f, bool lower) {
      if (!end) return lower ? whole_integral(p, f) : Ball(0);
      return upper_tail_integral(p, f, from_rational<Ball>(*end));
    };
    for (const Cell& cell : cover(g)) {
      BallPolynomial f, slope, square(5);
      for (const Rational& c : cell.coefficients) f.push_back(from_rational<Ball>(c));
      for (std::size_t j = 1; j < f.size(); ++j) slope.push_back(static_cast<long>(j) * f[j]);
      for (std::size_t i = 0; i < f.size(); ++i)
        for (std::size_t j = 0; j < f.size(); ++j) square[i + j] += f[i] * f[j];
      const auto edge = [&](const std::optional<Rational>& end) {
        if (!end) return Ball(0);
        const Ball x = from_rational<Ball>(*end);
        Ball value = 0;
        for (std::size_t j = f.size(); j-- > 0;) value = value * x + f[j];
        return value * p.density(x);
      };
      sum += from(cell.lower, square, true) - from(cell.upper, square, false);
      const Ball inner = from(cell.lower, slope, true) - from(cell.upper, slope, false);
      sum -= 2 * (edge(cell.upper) - edge(cell.lower) - inner);
    }
    RC_ASSERT(overlaps(found, sum));
  });
}

TEST(ScoreErrors, AreExactlyZeroForTheScoreOfAGaussianOnly) {
  PiecewisePolynomial g;
  g.cells.push_back({Rational(0), std::nullopt, {Rational(3, 2), Rational(-1, 2), Rational(0)}});
  g.fallback = {Rational(3, 2), Rational(-1, 2)};
  const LadderResult zero = certified_score_error(LineLaw(line_mixture({{"1", "3", "2"}})), g, 30);
  EXPECT_NE(arb_is_zero(zero.value.data()), 0);
  // A last cell 5 deviations out, where g is off by 1: P((x, inf)) is the answer.
  g.cells.front().upper = Rational(10);
  g.cells.push_back({Rational(10), std::nullopt, {Rational(5, 2), Rational(-1, 2)}});
  const Ball found = error_of(line_mixture({{"1", "3", "2"}}), g);
  EXPECT_TRUE(overlaps(found, LineMixture(LineLaw(line_mixture({{"1", "3", "2"}}))).upper_tail(Ball(10))));
}

TEST(ScoreErrors, RefuseCellsThatOverlapOrAreEmpty) {
  PiecewisePolynomial g = steps();
  g.cells.push_back({Rational(2), Rational(3), {}});
  EXPECT_THROW(cover(g), InputError);
  g.cells.back() = {Rational(3), Rational(3), {}};
  EXPECT_THROW(cover(g), InputError);
  g.cells.back() = {std::nullopt, std::nullopt, {}};
  EXPECT_THROW(cover(g), InputError);
  EXPECT_EQ(cover(steps()).size(), 4U);
  EXPECT_EQ(cover({}).size(), 1U);
}

// KL of one Gaussian N(m, v) to N(0, 1) is (v + m^2 - 1 - log v)/2; with relative digits where it is 1e-27 or 1e-53.
TEST(KlToStationary, HasRelativeDigitsAtLateTimes) {
  for (const int time : {1, 10, 30})
    for (const char* mean : {"0", "3"}) {
      const LineLaw law(line_mixture({{"1", mean, "0.25"}}), time);
      const Ball found = require_digits(certified_kl_to_stationary(law, 30), 30, "kl");
      const BallPrecision precision(600);
      const LineMixture at_time(law);
      const LineComponent& c = at_time.components().front();
      EXPECT_TRUE(overlaps(found, (c.variance - 1 + c.mean * c.mean - log(c.variance)) / 2)) << time << ' ' << mean;
    }
  const LineLaw stationary(line_mixture({{"1", "0", "1"}}), 3);
  EXPECT_NE(arb_is_zero(certified_kl_to_stationary(stationary, 30).value.data()), 0);
}

// Contraction of the flow: KL falls at least as e^{-2 t}.
TEST(KlToStationary, FallsAsTheFlowContracts) {
  const auto kl = [](const Rational& time) {
    return require_digits(certified_kl_to_stationary(LineLaw(three(), time), 20), 20, "kl");
  };
  Ball last = kl(0);
  for (const int time : {1, 2, 4, 8}) {
    const Ball next = kl(time);
    EXPECT_EQ(less(exp(Ball(-2) * time) * kl(0), next), Truth::no) << time;
    EXPECT_EQ(less(next, last), Truth::yes);
    last = next;
  }
}

}  // namespace
}  // namespace verimix

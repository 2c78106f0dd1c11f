#include "verimix/diffusion/score_enclosure.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/exact.hpp"
#include "support/input_error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

using support::exact_ends;
using support::refusal;

/// Is the width of the enclosure at most 10^-digits of its smallest magnitude? Decided in fractions.
bool has_digits(const Ball& x, int digits) {
  const auto [lower, upper] = exact_ends(x);
  return upper - lower <= std::min(abs(lower), abs(upper)) * parse_rational("1e-" + std::to_string(digits));
}

Matrix<Rational> point(std::initializer_list<Rational> entries) {
  Matrix<Rational> x(std::ssize(entries), 1);
  std::copy(entries.begin(), entries.end(), x.data());
  return x;
}

RC_GTEST_PROP(ScoreEnclosure, MeetsItsDigitsAndContainsTheHundredDigits, ()) {
  const auto digits = *rc::gen::element(1, 15, 30, 80);
  const Rational time(*rc::gen::element(0, 1, 50), *rc::gen::element(1, 10, 1000000));
  const ExactMixture mixture = instance("random", {{"d", std::to_string(*rc::gen::inRange(1, 4))},
                                                   {"alpha", *rc::gen::element<std::string>("1/2", "1/65536")},
                                                   {"seed", std::to_string(*rc::gen::inRange(0, 1000))}});
  Matrix<Rational> x(mixture.dimension(), 2);
  for (Rational& entry : x.reshaped()) entry = Rational(*rc::gen::inRange(-1000, 1000), *rc::gen::element(1, 7, 64));
  const EnclosedEvaluation enclosed = enclose_evaluation(mixture, time, x, {.digits = digits, .jacobian = true});
  const BallPrecision precision(enclosed.bits);
  const Density<Real100> density(at_time(round_to<Real100>(mixture), from_rational<Real100>(time)));
  const auto reference =
      density.evaluate(x.unaryExpr([](const Rational& q) { return from_rational<Real100>(q); }), {.jacobian = true});
  for (Index j = 0; j < x.cols(); ++j) {
    for (Index m = 0; m < x.rows(); ++m) {
      const Ball& score = enclosed.evaluation.score(m, j);
      RC_ASSERT(has_digits(score, digits) || arb_contains_zero(score.data()) != 0);
      // alpha >= 2^-16 and |x| <= 1000 + R leave at least 80 of the 100 digits.
      const auto [lower, upper] = exact_ends(score);
      const Rational value = to_rational(reference.score(m, j));
      const Rational slack = (abs(value) + 1) * parse_rational("1e-80");
      RC_ASSERT(lower - slack <= value && value <= upper + slack);
    }
    RC_ASSERT(has_digits(enclosed.evaluation.log_density(j), digits));
  }
}

TEST(ScoreEnclosure, WhatIsZeroIsMeasuredAgainstItsTerms) {
  // By symmetry the score vanishes at 0, but no floating enclosure can be [0, 0].
  const auto at = enclose_evaluation(instance("over1"), Rational(1, 3), point({0}), {.digits = 40});
  const auto [lower, upper] = exact_ends(at.evaluation.score(0, 0));
  EXPECT_TRUE(lower <= 0 && 0 <= upper);
  EXPECT_LE(upper - lower, parse_rational("2e-40")) << "sum_i w_i tr(Q_i^-1)(|x| + |mu_i|) is below 2";
  EXPECT_TRUE(has_digits(at.evaluation.log_density(0), 40));
}

TEST(ScoreEnclosure, ThePrecisionRisesWhereItMust) {
  ExactMixture mixture = instance("pan2");
  mixture.covariances[0](1, 1) = parse_rational("1e-60");
  mixture.covariances[0](0, 1) = mixture.covariances[0](1, 0) = parse_rational("9.99999e-31");
  // On the ridge of the thin component, which is within 10^-6 of being degenerate.
  const Matrix<Rational> x = point({Rational(1, 3), Rational(-7, 10) + parse_rational("1e-30") / 3});
  const auto at = enclose_evaluation(mixture, 0, x, {.digits = 30, .jacobian = true});
  for (const Ball& entry : at.evaluation.score.reshaped()) EXPECT_TRUE(has_digits(entry, 30));
  for (const Ball& entry : at.evaluation.jacobian[0].reshaped()) EXPECT_TRUE(has_digits(entry, 30));
}

TEST(ScoreEnclosure, ExactNumbersPass) {
  ExactMixture normal;
  normal.weights = {1};
  normal.means = point({0});
  normal.covariances = {point({1})};
  const auto at = enclose_evaluation(normal, 0, point({0}), {.digits = 1000});
  EXPECT_NE(arb_is_zero(at.evaluation.score(0, 0).data()), 0);
}

TEST(ScoreEnclosure, AnInsufficientBudgetIsUndecided) {
  EXPECT_THROW(enclose_evaluation(instance("over1"), 0, point({1}), {.digits = 30, .largest_bits = 60}),
               UndecidedError);
}

TEST(ScoreEnclosure, RefusesBadInput) {
  const ExactMixture flat = instance("degenerate", {{"d", "2"}, {"r", "1"}});
  const Matrix<Rational> x = point({0, 0});
  EXPECT_EQ(refusal([&] { enclose_evaluation(flat, 0, x); }),
            "components[0].covariance: value \"a semidefinite matrix\": expected a positive definite covariance at "
            "time 0; with "
            "--time > 0 a semidefinite one will do");
  EXPECT_EQ(refusal([&] { enclose_evaluation(flat, Rational(1, 100), x); }), "accepted");
  EXPECT_EQ(refusal([&] { enclose_evaluation(flat, -1, x); }), "time: value \"-1\": expected a time >= 0");
  EXPECT_EQ(refusal([&] { enclose_evaluation(flat, 1, point({0})); }),
            "points: value \"dimension 1\": expected dimension 2, that of the mixture");
  EXPECT_EQ(refusal([&] { enclose_evaluation(flat, 1, x, {.digits = 10001}); }),
            "digits: value \"10001\": expected an integer from 1 to 10000");
}

TEST(ScoreEnclosure, AComponentOfWeightZeroMayBeSemidefiniteAtTimeZero) {
  ExactMixture mixture = instance("degenerate", {{"d", "2"}, {"r", "2"}});
  mixture.covariances[0] = Matrix<Rational>::Constant(2, 2, Rational(1));
  mixture.weights = {0, 1};
  EXPECT_EQ(refusal([&] { enclose_evaluation(mixture, 0, point({0, 1})); }), "accepted");
}

}  // namespace
}  // namespace verimix

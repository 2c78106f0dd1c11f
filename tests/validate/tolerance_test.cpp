#include "verimix/validate/tolerance.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/corpus.hpp"
#include "support/mixtures.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/validate/answers.hpp"

namespace verimix {
namespace {

using support::question_about;

ExactMixture gaussian(const Rational& mean, const Rational& variance) {
  ExactMixture mixture;
  mixture.weights = {1};
  mixture.means = Matrix<Rational>::Constant(1, 1, mean);
  mixture.covariances = {Matrix<Rational>::Constant(1, 1, variance)};
  return mixture;
}

/// The answer in a scalar, in the order of the corpus.
template <Scalar T>
std::vector<T> in_floating_point(const ExactMixture& exact_mixture, const Matrix<Rational>& points,
                                 const Rational& time, Operation operation) {
  const Density<T> density(at_time(round_to<T>(exact_mixture), from_rational<T>(time)));
  const auto at =
      density.evaluate(support::rounded<T>(points), {.responsibilities = true, .jacobian = true, .threads = 1});
  std::vector<T> values;
  for (Index j = 0; j < points.cols(); ++j) {
    if (operation == Operation::log_density) values.push_back(at.log_density(j));
    if (operation == Operation::score) values.insert(values.end(), at.score.col(j).begin(), at.score.col(j).end());
    if (operation == Operation::responsibilities)
      values.insert(values.end(), at.responsibilities.col(j).begin(), at.responsibilities.col(j).end());
    if (operation == Operation::jacobian)
      for (const T& entry : at.jacobian[static_cast<std::size_t>(j)].reshaped()) values.push_back(entry);
  }
  return values;
}

Operation any_operation() {
  return *rc::gen::element(Operation::log_density, Operation::score, Operation::responsibilities, Operation::jacobian);
}

RC_GTEST_PROP(Tolerance, OurOwnDoublesAreWithinIt, ()) {
  const ExactMixture mixture = *support::mixtures(4);
  const Matrix<Rational> x = *support::mixture_points(mixture.dimension(), 16);
  const Rational time(*rc::gen::element(0, 1, 8), 8);
  const Operation operation = any_operation();
  const VectorAnswer answer = answer_of(question_about(mixture, x, time, operation));
  if (!answer.tolerance[0]) return;
  const std::vector<double> values = in_floating_point<double>(mixture, x, time, operation);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Rational value = to_rational(values[i]);
    const Rational off = std::max<Rational>(answer.lower[i] - value, value - answer.upper[i]);
    RC_ASSERT(off <= to_rational((*answer.tolerance[0])[i]));
  }
}

RC_GTEST_PROP(Tolerance, NoPerturbationOfTheInputsExceedsTheCondition, ()) {
  // Every input moved by a relative +-2^-40: to first order the entries move by at most 2^-40 times their condition;
  // what is not first order is below 2^-40 times the squares of conditions, and those are kept small here.
  ExactMixture mixture = *support::mixtures(3, 1);
  const Matrix<Rational> x = *support::mixture_points(mixture.dimension(), 1);
  const Rational time(*rc::gen::element(0, 1, 8), 8);
  const Operation operation = any_operation();
  const VectorAnswer answer = answer_of(question_about(mixture, x, time, operation));
  if (std::ranges::max(answer.input_condition) > 1e5 || !answer.tolerance[0]) return;
  const Rational step = support::power_of_two(-40);
  const auto moved = [&](const Rational& value) -> Rational {
    return value * (*rc::gen::arbitrary<bool>() ? Rational(1 + step) : Rational(1 - step));
  };
  ExactMixture other = mixture;
  Matrix<Rational> y = x.unaryExpr(moved);
  for (Rational& w : other.weights) w = moved(w);
  for (Rational& m : other.means.reshaped()) m = moved(m);
  for (Matrix<Rational>& q : other.covariances)
    for (Index a = 0; a < q.rows(); ++a)
      for (Index b = 0; b <= a; ++b) q(a, b) = q(b, a) = moved(q(a, b));
  const auto before = in_floating_point<Real100>(mixture, x, time, operation);
  const auto after = in_floating_point<Real100>(other, y, moved(time), operation);
  for (std::size_t i = 0; i < before.size(); ++i) {
    const Real100 bound = Real100(answer.input_condition[i]) * from_rational<Real100>(step);
    RC_ASSERT(abs(after[i] - before[i]) <= bound * Real100("1.01") + Real100("1e-17"));
  }
}

TEST(Tolerance, TheConditionOfOneGaussianIsItsFormula) {
  // g = (x - mu)/Q; d log p = -g dx + g dmu + (g^2 - 1/Q)/2 dQ + dlambda/lambda: moduli times the inputs add up to the
  // condition.
  const double g = 2.5 / 16;
  const double expected = g * 3 + g * 0.5 + std::abs(g * g - 1.0 / 16) / 2 * 16 + 1;
  const auto answer = answer_of(
      question_about(gaussian(Rational(1, 2), 16), Matrix<Rational>::Constant(1, 1, 3), 0, Operation::log_density));
  EXPECT_GE(answer.input_condition[0], expected);
  EXPECT_LE(answer.input_condition[0], 1.03 * expected) << "three digits, rounded up";
  EXPECT_EQ(answer.operations, 3 + 1 + 16);
  // Of the score -g: dx and dmu enter with 1/Q, dQ with g/Q.
  const auto score =
      answer_of(question_about(gaussian(Rational(1, 2), 16), Matrix<Rational>::Constant(1, 1, 3), 0, Operation::score));
  EXPECT_NEAR(score.input_condition[0], 3.5 / 16 + g, 0.02);
}

TEST(Tolerance, ATightToleranceForEachDtype) {
  const auto answer =
      answer_of(question_about(gaussian(Rational(1, 2), 1), Matrix<Rational>::Constant(1, 1, 3), 0, Operation::score));
  ASSERT_TRUE(answer.tolerance[0] && answer.tolerance[1] && answer.tolerance[2]);
  EXPECT_LT((*answer.tolerance[0])[0], 1e-13);
  EXPECT_LT((*answer.tolerance[1])[0], 1e-4);
  EXPECT_LT((*answer.tolerance[2])[0], 0.1) << "a factor 2 is far outside";
}

TEST(Tolerance, WhatCannotTellIsNotApplicable) {
  // At 2^33 the odds are known, although the squares have lost their units: they are far from even.
  EXPECT_TRUE(support::pinned_case("responsibilities-far-tail-007").answer.tolerance[0]);
  // Thin by 2^-32, the covariance is singular after rounding to float32.
  const VectorCase& thin = support::pinned_case("log-density-ill-conditioned-005");
  EXPECT_FALSE(thin.answer.tolerance[1]);
  EXPECT_NE(thin.answer.inapplicable[1], "");
  std::size_t applicable = 0;
  for (const VectorCase& c : support::pinned_cases()) {
    applicable += c.answer.tolerance[2] ? 1U : 0U;
    for (std::size_t i = 0; i < dtypes.size(); ++i)
      EXPECT_NE(c.answer.tolerance.at(i).has_value(), !c.answer.inapplicable.at(i).empty()) << c.question.id;
  }
  EXPECT_GE(4 * applicable, 3 * support::pinned_cases().size()) << "three quarters discriminate in bfloat16";
}

/// To so many significant bits.
double rounded_to(int bits, double x) {
  int exponent = 0;
  const double fraction = std::frexp(x, &exponent);
  return std::ldexp(std::nearbyint(std::ldexp(fraction, bits)), exponent - bits);
}

/// The question with its inputs rounded, answered in double, the answer rounded; judged in bfloat16.
Outcome rounded_outcome(const VectorCase& c, int bits) {
  const auto round = [&](double x) { return rounded_to(bits, x); };
  Mixture<double> mixture = round_to<double>(*c.question.mixture);
  mixture.weights = mixture.weights.unaryExpr(round);
  mixture.means = mixture.means.unaryExpr(round);
  for (Matrix<double>& q : mixture.covariances) q = q.unaryExpr(round);
  const Density<double> density(at_time(mixture, round(from_rational<double>(c.question.time))));
  const Matrix<double> points = support::rounded<double>(c.question.points).unaryExpr(round);
  const auto answer = [&](const VectorQuestion&) {
    const Matrix<double> score = density.evaluate(points, {.threads = 1}).score.unaryExpr(round);
    return std::vector<double>(score.reshaped().begin(), score.reshaped().end());
  };
  return judge_function({c}, answer, Dtype::bfloat16).front().outcome;
}

// What bfloat16 means: question and answer rounded to 8 bits, all between to more.
TEST(Tolerance, EightBitsPassAndSixDoNotInBfloat16) {
  int asked = 0;
  int coarse_failures = 0;
  for (const VectorCase& c : support::pinned_cases()) {
    if (c.question.operation != Operation::score || c.question.process || !c.answer.tolerance[2]) continue;
    ++asked;
    EXPECT_EQ(rounded_outcome(c, 8), Outcome::pass) << c.question.id;
    coarse_failures += rounded_outcome(c, 6) == Outcome::pass ? 0 : 1;
  }
  EXPECT_GE(asked, 40);
  EXPECT_GE(4 * coarse_failures, asked) << "two bits less show";
}

TEST(Dtypes, HoldWhatTheirSignificandsHold) {
  EXPECT_TRUE(holds(Dtype::bfloat16, Rational(255, 64)));
  EXPECT_FALSE(holds(Dtype::bfloat16, Rational(257, 64)));
  EXPECT_TRUE(holds(Dtype::float32, Rational(257, 64)));
  EXPECT_FALSE(holds(Dtype::float64, Rational(1, 3)));
  EXPECT_TRUE(holds(Dtype::bfloat16, 0));
  EXPECT_TRUE(holds(Dtype::bfloat16, -support::power_of_two(-300)));
  EXPECT_FALSE(holds(Dtype::float64, support::power_of_two(2000) + 1)) << "beyond double";
}

}  // namespace
}  // namespace verimix

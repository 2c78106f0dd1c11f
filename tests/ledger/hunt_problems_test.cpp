// The problems of the hunt: every form has one or a reason, both evaluations of each agree, and where a right side is
// written out because a stage's function is not made for balls, it is that function.
#include <gtest/gtest.h>

#include <cmath>

#include "verimix/cluster/clustering_error.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/random.hpp"
#include "verimix/estimate/crude_means.hpp"
#include "verimix/ledger/hunt.hpp"
#include "verimix/polynomial/estimated_inputs.hpp"

namespace verimix {
namespace {

const HuntProblem& problem_of(const std::string& statement, StatementForm form, const std::string& part = "") {
  for (const HuntProblem& problem : hunt_problems())
    if (to_text(problem.statement) == statement && problem.form == form && problem.part == part) return problem;
  throw InputError("", "problem", statement + " " + part, "a problem of the hunt");
}

TEST(HuntProblems, EveryFormOfEveryStatementIsSearchedOrHasAReason) {
  for (const StatementId id : all_statements())
    for (const StatementForm form : {StatementForm::printed, StatementForm::explicit_constants}) {
      const bool searched = std::ranges::any_of(
          hunt_problems(), [&](const HuntProblem& problem) { return problem.statement == id && problem.form == form; });
      EXPECT_NE(searched, !hunt_exclusion(id, form).empty())
          << to_text(id) << (form == StatementForm::printed ? " printed" : " explicit");
    }
}

TEST(HuntProblems, HaveDifferentNames) {
  for (std::size_t i = 0; i < hunt_problems().size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const HuntProblem &a = hunt_problems()[i], &b = hunt_problems()[j];
      EXPECT_FALSE(a.statement == b.statement && a.form == b.form && a.part == b.part) << to_text(a.statement);
    }
}

/// A dyadic point of the box, the same in both evaluations.
std::vector<double> random_point(const HuntProblem& problem, Stream& stream) {
  std::vector<double> point;
  for (const HuntParameter& parameter : problem.parameters) {
    const double low = from_rational<double>(parameter.lower), high = from_rational<double>(parameter.upper);
    const double place = stream.uniform();
    const double x =
        parameter.scale == HuntScale::linear ? low + place * (high - low) : low * std::pow(high / low, place);
    point.push_back(parameter.scale == HuntScale::integer ? std::round(x) : static_cast<float>(x));
  }
  return point;
}

/// log(lhs/rhs) of the certified sides; nothing where they are no two positive numbers.
std::optional<double> certified_log_ratio(const HuntProblem& problem, const std::vector<double>& point) {
  HuntPoint exact;
  for (const double x : point) exact.push_back(to_rational(x));
  const Comparison sides = problem.certified(exact);
  if (!sides.ratio || less(Ball(0), *sides.ratio) != Truth::yes) return std::nullopt;
  return approximate(log(*sides.ratio));
}

class EveryProblem : public ::testing::TestWithParam<std::size_t> {};

// The quick evaluation is floating point (sums of a trapezoid rule among them); 1e-4 of a logarithm is far below what
// a finding is decided by, and a wrong formula is off by far more. Ratios below e^-60 are left out: the rule's reach of
// 12 deviations does not carry them.
TEST_P(EveryProblem, BothEvaluationsAgree) {
  const HuntProblem& problem = hunt_problems()[GetParam()];
  Stream stream(11, Purpose::instance, GetParam());
  int compared = 0;
  for (int attempt = 0; attempt < 400 && compared < 4; ++attempt) {
    const std::vector<double> point = random_point(problem, stream);
    double quick = std::numeric_limits<double>::quiet_NaN();
    try {
      quick = problem.quick(point);
    } catch (const std::runtime_error&) {  // outside of a bound's domain
    }
    if (!std::isfinite(quick) || std::abs(quick) > 60) continue;
    const auto certified = certified_log_ratio(problem, point);
    if (!certified) continue;
    EXPECT_NEAR(quick, *certified, 1e-4 * std::max(1.0, std::abs(*certified)))
        << to_text(problem.statement) << ' ' << problem.part;
    ++compared;
  }
  // One inequality has no positive side, one has a right side that is never there together with the left one.
  const bool one_sided = problem.part.starts_with("the error of the covariances");
  EXPECT_GE(compared, one_sided ? 0 : 1) << to_text(problem.statement) << ' ' << problem.part;
}

std::string problem_name(const ::testing::TestParamInfo<std::size_t>& info) {
  const HuntProblem& problem = hunt_problems()[info.param];
  std::string name = to_text(problem.statement) + (problem.form == StatementForm::printed ? "_printed_" : "_explicit_");
  name += std::to_string(info.param);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Hunt, EveryProblem, ::testing::Range<std::size_t>(0, hunt_problems().size()), problem_name);

double right_side(const HuntProblem& problem, const HuntPoint& point) {
  return approximate(problem.certified(point).rhs.value);
}
/// P[statistic > L], read off the printed right side of Lemma 45 (a), beta D^2/alpha^2 log(2/delta).
double delta_of(const HuntPoint& cell, const std::string& part, double scale) {
  return 2 * std::exp(-right_side(problem_of("lemma-45", StatementForm::printed, part), cell) / scale);
}

TEST(HuntProblems, WriteOutTheBoundsOfLemmas45And46) {
  // q = 1/2, gap = 1, e = 1, L = 1: alpha = 1/2, beta = 3/2, D = 2.
  const HuntPoint cell{Rational(1) / 2, 1, 1, 1};
  const SubMixtureSizes<double> sizes{2, 0.5, 1.5, 2};
  const auto explicit_form = StatementForm::explicit_constants;
  EXPECT_NEAR(right_side(problem_of("lemma-45", explicit_form, "(a)"), cell),
              softmax_input_upper(sizes, delta_of(cell, "(a)", 1.5 * 4 / 0.25)), 1e-9);
  EXPECT_NEAR(right_side(problem_of("lemma-45", explicit_form, "(b)"), cell),
              linear_term_upper(sizes, delta_of(cell, "(b)", std::sqrt(1.5) * 4 / 0.25)), 1e-9);
  // g = 1/4, h = 1/3: upsilon = 7/12, Khat = 2/3 + 1/3, kappa = 2.
  const HuntPoint estimated{Rational(1) / 2, 1, 1, 1, Rational(1) / 4, Rational(1) / 3};
  const double v = 7.0 / 12,
               printed = right_side(problem_of("lemma-46", StatementForm::printed, "omega_1, D > 0"), estimated);
  const double delta = 2 * std::exp(-printed / (1.5 * 4 * v * v / 0.5));
  EXPECT_NEAR(printed, printed_input_error<double>(sizes, {v, 2}, delta), 1e-12 * printed);
  EXPECT_NEAR(right_side(problem_of("lemma-46", explicit_form, "omega_1"), estimated),
              input_error_upper<double>(sizes, {v, 2}, delta), 1e-9);
}

TEST(HuntProblems, WriteOutTheBoundOfLemma44) {
  // q = 2, K2 = 3, K3 = 1, m2 = 1, m3 = -1, L = 4: beta = 2, F = S = 2, kappa = 3, distances 1, 1, 2.
  const HuntPoint forms{2, 3, 1, 1, -1, 4};
  const FormSizes<double> sizes{2, 2, 2, 3, 1, 1, 2};
  // printed: beta F t + kappa (1 + 1) + sqrt(beta) t (2 + 6), t = log(1/delta).
  const double printed = right_side(problem_of("lemma-44", StatementForm::printed), forms);
  const double delta = std::exp(-(printed - 6) / (4 + 8 * std::sqrt(2.0)));
  EXPECT_NEAR(printed, printed_form_difference(sizes, 1.0 / 3, delta), 1e-12 * printed);
  EXPECT_NEAR(right_side(problem_of("lemma-44", StatementForm::explicit_constants), forms),
              form_difference_upper(sizes, delta), 1e-9);
}

TEST(HuntProblems, WriteOutTheBoundsOfLemmas16And29) {
  // lambda = 1/2, variances 1/2, 1, 3, 1 and 1, E = diag(1/4, 0): alpha = 1/2, beta = 3, eta = 3/4.
  const HuntPoint span{Rational(1) / 2, 1, 2, 16, Rational(1) / 2, 1, 3, 1, Rational(1) / 4, 0, 0};
  EXPECT_NEAR(right_side(problem_of("lemma-16", StatementForm::explicit_constants), span),
              mean_subspace_error_squared_upper(0.5, 3.0, 0.75, 0.5), 1e-12);
  EXPECT_NEAR(
      right_side(problem_of("lemma-29", StatementForm::explicit_constants, "exp(-m^2/(18 beta))/2"), {2, 1, 5, 0, 0}),
      pairwise_mean_error_upper(5.0, 2.0), 1e-12);
}

}  // namespace
}  // namespace verimix

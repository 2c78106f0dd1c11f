// The engine of the hunt on inequalities planted for it: what is false is found and made small, what is true is not
// refuted, and nothing depends on threads, time or interruptions.
#include "verimix/ledger/hunt.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/input_error.hpp"

namespace verimix {
namespace {

HuntParameter planted_parameter(const std::string& name, HuntScale scale, const Rational& lower,
                                const Rational& upper) {
  return {name, scale, lower, upper, true};
}

/// lhs <= rhs with sides that are given in double and in balls.
template <class Sides>
HuntProblem planted(const std::string& part, bool hidden, std::vector<HuntParameter> parameters, Sides sides) {
  HuntProblem problem;
  problem.statement = {StatementKind::fact, 19};
  problem.part = part;
  problem.hidden_constant = hidden;
  problem.parameters = std::move(parameters);
  problem.quick = [sides](std::span<const double> v) { return log_ratio(sides(v)); };
  problem.certified = [sides](std::span<const Rational> v) {
    std::vector<Ball> balls;
    for (const Rational& x : v) balls.push_back(from_rational<Ball>(x));
    return comparison(sides(std::span<const Ball>(balls)));
  };
  return problem;
}

/// x y <= 6 for a whole x and y <= 3: false, and (3, 3) is the shortest witness.
const HuntProblem& planted_false() {
  static const HuntProblem problem = planted("false", false,
                                             {planted_parameter("x", HuntScale::integer, 1, 100),
                                              planted_parameter("y", HuntScale::logarithmic, Rational(1) / 100, 100)},
                                             []<class T>(std::span<const T> v) {
                                               HuntSides<T> sides{T(v[0] * v[1]), T(6), false, ""};
                                               if (less(T(3), v[1]) != Truth::no) sides.broken = "y <= 3";
                                               return sides;
                                             });
  return problem;
}
/// x y <= 16 for x, y <= 4: true, with equality at the corner.
const HuntProblem& planted_true() {
  static const HuntProblem problem = planted("true", false,
                                             {planted_parameter("x", HuntScale::logarithmic, Rational(1) / 4, 4),
                                              planted_parameter("y", HuntScale::linear, 0, 4)},
                                             []<class T>(std::span<const T> v) {
                                               return HuntSides<T>{T(v[0] * v[1]), T(16), false, ""};
                                             });
  return problem;
}
/// x <= C (y + 1) for x <= y: C = 1 will do, but outside of x <= y none.
const HuntProblem& planted_inside_only() {
  static const HuntProblem problem = planted("inside", true,
                                             {planted_parameter("x", HuntScale::logarithmic, Rational(1) / 16, 16),
                                              planted_parameter("y", HuntScale::logarithmic, Rational(1) / 16, 16)},
                                             []<class T>(std::span<const T> v) {
                                               HuntSides<T> sides{v[0], T(v[1] + 1), false, ""};
                                               if (less(v[1], v[0]) != Truth::no) sides.broken = "x <= y";
                                               return sides;
                                             });
  return problem;
}
/// a^2 + a <= C (sqrt(a) + b): the ratio is a^{3/2} (1 + 1/a)/(1 + b/sqrt(a)).
const HuntProblem& planted_growth() {
  static const HuntProblem problem =
      planted("growth", true,
              {planted_parameter("a", HuntScale::logarithmic, Rational(1) / 16, 16),
               planted_parameter("b", HuntScale::logarithmic, Rational(1) / 16, 16)},
              []<class T>(std::span<const T> v) {
                return HuntSides<T>{T(v[0] * v[0] + v[0]), T(sqrt(v[0]) + v[1]), false, ""};
              });
  return problem;
}

std::vector<HuntProgress> searched(const HuntProblem& problem, std::uint64_t rounds, std::uint64_t seed = 1,
                                   unsigned threads = 0) {
  std::vector<HuntProgress> progress(1);
  const HuntProblem* const one[] = {&problem};
  hunt_search(one, {.seed = seed, .rounds = rounds, .threads = threads}, progress);
  return progress;
}
HuntFinding hunted(const HuntProblem& problem, std::uint64_t rounds = 8) {
  return hunt_conclude(problem, searched(problem, rounds).front());
}
std::string bits_of(const HuntProblem& problem, const std::vector<HuntProgress>& progress, std::uint64_t seed = 1) {
  const HuntProblem* const one[] = {&problem};
  return progress_json(one, progress, {.seed = seed}).dump();
}

TEST(Hunt, FindsAPlantedViolationAndItsSmallestWitness) {
  const HuntFinding finding = hunted(planted_false());
  EXPECT_EQ(finding.outcome, HuntOutcome::refuted);
  EXPECT_EQ(finding.comparison.verdict, Verdict::violated);
  EXPECT_EQ(finding.comparison.evidence, Evidence::certified);
  EXPECT_EQ(finding.instance, (HuntPoint{3, 3}));
}

TEST(Hunt, DoesNotRefuteWhatIsTrueAndComesCloseToItsWorst) {
  const HuntFinding finding = hunted(planted_true());
  EXPECT_EQ(finding.outcome, HuntOutcome::not_refuted);
  EXPECT_FALSE(finding.undecided);
  ASSERT_TRUE(finding.progress.worst);
  EXPECT_LE(finding.progress.worst->log_ratio, 0);
  EXPECT_GT(finding.progress.worst->log_ratio, -1e-6);
  EXPECT_GT(finding.progress.met, 100U);
}

TEST(Hunt, AViolationOutsideOfTheHypothesesIsNone) {
  const HuntFinding finding = hunted(planted_inside_only());
  EXPECT_EQ(finding.outcome, HuntOutcome::not_refuted);
  EXPECT_LT(finding.progress.met, finding.progress.tried);
  EXPECT_LT(finding.progress.worst->log_ratio, 0);
  EXPECT_FALSE(finding.progress.family);
}

TEST(Hunt, RecoversThePowerOfAPlantedFamily) {
  const HuntFinding finding = hunted(planted_growth());
  ASSERT_EQ(finding.outcome, HuntOutcome::unbounded_constant);
  EXPECT_EQ(finding.exponents, (std::vector<int>{1, 0}));
  ASSERT_EQ(finding.members.size(), 3U);
  const double s_2 = from_rational<double>(finding.members[1].s), s_3 = from_rational<double>(finding.members[2].s);
  const double a = from_rational<double>(finding.instance[0]), b = from_rational<double>(finding.instance[1]);
  // The exponent between two members differs from 3/2 by the logarithms of (1 + 1/(a s)) and (1 + b/sqrt(a s)) at them,
  // each at most its argument, over log(s_3/s_2).
  const double tolerance = (1 / (a * s_2) + b / std::sqrt(a * s_2)) / std::log(s_3 / s_2);
  EXPECT_NEAR(finding.growth, 1.5, tolerance);
  EXPECT_LT(tolerance, 0.05);
  for (const HuntMember& member : finding.members) EXPECT_EQ(member.comparison.evidence, Evidence::certified);
}

TEST(Hunt, ShrinksToTheShortestText) {
  const HuntPoint found = shrink(planted_true(), {Rational(377) / 100, Rational(7) / 3}, [](const HuntPoint& instance) {
    return instance[0] > 1 && instance[1] * instance[0] > Rational(7) / 4;
  });
  EXPECT_EQ(found, (HuntPoint{2, 1}));
}

TEST(Hunt, DependsOnTheSeedAndNotOnThreads) {
  for (const HuntProblem* problem : {&planted_true(), &planted_growth()}) {
    const std::string one = bits_of(*problem, searched(*problem, 16, 1, 1));
    EXPECT_EQ(one, bits_of(*problem, searched(*problem, 16, 1, 2)));
    EXPECT_EQ(one, bits_of(*problem, searched(*problem, 16, 1, 3)));
  }
  EXPECT_NE(bits_of(planted_inside_only(), searched(planted_inside_only(), 16, 1)),
            bits_of(planted_inside_only(), searched(planted_inside_only(), 16, 2)));
}

TEST(Hunt, GoesOnBitForBit) {
  const HuntProblem* const two[] = {&planted_true(), &planted_inside_only()};
  const HuntSettings whole{.rounds = 24};
  std::vector<HuntProgress> at_once(2), first(2);
  hunt_search(two, whole, at_once);
  hunt_search(two, {.rounds = 8}, first);
  // Through the document that --resume keeps.
  std::vector<HuntProgress> resumed = parse_progress(parse_json(progress_json(two, first, whole).dump()), two, whole);
  hunt_search(two, whole, resumed);
  EXPECT_EQ(progress_json(two, resumed, whole).dump(), progress_json(two, at_once, whole).dump());
  EXPECT_EQ(at_once.front().rounds, 24U);
}

TEST(Hunt, RefusesTheStateOfAnotherHunt) {
  const HuntProblem* const one[] = {&planted_true()};
  const HuntProblem* const other[] = {&planted_false()};
  const Json kept = progress_json(one, std::vector<HuntProgress>(1), {.seed = 7});
  EXPECT_THROW(parse_progress(kept, one, {.seed = 8}), InputError);
  EXPECT_THROW(parse_progress(kept, other, {.seed = 7}), InputError);
  EXPECT_NO_THROW(parse_progress(kept, one, {.seed = 7}));
}

TEST(Hunt, EndsWithItsTime) {
  std::vector<HuntProgress> progress(1);
  const HuntProblem* const one[] = {&planted_true()};
  hunt_search(one, {.seconds = 0.05}, progress);
  EXPECT_EQ(progress.front().rounds % hunt_batch, 0U);
  EXPECT_GE(progress.front().rounds, hunt_batch);
}

TEST(Hunt, TheDocumentHasTheFormatOfTheContract) {
  const std::vector<HuntFinding> findings{hunted(planted_false()), hunted(planted_true()), hunted(planted_growth())};
  const StatementId definition{StatementKind::definition, 1};
  const StatementForm form = StatementForm::printed;
  const Json document = hunt_json(findings, {&definition, 1}, {&form, 1}, {});
  EXPECT_EQ(document.at("format"), "verimix.hunt/1");
  ASSERT_EQ(document.at("findings").size(), 3U);
  for (const Json& row : document.at("findings")) {
    for (const char* key : {"statement", "form", "outcome", "evidence", "worst_ratio"})
      EXPECT_TRUE(row.at(key).is_string()) << key;
    for (const char* side : {"lhs", "rhs"}) EXPECT_TRUE(row.at(side).at("lower").is_string());
    EXPECT_TRUE(row.at("witness").is_object());
    EXPECT_TRUE(row.at("tried").is_number_unsigned());
  }
  EXPECT_EQ(document.at("findings")[0].at("witness"), (Json{{"x", "3"}, {"y", "3"}}));
  EXPECT_EQ(document.at("findings")[0].at("worst_ratio"), "1.5");
  EXPECT_EQ(document.at("findings")[1].at("outcome"), "not-refuted");
  EXPECT_EQ(document.at("findings")[2].at("witness").at("family").at("members").size(), 3U);
  EXPECT_EQ(document.at("not_searched")[0].at("statement"), "definition-1");
}

}  // namespace
}  // namespace verimix

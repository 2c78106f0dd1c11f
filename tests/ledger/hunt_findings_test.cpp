// Every finding of proofs-notes/FINDINGS.md, evaluated again in balls: the witnesses violate, the families grow, and
// the worst instances of the forms with explicit constants keep their ratios.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/places.hpp"
#include "verimix/core/file.hpp"
#include "verimix/ledger/hunt.hpp"

namespace verimix {
namespace {

struct KnownViolation {
  std::string statement, part;
  std::vector<std::string> instance;
  /// lhs/rhs; infinite where rhs <= 0 <= lhs.
  double ratio;
};

struct KnownFamily {
  std::string statement, part;
  std::vector<std::string> base;
  std::vector<int> exponents;
  /// Members at s, s^2, s^3; the exponent of lhs/rhs between the last two, and lhs/rhs at the last.
  int s;
  double growth, last_ratio;
};

constexpr double infinite = std::numeric_limits<double>::infinity();

const std::vector<KnownViolation> violations = {
    {"lemma-9", "the error of the covariances is not negative", {"1/3", "1"}, infinite},
    {"lemma-12", "the grid: t_{N-1} <= T - delta", {"3", "2", "1/2"}, 1.2},
    {"lemma-13", "the error of the covariances is not negative", {"1/3", "1"}, infinite},
    {"lemma-14", "1 <= |W| <= (R/sqrt(beta))^(c k), c = 1", {"1", "2"}, 1.41421},
    {"lemma-21", "the identity, printed value <= E (x^T A x)^2", {"0", "0", "1", "0", "1", "1", "0", "0"}, 2},
    {"claim-36", "", {"1", "1", "1"}, 1.0818},
    {"fact-37", "signs changed: y^2/16 <= log(1/2 + x/2) - log(x)/4, y = (1 - x)/(1 + x)", {"1/2"}, infinite},
    {"lemma-46", "omega_1, D >= 0", {"1", "0", "0", "1", "1", "1"}, infinite},
    {"lemma-50", "the step t_min <= 1 - e^{-2t}", {"1", "1"}, 1.15652},
};

const std::vector<KnownFamily> families = {
    {"theorem-2", "d = 1: d^poly samples", {"1", "1", "1/3"}, {1, -1, 0}, 100, 1.0000, 1e+06},
    {"proposition-3", "the number of samples, tau = 0", {"1", "1/32", "1/3"}, {1, -1, 0}, 100, 1.0000, 1e+06},
    {"remark-4", "(c), poly(beta/alpha) = beta/alpha", {"0", "1", "1", "1"}, {0, -1, 2, -1}, 100, 0.5000, 366.025},
    {"theorem-11", "d = 1: d^poly log(1/delta_f) samples", {"1", "1", "1/3"}, {1, -1, 0}, 100, 1.0000, 910239},
    {"lemma-18",
     "the constant of Delta in (8), where P[x in K_2] > R^-8",
     {"1", "1", "1", "1"},
     {1, -1, 0, 0},
     100,
     0.5000,
     384.11},
    {"lemma-22", "(ii), block 01, close case", {"1", "1", "1", "1", "1"}, {0, 1, 1, 0, 0}, 100, 2.0002, 4.99995e+11},
    {"corollary-23", "(ii), block 01", {"1", "1", "1", "1", "1"}, {0, 1, 1, 0, 0}, 100, 2.0001, 1.66666e+11},
    {"proposition-25",
     "the constant of Omega, one covariance group",
     {"1", "1", "1"},
     {-1, 1, 0},
     100,
     2.0000,
     3.21464e+12},
    {"lemma-27", "the constant of Omega", {"1", "1/2", "0", "0", "0", "1"}, {0, 0, 0, 0, 0, 1}, 100, 1.0002, 31249.5},
    {"lemma-28",
     "s <= C (log(100 k) - log P), d large",
     {"10000000", "2", "1", "1/10", "1"},
     {2, 0, 0, 0, 1},
     100,
     1.0000,
     188739},
    {"lemma-29", "the constant of Omega", {"1", "1", "1"}, {-1, 1, 0}, 100, 2.0000, 4.46065e+12},
    {"proposition-32", "with the sign of p. 42", {"1", "2", "1/2"}, {0, 0, -1}, 100, 0.5000, 2828.43},
    {"lemma-33",
     "first part, c = 1/1000, alpha and beta the smaller and larger variance",
     {"1/2", "1/3", "1/64", "1/64"},
     {0, -1, -2, -2},
     2,
     31.5162,
     2.73383e+12},
    {"claim-38", "first part", {"1", "1", "1", "1", "0", "1", "0"}, {1, 1, 1, 1, 0, 2, 0}, 100, 2.0000, 5e+11},
    {"lemma-45", "(a)", {"1", "1", "1", "1"}, {0, -1, -1, -1}, 100, 1.0000, 242208},
    {"lemma-45", "(b)", {"1", "1", "1", "1"}, {0, -2, -1, -1}, 100, 1.0001, 543175},
    {"lemma-46", "omega_1, D > 0", {"1", "1", "1", "1", "1", "1"}, {0, -1, -1, 0, 0, 0}, 100, 2.0000, 6.62603e+10},
    {"lemma-46", "omega_2, D > 0", {"1", "1", "1", "1", "1", "1"}, {0, -1, -1, 0, 0, 0}, 100, 4.0000, 5.8224e+21},
    {"proposition-49",
     "the number of samples, log R = 0, poly(log(1/delta))",
     {"1", "1/32", "1/3"},
     {1, -1, 0},
     100,
     1.0000,
     910239},
    {"lemma-50", "the number of samples", {"1", "1/2", "1/3", "1", "3"}, {-1, 0, 0, 1, 0}, 100, 6.0000, 2.80938e+33},
    {"proposition-51",
     "the number of samples, log R = 0, log(1/delta)",
     {"1", "1/32", "1/3"},
     {1, -1, 0},
     100,
     1.0000,
     910239},
    {"proposition-51",
     "the clipping radius: P[|z| >= R_z] <= delta', times a constant",
     {"1", "1", "1/2"},
     {-1, 0, -1},
     100,
     1.0002,
     1.99998e+06},
    {"algorithm-1",
     "step coefficient e^{gamma/2}: KL <= C (kappa^2 N + kappa T + KL_T)",
     {"2", "1", "4", "1/2"},
     {0, 0, 1, 0},
     10,
     0.7408,
     0.0584341},
};

/// The worst instances that the hunt has seen of forms with explicit constants.
const std::vector<KnownViolation> worst_seen = {
    {"proposition-7", "", {"1/100", "1/16", "15/16", "1", "1/2"}, 0.038999},
    {"theorem-11", "early stopping: KL(q_delta || q_0)", {"0", "1/2", "1/512"}, 0.99805},
    {"theorem-11", "the start: KL(q_T || N(0, Id)), T >= 1", {"2069519/524288", "1", "2932001/524288"}, 1},
    {"lemma-12", "(L12.2): KL <= KL_T + kappa^2 N + 10.5 kappa T, exact scores", {"1/16", "1", "4", "1/5"}, 0.00292558},
    {"lemma-16",
     "",
     {"8786629/134217728", "-14148537/67108864", "-32/7", "1", "1", "1/5", "8418371/8388608", "10018401/134217728",
      "2/9", "-8456125/134217728", "-2/9"},
     0.990218},
    {"lemma-18", "", {"118983/8192", "5168457/1048576", "-12045341/8388608", "-12045341/8388608"}, 1},
    {"fact-19", "A = Id", {"39", "1/16"}, 0.466276},
    {"fact-19", "A = diag(1, 1, q, q)", {"-1", "1/16"}, 0.470156},
    {"lemma-22", "(i), block 00, Delta = |mu_i - mu_j|", {"1/5", "1/7", "64", "1", "1"}, 0.99451},
    {"lemma-22", "(ii), block 01, Delta = |mu_i - mu_j|", {"1/3", "1/8", "3", "16", "16"}, 0.281208},
    {"corollary-23", "(i), block 00", {"1", "1", "25", "1", "1"}, 0.999021},
    {"corollary-23", "(ii), block 01", {"1", "25", "26", "1", "1"}, 0.999006},
    {"corollary-23",
     "(iii), block 11",
     {"1/16", "16319415/2097152", "1/16", "13624575/2097152", "16301495/2097152"},
     1},
    {"lemma-26", "", {"3896713/2097152", "1/2", "-3390997/1125899906842624", "3896713/2097152"}, 1},
    {"lemma-27", "", {"1", "2", "0", "0", "0", "1/32"}, 0.682689},
    {"lemma-28", "", {"1", "2/3", "1/2", "-1/2", "0", "1"}, 0.59067},
    {"lemma-29", "exp(-m^2/(18 beta))/2", {"2", "1", "1/16", "-1", "-1"}, 0.995858},
    {"proposition-32", "", {"1/256", "1/16", "1", "8819143/8388608", "1/2"}, 0.0829492},
    {"lemma-33", "first part, alpha <= 1 <= beta", {"15/16", "4", "1", "1"}, 0.000472004},
    {"lemma-33", "second part, alpha <= 1 <= beta", {"15/16", "1/16", "1", "10/9"}, 0.669379},
    {"lemma-34", "first part", {"15/16", "4", "1", "1"}, 0.000472004},
    {"lemma-34", "second part", {"15/16", "1/16", "1", "10/9"}, 0.669376},
    {"claim-35",
     "sharper form",
     {"8388845/8589934592", "9093913/32768", "1/1024", "-8388591/2097152", "-4", "8388591/2097152"},
     1},
    {"claim-38", "moment 2 n", {"1", "1", "1", "1", "0", "1", "0", "1"}, 1},
    {"lemma-42", "(R/2)(2 + 8 e d)^l", {"1", "1"}, 0.252671},
    {"lemma-44", "", {"1", "4", "4", "0", "2", "512"}, 0.996547},
    {"lemma-45", "(a)", {"1", "1/16", "1/4", "11008499/32768"}, 0.584115},
    {"lemma-45", "(b)", {"1", "1/16", "1/4", "7"}, 0.616011},
    {"lemma-46", "omega_1", {"5", "10", "1/32", "1000", "1/1000", "15422383/134217728"}, 0.474215},
};

const HuntProblem& known_problem(const std::string& statement, StatementForm form, const std::string& part) {
  for (const HuntProblem& problem : hunt_problems())
    if (to_text(problem.statement) == statement && problem.form == form && problem.part == part) return problem;
  ADD_FAILURE() << "no problem " << statement << ' ' << part;
  return hunt_problems().front();
}

HuntPoint read_point(const std::vector<std::string>& texts) {
  HuntPoint point;
  for (const std::string& text : texts) point.push_back(parse_rational(text));
  return point;
}

class EveryViolation : public ::testing::TestWithParam<KnownViolation> {};

TEST_P(EveryViolation, IsCertifiedAgain) {
  const HuntProblem& problem = known_problem(GetParam().statement, StatementForm::printed, GetParam().part);
  const Comparison sides = problem.certified(read_point(GetParam().instance));
  EXPECT_EQ(sides.verdict, Verdict::violated);
  EXPECT_EQ(sides.evidence, Evidence::certified);
  if (GetParam().ratio == infinite) {
    EXPECT_EQ(less(Ball(0), sides.rhs.value), Truth::no);
    EXPECT_EQ(less(sides.lhs.value, Ball(0)), Truth::no);
  } else {
    EXPECT_FALSE(problem.hidden_constant);
    EXPECT_NEAR(approximate(*sides.ratio), GetParam().ratio, 1e-5 * GetParam().ratio);
  }
}

class EveryFamily : public ::testing::TestWithParam<KnownFamily> {};

TEST_P(EveryFamily, GrowsAsItDid) {
  const KnownFamily& known = GetParam();
  const HuntProblem& problem = known_problem(known.statement, StatementForm::printed, known.part);
  std::vector<double> ratios;
  Rational s = 1;
  for (int j = 0; j < 3; ++j) {
    s *= known.s;
    const BallPrecision precision(256);
    const Comparison sides = problem.certified(family_member(problem, read_point(known.base), known.exponents, s));
    ASSERT_TRUE(sides.ratio) << sides.reason;
    EXPECT_EQ(sides.evidence, Evidence::certified);
    EXPECT_LT(radius_upper(*sides.ratio), 1e-6 * approximate(*sides.ratio));
    ratios.push_back(approximate(*sides.ratio));
  }
  EXPECT_LT(ratios[0], ratios[1]);
  EXPECT_NEAR(std::log(ratios[2] / ratios[1]) / std::log(known.s), known.growth, 1e-3 * known.growth);
  EXPECT_NEAR(ratios[2], known.last_ratio, 1e-4 * known.last_ratio);
}

class EveryExplicitForm : public ::testing::TestWithParam<KnownViolation> {};

TEST_P(EveryExplicitForm, HoldsAndIsAsTightAsItWas) {
  const HuntProblem& problem = known_problem(GetParam().statement, StatementForm::explicit_constants, GetParam().part);
  const Comparison sides = problem.certified(read_point(GetParam().instance));
  EXPECT_NE(sides.verdict, Verdict::violated);
  ASSERT_TRUE(sides.ratio) << sides.reason;
  // The instances were shrunk to within 1% of the worst ratio.
  EXPECT_GE(approximate(*sides.ratio), 0.985 * GetParam().ratio);
  EXPECT_LE(approximate(*sides.ratio), 1.001 * std::min(1.0, GetParam().ratio));
}

template <class Known>
std::string known_name(const ::testing::TestParamInfo<Known>& info) {
  std::string name = info.param.statement + "_" + std::to_string(info.index);
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
}
INSTANTIATE_TEST_SUITE_P(HuntFindings, EveryViolation, ::testing::ValuesIn(violations), known_name<KnownViolation>);
INSTANTIATE_TEST_SUITE_P(HuntFindings, EveryFamily, ::testing::ValuesIn(families), known_name<KnownFamily>);
INSTANTIATE_TEST_SUITE_P(HuntFindings, EveryExplicitForm, ::testing::ValuesIn(worst_seen), known_name<KnownViolation>);

// The committed page and this list name the same findings.
TEST(HuntFindings, ThePageHasThemAll) {
  const std::string page = read_file(support::source_root() / "proofs-notes/FINDINGS.md");
  const std::size_t end = page.find("## Not refuted");
  ASSERT_NE(end, std::string::npos);
  const std::string found = page.substr(page.find("## Violations"), end);
  std::size_t rows = 0;
  for (std::size_t at = found.find("`verimix hunt"); at != std::string::npos; at = found.find("`verimix hunt", at + 1))
    ++rows;
  EXPECT_EQ(rows, violations.size() + families.size());
  for (const KnownViolation& known : violations)
    EXPECT_NE(found.find("| " + known.statement + " printed |"), std::string::npos) << known.statement;
  for (const KnownFamily& known : families)
    EXPECT_NE(found.find("| " + known.statement + " printed |"), std::string::npos) << known.statement;
}

}  // namespace
}  // namespace verimix

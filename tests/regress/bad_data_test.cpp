// Data and options that `learn` refuses or, where it goes on, reports: each by name, with what was expected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/input_error.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/random.hpp"
#include "verimix/regress/data_checks.hpp"
#include "verimix/regress/learner.hpp"

namespace verimix {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Matrix<double> normal_rows(Index d, Index n) {
  Stream stream(5, Purpose::instance, 0);
  Matrix<double> out(d, n);
  for (double& x : out.reshaped()) x = stream.normal();
  return out;
}

LearnOptions quick(Index components = 2) {
  LearnOptions options;
  options.components = components;
  options.steps = 4;
  options.stop = 0.01;
  options.budget = 8;
  return options;
}

std::string refusal_of(const Matrix<double>& data, const LearnOptions& options) {
  return support::refusal([&] { learn<double>(data, options); });
}

const HypothesisSummary& alone_in(const LearnSummary& summary) {
  for (const HypothesisSummary& h : summary.hypotheses)
    if (h.name.starts_with("data: no row")) return h;
  ADD_FAILURE() << "the summary does not speak of rows that stand alone";
  return summary.hypotheses.front();
}

TEST(BadData, TooFewRowsSaysHowManyAreNeeded) {
  EXPECT_THAT(refusal_of(normal_rows(1, 19), quick()),
              AllOf(HasSubstr("rows"), HasSubstr("\"19\""), HasSubstr("= 20 rows")));
  EXPECT_THAT(refusal_of(normal_rows(3, 39), quick()), HasSubstr("= 40 rows"));
  EXPECT_EQ(refusal_of(normal_rows(1, 20), quick()), "accepted");
}

TEST(BadData, AllRowsEqual) {
  EXPECT_THAT(refusal_of(Matrix<double>::Constant(2, 50, 3), quick()),
              AllOf(HasSubstr("columns[0]"), HasSubstr("3"), HasSubstr("not constant")));
}

TEST(BadData, NotFinite) {
  Matrix<double> data = normal_rows(2, 50);
  data(1, 7) = std::numeric_limits<double>::infinity();
  EXPECT_THAT(refusal_of(data, quick()), HasSubstr("rows[7]"));
}

TEST(BadData, TooManyComponents) {
  EXPECT_THAT(refusal_of(normal_rows(1, 30), quick(31)), AllOf(HasSubstr("components"), HasSubstr("30 rows")));
  EXPECT_THAT(refusal_of(normal_rows(1, 200), quick(7)), AllOf(HasSubstr("components"), HasSubstr("at most 6")));
  EXPECT_THAT(refusal_of(normal_rows(1, 200), quick(0)), HasSubstr("components"));
}

TEST(BadData, GridsThatAreNone) {
  LearnOptions options = quick();
  options.stop = 6;  // above T = 5
  EXPECT_THAT(refusal_of(normal_rows(1, 50), options), AllOf(HasSubstr("stop"), HasSubstr("0 < delta < 1")));
  options = quick();
  options.stop = 0;
  EXPECT_THAT(refusal_of(normal_rows(1, 50), options), HasSubstr("stop"));
  options = quick();
  options.horizon = 0.5;
  EXPECT_THAT(refusal_of(normal_rows(1, 50), options), HasSubstr("horizon"));
  for (const int steps : {0, 1, 3, -2}) {
    options = quick();
    options.steps = steps;
    EXPECT_THAT(refusal_of(normal_rows(1, 50), options), AllOf(HasSubstr("steps"), HasSubstr("even")));
  }
}

// One far outlier: learned, and reported with its row and what it does. Without it nothing is reported.
TEST(BadData, OneFarOutlierIsReported) {
  Matrix<double> data = normal_rows(2, 200);
  const Learned<double> clean = learn<double>(data, quick());
  EXPECT_EQ(alone_in(clean.summary).verdict, Verdict::holds);
  data(1, 17) = -1e6;
  const Learned<double> learned = learn<double>(data, quick());
  EXPECT_EQ(alone_in(learned.summary).verdict, Verdict::violated);
  EXPECT_THAT(alone_in(learned.summary).detail, AllOf(HasSubstr("rows[17]"), HasSubstr("column 1")));
  for (const LearnedLevel<double>& level : learned.model.levels) {
    const Matrix<double> score = level.score(Matrix<double>::Zero(2, 1));
    EXPECT_TRUE(std::isfinite(score(0, 0)) && std::isfinite(score(1, 0)));
  }
}

// A row stands alone on either side; two rows together, or one at the width of the others, do not.
TEST(BadData, ARowStandsAloneByItsGap) {
  Matrix<double> data(1, 5);
  data << 0, 1, 2, 3, 6.5;
  EXPECT_EQ(no_row_stands_alone(whole(data)).verdict, Verdict::violated);
  EXPECT_EQ(no_row_stands_alone(whole<double>(-data)).verdict, Verdict::violated);
  data << 0, 1, 2, 3, 6;
  EXPECT_EQ(no_row_stands_alone(whole(data)).verdict, Verdict::holds);
  data << 0, 1, 2, 1000, 1001;
  EXPECT_EQ(no_row_stands_alone(whole(data)).verdict, Verdict::holds);
}

// Two heaps, one of a single repeated value: cells with no covariance of their own are fitted through the noise.
TEST(BadData, RepeatedRowsAreLearned) {
  Matrix<double> data = normal_rows(1, 100);
  for (Index i = 0; i < 50; ++i) data(0, i) = 20;
  const Learned<double> learned = learn<double>(data, quick());
  for (const LearnedLevel<double>& level : learned.model.levels)
    EXPECT_TRUE(std::isfinite(level.score(Matrix<double>::Zero(1, 1))(0, 0)));
}

// The summary counts the cells that have the Gaussian fallback and no polynomial.
TEST(BadData, CellsWithoutAPolynomialAreCounted) {
  const Learned<double> learned = learn<double>(normal_rows(1, 60), quick());
  const Json json = to_json(learned.summary);
  for (std::size_t l = 0; l < learned.model.levels.size(); ++l) {
    Index count = 0;
    for (const ScorePiece<double>& piece : learned.model.levels[l].score.pieces()) count += piece.degree() == 0 ? 1 : 0;
    EXPECT_EQ(learned.summary.levels[l].cells_without_polynomial, count);
    EXPECT_EQ(json.at("levels")[l].at("cells_without_polynomial"), count);
  }
}

}  // namespace
}  // namespace verimix

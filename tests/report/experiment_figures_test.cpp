// Pictures of documents keep their numbers, their enclosures and their evidence.
#include "verimix/report/experiment_figures.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/input_error.hpp"

namespace verimix {
namespace {

Json kl_document() {
  return {
      {"format", "verimix.experiment/1"},
      {"name", "discretisation"},
      {"evidence", "computed"},
      {"columns", {"family", "N", "kl", "kl_upper", "kl_horizon", "discretisation", "score_error_squared"}},
      {"rows", {{"over1", 50, "0.01", "0.83", "0.03", "0.2", "0.1"}, {"sep1", 50, "0.02", "0.5", "0.1", "0.4", "0"}}}};
}

TEST(ExperimentFigures, TheStackedTermsEndAtTheBound) {
  const auto figures = experiment_figures(kl_document(), "e");
  ASSERT_EQ(figures.size(), 4U);
  double top = 0, measured = 0;
  for (const Mark& mark : figures[0].marks) {
    const auto& bar = std::get<Rectangles>(mark);
    if (bar.style.name.starts_with("measured")) {
      measured = bar.y2[0];
      EXPECT_EQ(bar.y[0], 0);
    } else {
      EXPECT_NEAR(bar.y[0], top, 1e-12);
      top = bar.y2[0];
    }
  }
  EXPECT_NEAR(top, 0.83, 1e-12);
  EXPECT_EQ(measured, 0.01);
  EXPECT_EQ(figures[0].x.names, std::vector<std::string>{"50"});
  EXPECT_NE(figures[2].title.find("sep1"), std::string::npos);
}

TEST(ExperimentFigures, AMissingColumnIsNamed) {
  Json document = kl_document();
  document["columns"][4] = "other";
  EXPECT_NE(support::refusal([&] { experiment_figures(document, "e"); }).find("kl_horizon"), std::string::npos);
}

/// A learned model on the plane or above: its table has no divergence to draw.
TEST(ExperimentFigures, AnOutputLawOffTheLineHasNoPicture) {
  const Json document = {{"name", "output-law"},
                         {"evidence", "computed"},
                         {"columns", {"score", "N", "tv", "tv_upper"}},
                         {"rows", {{"learned", 80, "0.03", "0.8"}, {"exact", 80, nullptr, "0.7"}}}};
  EXPECT_TRUE(experiment_figures(document, "e").empty());
}

TEST(ExperimentFigures, DegreesKeepTheirEnclosuresAndGapsStayGaps) {
  const Json enclosure = {{"lower", "9.1e-3"}, {"upper", "9.2e-3"}};
  const Json document = {{"name", "degree"},
                         {"evidence", "certified"},
                         {"columns",
                          {"family", "R", "epsilon", "degree", "error", "error_below", "cells", "cell_degree",
                           "cell_error", "cell_error_below", "sup_degree_lower", "sup_degree_upper"}},
                         {"rows",
                          {{"two", "2", "1/100", 17, enclosure, enclosure, 2, 1, enclosure, nullptr, 20, 23},
                           {"two", "4", "1/100", nullptr, nullptr, nullptr, 2, 1, enclosure, nullptr, 60, nullptr}}}};
  const auto figures = experiment_figures(document, "e");
  ASSERT_EQ(figures.size(), 1U);
  std::vector<const Points*> points;
  for (const Mark& mark : figures[0].marks)
    if (const auto* found = std::get_if<Points>(&mark)) points.push_back(found);
  ASSERT_EQ(points.size(), 3U);
  ASSERT_EQ(points[0]->y.size(), 1U);
  EXPECT_EQ(points[0]->y[0], 17);
  EXPECT_EQ(points[0]->style.evidence, Evidence::certified);
  EXPECT_NE(points[0]->labels[0].find("[9.1e-3, 9.2e-3]"), std::string::npos);
  EXPECT_EQ(points[1]->y.size(), 2U);
  // An open upper end is not drawn as a degree.
  ASSERT_EQ(points[2]->lower.size(), 1U);
  EXPECT_EQ(points[2]->lower[0], 20);
  EXPECT_EQ(points[2]->upper[0], 23);
}

TEST(ExperimentFigures, AnyOtherTableIsCurvesOverItsFirstNumbers) {
  const Json document = {{"name", "learning-curve"},
                         {"evidence", "estimated"},
                         {"columns", {"rows", "learned", "learned_lower", "learned_upper", "em"}},
                         {"rows", {{50, "0.3", "0.2", "0.4", "0.25"}, {200, "0.1", "0.05", "0.15", nullptr}}}};
  const auto figures = experiment_figures(document, "e");
  ASSERT_EQ(figures.size(), 1U);
  ASSERT_EQ(figures[0].marks.size(), 4U);
  const auto& learned = std::get<Points>(figures[0].marks[1]);
  EXPECT_EQ(learned.lower, (std::vector<double>{0.2, 0.05}));
  EXPECT_EQ(learned.style.evidence, Evidence::estimated);
  EXPECT_EQ(std::get<Points>(figures[0].marks[3]).y.size(), 1U);
  EXPECT_EQ(figures[0].x.label, "rows");
}

TEST(ResultFigures, DistancesAreMarkedByTheirEvidence) {
  const Json document = {
      {"metrics",
       {{{"name", "tv"}, {"lower", "0.1"}, {"upper", "0.2"}, {"evidence", "estimated"}, {"method", ""}},
        {{"name", "kl"}, {"lower", "1"}, {"upper", "1"}, {"evidence", "certified"}, {"method", ""}}}}};
  const auto figures = distance_figures(document, "d");
  const auto& tv = std::get<Points>(figures[0].marks[0]);
  EXPECT_EQ(tv.style.evidence, Evidence::estimated);
  EXPECT_EQ(tv.lower[0], 0.1);
  EXPECT_EQ(tv.labels[0], "tv in [0.1, 0.2] (estimated)");
  EXPECT_EQ(std::get<Points>(figures[0].marks[1]).style.evidence, Evidence::certified);
}

TEST(ResultFigures, HistogramsHaveTheMassOfTheirSample) {
  const ResultDocument sample = parse_result("s.csv", "0\n0.5\n0.5\n1\n3\n");
  const auto figures = sample_figures({&sample}, 1000, "s");
  const auto& bars = std::get<Rectangles>(figures[0].marks[0]);
  double mass = 0;
  for (std::size_t i = 0; i < bars.x.size(); ++i) mass += (bars.x2[i] - bars.x[i]) * bars.y2[i];
  EXPECT_NEAR(mass, 1, 1e-12);
}

TEST(ResultFigures, CloudsAreThinnedAndSayIt) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += std::to_string(i) + ",0,7\n";
  const ResultDocument sample = parse_result("many.csv", text);
  const auto figures = sample_figures({&sample}, 10, "s");
  EXPECT_EQ(std::get<Cloud>(figures[0].marks[0]).points.cols(), 10);
  EXPECT_EQ(std::get<Cloud>(figures[0].marks[0]).points.rows(), 2);
  EXPECT_NE(figures[0].caption.find("many: 10 of 100 points, evenly thinned"), std::string::npos);
  EXPECT_EQ(sample_figures({&sample}, 1000, "s")[0].caption.find("thinned"), std::string::npos);
}

TEST(ResultFigures, BenchmarksAreInSecondsAndAggregatesAreLeftOut) {
  const ResultDocument document = parse_result("b.json", R"({"context": {}, "benchmarks": [
    {"name": "a", "real_time": 1500, "time_unit": "us"}, {"name": "a_stddev", "aggregate_name": "stddev", "real_time": 3, "time_unit": "us"},
    {"name": "b", "real_time": "2.5", "time_unit": "ms"}]})");
  const auto figures = benchmark_figures(document.json, "b");
  const auto& points = std::get<Points>(figures[0].marks[0]);
  ASSERT_EQ(points.x.size(), 2U);
  EXPECT_NEAR(points.x[0], 1.5e-3, 1e-12);
  EXPECT_NEAR(points.x[1], 2.5e-3, 1e-12);
}

}  // namespace
}  // namespace verimix

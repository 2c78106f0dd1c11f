// The page as a whole: complete, self-contained, and safe against what documents say.
#include "verimix/report/page.hpp"

#include <gtest/gtest.h>

#include "support/input_error.hpp"
#include "support/places.hpp"
#include "verimix/core/file.hpp"
#include "verimix/ledger/registry.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/mixture/mixture_file.hpp"
#include "verimix/regress/learner.hpp"
#include "verimix/report/model_figures.hpp"
#include "verimix/sample/model_file.hpp"

namespace verimix {
namespace {

constexpr const char* hostile =
    R"({"format": "verimix.mixture/1", "name": "</script><script>alert('x')</script>", "dimension": 1,
 "components": [{"weight": "1/2", "mean": ["-1"], "covariance": [["1/2"]]}, {"weight": "1/2", "mean": ["1"], "covariance": [["1/2"]]}]})";

std::string page_of(const std::vector<ResultDocument>& documents) {
  return report_page(documents, std::nullopt, {{{"made", "today"}}, "verimix report x"});
}

std::size_t count_of(const std::string& text, const std::string& of) {
  std::size_t count = 0;
  for (std::size_t at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) ++count;
  return count;
}

LearnedModel<double> small_model() {
  Matrix<double> data(1, 60);
  for (Index i = 0; i < 60; ++i) data(0, i) = (i % 2 == 0 ? -3 : 3) + 0.02 * static_cast<double>(i % 17);
  LearnOptions options;
  options.components = 1;
  options.steps = 4;
  return learn<double>(data, options).model;
}

TEST(ReportPage, NamesAreShownNotRun) {
  const std::string page = page_of({parse_result("<b>a.json", hostile)});
  // The data of the figures and, where it was built in, the script: no other script is opened.
  EXPECT_EQ(count_of(page, "<script"), has_page_script() ? 2U : 1U);
  EXPECT_NE(page.find("&lt;/script&gt;&lt;script&gt;alert(&#39;x&#39;)"), std::string::npos);
  EXPECT_EQ(page.find("<b>a.json"), std::string::npos);
}

TEST(ReportPage, ForbidsEveryRequestAndEveryOtherScript) {
  const std::string page = page_of({parse_result("a.json", hostile)});
  EXPECT_NE(page.find("default-src 'none'; script-src " + std::string(has_page_script() ? "'sha256-" : "'none'")),
            std::string::npos);
  for (const char* request :
       {"src=\"http", "href=\"http", "url(http", "@import", "<link rel=\"stylesheet\"", "<iframe"})
    EXPECT_EQ(page.find(request), std::string::npos) << request;
}

TEST(ReportPage, TheSameDocumentsGiveTheSamePage) {
  const std::vector<ResultDocument> documents{parse_result("a.json", hostile), parse_result("p.csv", "1,2\n3,4\n")};
  EXPECT_EQ(page_of(documents), page_of(documents));
}

TEST(ReportPage, SectionsStandInTheirOrderAndOnlyWhereTheyAreCalledFor) {
  const auto data = support::source_root() / "tests/report/data";
  std::vector<ResultDocument> documents{read_result(data / "hunt.json"), parse_result("p.csv", "1,2\n3,4\n"),
                                        parse_result("l.json", ledger_json().dump())};
  const std::string page = page_of(documents);
  const std::size_t board = page.find("<section id=\"board\""), findings = page.find("<section id=\"findings\"");
  EXPECT_LT(board, findings);
  EXPECT_LT(findings, page.find("<section id=\"samples\""));
  EXPECT_LT(page.find("<section id=\"samples\""), page.find("<section id=\"provenance\""));
  EXPECT_EQ(page.find("<section id=\"models\""), std::string::npos);
  EXPECT_EQ(count_of(page, "<details class=\"row\""), 56U);
  EXPECT_NE(page.find(documents[0].sha256), std::string::npos);
  EXPECT_NE(page.find("verimix report x"), std::string::npos);
  EXPECT_NE(page.find("lhs/rhs grows like s to the power 2.0000"), std::string::npos);
}

TEST(ReportPage, FilesOfOneNameHaveFiguresOfTheirOwn) {
  const std::string page = page_of({parse_result("one/a.json", hostile), parse_result("two/a.json", hostile)});
  EXPECT_EQ(count_of(page, "id=\"mixture-a-density\""), 1U);
  EXPECT_EQ(count_of(page, "id=\"mixture-a-density-2\""), 1U);
}

TEST(ReportPage, ModelsAreDrawnBesideTheTruthAndRefuseAnotherDimension) {
  const std::vector<ResultDocument> documents{parse_result("model.json", model_bytes(small_model()))};
  const ExactMixture truth = instance("over1");
  const std::string page = report_page(documents, truth, {});
  EXPECT_NE(page.find("model-model-error"), std::string::npos);
  EXPECT_EQ(page_of(documents).find("model-model-error"), std::string::npos);
  const std::string complaint = support::refusal([&] { report_page(documents, instance("over2"), {}); });
  EXPECT_TRUE(complaint.starts_with("model.json: dimension")) << complaint;
}

TEST(ModelFigures, APieceIsDrawnInItsCellOnly) {
  const LearnedModel<double> model = small_model();
  const auto figures = model_figures(model, {}, "m");
  for (const Frame& frame : figures[0].frames) {
    std::vector<int> drawn;
    for (const Mark& mark : frame.marks) {
      const auto* curve = std::get_if<Curve>(&mark);
      if (curve == nullptr || !curve->style.name.starts_with("learned")) continue;
      drawn.resize(curve->y.size());
      for (std::size_t i = 0; i < drawn.size(); ++i) drawn[i] += std::isnan(curve->y[i]) ? 0 : 1;
    }
    for (const int pieces : drawn) EXPECT_EQ(pieces, 1);
  }
}

TEST(ReportPage, WhatCannotBeDrawnIsNamed) {
  const ResultDocument broken = parse_result(
      "broken.json", R"({"format": "verimix.experiment/1", "name": "degree", "columns": ["a"], "rows": [["1"]]})");
  EXPECT_TRUE(support::refusal([&] { page_of({broken}); }).starts_with("broken.json: "));
}

}  // namespace
}  // namespace verimix

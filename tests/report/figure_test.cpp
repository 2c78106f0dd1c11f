// Pictures as data, and as static SVG.
#include "verimix/report/figure.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "verimix/report/figure_svg.hpp"

namespace verimix {
namespace {

Figure picture() {
  Figure figure;
  figure.id = "f";
  figure.title = "A <title>";
  figure.marks = {Curve{{"a", 0}, {0, 1, 2}, {1, std::nan(""), 3}},
                  Points{{"b", 1, Evidence::estimated}, {0.5}, {2}, {1}, {4}, {"x = 0.5: [1, 4]"}}};
  return figure;
}

std::size_t occurrences(const std::string& text, const std::string& of) {
  std::size_t count = 0;
  for (std::size_t at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) ++count;
  return count;
}

TEST(FigureData, ExtentTakesBarsAndFramesAndLeavesOutGaps) {
  Figure figure = picture();
  EXPECT_EQ(extent(figure, true, false), (std::pair{0.0, 2.0}));
  EXPECT_EQ(extent(figure, false, false), (std::pair{1.0, 4.0}));
  figure.frames.push_back({"1", {Rules{{"", -1}, {-9}, {}}}});
  EXPECT_EQ(extent(figure, true, false).first, -9);
  EXPECT_EQ(extent(figure, true, true).first, 0.5);
  EXPECT_TRUE(std::isnan(extent(Figure(), true, false).first));
}

TEST(FigureData, ShortSeriesAreNumbersAndGapsAreNull) {
  const Json json = figure_json(picture());
  EXPECT_EQ(json["marks"][0]["y"], Json({1.0, nullptr, 3.0}));
  EXPECT_EQ(json["marks"][1]["labels"][0], "x = 0.5: [1, 4]");
  EXPECT_EQ(json["marks"][1]["evidence"], "estimated");
  EXPECT_FALSE(json.contains("frames"));
}

TEST(FigureData, AnEvenGridIsItsEndsAndALongSeriesIsPacked) {
  Figure figure;
  Curve curve{{"", 0}, {}, {}};
  for (int i = 0; i <= 100; ++i) {
    curve.x.push_back(-1 + 0.02 * i);
    curve.y.push_back(i == 50 ? std::nan("") : std::sin(i));
  }
  figure.marks = {curve};
  const Json mark = figure_json(figure)["marks"][0];
  EXPECT_EQ(mark["x"]["count"], 101);
  EXPECT_EQ(mark["x"]["first"], -1.0);
  // 2 bytes a number, in base64.
  EXPECT_EQ(mark["y"]["values"].get<std::string>().size(), (2 * 101 + 2) / 3 * 4U);
  // On a logarithmic axis small numbers count: nothing is packed.
  figure.y.scale = AxisScale::logarithmic;
  EXPECT_TRUE(figure_json(figure)["marks"][0]["y"].is_array());
}

TEST(FigureData, AFigureWithoutAGroupIsItsOwn) {
  Figure figure = picture();
  figure.frames.push_back({"0", {}});
  EXPECT_EQ(figure_json(figure)["group"], "f");
}

TEST(FigureSvg, TextIsEscapedGapsInterruptAndHintsAreTitles) {
  const std::string svg = figure_svg(picture());
  EXPECT_EQ(svg.find("<title>A"), std::string::npos);
  EXPECT_NE(svg.find("A &lt;title&gt;"), std::string::npos);
  EXPECT_NE(svg.find("<title>x = 0.5: [1, 4]</title>"), std::string::npos);
  // Two moves of the pen: the gap lies between.
  const std::size_t path = svg.find("class=\"curve c0");
  EXPECT_EQ(occurrences(svg.substr(path, svg.find("/>", path) - path), "M"), 2U);
  EXPECT_NE(svg.find("dot c1 estimated"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
}

TEST(FigureSvg, FramesAreTheFirstTheMiddleAndTheLast) {
  Figure figure = picture();
  for (int i = 0; i < 9; ++i) figure.frames.push_back({std::to_string(i), {}});
  const std::string svg = figure_svg(figure);
  EXPECT_EQ(occurrences(svg, "<svg class=\"static\""), 3U);
  EXPECT_NE(svg.find(" 4</p>"), std::string::npos);
}

TEST(FigureSvg, LogarithmicAxesHaveTicksWhateverTheirRange) {
  for (const auto& [values, tick] : std::vector<std::pair<std::vector<double>, std::string>>{
           {{1e-9, 1e9}, ">1<"}, {{3, 12}, ">5<"}, {{7}, ">10<"}, {{}, ">0.2<"}}) {
    Figure figure;
    figure.y.scale = AxisScale::logarithmic;
    figure.marks = {Curve{{"", 0}, std::vector<double>(values.size(), 1), values}};
    EXPECT_NE(figure_svg(figure).find(tick), std::string::npos) << tick;
  }
}

TEST(FigureSvg, EveryKindOfMarkIsDrawnWithoutNaN) {
  Figure figure;
  figure.id = "all";
  Field field{{"field", 0}, {0, 1}, {0, 1}, Matrix<double>(50, 60), true, false};
  field.values.setConstant(1e-3);
  field.values(3, 4) = 10;
  figure.marks = {field, Rectangles{{"bars", 1}, {0}, {0.5}, {0}, {1}, {"bar"}},
                  Arrows{{"arrows", 2}, {0}, {0}, {1}, {1}}, Rules{{"rules", -1}, {0.5}, {0.5}},
                  Cloud{{"cloud", 3}, Matrix<double>::Constant(2, 5000, 0.5)}};
  const std::string svg = figure_svg(figure);
  for (const char* name : {"class=\"shade\"", "class=\"bar", "dashed", "class=\"cloud"})
    EXPECT_NE(svg.find(name), std::string::npos) << name;
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_LE(occurrences(svg, "h0"), 3000U);
  figure.y.scale = AxisScale::logarithmic;
  EXPECT_EQ(figure_svg(figure).find("inf"), std::string::npos);
}

}  // namespace
}  // namespace verimix

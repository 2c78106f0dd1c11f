// `verimix report` through the program: what it writes, what it refuses, and that it leaves nothing half done.
#include <gtest/gtest.h>

#include "support/program.hpp"

namespace verimix {
namespace {

constexpr const char* empty_check = R"({"format": "verimix.check/1", "mixture": "m", "checks": []})";

TEST(ReportVerb, WritesOnePageAndNothingElse) {
  const support::Program program;
  program.folder().write("c.json", empty_check);
  const auto result = program.run({"report", "c.json", "--output", "page.html"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(result.output, "");
  const std::string page = read_file(program.folder() / "page.html");
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
  EXPECT_TRUE(page.ends_with("</html>\n"));
  EXPECT_NE(page.find("verimix report c.json --output page.html"), std::string::npos);
  EXPECT_LT(page.size(), 2'000'000U);
  EXPECT_EQ(program.folder().size(), 2);
}

TEST(ReportVerb, BadInputIsRefusedByNameAndLeavesNoPage) {
  const support::Program program;
  program.folder().write("c.json", empty_check);
  program.folder().write("cut.json", std::string(empty_check).substr(0, 40));
  program.folder().write("new.json", R"({"format": "verimix.check/2"})");
  program.folder().write("rows.csv", "1,2\n3\n");
  for (const std::string name : {"cut.json", "new.json", "rows.csv"}) {
    const auto result = program.run({"report", "c.json", name, "--output", "page.html"});
    EXPECT_EQ(result.status, 2) << name;
    EXPECT_TRUE(result.errors.starts_with("verimix: error: " + name + ": ")) << result.errors;
    EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1) << result.errors;
    EXPECT_FALSE(std::filesystem::exists(program.folder() / "page.html"));
  }
  const auto absent = program.run({"report", "absent.json", "--output", "page.html"});
  EXPECT_EQ(absent.status, 2);
  EXPECT_NE(absent.errors.find("absent.json"), std::string::npos) << absent.errors;
  EXPECT_EQ(program.run({"report", "--output", "page.html"}).status, 2);
  EXPECT_EQ(program.run({"report", "c.json"}).status, 2);
  EXPECT_EQ(program.run({"report", "c.json", "--output", "none/page.html"}).status, 2);
}

TEST(ReportVerb, ATruthMustBeAMixtureOfTheModelsDimension) {
  const support::Program program;
  program.folder().write("c.json", empty_check);
  EXPECT_EQ(program.run({"report", "c.json", "--truth", "c.json", "--output", "page.html"}).status, 2);
}

}  // namespace
}  // namespace verimix

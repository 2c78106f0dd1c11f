#include "verimix/validate/verdict_report.hpp"

#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "support/corpus.hpp"
#include "support/temporary_folder.hpp"

namespace verimix {
namespace {

ValidationReport report() {
  ValidationReport result;
  const auto cases = support::small_cases(4);
  result.judgements = {
      judgement(cases[0], Outcome::pass, ""), judgement(cases[1], Outcome::crash, "ended by signal 11"),
      judgement(cases[2], Outcome::unsupported, "unsupported"), judgement(cases[3], Outcome::wrong, "1 < 2 & 3")};
  result.judgements[0].error_in_tolerances = 0.25;
  result.judgements[3].error_in_tolerances = 12;
  result.judgements[3].lower = "2";
  result.judgements[3].upper = "2.5";
  return result;
}

TEST(VerdictReport, TheDocumentOfTheContract) {
  const Json document = to_json(report());
  EXPECT_EQ(document["format"], "verimix.validate/1");
  EXPECT_EQ(document["verdict"], "fail");
  EXPECT_EQ(document["cases"], 3);
  EXPECT_EQ(document["failed"], 2);
  EXPECT_TRUE(document["alpha"].is_null());
  const Json& wrong = document["failures"][1];
  EXPECT_EQ(wrong["id"], report().judgements[3].id);
  EXPECT_EQ(wrong["error_in_tolerances"], "12");
  EXPECT_EQ(wrong["expected"]["upper"], "2.5");
  EXPECT_TRUE(document["failures"][0]["expected"].is_null());
}

TEST(VerdictReport, ExpectedFailuresDoNotCountAndStaleOnesAreNamed) {
  const support::TemporaryFolder folder;
  ValidationReport all = report();
  folder.write("x", "# known\n" + all.judgements[1].id + "  # crashes\n\n" + all.judgements[3].id + "\nno-such-*\n");
  all.expected = read_expected_failures(folder / "x");
  ASSERT_EQ(all.expected.size(), 3U);
  EXPECT_EQ(all.expected[0].reason, "crashes");
  EXPECT_EQ(all.verdict(), "pass");
  EXPECT_EQ(all.stale_expectations(), std::vector<std::string>{"no-such-*"});
  EXPECT_EQ(to_json(all)["expected_failures"].size(), 2U);
}

TEST(VerdictReport, NothingJudgedIsInconclusive) {
  ValidationReport none = report();
  none.judgements = {none.judgements[2]};
  EXPECT_EQ(none.verdict(), "inconclusive");
}

TEST(VerdictReport, BuildServersReadIt) {
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(junit_xml(report()).c_str()));
  const pugi::xml_node root = document.child("testsuites");
  EXPECT_EQ(root.attribute("tests").as_int(), 4);
  EXPECT_EQ(root.attribute("failures").as_int(), 2);
  EXPECT_EQ(document.select_nodes("//testcase/failure").size(), 2U);
  EXPECT_EQ(document.select_nodes("//testcase/skipped").size(), 1U);
  EXPECT_STREQ(document.select_node("//failure[@type='crash']").node().attribute("message").value(),
               "crash: got ended by signal 11");
}

TEST(VerdictReport, PeopleReadWhatFailedAndWhy) {
  const std::string text = verdict_text(report());
  EXPECT_TRUE(text.starts_with("fail: 2 of 3 cases failed"));
  EXPECT_NE(text.find("12 tolerances off"), std::string::npos);
}

}  // namespace
}  // namespace verimix

#include "verimix/validate/expected_failures.hpp"

#include <gtest/gtest.h>

#include "support/input_error.hpp"
#include "support/temporary_folder.hpp"

namespace verimix {
namespace {

TEST(ExpectedFailures, ALineIsAPatternAndAReason) {
  const support::TemporaryFolder folder;
  folder.write("x", "# a comment\r\n\n  score-far-*   # no log-sum-exp yet \nset: coordinate 1 in (-1, 2]\n");
  const std::vector<ExpectedFailure> expected = read_expected_failures(folder / "x");
  ASSERT_EQ(expected.size(), 2U);
  EXPECT_EQ(expected[0].pattern, "score-far-*");
  EXPECT_EQ(expected[0].reason, "no log-sum-exp yet");
  EXPECT_TRUE(is_expected(expected, "score-far-tail-001"));
  EXPECT_FALSE(is_expected(expected, "noised-score-far-tail-001")) << "a pattern is of the whole id";
  EXPECT_TRUE(is_expected(expected, "set: coordinate 1 in (-1, 2]"));
  EXPECT_EQ(stale_patterns(expected, {"score-far-tail-001"}), std::vector{expected[1].pattern});
  EXPECT_NE(support::refusal([&] { read_expected_failures(folder / "none"); }).find("none"), std::string::npos);
}

}  // namespace
}  // namespace verimix

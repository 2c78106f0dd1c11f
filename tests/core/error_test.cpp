#include "verimix/core/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace verimix {
namespace {

TEST(InputErrorMessage, NamesFileFieldValueAndExpectation) {
  const InputError error("mixture.json", "components[0].weight", "-1", "a weight >= 0");
  EXPECT_STREQ(error.what(), "mixture.json: components[0].weight: value \"-1\": expected a weight >= 0");
  EXPECT_EQ(error.file(), "mixture.json");
  EXPECT_EQ(error.field(), "components[0].weight");
  EXPECT_EQ(error.value(), "-1");
  EXPECT_EQ(error.expected(), "a weight >= 0");
}

TEST(InputErrorMessage, LeavesOutWhatIsEmpty) {
  EXPECT_STREQ(InputError("", "seed", "x", "an integer").what(), "seed: value \"x\": expected an integer");
  EXPECT_STREQ(InputError("f", "path", "", "a file that can be read").what(),
               "f: path: expected a file that can be read");
}

TEST(InputErrorMessage, IsOneLine) {
  const InputError error("a\nb", "field\r\n", "1\n2", "one\nline");
  const std::string message = error.what();
  EXPECT_EQ(message.find_first_of("\r\n"), std::string::npos) << message;
  EXPECT_EQ(error.value(), "1\n2") << "the parts stay as they were";
}

TEST(InputErrorMessage, LearnsItsFileLater) {
  const InputError error = InputError("", "d", "0", "d >= 1").in_file("points.csv");
  EXPECT_STREQ(error.what(), "points.csv: d: value \"0\": expected d >= 1");
}

TEST(UndecidedErrorMessage, IsKept) {
  EXPECT_STREQ(UndecidedError("raise the precision").what(), "raise the precision");
}

TEST(Invariant, LetsTheTruthPass) { require_invariant(true, "nothing is wrong"); }

TEST(InvariantDeathTest, PrintsWhatAndWhereAndAborts) {
  EXPECT_EXIT(require_invariant(false, "weights sum to 1"), ::testing::KilledBySignal(SIGABRT),
              "broken invariant at .*error_test.cpp:[0-9]+ in TestBody: weights sum to 1");
}

}  // namespace
}  // namespace verimix

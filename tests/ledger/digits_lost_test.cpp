// The stages in double beside the stages in 50 digits.
#include "verimix/ledger/digits_lost.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/input_error.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

// Draws from a well-conditioned mixture: a stage that does not cancel loses what its operations may lose; the largest
// relative error over entries of a score near its zero loses more, but never half of the digits here.
TEST(StageDigits, AStageInDoubleAgreesWithFiftyDigits) {
  DigitsLostSettings settings;
  settings.points = 64;
  const auto stages = stage_digits(instance("over1"), settings);
  ASSERT_EQ(stages.size(), 8U);
  bool any = false;
  for (const StageDigits& stage : stages) {
    EXPECT_LE(stage.digits_lost, 8) << stage.stage;
    if (stage.stage == "labels") {
      EXPECT_EQ(stage.relative_error, 0);
    }
    if (stage.stage == "log-density" || stage.stage == "clipped inverse") {
      EXPECT_LE(stage.digits_lost, 3) << stage.stage;
    }
    EXPECT_TRUE(std::isfinite(stage.relative_error)) << stage.stage;
    any = any || stage.relative_error > 0;
  }
  EXPECT_TRUE(any) << "double and 50 digits differ somewhere";
}

TEST(StageDigits, RefusesSettingsOutsideOfTheirDomain) {
  DigitsLostSettings settings;
  settings.time = 0;
  EXPECT_EQ(support::refusal([&] { stage_digits(instance("over1"), settings); }),
            "time: value \"0\": expected time > 0");
  EXPECT_EQ(support::refusal([] {
              digits_lost_experiment_json({{"degree", "99"}});
            }),
            "--set degree: value \"99\": expected 0 <= degree <= 12");
  EXPECT_EQ(support::refusal([] {
              digits_lost_experiment_json({{"colour", "1"}});
            }),
            "--set colour: value \"1\": expected one of the keys family, time, points, degree, seed");
}

TEST(StageDigits, TheTableNamesItsColumns) {
  const Json table = digits_lost_experiment_json({{"family", "over1,nest1"}, {"points", "16"}, {"degree", "2"}});
  EXPECT_EQ(table.at("format"), "verimix.experiment/1");
  EXPECT_EQ(table.at("name"), "digits-lost");
  ASSERT_EQ(table.at("rows").size(), 16U);
  for (const Json& row : table.at("rows")) EXPECT_EQ(row.size(), table.at("columns").size());
}

}  // namespace
}  // namespace verimix

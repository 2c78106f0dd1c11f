#include "verimix/validate/power_table.hpp"

#include <gtest/gtest.h>

#include "support/input_error.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

PowerTableRequest quick_request() {
  PowerTableRequest request;
  request.count = 600;
  request.search.repetitions = 10;
  request.runs = 20;
  return request;
}

TEST(PowerTableTest, ARowForEachWayOfBeingWrong) {
  const PowerTable table = power_table(instance("over1"), 0, quick_request());
  ASSERT_EQ(table.rows.size(), 7U);
  for (const PowerRow& row : table.rows) {
    ASSERT_TRUE(row.size) << row.kind;
    EXPECT_GE(row.power->upper, 0.7) << row.kind;
    const double lower = std::stod(row.tv.first);
    const double upper = std::stod(row.tv.second);
    // No test of level alpha sees with power 0.9 what is as near as 1 - (1 - TV)^n <= n TV allows.
    EXPECT_GE(upper, (0.9 - 0.01) / 600) << row.kind;
    EXPECT_LE(lower, upper);
    EXPECT_LE(upper - lower, 2e-3 * upper) << "on the line the distance is certified to all digits";
  }
  const Json document = to_json(table);
  EXPECT_EQ(document["format"], "verimix.power/1");
  EXPECT_EQ(document["smallest"].size(), 7U);
  EXPECT_EQ(document["false_alarms"]["runs"], 20);
  EXPECT_NE(to_markdown(table).find("| early-stop (stopped early, at this time) |"), std::string::npos);
}

TEST(PowerTableTest, WhatIsNotCaughtIsSaid) {
  PowerTableRequest request = quick_request();
  request.count = 3;
  request.runs = 0;
  const PowerTable table = power_table(instance("over1"), 0, request);
  EXPECT_FALSE(table.rows.back().size);
  EXPECT_TRUE(to_json(table)["smallest"].back()["size"].is_null());
  EXPECT_TRUE(to_json(table)["false_alarms"].is_null());
}

TEST(PowerTableTest, RefusesByName) {
  const auto refusal = [](const auto& change) {
    PowerTableRequest request = quick_request();
    change(request);
    return support::refusal([&] { power_table(instance("over1"), 0, request); });
  };
  EXPECT_NE(refusal([](PowerTableRequest& r) { r.runs = -1; }).find("runs"), std::string::npos);
  EXPECT_NE(refusal([](PowerTableRequest& r) { r.search.repetitions = 0; }).find("repetitions"), std::string::npos);
  EXPECT_NE(refusal([](PowerTableRequest& r) { r.search.share = 1; }).find("share"), std::string::npos);
  EXPECT_NE(refusal([](PowerTableRequest& r) { r.count = 1; }).find("samples"), std::string::npos);
}

}  // namespace
}  // namespace verimix

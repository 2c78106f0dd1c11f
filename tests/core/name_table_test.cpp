#include "verimix/core/name_table.hpp"

#include <gtest/gtest.h>

#include <array>

#include "support/input_error.hpp"

namespace verimix {
namespace {

TEST(NameTable, ANameIsItsPlaceAndARefusalListsThemAll) {
  constexpr std::array<std::string_view, 3> names{"score", "noise", "x0"};
  EXPECT_EQ(place_of_name(names, "score", "predicts"), 0U);
  EXPECT_EQ(place_of_name(names, "x0", "predicts"), 2U);
  const std::string refusal = support::refusal([&] { place_of_name(names, "x", "predicts"); });
  EXPECT_NE(refusal.find("predicts"), std::string::npos);
  EXPECT_NE(refusal.find("one of score, noise, x0"), std::string::npos);
}

}  // namespace
}  // namespace verimix

#include "verimix/core/json.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/input_error.hpp"

namespace verimix {
namespace {

using support::refusal;

std::string refused(std::string_view text) {
  return refusal([&] { parse_json(text); });
}

TEST(JsonNumbers, KeepTheTextThatWasWritten) {
  const Json document =
      parse_json(R"([0.1, 1e400, 1e-5000, 0.1000, -0.0, 123456789012345678901234567890, "1/3", 7, -7])");
  EXPECT_EQ(document[0], "0.1");
  EXPECT_EQ(document[1], "1e400");
  EXPECT_EQ(document[2], "1e-5000");
  EXPECT_EQ(document[3], "0.1000");
  EXPECT_EQ(document[5], "123456789012345678901234567890");
  EXPECT_EQ(json_rational(document[0], "x"), Rational(1, 10));
  EXPECT_EQ(json_rational(document[4], "x"), 0);
  EXPECT_EQ(json_rational(document[6], "x"), Rational(1, 3));
  EXPECT_EQ(json_rational(document[7], "x"), 7);
  EXPECT_EQ(json_rational(document[8], "x"), -7);
}

TEST(JsonNumbers, IntegersOf64BitsAreExact) {
  EXPECT_EQ(json_rational(parse_json("18446744073709551615"), "x"), Rational("18446744073709551615"));
  EXPECT_EQ(json_rational(parse_json("18446744073709551616"), "x"), Rational("18446744073709551616"));
  EXPECT_EQ(json_rational(parse_json("-9223372036854775808"), "x"), Rational("-9223372036854775808"));
  EXPECT_EQ(json_rational(parse_json("-9223372036854775809"), "x"), Rational("-9223372036854775809"));
}

TEST(JsonNumbers, BeyondTheParserAreToBeWrittenAsStrings) {
  EXPECT_EQ(refused("[1e5000]"),
            "line 1, column 7: value \"1e5000\": expected a smaller number, or the same one as a string");
  EXPECT_EQ(json_rational(parse_json("\"1e5000\""), "x"), parse_rational("1e5000"));
}

TEST(JsonNumbers, RefusedByTheFieldThatHoldsThem) {
  EXPECT_EQ(refusal([] { json_rational(Json("abc"), "weight"); }),
            "weight: value \"abc\": expected a decimal, a fraction of integers or a hexadecimal float");
  EXPECT_EQ(refusal([] { json_rational(Json(true), "weight"); }),
            "weight: value \"true\": expected a number, or a number in a string");
  EXPECT_EQ(refusal([] { json_rational(Json::array(), "weight"); }),
            "weight: value \"[]\": expected a number, or a number in a string");
}

RC_GTEST_PROP(JsonNumbersProperty, EveryFractionReadsBackExactly, (std::int64_t p, std::int64_t q)) {
  RC_PRE(q != 0);
  const Rational x = Rational(p) / Rational(q);
  RC_ASSERT(json_rational(parse_json("\"" + to_text(x) + "\""), "x") == x);
}

TEST(JsonDocument, KeepsOrderAndNesting) {
  EXPECT_EQ(parse_json(R"({"b": [1, {"a": null}], "a": {"c": true}})").dump(),
            R"({"b":[1,{"a":null}],"a":{"c":true}})");
}

TEST(JsonDocument, DuplicateKeysAreRefused) {
  EXPECT_EQ(refused(R"({"a": 1, "a": 2})"), "key: value \"a\": expected a key that stands once in its object");
  EXPECT_EQ(refused(R"({"a": {"b": 1}, "c": {"b": 1}})"), "accepted");
}

TEST(JsonDocument, NestingIsAtMost64) {
  EXPECT_EQ(refused(std::string(64, '[') + std::string(64, ']')), "accepted");
  EXPECT_EQ(refused(std::string(65, '[') + std::string(65, ']')), "nesting: expected at most 64 levels");
}

TEST(JsonDocument, ErrorsSayWhere) {
  EXPECT_EQ(refused("{\"a\": 1,\n \"b\": nul}"), "line 2, column 10: value \"\"b\": nul}\": expected valid JSON");
  EXPECT_EQ(refused("{\"a\": 1"), "line 1, column 7: expected more JSON, but the document ends here");
  EXPECT_EQ(refused(""), "line 1, column 1: expected more JSON, but the document ends here");
  EXPECT_EQ(refused("1 2"), "line 1, column 3: value \"2\": expected valid JSON");
  EXPECT_EQ(refused("[NaN]"), "line 1, column 2: value \"[N\": expected valid JSON");
}

RC_GTEST_PROP(JsonDocumentProperty, EveryTruncationIsRefused, ()) {
  const std::string whole = R"({"format": "x", "a": [1.5, {"b": "\u00e9"}], "c": -2e3})";
  const auto length = *rc::gen::inRange<std::size_t>(0, whole.size());
  RC_ASSERT(refused(whole.substr(0, length)) != "accepted");
}

TEST(JsonMembers, MissingAndUnknownOnesAreNamed) {
  const Json object = parse_json(R"({"a": 1, "z": 2})");
  EXPECT_EQ(json_member(object, "a", "f"), 1);
  EXPECT_EQ(refusal([&] { json_member(object, "b", "f"); }), "f: expected a member \"b\"");
  EXPECT_EQ(refusal([&] { json_member(Json(3), "b", ""); }), "document: value \"3\": expected an object");
  EXPECT_EQ(refusal([&] {
              require_known_members(object, {"a", "b"}, "");
            }),
            "document: value \"z\": expected no member other than a, b");
}

}  // namespace
}  // namespace verimix

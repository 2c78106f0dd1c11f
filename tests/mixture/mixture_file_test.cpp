#include "verimix/mixture/mixture_file.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/input_error.hpp"
#include "support/temporary_folder.hpp"
#include "verimix/core/file.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

using support::refusal;
using support::TemporaryFolder;

/// The example of the format's description.
constexpr const char* two_bumps_file = R"({"format": "verimix.mixture/1", "name": "two-bumps", "dimension": 2,
 "components": [
   {"weight": "1/3", "mean": ["0", "1.5"], "covariance": [["1", "0.25"], ["0.25", "2"]]},
   {"weight": "2/3", "mean": [-1, 0],      "covariance": [[1, 0], [0, 1]]}]})";

/// The example with one piece of its text replaced.
std::string edited(const std::string& from, const std::string& to) {
  std::string text = two_bumps_file;
  text.replace(text.find(from), from.size(), to);
  return text;
}

std::string refusal_of_file(const std::string& text) {
  return refusal([&] { parse_mixture(parse_json(text)); });
}

void expect_equal(const ExactMixture& a, const ExactMixture& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.weights, b.weights);
  EXPECT_TRUE(a.means == b.means);
  ASSERT_EQ(a.covariances.size(), b.covariances.size());
  for (std::size_t i = 0; i < a.covariances.size(); ++i) EXPECT_TRUE(a.covariances[i] == b.covariances[i]);
}

TEST(MixtureFile, ReadsTheExampleExactly) {
  const ExactMixture mixture = parse_mixture(parse_json(two_bumps_file));
  EXPECT_EQ(mixture.name, "two-bumps");
  EXPECT_EQ(mixture.dimension(), 2);
  EXPECT_EQ(mixture.weights, (std::vector<Rational>{Rational(1, 3), Rational(2, 3)}));
  EXPECT_EQ(mixture.means(1, 0), Rational(3, 2));
  EXPECT_EQ(mixture.covariances[0](0, 1), Rational(1, 4));
  EXPECT_EQ(mixture.means(0, 1), -1);
}

TEST(MixtureFile, DecimalsNeverPassThroughADouble) {
  const std::string text = edited("\"2/3\"", "0.66666666666666666666666666666666666666666666");
  EXPECT_NE(refusal_of_file(text), "accepted") << "1/3 + 0.666... is not 1, although it is in double";
}

TEST(MixtureFile, WritingAndReadingGivesTheSameMixture) {
  const TemporaryFolder folder;
  for (const Family& family : families()) {
    const ExactMixture mixture = instance(family.name);
    write_mixture(folder / "m.json", mixture);
    expect_equal(read_mixture(folder / "m.json"), mixture);
  }
}

TEST(MixtureFile, AWeightOfZeroAndASemidefiniteCovarianceAreRead) {
  std::string text = edited("\"1/3\"", "0");
  EXPECT_EQ(refusal_of_file(text), "components[*].weight: value \"2/3\": expected weights that sum to 1 exactly");
  text.replace(text.find("\"2/3\""), 5, "1");
  EXPECT_EQ(refusal_of_file(text), "accepted");
  EXPECT_EQ(refusal_of_file(edited("[[1, 0], [0, 1]]", "[[1, 0], [0, 0]]")), "accepted");
}

TEST(MixtureFile, RefusesByField) {
  EXPECT_EQ(refusal_of_file("[]"), "document: value \"[]\": expected an object");
  EXPECT_EQ(refusal_of_file(edited("mixture/1", "mixture/2")),
            "format: value \"\"verimix.mixture/2\"\": expected \"verimix.mixture/1\"");
  EXPECT_EQ(refusal_of_file(edited("\"dimension\": 2", "\"dimension\": 0")),
            "dimension: value \"0\": expected an integer from 1 to 4096");
  EXPECT_EQ(refusal_of_file(edited("\"dimension\": 2", "\"dimension\": 2.0")),
            "dimension: value \"\"2.0\"\": expected an integer from 1 to 4096");
  EXPECT_EQ(refusal_of_file(edited("\"dimension\": 2", "\"dimension\": 3")),
            "components[0].mean: value \"2 entries\": expected 3, the dimension");
  EXPECT_EQ(refusal_of_file(edited("\"dimension\": 2,", "")), "document: expected a member \"dimension\"");
  EXPECT_EQ(refusal_of_file(edited("\"name\"", "\"title\"")),
            "document: value \"title\": expected no member other than components, dimension, format, name");
  EXPECT_EQ(refusal_of_file(edited("\"two-bumps\"", "7")), "name: value \"7\": expected a string");
  EXPECT_EQ(refusal_of_file(edited("\"mean\": [-1, 0],", "")), "components[1]: expected a member \"mean\"");
  EXPECT_EQ(refusal_of_file(edited("\"weight\": \"2/3\"", "\"weight\": \"2/3\", \"label\": 1")),
            "components[1]: value \"label\": expected no member other than covariance, mean, weight");
  EXPECT_EQ(refusal_of_file(edited("[-1, 0]", "[-1, \"x\"]")),
            "components[1].mean[1]: value \"x\": expected a decimal, a fraction of integers or a hexadecimal float");
  EXPECT_EQ(refusal_of_file(edited("[[1, 0], [0, 1]]", "[[1, 0]]")),
            "components[1].covariance: value \"1 entries\": expected 2, the dimension");
  EXPECT_EQ(refusal_of_file(edited("[[1, 0], [0, 1]]", "[[1, 0], [0]]")),
            "components[1].covariance[1]: value \"1 entries\": expected 2, the dimension");
  EXPECT_EQ(refusal_of_file(R"({"format": "verimix.mixture/1", "dimension": 1, "components": []})"),
            "components: value \"[]\": expected an array of at least one component");
}

TEST(MixtureFile, ErrorsNameTheFile) {
  const TemporaryFolder folder;
  folder.write("m.json", edited("\"1/3\"", "\"-1/3\""));
  EXPECT_EQ(refusal([&] { read_mixture(folder / "m.json"); }),
            (folder / "m.json").string() + ": components[0].weight: value \"-1/3\": expected a weight >= 0");
}

RC_GTEST_PROP(MixtureFileProperty, EveryTruncationIsRefused, ()) {
  const std::string whole = two_bumps_file;
  const auto length = *rc::gen::inRange<std::size_t>(0, whole.size());
  RC_ASSERT(refusal_of_file(whole.substr(0, length)) != "accepted");
}

}  // namespace
}  // namespace verimix

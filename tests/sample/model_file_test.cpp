#include "verimix/sample/model_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "verimix/core/error.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/regress/learner.hpp"
#include "verimix/sample/reverse_process.hpp"

namespace verimix {
namespace {

const Learned<double>& small_model() {
  static const Learned<double> learned = [] {
    LearnOptions options;
    options.steps = 20;
    options.stop = 0.01;
    options.budget = 16;
    return learn<double>(draw(round_to<double>(instance("sep1")), 600, 4).points, options);
  }();
  return learned;
}

TEST(ModelFile, ReadsBackBitForBit) {
  const std::string bytes = model_bytes(small_model().model);
  const LearnedModel<double> back = parse_model<double>(bytes);
  EXPECT_EQ(model_bytes(back), bytes);
  EXPECT_EQ(draw_from_model(back, 300, 8, 1), draw_from_model(small_model().model, 300, 8, 2));
}

// As programs before decisions/011 wrote them.
TEST(ModelFile, ReadsAModelWithoutAClustering) {
  ASSERT_TRUE(small_model().model.clustering.has_value());
  LearnedModel<double> model = small_model().model;
  model.clustering.reset();
  const std::string bytes = model_bytes(model);
  EXPECT_FALSE(parse_model<double>(bytes).clustering.has_value());
  EXPECT_EQ(model_bytes(parse_model<double>(bytes)), bytes);
}

std::string complaint(const std::string& bytes) {
  try {
    parse_model<double>(bytes);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(ModelFile, RefusesWhatWasEditedCutOrMisnamed) {
  using testing::HasSubstr;
  const std::string bytes = model_bytes(small_model().model);
  std::string edited = bytes;
  const std::size_t digit = edited.find_first_of("123456789", edited.find("coefficients"));
  edited[digit] = edited[digit] == '1' ? '2' : '1';
  EXPECT_THAT(complaint(edited), HasSubstr("checksum"));
  EXPECT_NE(complaint(bytes.substr(0, bytes.size() / 2)), "");
  std::string version = bytes;
  version.replace(version.find("verimix.model/1"), 15, "verimix.model/2");
  EXPECT_THAT(complaint(version), HasSubstr("format"));
  EXPECT_THAT(complaint("[]"), HasSubstr("expected"));
  EXPECT_THAT(complaint(""), HasSubstr("expected"));
}

TEST(Theorem11, EndToEndOnSep1) {
  // 0.4 N(-6, 1) + 0.6 N(5, 1.5): the two sides' shares, means and variances from 4000 draws of a model of 600 rows.
  const Matrix<double> found = draw_from_model(small_model().model, 4000, 1);
  double left = 0, left_mean = 0, right_mean = 0;
  for (Index i = 0; i < found.cols(); ++i) {
    if (found(0, i) < 0) {
      left += 1;
      left_mean += found(0, i);
    } else {
      right_mean += found(0, i);
    }
  }
  const auto n = static_cast<double>(found.cols());
  // Training error sqrt(.24/600) = .02 and sampling error .008 in the share; about .1 in the means from the rows and as
  // much from N = 20.
  EXPECT_NEAR(left / n, 0.4, 0.1);
  EXPECT_NEAR(left_mean / left, -6, 0.5);
  EXPECT_NEAR(right_mean / (n - left), 5, 0.5);
}

}  // namespace
}  // namespace verimix

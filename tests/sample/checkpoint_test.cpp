#include "verimix/sample/checkpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/input_error.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/sample/model_file.hpp"

namespace verimix {
namespace {

using testing::HasSubstr;

LearnOptions small_options() {
  LearnOptions options;
  options.steps = 10;
  options.stop = 0.01;
  options.budget = 8;
  options.degree = 3;
  return options;
}

/// One run of 300 rows, with what it kept each time.
struct Run {
  Mixture<double> truth = round_to<double>(instance("sep1"));
  Matrix<double> data = draw(truth, 300, 4).points;
  LearnOptions options = small_options();
  TimeGrid<double> grid = time_grid(options.horizon, options.stop, options.steps);
  Json identity = run_identity<double>(data, options, truth);
  std::vector<PartialRun<double>> kept;
  Learned<double> learned = [this] {
    RunKeeping<double> keeping;
    keeping.keep = [this](const PartialRun<double>& run) { kept.push_back(run); };
    return learn<double>(data, options, truth, {}, {}, keeping);
  }();

  PartialRun<double> parse(const std::string& bytes) const {
    return parse_checkpoint<double>(bytes, identity, grid, data.rows());
  }
  std::string refusal(const std::string& bytes) const {
    return support::refusal([&] { parse(bytes); });
  }
};

const Run& run() {
  static const Run made;
  return made;
}

TEST(Checkpoint, IsKeptAfterTheRankingAndAfterEveryLevel) {
  ASSERT_EQ(run().kept.size(), 11U);
  for (std::size_t i = 0; i < run().kept.size(); ++i) {
    std::size_t levels = 0;
    for (const auto& level : run().kept[i].levels) levels += level ? 1U : 0U;
    EXPECT_EQ(levels, i);
  }
}

/// From every one of the eleven, through the file.
TEST(Checkpoint, GoesOnToTheSameBitsFromEveryLevel) {
  const std::string whole = model_bytes(run().learned.model);
  for (const PartialRun<double>& partial : run().kept) {
    const std::string bytes = checkpoint_bytes(partial, run().identity);
    RunKeeping<double> keeping;
    keeping.from = run().parse(bytes);
    EXPECT_EQ(checkpoint_bytes(*keeping.from, run().identity), bytes);
    const Learned<double> resumed = learn<double>(run().data, run().options, run().truth, {}, {}, keeping);
    EXPECT_EQ(model_bytes(resumed.model), whole);
    Json expected = to_json(run().learned.summary), found = to_json(resumed.summary);
    expected.erase("stages");
    found.erase("stages");
    EXPECT_EQ(found, expected) << "but for the seconds the summary is the same as well";
  }
}

/// The mode analysis: the checkpoint keeps its ranking, and what it reports of Lemma 13 is found again.
TEST(Checkpoint, TheModeAnalysisGoesOnToTheSameBits) {
  LearnOptions options = small_options();
  options.mode = LearnMode::analysis;
  options.steps = 4;
  const Json identity = run_identity<double>(run().data, options, run().truth);
  std::vector<std::string> kept;
  RunKeeping<double> keeping;
  keeping.keep = [&](const PartialRun<double>& partial) { kept.push_back(checkpoint_bytes(partial, identity)); };
  const Learned<double> whole = learn<double>(run().data, options, run().truth, {}, {}, keeping);
  Json expected = to_json(whole.summary);
  expected.erase("stages");
  EXPECT_THAT(expected.at("hypotheses").dump(), HasSubstr("lemma-13 (repaired)"));
  const TimeGrid<double> grid = time_grid(options.horizon, options.stop, options.steps);
  ASSERT_EQ(kept.size(), 5U);
  for (const std::string& bytes : kept) {
    RunKeeping<double> from;
    from.from = parse_checkpoint<double>(bytes, identity, grid, 1);
    const Learned<double> resumed = learn<double>(run().data, options, run().truth, {}, {}, from);
    EXPECT_EQ(model_bytes(resumed.model), model_bytes(whole.model));
    Json found = to_json(resumed.summary);
    found.erase("stages");
    EXPECT_EQ(found, expected);
  }
  // A budgeted run does not go on from it, and it needs the truth it was begun with.
  const auto refused = [&](const Json& other) {
    return support::refusal([&] { parse_checkpoint<double>(kept.front(), other, grid, 1); });
  };
  options.mode = LearnMode::budgeted;
  EXPECT_THAT(refused(run_identity<double>(run().data, options, run().truth)), HasSubstr("run.mode"));
  options.mode = LearnMode::analysis;
  EXPECT_THAT(refused(run_identity<double>(run().data, options, {})), HasSubstr("run.truth"));
}

TEST(Checkpoint, FiftyDigitsReadBack) {
  LearnOptions options = small_options();
  options.steps = 2;
  options.budget = 2;
  options.degree = 2;
  const Matrix<Real50> data = run().data.leftCols(40).cast<Real50>();
  const TimeGrid<Real50> grid = time_grid(Real50(options.horizon), Real50(options.stop), options.steps);
  const Json identity = run_identity<Real50>(data, options, {});
  std::string last;
  RunKeeping<Real50> keeping;
  keeping.keep = [&](const PartialRun<Real50>& partial) { last = checkpoint_bytes(partial, identity); };
  learn<Real50>(data, options, {}, {}, {}, keeping);
  EXPECT_EQ(checkpoint_bytes(parse_checkpoint<Real50>(last, identity, grid, 1), identity), last);
}

TEST(Checkpoint, RefusesWhatWasEditedCutOrMisnamed) {
  const std::string bytes = checkpoint_bytes(run().kept[5], run().identity);
  ASSERT_EQ(run().refusal(bytes), "accepted");
  std::string edited = bytes;
  const std::size_t digit = edited.find_first_of("123456789", edited.find("coefficients"));
  edited[digit] = edited[digit] == '1' ? '2' : '1';
  EXPECT_THAT(run().refusal(edited), HasSubstr("checksum"));
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, bytes.size() / 3, bytes.size() - 2})
    EXPECT_NE(run().refusal(bytes.substr(0, length)), "accepted") << length;
  std::string version = bytes;
  version.replace(version.find("verimix.checkpoint/1"), 20, "verimix.checkpoint/2");
  EXPECT_THAT(run().refusal(version), HasSubstr("format"));
  EXPECT_THAT(run().refusal(model_bytes(run().learned.model)), HasSubstr("format"));
}

/// Every member of the identity, and both files.
TEST(Checkpoint, RefusesAnotherRunsByTheNameOfWhatDiffers) {
  const std::string bytes = checkpoint_bytes(run().kept[5], run().identity);
  const auto refused_as = [&](const std::string& field, const Json& identity) {
    const std::string said =
        support::refusal([&] { parse_checkpoint<double>(bytes, identity, run().grid, run().data.rows()); });
    EXPECT_THAT(said, HasSubstr("run." + field)) << field;
  };
  for (const auto& [key, value] : run().identity.items()) {
    Json other = run().identity;
    other[key] = "another";
    refused_as(key, other);
  }
  LearnOptions options = run().options;
  options.seed += 1;
  refused_as("seed", run_identity<double>(run().data, options, run().truth));
  Matrix<double> data = run().data;
  data(0, 7) = std::nextafter(data(0, 7), 1e9);
  refused_as("data", run_identity<double>(data, run().options, run().truth));
  refused_as("truth", run_identity<double>(run().data, run().options, {}));
}

TEST(Checkpoint, ThreadsAreNoPartOfARunsIdentity) {
  LearnOptions options = run().options;
  options.threads = 7;
  EXPECT_EQ(run_identity<double>(run().data, options, run().truth), run().identity);
}

}  // namespace
}  // namespace verimix

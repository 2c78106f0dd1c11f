#include "verimix/validate/vector_corpus.hpp"

#include <gtest/gtest.h>

#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "support/corpus.hpp"
#include "support/input_error.hpp"
#include "support/places.hpp"
#include "support/temporary_folder.hpp"
#include "verimix/core/file.hpp"
#include "verimix/validate/checksum.hpp"

namespace verimix {
namespace {

using support::refusal;
using support::TemporaryFolder;

const std::filesystem::path pinned = support::test_data() / "vectors";

std::map<std::string, std::string> files_of(const std::vector<VectorCase>& cases) {
  return corpus_files(cases, Tier::smoke);
}

TEST(VectorScenarios, EveryFlagHasCasesAndASentence) {
  std::map<std::string, int> cases;
  for (const VectorQuestion& question : vector_questions(Tier::smoke))
    for (const std::string& flag : question.flags) ++cases[flag];
  for (const VectorFlag& flag : vector_flags()) {
    EXPECT_GE(cases[std::string(flag.name)], 4) << flag.name;
    EXPECT_TRUE(flag.sentence.ends_with('.')) << flag.name;
  }
  EXPECT_EQ(cases.size(), vector_flags().size()) << "a flag without a sentence";
}

TEST(VectorScenarios, SmokeIsAPartOfFullWithTheSameIds) {
  std::map<std::string, std::string> full;
  Index largest = 0;
  for (const VectorQuestion& question : vector_questions(Tier::full)) {
    EXPECT_TRUE(full.emplace(question.id, question.mixture->name).second) << "twice: " << question.id;
    largest = std::max(largest, question.points.rows());
  }
  EXPECT_EQ(largest, 1000);
  const auto smoke = vector_questions(Tier::smoke);
  for (const VectorQuestion& question : smoke) EXPECT_EQ(full.at(question.id), question.mixture->name);
  EXPECT_GT(full.size(), smoke.size());
}

TEST(VectorCorpus, GenerationGivesThePinnedBytes) {
  const auto files = files_of(answered(vector_questions(Tier::smoke)));
  std::size_t size = 0;
  for (const auto& [name, bytes] : files) {
    EXPECT_TRUE(read_file(pinned / name) == bytes) << name << " differs: `verimix vectors diff` says where";
    size += bytes.size();
  }
  EXPECT_LT(size, 2000000U);
  EXPECT_TRUE(std::filesystem::exists(pinned / "pin.json"));
}

TEST(VectorCorpus, LinesFollowTheSchema) {
  valijson::Schema schema;
  const auto document = nlohmann::json::parse(vector_schema());
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(document), schema);
  const auto follows = [&](const std::string& line) {
    const auto parsed = nlohmann::json::parse(line);
    return valijson::Validator().validate(schema, valijson::adapters::NlohmannJsonAdapter(parsed), nullptr);
  };
  for (const VectorCase& c : support::pinned_cases()) EXPECT_TRUE(follows(vector_case_json(c).dump())) << c.question.id;
  Json line = vector_case_json(support::pinned_cases().front());
  line["time"] = "0.25";
  EXPECT_FALSE(follows(line.dump())) << "inputs are hexadecimal";
  line = vector_case_json(support::pinned_cases().front());
  line["comment"] = "";
  EXPECT_FALSE(follows(line.dump()));
}

TEST(VectorCorpus, LinesGoBothWays) {
  for (const VectorCase& c : support::pinned_cases()) {
    const VectorCase again = parse_vector_case(vector_case_json(c), {{c.question.mixture->name, c.question.mixture}});
    EXPECT_EQ(vector_case_json(again), vector_case_json(c));
  }
}

class CorpusFolder : public ::testing::Test {
 protected:
  CorpusFolder() : cases_(support::small_cases(6)) { write_corpus(folder_.path(), files_of(cases_)); }
  TemporaryFolder folder_;
  std::vector<VectorCase> cases_;
};

TEST_F(CorpusFolder, VerifiesWhatWasGenerated) { EXPECT_TRUE(verify_corpus(folder_.path()).empty()); }

TEST_F(CorpusFolder, AnyByteThatChangesIsFound) {
  const std::string name = cases_[0].question.group + ".jsonl";
  folder_.write(name, read_file(folder_ / name) + " ");
  EXPECT_NE(refusal([&] { verify_corpus(folder_.path()); }).find("sha256"), std::string::npos);
}

TEST_F(CorpusFolder, AWrongNumberIsFoundEvenWithRightChecksums) {
  VectorAnswer& answer = cases_[2].answer;
  answer.lower_text[0] = answer.upper_text[0] = "12345";
  (*cases_[3].answer.tolerance[0])[0] *= 1000;
  write_corpus(folder_.path(), files_of(cases_));
  const std::vector<std::string> problems = verify_corpus(folder_.path());
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_TRUE(problems[0].starts_with(cases_[2].question.id));
  EXPECT_TRUE(problems[1].starts_with(cases_[3].question.id));
}

TEST_F(CorpusFolder, APinnedFolderKeepsItsBytes) {
  pin_corpus(folder_.path());
  write_corpus(folder_.path(), files_of(cases_));
  const auto original = files_of(cases_);
  cases_.pop_back();
  EXPECT_NE(refusal([&] { write_corpus(folder_.path(), files_of(cases_)); }).find("pinned"), std::string::npos);
  EXPECT_EQ(read_file(folder_ / "manifest.json"), original.at("manifest.json"));
  folder_.write("manifest.json", read_file(folder_ / "manifest.json") + "\n");
  EXPECT_NE(refusal([&] { read_corpus(folder_.path()); }).find("pin.json"), std::string::npos);
}

TEST_F(CorpusFolder, DifferencesAreNamedByWhatTheyMean) {
  const TemporaryFolder other;
  std::vector<VectorCase> changed = cases_;
  changed[0].answer.lower_text[0] = changed[0].answer.upper_text[0] = "12345";
  changed[1].question.time += 1;
  // Between the two bounds: the same number with other digits.
  changed[2].answer.lower_text[0] = changed[2].answer.upper_text[0];
  changed.erase(changed.begin() + 3);
  write_corpus(other.path(), files_of(changed));
  const CorpusDifference difference = diff_corpora(folder_.path(), other.path());
  EXPECT_EQ(difference.contradicted, std::vector{cases_[0].question.id});
  EXPECT_EQ(difference.changed, std::vector{cases_[1].question.id});
  EXPECT_EQ(difference.refined, std::vector{cases_[2].question.id});
  EXPECT_EQ(difference.removed, std::vector{cases_[3].question.id});
  EXPECT_EQ(diff_corpora(other.path(), folder_.path()).added, std::vector{cases_[3].question.id});
  EXPECT_TRUE(diff_corpora(folder_.path(), folder_.path()).empty());
}

TEST_F(CorpusFolder, RefusesWhatIsNoCorpus) {
  EXPECT_NE(refusal([&] { read_corpus(folder_ / "nowhere"); }).find("manifest.json"), std::string::npos);
  EXPECT_NE(refusal([&] { read_corpus(folder_.path(), Tier::full); }).find("--tier"), std::string::npos);
  folder_.write("manifest.json", R"({"format": "verimix.vectors/9"})");
  EXPECT_NE(refusal([&] { read_corpus(folder_.path()); }).find("format"), std::string::npos);
}

TEST(Checksum, IsSha256) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace verimix

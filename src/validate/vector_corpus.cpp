#include "verimix/validate/vector_corpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/parallel.hpp"
#include "verimix/mixture/mixture_file.hpp"
#include "verimix/validate/checksum.hpp"
#include "verimix/validate/tolerance.hpp"

namespace verimix {
namespace {

constexpr std::string_view manifest_name = "manifest.json";
constexpr std::string_view mixtures_name = "mixtures.jsonl";
constexpr std::string_view schema_name = "schema.json";
constexpr std::string_view pin_name = "pin.json";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin) lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

Json manifest_json(const std::vector<VectorCase>& cases, Tier tier, const std::map<std::string, std::string>& files) {
  Json manifest;
  manifest["format"] = "verimix.vectors/1";
  manifest["tier"] = name_of(tier);
  manifest["cases"] = cases.size();
  for (const VectorFlag& flag : vector_flags()) manifest["flags"][std::string(flag.name)] = flag.sentence;
  for (const Dtype dtype : dtypes) {
    const DtypeModel& model = model_of(dtype);
    Json& entry = manifest["dtypes"][std::string(model.name)];
    entry["storage_roundoff"] = fmt::format("{:a}", model.storage_roundoff);
    entry["arithmetic_roundoff"] = fmt::format("{:a}", model.arithmetic_roundoff);
    entry["applies_to"] = std::ranges::count_if(
        cases, [&](const VectorCase& c) { return c.answer.tolerance.at(static_cast<std::size_t>(dtype)).has_value(); });
  }
  manifest["files"] = Json::array();
  for (const auto& [name, bytes] : files) manifest["files"].push_back({{"name", name}, {"sha256", sha256(bytes)}});
  return manifest;
}

/// The manifest, and the files that it lists, whose checksums are right.
struct Checked {
  Json manifest;
  std::map<std::string, std::string> files;
};

Checked read_checked(const std::filesystem::path& folder) {
  const std::string text = read_file(folder / manifest_name);
  const std::string path = (folder / manifest_name).string();
  try {
    Checked checked{parse_json(text), {}};
    const Json& format = json_member(checked.manifest, "format", "manifest");
    if (format != "verimix.vectors/1") throw InputError("", "format", format.dump(), "\"verimix.vectors/1\"");
    if (std::filesystem::exists(folder / pin_name)) {
      const Json pin = parse_json(read_file(folder / pin_name));
      if (json_member(pin, "manifest_sha256", "pin") != sha256(text))
        throw InputError("", "pin.json", sha256(text), "the SHA-256 of the manifest that was pinned");
    }
    for (const Json& entry : json_member(checked.manifest, "files", "manifest")) {
      const auto name = json_member(entry, "name", "files").get<std::string>();
      if (name.find('/') != std::string::npos)
        throw InputError("", "files.name", name, "the name of a file of the folder");
      std::string bytes = read_file(folder / name);
      if (json_member(entry, "sha256", "files") != sha256(bytes))
        throw InputError((folder / name).string(), "sha256", sha256(bytes), "the SHA-256 that the manifest holds");
      checked.files[name] = std::move(bytes);
    }
    return checked;
  } catch (const InputError& error) {
    if (error.file().empty()) throw error.in_file(path);
    throw;
  } catch (const nlohmann::json::exception& error) {
    throw InputError(path, "manifest", error.what(), "a manifest of verimix.vectors/1");
  }
}

using MixturesByName = std::map<std::string, std::shared_ptr<const ExactMixture>>;

/// Calls use(line) for each line of a file; what it refuses is said of the file and the line.
template <class Use>
void for_each_line(const std::filesystem::path& path, const std::string& text, Use&& use) {
  int number = 0;
  for (const std::string& line : lines_of(text)) {
    ++number;
    try {
      use(parse_json(line));
    } catch (const InputError& error) {
      throw InputError(path.string(), fmt::format("line {}: {}", number, error.field()), error.value(),
                       error.expected());
    }
  }
}

VectorCorpus parse_corpus(const std::filesystem::path& folder, const Checked& checked) {
  VectorCorpus corpus;
  corpus.tier = parse_tier(json_member(checked.manifest, "tier", "manifest").get<std::string>());
  MixturesByName mixtures;
  const auto found = checked.files.find(std::string(mixtures_name));
  if (found == checked.files.end())
    throw InputError((folder / manifest_name).string(), "files", "", "a file mixtures.jsonl");
  for_each_line(folder / mixtures_name, found->second, [&](const Json& line) {
    auto mixture = std::make_shared<const ExactMixture>(parse_mixture(line));
    mixtures[mixture->name] = mixture;
  });
  std::set<std::string> ids;
  for (const auto& [name, text] : checked.files) {
    if (name == mixtures_name || name == schema_name) continue;
    for_each_line(folder / name, text, [&](const Json& line) {
      corpus.cases.push_back(parse_vector_case(line, mixtures));
      const std::string& id = corpus.cases.back().question.id;
      if (!ids.insert(id).second) throw InputError("", "id", id, "an id that occurs once");
    });
  }
  return corpus;
}

bool same_question(const VectorQuestion& a, const VectorQuestion& b) {
  return request_json(a, Dtype::float64) == request_json(b, Dtype::float64) && a.flags == b.flags && a.smoke == b.smoke;
}

bool meet(const VectorAnswer& a, const VectorAnswer& b) {
  if (a.shape != b.shape) return false;
  for (std::size_t i = 0; i < a.lower.size(); ++i)
    if (a.upper[i] < b.lower[i] || b.upper[i] < a.lower[i]) return false;
  return true;
}

bool same_tolerances(const VectorAnswer& a, const VectorAnswer& b) {
  return a.tolerance == b.tolerance && a.inapplicable == b.inapplicable && a.input_condition == b.input_condition &&
         a.operation_condition == b.operation_condition && a.operations == b.operations;
}

std::map<std::string, const VectorCase*> by_id(const VectorCorpus& corpus) {
  std::map<std::string, const VectorCase*> cases;
  for (const VectorCase& a_case : corpus.cases) cases[a_case.question.id] = &a_case;
  return cases;
}

}  // namespace

std::vector<VectorCase> answered(const std::vector<VectorQuestion>& questions) {
  std::vector<VectorCase> cases(questions.size());
  parallel_blocks(static_cast<Index>(questions.size()), 1, [&](Index begin, Index) {
    const auto place = static_cast<std::size_t>(begin);
    cases[place] = {questions[place], answer_of(questions[place])};
  });
  return cases;
}

std::map<std::string, std::string> corpus_files(const std::vector<VectorCase>& cases, Tier tier) {
  std::map<std::string, std::string> files;
  std::set<std::string> mixtures;
  std::string& mixture_lines = files[std::string(mixtures_name)];
  for (const VectorCase& a_case : cases) {
    files[a_case.question.group + ".jsonl"] += vector_case_json(a_case).dump() + "\n";
    if (mixtures.insert(a_case.question.mixture->name).second)
      mixture_lines += hex_mixture_json(*a_case.question.mixture).dump() + "\n";
  }
  files[std::string(schema_name)] = vector_schema();
  files[std::string(manifest_name)] = manifest_json(cases, tier, files).dump(1) + "\n";
  return files;
}

void write_corpus(const std::filesystem::path& folder, const std::map<std::string, std::string>& files) {
  if (std::filesystem::exists(folder / pin_name)) {
    for (const auto& [name, bytes] : files)
      if (read_file(folder / name) != bytes)
        throw InputError((folder / name).string(), "--output", folder.string(),
                         "a folder that is not pinned, or the bytes that were");
    return;
  }
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw InputError(folder.string(), "--output", failed.message(), "a folder that can be made");
  // The manifest comes last, so that it never lists a file that is not there.
  for (const auto& [name, bytes] : files)
    if (name != manifest_name) write_file(folder / name, bytes);
  write_file(folder / manifest_name, files.at(std::string(manifest_name)));
}

VectorCorpus read_corpus(const std::filesystem::path& folder) { return parse_corpus(folder, read_checked(folder)); }

VectorCorpus read_corpus(const std::filesystem::path& folder, Tier tier) {
  VectorCorpus corpus = read_corpus(folder);
  if (tier == Tier::full && corpus.tier == Tier::smoke)
    throw InputError(folder.string(), "--tier", "full", "smoke, which is all that this folder holds");
  if (tier == Tier::smoke) std::erase_if(corpus.cases, [](const VectorCase& c) { return !c.question.smoke; });
  corpus.tier = tier;
  return corpus;
}

std::vector<std::string> verify_corpus(const std::filesystem::path& folder) {
  const Checked checked = read_checked(folder);
  const VectorCorpus corpus = parse_corpus(folder, checked);
  std::vector<std::string> problems;
  std::vector<VectorQuestion> questions;
  for (const VectorCase& a_case : corpus.cases) {
    questions.push_back(a_case.question);
    for (const std::string& flag : a_case.question.flags)
      if (json_member(checked.manifest, "flags", "manifest").find(flag) == checked.manifest["flags"].end())
        problems.push_back(fmt::format("{}: the flag {} has no sentence in the manifest", a_case.question.id, flag));
  }
  const std::vector<VectorCase> now = answered(questions);
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (!meet(now[i].answer, corpus.cases[i].answer))
      problems.push_back(questions[i].id + ": the enclosures do not contain what is computed now");
    if (!same_tolerances(now[i].answer, corpus.cases[i].answer))
      problems.push_back(questions[i].id + ": conditions or tolerances are not those computed now");
  }
  return problems;
}

void pin_corpus(const std::filesystem::path& folder) {
  const Checked checked = read_checked(folder);
  Json pin;
  pin["format"] = "verimix.pin/1";
  pin["manifest_sha256"] = sha256(read_file(folder / manifest_name));
  pin["cases"] = checked.manifest["cases"];
  write_file(folder / pin_name, pin.dump(1) + "\n");
}

bool CorpusDifference::empty() const {
  return added.empty() && removed.empty() && changed.empty() && contradicted.empty() && refined.empty();
}

CorpusDifference diff_corpora(const std::filesystem::path& before, const std::filesystem::path& after) {
  const VectorCorpus old_corpus = read_corpus(before);
  const VectorCorpus new_corpus = read_corpus(after);
  const auto old_cases = by_id(old_corpus);
  const auto new_cases = by_id(new_corpus);
  CorpusDifference difference;
  for (const auto& [id, was] : old_cases) {
    const auto found = new_cases.find(id);
    if (found == new_cases.end()) {
      difference.removed.push_back(id);
      continue;
    }
    const VectorCase& is = *found->second;
    const bool same = same_question(was->question, is.question);
    if (!same || !same_tolerances(was->answer, is.answer)) difference.changed.push_back(id);
    if (!same) continue;
    if (!meet(was->answer, is.answer))
      difference.contradicted.push_back(id);
    else if (was->answer.lower != is.answer.lower || was->answer.upper != is.answer.upper)
      difference.refined.push_back(id);
  }
  for (const auto& [id, is] : new_cases)
    if (!old_cases.contains(id)) difference.added.push_back(id);
  return difference;
}

Json to_json(const std::vector<std::string>& problems, std::size_t cases) {
  return {{"format", "verimix.vectors-verify/1"}, {"cases", cases}, {"problems", problems}};
}

Json to_json(const CorpusDifference& difference) {
  return {{"format", "verimix.vectors-diff/1"},      {"added", difference.added},
          {"removed", difference.removed},           {"changed", difference.changed},
          {"contradicted", difference.contradicted}, {"refined", difference.refined}};
}

}  // namespace verimix

// The corpus of reference cases as a folder: generated, verified, frozen, compared.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "verimix/validate/vector_scenarios.hpp"

namespace verimix {

/// The folder's files: manifest.json (format verimix.vectors/1: tier, flags with their sentences, dtypes, each file's
/// SHA-256), schema.json (JSON Schema of a case), mixtures.jsonl (verimix.mixture/1, a line each), and <group>.jsonl (a
/// case a line). Once pinned also pin.json (verimix.pin/1), the SHA-256 of the manifest.
struct VectorCorpus {
  Tier tier = Tier::smoke;
  std::vector<VectorCase> cases;
};

/// The answers of these questions, in their order; on all threads.
std::vector<VectorCase> answered(const std::vector<VectorQuestion>& questions);

/// The folder's files by name.
std::map<std::string, std::string> corpus_files(const std::vector<VectorCase>& cases, Tier tier);

/// Writes them, each whole or not at all. Throws InputError (field "--output") if the folder is pinned and anything
/// would change.
void write_corpus(const std::filesystem::path& folder, const std::map<std::string, std::string>& files);

/// Reads a folder. Throws InputError that names the file for what is missing, malformed, or not what the manifest's
/// checksums say. Of a full corpus, `tier` = smoke takes the cases of the smoke tier.
VectorCorpus read_corpus(const std::filesystem::path& folder, Tier tier);
/// All that is there.
VectorCorpus read_corpus(const std::filesystem::path& folder);

/// Reads and computes every case anew: the problems found, a line each ("score-sign-001: ..."). Looked for: checksums
/// and pin, malformed cases, flags without a sentence, ids that occur twice, enclosures or tolerances that are not what
/// is computed now.
std::vector<std::string> verify_corpus(const std::filesystem::path& folder);

/// Freezes a folder: writes pin.json. Throws InputError if its checksums fail.
void pin_corpus(const std::filesystem::path& folder);

/// What differs between two folders, by id.
struct CorpusDifference {
  std::vector<std::string> added, removed;
  /// The inputs, flags or tolerances differ.
  std::vector<std::string> changed;
  /// The same question, enclosures that have no number in common: one of the two is wrong.
  std::vector<std::string> contradicted;
  /// The same question, other digits of the same number.
  std::vector<std::string> refined;

  bool empty() const;
};
CorpusDifference diff_corpora(const std::filesystem::path& before, const std::filesystem::path& after);

/// verimix.vectors-verify/1 and verimix.vectors-diff/1.
Json to_json(const std::vector<std::string>& problems, std::size_t cases);
Json to_json(const CorpusDifference& difference);

/// The JSON Schema (draft 7) of a line of <group>.jsonl.
std::string_view vector_schema();

}  // namespace verimix

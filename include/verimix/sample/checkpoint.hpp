// Files of the format verimix.checkpoint/1: what an interrupted run of `learn` goes on from, or is refused.
#pragma once

#include <filesystem>
#include <string>

#include "verimix/core/json.hpp"
#include "verimix/regress/learner.hpp"

namespace verimix {

/// What a run was given, as far as its model depends on it: every option but the number of threads, and CRC-64 of the
/// exact texts of the data (of its blocks, then of their checksums in block order) and of the truth (null without one).
/// The same for any number of ranks, all of which call it. Two runs with equal identities end with the same bits
/// if they run the same program on the same machine. Not a protection against forgery.
template <RealScalar T>
Json run_identity(const RowSlice<T>& data, const LearnOptions& options, const std::optional<Mixture<T>>& truth);
template <RealScalar T>
Json run_identity(const Matrix<T>& data, const LearnOptions& options, const std::optional<Mixture<T>>& truth);

/// The bytes of a file and the run in them. Members: "format"; "checksum", the CRC-32 of the compact text of
/// "checkpoint"; "checkpoint": "run" (the identity), "candidates", "ranking" (times, best structures, distinct, single
/// cell) and "levels", for each noise level null or its structure, pieces and summary. Numbers are strings that read
/// back exactly. Throws InputError naming the field for: text that is not JSON or cut short, another format or
/// version, a checksum that does not fit (an edited or damaged file), an identity that differs from `identity`
/// ("run.<option>"), unknown or missing members, shapes or numbers that do not fit together. `grid` is the one of the
/// run's options, `dimension` that of its data.
template <RealScalar T>
std::string checkpoint_bytes(const PartialRun<T>& run, const Json& identity);
template <RealScalar T>
PartialRun<T> parse_checkpoint(const std::string& bytes, const Json& identity, const TimeGrid<T>& grid,
                               Index dimension);

/// The same from a file; InputErrors carry its name.
template <RealScalar T>
PartialRun<T> read_checkpoint(const std::filesystem::path& path, const Json& identity, const TimeGrid<T>& grid,
                              Index dimension);

/// Writes checkpoint_bytes beside the file and renames, at every call: whoever kills the program at any moment finds
/// the last whole checkpoint. Levels that an earlier call wrote are not converted to text again.
template <RealScalar T>
class CheckpointFile {
 public:
  CheckpointFile(std::filesystem::path path, Json identity);
  void operator()(const PartialRun<T>& run);

 private:
  std::filesystem::path path_;
  Json content_;
};

/// Removes the checkpoint, and what a killed program was writing beside it (PATH.partial-*).
void remove_checkpoint(const std::filesystem::path& path);

extern template class CheckpointFile<double>;
extern template class CheckpointFile<Real50>;
extern template Json run_identity(const RowSlice<double>&, const LearnOptions&, const std::optional<Mixture<double>>&);
extern template Json run_identity(const RowSlice<Real50>&, const LearnOptions&, const std::optional<Mixture<Real50>>&);
extern template Json run_identity(const Matrix<double>&, const LearnOptions&, const std::optional<Mixture<double>>&);
extern template Json run_identity(const Matrix<Real50>&, const LearnOptions&, const std::optional<Mixture<Real50>>&);
extern template std::string checkpoint_bytes(const PartialRun<double>&, const Json&);
extern template std::string checkpoint_bytes(const PartialRun<Real50>&, const Json&);
extern template PartialRun<double> parse_checkpoint(const std::string&, const Json&, const TimeGrid<double>&, Index);
extern template PartialRun<Real50> parse_checkpoint(const std::string&, const Json&, const TimeGrid<Real50>&, Index);
extern template PartialRun<double> read_checkpoint(const std::filesystem::path&, const Json&, const TimeGrid<double>&,
                                                   Index);
extern template PartialRun<Real50> read_checkpoint(const std::filesystem::path&, const Json&, const TimeGrid<Real50>&,
                                                   Index);

}  // namespace verimix

#include "verimix/sample/checkpoint.hpp"

#include <fmt/format.h>

#include <boost/crc.hpp>
#include <cmath>
#include <limits>
#include <system_error>

#include "model_json.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"

namespace verimix {
namespace {

constexpr std::string_view checkpoint_format = "verimix.checkpoint/1";

/// The polynomial of ECMA-182, reflected, as in the xz format.
using Crc64 = boost::crc_optimal<64, 0x42F0E1EBA9EA3693, ~std::uint64_t{0}, ~std::uint64_t{0}, true, true>;

template <class T>
void add(Crc64& crc, const Matrix<T>& matrix) {
  std::string text = fmt::format("{} {}", matrix.rows(), matrix.cols());
  for (Index i = 0; i < matrix.cols(); ++i)
    for (Index j = 0; j < matrix.rows(); ++j) text += " " + to_text(matrix(j, i));
  crc.process_bytes(text.data(), text.size());
}

template <class T>
std::string hash(const Mixture<T>& mixture) {
  Crc64 crc;
  add<T>(crc, mixture.weights);
  add(crc, mixture.means);
  for (const Matrix<T>& covariance : mixture.covariances) add(crc, covariance);
  return fmt::format("{:016x}", crc.checksum());
}

template <class T>
std::string hash(const RowSlice<T>& data) {
  std::string own;
  for (const Matrix<T>& block : data.own_blocks()) {
    Crc64 crc;
    add(crc, block);
    own += fmt::format(" {:016x}", crc.checksum());
  }
  Crc64 crc;
  const std::string shape = fmt::format("{} {}", data.dimension(), data.blocks.rows);
  crc.process_bytes(shape.data(), shape.size());
  for (const std::string& blocks : data.ranks.get().gather(own)) crc.process_bytes(blocks.data(), blocks.size());
  return fmt::format("{:016x}", crc.checksum());
}

std::string mode_name(LearnMode mode) {
  switch (mode) {
    case LearnMode::budgeted:
      return "budgeted";
    case LearnMode::analysis:
      return "analysis";
    case LearnMode::exhaustive:
      return "exhaustive";
  }
  require_invariant(false, "every mode has a name");
  return {};
}

void require_identity(const Json& written, const Json& identity) {
  for (const auto& [key, value] : identity.items()) {
    const Json& found = json_member(written, key, "run");
    if (found != value)
      throw InputError("", "run." + key, found.dump(), value.dump() + ", as in this run: the checkpoint is of another");
  }
  std::set<std::string> known;
  for (const auto& entry : identity.items()) known.insert(entry.key());
  require_known_members(written, known, "run");
}

template <class T>
Json ranking_json(const RankedStructures<T>& ranked) {
  Json out;
  out["times"] = Json::array();
  for (const T& time : ranked.times) out["times"].push_back(to_text(time));
  out["best"] = Json::array();
  for (const std::vector<CellStructure<T>>& best : ranked.best) {
    out["best"].push_back(Json::array());
    for (const CellStructure<T>& structure : best) out["best"].back().push_back(structure_json(structure));
  }
  out["distinct"] = ranked.distinct;
  out["single_cell"] = structure_json(ranked.single_cell);
  out["clustering"] = structure_json(ranked.clustering);
  return out;
}

constexpr std::int64_t many = std::numeric_limits<std::int64_t>::max();

const Json& array_of(const Json& object, const std::string& key, const std::string& field) {
  const Json& value = json_member(object, key, field);
  if (!value.is_array() || value.empty()) throw InputError("", field + "." + key, value.dump(), "an array");
  return value;
}

template <class T>
RankedStructures<T> read_ranking(const Json& json, Index d) {
  const std::string field = "ranking";
  require_known_members(json, {"times", "best", "distinct", "single_cell", "clustering"}, field);
  const Json& times = array_of(json, "times", field);
  const Vector<T> numbers = json_vector<T>(json, "times", field, static_cast<Index>(times.size()));
  RankedStructures<T> out{{numbers.begin(), numbers.end()}, {}, 0, {}, {}};
  const Json& best = sized_array(json_member(json, "best", field), times.size(), field + ".best");
  for (std::size_t i = 0; i < best.size(); ++i) {
    const std::string name = fmt::format("{}.best[{}]", field, i);
    if (!best[i].is_array()) throw InputError("", name, best[i].dump(), "an array");
    out.best.emplace_back();
    for (const Json& structure : best[i]) out.best.back().push_back(read_structure<T>(structure, name, d));
  }
  out.distinct = json_integer(json, "distinct", field, 0, many);
  out.single_cell = read_structure<T>(json_member(json, "single_cell", field), field + ".single_cell", d);
  out.clustering = read_structure<T>(json_member(json, "clustering", field), field + ".clustering", d);
  return out;
}

// Unlike a model's numbers, what a summary reports may be infinite or no number.
double reported(const Json& object, const std::string& key, const std::string& field) {
  const Json& value = json_member(object, key, field);
  for (const double special : {HUGE_VAL, -HUGE_VAL, std::numeric_limits<double>::quiet_NaN()})
    if (value == to_text(special)) return special;
  return json_number<double>(object, key, field);
}

template <class T>
Json level_json(const FinishedLevel<T>& finished) {
  Json out;
  out["structure"] = structure_json(finished.level.structure);
  out["pieces"] = pieces_json(finished.level.score);
  out["samples"] = finished.summary.samples;
  out["validation_loss"] = to_text(finished.summary.validation_loss);
  out["validation_standard_error"] = to_text(finished.summary.validation_standard_error);
  out["score_error"] = nullptr;
  if (const std::optional<ScoreError>& error = finished.summary.score_error)
    out["score_error"] = {{"mean", to_text(error->mean)}, {"standard_error", to_text(error->standard_error)}};
  return out;
}

template <class T>
FinishedLevel<T> read_finished(const Json& json, const std::string& field, const T& time, Index d) {
  require_known_members(
      json, {"structure", "pieces", "samples", "validation_loss", "validation_standard_error", "score_error"}, field);
  const CellStructure<T> structure = read_structure<T>(json_member(json, "structure", field), field + ".structure", d);
  FinishedLevel<T> out{read_level(json_member(json, "pieces", field), field + ".pieces", structure, time), {}};
  out.summary = {approximate(time),
                 out.level.score.cells(),
                 out.level.score.degree(),
                 json_integer(json, "samples", field, 1, many),
                 reported(json, "validation_loss", field),
                 reported(json, "validation_standard_error", field),
                 {}};
  const Json& error = json_member(json, "score_error", field);
  if (error.is_null()) return out;
  require_known_members(error, {"mean", "standard_error"}, field + ".score_error");
  out.summary.score_error = {reported(error, "mean", field + ".score_error"),
                             reported(error, "standard_error", field + ".score_error")};
  return out;
}

// Converts what is not converted yet.
template <class T>
void update(Json& content, const PartialRun<T>& run) {
  if (!content.contains("levels")) {
    content["candidates"] = run.candidates;
    content["ranking"] = ranking_json(run.ranked);
    content["levels"] = Json(run.levels.size(), Json());
  }
  for (std::size_t l = 0; l < run.levels.size(); ++l)
    if (run.levels[l] && content["levels"][l].is_null()) content["levels"][l] = level_json(*run.levels[l]);
}

std::string document_bytes(const Json& content) {
  Json document;
  document["format"] = checkpoint_format;
  document["checksum"] = json_checksum(content);
  document["checkpoint"] = content;
  return document.dump() + "\n";
}

}  // namespace

template <RealScalar T>
Json run_identity(const Matrix<T>& data, const LearnOptions& options, const std::optional<Mixture<T>>& truth) {
  return run_identity(whole(data), options, truth);
}

template <RealScalar T>
Json run_identity(const RowSlice<T>& data, const LearnOptions& options, const std::optional<Mixture<T>>& truth) {
  // All members are named, so that a new option does not compile until it has its place here.
  const auto& [components, epsilon, degree, mode, stop, steps, horizon, budget, kept, seed, noise_pairs, pieces,
               threads] = options;
  const auto& [piece_degree, region_orders, rows_per_coefficient, simpler_within] = pieces;
  static_cast<void>(threads);       // never changes a result
  static_cast<void>(piece_degree);  // `degree` takes its place
  Json out;
  out["precision"] = ScalarTraits<T>::name;
  out["data"] = hash(data);
  out["truth"] = truth ? Json(hash(*truth)) : Json();
  out["components"] = components;
  out["epsilon"] = to_text(epsilon);
  out["degree"] = degree;
  out["mode"] = mode_name(mode);
  out["stop"] = to_text(stop);
  out["steps"] = steps;
  out["horizon"] = to_text(horizon);
  out["budget"] = budget;
  out["kept"] = kept;
  out["seed"] = seed;
  out["noise_pairs"] = noise_pairs;
  out["region_orders"] = Json::array();
  for (const double order : region_orders) out["region_orders"].push_back(to_text(order));
  out["rows_per_coefficient"] = to_text(rows_per_coefficient);
  out["simpler_within"] = to_text(simpler_within);
  return out;
}

template <RealScalar T>
std::string checkpoint_bytes(const PartialRun<T>& run, const Json& identity) {
  Json content;
  content["run"] = identity;
  update(content, run);
  return document_bytes(content);
}

template <RealScalar T>
PartialRun<T> parse_checkpoint(const std::string& bytes, const Json& identity, const TimeGrid<T>& grid,
                               Index dimension) {
  const Json document = parse_json(bytes);
  const Json& format = json_member(document, "format", "");
  if (format != checkpoint_format)
    throw InputError("", "format", format.dump(), fmt::format("\"{}\"", checkpoint_format));
  require_known_members(document, {"format", "checksum", "checkpoint"}, "");
  require_checksum(document, "checkpoint");
  const Json& content = document["checkpoint"];
  require_known_members(content, {"run", "candidates", "ranking", "levels"}, "checkpoint");
  require_identity(json_member(content, "run", "checkpoint"), identity);
  PartialRun<T> out;
  out.candidates = json_integer(content, "candidates", "checkpoint", 1, many);
  out.ranked = read_ranking<T>(json_member(content, "ranking", "checkpoint"), dimension);
  const Json& levels = sized_array(json_member(content, "levels", "checkpoint"), grid.steps.size(), "levels");
  for (std::size_t l = 0; l < levels.size(); ++l) {
    out.levels.emplace_back();
    if (!levels[l].is_null())
      out.levels.back() = read_finished<T>(levels[l], fmt::format("levels[{}]", l), grid.remaining[l], dimension);
  }
  return out;
}

template <RealScalar T>
PartialRun<T> read_checkpoint(const std::filesystem::path& path, const Json& identity, const TimeGrid<T>& grid,
                              Index dimension) {
  const std::string bytes = read_file(path);
  try {
    return parse_checkpoint<T>(bytes, identity, grid, dimension);
  } catch (const InputError& error) {
    throw error.in_file(path.string());
  }
}

template <RealScalar T>
CheckpointFile<T>::CheckpointFile(std::filesystem::path path, Json identity) : path_(std::move(path)) {
  content_["run"] = std::move(identity);
}

template <RealScalar T>
void CheckpointFile<T>::operator()(const PartialRun<T>& run) {
  update(content_, run);
  write_file(path_, document_bytes(content_));
}

void remove_checkpoint(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  fs::remove(path, ignored);
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const std::string partial = path.filename().string() + ".partial-";
  std::vector<fs::path> left;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().filename().string().starts_with(partial)) left.push_back(entry.path());
  for (const fs::path& file : left) fs::remove(file, ignored);
}

template class CheckpointFile<double>;
template class CheckpointFile<Real50>;
template Json run_identity(const RowSlice<double>&, const LearnOptions&, const std::optional<Mixture<double>>&);
template Json run_identity(const RowSlice<Real50>&, const LearnOptions&, const std::optional<Mixture<Real50>>&);
template Json run_identity(const Matrix<double>&, const LearnOptions&, const std::optional<Mixture<double>>&);
template Json run_identity(const Matrix<Real50>&, const LearnOptions&, const std::optional<Mixture<Real50>>&);
template std::string checkpoint_bytes(const PartialRun<double>&, const Json&);
template std::string checkpoint_bytes(const PartialRun<Real50>&, const Json&);
template PartialRun<double> parse_checkpoint(const std::string&, const Json&, const TimeGrid<double>&, Index);
template PartialRun<Real50> parse_checkpoint(const std::string&, const Json&, const TimeGrid<Real50>&, Index);
template PartialRun<double> read_checkpoint(const std::filesystem::path&, const Json&, const TimeGrid<double>&, Index);
template PartialRun<Real50> read_checkpoint(const std::filesystem::path&, const Json&, const TimeGrid<Real50>&, Index);

}  // namespace verimix

#include "verimix/sample/model_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model_json.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"

namespace verimix {
namespace {

constexpr std::string_view model_format = "verimix.model/1";

template <class T>
LearnedModel<T> read_model_json(const Json& json) {
  require_known_members(
      json, {"dimension", "shift", "scale", "horizon", "stop", "steps", "structures", "levels", "clustering"}, "model");
  const Index d = json_integer(json, "dimension", "model", 1, 4096);
  LearnedModel<T> out;
  out.standardisation = {json_vector<T>(json, "shift", "model", d), json_vector<T>(json, "scale", "model", d)};
  if (!(out.standardisation.scale.array() > T(0)).all()) throw InputError("", "model.scale", "", "numbers > 0");
  out.horizon = json_positive<T>(json, "horizon", "model");
  out.stop = json_positive<T>(json, "stop", "model");
  out.steps = static_cast<int>(json_integer(json, "steps", "model", 2, 1'000'000));
  const TimeGrid<T> grid = time_grid(out.horizon, out.stop, out.steps);

  const Json& list = json_member(json, "structures", "model");
  if (!list.is_array()) throw InputError("", "model.structures", list.dump(), "an array");
  std::vector<CellStructure<T>> structures;
  for (std::size_t i = 0; i < list.size(); ++i)
    structures.push_back(read_structure<T>(list[i], fmt::format("model.structures[{}]", i), d));
  const Json& levels = sized_array(json_member(json, "levels", "model"), grid.steps.size(), "model.levels");
  const auto last = static_cast<std::int64_t>(structures.size()) - 1;
  for (std::size_t l = 0; l < levels.size(); ++l) {
    const std::string field = fmt::format("model.levels[{}]", l);
    require_known_members(levels[l], {"structure", "pieces"}, field);
    const auto place = static_cast<std::size_t>(json_integer(levels[l], "structure", field, 0, last));
    out.levels.push_back(
        read_level(json_member(levels[l], "pieces", field), field + ".pieces", structures[place], grid.remaining[l]));
  }
  if (json.contains("clustering"))
    out.clustering = structures[static_cast<std::size_t>(json_integer(json, "clustering", "model", 0, last))];
  return out;
}

// Levels share few structures: each is written once and named by its place.
template <class T>
std::ptrdiff_t place_of(const CellStructure<T>& structure, Json& known) {
  const Json wanted = structure_json(structure);
  const auto place = std::find(known.begin(), known.end(), wanted) - known.begin();
  if (place == static_cast<std::ptrdiff_t>(known.size())) known.push_back(wanted);
  return place;
}

}  // namespace

template <RealScalar T>
std::string model_bytes(const LearnedModel<T>& model) {
  Json json;
  json["dimension"] = model.dimension();
  json["shift"] = vector_json(model.standardisation.shift);
  json["scale"] = vector_json(model.standardisation.scale);
  json["horizon"] = to_text(model.horizon);
  json["stop"] = to_text(model.stop);
  json["steps"] = model.steps;
  json["structures"] = Json::array();
  json["levels"] = Json::array();
  for (const LearnedLevel<T>& level : model.levels) {
    Json entry;
    entry["structure"] = place_of(level.structure, json["structures"]);
    entry["pieces"] = pieces_json(level.score);
    json["levels"].push_back(std::move(entry));
  }
  if (model.clustering) json["clustering"] = place_of(*model.clustering, json["structures"]);
  Json document;
  document["format"] = model_format;
  document["precision"] = ScalarTraits<T>::name;
  document["checksum"] = json_checksum(json);
  document["model"] = std::move(json);
  return document.dump(1) + "\n";
}

template <RealScalar T>
LearnedModel<T> parse_model(const std::string& bytes) {
  const Json document = parse_json(bytes);
  const Json& format = json_member(document, "format", "");
  if (format != model_format) throw InputError("", "format", format.dump(), fmt::format("\"{}\"", model_format));
  require_known_members(document, {"format", "precision", "checksum", "model"}, "");
  require_checksum(document, "model");
  return read_model_json<T>(document["model"]);
}

template <RealScalar T>
LearnedModel<T> read_model(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  try {
    return parse_model<T>(bytes);
  } catch (const InputError& error) {
    throw error.in_file(path.string());
  }
}

template <RealScalar T>
void write_model(const std::filesystem::path& path, const LearnedModel<T>& model) {
  write_file(path, model_bytes(model));
}

template std::string model_bytes(const LearnedModel<double>&);
template std::string model_bytes(const LearnedModel<Real50>&);
template LearnedModel<double> parse_model(const std::string&);
template LearnedModel<Real50> parse_model(const std::string&);
template LearnedModel<double> read_model(const std::filesystem::path&);
template LearnedModel<Real50> read_model(const std::filesystem::path&);
template void write_model(const std::filesystem::path&, const LearnedModel<double>&);
template void write_model(const std::filesystem::path&, const LearnedModel<Real50>&);

}  // namespace verimix

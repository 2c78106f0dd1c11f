#include "verimix/sample/model_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/crc.hpp>

#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

constexpr std::string_view format_name = "verimix.model/1";

std::string checksum(const Json& model) {
  const std::string text = model.dump();
  boost::crc_32_type crc;
  crc.process_bytes(text.data(), text.size());
  return fmt::format("{:08x}", crc.checksum());
}

template <class Derived>
Json vector_json(const Eigen::MatrixBase<Derived>& vector) {
  Json out = Json::array();
  for (Index i = 0; i < vector.size(); ++i) out.push_back(to_text(vector(i)));
  return out;
}

// By rows.
template <class T>
Json matrix_json(const Matrix<T>& matrix) {
  Json out = Json::array();
  for (Index i = 0; i < matrix.rows(); ++i) out.push_back(vector_json(matrix.row(i)));
  return out;
}

std::string policy_name(ThresholdPolicy policy) {
  switch (policy) {
    case ThresholdPolicy::midpoint:
      return "midpoint";
    case ThresholdPolicy::printed:
      return "printed";
    case ThresholdPolicy::log_det:
      return "log_det";
  }
  require_invariant(false, "every threshold policy has a name");
  return {};
}

template <class T>
Json structure_json(const CellStructure<T>& structure) {
  Json out;
  out["means"] = matrix_json<T>(structure.estimates.means.transpose());
  out["covariances"] = Json::array();
  for (const Matrix<T>& covariance : structure.estimates.covariances)
    out["covariances"].push_back(matrix_json(covariance));
  out["mean_group"] = structure.pair.mean_group;
  out["covariance_group"] = structure.pair.covariance_group;
  out["policy"] = policy_name(structure.policy);
  out["alpha"] = to_text(structure.alpha);
  return out;
}

template <class T>
Json piece_json(const ScorePiece<T>& piece) {
  Json out;
  out["mean"] = vector_json(piece.basis.mean());
  out["covariance"] = matrix_json(piece.basis.covariance());
  out["degree"] = piece.degree();
  out["coefficients"] = matrix_json(piece.coefficients);
  out["thresholds"] = vector_json(piece.region.thresholds());
  return out;
}

const Json& sized_array(const Json& value, std::size_t size, const std::string& field) {
  if (!value.is_array() || value.size() != size)
    throw InputError("", field, value.is_array() ? std::to_string(value.size()) : value.dump(),
                     fmt::format("an array of {} entries", size));
  return value;
}

std::int64_t integer(const Json& object, const std::string& key, const std::string& field, std::int64_t least,
                     std::int64_t largest) {
  const Json& value = json_member(object, key, field);
  if (!value.is_number_integer() || value.get<std::int64_t>() < least || value.get<std::int64_t>() > largest)
    throw InputError("", field + "." + key, value.dump(), fmt::format("an integer from {} to {}", least, largest));
  return value.get<std::int64_t>();
}

template <class T>
T number(const Json& value, const std::string& field) {
  return from_rational<T>(json_rational(value, field));
}

template <class T>
T positive(const Json& object, const std::string& key, const std::string& field) {
  const T value = number<T>(json_member(object, key, field), field + "." + key);
  if (!(value > T(0))) throw InputError("", field + "." + key, to_text(value), "a number > 0");
  return value;
}

template <class T>
Vector<T> read_vector(const Json& object, const std::string& key, const std::string& field, Index size) {
  const std::string name = field + "." + key;
  const Json& array = sized_array(json_member(object, key, field), static_cast<std::size_t>(size), name);
  Vector<T> out(size);
  for (Index i = 0; i < size; ++i) out(i) = number<T>(array[static_cast<std::size_t>(i)], name);
  return out;
}

template <class T>
Matrix<T> read_matrix(const Json& value, const std::string& name, Index rows, Index columns) {
  sized_array(value, static_cast<std::size_t>(rows), name);
  Matrix<T> out(rows, columns);
  for (Index i = 0; i < rows; ++i) {
    const Json& row = sized_array(value[static_cast<std::size_t>(i)], static_cast<std::size_t>(columns), name);
    for (Index j = 0; j < columns; ++j) out(i, j) = number<T>(row[static_cast<std::size_t>(j)], name);
  }
  return out;
}

std::vector<Index> read_groups(const Json& object, const std::string& key, const std::string& field, Index k) {
  const Json& array = sized_array(json_member(object, key, field), static_cast<std::size_t>(k), field + "." + key);
  std::vector<Index> out;
  for (const Json& label : array) {
    if (!label.is_number_unsigned() || label.get<std::uint64_t>() >= static_cast<std::uint64_t>(k))
      throw InputError("", field + "." + key, label.dump(), "labels of groups");
    out.push_back(label.get<Index>());
  }
  return out;
}

ThresholdPolicy read_policy(const Json& object, const std::string& field) {
  const Json& value = json_member(object, "policy", field);
  for (const ThresholdPolicy policy : {ThresholdPolicy::midpoint, ThresholdPolicy::printed, ThresholdPolicy::log_det})
    if (value == policy_name(policy)) return policy;
  throw InputError("", field + ".policy", value.dump(), "midpoint, printed or log_det");
}

template <class T>
CellStructure<T> read_structure(const Json& json, const std::string& field, Index d) {
  require_known_members(json, {"means", "covariances", "mean_group", "covariance_group", "policy", "alpha"}, field);
  const Json& means = json_member(json, "means", field);
  const Json& covariances = json_member(json, "covariances", field);
  if (!means.is_array() || means.empty()) throw InputError("", field + ".means", means.dump(), "at least one mean");
  const auto k = static_cast<Index>(means.size());
  CellStructure<T> out;
  out.estimates.means = read_matrix<T>(means, field + ".means", k, d).transpose();
  sized_array(covariances, means.size(), field + ".covariances");
  for (const Json& covariance : covariances)
    out.estimates.covariances.push_back(read_matrix<T>(covariance, field + ".covariances", d, d));
  out.pair = {read_groups(json, "mean_group", field, k), read_groups(json, "covariance_group", field, k)};
  out.policy = read_policy(json, field);
  out.alpha = positive<T>(json, "alpha", field);
  return out;
}

template <class T>
ScorePiece<T> read_piece(const Json& json, const std::string& field, Region<T> region) {
  const auto& mean = json_member(json, "mean", field);
  const auto d = static_cast<Index>(mean.size());
  require_known_members(json, {"mean", "covariance", "degree", "coefficients", "thresholds"}, field);
  const auto degree = static_cast<int>(integer(json, "degree", field, 0, max_basis_size));
  Matrix<T> covariance = read_matrix<T>(json_member(json, "covariance", field), field + ".covariance", d, d);
  Matrix<T> coefficients =
      read_matrix<T>(json_member(json, "coefficients", field), field + ".coefficients", d, basis_size(d, degree));
  region.set_thresholds(read_vector<T>(json, "thresholds", field, Region<T>::statistic_count));
  return {HermiteBasis<T>(read_vector<T>(json, "mean", field, d), std::move(covariance), degree),
          std::move(coefficients), std::move(region)};
}

template <class T>
LearnedLevel<T> read_level(const Json& json, const std::string& field, const std::vector<CellStructure<T>>& structures,
                           const T& time) {
  require_known_members(json, {"structure", "pieces"}, field);
  const auto last = static_cast<std::int64_t>(structures.size()) - 1;
  const CellStructure<T>& structure = structures[static_cast<std::size_t>(integer(json, "structure", field, 0, last))];
  Clustering<T> clustering = clustering_at(structure, time);
  const Matrix<T> means = at_time(structure.estimates, time).means;
  const Json& array =
      sized_array(json_member(json, "pieces", field), static_cast<std::size_t>(clustering.cells()), field + ".pieces");
  std::vector<ScorePiece<T>> pieces;
  for (std::size_t c = 0; c < array.size(); ++c) {
    const std::string name = fmt::format("{}.pieces[{}]", field, c);
    if (json_member(array[c], "mean", name).size() != static_cast<std::size_t>(means.rows()))
      throw InputError("", name + ".mean", "", fmt::format("{} entries", means.rows()));
    pieces.push_back(read_piece(array[c], name, cell_region(means, clustering, static_cast<Index>(c))));
  }
  return {time, structure, PiecewiseScore<T>(std::move(clustering), std::move(pieces))};
}

template <class T>
LearnedModel<T> read_model_json(const Json& json) {
  require_known_members(json, {"dimension", "shift", "scale", "horizon", "stop", "steps", "structures", "levels"},
                        "model");
  const Index d = integer(json, "dimension", "model", 1, 4096);
  LearnedModel<T> out;
  out.standardisation = {read_vector<T>(json, "shift", "model", d), read_vector<T>(json, "scale", "model", d)};
  if (!(out.standardisation.scale.array() > T(0)).all()) throw InputError("", "model.scale", "", "numbers > 0");
  out.horizon = positive<T>(json, "horizon", "model");
  out.stop = positive<T>(json, "stop", "model");
  out.steps = static_cast<int>(integer(json, "steps", "model", 2, 1'000'000));
  const TimeGrid<T> grid = time_grid(out.horizon, out.stop, out.steps);

  const Json& list = json_member(json, "structures", "model");
  if (!list.is_array()) throw InputError("", "model.structures", list.dump(), "an array");
  std::vector<CellStructure<T>> structures;
  for (std::size_t i = 0; i < list.size(); ++i)
    structures.push_back(read_structure<T>(list[i], fmt::format("model.structures[{}]", i), d));
  const Json& levels = sized_array(json_member(json, "levels", "model"), grid.steps.size(), "model.levels");
  for (std::size_t l = 0; l < levels.size(); ++l)
    out.levels.push_back(read_level(levels[l], fmt::format("model.levels[{}]", l), structures, grid.remaining[l]));
  return out;
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
    // Levels share few structures: each is written once and named by its place.
    const Json structure = structure_json(level.structure);
    auto& known = json["structures"];
    const auto place = std::find(known.begin(), known.end(), structure) - known.begin();
    if (place == static_cast<std::ptrdiff_t>(known.size())) known.push_back(structure);
    Json entry;
    entry["structure"] = place;
    entry["pieces"] = Json::array();
    for (const ScorePiece<T>& piece : level.score.pieces()) entry["pieces"].push_back(piece_json(piece));
    json["levels"].push_back(std::move(entry));
  }
  Json document;
  document["format"] = format_name;
  document["precision"] = ScalarTraits<T>::name;
  document["checksum"] = checksum(json);
  document["model"] = std::move(json);
  return document.dump(1) + "\n";
}

template <RealScalar T>
LearnedModel<T> parse_model(const std::string& bytes) {
  const Json document = parse_json(bytes);
  const Json& format = json_member(document, "format", "");
  if (format != format_name) throw InputError("", "format", format.dump(), fmt::format("\"{}\"", format_name));
  require_known_members(document, {"format", "precision", "checksum", "model"}, "");
  const Json& model = json_member(document, "model", "");
  const Json& written = json_member(document, "checksum", "");
  if (written != checksum(model))
    throw InputError(
        "", "checksum", written.dump(),
        fmt::format("\"{}\", the checksum of the model in this file: it was edited or damaged", checksum(model)));
  return read_model_json<T>(model);
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

#include "model_json.hpp"

#include <fmt/format.h>

#include <boost/crc.hpp>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

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
Json piece_json(const ScorePiece<T>& piece) {
  Json out;
  out["mean"] = vector_json(piece.basis.mean());
  out["covariance"] = matrix_json(piece.basis.covariance());
  out["degree"] = piece.degree();
  out["coefficients"] = matrix_json(piece.coefficients);
  out["thresholds"] = vector_json(piece.region.thresholds());
  return out;
}

template <class T>
T number(const Json& value, const std::string& field) {
  return from_rational<T>(json_rational(value, field));
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
ScorePiece<T> read_piece(const Json& json, const std::string& field, Region<T> region) {
  const auto& mean = json_member(json, "mean", field);
  const auto d = static_cast<Index>(mean.size());
  require_known_members(json, {"mean", "covariance", "degree", "coefficients", "thresholds"}, field);
  const auto degree = static_cast<int>(json_integer(json, "degree", field, 0, max_basis_size));
  Matrix<T> covariance = read_matrix<T>(json_member(json, "covariance", field), field + ".covariance", d, d);
  Matrix<T> coefficients =
      read_matrix<T>(json_member(json, "coefficients", field), field + ".coefficients", d, basis_size(d, degree));
  region.set_thresholds(json_vector<T>(json, "thresholds", field, Region<T>::statistic_count));
  return {HermiteBasis<T>(json_vector<T>(json, "mean", field, d), std::move(covariance), degree),
          std::move(coefficients), std::move(region)};
}

}  // namespace

std::string json_checksum(const Json& content) {
  const std::string text = content.dump();
  boost::crc_32_type crc;
  crc.process_bytes(text.data(), text.size());
  return fmt::format("{:08x}", crc.checksum());
}

void require_checksum(const Json& document, const std::string& content) {
  const std::string found = json_checksum(json_member(document, content, ""));
  const Json& written = json_member(document, "checksum", "");
  if (written != found)
    throw InputError(
        "", "checksum", written.dump(),
        fmt::format("\"{}\", the checksum of the {} in this file: it was edited or damaged", found, content));
}

const Json& sized_array(const Json& value, std::size_t size, const std::string& field) {
  if (!value.is_array() || value.size() != size)
    throw InputError("", field, value.is_array() ? std::to_string(value.size()) : value.dump(),
                     fmt::format("an array of {} entries", size));
  return value;
}

std::int64_t json_integer(const Json& object, const std::string& key, const std::string& field, std::int64_t least,
                          std::int64_t largest) {
  const Json& value = json_member(object, key, field);
  if (!value.is_number_integer() || value.get<std::int64_t>() < least || value.get<std::int64_t>() > largest)
    throw InputError("", field + "." + key, value.dump(), fmt::format("an integer from {} to {}", least, largest));
  return value.get<std::int64_t>();
}

template <class T>
Vector<T> json_vector(const Json& object, const std::string& key, const std::string& field, Index size) {
  const std::string name = field + "." + key;
  const Json& array = sized_array(json_member(object, key, field), static_cast<std::size_t>(size), name);
  Vector<T> out(size);
  for (Index i = 0; i < size; ++i) out(i) = number<T>(array[static_cast<std::size_t>(i)], name);
  return out;
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
  out.alpha = json_positive<T>(json, "alpha", field);
  return out;
}

template <class T>
Json pieces_json(const PiecewiseScore<T>& score) {
  Json out = Json::array();
  for (const ScorePiece<T>& piece : score.pieces()) out.push_back(piece_json(piece));
  return out;
}

template <class T>
LearnedLevel<T> read_level(const Json& pieces, const std::string& field, const CellStructure<T>& structure,
                           const T& time) {
  Clustering<T> clustering = clustering_at(structure, time);
  const Matrix<T> means = at_time(structure.estimates, time).means;
  sized_array(pieces, static_cast<std::size_t>(clustering.cells()), field);
  std::vector<ScorePiece<T>> out;
  for (std::size_t c = 0; c < pieces.size(); ++c) {
    const std::string name = fmt::format("{}[{}]", field, c);
    if (json_member(pieces[c], "mean", name).size() != static_cast<std::size_t>(means.rows()))
      throw InputError("", name + ".mean", "", fmt::format("{} entries", means.rows()));
    out.push_back(read_piece(pieces[c], name, cell_region(means, clustering, static_cast<Index>(c))));
  }
  return {time, structure, PiecewiseScore<T>(std::move(clustering), std::move(out))};
}

template Vector<double> json_vector(const Json&, const std::string&, const std::string&, Index);
template Json structure_json(const CellStructure<double>&);
template CellStructure<double> read_structure(const Json&, const std::string&, Index);
template Json pieces_json(const PiecewiseScore<double>&);
template LearnedLevel<double> read_level(const Json&, const std::string&, const CellStructure<double>&, const double&);
template Vector<Real50> json_vector(const Json&, const std::string&, const std::string&, Index);
template Json structure_json(const CellStructure<Real50>&);
template CellStructure<Real50> read_structure(const Json&, const std::string&, Index);
template Json pieces_json(const PiecewiseScore<Real50>&);
template LearnedLevel<Real50> read_level(const Json&, const std::string&, const CellStructure<Real50>&, const Real50&);

}  // namespace verimix

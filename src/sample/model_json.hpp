// The parts that files of learned scores are made of (verimix.model/1, verimix.checkpoint/1). Every number is a string
// that reads back exactly; readers throw InputError naming the field.
#pragma once

#include <string>
#include <vector>

#include "verimix/core/error.hpp"
#include "verimix/core/json.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/regress/learned_model.hpp"

namespace verimix {

/// CRC-32 of the compact text, in hexadecimal.
std::string json_checksum(const Json& content);

/// Refuses `document` unless its member `content` has the checksum in its member "checksum".
void require_checksum(const Json& document, const std::string& content);

template <class Derived>
Json vector_json(const Eigen::MatrixBase<Derived>& vector) {
  Json out = Json::array();
  for (Index i = 0; i < vector.size(); ++i) out.push_back(to_text(vector(i)));
  return out;
}

const Json& sized_array(const Json& value, std::size_t size, const std::string& field);
std::int64_t json_integer(const Json& object, const std::string& key, const std::string& field, std::int64_t least,
                          std::int64_t largest);
template <class T>
T json_number(const Json& object, const std::string& key, const std::string& field) {
  return from_rational<T>(json_rational(json_member(object, key, field), field + "." + key));
}
template <class T>
T json_positive(const Json& object, const std::string& key, const std::string& field) {
  const T value = json_number<T>(object, key, field);
  if (!(value > T(0))) throw InputError("", field + "." + key, to_text(value), "a number > 0");
  return value;
}
template <class T>
Vector<T> json_vector(const Json& object, const std::string& key, const std::string& field, Index size);

/// Estimates, partition pair, threshold policy and clipping level, in R^d.
template <class T>
Json structure_json(const CellStructure<T>& structure);
template <class T>
CellStructure<T> read_structure(const Json& json, const std::string& field, Index d);

/// Of each cell: the Gaussian of the basis, degree, coefficients, thresholds.
template <class T>
Json pieces_json(const PiecewiseScore<T>& score);
/// The level with these cells and pieces at the time.
template <class T>
LearnedLevel<T> read_level(const Json& pieces, const std::string& field, const CellStructure<T>& structure,
                           const T& time);

}  // namespace verimix

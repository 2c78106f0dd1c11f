// Files of the format verimix.model/1: a learned model that reads back bit for bit, or is refused.
#pragma once

#include <filesystem>
#include <string>

#include "verimix/core/json.hpp"
#include "verimix/regress/learned_model.hpp"

namespace verimix {

/// The bytes of the file. Members: "format"; "precision" ("double" or "50"); "checksum", the CRC-32 of the compact text
/// of "model" in hexadecimal; "model": dimension, standardisation, grid (horizon, stop, steps), structures (estimates,
/// partition pair, threshold policy, clipping level) and, per noise level, the number of its structure and the pieces
/// of its cells (Gaussian of the basis, degree, coefficients, thresholds). Every number is a string that reads back
/// exactly.
template <RealScalar T>
std::string model_bytes(const LearnedModel<T>& model);

/// The model in the scalar asked for (exactly, if the file has that precision or a lower one). Throws InputError,
/// naming the field, for: text that is not JSON or cut short, another format or version, unknown or missing members, a
/// checksum that does not fit (an edited or damaged file; not a protection against forgery), shapes that do not fit
/// together, numbers outside their domain.
template <RealScalar T>
LearnedModel<T> parse_model(const std::string& bytes);

/// The same from and to a file; InputErrors carry its name. Writing replaces the file as a whole or not at all.
template <RealScalar T>
LearnedModel<T> read_model(const std::filesystem::path& path);
template <RealScalar T>
void write_model(const std::filesystem::path& path, const LearnedModel<T>& model);

extern template std::string model_bytes(const LearnedModel<double>&);
extern template std::string model_bytes(const LearnedModel<Real50>&);
extern template LearnedModel<double> parse_model(const std::string&);
extern template LearnedModel<Real50> parse_model(const std::string&);
extern template LearnedModel<double> read_model(const std::filesystem::path&);
extern template LearnedModel<Real50> read_model(const std::filesystem::path&);
extern template void write_model(const std::filesystem::path&, const LearnedModel<double>&);
extern template void write_model(const std::filesystem::path&, const LearnedModel<Real50>&);

}  // namespace verimix

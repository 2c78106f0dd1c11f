// Mixtures as files of the format verimix.mixture/1.
#pragma once

#include <filesystem>
#include <string>

#include "verimix/core/json.hpp"
#include "verimix/core/rational.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// Reads and validates. Throws InputError, naming file, field and value, for everything that `validate` refuses, for a
/// missing or unknown field (only `name` may be missing), for a mean or covariance whose size is not the dimension, for
/// a wrong format name, and for a dimension outside 1 <= d <= 4096.
ExactMixture read_mixture(const std::filesystem::path& path);
/// The same for a document in memory (without a file name in the error).
ExactMixture parse_mixture(const Json& document);
/// The document, its numbers written by `number`; parse_mixture(mixture_json(m)) is m, number for number, if `number`
/// is exact.
Json mixture_json(const ExactMixture& mixture, std::string (*number)(const Rational&) = to_text);
void write_mixture(const std::filesystem::path& path, const ExactMixture& mixture);

}  // namespace verimix

#include "verimix/mixture/mixture_file.hpp"

#include <fmt/format.h>

#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"

namespace verimix {
namespace {

constexpr Index largest_dimension = 4096;

Index read_dimension(const Json& value) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() < 1 ||
      value.get<std::uint64_t>() > static_cast<std::uint64_t>(largest_dimension))
    throw InputError("", "dimension", value.dump(), fmt::format("an integer from 1 to {}", largest_dimension));
  return value.get<Index>();
}

/// The array of `size` entries at `field`.
const Json& sized_array(const Json& value, Index size, const std::string& field) {
  if (!value.is_array()) throw InputError("", field, value.dump(), "an array");
  if (static_cast<Index>(value.size()) != size)
    throw InputError("", field, fmt::format("{} entries", value.size()), fmt::format("{}, the dimension", size));
  return value;
}

Vector<Rational> read_vector(const Json& value, Index d, const std::string& field) {
  sized_array(value, d, field);
  Vector<Rational> x(d);
  for (Index i = 0; i < d; ++i)
    x(i) = json_rational(value[static_cast<std::size_t>(i)], fmt::format("{}[{}]", field, i));
  return x;
}

Json vector_json(const Vector<Rational>& x, std::string (*number)(const Rational&)) {
  Json entries = Json::array();
  for (const Rational& entry : x) entries.push_back(number(entry));
  return entries;
}

}  // namespace

ExactMixture parse_mixture(const Json& document) {
  const Json& format = json_member(document, "format", "");
  if (format != "verimix.mixture/1") throw InputError("", "format", format.dump(), "\"verimix.mixture/1\"");
  require_known_members(document, {"format", "name", "dimension", "components"}, "");
  const Index d = read_dimension(json_member(document, "dimension", ""));
  const Json& components = json_member(document, "components", "");
  if (!components.is_array() || components.empty())
    throw InputError("", "components", components.dump(), "an array of at least one component");
  const auto k = static_cast<Index>(components.size());

  ExactMixture mixture;
  if (const auto name = document.find("name"); name != document.end()) {
    if (!name->is_string()) throw InputError("", "name", name->dump(), "a string");
    mixture.name = name->get<std::string>();
  }
  // Column by column, so that nothing of the size the document claims is allocated before its parts have been seen.
  std::vector<Vector<Rational>> means;
  for (Index i = 0; i < k; ++i) {
    const Json& component = components[static_cast<std::size_t>(i)];
    const std::string field = fmt::format("components[{}]", i);
    require_known_members(component, {"weight", "mean", "covariance"}, field);
    mixture.weights.push_back(json_rational(json_member(component, "weight", field), field + ".weight"));
    means.push_back(read_vector(json_member(component, "mean", field), d, field + ".mean"));
    const Json& rows = sized_array(json_member(component, "covariance", field), d, field + ".covariance");
    Matrix<Rational> covariance(d, d);
    for (Index row = 0; row < d; ++row)
      covariance.row(row) =
          read_vector(rows[static_cast<std::size_t>(row)], d, fmt::format("{}.covariance[{}]", field, row)).transpose();
    mixture.covariances.push_back(std::move(covariance));
  }
  mixture.means.resize(d, k);
  for (Index i = 0; i < k; ++i) mixture.means.col(i) = means[static_cast<std::size_t>(i)];
  validate(mixture);
  return mixture;
}

ExactMixture read_mixture(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  try {
    return parse_mixture(parse_json(text));
  } catch (const InputError& error) {
    throw error.in_file(path.string());
  }
}

Json mixture_json(const ExactMixture& mixture, std::string (*number)(const Rational&)) {
  Json components = Json::array();
  for (Index i = 0; i < mixture.size(); ++i) {
    const Matrix<Rational>& covariance = mixture.covariances[static_cast<std::size_t>(i)];
    Json rows = Json::array();
    for (Index row = 0; row < covariance.rows(); ++row)
      rows.push_back(vector_json(covariance.row(row).transpose(), number));
    Json component;
    component["weight"] = number(mixture.weights[static_cast<std::size_t>(i)]);
    component["mean"] = vector_json(mixture.means.col(i), number);
    component["covariance"] = std::move(rows);
    components.push_back(std::move(component));
  }
  Json document;
  document["format"] = "verimix.mixture/1";
  document["name"] = mixture.name;
  document["dimension"] = mixture.dimension();
  document["components"] = std::move(components);
  return document;
}

void write_mixture(const std::filesystem::path& path, const ExactMixture& mixture) {
  write_file(path, mixture_json(mixture).dump(2) + "\n");
}

}  // namespace verimix

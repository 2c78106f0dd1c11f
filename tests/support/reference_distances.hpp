// Reading tests/data/distance_reference.json.
#pragma once

#include "support/places.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/json.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix::support {

inline const Json& reference_document() {
  static const Json document = parse_json(read_file(support::test_data() / "distance_reference.json"));
  return document;
}

/// {"mean": [...], "covariance": [[...]]}
inline ExactMixture reference_gaussian(const Json& law) {
  const auto d = static_cast<Index>(law.at("mean").size());
  Matrix<Rational> covariance(d, d);
  Matrix<Rational> mean(d, 1);
  for (Index i = 0; i < d; ++i) {
    mean(i, 0) = json_rational(law.at("mean").at(static_cast<std::size_t>(i)), "mean");
    for (Index j = 0; j < d; ++j)
      covariance(i, j) = json_rational(
          law.at("covariance").at(static_cast<std::size_t>(i)).at(static_cast<std::size_t>(j)), "covariance");
  }
  return {"reference", {Rational(1)}, mean, {covariance}};
}

/// [[weight, mean, variance], ...] on the line.
inline ExactMixture reference_mixture(const Json& law) {
  ExactMixture mixture{"reference", {}, Matrix<Rational>(1, static_cast<Index>(law.size())), {}};
  for (std::size_t i = 0; i < law.size(); ++i) {
    mixture.weights.push_back(json_rational(law.at(i).at(0), "weight"));
    mixture.means(0, static_cast<Index>(i)) = json_rational(law.at(i).at(1), "mean");
    mixture.covariances.push_back(Matrix<Rational>::Constant(1, 1, json_rational(law.at(i).at(2), "variance")));
  }
  return mixture;
}

inline Rational reference_value(const Json& entry, const char* metric) {
  return json_rational(entry.at("values").at(metric), metric);
}

}  // namespace verimix::support

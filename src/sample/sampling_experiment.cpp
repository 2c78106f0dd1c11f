#include "verimix/sample/sampling_experiment.hpp"

#include <array>
#include <sstream>
#include <string_view>
#include <utility>

#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/verdict.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/mixture/mixture_file.hpp"
#include "verimix/sample/model_file.hpp"

namespace verimix {
namespace {

constexpr std::array<std::pair<std::string_view, double SamplingTerms::*>, 19> columns = {{
    {"tv", &SamplingTerms::tv},
    {"tv_upper", &SamplingTerms::tv_upper},
    {"tv_stopped", &SamplingTerms::tv_stopped},
    {"kl", &SamplingTerms::kl},
    {"path_kl_upper", &SamplingTerms::path_kl_upper},
    {"kl_upper", &SamplingTerms::kl_upper},
    {"tv_stopping", &SamplingTerms::tv_stopping},
    {"tv_stopping_upper", &SamplingTerms::tv_stopping_upper},
    {"kl_initial", &SamplingTerms::kl_initial},
    {"kl_horizon", &SamplingTerms::kl_horizon},
    {"kl_horizon_upper", &SamplingTerms::kl_horizon_upper},
    {"kl_discretisation", &SamplingTerms::kl_discretisation},
    {"discretisation", &SamplingTerms::discretisation},
    {"discretisation_upper", &SamplingTerms::discretisation_upper},
    {"kl_score", &SamplingTerms::kl_score},
    {"kl_score_upper", &SamplingTerms::kl_score_upper},
    {"score_error_squared", &SamplingTerms::score_error_squared},
    {"lost_mass", &SamplingTerms::lost_mass},
    {"law_error", &SamplingTerms::law_error},
}};

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

Rational number_of(const std::string& key, const std::string& text) {
  try {
    return parse_rational(text);
  } catch (const InputError&) {
    throw InputError("", "--set " + key, text, "a number");
  }
}

int steps_of(const std::string& text) {
  const Rational steps = number_of("N", text);
  if (denominator(steps) != 1 || steps < 2 || steps > 100000)
    throw InputError("", "--set N", text, "even numbers from 2 to 100000, separated by commas");
  return static_cast<int>(numerator(steps));
}

Json table(std::string_view name, std::vector<std::string> first_columns) {
  Json document = {{"format", "verimix.experiment/1"},
                   {"name", name},
                   {"evidence", to_text(Evidence::computed)},
                   {"columns", std::move(first_columns)},
                   {"rows", Json::array()}};
  for (const auto& column : columns) document["columns"].push_back(column.first);
  return document;
}

void add_terms(Json& row, const SamplingTerms& terms) {
  for (const auto& column : columns) row.push_back(to_text(terms.*column.second));
}

const std::string& required(const std::map<std::string, std::string>& settings, const std::string& key) {
  const auto found = settings.find(key);
  if (found == settings.end()) throw InputError("", "--set " + key, "", "the name of a file");
  return found->second;
}

}  // namespace

DiscretisationSettings DiscretisationSettings::parse(const std::map<std::string, std::string>& settings) {
  DiscretisationSettings result;
  for (const auto& [key, text] : settings) {
    if (key == "family") {
      result.families = split(text);
    } else if (key == "N") {
      result.steps.clear();
      for (const std::string& part : split(text)) result.steps.push_back(steps_of(part));
    } else if (key == "T") {
      result.horizon = number_of(key, text);
    } else if (key == "delta") {
      result.stop = number_of(key, text);
    } else {
      throw InputError("", "--set", key, "family, N, T or delta");
    }
  }
  return result;
}

Json discretisation_experiment_json(const std::map<std::string, std::string>& settings) {
  const DiscretisationSettings asked = DiscretisationSettings::parse(settings);
  Json document = table("discretisation", {"family", "N", "T", "delta", "tv_ratio"});
  for (const std::string& family : asked.families) {
    const auto mixture = round_to<double>(instance(family));
    double before = 0;
    for (const int steps : asked.steps) {
      throw_if_interrupted();
      const auto grid = time_grid(from_rational<double>(asked.horizon), from_rational<double>(asked.stop), steps);
      const SamplingTerms terms = sampling_terms(mixture, grid);
      Json row = {family, steps, to_text(asked.horizon), to_text(asked.stop),
                  before > 0 ? Json(to_text(before / terms.tv)) : Json(nullptr)};
      add_terms(row, terms);
      document["rows"].push_back(std::move(row));
      before = terms.tv;
    }
  }
  return document;
}

Json output_law_experiment_json(const std::map<std::string, std::string>& settings) {
  for (const auto& entry : settings)
    if (entry.first != "model" && entry.first != "truth") throw InputError("", "--set", entry.first, "model or truth");
  const std::string& path = required(settings, "model");
  const auto model = read_model<double>(path);
  if (model.dimension() != 1)
    throw InputError(path, "dimension", std::to_string(model.dimension()), "a model of data on the line");
  const auto truth = model.standardisation.apply(round_to<double>(read_mixture(required(settings, "truth"))));
  const TimeGrid<double> grid = time_grid(model.horizon, model.stop, model.steps);
  const BatchedScore<double> learned = [&](const Matrix<double>& points, Index level) {
    return model.score(points, level);
  };
  Json document = table("output-law", {"score", "N", "T", "delta"});
  const std::vector<std::pair<std::string, std::optional<BatchedScore<double>>>> rows = {{"learned", learned},
                                                                                         {"exact", std::nullopt}};
  for (const auto& [name, score] : rows) {
    Json row = {name, model.steps, to_text(model.horizon), to_text(model.stop)};
    add_terms(row, sampling_terms(truth, grid, score));
    document["rows"].push_back(std::move(row));
  }
  return document;
}

}  // namespace verimix

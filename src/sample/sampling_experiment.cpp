#include "verimix/sample/sampling_experiment.hpp"

#include <array>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/verdict.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/mixture/mixture_file.hpp"
#include "verimix/sample/model_file.hpp"
#include "verimix/sample/plane_law.hpp"
#include "verimix/sample/space_terms.hpp"

namespace verimix {
namespace {

// Of a model in more than one dimension; nothing stands for what has no meaning there.
constexpr std::array<std::string_view, 15> space_columns = {"tv",
                                                            "tv_upper",
                                                            "tv_stopped",
                                                            "tv_stopped_upper",
                                                            "tv_stopping_upper",
                                                            "confidence",
                                                            "tv_horizon_upper",
                                                            "steps_tv",
                                                            "steps_tv_upper",
                                                            "kl_score",
                                                            "score_tv_upper",
                                                            "path_kl",
                                                            "path_kl_error",
                                                            "lost_mass",
                                                            "law_error"};

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

template <class Columns>
Json table(std::string_view name, Evidence evidence, std::vector<std::string> first_columns, const Columns& names) {
  Json document = {{"format", "verimix.experiment/1"},
                   {"name", name},
                   {"evidence", to_text(evidence)},
                   {"columns", std::move(first_columns)},
                   {"rows", Json::array()}};
  for (const std::string_view column : names) document["columns"].push_back(column);
  return document;
}

Json line_table(std::string_view name, std::vector<std::string> first_columns) {
  std::vector<std::string_view> names;
  for (const auto& column : columns) names.push_back(column.first);
  return table(name, Evidence::computed, std::move(first_columns), names);
}

void add_terms(Json& row, const SamplingTerms& terms) {
  for (const auto& column : columns) row.push_back(to_text(terms.*column.second));
}

struct RunOfModel {
  Mixture<double> truth;
  TimeGrid<double> grid;
  std::optional<BatchedScore<double>> score;
};

void add_number(Json& row, const std::optional<double>& x) { row.push_back(x ? Json(to_text(*x)) : Json(nullptr)); }

/// A row of space_terms, with the output's law before them on the plane.
Json space_row(const RunOfModel& run, double tolerance, const SpaceRequest& request) {
  const SpaceTerms terms = space_terms(run.truth, run.grid, run.score, request);
  std::optional<double> tv, tv_stopped, lost_mass, law_error;
  if (run.truth.dimension() == 2) {
    const BatchedScore<double> score = run.score ? *run.score : exact_score(run.truth, run.grid);
    const PlaneOutput output = plane_output(score, run.grid, at_time(run.truth, run.grid.remaining.back()), tolerance);
    tv = plane_tv(output, run.truth);
    tv_stopped = output.tv;
    lost_mass = output.lost_mass;
    law_error = output.error_estimate;
  }
  Json row = Json::array();
  const std::optional<double> numbers[] = {tv,
                                           terms.tv_stopped_upper + terms.tv_stopping_upper,
                                           tv_stopped,
                                           terms.tv_stopped_upper,
                                           terms.tv_stopping_upper,
                                           terms.confidence,
                                           terms.tv_horizon_upper,
                                           terms.steps.estimate,
                                           terms.steps.upper,
                                           terms.score.kl,
                                           terms.score.tv_upper(),
                                           terms.path.initial_upper + terms.path.drift,
                                           terms.path.standard_error,
                                           lost_mass,
                                           law_error};
  for (const std::optional<double>& number : numbers) add_number(row, number);
  return row;
}

/// What output-law is asked for beside its files.
struct LawSettings {
  double tolerance = 1e-3;
  SpaceRequest space;

  static LawSettings parse(const std::map<std::string, std::string>& settings);
};

LawSettings LawSettings::parse(const std::map<std::string, std::string>& settings) {
  constexpr Index most = Index{1} << 24U;
  LawSettings out;
  for (const auto& [key, text] : settings) {
    if (key == "model" || key == "truth") continue;
    const bool known = key == "tolerance" || key == "confidence" || key == "points" || key == "paths";
    if (!known) throw InputError("", "--set", key, "model, truth, tolerance, confidence, points or paths");
    const Rational value = number_of(key, text);
    if (key == "tolerance") {
      if (value <= 0) throw InputError("", "--set tolerance", text, "a number > 0");
      out.tolerance = from_rational<double>(value);
    } else if (key == "confidence") {
      if (value < Rational(1, 2) || value >= 1) throw InputError("", "--set confidence", text, "from 1/2 to below 1");
      out.space.confidence = from_rational<double>(value);
    } else {
      if (denominator(value) != 1 || value < 2 || value > most || numerator(value) % 2 != 0)
        throw InputError("", "--set " + key, text, "an even number from 2 to " + std::to_string(most));
      (key == "points" ? out.space.points : out.space.paths) = static_cast<Index>(numerator(value));
    }
  }
  return out;
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
  Json document = line_table("discretisation", {"family", "N", "T", "delta", "tv_ratio"});
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
  const LawSettings asked = LawSettings::parse(settings);
  const std::string& path = required(settings, "model");
  const auto model = read_model<double>(path);
  const std::string& truth_path = required(settings, "truth");
  const auto truth = round_to<double>(read_mixture(truth_path));
  if (truth.dimension() != model.dimension())
    throw InputError(truth_path, "dimension", std::to_string(truth.dimension()),
                     std::to_string(model.dimension()) + ", that of " + path);
  const RunOfModel exact{model.standardisation.apply(truth), time_grid(model.horizon, model.stop, model.steps), {}};
  RunOfModel learned = exact;
  learned.score = [&](const Matrix<double>& points, Index level) { return model.score(points, level); };
  const std::vector<std::string> first = {"score", "N", "T", "delta"};
  const bool on_line = model.dimension() == 1;
  Json document =
      on_line ? line_table("output-law", first) : table("output-law", Evidence::estimated, first, space_columns);
  for (const auto& [name, run] : {std::pair<std::string, const RunOfModel&>{"learned", learned}, {"exact", exact}}) {
    Json row = {name, model.steps, to_text(model.horizon), to_text(model.stop)};
    if (on_line) {
      add_terms(row, sampling_terms(run.truth, run.grid, run.score));
    } else {
      for (Json& number : space_row(run, asked.tolerance, asked.space)) row.push_back(std::move(number));
    }
    document["rows"].push_back(std::move(row));
  }
  return document;
}

}  // namespace verimix

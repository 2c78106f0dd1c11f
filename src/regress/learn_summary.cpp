#include "verimix/regress/learn_summary.hpp"

#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

Json to_json(const LevelSummary& level) {
  Json out;
  out["time"] = to_text(level.time);
  out["cell_count"] = level.cell_count;
  out["cells_without_polynomial"] = level.cells_without_polynomial;
  out["degree"] = level.degree;
  out["samples"] = level.samples;
  out["validation_loss"] = to_text(level.validation_loss);
  out["validation_standard_error"] = to_text(level.validation_standard_error);
  if (level.score_error) {
    out["score_error"] = {{"mean", to_text(level.score_error->mean)},
                          {"standard_error", to_text(level.score_error->standard_error)},
                          {"evidence", to_text(Evidence::computed)}};
  } else {
    out["score_error"] = nullptr;
  }
  return out;
}

}  // namespace

Json to_json(const LearnSummary& summary) {
  Json out;
  out["format"] = "verimix.learn/1";
  out["rows"] = summary.rows;
  out["dimension"] = summary.dimension;
  out["components"] = summary.components;
  out["candidates"] = summary.candidates;
  out["distinct_structures"] = summary.distinct_structures;
  out["epsilon"] = to_text(summary.epsilon);
  out["horizon"] = to_text(summary.horizon);
  out["stop"] = to_text(summary.stop);
  out["steps"] = summary.steps;
  out["seed"] = summary.seed;
  out["levels"] = Json::array();
  for (const LevelSummary& level : summary.levels) out["levels"].push_back(to_json(level));
  out["weighted_score_error"] = nullptr;
  if (summary.weighted_score_error) out["weighted_score_error"] = to_text(*summary.weighted_score_error);
  out["clustering"] = {{"cells", summary.clustering.cells},
                       {"mean_group", summary.clustering.mean_group},
                       {"covariance_group", summary.clustering.covariance_group},
                       {"ranking_degree", 1},
                       {"promised_error", nullptr}};
  if (summary.clustering.promised_error)
    out["clustering"]["promised_error"] = to_text(*summary.clustering.promised_error);
  out["stages"] = Json::array();
  for (const StageSummary& stage : summary.stages)
    out["stages"].push_back(
        {{"name", stage.name}, {"seconds", to_text(stage.seconds)}, {"peak_memory_mib", to_text(stage.peak_memory)}});
  out["hypotheses"] = Json::array();
  for (const HypothesisSummary& hypothesis : summary.hypotheses)
    out["hypotheses"].push_back({{"name", hypothesis.name},
                                 {"verdict", std::string(to_text(hypothesis.verdict))},
                                 {"detail", hypothesis.detail}});
  return out;
}

}  // namespace verimix

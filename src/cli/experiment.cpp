#include <fmt/format.h>

#include <array>
#include <memory>
#include <string_view>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/ledger/digits_lost.hpp"
#include "verimix/polynomial/degree_experiment.hpp"
#include "verimix/sample/sampling_experiment.hpp"

namespace verimix {
namespace {

struct Experiment {
  std::string_view name, summary, settings;
  Json (*run)(const std::map<std::string, std::string>& settings);
};

constexpr std::array<Experiment, 4> experiments = {{
    {"degree", "the least degree for E|s - p|^2 <= epsilon, certified: global, per cell, and in the sup-norm",
     "family=two,clusters,comb  R=2,4,8,16,32,64  epsilon=0.1,0.01,0.001  sup=80 (the largest degree tried in the "
     "sup-norm; 0: none)",
     degree_experiment_json},
    {"discretisation",
     "the exact law of Algorithm 1's output on the line, exact score: TV, KL and each term of Lemma 12",
     "family=over1  N=50,100,200,400  T=5  delta=1/1000", discretisation_experiment_json},
    {"output-law",
     "the same for a learned model, beside the exact score on the same grid; on the plane the law on a grid, above it "
     "bounds that hold at a confidence, by draws",
     "model=FILE  truth=FILE (verimix.model/1 and verimix.mixture/1; both are required)  tolerance=1/1000 (plane)  "
     "confidence=0.99  points=512  paths=65536 (draws a step, and runs of the chain)",
     output_law_experiment_json},
    {"digits-lost", "the stages in double and in 50 digits side by side: how many digits each of them loses",
     "family=over1,sep2,over5  time=1/10  points=256  degree=4  seed=1", digits_lost_experiment_json},
}};

struct ExperimentOptions {
  std::string name;
  std::vector<std::string> settings;
  bool list = false;
  std::string output;
};

void run(const ExperimentOptions& options) {
  if (options.list) {
    std::string text;
    for (const Experiment& known : experiments)
      text += fmt::format("{}\n    {}\n    --set {}\n", known.name, known.summary, known.settings);
    return write_text(options.output, text);
  }
  for (const Experiment& known : experiments)
    if (options.name == known.name) return write_document(options.output, known.run(parse_settings(options.settings)));
  throw InputError("", "NAME", options.name, "the name of an experiment (`verimix experiment --list` names them)");
}

}  // namespace

void add_experiment(CLI::App& program) {
  const auto options = std::make_shared<ExperimentOptions>();
  CLI::App* verb = program.add_subcommand("experiment", "run a built-in experiment and print its table");
  verb->add_option("NAME", options->name, "the experiment");
  verb->add_option("--set", options->settings, "a setting of the experiment, as KEY=VALUE; may be given several times")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb->add_flag("--list", options->list, "list the experiments and their settings with the defaults");
  add_output(*verb, options->output);
  verb->callback([options] { run(*options); });
}

}  // namespace verimix

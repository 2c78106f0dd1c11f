#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/table.hpp"
#include "verimix/mixture/mixture_file.hpp"
#include "verimix/regress/learner.hpp"
#include "verimix/sample/model_file.hpp"

namespace verimix {
namespace {

struct LearnArguments {
  std::string data;
  std::string truth;
  std::string mode = "budgeted";
  std::string epsilon;
  std::string stop;
  std::string output;
  LearnOptions learning;
};

LearnMode parse_mode(const std::string& name) {
  static const std::map<std::string, LearnMode> modes{
      {"budgeted", LearnMode::budgeted}, {"analysis", LearnMode::analysis}, {"exhaustive", LearnMode::exhaustive}};
  const auto found = modes.find(name);
  if (found == modes.end()) throw InputError("", "--mode", name, "analysis, budgeted or exhaustive");
  return found->second;
}

/// On a terminal only: one line that is written over.
void show_progress(std::string_view stage, double fraction) {
  constexpr double percent = 100;
  throw_if_interrupted();
  if (::isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\r{:<12}{:3.0f}%", stage, percent * fraction);
}

Learned<double> learn_from(const LearnArguments& arguments, const Matrix<double>& data,
                           const std::optional<Mixture<double>>& truth) {
  try {
    return learn<double>(data, arguments.learning, truth, show_progress);
  } catch (const InputError& error) {
    // What is wrong with the rows is said of their file; what is wrong with an option, of the option.
    const bool of_data =
        error.field().starts_with("columns") || error.field().starts_with("row") || error.field() == "components";
    if (error.file().empty() && of_data) throw error.in_file(arguments.data);
    throw;
  }
}

void run(LearnArguments& arguments) {
  LearnOptions& learning = arguments.learning;
  learning.mode = parse_mode(arguments.mode);
  if (!arguments.epsilon.empty())
    learning.epsilon = from_rational<double>(parse_option("--epsilon", arguments.epsilon));
  if (!arguments.stop.empty()) learning.stop = from_rational<double>(parse_option("--stop", arguments.stop));
  const auto data = read_points<double>(arguments.data);
  std::optional<Mixture<double>> truth;
  if (!arguments.truth.empty()) {
    truth = round_to<double>(read_mixture(arguments.truth));
    if (truth->dimension() != data.rows())
      throw InputError(arguments.data, "points", fmt::format("dimension {}", data.rows()),
                       fmt::format("dimension {}, that of {}", truth->dimension(), arguments.truth));
  }
  require_writable(arguments.output);
  const Learned<double> learned = learn_from(arguments, data, truth);
  if (::isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\r{:<16}\r", "");
  write_model(arguments.output, learned.model);
  write_document("", to_json(learned.summary));
}

}  // namespace

void add_learn(CLI::App& program) {
  const auto arguments = std::make_shared<LearnArguments>();
  LearnOptions& learning = arguments->learning;
  CLI::App* verb =
      program.add_subcommand("learn", "learn the scores of the mixture that drew the data, at every noise level");
  verb->add_option("DATA", arguments->data, "the data: .csv, .npy or .json, one point a row")->required();
  verb->add_option("--components", learning.components, "the number k of Gaussians")->type_name("K")->required();
  verb->add_option("--epsilon", arguments->epsilon, "the accuracy asked for, in total variation (recorded)")
      ->type_name("E");
  verb->add_option("--degree", learning.degree, "the highest degree of a cell's polynomial")->type_name("L");
  verb->add_option("--mode", arguments->mode, "budgeted (analysis and exhaustive: exit status 3, not there yet)")
      ->type_name("MODE");
  verb->add_option("--truth", arguments->truth, "the mixture that drew the data, to measure score errors against")
      ->type_name("MIXTURE");
  verb->add_option("--stop", arguments->stop, "the smallest noise level, a time > 0")->type_name("T");
  verb->add_option("--steps", learning.steps, "the number of noise levels, even")->type_name("N");
  verb->add_option("--budget", learning.budget, "the number of candidates for the components")->type_name("B");
  verb->add_option("--seed", learning.seed, "of everything random")->type_name("S");
  verb->add_option("--output", arguments->output, "the model, a file verimix.model/1")->type_name("MODEL")->required();
  verb->callback([arguments] { run(*arguments); });
}

}  // namespace verimix

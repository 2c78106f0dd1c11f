#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/row_slice.hpp"
#include "verimix/mixture/mixture_file.hpp"
#include "verimix/sample/checkpoint.hpp"
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
  std::string labels;
  bool resume = false;
  LearnOptions learning;
};

LearnMode parse_mode(const std::string& name) {
  static const std::map<std::string, LearnMode> modes{
      {"budgeted", LearnMode::budgeted}, {"analysis", LearnMode::analysis}, {"exhaustive", LearnMode::exhaustive}};
  const auto found = modes.find(name);
  if (found == modes.end()) throw InputError("", "--mode", name, "analysis, budgeted or exhaustive");
  return found->second;
}

/// On a terminal only: one line that is written over, with the time that is left at the pace of this stage so far.
class ProgressLine {
 public:
  void operator()(std::string_view stage, double fraction) {
    throw_if_interrupted();
    if (::isatty(STDERR_FILENO) != 1) return;
    const auto now = std::chrono::steady_clock::now();
    if (stage != stage_) {
      stage_ = stage;
      start_ = now;
      first_ = fraction;
    }
    constexpr double percent = 100;
    fmt::print(stderr, "\r{:<12}{:3.0f}%", stage, percent * fraction);
    const std::chrono::duration<double> spent = now - start_;
    if (fraction > first_) fmt::print(stderr, "{:8.0f} s left", spent.count() * (1 - fraction) / (fraction - first_));
  }
  static void wipe() {
    if (::isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\r{:<32}\r", "");
  }

 private:
  std::string stage_;
  std::chrono::steady_clock::time_point start_;
  double first_ = 0;
};

/// Where the checkpoint of a run stands: beside the model. None where the model goes to a device or a pipe.
std::optional<std::filesystem::path> checkpoint_path(const std::string& model) {
  std::error_code ignored;
  const auto status = std::filesystem::status(model, ignored);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) return {};
  return model + ".checkpoint";
}

/// What the run goes on from and keeps; `kept` tells whether there is a checkpoint of this very run.
RunKeeping<double> keeping_of(const LearnArguments& arguments, const std::optional<std::filesystem::path>& path,
                              const RowSlice<double>& data, const std::optional<Mixture<double>>& truth, bool& kept) {
  const LearnOptions& learning = arguments.learning;
  const bool writes = data.ranks.get().rank() == 0;
  if (!path && arguments.resume)
    throw InputError(arguments.output, "--resume", "given", "a model that is a file, with its checkpoint beside it");
  if (!path) return {};
  const Json identity = run_identity(data, learning, truth);
  RunKeeping<double> out;
  if (writes)
    out.keep = [file = CheckpointFile<double>(*path, identity), &kept](const PartialRun<double>& partial) mutable {
      file(partial);
      kept = true;
    };
  if (arguments.resume) {
    const TimeGrid<double> grid = time_grid(learning.horizon, learning.stop, learning.steps);
    together(data.ranks, [&] { out.from = read_checkpoint<double>(*path, identity, grid, data.dimension()); });
    kept = true;
  } else if (writes && std::filesystem::exists(*path)) {
    spdlog::warn("{} is there from an earlier run and will be replaced: --resume would go on from it", path->string());
  }
  return out;
}

Learned<double> learn_from(const LearnArguments& arguments, RowSlice<double> data,
                           const std::optional<Mixture<double>>& truth, const RunKeeping<double>& keeping) {
  try {
    const bool shows = data.ranks.get().rank() == 0;
    return learn<double>(std::move(data), arguments.learning, truth, shows ? LearnProgress(ProgressLine()) : nullptr,
                         {}, keeping);
  } catch (const InputError& error) {
    // What is wrong with the rows is said of their file; what is wrong with an option, of the option.
    const bool of_data =
        error.field().starts_with("columns") || error.field().starts_with("row") || error.field() == "components";
    if (error.file().empty() && of_data) throw error.in_file(arguments.data);
    throw;
  }
}

std::optional<Mixture<double>> read_truth(const LearnArguments& arguments, Index dimension) {
  if (arguments.truth.empty()) return {};
  auto truth = round_to<double>(read_mixture(arguments.truth));
  if (truth.dimension() != dimension)
    throw InputError(arguments.data, "points", fmt::format("dimension {}", dimension),
                     fmt::format("dimension {}, that of {}", truth.dimension(), arguments.truth));
  return truth;
}

/// The cell of every row of the data in the model's clustering, in the order of the rows.
void write_labels(const LearnArguments& arguments, const LearnedModel<double>& model, Ranks& ranks) {
  const RowSlice<double> data = read_row_slice(arguments.data, ranks);
  const Clustering<double> clustering = clustering_at(*model.clustering, 0.0);
  std::string own;
  for (const Index cell : clustering.labels(model.standardisation.apply(data.points), arguments.learning.threads))
    own += fmt::format("{}\n", cell);
  std::string text = "cell\n";
  for (const std::string& part : ranks.gather(own)) text += part;
  if (ranks.rank() == 0) write_file(arguments.labels, text);
}

void run(LearnArguments& arguments, Ranks& ranks) {
  LearnOptions& learning = arguments.learning;
  learning.mode = parse_mode(arguments.mode);
  if (!arguments.epsilon.empty())
    learning.epsilon = from_rational<double>(parse_option("--epsilon", arguments.epsilon));
  if (!arguments.stop.empty()) learning.stop = from_rational<double>(parse_option("--stop", arguments.stop));
  RowSlice<double> data = read_row_slice(arguments.data, ranks);
  std::optional<Mixture<double>> truth;
  together(ranks, [&] {
    truth = read_truth(arguments, data.dimension());
    if (ranks.rank() != 0) return;
    require_writable(arguments.output);
    if (!arguments.labels.empty()) require_writable(arguments.labels);
  });
  const auto checkpoint = checkpoint_path(arguments.output);
  // Said beforehand, since of a rank that dies nobody may be left to say it but mpirun.
  if (ranks.size() > 1 && ranks.rank() == 0 && checkpoint)
    spdlog::info("{} ranks; should one of them end early, all end, and the same command with --resume goes on from {}",
                 ranks.size(), checkpoint->string());
  bool kept = false;
  try {
    const RunKeeping<double> keeping = keeping_of(arguments, checkpoint, data, truth, kept);
    const auto learned = learn_from(arguments, std::move(data), truth, keeping);
    if (ranks.rank() == 0) {
      ProgressLine::wipe();
      write_model(arguments.output, learned.model);
    }
    if (!arguments.labels.empty()) write_labels(arguments, learned.model, ranks);
    if (ranks.rank() > 0) return;
    if (checkpoint) remove_checkpoint(*checkpoint);
    write_document("", to_json(learned.summary));
  } catch (const Interrupted&) {
    ProgressLine::wipe();
    if (!kept) throw;
    throw InterruptedWithCheckpoint(fmt::format("interrupted; what was finished is in {}", checkpoint->string()));
  }
}

}  // namespace

void add_learn(CLI::App& program, Ranks& ranks) {
  const auto arguments = std::make_shared<LearnArguments>();
  LearnOptions& learning = arguments->learning;
  CLI::App* verb =
      program.add_subcommand("learn", "learn the scores of the mixture that drew the data, at every noise level");
  verb->add_option("DATA", arguments->data, "the data: .csv, .npy or .json, one point a row")->required();
  verb->add_option("--components", learning.components, "the number k of Gaussians")->type_name("K")->required();
  verb->add_option("--epsilon", arguments->epsilon, "the accuracy asked for, in total variation (recorded)")
      ->type_name("E");
  verb->add_option("--degree", learning.degree, "the highest degree of a cell's polynomial")->type_name("L");
  verb->add_option("--mode", arguments->mode,
                   "budgeted, analysis (--truth picks the guess) or exhaustive (all guesses)")
      ->type_name("MODE");
  verb->add_option("--truth", arguments->truth, "the mixture that drew the data, to measure errors against")
      ->type_name("MIXTURE");
  verb->add_option("--stop", arguments->stop, "the smallest noise level, a time > 0")->type_name("T");
  verb->add_option("--steps", learning.steps, "the number of noise levels, even")->type_name("N");
  verb->add_option("--budget", learning.budget, "the number of candidates for the components, exhaustive: at most")
      ->type_name("B");
  verb->add_option("--noise-pairs", learning.noise_pairs,
                   "pairs of opposite noise a row, where it is not integrated out; 0: by their number, 1 to 64")
      ->type_name("P");
  verb->add_option("--seed", learning.seed, "of everything random")->type_name("S");
  verb->add_option("--output", arguments->output, "the model, a file verimix.model/1")->type_name("MODEL")->required();
  verb->add_option("--labels", arguments->labels,
                   "the cell of each row in the clustering that tells the components apart, a .csv of one column")
      ->type_name("FILE");
  verb->add_flag("--resume", arguments->resume, "go on from MODEL.checkpoint, which an interrupted run leaves");
  verb->callback([arguments, &ranks] { run(*arguments, ranks); });
}

}  // namespace verimix

#include <memory>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/table.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/mixture_file.hpp"
#include "verimix/sample/model_file.hpp"
#include "verimix/sample/reverse_process.hpp"

namespace verimix {
namespace {

struct SampleOptions {
  std::string model;
  Index count = 0;
  std::uint64_t seed = 1;
  std::string output;
};

Matrix<double> draw_points(const SampleOptions& options) {
  const std::string bytes = read_file(options.model);
  try {
    const Json document = parse_json(bytes);
    const Json& format = json_member(document, "format", "");
    if (format == "verimix.mixture/1")
      return draw(round_to<double>(parse_mixture(document)), options.count, options.seed).points;
    if (format == "verimix.model/1") return draw_from_model(parse_model<double>(bytes), options.count, options.seed);
    throw InputError("", "format", format.dump(), "\"verimix.model/1\" or \"verimix.mixture/1\"");
  } catch (const InputError& error) {
    throw error.in_file(options.model);
  }
}

void run(const SampleOptions& options) {
  require_points_path(options.output);
  require_writable(options.output);
  write_points(options.output, draw_points(options));
}

}  // namespace

void add_sample(CLI::App& program) {
  const auto options = std::make_shared<SampleOptions>();
  CLI::App* verb = program.add_subcommand("sample", "draw points from a learned model or from a mixture");
  constexpr Index most = 1'000'000'000;
  verb->add_option("MODEL", options->model,
                   "a file verimix.model/1 (the reverse process) or verimix.mixture/1 (directly)")
      ->required();
  verb->add_option("--count", options->count, "how many points")
      ->type_name("N")
      ->required()
      ->check(CLI::Range(Index{1}, most));
  verb->add_option("--seed", options->seed, "the same seed gives the same file, for any number of threads")
      ->type_name("S");
  verb->add_option("--output", options->output, "the points: .csv or .npy")->type_name("FILE")->required();
  verb->callback([options] { run(*options); });
}

}  // namespace verimix

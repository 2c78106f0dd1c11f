#include <memory>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/table.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/mixture_file.hpp"
#include "verimix/sample/draw_in_rounds.hpp"
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

/// What is drawn from, and its dimension.
struct Source {
  PointSource points;
  Index dimension = 0;
};

Source read_source(const SampleOptions& options) {
  const std::string bytes = read_file(options.model);
  try {
    const Json document = parse_json(bytes);
    const Json& format = json_member(document, "format", "");
    if (format == "verimix.mixture/1") {
      const auto mixture = round_to<double>(parse_mixture(document));
      return {[mixture, options](Index first, Index count) {
                try {
                  return draw(mixture, count, options.seed, static_cast<std::uint64_t>(first)).points;
                } catch (const InputError& error) {
                  throw error.in_file(options.model);
                }
              },
              mixture.dimension()};
    }
    if (format == "verimix.model/1") {
      const auto model = parse_model<double>(bytes);
      return {[model, options](Index first, Index count) {
                return draw_from_model(model, count, options.seed, 0, static_cast<std::uint64_t>(first));
              },
              model.dimension()};
    }
    throw InputError("", "format", format.dump(), "\"verimix.model/1\" or \"verimix.mixture/1\"");
  } catch (const InputError& error) {
    throw error.in_file(options.model);
  }
}

void run(const SampleOptions& options, Ranks& ranks) {
  require_points_path(options.output);
  Source source;
  std::optional<PointsFile> file;
  together(ranks, [&] {
    if (ranks.rank() == 0) require_writable(options.output);
    source = read_source(options);
    if (ranks.rank() == 0) file.emplace(options.output, options.count, source.dimension);
  });
  draw_in_rounds(options.count, source.points, ranks, [&](const Matrix<double>& points) { file->append(points); });
  if (file) file->commit();
}

}  // namespace

void add_sample(CLI::App& program, Ranks& ranks) {
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
  verb->callback([options, &ranks] { run(*options, ranks); });
}

}  // namespace verimix

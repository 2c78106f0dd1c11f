#include <memory>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/mixture_file.hpp"
#include "verimix/validate/power_table.hpp"

namespace verimix {
namespace {

struct PowerOptions {
  PowerTableRequest request;
  std::string mixture, output;
  std::string time = "0";
  std::string format = "json";
};

void run(PowerOptions& options) {
  if (options.format != "json" && options.format != "markdown")
    throw InputError("", "--format", options.format, "json or markdown");
  options.request.search.first_seed = options.request.battery.seed;
  const Rational time = parse_option("--time", options.time);
  const PowerTable table = power_table(read_density(options.mixture, time), time, options.request);
  if (options.format == "json") return write_document(options.output, to_json(table));
  write_text(options.output, to_markdown(table));
}

}  // namespace

void add_power(CLI::App& program) {
  const auto options = std::make_shared<PowerOptions>();
  CLI::App* verb = program.add_subcommand(
      "power", "what `validate --samples` would see in so many points of a mixture, and how often it cries wolf");
  verb->add_option("MIXTURE", options->mixture, "a file verimix.mixture/1: the truth")->required();
  verb->add_option("--count", options->request.count, "the points of a sample")->type_name("N")->required();
  verb->add_option("--time", options->time, "the truth at this time of dx = -x dt + sqrt(2) dw")->type_name("T");
  verb->add_option("--alpha", options->request.battery.alpha, "the level of the tests")->type_name("A");
  verb->add_option("--share", options->request.search.share, "the power at which a mistake counts as caught")
      ->type_name("P");
  verb->add_option("--repetitions", options->request.search.repetitions, "samples for each size that is tried")
      ->type_name("R");
  verb->add_option("--runs", options->request.runs, "right samples, to count false alarms; 0: none")->type_name("M");
  verb->add_option("--seed", options->request.battery.seed, "of all samples")->type_name("S");
  verb->add_option("--format", options->format, "json or markdown")->type_name("FORMAT");
  add_output(*verb, options->output);
  verb->callback([options] { run(*options); });
}

}  // namespace verimix

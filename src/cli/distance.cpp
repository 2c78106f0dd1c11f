#include "verimix/distance/distance.hpp"

#include <memory>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/table.hpp"
#include "verimix/distance/energy.hpp"

namespace verimix {
namespace {

struct DistanceOptions {
  std::string p;
  std::string q;
  std::vector<std::string> metrics;
  std::string time = "0";
  std::optional<int> digits;
  std::optional<long> budget;
  std::optional<Index> samples;
  double confidence = DistanceRequest{}.confidence;
  std::uint64_t seed = DistanceRequest{}.seed;
  std::string output;
};

void run(const DistanceOptions& options, Ranks& ranks) {
  if (options.metrics == std::vector<std::string>{"energy"}) {
    if (ranks.size() > 1) throw InputError("", "--metric", "energy", "another metric: energy runs on one rank");
    return write_document(options.output,
                          energy_distance_json(read_points<double>(options.p), read_points<double>(options.q)));
  }
  DistanceRequest request;
  request.time = parse_option("--time", options.time);
  if (request.time < 0) throw InputError("", "--time", options.time, "a time >= 0");
  request.digits = options.digits;
  request.budget = options.budget;
  request.samples = options.samples;
  request.confidence = options.confidence;
  request.seed = options.seed;
  request.ranks = ranks;
  if (!options.metrics.empty()) request.metrics.clear();
  for (const std::string& name : options.metrics) {
    const std::optional<Metric> metric = parse_metric(name);
    if (!metric)
      throw InputError("", "--metric", name,
                       "one of " + metric_names() + " (or energy alone, for two files of points)");
    request.metrics.push_back(*metric);
  }
  ExactMixture p, q;
  together(ranks, [&] {
    p = read_density(options.p, request.time);
    q = read_density(options.q, request.time);
  });
  const std::vector<Distance> found = enclosures(p, q, request);
  if (ranks.rank() == 0) write_document(options.output, distance_json(found));
  require_reached(found);
}

}  // namespace

void add_distance(CLI::App& program, Ranks& ranks) {
  const auto options = std::make_shared<DistanceOptions>();
  CLI::App* verb =
      program.add_subcommand("distance", "how far two mixtures are from each other, with the evidence for it");
  verb->add_option("P", options->p, "a file verimix.mixture/1 (for energy: points)")->required();
  verb->add_option("Q", options->q, "a file verimix.mixture/1 (for energy: points)")->required();
  verb->add_option(
          "--metric", options->metrics,
          "of tv = 1/2 int |p - q|, kl = E_P log p/q, hellinger2 = 1 - int sqrt(pq), fisher = E_P |grad log p - grad "
          "log q|^2, wasserstein1 = inf E|X - Y|, wasserstein2 = (inf E|X - Y|^2)^(1/2), separated by commas; the "
          "first "
          "four if none is named. Or energy alone: the energy distance 2 E|X - Y| - E|X - X'| - E|Y - Y'| of two files "
          "of "
          "points (.csv, .npy, .json)")
      ->type_name("NAME,...")
      ->delimiter(',')
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb->add_option("--time", options->time, "the time of dx = -x dt + sqrt(2) dw, run from both")->type_name("T");
  verb->add_option("--digits", options->digits,
                   "a certified enclosure of relative width at most 10^-D, or the best one and exit status 3")
      ->type_name("D");
  verb->add_option("--budget", options->budget,
                   "stop a metric after this many evaluations (of integrands, boxes, cells; the same on every machine) "
                   "with the best enclosure, and exit status 3 if its digits are not reached")
      ->type_name("N");
  verb->add_option("--samples", options->samples, "estimate from this many pairs of draws, where that is possible")
      ->type_name("N");
  verb->add_option("--confidence", options->confidence, "of the intervals of estimates")->type_name("C");
  verb->add_option("--seed", options->seed, "of the draws")->type_name("S");
  add_output(*verb, options->output);
  verb->callback([options, &ranks] { run(*options, ranks); });
}

}  // namespace verimix

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <memory>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/rational.hpp"
#include "verimix/core/table.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/mixture_file.hpp"
#include "verimix/validate/law_report.hpp"
#include "verimix/validate/pipe_peer.hpp"
#include "verimix/validate/vector_corpus.hpp"
#include "verimix/validate/verdict_report.hpp"

namespace verimix {
namespace {

struct ValidateOptions {
  std::string vectors, answers, command, xfail, junit, output;
  std::string samples, learned, truth;
  std::string time = "0";
  std::string tv = "1/20";
  double alpha = SampleCheckRequest{}.alpha;
  std::uint64_t seed = SampleCheckRequest{}.seed;
  Index power_repetitions = 0;
  std::string dtype = "float64";
  std::string tier = "smoke";
  double timeout = PeerLimits{}.answer.count();
  double startup = PeerLimits{}.start.count();
};

void require_one_way(const ValidateOptions& options) {
  const int ways =
      (options.vectors.empty() ? 0 : 1) + (options.samples.empty() ? 0 : 1) + (options.learned.empty() ? 0 : 1);
  if (ways != 1)
    throw InputError("", "--vectors", options.vectors, "one of --vectors DIR, --samples FILE and --learned MIXTURE");
  if (options.vectors.empty()) {
    if (options.truth.empty()) throw InputError("", "--truth", "", "the mixture that is the truth");
    return;
  }
  if (options.answers.empty() == options.command.empty())
    throw InputError("", "--answers", options.answers, "one of --answers FILE and --command CMD");
  if (!(options.timeout > 0) || !std::isfinite(options.timeout))
    throw InputError("", "--timeout", std::to_string(options.timeout), "seconds > 0");
  if (!(options.startup >= 0) || !std::isfinite(options.startup))
    throw InputError("", "--startup", std::to_string(options.startup), "seconds >= 0");
}

template <class Report>
int deliver(Report report, const ValidateOptions& options) {
  if (!options.xfail.empty()) report.expected = read_expected_failures(options.xfail);
  if (!options.junit.empty()) write_file(options.junit, junit_xml(report));
  fmt::print(stderr, "{}", verdict_text(report));
  write_document(options.output, to_json(report));
  constexpr int inconclusive = 3;
  const std::string verdict = report.verdict();
  return verdict == "pass" ? 0 : verdict == "fail" ? 1 : inconclusive;
}

int judge_implementation(const ValidateOptions& options) {
  ValidationReport report;
  report.tier = parse_tier(options.tier);
  report.dtype = parse_dtype(options.dtype);
  const VectorCorpus corpus = read_corpus(options.vectors, report.tier);
  if (!options.answers.empty()) {
    report.judgements = judge_all(corpus.cases, read_answers(options.answers), report.dtype);
  } else {
    PeerLimits limits;
    limits.answer = std::chrono::duration<double>(options.timeout);
    limits.start = std::chrono::duration<double>(options.startup);
    report.judgements = judge_command(corpus.cases, options.command, report.dtype, limits);
  }
  return deliver(std::move(report), options);
}

int judge_sample(const ValidateOptions& options, const Rational& time) {
  const Mixture<double> truth =
      at_time(round_to<double>(read_density(options.truth, time)), from_rational<double>(time));
  const Matrix<double> points = read_points<double>(options.samples);
  if (points.rows() != truth.dimension())
    throw InputError(options.samples, "dimension", std::to_string(points.rows()),
                     std::to_string(truth.dimension()) + ", that of the truth");
  const SampleBattery battery(truth, points.cols(), {options.alpha, options.seed, 0});
  std::vector<StatedPower> powers;
  if (options.power_repetitions > 0) powers = stated_powers(battery, options.power_repetitions, options.seed);
  return deliver(report_on_sample(battery.check(points), options.alpha, powers), options);
}

int judge_learned(const ValidateOptions& options, const Rational& time) {
  const LearnedCheck check = check_learned(read_mixture(options.learned), read_density(options.truth, time),
                                           parse_option("--tv", options.tv), time);
  return deliver(report_on_learned(check, options.tv), options);
}

int run(const ValidateOptions& options) {
  require_one_way(options);
  if (!options.junit.empty()) require_writable(options.junit);
  if (!options.xfail.empty()) read_expected_failures(options.xfail);
  if (!options.vectors.empty()) return judge_implementation(options);
  const Rational time = parse_option("--time", options.time);
  if (time < 0) throw InputError("", "--time", options.time, "a time >= 0");
  return options.samples.empty() ? judge_learned(options, time) : judge_sample(options, time);
}

}  // namespace

void add_validate(CLI::App& program, int& status) {
  const auto options = std::make_shared<ValidateOptions>();
  CLI::App* verb = program.add_subcommand(
      "validate", "judge an implementation by the corpus of reference cases, a sampler, or a learned mixture");
  verb->add_option("--vectors", options->vectors, "a folder of the corpus")->type_name("DIR");
  verb->add_option("--answers", options->answers, "the implementation's answers, a JSON object a line")
      ->type_name("FILE");
  verb->add_option("--command", options->command,
                   "the implementation: a shell command that reads a JSON line a case and writes one")
      ->type_name("CMD");
  verb->add_option("--timeout", options->timeout, "the time limit of an answer, in seconds")->type_name("S");
  verb->add_option("--startup", options->startup, "more time for the first answer after a start, in seconds")
      ->type_name("S");
  verb->add_option("--dtype", options->dtype, "float64, float32 or bfloat16: whose tolerances hold")
      ->type_name("DTYPE");
  verb->add_option("--tier", options->tier, "smoke or full")->type_name("TIER");
  verb->add_option("--xfail", options->xfail,
                   "expected failures: a pattern of ids of cases or tests a line, # and the reason after it")
      ->type_name("FILE");
  verb->add_option("--samples", options->samples,
                   "points (.csv, .npy, .json): are they independent draws of the truth?")
      ->type_name("FILE");
  verb->add_option("--learned", options->learned, "a file verimix.mixture/1: is it the truth?")->type_name("MIXTURE");
  verb->add_option("--truth", options->truth, "a file verimix.mixture/1")->type_name("MIXTURE");
  verb->add_option("--time", options->time, "compare with the truth at this time of dx = -x dt + sqrt(2) dw")
      ->type_name("T");
  verb->add_option("--alpha", options->alpha, "a right sampler is rejected with at most this probability")
      ->type_name("A");
  verb->add_option("--power", options->power_repetitions,
                   "also state the power against five alternatives, from this many samples each")
      ->type_name("N");
  verb->add_option("--seed", options->seed, "of the reference samples and of the alternatives")->type_name("S");
  verb->add_option("--tv", options->tv,
                   "a learned mixture passes if its total variation distance is certainly at most this")
      ->type_name("E");
  verb->add_option("--junit", options->junit, "also write the verdict as JUnit XML")->type_name("FILE");
  add_output(*verb, options->output);
  verb->footer(
      "Exit status: 0 pass, 1 fail, 3 inconclusive (nothing could be judged: no case applies, too few points, a "
      "bracket that "
      "holds the tolerance).");
  verb->callback([options, &status] { status = run(*options); });
}

}  // namespace verimix

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <memory>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/validate/pipe_peer.hpp"
#include "verimix/validate/vector_corpus.hpp"
#include "verimix/validate/verdict_report.hpp"

namespace verimix {
namespace {

struct ValidateOptions {
  std::string vectors, answers, command, xfail, junit, output;
  std::string dtype = "float64";
  std::string tier = "smoke";
  double timeout = PeerLimits{}.answer.count();
  double startup = PeerLimits{}.start.count();
};

void require_one_way(const ValidateOptions& options) {
  if (options.vectors.empty())
    throw InputError("", "--vectors", "", "a folder of the corpus (`verimix vectors generate`)");
  if (options.answers.empty() == options.command.empty())
    throw InputError("", "--answers", options.answers, "one of --answers FILE and --command CMD");
  if (!(options.timeout > 0) || !std::isfinite(options.timeout))
    throw InputError("", "--timeout", std::to_string(options.timeout), "seconds > 0");
  if (!(options.startup >= 0) || !std::isfinite(options.startup))
    throw InputError("", "--startup", std::to_string(options.startup), "seconds >= 0");
}

int run(const ValidateOptions& options) {
  require_one_way(options);
  ValidationReport report;
  report.tier = parse_tier(options.tier);
  report.dtype = parse_dtype(options.dtype);
  if (!options.xfail.empty()) report.expected = read_expected_failures(options.xfail);
  if (!options.junit.empty()) require_writable(options.junit);
  const VectorCorpus corpus = read_corpus(options.vectors, report.tier);
  if (!options.answers.empty()) {
    report.judgements = judge_all(corpus.cases, read_answers(options.answers), report.dtype);
  } else {
    PeerLimits limits;
    limits.answer = std::chrono::duration<double>(options.timeout);
    limits.start = std::chrono::duration<double>(options.startup);
    report.judgements = judge_command(corpus.cases, options.command, report.dtype, limits);
  }
  if (!options.junit.empty()) write_file(options.junit, junit_xml(report));
  fmt::print(stderr, "{}", verdict_text(report));
  write_document(options.output, to_json(report));
  constexpr int inconclusive = 3;
  const std::string verdict = report.verdict();
  return verdict == "pass" ? 0 : verdict == "fail" ? 1 : inconclusive;
}

}  // namespace

void add_validate(CLI::App& program, int& status) {
  const auto options = std::make_shared<ValidateOptions>();
  CLI::App* verb = program.add_subcommand("validate", "judge another implementation by the corpus of reference cases");
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
  verb->add_option("--xfail", options->xfail, "expected failures: a pattern of ids a line, # and the reason after it")
      ->type_name("FILE");
  verb->add_option("--junit", options->junit, "also write the verdict as JUnit XML")->type_name("FILE");
  add_output(*verb, options->output);
  verb->footer("Exit status: 0 pass, 1 fail, 3 inconclusive (nothing could be judged).");
  verb->callback([options, &status] { status = run(*options); });
}

}  // namespace verimix

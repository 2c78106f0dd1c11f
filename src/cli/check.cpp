#include "verimix/ledger/check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/mixture/mixture_file.hpp"

namespace verimix {
namespace {

struct CheckOptions {
  std::string mixture;
  std::vector<std::string> statements, values;
  std::string form = "both";
  std::string precision = "ball";
  std::string format = "json";
  std::string output;
  CheckSettings settings;
  bool list = false;
};

/// The digits that certified sides aim at.
int digits_of(const CheckOptions& options) {
  if (options.precision == "ball") return options.settings.digits;
  if (options.precision == "double") return 15;
  if (options.precision == "50") return 50;
  if (options.precision == "100") return 100;
  throw InputError("", "--precision", options.precision, "one of double, 50, 100, ball");
}

std::vector<StatementForm> forms_of(const CheckOptions& options) {
  if (options.form == "printed") return {StatementForm::printed};
  if (options.form == "explicit") return {StatementForm::explicit_constants};
  if (options.form == "both") return {StatementForm::printed, StatementForm::explicit_constants};
  throw InputError("", "--form", options.form, "one of printed, explicit, both");
}

std::vector<StatementId> statements_of(const CheckOptions& options) {
  std::vector<StatementId> statements;
  for (const std::string& name : options.statements) {
    const auto id = parse_statement(name);
    if (!id) throw InputError("", "--statement", name, "the id of a statement, such as lemma-33");
    statements.push_back(*id);
  }
  return statements;
}

std::string keys_text() {
  std::string text;
  for (const CheckEvaluator& evaluator : check_evaluators()) {
    text += to_text(evaluator.statement) + "\n";
    for (const CheckKey& key : evaluator.keys)
      text += fmt::format("    {}={} ({} .. {})  {}\n", key.name,
                          key.standard ? to_text(*key.standard) : std::string("chosen"), to_text(key.lower),
                          to_text(key.upper), key.meaning);
  }
  return text;
}

/// 1: something is violated; 3: nothing is, but an explicit form is undecided; else 0.
int status_of(const std::vector<Check>& checks) {
  const auto has = [&](Verdict verdict, bool printed_too) {
    return std::ranges::any_of(checks, [&](const Check& check) {
      return check.comparison.verdict == verdict && (printed_too || check.form == StatementForm::explicit_constants);
    });
  };
  if (has(Verdict::violated, true)) return 1;
  if (!has(Verdict::undecided, false)) return 0;
  spdlog::error("no answer: an explicit form is undecided: raise --digits or --samples (its `reason` says which)");
  return 3;
}

/// The command that makes this row again, with the choices that its statement knows.
std::string command_of(const CheckOptions& options, const Check& check) {
  const CheckSettings standard;
  const CheckSettings& settings = options.settings;
  std::vector<std::string> words{"verimix", "check", options.mixture};
  const auto add = [&](const std::string& option, const std::string& value) {
    words.push_back(option);
    words.push_back(value);
  };
  add("--statement", to_text(check.statement));
  add("--form", std::string(to_text(check.form)));
  add("--precision", options.precision);
  if (options.precision == "ball" && settings.digits != standard.digits)
    add("--digits", std::to_string(settings.digits));
  for (const CheckKey& key : check_evaluator(check.statement).keys)
    if (const auto found = settings.values.find(key.name); found != settings.values.end())
      add("--set", key.name + "=" + to_text(found->second));
  if (check.comparison.evidence == Evidence::estimated) {
    add("--samples", std::to_string(settings.samples));
    add("--confidence", to_text(settings.confidence));
    add("--seed", std::to_string(settings.seed));
  }
  for (std::string& word : words) word = shell_quoted(word);
  return fmt::format("{}", fmt::join(words, " "));
}

int run(CheckOptions& options, Ranks& ranks) {
  const bool writes = ranks.rank() == 0;
  if (options.list) {
    if (writes) write_text(options.output, keys_text());
    return 0;
  }
  if (options.mixture.empty()) throw InputError("", "MIXTURE", "", "a file verimix.mixture/1");
  if (options.format != "json" && options.format != "markdown")
    throw InputError("", "--format", options.format, "json or markdown");
  options.settings.digits = digits_of(options);
  for (const auto& [key, value] : parse_settings(options.values))
    options.settings.values.emplace(key, parse_option("--set " + key, value));
  const auto statements = statements_of(options);
  const auto forms = forms_of(options);
  ExactMixture mixture;
  together(ranks, [&] { mixture = read_density(options.mixture, 0); });
  const auto checks = run_checks(mixture, statements, forms, options.settings, ranks);
  const std::string name = mixture.name.empty() ? options.mixture : mixture.name;
  if (writes && options.format == "json") {
    Json document = checks_json(name, checks, options.settings);
    for (std::size_t i = 0; i < checks.size(); ++i) document["checks"][i]["command"] = command_of(options, checks[i]);
    write_document(options.output, document);
  } else if (writes) {
    write_text(options.output, checks_markdown(name, checks));
  }
  return status_of(checks);
}

}  // namespace

void add_check(CLI::App& program, Ranks& ranks, int& status) {
  const auto options = std::make_shared<CheckOptions>();
  CLI::App* verb = program.add_subcommand(
      "check", "what the statements of the paper say of one mixture: both sides, the verdict and the evidence");
  verb->add_option("MIXTURE", options->mixture, "a file verimix.mixture/1");
  verb->add_option("--statement", options->statements, "a statement, such as lemma-33; may be given several times")
      ->type_name("ID")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb->add_option("--form", options->form, "printed, explicit or both")->type_name("FORM");
  verb->add_option("--set", options->values, "a choice of a statement, as KEY=VALUE; may be given several times")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb->add_flag("--list", options->list, "list the statements with their keys, defaults and ranges");
  verb->add_option("--samples", options->settings.samples, "draws of what is estimated")->type_name("N");
  verb->add_option("--confidence", options->settings.confidence, "of what is estimated")->type_name("C");
  verb->add_option("--seed", options->settings.seed, "of the draws")->type_name("S");
  verb->add_option("--precision", options->precision,
                   "double, 50, 100 or ball: certified sides aim at 15, 50, 100 or --digits digits")
      ->type_name("P");
  verb->add_option("--digits", options->settings.digits, "with --precision ball")->type_name("D");
  verb->add_option("--format", options->format, "json or markdown")->type_name("FORMAT");
  add_output(*verb, options->output);
  verb->footer(
      "Exit status: 1 if a row is violated, 3 if none is but an explicit form is undecided, else 0. A printed form "
      "with a hidden constant is compared with its constant set to 1 and reports the implied one; --set C=... compares "
      "it with a constant of your own.");
  verb->callback([options, &ranks, &status] { status = run(*options, ranks); });
}

}  // namespace verimix

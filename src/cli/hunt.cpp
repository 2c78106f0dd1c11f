#include "verimix/ledger/hunt.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/parallel.hpp"

namespace verimix {
namespace {

struct HuntArguments {
  std::vector<std::string> statements;
  std::string form, seconds, format = "json", resume, output;
  std::optional<std::uint64_t> rounds;
  HuntSettings settings;
};

std::vector<StatementId> chosen_statements(const HuntArguments& arguments) {
  const auto all = all_statements();
  if (arguments.statements.empty()) return {all.begin(), all.end()};
  std::vector<StatementId> chosen;
  for (const std::string& text : arguments.statements) {
    if (text == "all") return {all.begin(), all.end()};
    const auto id = parse_statement(text);
    if (!id) throw InputError("", "--statement", text, "`all` or the id of a statement (`verimix ledger` lists them)");
    if (std::ranges::find(chosen, *id) == chosen.end()) chosen.push_back(*id);
  }
  return chosen;
}

std::vector<StatementForm> chosen_forms(const std::string& text) {
  if (text.empty()) return {StatementForm::printed, StatementForm::explicit_constants};
  if (text == "printed") return {StatementForm::printed};
  if (text == "explicit") return {StatementForm::explicit_constants};
  throw InputError("", "--form", text, "printed or explicit");
}

void read_budget(HuntArguments& arguments) {
  if (arguments.format != "json" && arguments.format != "markdown")
    throw InputError("", "--format", arguments.format, "json or markdown");
  if (!arguments.seconds.empty()) {
    arguments.settings.seconds = from_rational<double>(parse_option("--seconds", arguments.seconds));
    if (!(arguments.settings.seconds > 0)) throw InputError("", "--seconds", arguments.seconds, "a number > 0");
  }
  if (arguments.rounds == std::uint64_t{0}) throw InputError("", "--rounds", "0", "an integer >= 1");
  arguments.settings.rounds = arguments.rounds;
}

/// Where the search is kept for --resume, and when.
class Keeping {
 public:
  Keeping(const HuntArguments& arguments, std::span<const HuntProblem* const> problems)
      : settings_(arguments.settings), problems_(problems) {
    asked_ = !arguments.resume.empty();
    path_ = asked_ ? arguments.resume : (arguments.output.empty() ? "hunt" : arguments.output) + ".checkpoint";
  }

  std::vector<HuntProgress> start() const {
    if (!asked_ || !std::filesystem::exists(path_)) return std::vector<HuntProgress>(problems_.size());
    try {
      return parse_progress(parse_json(read_file(path_)), problems_, settings_);
    } catch (const InputError& error) {
      throw error.in_file(path_);
    }
  }
  void keep(const std::vector<HuntProgress>& progress) const {
    write_document(path_, progress_json(problems_, progress, settings_));
  }
  /// Between batches: so often that a run that is killed loses little.
  void keep_sometimes(const std::vector<HuntProgress>& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (!asked_ || now - last_ < std::chrono::seconds(5)) return;
    keep(progress);
    last_ = now;
  }
  bool asked() const { return asked_; }
  InterruptedWithCheckpoint interrupted() const {
    return InterruptedWithCheckpoint("interrupted; what was finished is in " + path_, {"--resume", path_});
  }

 private:
  HuntSettings settings_;
  std::span<const HuntProblem* const> problems_;
  std::string path_;
  bool asked_ = false;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

std::vector<HuntFinding> search_and_conclude(const HuntArguments& arguments,
                                             std::span<const HuntProblem* const> problems) {
  Keeping keeping(arguments, problems);
  std::vector<HuntProgress> progress = keeping.start();
  std::vector<HuntFinding> findings(problems.size());
  try {
    hunt_search(problems, arguments.settings, progress, [&] { keeping.keep_sometimes(progress); });
    if (keeping.asked()) keeping.keep(progress);
    parallel_blocks(static_cast<Index>(problems.size()), 1, [&](Index begin, Index) {
      const std::size_t p = static_cast<std::size_t>(begin);
      findings[p] = hunt_conclude(*problems[p], progress[p]);
    });
  } catch (const Interrupted&) {
    keeping.keep(progress);
    throw keeping.interrupted();
  }
  return findings;
}

int status_of(std::span<const HuntFinding> findings) {
  const auto violated = [](const HuntFinding& f) { return f.outcome != HuntOutcome::not_refuted; };
  if (std::ranges::any_of(findings, violated)) return 1;
  if (!std::ranges::any_of(findings, &HuntFinding::undecided)) return 0;
  spdlog::error(
      "no answer: a violation was seen in floating point and could not be certified: raise --seconds or "
      "--rounds");
  return 3;
}

void run(HuntArguments& arguments, int& status) {
  read_budget(arguments);
  const auto statements = chosen_statements(arguments);
  const auto forms = chosen_forms(arguments.form);
  for (const std::string& path : {arguments.output, arguments.resume})
    if (!path.empty()) require_writable(path);
  std::vector<const HuntProblem*> problems;
  for (const HuntProblem& problem : hunt_problems())
    if (std::ranges::find(statements, problem.statement) != statements.end() &&
        std::ranges::find(forms, problem.form) != forms.end())
      problems.push_back(&problem);
  const auto findings = search_and_conclude(arguments, problems);
  if (arguments.format == "json")
    write_document(arguments.output, hunt_json(findings, statements, forms, arguments.settings));
  else
    write_text(arguments.output, hunt_markdown(findings, statements, forms, arguments.settings));
  status = status_of(findings);
}

}  // namespace

void add_hunt(CLI::App& program, int& status) {
  const auto arguments = std::make_shared<HuntArguments>();
  CLI::App* verb = program.add_subcommand("hunt", "search instances for violations of the statements");
  verb->add_option("--statement", arguments->statements, "the id of a statement, or all; may be given several times")
      ->type_name("ID")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb->add_option("--form", arguments->form, "printed or explicit; both without this option")->type_name("FORM");
  verb->add_option("--seconds", arguments->seconds,
                   "the time of the search, 20 without this option; certification "
                   "comes on top")
      ->type_name("S");
  verb->add_option("--rounds", arguments->rounds,
                   "so many rounds for each inequality instead, whatever the time: the "
                   "same bits on every run")
      ->type_name("N");
  verb->add_option("--seed", arguments->settings.seed, "of everything random")->type_name("S");
  verb->add_option("--resume", arguments->resume, "go on from this file if it is there, and keep the search in it")
      ->type_name("FILE");
  verb->add_option("--format", arguments->format, "json or markdown")->type_name("FORMAT");
  add_output(*verb, arguments->output);
  verb->callback([arguments, &status] { run(*arguments, status); });
}

}  // namespace verimix

#include "verimix/cli/program.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/interrupt.hpp"

namespace verimix {
namespace {

enum ExitStatus { done = 0, bad_input = 2, no_answer = 3, interrupted = 4 };

extern "C" void ask_to_stop(int /*signal*/) { request_interruption(); }

void catch_signals() {
  struct sigaction action {};
  action.sa_handler = ask_to_stop;
  // After the first signal the default is restored, so that a second one ends the process at once.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

void log_to_standard_error() {
  auto logger = std::make_shared<spdlog::logger>("verimix", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("verimix: %l: %v");
  spdlog::set_default_logger(std::move(logger));
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::vector<std::string> verb_names(const CLI::App& program) {
  std::vector<std::string> names;
  for (const CLI::App* verb : program.get_subcommands({})) names.push_back(verb->get_name());
  return names;
}

/// CLI11 reports an unknown verb as a stray argument; a line that names the verbs says more.
void require_known_verb(const CLI::App& program, int argc, const char* const* argv) {
  const std::vector<std::string> names = verb_names(program);
  const std::string known = fmt::format("one of {}", fmt::join(names, ", "));
  if (argc < 2) throw InputError("", "verb", "", known);
  const std::string verb = argv[1];
  if (verb.starts_with("-") || std::ranges::find(names, verb) != names.end()) return;
  throw InputError("", "verb", verb, known);
}

int parse_and_run(CLI::App& program, int argc, const char* const* argv) {
  try {
    require_known_verb(program, argc, argv);
    program.parse(argc, argv);
    return done;
  } catch (const CLI::Success& asked) {  // --help, --version
    return program.exit(asked) == 0 && std::fflush(stdout) == 0 ? done : bad_input;
  } catch (const CLI::ParseError& error) {
    const std::string verb = argv[1][0] == '-' ? "" : fmt::format(" {}", argv[1]);
    spdlog::error("command line: {} (`verimix{} --help` says what is expected)", one_line(error.what()), verb);
    return bad_input;
  }
}

}  // namespace

int run_program(int argc, const char* const* argv) {
  log_to_standard_error();
  catch_signals();
  CLI::App program("Verified numerics for learning Gaussian mixtures with diffusion.", "verimix");
  program.set_version_flag("--version", version_text());
  program.require_subcommand(1);
  add_instance(program);
  add_score(program);
  add_distance(program);
  add_experiment(program);
  add_ledger(program);
  add_learn(program);
  add_power(program);
  add_report(program);
  add_sample(program);
  int status = done;
  add_check(program, status);
  add_hunt(program, status);
  add_vectors(program, status);
  add_validate(program, status);
  try {
    const int parsed = parse_and_run(program, argc, argv);
    return parsed == done ? status : parsed;
  } catch (const InputError& error) {
    spdlog::error("{}", error.what());
    return bad_input;
  } catch (const UndecidedError& error) {
    spdlog::error("no answer: {}", one_line(error.what()));
    return no_answer;
  } catch (const Interrupted& error) {
    std::vector<std::string> command(argv, argv + argc);
    const auto* kept = dynamic_cast<const InterruptedWithCheckpoint*>(&error);
    if (kept != nullptr && std::ranges::find(command, "--resume") == command.end())
      command.insert(command.end(), kept->words().begin(), kept->words().end());
    for (std::string& word : command) word = shell_quoted(word);
    spdlog::error("{}; to go on: {}", error.what(), fmt::join(command, " "));
    return interrupted;
  } catch (const std::bad_alloc&) {
    spdlog::error("no answer: out of memory: ask for fewer points or less precision");
    return no_answer;
  }
}

}  // namespace verimix

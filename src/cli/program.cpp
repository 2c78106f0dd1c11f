#include "verimix/cli/program.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <functional>
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

/// What rank 0 says where a signal ends it, made before there is one.
std::string& last_words() {
  static std::string words;
  return words;
}

// A rank that waits for a message never looks at a flag. Nothing is lost: checkpoints are whole at every moment.
extern "C" void end_this_rank(int /*signal*/) {
  const std::string& words = last_words();
  const auto written = ::write(STDERR_FILENO, words.data(), words.size());
  ::_exit(written < 0 ? no_answer : interrupted);
}

void catch_signals(bool several_ranks) {
  struct sigaction action {};
  action.sa_handler = several_ranks ? end_this_rank : ask_to_stop;
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

constexpr const char* verbs_of_ranks[] = {"check", "distance", "learn", "sample"};

/// CLI11 reports an unknown verb as a stray argument; a line that names the verbs says more.
void require_known_verb(const CLI::App& program, int argc, const char* const* argv, const Ranks& ranks) {
  const std::vector<std::string> names = verb_names(program);
  const std::string known = fmt::format("one of {}", fmt::join(names, ", "));
  if (argc < 2) throw InputError("", "verb", "", known);
  const std::string verb = argv[1];
  if (verb.starts_with("-")) return;
  if (std::ranges::find(names, verb) == names.end()) throw InputError("", "verb", verb, known);
  if (ranks.size() > 1 && std::ranges::find(verbs_of_ranks, verb) == std::end(verbs_of_ranks))
    throw InputError("", "verb", verb,
                     fmt::format("one of {}, which run on several ranks", fmt::join(verbs_of_ranks, ", ")));
}

/// The same command with what makes it go on from what was kept.
std::string command_to_go_on(int argc, const char* const* argv, const std::vector<std::string>& words) {
  std::vector<std::string> command(argv, argv + argc);
  if (std::ranges::find(command, "--resume") == command.end())
    command.insert(command.end(), words.begin(), words.end());
  for (std::string& word : command) word = shell_quoted(word);
  return fmt::format("{}", fmt::join(command, " "));
}

void prepare_last_words(int argc, const char* const* argv) {
  last_words() = "verimix: error: stopped: another rank ended (mpirun says which), or a signal asked for it";
  if (argc > 1 && std::string_view(argv[1]) == "learn")
    last_words() +=
        "; what was finished is in the checkpoint beside the model, if there is one; to go on, under mpirun: " +
        command_to_go_on(argc, argv, {"--resume"});
  last_words() += "\n";
}

int parse_and_run(CLI::App& program, int argc, const char* const* argv, const Ranks& ranks) {
  try {
    require_known_verb(program, argc, argv, ranks);
    program.parse(argc, argv);
    return done;
  } catch (const CLI::Success& asked) {  // --help, --version
    if (ranks.rank() > 0) return done;
    return program.exit(asked) == 0 && std::fflush(stdout) == 0 ? done : bad_input;
  } catch (const CLI::ParseError& error) {
    const std::string verb = argv[1][0] == '-' ? "" : fmt::format(" {}", argv[1]);
    spdlog::error("command line: {} (`verimix{} --help` says what is expected)", one_line(error.what()), verb);
    return bad_input;
  }
}

int run_verb(int argc, const char* const* argv, Ranks& ranks) {
  CLI::App program("Verified numerics for learning Gaussian mixtures with diffusion.", "verimix");
  program.set_version_flag("--version", version_text());
  program.require_subcommand(1);
  add_instance(program);
  add_score(program);
  add_distance(program, ranks);
  add_experiment(program);
  add_ledger(program);
  add_learn(program, ranks);
  add_power(program);
  add_report(program);
  add_sample(program, ranks);
  int status = done;
  add_check(program, ranks, status);
  add_hunt(program, status);
  add_vectors(program, status);
  add_validate(program, status);
  const int parsed = parse_and_run(program, argc, argv, ranks);
  return parsed == done ? status : parsed;
}

/// The exit status of `work`, whose errors `fail` says.
int status_of(const std::function<int()>& work, int argc, const char* const* argv,
              const std::function<void(const std::string&)>& fail) {
  try {
    return work();
  } catch (const InputError& error) {
    fail(error.what());
    return bad_input;
  } catch (const UndecidedError& error) {
    fail("no answer: " + one_line(error.what()));
    return no_answer;
  } catch (const Interrupted& error) {
    const auto* kept = dynamic_cast<const InterruptedWithCheckpoint*>(&error);
    fail(fmt::format("{}; to go on: {}", error.what(),
                     command_to_go_on(argc, argv, kept == nullptr ? std::vector<std::string>{} : kept->words())));
    return interrupted;
  } catch (const std::bad_alloc&) {
    fail("no answer: out of memory: ask for fewer points or less precision");
    return no_answer;
  }
}

}  // namespace

int run_program(int argc, const char* const* argv, const std::function<std::unique_ptr<Ranks>()>& launch) {
  log_to_standard_error();
  const auto say = [](const std::string& text) { spdlog::error("{}", text); };
  std::unique_ptr<Ranks> launched;
  const int started = status_of([&] { return launch ? (launched = launch(), 0) : 0; }, argc, argv, say);
  if (started != done) return started;
  Ranks& ranks = launched ? *launched : one_rank();
  const bool several = ranks.size() > 1;
  catch_signals(several);
  if (!several) return status_of([&] { return run_verb(argc, argv, ranks); }, argc, argv, say);

  // Rank 0 speaks for all, except where a rank fails alone: it says so itself and ends the others.
  if (ranks.rank() == 0) prepare_last_words(argc, argv);
  if (ranks.rank() > 0) spdlog::set_level(spdlog::level::off);
  std::string failure;
  const int status = status_of([&] { return run_verb(argc, argv, ranks); }, argc, argv,
                               [&](const std::string& text) { failure = text; });
  if (ranks.rank() == 0 && !failure.empty()) say(failure);
  // The launcher ends all ranks by SIGTERM as soon as one of them has failed, which is not worth last words now.
  if (status != done) std::signal(SIGTERM, SIG_IGN);
  if (status == done || ranks.all_fail()) return status;
  spdlog::set_level(spdlog::level::err);
  if (ranks.rank() > 0) say(fmt::format("rank {}: {}", ranks.rank(), failure));
  ranks.end_all(status);
  return status;  // not reached; g++ does not see it through the virtual call
}

}  // namespace verimix

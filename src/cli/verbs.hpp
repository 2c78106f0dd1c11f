// One function a verb: each adds its subcommand, with a callback that does the work when the command line names it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

#include "verimix/core/interrupt.hpp"
#include "verimix/core/ranks.hpp"

namespace verimix {

void add_instance(CLI::App& program);
void add_score(CLI::App& program);
void add_experiment(CLI::App& program);
void add_ledger(CLI::App& program);
void add_power(CLI::App& program);
void add_report(CLI::App& program);
/// These also run on several ranks.
void add_distance(CLI::App& program, Ranks& ranks);
void add_learn(CLI::App& program, Ranks& ranks);
void add_sample(CLI::App& program, Ranks& ranks);
/// These may end with a status of their own, without an error: 1 for what is violated, 3 for what is inconclusive.
void add_check(CLI::App& program, Ranks& ranks, int& status);
void add_hunt(CLI::App& program, int& status);
void add_vectors(CLI::App& program, int& status);
void add_validate(CLI::App& program, int& status);

/// Work was stopped, and the same command line with `words` (unless --resume is there already) goes on from what was
/// kept.
class InterruptedWithCheckpoint : public Interrupted {
 public:
  explicit InterruptedWithCheckpoint(const std::string& what, std::vector<std::string> words = {"--resume"})
      : Interrupted(what), words_(std::move(words)) {}
  const std::vector<std::string>& words() const { return words_; }

 private:
  std::vector<std::string> words_;
};

/// The text of `verimix --version`, without the last newline.
std::string version_text();

}  // namespace verimix

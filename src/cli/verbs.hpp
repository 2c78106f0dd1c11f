// One function a verb: each adds its subcommand, with a callback that does the work when the command line names it.
#pragma once

#include <CLI/CLI.hpp>

#include "verimix/core/interrupt.hpp"

namespace verimix {

void add_instance(CLI::App& program);
void add_score(CLI::App& program);
void add_distance(CLI::App& program);
void add_experiment(CLI::App& program);
void add_ledger(CLI::App& program);
void add_learn(CLI::App& program);
void add_power(CLI::App& program);
void add_report(CLI::App& program);
void add_sample(CLI::App& program);
/// These two may end with a status of their own, without an error: 1 for what is violated, 3 for what is inconclusive.
void add_vectors(CLI::App& program, int& status);
void add_validate(CLI::App& program, int& status);

/// Work was stopped, and the same command line with --resume goes on from what was kept.
class InterruptedWithCheckpoint : public Interrupted {
 public:
  using Interrupted::Interrupted;
};

/// The text of `verimix --version`, without the last newline.
std::string version_text();

}  // namespace verimix

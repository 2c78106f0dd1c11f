// One function a verb: each adds its subcommand, with a callback that does the work when the command line names it.
#pragma once

#include <CLI/CLI.hpp>

namespace verimix {

void add_instance(CLI::App& program);
void add_score(CLI::App& program);

/// The text of `verimix --version`.
std::string version_text();

}  // namespace verimix

// The program `verimix`: its verbs, flags, messages and exit statuses are the contract other people's scripts build on.
#pragma once

#include <functional>
#include <memory>

#include "verimix/core/ranks.hpp"

namespace verimix {

/// Runs the program on a command line (argv[0] is its name) and returns its exit status: 0 done; 1 a check was
/// violated; 2 bad usage or input, with one line on standard error; 3 no answer at the precision or budget allowed; 4
/// interrupted. Installs handlers of SIGINT and SIGTERM that ask for an interruption; a second signal ends the process
/// at once. `launch` starts the ranks of a run of several processes, if that is what this is: one of them writes and
/// speaks for all, errors are said once, and those signals end a rank at once, since it may be waiting for others.
int run_program(int argc, const char* const* argv, const std::function<std::unique_ptr<Ranks>()>& launch = {});

}  // namespace verimix

// The program `verimix`: its verbs, flags, messages and exit statuses are the contract other people's scripts build on.
#pragma once

namespace verimix {

/// Runs the program on a command line (argv[0] is its name) and returns its exit status: 0 done; 1 a check was
/// violated; 2 bad usage or input, with one line on standard error; 3 no answer at the precision or budget allowed; 4
/// interrupted. Installs handlers of SIGINT and SIGTERM that ask for an interruption; a second signal ends the process
/// at once.
int run_program(int argc, const char* const* argv);

}  // namespace verimix

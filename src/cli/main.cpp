#include "launched_ranks.hpp"
#include "verimix/cli/program.hpp"

int main(int argc, char** argv) { return verimix::run_program(argc, argv, verimix::launched_ranks); }

#include "verimix/cli/program.hpp"

int main(int argc, char** argv) { return verimix::run_program(argc, argv); }

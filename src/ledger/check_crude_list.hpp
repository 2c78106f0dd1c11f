// The evaluators of lists of guesses: statements 9, 13, 14, algorithms 2-4.
#pragma once

#include <vector>

#include "verimix/ledger/check.hpp"

namespace verimix::checks {

std::vector<CheckEvaluator> crude_list_checks();

}  // namespace verimix::checks

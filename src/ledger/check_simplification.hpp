// The evaluators of Propositions 7 and 32.
#pragma once

#include <vector>

#include "verimix/ledger/check.hpp"

namespace verimix::checks {

std::vector<CheckEvaluator> simplification_checks();

}  // namespace verimix::checks

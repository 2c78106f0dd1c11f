// The evaluators of the softmax inputs of a sub-mixture: statements 44-47.
#pragma once

#include <vector>

#include "verimix/ledger/check.hpp"

namespace verimix::checks {

std::vector<CheckEvaluator> sub_mixture_checks();

}  // namespace verimix::checks

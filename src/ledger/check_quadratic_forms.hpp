// The evaluators of quadratic forms of Gaussians: statements 19, 21.
#pragma once

#include <vector>

#include "verimix/ledger/check.hpp"

namespace verimix::checks {

std::vector<CheckEvaluator> quadratic_form_checks();

}  // namespace verimix::checks

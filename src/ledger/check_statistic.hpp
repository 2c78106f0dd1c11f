// The evaluators of the covariance statistic: Lemmas 27, 28 and Corollaries 30, 31.
#pragma once

#include <vector>

#include "verimix/ledger/check.hpp"

namespace verimix::checks {

std::vector<CheckEvaluator> covariance_statistic_checks();

}  // namespace verimix::checks

// The evaluators of Appendix B that need no list: statements 17, 18, 20, 22, 23.
#pragma once

#include <vector>

#include "verimix/ledger/check.hpp"

namespace verimix::checks {

std::vector<CheckEvaluator> recentring_checks();

}  // namespace verimix::checks

// The evaluators of `check`, by appendix of the paper; check.cpp puts them in order. Thin glue: from a mixture and
// settings to the two sides that the stages compute.
#pragma once

#include <vector>

#include "verimix/ledger/check.hpp"

namespace verimix::checks {

/// Statements 1, 2, 4, 11, 12, algorithm 1.
std::vector<CheckEvaluator> diffusion();
/// Statements 9, 13-23, algorithms 2-4.
std::vector<CheckEvaluator> estimate();
/// Statements 6, 10, 24-31, algorithm 5.
std::vector<CheckEvaluator> cluster();
/// Statements 7, 32-39.
std::vector<CheckEvaluator> simplify();
/// Statements 5, 8, 40-48.
std::vector<CheckEvaluator> polynomial();
/// Statements 3, 49-51.
std::vector<CheckEvaluator> regress();

}  // namespace verimix::checks

// The rows of the ledger, by appendix of the paper; registry.cpp puts them in order.
#pragma once

#include <span>

#include "verimix/ledger/registry.hpp"

namespace verimix::ledger_rows {

/// Definitions, the forward and the reverse process, the sampler: statements 1, 2, 4, 11, 12, algorithm 1.
std::span<const LedgerRow> diffusion();
/// Crude estimates: statements 9, 13-23, algorithms 2-4.
std::span<const LedgerRow> estimate();
/// Clustering: statements 6, 10, 24-31, algorithm 5.
std::span<const LedgerRow> cluster();
/// Simplification of the score: statements 7, 32-39.
std::span<const LedgerRow> simplify();
/// Polynomial approximation: statements 5, 8, 40-48.
std::span<const LedgerRow> polynomial();
/// Regression: statements 3, 49-51.
std::span<const LedgerRow> regress();

}  // namespace verimix::ledger_rows

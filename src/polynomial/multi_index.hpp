// The order in which the polynomials of several variables stand.
#pragma once

#include <vector>

#include "verimix/polynomial/basis.hpp"

namespace verimix {

/// All multi-indices of d entries with sum <= degree, by rising sum. Throws as basis_size does.
std::vector<std::vector<int>> multi_indices(Index dimension, int degree);

}  // namespace verimix

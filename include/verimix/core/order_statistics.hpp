// Order statistics of numbers that several ranks hold: exact, and nobody sees more than counts of the others' numbers.
#pragma once

#include <vector>

#include "verimix/core/ranks.hpp"

namespace verimix {

/// Of several sets of numbers, of which `own` are this rank's: result[s](i) is the orders[s][i]-th smallest (from 1) of
/// all ranks' numbers of set s together. One rank selects; several search the bits of the answer from the highest on,
/// in 16 rounds of counts. Every rank has the same orders. Domain: 1 <= order <= the numbers in the set, none of them
/// NaN. Collective.
template <RealScalar T>
std::vector<Vector<T>> order_statistics(Ranks& ranks, std::vector<std::vector<T>> own,
                                        const std::vector<std::vector<Index>>& orders, unsigned threads);

extern template std::vector<Vector<double>> order_statistics(Ranks&, std::vector<std::vector<double>>,
                                                             const std::vector<std::vector<Index>>&, unsigned);
extern template std::vector<Vector<Real50>> order_statistics(Ranks&, std::vector<std::vector<Real50>>,
                                                             const std::vector<std::vector<Index>>&, unsigned);

}  // namespace verimix

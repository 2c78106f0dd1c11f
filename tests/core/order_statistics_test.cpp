#include "verimix/core/order_statistics.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "support/thread_ranks.hpp"

namespace verimix {
namespace {

// Ties, signs, both zeros, subnormal and infinite numbers.
RC_GTEST_PROP(OrderStatistics, AreThoseOfAllNumbersWhereverTheyAreHeld, ()) {
  const auto pool = std::vector<double>{-INFINITY, -2.5, -1e-320, 0, 0, 1e-320, 0.1, 0.1, 3, 1e300, INFINITY};
  const auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<double>>(rc::gen::oneOf(
      rc::gen::elementOf(pool), rc::gen::map(rc::gen::arbitrary<int>(), [](int i) { return i / 8.0; }))));
  const int size = *rc::gen::inRange(1, 5);
  const auto order = static_cast<Index>(*rc::gen::inRange<std::size_t>(1, values.size() + 1));
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const auto found = support::of_ranks<std::vector<Vector<double>>>(size, [&](Ranks& ranks) {
    std::vector<double> own;
    for (auto i = static_cast<std::size_t>(ranks.rank()); i < values.size(); i += static_cast<std::size_t>(size))
      own.push_back(values[i]);
    return order_statistics<double>(ranks, {own, own}, {{order, 1}, {}}, 1);
  });
  for (const auto& each : found) {
    RC_ASSERT(each[0](0) == sorted[static_cast<std::size_t>(order - 1)]);
    RC_ASSERT(each[0](1) == sorted.front());
    RC_ASSERT(each[1].size() == 0);
  }
}

}  // namespace
}  // namespace verimix

#include "verimix/simplify/removal_chain.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "removal_cases.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

using support::all_components;
using support::check_few;
using support::RemovalCase;

// One after the other: each step below its bound, all at once below the sum of the steps, and the last step's place the
// same.
TEST(RemovalChain, StepsAndTheWholeAreBelowTheirBounds) {
  check_few(15, "chains", [] {
    const RemovalCase c = *support::removal_cases();
    std::vector<Index> order;
    for (const Index j : c.removal.before)
      if (std::find(c.removal.after.begin(), c.removal.after.end(), j) == c.removal.after.end()) order.push_back(j);
    const RemovalChain chain = removal_chain_line(c.mixture, c.removal.component, order, 4, 4);
    RC_ASSERT(chain.steps.size() == order.size());
    for (const ChainStep& step : chain.steps) RC_ASSERT(less(step.moment_upper, step.moment) != Truth::yes);
    RC_ASSERT(less(chain.moment_upper, chain.moment) != Truth::yes);
    const Ball square = chain.norm_sum * chain.norm_sum;
    RC_ASSERT(less(square * square, chain.moment) != Truth::yes);
    RC_ASSERT(less(chain.norm_sum_upper, chain.norm_sum) != Truth::yes);
  });
}

TEST(RemovalChain, RefusesBadInput) {
  const ExactMixture m = instance("tri1");
  EXPECT_THROW(removal_chain_line(m, 0, {0, 1, 2}, 4, 5), InputError);
  EXPECT_THROW(removal_chain_line(m, 0, {1, 1}, 4, 5), InputError);
  EXPECT_THROW(removal_chain_line(m, 0, {3}, 4, 5), InputError);
  EXPECT_THROW(removal_chain_line(m, 3, {1}, 4, 5), InputError);
  EXPECT_THROW(removal_chain_line(m, 0, {1}, 6, 5), InputError);
}

/// The table of proofs-notes/simplify/removal_chain.md: the L^4(N_i) errors of a chain, their bounds, and all at once.
void print_chain(const char* name, const ExactMixture& m, Index component, const std::vector<Index>& order) {
  const RemovalChain chain = removal_chain_line(m, component, order, 4, 6);
  const auto norm = [](const Ball& x) { return std::pow(approximate(x), 0.25); };
  for (const ChainStep& step : chain.steps)
    std::printf("| %s, N_%ld | -%ld | %.3g | %.3g |\n", name, static_cast<long>(component) + 1,
                static_cast<long>(step.removed) + 1, norm(step.moment), norm(step.moment_upper));
  std::printf("| %s, N_%ld | sum of the steps | %.3g | %.3g |\n", name, static_cast<long>(component) + 1,
              approximate(chain.norm_sum), approximate(chain.norm_sum_upper));
  std::printf("| %s, N_%ld | all at once | %.3g | %.3g |\n", name, static_cast<long>(component) + 1, norm(chain.moment),
              norm(chain.moment_upper));
}

// Not a test: prints the table. simplify_test --gtest_also_run_disabled_tests --gtest_filter='RemovalChain.*Table'
TEST(RemovalChain, DISABLED_Table) {
  const ExactMixture comb = instance("comb", {{"R", "12"}});
  std::vector<Index> order = all_components(comb.size());
  order.erase(order.begin());
  print_chain("comb(12)", comb, 0, order);
  print_chain("comb(12)", comb, comb.size() - 1, order);
  const ExactMixture clusters = instance("clusters", {{"R", "8"}});
  print_chain("clusters(8)", clusters, 0, {2, 3, 4});
  print_chain("clusters(8)", clusters, 0, {4, 3, 2});
  print_chain("tri1", instance("tri1"), 0, {1, 2});
}

}  // namespace
}  // namespace verimix

#include "verimix/simplify/removal_chain.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "arguments.hpp"
#include "verimix/core/error.hpp"
#include "verimix/distance/line_mixture.hpp"

namespace verimix {

RemovalChain removal_chain_line(const ExactMixture& mixture, Index component, const std::vector<Index>& order, int n,
                                int digits) {
  const LineLaw law(mixture);
  const Mixture<Ball> balls = round_to<Ball>(mixture);
  std::vector<Index> present;
  for (Index j = 0; j < mixture.size(); ++j) present.push_back(j);
  const auto without = [](std::vector<Index> set, Index j) {
    std::erase(set, j);
    return set;
  };
  const auto judged = [&](const Removal& step) {
    return std::pair(removal_moment_line(mixture, step, n, digits).value, removal_moment_upper(balls, step, n));
  };
  RemovalChain chain;
  std::vector<Index> last = present;
  for (const Index j : order) {
    if (std::find(last.begin(), last.end(), j) == last.end())
      throw InputError("", "order", std::to_string(j), "different components of the mixture");
    last = without(last, j);
  }
  std::tie(chain.moment, chain.moment_upper) = judged({present, last, component});
  for (const Index j : order) {
    const Removal step{present, without(present, j), component};
    const auto [moment, upper] = judged(step);
    chain.steps.push_back({j, moment, upper});
    chain.norm_sum += simplify_detail::even_root(moment, n);
    chain.norm_sum_upper += simplify_detail::even_root(upper, n);
    present = step.after;
  }
  return chain;
}

}  // namespace verimix

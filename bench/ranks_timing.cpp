// How long the collective calls of ranks take: `mpirun -n P ranks_timing` prints call,ranks,bytes,seconds. The numbers
// go into the scaling model of bench/README.md.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>

#include "launched_ranks.hpp"

namespace {

using verimix::Ranks;

// The least mean of twenty rounds of about a twentieth of a second each, so that other work on the machine is left out
// where there is a quiet moment. Every rank makes the same calls.
double seconds_of(Ranks& ranks, const std::function<void()>& call) {
  const auto mean_of = [&](int calls) {
    ranks.gather("");
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) call();
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    return largest(ranks, spent.count()) / calls;
  };
  const int calls = 1 + static_cast<int>(0.05 / mean_of(3));
  double least = mean_of(calls);
  for (int round = 1; round < 20; ++round) least = std::min(least, mean_of(calls));
  return least;
}

}  // namespace

int main() {
  const auto launched = verimix::launched_ranks();
  Ranks& ranks = launched ? *launched : verimix::one_rank();
  for (const std::size_t bytes :
       {std::size_t{8}, std::size_t{1} << 12U, std::size_t{1} << 16U, std::size_t{1} << 20U, std::size_t{1} << 24U}) {
    const std::string own(bytes, 'x');
    const std::vector<std::string> to(static_cast<std::size_t>(ranks.size()), own);
    const double gather = seconds_of(ranks, [&] { ranks.gather(own); });
    const double exchange = seconds_of(ranks, [&] { ranks.exchange(to); });
    if (ranks.rank() > 0) continue;
    fmt::print("gather,{},{},{:.3g}\nexchange,{},{},{:.3g}\n", ranks.size(), bytes, gather, ranks.size(), bytes,
               exchange);
  }
  return 0;
}

// How fast does the reverse process draw, with the exact score of a mixture?
//   build/release/bench/sample_bench [--benchmark_filter=reverse]
//
// reverse/d:<d>/k:<k>/steps:<N>: 20000 particles through the N steps of the grid of horizon 5 that stops at 1e-3, one
// thread, double; items_per_second is particles, `ns_step` nanoseconds of a particle's step. bench/peers/reverse.py
// does the same with numpy and PyTorch. reverse_threads/...: with 1 and 2 threads, wall time.
#include <benchmark/benchmark.h>

#include "verimix/mixture/families.hpp"
#include "verimix/sample/reverse_process.hpp"

namespace verimix {
namespace {

constexpr Index particles = 20000;

Mixture<double> mixture_of(Index d, Index k) {
  return round_to<double>(instance("random", {{"d", std::to_string(d)}, {"k", std::to_string(k)}, {"seed", "1"}}));
}

void draw_all(benchmark::State& state, unsigned threads) {
  const Index d = state.range(0);
  const TimeGrid<double> grid = time_grid(5.0, 1e-3, static_cast<int>(state.range(2)));
  const BatchedScore<double> score = exact_score(mixture_of(d, state.range(1)), grid);
  for (auto _ : state) benchmark::DoNotOptimize(reverse_process(score, grid, d, particles, 1, threads).data());
  state.SetItemsProcessed(state.iterations() * particles);
  state.counters["ns_step"] =
      benchmark::Counter(1e-9 * static_cast<double>(particles * state.range(2)),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void reverse(benchmark::State& state) { draw_all(state, 1); }
void reverse_threads(benchmark::State& state) { draw_all(state, static_cast<unsigned>(state.range(3))); }

BENCHMARK(reverse)
    ->ArgNames({"d", "k", "steps"})
    ->Args({1, 2, 200})
    ->Args({2, 3, 200})
    ->Args({8, 8, 200})
    ->Args({32, 8, 200})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(reverse_threads)
    ->ArgNames({"d", "k", "steps", "threads"})
    ->Args({2, 3, 200, 1})
    ->Args({2, 3, 200, 2})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace verimix

BENCHMARK_MAIN();

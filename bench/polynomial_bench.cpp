// How long does it take to evaluate all polynomials of total degree <= l in d variables at a point, and to find and
// prove a best approximation?
//   build/release/bench/polynomial_bench [--benchmark_filter=features]
//
// features/d:<d>/l:<l>: HermiteBasis::values at 10000 points, one thread, double; items_per_second is points.
// weighted/l:<l>: E*(0..l) of two(4) to 20 digits, digits/l:<l>/digits:<D> the same to D digits; minimax/l:<l>: Remez'
// exchange for its score on [-7, 7] with the proof from both sides; items_per_second is approximations.
#include <benchmark/benchmark.h>

#include "verimix/core/random.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/polynomial/basis.hpp"
#include "verimix/polynomial/minimax.hpp"
#include "verimix/polynomial/weighted_approximation.hpp"

namespace verimix {
namespace {

void features(benchmark::State& state) {
  const Index d = state.range(0), n = 10000;
  const HermiteBasis<double> basis(Vector<double>::Zero(d), Matrix<double>::Identity(d, d),
                                   static_cast<int>(state.range(1)));
  Stream stream(1, Purpose::instance, 0);
  Matrix<double> points(d, n);
  for (Index i = 0; i < points.size(); ++i) points(i) = stream.normal();
  for (auto _ : state) benchmark::DoNotOptimize(basis.values(points).data());
  state.SetItemsProcessed(state.iterations() * n);
  state.counters["features"] = static_cast<double>(basis.size());
}

LineLaw two_gaussians() { return LineLaw(instance("two", {{"R", "4"}})); }

void weighted(benchmark::State& state) {
  const LineLaw law = two_gaussians();
  for (auto _ : state) benchmark::DoNotOptimize(best_weighted_errors(law, {}, static_cast<int>(state.range(0))).data());
  state.SetItemsProcessed(state.iterations());
}

void digits(benchmark::State& state) {
  const LineLaw law = two_gaussians();
  const auto l = static_cast<int>(state.range(0)), digits = static_cast<int>(state.range(1));
  for (auto _ : state) benchmark::DoNotOptimize(best_weighted_errors(law, {}, l, digits).data());
  state.SetItemsProcessed(state.iterations());
}

void minimax(benchmark::State& state) {
  const LineLaw law = two_gaussians();
  double width = 0;
  for (auto _ : state) {
    const MinimaxEnclosure found = certified_score_minimax(law, {-7, 7}, static_cast<int>(state.range(0)));
    width = approximate(found.upper) / approximate(found.lower) - 1;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["error"] = width;
}

// The argument names are part of the contract of scripts.
void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"d", "l"});
  for (const auto& [d, l] : {std::pair{1, 12}, {2, 8}, {3, 6}, {5, 4}, {8, 4}}) bench->Args({d, l});
}

BENCHMARK(features)->Apply(sizes);
BENCHMARK(weighted)->ArgName("l")->Arg(8)->Arg(32)->Arg(128)->Unit(benchmark::kMillisecond);
BENCHMARK(digits)->ArgNames({"l", "digits"})->ArgsProduct({{8, 32, 128}, {20, 50, 100}})->Unit(benchmark::kMillisecond);
BENCHMARK(minimax)->ArgName("l")->Arg(8)->Arg(38)->Arg(80)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace verimix

BENCHMARK_MAIN();

// How fast are the sums of a polynomial fit, and the fit, beside the matrix product of the same run?
//   build/release/bench/regress_bench [--benchmark_filter=gram]
//
// gram/d:<d>/l:<l>: augmented_gram at 100000 points, d outputs, one thread, double; items_per_second is points. `share`
// is of the rate of Eigen's 512 x 512 product, counting (p + q)(p + q + 1) operations a point. fit/...: the solution of
// all degrees, from moments where the fit takes them (the counted operations are still those of gram), which is what
// bench/peers/sklearn_regression.py does for one degree; features/...: the block of features alone; integrated/...: the
// fit of 1000 rows with the noise integrated out; qr/...: the fallback.
#include <benchmark/benchmark.h>

#include "machine.hpp"
#include "verimix/regress/denoising_fit.hpp"

namespace verimix {
namespace {

using bench::dgemm_peak;
using bench::normal_points;

constexpr Index points_in_all = 100000;

struct Problem {
  HermiteBasis<double> basis;
  Matrix<double> points, targets;

  explicit Problem(const benchmark::State& state, Index n = points_in_all)
      : basis(Vector<double>::Zero(state.range(0)), Matrix<double>::Identity(state.range(0), state.range(0)),
              static_cast<int>(state.range(1))),
        points(normal_points(state.range(0), n, 0)),
        targets(normal_points(state.range(0), n, 3)) {}
};

void count(benchmark::State& state, const Problem& problem) {
  state.SetItemsProcessed(state.iterations() * problem.points.cols());
  state.counters["p"] = static_cast<double>(problem.basis.size());
  const auto columns = static_cast<double>(problem.basis.size() + problem.targets.rows());
  const double flops = static_cast<double>(problem.points.cols()) * columns * (columns + 1);
  state.counters["flops"] = benchmark::Counter(flops, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["dgemm"] = dgemm_peak();
  state.counters["share"] = benchmark::Counter(flops / dgemm_peak(), benchmark::Counter::kIsIterationInvariantRate);
}

void gram(benchmark::State& state) {
  const Problem problem(state);
  const auto observed = observations(problem.points, problem.targets);
  for (auto _ : state) benchmark::DoNotOptimize(augmented_gram(problem.basis, observed).data());
  count(state, problem);
}

void fit(benchmark::State& state) {
  const Problem problem(state);
  for (auto _ : state)
    benchmark::DoNotOptimize(fit_all_degrees(problem.basis, problem.points, problem.targets).reciprocal_condition);
  count(state, problem);
}

void qr(benchmark::State& state) {
  const Problem problem(state);
  const auto observed = observations(problem.points, problem.targets);
  for (auto _ : state) benchmark::DoNotOptimize(augmented_factor(problem.basis, observed).data());
  state.SetItemsProcessed(state.iterations() * points_in_all);
}

void features(benchmark::State& state) {
  const Problem problem(state, 512);
  Matrix<double> block(512, problem.basis.size());
  for (auto _ : state) {
    const Matrix<double> table = hermite_table<double>(problem.basis.whitened(problem.points), problem.basis.degree());
    problem.basis.products().evaluate(table, block.cols(), block);
    benchmark::DoNotOptimize(block.data());
  }
  state.SetItemsProcessed(state.iterations() * 512);
}

void integrated(benchmark::State& state) {
  const Problem problem(state, 1000);
  for (auto _ : state) {
    const auto observed = integrated_noise(problem.points, 0.5, problem.basis.degree());
    benchmark::DoNotOptimize(fit_all_degrees(problem.basis, observed).reciprocal_condition);
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}

// The argument names are part of the contract of scripts.
void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"d", "l"})->Unit(benchmark::kMillisecond);
  for (const auto& [d, l] : {std::pair{2, 8}, {5, 4}, {8, 4}}) bench->Args({d, l});
}

BENCHMARK(gram)->Apply(sizes);
BENCHMARK(fit)->Apply(sizes);
BENCHMARK(features)->Apply(sizes);
BENCHMARK(qr)->ArgNames({"d", "l"})->Args({2, 8})->Args({5, 4})->Unit(benchmark::kMillisecond);
BENCHMARK(integrated)->ArgNames({"d", "l"})->Args({1, 5})->Args({2, 5})->Args({3, 4})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace verimix

BENCHMARK_MAIN();

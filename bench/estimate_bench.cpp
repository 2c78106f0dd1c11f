// Crude estimates: empirical fourth moments by dimension beside the matrix product of the same run, candidates a
// second, guesses of the complete list a second, and the memory of the largest moment matrix.
#include <benchmark/benchmark.h>

#include "machine.hpp"
#include "verimix/estimate/candidates.hpp"
#include "verimix/estimate/crude_estimate.hpp"
#include "verimix/estimate/moments.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"

namespace {

using namespace verimix;
using bench::dgemm_peak;
using bench::normal_points;

/// Flops that are needed: s products a point, and the lower triangle of the sum of their outer products, s = d(d+1)/2.
void psi(benchmark::State& state) {
  const auto d = static_cast<Index>(state.range(0));
  const Index n = 1 << 17;
  const Matrix<double> points = normal_points(d, n);
  const Matrix<double> id = Matrix<double>::Identity(d, d);
  for (auto _ : state) {
    const Matrix<double> moment = symmetric_fourth_moment(points, id, 1);
    benchmark::DoNotOptimize(moment.data());
  }
  const double s = static_cast<double>(d) * static_cast<double>(d + 1) / 2;
  const double flops = static_cast<double>(n) * s * (s + 2);
  state.SetItemsProcessed(state.iterations() * n);
  state.counters["flops"] = benchmark::Counter(flops, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["dgemm"] = dgemm_peak();
  state.counters["share"] = benchmark::Counter(flops / dgemm_peak(), benchmark::Counter::kIsIterationInvariantRate);
  // The sum, a round of 32 partial sums, and the products of one block of 1024 points.
  state.counters["work_MB"] = 8 * (33 * s * s + 1024 * s) / 1e6;
}

void second(benchmark::State& state) {
  const auto d = static_cast<Index>(state.range(0));
  const Index n = 1 << 17;
  const Matrix<double> points = normal_points(d, n);
  for (auto _ : state) {
    const Matrix<double> moment = second_moment(points, 1);
    benchmark::DoNotOptimize(moment.data());
  }
  state.SetItemsProcessed(state.iterations() * n);
}

/// The budgeted list from 2000 points.
void budgeted(benchmark::State& state, const char* family, Index k) {
  const Matrix<double> sample = draw(round_to<double>(instance(family)), 2000, 1).points;
  std::size_t made = 0;
  for (auto _ : state) made += candidates(sample, k, {64, 1}).size();
  state.SetItemsProcessed(static_cast<std::int64_t>(made));
}

/// Guesses of the complete list, each made from its number.
void complete(benchmark::State& state, const char* family, Index k) {
  const Matrix<double> sample = draw(round_to<double>(instance(family)), 20000, 1).points;
  const CrudeList<double> list(sample, sample, k, {0.2, 2, 10, 0.2});
  boost::multiprecision::cpp_int index = 0;
  const boost::multiprecision::cpp_int step = list.size() / 1000003 + 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(list[index].means.data());
    index = (index + step) % list.size();
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["log10_size"] = static_cast<double>(list.size().str().size()) - 1;
}

}  // namespace

BENCHMARK(psi)->ArgName("d")->Arg(2)->Arg(4)->Arg(8)->Arg(12)->Arg(16)->Unit(benchmark::kMillisecond);
BENCHMARK(second)->ArgName("d")->Arg(2)->Arg(8)->Arg(64)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(budgeted, sep2, "sep2", 3)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(budgeted, pan2, "pan2", 2)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(complete, sep2, "sep2", 3)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(complete, over5, "over5", 2)->Unit(benchmark::kMicrosecond);
BENCHMARK_MAIN();

// How long does a certified distance on the line take, by digits and by components, and how wide is what comes out?
//   build/release/bench/distance_bench [--benchmark_filter=tv/digits:30/k:3]
//
// Names: <metric>/digits:<D>/k:<k>, both mixtures with k components; near/<metric>/... for laws at distance about
// 1e-13, far/<metric>/... for laws within 1e-13 of disjoint. Counters: items_per_second (distances), error (relative
// width of the enclosure), bits (working precision of the last rung). Times are processor times of one thread; Arb's
// cache of Gauss-Legendre nodes is warm after the first iteration.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <string>

#include "verimix/distance/line_distance.hpp"

namespace verimix {
namespace {

/// k components with means 2 apart, weights 1 : 2 : 1 : 2 ..., variances 1/2, 3/4, 1, 5/4 in turn; `shift` moves the
/// means and `spread` the variances.
ExactMixture comb(Index k, const Rational& shift, const Rational& spread) {
  ExactMixture mixture;
  mixture.means.resize(1, k);
  Rational sum = 0;
  for (Index i = 0; i < k; ++i) {
    mixture.weights.emplace_back(1 + i % 2);
    sum += mixture.weights.back();
    mixture.means(0, i) = 2 * i - (k - 1) + shift;
    mixture.covariances.push_back(Matrix<Rational>::Constant(1, 1, Rational(2 + i % 4, 4) + spread));
  }
  for (Rational& weight : mixture.weights) weight /= sum;
  return mixture;
}

double relative_width(const Ball& x) {
  Ball width;
  arb_get_rad_arb(width.data(), x.data());
  return approximate(2 * width / x);
}

void measure(benchmark::State& state, Metric metric, int digits, const ExactMixture& p, const ExactMixture& q) {
  LineDistance found;
  for (auto step : state) {
    found = certified_line_distance(metric, p, q, 0, digits);
    benchmark::DoNotOptimize(found);
    static_cast<void>(step);
  }
  if (!found.result.goal_met) state.SkipWithError("the digits are not reached");
  state.SetItemsProcessed(state.iterations());
  state.counters["error"] = relative_width(found.result.value);
  state.counters["bits"] = static_cast<double>(found.result.bits);
}

void add(const std::string& prefix, Metric metric, int digits, Index k, const Rational& shift, const Rational& spread) {
  benchmark::RegisterBenchmark(
      fmt::format("{}{}/digits:{}/k:{}", prefix, to_text(metric), digits, k).c_str(),
      [=](benchmark::State& state) { measure(state, metric, digits, comb(k, 0, 0), comb(k, shift, spread)); })
      ->Unit(benchmark::kMillisecond);
}

void add_all() {
  const Rational tiny = Rational(1) / Rational(10000000000000);
  for (const Metric metric : {Metric::tv, Metric::kl, Metric::hellinger2, Metric::fisher}) {
    for (const int digits : {15, 30, 50, 100})
      for (const Index k : {1, 3, 10}) add("", metric, digits, k, Rational(1, 2), Rational(1, 5));
    add("near/", metric, 30, 3, tiny, tiny);
    add("far/", metric, 30, 3, 20, 0);
  }
}

}  // namespace
}  // namespace verimix

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  verimix::add_all();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

// How long does a certified distance take on the line, by digits and by components, and on the plane, by digits; and
// how wide is what comes out?
//   build/release/bench/distance_bench [--benchmark_filter=tv/digits:30/k:3]
//
// Names: <metric>/digits:<D>/k:<k>, both mixtures with k components (wasserstein2, which takes seconds, once each and
// not at 100 digits); near/<metric>/... for laws at distance about 1e-13, far/<metric>/... for laws within 1e-13 of
// disjoint, far/overlap for 1 - tv of the latter with relative digits; information (E_p s^2), stationary (KL(p_1 ||
// N(0, 1))), score_error (E_p |s - g|^2, g of three cells), quantile (of 1e-20) and probability (beyond 20) of one law;
// plane/<metric>/digits:<D>/<P>-<Q> for built-in mixtures, once each. Counters: items_per_second (distances), error
// (relative width of the enclosure), bits (working precision of the last rung), met (were the digits reached? 1 or 0).
// Times on the line are processor times of one thread, and Arb's cache of Gauss-Legendre nodes is warm after the first
// iteration; on the plane they are wall-clock times with all of the machine's threads.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <functional>
#include <iterator>
#include <optional>
#include <string>

#include "verimix/distance/line_distance.hpp"
#include "verimix/distance/line_information.hpp"
#include "verimix/distance/quantile.hpp"
#include "verimix/distance/space_distance.hpp"
#include "verimix/distance/total_variation.hpp"
#include "verimix/mixture/families.hpp"

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

template <class Compute>
void measure(benchmark::State& state, const Compute& compute) {
  LadderResult found;
  for (auto step : state) {
    found = compute();
    benchmark::DoNotOptimize(found);
    static_cast<void>(step);
  }
  if (!found.goal_met) state.SkipWithError("the digits are not reached");
  state.SetItemsProcessed(state.iterations());
  state.counters["error"] = relative_width(found.value);
  state.counters["bits"] = static_cast<double>(found.bits);
}

benchmark::internal::Benchmark* add(const std::string& prefix, Metric metric, int digits, Index k,
                                    const Rational& shift, const Rational& spread) {
  return benchmark::RegisterBenchmark(fmt::format("{}{}/digits:{}/k:{}", prefix, to_text(metric), digits, k).c_str(),
                                      [=](benchmark::State& state) {
                                        measure(state, [&, p = comb(k, 0, 0), q = comb(k, shift, spread)] {
                                          return certified_line_distance(metric, p, q, 0, digits).result;
                                        });
                                      })
      ->Unit(benchmark::kMillisecond);
}

/// x on (-inf, -1], 1 - x on [-1, 1], -x beyond: what stands for a score.
PiecewisePolynomial cells() {
  PiecewisePolynomial g;
  g.cells.push_back({std::nullopt, Rational(-1), {Rational(0), Rational(1)}});
  g.cells.push_back({Rational(-1), Rational(1), {Rational(1), Rational(-1)}});
  g.fallback = {Rational(0), Rational(-1)};
  return g;
}

void add_one_law(int digits, Index k) {
  const LineLaw law(comb(k, 0, 0)), later(comb(k, 0, 0), 1);
  const Rational rare = Rational(1) / (Rational(10000000000) * Rational(10000000000));
  const auto add_one = [&](const char* name, const std::function<LadderResult()>& compute) {
    benchmark::RegisterBenchmark(fmt::format("{}/digits:{}/k:{}", name, digits, k).c_str(),
                                 [=](benchmark::State& state) { measure(state, compute); })
        ->Unit(benchmark::kMillisecond);
  };
  add_one("information", [=] { return certified_fisher_information(law, digits); });
  add_one("stationary", [=] { return certified_kl_to_stationary(later, digits); });
  add_one("score_error", [=] { return certified_score_error(law, cells(), digits); });
  add_one("quantile", [=] { return certified_quantile(law, Side::right, rare, digits); });
  add_one("probability", [=] { return certified_probability(law, Side::right, Rational(20), digits); });
}

void measure_plane(benchmark::State& state, Metric metric, int digits, const std::string& p, const std::string& q) {
  SpaceDistance found;
  for (auto step : state) {
    found = certified_space_distance(metric, instance(p), instance(q), 0, digits);
    static_cast<void>(step);
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["error"] = relative_width(found.value);
  state.counters["met"] = found.goal_met ? 1 : 0;
}

void add_planes(Metric metric) {
  const std::string names[] = {"over2", "pan2", "nest2", "sep2"};
  for (const int digits : {6, 8, 10})
    for (std::size_t i = 0; i < std::size(names); ++i) {
      const std::string p = names[i], q = names[(i + 1) % std::size(names)];
      benchmark::RegisterBenchmark(fmt::format("plane/{}/digits:{}/{}-{}", to_text(metric), digits, p, q).c_str(),
                                   [=](benchmark::State& state) { measure_plane(state, metric, digits, p, q); })
          ->Unit(benchmark::kMillisecond)
          ->UseRealTime()
          ->Iterations(1);
    }
}

void add_all() {
  const Rational tiny = Rational(1) / Rational(10000000000000);
  for (const Metric metric : {Metric::tv, Metric::kl, Metric::hellinger2, Metric::fisher, Metric::wasserstein1}) {
    for (const int digits : {15, 30, 50, 100})
      for (const Index k : {1, 3, 10}) add("", metric, digits, k, Rational(1, 2), Rational(1, 5));
    add("near/", metric, 30, 3, tiny, tiny);
    add("far/", metric, 30, 3, 20, 0);
    if (metric != Metric::wasserstein1) add_planes(metric);
  }
  for (const int digits : {8, 15, 30, 50, 100})
    for (const Index k : {1, 3, 10})
      add("", Metric::wasserstein2, digits, k, Rational(1, 2), Rational(1, 5))->Iterations(1);
  add("near/", Metric::wasserstein2, 8, 3, tiny, tiny)->Iterations(1);
  add("far/", Metric::wasserstein2, 8, 3, 20, 0)->Iterations(1);
  for (const int digits : {15, 30, 50, 100})
    for (const Index k : {1, 3, 10}) add_one_law(digits, k);
  benchmark::RegisterBenchmark("far/overlap/digits:30/k:3", [](benchmark::State& state) {
    measure(state, [p = LineLaw(comb(3, 0, 0)), q = LineLaw(comb(3, 20, 0))] { return certified_overlap(p, q, 30); });
  })->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace verimix

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  verimix::add_all();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

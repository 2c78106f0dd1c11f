// How long does a certified sup-norm of a polynomial minus a score take on [-4, 4], by degree, digits and family, and
// how wide is what comes out?
//   build/release/bench/supremum_bench [--benchmark_filter=degree:30]
//
// Names: supremum/degree:<n>/digits:<D>/<family>: P interpolates the score in the n + 1 Chebyshev nodes, its
// coefficients are rounded to double; score/ and lipschitz/ are sup |s| and sup |s'|. Counters: error (relative width
// of the enclosure), boxes, bits (working precision of the last rung). Processor times of one thread.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <string>

#include "verimix/distance/score_supremum.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

const RationalInterval usual{-4, 4};

LinePolynomial interpolant(const LineLaw& law, int degree) {
  const LineMixture p(law);
  LinePolynomial polynomial{PolynomialBasis::chebyshev, {}};
  for (int j = 0; j <= degree; ++j) {
    double sum = 0;
    for (int k = 0; k <= degree; ++k) {
      const double angle = std::numbers::pi * (2 * k + 1) / (2 * degree + 2);
      sum += approximate(p.score(Ball(4 * std::cos(angle)))) * std::cos(j * angle);
    }
    polynomial.coefficients.push_back(to_rational((j == 0 ? 1 : 2) * sum / (degree + 1)));
  }
  return polynomial;
}

void measure(benchmark::State& state, const std::function<Supremum()>& compute) {
  Supremum found;
  for (auto step : state) {
    found = compute();
    static_cast<void>(step);
  }
  if (!found.result.goal_met) state.SkipWithError("the digits are not reached");
  Ball width;
  arb_get_rad_arb(width.data(), found.result.value.data());
  state.counters["error"] = approximate(2 * width / found.result.value);
  state.counters["boxes"] = static_cast<double>(found.boxes);
  state.counters["bits"] = static_cast<double>(found.result.bits);
}

void add(const std::string& name, const std::function<Supremum()>& compute) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    measure(state, compute);
  })->Unit(benchmark::kMillisecond);
}

void add_family(const std::string& family) {
  const LineLaw law(instance(family));
  for (const int digits : {15, 30, 100}) {
    for (const int degree : {8, 16, 30}) {
      const LinePolynomial p = interpolant(law, degree);
      add(fmt::format("supremum/degree:{}/digits:{}/{}", degree, digits, family),
          [=] { return certified_score_error(law, p, usual, digits); });
    }
    add(fmt::format("score/digits:{}/{}", digits, family),
        [=] { return certified_score_supremum(law, usual, digits); });
    add(fmt::format("lipschitz/digits:{}/{}", digits, family),
        [=] { return certified_score_lipschitz(law, usual, digits); });
  }
}

}  // namespace
}  // namespace verimix

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (const char* family : {"over1", "sep1", "diff1", "nest1", "tri1", "pan1"}) verimix::add_family(family);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

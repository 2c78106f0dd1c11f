// How long does the score and the log-density of a batch take, and what share is that of what the machine could do?
//   build/release/bench/mixture_bench [--benchmark_filter=score/double]
//
// Before the benches, in the same process and on one thread, it measures the roofline's four numbers: the rate of
// Eigen's matrix product, the memory bandwidth, and the times of an exponential and a logarithm in a batch. A point of
// score/double takes at least
//   max((16 d + 8) bytes / bandwidth, k (2 (d^2 + 3 d) / dgemm + t_exp) + t_log).
// Times are processor times, so that another load on the machine counts only through the caches.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <type_traits>

#include "machine.hpp"
#include "verimix/core/random.hpp"
#include "verimix/mixture/density.hpp"

namespace verimix {
namespace {

using bench::best_seconds;
using bench::processor_seconds;

struct Machine {
  double dgemm_flops, bytes_per_second, exp_seconds, log_seconds;
};

Machine measure_machine() {
  Machine measured{};
  measured.dgemm_flops = bench::dgemm_peak();
  constexpr Index large = Index{1} << 24;
  const Vector<double> from = Vector<double>::Ones(large);
  Vector<double> to = from;
  measured.bytes_per_second = 16.0 * large / best_seconds(8, [&] { benchmark::DoNotOptimize((to = 2 * from).data()); });
  const Eigen::ArrayXd x = Eigen::ArrayXd::LinSpaced(4096, -20, -1e-3);
  Eigen::ArrayXd y(x.size());
  measured.exp_seconds = best_seconds(500, [&] { benchmark::DoNotOptimize((y = x.exp()).data()); }) / 4096;
  measured.log_seconds = best_seconds(500, [&] { benchmark::DoNotOptimize((y = (-x).log()).data()); }) / 4096;
  return measured;
}

const Machine& machine() {
  static const Machine measured = measure_machine();
  return measured;
}

double operations(double d) { return 2 * (d * d + 3 * d); }

double roofline_seconds(double d, double k) {
  const Machine& m = machine();
  return std::max((16 * d + 8) / m.bytes_per_second,
                  k * (operations(d) / m.dgemm_flops + m.exp_seconds) + m.log_seconds);
}

/// Equal weights, means of size 2, covariances A A^T / d + Id / 2 with normal A; the peers are measured on the same
/// law.
Mixture<double> instance(Index d, Index k) {
  Stream normals(1, Purpose::instance, 0);
  const auto normal_matrix = [&](Index rows, Index columns) {
    Matrix<double> a(rows, columns);
    for (double& entry : a.reshaped()) entry = normals.normal();
    return a;
  };
  Mixture<double> mixture;
  mixture.weights = Vector<double>::Constant(k, 1 / static_cast<double>(k));
  mixture.means = 2 * normal_matrix(d, k);
  for (Index i = 0; i < k; ++i) {
    const Matrix<double> a = normal_matrix(d, d);
    mixture.covariances.emplace_back(a * a.transpose() / static_cast<double>(d) + 0.5 * Matrix<double>::Identity(d, d));
  }
  return mixture;
}

Matrix<double> instance_points(Index d, Index n) {
  Stream normals(2, Purpose::instance, 0);
  Matrix<double> points(d, n);
  for (double& entry : points.reshaped()) entry = 3 * normals.normal();
  return points;
}

template <Scalar T>
T to_scalar(double x) {
  return T(x);
}

template <Scalar T>
Mixture<T> converted(const Mixture<double>& mixture) {
  Mixture<T> result;
  result.weights = mixture.weights.unaryExpr(&to_scalar<T>);
  result.means = mixture.means.unaryExpr(&to_scalar<T>);
  for (const Matrix<double>& q : mixture.covariances) result.covariances.push_back(q.unaryExpr(&to_scalar<T>));
  return result;
}

template <Scalar T>
Real100 midpoint(const T& x) {
  if constexpr (std::is_same_v<T, Ball>) {
    Real100 value;
    arf_get_mpfr(value.backend().data(), arb_midref(x.data()), MPFR_RNDN);
    return value;
  } else {
    return Real100(x);
  }
}

/// The largest relative error of the score on `sample` points, against an evaluation at twice the digits.
template <Scalar T>
double score_error(const Mixture<double>& mixture, const Matrix<double>& sample) {
  using Finer = std::conditional_t<std::is_same_v<T, double>, Real50, Real100>;
  const auto fine =
      Density<Finer>(converted<Finer>(mixture)).evaluate(sample.unaryExpr(&to_scalar<Finer>), {.threads = 1});
  const auto coarse = Density<T>(converted<T>(mixture)).evaluate(sample.unaryExpr(&to_scalar<T>), {.threads = 1});
  double largest = 0;
  for (Index j = 0; j < sample.cols(); ++j) {
    Real100 difference = 0, size = 0;
    for (Index m = 0; m < sample.rows(); ++m) {
      const Real100 off = midpoint(coarse.score(m, j)) - Real100(fine.score(m, j));
      difference += off * off;
      size += Real100(fine.score(m, j)) * Real100(fine.score(m, j));
    }
    largest = std::max(largest, static_cast<double>(sqrt(Real100(difference / size))));
  }
  return largest;
}

template <Scalar T>
void score(benchmark::State& state, Index d, Index k, Index n) {
  const Mixture<double> mixture = instance(d, k);
  const Density<T> density(converted<T>(mixture));
  const Matrix<double> points = instance_points(d, n);
  const Matrix<T> batch = points.unaryExpr(&to_scalar<T>);
  const double start = processor_seconds();
  for (auto _ : state) benchmark::DoNotOptimize(density.evaluate(batch, {.threads = 1}).score.data());
  const double per_point = (processor_seconds() - start) / static_cast<double>(n * state.iterations());
  state.SetItemsProcessed(n * state.iterations());
  state.counters["ns_per_point"] = 1e9 * per_point;
  state.counters["error"] = score_error<T>(mixture, points.leftCols(d >= 32 ? 4 : 32));
  if constexpr (std::is_same_v<T, double>) {
    state.counters["GFLOP/s"] = 1e-9 * static_cast<double>(k) * operations(static_cast<double>(d)) / per_point;
    state.counters["roofline_share"] = roofline_seconds(static_cast<double>(d), static_cast<double>(k)) / per_point;
  }
}

template <Scalar T>
void register_score(Index d, Index k, Index n) {
  const std::string name = fmt::format("score/{}/d:{}/k:{}", ScalarTraits<T>::name, d, k);
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) { score<T>(state, d, k, n); });
}

}  // namespace
}  // namespace verimix

int main(int argc, char** argv) {
  using namespace verimix;
  for (const Index d : {1, 2, 8, 32, 64}) {
    for (const Index k : {2, 8, 32}) register_score<double>(d, k, 100000);
  }
  for (const Index d : {2, 8}) {
    register_score<Real50>(d, 8, 1000);
    register_score<Real100>(d, 8, 1000);
    register_score<Ball>(d, 8, 1000);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const Machine& m = machine();
  benchmark::AddCustomContext("dgemm_GFLOP/s", fmt::format("{:.1f}", 1e-9 * m.dgemm_flops));
  benchmark::AddCustomContext("bandwidth_GB/s", fmt::format("{:.1f}", 1e-9 * m.bytes_per_second));
  benchmark::AddCustomContext("exp_ns", fmt::format("{:.2f}", 1e9 * m.exp_seconds));
  benchmark::AddCustomContext("log_ns", fmt::format("{:.2f}", 1e9 * m.log_seconds));
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

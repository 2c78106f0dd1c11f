// What the benches measure their kernels against.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <ctime>

#include "verimix/core/linear_algebra.hpp"
#include "verimix/core/random.hpp"

namespace verimix::bench {

/// Processor time, so that another load on the machine counts only through the caches.
inline double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The least processor time of so many runs.
inline double best_seconds(int runs, const auto& work) {
  double best = HUGE_VAL;
  for (int run = 0; run < runs; ++run) {
    const double start = processor_seconds();
    work();
    best = std::min(best, processor_seconds() - start);
  }
  return best;
}

/// Flops a second of Eigen's product of two 512 x 512 matrices, one thread, the best of twenty.
inline double dgemm_peak() {
  static const double peak = [] {
    constexpr Index n = 512;
    const Matrix<double> a = Matrix<double>::Random(n, n), b = Matrix<double>::Random(n, n);
    Matrix<double> c(n, n);
    return 2.0 * n * n * n / best_seconds(20, [&] { benchmark::DoNotOptimize((c.noalias() = a * b).data()); });
  }();
  return peak;
}

/// n standard normal points, of a stream of their own.
inline Matrix<double> normal_points(Index d, Index n, std::uint64_t substream = 0) {
  Stream stream(1, Purpose::instance, 0, substream);
  Matrix<double> out(d, n);
  for (Index j = 0; j < out.size(); ++j) out(j) = stream.normal();
  return out;
}

}  // namespace verimix::bench

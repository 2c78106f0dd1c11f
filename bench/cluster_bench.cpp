// Clustering: labels a second, the statistics Lambda_ij a second, and structures (candidate and partition pair) that
// are labelled a second.
#include <benchmark/benchmark.h>

#include "verimix/cluster/clustering.hpp"
#include "verimix/cluster/covariance_statistic.hpp"
#include "verimix/estimate/candidates.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"

namespace {

using namespace verimix;

ClusteringOptions<double> clipped_at(double alpha) {
  ClusteringOptions<double> out{};
  out.alpha = alpha;
  return out;
}

/// Every component a cell of its own by means, and all covariances told apart: the most work that a point can cost.
PartitionPair finest(Index k) {
  PartitionPair out;
  for (Index i = 0; i < k; ++i) {
    out.mean_group.push_back(i);
    out.covariance_group.push_back(i);
  }
  return out;
}

/// Points labelled by the true parameters, one thread.
void labels(benchmark::State& state, const char* family) {
  const Mixture<double> truth = round_to<double>(instance(family));
  const Matrix<double> points = draw(truth, 1 << 14, 1).points;
  const Clustering<double> clustering(parameters_of(truth), finest(truth.size()), clipped_at(0.02));
  for (auto _ : state) benchmark::DoNotOptimize(clustering.labels(points, 1).data());
  state.SetItemsProcessed(state.iterations() * points.cols());
}

/// Lambda_ij for one point at a time, every pair.
void statistic(benchmark::State& state, const char* family) {
  const Mixture<double> truth = round_to<double>(instance(family));
  const Matrix<double> points = draw(truth, 1024, 1).points;
  std::vector<Matrix<double>> inverses;
  for (const Matrix<double>& q : truth.covariances) inverses.push_back(clipped_inverse(q, 0.02).inverse);
  std::int64_t made = 0;
  for (auto _ : state)
    for (Index n = 0; n < points.cols(); ++n)
      for (std::size_t i = 0; i < inverses.size(); ++i)
        for (const Matrix<double>& k_j : inverses) {
          const Vector<double> center = truth.means.col(static_cast<Index>(i));
          benchmark::DoNotOptimize(covariance_statistic<double>(points.col(n), center, truth.covariances[i], k_j));
          ++made;
        }
  state.SetItemsProcessed(made);
}

/// Candidates of the budgeted list, each made into a clustering that labels 1000 points.
void candidates_labelled(benchmark::State& state, const char* family) {
  const Mixture<double> truth = round_to<double>(instance(family));
  const Matrix<double> points = draw(truth, 1000, 1).points;
  const auto list = candidates(points, truth.size(), {64, 1});
  for (auto _ : state)
    for (const ParameterEstimates<double>& guess : list)
      benchmark::DoNotOptimize(
          Clustering<double>(guess, finest(truth.size()), clipped_at(0.02)).labels(points, 1).data());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(list.size()));
}

}  // namespace

BENCHMARK_CAPTURE(labels, sep2, "sep2");
BENCHMARK_CAPTURE(labels, nest2, "nest2");
BENCHMARK_CAPTURE(labels, over5, "over5");
BENCHMARK_CAPTURE(statistic, sep2, "sep2");
BENCHMARK_CAPTURE(statistic, over5, "over5");
BENCHMARK_CAPTURE(candidates_labelled, sep2, "sep2");
BENCHMARK_CAPTURE(candidates_labelled, over5, "over5");
BENCHMARK_MAIN();

#include "verimix/distance/monte_carlo.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/parallel.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/mixture/draw.hpp"

namespace verimix {
namespace {

// Pairs evaluated at a time: bounds the memory, and fixes the order of every sum.
constexpr Index batch = 16384;

// The sum of n values and of their squared distances to their mean, joined over batches as in [CGL83].
struct Moments {
  double count = 0;
  double mean = 0;
  double squares = 0;

  void join(const Moments& other) {
    const double total = count + other.count;
    const double shift = other.mean - mean;
    squares += other.squares + shift * shift * count * other.count / total;
    mean += shift * other.count / total;
    count = total;
  }
};

Moments moments_of(const Eigen::ArrayXd& values) {
  const double mean = values.mean();
  return {static_cast<double>(values.size()), mean, (values - mean).square().sum()};
}

// tanh(|f|/2) and 1 - 1/cosh(f/2), both from r = exp(-|f|) so that neither overflows nor cancels.
void add_integrands(const Vector<double>& log_ratio, Eigen::ArrayXd& tv, Eigen::ArrayXd& hellinger2) {
  for (Index i = 0; i < log_ratio.size(); ++i) {
    const double size = std::abs(log_ratio(i));
    const double denominator = 1 + std::exp(-size);
    const double root_gap = -std::expm1(-size / 2);
    tv(i) += -std::expm1(-size) / denominator / 2;
    hellinger2(i) += root_gap * root_gap / denominator / 2;
  }
}

ConfidenceInterval interval(const Moments& moments, double confidence) {
  const double variance = moments.squares / (moments.count - 1);
  const double w = empirical_bernstein_halfwidth(variance, static_cast<Index>(moments.count), confidence);
  return {moments.mean, std::max(0.0, moments.mean - w), std::min(1.0, moments.mean + w)};
}

void require_confidence(double confidence) {
  if (!(confidence > 0 && confidence < 1))
    throw InputError("", "confidence", to_text(confidence), "a number above 0 and below 1");
}

}  // namespace

double empirical_bernstein_halfwidth(double sample_variance, Index count, double confidence) {
  require_confidence(confidence);
  if (count < 2) throw InputError("", "count", std::to_string(count), "at least 2 values");
  if (!(sample_variance >= 0)) throw InputError("", "sample_variance", to_text(sample_variance), "a number >= 0");
  const double n = static_cast<double>(count);
  const double log_term = std::log(3 / (1 - confidence));
  const double variance_slack = log_term / (4 * std::floor(n / 2));
  return std::sqrt(2 * log_term / n) * (std::sqrt(sample_variance + variance_slack) + std::sqrt(variance_slack)) +
         log_term / (3 * n);
}

SampledDistances sample_distances(const Mixture<double>& p, const Mixture<double>& q, const SampleRequest& request) {
  require_confidence(request.confidence);
  if (request.pairs < 2) throw InputError("", "samples", std::to_string(request.pairs), "at least 2");
  if (p.dimension() != q.dimension())
    throw InputError("", "dimension", std::to_string(q.dimension()), "dimension " + std::to_string(p.dimension()));
  const Density<double> density_p(p);
  const Density<double> density_q(q);
  EvaluationRequest evaluation;
  evaluation.threads = request.threads;
  Moments tv;
  Moments hellinger2;
  for (Index begin = 0; begin < request.pairs; begin += batch) {
    const Index count = std::min(batch, request.pairs - begin);
    Eigen::ArrayXd tv_values = Eigen::ArrayXd::Zero(count);
    Eigen::ArrayXd hellinger2_values = Eigen::ArrayXd::Zero(count);
    // The streams 2 begin .. 2 begin + 2 count - 1 serve this batch: P's rows take the first half, Q's the second.
    const auto first = static_cast<std::uint64_t>(2 * begin);
    for (const auto& [source, offset] : {std::pair(&p, Index{0}), std::pair(&q, count)}) {
      const Matrix<double> points =
          draw(*source, count, request.seed, first + static_cast<std::uint64_t>(offset)).points;
      add_integrands(
          density_p.evaluate(points, evaluation).log_density - density_q.evaluate(points, evaluation).log_density,
          tv_values, hellinger2_values);
    }
    tv.join(moments_of(tv_values));
    hellinger2.join(moments_of(hellinger2_values));
  }
  return {interval(tv, request.confidence), interval(hellinger2, request.confidence)};
}

}  // namespace verimix

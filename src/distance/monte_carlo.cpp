#include "verimix/distance/monte_carlo.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <vector>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/mixture/draw.hpp"

namespace verimix {
namespace {

// Pairs evaluated at a time: bounds the memory, and fixes the order of every sum.
constexpr Index batch = 16384;
// The part of 1 - confidence that the interval from counting takes.
constexpr double binomial_share = 0.2;
// Boost's incomplete beta functions and their inverses are good to far less than this.
constexpr double beta_error = 1e-9;

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

// What both intervals for tv have in common. They are disjoint only where one of them fails; then nothing is left out.
ConfidenceInterval total_variation_interval(const Moments& moments, Index successes, Index trials, double confidence) {
  const double doubt = 1 - confidence;
  const ConfidenceInterval mean = interval(moments, 1 - (1 - binomial_share) * doubt);
  const ConfidenceInterval count = binomial_interval(successes, trials, 1 - binomial_share * doubt);
  const double count_lower = std::max(0.0, 2 * count.lower - 1);
  const double count_upper = std::max(0.0, 2 * count.upper - 1);
  const double lower = std::max(mean.lower, count_lower);
  const double upper = std::min(mean.upper, count_upper);
  if (lower > upper) return {mean.estimate, std::min(mean.lower, count_lower), std::max(mean.upper, count_upper)};
  return {std::clamp(mean.estimate, lower, upper), lower, upper};
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

ConfidenceInterval binomial_interval(Index successes, Index trials, double confidence) {
  if (!(confidence >= 0.5 && confidence < 1))
    throw InputError("", "confidence", to_text(confidence), "a number from 1/2 to below 1");
  if (trials < 1 || successes < 0 || successes > trials)
    throw InputError("", "successes", std::to_string(successes), "0 to " + std::to_string(trials) + " of at least 1");
  using Binomial = boost::math::binomial_distribution<double>;
  const double n = static_cast<double>(trials);
  const double k = static_cast<double>(successes);
  const double tail = (1 - confidence) / 2;
  ConfidenceInterval result{k / n, 0, 1};
  if (successes > 1) {
    const double p = Binomial::find_lower_bound_on_p(n, k, tail);
    result.lower = std::max(0.0, p - beta_error * std::min(p, 1 - p));
  }
  if (successes + 1 < trials) {
    const double p = Binomial::find_upper_bound_on_p(n, k, tail);
    result.upper = std::min(1.0, p + beta_error * std::min(p, 1 - p));
  }
  return result;
}

namespace {

/// The sums of one batch of pairs.
struct BatchSums {
  Moments tv, hellinger2;
  Index successes = 0;
};

BatchSums batch_sums(const Mixture<double>& p, const Mixture<double>& q, const Density<double>& density_p,
                     const Density<double>& density_q, const SampleRequest& request, Index begin) {
  EvaluationRequest evaluation;
  evaluation.threads = request.threads;
  const Index count = std::min(batch, request.pairs - begin);
  BatchSums out;
  Eigen::ArrayXd tv_values = Eigen::ArrayXd::Zero(count);
  Eigen::ArrayXd hellinger2_values = Eigen::ArrayXd::Zero(count);
  // The streams 2 begin .. 2 begin + 2 count - 1 serve this batch: P's rows take the first half, Q's the second.
  const auto first = static_cast<std::uint64_t>(2 * begin);
  for (const auto& [source, offset] : {std::pair(&p, Index{0}), std::pair(&q, count)}) {
    const Matrix<double> points = draw(*source, count, request.seed, first + static_cast<std::uint64_t>(offset)).points;
    const Vector<double> log_ratio =
        density_p.evaluate(points, evaluation).log_density - density_q.evaluate(points, evaluation).log_density;
    add_integrands(log_ratio, tv_values, hellinger2_values);
    const Index inside = (log_ratio.array() > 0).count();
    out.successes += offset == 0 ? inside : count - inside;
  }
  out.tv = moments_of(tv_values);
  out.hellinger2 = moments_of(hellinger2_values);
  return out;
}

}  // namespace

SampledDistances sample_distances(const Mixture<double>& p, const Mixture<double>& q, const SampleRequest& request) {
  require_confidence(request.confidence);
  if (request.pairs < 2) throw InputError("", "samples", std::to_string(request.pairs), "at least 2");
  if (p.dimension() != q.dimension())
    throw InputError("", "dimension", std::to_string(q.dimension()), "dimension " + std::to_string(p.dimension()));
  const Density<double> density_p(p);
  const Density<double> density_q(q);
  Ranks& ranks = request.ranks;
  const Index batches = (request.pairs + batch - 1) / batch;
  const IndexRange own = share_of(batches, ranks.rank(), ranks.size());
  ByteWriter writer;
  for (Index b = own.begin; b < own.end; ++b) {
    const BatchSums sums = batch_sums(p, q, density_p, density_q, request, b * batch);
    for (const Moments& moments : {sums.tv, sums.hellinger2})
      for (const double number : {moments.count, moments.mean, moments.squares}) writer.put(number);
    writer.put(sums.successes);
  }
  Moments tv;
  Moments hellinger2;
  Index successes = 0;
  for (const std::string& bytes : ranks.gather(writer.take()))
    for (ByteReader reader(bytes); !reader.at_end();) {
      for (Moments* moments : {&tv, &hellinger2}) {
        Moments next;
        for (double* number : {&next.count, &next.mean, &next.squares}) *number = reader.number<double>();
        moments->join(next);
      }
      successes += reader.number<Index>();
    }
  return {total_variation_interval(tv, successes, 2 * request.pairs, request.confidence),
          interval(hellinger2, request.confidence)};
}

}  // namespace verimix

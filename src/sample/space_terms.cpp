#include "verimix/sample/space_terms.hpp"

#include <algorithm>
#include <cmath>

#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"
#include "verimix/core/parallel.hpp"
#include "verimix/core/random.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/conditioning.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/sample/early_stopping.hpp"

namespace verimix {
namespace {

// Standard errors that are added to an estimate to make a bound of it.
constexpr double errors_added = 3;
// Points x that are worked on at a time.
constexpr Index stepwise_block = 64;

SampledSum mean_of(const Vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = values.mean();
  return {mean, std::sqrt((values.array() - mean).square().sum() / (n - 1) / n)};
}

/// The exact chain of one replicate, and the sum over its steps.
double chain_sum(const BatchedScore<double>& exact, const BatchedScore<double>& score, const TimeGrid<double>& grid,
                 Index dimension, Index particles, Stream noise) {
  const auto fill = [&](Matrix<double>& z) {
    for (double& entry : z.reshaped()) entry = noise.normal();
  };
  Matrix<double> y(dimension, particles), z(dimension, particles);
  fill(y);
  double sum = 0;
  for (std::size_t l = 0; l < grid.steps.size(); ++l) {
    const auto level = static_cast<Index>(l);
    const ReverseStep<double> step(grid.steps[l]);
    const Matrix<double> right = exact(y, level);
    sum += 2 * std::tanh(grid.steps[l] / 2) * (score(y, level) - right).colwise().squaredNorm().mean();
    fill(z);
    y = step.rho * y + step.score_factor * right + step.noise_factor * z;
  }
  return sum;
}

/// One step's kernel, seen from the points it leads to. For x of q_{s_{l+1}} and z standard normal, y = e^{-gamma} x +
/// sqrt(1 - e^{-2 gamma}) z is drawn as the reverse process would come from, and the weight
///   w = q_{s_l}(y) K_l(y, x) / (q_{s_{l+1}}(x) density of y) = e^{-gamma d} q_{s_l}(y)/q_{s_{l+1}}(x) exp(-a <z, s> -
///   a^2 |s|^2/2),  a = 2 sqrt(tanh(gamma/2)), s = s_hat_l(y),
/// has the mean r(x) = (q_{s_l} K_l)(x)/q_{s_{l+1}}(x).
class BackwardStep {
 public:
  BackwardStep(const Mixture<double>& target, const TimeGrid<double>& grid, const BatchedScore<double>& score,
               Index level)
      : score_(score),
        level_(level),
        step_(grid.steps[static_cast<std::size_t>(level)]),
        after_law_(at_time(target, grid.remaining[static_cast<std::size_t>(level) + 1])),
        before_(at_time(target, grid.remaining[static_cast<std::size_t>(level)])),
        after_(after_law_) {}

  /// (r_1 - 1)(r_2 - 1) for each of the points, r_1 and r_2 independent means of weights: unbiased for (r - 1)^2.
  Vector<double> squares(const StepwiseRequest& request) const {
    Vector<double> out(request.points);
    for (Index begin = 0; begin < request.points; begin += stepwise_block) {
      const Index count = std::min(stepwise_block, request.points - begin);
      const auto first = static_cast<std::uint64_t>(level_ * request.points + begin);
      const Matrix<double> x = draw(after_law_, count, request.seed, first).points;
      Stream noise(request.seed, Purpose::monte_carlo, first);
      const Vector<double> one = mean_weights(x, request.pairs, noise), two = mean_weights(x, request.pairs, noise);
      out.segment(begin, count) = (one.array() - 1) * (two.array() - 1);
    }
    return out;
  }

 private:
  Vector<double> mean_weights(const Matrix<double>& x, Index pairs, Stream& noise) const {
    const Index d = x.rows(), copies = 2 * pairs;
    Matrix<double> z(d, x.cols() * copies), y(d, x.cols() * copies);
    const double signal = signal_scale(step_), sigma = std::sqrt(noise_variance(step_));
    for (Index i = 0; i < x.cols(); ++i)
      for (Index c = 0; c < copies; c += 2) {
        const Index at = i * copies + c;
        for (Index j = 0; j < d; ++j) z(j, at) = noise.normal();
        z.col(at + 1) = -z.col(at);
        y.col(at) = signal * x.col(i) + sigma * z.col(at);
        y.col(at + 1) = signal * x.col(i) - sigma * z.col(at);
      }
    EvaluationRequest request;
    request.threads = 1;
    const Matrix<double> s = score_(y, level_);
    if (!s.allFinite()) throw UndecidedError("a score leaves the finite numbers");
    const double a = 2 * std::sqrt(std::tanh(step_ / 2));
    const Vector<double> drift =
        a * z.cwiseProduct(s).colwise().sum().transpose() + a * a / 2 * s.colwise().squaredNorm().transpose();
    const Vector<double> before = before_.evaluate(y, request).log_density;
    const Vector<double> after = after_.evaluate(x, request).log_density;
    Vector<double> out(x.cols());
    for (Index i = 0; i < x.cols(); ++i)
      out(i) = (before.segment(i * copies, copies).array() - drift.segment(i * copies, copies).array() - after(i) -
                step_ * static_cast<double>(d))
                   .exp()
                   .mean();
    return out;
  }

  const BatchedScore<double>& score_;
  Index level_;
  double step_;
  Mixture<double> after_law_;
  Density<double> before_, after_;
};

}  // namespace

SampledSum chain_divergence(const Mixture<double>& target, const TimeGrid<double>& grid,
                            const BatchedScore<double>& score, const PathRequest& request) {
  require_invariant(request.replicates >= 2 && request.particles >= 1, "a mean over replicates of particles");
  const BatchedScore<double> exact = exact_score(target, grid);
  Vector<double> sums(request.replicates);
  parallel_blocks(
      request.replicates, 1,
      [&](Index r, Index) {
        throw_if_interrupted();
        sums(r) = chain_sum(exact, score, grid, target.dimension(), request.particles,
                            Stream(request.seed, Purpose::reverse_noise, static_cast<std::uint64_t>(r)));
      },
      request.threads);
  return mean_of(sums);
}

StepwiseBound stepwise_bound(const Mixture<double>& target, const TimeGrid<double>& grid,
                             const BatchedScore<double>& score, const StepwiseRequest& request) {
  require_invariant(request.points >= 2 && request.pairs >= 1, "a mean over points, each with pairs");
  const auto steps = static_cast<Index>(grid.steps.size());
  Vector<double> roots(steps), shares(steps), errors(steps), weights(steps);
  parallel_blocks(
      steps, 1,
      [&](Index l, Index) {
        throw_if_interrupted();
        const SampledSum square = mean_of(BackwardStep(target, grid, score, l).squares(request));
        const auto at = static_cast<std::size_t>(l);
        // chi_l of a smooth score is of this order; any weights would do.
        weights(l) = std::pow(grid.steps[at] / std::min(1.0, grid.remaining[at]), 2);
        roots(l) = std::sqrt(std::max(0.0, square.mean)) / 2;
        shares(l) = square.mean / weights(l);
        errors(l) = square.standard_error / weights(l);
      },
      request.threads);
  const double squared = std::max(0.0, shares.sum()) + errors_added * errors.norm();
  return {roots.sum(), std::sqrt(weights.sum() * squared) / 2};
}

SpaceTerms space_terms(const Mixture<double>& target, const TimeGrid<double>& grid,
                       const std::optional<BatchedScore<double>>& score, unsigned threads) {
  const BatchedScore<double> exact = exact_score(target, grid);
  PathRequest path;
  path.threads = threads;
  StepwiseRequest stepwise;
  stepwise.threads = threads;
  SpaceTerms out{};
  out.path = path_divergence(target, grid, score ? *score : exact, path);
  out.tv_horizon_upper = std::sqrt(out.path.initial_upper / 2);
  out.exact_steps = stepwise_bound(target, grid, exact, stepwise);
  out.steps = score ? stepwise_bound(target, grid, *score, stepwise) : out.exact_steps;
  if (score) out.kl_score = chain_divergence(target, grid, *score, path);
  const double along_chain =
      out.exact_steps.upper + std::sqrt((out.kl_score.mean + errors_added * out.kl_score.standard_error) / 2);
  const double path_kl = out.path.initial_upper + out.path.drift + errors_added * out.path.standard_error;
  out.tv_stopped_upper =
      std::min(out.tv_horizon_upper + std::min(out.steps.upper, along_chain), std::sqrt(path_kl / 2));
  const Conditioning<double> conditioned = conditioning(target);
  out.tv_stopping_upper = early_stopping_tv_upper(conditioned.alpha, conditioned.R, grid.remaining.back());
  return out;
}

}  // namespace verimix

#include "verimix/sample/space_terms.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"
#include "verimix/core/parallel.hpp"
#include "verimix/core/random.hpp"
#include "verimix/distance/monte_carlo.hpp"
#include "verimix/mixture/conditioning.hpp"
#include "verimix/sample/early_stopping.hpp"

namespace verimix {
namespace {

// Paths that run together; the number that choose the budget, and where their streams lie.
constexpr Index path_block = 256, pilot_paths = 1024;
constexpr std::uint64_t first_pilot_path = std::uint64_t{1} << 40U;
// Of 1 - confidence, what the steps and the score take; of the score's, what the paths beyond the budget take.
constexpr double steps_share = 0.6, spent_share = 0.25;

/// V and V_b of each path of a block.
struct BlockSums {
  Vector<double> whole, within;
};

class Chain {
 public:
  Chain(const Mixture<double>& target, const TimeGrid<double>& grid, const BatchedScore<double>& score)
      : exact_(exact_score(target, grid)), score_(score), grid_(grid), dimension_(target.dimension()) {}

  BlockSums run(Index paths, double budget, Stream noise) const {
    const auto fill = [&](Matrix<double>& z) {
      for (double& entry : z.reshaped()) entry = noise.normal();
    };
    Matrix<double> y(dimension_, paths), z(dimension_, paths);
    fill(y);
    BlockSums out{Vector<double>::Zero(paths), Vector<double>::Zero(paths)};
    for (std::size_t l = 0; l < grid_.steps.size(); ++l) {
      const auto level = static_cast<Index>(l);
      const ReverseStep<double> step(grid_.steps[l]);
      const Matrix<double> s = score_(y, level);
      out.whole += 2 * std::tanh(grid_.steps[l] / 2) * (s - exact_(y, level)).colwise().squaredNorm().transpose();
      // The sums only grow, so what is within the budget now was so before.
      out.within = (out.whole.array() <= budget).select(out.whole, out.within);
      fill(z);
      y = step.rho * y + step.score_factor * s + step.noise_factor * z;
      if (!y.allFinite()) throw UndecidedError("a particle left the finite numbers");
    }
    return out;
  }

  /// The sums of `paths` paths, whose streams begin at `first`.
  BlockSums all(Index paths, double budget, const ChainRequest& request, std::uint64_t first) const {
    BlockSums out{Vector<double>(paths), Vector<double>(paths)};
    parallel_blocks(
        paths, path_block,
        [&](Index begin, Index end) {
          throw_if_interrupted();
          const Stream noise(request.seed, Purpose::reverse_noise, first + static_cast<std::uint64_t>(begin));
          const BlockSums block = run(end - begin, budget, noise);
          out.whole.segment(begin, end - begin) = block.whole;
          out.within.segment(begin, end - begin) = block.within;
        },
        request.threads);
    return out;
  }

 private:
  BatchedScore<double> exact_;
  const BatchedScore<double>& score_;
  const TimeGrid<double>& grid_;
  Index dimension_;
};

/// Of twice each sum of the pilot, what makes the bound least as far as the pilot tells. At least the smallest normal
/// number, so that a score without error has a budget too.
double best_budget(const Vector<double>& pilot, const ChainRequest& request) {
  // What the interval adds to the mean at the least, as a share of the budget.
  const double slack = empirical_bernstein_halfwidth(0, request.paths, request.confidence);
  double best = std::numeric_limits<double>::min(), least = INFINITY;
  for (const double sum : pilot) {
    const double budget = 2 * sum;
    const double within = pilot.array().min(budget).mean() + slack * budget;
    const double bound = std::sqrt(within / 2) + (pilot.array() > budget).cast<double>().mean();
    if (!(bound < least)) continue;
    least = bound;
    best = std::max(std::numeric_limits<double>::min(), budget);
  }
  return best;
}

}  // namespace

double ScoreShare::tv_upper() const { return std::sqrt(kl_upper / 2) + spent_upper; }

ScoreShare score_share(const Mixture<double>& target, const TimeGrid<double>& grid, const BatchedScore<double>& score,
                       const ChainRequest& request) {
  require_invariant(request.paths >= 2 && request.paths % 2 == 0, "a mean over an even number of paths");
  const Chain chain(target, grid, score);
  const double budget = best_budget(chain.all(pilot_paths, INFINITY, request, first_pilot_path).whole, request);
  const BlockSums found = chain.all(request.paths, budget, request, 0);
  const Vector<double> shares = found.within / budget;
  const double mean = shares.mean();
  const double variance = (shares.array() - mean).square().sum() / static_cast<double>(request.paths - 1);
  const double failure = 1 - request.confidence;
  const double halfwidth = empirical_bernstein_halfwidth(variance, request.paths, 1 - (1 - spent_share) * failure);
  const auto spent = static_cast<Index>((found.whole.array() > budget).count());
  return {found.whole.mean(), budget * (mean + halfwidth),
          binomial_interval(spent, request.paths, 1 - spent_share * failure).upper};
}

SpaceTerms space_terms(const Mixture<double>& target, const TimeGrid<double>& grid,
                       const std::optional<BatchedScore<double>>& score, const SpaceRequest& request) {
  const BatchedScore<double> exact = exact_score(target, grid);
  const double failure = 1 - request.confidence;
  SpaceTerms out{};
  out.confidence = request.confidence;
  PathRequest path;
  path.seed = request.seed;
  path.threads = request.threads;
  out.path = path_divergence(target, grid, score ? *score : exact, path);
  out.tv_horizon_upper = std::sqrt(out.path.initial_upper / 2);
  StepwiseRequest stepwise;
  stepwise.points = request.points;
  stepwise.confidence = 1 - steps_share * failure;
  stepwise.seed = request.seed;
  stepwise.threads = request.threads;
  out.steps = stepwise_bound(target, grid, exact, stepwise);
  if (score)
    out.score = score_share(target, grid, *score,
                            {request.paths, 1 - (1 - steps_share) * failure, request.seed, request.threads});
  out.tv_stopped_upper = std::min(1.0, out.tv_horizon_upper + out.steps.upper + out.score.tv_upper());
  const Conditioning<double> conditioned = conditioning(target);
  out.tv_stopping_upper = early_stopping_tv_upper(conditioned.alpha, conditioned.R, grid.remaining.back());
  return out;
}

}  // namespace verimix

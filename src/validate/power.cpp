#include "verimix/validate/power.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <tuple>
#include <utility>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/draw.hpp"

namespace verimix {
namespace {

// The widest axis of the whole law, its length one deviation.
Vector<double> widest_deviation(const Mixture<double>& mixture) {
  const Eigen::SelfAdjointEigenSolver<Matrix<double>> solver(law_covariance(mixture));
  const Index last = mixture.dimension() - 1;
  return std::sqrt(solver.eigenvalues()(last)) * solver.eigenvectors().col(last);
}

Mixture<double> moved(Mixture<double> mixture, double size) {
  mixture.means.colwise() += (size * widest_deviation(mixture)).eval();
  return mixture;
}

Mixture<double> widened_covariances(Mixture<double> mixture, double size) {
  for (Matrix<double>& covariance : mixture.covariances) covariance *= 1 + size;
  return mixture;
}

Mixture<double> reweighted(Mixture<double> mixture, double size) {
  Index from = 0;
  Index to = 0;
  mixture.weights.maxCoeff(&from);
  mixture.weights.minCoeff(&to);
  if (from == to) to = from == 0 ? 1 : 0;
  const double moving = size * mixture.weights(from);
  mixture.weights(from) -= moving;
  mixture.weights(to) += moving;
  return mixture;
}

Mixture<double> contracted(Mixture<double> mixture, double size) {
  const Vector<double> centre = law_mean(mixture);
  mixture.means = ((1 - size) * mixture.means).colwise() + size * centre;
  return mixture;
}

Mixture<double> decorrelated(Mixture<double> mixture, double size) {
  for (Matrix<double>& covariance : mixture.covariances) {
    const Vector<double> diagonal = covariance.diagonal();
    covariance *= 1 - size;
    covariance.diagonal() = diagonal;
  }
  return mixture;
}

Mixture<double> without_lightest(Mixture<double> mixture, double size) {
  Index lightest = 0;
  double least = 2;
  for (Index i = 0; i < mixture.size(); ++i)
    if (const double weight = mixture.weights(i); weight > 0 && weight < least) {
      least = weight;
      lightest = i;
    }
  mixture.weights(lightest) *= 1 - size;
  mixture.weights /= mixture.weights.sum();
  return mixture;
}

Mixture<double> noisier(const Mixture<double>& mixture, double part) {
  const Index k = mixture.size();
  Mixture<double> both = mixture;
  both.weights.resize(2 * k);
  both.weights << (1 - part) * mixture.weights, part * mixture.weights;
  both.means = mixture.means.replicate(1, 2);
  for (const Matrix<double>& covariance : mixture.covariances) both.covariances.emplace_back(2 * covariance);
  return both;
}

bool has_correlation(const Mixture<double>& mixture) {
  return std::any_of(mixture.covariances.begin(), mixture.covariances.end(),
                     [](const Matrix<double>& covariance) { return !covariance.isDiagonal(1e-12); });
}

bool rejects(const SampleBattery& battery, const Mixture<double>& law, std::uint64_t seed) {
  throw_if_interrupted();
  return battery.check(draw(law, battery.count(), seed).points).rejected;
}

std::pair<double, double> clopper_pearson(Index successes, Index trials, double error_a_side) {
  using Binomial = boost::math::binomial_distribution<double>;
  const auto n = static_cast<double>(trials);
  const auto x = static_cast<double>(successes);
  return {Binomial::find_lower_bound_on_p(n, x, error_a_side), Binomial::find_upper_bound_on_p(n, x, error_a_side)};
}

// Stops as soon as too many samples have passed.
bool reaches_share(const SampleBattery& battery, const Mixture<double>& law, const PowerSearch& search) {
  const auto allowed = static_cast<Index>((1 - search.share) * static_cast<double>(search.repetitions) + 1e-9);
  Index passed = 0;
  for (Index r = 0; r < search.repetitions && passed <= allowed; ++r)
    passed += rejects(battery, law, search.first_seed + static_cast<std::uint64_t>(r)) ? 0 : 1;
  return passed <= allowed;
}

constexpr double fineness = 1.0 / 16;

// The size that the samples of the search catch, while they miss one a sixteenth smaller.
std::optional<double> chosen_size(const SampleBattery& battery, const Perturbation& perturbation,
                                  const PowerSearch& search) {
  const auto caught = [&](double size) {
    return reaches_share(battery, perturbation.apply(battery.truth(), size), search);
  };
  constexpr double first_guess = 1.0 / 16;
  constexpr double least = 0x1p-20;
  double upper = perturbation.most * first_guess;
  double lower = 0;
  if (caught(upper)) {
    while (upper > least * perturbation.most && caught(upper / 2)) upper /= 2;
    lower = upper / 2;
  } else {
    do {
      if (upper >= perturbation.most) return std::nullopt;
      lower = upper;
      upper *= 2;
    } while (!caught(upper));
  }
  while (upper - lower > fineness * upper) {
    const double middle = (lower + upper) / 2;
    (caught(middle) ? upper : lower) = middle;
  }
  return upper;
}

}  // namespace

std::vector<Perturbation> perturbations(const Mixture<double>& truth) {
  std::vector<Perturbation> all{
      {"mean-shift", "means moved, in deviations of the law", moved, 1, 0.1},
      {"variance-scale", "variances too large, by this part", widened_covariances, 1, 0.1},
      {"noise-sqrt2", "noise sqrt(2) too large, in this part of the draws", noisier, 1, 0.5},
      {"early-stop", "stopped early, at this time",
       [](const Mixture<double>& mixture, double time) { return at_time(mixture, time); }, 1, 0.1}};
  if (truth.size() >= 2) {
    all.push_back({"weight-shift", "weight moved, as a part of the largest", reweighted, 1, 0.1});
    all.push_back({"missing-component", "a part of the lightest component missing", without_lightest, 1, 0.5});
    all.push_back({"means-together", "means pulled together, by this part", contracted, 1, 0.1});
  }
  if (has_correlation(truth)) all.push_back({"correlation-lost", "correlation lost, this part", decorrelated, 1, 0.5});
  return all;
}

Power power(const SampleBattery& battery, const Mixture<double>& law, Index repetitions, std::uint64_t first_seed) {
  require_invariant(repetitions >= 1, "a repetition");
  Index rejected = 0;
  for (Index r = 0; r < repetitions; ++r) rejected += rejects(battery, law, first_seed + static_cast<std::uint64_t>(r));
  const auto [lower, upper] = clopper_pearson(rejected, repetitions, 0.05);
  return {static_cast<double>(rejected) / static_cast<double>(repetitions), lower, upper};
}

std::optional<SmallestCaught> smallest_caught(const SampleBattery& battery, const Perturbation& perturbation,
                                              const PowerSearch& search) {
  const std::optional<double> guess = chosen_size(battery, perturbation, search);
  if (!guess) return std::nullopt;
  const Index repetitions = 2 * search.repetitions;
  std::uint64_t fresh = search.first_seed + static_cast<std::uint64_t>(search.repetitions);
  for (double size = *guess;; size = std::min(size * (1 + fineness), perturbation.most)) {
    const Mixture<double> law = perturbation.apply(battery.truth(), size);
    const Power seen = power(battery, law, repetitions, fresh);
    if (seen.share >= search.share) return SmallestCaught{size, seen, law};
    if (size >= perturbation.most) return std::nullopt;
    fresh += static_cast<std::uint64_t>(repetitions);
  }
}

FalseAlarms false_alarms(const Mixture<double>& truth, Index count, const SampleCheckRequest& request, Index runs) {
  require_invariant(runs >= 1, "a run");
  constexpr Index runs_of_a_battery = 100;
  const Index batteries = (runs + runs_of_a_battery - 1) / runs_of_a_battery;
  FalseAlarms result{runs, 0, 0, 1};
  for (Index b = 0; b < batteries; ++b) {
    SampleCheckRequest own = request;
    own.seed = request.seed + static_cast<std::uint64_t>(b);
    const SampleBattery battery(truth, count, own);
    for (Index r = b * runs / batteries; r < (b + 1) * runs / batteries; ++r)
      result.rejected += rejects(battery, truth, request.seed + static_cast<std::uint64_t>(r));
  }
  std::tie(result.lower, result.upper) = clopper_pearson(result.rejected, runs, 0.025);
  return result;
}

}  // namespace verimix

#include "verimix/validate/power.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>

#include "verimix/core/error.hpp"
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

bool has_correlation(const Mixture<double>& mixture) {
  return std::any_of(mixture.covariances.begin(), mixture.covariances.end(),
                     [](const Matrix<double>& covariance) { return !covariance.isDiagonal(1e-12); });
}

}  // namespace

std::vector<Perturbation> perturbations(const Mixture<double>& truth) {
  std::vector<Perturbation> all{{"means moved, in deviations of the law", moved, 1, 0.1},
                                {"variances too large, by this part", widened_covariances, 1, 0.1}};
  if (truth.size() >= 2) {
    all.push_back({"weight moved, as a part of the largest", reweighted, 1, 0.1});
    all.push_back({"means pulled together, by this part", contracted, 1, 0.1});
  }
  if (has_correlation(truth)) all.push_back({"correlation lost, this part", decorrelated, 1, 0.5});
  return all;
}

Power power(const SampleBattery& battery, const Mixture<double>& wrong, Index repetitions, std::uint64_t first_seed) {
  require_invariant(repetitions >= 1, "a repetition");
  Index rejected = 0;
  for (Index r = 0; r < repetitions; ++r) {
    const std::uint64_t seed = first_seed + static_cast<std::uint64_t>(r);
    if (battery.check(draw(wrong, battery.count(), seed).points).rejected) ++rejected;
  }
  using Binomial = boost::math::binomial_distribution<double>;
  const auto trials = static_cast<double>(repetitions);
  const auto caught = static_cast<double>(rejected);
  return {caught / trials, Binomial::find_lower_bound_on_p(trials, caught, 0.05)};
}

std::optional<double> smallest_caught(const SampleBattery& battery, const Perturbation& perturbation, double share,
                                      Index repetitions, std::uint64_t first_seed) {
  std::optional<double> smallest;
  for (int j = 0; j <= 24; ++j) {
    const double size = perturbation.most * std::pow(2.0, -j / 2.0);
    if (power(battery, perturbation.apply(battery.truth(), size), repetitions, first_seed).share < share) break;
    smallest = size;
  }
  return smallest;
}

}  // namespace verimix

#include "verimix/sample/sampling_terms.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "line_panels.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/random.hpp"
#include "verimix/diffusion/discretisation.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/distance/gaussian.hpp"
#include "verimix/distance/line_information.hpp"
#include "verimix/mixture/conditioning.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/sample/early_stopping.hpp"

namespace verimix {
namespace {

// Of a score times the smallest deviation: what the polynomials of the panels may miss.
constexpr double score_tolerance = 1e-10;
constexpr double score_variation = 3;
constexpr double law_panel_width = 3;

/// gamma - 1 + e^{-gamma}.
template <Scalar T>
T second_order(const T& gamma) {
  return gamma + expm1(-gamma);
}

Gaussian<double> standard_gaussian(Index d) { return {Vector<double>::Zero(d), Matrix<double>::Identity(d, d)}; }

LineDensity standard_density() {
  return line_density(
      Mixture<double>{"", Vector<double>::Ones(1), Matrix<double>::Zero(1, 1), {Matrix<double>::Identity(1, 1)}});
}

double second_moment(const Mixture<double>& mixture) {
  double sum = 0;
  for (Index i = 0; i < mixture.size(); ++i)
    sum += mixture.weights(i) *
           (mixture.means.col(i).squaredNorm() + mixture.covariances[static_cast<std::size_t>(i)].trace());
  return sum;
}

/// E_{q_{s_l}} of the exact score squared and, with a second score, of the error squared and of the product.
struct LevelMoments {
  double information = 0, error_squared = 0, product = 0;
};

LevelMoments level_moments(const Mixture<double>& mixture, const TimeGrid<double>& grid, Index level,
                           const BatchedScore<double>& exact, const BatchedScore<double>* other, unsigned threads) {
  const LineDensity density = line_density(at_time(mixture, grid.remaining[static_cast<std::size_t>(level)]));
  const BatchedFunctions scores = [&](const Matrix<double>& x) {
    Matrix<double> rows(other ? 2 : 1, x.cols());
    rows.row(0) = density.scale * exact(x, level);
    if (other) rows.row(1) = density.scale * (*other)(x, level);
    if (!rows.allFinite()) throw UndecidedError("a score leaves the finite numbers");
    return rows;
  };
  const Panels panels = resolved_panels(scores, density.lower, density.upper,
                                        {law_panel_width * density.scale, score_variation, score_tolerance}, threads);
  const Vector<double> masses = panels.weights.cwiseProduct(density.density(panels.points));
  const Matrix<double> values = panels.values / density.scale;
  LevelMoments out;
  out.information = masses.dot(values.row(0).cwiseAbs2().transpose());
  if (other) {
    const Vector<double> error = (values.row(1) - values.row(0)).transpose();
    out.error_squared = masses.dot(error.cwiseAbs2());
    out.product = masses.dot(error.cwiseProduct(values.row(0).transpose()));
  }
  return out;
}

/// D from KL(q_delta||N), KL(q_T||N), E x_0^2 and the I_l; the formula of the header.
template <Scalar T>
T discretisation_from(const T& kl_stop, const T& kl_horizon, const T& moment, const std::vector<T>& remaining,
                      const std::vector<T>& steps, const std::vector<T>& information) {
  const T& horizon = remaining.front();
  const T& stop = remaining.back();
  T sum = kl_stop - kl_horizon + (exp(T(-2) * horizon) - exp(T(-2) * stop)) * (moment - T(1)) / T(2) + horizon - stop;
  for (std::size_t l = 0; l < steps.size(); ++l) sum -= (steps[l] - T(2) * second_order(steps[l])) * information[l];
  return sum;
}

double squared_root_sum(double a, double b) {
  const double root = std::sqrt(std::max(a, 0.0)) + std::sqrt(std::max(b, 0.0));
  return root * root;
}

/// What does not depend on the run: early stopping, the start from N(0, 1), the discretisation.
void bound_the_ends(const Mixture<double>& target, const TimeGrid<double>& grid, SamplingTerms& out) {
  const double horizon = grid.remaining.front(), stop = grid.remaining.back();
  const Conditioning<double> conditioned = conditioning(target);
  out.kl_horizon = line_kl(line_density(at_time(target, horizon)), standard_density());
  out.kl_horizon_upper = forward_kl_upper(conditioned.R, horizon);
  out.tv_stopping = line_tv(line_density(target), line_density(at_time(target, stop)));
  out.tv_stopping_upper = early_stopping_tv_upper(conditioned.alpha, conditioned.R, stop);
  out.discretisation = line_discretisation_error(target, grid);
  out.discretisation_upper = discretisation_upper(std::max(grid.kappa_1, grid.kappa_2), 1, horizon, stop);
}

/// The runs with the exact score, from q_T and from N(0, 1); the latter's law.
LineOutput measure_exact_score(const Mixture<double>& target, const TimeGrid<double>& grid,
                               const BatchedScore<double>& exact, const std::optional<BatchedScore<double>>& score,
                               unsigned threads, SamplingTerms& out) {
  LawRequest request;
  request.threads = threads;
  request.initial = line_density(at_time(target, grid.remaining.front()));
  const LineDensity from_horizon = line_density(line_output_law(exact, grid, request));
  request.initial.reset();
  request.resolve = score;
  if (score)
    request.observer = [&](const PushedStep& step) {
      const Matrix<double> y = step.points.transpose();
      const Matrix<double> error = (*score)(y, step.level) - exact(y, step.level);
      out.kl_score_upper += 2 * std::tanh(grid.steps[static_cast<std::size_t>(step.level)] / 2) *
                            step.masses.dot(error.row(0).cwiseAbs2().transpose());
    };
  LineOutput run = line_output(exact, grid, request);
  out.kl_initial = line_kl(from_horizon, line_density(run.law));
  out.kl_discretisation = line_kl(line_density(at_time(target, grid.remaining.back())), from_horizon);
  return run;
}

}  // namespace

double line_discretisation_error(const Mixture<double>& mixture, const TimeGrid<double>& grid) {
  const BatchedScore<double> exact = exact_score(mixture, grid);
  std::vector<double> information;
  for (std::size_t l = 0; l < grid.steps.size(); ++l)
    information.push_back(level_moments(mixture, grid, static_cast<Index>(l), exact, nullptr, 0).information);
  const LineDensity standard = standard_density();
  const auto kl_at = [&](double time) { return line_kl(line_density(at_time(mixture, time)), standard); };
  return discretisation_from(kl_at(grid.remaining.back()), kl_at(grid.remaining.front()), second_moment(mixture),
                             grid.remaining, grid.steps, information);
}

Ball certified_discretisation_error(const ExactMixture& mixture, const TimeGrid<double>& grid, int digits) {
  const auto law_at = [&](double time) { return LineLaw(mixture, to_rational(time)); };
  const auto kl_at = [&](double time) {
    return require_digits(certified_kl_to_stationary(law_at(time), digits), digits, "kl to N(0, 1)");
  };
  std::vector<Ball> remaining, steps, information;
  for (const double s : grid.remaining) remaining.emplace_back(s);
  for (std::size_t l = 0; l + 1 < remaining.size(); ++l) {
    steps.push_back(remaining[l] - remaining[l + 1]);
    information.push_back(
        require_digits(certified_fisher_information(law_at(grid.remaining[l]), digits), digits, "Fisher information"));
  }
  Rational moment = 0;
  for (Index i = 0; i < mixture.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    moment += mixture.weights[at] * (mixture.means(0, i) * mixture.means(0, i) + mixture.covariances[at](0, 0));
  }
  return discretisation_from<Ball>(kl_at(grid.remaining.back()), kl_at(grid.remaining.front()),
                                   from_rational<Ball>(moment), remaining, steps, information);
}

ScoreErrorSums line_score_error(const Mixture<double>& mixture, const TimeGrid<double>& grid,
                                const BatchedScore<double>& score, unsigned threads) {
  const BatchedScore<double> exact = exact_score(mixture, grid);
  ScoreErrorSums out{0, 0};
  for (std::size_t l = 0; l < grid.steps.size(); ++l) {
    const LevelMoments at = level_moments(mixture, grid, static_cast<Index>(l), exact, &score, threads);
    out.squared += grid.steps[l] * at.error_squared;
    out.product += 2 * second_order(grid.steps[l]) * at.product;
  }
  return out;
}

SamplingTerms sampling_terms(const Mixture<double>& target, const TimeGrid<double>& grid,
                             const std::optional<BatchedScore<double>>& score, unsigned threads) {
  const BatchedScore<double> exact = exact_score(target, grid);
  SamplingTerms out{};
  bound_the_ends(target, grid, out);
  const LineOutput exact_run = measure_exact_score(target, grid, exact, score, threads, out);
  LineOutput run = exact_run;
  ScoreErrorSums sums{0, 0};
  if (score) {
    LawRequest request;
    request.threads = threads;
    run = line_output(*score, grid, request);
    sums = line_score_error(target, grid, *score, threads);
    out.kl_score = line_kl(line_density(exact_run.law), line_density(run.law));
  }
  const LineDensity p = line_density(run.law), q_stop = line_density(at_time(target, grid.remaining.back()));
  out.lost_mass = run.lost_mass;
  out.law_error = run.error_estimate;
  out.tv = line_tv(p, line_density(target));
  out.tv_stopped = line_tv(p, q_stop);
  out.kl = line_kl(q_stop, p);
  out.score_error_squared = sums.squared;
  out.path_kl_upper = out.kl_horizon + out.discretisation + sums.squared + sums.product;
  out.kl_upper = out.kl_horizon + squared_root_sum(sums.squared, out.discretisation);
  out.tv_upper = std::sqrt(out.kl_upper / 2) + out.tv_stopping_upper;
  return out;
}

double sampler_tv_upper(double kl_horizon, double score_error_squared, double discretisation, double alpha,
                        double radius, double stop) {
  const std::pair<const char*, double> terms[] = {
      {"kl_horizon", kl_horizon}, {"score_error_squared", score_error_squared}, {"discretisation", discretisation}};
  for (const auto& [name, value] : terms)
    if (!(value >= 0)) throw InputError("", name, std::to_string(value), "a number >= 0");
  return std::sqrt((kl_horizon + squared_root_sum(score_error_squared, discretisation)) / 2) +
         early_stopping_tv_upper(alpha, radius, stop);
}

PathDivergence path_divergence(const Mixture<double>& target, const TimeGrid<double>& grid,
                               const BatchedScore<double>& score, const PathRequest& request) {
  require_invariant(request.replicates >= 2 && request.particles >= 1, "a mean over replicates of particles");
  const Index d = target.dimension(), n = request.particles;
  const auto steps = static_cast<Index>(grid.steps.size());
  Vector<double> totals = Vector<double>::Zero(request.replicates);
  for (Index r = 0; r < request.replicates; ++r)
    for (Index l = 0; l < steps; ++l) {
      const double step = grid.steps[static_cast<std::size_t>(l)];
      const auto cell = static_cast<std::uint64_t>(r * steps + l);
      const double elapsed = step * Stream(request.seed, Purpose::subsample, cell).uniform();
      const Mixture<double> law = at_time(target, grid.remaining[static_cast<std::size_t>(l)] - elapsed);
      const Matrix<double> late = draw(law, n, request.seed, cell * static_cast<std::uint64_t>(n)).points;
      Stream noise(request.seed, Purpose::monte_carlo, cell);
      Matrix<double> z(d, n);
      for (double& entry : z.reshaped()) entry = noise.normal();
      const Matrix<double> early = signal_scale(elapsed) * late + std::sqrt(noise_variance(elapsed)) * z;
      EvaluationRequest evaluation;
      evaluation.threads = request.threads;
      totals(r) +=
          step *
          (Density<double>(law).evaluate(late, evaluation).score - score(early, l)).colwise().squaredNorm().mean();
    }
  const double mean = totals.mean();
  const auto count = static_cast<double>(request.replicates);
  PathDivergence out{0, mean, std::sqrt((totals.array() - mean).square().sum() / (count - 1) / count)};
  const Mixture<double> last = at_time(target, grid.remaining.front());
  for (Index i = 0; i < last.size(); ++i)
    out.initial_upper += last.weights(i) * kl(component(last, i), standard_gaussian(d));
  return out;
}

}  // namespace verimix

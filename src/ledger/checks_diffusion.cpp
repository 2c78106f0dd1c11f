// Definitions, the forward and the reverse process, the sampler: statements 1, 2, 4, 11, 12, algorithm 1.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "check_rows.hpp"
#include "verimix/core/error.hpp"
#include "verimix/diffusion/discretisation.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/diffusion/time_grid.hpp"
#include "verimix/distance/line_information.hpp"
#include "verimix/sample/certified_law.hpp"
#include "verimix/sample/early_stopping.hpp"
#include "verimix/sample/linear_recursion.hpp"
#include "verimix/sample/sampling_terms.hpp"
#include "verimix/sample/two_point.hpp"

namespace verimix::checks {
namespace {

CheckKey horizon_key(int standard) {
  return {"T", "the horizon of the reverse process", Rational(standard), Rational(1), Rational(100)};
}
CheckKey stop_key(const Rational& standard) {
  return {"delta", "the early stopping time", standard, Rational(1, 1000000000), Rational(999, 1000)};
}
CheckKey steps_key(int standard) {
  return {"N", "the number of steps, even", Rational(standard), Rational(2), Rational(100000)};
}

int chosen_steps(const Subject& subject) {
  const Rational steps = subject.value("N");
  if (denominator(Rational(steps / 2)) != 1) throw InputError("", "--set N", to_text(steps), "an even integer");
  return static_cast<int>(numerator(steps));
}

TimeGrid<double> chosen_grid(const Subject& subject) {
  return time_grid(from_rational<double>(subject.value("T")), from_rational<double>(subject.value("delta")),
                   chosen_steps(subject));
}

// The least kappa with gamma_l <= kappa min(1, T - t_{l+1}), for the times that the doubles of the grid are.
Ball kappa_of(const TimeGrid<double>& grid) {
  Ball kappa = 0;
  for (std::size_t l = 0; l + 1 < grid.remaining.size(); ++l) {
    const Ball next(grid.remaining[l + 1]);
    kappa = maximum(kappa, (Ball(grid.remaining[l]) - next) / minimum(Ball(1), next));
  }
  return kappa;
}

std::string schedule_text(const Subject& subject) {
  return fmt::format("T = {}, delta = {}, N = {}", to_text(subject.value("T")), to_text(subject.value("delta")),
                     chosen_steps(subject));
}

// The power of 2 next to the best constant from which the hypothesis certainly holds.
Ball rounded_constant(const Ball& best, bool below) {
  const double power = std::exp2(below ? std::floor(std::log2(approximate(best)) - 1e-6)
                                       : std::ceil(std::log2(std::max(approximate(best), 0x1p-10)) + 1e-6));
  return Ball(power);
}

void definition_1(const Subject& subject, Rows& rows) {
  const auto constant = [&](const char* name, const Ball& best, bool below) {
    const auto set = subject.set(name);
    return set ? in_balls(*set) : rounded_constant(best, below);
  };
  const Ball alpha = constant("alpha", subject.sizes().alpha, true);
  const Ball beta = constant("beta", subject.sizes().beta, false);
  const Ball R = constant("R", subject.sizes().R, false);
  rows.choose(
      fmt::format("alpha = {:.6g}, beta = {:.6g}, R = {:.6g}", approximate(alpha), approximate(beta), approximate(R)));
  rows.plain(printed, "tau = (beta/alpha) log R is at least 1, as bounds in poly(tau) need", certified(Ball(1)),
             certified(beta / alpha * log(R)));
  rows.plain(with_constants, "alpha Id <= Q_i", certified(alpha), certified(subject.least_eigenvalue()));
  rows.plain(with_constants, "Q_i <= beta Id", certified(subject.largest_eigenvalue()), certified(beta));
  rows.plain(with_constants, "|mu_i| + |Q_i - Id|_F <= R", certified(subject.sizes().R), certified(R));
  rows.plain(with_constants, "tau = (beta/alpha) log(e + R) is at least 1", certified(Ball(1)),
             certified(beta / alpha * log(exp(Ball(1)) + R)));
}

// One sample, whatever the hidden polynomial is: the class of the mixture's sizes contains N(0, 1) and N(m, 1).
void refute_by_two_points(const Subject& subject, Rows& rows, const std::string& part) {
  if (subject.d() != 1)
    return rows.not_applicable(
        printed, part, "in d >= 2 the number of samples d^poly(..) has a hidden exponent, and nothing decides it");
  const Ball epsilon = subject.ball("epsilon"), allowed = subject.ball("failure");
  // TV(N(0, 1), N(m, 1)) is about m/sqrt(2 pi); a tenth more than 2 epsilon.
  Ball m = Ball(approximate(epsilon * 2 * sqrt(2 * pi<Ball>())) * 1.1);
  while (less(2 * epsilon, two_point_tv(1, m)) != Truth::yes && less(m, Ball(50)) == Truth::yes) m *= Ball(1.25);
  if (less(2 * epsilon, two_point_tv(1, m)) != Truth::yes)
    return rows.not_applicable(printed, part, "2 epsilon < 1 fails: every law is epsilon-close to some law between");
  if (less(m, subject.R()) != Truth::yes)
    return rows.not_applicable(printed, part,
                               "R >= m fails: the class of this mixture does not hold N(0, 1) and N(m, 1)");
  rows.choose(
      fmt::format("N(0, 1) and N({:.6g}, 1), both in the class of this mixture's alpha, beta, R; at d = 1 it "
                  "draws one sample",
                  approximate(m)));
  rows.plain(printed, part, certified(two_point_failure_lower(1, m)), certified(allowed));
}

void theorem_2(const Subject& subject, Rows& rows) {
  rows.attempt(printed, "", [&] {
    refute_by_two_points(subject, rows, "probability of failure, at least, and what `high probability` allows");
  });
}

// The sampler half: given the exact score, Algorithm 1 on the grid is close to the mixture.
void theorem_11(const Subject& subject, Rows& rows) {
  rows.attempt(printed, "",
               [&] { refute_by_two_points(subject, rows, "probability of failure, at least, and delta_f"); });
  if (subject.d() != 1)
    return rows.not_applicable(with_constants, "TV of the output with the exact score",
                               "dimension 1 fails: the law of the output is enclosed on the line only");
  rows.attempt(with_constants, "TV of the output with the exact score", [&] {
    const LineLaw law(subject.exact());
    const Ball T = subject.ball("T"), delta = subject.ball("delta");
    const CertifiedOutput output = certified_output(subject.exact(), chosen_grid(subject));
    const Ball kl = forward_kl_upper(subject.sizes().R, T);
    const Ball discretisation = discretisation_upper(kappa_of(chosen_grid(subject)), 1, T, delta);
    const Ball bound =
        sqrt((kl + discretisation) / 2) + early_stopping_tv_upper(subject.sizes().alpha, subject.sizes().R, delta);
    rows.choose("exact score, " + schedule_text(subject));
    rows.plain(with_constants, "TV of the output with the exact score", certified(certified_output_tv(output, law)),
               certified(bound));
  });
}

// N(0, Id), which the forward process does not move: exactly, where balls would leave a distance near 0.
bool is_stationary(const ExactMixture& mixture, Index i) {
  const Matrix<Rational>& covariance = mixture.covariances[static_cast<std::size_t>(i)];
  for (Index c = 0; c < mixture.dimension(); ++c) {
    if (mixture.means(c, i) != 0) return false;
    for (Index r = 0; r < mixture.dimension(); ++r)
      if (covariance(r, c) != (r == c ? 1 : 0)) return false;
  }
  return true;
}

// W_2(M, M_delta): at least the distance of the means, at most what moving each component by itself costs.
Ball early_stopping_distance(const Subject& subject, const Ball& delta) {
  const Mixture<Ball> later = at_time(subject.balls(), delta);
  Vector<Ball> mean = Vector<Ball>::Constant(subject.d(), Ball(0));
  Ball squared = 0;
  for (Index i = 0; i < subject.k(); ++i) {
    const Ball weight = subject.balls().weights(i);
    if (is_stationary(subject.exact(), i)) continue;
    squared += weight * wasserstein2_squared(subject.gaussian(i), component(later, i));
    for (Index r = 0; r < subject.d(); ++r) mean(r) += weight * subject.balls().means(r, i);
  }
  const Ball upper = root(squared);
  return subject.k() == 1 ? upper : hull(norm(mean) * (1 - exp(-delta)), upper);
}

void remark_4(const Subject& subject, Rows& rows) {
  const Ball delta = subject.ball("delta");
  rows.choose("delta = " + to_text(subject.value("delta")));
  const Ball floor = noise_variance(delta);
  const Ball scale = signal_scale(delta);
  rows.plain(printed, "(b) 1 - e^(-2 delta) is at most the least eigenvalue at time delta", certified(floor),
             certified(scale * scale * subject.least_eigenvalue() + floor));
  const Quantity distance = certified(early_stopping_distance(subject, delta));
  const auto& sizes = subject.sizes();
  rows.hidden("(c) W_2, poly(x) read as x", distance,
              certified(printed_w2_upper(sizes.alpha, sizes.beta, sizes.R, 1, delta)));
  rows.plain(with_constants, "(c) W_2", distance, certified(definite_w2_upper(sizes.alpha, sizes.R, delta)));
}

// The times that Lemma 12 prints: gamma_l <= kappa min(1, T - t_l) at the second step of the second half, where gamma =
// kappa/(1 + kappa) and T - t_l = 1 - kappa; and t_{N-1} must not lie beyond T - delta.
void printed_schedule(const Subject& subject, Rows& rows) {
  const int half = chosen_steps(subject) / 2;
  const Ball T = subject.ball("T");
  const Ball kappa = (T - 1) / Ball(half);
  if (half < 3)
    return rows.not_applicable(printed, "", "N >= 6 fails: the second half has no step that contradicts the first");
  rows.plain(printed, "gamma_l <= kappa (T - t_l) at l = N/2 + 1", certified(kappa / (1 + kappa)),
             certified(kappa * (1 - kappa)));
  Ball time = T - 1, step = kappa;
  for (int l = 0; l + 1 < half; ++l) {
    time += step;
    step /= 1 + kappa;
  }
  rows.plain(printed, "the last printed time but one is at most T - delta", certified(time),
             certified(T - subject.ball("delta")));
}

void lemma_12(const Subject& subject, Rows& rows) {
  const Ball T = subject.ball("T"), delta = subject.ball("delta");
  rows.choose(schedule_text(subject));
  printed_schedule(subject, rows);
  const std::string start = "KL(q_T || N(0, Id))";
  rows.attempt(with_constants, start, [&] {
    Ball kl = 0;
    if (subject.d() == 1) {
      kl = certified_kl_to_stationary(LineLaw(subject.exact(), subject.value("T")), subject.settings().digits).value;
    } else {
      const Mixture<Ball> later = at_time(subject.balls(), T);
      Gaussian<Ball> stationary{Vector<Ball>::Constant(subject.d(), Ball(0)),
                                Matrix<Ball>::Constant(subject.d(), subject.d(), Ball(0))};
      for (Index r = 0; r < subject.d(); ++r) stationary.covariance(r, r) = Ball(1);
      for (Index i = 0; i < subject.k(); ++i) kl += later.weights(i) * verimix::kl(component(later, i), stationary);
      kl = hull(Ball(0), kl);  // by convexity
    }
    rows.plain(with_constants, start, certified(kl), certified(forward_kl_upper(subject.sizes().R, T)));
  });
  const std::string freezing = "discretisation error D";
  const Quantity bound =
      certified(discretisation_upper(kappa_of(chosen_grid(subject)), static_cast<int>(subject.d()), T, delta));
  if (subject.d() != 1)
    return rows.not_applicable(with_constants, freezing,
                               "dimension 1 fails: D of a mixture is enclosed on the line only");
  rows.attempt(with_constants, freezing, [&] {
    const int digits = std::min(subject.settings().digits, 10);
    rows.plain(with_constants, freezing,
               certified(certified_discretisation_error(subject.exact(), chosen_grid(subject), digits)), bound);
  });
}

// Algorithm 1 for one coordinate of one component, where every step is linear.
void algorithm_1(const Subject& subject, Rows& rows) {
  const Index i = subject.chosen_component();
  const Gaussian1<Ball> target{in_balls(subject.exact().means(0, i)),
                               in_balls(subject.exact().covariances[static_cast<std::size_t>(i)](0, 0))};
  const Ball delta = subject.ball("delta");
  const auto grid = time_grid(subject.ball("T"), delta, chosen_steps(subject));
  const auto stopped = gaussian_at_time(target, delta);
  const Quantity bound = certified(forward_kl_upper(abs(target.mean) + abs(target.variance - 1), subject.ball("T")) +
                                   discretisation_upper(kappa_of(chosen_grid(subject)), 1, subject.ball("T"), delta));
  rows.choose(fmt::format("exact score of the first coordinate of component {}, {}", i + 1, schedule_text(subject)));
  const auto divergence = [&](StepCoefficient coefficient) {
    return certified(gaussian_kl(stopped, output_law(target, grid, coefficient)));
  };
  rows.plain(printed, "KL(q_delta || output) with the step coefficient e^(gamma/2)",
             divergence(StepCoefficient::printed), bound);
  rows.plain(with_constants, "KL(q_delta || output) with the step coefficient e^gamma",
             divergence(StepCoefficient::exact), bound);
}

}  // namespace

std::vector<CheckEvaluator> diffusion() {
  using enum StatementKind;
  const std::vector<StatementForm> both = {printed, with_constants};
  const CheckKey failure_2{"failure", "the failure probability that `high probability` allows", Rational(1, 3),
                           Rational(0), Rational(1)};
  const CheckKey failure_11{"failure", "delta_f; at 37/100 and above log(1/delta_f) is below 1: one sample",
                            Rational(37, 100), Rational(37, 100), Rational(1)};
  const CheckKey alpha{"alpha", "alpha Id <= Q_i; chosen: a power of 2", std::nullopt, Rational(1, 1000000000),
                       Rational(1)};
  const CheckKey beta{"beta", "Q_i <= beta Id; chosen: a power of 2", std::nullopt, Rational(1), Rational(1000000000)};
  return {make_evaluator({definition, 1}, both, {alpha, beta, radius_key()}, definition_1),
          make_evaluator({theorem, 2}, {printed}, {epsilon_key(Rational(9, 100)), failure_2, radius_key()}, theorem_2),
          make_evaluator({remark, 4}, both, {stop_key(Rational(1, 100))}, remark_4),
          make_evaluator({theorem, 11}, both,
                         {epsilon_key(Rational(9, 100)), failure_11, radius_key(), horizon_key(2),
                          stop_key(Rational(1, 10)), steps_key(16)},
                         theorem_11),
          make_evaluator({lemma, 12}, both, {horizon_key(3), stop_key(Rational(1, 20)), steps_key(40)}, lemma_12),
          make_evaluator({algorithm, 1}, both,
                         {component_key(), horizon_key(8), stop_key(Rational(1, 1000)), steps_key(6400)}, algorithm_1)};
}

}  // namespace verimix::checks

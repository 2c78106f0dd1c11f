// Regression: statements 3, 49-51.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "check_rows.hpp"
#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/distance/line_mixture.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/regress/clipped_regression.hpp"
#include "verimix/regress/clipping.hpp"
#include "verimix/regress/denoising_fit.hpp"
#include "verimix/regress/denoising_identity.hpp"
#include "verimix/regress/score_risk.hpp"

namespace verimix::checks {
namespace {

CheckKey noise_time_key(const Rational& standard) {
  return {"time", "the noise level t of dx = -x dt + sqrt(2) dw", standard, Rational(1, 1000000), Rational(20)};
}

// At d = 1 the printed number of samples does not depend on epsilon: with `draws` of them nobody tells N(0, 1) from
// N(mu, 1), mu^2 = 5 epsilon e^{2t}, both in the class of the mixture's sizes.
void refute_learning(const Subject& subject, Rows& rows) {
  const std::string part = "the success claimed, and what any algorithm has at most";
  if (subject.d() != 1)
    return rows.not_applicable(
        printed, part, "in d >= 2 the number of samples d^poly(..) has a hidden exponent, and nothing decides it");
  const Ball epsilon = subject.ball("epsilon"), time = subject.ball("time");
  const Ball mu = sqrt(5 * epsilon) * exp(time);
  if (less(mu, subject.R()) != Truth::yes)
    return rows.not_applicable(printed, part,
                               "R >= mu fails: the class of this mixture does not hold N(0, 1) and N(mu, 1)");
  const Rational draws = subject.value("draws");
  if (denominator(draws) != 1) throw InputError("", "--set draws", to_text(draws), "an integer");
  rows.choose(
      fmt::format("N(0, 1) and N({:.3g}, 1), epsilon = {}, t = {}, {} draws; at d = 1 their number does not "
                  "depend on epsilon",
                  approximate(mu), to_text(subject.value("epsilon")), to_text(subject.value("time")), to_text(draws)));
  rows.plain(printed, part, exactly(subject.value("success")),
             certified(learning_success_upper(static_cast<Index>(numerator(draws)), epsilon, time)));
}

void proposition_3(const Subject& subject, Rows& rows) { refute_learning(subject, rows); }

// The polynomial of the clipped forms on the line: -(x - m)/v, the score of the whole mixture's Gaussian.
struct LinearFit {
  PiecewisePolynomial score;
  Rational coefficient_sum;
};
LinearFit moment_fit(const Subject& subject) {
  Rational mean = 0, second = 0;
  for (Index i = 0; i < subject.k(); ++i) {
    const Rational& weight = subject.exact().weights[static_cast<std::size_t>(i)];
    const Rational& mu = subject.exact().means(0, i);
    mean += weight * mu;
    second += weight * (mu * mu + subject.exact().covariances[static_cast<std::size_t>(i)](0, 0));
  }
  const Rational variance = second - mean * mean;
  const std::vector<Rational> coefficients = {mean / variance, -1 / variance};
  Rational sum = 0;
  for (const Rational& c : coefficients) sum += c < 0 ? Rational(-c) : c;
  return {{{}, coefficients}, sum};
}

// The sum of the clipped losses of s(x) = a + b x over the drawn pairs (x, -z/sigma), as exact numbers.
Ball clipped_loss_sum(const NoisyRows<double>& noisy, const std::vector<Rational>& line, const Ball& radius_x,
                      const Ball& radius_z, const Ball& sigma) {
  const Ball a = in_balls(line[0]), b = in_balls(line[1]);
  Ball sum = 0;
  // Every second column: the pairs +-z are not independent.
  for (Index n = 0; n < noisy.points.cols(); n += 2) {
    const Ball x(noisy.points(0, n)), target(noisy.targets(0, n));
    const Truth kept_x = less(radius_x, abs(x)), kept_z = less(radius_z, abs(target) * sigma);
    if (kept_x == Truth::yes || kept_z == Truth::yes) continue;
    const Ball error = a + b * x - target, loss = error * error;
    const bool inside = kept_x == Truth::no && kept_z == Truth::no;
    sum += inside ? loss : hull(Ball(0), loss);
  }
  return sum;
}

constexpr const char* line_only = "dimension 1 fails: the clipped loss is enclosed on the line only";

// The printed step, and one function of the class against the uniform bound.
void lemma_50(const Subject& subject, Rows& rows) {
  const Ball time = subject.ball("time"), noise = noise_variance(time);
  rows.choose("t = t_min = " + to_text(subject.value("time")));
  rows.plain(printed, "t_min <= 1 - e^(-2t), which the proof uses", certified(time), certified(noise));
  const std::string part = "E L less its mean over a sample, for one function of the class";
  if (subject.d() != 1) return rows.not_applicable(with_constants, part, line_only);
  rows.attempt(with_constants, part, [&] {
    const LinearFit fit = moment_fit(subject);
    const Rational radius_x = subject.value("R_x"), radius_z = subject.value("R_z");
    const LineLaw law(subject.exact(), subject.value("time"));
    const Ball mean = clipped_objective(law, fit.score, radius_x, radius_z, 8).value;
    const CheckSettings& settings = subject.settings();
    const Matrix<double> rows0 = draw(round_to<double>(subject.exact()), settings.samples, settings.seed).points;
    std::vector<Index> identities(static_cast<std::size_t>(settings.samples));
    for (std::size_t n = 0; n < identities.size(); ++n) identities[n] = static_cast<Index>(n);
    const auto noisy = noisy_rows<double>(rows0, identities, approximate(time), 1, settings.seed, 0);
    const Ball total = clipped_loss_sum(noisy, fit.score.fallback, in_balls(radius_x), in_balls(radius_z), sqrt(noise));
    const Quantity gap = certified(mean - total / Ball(static_cast<long>(settings.samples)));
    ClippedClass<Ball> of;
    of.degree = 1;
    of.coefficient_sum = in_balls(fit.coefficient_sum);
    of.radius_x = in_balls(radius_x);
    of.radius_z = in_balls(radius_z);
    of.noise_variance = noise;
    rows.choose(fmt::format("t = {}, s(x) = -(x - m)/v, R_x = {}, R_z = {}, {} draws, seed {}, delta = {}",
                            to_text(subject.value("time")), to_text(radius_x), to_text(radius_z), settings.samples,
                            settings.seed, to_text(subject.value("delta"))));
    const Ball n(static_cast<long>(settings.samples));
    const std::string failure = to_text(subject.value("delta"));
    rows.likely(part + " (all functions)", gap, certified(lemma_50_upper(of, n, subject.ball("delta"))), failure);
    rows.likely(part + " (chosen without the sample)", gap,
                certified(fixed_function_upper(of, n, subject.ball("delta"))), failure);
  });
}

// What clipping leaves out: (66) + (67) as printed, and the form with Cauchy and Schwarz.
void clipped_away(const Subject& subject, Rows& rows) {
  const std::string part = "E L outside of the clipping radii";
  if (subject.d() != 1) {
    for (const StatementForm form : {printed, with_constants}) rows.not_applicable(form, part, line_only);
    return;
  }
  const LinearFit fit = moment_fit(subject);
  const Rational rho = subject.value("R_x");
  const LineLaw law(subject.exact(), subject.value("time"));
  const Ball noise = noise_variance(subject.ball("time")), radius = in_balls(rho);
  rows.attempt(with_constants, part, [&] {
    const Quantity outside = certified(outside_objective(law, fit.score, rho, rho, 10));
    rows.choose(fmt::format("s(x) = -(x - m)/v, t = {}, both radii {}", to_text(subject.value("time")), to_text(rho)));
    rows.hidden(part + ", and (66) + (67)", outside,
                certified(equation_66(law, fit.score, rho) + outside_noise(1, radius) / subject.ball("time")));
    const LineMixture mixture(law);
    const Ball far = mixture.cdf(-radius) + mixture.upper_tail(radius) + outside_probability(1, radius);
    const Ball fourth = fourth_norm_upper(1, 1, in_balls(fit.coefficient_sum), subject.sizes().R, subject.sizes().beta);
    rows.plain(with_constants, part, outside, certified(outside_upper(1, noise, fourth, minimum(Ball(1), far))));
  });
}

void proposition_51(const Subject& subject, Rows& rows) {
  refute_learning(subject, rows);
  clipped_away(subject, rows);
}

}  // namespace

std::vector<CheckEvaluator> regress() {
  using enum StatementKind;
  const std::vector<StatementForm> both = {printed, with_constants};
  const CheckKey epsilon{"epsilon", "the squared error of the score", Rational(1, 100000), Rational(1, 1000000000000),
                         Rational(1, 20)};
  const CheckKey draws{"draws", "the number of samples at d = 1", Rational(3), Rational(1), Rational(1000000)};
  const CheckKey success{"success", "the probability of success that is claimed", Rational(9, 10), Rational(0),
                         Rational(1)};
  const CheckKey delta{"delta", "the failure probability", Rational(1, 100), Rational(1, 1000000), Rational(1, 2)};
  const auto radius = [](const char* name) {
    return CheckKey{name, "the clipping radius", Rational(4), Rational(1, 100), Rational(1000)};
  };
  const std::vector<CheckKey> learning = {epsilon, draws, success, radius_key(), noise_time_key(Rational(1, 100000))};
  std::vector<CheckKey> all_levels = learning;
  all_levels.back().standard = Rational(1, 10);
  all_levels.push_back(radius("R_x"));
  return {make_evaluator({proposition, 3}, {printed}, learning, proposition_3),
          make_evaluator({proposition, 49}, {printed}, learning, proposition_3),
          make_evaluator({lemma, 50}, both, {noise_time_key(Rational(1, 10)), radius("R_x"), radius("R_z"), delta},
                         lemma_50),
          make_evaluator({proposition, 51}, both, all_levels, proposition_51)};
}

}  // namespace verimix::checks

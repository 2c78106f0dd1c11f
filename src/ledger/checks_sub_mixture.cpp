// The softmax inputs of a sub-mixture and their estimates: statements 44-47. U is the whole mixture.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "check_rows.hpp"
#include "check_sub_mixture.hpp"
#include "form_exceedance.hpp"
#include "verimix/cluster/misclassification.hpp"
#include "verimix/core/cholesky.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/roots.hpp"
#include "verimix/distance/line_information.hpp"
#include "verimix/estimate/subspace.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/polynomial/estimated_inputs.hpp"
#include "verimix/polynomial/quadratic_forms.hpp"
#include "verimix/polynomial/sub_mixture_score.hpp"
#include "verimix/polynomial/wrong_cell.hpp"
#include "verimix/regress/denoising_identity.hpp"

namespace verimix::checks {
namespace {

// The quantile of order p of a law from n draws, at the confidence for every n: the empirical quantiles of order p -+
// w, w = sqrt(log(2/(1 - confidence))/(2 n)) (Dvoretzky, Kiefer, Wolfowitz; Massart's constant).
Quantity quantile(Vector<double> values, double p, double confidence) {
  const auto n = static_cast<double>(values.size());
  const double w = std::sqrt(std::log(2 / (1 - confidence)) / (2 * n));
  std::sort(values.data(), values.data() + values.size());
  const auto rank = [&](double order) { return static_cast<Index>(std::ceil(order * n)) - 1; };
  if (p + w >= 1) throw UndecidedError("too few draws for this quantile: raise --samples");
  return estimated({values(rank(p)), p <= w ? 0.0 : values(std::max<Index>(0, rank(p - w))), values(rank(p + w))});
}

Vector<double> column_maxima(const Matrix<double>& table) { return table.cwiseAbs().colwise().maxCoeff().transpose(); }

// P[|value| > level] from draws; the level a little lower than it is, as values are rounded.
Quantity counted_beyond(const Vector<double>& values, const Ball& level, double confidence) {
  const double lower = approximate(lower_end(level)) * (1 - 1e-10);
  Index count = 0;
  for (Index n = 0; n < values.size(); ++n)
    if (std::abs(values(n)) > lower) ++count;
  return estimated(binomial_interval(count, values.size(), confidence));
}

Triplets<double> estimated_triplets(const Subject& subject) {
  const auto rounded = subject.estimates().rounded();
  Triplets<double> result{rounded.means, rounded.covariances, {}};
  for (Index i = 0; i < subject.k(); ++i) {
    const Matrix<double>& q = rounded.covariances[static_cast<std::size_t>(i)];
    const Eigen::LLT<Matrix<double>> factor(q);
    if (factor.info() != Eigen::Success)
      throw InputError("", "covariance-error", to_text(subject.value("covariance-error")),
                       "estimates that are positive definite");
    result.inverses.emplace_back(factor.solve(Matrix<double>::Identity(subject.d(), subject.d())));
  }
  return result;
}

std::string draws_text(const Subject& subject) {
  return fmt::format("{} draws, seed {}, delta = {}", subject.settings().samples, subject.settings().seed,
                     to_text(subject.value("delta")));
}

// alpha, beta, D of all components.
SubMixtureSizes<Ball> sizes_in_balls(const Subject& subject) {
  Ball D = 0;
  for (Index i = 0; i < subject.k(); ++i)
    for (Index j = 0; j < i; ++j) D = maximum(D, subject.mean_distance(i, j) + subject.covariance_distance(i, j));
  return {subject.k(), subject.least_eigenvalue(), subject.largest_eigenvalue(), D};
}

Matrix<Ball> inverse_in_balls(const Matrix<Ball>& q) {
  const Matrix<Ball> whitening = lower_inverse(cholesky(q).lower);
  return whitening.transpose() * whitening;
}

FormSizes<Ball> form_sizes_in_balls(const Subject& subject, const DisturbedParameters& of, Index j, Index i) {
  const Gaussian<Ball> law = subject.gaussian(0);
  const Matrix<Ball> kj = inverse_in_balls(of.covariance(j)), ki = inverse_in_balls(of.covariance(i));
  const Matrix<Ball> difference = kj - ki;
  return {operator_norm(law.covariance), root(squared_norm(difference.reshaped())),
          operator_norm(difference),     maximum(operator_norm(kj), operator_norm(ki)),
          norm(law.mean - of.mean(j)),   norm(law.mean - of.mean(i)),
          norm(of.mean(i) - of.mean(j))};
}

EstimateSizes<Ball> estimate_sizes_in_balls(const Subject& subject, const DisturbedParameters& guess) {
  EstimateSizes<Ball> sizes{Ball(0), Ball(0)};
  for (Index i = 0; i < subject.k(); ++i) {
    const Matrix<Ball> inverse = inverse_in_balls(guess.covariance(i));
    const Matrix<Ball> error = inverse - inverse_in_balls(subject.gaussian(i).covariance);
    sizes.upsilon = maximum(sizes.upsilon, in_balls(Rational(guess.mean_error + guess.covariance_error)) +
                                               root(squared_norm(error.reshaped())));
    sizes.kappa = maximum(sizes.kappa, operator_norm(inverse));
  }
  return sizes;
}

// Exact forms have numbers of many digits, and their laws cost an integral for each component.
constexpr Index largest_form_dimension = 10;

// P[one of the forms is beyond the bound], where its enclosure is no wider than what is asked, delta; else what draws
// of the statistics say.
Quantity rare_event(const Subject& subject, const ExactMixture& law, const std::vector<ExactForm>& forms,
                    const Ball& level, const Quantity& counted) {
  if (subject.d() > largest_form_dimension) return counted;
  const auto found = exceedance(law, forms, level);
  return found && less(subject.ball("delta"), *found) == Truth::no ? certified(*found) : counted;
}

// x ~ N_1, the estimates of components 2 and 3 (1 where there are no three).
void lemma_44(const Subject& subject, Rows& rows) {
  const Triplets<double> of = estimated_triplets(subject);
  const DisturbedParameters guess = subject.estimates();
  const Index j = std::min<Index>(1, subject.k() - 1), i = subject.k() > 2 ? 2 : 0;
  const CheckSettings& settings = subject.settings();
  const Mixture<double> rounded = round_to<double>(subject.exact());
  const Matrix<double> points = draw(sub_mixture(rounded, {0}), settings.samples, settings.seed).points;
  const Vector<double> values = form_difference(of, j, i, rounded.covariances.front(), points);
  const auto sizes = form_sizes_in_balls(subject, guess, j, i);
  const Ball delta = subject.ball("delta");
  const Ball alpha = minimum(subject.least_eigenvalue(), 1 / sizes.kappa);
  rows.choose(fmt::format("x ~ N_1, estimates of components {} and {}, {}", j + 1, i + 1, draws_text(subject)));
  rows.hidden("quantile of order 1 - delta", quantile(values.cwiseAbs(), 1 - approximate(delta), settings.confidence),
              certified(printed_form_difference(sizes, alpha, delta)));
  const Ball bound = form_difference_upper(sizes, delta);
  ExactMixture first = subject.exact();
  for (std::size_t n = 0; n < first.weights.size(); ++n) first.weights[n] = n == 0 ? 1 : 0;
  const ExactForm form =
      ExactForms(guess.means, guess.covariances)
          .difference(static_cast<std::size_t>(j), static_cast<std::size_t>(i), first.covariances.front());
  const Quantity lhs = rare_event(subject, first, {form}, bound, counted_beyond(values, bound, settings.confidence));
  rows.plain(with_constants, "P[|difference| > bound] <= delta", lhs, exactly(subject.value("delta")));
}

// A statement `all of these are small with probability 1 - delta`, in both forms: the largest of them from draws, and
// all of them as forms, which are beyond `level` where it is beyond `bound`.
struct SmallStatistic {
  std::string part;
  Vector<double> values;
  std::vector<ExactForm> forms;
  Ball claimed, bound, level;

  void report(const Subject& subject, Rows& rows) const {
    const double delta = from_rational<double>(subject.value("delta"));
    const double confidence = subject.settings().confidence;
    rows.attempt(printed, part, [&] {
      rows.hidden(part + ": quantile of order 1 - delta", quantile(values, 1 - delta, confidence), certified(claimed));
    });
    rows.plain(with_constants, part + ": P[> bound] <= delta",
               rare_event(subject, subject.exact(), forms, level, counted_beyond(values, bound, confidence)),
               exactly(subject.value("delta")));
  }
};

void lemma_45(const Subject& subject, Rows& rows) {
  const Mixture<double> rounded = round_to<double>(subject.exact());
  const CheckSettings& settings = subject.settings();
  const Matrix<double> points = draw(rounded, settings.samples, settings.seed).points;
  const Triplets<double> of = triplets(rounded);
  const auto sizes = sizes_in_balls(subject);
  const Ball delta = subject.ball("delta");
  rows.choose("U = all components, " + draws_text(subject));
  if (subject.k() < 2) {
    for (const StatementForm form : {printed, with_constants})
      rows.not_applicable(form, "", "m >= 2 fails: both statistics are 0");
    return;
  }
  const ExactForms forms(subject.exact().means, subject.exact().covariances);
  const Ball input = softmax_input_upper(sizes, delta), linear = linear_term_upper(sizes, delta);
  SmallStatistic{"(a) |V_1|",    column_maxima(softmax_inputs(of, points)),
                 forms.inputs(), printed_softmax_input(sizes, delta),
                 input,          input}
      .report(subject, rows);
  SmallStatistic{"(b) |(K_j - K_1)(x - mu_j)|",
                 column_maxima(linear_terms(of, points)),
                 forms.squared_linear(),
                 printed_linear_term(sizes, delta),
                 linear,
                 linear * linear}
      .report(subject, rows);
}

void lemma_46(const Subject& subject, Rows& rows) {
  const Mixture<double> rounded = round_to<double>(subject.exact());
  const CheckSettings& settings = subject.settings();
  const Matrix<double> points = draw(rounded, settings.samples, settings.seed).points;
  const Triplets<double> truth = triplets(rounded), guess = estimated_triplets(subject);
  const DisturbedParameters exact_guess = subject.estimates();
  const auto sizes = sizes_in_balls(subject);
  const auto errors = estimate_sizes_in_balls(subject, exact_guess);
  const Ball delta = subject.ball("delta");
  const Ball first = input_error_upper(sizes, errors, delta), second = squared_linear_error_upper(sizes, errors, delta);
  rows.choose(
      fmt::format("U = all components, upsilon = {:.6g}, {}", approximate(errors.upsilon), draws_text(subject)));
  const Matrix<double> inputs = softmax_inputs(truth, points) - softmax_inputs(guess, points);
  const Matrix<double> linear =
      linear_terms(truth, points).array().square().matrix() - linear_terms(guess, points).array().square().matrix();
  const ExactForms of(subject.exact().means, subject.exact().covariances),
      near(exact_guess.means, exact_guess.covariances);
  SmallStatistic{"|V_1 - Vhat_1|",
                 column_maxima(inputs),
                 of.inputs() - near.inputs(),
                 printed_input_error(sizes, errors, delta),
                 first,
                 first}
      .report(subject, rows);
  SmallStatistic{"|V_2 - Vhat_2|",
                 column_maxima(linear),
                 of.squared_linear() - near.squared_linear(),
                 printed_squared_linear_error(sizes, errors, delta),
                 second,
                 second}
      .report(subject, rows);
}

// The pieces of the line where Algorithm 5 answers `cell`, with the same polynomial on each. Their ends are balls that
// a double may not hold: rounded outward (and with the stretches that have no answer) or inward.
std::vector<PiecewisePolynomial::Cell> pieces_of(const Clustering<double>& clustering, Index cell, bool outward,
                                                 const std::vector<Rational>& polynomial) {
  std::vector<PiecewisePolynomial::Cell> pieces;
  const auto end = [](const std::optional<Ball>& at, bool up) -> std::optional<Rational> {
    if (!at) return std::nullopt;
    const double infinity = std::numeric_limits<double>::infinity();
    return to_rational(std::nextafter(approximate(*at), up ? infinity : -infinity));
  };
  for (const LineStretch& stretch : line_stretches(clustering)) {
    if (stretch.label ? *stretch.label != cell : !outward) continue;
    const auto lower = end(stretch.lower, !outward), upper = end(stretch.upper, outward);
    if (lower && upper && !(*lower < *upper)) continue;
    pieces.push_back({lower, upper, polynomial});
  }
  return pieces;
}

// U = one component, shat the fallback everywhere: s(x; M(U)) - shat is a linear function.
void lemma_47(const Subject& subject, Rows& rows) {
  const std::string part = "E over the other components of |s(.; M(U)) - fallback|^2 1{c = t}";
  if (subject.d() != 1 || subject.k() < 2) {
    for (const StatementForm form : {printed, with_constants})
      rows.not_applicable(form, part,
                          subject.k() < 2 ? "k >= 2 fails: no component is outside of U"
                                          : "dimension 1 fails: what a wrong cell costs is enclosed on the line only");
    return;
  }
  const Index u = subject.chosen_component();
  const DisturbedParameters guess = subject.estimates();
  const auto at = static_cast<std::size_t>(u);
  const Rational slope = -1 / subject.exact().covariances[at](0, 0), near = -1 / guess.covariances[at](0, 0);
  const std::vector<Rational> error = {near * guess.means(0, u) - slope * subject.exact().means(0, u), slope - near};
  const Clustering<double> clustering = subject.clustering();
  const Index cell = cell_of_component(clustering, u);
  if (clustering.refinement()[static_cast<std::size_t>(cell)].size() != 1) {
    for (const StatementForm form : {printed, with_constants})
      rows.not_applicable(form, part, "the component shares its cell");
    return;
  }
  ExactMixture others = subject.exact();
  Rational rest = 0;
  for (Index j = 0; j < subject.k(); ++j)
    if (j != u) rest += others.weights[static_cast<std::size_t>(j)];
  for (Rational& weight : others.weights) weight /= rest;
  others.weights[at] = 0;
  const LineMixture law{LineLaw(others)};
  const Ball lhs = hull(mean_square(law, pieces_of(clustering, cell, false, error)),
                        mean_square(law, pieces_of(clustering, cell, true, error)));
  const LineCells cells = line_cells(subject.balls(), clustering);
  Ball delta = 0;
  for (Index j = 0; j < subject.k(); ++j)
    if (j != u) delta = maximum(delta, minimum(Ball(1), upper_end(cells.probability(j, cell))));
  const auto& sizes = subject.sizes();
  const Rational upsilon = guess.mean_error + guess.covariance_error + abs(Rational(slope - near));
  const WrongCellSizes<Ball> of{1,       subject.k(), sizes.alpha,       sizes.beta,
                                sizes.R, Ball(0),     in_balls(upsilon), in_balls(Rational(abs(near))),
                                delta,   Ball(0)};
  rows.choose(fmt::format("U = {{{}}}, midpoint thresholds, the fallback everywhere; Delta_in = 0", u + 1));
  rows.hidden(part, certified(lhs), exactly(0));
  rows.plain(with_constants, part, certified(lhs), certified(wrong_cell_error_upper(of)));
}

}  // namespace

std::vector<CheckEvaluator> sub_mixture_checks() {
  using enum StatementKind;
  const std::vector<StatementForm> both = {printed, with_constants};
  const CheckKey delta{"delta", "the probability that is given away", Rational(1, 10), Rational(1, 1000),
                       Rational(1, 2)};
  const CheckKey mean = mean_error_key(), covariance = covariance_error_key();
  std::vector<CheckKey> wrong_cell = clustering_keys();
  wrong_cell.push_back(component_key());
  return {make_evaluator({lemma, 44}, both, {mean, covariance, delta}, lemma_44),
          make_evaluator({lemma, 45}, both, {delta}, lemma_45),
          make_evaluator({lemma, 46}, both, {mean, covariance, delta}, lemma_46),
          make_evaluator({lemma, 47}, both, wrong_cell, lemma_47)};
}

}  // namespace verimix::checks

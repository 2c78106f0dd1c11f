// Crude estimates and their lists: statements 9, 13-16, algorithms 2-4. Statements 17-23 are in checks_recentring.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "check_recentring.hpp"
#include "check_rows.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/estimate/crude_covariances.hpp"
#include "verimix/estimate/crude_estimate.hpp"
#include "verimix/estimate/crude_means.hpp"
#include "verimix/estimate/moments.hpp"
#include "verimix/estimate/subspace.hpp"
#include "verimix/mixture/draw.hpp"

namespace verimix::checks {
namespace {

Matrix<Real50> mean_covariance(const Mixture<Real50>& mixture) {
  Matrix<Real50> sum = Matrix<Real50>::Zero(mixture.dimension(), mixture.dimension());
  for (Index i = 0; i < mixture.size(); ++i)
    sum += mixture.weights(i) * mixture.covariances[static_cast<std::size_t>(i)];
  return sum;
}

struct Extremes {
  Real50 least, largest;
};

Extremes eigenvalue_range(const Matrix<Real50>& a) {
  const Eigen::SelfAdjointEigenSolver<Matrix<Real50>> solver(a, Eigen::EigenvaluesOnly);
  return {solver.eigenvalues().minCoeff(), solver.eigenvalues().maxCoeff()};
}

// alpha and beta of all components, in 50 digits.
Extremes covariance_range(const Mixture<Real50>& mixture) {
  Extremes range = eigenvalue_range(mixture.covariances.front());
  for (const Matrix<Real50>& covariance : mixture.covariances) {
    const Extremes own = eigenvalue_range(covariance);
    range = {std::min(range.least, own.least), std::max(range.largest, own.largest)};
  }
  return range;
}

// Lemma 15 for A = E x x^T: v_i = sqrt(lambda_i) mu_i, E = sum lambda_i Q_i.
void lemma_15(const Subject& subject, Rows& rows) {
  const auto mixture = round_to<Real50>(subject.exact());
  const auto subspace = top_eigenspace<Real50>(second_moment(mixture), std::min(subject.d(), subject.k()));
  const Extremes error = eigenvalue_range(mean_covariance(mixture));
  WorstCase as_printed, sharper;
  for (Index i = 0; i < subject.k(); ++i) {
    const Vector<Real50> v = sqrt(mixture.weights(i)) * mixture.means.col(i);
    const Quantity lhs = computed(squared_distance(subspace, v));
    as_printed.offer(index_text(i), lhs, computed(Real50(2 * error.largest)));
    sharper.offer(index_text(i), lhs,
                  computed(subspace_error_squared_upper<Real50>(error.largest, error.least) + Real50(1e-30)));
  }
  rows.choose("A = E x x^T, v_i = sqrt(lambda_i) mu_i, E = sum lambda_i Q_i");
  rows.plain(printed, as_printed.part(""), as_printed.lhs(), as_printed.rhs());
  rows.plain(with_constants, sharper.part("largest minus least eigenvalue of E, plus 1e-30 for rounding"),
             sharper.lhs(), sharper.rhs());
}

// The top eigenspace of Mhat = M + eta e_d e_d^T.
Subspace<Real50> mean_subspace(const Subject& subject, const Mixture<Real50>& mixture, const Real50& eta) {
  Matrix<Real50> moment = second_moment(mixture);
  moment(subject.d() - 1, subject.d() - 1) += eta;
  return top_eigenspace<Real50>(moment, std::min(subject.d(), subject.k()));
}

void lemma_16(const Subject& subject, Rows& rows) {
  const auto mixture = round_to<Real50>(subject.exact());
  const Extremes range = covariance_range(mixture);
  const Real50 eta = from_rational<Real50>(subject.value("eta")) * range.largest;
  const auto subspace = mean_subspace(subject, mixture, eta);
  const Real50 lambda_min = mixture.weights.minCoeff();
  WorstCase as_printed, repaired;
  for (Index i = 0; i < subject.k(); ++i) {
    const Quantity lhs = computed(squared_distance<Real50>(subspace, mixture.means.col(i)));
    as_printed.offer(index_text(i), lhs, computed(Real50(range.largest / lambda_min)));
    repaired.offer(
        index_text(i), lhs,
        computed(mean_subspace_error_squared_upper<Real50>(range.least, range.largest, eta, mixture.weights(i)) +
                 Real50(1e-30)));
  }
  rows.choose(fmt::format("Mhat = M + eta beta e_d e_d^T, eta = {}", to_text(subject.value("eta"))));
  rows.hidden(as_printed.part(""), as_printed.lhs(), as_printed.rhs());
  rows.plain(with_constants, repaired.part("plus 1e-30 for rounding"), repaired.lhs(), repaired.rhs());
}

// The sides of Lemmas 13 and 14 that the mixture's sizes alone decide: a list with a member has a length >= 1, an error
// is >= 0.
void printed_sizes(const Subject& subject, Rows& rows, bool with_covariances) {
  const std::string why = subject.R_hypothesis();
  if (!why.empty()) return rows.not_applicable(printed, "", why);
  const Ball log_R = log(subject.R());
  const auto& sizes = subject.sizes();
  if (with_covariances)
    rows.hidden("0 <= |Q_i - Qhat_i|_F, and its bound", certified(Ball(0)),
                certified(crude_covariance_printed(subject.k(), sizes.alpha, sizes.beta, log_R, sizes.lambda_min)));
  if (subject.d() == 1) {
    const Index k = with_covariances ? subject.k() : 1;
    rows.hidden("0 <= log |W|, and its bound", certified(Ball(0)),
                certified(log_list_size_printed(1, k, sizes.beta, log_R)));
  } else {
    rows.not_applicable(printed, "log |W|", "in d >= 2 the hidden exponents decide whether the bound is positive");
  }
}

void lemma_14(const Subject& subject, Rows& rows) {
  rows.attempt(printed, "", [&] { printed_sizes(subject, rows, false); });
  const auto mixture = round_to<Real50>(subject.exact());
  const Extremes range = covariance_range(mixture);
  const auto subspace = mean_subspace(subject, mixture, Real50(0));
  Real50 radius = 1;
  for (Index i = 0; i < subject.k(); ++i) radius = std::max(radius, Real50(mixture.means.col(i).norm()));
  const Real50 mesh = sqrt(range.largest);
  const BallNet<Real50> net(subspace.basis, radius, mesh);
  WorstCase as_printed, repaired;
  const Real50 lambda_min = mixture.weights.minCoeff();
  for (Index i = 0; i < subject.k(); ++i) {
    const Vector<Real50> mu = mixture.means.col(i);
    const Quantity lhs = computed(Real50((mu - net[net.nearest(mu)]).squaredNorm()));
    as_printed.offer(index_text(i), lhs, computed(Real50(range.largest / lambda_min)));
    repaired.offer(index_text(i), lhs,
                   computed(crude_mean_error_squared_upper<Real50>(range.least, range.largest, Real50(0),
                                                                   mixture.weights(i), mesh)));
  }
  rows.choose("exact second moment, net of mesh sqrt(beta) and of the least radius that holds the means (at least 1)");
  rows.hidden(as_printed.part("|mu_i - muhat|^2"), as_printed.lhs(), as_printed.rhs());
  rows.plain(with_constants, repaired.part("|mu_i - muhat|^2"), repaired.lhs(), repaired.rhs());
}

CrudeScales<double> crude_scales(const Subject& subject) {
  const auto& sizes = subject.sizes();
  return {approximate(sizes.alpha) * (1 - 1e-12), approximate(sizes.beta) * (1 + 1e-12),
          std::max(1.0, approximate(sizes.R) * (1 + 1e-12)), approximate(sizes.lambda_min)};
}

// Two independent halves of a sample: d x (samples/2) each.
std::array<Matrix<double>, 2> sample_halves(const Subject& subject) {
  const CheckSettings& settings = subject.settings();
  const Matrix<double> points = draw(round_to<double>(subject.exact()), settings.samples, settings.seed).points;
  const Index half = settings.samples / 2;
  return {points.leftCols(half), points.rightCols(half)};
}

// Algorithm 4's list from a sample, read where the truth points: the errors that Lemma 13 promises.
void read_crude_list(const Subject& subject, Rows& rows) {
  const CrudeScales<double> scales = crude_scales(subject);
  const auto [first, second] = sample_halves(subject);
  const CrudeList<double> list(first, second, subject.k(), scales);
  const auto analysis = analyse(list, first, second, round_to<double>(subject.exact()));
  rows.choose(fmt::format("two samples of {} draws, seed {}", first.cols(), subject.settings().seed));
  WorstCase mean, covariance, mean_promise, covariance_promise;
  for (std::size_t i = 0; i < analysis.choices.size(); ++i) {
    const auto& choice = analysis.choices[i];
    const std::string at = index_text(static_cast<Index>(i));
    mean.offer(at, computed(choice.mean_error), computed(choice.mean_error_upper));
    covariance.offer(at, computed(choice.covariance_error), computed(choice.covariance_error_upper));
    mean_promise.offer(at, computed(choice.mean_error * choice.mean_error), computed(crude_mean_promise(scales)));
    covariance_promise.offer(at, computed(choice.covariance_error), computed(crude_covariance_promise(scales)));
  }
  const auto fails = std::ranges::find_if(analysis.hypotheses, [](const auto& h) { return !h.holds(); });
  if (fails != analysis.hypotheses.end())
    return rows.not_applicable(with_constants, "", fails->name + " fails for this sample");
  rows.plain(with_constants, mean.part("|mu_i - muhat_i|, measured perturbation"), mean.lhs(), mean.rhs());
  rows.plain(with_constants, covariance.part("|Q_i - Qhat_i|_F, measured perturbation"), covariance.lhs(),
             covariance.rhs());
  rows.plain(with_constants, mean_promise.part("|mu_i - muhat_i|^2 <= 5.83 beta/lambda_min"), mean_promise.lhs(),
             mean_promise.rhs());
  rows.plain(with_constants, covariance_promise.part("|Q_i - Qhat_i|_F <= 6.4 beta/lambda_min"),
             covariance_promise.lhs(), covariance_promise.rhs());
}

void lemma_13(const Subject& subject, Rows& rows) {
  rows.attempt(printed, "", [&] { printed_sizes(subject, rows, true); });
  read_crude_list(subject, rows);
}

void algorithm_4(const Subject& subject, Rows& rows) {
  rows.not_applicable(printed, "", "an algorithm; what it promises is Lemma 13");
  read_crude_list(subject, rows);
}

void algorithm_2(const Subject& subject, Rows& rows) {
  rows.not_applicable(printed, "", "poly(dR/beta) samples with a hidden polynomial; what they are for is Lemma 14");
  const CrudeScales<double> scales = crude_scales(subject);
  const double failure = from_rational<double>(subject.value("failure"));
  const auto n = static_cast<double>(subject.settings().samples);
  const double needed = crude_mean_sample_size(subject.d(), scales.beta, scales.R, failure);
  rows.choose(fmt::format("{} draws, seed {}, failure probability {:.3g}", n, subject.settings().seed, failure));
  if (n < needed) return rows.not_applicable(with_constants, "", fmt::format("N >= {} fails: raise --samples", needed));
  const auto mixture = round_to<double>(subject.exact());
  const Matrix<double> error =
      second_moment(draw(mixture, subject.settings().samples, subject.settings().seed).points) - second_moment(mixture);
  const Eigen::SelfAdjointEigenSolver<Matrix<double>> solver(error, Eigen::EigenvaluesOnly);
  rows.likely("|Mhat - M|_op <= beta/2", computed(solver.eigenvalues().cwiseAbs().maxCoeff()),
              computed(scales.beta / 2), to_text(subject.value("failure")));
}

void algorithm_3(const Subject& subject, Rows& rows) {
  rows.not_applicable(printed, "", "poly(dR/beta) samples with a hidden polynomial; what they are for is Lemma 17");
  const CrudeScales<double> scales = crude_scales(subject);
  const double failure = from_rational<double>(subject.value("failure"));
  const auto n = static_cast<double>(subject.settings().samples);
  double v = 0;
  const auto mixture = round_to<double>(subject.exact());
  for (Index i = 0; i < subject.k(); ++i) v = std::max(v, mixture.means.col(i).squaredNorm());
  const double needed = crude_covariance_sample_size(subject.d(), scales.beta, v, failure);
  rows.choose(
      fmt::format("plain route, {} draws, seed {}, failure probability {:.3g}", n, subject.settings().seed, failure));
  if (n < needed) return rows.not_applicable(with_constants, "", fmt::format("N >= {} fails: raise --samples", needed));
  const Matrix<double> all = Matrix<double>::Identity(subject.d(), subject.d());
  const Matrix<double> error =
      fourth_moment(draw(mixture, subject.settings().samples, subject.settings().seed).points, all) -
      fourth_moment(mixture, all);
  const Eigen::SelfAdjointEigenSolver<Matrix<double>> solver(error, Eigen::EigenvaluesOnly);
  rows.likely("|C11hat - C11|_op <= beta^2/2", computed(solver.eigenvalues().cwiseAbs().maxCoeff()),
              computed(scales.beta * scales.beta / 2), to_text(subject.value("failure")));
}

}  // namespace

std::vector<CheckEvaluator> estimate() {
  using enum StatementKind;
  const std::vector<StatementForm> both = {printed, with_constants};
  const CheckKey eta{"eta", "|Mhat - M|_op in units of beta", Rational(1, 10), Rational(0), Rational(1000)};
  const CheckKey failure{"failure", "the failure probability of the sample size", Rational(1, 10), Rational(1, 1000000),
                         Rational(1)};
  std::vector<CheckEvaluator> evaluators = {make_evaluator({lemma, 9}, both, {radius_key()}, lemma_13),
                                            make_evaluator({lemma, 13}, both, {radius_key()}, lemma_13),
                                            make_evaluator({lemma, 14}, both, {radius_key()}, lemma_14),
                                            make_evaluator({lemma, 15}, both, {}, lemma_15),
                                            make_evaluator({lemma, 16}, both, {eta}, lemma_16),
                                            make_evaluator({algorithm, 2}, {with_constants}, {failure}, algorithm_2),
                                            make_evaluator({algorithm, 3}, {with_constants}, {failure}, algorithm_3),
                                            make_evaluator({algorithm, 4}, {with_constants}, {}, algorithm_4)};
  for (CheckEvaluator& evaluator : recentring_checks()) evaluators.push_back(std::move(evaluator));
  return evaluators;
}

}  // namespace verimix::checks

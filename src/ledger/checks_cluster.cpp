// Partitions and clustering by means: statements 6, 10, 24, 25, 26, 29, algorithm 5. The covariance statistic is in
// checks_statistic.cpp.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "check_rows.hpp"
#include "check_statistic.hpp"
#include "verimix/cluster/clipped_inverse.hpp"
#include "verimix/cluster/clustering_error.hpp"
#include "verimix/cluster/group_errors.hpp"
#include "verimix/core/cholesky.hpp"
#include "verimix/core/roots.hpp"

namespace verimix::checks {
namespace {

std::string distance_text(const std::optional<Ball>& distance) {
  return distance ? fmt::format("{:.6g}", approximate(*distance)) : "infinite";
}

// A definition asserts nothing; its best constants for the chosen partition are what one wants to know.
void partition_definition(const Subject& subject, Rows& rows) {
  const BallSeparation best = separation_of(subject, subject.pair());
  rows.choose(fmt::format("cells {}: Din_mu = {:.6g}, Dout_mu = {}, Din_Q = {:.6g}, Dout_Q = {}",
                          cells_text(subject.cells()), approximate(best.in_mean), distance_text(best.out_mean),
                          approximate(best.in_covariance), distance_text(best.out_covariance)));
  for (const StatementForm form : {printed, with_constants})
    rows.not_applicable(form, "", "a definition asserts nothing; the best constants stand under `choice`");
}

// The first hypothesis of Proposition 25 that does not certainly hold; `covariance` and `in` are what it asks of them.
std::string separation_hypothesis(const Subject& subject, const BallSeparation& best, const Ball& least_mean,
                                  const Ball& least_covariance, const Ball& c) {
  const Ball e = subject.ball("mean-error");
  const auto below = [](const Ball& a, const Ball& b) { return less(b, a) == Truth::no; };
  if (best.out_mean && !below(least_mean, *best.out_mean)) return "the bound on Dout_mu from below fails";
  if (!best.out_covariance) return "";
  if (!below(least_covariance, *best.out_covariance)) return "the bound on Dout_Q from below fails";
  const Ball allowed = c * *best.out_covariance * sqrt(subject.least_eigenvalue()) / subject.largest_eigenvalue();
  return below(e + best.in_mean, allowed) ? "" : "sqrt(ups_mean) + Din_mu <= c Dout_Q sqrt(alpha)/beta fails";
}

// min over the terms of the printed exponent; those of a partition with one group are not there.
Ball printed_exponent(const Subject& subject, const BallSeparation& best) {
  const Ball alpha = subject.least_eigenvalue(), beta = subject.largest_eigenvalue();
  const Ball a = alpha / beta;
  std::optional<Ball> exponent;
  const auto enter = [&](const Ball& term) { exponent = exponent ? minimum(*exponent, term) : term; };
  if (best.out_mean) enter(*best.out_mean * *best.out_mean / (alpha * sqrt(Ball(static_cast<long>(subject.k())))));
  if (best.out_covariance) {
    enter(alpha * alpha * *best.out_covariance / (beta * beta * beta));
    const Ball u = subject.ball("covariance-error");
    const Ball ratio = a * a * a * *best.out_covariance;
    if (less(Ball(0), u) == Truth::yes) enter(ratio * ratio / (u * u));
  }
  return *exponent;
}

// An enclosure of an error may be wide; what draws say of the largest one stands beside it.
std::string clustering_choice(const Subject& subject, const std::vector<Misclassified>& wrong) {
  std::string text = fmt::format("cells {}; midpoint thresholds", cells_text(subject.cells()));
  if (subject.d() == 1) return text;
  Ball most = 0;
  for (const Misclassified& one : wrong) most = maximum(most, upper_end(one.counted.value));
  return text + fmt::format("; in {} draws of each component it errs with probability {:.3g} at most",
                            subject.settings().samples, approximate(most));
}

void proposition_25(const Subject& subject, Rows& rows) {
  const PartitionPair pair = subject.pair();
  const BallSeparation best = separation_of(subject, pair);
  if (!best.out_mean && !best.out_covariance) {
    for (const StatementForm form : {printed, with_constants})
      rows.not_applicable(form, "", "there is one cell: nothing can be misclassified");
    return;
  }
  const auto wrong = misclassified(subject, subject.clustering());
  rows.choose(clustering_choice(subject, wrong));
  const Ball alpha = subject.least_eigenvalue(), beta = subject.largest_eigenvalue();
  const Ball e = subject.ball("mean-error"), u = subject.ball("covariance-error"), k(static_cast<long>(subject.k()));
  const Ball cubed = beta * beta * beta / (alpha * alpha * alpha);
  const std::string why_not =
      separation_hypothesis(subject, best, 6 * maximum(e, sqrt(k * beta)),
                            maximum(5 * cubed * u, subject.ball("c") * alpha), subject.ball("c"));
  if (!why_not.empty()) {
    rows.not_applicable(printed, "exponent", why_not + " (16)");
  } else {
    WorstCase worst;
    const Ball exponent = printed_exponent(subject, best);
    for (Index i = 0; i < subject.k(); ++i) {
      const Quantity& lhs = wrong[static_cast<std::size_t>(i)].counted;
      worst.offer(index_text(i), certified(exponent), minus_log(lhs, k * k * k));
    }
    rows.hidden(worst.part("the exponent claimed, and -log(P/k^3)"), worst.lhs(), worst.rhs());
  }
  const std::string missing = separation_hypothesis(subject, best, 6 * e, 20 * cubed * u, Ball(1) / 10);
  if (!missing.empty()) return rows.not_applicable(with_constants, "", missing + " (as repaired)");
  const Ball bound = clustering_error_sum(best.out_mean, best.out_covariance, alpha, beta, subject.k());
  WorstCase worst;
  for (Index i = 0; i < subject.k(); ++i)
    worst.offer(index_text(i), wrong[static_cast<std::size_t>(i)].against(bound), certified(bound));
  rows.plain(with_constants, worst.part("P[c(x) is not the cell of i]"), worst.lhs(), worst.rhs());
}

void lemma_26(const Subject& subject, Rows& rows) {
  const DisturbedParameters estimates = subject.estimates();
  const Ball alpha = subject.least_eigenvalue(), u = subject.ball("covariance-error");
  WorstCase worst_printed, worst;
  for (Index i = 0; i < subject.k(); ++i) {
    const Matrix<Ball>& q = subject.balls().covariances[static_cast<std::size_t>(i)];
    const Matrix<Ball> half = lower_inverse(cholesky(q).lower);
    const Matrix<Ball> inverse = half.transpose() * half;
    const Matrix<Ball> clipped = clipped_inverse(estimates.covariance(i), alpha).inverse;
    const Quantity lhs = certified(frobenius<Ball>(clipped - inverse));
    const Ball bound = clipped_inverse_error_upper(u, alpha);
    worst.offer(index_text(i), lhs, certified(bound));
    worst_printed.offer(index_text(i), lhs, certified(2 * bound));
  }
  rows.choose("alpha = the least eigenvalue, ups = " + to_text(subject.value("covariance-error")));
  rows.plain(printed, worst_printed.part(""), worst_printed.lhs(), worst_printed.rhs());
  rows.plain(with_constants, worst.part(""), worst.lhs(), worst.rhs());
}

// P_{N_i}[muhat(x) is muhat_j] for i and j of different mean groups, one pair at a time.
void lemma_29(const Subject& subject, Rows& rows) {
  const PartitionPair pair = subject.pair();
  const BallSeparation best = separation_of(subject, pair);
  if (!best.out_mean) {
    for (const StatementForm form : {printed, with_constants})
      rows.not_applicable(form, "", "there is one mean group: the means are equal");
    return;
  }
  const Ball alpha = subject.least_eigenvalue(), beta = subject.largest_eigenvalue();
  const Ball e = subject.ball("mean-error"), root_k = sqrt(Ball(static_cast<long>(subject.k())));
  const DisturbedParameters estimates = subject.estimates();
  const bool far = less(*best.out_mean, 6 * e) == Truth::no;
  const bool far_as_printed = less(*best.out_mean, 6 * maximum(e, root_k * sqrt(beta))) == Truth::no;
  WorstCase as_printed, repaired;
  for (Index i = 0; i < subject.k(); ++i) {
    for (Index j = 0; j < subject.k(); ++j) {
      if (pair.mean_group[static_cast<std::size_t>(i)] == pair.mean_group[static_cast<std::size_t>(j)]) continue;
      const Gaussian<Ball> law = subject.gaussian(i);
      const bool tie = estimates.means.col(i) == estimates.means.col(j);
      const Quantity lhs = certified(
          tie ? Ball(1) : pairwise_mean_error(law.mean, law.covariance, estimates.mean(i), estimates.mean(j)));
      const Ball m = subject.mean_distance(i, j);
      as_printed.offer(indices_text(i, j), certified(m * m / (alpha * root_k)), certified(-log(lhs.value)));
      repaired.offer(indices_text(i, j), lhs, certified(pairwise_mean_error_upper(m, beta)));
    }
  }
  rows.choose("the event |x - muhat_j| <= |x - muhat_i|");
  if (far_as_printed)
    rows.hidden(as_printed.part("the exponent claimed, and -log P"), as_printed.lhs(), as_printed.rhs());
  else
    rows.not_applicable(printed, "", "Dout_mu >= max(6 sqrt(ups_mean), 6 sqrt(k beta)) fails");
  if (far)
    rows.plain(with_constants, repaired.part(""), repaired.lhs(), repaired.rhs());
  else
    rows.not_applicable(with_constants, "", "Dout_mu >= 6 sqrt(ups_mean) fails");
}

void algorithm_5(const Subject& subject, Rows& rows) {
  const BallSeparation best = separation_of(subject, subject.pair());
  rows.choose(fmt::format("cells {}; midpoint thresholds", cells_text(subject.cells())));
  if (best.out_covariance) {
    const Ball beta = subject.largest_eigenvalue();
    rows.plain(printed, "twice the printed eta leaves room below D^2/beta^2",
               certified(2 * threshold_accuracy_printed(*best.out_covariance, beta)),
               certified(covariance_gap_lower(*best.out_covariance, beta)));
  } else {
    rows.not_applicable(printed, "", "there is one covariance group: no threshold is read");
  }
  if (subject.cells().size() == 1)
    return rows.not_applicable(with_constants, "", "there is one cell: nothing can be misclassified");
  const Clustering<double> clustering = subject.clustering();
  const auto wrong = misclassified(subject, clustering);
  rows.choose(clustering_choice(subject, wrong));
  WorstCase worst;
  for (Index i = 0; i < subject.k(); ++i) {
    const Ball bound = misclassification_upper(subject.balls(), clustering, i);
    worst.offer(index_text(i), wrong[static_cast<std::size_t>(i)].against(bound), certified(bound));
  }
  rows.plain(with_constants, worst.part("P[c(x) is not the cell of i]"), worst.lhs(), worst.rhs());
}

}  // namespace

std::vector<CheckEvaluator> cluster() {
  using enum StatementKind;
  const std::vector<StatementForm> both = {printed, with_constants};
  const std::vector<CheckKey> groups = {mean_groups_key(), covariance_groups_key()};
  std::vector<CheckKey> guarantee = clustering_keys();
  const CheckKey small{"c", "the small constant of (16)", Rational(1, 100), Rational(0), Rational(1000)};
  guarantee.push_back(small);
  std::vector<CheckEvaluator> evaluators = {
      make_evaluator({definition, 6}, {}, groups, partition_definition),
      make_evaluator({definition, 10}, {}, groups, partition_definition),
      make_evaluator({definition, 24}, {}, groups, partition_definition),
      make_evaluator({proposition, 25}, both, guarantee, proposition_25),
      make_evaluator({lemma, 26}, both, {mean_error_key(), covariance_error_key()}, lemma_26),
      make_evaluator({lemma, 29}, both, clustering_keys(), lemma_29),
      make_evaluator({algorithm, 5}, both, clustering_keys(), algorithm_5)};
  for (CheckEvaluator& evaluator : covariance_statistic_checks()) evaluators.push_back(std::move(evaluator));
  return evaluators;
}

}  // namespace verimix::checks

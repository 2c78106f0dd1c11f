// The covariance statistic: statements 27, 28, 30, 31.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "check_rows.hpp"
#include "check_statistic.hpp"
#include "verimix/cluster/clipped_inverse.hpp"
#include "verimix/cluster/covariance_statistic.hpp"
#include "verimix/cluster/group_errors.hpp"
#include "verimix/cluster/statistic_deviation.hpp"
#include "verimix/mixture/draw.hpp"

namespace verimix::checks {
namespace {

void one_covariance_group(Rows& rows) {
  for (const StatementForm form : {printed, with_constants})
    rows.not_applicable(form, "", "there is one covariance group: the covariances are equal");
}

struct StatisticCase {
  PartitionPair pair;
  DeviationSetting<Ball> setting;
  DisturbedParameters estimates;
  std::vector<Matrix<Ball>> inverses;
  /// |m - mu| <= c Delta sqrt(alpha)/beta, certainly? For the estimate of the own mean, and for every one of its group.
  bool centred = false, group_centred = false;
  /// sqrt(ups_mean) + Din_mu.
  Ball mean_error;

  StatisticCase(const Subject& subject, const BallSeparation& best)
      : pair(subject.pair()), estimates(subject.estimates()) {
    setting = {subject.least_eigenvalue(), subject.largest_eigenvalue(), *best.out_covariance,
               subject.ball("covariance-error"), subject.ball("c")};
    for (Index i = 0; i < subject.k(); ++i)
      inverses.push_back(clipped_inverse(estimates.covariance(i), setting.alpha).inverse);
    const Ball allowed = setting.c * setting.delta_out * sqrt(setting.alpha) / setting.beta;
    centred = less(allowed, subject.ball("mean-error")) == Truth::no;
    mean_error = subject.ball("mean-error") + best.in_mean;
    group_centred = less(allowed, mean_error) == Truth::no;
  }

  bool apart(Index i, Index j) const {
    return pair.covariance_group[static_cast<std::size_t>(i)] != pair.covariance_group[static_cast<std::size_t>(j)];
  }

  /// T_ij for x ~ N_of about the estimate of its own mean.
  StatisticInstance<Ball> instance(const Subject& subject, Index i, Index j, Index of) const {
    const Gaussian<Ball> law = subject.gaussian(of);
    return {law.mean,
            estimates.mean(of),
            law.covariance,
            subject.balls().covariances[static_cast<std::size_t>(i)],
            inverses[static_cast<std::size_t>(i)],
            inverses[static_cast<std::size_t>(j)]};
  }
};

// The printed exponent has min(1, alpha^2/ups^2), which balls cannot form at ups = 0; it is 1 for every ups <= alpha.
Ball claimed_exponent(DeviationSetting<Ball> setting, const Ball& distance, const Ball& c_prime) {
  if (less(setting.alpha, setting.upsilon) == Truth::no) setting.upsilon = setting.alpha;
  return lower_deviation_exponent_printed(setting, distance, c_prime);
}

constexpr const char* not_centred = "|muhat - mu| <= c Dout_Q sqrt(alpha)/beta fails";

std::string statistic_choice(const Subject& subject) {
  return fmt::format("ups_cov = {}, |muhat - mu| = {}, c = {}", to_text(subject.value("covariance-error")),
                     to_text(subject.value("mean-error")), to_text(subject.value("c")));
}

void lemma_27(const Subject& subject, Rows& rows) {
  const BallSeparation best = separation_of(subject, subject.pair());
  if (!best.out_covariance) return one_covariance_group(rows);
  const StatisticCase known(subject, best);
  const Ball c_prime = subject.ball("c-prime");
  rows.choose(statistic_choice(subject) + ", c' = " + to_text(subject.value("c-prime")));
  if (!known.centred) {
    for (const StatementForm form : {printed, with_constants}) rows.not_applicable(form, "", not_centred);
    return;
  }
  WorstCase as_printed, repaired;
  std::string missing;
  for (Index i = 0; i < subject.k(); ++i) {
    for (Index j = 0; j < subject.k(); ++j) {
      if (!known.apart(i, j)) continue;
      const Ball distance = subject.covariance_distance(i, j);
      const auto instance = known.instance(subject, i, j, j);
      const Ball gap = covariance_gap(instance.q_i, subject.balls().covariances[static_cast<std::size_t>(j)]);
      const auto tail = [&](const Ball& slack) { return statistic_tails(instance, gap - slack).lower; };
      const Ball claimed = claimed_exponent(known.setting, distance, c_prime);
      // A failure that cannot happen bears every constant.
      const Ball fails = tail(lower_deviation_slack_printed(known.setting, distance, c_prime));
      if (equal(fails, Ball(0)) != Truth::yes)
        as_printed.offer(indices_text(i, j), certified(claimed), minus_log(certified(fails)));
      // The least distance is Delta itself, which balls cannot tell from it.
      DeviationSetting<Ball> setting = known.setting;
      setting.delta_out *= 1 - Ball(0x1p-40);
      const std::string hypothesis = lower_deviation_hypothesis(setting, distance, c_prime);
      if (!hypothesis.empty()) {
        missing = hypothesis;
        continue;
      }
      repaired.offer(indices_text(i, j), certified(tail(lower_deviation_slack(setting, distance, c_prime))),
                     certified(lower_deviation_probability_upper(setting, distance, c_prime)));
    }
  }
  const Ball ratio = known.setting.beta / known.setting.alpha;
  if (as_printed.empty())
    rows.plain(printed, "P[T_ij < gap_ij - E] is 0 for all pairs", certified(Ball(0)), certified(Ball(0)));
  else if (less(known.setting.delta_out, 5 * ratio * ratio * ratio * known.setting.upsilon) == Truth::no)
    rows.hidden(as_printed.part("the exponent claimed, and -log P"), as_printed.lhs(), as_printed.rhs());
  else
    rows.not_applicable(printed, "", "Dout_Q >= 5 (beta/alpha)^3 ups_cov fails");
  if (repaired.empty()) return rows.not_applicable(with_constants, "", missing + " fails");
  rows.plain(with_constants, repaired.part("P[T_ij < gap_ij - E], x ~ N_j"), repaired.lhs(), repaired.rhs());
}

void lemma_28(const Subject& subject, Rows& rows) {
  const BallSeparation best = separation_of(subject, subject.pair());
  if (!best.out_covariance) return one_covariance_group(rows);
  const StatisticCase known(subject, best);
  const Ball s = subject.ball("s");
  rows.choose(statistic_choice(subject) + ", s = " + to_text(subject.value("s")));
  if (!known.centred) {
    for (const StatementForm form : {printed, with_constants}) rows.not_applicable(form, "", not_centred);
    return;
  }
  WorstCase as_printed, repaired;
  for (Index i = 0; i < subject.k(); ++i) {
    // All j, also of i's own covariance group: the statement does not ask for |Q_i - Q_j|_F >= Dout_Q.
    for (Index j = 0; j < subject.k(); ++j) {
      // With equal estimates, and for j = i, the statistic is 0, which passes no level.
      if (known.estimates.covariances[static_cast<std::size_t>(i)] ==
          known.estimates.covariances[static_cast<std::size_t>(j)])
        continue;
      const Ball distance = subject.covariance_distance(i, j);
      const auto instance = known.instance(subject, i, j, i);
      const auto tail = [&](const Ball& level) { return statistic_tails(instance, level).upper; };
      const Ball fails = tail(upper_deviation_level_printed(known.setting, distance, s));
      if (equal(fails, Ball(0)) != Truth::yes)
        as_printed.offer(indices_text(i, j), certified(s), minus_log(certified(fails)));
      repaired.offer(indices_text(i, j), certified(tail(upper_deviation_level(known.setting, distance, s))),
                     certified(upper_deviation_probability_upper(s)));
    }
  }
  if (as_printed.empty())
    rows.plain(printed, "P[T_ij > level] is 0 for all pairs", certified(Ball(0)), certified(Ball(0)));
  else
    rows.hidden(as_printed.part("the exponent s, and -log P with O(k) = 1"), as_printed.lhs(), as_printed.rhs());
  if (repaired.empty())
    return rows.plain(with_constants, "P[T_ij > level] is 0 for all pairs", certified(Ball(0)), certified(Ball(0)));
  rows.plain(with_constants, repaired.part("P[T_ij > level], x ~ N_i"), repaired.lhs(), repaired.rhs());
}

DeviationSetting<Real50> rounded_setting(const StatisticCase& known, const Subject& subject) {
  return {Real50(approximate(known.setting.alpha) * (1 - 1e-12)), Real50(approximate(known.setting.beta) * (1 + 1e-12)),
          Real50(approximate(known.setting.delta_out) * (1 - 1e-12)),
          from_rational<Real50>(subject.value("covariance-error")), from_rational<Real50>(subject.value("c"))};
}

// Algorithm 5 with the thresholds that the corollaries ask for, t_ij - eta for t_ij = <Q_i, K_i - K_j> + gap_ij - E.
// They are made of the true covariances; the paper finds them by trying all.
Clustering<double> printed_clustering(const Subject& subject, const StatisticCase& known) {
  const Mixture<double> truth = round_to<double>(subject.exact());
  const Clustering<double> midpoint = subject.clustering();
  const DeviationSetting<Real50> rounded = rounded_setting(known, subject);
  const DeviationSetting<double> setting{static_cast<double>(rounded.alpha), static_cast<double>(rounded.beta),
                                         static_cast<double>(rounded.delta_out), static_cast<double>(rounded.upsilon),
                                         static_cast<double>(rounded.c)};
  const double c_prime = from_rational<double>(subject.value("c-prime"));
  const double eta = threshold_accuracy(setting.delta_out, setting.beta);
  Matrix<double> table = Matrix<double>::Zero(subject.k(), subject.k());
  for (Index i = 0; i < subject.k(); ++i) {
    for (Index j = 0; j < subject.k(); ++j) {
      if (!known.apart(i, j)) continue;
      const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
      const double slack = lower_deviation_slack(setting, approximate(subject.covariance_distance(i, j)), c_prime);
      table(i, j) = threshold_center(truth.covariances[a], truth.covariances[b], midpoint.clipped()[a].inverse,
                                     midpoint.clipped()[b].inverse, slack) -
                    eta;
    }
  }
  return Clustering<double>(subject.estimates().rounded(), known.pair, subject.clustering_options(), table);
}

// Draws of a component that Algorithm 5 with the printed thresholds gives its own mean group and covariance group b
// (-1: none).
ConfidenceInterval group_probability(const Subject& subject, const Clustering<double>& clustering, Index i, Index b,
                                     double confidence) {
  const CheckSettings& settings = subject.settings();
  const Mixture<double> law = sub_mixture(round_to<double>(subject.exact()), {i});
  const ClusterAssignment found = clustering.assign(draw(law, settings.samples, settings.seed).points);
  const Index own = clustering.partition().mean_group[static_cast<std::size_t>(i)];
  Index count = 0;
  for (std::size_t n = 0; n < found.mean_group.size(); ++n)
    if (found.mean_group[n] == own && found.covariance_group[n] == b) ++count;
  return binomial_interval(count, settings.samples, confidence);
}

// What both bounds read, in balls. c, c' and Delta are a little smaller than they are, since c' and c may be 1/100 and
// the least distance is Delta, which balls cannot tell from each other; that c Delta still allows the means' errors is
// asked for again.
struct GroupBound {
  Matrix<Ball> distances;
  DeviationSetting<Ball> setting;
  Ball c_prime;
  bool centred = false;

  GroupBound(const Subject& subject, const StatisticCase& known)
      : distances(Matrix<Ball>::Constant(subject.k(), subject.k(), Ball(0))),
        setting(known.setting),
        c_prime(subject.ball("c-prime") * (1 - Ball(0x1p-40))) {
    for (Index i = 0; i < subject.k(); ++i)
      for (Index j = 0; j < subject.k(); ++j)
        if (i != j) distances(i, j) = subject.covariance_distance(i, j);
    setting.c *= 1 - Ball(0x1p-40);
    setting.delta_out *= 1 - Ball(0x1p-40);
    const Ball allowed = setting.c * setting.delta_out * sqrt(setting.alpha) / setting.beta;
    centred = less(allowed, known.mean_error) == Truth::no;
  }
};

// Both corollaries: events (i, b), each with its printed exponent, its explicit bound and its prefactor k^power.
template <class Bound>
void group_corollary(const Subject& subject, Rows& rows, bool none, int power, const Bound& bound) {
  const BallSeparation best = separation_of(subject, subject.pair());
  if (!best.out_covariance) return one_covariance_group(rows);
  const StatisticCase known(subject, best);
  rows.choose(statistic_choice(subject) + "; printed thresholds, counted in draws of N_i");
  if (!known.group_centred) {
    for (const StatementForm form : {printed, with_constants})
      rows.not_applicable(form, "", "sqrt(ups_mean) + Din_mu <= c Dout_Q sqrt(alpha)/beta fails");
    return;
  }
  const GroupBound of(subject, known);
  if (!of.centred) return rows.undecided(with_constants, "", "balls cannot tell that the means are near enough");
  const Clustering<double> clustering = printed_clustering(subject, known);
  const Index groups = *std::ranges::max_element(known.pair.covariance_group) + 1;
  const double confidence = subject.shared_confidence(subject.k() * groups);
  WorstCase as_printed, repaired;
  for (Index i = 0; i < subject.k(); ++i) {
    for (Index b = none ? -1 : 0; b < (none ? 0 : groups); ++b) {
      if (b == known.pair.covariance_group[static_cast<std::size_t>(i)]) continue;
      const auto [exponent, upper] = bound(known, of, i, b);
      const Quantity lhs = estimated(group_probability(subject, clustering, i, b, confidence));
      Ball prefactor = 2;
      for (int r = 0; r < power; ++r) prefactor *= Ball(static_cast<long>(subject.k()));
      const std::string at = none ? index_text(i) : fmt::format("i = {}, b' = {}", i + 1, b + 1);
      as_printed.offer(at, certified(exponent), minus_log(lhs, prefactor));
      if (is_finite(upper)) repaired.offer(at, lhs, certified(upper));
    }
  }
  const std::string hypotheses = "one of (16), c <= 1, c' <= 1 fails";
  if (repaired.empty()) {
    rows.not_applicable(printed, "", hypotheses);
    return rows.not_applicable(with_constants, "", hypotheses);
  }
  const Ball k(static_cast<long>(subject.k()));
  const Ball least = 6 * maximum(subject.ball("mean-error"), sqrt(k * subject.largest_eigenvalue()));
  if (best.out_mean && less(*best.out_mean, least) != Truth::no)
    rows.not_applicable(printed, "", "Dout_mu >= max(6 sqrt(ups_mean), 6 sqrt(k beta)) fails (16)");
  else
    rows.hidden(as_printed.part(fmt::format("the exponent claimed, and -log(P/(2 k^{})), P joint", power)),
                as_printed.lhs(), as_printed.rhs());
  rows.plain(with_constants, repaired.part("joint probability"), repaired.lhs(), repaired.rhs());
}

void corollary_30(const Subject& subject, Rows& rows) {
  const Ball c_prime = subject.ball("c-prime");
  group_corollary(subject, rows, false, 2, [&](const StatisticCase& known, const GroupBound& of, Index i, Index b) {
    std::optional<Ball> least;
    for (Index j = 0; j < subject.k(); ++j) {
      if (known.pair.covariance_group[static_cast<std::size_t>(j)] != b) continue;
      const Ball distance = subject.covariance_distance(i, j);
      least = least ? minimum(*least, distance) : distance;
    }
    return std::pair(claimed_exponent(known.setting, *least, c_prime),
                     wrong_group_probability_upper(of.distances, known.pair, i, b, of.setting, of.c_prime));
  });
}

void corollary_31(const Subject& subject, Rows& rows) {
  group_corollary(subject, rows, true, 3, [&](const StatisticCase& known, const GroupBound& of, Index i, Index) {
    const Ball& beta = known.setting.beta;
    const Ball& alpha = known.setting.alpha;
    return std::pair(alpha * alpha * known.setting.delta_out / (beta * beta * beta),
                     no_group_probability_upper(of.distances, known.pair, i, of.setting, of.c_prime));
  });
}

}  // namespace

std::vector<CheckEvaluator> covariance_statistic_checks() {
  using enum StatementKind;
  const std::vector<StatementForm> both = {printed, with_constants};
  const auto c = [](const Rational& standard) {
    return CheckKey{"c", "|muhat - mu| <= c Dout_Q sqrt(alpha)/beta", standard, Rational(0), Rational(1000)};
  };
  const auto c_prime = [](const Rational& standard) {
    return CheckKey{"c-prime", "the c' of E; the explicit forms ask for c' <= 1", standard, Rational(1, 1000000),
                    Rational(1000000)};
  };
  const CheckKey s{"s", "the s of Lemma 28", Rational(2), Rational(1), Rational(1000000)};
  const auto keys = [](std::initializer_list<CheckKey> more) {
    std::vector<CheckKey> all = clustering_keys();
    all.insert(all.end(), more);
    return all;
  };
  return {make_evaluator({lemma, 27}, both, keys({c(Rational(1, 10)), c_prime(Rational(1, 2))}), lemma_27),
          make_evaluator({lemma, 28}, both, keys({c(Rational(1, 10)), s}), lemma_28),
          make_evaluator({corollary, 30}, both, keys({c(Rational(1, 100)), c_prime(Rational(1, 100))}), corollary_30),
          make_evaluator({corollary, 31}, both, keys({c(Rational(1, 100)), c_prime(Rational(1, 100))}), corollary_31)};
}

}  // namespace verimix::checks

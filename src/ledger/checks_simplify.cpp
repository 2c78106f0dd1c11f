// Simplification of the score: statements 33-39. Propositions 7 and 32 are in checks_simplification.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "check_rows.hpp"
#include "check_simplification.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/hypercontractivity.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/simplify/line_removal.hpp"
#include "verimix/simplify/overlap.hpp"
#include "verimix/simplify/score_difference.hpp"
#include "verimix/simplify/score_removal.hpp"

namespace verimix::checks {
namespace {

// The digits of quadratures: enough to decide, cheap enough for a table.
int quadrature_digits(const Subject& subject) { return std::min(subject.settings().digits, 12); }

// E_{N_i}|s - s_U|^4: the value on the line, else what is between 0 and the bound from exact moments.
Quantity removal_moment(const Subject& subject, const Removal& removal) {
  if (subject.d() == 1)
    return certified(removal_moment_line(subject.exact(), removal, 4, quadrature_digits(subject)).value);
  return certified(hull(Ball(0), removal_moment_upper(subject.balls(), removal, 4)));
}

std::vector<Ball> squared_distances(const Subject& subject, Index i, const std::vector<Index>& others) {
  std::vector<Ball> distances;
  for (const Index j : others)
    if (j != i) distances.push_back(squared_distance(subject.balls(), i, j));
  return distances;
}

std::vector<Index> all_components(const Subject& subject) { return subject.singletons_but(-1); }

// The parts of Lemmas 33 and 34 for one removal; `kept` is U.
struct FourthMoments {
  WorstCase kept_explicit, kept_instance, kept_printed, removed_explicit, removed_printed;

  void offer(const Subject& subject, const Removal& removal) {
    const Index i = removal.component;
    const auto& kept = removal.after;
    std::vector<Index> removed;
    for (const Index j : removal.before)
      if (std::ranges::find(kept, j) == kept.end()) removed.push_back(j);
    const Ball weight = subject.balls().weights(i);
    const RemovalSizes<Ball> sizes{subject.sizes().alpha, subject.sizes().beta, weight};
    const RemovalSizes<Ball> raw{subject.least_eigenvalue(), subject.largest_eigenvalue(), weight};
    const Ball c = subject.ball("c");
    const int k = static_cast<int>(subject.k());
    const Quantity lhs = removal_moment(subject, removal);
    const std::string at = index_text(i);
    if (std::ranges::find(kept, i) != kept.end()) {
      const auto distances = squared_distances(subject, i, removed);
      kept_explicit.offer(at, lhs,
                          certified(kept_fourth_upper(sizes, static_cast<int>(kept.size()), distances, Ball(1))));
      kept_printed.offer(at, lhs, certified(kept_fourth_printed(raw, k, distances, c)));
      if (subject.d() == 1) kept_instance.offer(at, lhs, certified(removal_moment_upper(subject.balls(), removal, 4)));
      return;
    }
    const auto others = squared_distances(subject, i, removed);
    removed_explicit.offer(
        at, lhs, certified(removed_fourth_upper(sizes, squared_distances(subject, i, kept), others, Ball(1))));
    removed_printed.offer(
        at, lhs,
        certified(removed_fourth_printed(raw, k, squared_distances(subject, i, all_components(subject)), others, c)));
  }

  void report(Rows& rows) const {
    rows.hidden(kept_printed.part("i in U"), kept_printed.lhs(), kept_printed.rhs());
    if (!removed_printed.empty())
      rows.hidden(removed_printed.part("i not in U"), removed_printed.lhs(), removed_printed.rhs());
    rows.plain(with_constants, kept_explicit.part("i in U"), kept_explicit.lhs(), kept_explicit.rhs());
    if (!kept_instance.empty())
      rows.plain(with_constants, kept_instance.part("i in U, bound from exact moments"), kept_instance.lhs(),
                 kept_instance.rhs());
    if (!removed_explicit.empty())
      rows.plain(with_constants, removed_explicit.part("i not in U"), removed_explicit.lhs(), removed_explicit.rhs());
  }
};

CheckKey exponent_key() {
  return {"c", "the constant of the printed exponent exp(-c ...)", Rational(1), Rational(0), Rational(1000000)};
}

// The same law: its differences are 0, which balls would leave near 0.
bool agree(const Subject& subject, Index i, Index j) {
  return subject.mean_distance_squared(i, j) == 0 && subject.covariance_distance_squared(i, j) == 0;
}

void nothing_to_remove(Rows& rows) {
  for (const StatementForm form : {printed, with_constants})
    rows.not_applicable(form, "", "k >= 2 fails: there is nothing to take out");
}

// Lemma 33 for U = one component at a time, all others removed.
void lemma_33(const Subject& subject, Rows& rows) {
  if (subject.k() < 2) return nothing_to_remove(rows);
  FourthMoments moments;
  for (Index u = 0; u < subject.k(); ++u)
    for (Index i = 0; i < subject.k(); ++i) moments.offer(subject, {all_components(subject), {u}, i});
  rows.choose("U = one component, in turn");
  moments.report(rows);
}

// Lemma 34 for every component that may be taken out.
void lemma_34(const Subject& subject, Rows& rows) {
  if (subject.k() < 2) return nothing_to_remove(rows);
  FourthMoments moments;
  for (Index j = 0; j < subject.k(); ++j)
    for (Index i = 0; i < subject.k(); ++i)
      moments.offer(subject, {all_components(subject), subject.singletons_but(j), i});
  rows.choose("the component that is removed: each, in turn");
  moments.report(rows);
}

// Claim 35 at the mean of the mixture.
void claim_35(const Subject& subject, Rows& rows) {
  if (subject.k() < 2) return nothing_to_remove(rows);
  const Index k = subject.k(), d = subject.d();
  Vector<Ball> x = Vector<Ball>::Constant(d, Ball(0));
  for (Index i = 0; i < k; ++i)
    for (Index r = 0; r < d; ++r) x(r) += subject.balls().weights(i) * subject.balls().means(r, i);
  const Density<Ball> density(subject.balls());
  const Vector<Ball> p = density.evaluate(x, {.responsibilities = true}).responsibilities.col(0);
  Matrix<Ball> g(d, k);
  for (Index i = 0; i < k; ++i) {
    const WhitenedComponent<Ball>& component = density.components()[static_cast<std::size_t>(i)];
    g.col(i) = component.whitening.transpose() * (component.whitening * (x - component.mean));
  }
  WorstCase by_index, in_one;
  const auto fourth = [&](Index a, Index b) {
    if (agree(subject, a, b)) return Ball(0);
    const Ball square = squared_norm(g.col(a) - g.col(b));
    return square * square;
  };
  for (Index j = 0; j < k; ++j) {
    // 1 - p_j without its cancellation.
    Ball rest = 0;
    for (Index l = 0; l < k; ++l)
      if (l != j) rest += p(l);
    Vector<Ball> difference = Vector<Ball>::Constant(d, Ball(0));
    for (Index l = 0; l < k; ++l)
      if (!agree(subject, j, l)) difference += (g.col(j) - g.col(l)) * (p(j) * p(l) / rest);
    const Ball square = squared_norm(difference);
    Ball mean = 0;
    for (Index l = 0; l < k; ++l)
      if (l != j) mean += p(j) * p(l) / rest * fourth(j, l);
    in_one.offer(index_text(j), certified(square * square), certified(mean));
    for (Index i = 0; i < k; ++i) {
      Ball sum = p(j) * fourth(j, i);
      for (Index l = 0; l < k; ++l)
        if (l != j) sum += p(j) * p(l) / rest * fourth(i, l);
      by_index.offer(indices_text(i, j), certified(square * square), certified(8 * sum));
    }
  }
  rows.choose("x = the mean of the mixture");
  rows.plain(printed, by_index.part("removed: j"), by_index.lhs(), by_index.rhs());
  rows.plain(with_constants, in_one.part("removed: i"), in_one.lhs(), in_one.rhs());
}

void claim_36(const Subject& subject, Rows& rows) {
  if (subject.k() < 2) return nothing_to_remove(rows);
  const Ball alpha = subject.least_eigenvalue(), beta = subject.largest_eigenvalue();
  WorstCase as_printed, repaired;
  for (Index i = 0; i < subject.k(); ++i) {
    for (Index j = i + 1; j < subject.k(); ++j) {
      Ball overlap;
      if (subject.d() == 1) {
        overlap = overlap_line(subject.gaussian(i), subject.gaussian(j));
      } else {
        const auto bracket = log_overlap_bracket(subject.gaussian(i), subject.gaussian(j));
        overlap = hull(exp(bracket.lower), exp(bracket.upper));
      }
      const Ball m2 = in_balls(subject.mean_distance_squared(i, j));
      const Ball d2 = in_balls(subject.covariance_distance_squared(i, j));
      const std::string at = indices_text(i, j);
      as_printed.offer(at, certified(overlap), certified(exp(log_overlap_printed_upper(alpha, beta, m2, d2))));
      repaired.offer(at, certified(overlap), certified(exp(log_overlap_upper(beta, m2, d2))));
    }
  }
  rows.choose(subject.d() == 1 ? "the overlap by quadrature" : "the overlap between its closed-form bounds");
  rows.plain(printed, as_printed.part(""), as_printed.lhs(), as_printed.rhs());
  rows.plain(with_constants, repaired.part(""), repaired.lhs(), repaired.rhs());
}

// Both sides are <= 0 and are compared as y^2/c <= -(the other), so that the ratio is that of two positive numbers.
void fact_37(const Subject& subject, Rows& rows) {
  Rational x = 0;
  if (const auto set = subject.set("x")) {
    x = *set;
  } else {
    Rational least = subject.exact().covariances.front()(0, 0), largest = least;
    for (const Matrix<Rational>& covariance : subject.exact().covariances)
      for (Index r = 0; r < subject.d(); ++r) {
        least = std::min(least, covariance(r, r));
        largest = std::max(largest, covariance(r, r));
      }
    x = least == largest ? Rational(9, 10) : Rational(least / largest);
  }
  const Ball at = in_balls(x);
  rows.choose("x = " + to_text(x));
  rows.plain(printed, "both sides times -1", certified(-logarithm_difference_printed_upper(at)),
             certified(-logarithm_difference_printed(at)));
  rows.plain(with_constants, "both sides times -1", certified(-logarithm_difference_upper(at)),
             certified(-logarithm_difference(at)));
}

void claim_38(const Subject& subject, Rows& rows) {
  if (subject.k() < 2) return nothing_to_remove(rows);
  const Ball alpha = subject.least_eigenvalue(), beta = subject.largest_eigenvalue();
  WorstCase fourth_printed, power_printed, fourth, eighth;
  for (Index i = 0; i < subject.k(); ++i) {
    for (Index j = 0; j < subject.k(); ++j) {
      if (agree(subject, i, j)) continue;
      const Ball m2 = in_balls(subject.mean_distance_squared(i, j));
      const Ball d2 = in_balls(subject.covariance_distance_squared(i, j));
      const Ball four = score_difference_moment(subject.gaussian(i), subject.gaussian(j), 2);
      const Ball eight = score_difference_moment(subject.gaussian(i), subject.gaussian(j), 4);
      const Ball scale = score_difference_scale(m2, d2, alpha);
      const std::string at = indices_text(i, j);
      fourth_printed.offer(at, certified(four), certified(score_difference_fourth_printed(m2, d2, alpha, beta)));
      power_printed.offer(at, certified(eight), certified(score_difference_power_upper(four, 4)));
      fourth.offer(at, certified(four), certified(score_difference_moment_upper(scale, 2)));
      eighth.offer(at, certified(eight), certified(score_difference_moment_upper(scale, 4)));
    }
  }
  if (fourth.empty()) {
    for (const StatementForm form : {printed, with_constants})
      rows.not_applicable(form, "", "two different components are needed: these agree");
    return;
  }
  rows.choose("alpha, beta: the extreme eigenvalues");
  rows.hidden(fourth_printed.part("fourth moment"), fourth_printed.lhs(), fourth_printed.rhs());
  rows.hidden(power_printed.part("t = 4"), power_printed.lhs(), power_printed.rhs());
  rows.plain(with_constants, fourth.part("fourth moment"), fourth.lhs(), fourth.rhs());
  rows.plain(with_constants, eighth.part("eighth moment"), eighth.lhs(), eighth.rhs());
}

// The quadratic form z^T Q z of a component's covariance in its first three variables, raised to an even power.
void fact_39(const Subject& subject, Rows& rows) {
  const Rational t = subject.value("t");
  const Matrix<Rational>& q = subject.exact().covariances[static_cast<std::size_t>(subject.chosen_component())];
  SparsePolynomial form;
  const Index variables = std::min<Index>(subject.d(), 3);
  for (Index r = 0; r < variables; ++r) {
    for (Index c = 0; c < variables; ++c) {
      std::vector<int> exponents(static_cast<std::size_t>(variables), 0);
      ++exponents[static_cast<std::size_t>(r)];
      ++exponents[static_cast<std::size_t>(c)];
      form.push_back({exponents, q(r, c)});
    }
  }
  const Rational half = t / 2;
  if (denominator(half) != 1) throw InputError("", "--set t", to_text(t), "an even integer");
  const int power = static_cast<int>(numerator(t));
  const Ball factor = hypercontractive_upper(2, in_balls(t));
  Ball rhs = 1;
  const Ball second = in_balls(gaussian_power_mean(form, 2));
  for (int r = 0; r < power; ++r) rhs *= factor;
  for (int r = 0; r < power / 2; ++r) rhs *= second;
  const Quantity lhs = certified(in_balls(gaussian_power_mean(form, power)));
  rows.choose(
      fmt::format("p(z) = z^T Q_{} z, t = {}; both sides to the power t", subject.chosen_component() + 1, power));
  rows.plain(printed, "", lhs, certified(rhs));
  rows.plain(with_constants, "", lhs, certified(rhs));
}

}  // namespace

std::vector<CheckEvaluator> simplify() {
  using enum StatementKind;
  const std::vector<StatementForm> both = {printed, with_constants};
  const CheckKey power{"t", "the even power of Fact 39", Rational(4), Rational(2), Rational(16)};
  const CheckKey point{"x", "the x of Fact 37; chosen: the smallest over the largest variance, 9/10 where that is 1",
                       std::nullopt, Rational(1, 1000000), Rational(1000000)};
  std::vector<CheckEvaluator> evaluators = {make_evaluator({lemma, 33}, both, {exponent_key()}, lemma_33),
                                            make_evaluator({lemma, 34}, both, {exponent_key()}, lemma_34),
                                            make_evaluator({claim, 35}, both, {}, claim_35),
                                            make_evaluator({claim, 36}, both, {}, claim_36),
                                            make_evaluator({fact, 37}, both, {point}, fact_37),
                                            make_evaluator({claim, 38}, both, {}, claim_38),
                                            make_evaluator({fact, 39}, both, {power, component_key()}, fact_39)};
  for (CheckEvaluator& evaluator : simplification_checks()) evaluators.push_back(std::move(evaluator));
  return evaluators;
}

}  // namespace verimix::checks

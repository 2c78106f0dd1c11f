#include "check_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/precision_ladder.hpp"
#include "verimix/core/roots.hpp"

namespace verimix::checks {
namespace {

bool certainly_below(const Ball& a, const Ball& b) { return less(a, b) == Truth::yes; }

Rational odd_part_of_denominator(const Rational& x) {
  auto d = denominator(x);
  while (d % 2 == 0) d /= 2;
  return Rational(d);
}

// What is known of lhs <= C rhs when C > 0 is not.
Comparison without_its_constant(const Quantity& lhs, const Quantity& rhs) {
  Comparison result = compare(lhs, rhs);
  if (!is_finite(lhs.value) || !is_finite(rhs.value)) return result;
  result.verdict = Verdict::undecided;
  const Ball zero = 0;
  if ((less(zero, rhs.value) == Truth::no && certainly_below(zero, lhs.value)) ||
      (certainly_below(rhs.value, zero) && less(lhs.value, zero) == Truth::no)) {
    result.verdict = Verdict::violated;
    result.reason = "no constant will do: the right side is not positive";
  } else if (less(zero, lhs.value) == Truth::no && less(rhs.value, zero) == Truth::no) {
    result.verdict = Verdict::holds;
    result.reason = "for every constant: the left side is not positive";
  } else {
    result.reason = "a constant is hidden: this mixture asks for the implied one, and no single mixture refutes it";
  }
  return result;
}

}  // namespace

void Rows::add(StatementForm form, std::string part, Comparison comparison, std::optional<Ball> implied) {
  rows_.push_back({statement_, form, std::move(part), std::move(comparison), std::move(implied), choice_});
}

void Rows::plain(StatementForm form, std::string part, const Quantity& lhs, const Quantity& rhs) {
  Comparison comparison = compare(lhs, rhs);
  // Where a bound is attained, balls cannot tell its sides apart and floating point may get them the wrong way round.
  const bool may_be_rounding = comparison.verdict == Verdict::undecided ||
                               (comparison.verdict == Verdict::violated && comparison.evidence == Evidence::computed);
  if (form == with_constants && may_be_rounding) {
    // What is proved then is a weaker inequality, so the verdict is no more than computed, whatever the sides are.
    if (compare(lhs, {rhs.value * (1 + Ball(0x1p-20)), rhs.evidence}).verdict == Verdict::holds) {
      comparison.verdict = Verdict::holds;
      comparison.evidence = Evidence::computed;
      comparison.reason =
          "the bound is attained: lhs <= (1 + 2^-20) rhs throughout both enclosures, rounding decides the rest";
    }
  }
  add(form, std::move(part), std::move(comparison));
}

void Rows::hidden(std::string part, const Quantity& lhs, const Quantity& rhs) {
  Comparison comparison = compare(lhs, rhs);
  const std::optional<Ball> implied = comparison.ratio;
  if (const auto constant = subject_->set("C")) {
    comparison = compare(lhs, {rhs.value * in_balls(*constant), rhs.evidence});
    comparison.reason += ", with the constant that was set";
  } else {
    comparison = without_its_constant(lhs, rhs);
  }
  add(printed, std::move(part), std::move(comparison), implied);
}

void Rows::without_constant(std::string part, const Quantity& lhs, const Quantity& rhs) {
  Comparison comparison = without_its_constant(lhs, rhs);
  const std::optional<Ball> implied = comparison.ratio;
  add(printed, std::move(part), std::move(comparison), implied);
}

void Rows::not_applicable(StatementForm form, std::string part, std::string reason) {
  add(form, std::move(part), verimix::not_applicable(std::move(reason)));
}

void Rows::likely(std::string part, const Quantity& lhs, const Quantity& rhs, const std::string& failure) {
  Comparison comparison = compare(lhs, rhs);
  if (comparison.verdict == Verdict::violated) {
    comparison.verdict = Verdict::undecided;
    comparison.reason = "this sample breaks it, which it may with probability " + failure + ": try another seed";
  }
  add(with_constants, std::move(part), std::move(comparison));
}

void Rows::undecided(StatementForm form, std::string part, std::string reason) {
  Comparison comparison;
  comparison.lhs = comparison.rhs = computed(std::numeric_limits<double>::infinity());
  comparison.reason = std::move(reason);
  add(form, std::move(part), std::move(comparison));
}

void Rows::attempt(StatementForm form, const std::string& part, const std::function<void()>& work) {
  try {
    work();
  } catch (const UndecidedError& error) {
    undecided(form, part, error.what());
  } catch (const InputError& error) {
    // A value that a person set is theirs to correct; anything else is a domain that this mixture is not in.
    if (error.field().starts_with("--set")) throw;
    not_applicable(form, part, fmt::format("outside of the domain: {}", error.what()));
  }
}

std::vector<Check> Rows::finish() {
  choice_.clear();
  for (const StatementForm form : {printed, with_constants}) {
    if (std::ranges::any_of(rows_, [&](const Check& row) { return row.form == form; })) continue;
    not_applicable(form, "",
                   form == printed ? "as printed it says nothing that one mixture can answer"
                                   : "no form with every constant explicit is proved");
  }
  std::ranges::stable_sort(rows_, {}, [](const Check& row) { return row.form == printed ? 0 : 1; });
  return std::move(rows_);
}

void WorstCase::offer(const std::string& indices, const Quantity& lhs, const Quantity& rhs) {
  const double above = approximate(lhs.value), below = approximate(rhs.value);
  double ratio = below > 0 ? above / below : (above > below ? std::numeric_limits<double>::infinity() : 0);
  if (compare(lhs, rhs).verdict == Verdict::violated) ratio = std::max(ratio, 1e300);
  // What nothing is known of is what the reader must see.
  if (!is_finite(lhs.value) || !is_finite(rhs.value)) ratio = std::numeric_limits<double>::infinity();
  if (count_ == 0 || ratio > ratio_) {
    ratio_ = ratio;
    indices_ = indices;
    lhs_ = lhs;
    rhs_ = rhs;
  }
  ++count_;
}

void WorstCase::offer_fractions(const std::string& indices, const Rational& lhs, const Rational& rhs) {
  Rational factor = odd_part_of_denominator(lhs);
  factor *= odd_part_of_denominator(Rational(rhs * factor));
  const std::string scaled = factor == 1 ? "" : ", both sides times " + to_text(factor);
  offer(indices + scaled, exactly(Rational(lhs * factor)), exactly(Rational(rhs * factor)));
}

std::string WorstCase::part(const std::string& name) const {
  std::string text = name;
  if (!indices_.empty()) text += (text.empty() ? "" : ", ") + indices_;
  if (count_ > 1) text += fmt::format(" (the tightest of {})", count_);
  return text;
}

Quantity minus_log(const Quantity& p, const Ball& scale) {
  const Ball value = less(Ball(0), p.value) == Truth::yes ? p.value : upper_end(p.value);
  return {-log(value / scale), p.evidence};
}

std::string index_text(Index i) { return fmt::format("i = {}", i + 1); }
std::string indices_text(Index i, Index j) { return fmt::format("i = {}, j = {}", i + 1, j + 1); }

CheckEvaluator make_evaluator(StatementId statement, std::vector<StatementForm> forms, std::vector<CheckKey> keys,
                              EvaluatorBody body) {
  if (std::ranges::find(forms, printed) != forms.end()) keys.push_back(constant_key());
  CheckEvaluator evaluator{statement, std::move(forms), keys, {}};
  evaluator.evaluate = [statement, keys = std::move(keys), body = std::move(body)](const ExactMixture& mixture,
                                                                                   const CheckSettings& settings) {
    const BallPrecision precision(bits_of_digits(settings.digits) + 96);
    const Subject subject(mixture, settings, keys);
    Rows rows(statement, subject);
    try {
      // Every value that was set is within its range, also one that this mixture does not need.
      for (const CheckKey& key : keys) subject.set(key.name);
      rows.attempt(with_constants, "", [&] { body(subject, rows); });
    } catch (const InputError& error) {
      throw InputError(error.file(), error.field(), error.value(), error.expected() + " in " + to_text(statement));
    }
    return rows.finish();
  };
  return evaluator;
}

CheckKey constant_key() {
  return {"C", "the hidden constant of the printed form, if it is to be compared with a number", std::nullopt,
          Rational(0), Rational(1000000000)};
}
CheckKey mean_error_key() {
  return {"mean-error", "|muhat_i - mu_i|, along e_1, in turn up and down", Rational(1, 1000), Rational(0),
          Rational(1000000)};
}
CheckKey covariance_error_key() {
  return {"covariance-error", "|Qhat_i - Q_i|_F, along e_1 e_1^T, in turn up and down", Rational(1, 1000), Rational(0),
          Rational(1000000)};
}
CheckKey mean_groups_key() {
  return {"mean-groups", "the mean group of each component, a digit each (112: {1, 2}, {3}); chosen: equal means",
          std::nullopt, Rational(1), Rational(999999999999999999)};
}
CheckKey covariance_groups_key() {
  return {"covariance-groups", "the covariance group of each component, a digit each; chosen: equal covariances",
          std::nullopt, Rational(1), Rational(999999999999999999)};
}
std::vector<CheckKey> clustering_keys() {
  return {mean_error_key(), covariance_error_key(), mean_groups_key(), covariance_groups_key()};
}
CheckKey component_key() {
  return {"component", "the component that is looked at, counted from 1", Rational(1), Rational(1), Rational(1000)};
}
CheckKey radius_key() {
  return {"R", "R >= |mu_i| + |Q_i - Id|_F; chosen: the least", std::nullopt, Rational(0),
          Rational(1000000000000000000)};
}
CheckKey epsilon_key(const Rational& standard) {
  return {"epsilon", "the accuracy", standard, Rational(1, 1000000000), Rational(1000000)};
}
CheckKey degree_key(int standard) {
  return {"degree", "the degree of the polynomial", Rational(standard), Rational(0), Rational(64)};
}

}  // namespace verimix::checks

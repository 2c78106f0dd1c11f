// Rows with their verdicts, the keys that several evaluators read, and what makes an evaluator of them. The rules are
// those of proofs-notes/ledger/check.md.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "check_support.hpp"

namespace verimix::checks {

/// The rows of one statement on one mixture.
class Rows {
 public:
  Rows(StatementId statement, const Subject& subject) : statement_(statement), subject_(&subject) {}

  /// What the rows that follow say of their choices.
  void choose(std::string choice) { choice_ = std::move(choice); }
  /// lhs <= rhs, no constant hidden. An explicit form that is attained, so that rounding decides, `holds` where
  /// lhs <= (1 + 2^-20) rhs does; its evidence is `computed` then, and the reason says so.
  void plain(StatementForm form, std::string part, const Quantity& lhs, const Quantity& rhs);
  /// lhs <= C rhs with a hidden constant C > 0. Where the key C is set it is a plain comparison with that C. Else one
  /// mixture decides it only where no C will do (rhs <= 0 < lhs, or rhs < 0) or every C does (lhs <= 0 <= rhs).
  void hidden(std::string part, const Quantity& lhs, const Quantity& rhs);
  /// The same for a constant that is hidden inside a side and was taken as 1; the key C is not read.
  void without_constant(std::string part, const Quantity& lhs, const Quantity& rhs);
  /// lhs <= rhs for the sample that was drawn, which the statement promises with probability >= 1 - failure only: a
  /// sample that breaks it leaves it undecided.
  void likely(std::string part, const Quantity& lhs, const Quantity& rhs, const std::string& failure);
  void not_applicable(StatementForm form, std::string part, std::string reason);
  /// Neither side is known.
  void undecided(StatementForm form, std::string part, std::string reason);
  /// Runs `work`; UndecidedError in it becomes an undecided row, InputError one that is not applicable.
  void attempt(StatementForm form, const std::string& part, const std::function<void()>& work);
  const Subject& subject() const { return *subject_; }
  /// At least one row of either form: a form without a row gives one that is not applicable.
  std::vector<Check> finish();

 private:
  void add(StatementForm form, std::string part, Comparison comparison, std::optional<Ball> implied = std::nullopt);

  StatementId statement_;
  const Subject* subject_;
  std::string choice_;
  std::vector<Check> rows_;
};

/// Of many instances of one inequality the one that comes nearest to breaking it (the largest lhs/rhs by midpoints; a
/// rhs that is 0 counts as infinite where lhs > 0). A row for every pair of components would bury the reader.
class WorstCase {
 public:
  void offer(const std::string& indices, const Quantity& lhs, const Quantity& rhs);
  /// Two fractions, which may be equal: both times the odd part of their common denominator, so that balls hold them
  /// without a radius. The indices say so.
  void offer_fractions(const std::string& indices, const Rational& lhs, const Rational& rhs);
  bool empty() const { return count_ == 0; }
  const Quantity& lhs() const { return lhs_; }
  const Quantity& rhs() const { return rhs_; }
  /// "part, i = 1, j = 2 (the tightest of 6)".
  std::string part(const std::string& name) const;

 private:
  Index count_ = 0;
  double ratio_ = 0;
  std::string indices_;
  Quantity lhs_, rhs_;
};

/// "i = 1, j = 2", from indices counted from 0.
/// -log(p/scale); where p may be 0, of its upper end: then a lower bound of it.
Quantity minus_log(const Quantity& p, const Ball& scale = Ball(1));

std::string indices_text(Index i, Index j);
std::string index_text(Index i);

using EvaluatorBody = std::function<void(const Subject&, Rows&)>;
/// The keys C (of every printed form with a hidden constant) is added where `hidden` is set.
CheckEvaluator make_evaluator(StatementId statement, std::vector<StatementForm> forms, std::vector<CheckKey> keys,
                              EvaluatorBody body);

// Keys that several statements read.
CheckKey constant_key();
CheckKey mean_error_key();
CheckKey covariance_error_key();
CheckKey mean_groups_key();
CheckKey covariance_groups_key();
/// The four keys of a clustering: both errors and both partitions.
std::vector<CheckKey> clustering_keys();
CheckKey component_key();
CheckKey radius_key();
CheckKey epsilon_key(const Rational& standard);
CheckKey degree_key(int standard);

}  // namespace verimix::checks

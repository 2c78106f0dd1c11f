// What the evaluators of `check` share: a mixture with its sizes, the keys that several of them read, rows with their
// verdicts. The rules are those of proofs-notes/ledger/check.md.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "checks.hpp"
#include "verimix/cluster/clustering.hpp"
#include "verimix/cluster/partition.hpp"
#include "verimix/distance/gaussian.hpp"
#include "verimix/distance/monte_carlo.hpp"
#include "verimix/estimate/estimates.hpp"
#include "verimix/mixture/conditioning.hpp"

namespace verimix::checks {

constexpr StatementForm printed = StatementForm::printed;
constexpr StatementForm with_constants = StatementForm::explicit_constants;

Quantity certified(Ball value);
Quantity estimated(const ConfidenceInterval& interval);
/// A point without a guarantee; a value that is not finite gives the ball of all numbers.
Quantity computed(double value);
Quantity computed(const Real50& value);
/// The exact fraction.
Quantity exactly(const Rational& value);
Ball in_balls(const Rational& value);
Ball maximum(const Ball& a, const Ball& b);
Ball minimum(const Ball& a, const Ball& b);
/// |v|^2 and |v|.
Ball squared_norm(const Vector<Ball>& v);
Ball norm(const Vector<Ball>& v);
/// "{1, 3}, {2}": components counted from 1.
std::string cells_text(const std::vector<std::vector<Index>>& cells);

/// What is estimated of the mixture: its parameters, moved by a rule. Component i (counted from 0) is moved by (-1)^i
/// times the key: the mean along e_1, the covariance along e_1 e_1^T. So |muhat_i - mu_i| = `mean_error` and |Qhat_i -
/// Q_i|_F = `covariance_error`, exactly.
struct DisturbedParameters {
  Matrix<Rational> means;
  std::vector<Matrix<Rational>> covariances;
  Rational mean_error, covariance_error;
  /// In balls.
  Vector<Ball> mean(Index i) const;
  Matrix<Ball> covariance(Index i) const;
  /// Rounded to double.
  ParameterEstimates<double> rounded() const;
};

/// The mixture of one check with its sizes, at the working precision, without components of weight 0.
class Subject {
 public:
  Subject(const ExactMixture& mixture, const CheckSettings& settings, const std::vector<CheckKey>& keys);

  const ExactMixture& exact() const { return exact_; }
  const Mixture<Ball>& balls() const { return balls_; }
  const CheckSettings& settings() const { return settings_; }
  Index d() const { return exact_.dimension(); }
  Index k() const { return exact_.size(); }
  Gaussian<Ball> gaussian(Index i) const { return component(balls_, i); }
  /// alpha <= 1 <= beta, R, tau, lambda_min of Definition 1: the best ones, enclosed.
  const Conditioning<Ball>& sizes() const { return sizes_; }
  /// The best alpha and beta without alpha <= 1 <= beta.
  Ball least_eigenvalue() const;
  Ball largest_eigenvalue() const;
  /// The key R where it is set, else the best R; and the hypothesis that the R which was set does not meet.
  Ball R() const;
  std::string R_hypothesis() const;

  /// The value of one of the evaluator's keys: as set, else its standard. The key has one.
  Rational value(const std::string& key) const;
  Ball ball(const std::string& key) const { return in_balls(value(key)); }
  std::optional<Rational> set(const std::string& key) const;
  /// The component that the key `component` names (counted from 1; the standard is 1), counted from 0. Throws
  /// InputError for one that is not there.
  Index chosen_component() const;
  /// The confidence of each of so many intervals that are to hold together at that of the settings.
  double shared_confidence(Index intervals) const {
    return 1 - (1 - settings_.confidence) / static_cast<double>(intervals);
  }

  DisturbedParameters estimates() const;
  /// As the keys `mean-groups` and `covariance-groups` say (a digit a component, equal digits are one group); where one
  /// is not set, components of equal means share a mean group, components of equal covariances a covariance group.
  PartitionPair pair() const;
  /// Their common refinement.
  std::vector<std::vector<Index>> cells() const { return common_refinement(pair()); }
  std::vector<Index> singletons_but(Index i) const;
  /// alpha the largest power of 2 below every eigenvalue; midpoint thresholds.
  ClusteringOptions<double> clustering_options() const;
  /// Algorithm 5 for the estimates, that pair and these options.
  Clustering<double> clustering() const;

  /// |mu_i - mu_j|, |Q_i - Q_j|_F; both exact under the root.
  Ball mean_distance(Index i, Index j) const;
  Ball covariance_distance(Index i, Index j) const;
  Rational mean_distance_squared(Index i, Index j) const;
  Rational covariance_distance_squared(Index i, Index j) const;

 private:
  const CheckKey& key(const std::string& name) const;
  /// The digits of such a key; nothing where the evaluator does not read it or it is not set.
  std::optional<std::string> chosen_groups(const std::string& name) const;

  ExactMixture exact_;
  Mixture<Ball> balls_;
  Conditioning<Ball> sizes_;
  const CheckSettings& settings_;
  const std::vector<CheckKey>& keys_;
};

/// The four numbers of Definition 24 in balls; `out` is absent where there is one group.
struct BallSeparation {
  Ball in_mean, in_covariance;
  std::optional<Ball> out_mean, out_covariance;
};
BallSeparation separation_of(const Subject& subject, const PartitionPair& pair);

/// P_{N_i}[c(x) is not the cell of i] for every i: enclosed on the line, else estimated, all k intervals (and one more)
/// together at the confidence of the settings. The certified bracket of misclassification.hpp is of a larger event.
std::vector<Quantity> misclassified(const Subject& subject, const Clustering<double>& clustering);

/// The rows of one statement on one mixture.
class Rows {
 public:
  Rows(StatementId statement, const Subject& subject) : statement_(statement), subject_(&subject) {}

  /// What the rows that follow say of their choices.
  void choose(std::string choice) { choice_ = std::move(choice); }
  /// lhs <= rhs, no constant hidden. An explicit form that is attained, so that rounding decides, is compared with (1 +
  /// 2^-40) rhs; the reason says so, and rhs is the raised one.
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

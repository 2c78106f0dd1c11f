// What the evaluators of `check` share: a mixture with its sizes, its estimates and its partition. The rules are those
// of proofs-notes/ledger/check.md.
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
Matrix<Ball> in_balls(const Matrix<Rational>& a);
Matrix<Ball> in_balls(const Matrix<double>& a);
Matrix<Ball> identity_in_balls(Index d);
Ball maximum(const Ball& a, const Ball& b);
Ball minimum(const Ball& a, const Ball& b);
/// |v|^2 and |v|.
Ball squared_norm(const Vector<Ball>& v);
Ball norm(const Vector<Ball>& v);
/// sqrt of a number >= 0 that a ball encloses; the part of the ball below 0 is nothing.
Ball root(const Ball& x);
/// The projector on the span of the columns, exactly, and its rank.
Matrix<Rational> span_projector(const Matrix<Rational>& columns, Index& rank);
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
  /// beta as a fraction, where every covariance is diagonal: sides that meet can be told apart then.
  std::optional<Rational> exact_largest_eigenvalue() const;
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

/// P_{N_i}[c(x) is not the cell of i].
struct Misclassified {
  /// On the line enclosed, else counted in draws and cut at the upper end of `enclosed`.
  Quantity counted;
  /// Else than on the line between 0 and the certified bound of misclassification.hpp, which is one of a larger event.
  Ball enclosed;

  /// What is to be compared with a bound: the enclosure where it decides, else the count.
  Quantity against(const Ball& bound) const;
};
/// For every i; the k counts (and one more interval) hold together at the confidence of the settings.
std::vector<Misclassified> misclassified(const Subject& subject, const Clustering<double>& clustering);

}  // namespace verimix::checks

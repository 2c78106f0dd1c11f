// The law of u.x for x of a mixture: a mixture on the line with exact distribution function and moments. In double.
#pragma once

#include <string>
#include <vector>

#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// E x and E (x - E x)(x - E x)^T for x of the mixture.
Vector<double> law_mean(const Mixture<double>& mixture);
Matrix<double> law_covariance(const Mixture<double>& mixture);

/// sum_i lambda_i N(u.mu_i, u^T Q_i u), components of weight 0 left out.
class Projection {
 public:
  /// Domain: u in R^d with u^T Q_i u > 0 for every component of positive weight. `name` says where u points, for
  /// people.
  Projection(const Mixture<double>& mixture, Vector<double> direction, std::string name);

  const std::string& name() const { return name_; }
  const Vector<double>& direction() const { return direction_; }
  double mean() const { return mean_; }
  /// The variance.
  double variance() const { return variance_; }

  /// P(u.x <= y); relative error of a few u in the lower tail, absolute in the upper.
  double distribution(double y) const;
  /// Some y with |P(u.x <= y) - level| <= 1e-6, the end of a set whose probability `distribution` then gives exactly.
  /// Domain: 0 < level < 1.
  double near_quantile(double level) const;

  /// log E exp(theta z) and log E exp(theta z^2) for z = (u.x - mean)/sqrt(variance); the second is infinite from
  /// theta = `square_limit()` on.
  double log_moment_generating(double theta) const;
  double log_moment_generating_of_square(double theta) const;
  double square_limit() const;
  /// E z^4.
  double fourth_moment() const;

 private:
  std::string name_;
  Vector<double> direction_;
  /// In units of z: mean 0, variance 1 in all.
  Vector<double> weights_, centres_, variances_;
  double mean_;
  double variance_;
};

/// The directions along which a wrong sample shows: the coordinate axes, the principal axes of the whole law, the lines
/// between the means, the thinnest and the widest axis of every component; without near-repetitions, at most `limit`,
/// in this order but the axes last where there are more than fit.
std::vector<Projection> telling_projections(const Mixture<double>& mixture, std::size_t limit);

}  // namespace verimix

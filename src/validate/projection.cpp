#include "verimix/validate/projection.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/estimate/moments.hpp"

namespace verimix {
namespace {

// log sum_i w_i exp(a_i), safe where every exp overflows or underflows.
double log_mean_exp(const Vector<double>& weights, const Vector<double>& exponents) {
  const double top = exponents.maxCoeff();
  return top + std::log((weights.array() * (exponents.array() - top).exp()).sum());
}

class Directions {
 public:
  Directions(const Mixture<double>& mixture, std::size_t limit) : mixture_(mixture), limit_(limit) {}

  void add(Vector<double> direction, std::string name) {
    const double length = direction.norm();
    if (!(length > 0) || found_.size() >= limit_) return;
    direction /= length;
    // Two directions within 2.6 degrees (cosine 0.999) see the same.
    for (const Projection& other : found_)
      if (std::abs(direction.dot(other.direction())) > 0.999) return;
    found_.emplace_back(mixture_, std::move(direction), std::move(name));
  }
  std::vector<Projection> take() { return std::move(found_); }

 private:
  const Mixture<double>& mixture_;
  std::size_t limit_;
  std::vector<Projection> found_;
};

std::string ordinal(Index i) { return std::to_string(i + 1); }

}  // namespace

Vector<double> law_mean(const Mixture<double>& mixture) { return mixture.means * mixture.weights; }

Matrix<double> law_covariance(const Mixture<double>& mixture) {
  Mixture<double> centred = mixture;
  centred.means.colwise() -= law_mean(mixture);
  return second_moment(centred);
}

Projection::Projection(const Mixture<double>& mixture, Vector<double> direction, std::string name)
    : name_(std::move(name)), direction_(std::move(direction)), mean_(0), variance_(0) {
  require_invariant(direction_.size() == mixture.dimension(), "a direction in the mixture's space");
  const Index present = (mixture.weights.array() > 0).count();
  weights_.resize(present);
  centres_.resize(present);
  variances_.resize(present);
  for (Index i = 0, place = 0; i < mixture.size(); ++i) {
    if (!(mixture.weights(i) > 0)) continue;
    weights_(place) = mixture.weights(i);
    centres_(place) = direction_.dot(mixture.means.col(i));
    variances_(place) = direction_.dot(mixture.covariances[static_cast<std::size_t>(i)] * direction_);
    require_invariant(variances_(place) > 0, "a positive variance in every direction");
    ++place;
  }
  mean_ = weights_.dot(centres_);
  variance_ = weights_.dot(variances_) + weights_.dot((centres_.array() - mean_).square().matrix());
  centres_ = (centres_.array() - mean_) / std::sqrt(variance_);
  variances_ /= variance_;
}

double Projection::distribution(double y) const {
  const double z = (y - mean_) / std::sqrt(variance_);
  double sum = 0;
  for (Index i = 0; i < weights_.size(); ++i)
    sum += weights_(i) / 2 * std::erfc((centres_(i) - z) / std::sqrt(2 * variances_(i)));
  return std::min(1.0, sum);
}

double Projection::near_quantile(double level) const {
  require_invariant(level > 0 && level < 1, "a level strictly between 0 and 1");
  // Chebyshev: outside this many deviations there is less than the level on either side.
  const double reach = 1 / std::sqrt(std::min(level, 1 - level)) + 1;
  double lower = mean_ - reach * std::sqrt(variance_);
  double upper = mean_ + reach * std::sqrt(variance_);
  for (int step = 0; step < 200; ++step) {
    const double middle = (lower + upper) / 2;
    const double excess = distribution(middle) - level;
    if (std::abs(excess) <= 1e-6) return middle;
    (excess > 0 ? upper : lower) = middle;
  }
  return (lower + upper) / 2;
}

double Projection::log_moment_generating(double theta) const {
  return log_mean_exp(weights_, (theta * centres_.array() + theta * theta / 2 * variances_.array()).matrix());
}

double Projection::log_moment_generating_of_square(double theta) const {
  const Eigen::ArrayXd room = 1 - 2 * theta * variances_.array();
  if (!(room > 0).all()) return std::numeric_limits<double>::infinity();
  return log_mean_exp(weights_, (theta * centres_.array().square() / room - room.log() / 2).matrix());
}

double Projection::square_limit() const { return 1 / (2 * variances_.maxCoeff()); }

double Projection::fourth_moment() const {
  const Eigen::ArrayXd m2 = centres_.array().square();
  const Eigen::ArrayXd v = variances_.array();
  return weights_.dot((m2.square() + 6 * m2 * v + 3 * v.square()).matrix());
}

std::vector<Projection> telling_projections(const Mixture<double>& mixture, std::size_t limit) {
  Directions directions(mixture, limit);
  const Index d = mixture.dimension();
  const auto few = static_cast<std::size_t>(d) * 2 <= limit;
  const auto add_axes = [&] {
    for (Index j = 0; j < d; ++j) directions.add(Vector<double>::Unit(d, j), "coordinate " + ordinal(j));
  };
  if (few) add_axes();
  const Eigen::SelfAdjointEigenSolver<Matrix<double>> whole(law_covariance(mixture));
  directions.add(whole.eigenvectors().col(0), "the thinnest axis of the law");
  directions.add(whole.eigenvectors().col(d - 1), "the widest axis of the law");
  for (Index i = 0; i < mixture.size(); ++i)
    for (Index j = i + 1; j < mixture.size(); ++j)
      directions.add(mixture.means.col(j) - mixture.means.col(i), "from mean " + ordinal(i) + " to mean " + ordinal(j));
  for (Index i = 0; i < mixture.size(); ++i) {
    const Eigen::SelfAdjointEigenSolver<Matrix<double>> own(mixture.covariances[static_cast<std::size_t>(i)]);
    directions.add(own.eigenvectors().col(0), "the thinnest axis of component " + ordinal(i));
    directions.add(own.eigenvectors().col(d - 1), "the widest axis of component " + ordinal(i));
  }
  if (!few) add_axes();
  return directions.take();
}

}  // namespace verimix

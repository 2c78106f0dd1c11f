#include "sensitivity.hpp"

#include <algorithm>
#include <cmath>

namespace verimix {
namespace {

constexpr double never_below = 0x1p-1000;
/// Sums of nonnegative doubles of fewer than 2^20 terms, and a few products, err by less than this factor.
constexpr double summed = 1 + 0x1p-20;
/// Where every first-order change is below this, the rest is below a factor 2.
constexpr double small = 0.125;
/// A weight that stays below this adds nothing that the floor of the tolerance does not hold.
constexpr double log_negligible = -139;  // log 2^-200 is -138.6

double relative_spread(const Ball& wide, const Ball& centre, double widening) {
  if (arb_is_zero(centre.data()) != 0 && arb_is_exact(wide.data()) != 0) return 0;
  return radius_upper(wide) / (std::abs(approximate(centre)) * widening) * summed;
}

double log_change(const PointCondition& c, Roundoffs u) {
  return u.storage * c.l_stored + u.schedule * c.l_level + u.arithmetic * c.l_operation;
}

double weighted_mean(const std::vector<PointCondition>& at, Roundoffs u) {
  double sum = 0;
  for (const PointCondition& c : at) sum += c.weight * log_change(c, u);
  return sum;
}

Vector<double> gradient_change(const PointCondition& c, Roundoffs u) {
  return u.storage * c.g_stored + u.schedule * c.g_level + u.arithmetic * c.g_operation;
}

/// max_a sum_b D_a |P|_ab D_b, times the largest row sum of E/(D D^T): bounds the spectral radius of |P| E.
double change_of_inverse(const ComponentCondition& c, const Matrix<double>& perturbation) {
  const Vector<double> inverse = c.deviation.cwiseInverse();
  const Matrix<double> scaled = inverse.asDiagonal() * perturbation * inverse.asDiagonal();
  const Matrix<double> correlation = c.deviation.asDiagonal() * c.precision * c.deviation.asDiagonal();
  return correlation.rowwise().sum().maxCoeff() * scaled.rowwise().sum().maxCoeff() * summed;
}

/// W^T W for a lower triangular W, from the half of the products that are not 0.
Matrix<Ball> gram_of(const Matrix<Ball>& lower) {
  const Index d = lower.rows();
  Matrix<Ball> gram(d, d);
  for (Index b = 0; b < d; ++b)
    for (Index a = b; a < d; ++a) {
      for (Index m = a; m < d; ++m)
        if (arb_is_zero(lower(m, a).data()) == 0 && arb_is_zero(lower(m, b).data()) == 0)
          gram(a, b) += lower(m, a) * lower(m, b);
      gram(b, a) = gram(a, b);
    }
  return gram;
}

}  // namespace

double magnitude_upper(const Ball& x) {
  mag_t m;
  mag_init(m);
  arb_get_mag(m, x.data());
  const double value = mag_get_d(m);
  mag_clear(m);
  return std::max(value, never_below);
}

Matrix<double> magnitudes_upper(const Matrix<Ball>& x) {
  return x.unaryExpr([](const Ball& entry) { return arb_is_zero(entry.data()) != 0 ? 0.0 : magnitude_upper(entry); });
}

LevelCondition level_condition(const Process& process, const Rational& time, Prediction prediction) {
  constexpr double widening = 0x1p-40;
  const auto centre = from_rational<Ball>(time);
  LevelCondition at;
  at.level = noise_level(process, centre);
  at.coefficients = prediction_coefficients(at.level, prediction);
  if (time == 0) return at;
  const NoiseLevel<Ball> wide = noise_level(process, widened(centre, Ball(widening) * centre));
  const PredictionCoefficients<Ball> coefficients = prediction_coefficients(wide, prediction);
  at.signal = relative_spread(wide.signal, at.level.signal, widening);
  at.noise_variance = relative_spread(wide.noise_variance, at.level.noise_variance, widening);
  at.of_point = relative_spread(coefficients.of_point, at.coefficients.of_point, widening);
  at.of_score = relative_spread(coefficients.of_score, at.coefficients.of_score, widening);
  return at;
}

RoundedInputs all_inputs(const ExactMixture& mixture, const Matrix<Rational>& points) {
  const Index d = mixture.dimension();
  return {Matrix<double>::Ones(d, points.cols()), Vector<double>::Ones(mixture.size()),
          Matrix<double>::Ones(d, mixture.size()),
          std::vector<Matrix<double>>(mixture.covariances.size(), Matrix<double>::Ones(d, d))};
}

RoundedInputs inputs_beyond(Dtype dtype, const ExactMixture& mixture, const Matrix<Rational>& points) {
  const auto beyond = [&](const Rational& x) { return holds(dtype, x) ? 0.0 : 1.0; };
  RoundedInputs rounded{points.unaryExpr(beyond), Vector<double>(mixture.size()), mixture.means.unaryExpr(beyond), {}};
  for (Index i = 0; i < mixture.size(); ++i) {
    rounded.weights(i) = beyond(mixture.weights[static_cast<std::size_t>(i)]);
    rounded.covariances.emplace_back(mixture.covariances[static_cast<std::size_t>(i)].unaryExpr(beyond));
  }
  return rounded;
}

LawCondition::LawCondition(const ExactMixture& exact_mixture, const LevelCondition& at)
    : level(at), density(at_level(round_to<Ball>(exact_mixture), at.level)) {
  const auto mixture = round_to<Ball>(exact_mixture);
  const Ball squared_signal = at.level.signal * at.level.signal;
  for (const WhitenedComponent<Ball>& w : density.components()) {
    precisions.push_back(gram_of(w.whitening));
    means.push_back(magnitudes_upper(w.mean));
    const Matrix<Ball>& q = mixture.covariances[static_cast<std::size_t>(w.component)];
    covariances.push_back(magnitude_upper(squared_signal) * magnitudes_upper(q));
    Vector<double> deviation(q.rows());
    for (Index a = 0; a < q.rows(); ++a)
      deviation(a) = magnitude_upper(sqrt(squared_signal * q(a, a) + at.level.noise_variance));
    deviations.push_back(std::move(deviation));
  }
}

Sensitivity::Sensitivity(const LawCondition& law, const RoundedInputs& rounded) : law_(law), rounded_(rounded) {
  const LevelCondition& at = law.level;
  const Index d = law.density.dimension();
  for (std::size_t i = 0; i < law.precisions.size(); ++i) {
    const WhitenedComponent<Ball>& w = law.density.components()[i];
    ComponentCondition c;
    c.component = w.component;
    c.precision = magnitudes_upper(law.precisions[i]);
    c.stored_covariance = law.covariances[i].cwiseProduct(rounded.covariances[static_cast<std::size_t>(w.component)]);
    c.level_covariance = 2 * at.signal * law.covariances[i];
    c.level_covariance.diagonal().array() += at.noise_variance * magnitude_upper(at.level.noise_variance);
    c.deviation = law.deviations[i];
    c.stored_weight = rounded.weights(w.component);
    c.mean = law.means[i];
    c.stored_mean = c.mean.cwiseProduct(rounded.means.col(w.component));
    c.level_mean = at.signal * c.mean;
    for (Index a = 0; a < d; ++a) c.log_terms += magnitude_upper(log(w.whitening(a, a)));
    c.log_terms += magnitude_upper(log(w.weight)) + static_cast<double>(d) * magnitude_upper(log(2 * pi<Ball>())) / 2;
    c.stored_change = change_of_inverse(c, c.stored_covariance);
    c.level_change = change_of_inverse(c, c.level_covariance);
    c.operation_change = change_of_inverse(c, c.deviation * c.deviation.transpose());
    components_.push_back(std::move(c));
  }
}

std::vector<PointCondition> Sensitivity::at_point(const Matrix<Ball>& points, const Evaluation<Ball>& evaluation,
                                                  Index j, bool with_curvature) const {
  const Vector<double> x = magnitudes_upper(points.col(j));
  const Vector<double> stored_x = x.cwiseProduct(rounded_.points.col(j));
  std::vector<PointCondition> result;
  for (std::size_t i = 0; i < components_.size(); ++i) {
    const ComponentCondition& c = components_[i];
    const WhitenedComponent<Ball>& w = law_.density.components()[i];
    const Vector<Ball> z = points.col(j) - w.mean;
    const Vector<Ball> y = w.whitening * z;
    const Vector<Ball> g = w.whitening.transpose() * y;
    const Vector<Ball> h = g + evaluation.score.col(j);
    Ball squared;
    for (const Ball& entry : y) squared += entry * entry;
    PointCondition p;
    p.weight = magnitude_upper(evaluation.responsibilities(c.component, j));
    p.g = magnitudes_upper(g);
    p.h = magnitudes_upper(h);
    Matrix<Ball> half_derivative = g * g.transpose() - law_.precisions[i];
    const Matrix<double> derivative = magnitudes_upper(half_derivative) / 2;
    const Vector<double> operation_reach = x + c.mean;
    const Vector<double> stored_reach = stored_x + c.stored_mean;
    const Ball log_share = log(w.weight) + w.log_peak - squared / 2 - evaluation.log_density(j);
    const double log_gap = magnitude_upper(log_share);
    p.log_weight = approximate(log_share) + 0x1p-50 * std::abs(approximate(log_share)) + radius_upper(log_share);
    p.l_stored =
        (p.g.dot(stored_reach) + c.stored_weight + derivative.cwiseProduct(c.stored_covariance).sum()) * summed;
    p.l_level = (p.g.dot(c.level_mean) + derivative.cwiseProduct(c.level_covariance).sum()) * summed;
    p.l_operation = (p.g.dot(operation_reach) + c.deviation.dot(derivative * c.deviation) + c.log_terms +
                     magnitude_upper(squared) / 2 + log_gap + 1) *
                    summed;
    p.g_stored = c.precision * (stored_reach + c.stored_covariance * p.g) * summed;
    p.g_level = c.precision * (c.level_mean + c.level_covariance * p.g) * summed;
    p.g_operation = (c.precision * (operation_reach + c.deviation * c.deviation.dot(p.g)) + p.g) * summed;
    p.largest = std::max({p.g.maxCoeff() * p.g.maxCoeff(), operation_reach.maxCoeff() * operation_reach.maxCoeff(),
                          magnitude_upper(squared), c.precision.maxCoeff(), c.log_terms,
                          c.deviation.maxCoeff() * c.deviation.maxCoeff()});
    if (with_curvature)
      p.curvature =
          magnitudes_upper(h * h.transpose() - law_.precisions[i] - evaluation.jacobian[static_cast<std::size_t>(j)]);
    result.push_back(std::move(p));
  }
  return result;
}

double Sensitivity::log_density_change(const std::vector<PointCondition>& at, double log_density, Roundoffs u) const {
  return (weighted_mean(at, u) + u.arithmetic * (log_density + 1)) * summed;
}

Vector<double> Sensitivity::score_change(const std::vector<PointCondition>& at, Roundoffs u) const {
  const double mean = weighted_mean(at, u);
  Vector<double> sum = Vector<double>::Zero(law_.density.dimension());
  for (const PointCondition& c : at)
    sum += c.weight * (gradient_change(c, u) + c.h * (log_change(c, u) + mean) + u.arithmetic * c.g);
  return sum * summed;
}

Vector<double> Sensitivity::responsibility_change(const std::vector<PointCondition>& at, Index size,
                                                  Roundoffs u) const {
  Vector<double> change = Vector<double>::Zero(size);
  for (std::size_t i = 0; i < at.size(); ++i) {
    double others = 0;
    double of_others = 0;
    for (std::size_t j = 0; j < at.size(); ++j) {
      if (j == i) continue;
      others += at[j].weight;
      of_others += at[j].weight * log_change(at[j], u);
    }
    change(components_[i].component) =
        at[i].weight * (log_change(at[i], u) * others + of_others + u.arithmetic) * summed;
  }
  return change;
}

Matrix<double> Sensitivity::jacobian_change(const std::vector<PointCondition>& at, Roundoffs u) const {
  const double mean = weighted_mean(at, u);
  const Index d = law_.density.dimension();
  Matrix<double> sum = Matrix<double>::Zero(d, d);
  for (std::size_t i = 0; i < at.size(); ++i) {
    const PointCondition& p = at[i];
    const ComponentCondition& c = components_[i];
    const Vector<double> g = gradient_change(p, u);
    const Vector<double> reach = c.precision * c.deviation;
    const Matrix<double> moved = u.storage * c.stored_covariance + u.schedule * c.level_covariance;
    const Matrix<double> inverse =
        c.precision * moved * c.precision + u.arithmetic * (reach * reach.transpose() + c.precision);
    sum += p.weight * (inverse + g * p.h.transpose() + p.h * g.transpose() + g * g.transpose() +
                       (log_change(p, u) + mean) * p.curvature + u.arithmetic * p.h * p.h.transpose());
  }
  return sum * summed;
}

Vector<double> Sensitivity::prediction_change(const std::vector<PointCondition>& at, const Matrix<Ball>& points,
                                              const Evaluation<Ball>& evaluation, Index j, Roundoffs u) const {
  const LevelCondition& level = law_.level;
  const Vector<double> x = magnitudes_upper(points.col(j));
  const Vector<double> of_point =
      u.storage * x.cwiseProduct(rounded_.points.col(j)) + (u.schedule * level.of_point + u.arithmetic) * x;
  const Vector<double> of_score =
      score_change(at, u) + (u.schedule * level.of_score + u.arithmetic) * magnitudes_upper(evaluation.score.col(j));
  return (magnitude_upper(level.coefficients.of_point) * of_point +
          magnitude_upper(level.coefficients.of_score) * of_score) *
         summed;
}

std::string Sensitivity::beyond_first_order(const std::vector<PointCondition>& at, Roundoffs u) const {
  for (const ComponentCondition& c : components_)
    if (u.storage * c.stored_change + u.schedule * c.level_change + u.arithmetic * c.operation_change > small)
      return "rounding may make a covariance singular";
  const auto heaviest = std::ranges::max_element(at, {}, &PointCondition::weight);
  for (auto c = at.begin(); c != at.end(); ++c) {
    const double change = log_change(*c, u) + log_change(*heaviest, u);
    if (c != heaviest && change > small && c->log_weight + 4 * change > log_negligible)
      return "rounding may change the odds of the components by a factor";
  }
  return "";
}

}  // namespace verimix

#include "plane_pair.hpp"

#include <algorithm>
#include <limits>

namespace verimix {
namespace {

LocalMixture local_mixture(const std::vector<PlaneComponent>& components, const Ball& x, const Ball& y) {
  LocalMixture local;
  for (const PlaneComponent& c : components) local.relative.push_back(c.log_density.about(x - c.mean_x, y - c.mean_y));
  local.largest = 0;
  for (std::size_t i = 1; i < components.size(); ++i)
    if (approximate(local.relative[i].constant) > approximate(local.relative[local.largest].constant))
      local.largest = i;
  local.reference = local.relative[local.largest];
  for (std::size_t i = 0; i < components.size(); ++i)
    local.relative[i] = i == local.largest ? Quadratic{} : local.relative[i] - local.reference;
  return local;
}

/// exp(relative_i) for every component, and their sum.
template <class V>
V add_terms(const LocalMixture& local, const V& s, const V& t, std::vector<V>& terms) {
  V sum(0);
  terms.reserve(local.relative.size());
  for (std::size_t i = 0; i < local.relative.size(); ++i) {
    terms.push_back(i == local.largest ? V(1) : exp(local.relative[i].value(s, t)));
    sum += terms.back();
  }
  return sum;
}

/// sum_i terms_i grad relative_i / sum: the score relative to the reference's.
template <class V>
std::array<V, 2> relative_score(const LocalMixture& local, const std::vector<V>& terms, const V& sum, const V& s,
                                const V& t) {
  std::array<V, 2> score = {V(0), V(0)};
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (i == local.largest) continue;
    const std::array<V, 2> slope = local.relative[i].gradient(s, t);
    for (std::size_t c = 0; c < 2; ++c) score[c] += terms[i] * slope[c];
  }
  for (V& entry : score) entry /= sum;
  return score;
}

double distance_of(const PlaneComponent& a, const PlaneComponent& b) {
  const auto square = [](const Ball& x, const Ball& y) { return approximate((x - y) * (x - y)); };
  return square(a.mean_x, b.mean_x) + square(a.mean_y, b.mean_y) + square(a.variance_x, b.variance_x) +
         square(a.variance_y, b.variance_y) + square(a.regression, b.regression) + square(a.weight, b.weight);
}

}  // namespace

Quadratic Quadratic::about(const Ball& s, const Ball& t) const {
  const std::array<Ball, 2> slope = gradient(s, t);
  return {value(s, t), slope[0], slope[1], xx, xy, yy};
}

Quadratic Quadratic::sheared(const Ball& slope) const {
  return {constant, x + slope * y, y, xx + slope * (xy + slope * yy), xy + 2 * slope * yy, yy};
}

Quadratic operator-(const Quadratic& a, const Quadratic& b) {
  return {a.constant - b.constant, a.x - b.x, a.y - b.y, a.xx - b.xx, a.xy - b.xy, a.yy - b.yy};
}

PlaneComponent plane_component(const Ball& weight, const Ball& mean_x, const Ball& mean_y, const Ball& xx,
                               const Ball& xy, const Ball& yy) {
  const Ball conditional = yy - xy * xy / xx;
  const Ball determinant = xx * conditional;
  Ball two_pi;
  arb_const_pi(two_pi.data(), BallPrecision::bits());
  two_pi *= 2;
  const Ball peak = log(weight) - log(two_pi) - half() * (log(xx) + log(conditional));
  const Quadratic log_density = {peak, 0, 0, -half() * yy / determinant, xy / determinant, -half() / conditional};
  return {weight, mean_x, mean_y, xx, yy, xy / xx, conditional, log_density};
}

LocalPair sheared(const LocalPair& local, const Ball& slope) {
  LocalPair result = local;
  for (LocalMixture* law : {&result.p, &result.q}) {
    law->reference = law->reference.sheared(slope);
    for (Quadratic& relative : law->relative) relative = relative.sheared(slope);
  }
  result.ratio = local.ratio.sheared(slope);
  for (Quadratic& step : result.steps) step = step.sheared(slope);
  return result;
}

LocalPair PlanePair::about(const Ball& x, const Ball& y) const {
  LocalPair local{local_mixture(p, x, y), local_mixture(q, x, y), {}, {}};
  local.ratio = local.q.reference - local.p.reference;
  if (p.size() == q.size())
    for (std::size_t i = 0; i < p.size(); ++i)
      local.steps.push_back(q[i].log_density.about(x - q[i].mean_x, y - q[i].mean_y) -
                            p[i].log_density.about(x - p[i].mean_x, y - p[i].mean_y));
  return local;
}

void match_components(PlanePair& pair) {
  if (pair.p.size() != pair.q.size()) return;
  for (std::size_t i = 0; i < pair.p.size(); ++i) {
    std::size_t nearest = i;
    for (std::size_t j = i + 1; j < pair.q.size(); ++j)
      if (distance_of(pair.p[i], pair.q[j]) < distance_of(pair.p[i], pair.q[nearest])) nearest = j;
    std::swap(pair.q[i], pair.q[nearest]);
  }
}

template <class V>
PairAt<V>::PairAt(const LocalPair& local, const V& s, const V& t) : local_(local), s_(s), t_(t) {
  sum_p_ = add_terms(local.p, s, t, terms_p_);
  if (!local.steps.empty()) {
    V gain(0);
    for (std::size_t i = 0; i < local.steps.size(); ++i) {
      growth_.push_back(expm1(local.steps[i].value(s, t)));
      gain += terms_p_[i] * growth_[i];
    }
    excess_ = gain / sum_p_;
    close_ = is_finite(excess_) && less(abs(excess_), half()) == Truth::yes;
  }
  if (!close_) sum_q_ = add_terms(local.q, s, t, terms_q_);
}

template <class V>
V PairAt<V>::p() const {
  return exp(local_.p.reference.value(s_, t_)) * sum_p_;
}

template <class V>
V PairAt<V>::q() const {
  return close_ ? p() * (V(1) + excess_) : exp(local_.q.reference.value(s_, t_)) * sum_q_;
}

template <class V>
std::array<V, 2> PairAt<V>::roots() const {
  const auto root = [this](const LocalMixture& local, const V& sum) {
    return exp(half() * local.reference.value(s_, t_)) * sqrt(sum);
  };
  const V root_p = root(local_.p, sum_p_);
  return {root_p, close_ ? root_p * sqrt(V(1) + excess_) : root(local_.q, sum_q_)};
}

template <class V>
V PairAt<V>::log_ratio() const {
  if (close_) return log1p(excess_);
  return local_.ratio.value(s_, t_) + log(sum_q_) - log(sum_p_);
}

template <class V>
std::array<V, 2> PairAt<V>::score_gap() const {
  const std::array<V, 2> score_p = relative_score(local_.p, terms_p_, sum_p_, s_, t_);
  if (!close_) {
    const std::array<V, 2> score_q = relative_score(local_.q, terms_q_, sum_q_, s_, t_);
    const std::array<V, 2> ratio = local_.ratio.gradient(s_, t_);
    return {ratio[0] + score_q[0] - score_p[0], ratio[1] + score_q[1] - score_p[1]};
  }
  std::array<V, 2> gap = {V(0), V(0)};
  for (std::size_t i = 0; i < terms_p_.size(); ++i) {
    const std::array<V, 2> step = local_.steps[i].gradient(s_, t_);
    const std::array<V, 2> slope = local_.p.relative[i].gradient(s_, t_);
    for (std::size_t c = 0; c < 2; ++c)
      gap[c] += terms_p_[i] * (step[c] * (V(1) + growth_[i]) + growth_[i] * (slope[c] - score_p[c]));
  }
  for (V& entry : gap) entry /= sum_p_ * (V(1) + excess_);
  return gap;
}

template <class V>
CentredRatio<V> centred_ratio(const LocalPair& local, const V& s, const V& t) {
  const Ball centre = PairAt<Ball>(local, Ball(0), Ball(0)).log_ratio();
  const std::array<V, 2> gradient = PairAt<V>(local, s, t).score_gap();
  return {V(centre) + gradient[0] * s + gradient[1] * t, gradient};
}

template class PairAt<Ball>;
template class PairAt<ComplexBall>;
template CentredRatio<Ball> centred_ratio(const LocalPair&, const Ball&, const Ball&);
template CentredRatio<ComplexBall> centred_ratio(const LocalPair&, const ComplexBall&, const ComplexBall&);

}  // namespace verimix

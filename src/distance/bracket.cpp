#include "verimix/distance/bracket.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/roots.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/distance/gaussian.hpp"
#include "verimix/distance/line_distance.hpp"
#include "verimix/distance/mixture_bounds.hpp"
#include "verimix/distance/transport_bracket.hpp"

namespace verimix {
namespace {

constexpr long least_bracket_bits = 128;
constexpr std::size_t most_directions = 16;
constexpr int digits_of_projections = 8;

/// max(0, x): for differences that are >= 0 by a theorem and lose their sign only to rounding.
Ball nonnegative(const Ball& x) {
  Ball result;
  arb_nonnegative_part(result.data(), x.data());
  return result;
}

void lower_to(Bound& bound, const Ball& value, std::string method) {
  const Ball end = upper_end(value);
  if (is_finite(end) && (!is_finite(bound.value) || less(end, bound.value) == Truth::yes))
    bound = {end, std::move(method)};
}

/// TV <= sqrt(h (2 - h)) for h >= H^2, at most 1.
Ball tv_of_hellinger2(const Ball& h) { return sqrt(nonnegative(h * (2 - h))); }
/// TV <= sqrt(1 - exp(-k)) and TV <= sqrt(k/2) for k >= KL.
Ball tv_of_kl(const Ball& k) {
  const Ball huber = sqrt(nonnegative(-expm1(-k)));
  const Ball pinsker = sqrt(nonnegative(k) * Ball(0.5));
  return approximate(pinsker) < approximate(huber) ? pinsker : huber;
}

/// Both laws without components of weight 0, exactly and at the time in balls, and a table of their component pairs.
struct Pair {
  ExactMixture exact_p, exact_q;
  Mixture<Ball> p, q;
  /// 1 - A_ij, and upper bounds of the total variation.
  Matrix<Ball> hellinger2, tv;
};

ExactMixture without_empty(const ExactMixture& law) {
  ExactMixture result;
  result.name = law.name;
  std::vector<Index> kept;
  for (Index i = 0; i < law.size(); ++i)
    if (law.weights[static_cast<std::size_t>(i)] != 0) kept.push_back(i);
  result.means.resize(law.dimension(), static_cast<Index>(kept.size()));
  for (std::size_t i = 0; i < kept.size(); ++i) {
    result.weights.push_back(law.weights[static_cast<std::size_t>(kept[i])]);
    result.means.col(static_cast<Index>(i)) = law.means.col(kept[i]);
    result.covariances.push_back(law.covariances[static_cast<std::size_t>(kept[i])]);
  }
  return result;
}

Ball component_tv(const Pair& pair, Index i, Index j) {
  const Gaussian<Ball> a = component(pair.p, i);
  const Gaussian<Ball> b = component(pair.q, j);
  if (pair.exact_p.covariances[static_cast<std::size_t>(i)] == pair.exact_q.covariances[static_cast<std::size_t>(j)])
    return tv_equal_covariance(a, b.mean);
  Bound best{tv_of_hellinger2(pair.hellinger2(i, j)), {}};
  lower_to(best, tv_of_kl(kl(a, b)), {});
  lower_to(best, tv_of_kl(kl(b, a)), {});
  return best.value;
}

Pair pair_of(const ExactMixture& p, const ExactMixture& q, const Rational& time) {
  Pair pair{without_empty(p), without_empty(q), {}, {}, {}, {}};
  const Ball t = from_rational<Ball>(time);
  pair.p = at_time(round_to<Ball>(pair.exact_p), t);
  pair.q = at_time(round_to<Ball>(pair.exact_q), t);
  pair.hellinger2.resize(pair.p.size(), pair.q.size());
  pair.tv.resize(pair.p.size(), pair.q.size());
  for (Index i = 0; i < pair.p.size(); ++i)
    for (Index j = 0; j < pair.q.size(); ++j) {
      pair.hellinger2(i, j) = hellinger2(component(pair.p, i), component(pair.q, j));
      pair.tv(i, j) = component_tv(pair, i, j);
    }
  return pair;
}

/// sum_ij sqrt(lambda_i mu_j) A_ij >= int sqrt(pq) >= int min(p, q).
Ball affinity_upper(const Pair& pair) {
  Ball sum(0);
  for (Index i = 0; i < pair.p.size(); ++i)
    for (Index j = 0; j < pair.q.size(); ++j)
      sum += sqrt(pair.p.weights(i) * pair.q.weights(j)) * (1 - pair.hellinger2(i, j));
  return sum;
}

Matrix<double> approximations(const Matrix<Ball>& values) {
  return values.unaryExpr([](const Ball& x) { return approximate(x); });
}

Ball coupled(const Pair& pair, const Matrix<Rational>& coupling, const Matrix<Ball>& cost) {
  Ball sum(0);
  for (Index i = 0; i < pair.p.size(); ++i)
    for (Index j = 0; j < pair.q.size(); ++j)
      if (coupling(i, j) != 0) sum += from_rational<Ball>(coupling(i, j)) * cost(i, j);
  return sum;
}

/// 1 - sum sqrt(lambda_i mu_m(i)) A_i,m(i) for a one-to-one map m that takes the closest pairs first.
Ball matched_hellinger2(const Pair& pair) {
  Matrix<double> cost = approximations(pair.hellinger2);
  Ball affinity(0);
  for (Index step = 0; step < std::min(cost.rows(), cost.cols()); ++step) {
    Index i = 0;
    Index j = 0;
    cost.minCoeff(&i, &j);
    affinity += sqrt(pair.p.weights(i) * pair.q.weights(j)) * (1 - pair.hellinger2(i, j));
    cost.row(i).setConstant(HUGE_VAL);
    cost.col(j).setConstant(HUGE_VAL);
  }
  return 1 - affinity;
}

/// Upper bounds of both at once, since each gives one of the other.
struct UpperBounds {
  Bound tv{Ball(1), "at most 1"};
  Bound hellinger2{Ball(1), "at most 1"};
};

UpperBounds upper_bounds(const Pair& pair) {
  UpperBounds bounds;
  lower_to(bounds.tv,
           coupled(pair, greedy_coupling(pair.exact_p.weights, pair.exact_q.weights, approximations(pair.tv)), pair.tv),
           "coupling of components");
  lower_to(bounds.hellinger2,
           coupled(pair, greedy_coupling(pair.exact_p.weights, pair.exact_q.weights, approximations(pair.hellinger2)),
                   pair.hellinger2),
           "coupling of components");
  lower_to(bounds.hellinger2, matched_hellinger2(pair), "matched components");
  for (const Ball& k : {kl_upper(pair.p, pair.q), kl_upper(pair.q, pair.p)}) {
    lower_to(bounds.tv, tv_of_kl(k), "Pinsker or Bretagnolle-Huber inequality from KL");
    lower_to(bounds.hellinger2, -expm1(-k * Ball(0.5)), "KL >= -2 log(1 - H^2)");
  }
  lower_to(bounds.tv, tv_of_hellinger2(bounds.hellinger2.value), "TV <= sqrt(H^2 (2 - H^2))");
  lower_to(bounds.hellinger2, bounds.tv.value, "H^2 <= TV");
  return bounds;
}

/// The largest certified lower bound of the metric over projections.
void raise_by_projections(Bound& bound, Metric metric, const Pair& pair, const Rational& time) {
  for (const Vector<Rational>& v : projection_directions(pair.exact_p, pair.exact_q, most_directions)) try {
      const LineDistance found = certified_line_distance(metric, project(pair.exact_p, v), project(pair.exact_q, v),
                                                         time, digits_of_projections, {0, 4});
      raise_to(bound, found.result.value, "projection onto a line");
    } catch (const UndecidedError&) {
      // A projection that is not decided bounds nothing.
    }
}

Bound lower_bound(Metric metric, const Pair& pair, const Rational& time) {
  Bound bound{Ball(0), "at least 0"};
  raise_by_projections(bound, metric, pair, time);
  const Ball affinity = affinity_upper(pair);
  if (metric == Metric::kl) {
    raise_to(bound, kl_lower(pair.p, pair.q), "moments");
    raise_to(bound, -2 * log(affinity), "KL >= -2 log(1 - H^2), affinities of components");
  } else {
    raise_to(bound, 1 - affinity, "affinities of components");
  }
  return bound;
}

/// The Poincare inequality of Q turns a lower bound of H^2 into one of the Fisher divergence.
Bound fisher_lower_bound(const Pair& pair, const Rational& time) {
  Bound bound{Ball(0), "at least 0"};
  raise_to(bound, fisher_lower(pair.p, pair.q), "moments");
  const Ball poincare = poincare_upper(pair.q);
  if (!is_finite(poincare)) return bound;
  const Bound h = lower_bound(Metric::hellinger2, pair, time);
  raise_to(bound, fisher_lower_by_hellinger2(h.value, poincare), "Poincare inequality of Q, H^2 below by " + h.method);
  return bound;
}

/// Whitened by the mean of all covariances, in double: only a choice.
void add_directions(std::vector<Vector<double>>& directions, const ExactMixture& p, const ExactMixture& q) {
  const auto rounded = [](const Matrix<Rational>& a) -> Matrix<double> {
    return a.unaryExpr([](const Rational& x) { return from_rational<double>(x); });
  };
  const Index d = p.dimension();
  Matrix<double> mean = Matrix<double>::Zero(d, d);
  for (const ExactMixture* law : {&p, &q})
    for (Index i = 0; i < law->size(); ++i)
      mean += rounded(law->covariances[static_cast<std::size_t>(i)]) / static_cast<double>(2 * law->size());
  const Eigen::LLT<Matrix<double>> factor(mean);
  for (Index i = 0; i < p.size(); ++i)
    for (Index j = 0; j < q.size(); ++j) {
      const Vector<double> shift = rounded(p.means).col(i) - rounded(q.means).col(j);
      if (shift.norm() > 0) {
        directions.push_back(factor.solve(shift));
        directions.push_back(shift);
      }
      const Matrix<double> difference =
          rounded(p.covariances[static_cast<std::size_t>(i)]) - rounded(q.covariances[static_cast<std::size_t>(j)]);
      if (difference.norm() == 0) continue;
      const Matrix<double> vectors = Eigen::SelfAdjointEigenSolver<Matrix<double>>(difference).eigenvectors();
      directions.push_back(vectors.col(0));
      directions.push_back(vectors.col(d - 1));
    }
}

}  // namespace

void raise_to(Bound& bound, const Ball& value, std::string method) {
  if (!is_finite(value)) return;
  const Ball end = lower_end(value);
  if (less(bound.value, end) == Truth::yes) bound = {end, std::move(method)};
}

Vector<Rational> rational_unit_vector(const Vector<double>& direction) {
  const double norm = direction.norm();
  if (!(norm > 0) || !std::isfinite(norm))
    throw InputError("", "direction", std::to_string(norm), "a finite vector other than 0");
  const Index d = direction.size();
  // Projected from the pole that is farther from it: the coordinates are then at most 1.
  const double last = direction(d - 1) / norm;
  const double sign = last > 0 ? 1 : -1;
  constexpr double scale = 65536;
  Vector<Rational> u = Vector<Rational>::Constant(d, Rational(0));
  Rational square(0);
  for (Index i = 0; i + 1 < d; ++i) {
    u(i) = to_rational(std::round(direction(i) / norm / (1 + std::abs(last)) * scale) / scale);
    square += u(i) * u(i);
  }
  Vector<Rational> v(d);
  for (Index i = 0; i + 1 < d; ++i) v(i) = 2 * u(i) / (1 + square);
  v(d - 1) = to_rational(sign) * (1 - square) / (1 + square);
  return v;
}

ExactMixture project(const ExactMixture& law, const Vector<Rational>& v) {
  ExactMixture result{law.name, law.weights, Matrix<Rational>(1, law.size()), {}};
  for (Index i = 0; i < law.size(); ++i) {
    const Vector<Rational> mean = law.means.col(i);
    const Vector<Rational> image = law.covariances[static_cast<std::size_t>(i)] * v;
    result.means(0, i) = v.dot(mean);
    result.covariances.push_back(Matrix<Rational>::Constant(1, 1, v.dot(image)));
  }
  return result;
}

std::vector<Vector<Rational>> projection_directions(const ExactMixture& p, const ExactMixture& q, std::size_t most) {
  const Index d = p.dimension();
  std::vector<Vector<double>> rough;
  add_directions(rough, p, q);
  for (Index c = 0; c < d; ++c) rough.push_back(Vector<double>::Unit(d, c));
  std::vector<Vector<Rational>> directions;
  for (const Vector<double>& direction : rough) {
    if (directions.size() >= most) break;
    if (!direction.allFinite() || direction.norm() == 0) continue;
    Vector<Rational> v = rational_unit_vector(direction);
    const bool known = std::any_of(directions.begin(), directions.end(),
                                   [&](const Vector<Rational>& other) { return other == v || other == -v; });
    if (!known) directions.push_back(std::move(v));
  }
  return directions;
}

Matrix<Rational> greedy_coupling(const std::vector<Rational>& lambda, const std::vector<Rational>& mu,
                                 const Matrix<double>& cost) {
  std::vector<Rational> rows = lambda;
  std::vector<Rational> columns = mu;
  std::vector<std::pair<Index, Index>> order;
  for (Index i = 0; i < cost.rows(); ++i)
    for (Index j = 0; j < cost.cols(); ++j) order.emplace_back(i, j);
  std::stable_sort(order.begin(), order.end(),
                   [&](const auto& a, const auto& b) { return cost(a.first, a.second) < cost(b.first, b.second); });
  Matrix<Rational> coupling = Matrix<Rational>::Constant(cost.rows(), cost.cols(), Rational(0));
  for (const auto& [i, j] : order) {
    Rational& row = rows[static_cast<std::size_t>(i)];
    Rational& column = columns[static_cast<std::size_t>(j)];
    const Rational moved = row < column ? row : column;
    coupling(i, j) = moved;
    row -= moved;
    column -= moved;
  }
  return coupling;
}

Bracket bracket(Metric metric, const ExactMixture& p, const ExactMixture& q, const Rational& time) {
  const BallPrecision precision(std::max(least_bracket_bits, BallPrecision::bits()));
  const Pair pair = pair_of(p, q, time);
  if (metric == Metric::fisher)
    return {fisher_lower_bound(pair, time), {upper_end(fisher_upper(pair.p, pair.q)), "convexity over components"}};
  if (metric == Metric::wasserstein1 || metric == Metric::wasserstein2)
    return transport_bracket(metric, pair.exact_p, pair.exact_q, time);
  if (metric == Metric::kl)
    return {lower_bound(metric, pair, time),
            {upper_end(kl_upper(pair.p, pair.q)), "closed forms of the components, variational coupling"}};
  const UpperBounds upper = upper_bounds(pair);
  Bracket result{lower_bound(metric, pair, time), metric == Metric::tv ? upper.tv : upper.hellinger2};
  return result;
}

}  // namespace verimix

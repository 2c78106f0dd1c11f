#include "verimix/distance/transport_bracket.hpp"

#include "verimix/core/error.hpp"
#include "verimix/core/roots.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/distance/line_distance.hpp"
#include "verimix/distance/mixture_bounds.hpp"

namespace verimix {
namespace {

// W_2 on the line is dear: a lower bound needs few digits.
constexpr int digits_of_transport = 4;
constexpr std::size_t most_transport_directions = 4;

// The root of a number that is >= 0 by a theorem and may lose its sign to rounding.
Ball root(const Ball& square) {
  Ball result;
  arb_nonnegative_part(result.data(), square.data());
  arb_sqrtpos(result.data(), result.data(), BallPrecision::bits());
  return result;
}

Bound upper_bound(Metric metric, const ExactMixture& exact_p, const ExactMixture& exact_q, const Mixture<Ball>& p,
                  const Mixture<Ball>& q) {
  Matrix<Ball> cost(p.size(), q.size());
  for (Index i = 0; i < p.size(); ++i)
    for (Index j = 0; j < q.size(); ++j) {
      const Ball squared = wasserstein2_squared(component(p, i), component(q, j));
      cost(i, j) = metric == Metric::wasserstein2 ? squared : root(squared);
    }
  const Matrix<double> rounded = cost.unaryExpr([](const Ball& x) { return approximate(x); });
  const Matrix<Rational> coupling = greedy_coupling(exact_p.weights, exact_q.weights, rounded);
  Ball sum = 0;
  for (Index i = 0; i < p.size(); ++i)
    for (Index j = 0; j < q.size(); ++j)
      if (coupling(i, j) != 0) sum += from_rational<Ball>(coupling(i, j)) * cost(i, j);
  return {upper_end(metric == Metric::wasserstein2 ? root(sum) : sum), "coupling of components"};
}

}  // namespace

Bracket transport_bracket(Metric metric, const ExactMixture& exact_p, const ExactMixture& exact_q,
                          const Rational& time) {
  require_invariant(metric == Metric::wasserstein1 || metric == Metric::wasserstein2, "a transport distance");
  const Ball t = from_rational<Ball>(time);
  const Mixture<Ball> p = at_time(round_to<Ball>(exact_p), t), q = at_time(round_to<Ball>(exact_q), t);
  Bound lower{Ball(0), "at least 0"};
  const Gaussian<Ball> of_p = moment_matched(p), of_q = moment_matched(q);
  if (metric == Metric::wasserstein2) {
    raise_to(lower, root(wasserstein2_squared(of_p, of_q)), "means and covariances");
  } else {
    Ball square = 0;
    for (Index i = 0; i < of_p.mean.size(); ++i) {
      const Ball shift = of_p.mean(i) - of_q.mean(i);
      square += shift * shift;
    }
    raise_to(lower, root(square), "means");
  }
  for (const Vector<Rational>& v : projection_directions(exact_p, exact_q, most_transport_directions)) try {
      const LineDistance found =
          certified_line_distance(metric, project(exact_p, v), project(exact_q, v), time, digits_of_transport, {0, 2});
      raise_to(lower, found.result.value, "projection onto a line");
    } catch (const UndecidedError&) {
      // A projection that is not decided bounds nothing.
    }
  return {lower, upper_bound(metric, exact_p, exact_q, p, q)};
}

}  // namespace verimix

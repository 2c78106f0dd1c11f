#include "verimix/regress/score_samples.hpp"

#include "arguments.hpp"
#include "verimix/polynomial/softmax_polynomial.hpp"
#include "verimix/polynomial/sub_mixture_coefficients.hpp"

namespace verimix {
namespace {

using regress_detail::refuse;
using regress_detail::require_above_zero;
using regress_detail::require_share;

constexpr int largest_degree = 100000000;

// The sizes of coefficients of Jackson's polynomial for the softmax, of degree l on |r_j| <= zeta_1*/2.
template <RealScalar T>
T softmax_sum(const SubMixtureSizes<T>& cell, const T& delta, int degree) {
  const auto m = static_cast<int>(cell.m);
  return degree == 0 ? T(m) : softmax_coefficient_sum_upper(m, degree, T(softmax_input_upper(cell, delta) / 2));
}

}  // namespace

template <RealScalar T>
std::optional<ScoreSamples<T>> proposition_49_samples(const PiecewiseSizes<T>& sizes, const ScoreGoal<T>& goal,
                                                      const T& log_candidates) {
  require_above_zero(goal.epsilon, "epsilon");
  require_above_zero(goal.time, "time");
  require_share(goal.delta, "delta");
  refuse(log_candidates < 0, log_candidates, "log_candidates", "a finite number, at least 0");
  const std::optional<PiecewiseDegree<T>> reached = piecewise_degree(sizes, T(goal.epsilon / 2));
  if (!reached) return std::nullopt;
  refuse(reached->degree > largest_degree, goal.epsilon, "epsilon", "a larger one: the degree is above 10^8");

  const SubMixtureSizes<T> cell{sizes.largest, sizes.alpha, sizes.beta, sizes.D};
  const int degree = static_cast<int>(reached->degree), softmax_degree = (degree - 1) / 2;
  const T coefficients = sub_mixture_coefficient_sum_upper(cell, goal.dimension, sizes.R, softmax_degree,
                                                           softmax_sum(cell, reached->delta, softmax_degree));
  const bool choose = log_candidates > 0;
  ScoreSamples<T> out{{goal.dimension, degree, 2 * sizes.cells, coefficients, sizes.R, std::max(T(1), sizes.beta),
                       T(-expm1(T(-2 * goal.time)))},
                      {},
                      T(0)};
  out.fit = proposition_51_plan(out.polynomials, T(goal.epsilon / 4), choose ? T(goal.delta / 2) : goal.delta);
  if (choose) {
    const T root = clipped_loss_upper(out.polynomials.clipped(out.fit.delta_prime)) / goal.epsilon;
    out.validation = 128 * root * root * (log_candidates + log(T(4 / goal.delta)));
  }
  return out;
}

template std::optional<ScoreSamples<double>> proposition_49_samples(const PiecewiseSizes<double>&,
                                                                    const ScoreGoal<double>&, const double&);
template std::optional<ScoreSamples<Real50>> proposition_49_samples(const PiecewiseSizes<Real50>&,
                                                                    const ScoreGoal<Real50>&, const Real50&);

}  // namespace verimix

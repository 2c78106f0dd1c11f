// Remark 4, Lemma 12's grid, Algorithm 1's step, and the sample counts that two points refute: Theorems 2, 11.
#include <cmath>

#include "hunt_problems.hpp"
#include "verimix/diffusion/time_grid.hpp"
#include "verimix/sample/early_stopping.hpp"
#include "verimix/sample/two_point.hpp"

namespace verimix::hunt_catalogue {
namespace {

constexpr StatementId remark_4{StatementKind::remark, 4}, lemma_12{StatementKind::lemma, 12},
    algorithm_1{StatementKind::algorithm, 1}, theorem_2{StatementKind::theorem, 2},
    theorem_11{StatementKind::theorem, 11};

/// N((|mu|, 0, ...), q Id) in R^d stopped at delta; the d equal variances enter as d times one.
template <class T>
struct Stopped {
  T w2, alpha, beta, radius;
  Stopped(const T& mean, const T& q, const T& d, const T& stop) {
    const Vector<T> one = Vector<T>::Constant(1, q);
    const T shift = early_stopping_w2_squared(ComponentSpectrum<T>{T(1), T(mean * mean), Vector<T>()}, stop);
    w2 = sqrt(T(shift + d * early_stopping_w2_squared(ComponentSpectrum<T>{T(1), T(0), one}, stop)));
    alpha = smaller(q, T(1));
    beta = larger(q, T(1));
    radius = mean + sqrt(d) * abs(T(q - 1));
  }
};

struct PrintedStopping {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const Stopped<T> of(v[0], v[1], v[2], v[3]);
    return {of.w2, printed_w2_upper(of.alpha, of.beta, of.radius, 1, v[3]), false, ""};
  }
};
struct Stopping {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const Stopped<T> of(v[0], v[1], v[2], v[3]);
    return {of.w2, definite_w2_upper(of.alpha, of.radius, v[3]), false, ""};
  }
};
/// (b): 1 - e^{-2 delta} is the least eigenvalue where Q is 0.
struct StoppedEigenvalue {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    return {(1 - exp(T(-2))) * v[0], -expm1(T(-2 * v[0])), false, ""};
  }
};

/// The printed steps of the second half, kappa/(1 + kappa)^l for l = 0 .. N/2 - 2, must not pass T - delta.
struct PrintedGrid {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const T half = v[1], kappa = (v[0] - 1) / half;
    if (less(T(-log(v[2])), T(2 * half)) != Truth::yes) return outside<T>("N > log(1/delta)");
    if (less(T(1), v[0]) != Truth::yes) return outside<T>("kappa > 0");
    const T sum = -(1 + kappa) * expm1(T((1 - half) * log1p(kappa)));
    return {v[0] - 1 + sum, v[0] - v[2], false, ""};
  }
};

/// N(0, v) through Algorithm 1 with the exact scores on the repaired grid, y_0 ~ N(0, 1): KL(q_delta || output).
template <class T>
T output_kl(const T& variance, const TimeGrid<T>& grid, bool printed_step) {
  const auto at = [&](const T& s) { return T(exp(T(-2 * s)) * variance - expm1(T(-2 * s))); };
  T law = 1;
  for (std::size_t l = 0; l < grid.steps.size(); ++l) {
    const T rho = exp(printed_step ? T(grid.steps[l] / 2) : grid.steps[l]);
    const T factor = rho - 2 * (rho - 1) / at(grid.remaining[l]);
    law = factor * factor * law + rho * rho - 1;
  }
  const T ratio = at(grid.remaining.back()) / law;
  return (ratio - 1 - log(ratio)) / 2;
}

template <bool printed_step>
struct StepLaw {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const int half = static_cast<int>(approximate(v[2]));
    // The search stays where a step costs nothing; a certified member may be longer.
    if (half > (std::same_as<T, double> ? 2048 : 20000)) return outside<T>("N <= 40000, for the time that it takes");
    const T steps = 2 * half, horizon = v[1] * log(steps);
    const TimeGrid<T> grid = time_grid(horizon, v[3], 2 * half);
    const T kappa = larger(grid.kappa_1, grid.kappa_2);
    const T forward = exp(T(-2 * horizon)) * (v[0] - 1);  // variance of q_T minus 1
    const T start = (forward - log1p(forward)) / 2;
    // Repaired: (L12.2) of proofs-notes/diffusion/discretisation.md, KL_T + kappa^2 d N + 10.5 kappa d T.
    const T drift = printed_step ? T(kappa * horizon) : T(21 * kappa * horizon / 2);
    return {output_kl(v[0], grid, printed_step), start + kappa * kappa * steps + drift, false, ""};
  }
};

/// KL(q_delta || q_0) for N(mean, q), and KL(q_T || N(0, 1)), beside sinh^2(delta) R^2/alpha^2 and e^{-2T} R^2/2.
struct StoppingKl {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const Stopped<T> of(v[0], v[1], T(1), v[2]);
    const T ratio = exp(T(-2 * v[2])) - expm1(T(-2 * v[2])) / v[1], lost = -expm1(T(-v[2])) * v[0];
    return {variance_ratio_kl(ratio) + lost * lost / (2 * v[1]), early_stopping_kl_upper(of.alpha, of.radius, v[2]),
            false, ""};
  }
};
struct ForwardKl {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const Stopped<T> of(v[0], v[1], T(1), v[2]);
    const T decay = exp(T(-2 * v[2]));
    return {variance_ratio_kl<T>(1 + decay * (v[1] - 1)) + decay * v[0] * v[0] / 2, forward_kl_upper(of.radius, v[2]),
            false, ""};
  }
};

/// Whatever is made of n samples fails with probability > failure for one of N(0, 1) and N(m, 1), and no answer is
/// right for both; yet the printed count is 1 at d = 1 (Theorem 2), log(1/delta_f) (Theorem 11), times a constant.
template <bool with_logarithm>
struct TwoPoints {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const double n = approximate(v[0]);
    if (!(n >= 1 && n < 9e18)) return outside<T>("1 <= n < 9e18");
    const T failure = two_point_failure_lower(static_cast<long>(n), v[1]);
    if (less(v[2], failure) != Truth::yes) return outside<T>("n samples are too few");
    return {v[0], with_logarithm ? T(-log(v[2])) : T(1), false, ""};
  }
};

void add_two_points(std::vector<HuntProblem>& all) {
  const std::vector<HuntParameter> points{integer("n", "1", "4096"), logarithmic("m", "1/1024", "1"),
                                          logarithmic("failure", "1/1024", "2/5", false)};
  const std::string laws =
      "N(0, 1) and N(m, 1) on the line, tau = 1; a law that is near to one is at least "
      "TV(N(0, 1), N(m, 1))/2 from the other";
  all.push_back(problem({theorem_2, printed, true, "d = 1: d^poly samples", points, laws}, TwoPoints<false>{}));
  all.push_back(
      problem({theorem_11, printed, true, "d = 1: d^poly log(1/delta_f) samples", points, laws}, TwoPoints<true>{}));
}

}  // namespace

std::vector<HuntProblem> sample() {
  std::vector<HuntProblem> all;
  const std::vector<HuntParameter> stopped{linear("mean", "0", "4"), logarithmic("q", "1/1024", "16"),
                                           integer("d", "1", "16"), logarithmic("delta", "1/1024", "1")};
  const std::string one = "one component N((mean, 0, ...), q Id) in R^d, R = |mu| + |Q - Id|_F";
  all.push_back(
      problem({remark_4, printed, true, "(c), poly(beta/alpha) = beta/alpha", stopped, one}, PrintedStopping{}));
  all.push_back(problem({remark_4, explicit_form, false, "(c): W_2 <= (1 - e^{-delta}) R/sqrt(alpha)", stopped, one},
                        Stopping{}));
  all.push_back(problem({remark_4,
                         explicit_form,
                         false,
                         "(b): (1 - e^{-2}) delta <= 1 - e^{-2 delta}",
                         {logarithmic("delta", "1/1024", "1")},
                         "0 < delta <= 1"},
                        StoppedEigenvalue{}));
  all.push_back(problem({lemma_12,
                         printed,
                         false,
                         "the grid: t_{N-1} <= T - delta",
                         {linear("T", "1", "16"), integer("half_N", "1", "256"), logarithmic("delta", "1/1024", "1/2")},
                         "T > 1, N = 2 half_N > log(1/delta), kappa = 2 (T - 1)/N"},
                        PrintedGrid{}));
  const std::vector<HuntParameter> steps{logarithmic("variance", "1/16", "16", false), linear("T_over_log_N", "1", "2"),
                                         integer("half_N", "4", "128"), logarithmic("delta", "1/1024", "1/2")};
  const std::string target = "target N(0, variance), exact scores, the repaired grid with N = 2 half_N steps";
  HuntProblem step = problem({algorithm_1, printed, true,
                              "step coefficient e^{gamma/2}: KL <= C (kappa^2 N + kappa T "
                              "+ KL_T)",
                              steps, target},
                             StepLaw<true>{});
  step.growth_doublings = 1;
  all.push_back(std::move(step));
  all.push_back(problem({algorithm_1, explicit_form, false,
                         "step coefficient e^gamma: KL <= KL_T + kappa^2 N + 10.5 kappa T", steps, target},
                        StepLaw<false>{}));
  all.push_back(problem(
      {lemma_12, explicit_form, false, "(L12.2): KL <= KL_T + kappa^2 N + 10.5 kappa T, exact scores", steps, target},
      StepLaw<false>{}));
  const std::vector<HuntParameter> one_law{linear("mean", "0", "4"), logarithmic("q", "1/1024", "16"),
                                           logarithmic("time", "1/1024", "1")};
  std::vector<HuntParameter> late = one_law;
  late[2] = linear("time", "1", "8");
  const std::string on_line = "one component N(mean, q) on the line, R = |mu| + |Q - Id|_F";
  all.push_back(problem({theorem_11, explicit_form, false, "early stopping: KL(q_delta || q_0)", one_law, on_line},
                        StoppingKl{}));
  all.push_back(problem({theorem_11, explicit_form, false, "the start: KL(q_T || N(0, Id)), T >= 1", late, on_line},
                        ForwardKl{}));
  add_two_points(all);
  return all;
}

}  // namespace verimix::hunt_catalogue

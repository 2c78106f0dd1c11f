// Claims 35, 36 and 38, and Proposition 32 with the sign that p. 42 prints: pairs of Gaussians and softmaxes.
#include <cmath>

#include "hunt_problems.hpp"
#include "verimix/simplify/overlap.hpp"
#include "verimix/simplify/score_difference.hpp"
#include "verimix/simplify/simplification_bound.hpp"

namespace verimix::hunt_catalogue {
namespace {

constexpr StatementId claim_35{StatementKind::claim, 35}, claim_36{StatementKind::claim, 36},
    claim_38{StatementKind::claim, 38};

// --- Claim 36 on the line: N(0, q1), N(m, q2).

double log_overlap(double m, double q1, double q2) {
  // Trapezoid rule over everything that either law can reach; the integrand is analytic.
  const double low = std::min(-12 * std::sqrt(q1), m - 12 * std::sqrt(q2));
  const double high = std::max(12 * std::sqrt(q1), m + 12 * std::sqrt(q2));
  const double step = std::min(std::sqrt(std::min(q1, q2)) / 8, (high - low) / 400);
  double sum = 0;
  for (double x = low; x < high; x += step) {
    const double l1 = -x * x / (2 * q1) - std::log(q1) / 2, l2 = -(x - m) * (x - m) / (2 * q2) - std::log(q2) / 2;
    sum += std::exp(std::min(l1, l2)) / (1 + std::exp(-std::abs(l1 - l2)));
  }
  return std::log(sum * step) - 0.918938533204672742;  // log sqrt(2 pi)
}
Ball log_overlap(const Ball& m, const Ball& q1, const Ball& q2) {
  const auto law = [](const Ball& mean, const Ball& q) {
    return Gaussian<Ball>{Vector<Ball>::Constant(1, mean), Matrix<Ball>::Constant(1, 1, q)};
  };
  return log(overlap_line(law(Ball(0), q1), law(m, q2)));
}

template <bool with_constants>
struct Overlap {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const T alpha = smaller(v[1], v[2]), beta = larger(v[1], v[2]), d = v[1] - v[2];
    const T m_squared = v[0] * v[0], d_squared = d * d;
    return {log_overlap(v[0], v[1], v[2]),
            with_constants ? log_overlap_upper(beta, m_squared, d_squared)
                           : log_overlap_printed_upper(alpha, beta, m_squared, d_squared),
            true, ""};
  }
};

// --- Claim 38 in the plane: Q_1 = diag(v0, v1), Q_2 = ((v2 + v4^2, v3 v4), ...) = L L^T, mean difference (v5, v6).

template <class T>
struct PlanePair {
  Gaussian<T> first, second;
  T alpha, beta, m_squared, d_squared;

  explicit PlanePair(std::span<const T> v) {
    first.mean = Vector<T>::Constant(2, T(0));
    second.mean = Vector<T>(2);
    second.mean << v[5], v[6];
    first.covariance = Matrix<T>::Constant(2, 2, T(0));
    first.covariance(0, 0) = v[0];
    first.covariance(1, 1) = v[1];
    // ((r, 0), (t r, w)) times its transpose, so that it is positive definite whatever t is.
    const T off = v[4] * v[2], last = v[4] * v[4] * v[2] + v[3];
    second.covariance = Matrix<T>(2, 2);
    second.covariance << v[2], off, off, last;
    const auto [low, high] = eigenvalues(v[2], off, last);
    alpha = smaller(smaller(v[0], v[1]), low);
    beta = larger(larger(v[0], v[1]), high);
    m_squared = v[5] * v[5] + v[6] * v[6];
    const T a = v[0] - v[2], b = v[1] - last;
    d_squared = a * a + b * b + 2 * off * off;
  }
};

struct PrintedDifference {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const PlanePair<T> of(v);
    if (less(T(0), of.alpha) != Truth::yes) return outside<T>("alpha > 0");
    return {score_difference_moment(of.first, of.second, 2),
            score_difference_fourth_printed(of.m_squared, of.d_squared, of.alpha, of.beta), false, ""};
  }
};
/// The second part: n = t, an even number; E|.|^{2t} <= C t^t (E|.|^4)^{t/2}.
struct PrintedPower {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const PlanePair<T> of(v);
    const int t = 2 * static_cast<int>(approximate(v[7]));
    if (t > 16) return outside<T>("t <= 16, for the time that it takes");
    return {score_difference_moment(of.first, of.second, t),
            score_difference_power_upper(score_difference_moment(of.first, of.second, 2), t), false, ""};
  }
};
struct Difference {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const PlanePair<T> of(v);
    if (less(T(0), of.alpha) != Truth::yes) return outside<T>("alpha > 0");
    const int n = static_cast<int>(approximate(v[7]));
    return {score_difference_moment(of.first, of.second, n),
            score_difference_moment_upper(score_difference_scale(of.m_squared, of.d_squared, of.alpha), n), false, ""};
  }
};

std::vector<HuntParameter> pair_parameters(const char* most) {
  std::vector<HuntParameter> all{logarithmic("q1", "1/16", "16"), logarithmic("q2", "1/16", "16"),
                                 logarithmic("r", "1/16", "16"),  logarithmic("w", "1/16", "16"),
                                 linear("t", "-2", "2"),          logarithmic("mean1", "1/64", "64"),
                                 linear("mean2", "-4", "4")};
  if (most != nullptr) all.push_back(integer("n", "1", most, false));
  return all;
}

// --- Claim 35: weight functions D_1, D_2, D_3 at one point, numbers g_1, g_2, g_3; s with and without the third.

template <bool sharper>
struct Softmax {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const T whole = v[0] + v[1] + v[2], rest = v[0] + v[1], p = v[2] / whole;
    const auto fourth = [](const T& x) { return T(x * x * x * x); };
    // s - s^{-3} = p (g_3 - sum_l q_l g_l), which does not cancel.
    const T lhs = fourth(T(p * (v[5] - (v[0] * v[3] + v[1] * v[4]) / rest)));
    if (sharper) return {lhs, fourth(p) * (v[0] * fourth(v[5] - v[3]) + v[1] * fourth(v[5] - v[4])) / rest, false, ""};
    // i = 1 in the printed form.
    return {lhs, 8 * p * (v[1] / rest * fourth(v[3] - v[4]) + fourth(v[5] - v[3])), false, ""};
  }
};

// --- Proposition 32, k = 1, n_c = 1: p. 42 defines the score of the cell without its minus, so s - s_c = 2 s.

struct PrintedSign {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const SimplificationSizes<T> sizes{1, 1, smaller(v[0], T(1)), larger(v[0], T(1)), v[1], T(0), v[2]};
    if (!at_most(T(1), v[1])) return outside<T>("R > 1");
    return {4 / v[0], simplification_printed_upper(sizes), false, ""};
  }
};

}  // namespace

std::vector<HuntProblem> simplify() {
  std::vector<HuntProblem> all;
  const std::vector<HuntParameter> line{linear("m", "0", "16"), logarithmic("q1", "1/16", "16"),
                                        logarithmic("q2", "1/16", "16")};
  const std::string pair = "N(0, q1), N(m, q2) on the line, alpha and beta the smaller and the larger variance";
  all.push_back(problem({claim_36, printed, false, "", line, pair}, Overlap<false>{}));
  all.push_back(problem({claim_36, explicit_form, false, "", line, pair}, Overlap<true>{}));
  for (HuntProblem& made : all) made.draws = 48;
  const std::string plane =
      "N(0, diag(q1, q2)), N((mean1, mean2), r (1, t)(1, t)^T + w e_2 e_2^T) in the plane, the "
      "best alpha and beta";
  all.push_back(problem({claim_38, printed, true, "first part", pair_parameters(nullptr), plane}, PrintedDifference{}));
  all.push_back(
      problem({claim_38, printed, true, "second part, t = 2 n", pair_parameters("8"), plane}, PrintedPower{}));
  all.push_back(problem({claim_38, explicit_form, false, "moment 2 n", pair_parameters("8"), plane}, Difference{}));
  const std::vector<HuntParameter> softmax{logarithmic("D1", "1/1024", "1024"),
                                           logarithmic("D2", "1/1024", "1024"),
                                           logarithmic("D3", "1/1024", "1024"),
                                           linear("g1", "-4", "4"),
                                           linear("g2", "-4", "4"),
                                           linear("g3", "-4", "4")};
  const std::string values = "three weights and three numbers g at a point, the third taken out";
  all.push_back(problem({claim_35, printed, false, "i = 1", softmax, values}, Softmax<false>{}));
  all.push_back(problem({claim_35, explicit_form, false, "sharper form", softmax, values}, Softmax<true>{}));
  all.push_back(
      problem({StatementId{StatementKind::proposition, 32},
               printed,
               true,
               "with the sign of p. 42",
               {logarithmic("q", "1/16", "16"), logarithmic("R", "5/4", "16"), logarithmic("epsilon", "1/1024", "1/2")},
               "k = 1: N(0, q), c = 1; every R > 1 and epsilon > 0 fit"},
              PrintedSign{}));
  return all;
}

}  // namespace verimix::hunt_catalogue

// Lemmas 26, 27, 28, 29 and Proposition 25: clustering.
#include <cmath>
#include <numbers>

#include "hunt_problems.hpp"
#include "verimix/cluster/clipped_inverse.hpp"
#include "verimix/cluster/clustering_error.hpp"
#include "verimix/cluster/statistic_deviation.hpp"
#include "verimix/core/error.hpp"

namespace verimix::hunt_catalogue {
namespace {

constexpr StatementId lemma_26{StatementKind::lemma, 26}, lemma_27{StatementKind::lemma, 27},
    lemma_28{StatementKind::lemma, 28}, lemma_29{StatementKind::lemma, 29},
    proposition_25{StatementKind::proposition, 25};

/// Q = diag(alpha, q) with q >= alpha = 1, Qhat = ((v1, v2), (v2, v3)).
template <int constant>
struct Clipped {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    Matrix<T> estimate(2, 2);
    estimate << v[1], v[2], v[2], v[3];
    const T a = v[1] - 1, c = v[3] - v[0];
    const T error = sqrt(T(a * a + 2 * v[2] * v[2] + c * c));
    const Matrix<T> inverse = clipped_inverse(estimate, T(1)).inverse;
    const T x = inverse(0, 0) - 1, y = inverse(1, 0), z = inverse(1, 1) - 1 / v[0];
    return {sqrt(T(x * x + 2 * y * y + z * z)), constant * error, false, ""};
  }
};

// --- Lemmas 27 and 28 on the line: the statistic is b (z + u)^2 - constant.

double log_tail(double x) {  // log P[N(0, 1) > x], beyond the range of erfc by its asymptotic series
  if (x < 30) return std::log(std::erfc(x / std::numbers::sqrt2) / 2);
  return -x * x / 2 - std::log(x) - std::log(2 * std::numbers::pi) / 2 + std::log1p(-1 / (x * x));
}
double log_sum(double a, double b) { return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b))); }

/// log P[b (z + u)^2 > y].
double log_upper(double b, double u, double y) {
  if (b < 0) {
    if (y >= 0) return -std::numeric_limits<double>::infinity();
    const double r = std::sqrt(y / b);
    return std::log(std::erfc((u - r) / std::numbers::sqrt2) / 2 - std::erfc((u + r) / std::numbers::sqrt2) / 2);
  }
  if (y <= 0) return 0;
  const double r = std::sqrt(y / b);
  return log_sum(log_tail(r - u), log_tail(r + u));
}

double log_tail_above(const StatisticInstance<double>& instance, double y) {
  const StatisticLaw<double> law = statistic_law(instance);
  return log_upper(law.form.eigenvalues(0), law.form.shifts(0), y + law.constant);
}
double log_tail_below(const StatisticInstance<double>& instance, double y) {
  const StatisticLaw<double> law = statistic_law(instance);
  return log_upper(-law.form.eigenvalues(0), law.form.shifts(0), -(y + law.constant));
}
Ball log_tail_above(const StatisticInstance<Ball>& instance, const Ball& y) {
  return log(statistic_tails(instance, y).upper);
}
Ball log_tail_below(const StatisticInstance<Ball>& instance, const Ball& y) {
  return log(statistic_tails(instance, y).lower);
}

double clipped(double estimate, double floor) { return std::max(estimate, floor); }
Ball clipped(const Ball& estimate, const Ball& floor) { return larger(estimate, floor); }

/// N(0, q_i), N(mean, q_j), estimates q + e, centre off by c Delta sqrt(alpha)/beta: parameters q_i, ratio q_j/q_i,
/// e_i, e_j in units of the smaller, c, and one more.
template <class T>
struct LineStatistic {
  DeviationSetting<T> setting;
  StatisticInstance<T> instance;
  T distance, gap;

  /// `close`: the errors are given in units of the largest that Lemma 27 allows, Delta/(5 (beta/alpha)^3).
  LineStatistic(std::span<const T> v, bool about_j, bool close) {
    const T q_i = v[0], q_j = v[0] * v[1];
    setting.alpha = smaller(q_i, q_j);
    setting.beta = larger(q_i, q_j);
    distance = abs(T(q_i - q_j));
    const T condition = setting.beta / setting.alpha;
    const T unit = close ? T(distance / (5 * condition * condition * condition)) : setting.alpha;
    const T e_i = v[2] * unit, e_j = v[3] * unit;
    setting.delta_out = distance;
    setting.upsilon = larger(abs(e_i), abs(e_j));
    setting.c = v[4];
    gap = distance * distance / (q_i * q_j);
    const auto one = [](const T& x) { return Matrix<T>(Matrix<T>::Constant(1, 1, x)); };
    const T floor = setting.alpha / 2;
    instance = {one(T(0)),
                one(T(v[4] * distance * sqrt(setting.alpha) / setting.beta)),
                one(about_j ? q_j : q_i),
                one(q_i),
                one(T(1 / clipped(T(q_i + e_i), floor))),
                one(T(1 / clipped(T(q_j + e_j), floor)))};
  }
};

/// P[T_ij < gap - E] <= exp(-X/C), X the printed exponent: X <= C (-log P).
struct PrintedLower {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const LineStatistic<T> of(v, true, true);
    const DeviationSetting<T>& s = of.setting;
    const T ratio = s.beta / s.alpha;
    if (!at_most(T(5 * ratio * ratio * ratio * s.upsilon), s.delta_out))
      return outside<T>("Dout_Q >= 5 (beta/alpha)^3 ups");
    if (less(s.alpha, s.beta) != Truth::yes) return outside<T>("the covariances differ");
    const T level = of.gap - lower_deviation_slack_printed(s, of.distance, v[5]);
    return {lower_deviation_exponent_printed(s, of.distance, v[5]), -log_tail_below(of.instance, level), false, ""};
  }
};
struct Lower {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const LineStatistic<T> of(v, true, true);
    if (less(of.setting.alpha, of.setting.beta) != Truth::yes) return outside<T>("the covariances differ");
    std::string broken = lower_deviation_hypothesis(of.setting, of.distance, v[5]);
    if (!broken.empty()) return outside<T>(std::move(broken));
    const T level = of.gap - lower_deviation_slack(of.setting, of.distance, v[5]);
    return {log_tail_below(of.instance, level), log(lower_deviation_probability_upper(of.setting, of.distance, v[5])),
            true, ""};
  }
};
struct Upper {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const LineStatistic<T> of(v, false, false);
    if (less(of.setting.alpha, of.setting.beta) != Truth::yes) return outside<T>("the covariances differ");
    const T level = upper_deviation_level(of.setting, of.distance, v[5]);
    return {log_tail_above(of.instance, level), -v[5] / 120, true, ""};
  }
};

// --- Lemma 28 in many dimensions: Q_1 = Id, Q_2 = q Id, Qhat_1 = Id - e e_1 e_1^T, centre off along e_1.

/// -log P of the event {T_12 > level} from above: P >= 1 - exp(K(-t) + t level) for every t >= 0 (Chernoff).
struct PrintedUpper {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const T &d = v[0], &q = v[1], &e = v[2], &c = v[3], &s = v[4];
    if (less(T(1), q) != Truth::yes) return outside<T>("alpha = 1 < q = beta");
    DeviationSetting<T> setting{T(1), q, T((q - 1) * sqrt(d)), e, c};
    if (!at_most(T(5 * q * q * q * e), setting.delta_out)) return outside<T>("Dout_Q >= 5 (beta/alpha)^3 ups");
    const T k_1 = 1 / larger(T(1 - e), T(T(1) / 2)), b_1 = k_1 - 1 / q, b = 1 - 1 / q;
    const T shift = c * setting.delta_out / q;
    // T_12 = b_1 (z_1 + shift)^2 + b sum_{r > 1} z_r^2 - (b_1 + (d - 1) b), and P[T_12 <= level] <= exp(best).
    const T level = upper_deviation_level_printed(setting, setting.delta_out, s) + b_1 + (d - 1) * b;
    const T best = exponent(d, b_1, b, shift, level);
    if (less(best, T(0)) != Truth::yes) return outside<T>("Chernoff's bound says something");
    // The printed O(k) is read as 100 k, k = 2.
    return {s, log(T(200)) - log(T(-expm1(best))), false, ""};
  }

 private:
  template <class T>
  static T at(const T& t, const T& d, const T& b_1, const T& b, const T& shift, const T& level) {
    const T first = 1 + 2 * t * b_1, others = 1 + 2 * t * b;
    return t * level - log(first) / 2 - (d - 1) * log(others) / 2 - t * b_1 * shift * shift / first;
  }
  /// The least over a grid of t; every t gives a bound.
  template <class T>
  static T exponent(const T& d, const T& b_1, const T& b, const T& shift, const T& level) {
    T best = 0;
    for (int j = -30; j <= 10; ++j) {
      T t = 1;
      for (int l = 0; l < std::abs(j); ++l) t = j > 0 ? T(2 * t) : T(t / 2);
      best = smaller(best, at<T>(t, d, b_1, b, shift, level));
    }
    return best;
  }
};

// --- Means: two components on the line, exact estimates: alpha, beta, the distance over the least that is allowed.

std::string means_hypothesis(std::span<const Ball> v) {
  if (!at_most(v[0], Ball(1)) || !at_most(Ball(1), v[1])) return "alpha <= 1 <= beta";
  return at_most(Ball(1), v[2]) ? "" : "Dout_mu >= 6 sqrt(k beta)";
}

/// m^2/(alpha sqrt k) <= C (-log P), with alpha below the variance of the first component.
struct PrintedMeans {
  HuntSides<Ball> operator()(std::span<const Ball> v) const {
    const Ball &alpha = v[0], &beta = v[1], m = v[2] * 6 * sqrt(2 * beta);
    return {m * m / (alpha * sqrt(Ball(2))), -log(normal_upper_tail<Ball>(m / (2 * sqrt(beta)))), false,
            means_hypothesis(v)};
  }
};
/// Any function of x errs with probability >= P[N(0, 1) > m/(2 sqrt beta)] on one of two of the three components; the
/// printed k^3 in front counts for it.
struct PrintedClustering {
  HuntSides<Ball> operator()(std::span<const Ball> v) const {
    const Ball &alpha = v[0], &beta = v[1], m = v[2] * 6 * sqrt(3 * beta);
    return {m * m / (alpha * sqrt(Ball(3))), log(Ball(27)) - log(normal_upper_tail<Ball>(m / (2 * sqrt(beta)))), false,
            means_hypothesis(v)};
  }
};
/// exp(-m^2/(18 beta))/2, pairwise_mean_error_upper, in logarithms.
struct Means {
  HuntSides<Ball> operator()(std::span<const Ball> v) const {
    const Ball &beta = v[0], &m = v[2], q = v[1] * beta;
    const Ball c_1 = v[3] * m / 6, c_2 = v[4] * m / 6;
    const auto one = [](const Ball& x) { return Vector<Ball>(Vector<Ball>::Constant(1, x)); };
    const Ball error = pairwise_mean_error<Ball>(one(Ball(0)), Matrix<Ball>::Constant(1, 1, q), one(c_1), one(m + c_2));
    return {log(error), -m * m / (18 * beta) - log(Ball(2)), true, ""};
  }
};

/// For Lemma 27 the errors stay just inside of what it allows: balls of equal numbers are not told to be equal.
std::vector<HuntParameter> statistic_parameters(HuntParameter last, bool close) {
  const char *low = close ? "-255/256" : "-1", *high = close ? "255/256" : "1";
  return {logarithmic("q_i", "1/16", "16"),
          logarithmic("q_j_over_q_i", "1/64", "64"),
          linear("e_i", low, high),
          linear("e_j", low, high),
          linear("c", "0", "1"),
          std::move(last)};
}

}  // namespace

std::vector<HuntProblem> cluster() {
  std::vector<HuntProblem> all;
  const std::vector<HuntParameter> clipping{logarithmic("q", "1", "64"), linear("h11", "-4", "4"),
                                            linear("h12", "-4", "4"), linear("h22", "-4", "64")};
  const std::string estimate = "Q = diag(1, q), alpha = 1, any symmetric estimate in the plane";
  all.push_back(problem({lemma_26, printed, false, "", clipping, estimate}, Clipped<4>{}));
  all.push_back(problem({lemma_26, explicit_form, false, "", clipping, estimate}, Clipped<2>{}));
  const std::string line =
      "two components on the line, variances q_i and q_j, estimates off by e_i and e_j (in units of alpha, for "
      "lemma-27 of Delta/(5 (beta/alpha)^3)), centre off by c Delta sqrt(alpha)/beta, Delta = |q_i - q_j|";
  all.push_back(problem({lemma_27, printed, true, "the constant of Omega",
                         statistic_parameters(logarithmic("c_prime", "1/64", "64"), true), line},
                        PrintedLower{}));
  all.push_back(problem(
      {lemma_27, explicit_form, false, "", statistic_parameters(logarithmic("c_prime", "1/64", "1"), true), line},
      Lower{}));
  all.push_back(problem({lemma_28,
                         printed,
                         true,
                         "s <= C (log(100 k) - log P), d large",
                         {integer("d", "1", "1073741824"), logarithmic("q", "1", "16"), linear("e", "0", "1"),
                          logarithmic("c", "1/64", "1/10", false), logarithmic("s", "1", "64")},
                         "Q_1 = Id, Q_2 = q Id in R^d, Qhat_1 = Id - e e_1 e_1^T, centre off along e_1, "
                         "P bounded from below by Chernoff"},
                        PrintedUpper{}));
  all.push_back(problem(
      {lemma_28, explicit_form, false, "", statistic_parameters(logarithmic("s", "1", "64"), false), line}, Upper{}));
  const std::vector<HuntParameter> means{logarithmic("alpha", "1/64", "1"), logarithmic("beta", "1", "16"),
                                         logarithmic("m_over_least", "1", "4")};
  all.push_back(ball_problem({lemma_29, printed, true, "the constant of Omega", means,
                              "N(0, beta), N(m, alpha) on the line, m = m_over_least 6 sqrt(2 beta), exact estimates"},
                             PrintedMeans{}));
  all.push_back(ball_problem({proposition_25, printed, true, "the constant of Omega, one covariance group", means,
                              "N(0, beta), N(m, beta) and N(far, alpha), m = m_over_least 6 sqrt(3 beta), exact "
                              "estimates, any function of x"},
                             PrintedClustering{}));
  all.push_back(ball_problem({lemma_29,
                              explicit_form,
                              false,
                              "exp(-m^2/(18 beta))/2",
                              {logarithmic("beta", "1/4", "16"), logarithmic("q_over_beta", "1/16", "1"),
                               logarithmic("m", "1/16", "64"), linear("c1", "-1", "1"), linear("c2", "-1", "1")},
                              "two components on the line, crude means off by at most m/6"},
                             Means{}));
  return all;
}

}  // namespace verimix::hunt_catalogue

// How far the covariance statistic strays from its mean: [CKS25] Lemmas 27 and 28 as repaired, with every constant, and
// the same with the exact law of the statistic.
#pragma once

#include <string>

#include "verimix/cluster/covariance_statistic.hpp"

namespace verimix {

/// What both lemmas know: alpha Id <= Q_i <= beta Id, |Qhat_i - Q_i|_F <= ups, Delta = Dout_Q, |m - mu| <= c Delta
/// sqrt(alpha)/beta. K_i is the inverse of Qhat_i clipped at alpha/2.
template <Scalar T>
struct DeviationSetting {
  T alpha, beta, delta_out, upsilon, c;
};

// Lemma 27, x ~ N_j: P[ T_ij < gap_ij - E ] <= p, where D = |Q_i - Q_j|_F.

/// E = (2 c^2 + 2 c') D^2/beta^2 + 4 ups D/alpha^2. Deviation: the paper has c^2 in the place of 2 c^2, which a family
/// of instances refutes.
template <Scalar T>
T lower_deviation_slack(const DeviationSetting<T>& setting, const T& distance, const T& c_prime);
/// The same as printed.
template <Scalar T>
T lower_deviation_slack_printed(const DeviationSetting<T>& setting, const T& distance, const T& c_prime);
/// p = exp(-c'^2 (alpha^4/beta^6) D^2/16). Domain: `lower_deviation_hypothesis` is empty.
template <Scalar T>
T lower_deviation_probability_upper(const DeviationSetting<T>& setting, const T& distance, const T& c_prime);
/// The exponent of the printed claim, c'^2 (alpha^4/beta^6) D^2 min(1, alpha^2/ups^2), without its hidden constant.
template <Scalar T>
T lower_deviation_exponent_printed(const DeviationSetting<T>& setting, const T& distance, const T& c_prime);
/// The first hypothesis that does not certainly hold, in words; empty if all hold: Delta >= 5 (beta/alpha)^3 ups, D >=
/// Delta, 0 <= c <= 1, 0 < c' <= 1, 0 < alpha <= beta.
template <Scalar T>
std::string lower_deviation_hypothesis(const DeviationSetting<T>& setting, const T& distance, const T& c_prime);

// Lemma 28, x ~ N_i: P[ T_ij > level ] <= p.

/// level = (s beta/alpha^2) max(D, ups) + 2 c^2 Delta^2/beta^2 + c Delta sqrt(s/(alpha beta)) with p = exp(-s/120), for
/// s
/// >= 1; no other hypothesis, and c need not be small. Deviation: the paper has c^2 in the place of 2 c^2, which a
/// family of instances refutes; 2 is sharp.
template <Scalar T>
T upper_deviation_level(const DeviationSetting<T>& setting, const T& distance, const T& s);
/// The same as printed.
template <Scalar T>
T upper_deviation_level_printed(const DeviationSetting<T>& setting, const T& distance, const T& s);
/// exp(-s/120) for one j. For all j in [k] at once: times k - 1. Domain: s >= 1.
template <Scalar T>
T upper_deviation_probability_upper(const T& s);

/// Sharper, for every x >= 0: level = 2 c^2 Delta^2/beta^2 + 2 (sqrt x + x) (beta/alpha^2) (D + 4 ups) + 4 sqrt(2 x) c
/// Delta/sqrt(alpha beta) with p = e^{-x}.
template <Scalar T>
T upper_deviation_level_sharp(const DeviationSetting<T>& setting, const T& distance, const T& x);

// Of an instance.

/// What enters the law of T_ij: x ~ N(mean, covariance), the centre m, the true Q_i, the estimates K_i and K_j.
template <Scalar T>
struct StatisticInstance {
  Vector<T> mean, center;
  Matrix<T> covariance, q_i, k_i, k_j;
};

/// The law of T_ij + <Q_i, K_i - K_j>, and that constant: P[T_ij > y] = P[form > y + constant].
template <Scalar T>
struct StatisticLaw {
  QuadraticLaw<T> form;
  T constant;
};
template <Scalar T>
StatisticLaw<T> statistic_law(const StatisticInstance<T>& instance);

/// P[T_ij > y] and P[T_ij < y], certified at the working precision.
QuadraticTails statistic_tails(const StatisticInstance<Ball>& instance, const Ball& y);

/// Bounds on them by Chernoff; with Ball the upper end is certified.
template <Scalar T>
T statistic_upper_tail_upper(const StatisticInstance<T>& instance, const T& y);
template <Scalar T>
T statistic_lower_tail_upper(const StatisticInstance<T>& instance, const T& y);

extern template double lower_deviation_slack(const DeviationSetting<double>&, const double&, const double&);
extern template double lower_deviation_slack_printed(const DeviationSetting<double>&, const double&, const double&);
extern template double lower_deviation_probability_upper(const DeviationSetting<double>&, const double&, const double&);
extern template double lower_deviation_exponent_printed(const DeviationSetting<double>&, const double&, const double&);
extern template std::string lower_deviation_hypothesis(const DeviationSetting<double>&, const double&, const double&);
extern template double upper_deviation_level(const DeviationSetting<double>&, const double&, const double&);
extern template double upper_deviation_level_printed(const DeviationSetting<double>&, const double&, const double&);
extern template double upper_deviation_probability_upper(const double&);
extern template double upper_deviation_level_sharp(const DeviationSetting<double>&, const double&, const double&);
extern template StatisticLaw<double> statistic_law(const StatisticInstance<double>&);
extern template double statistic_upper_tail_upper(const StatisticInstance<double>&, const double&);
extern template double statistic_lower_tail_upper(const StatisticInstance<double>&, const double&);
extern template Real50 lower_deviation_slack(const DeviationSetting<Real50>&, const Real50&, const Real50&);
extern template Real50 lower_deviation_slack_printed(const DeviationSetting<Real50>&, const Real50&, const Real50&);
extern template Real50 lower_deviation_probability_upper(const DeviationSetting<Real50>&, const Real50&, const Real50&);
extern template Real50 lower_deviation_exponent_printed(const DeviationSetting<Real50>&, const Real50&, const Real50&);
extern template std::string lower_deviation_hypothesis(const DeviationSetting<Real50>&, const Real50&, const Real50&);
extern template Real50 upper_deviation_level(const DeviationSetting<Real50>&, const Real50&, const Real50&);
extern template Real50 upper_deviation_level_printed(const DeviationSetting<Real50>&, const Real50&, const Real50&);
extern template Real50 upper_deviation_probability_upper(const Real50&);
extern template Real50 upper_deviation_level_sharp(const DeviationSetting<Real50>&, const Real50&, const Real50&);
extern template StatisticLaw<Real50> statistic_law(const StatisticInstance<Real50>&);
extern template Real50 statistic_upper_tail_upper(const StatisticInstance<Real50>&, const Real50&);
extern template Real50 statistic_lower_tail_upper(const StatisticInstance<Real50>&, const Real50&);
extern template Ball lower_deviation_slack(const DeviationSetting<Ball>&, const Ball&, const Ball&);
extern template Ball lower_deviation_slack_printed(const DeviationSetting<Ball>&, const Ball&, const Ball&);
extern template Ball lower_deviation_probability_upper(const DeviationSetting<Ball>&, const Ball&, const Ball&);
extern template Ball lower_deviation_exponent_printed(const DeviationSetting<Ball>&, const Ball&, const Ball&);
extern template std::string lower_deviation_hypothesis(const DeviationSetting<Ball>&, const Ball&, const Ball&);
extern template Ball upper_deviation_level(const DeviationSetting<Ball>&, const Ball&, const Ball&);
extern template Ball upper_deviation_level_printed(const DeviationSetting<Ball>&, const Ball&, const Ball&);
extern template Ball upper_deviation_probability_upper(const Ball&);
extern template Ball upper_deviation_level_sharp(const DeviationSetting<Ball>&, const Ball&, const Ball&);
extern template StatisticLaw<Ball> statistic_law(const StatisticInstance<Ball>&);
extern template Ball statistic_upper_tail_upper(const StatisticInstance<Ball>&, const Ball&);
extern template Ball statistic_lower_tail_upper(const StatisticInstance<Ball>&, const Ball&);

}  // namespace verimix

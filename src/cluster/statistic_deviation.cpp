#include "verimix/cluster/statistic_deviation.hpp"

namespace verimix {
namespace {

template <RealScalar T>
T greater(const T& a, const T& b) {
  return a < b ? b : a;
}
Ball greater(const Ball& a, const Ball& b) {
  Ball result;
  arb_max(result.data(), a.data(), b.data(), BallPrecision::bits());
  return result;
}

// E with `share` c^2 in its first term.
template <Scalar T>
T slack(const DeviationSetting<T>& s, int share, const T& distance, const T& c_prime) {
  return (share * s.c * s.c + 2 * c_prime) * distance * distance / (s.beta * s.beta) +
         4 * s.upsilon * distance / (s.alpha * s.alpha);
}

template <Scalar T>
T level(const DeviationSetting<T>& setting, int share, const T& distance, const T& s) {
  const T larger = greater(distance, setting.upsilon);
  return s * setting.beta / (setting.alpha * setting.alpha) * larger +
         share * setting.c * setting.c * setting.delta_out * setting.delta_out / (setting.beta * setting.beta) +
         setting.c * setting.delta_out * sqrt(T(s / (setting.alpha * setting.beta)));
}

// c'^2 (alpha^4/beta^6) D^2.
template <Scalar T>
T exponent(const DeviationSetting<T>& s, const T& distance, const T& c_prime) {
  const T root = c_prime * s.alpha * s.alpha * distance / (s.beta * s.beta * s.beta);
  return root * root;
}

template <Scalar T>
bool at_most(const T& a, const T& b) {
  return less(b, a) == Truth::no;
}

}  // namespace

template <Scalar T>
T lower_deviation_slack(const DeviationSetting<T>& setting, const T& distance, const T& c_prime) {
  return slack(setting, 2, distance, c_prime);
}

template <Scalar T>
T lower_deviation_slack_printed(const DeviationSetting<T>& setting, const T& distance, const T& c_prime) {
  return slack(setting, 1, distance, c_prime);
}

template <Scalar T>
T lower_deviation_probability_upper(const DeviationSetting<T>& setting, const T& distance, const T& c_prime) {
  return exp(T(-exponent(setting, distance, c_prime) / 16));
}

template <Scalar T>
T lower_deviation_exponent_printed(const DeviationSetting<T>& setting, const T& distance, const T& c_prime) {
  const T whole = exponent(setting, distance, c_prime);
  if (at_most(setting.upsilon, setting.alpha)) return whole;
  const T ratio = setting.alpha / setting.upsilon;
  return whole * ratio * ratio;
}

template <Scalar T>
std::string lower_deviation_hypothesis(const DeviationSetting<T>& s, const T& distance, const T& c_prime) {
  if (less(T(0), s.alpha) != Truth::yes || !at_most(s.alpha, s.beta)) return "0 < alpha <= beta";
  const T ratio = s.beta / s.alpha;
  if (!at_most<T>(5 * ratio * ratio * ratio * s.upsilon, s.delta_out)) return "Dout_Q >= 5 (beta/alpha)^3 ups_cov";
  if (!at_most(s.delta_out, distance)) return "|Q_j - Q_i|_F >= Dout_Q";
  if (!at_most(T(0), s.c) || !at_most(s.c, T(1))) return "0 <= c <= 1";
  if (less(T(0), c_prime) != Truth::yes || !at_most(c_prime, T(1))) return "0 < c' <= 1";
  return "";
}

template <Scalar T>
T upper_deviation_level(const DeviationSetting<T>& setting, const T& distance, const T& s) {
  return level(setting, 2, distance, s);
}

template <Scalar T>
T upper_deviation_level_printed(const DeviationSetting<T>& setting, const T& distance, const T& s) {
  return level(setting, 1, distance, s);
}

template <Scalar T>
T upper_deviation_probability_upper(const T& s) {
  return exp(T(-s / 120));
}

template <Scalar T>
T upper_deviation_level_sharp(const DeviationSetting<T>& s, const T& distance, const T& x) {
  return 2 * s.c * s.c * s.delta_out * s.delta_out / (s.beta * s.beta) +
         2 * (sqrt(x) + x) * s.beta / (s.alpha * s.alpha) * (distance + 4 * s.upsilon) +
         4 * sqrt(T(2 * x / (s.alpha * s.beta))) * s.c * s.delta_out;
}

template <Scalar T>
StatisticLaw<T> statistic_law(const StatisticInstance<T>& instance) {
  const Matrix<T> difference = instance.k_i - instance.k_j;
  return {quadratic_law<T>(instance.mean, instance.covariance, instance.center, difference),
          inner_product(instance.q_i, difference)};
}

QuadraticTails statistic_tails(const StatisticInstance<Ball>& instance, const Ball& y) {
  const StatisticLaw<Ball> law = statistic_law(instance);
  return quadratic_tails(law.form, y + law.constant);
}

template <Scalar T>
T statistic_upper_tail_upper(const StatisticInstance<T>& instance, const T& y) {
  const StatisticLaw<T> law = statistic_law(instance);
  return quadratic_tail_upper<T>(law.form, y + law.constant);
}

template <Scalar T>
T statistic_lower_tail_upper(const StatisticInstance<T>& instance, const T& y) {
  const StatisticLaw<T> law = statistic_law(instance);
  return quadratic_tail_upper<T>(opposite(law.form), -(y + law.constant));
}

template double lower_deviation_slack(const DeviationSetting<double>&, const double&, const double&);
template double lower_deviation_slack_printed(const DeviationSetting<double>&, const double&, const double&);
template double lower_deviation_probability_upper(const DeviationSetting<double>&, const double&, const double&);
template double lower_deviation_exponent_printed(const DeviationSetting<double>&, const double&, const double&);
template std::string lower_deviation_hypothesis(const DeviationSetting<double>&, const double&, const double&);
template double upper_deviation_level(const DeviationSetting<double>&, const double&, const double&);
template double upper_deviation_level_printed(const DeviationSetting<double>&, const double&, const double&);
template double upper_deviation_probability_upper(const double&);
template double upper_deviation_level_sharp(const DeviationSetting<double>&, const double&, const double&);
template StatisticLaw<double> statistic_law(const StatisticInstance<double>&);
template double statistic_upper_tail_upper(const StatisticInstance<double>&, const double&);
template double statistic_lower_tail_upper(const StatisticInstance<double>&, const double&);
template Real50 lower_deviation_slack(const DeviationSetting<Real50>&, const Real50&, const Real50&);
template Real50 lower_deviation_slack_printed(const DeviationSetting<Real50>&, const Real50&, const Real50&);
template Real50 lower_deviation_probability_upper(const DeviationSetting<Real50>&, const Real50&, const Real50&);
template Real50 lower_deviation_exponent_printed(const DeviationSetting<Real50>&, const Real50&, const Real50&);
template std::string lower_deviation_hypothesis(const DeviationSetting<Real50>&, const Real50&, const Real50&);
template Real50 upper_deviation_level(const DeviationSetting<Real50>&, const Real50&, const Real50&);
template Real50 upper_deviation_level_printed(const DeviationSetting<Real50>&, const Real50&, const Real50&);
template Real50 upper_deviation_probability_upper(const Real50&);
template Real50 upper_deviation_level_sharp(const DeviationSetting<Real50>&, const Real50&, const Real50&);
template StatisticLaw<Real50> statistic_law(const StatisticInstance<Real50>&);
template Real50 statistic_upper_tail_upper(const StatisticInstance<Real50>&, const Real50&);
template Real50 statistic_lower_tail_upper(const StatisticInstance<Real50>&, const Real50&);
template Ball lower_deviation_slack(const DeviationSetting<Ball>&, const Ball&, const Ball&);
template Ball lower_deviation_slack_printed(const DeviationSetting<Ball>&, const Ball&, const Ball&);
template Ball lower_deviation_probability_upper(const DeviationSetting<Ball>&, const Ball&, const Ball&);
template Ball lower_deviation_exponent_printed(const DeviationSetting<Ball>&, const Ball&, const Ball&);
template std::string lower_deviation_hypothesis(const DeviationSetting<Ball>&, const Ball&, const Ball&);
template Ball upper_deviation_level(const DeviationSetting<Ball>&, const Ball&, const Ball&);
template Ball upper_deviation_level_printed(const DeviationSetting<Ball>&, const Ball&, const Ball&);
template Ball upper_deviation_probability_upper(const Ball&);
template Ball upper_deviation_level_sharp(const DeviationSetting<Ball>&, const Ball&, const Ball&);
template StatisticLaw<Ball> statistic_law(const StatisticInstance<Ball>&);
template Ball statistic_upper_tail_upper(const StatisticInstance<Ball>&, const Ball&);
template Ball statistic_lower_tail_upper(const StatisticInstance<Ball>&, const Ball&);

}  // namespace verimix

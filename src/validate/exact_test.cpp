#include "verimix/validate/exact_test.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <string>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

// By default Boost computes doubles in long double: several times slower, and beyond what is claimed of the tails.
using InDouble = boost::math::policies::policy<boost::math::policies::promote_double<false>>;

void require_count(Index count) {
  if (count < 1) throw InputError("", "count", std::to_string(count), "at least 1");
}

void require_probability(const char* field, double value) {
  if (!(value >= 0 && value <= 1)) throw InputError("", field, to_text(value), "a number in [0, 1]");
}

// x log(x/y), continued by 0 to x = 0; infinite where y = 0 < x.
double entropy_term(double x, double y) { return x > 0 ? x * std::log(x / y) : 0; }

// max over theta between 0 and `end` of theta mean - L(theta), found on a scale that reaches `end` only in the limit.
double exponent(double mean, const std::function<double(double)>& log_moment_generating, double end) {
  const auto at = [&](double s) {
    const double theta = end * s / (1 + s);
    const double value = log_moment_generating(theta) - theta * mean;
    return std::isfinite(value) ? value : std::numeric_limits<double>::max();
  };
  // Below this many bits the minimum is flat to rounding; the interval in log s covers theta from 1e-9 of the end on.
  constexpr int bits = 30;
  const auto best =
      boost::math::tools::brent_find_minima([&](double log_s) { return at(std::exp(log_s)); }, -20.0, 6.0, bits);
  return std::max(0.0, -best.second);
}

}  // namespace

double binomial_p_value(Index successes, Index trials, double probability) {
  require_count(trials);
  require_probability("probability", probability);
  if (successes < 0 || successes > trials)
    throw InputError("", "successes", std::to_string(successes), "between 0 and " + std::to_string(trials));
  const boost::math::binomial_distribution<double, InDouble> law(static_cast<double>(trials), probability);
  const auto x = static_cast<double>(successes);
  const double at_most = boost::math::cdf(law, x);
  const double at_least = successes == 0 ? 1 : boost::math::cdf(boost::math::complement(law, x - 1));
  return std::min(1.0, 2 * std::min(at_most, at_least));
}

double smirnov_upper_tail(Index count, double d) {
  require_count(count);
  if (!(d > 0)) return 1;
  if (d >= 1) return 0;
  const auto n = static_cast<double>(count);
  const auto last = static_cast<Index>(std::floor(n * (1 - d)));
  const double log_n_factorial = boost::math::lgamma(n + 1, InDouble());
  double sum = 0;
  for (Index index = 0; index <= last; ++index) {
    const auto j = static_cast<double>(index);
    const double rest = 1 - d - j / n;
    if (rest <= 0 && index < count) continue;
    const double log_choose =
        log_n_factorial - boost::math::lgamma(j + 1, InDouble()) - boost::math::lgamma(n - j + 1, InDouble());
    const double log_rest = index < count ? (n - j) * std::log(rest) : 0;
    sum += std::exp(log_choose + (j - 1) * std::log(d + j / n) + log_rest);
  }
  return std::min(1.0, d * sum);
}

KolmogorovSmirnov kolmogorov_smirnov(Vector<double> probabilities) {
  require_count(probabilities.size());
  std::sort(probabilities.begin(), probabilities.end());
  const auto n = static_cast<double>(probabilities.size());
  KolmogorovSmirnov result{0, 0.5, 1};
  for (Index j = 0; j < probabilities.size(); ++j) {
    const double value = probabilities(j);
    require_probability("probabilities", value);
    const double distance = std::max(static_cast<double>(j + 1) / n - value, value - static_cast<double>(j) / n);
    if (distance > result.statistic) result = {distance, value, 1};
  }
  result.p_value = std::min(1.0, 2 * smirnov_upper_tail(probabilities.size(), result.statistic));
  return result;
}

double bounded_mean_p_value(double mean, double expectation, Index count) {
  require_count(count);
  require_probability("mean", mean);
  require_probability("expectation", expectation);
  const double divergence = entropy_term(mean, expectation) + entropy_term(1 - mean, 1 - expectation);
  return std::min(1.0, 2 * std::exp(-static_cast<double>(count) * std::max(0.0, divergence)));
}

double chernoff_p_value(double mean, Index count, const std::function<double(double)>& log_moment_generating,
                        double lower, double upper) {
  require_count(count);
  require_invariant(lower < 0 && upper > 0, "a moment generating function is finite on both sides of 0");
  const double best =
      std::max(exponent(mean, log_moment_generating, upper), exponent(mean, log_moment_generating, lower));
  return std::min(1.0, 2 * std::exp(-static_cast<double>(count) * best));
}

}  // namespace verimix

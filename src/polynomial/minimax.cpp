#include "verimix/polynomial/minimax.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

constexpr int largest_degree = 4096;
constexpr int most_exchanges = 60;
constexpr double tolerance = 1e-9, good_enough = 1e-3;

using Doubles = std::vector<double>;

// x in [a, b] for u in [-1, 1]; the polynomial is compared in u.
struct Chart {
  double centre, half;
  explicit Chart(const RationalInterval& interval)
      : centre(static_cast<double>(Rational((interval.lower + interval.upper) / 2))),
        half(static_cast<double>(Rational((interval.upper - interval.lower) / 2))) {}
  double operator()(double u) const { return centre + half * u; }
};

// w_i = 1 / prod_{j != i} 2 (u_i - u_j): the capacity of [-1, 1] is 1/2, so products neither over- nor underflow.
Doubles weights(const Doubles& u) {
  Doubles w(u.size(), 1.0);
  for (std::size_t i = 0; i < u.size(); ++i) {
    double product = 1;
    for (std::size_t j = 0; j < u.size(); ++j)
      if (j != i) product *= 2 * (u[i] - u[j]);
    w[i] = 1 / product;
  }
  return w;
}

// The polynomial that levels f on the reference, by the barycentric formula.
struct Levelled {
  Doubles u, w, value;
  double level = 0;

  double operator()(double at) const {
    double numerator = 0, denominator = 0;
    for (std::size_t i = 0; i < u.size(); ++i) {
      const double difference = at - u[i];
      if (difference == 0) return value[i];
      const double term = w[i] / difference;
      numerator += term * value[i];
      denominator += term;
    }
    return numerator / denominator;
  }
};

Levelled level(const std::function<double(double)>& f, const Doubles& u) {
  Levelled result{u, weights(u), {}, 0};
  double numerator = 0, denominator = 0;
  for (std::size_t i = 0; i < u.size(); ++i) {
    result.value.push_back(f(u[i]));
    numerator += result.w[i] * result.value[i];
    denominator += i % 2 == 0 ? result.w[i] : -result.w[i];
  }
  result.level = numerator / denominator;
  for (std::size_t i = 0; i < u.size(); ++i) result.value[i] -= i % 2 == 0 ? result.level : -result.level;
  return result;
}

struct Extreme {
  double u, error;
};

// Golden sections of an interval on which |error| has a maximum inside.
template <class Error>
Extreme refine(const Error& error, double left, double right, int steps) {
  constexpr double share = 0.3819660112501051;
  double a = left + share * (right - left), b = right - share * (right - left);
  double at_a = std::abs(error(a)), at_b = std::abs(error(b));
  for (int i = 0; i < steps; ++i) {
    if (at_a > at_b) {
      right = std::exchange(b, a);
      at_b = at_a;
      a = left + share * (right - left);
      at_a = std::abs(error(a));
    } else {
      left = std::exchange(a, b);
      at_a = at_b;
      b = right - share * (right - left);
      at_b = std::abs(error(b));
    }
  }
  const double best = at_a > at_b ? a : b;
  return {best, error(best)};
}

// The largest error of each run of one sign, in order.
template <class Error>
std::vector<Extreme> alternation(const Error& error, const Doubles& reference) {
  constexpr int least_parts = 6, least_grid = 400, golden_steps = 24;
  const int parts = std::max(least_parts, least_grid / static_cast<int>(reference.size()));
  Doubles grid;
  const auto angle = [](double u) { return std::acos(std::clamp(u, -1.0, 1.0)); };
  Doubles knots{-1.0};
  knots.insert(knots.end(), reference.begin(), reference.end());
  knots.push_back(1.0);
  for (std::size_t i = 0; i + 1 < knots.size(); ++i) {
    const double from = angle(knots[i]), to = angle(knots[i + 1]);
    if (from - to < 1e-13) continue;
    for (int part = 0; part < parts; ++part) grid.push_back(std::cos(from + (to - from) * part / parts));
  }
  grid.push_back(1.0);
  Doubles value;
  for (const double u : grid) value.push_back(error(u));
  std::vector<Extreme> best;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const bool peak = (i == 0 || std::abs(value[i]) >= std::abs(value[i - 1])) &&
                      (i + 1 == grid.size() || std::abs(value[i]) >= std::abs(value[i + 1]));
    if (!peak || value[i] == 0) continue;
    Extreme found{grid[i], value[i]};
    if (i > 0 && i + 1 < grid.size()) {
      const Extreme finer = refine(error, grid[i - 1], grid[i + 1], golden_steps);
      if (std::abs(finer.error) > std::abs(found.error)) found = finer;
    }
    if (!best.empty() && (best.back().error > 0) == (found.error > 0)) {
      if (std::abs(found.error) > std::abs(best.back().error)) best.back() = found;
    } else {
      best.push_back(found);
    }
  }
  return best;
}

// As many as `count` of an alternation, by taking away the smaller of the two ends.
void shorten(std::vector<Extreme>& extremes, std::size_t count) {
  while (extremes.size() > count) {
    if (std::abs(extremes.front().error) < std::abs(extremes.back().error))
      extremes.erase(extremes.begin());
    else
      extremes.pop_back();
  }
}

// Coefficients c_j in T_j of the interpolant with the given values at the zeros of T_{n+1}, cos((2i + 1) pi/(2n + 2)).
std::vector<Rational> chebyshev_coefficients(const Doubles& values) {
  const std::size_t n = values.size();
  std::vector<Rational> result;
  for (std::size_t j = 0; j < n; ++j) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      // The angle is reduced exactly, in multiples of pi / 2n.
      const auto multiple = static_cast<double>((j * (2 * i + 1)) % (4 * n));
      sum += values[i] * std::cos(std::numbers::pi * multiple / (2.0 * static_cast<double>(n)));
    }
    result.push_back(to_rational(sum * (j == 0 ? 1.0 : 2.0) / static_cast<double>(n)));
  }
  return result;
}

template <class Function>
std::vector<Rational> interpolant(const Function& value, int degree) {
  Doubles values;
  for (int i = 0; i <= degree; ++i)
    values.push_back(value(std::cos(std::numbers::pi * (2 * i + 1) / (2.0 * degree + 2))));
  return chebyshev_coefficients(values);
}

// The extrema of T_{n+1}, moved to one side by u -> u + skew (1 - u^2).
Doubles skewed_extrema(int degree, double skew) {
  Doubles u;
  for (int i = 0; i <= degree + 1; ++i) {
    const double at = -std::cos(std::numbers::pi * i / (degree + 1));
    u.push_back(at + skew * (1 - at * at));
  }
  return u;
}

// The levelled polynomial of an exchange that errs least, and the reference that levels highest.
struct Exchange {
  Levelled levelled;
  double largest = 0;
  Doubles reference;
  double level = -1;
};

template <class Function>
Exchange exchange(const Function& f, Doubles u) {
  Exchange best;
  for (int round = 0; round < most_exchanges; ++round) {
    Levelled now = level(f, u);
    const auto error = [&](double at) { return f(at) - now(at); };
    std::vector<Extreme> extremes = alternation(error, u);
    double seen = 0;
    for (const Extreme& e : extremes) seen = std::max(seen, std::abs(e.error));
    if (std::abs(now.level) > best.level) {
      best.level = std::abs(now.level);
      best.reference = u;
    }
    const bool levelled = seen <= std::abs(now.level) * (1 + tolerance);
    if (round == 0 || seen < best.largest) {
      best.largest = seen;
      best.levelled = std::move(now);
    }
    if (levelled || extremes.size() < u.size()) break;
    shorten(extremes, u.size());
    Doubles next;
    for (const Extreme& e : extremes) next.push_back(e.u);
    if (next == u) break;
    u = std::move(next);
  }
  return best;
}

void require_domain(const RationalInterval& interval, int degree) {
  if (!(interval.lower < interval.upper)) throw InputError("", "interval", to_text(interval.lower), "lower < upper");
  if (degree < 0 || degree > largest_degree)
    throw InputError("", "degree", std::to_string(degree), "a degree from 0 to " + std::to_string(largest_degree));
}

}  // namespace

RemezResult remez(const std::function<double(double)>& f, const RationalInterval& interval, int degree) {
  require_domain(interval, degree);
  const Chart chart(interval);
  const auto in_chart = [&](double u) { return f(chart(u)); };
  // Where f is odd about the middle a symmetric reference may level to 0 and the exchange ends at once: others are
  // tried. The polynomial is the one that errs least, the reference the one that proves most.
  Exchange best;
  for (const double skew : {0.0, 0.2, -0.3, 0.45, -0.45}) {
    Exchange found = exchange(in_chart, skewed_extrema(degree, skew));
    if (skew == 0.0 || found.largest < best.largest) {
      best.levelled = std::move(found.levelled);
      best.largest = found.largest;
    }
    if (found.level > best.level) {
      best.reference = std::move(found.reference);
      best.level = found.level;
    }
    if (best.largest <= best.level * (1 + good_enough)) break;
  }
  RemezResult result;
  result.polynomial = {PolynomialBasis::chebyshev, interpolant(best.levelled, degree)};
  result.levelled = best.level;
  result.largest = best.largest;
  // The points in exact fractions: rounding moves them by less than their distances.
  for (const double at : best.reference)
    result.reference.push_back((interval.lower + interval.upper) / 2 +
                               to_rational(at) * (interval.upper - interval.lower) / 2);
  return result;
}

Ball minimax_error_lower(const std::function<Ball(const Ball&)>& f, const std::vector<Rational>& points) {
  require_invariant(points.size() >= 2, "a lower bound needs two points");
  std::vector<Ball> x;
  for (const Rational& point : points) x.push_back(from_rational<Ball>(point));
  for (std::size_t i = 1; i < points.size(); ++i) require_invariant(points[i - 1] < points[i], "points increase");
  // A factor common to all weights is free: it keeps products near 1.
  const Ball scale = 4 / (x.back() - x.front());
  Ball sum, size;
  for (std::size_t i = 0; i < x.size(); ++i) {
    Ball product = 1;
    for (std::size_t j = 0; j < x.size(); ++j)
      if (j != i) product *= scale * (x[i] - x[j]);
    sum += f(x[i]) / product;
    size += 1 / abs(product);
  }
  return abs(sum) / size;
}

std::function<double(double)> rounded_score(const LineLaw& law) {
  struct Part {
    double log_peak, mean, variance;
  };
  std::vector<Part> parts;
  const LineMixture mixture(law);
  for (std::size_t i = 0; i < mixture.components().size(); ++i)
    parts.push_back({approximate(log(mixture.peak(i))), approximate(mixture.components()[i].mean),
                     approximate(mixture.components()[i].variance)});
  return [parts](double x) {
    double top = -std::numeric_limits<double>::infinity();
    Doubles exponent;
    for (const Part& part : parts) {
      exponent.push_back(part.log_peak - (x - part.mean) * (x - part.mean) / (2 * part.variance));
      top = std::max(top, exponent.back());
    }
    double density = 0, slope = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const double value = std::exp(exponent[i] - top);
      density += value;
      slope -= value * (x - parts[i].mean) / parts[i].variance;
    }
    return slope / density;
  };
}

Ball score_minimax_lower(const LineLaw& law, const RemezResult& found) {
  // Weights of n + 2 points lose about a bit each to the cancellation in x_i - x_j and the products.
  const BallPrecision precision(128 + 2 * static_cast<long>(found.reference.size()));
  const LineMixture mixture(law);
  return minimax_error_lower([&](const Ball& x) { return mixture.score(x); }, found.reference);
}

MinimaxEnclosure certified_score_minimax(const LineLaw& law, const RationalInterval& interval, int degree, int digits) {
  MinimaxEnclosure result;
  result.found = remez(rounded_score(law), interval, degree);
  result.lower = score_minimax_lower(law, result.found);
  result.upper = require_digits(certified_score_error(law, result.found.polynomial, interval, digits).result, digits,
                                "the sup-norm of the error");
  return result;
}

Ball chebyshev_lebesgue_upper(int degree) {
  require_invariant(degree >= 0, "a degree is not negative");
  return 2 * log(Ball(degree + 1)) / pi<Ball>() + 1;
}

LinePolynomial chebyshev_interpolant(const std::function<double(double)>& f, const RationalInterval& interval,
                                     int degree) {
  require_domain(interval, degree);
  const Chart chart(interval);
  return {PolynomialBasis::chebyshev, interpolant([&](double u) { return f(chart(u)); }, degree)};
}

}  // namespace verimix

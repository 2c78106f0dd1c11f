#include "verimix/distance/score_supremum.hpp"

#if __has_include(<flint/fmpq.h>)
#include <flint/fmpq.h>
#else
#include <fmpq.h>
#endif

#include <algorithm>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

void require_domain(const RationalInterval& interval, int digits) {
  constexpr int most_digits = 10000;
  if (interval.lower >= interval.upper)
    throw InputError("", "interval", "[" + to_text(interval.lower) + ", " + to_text(interval.upper) + "]",
                     "a lower end below the upper end");
  if (digits < 1 || digits > most_digits)
    throw InputError("", "digits", std::to_string(digits), "a number of digits from 1 to 10000");
}

// x = centre + half u, for u in [-1, 1]. Exact ends in u stand for ends in x that need not be dyadic.
struct Chart {
  Rational centre, half;

  explicit Chart(const RationalInterval& interval)
      : centre((interval.lower + interval.upper) / 2), half((interval.upper - interval.lower) / 2) {}
};

// A series in powers of u from one in powers of x, whose j-th coefficient grows by half^j.
Series stretched(const Series& in_x, const Ball& half) {
  Series in_u(in_x.order());
  Ball power = 1;
  for (long j = 0; j <= in_x.order(); ++j, power *= half) in_u.set_coefficient(j, in_x.coefficient(j) * power);
  return in_u;
}

// The score in u, its parameters enclosed anew when the precision changes.
class ScoreInChart {
 public:
  ScoreInChart(const LineLaw& law, const RationalInterval& interval) : law_(law), chart_(interval) {}

  Series operator()(const Ball& u, long order) {
    prepare();
    return stretched(score_series(mixture_.front(), centre_ + half_ * u, order), half_);
  }
  // s' at x, as a series in u.
  Series slope(const Ball& u, long order) {
    prepare();
    return stretched(derivative(score_series(mixture_.front(), centre_ + half_ * u, order + 1)), half_);
  }

 private:
  void prepare() {
    if (bits_ == BallPrecision::bits()) return;
    bits_ = BallPrecision::bits();
    mixture_.assign(1, LineMixture(law_));
    centre_ = from_rational<Ball>(chart_.centre);
    half_ = from_rational<Ball>(chart_.half);
  }

  const LineLaw& law_;
  Chart chart_;
  long bits_ = 0;
  std::vector<LineMixture> mixture_;
  Ball centre_, half_;
};

// sum_j c_j T_j(u) in monomials: Clenshaw's recursion b_j = c_j + 2 u b_{j+1} - b_{j+2}, P = c_0 + u b_1 - b_2.
std::vector<Rational> from_chebyshev(const std::vector<Rational>& c) {
  std::vector<Rational> b(c.size(), 0), after(c.size(), 0);
  for (std::size_t j = c.size(); j-- > 0;) {
    const int factor = j > 0 ? 2 : 1;
    std::vector<Rational> next(c.size(), 0);
    for (std::size_t i = 0; i < c.size(); ++i) {
      next[i] = -after[i];
      if (i > 0) next[i] += factor * b[i - 1];
    }
    next[0] += c[j];
    after = std::move(b);
    b = std::move(next);
  }
  return b;
}

// sum_j c_j (centre + half u)^j in powers of u, by Horner's rule.
std::vector<Rational> from_monomial(const std::vector<Rational>& c, const Chart& chart) {
  std::vector<Rational> sum(c.size(), 0);
  for (std::size_t j = c.size(); j-- > 0;) {
    for (std::size_t i = c.size(); i-- > 0;) {
      sum[i] *= chart.centre;
      if (i > 0) sum[i] += sum[i - 1] * chart.half;
    }
    sum[0] += c[j];
  }
  return sum;
}

Series enclosed(const std::vector<Rational>& coefficients) {
  Series series(coefficients.empty() ? 0 : static_cast<long>(coefficients.size()) - 1);
  long j = 0;
  for (const Rational& c : coefficients) series.set_coefficient(j++, from_rational<Ball>(c));
  return series;
}

// The midpoint of a finite ball: a dyadic number.
Rational exact_midpoint(const Ball& x) {
  fmpq_t middle;
  fmpq_init(middle);
  arf_get_fmpq(middle, arb_midref(x.data()));
  Rational result;
  fmpq_get_mpq(result.backend().data(), middle);
  fmpq_clear(middle);
  return result;
}

// sup |P - P'| over the interval for every two P in the balls, P' the one of midpoints: |T_j| <= 1 on it.
Ball spread(const BallLinePolynomial& polynomial, const RationalInterval& interval) {
  Ball farthest, power = 1, sum;
  arb_max(farthest.data(), abs(from_rational<Ball>(interval.lower)).data(),
          abs(from_rational<Ball>(interval.upper)).data(), BallPrecision::bits());
  for (const Ball& c : polynomial.coefficients) {
    Ball radius;
    arb_get_rad_arb(radius.data(), c.data());
    sum += radius * power;
    if (polynomial.basis == PolynomialBasis::monomial) power *= farthest;
  }
  return sum;
}

const Interval chart_domain{Ball(-1), Ball(1)};

}  // namespace

std::vector<Rational> monomials_on(const RationalInterval& interval, const LinePolynomial& polynomial) {
  if (polynomial.basis == PolynomialBasis::chebyshev) return from_chebyshev(polynomial.coefficients);
  return from_monomial(polynomial.coefficients, Chart(interval));
}

Series score_series(const LineMixture& p, const Ball& x, long order) {
  const Ball centre = centre_of(x);
  const Ball offset = x - centre;
  const std::size_t largest = p.largest_at(approximate(centre));
  const LocalQuadratic main = p.exponent(largest, centre);
  Series value = Series::constant(p.peak(largest), order + 1);
  for (std::size_t i = 0; i < p.components().size(); ++i) {
    if (i == largest) continue;
    const LocalQuadratic relative = p.exponent(i, centre) - main;
    Series exponent = Series::constant(relative.at(offset), order + 1);
    exponent.set_coefficient(1, relative.slope_at(offset));
    if (order >= 1) exponent.set_coefficient(2, relative.curvature);
    value += p.peak(i) * exp(exponent);
  }
  Series score = derivative(value) / value;
  score.set_coefficient(0, score.coefficient(0) + main.slope_at(offset));
  if (order >= 1) score.set_coefficient(1, score.coefficient(1) + 2 * main.curvature);
  return score;
}

Supremum certified_score_supremum(const LineLaw& law, const RationalInterval& interval, int digits,
                                  const SupremumBudget& budget) {
  require_domain(interval, digits);
  ScoreInChart score(law, interval);
  const TaylorFunction f = [&](const Ball& u, long order) { return score(u, order); };
  return certified_supremum(Extremum::magnitude, f, chart_domain, digits, budget);
}

Supremum certified_score_lipschitz(const LineLaw& law, const RationalInterval& interval, int digits,
                                   const SupremumBudget& budget) {
  require_domain(interval, digits);
  ScoreInChart score(law, interval);
  const TaylorFunction f = [&](const Ball& u, long order) { return score.slope(u, order); };
  return certified_supremum(Extremum::magnitude, f, chart_domain, digits, budget);
}

Supremum certified_score_error(const LineLaw& law, const LinePolynomial& polynomial, const RationalInterval& interval,
                               int digits, const SupremumBudget& budget) {
  require_domain(interval, digits);
  ScoreInChart score(law, interval);
  const std::vector<Rational> exact = monomials_on(interval, polynomial);
  Series monomials;
  long bits = 0;
  const TaylorFunction f = [&](const Ball& u, long order) {
    if (bits != BallPrecision::bits()) monomials = enclosed(exact);
    bits = BallPrecision::bits();
    return polynomial_at(monomials, u, order) - score(u, order);
  };
  return certified_supremum(Extremum::magnitude, f, chart_domain, digits, budget);
}

Supremum certified_score_error(const LineLaw& law, const BallLinePolynomial& polynomial,
                               const RationalInterval& interval, int digits, const SupremumBudget& budget) {
  require_domain(interval, digits);
  LinePolynomial middle{polynomial.basis, {}};
  for (const Ball& c : polynomial.coefficients) {
    if (!is_finite(c)) throw InputError("", "coefficients", "a ball without bounds", "finite balls");
    middle.coefficients.push_back(exact_midpoint(c));
  }
  Supremum found = certified_score_error(law, middle, interval, digits, budget);
  const BallPrecision precision(std::max(BallPrecision::default_bits, found.result.bits));
  found.result.value = widened(found.result.value, spread(polynomial, interval));
  arb_nonnegative_part(found.result.value.data(), found.result.value.data());
  found.result.goal_met = has_digits(found.result.value, digits);
  return found;
}

}  // namespace verimix

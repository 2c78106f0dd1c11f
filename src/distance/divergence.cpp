#include "verimix/distance/divergence.hpp"

#include <algorithm>
#include <cmath>

#include "verimix/core/error.hpp"
#include "verimix/core/integral.hpp"

namespace verimix {
namespace {

// An upper bound of |x|, and how many bits of x are known.
double size_upper(const Ball& x) {
  mag_t size;
  mag_init(size);
  arb_get_mag(size, x.data());
  const double upper = mag_get_d(size);
  mag_clear(size);
  return upper;
}
double size_upper(const ComplexBall& x) {
  mag_t size;
  mag_init(size);
  acb_get_mag(size, x.data());
  const double upper = mag_get_d(size);
  mag_clear(size);
  return upper;
}
long known_bits(const Ball& x) { return arb_rel_accuracy_bits(x.data()); }
long known_bits(const ComplexBall& x) { return acb_rel_accuracy_bits(x.data()); }

void add_error(Ball& x, const mag_t error) { arb_add_error_mag(x.data(), error); }
void add_error(ComplexBall& x, const mag_t error) { acb_add_error_mag(x.data(), error); }

template <class Number>
Number squared(const Number& x) {
  return x * x;
}

// The integrands where |p/q - 1| < 1/2, from the difference; `at` holds everything up to a factor exp(exponent).
template <class Number>
Number density_near(Divergence kind, const ScaledPair<Number>& at, const Number& excess) {
  switch (kind) {
    case Divergence::kl:
      return at.difference * excess * relative_entropy_factor(excess);
    case Divergence::hellinger2:
      return at.difference * excess / (2 * squared(1 + sqrt(1 + excess)));
    case Divergence::fisher:
      return squared(at.difference_slope - excess * at.q_slope) / at.p;
  }
  return {};
}

// The integrands elsewhere, from the logarithms of both densities.
template <class Number>
Number density_far(Divergence kind, const LinePair& pair, const Number& z) {
  const ScaledDensity<Number> p = pair.p().scaled(z);
  const ScaledDensity<Number> q = pair.q().scaled(z);
  const LocalQuadratic exponent = p.exponent - q.exponent;
  const Number p_exponent = p.exponent.at(p.h), q_exponent = q.exponent.at(q.h);
  switch (kind) {
    case Divergence::kl: {
      const Number log_ratio = exponent.at(p.h) + log(p.value) - log(q.value);
      return exp(p_exponent) * p.value * (log_ratio - 1) + exp(q_exponent) * q.value;
    }
    case Divergence::hellinger2: {
      const Number root_p = exp(p_exponent / 2) * sqrt(p.value);
      const Number root_q = exp(q_exponent / 2) * sqrt(q.value);
      return squared(root_p - root_q) / 2;
    }
    case Divergence::fisher: {
      const Number scores = exponent.slope_at(p.h) + p.slope / p.value - q.slope / q.value;
      return exp(p_exponent) * p.value * squared(scores);
    }
  }
  return {};
}

}  // namespace

template <class Number>
Number relative_entropy_factor(const Number& w, long most_terms) {
  constexpr double series_below = 0x1p-8;
  constexpr long enough_known = 24;
  const double size = size_upper(w);
  const long bits = BallPrecision::bits();
  if (size > series_below && known_bits(w) > enough_known) return ((1 + w) * log1p(w) - w) / (w * w);
  const double smallest = std::max(size, 0x1p-1000);
  long terms = static_cast<long>(std::ceil(static_cast<double>(bits) / -std::log2(smallest))) + 1;
  if (size > series_below) terms = std::min(terms, most_terms);
  Number sum = 0;
  for (long k = terms - 1; k >= 0; --k) sum = Number(Ball(1) / ((k + 1) * (k + 2))) - w * sum;
  // What is left out is below 2 size^terms / (terms^2).
  mag_t error;
  mag_init(error);
  mag_set_d(error, size);
  mag_pow_ui(error, error, static_cast<ulong>(terms));
  mag_mul_2exp_si(error, error, 1);
  add_error(sum, error);
  mag_clear(error);
  return sum;
}

template <class Number>
Number divergence_density(Divergence kind, const LinePair& pair, const Number& z) {
  const ScaledPair<Number> at = pair.scaled(z);
  const Number excess = at.difference / at.q;
  if (size_upper(excess) < 0.5) return density_near(kind, at, excess) * exp(at.exponent.at(at.h));
  return density_far(kind, pair, z);
}

Ball divergence_tail(Divergence kind, const LinePair& pair, Side side, const Ball& cut) {
  const LineMixture p = towards(side, pair.p());
  const LineMixture q = towards(side, pair.q());
  switch (kind) {
    case Divergence::kl: {
      Ball peaks;
      for (std::size_t i = 0; i < p.components().size(); ++i) peaks += p.peak(i);
      const std::size_t widest = q.components().size() - 1;  // components are sorted by variance
      const LineComponent& component = q.components()[widest];
      Ball constant = log(peaks / q.peak(widest));
      arb_nonnegative_part(constant.data(), constant.data());
      const Ball inverse = 1 / component.variance;
      const BallPolynomial ratio = {constant + component.mean * component.mean * inverse / 2, -component.mean * inverse,
                                    inverse / 2};
      return upper_tail_integral(p, ratio, cut) + q.upper_tail(cut);
    }
    case Divergence::hellinger2:
      return (p.upper_tail(cut) + q.upper_tail(cut)) / 2;
    case Divergence::fisher: {
      Ball at_cut, slope;
      for (const LineComponent& a : p.components())
        for (const LineComponent& b : q.components()) {
          const Ball value = abs((cut - b.mean) / b.variance - (cut - a.mean) / a.variance);
          const Ball change = abs(1 / b.variance - 1 / a.variance);
          arb_max(at_cut.data(), at_cut.data(), value.data(), BallPrecision::bits());
          arb_max(slope.data(), slope.data(), change.data(), BallPrecision::bits());
        }
      const Ball at_zero = at_cut - slope * cut;
      return upper_tail_integral(p, {at_zero * at_zero, 2 * slope * at_zero, slope * slope}, cut);
    }
  }
  return {};
}

Ball divergence(Divergence kind, const LinePair& pair, long goal_bits) {
  constexpr long spare = 5;
  Ball target =
      rough_integral({&pair.p(), &pair.q()}, [&](const Ball& x) { return divergence_density(kind, pair, x); });
  arb_mul_2exp_si(target.data(), target.data(), -goal_bits - spare);
  const Cuts cuts = cut_tails(
      {&pair.p(), &pair.q()}, [&](Side side, const Ball& cut) { return divergence_tail(kind, pair, side, cut); },
      target);

  const auto integrand = [&](const ComplexBall& z, bool) -> ComplexBall {
    if (is_point(z)) return divergence_density(kind, pair, real_part(z));
    return divergence_density(kind, pair, z);
  };
  IntegralGoal goal;
  goal.absolute_goal = target;
  goal.relative_bits = goal_bits + spare;
  const Integral inside = integrate(integrand, cuts.inside.lower, cuts.inside.upper, goal);
  // Each tail lies between 0 and its bound.
  const Ball half = (cuts.left_tail + cuts.right_tail) / 2;
  return widened(inside.value + half, half);
}

LadderResult certified_divergence(Divergence kind, const LineLaw& p, const LineLaw& q, int digits,
                                  const LadderBudget& budget) {
  if (p == q) return {Ball(0), true, BallPrecision::bits()};
  return climb_precision(
      digits, [&](const Rung& rung) { return divergence(kind, LinePair(p, q), rung.goal_bits); }, budget);
}

template Ball relative_entropy_factor(const Ball&, long);
template ComplexBall relative_entropy_factor(const ComplexBall&, long);
template Ball divergence_density(Divergence, const LinePair&, const Ball&);
template ComplexBall divergence_density(Divergence, const LinePair&, const ComplexBall&);

}  // namespace verimix

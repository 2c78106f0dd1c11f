#include "verimix/distance/line_tails.hpp"

#include <algorithm>
#include <cmath>

#include "verimix/core/error.hpp"
#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif

namespace verimix {
namespace {

// Coefficients of polynomial(centre + y) in y, by repeated synthetic division.
BallPolynomial about(BallPolynomial polynomial, const Ball& centre) {
  const std::size_t count = polynomial.size();
  for (std::size_t done = 0; done + 1 < count; ++done)
    for (std::size_t j = count - 1; j > done; --j) polynomial[j - 1] += centre * polynomial[j];
  return polynomial;
}

// max_i (m_i + s sigma_i), rounded to a double.
double reach(const std::vector<LineComponent>& components, double s) {
  double farthest = -HUGE_VAL;
  for (const LineComponent& component : components)
    farthest = std::max(farthest, approximate(component.mean) + s * std::sqrt(approximate(component.variance)));
  return farthest;
}

// The first cut on a ladder of distances beyond which the bound is at most the target.
Ball cut(Side side, const std::vector<LineComponent>& components, const TailBound& bound, const Ball& target,
         Ball& tail) {
  constexpr double step = 1.03, farthest = 1 << 20;
  const double bits = -approximate(log(target)) / std::log(2.0);
  // The tail of N(0, 1) beyond s is about exp(-s^2/2).
  double s = std::max(1.0, 0.9 * std::sqrt(2 * std::log(2.0) * std::max(0.0, bits)));
  for (; s < farthest; s *= step) {
    const Ball at(reach(components, s));
    tail = bound(side, at);
    if (is_finite(tail) && less(target, tail) == Truth::no) return at;
  }
  throw UndecidedError("no place to cut the line: the tails are not bounded below the accuracy asked for");
}

}  // namespace

std::vector<Ball> tail_moments(const LineComponent& component, const Ball& cut, std::size_t count) {
  const Ball sigma = sqrt(component.variance);
  const Ball tau = (cut - component.mean) / sigma;
  const Ball distance = cut - component.mean;
  // sigma phi(tau): the value at the cut that every integration by parts leaves, before its power of (cut - m).
  const Ball edge = sigma * exp(-(tau * tau) / 2) / sqrt(2 * pi<Ball>());
  std::vector<Ball> moments(count);
  Ball power = 1;
  for (std::size_t j = 0; j < count; ++j) {
    if (j == 0) {
      const Ball scaled = tau / sqrt(Ball(2));
      arb_hypgeom_erfc(moments[0].data(), scaled.data(), BallPrecision::bits());
      moments[0] /= 2;
    } else {
      moments[j] = edge * power;
      if (j > 1) moments[j] += static_cast<long>(j - 1) * component.variance * moments[j - 2];
      power *= distance;
    }
  }
  return moments;
}

Ball upper_tail_integral(const LineMixture& p, const BallPolynomial& polynomial, const Ball& cut) {
  Ball sum;
  for (const LineComponent& component : p.components()) {
    const BallPolynomial local = about(polynomial, component.mean);
    const std::vector<Ball> moments = tail_moments(component, cut, local.size());
    for (std::size_t j = 0; j < local.size(); ++j) sum += component.weight * local[j] * moments[j];
  }
  return sum;
}

Ball whole_integral(const LineMixture& p, const BallPolynomial& polynomial) {
  Ball sum;
  for (const LineComponent& component : p.components()) {
    const BallPolynomial local = about(polynomial, component.mean);
    Ball moment = 1;  // E (x - m)^j for the even j
    for (std::size_t j = 0; j < local.size(); j += 2) {
      sum += component.weight * local[j] * moment;
      moment *= static_cast<long>(j + 1) * component.variance;
    }
  }
  return sum;
}

LineMixture towards(Side side, const LineMixture& p) { return side == Side::right ? p : p.reflected(); }

Cuts cut_tails(const std::vector<const LineMixture*>& mixtures, const TailBound& bound, const Ball& target) {
  require_invariant(arb_is_positive(target.data()) != 0, "tails are cut at a positive error");
  constexpr long enough_bits = 64;  // a bound need not be narrow
  const BallPrecision precision(enough_bits);
  Cuts cuts;
  for (const Side side : {Side::left, Side::right}) {
    std::vector<LineComponent> components;
    for (const LineMixture* mixture : mixtures) {
      const LineMixture seen = towards(side, *mixture);
      components.insert(components.end(), seen.components().begin(), seen.components().end());
    }
    if (side == Side::left)
      cuts.inside.lower = -cut(side, components, bound, target, cuts.left_tail);
    else
      cuts.inside.upper = cut(side, components, bound, target, cuts.right_tail);
  }
  return cuts;
}

Ball rough_integral(const std::vector<const LineMixture*>& mixtures, const std::function<Ball(const Ball& x)>& f) {
  constexpr int farthest = 4;
  Ball largest;
  for (const LineMixture* mixture : mixtures)
    for (const LineComponent& component : mixture->components())
      for (int step = -farthest; step <= farthest; ++step) {
        const double sigma = std::sqrt(approximate(component.variance));
        const Ball value = f(Ball(approximate(component.mean) + step * sigma)) * Ball(sigma);
        if (arb_is_positive(value.data()) != 0) largest = larger_midpoint(largest, value);
      }
  if (arb_is_positive(largest.data()) == 0)
    throw UndecidedError("the two laws cannot be told apart at this precision: raise the digits or the budget");
  return centre_of(largest);
}

}  // namespace verimix

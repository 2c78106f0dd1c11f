#include "verimix/polynomial/piecewise_line.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "verimix/core/error.hpp"
#include "verimix/core/roots.hpp"
#include "verimix/polynomial/coefficient_sum.hpp"
#include "verimix/polynomial/minimax.hpp"
#include "verimix/simplify/line_removal.hpp"

namespace verimix {
namespace {

constexpr int checked_digits = 4;

void raise_to(Ball& most, const Ball& x) {
  const Ball end = upper_end(x);
  if (less(most, end) == Truth::yes) most = end;
}

ExactMixture components_of(const ExactMixture& mixture, const std::vector<Index>& cell) {
  ExactMixture own;
  own.means.resize(1, static_cast<Index>(cell.size()));
  Rational total = 0;
  for (const Index i : cell) total += mixture.weights[static_cast<std::size_t>(i)];
  for (std::size_t j = 0; j < cell.size(); ++j) {
    const auto i = static_cast<std::size_t>(cell[j]);
    own.weights.push_back(mixture.weights[i] / total);
    own.means(0, static_cast<Index>(j)) = mixture.means(0, cell[j]);
    own.covariances.push_back(mixture.covariances[i]);
  }
  return own;
}

RationalInterval trusted_interval(const ExactMixture& own, double reach) {
  constexpr double grid = 1024;
  double lower = HUGE_VAL, upper = -HUGE_VAL;
  for (Index i = 0; i < own.size(); ++i) {
    const double mean = from_rational<double>(own.means(0, i));
    const double width = reach * std::sqrt(from_rational<double>(own.covariances[static_cast<std::size_t>(i)](0, 0)));
    lower = std::min(lower, mean - width);
    upper = std::max(upper, mean + width);
  }
  return {to_rational(std::floor(lower * grid) / grid), to_rational(std::ceil(upper * grid) / grid)};
}

// alpha, beta, R of the whole, D of the cells, from exact numbers.
PiecewiseSizes<Ball> sizes_on_the_line(const ExactMixture& mixture, const std::vector<std::vector<Index>>& cells) {
  const auto variance = [&](Index i) { return mixture.covariances[static_cast<std::size_t>(i)](0, 0); };
  Rational alpha = variance(0), beta = variance(0), R = 0, D = 0;
  std::size_t largest = 0;
  for (const std::vector<Index>& cell : cells) {
    largest = std::max(largest, cell.size());
    for (const Index i : cell) {
      alpha = std::min<Rational>(alpha, variance(i));
      beta = std::max<Rational>(beta, variance(i));
      R = std::max<Rational>(R, abs(mixture.means(0, i)));
      for (const Index j : cell)
        D = std::max<Rational>(D, abs(mixture.means(0, i) - mixture.means(0, j)) + abs(variance(i) - variance(j)));
    }
  }
  return {.cells = static_cast<Index>(cells.size()),
          .largest = static_cast<Index>(largest),
          .alpha = from_rational<Ball>(alpha),
          .beta = from_rational<Ball>(beta),
          .R = from_rational<Ball>(R),
          .D = from_rational<Ball>(D),
          .simplification = 0,
          .wrong_outside = 0};
}

// The stretches of cell t: nothing stands for an end of the line.
struct Stretch {
  std::optional<Rational> lower, upper;
};
std::vector<Stretch> stretches_of(const LineClusters& cells, std::size_t t) {
  const bool last = t == cells.cuts.size();
  const std::optional<Rational> upper = last ? cells.far : cells.cuts[t];
  if (t == 0) return {{std::nullopt, upper}, {cells.far, std::nullopt}};
  return {{cells.cuts[t - 1], upper}};
}

// What of the stretch is on the left of, in and on the right of the interval; empty parts are left out.
struct Parts {
  std::vector<Stretch> outside;
  std::optional<RationalInterval> inside;
};
Parts split(const Stretch& stretch, const RationalInterval& interval) {
  Parts parts;
  const bool meets =
      (!stretch.lower || *stretch.lower < interval.upper) && (!stretch.upper || *stretch.upper > interval.lower);
  if (!meets) return {{stretch}, std::nullopt};
  const Rational lower = stretch.lower ? std::max<Rational>(*stretch.lower, interval.lower) : interval.lower;
  const Rational upper = stretch.upper ? std::min<Rational>(*stretch.upper, interval.upper) : interval.upper;
  parts.inside = RationalInterval{lower, upper};
  if (!stretch.lower || *stretch.lower < lower) parts.outside.push_back({stretch.lower, lower});
  if (!stretch.upper || upper < *stretch.upper) parts.outside.push_back({upper, stretch.upper});
  return parts;
}

// P(X in the stretch), from the tail that is smaller.
Ball mass_of(const LineMixture& law, const Stretch& stretch) {
  if (!stretch.lower) return law.cdf(from_rational<Ball>(*stretch.upper));
  if (!stretch.upper) return law.upper_tail(from_rational<Ball>(*stretch.lower));
  const Ball a = from_rational<Ball>(*stretch.lower), b = from_rational<Ball>(*stretch.upper);
  const Ball below = law.cdf(b) - law.cdf(a), above = law.upper_tail(a) - law.upper_tail(b);
  return radius_upper(below) < radius_upper(above) ? below : above;
}

std::vector<Rational> line_of(const ExactMixture& mixture, Index i) {
  const Rational slope = -1 / mixture.covariances[static_cast<std::size_t>(i)](0, 0);
  return {-slope * mixture.means(0, i), slope};
}

// The polynomial and the fallback of cell t on its stretches, and what of these is outside of the polynomial's
// interval.
std::vector<Stretch> add_pieces(const LineClusters& cells, std::size_t t, const PiecewisePolynomial::Cell& piece,
                                const std::vector<Rational>& fallback, LinePiecewiseScore& out) {
  std::vector<Stretch> outside;
  for (const Stretch& stretch : stretches_of(cells, t)) {
    const Parts parts = split(stretch, {*piece.lower, *piece.upper});
    if (parts.inside) out.score.cells.push_back({parts.inside->lower, parts.inside->upper, piece.coefficients});
    for (const Stretch& part : parts.outside) {
      if (t != 0) out.score.cells.push_back({part.lower, part.upper, fallback});
      outside.push_back(part);
    }
  }
  return outside;
}

// max over i not in the cell of P_{N_i} of the stretches.
Ball wrong_mass(const ExactMixture& mixture, const std::vector<Index>& cell, const std::vector<Stretch>& stretches) {
  Ball most = 0;
  for (Index i = 0; i < mixture.size(); ++i) {
    if (std::ranges::find(cell, i) != cell.end()) continue;
    const LineMixture other{LineLaw(components_of(mixture, {i}))};
    Ball mass(0);
    for (const Stretch& stretch : stretches) mass += mass_of(other, stretch);
    raise_to(most, mass);
  }
  return most;
}

}  // namespace

InterpolatedScore interpolated_score(const LineLaw& law, const RationalInterval& interval, int degree) {
  require_invariant(degree >= 1 && interval.lower < interval.upper, "a polynomial on an interval");
  if (law.components().size() == 1 && law.time() == 0) {
    const LineLaw::Component& only = law.components().front();
    return {{interval.lower, interval.upper, {only.mean / only.variance, -1 / only.variance}}, Ball(0)};
  }
  const LinePolynomial p = chebyshev_interpolant(rounded_score(law), interval, degree);
  const Rational length = interval.upper - interval.lower;
  const MonomialPolynomial u =
      affine_polynomial(1, 0, -(interval.lower + interval.upper) / length, Rational(2) / length);
  MonomialPolynomial power = constant_polynomial(1, 1), sum = constant_polynomial(1, 0);
  for (const Rational& coefficient : monomials_on(interval, p)) {
    sum = sum + constant_polynomial(1, coefficient) * power;
    power = power * u;
  }
  std::vector<Rational> coefficients(static_cast<std::size_t>(sum.degree()) + 1, Rational(0));
  for (const auto& [exponents, coefficient] : sum.coefficients)
    if (coefficient != 0) coefficients[static_cast<std::size_t>(exponents.front())] = coefficient;
  return {{interval.lower, interval.upper, std::move(coefficients)},
          certified_score_error(law, p, interval, checked_digits).result.value};
}

LinePiecewiseScore piecewise_score_line(const ExactMixture& mixture, const LineClusters& cells, double reach,
                                        int degree) {
  const auto number = static_cast<Index>(cells.cells.size());
  if (cells.cuts.size() + 1 != cells.cells.size())
    throw InputError("", "cells", std::to_string(number), "one more than the cuts");
  IntervalClustering clustering{cells.cuts, {}};
  clustering.cuts.push_back(cells.far);
  for (Index t = 0; t < number; ++t) clustering.labels.push_back(t);
  clustering.labels.push_back(0);
  const auto error = simplification_error_line(mixture, cells.cells, clustering, checked_digits);
  LinePiecewiseScore out{{}, sizes_on_the_line(mixture, cells.cells), 0, 0};
  raise_to(out.sizes.simplification, error.total);
  out.score.fallback = line_of(mixture, cells.cells.front().front());
  for (std::size_t t = 0; t < cells.cells.size(); ++t) {
    const ExactMixture own = components_of(mixture, cells.cells[t]);
    const RationalInterval trusted = trusted_interval(own, reach);
    const InterpolatedScore found = interpolated_score(LineLaw(own), trusted, degree);
    raise_to(out.eta, found.error);
    const std::vector<Stretch> outside =
        add_pieces(cells, t, found.piece, line_of(mixture, cells.cells[t].front()), out);
    // The score of one component is the polynomial and the fallback at once: nothing is outside.
    if (own.size() == 1) continue;
    const LineMixture law{LineLaw(own)};
    const Ball missed =
        law.cdf(from_rational<Ball>(trusted.lower)) + law.upper_tail(from_rational<Ball>(trusted.upper));
    raise_to(out.delta, missed);
    raise_to(out.sizes.wrong_outside, wrong_mass(mixture, cells.cells[t], outside));
  }
  return out;
}

}  // namespace verimix

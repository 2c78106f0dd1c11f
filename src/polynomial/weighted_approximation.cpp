#include "verimix/polynomial/weighted_approximation.hpp"

#include <algorithm>
#include <utility>

#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"
#if __has_include(<flint/fmpq.h>)
#include <flint/fmpq.h>
#else
#include <fmpq.h>
#endif
#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif

namespace verimix {
namespace {

constexpr long largest_bits = 1L << 18;
const double finest_radius = 1e-40;

using Balls = std::vector<Ball>;

// A fraction of so many bits in the ball, 0 if that is in it.
Rational rounded(const Ball& x, long bits) {
  if (arb_contains_zero(x.data()) != 0) return 0;
  arf_t middle;
  arf_init(middle);
  arf_set_round(middle, arb_midref(x.data()), bits, ARF_RND_NEAR);
  fmpq_t fraction;
  fmpq_init(fraction);
  arf_get_fmpq(fraction, middle);
  Rational value;
  fmpq_get_mpq(value.backend().data(), fraction);
  fmpq_clear(fraction);
  arf_clear(middle);
  return value;
}

struct OpenCell {
  std::optional<Ball> lower, upper;
};

std::vector<OpenCell> cells_of(const Cuts1D& cuts) {
  std::vector<OpenCell> cells(cuts.size() + 1);
  for (std::size_t i = 0; i < cuts.size(); ++i) cells[i].upper = cells[i + 1].lower = from_rational<Ball>(cuts[i]);
  return cells;
}

// P(N(mean, variance) > x).
Ball mass_above(const LineComponent& component, const Ball& x) {
  const Ball u = (x - component.mean) / sqrt(2 * component.variance);
  Ball mass;
  arb_hypgeom_erfc(mass.data(), u.data(), BallPrecision::bits());
  return component.weight * mass / 2;
}

// int_cell x^i weight N(mean, variance), i = 0 .. count - 1, by I_{i+1} = m I_i + v (i I_{i-1} - [x^i N]).
Balls component_moments(const LineMixture& p, std::size_t j, const OpenCell& cell, std::size_t count) {
  const LineComponent& component = p.components()[j];
  const auto density = [&](const std::optional<Ball>& x) {
    if (!x) return Ball(0);
    const Ball from_mean = *x - component.mean;
    return p.peak(j) * exp(-from_mean * from_mean / (2 * component.variance));
  };
  Ball at_lower = density(cell.lower), at_upper = density(cell.upper);
  Balls moments{component.weight};
  if (cell.lower) moments[0] = mass_above(component, *cell.lower);
  if (cell.upper) moments[0] -= mass_above(component, *cell.upper);
  for (std::size_t i = 0; i + 1 < count; ++i) {
    Ball next = component.mean * moments[i] + component.variance * (at_lower - at_upper);
    if (i > 0) next += component.variance * static_cast<long>(i) * moments[i - 1];
    moments.push_back(next);
    if (cell.lower) at_lower *= *cell.lower;
    if (cell.upper) at_upper *= *cell.upper;
  }
  return moments;
}

Balls cell_moments(const LineMixture& p, const OpenCell& cell, std::size_t count) {
  Balls sum(count);
  for (std::size_t j = 0; j < p.components().size(); ++j) {
    const Balls part = component_moments(p, j, cell, count);
    for (std::size_t i = 0; i < count; ++i) sum[i] += part[i];
  }
  return sum;
}

// int_cell s x^i p = [x^i p] - i int_cell x^{i-1} p, i = 0 .. count - 1.
Balls score_moments(const LineMixture& p, const OpenCell& cell, const Balls& moments, std::size_t count) {
  Ball at_lower = cell.lower ? p.density(*cell.lower) : Ball(0);
  Ball at_upper = cell.upper ? p.density(*cell.upper) : Ball(0);
  Balls result;
  for (std::size_t i = 0; i < count; ++i) {
    result.push_back(at_upper - at_lower);
    if (i > 0) result.back() -= static_cast<long>(i) * moments[i - 1];
    if (cell.lower) at_lower *= *cell.lower;
    if (cell.upper) at_upper *= *cell.upper;
  }
  return result;
}

// The monic orthogonal polynomials pi_k of a cell: pi_{k+1} = (x - a_k) pi_k - b_k pi_{k-1}, h_k = int pi_k^2 p, and
// t_k = int s pi_k p.
struct Expansion {
  Balls a, b, h, t;
};

// One step of Chebyshev's algorithm on a row of int pi_k x^l (.), l = 0, 1, ...
Balls next_row(const Balls& row, const Balls& before, const Ball& a, const Ball& b) {
  Balls next;
  for (std::size_t l = 0; l + 1 < row.size(); ++l) {
    next.push_back(row[l + 1] - a * row[l]);
    if (!before.empty()) next.back() -= b * before[l];
  }
  return next;
}

Expansion expand(const LineMixture& p, const OpenCell& cell, int degree) {
  const auto size = static_cast<std::size_t>(degree) + 1;
  Balls row = cell_moments(p, cell, 2 * size), before;
  Balls score_row = score_moments(p, cell, row, size), score_before;
  Expansion result;
  Ball ratio_before = 0;
  for (std::size_t k = 0; k < size; ++k) {
    // row[l] holds int pi_k x^{k + l} p, and before[l] int pi_{k-1} x^{k + l} p.
    throw_if_interrupted();
    if (less(Ball(0), row[0]) != Truth::yes)
      throw UndecidedError("an orthogonal polynomial's norm is lost in rounding");
    result.h.push_back(row[0]);
    result.t.push_back(score_row[0]);
    const Ball ratio = row[1] / row[0];
    result.a.push_back(ratio - ratio_before);
    result.b.push_back(k == 0 ? Ball(0) : row[0] / result.h[k - 1]);
    ratio_before = ratio;
    if (k + 1 == size) break;
    Balls next = next_row(row, before, result.a[k], result.b[k]);
    Balls score_next = next_row(score_row, score_before, result.a[k], result.b[k]);
    next.erase(next.begin());
    before.assign(row.begin() + 1, row.end());
    row = std::move(next);
    score_before = std::exchange(score_row, std::move(score_next));
  }
  return result;
}

void require_domain(const Cuts1D& cuts, int degree) {
  for (std::size_t i = 1; i < cuts.size(); ++i)
    if (!(cuts[i - 1] < cuts[i])) throw InputError("", "cuts", to_text(cuts[i]), "cuts that increase");
  if (degree < 0 || degree > largest_weighted_degree)
    throw InputError("", "degree", std::to_string(degree),
                     "a degree from 0 to " + std::to_string(largest_weighted_degree));
}

// Runs `work` at growing precision until it says that it is content.
template <class Work>
void with_enough_bits(long bits, const char* what, const Work& work) {
  for (; bits <= largest_bits; bits *= 2) {
    const BallPrecision precision(bits);
    try {
      if (work()) return;
    } catch (const UndecidedError&) {
      if (2 * bits > largest_bits) throw;
    }
  }
  throw UndecidedError(std::string(what) + " is not decided with " + std::to_string(largest_bits) + " bits");
}

long first_bits(int degree) { return 256 + 8L * degree; }

bool one_gaussian(const LineLaw& p) { return p.components().size() == 1; }

}  // namespace

std::vector<Ball> best_weighted_errors(const LineLaw& p, const Cuts1D& cuts, int degree, int digits) {
  require_domain(cuts, degree);
  const Ball information = require_digits(certified_fisher_information(p, digits + 5), digits + 5, "E s^2");
  const Ball goal = from_rational<Ball>(parse_rational("1e-" + std::to_string(digits)));
  Balls errors;
  with_enough_bits(first_bits(degree), "the best weighted error", [&] {
    errors.assign(static_cast<std::size_t>(degree) + 1, information);
    const LineMixture mixture(p);
    for (const OpenCell& cell : cells_of(cuts)) {
      const Expansion expansion = expand(mixture, cell, degree);
      Ball explained;
      for (std::size_t l = 0; l < errors.size(); ++l) {
        explained += expansion.t[l] * expansion.t[l] / expansion.h[l];
        errors[l] -= explained;
      }
    }
    return std::all_of(errors.begin(), errors.end(),
                       [&](const Ball& e) { return less(2 * Ball(radius_upper(e)), goal) == Truth::yes; });
  });
  // The score of one Gaussian is linear.
  if (one_gaussian(p))
    for (std::size_t l = 1; l < errors.size(); ++l) errors[l] = Ball(0);
  return errors;
}

PiecewisePolynomial best_weighted_polynomial(const LineLaw& p, const Cuts1D& cuts, int degree, long bits) {
  require_domain(cuts, degree);
  PiecewisePolynomial result;
  with_enough_bits(first_bits(degree) + bits, "the best weighted polynomial", [&] {
    result.cells.clear();
    const LineMixture mixture(p);
    const std::vector<OpenCell> cells = cells_of(cuts);
    bool narrow = true;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const Expansion expansion = expand(mixture, cells[i], degree);
      Balls sum(static_cast<std::size_t>(degree) + 1), monic{Ball(1)}, before;
      for (std::size_t k = 0; k < sum.size(); ++k) {
        const Ball factor = expansion.t[k] / expansion.h[k];
        for (std::size_t j = 0; j <= k; ++j) sum[j] += factor * monic[j];
        Balls next(monic.size() + 1);
        for (std::size_t j = 0; j < monic.size(); ++j) {
          next[j + 1] += monic[j];
          next[j] -= expansion.a[k] * monic[j];
        }
        for (std::size_t j = 0; j < before.size(); ++j) next[j] -= expansion.b[k] * before[j];
        before = std::exchange(monic, std::move(next));
      }
      PiecewisePolynomial::Cell cell;
      if (i > 0) cell.lower = cuts[i - 1];
      if (i < cuts.size()) cell.upper = cuts[i];
      for (const Ball& c : sum) {
        narrow = narrow && radius_upper(c) < finest_radius;
        cell.coefficients.push_back(rounded(c, bits));
      }
      result.cells.push_back(std::move(cell));
    }
    return narrow;
  });
  return result;
}

std::vector<MinimalDegree> minimal_weighted_degrees(const LineLaw& p, const Cuts1D& cuts,
                                                    const std::vector<Rational>& epsilons, int largest) {
  constexpr int first_degree = 16, digits = 20;
  for (const Rational& epsilon : epsilons)
    if (epsilon <= 0) throw InputError("", "epsilon", to_text(epsilon), "an epsilon > 0");
  std::vector<MinimalDegree> result(epsilons.size());
  const auto certainly = [](const Ball& error, const Rational& epsilon) {
    const Truth more = less(from_rational<Ball>(epsilon), error);
    if (more == Truth::unknown)
      throw UndecidedError("the best error equals epsilon = " + to_text(epsilon) + " to all digits");
    return more == Truth::no;
  };
  for (int degree = std::min(first_degree, largest);; degree = std::min(2 * degree, largest)) {
    const Balls errors = best_weighted_errors(p, cuts, degree, digits);
    bool all = true;
    for (std::size_t i = 0; i < epsilons.size(); ++i) {
      MinimalDegree& found = result[i];
      if (found.degree) continue;
      for (int l = 0; l <= degree && !found.degree; ++l) {
        const Ball& error = errors[static_cast<std::size_t>(l)];
        if (certainly(error, epsilons[i])) {
          found.degree = l;
          found.error = error;
        } else {
          found.error_below = error;
        }
      }
      all = all && found.degree.has_value();
    }
    if (all || degree == largest) return result;
  }
}

}  // namespace verimix

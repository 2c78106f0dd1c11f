#include "verimix/simplify/line_removal.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "arguments.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/integral.hpp"
#include "verimix/distance/line_tails.hpp"

namespace verimix {
namespace {

constexpr long spare_bits = 10;

/// Some components alone, with their weights normalised; their weight in the mixture.
ExactMixture part_of(const ExactMixture& mixture, const std::vector<Index>& components, const Rational& weight) {
  ExactMixture part;
  part.means.resize(mixture.means.rows(), static_cast<Index>(components.size()));
  for (std::size_t n = 0; n < components.size(); ++n) {
    const auto at = static_cast<std::size_t>(components[n]);
    part.weights.push_back(mixture.weights[at] / weight);
    part.means.col(static_cast<Index>(n)) = mixture.means.col(components[n]);
    part.covariances.push_back(mixture.covariances[at]);
  }
  return part;
}

Rational weight_of(const ExactMixture& mixture, const std::vector<Index>& components) {
  Rational sum = 0;
  for (const Index j : components) sum += mixture.weights[static_cast<std::size_t>(j)];
  return sum;
}

ExactMixture alone(const ExactMixture& mixture, Index component) {
  ExactMixture part = part_of(mixture, {component}, 1);
  part.weights = {1};
  return part;
}

/// N_i, M(U) and M(W \ U), whose scores differ: s_W - s_U = r (s_{W \ U} - s_U), r the share of W \ U in the density.
struct ExactRemoval {
  LineLaw component, kept, removed;
  Rational kept_weight, removed_weight;
};

/// Nothing where s_W = s_U.
std::optional<ExactRemoval> exact_removal(const ExactMixture& mixture, const Removal& removal) {
  std::vector<Index> gone;
  for (const Index j : removal.before)
    if (std::find(removal.after.begin(), removal.after.end(), j) == removal.after.end()) gone.push_back(j);
  const Rational kept = weight_of(mixture, removal.after), removed = weight_of(mixture, gone);
  if (kept == 0) throw InputError("", "removal", "0", "components of positive weight that stay");
  if (removed == 0) return std::nullopt;
  ExactRemoval result{LineLaw(alone(mixture, removal.component)), LineLaw(part_of(mixture, removal.after, kept)),
                      LineLaw(part_of(mixture, gone, removed)), kept, removed};
  if (result.kept == result.removed) return std::nullopt;
  return result;
}

bool is_positive_at_centre(const Ball& x) { return arf_sgn(arb_midref(x.data())) > 0; }
bool is_positive_at_centre(const ComplexBall& z) { return is_positive_at_centre(real_part(z)); }

/// A mixture about a centre: its density is the sum of the values times exp(reference.at(h)).
template <class Number>
struct Relative {
  LocalQuadratic reference;
  std::vector<LocalQuadratic> exponents;
  std::vector<Number> values;
  Number sum = 0;

  Relative(const LineMixture& p, const Ball& centre, const Number& h) {
    const std::size_t largest = p.largest_at(approximate(centre));
    reference = p.exponent(largest, centre);
    for (std::size_t i = 0; i < p.components().size(); ++i) {
      exponents.push_back(p.exponent(i, centre));
      values.push_back(i == largest ? Number(p.peak(i)) : exp((exponents[i] - reference).at(h)) * p.peak(i));
      sum += values[i];
    }
  }
};

/// The same at the working precision.
struct Integrand {
  LineMixture component, kept, removed;
  Ball kept_weight, removed_weight;
  int n;
  /// Is component j of `removed` the same as component l of `kept`? Then g_j - g_l is exactly 0.
  std::vector<std::vector<bool>> same;

  Integrand(const ExactRemoval& exact, int power)
      : component(exact.component),
        kept(exact.kept),
        removed(exact.removed),
        kept_weight(from_rational<Ball>(exact.kept_weight)),
        removed_weight(from_rational<Ball>(exact.removed_weight)),
        n(power) {
    for (const LineLaw::Component& j : exact.removed.components()) {
      same.emplace_back();
      for (const LineLaw::Component& l : exact.kept.components())
        same.back().push_back(j.mean == l.mean && j.variance == l.variance);
    }
  }

  /// |s_W - s_U|^n N_i for even n.
  template <class Number>
  Number operator()(const Number& z) const {
    constexpr long wide_bits = 64;  // a wide ball carries few digits
    const BallPrecision precision(is_point(z) ? BallPrecision::bits() : std::min(BallPrecision::bits(), wide_bits));
    const Ball centre = centre_of(z);
    const Number h = z - Number(centre);
    const Relative<Number> u(kept, centre, h), v(removed, centre, h);
    // The exponential that is at most about 1: a wide ball of the other would surround 0, and the quotient with it.
    const Number exponent = (u.reference - v.reference).at(h);
    const bool mostly_kept = is_positive_at_centre(exponent);
    const Number factor = exp(mostly_kept ? -exponent : exponent);
    const Number share = mostly_kept ? v.sum * removed_weight * factor : v.sum * removed_weight;
    const Number other = mostly_kept ? u.sum * kept_weight : u.sum * kept_weight * factor;
    const Number error = share / (share + other) * difference(u, v, h);
    const Number square = error * error;
    Number result = component.density(z);
    for (int done = 0; done < n; done += 2) result *= square;
    return result;
  }

 private:
  /// s_{W \ U} - s_U = sum_j sum_l v_j u_l (g_l - g_j), which keeps its digits where a component that both have
  /// decides.
  template <class Number>
  Number difference(const Relative<Number>& u, const Relative<Number>& v, const Number& h) const {
    Number sum = 0;
    for (std::size_t j = 0; j < v.values.size(); ++j)
      for (std::size_t l = 0; l < u.values.size(); ++l)
        if (!same[j][l]) sum += v.values[j] * u.values[l] * (v.exponents[j] - u.exponents[l]).slope_at(h);
    return sum / (u.sum * v.sum);
  }
};

/// int_cut^inf N_i |s_W - s_U|^n <= int_cut^inf N_i (A + C (x - m))^n for a cut above the mean m of N_i, A and C the
/// largest sizes and slopes of the g_j - g_l at the cut: no cancellation.
Ball removal_tail(const Integrand& f, Side side, const Ball& cut) {
  const LineMixture kept = towards(side, f.kept), removed = towards(side, f.removed);
  const LineComponent component = towards(side, f.component).components().front();
  Ball size, slope;
  for (const LineComponent& j : removed.components())
    for (const LineComponent& l : kept.components()) {
      const Ball at_cut = abs((cut - j.mean) / j.variance - (cut - l.mean) / l.variance);
      const Ball steepness = abs(1 / j.variance - 1 / l.variance);
      arb_max(size.data(), size.data(), at_cut.data(), BallPrecision::bits());
      arb_max(slope.data(), slope.data(), steepness.data(), BallPrecision::bits());
    }
  const std::vector<Ball> moments = tail_moments(component, cut, static_cast<std::size_t>(f.n) + 1);
  // sum_j C(n, j) A^{n-j} C^j T_j, by Horner's rule in A.
  Ball sum, steep = 1;
  long choose = 1;
  for (int j = 0; j <= f.n; ++j) {
    sum = sum * size + choose * steep * moments[static_cast<std::size_t>(j)];
    steep *= slope;
    choose = choose * (f.n - j) / (j + 1);
  }
  return sum;
}

/// Where the integrand may be large: around the components, and where two of them are about equal.
std::vector<Ball> likely_places(const Integrand& f) {
  constexpr int farthest = 4;
  std::vector<LineComponent> all = f.component.components();
  for (const LineMixture* mixture : {&f.kept, &f.removed})
    all.insert(all.end(), mixture->components().begin(), mixture->components().end());
  std::vector<Ball> places;
  for (const LineComponent& one : all) {
    const Ball sigma = sqrt(one.variance);
    for (int step = -farthest; step <= farthest; ++step) places.push_back(centre_of(one.mean + step * sigma));
    for (const LineComponent& other : all) {
      const Ball other_sigma = sqrt(other.variance);
      places.push_back(centre_of((one.mean * other_sigma + other.mean * sigma) / (sigma + other_sigma)));
    }
  }
  return places;
}

Ball smaller_ball(const Ball& a, const Ball& b) {
  Ball result;
  arb_min(result.data(), a.data(), b.data(), BallPrecision::bits());
  return result;
}
Ball larger_ball(const Ball& a, const Ball& b) {
  Ball result;
  arb_max(result.data(), a.data(), b.data(), BallPrecision::bits());
  return result;
}

using Stretches = std::vector<LineStretch>;

/// A guess at the integral over the stretches: it steers tolerances and is no part of an enclosure.
Ball guess(const Integrand& f, const Stretches& stretches) {
  Ball width = sqrt(f.component.components().front().variance), largest;
  for (const LineMixture* mixture : {&f.kept, &f.removed})
    for (const LineComponent& component : mixture->components()) width = smaller_ball(width, sqrt(component.variance));
  for (const Ball& place : likely_places(f))
    for (const LineStretch& stretch : stretches) {
      Ball x = place, length = width;
      if (stretch.lower) x = larger_ball(x, *stretch.lower);
      if (stretch.upper) x = smaller_ball(x, *stretch.upper);
      if (stretch.lower && stretch.upper) length = smaller_ball(length, *stretch.upper - *stretch.lower);
      const Ball value = f(x) * length;
      if (arb_is_positive(value.data()) != 0) largest = larger_midpoint(largest, value);
    }
  if (arb_is_positive(largest.data()) == 0)
    throw UndecidedError("the two scores cannot be told apart at this precision: raise the digits or the budget");
  return centre_of(largest);
}

Ball at_most(const Ball& x) {
  Ball magnitude;
  arb_get_abs_ubound_arf(arb_midref(magnitude.data()), x.data(), BallPrecision::bits());
  return hull(Ball(0), magnitude);
}

/// The integral over the stretches; one without a label lies in the domain or not.
Ball integral(const Integrand& f, const Stretches& stretches, long goal_bits) {
  Ball target = guess(f, stretches);
  arb_mul_2exp_si(target.data(), target.data(), -goal_bits - spare_bits);
  const Cuts cuts = cut_tails(
      {&f.component, &f.kept, &f.removed}, [&](Side side, const Ball& cut) { return removal_tail(f, side, cut); },
      target);
  IntegralGoal goal;
  goal.relative_bits = goal_bits + spare_bits;
  goal.absolute_goal = target / static_cast<long>(stretches.size());
  const Ball half = (cuts.left_tail + cuts.right_tail) / 2;  // what is left out lies between 0 and both bounds
  const ComplexIntegrand integrand = [&](const ComplexBall& z, bool) -> ComplexBall {
    if (is_point(z)) return f(real_part(z));
    return f(z);
  };
  Ball sum = half;
  for (const LineStretch& stretch : stretches) {
    const Ball lower = stretch.lower ? larger_ball(*stretch.lower, cuts.inside.lower) : cuts.inside.lower;
    const Ball upper = stretch.upper ? smaller_ball(*stretch.upper, cuts.inside.upper) : cuts.inside.upper;
    if (less(lower, upper) == Truth::no) continue;
    const Ball value = integrate(integrand, lower, upper, goal).value;
    sum += stretch.label ? value : at_most(value);
  }
  return widened(sum, half);
}

/// The bits of the largest exponents, (distance of means/deviation)^2, which an exponential loses.
long exponent_bits(const ExactRemoval& exact) {
  constexpr long more = 8;
  double lowest = HUGE_VAL, highest = -HUGE_VAL, variance = HUGE_VAL;
  for (const LineLaw* law : {&exact.component, &exact.kept, &exact.removed})
    for (const LineLaw::Component& component : law->components()) {
      lowest = std::min(lowest, from_rational<double>(component.mean));
      highest = std::max(highest, from_rational<double>(component.mean));
      variance = std::min(variance, from_rational<double>(component.variance));
    }
  const double size = 1 + (highest - lowest) * (highest - lowest) / variance;
  return more + (std::isfinite(size) ? std::lround(std::log2(size)) : 0);
}

/// The stretches at the working precision: the ladder raises it.
using StretchesAtPrecision = std::function<Stretches()>;

LadderResult certified(const std::optional<ExactRemoval>& exact, int n, const StretchesAtPrecision& where, int digits,
                       const LadderBudget& budget) {
  if (!exact) return {Ball(0), true, BallPrecision::bits()};
  // A place where the cell is met at most between breakpoints that coincide is not worth a climb: no digits to be had.
  const Stretches now = where();
  if (std::none_of(now.begin(), now.end(), [](const LineStretch& s) { return s.label.has_value(); }))
    return {now.empty() ? Ball(0) : integral(Integrand(*exact, n), now, BallPrecision::bits()), true,
            BallPrecision::bits()};
  return climb_precision(
      digits, exponent_bits(*exact), [&](long goal_bits) { return integral(Integrand(*exact, n), where(), goal_bits); },
      budget);
}

/// P(stretch) from the side on which it is small.
Ball probability(const LineMixture& law, const LineStretch& stretch) {
  const Ball& mean = law.components().front().mean;
  const bool right = stretch.lower && approximate(*stretch.lower - mean) > 0;
  const Ball below = stretch.lower ? law.cdf(*stretch.lower) : Ball(0);
  const Ball above = stretch.upper ? law.upper_tail(*stretch.upper) : Ball(0);
  if (right) return law.upper_tail(*stretch.lower) - above;
  return (stretch.upper ? law.cdf(*stretch.upper) : Ball(1)) - below;
}

LineSimplificationError error_line(const ExactMixture& mixture, const std::vector<std::vector<Index>>& cells,
                                   const StretchesAtPrecision& where, int digits, const LadderBudget& budget) {
  const Index k = mixture.size();
  simplify_detail::require_partition(cells, k);
  LineSimplificationError result;
  result.parts = result.probability = Matrix<Ball>::Constant(k, static_cast<Index>(cells.size()), Ball(0));
  const BallPrecision precision(bits_of_digits(digits) + 64);
  std::vector<Index> all;
  for (Index i = 0; i < k; ++i) all.push_back(i);
  for (Index i = 0; i < k; ++i) {
    const LineMixture component{LineLaw(alone(mixture, i))};
    const Ball weight = from_rational<Ball>(mixture.weights[static_cast<std::size_t>(i)]);
    for (std::size_t t = 0; t < cells.size(); ++t) {
      const auto column = static_cast<Index>(t);
      const auto here = [&] {
        Stretches stretches = where();
        std::erase_if(stretches, [&](const LineStretch& s) { return s.label && *s.label != column; });
        return stretches;
      };
      for (const LineStretch& stretch : here()) {
        const Ball p = probability(component, stretch);
        result.probability(i, column) += stretch.label ? p : at_most(p);
      }
      const LadderResult part = certified(exact_removal(mixture, {all, cells[t], i}), 2, here, digits, budget);
      result.goal_met = result.goal_met && part.goal_met;
      result.parts(i, column) = part.value;
      const bool own = std::find(cells[t].begin(), cells[t].end(), i) != cells[t].end();
      (own ? result.overlap : result.misclassified) += weight * part.value;
    }
  }
  result.total = result.overlap + result.misclassified;
  return result;
}

void require_intervals(const IntervalClustering& clustering, std::size_t cells) {
  const std::vector<Rational>& cuts = clustering.cuts;
  for (std::size_t n = 1; n < cuts.size(); ++n)
    if (!(cuts[n - 1] < cuts[n])) throw InputError("", "clustering", to_text(cuts[n]), "cuts that increase");
  if (clustering.labels.size() != cuts.size() + 1)
    throw InputError("", "clustering", std::to_string(clustering.labels.size()) + " labels",
                     std::to_string(cuts.size() + 1) + ", one for each interval");
  for (const Index label : clustering.labels)
    if (label < 0 || static_cast<std::size_t>(label) >= cells)
      throw InputError("", "clustering", std::to_string(label), "a cell below " + std::to_string(cells));
}

}  // namespace

LadderResult removal_moment_line(const ExactMixture& mixture, const Removal& removal, int n, int digits,
                                 const LadderBudget& budget) {
  if (n < 2 || n > 16 || n % 2 != 0) throw InputError("", "n", std::to_string(n), "an even number from 2 to 16");
  validate(removal, mixture.size());
  const LineLaw law(mixture);  // refuses what is not a mixture on the line
  return certified(
      exact_removal(mixture, removal), n,
      [] {
        return Stretches{{{}, {}, 0, {}}};
      },
      digits, budget);
}

LineSimplificationError simplification_error_line(const ExactMixture& mixture,
                                                  const std::vector<std::vector<Index>>& cells,
                                                  const IntervalClustering& clustering, int digits,
                                                  const LadderBudget& budget) {
  const LineLaw law(mixture);
  require_intervals(clustering, cells.size());
  const auto where = [&] {
    Stretches stretches;
    for (std::size_t n = 0; n < clustering.labels.size(); ++n) {
      LineStretch stretch{std::nullopt, std::nullopt, clustering.labels[n], std::nullopt};
      if (n > 0) stretch.lower = from_rational<Ball>(clustering.cuts[n - 1]);
      if (n < clustering.cuts.size()) stretch.upper = from_rational<Ball>(clustering.cuts[n]);
      stretches.push_back(stretch);
    }
    return stretches;
  };
  return error_line(mixture, cells, where, digits, budget);
}

LineSimplificationError simplification_error_line(const ExactMixture& mixture, const Clustering<double>& clustering,
                                                  int digits, const LadderBudget& budget) {
  const LineLaw law(mixture);
  if (clustering.components() != mixture.size())
    throw InputError("", "clustering", std::to_string(clustering.components()) + " components",
                     std::to_string(mixture.size()) + ", those of the mixture");
  return error_line(
      mixture, clustering.refinement(), [&] { return line_stretches(clustering); }, digits, budget);
}

}  // namespace verimix

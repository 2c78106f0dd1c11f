#include "verimix/sample/certified_law.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "line_panels.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/parallel.hpp"
#include "verimix/core/rational.hpp"
#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif

namespace verimix {
namespace {

// Terms beyond so many deviations are not added; what they are worth at most is reckoned with one deviation less, which
// covers the rounding of the window's ends.
constexpr double window = 11;
constexpr int window_reckoned = 10;
// Sizes of Bernstein ellipses (sum of the half-axes) that are tried, as multiples of 1/2, the largest first.
constexpr int ellipses_in_halves[] = {6, 4, 3};
// Parts of an ellipse's box on which a step's image is enclosed.
constexpr int box_parts = 8;
constexpr int sign_cells_per_deviation = 8;
constexpr int sign_halvings = 6;

Ball square(const Ball& x) { return x * x; }

Ball normal_cdf(const Ball& x) {
  Ball y;
  arb_hypgeom_erfc(y.data(), (-x / sqrt(Ball(2))).data(), BallPrecision::bits());
  return y / 2;
}

/// What is less, both being upper bounds of one number; an infinite one says nothing.
Ball lesser(const Ball& a, const Ball& b) {
  if (!is_finite(a)) return b;
  if (!is_finite(b)) return a;
  return less(a, b) == Truth::yes ? a : b;
}

struct GaussNode {
  Ball node, weight;
};

/// The rule of line_panels.hpp, enclosed, in its order.
std::vector<GaussNode> gauss_nodes() {
  std::vector<GaussNode> out(static_cast<std::size_t>(panel_points));
  for (Index j = 0; j < panel_points; ++j) {
    // Arb counts the roots from the largest down.
    GaussNode& at = out[static_cast<std::size_t>(j)];
    arb_hypgeom_legendre_p_ui_root(at.node.data(), at.weight.data(), static_cast<ulong>(panel_points),
                                   static_cast<ulong>(panel_points - 1 - j), BallPrecision::bits());
  }
  return out;
}

/// F(z) = rho z + 2 (rho - 1) s(z) of one step.
struct ExactStep {
  LineMixture mixture;
  Ball rho, score_factor, variance, deviation;

  ExactStep(const ExactMixture& q_0, double remaining, double next) : mixture(LineLaw(q_0, to_rational(remaining))) {
    const Ball gamma = Ball(remaining) - Ball(next);
    rho = exp(gamma);
    score_factor = 2 * expm1(gamma);
    variance = expm1(2 * gamma);
    deviation = sqrt(variance);
  }
  template <class Number>
  Number image(const Number& z) const {
    return z * rho + mixture.score(z) * score_factor;
  }
};

/// The half-axes, in units of the panel's half, of the ellipse with foci at the panel's ends and sum of half-axes rho.
Ball real_axis(const Ball& rho) { return (rho + 1 / rho) / 2; }
Ball imaginary_axis(const Ball& rho) { return (rho - 1 / rho) / 2; }

/// An upper bound of the density on [middle - reach, middle + reach].
Ball density_upper(const EnclosedLaw& before, const Ball& middle, const Ball& reach) {
  const Ball left = middle - reach, width = 2 * reach / box_parts;
  Ball largest = 0;
  for (int i = 0; i < box_parts; ++i)
    largest = upper_end(hull(largest, before.density(hull(left + width * i, left + width * (i + 1)))));
  return largest;
}

/// An upper bound of int sup_E |N(F(z), tau^2; x)| dx over the ellipse, or a ball that is not finite.
Ball moved_upper(const ExactStep& step, const Ball& middle, const Ball& reach, const Ball& height) {
  const Ball left = middle - reach, width = 2 * reach / box_parts;
  std::optional<Ball> range;
  Ball largest_imaginary = 0;
  for (int i = 0; i < box_parts; ++i) {
    // F is real on the line, so the lower half of the ellipse is the upper one's mirror image.
    const ComplexBall box(hull(left + width * i, left + width * (i + 1)), hull(Ball(0), height));
    const ComplexBall image = step.image(box);
    if (!is_finite(image)) return Ball(std::numeric_limits<double>::infinity());
    range = range ? hull(*range, real_part(image)) : real_part(image);
    largest_imaginary = upper_end(hull(largest_imaginary, abs(imaginary_part(image))));
  }
  const Ball spread = upper_end(*range) - lower_end(*range);
  return exp(square(largest_imaginary / step.deviation) / 2) * (1 + spread / (step.deviation * sqrt(2 * pi<Ball>())));
}

/// int |quadrature error of the panel at x| dx: the least of what some ellipses prove.
Ball panel_error(const EnclosedLaw& before, const ExactStep& step, const Ball& from, const Ball& to) {
  const Ball middle = (from + to) / 2, half = (to - from) / 2;
  const Ball density = density_upper(before, middle, half * real_axis(Ball(ellipses_in_halves[0]) / 2));
  Ball best(std::numeric_limits<double>::infinity());
  for (const int halves : ellipses_in_halves) {
    const Ball rho = Ball(halves) / 2, height = half * imaginary_axis(rho);
    Ball power;
    arb_pow_ui(power.data(), rho.data(), static_cast<ulong>(2 * panel_points), BallPrecision::bits());
    constexpr int n = static_cast<int>(panel_points);
    const Ball constant = 4 * (1 + Ball(1) / (4 * n * n - 1)) / (power * (1 - 1 / square(rho)));
    best = lesser(best, upper_end(half * constant * density * exp(square(height / before.deviation()) / 2) *
                                  moved_upper(step, middle, half * real_axis(rho), height)));
  }
  return best;
}

/// int |P p - sum masses N(images, tau^2)| dx over one panel, with the points of the rule.
Ball rounding_error(const EnclosedLaw& before, const ExactStep& step, const std::vector<GaussNode>& rule,
                    const PushedStep& pushed, std::size_t panel) {
  const Ball from(pushed.edges[panel]), to(pushed.edges[panel + 1]);
  Ball sum = 0;
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const auto i = static_cast<Index>(panel * rule.size() + j);
    const Ball y = from + (to - from) * ((1 + rule[j].node) / 2);
    const Ball mass(pushed.masses(i));
    sum += abs((to - from) / 2 * rule[j].weight * before.density(y) - mass);
    // int |N(a, tau^2) - N(b, tau^2)| <= sqrt(2/pi) |a - b|/tau.
    sum += mass * abs(step.image(y) - Ball(pushed.images(i))) * sqrt(2 / pi<Ball>()) / step.deviation;
  }
  return sum;
}

/// int |P p_l - p_{l+1}|.
Ball step_error(const EnclosedLaw& before, const ExactStep& step, const std::vector<GaussNode>& rule,
                const PushedStep& pushed, unsigned threads) {
  const Ball first(pushed.edges.front()), last(pushed.edges.back());
  Ball sum = before.cdf(first) + (before.mass() - before.cdf(last));
  const std::size_t panels = pushed.edges.size() - 1;
  std::vector<Ball> errors(panels);
  parallel_blocks(
      static_cast<Index>(panels), 1,
      [&](Index begin, Index end) {
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
          errors[i] = panel_error(before, step, Ball(pushed.edges[i]), Ball(pushed.edges[i + 1])) +
                      rounding_error(before, step, rule, pushed, i);
      },
      threads);
  for (const Ball& error : errors) sum += error;
  for (const double mass : pushed.masses) sum += Ball(mass);
  for (const double mass : pushed.after.masses) sum -= Ball(mass);
  return upper_end(sum);
}

/// p - q and its slope.
struct Difference {
  const EnclosedLaw& p;
  const LineMixture& q;

  Ball value(const Ball& x) const { return p.density(x) - q.density(x); }
  Ball slope(const Ball& cell) const {
    const ScaledDensity<Ball> at = q.scaled(cell);
    const Ball factor = exp(at.exponent.at(at.h));
    return p.density_and_slope(cell).slope - (at.slope + at.value * at.exponent.slope_at(at.h)) * factor;
  }
  Ball cdf(const Ball& x) const { return p.cdf(x) - q.cdf(x); }
};

/// int |p - q| from left to right: runs of cells of one proved sign are settled by distribution functions.
class SignedSum {
 public:
  SignedSum(const Difference& difference, const Ball& start) : difference_(difference), start_(start) {}

  void add_cell(const Ball& from, const Ball& to, int halvings) {
    const Ball middle = centre_of((from + to) / 2), cell = hull(from, to);
    const Ball value = difference_.value(middle) + difference_.slope(cell) * (cell - middle);
    const int sign = less(Ball(0), value) == Truth::yes ? 1 : less(value, Ball(0)) == Truth::yes ? -1 : 0;
    if (sign == 0 && halvings > 0) {
      add_cell(from, middle, halvings - 1);
      add_cell(middle, to, halvings - 1);
      return;
    }
    if (sign != sign_ || sign == 0) close_run(from, sign);
    if (sign == 0) open_ += upper_end((to - from) * abs(value));
  }
  Ball finish(const Ball& end) {
    close_run(end, 0);
    return sum_ + hull(Ball(0), open_);
  }

 private:
  void close_run(const Ball& at, int next) {
    if (sign_ != 0) sum_ += abs(difference_.cdf(at) - difference_.cdf(start_));
    start_ = at;
    sign_ = next;
  }

  const Difference& difference_;
  Ball start_;
  int sign_ = 0;
  Ball sum_ = 0, open_ = 0;
};

}  // namespace

EnclosedLaw::EnclosedLaw(OutputLaw law, const Ball& variance)
    : law_(std::move(law)), deviation_(sqrt(variance)), scale_(-1 / (2 * variance)) {
  peak_ = 1 / (deviation_ * sqrt(2 * pi<Ball>()));
  mass_ = 0;
  for (const double mass : law_.masses) mass_ += Ball(mass);
  // |z| e^{-z^2/2}, which bounds e^{-z^2/2} as well, decreases beyond 1.
  left_out_ = mass_ * peak_ * window_reckoned * exp(Ball(-window_reckoned * window_reckoned) / 2);
}

Ball EnclosedLaw::density(const Ball& x) const { return density_and_slope(x).density; }

EnclosedLaw::ValueAndSlope EnclosedLaw::density_and_slope(const Ball& x) const {
  const double middle = approximate(x), margin = radius_upper(x) + window * approximate(deviation_);
  const double* const begin = law_.centres.data();
  const double* const end = begin + law_.centres.size();
  const double* const from = std::lower_bound(begin, end, middle - margin);
  const double* const to = std::upper_bound(from, end, middle + margin);
  ValueAndSlope out;
  for (const double* centre = from; centre != to; ++centre) {
    const Ball distance = x - Ball(*centre);
    const Ball term = Ball(law_.masses(centre - begin)) * exp(square(distance) * scale_);
    out.density += term;
    out.slope += term * distance;
  }
  out.density = widened(out.density * peak_, left_out_);
  out.slope = widened(out.slope * (2 * scale_) * peak_, left_out_ / deviation_);
  return out;
}

Ball EnclosedLaw::cdf(const Ball& x) const {
  Ball sum = 0;
  for (Index j = 0; j < law_.centres.size(); ++j)
    sum += Ball(law_.masses(j)) * normal_cdf((x - Ball(law_.centres(j))) / deviation_);
  return sum;
}

Ball EnclosedLaw::mass() const { return mass_; }

CertifiedOutput certified_output(const ExactMixture& mixture, const TimeGrid<double>& grid, unsigned threads) {
  // The steps of a grid are rounded beside its times: the run takes the differences of the times.
  TimeGrid<double> exact_grid = grid;
  for (std::size_t l = 0; l < grid.steps.size(); ++l) exact_grid.steps[l] = grid.remaining[l] - grid.remaining[l + 1];
  const std::vector<GaussNode> rule = gauss_nodes();
  EnclosedLaw before({1, Vector<double>::Zero(1), Vector<double>::Ones(1)}, Ball(1));
  Ball error = 0;
  LawRequest request;
  request.threads = threads;
  request.observer = [&](const PushedStep& pushed) {
    const auto l = static_cast<std::size_t>(pushed.level);
    const ExactStep step(mixture, grid.remaining[l], grid.remaining[l + 1]);
    error += step_error(before, step, rule, pushed, threads);
    before = EnclosedLaw(pushed.after, step.variance);
  };
  line_output_law(exact_score(round_to<double>(mixture), exact_grid), exact_grid, request);
  if (!is_finite(error)) throw UndecidedError("a step of the law cannot be certified: raise the number of steps");
  return {before, upper_end(error)};
}

Ball certified_output_tv(const CertifiedOutput& output, const LineLaw& q) {
  const LineMixture law(q);
  const Difference difference{output.law, law};
  constexpr int covering = 9;
  const OutputLaw& p = output.law.law();
  const double deviation = approximate(output.law.deviation());
  double lower = p.centres(0) - covering * deviation, upper = p.centres(p.centres.size() - 1) + covering * deviation;
  for (const LineComponent& component : law.components()) {
    const double reach = covering * std::sqrt(approximate(component.variance));
    lower = std::min(lower, approximate(component.mean) - reach);
    upper = std::max(upper, approximate(component.mean) + reach);
  }
  const auto cells = static_cast<long>(std::ceil((upper - lower) / deviation * sign_cells_per_deviation));
  const Ball first(lower), width = (Ball(upper) - first) / cells;
  SignedSum sum(difference, first);
  Ball from = first;
  for (long i = 1; i <= cells; ++i) {
    const Ball to = i == cells ? Ball(upper) : centre_of(first + width * i);
    sum.add_cell(from, to, sign_halvings);
    from = to;
  }
  const Ball tails =
      output.law.cdf(first) + law.cdf(first) + (output.law.mass() - output.law.cdf(from)) + law.upper_tail(from);
  return widened((sum.finish(from) + hull(Ball(0), upper_end(tails))) / 2, output.error_upper / 2);
}

}  // namespace verimix

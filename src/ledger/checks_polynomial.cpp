// Polynomial approximation: statements 5, 8, 40-43, 48. Statements 44-47 are in checks_sub_mixture.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "check_rows.hpp"
#include "check_sub_mixture.hpp"
#include "verimix/cluster/covariance_statistic.hpp"
#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"
#include "verimix/distance/line_information.hpp"
#include "verimix/distance/score_supremum.hpp"
#include "verimix/polynomial/coefficient_sum.hpp"
#include "verimix/polynomial/jackson.hpp"
#include "verimix/polynomial/minimax.hpp"
#include "verimix/polynomial/piecewise_line.hpp"
#include "verimix/polynomial/softmax_polynomial.hpp"
#include "verimix/polynomial/sub_mixture_score.hpp"
#include "verimix/polynomial/weighted_approximation.hpp"

namespace verimix::checks {
namespace {

constexpr int largest_tried_degree = 64;

int chosen_degree(const Subject& subject) {
  const Rational degree = subject.value("degree");
  if (denominator(degree) != 1) throw InputError("", "--set degree", to_text(degree), "an integer");
  return static_cast<int>(numerator(degree));
}

// [min mu - 3 sigma, max mu + 3 sigma], outward to multiples of 1/8.
RationalInterval bulk(const Subject& subject) {
  double lower = 0, upper = 0;
  for (Index i = 0; i < subject.k(); ++i) {
    const double mu = from_rational<double>(subject.exact().means(0, i));
    const double width =
        3 * std::sqrt(from_rational<double>(subject.exact().covariances[static_cast<std::size_t>(i)](0, 0)));
    lower = i == 0 ? mu - width : std::min(lower, mu - width);
    upper = i == 0 ? mu + width : std::max(upper, mu + width);
  }
  return {to_rational(std::floor(lower * 8) / 8), to_rational(std::ceil(upper * 8) / 8)};
}

std::string interval_text(const RationalInterval& interval) {
  return fmt::format("[{}, {}]", to_text(interval.lower), to_text(interval.upper));
}

// The cuts half-way between neighbouring means.
Cuts1D cuts_between_means(const Subject& subject) {
  std::vector<Rational> means;
  for (Index i = 0; i < subject.k(); ++i) means.push_back(subject.exact().means(0, i));
  std::ranges::sort(means);
  means.erase(std::unique(means.begin(), means.end()), means.end());
  Cuts1D cuts;
  for (std::size_t i = 1; i < means.size(); ++i) cuts.push_back((means[i - 1] + means[i]) / 2);
  return cuts;
}

// The least degree of a piecewise polynomial within epsilon, against x of the printed poly(x).
void least_degree(const Subject& subject, Rows& rows, const std::string& part, const Ball& x) {
  if (subject.d() != 1)
    return rows.not_applicable(printed, part, "dimension 1 fails: least degrees are enclosed on the line only");
  const std::string why = subject.R_hypothesis();
  if (!why.empty()) return rows.not_applicable(printed, part, why);
  rows.attempt(printed, part, [&] {
    const Cuts1D cuts = cuts_between_means(subject);
    const auto found =
        minimal_weighted_degrees(LineLaw(subject.exact()), cuts, {subject.value("epsilon")}, largest_tried_degree);
    if (!found.front().degree)
      return rows.undecided(printed, part, fmt::format("the least degree is above {}", largest_tried_degree));
    rows.choose(fmt::format("epsilon = {}, {} cells, cut half-way between neighbouring means",
                            to_text(subject.value("epsilon")), cuts.size() + 1));
    rows.hidden(part, certified(Ball(*found.front().degree)), certified(x));
  });
}

// Two clusters, apart at the widest gap between neighbouring means; one where all means are equal.
LineClusters two_clusters(const Subject& subject) {
  std::vector<Index> order;
  for (Index i = 0; i < subject.k(); ++i) order.push_back(i);
  const auto mean = [&](Index i) { return subject.exact().means(0, i); };
  std::ranges::sort(order, [&](Index i, Index j) { return mean(i) < mean(j); });
  std::size_t first = 0;
  Rational widest = 0;
  for (std::size_t i = 1; i < order.size(); ++i)
    if (mean(order[i]) - mean(order[i - 1]) > widest) {
      widest = mean(order[i]) - mean(order[i - 1]);
      first = i;
    }
  LineClusters out{{{}}, {}, 60 * bulk(subject).upper - 59 * bulk(subject).lower};
  if (first != 0) {
    out.cuts = {(mean(order[first]) + mean(order[first - 1])) / 2};
    out.cells.emplace_back();
  }
  for (std::size_t i = 0; i < order.size(); ++i) out.cells[first != 0 && i >= first ? 1 : 0].push_back(order[i]);
  return out;
}

void piecewise_error(const Subject& subject, Rows& rows) {
  const std::string part = "E|s - shat|^2, a polynomial in each of two cells and the fallback outside of its region";
  if (subject.d() != 1)
    return rows.not_applicable(with_constants, part,
                               "dimension 1 fails: errors of polynomials are enclosed on the line only");
  rows.attempt(with_constants, part, [&] {
    constexpr double reach = 5;
    const LineClusters clusters = two_clusters(subject);
    const LinePiecewiseScore made = piecewise_score_line(subject.exact(), clusters, reach, chosen_degree(subject));
    const Ball error = certified_score_error(LineLaw(subject.exact()), made.score, 6).value;
    rows.choose(fmt::format("cells {}, degree {}, regions of {} deviations: delta = {:.3g}, eta = {:.3g}",
                            cells_text(clusters.cells), chosen_degree(subject), reach, approximate(made.delta),
                            approximate(made.eta)));
    rows.plain(with_constants, part, certified(error),
               certified(piecewise_error_upper(made.sizes, made.delta, made.eta)));
  });
}

void proposition_5(const Subject& subject, Rows& rows) {
  const auto& sizes = subject.sizes();
  const Ball tau = sizes.beta / sizes.alpha * log(subject.R());
  least_degree(subject, rows, "least degree, and x of poly(x) = k tau/eps read as x",
               static_cast<long>(subject.k()) * tau / subject.ball("epsilon"));
  piecewise_error(subject, rows);
}

void proposition_48(const Subject& subject, Rows& rows) {
  const auto& sizes = subject.sizes();
  const Ball x = sizes.beta * Ball(static_cast<long>(subject.k())) /
                 (sizes.alpha * sizes.lambda_min * subject.ball("epsilon")) * log(subject.R());
  least_degree(subject, rows, "least degree, and x of poly(x) = beta k log R/(alpha lam_min eps) read as x", x);
  piecewise_error(subject, rows);
}

// Exact estimates, U one component: the printed degree is 0, and the best constant misses by tr Q^{-1}.
void proposition_40(const Subject& subject, Rows& rows) {
  const Index i = subject.chosen_component();
  const Matrix<Ball> half = lower_inverse(cholesky(subject.gaussian(i).covariance).lower);
  const Ball size = frobenius(half);
  rows.choose(fmt::format("U = {{{}}}, exact estimates: Delta_in = upsilon = 0, so the printed degree is 0", i + 1));
  rows.plain(printed, "error of the best constant", certified(size * size), certified(subject.ball("epsilon")));
}

ExactMixture two_components(const Subject& subject) {
  ExactMixture two;
  const ExactMixture& all = subject.exact();
  const Rational total = all.weights[0] + all.weights[1];
  two.name = all.name;
  two.weights = {all.weights[0] / total, all.weights[1] / total};
  two.means = all.means.leftCols(2);
  two.covariances = {all.covariances[0], all.covariances[1]};
  return two;
}

// alpha, beta and D of two components on the line.
SubMixtureSizes<Ball> sizes_of(const ExactMixture& two) {
  const Rational &a = two.covariances[0](0, 0), &b = two.covariances[1](0, 0);
  const Rational distance = abs(Rational(two.means(0, 0) - two.means(0, 1))) + abs(Rational(a - b));
  return {2, in_balls(std::min(a, b)), in_balls(std::max(a, b)), in_balls(distance)};
}

// Does the interval certainly hold {|V| <= zeta} of the polynomial V = -2 r, of degree 1 or 2? Beyond its vertex a
// quadratic moves away from 0 once it has passed it, so the two ends decide.
bool holds_region(const std::vector<Rational>& r, const RationalInterval& interval, const Ball& zeta) {
  const auto passed = [&](const Rational& x, int sign) {
    Rational value = 0;
    for (std::size_t j = r.size(); j-- > 0;) value = value * x - 2 * r[j];
    return less(zeta, in_balls(Rational(sign * value))) == Truth::yes;
  };
  if (r.size() > 2 && r[2] != 0) {
    const Rational vertex = -r[1] / (2 * r[2]);
    const int sign = r[2] < 0 ? 1 : -1;
    return interval.lower < vertex && vertex < interval.upper && passed(interval.lower, sign) &&
           passed(interval.upper, sign);
  }
  const int sign = r[1] < 0 ? 1 : -1;
  return passed(interval.lower, -sign) && passed(interval.upper, sign);
}

// An interval that holds {|V_1| <= zeta_1}, from r_2 = -V_1/2; nothing where V_1 is constant.
std::optional<RationalInterval> good_interval(const ExactMixture& two, const Ball& zeta) {
  const std::vector<Rational> r = two_component_input(two);
  double reach = 0, centre = 0;
  const auto at = [&](std::size_t j) { return j < r.size() ? 2 * from_rational<double>(r[j]) : 0.0; };
  const double a = at(2), b = at(1), c = at(0), z = approximate(zeta);
  if (a != 0) {
    centre = -b / (2 * a);
    reach = std::sqrt(std::max(0.0, (z + std::abs(c - b * b / (4 * a))) / std::abs(a)));
  } else if (b != 0) {
    centre = -c / b;
    reach = z / std::abs(b);
  } else {
    return std::nullopt;
  }
  reach = reach * (1 + 1e-9) + 1e-9;
  const RationalInterval found{to_rational(std::floor((centre - reach) * 8) / 8),
                               to_rational(std::ceil((centre + reach) * 8) / 8)};
  if (!holds_region(r, found, zeta)) throw UndecidedError("no interval that holds the region could be proved");
  return found;
}

bool is_pair_on_the_line(const Subject& subject, Rows& rows, const std::string& part) {
  if (subject.d() == 1 && subject.k() >= 2) return true;
  rows.not_applicable(with_constants, part,
                      subject.d() != 1 ? "dimension 1 fails: errors of polynomials are enclosed on the line only"
                                       : "k >= 2 fails: the score of one component is linear");
  return false;
}

void proposition_40_explicit(const Subject& subject, Rows& rows) {
  const std::string part = "E|s - shat|^2, shat a polynomial on a region and the fallback outside";
  if (!is_pair_on_the_line(subject, rows, part)) return;
  rows.attempt(with_constants, part, [&] {
    const ExactMixture two = two_components(subject);
    const auto sizes = sizes_of(two);
    const Ball delta = subject.ball("delta");
    const auto interval = good_interval(two, softmax_input_upper(sizes, delta));
    if (!interval) return rows.not_applicable(with_constants, part, "the two components agree");
    const LineLaw law(two);
    const InterpolatedScore found = interpolated_score(law, *interval, chosen_degree(subject));
    const Rational slope = -1 / two.covariances[0](0, 0);
    const PiecewisePolynomial shat{{found.piece}, {-slope * two.means(0, 0), slope}};
    const Ball error = certified_score_error(law, shat, 6).value;
    rows.choose(fmt::format("U = {{1, 2}}, delta = {}, degree {}, region {} (it holds B), within {:.3g} there",
                            to_text(subject.value("delta")), chosen_degree(subject), interval_text(*interval),
                            approximate(found.error)));
    rows.plain(with_constants, part, certified(error), certified(sub_mixture_error_upper(sizes, delta, found.error)));
  });
}

void both_forms_of_40(const Subject& subject, Rows& rows) {
  proposition_40(subject, rows);
  proposition_40_explicit(subject, rows);
}

// A degree that certainly suffices on the region, found by trying, against the degree that is promised.
void lemma_8(const Subject& subject, Rows& rows) {
  const std::string part = "a sufficient degree on the region, and the degree that is promised";
  rows.not_applicable(printed, "", "poly(tau Delta_in/eps) has a hidden exponent; at tau = 0 it is false (lemma-45)");
  if (!is_pair_on_the_line(subject, rows, part)) return;
  rows.attempt(with_constants, part, [&] {
    const ExactMixture two = two_components(subject);
    const auto sizes = sizes_of(two);
    const Ball delta = subject.ball("delta");
    const Ball promised = 2 * softmax_polynomial_degree(sizes, delta, subject.ball("epsilon")) + 1;
    const auto interval = good_interval(two, softmax_input_upper(sizes, delta));
    if (!interval) return rows.not_applicable(with_constants, part, "the two components agree");
    const LineLaw law(two);
    rows.choose(fmt::format("U = {{1, 2}}, delta = {}, epsilon = {}, region {}", to_text(subject.value("delta")),
                            to_text(subject.value("epsilon")), interval_text(*interval)));
    for (int degree = 1; degree <= 255; degree = 2 * degree + 1) {
      const InterpolatedScore found = interpolated_score(law, *interval, degree);
      if (less(subject.ball("epsilon"), found.error) != Truth::no) continue;
      return rows.plain(with_constants, part, certified(Ball(degree)), certified(promised));
    }
    rows.not_applicable(
        with_constants, part,
        "there is nothing to compare: no degree up to 255 was proved to suffice (a larger epsilon asks for "
        "less)");
  });
}

// The score on its bulk, degree l, against Jackson's bound for its Lipschitz constant.
void lemma_41(const Subject& subject, Rows& rows) {
  const std::string part = "best uniform error of the score by degree l";
  if (subject.d() != 1) {
    for (const StatementForm form : {printed, with_constants})
      rows.not_applicable(form, part, "dimension 1 fails: best uniform errors are enclosed on the line only");
    return;
  }
  const LineLaw law(subject.exact());
  const RationalInterval interval = bulk(subject);
  const int degree = std::max(1, chosen_degree(subject));
  const Ball radius = in_balls((interval.upper - interval.lower) / 2);
  const Ball slope = certified_score_lipschitz(law, interval, 4).result.value;
  const auto best = certified_score_minimax(law, interval, degree, 4);
  const Quantity lhs = certified(hull(best.lower, best.upper));
  rows.choose(fmt::format("F = the score on {}, l = {}", interval_text(interval), degree));
  rows.hidden(part + ", omega(h) <= Lip h in its place", lhs, certified(slope * radius / Ball(degree)));
  rows.plain(with_constants, part, lhs, certified(jackson_error_upper(1, degree, slope, radius)));
}

// The product of the affine functions x_axis - mu_i, one axis after the other.
void lemma_42(const Subject& subject, Rows& rows) {
  const Rational L = subject.value("L");
  MonomialPolynomial p = constant_polynomial(subject.d(), 1);
  for (Index i = 0; i < subject.k(); ++i) {
    const Index axis = i % subject.d();
    p = p * affine_polynomial(subject.d(), axis, -subject.exact().means(axis, i), 1);
  }
  const Ball bound = in_balls(box_bound(p, L)), side = in_balls(L);
  const Quantity lhs = exactly(p.coefficient_sum());
  rows.choose(fmt::format("p(x) = prod_i (x_(i mod d) - mu_i), L = {}", to_text(L)));
  if (L >= 1)
    rows.plain(printed, "", lhs, certified(printed_coefficient_sum_upper(subject.d(), p.degree(), side, bound)));
  else
    rows.not_applicable(printed, "", "L >= 1 fails");
  rows.plain(with_constants, "", lhs, certified(coefficient_sum_upper(subject.d(), p.degree(), side, bound)));
}

// The logistic function of the first two weights.
void lemma_43(const Subject& subject, Rows& rows) {
  if (subject.k() < 2) {
    for (const StatementForm form : {printed, with_constants})
      rows.not_applicable(form, "", "m >= 2 fails: the softmax of one input is 1");
    return;
  }
  const Rational ratio = subject.exact().weights[1] / subject.exact().weights[0];
  const Rational theta = to_rational(std::round(std::log(from_rational<double>(ratio)) * 1024) / 1024);
  const Rational L = subject.value("L"), M = subject.value("M"), epsilon = subject.value("epsilon");
  rows.choose(fmt::format("m = 2, theta = {} (log(lambda_2/lambda_1)), L = {}, M = {}, epsilon = {}", to_text(theta),
                          to_text(L), to_text(M), to_text(epsilon)));
  const auto least = minimal_logistic_degree(theta, L, M, epsilon, largest_tried_degree);
  if (!least) {
    for (const StatementForm form : {printed, with_constants})
      rows.undecided(form, "least degree", fmt::format("it is above {}: raise epsilon", largest_tried_degree));
    return;
  }
  const Ball x = in_balls(L * M * 4 / epsilon);
  rows.hidden("least degree, and L M m^2/eps", certified(Ball(*least)), certified(x));
  rows.plain(with_constants, "least degree", certified(Ball(*least)),
             certified(Ball(softmax_degree(2, in_balls(L), in_balls(M), in_balls(epsilon)))));
}

}  // namespace

std::vector<CheckEvaluator> polynomial() {
  using enum StatementKind;
  const std::vector<StatementForm> both = {printed, with_constants};
  const auto side = [](const char* meaning) {
    return CheckKey{"L", meaning, Rational(1), Rational(1, 1000), Rational(1000)};
  };
  const CheckKey delta{"delta", "the probability of being outside of the region", Rational(1, 10), Rational(1, 1000000),
                       Rational(1, 2)};
  const CheckKey M{"M", "|g_i| <= M", Rational(1), Rational(1, 1000), Rational(1000)};
  std::vector<CheckEvaluator> evaluators = {
      make_evaluator({proposition, 5}, both, {epsilon_key(Rational(1, 10)), radius_key(), degree_key(12)},
                     proposition_5),
      make_evaluator({lemma, 8}, both, {epsilon_key(Rational(1, 10)), delta}, lemma_8),
      make_evaluator({proposition, 40}, both, {component_key(), epsilon_key(Rational(1, 10)), delta, degree_key(12)},
                     both_forms_of_40),
      make_evaluator({lemma, 41}, both, {degree_key(8)}, lemma_41),
      make_evaluator({lemma, 42}, both, {side("the side of the cube [0, L]^d")}, lemma_42),
      make_evaluator({lemma, 43}, both, {side("|r_i| <= L"), M, epsilon_key(Rational(1, 10))}, lemma_43),
      make_evaluator({proposition, 48}, both, {epsilon_key(Rational(1, 10)), radius_key(), degree_key(12)},
                     proposition_48)};
  for (CheckEvaluator& evaluator : sub_mixture_checks()) evaluators.push_back(std::move(evaluator));
  return evaluators;
}

}  // namespace verimix::checks

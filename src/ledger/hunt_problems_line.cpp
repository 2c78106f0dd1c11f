// Lemmas 33 and 34, Propositions 7 and 32 for two components on the line: what removing a component costs a score.
#include <cmath>
#include <numbers>

#include "hunt_problems.hpp"
#include "verimix/cluster/clustering_error.hpp"
#include "verimix/simplify/line_removal.hpp"
#include "verimix/simplify/simplification_bound.hpp"

namespace verimix::hunt_catalogue {
namespace {

constexpr StatementId lemma_33{StatementKind::lemma, 33}, lemma_34{StatementKind::lemma, 34},
    proposition_7{StatementKind::proposition, 7}, cells_32{StatementKind::proposition, 32};

/// (1 - w) N(0, q1) + w N(m, q2): parameters w, m, q1, q2.
std::vector<HuntParameter> pair_of_components() {
  return {logarithmic("w", "1/1024", "15/16"), logarithmic("m", "1/16", "64"), logarithmic("q1", "1/64", "16"),
          logarithmic("q2", "1/64", "16")};
}

ExactMixture mixture(std::span<const Rational> v) {
  ExactMixture made;
  made.weights = {1 - v[0], v[0]};
  made.means = Matrix<Rational>(1, 2);
  made.means << Rational(0), v[1];
  for (const Rational& q : {v[2], v[3]}) made.covariances.push_back(Matrix<Rational>::Constant(1, 1, q));
  return made;
}

struct LinePair {
  double w, m, q1, q2;
  explicit LinePair(std::span<const double> v) : w(v[0]), m(v[1]), q1(v[2]), q2(v[3]) {}

  /// E of f(x, p_1(x), p_2(x), |g_1 - g_2|^2) under N(mean, q) between the cuts, by the trapezoid rule.
  template <class F>
  double mean_of(double mean, double q, double low, double high, F f) const {
    const double reach = 12 * std::sqrt(q);
    const double a = std::max(low, mean - reach), b = std::min(high, mean + reach);
    if (!(a < b)) return 0;
    const int points = 1200;
    const double step = (b - a) / points;
    double sum = 0;
    for (int i = 0; i <= points; ++i) {
      const double x = a + step * i;
      const double l1 = std::log1p(-w) - x * x / (2 * q1) - std::log(q1) / 2;
      const double l2 = std::log(w) - (x - m) * (x - m) / (2 * q2) - std::log(q2) / 2;
      const double p2 = 1 / (1 + std::exp(l1 - l2)), p1 = 1 / (1 + std::exp(l2 - l1));
      const double g = x / q1 - (x - m) / q2, z = (x - mean) * (x - mean) / (2 * q);
      sum += (i == 0 || i == points ? 0.5 : 1.0) * f(p1, p2, g * g) * std::exp(-z);
    }
    return sum * step / std::sqrt(2 * std::numbers::pi * q);
  }
};

template <class T>
struct PairSizes {
  T squared_distance, alpha, beta;
  explicit PairSizes(std::span<const T> v)
      : squared_distance(v[1] * v[1] + (v[2] - v[3]) * (v[2] - v[3])),
        alpha(smaller(v[2], v[3])),
        beta(larger(v[2], v[3])) {}
  /// alpha <= 1 <= beta as well.
  RemovalSizes<T> around_one(const T& weight) const { return {smaller(alpha, T(1)), larger(beta, T(1)), weight}; }
};

// Right-hand sides of the fourth moment from the parameters.

/// c of the printed exponent: an absolute constant that the paper leaves open. A family that grows without bound at
/// this one says so of this one; smaller ones move the point from which it grows.
template <class T>
T printed_exponent() {
  return T(1) / 1000;
}
struct PrintedKept {  // alpha <= 1 <= beta is not asked for by Lemma 33
  template <class T>
  T operator()(std::span<const T> v) const {
    const PairSizes<T> of(v);
    return kept_fourth_printed<T>({of.alpha, of.beta, T(1 - v[0])}, 2, {of.squared_distance}, printed_exponent<T>());
  }
};
struct PrintedKeptAroundOne {
  template <class T>
  T operator()(std::span<const T> v) const {
    const PairSizes<T> of(v);
    return kept_fourth_printed<T>(of.around_one(1 - v[0]), 2, {of.squared_distance}, printed_exponent<T>());
  }
};
struct Kept {
  template <class T>
  T operator()(std::span<const T> v) const {
    const PairSizes<T> of(v);
    return kept_fourth_upper<T>(of.around_one(1 - v[0]), 1, {of.squared_distance}, T(1));
  }
};
struct PrintedRemoved {
  template <class T>
  T operator()(std::span<const T> v) const {
    const PairSizes<T> of(v);
    return removed_fourth_printed<T>(of.around_one(v[0]), 2, {of.squared_distance}, {}, printed_exponent<T>());
  }
};
struct Removed {
  template <class T>
  T operator()(std::span<const T> v) const {
    const PairSizes<T> of(v);
    return removed_fourth_upper<T>(of.around_one(v[0]), {of.squared_distance}, {}, T(1));
  }
};

/// E_{N_1} or E_{N_2}|s - s_{{1}}|^4.
template <class Bound>
HuntProblem removal(StatementId statement, StatementForm form, std::string part, bool removed, Bound bound) {
  HuntProblem made = framed({statement, form, form == printed, std::move(part), pair_of_components(),
                             "(1 - w) N(0, q1) + w N(m, q2) on the line, the second component taken out"});
  made.quick = [bound, removed](std::span<const double> v) {
    const LinePair of(v);
    if (!(of.w < 1)) return std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    const double lhs = of.mean_of(removed ? of.m : 0, removed ? of.q2 : of.q1, -infinity, infinity,
                                  [](double, double p2, double g) { return p2 * p2 * p2 * p2 * g * g; });
    return log_ratio(HuntSides<double>{lhs, bound(v), false, ""});
  };
  made.certified = [bound, removed](std::span<const Rational> v) {
    if (v[0] >= 1) return not_applicable("w < 1");
    std::vector<Ball> balls;
    for (const Rational& x : v) balls.push_back(from_rational<Ball>(x));
    const LadderResult lhs = removal_moment_line(mixture(v), Removal{{0, 1}, {0}, removed ? 1 : 0}, 4, 8);
    return comparison({lhs.value, bound(std::span<const Ball>(balls)), false, ""});
  };
  made.draws = 40;
  made.local_evaluations = 120;
  made.directions = 200;
  return made;
}

// Cells {1}, {2}, cut at a point between the means: c(x) = 1 for x < cut m.

struct CellSizes {
  template <class T>
  SimplificationSizes<T> operator()(std::span<const T> v) const {
    const PairSizes<T> of(v);
    const T cut = v[4] * v[1];
    const T wrong = larger(normal_upper_tail<T>(cut / sqrt(v[2])), normal_upper_tail<T>((v[1] - cut) / sqrt(v[3])));
    const RemovalSizes<T> around = of.around_one(T(1));
    return {2, 2, around.alpha, around.beta, of.squared_distance, of.squared_distance, wrong};
  }
};
struct Simplified {
  template <class T>
  T operator()(std::span<const T> v) const {
    const SimplificationBound<T> bound = simplification_upper(CellSizes{}(v));
    return bound.misclassified + bound.overlap;
  }
};
/// Proposition 7: R of Definition 1 and the unsquared distance m + D.
struct InformallySimplified {
  template <class T>
  T operator()(std::span<const T> v) const {
    SimplificationSizes<T> sizes = CellSizes{}(v);
    sizes.R = larger(abs(T(v[2] - 1)), T(v[1] + abs(T(v[3] - 1))));
    sizes.separation = v[1] + abs(T(v[2] - v[3]));
    const SimplificationBound<T> bound = informal_simplification_upper(sizes);
    return bound.misclassified + bound.overlap;
  }
};

struct PrintedSimplified {
  template <class T>
  T operator()(std::span<const T> v) const {
    return simplification_printed_upper(CellSizes{}(v));
  }
};

template <class Bound>
HuntProblem simplification(StatementId statement, StatementForm form, std::string part, Bound bound) {
  std::vector<HuntParameter> parameters = pair_of_components();
  parameters.push_back(linear("cut_over_m", "1/16", "15/16"));
  HuntProblem made =
      framed({statement, form, form == printed, std::move(part), std::move(parameters),
              "(1 - w) N(0, q1) + w N(m, q2) on the line, cells {1} left of the cut and {2} right of it, "
              "epsilon the larger exact probability of the wrong cell"});
  made.quick = [bound](std::span<const double> v) {
    const LinePair of(v);
    if (!(of.w < 1)) return std::numeric_limits<double>::quiet_NaN();
    const double cut = v[4] * of.m, infinity = std::numeric_limits<double>::infinity();
    double lhs = 0;
    for (const bool second : {false, true}) {
      const double mean = second ? of.m : 0, q = second ? of.q2 : of.q1, weight = second ? of.w : 1 - of.w;
      lhs += weight * of.mean_of(mean, q, -infinity, cut, [](double, double p2, double g) { return p2 * p2 * g; });
      lhs += weight * of.mean_of(mean, q, cut, infinity, [](double p1, double, double g) { return p1 * p1 * g; });
    }
    return log_ratio(HuntSides<double>{lhs, bound(v), false, ""});
  };
  made.certified = [bound](std::span<const Rational> v) {
    if (v[0] >= 1) return not_applicable("w < 1");
    std::vector<Ball> balls;
    for (const Rational& x : v) balls.push_back(from_rational<Ball>(x));
    const IntervalClustering cells{{v[4] * v[1]}, {0, 1}};
    return comparison({simplification_error_line(mixture(v), {{0}, {1}}, cells, 8).total,
                       bound(std::span<const Ball>(balls)), false, ""});
  };
  made.draws = 32;
  made.local_evaluations = 80;
  return made;
}

}  // namespace

std::vector<HuntProblem> line_scores() {
  return {removal(lemma_33, printed, "first part, c = 1/1000, alpha and beta the smaller and larger variance", false,
                  PrintedKept{}),
          removal(lemma_33, explicit_form, "first part, alpha <= 1 <= beta", false, Kept{}),
          removal(lemma_33, explicit_form, "second part, alpha <= 1 <= beta", true, Removed{}),
          removal(lemma_34, printed, "first part, c = 1/1000, squared distance", false, PrintedKeptAroundOne{}),
          removal(lemma_34, printed, "second part, squared distance", true, PrintedRemoved{}),
          removal(lemma_34, explicit_form, "first part", false, Kept{}),
          removal(lemma_34, explicit_form, "second part", true, Removed{}),
          simplification(cells_32, printed, "with the sign of p. 11", PrintedSimplified{}),
          simplification(cells_32, explicit_form, "", Simplified{}),
          simplification(proposition_7, explicit_form, "", InformallySimplified{})};
}

}  // namespace verimix::hunt_catalogue

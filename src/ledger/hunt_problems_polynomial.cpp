// Lemmas 42, 44, 45 and 46 on the line. The last three are about quantiles: a level L is a parameter, delta is the
// probability that the statistic exceeds it, and any bound that holds with probability 1 - delta' for every delta' <
// delta must reach L.
#include <cmath>

#include "hunt_problems.hpp"
#include "verimix/cluster/clustering_error.hpp"
#include "verimix/core/error.hpp"
#include "verimix/polynomial/coefficient_sum.hpp"

namespace verimix::hunt_catalogue {
namespace {

constexpr StatementId lemma_42{StatementKind::lemma, 42}, lemma_44{StatementKind::lemma, 44},
    lemma_45{StatementKind::lemma, 45}, lemma_46{StatementKind::lemma, 46};

/// a x^2 + b x + c.
template <class T>
struct Quadratic {
  T a, b, c;
  /// As a function of z where x = mean + sqrt(variance) z.
  Quadratic in(const T& mean, const T& variance) const {
    const T deviation = sqrt(variance);
    return {a * variance, (2 * a * mean + b) * deviation, (a * mean + b) * mean + c};
  }
};

template <class T>
bool is_positive(const T& x) {
  const Truth answer = less(T(0), x);
  if (answer == Truth::unknown) throw UndecidedError("a sign cannot be told: raise the precision");
  return answer == Truth::yes;
}

/// P[q(z) > 0] for z ~ N(0, 1).
template <class T>
T positive_probability(const Quadratic<T>& q) {
  if (equal(q.a, T(0)) == Truth::yes) {
    if (equal(q.b, T(0)) == Truth::yes) return is_positive(q.c) ? T(1) : T(0);
    return normal_upper_tail<T>(-q.c / abs(q.b));
  }
  const bool opens_up = is_positive(q.a);
  const T discriminant = q.b * q.b - 4 * q.a * q.c;
  if (!is_positive(discriminant)) return opens_up ? T(1) : T(0);
  // The root of larger size first, the other one from their product.
  const bool right = less(q.b, T(0)) == Truth::yes;
  const T sum = (right ? T(-q.b) : q.b) + sqrt(discriminant);
  const T far = (right ? sum : T(-sum)) / (2 * q.a), near = 2 * q.c / (right ? sum : T(-sum));
  const T low = smaller(far, near), high = larger(far, near);
  if (opens_up) return normal_upper_tail<T>(high) + normal_upper_tail<T>(-low);
  // On the left of 0 both tails are near 1: their mirror images lose nothing.
  if (less(high, T(0)) == Truth::yes) return normal_upper_tail<T>(-high) - normal_upper_tail<T>(-low);
  return normal_upper_tail<T>(low) - normal_upper_tail<T>(high);
}

/// P[|q(x)| > level], x ~ N(mean, variance).
template <class T>
T beyond(const Quadratic<T>& q, const T& mean, const T& variance, const T& level) {
  const Quadratic<T> z = q.in(mean, variance);
  return positive_probability<T>({z.a, z.b, z.c - level}) + positive_probability<T>({-z.a, -z.b, -z.c - level});
}

/// 1/2 N(0, q) + 1/2 N(gap, q + e): parameters q, gap, e.
template <class T>
struct Cell {
  T q, gap, e, alpha, beta, D, k1, k2;
  explicit Cell(std::span<const T> v)
      : q(v[0]),
        gap(v[1]),
        e(v[2]),
        alpha(smaller(q, T(1))),
        beta(larger(T(q + e), T(1))),
        D(gap + e),
        k1(1 / q),
        k2(1 / (q + e)) {}
  /// (x - at)^2 k - x^2 k_1 - q (k - k_1).
  Quadratic<T> input(const T& at, const T& k) const { return {k - k1, -2 * k * at, k * at * at - q * (k - k1)}; }
  T exceeds(const Quadratic<T>& f, const T& level) const {
    return (beyond(f, T(0), q, level) + beyond(f, gap, T(q + e), level)) / 2;
  }
  /// In (0, 1) certainly, so that "with probability at least 1 - delta" says something.
  static bool is_share(const T& delta) { return less(T(0), delta) == Truth::yes && less(delta, T(1)) == Truth::yes; }
};

template <bool with_constants>
struct SoftmaxInput {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const Cell<T> of(v);
    const T delta = of.exceeds(of.input(of.gap, of.k2), v[3]);
    if (!of.is_share(delta)) return outside<T>("0 < delta < 1");
    const T &a = of.alpha, &b = of.beta, &D = of.D;
    if (!with_constants) return {v[3], b * D * D / (a * a) * log(T(2 / delta)), false, ""};
    // softmax_input_upper, which balls are not made for.
    const T t = log(T(10 / delta)), root = sqrt(t);
    return {v[3],
            2 * b * D / (a * a) * (root + t) + D * D / a + 2 * sqrt(T(2 * b)) * root * (D * D / (a * a) + D / a) +
                D * D / (a * a),
            false, ""};
  }
};
template <bool with_constants>
struct LinearTerm {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const Cell<T> of(v);
    const T k = of.k2 - of.k1;
    const T delta = of.exceeds({T(0), k, T(-k * of.gap)}, v[3]);
    if (!of.is_share(delta)) return outside<T>("0 < delta < 1");
    const T &a = of.alpha, &b = of.beta, &D = of.D;
    if (!with_constants) return {v[3], sqrt(b) * D * D / (a * a) * log(T(2 / delta)), false, ""};
    // linear_term_upper.
    return {v[3], sqrt(b) * D / (a * a) * (1 + sqrt(T(2 * log(T(10 / delta))))) + D * D / (a * a), false, ""};
  }
};

/// Estimates gap + g and 1/(q + e) + h of the second component's mean and inverse, the rest exact.
template <bool with_constants>
struct InputError46 {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const Cell<T> of(v);
    const T k = of.k2 + v[5], size = abs(v[4]) + abs(v[5]);
    if (!at_most(T(0), k)) return outside<T>("Khat >= 0");
    const Quadratic<T> truth = of.input(of.gap, of.k2), estimate = of.input(T(of.gap + v[4]), k);
    const T delta = of.exceeds({truth.a - estimate.a, truth.b - estimate.b, truth.c - estimate.c}, v[3]);
    if (!of.is_share(delta)) return outside<T>("0 < delta < 1");
    const T &a = of.alpha, &b = of.beta, &D = of.D;
    if (!with_constants) {
      if (!at_most(T(k * a), T(2))) return outside<T>("|Khat| <= 2/alpha");
      return {v[3], b * D * D * size * size / a * log(T(2 / delta)), false, ""};
    }
    // input_error_upper.
    const T t = log(T(8 / delta)), root = sqrt(t), kappa = larger(k, of.k1);
    return {v[3],
            4 * b * size * (root + t) + 4 * sqrt(T(2 * b)) * root * size * (D + kappa) +
                size * (2 * D + 2 * D * D + D / (a * a)) + 4 * kappa * size * D + (2 * kappa + 2) * size * size,
            false, ""};
  }
};

/// |V_2 - Vhat_2| for V_2 = (K_2 - K_1)^2 (x - gap)^2 and its estimate with g and h.
struct SquaredTermError46 {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const Cell<T> of(v);
    const T k = of.k2 - of.k1, estimate = k + v[5], at = of.gap + v[4], size = abs(v[4]) + abs(v[5]);
    if (!at_most(T(0), T(of.k2 + v[5])) || !at_most(T((of.k2 + v[5]) * of.alpha), T(2)))
      return outside<T>("0 <= Khat <= 2/alpha");
    const T a = k * k, b = estimate * estimate;
    const T delta = of.exceeds({a - b, -2 * (a * of.gap - b * at), a * of.gap * of.gap - b * at * at}, v[3]);
    if (!of.is_share(delta)) return outside<T>("0 < delta < 1");
    const T square = of.D * of.D, along = of.alpha * of.alpha;
    return {v[3], of.beta * square * square * size * size * size / (along * along) * log(T(2 / delta)), false, ""};
  }
};

/// x ~ N(0, q), K_2 = v1, K_3 = v2, their means v3 and v4, the level v5.
template <bool with_constants>
struct FormDifference {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const T &q = v[0], &k2 = v[1], &k3 = v[2], &m2 = v[3], &m3 = v[4], f = k2 - k3;
    const T delta = beyond<T>({f, -2 * (k2 * m2 - k3 * m3), k2 * m2 * m2 - k3 * m3 * m3 - q * f}, T(0), q, v[5]);
    if (!Cell<T>::is_share(delta)) return outside<T>("0 < delta < 1");
    const T kappa = larger(k2, k3), size = abs(f), apart = abs(T(m3 - m2)), a2 = m2 * m2, a3 = m3 * m3;
    if (!with_constants) {
      const T t = -log(delta);
      return {v[5], q * size * t + kappa * (a2 + a3) + sqrt(q) * t * (size * abs(m2) + kappa * apart), false, ""};
    }
    // form_difference_upper.
    const T t = log(T(4 / delta)), root = sqrt(t);
    return {v[5],
            2 * q * size * (root + t) + kappa * larger(a2, a3) +
                2 * sqrt(T(2 * q)) * root * (size * abs(m2) + kappa * apart),
            false, ""};
  }
};

template <bool printed_form>
struct Coefficients {
  HuntSides<Ball> operator()(std::span<const Ball> v) const {
    const int l = static_cast<int>(approximate(v[0]));
    const Ball largest = line_coefficient_sum_upper(l, v[1], Ball(1));
    return {
        largest,
        printed_form ? printed_coefficient_sum_upper(1, l, v[1], Ball(1)) : coefficient_sum_upper(1, l, v[1], Ball(1)),
        false, ""};
  }
};

void add_cells(std::vector<HuntProblem>& all) {
  const std::vector<HuntParameter> cell{logarithmic("q", "1/16", "16"), logarithmic("gap", "1/16", "16"),
                                        logarithmic("e", "1/1024", "16"), logarithmic("L", "1/1024", "1024")};
  const std::string two = "1/2 N(0, q) + 1/2 N(gap, q + e) on the line, D = gap + e, delta = P[statistic > L]";
  all.push_back(problem({lemma_45, printed, true, "(a)", cell, two}, SoftmaxInput<false>{}));
  all.push_back(problem({lemma_45, printed, true, "(b)", cell, two}, LinearTerm<false>{}));
  all.push_back(problem({lemma_45, explicit_form, false, "(a)", cell, two}, SoftmaxInput<true>{}));
  all.push_back(problem({lemma_45, explicit_form, false, "(b)", cell, two}, LinearTerm<true>{}));
  std::vector<HuntParameter> estimated = cell;
  estimated.push_back(logarithmic("g", "1/1024", "4"));
  estimated.push_back(logarithmic("h", "1/1024", "4"));
  const std::string wrong = two + ", the second mean and inverse off by g and h, upsilon = g + h";
  all.push_back(problem({lemma_46, printed, true, "omega_1, D > 0", estimated, wrong}, InputError46<false>{}));
  all.push_back(problem({lemma_46, printed, true, "omega_2, D > 0", estimated, wrong}, SquaredTermError46{}));
  all.push_back(problem({lemma_46, explicit_form, false, "omega_1", estimated, wrong}, InputError46<true>{}));
  estimated[1] = linear("gap", "0", "4");
  estimated[2] = linear("e", "0", "4");
  all.push_back(problem({lemma_46, printed, true, "omega_1, D >= 0", estimated, wrong}, InputError46<false>{}));
}

}  // namespace

std::vector<HuntProblem> polynomial() {
  std::vector<HuntProblem> all;
  add_cells(all);
  const std::vector<HuntParameter> forms{logarithmic("q", "1/16", "16"),  logarithmic("K2", "1/16", "16"),
                                         logarithmic("K3", "1/16", "16"), linear("m2", "-4", "4"),
                                         linear("m3", "-4", "4"),         logarithmic("L", "1/1024", "1024")};
  const std::string line = "x ~ N(0, q) on the line, 1/alpha = max(K2, K3), delta = P[|difference| > L]";
  all.push_back(problem({lemma_44, printed, true, "", forms, line}, FormDifference<false>{}));
  all.push_back(problem({lemma_44, explicit_form, false, "", forms, line}, FormDifference<true>{}));
  const std::vector<HuntParameter> box{integer("l", "1", "12", false), logarithmic("L", "1", "64")};
  const std::string extremal = "the extremal polynomial R T_l(2 x/L - 1) on [0, L], R = 1, L >= 1, d = 1";
  all.push_back(ball_problem({lemma_42, printed, false, "", box, extremal}, Coefficients<true>{}));
  all.push_back(
      ball_problem({lemma_42, explicit_form, false, "(R/2)(2 + 8 e d)^l", box, extremal}, Coefficients<false>{}));
  return all;
}

}  // namespace verimix::hunt_catalogue

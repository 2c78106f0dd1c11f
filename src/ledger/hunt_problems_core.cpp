// Fact 37, Fact 19, Lemma 15, Lemma 21, Fact 39: numbers, matrices of two rows, polynomials of one variable.
#include "hunt_problems.hpp"
#include "verimix/core/concentration.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/hypercontractivity.hpp"
#include "verimix/simplify/overlap.hpp"

namespace verimix::hunt_catalogue {
namespace {

constexpr StatementId fact_37{StatementKind::fact, 37}, fact_19{StatementKind::fact, 19},
    lemma_15{StatementKind::lemma, 15}, lemma_21{StatementKind::lemma, 21}, fact_39{StatementKind::fact, 39};

// Fact 37 with the signs changed, so that both sides are positive where it holds.
struct PrintedLogarithm {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    return {-logarithm_difference_printed_upper(v[0]), -logarithm_difference_printed(v[0]), false, ""};
  }
};
struct Logarithm {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    return {-logarithm_difference_upper(v[0]), -logarithm_difference(v[0]), false, ""};
  }
};

/// A = Id of 2m rows, then P[x^T A x - tr A > s |A|_F] is a chi-square tail.
struct IdentityForm {
  static Ball tail(std::span<const Ball> v, Ball& r) {
    r = 2 * v[0];
    if (approximate(v[0]) > 4096) throw UndecidedError("m <= 4096, for the time that a tail takes");
    return chi_square_upper_tail(static_cast<long>(approximate(v[0])), r + v[1] * sqrt(r));
  }
};
/// A = diag(1, 1, q, q).
struct PairedForm {
  static Ball tail(std::span<const Ball> v, Ball& r) {
    r = 2 * (1 + v[0] * v[0]);
    return paired_quadratic_upper_tail({Ball(1), v[0]}, 2 * (1 + v[0]) + v[1] * sqrt(r));
  }
};

template <class Form>
struct HansonWright {
  HuntSides<Ball> operator()(std::span<const Ball> v) const {
    Ball r;
    const Ball tail = Form::tail(v, r);
    return {tail, hanson_wright_upper(v[1], r), false, ""};
  }
};
/// exp(-c min(s sqrt r, s^2)) with the constant 1/c: min(s sqrt r, s^2) <= (1/c) (-log P).
template <class Form>
struct PrintedHansonWright {
  HuntSides<Ball> operator()(std::span<const Ball> v) const {
    Ball r;
    const Ball tail = Form::tail(v, r);
    return {smaller(v[1] * sqrt(r), v[1] * v[1]), -log(tail), false, ""};
  }
};

/// |v - Pi v|^2 <= 2 |E|_op for A = v v^T + E, v = (a, 0), Pi the leading singular direction of A.
struct LeadingDirection {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const T a11 = v[0] * v[0] + v[1];
    const T &a12 = v[2], &a22 = v[3];
    const T half = (a11 - a22) / 2, radius = sqrt(T(half * half + a12 * a12));
    const Truth negative = less(T(a11 + a22), T(0));
    if (negative == Truth::unknown || less(T(0), radius) != Truth::yes) return outside<T>("a unique leading direction");
    const T cosine_squared = (1 + (negative == Truth::yes ? -half : half) / radius) / 2;
    const auto [low, high] = eigenvalues(v[1], v[2], v[3]);
    return {v[0] * v[0] * (1 - cosine_squared), 2 * larger(abs(low), abs(high)), false, ""};
  }
};

/// A = ((v0, v1), (v2, v3)), Q = diag(v4, v5), mu = (v6, v7).
template <class T>
QuadraticForm<T> plane_form(std::span<const T> v) {
  QuadraticForm<T> form{Matrix<T>(2, 2), Matrix<T>::Constant(2, 2, T(0)), Vector<T>(2)};
  form.a << v[0], v[1], v[2], v[3];
  form.covariance(0, 0) = v[4];
  form.covariance(1, 1) = v[5];
  form.mean << v[6], v[7];
  return form;
}

std::vector<HuntParameter> form_parameters() {
  return {linear("a11", "-1", "1"),   linear("a12", "-1", "1"),        linear("a21", "-1", "1"),
          linear("a22", "-1", "1"),   logarithmic("q1", "1/16", "16"), logarithmic("q2", "1/16", "16"),
          linear("mean1", "-4", "4"), linear("mean2", "-4", "4")};
}

template <bool printed_is_smaller>
struct FourthMoment {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const QuadraticForm<T> form = plane_form(v);
    const T truth = quadratic_form_second_moment(form), claim = quadratic_form_second_moment_printed(form);
    if (printed_is_smaller) return {claim, truth, false, ""};
    return {truth, claim, false, ""};
  }
};

/// (14): with |A|_F = 1 after division, beta the larger of q1 and q2.
template <int constant>
struct Equation14 {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    QuadraticForm<T> form = plane_form(v);
    const T norm = sqrt(T(v[0] * v[0] + v[1] * v[1] + v[2] * v[2] + v[3] * v[3]));
    if (less(T(0), norm) != Truth::yes) return outside<T>("A is not 0");
    for (Index i = 0; i < 4; ++i) form.a(i / 2, i % 2) = form.a(i / 2, i % 2) / norm;
    const T beta = larger(v[4], v[5]);
    const auto squared = [](const Vector<T>& x) { return T(x(0) * x(0) + x(1) * x(1)); };
    const T right = squared(form.a * form.mean), left = squared(form.a.transpose() * form.mean);
    return {quadratic_form_variance(form), constant * larger(T(beta * beta), T(beta * larger(right, left))), false, ""};
  }
};

double even_moment(const std::vector<double>& power) {
  double sum = 0, factorial = 1;
  for (std::size_t j = 0; j < power.size(); j += 2) {
    sum += power[j] * factorial;
    factorial *= static_cast<double>(j + 1);
  }
  return sum;
}

/// E p^{2h} <= (2h - 1)^{l h} (E p^2)^h for p = c0 + c1 x + c2 x^2 + c3 x^3 cut off at degree l.
double quick_power(std::span<const double> v) {
  const std::size_t l = static_cast<std::size_t>(v[4]);
  const int h = static_cast<int>(v[5]);
  const std::vector<double> p(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(l) + 1);
  std::vector<double> power{1};
  double second = 0;
  for (int t = 1; t <= 2 * h; ++t) {
    std::vector<double> next(power.size() + l, 0.0);
    for (std::size_t i = 0; i < power.size(); ++i)
      for (std::size_t j = 0; j <= l; ++j) next[i + j] += power[i] * p[j];
    power = std::move(next);
    if (t == 2) second = even_moment(power);
  }
  const double bound = static_cast<double>(l) * h * std::log(2 * h - 1.0) + h * std::log(second);
  return second > 0 ? std::log(even_moment(power)) - bound : std::numeric_limits<double>::quiet_NaN();
}

Comparison certified_power(std::span<const Rational> v) {
  const int l = static_cast<int>(v[4]), h = static_cast<int>(v[5]);
  SparsePolynomial p;
  for (int j = 0; j <= l; ++j) p.push_back({{j}, v[static_cast<std::size_t>(j)]});
  const Ball norm = hypercontractive_upper(l, Ball(2 * h));
  Ball bound = 1;
  for (int j = 0; j < h; ++j) bound = bound * norm * norm * from_rational<Ball>(gaussian_power_mean(p, 2));
  return comparison({from_rational<Ball>(gaussian_power_mean(p, 2 * h)), bound, false, ""});
}

HuntProblem power_mean(StatementForm form) {
  HuntProblem made = framed({fact_39,
                             form,
                             false,
                             "E p^t <= (t - 1)^{l t/2} (E p^2)^{t/2}, even t = 2 h",
                             {linear("c0", "-2", "2"), linear("c1", "-2", "2"), linear("c2", "-2", "2"),
                              linear("c3", "-2", "2"), integer("l", "1", "3", false), integer("h", "1", "4", false)},
                             "polynomials of degree l <= 3 in one variable; even powers, where p^t and |p|^t agree"});
  made.quick = quick_power;
  made.certified = certified_power;
  return made;
}

template <class Form>
void add_hanson_wright(std::vector<HuntProblem>& all, const std::string& part, const HuntParameter& first,
                       const std::string& instances) {
  const std::vector<HuntParameter> parameters{first, logarithmic("s", "1/16", "64")};
  all.push_back(ball_problem({fact_19, printed, true, part + ", the constant 1/c", parameters, instances},
                             PrintedHansonWright<Form>{}));
  all.push_back(ball_problem({fact_19, explicit_form, false, part, parameters, instances}, HansonWright<Form>{}));
}

}  // namespace

std::vector<HuntProblem> core() {
  const std::vector<HuntParameter> x{logarithmic("x", "1/1024", "1024")};
  std::vector<HuntProblem> all{
      problem({fact_37, printed, false, "signs changed: y^2/16 <= log(1/2 + x/2) - log(x)/4, y = (1 - x)/(1 + x)", x,
               "x > 0"},
              PrintedLogarithm{}),
      problem({fact_37, explicit_form, false, "signs changed: y^2/4 <= log(1/2 + x/2)/2 - log(x)/4", x, "x > 0"},
              Logarithm{}),
      power_mean(printed), power_mean(explicit_form)};
  add_hanson_wright<IdentityForm>(all, "A = Id", integer("m", "1", "64"), "A = Id of 2 m rows, the upper tail");
  add_hanson_wright<PairedForm>(all, "A = diag(1, 1, q, q)", linear("q", "-1", "15/16"),
                                "A = diag(1, 1, q, q), q not 0, the upper tail");
  const std::vector<HuntParameter> direction{logarithmic("a", "1/16", "16"), linear("e11", "-1", "1"),
                                             linear("e12", "-1", "1"), linear("e22", "-1", "1")};
  for (const StatementForm form : {printed, explicit_form})
    all.push_back(
        problem({lemma_15, form, false, "", direction, "d = 2, k = 1: A = (a, 0)(a, 0)^T + E"}, LeadingDirection{}));
  const std::string forms = "x ~ N(mean, diag(q1, q2)) in the plane, A any matrix";
  all.push_back(
      problem({lemma_21, printed, false, "the identity, printed value <= E (x^T A x)^2", form_parameters(), forms},
              FourthMoment<true>{}));
  all.push_back(
      problem({lemma_21, printed, false, "the identity, E (x^T A x)^2 <= printed value", form_parameters(), forms},
              FourthMoment<false>{}));
  all.push_back(
      problem({lemma_21, printed, true, "(14)", form_parameters(), forms + " divided by |A|_F"}, Equation14<1>{}));
  all.push_back(problem({lemma_21, explicit_form, false, "(14) with 6", form_parameters(), forms + " divided by |A|_F"},
                        Equation14<6>{}));
  return all;
}

}  // namespace verimix::hunt_catalogue

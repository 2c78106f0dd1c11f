#include "verimix/polynomial/softmax_polynomial.hpp"

#include <cmath>

#include "verimix/core/error.hpp"
#include "verimix/polynomial/coefficient_sum.hpp"
#include "verimix/polynomial/minimax.hpp"

namespace verimix {
namespace {

double logistic(double u) { return u < 0 ? std::exp(u) / (1 + std::exp(u)) : 1 / (1 + std::exp(-u)); }

Ball logistic(const Ball& u) { return 1 / (1 + exp(-u)); }

Series logistic(const Series& u) {
  const Series one = Series::constant(1, u.order());
  return one / (one + exp(-u));
}

// sup |logistic(theta + u) - P(u)| over |u| <= 2 L.
Ball logistic_error(const LinePolynomial& polynomial, const Rational& theta, const Rational& half) {
  const std::vector<Rational> monomials = monomials_on({-half, half}, polynomial);
  const auto error = [&](const Ball& v, long order) {
    Series coefficients(static_cast<long>(monomials.size()) - 1);
    for (std::size_t j = 0; j < monomials.size(); ++j)
      coefficients.set_coefficient(static_cast<long>(j), from_rational<Ball>(monomials[j]));
    const Series u =
        Series::constant(from_rational<Ball>(theta), order) + from_rational<Ball>(half) * Series::variable(v, order);
    return polynomial_at(coefficients, v, order) - logistic(u);
  };
  constexpr int digits = 5;
  return certified_supremum(Extremum::magnitude, error, {Ball(-1), Ball(1)}, digits).result.value;
}

}  // namespace

template <RealScalar T>
Vector<T> softmax(const Vector<T>& y, const Vector<T>& theta) {
  require_invariant(y.size() >= 1 && y.size() == theta.size(), "a softmax has an offset for each input");
  Vector<T> w = y + theta;
  const T top = w.maxCoeff();
  for (T& x : w) x = exp(T(x - top));
  return w / w.sum();
}

template <RealScalar T>
Matrix<T> softmax_jacobian(const Vector<T>& w) {
  Matrix<T> jacobian = -w * w.transpose();
  jacobian.diagonal() += w;
  return jacobian;
}

Ball softmax_gradient_upper() { return sqrt(Ball(2)) / 4; }
Ball softmax_slope_upper() { return Ball(1) / 2; }
Ball softmax_slope_to_l1_upper() { return 1 / sqrt(Ball(2)); }

int softmax_degree(int m, const Ball& L, const Ball& M, const Ball& epsilon) {
  require_invariant(m >= 1 && less(Ball(0), epsilon) == Truth::yes, "m >= 1 and epsilon > 0");
  if (m == 1 || less(epsilon, L * M * sqrt(Ball(m) / 2)) == Truth::no) return 0;
  const Ball degree = sqrt(Ball(2)) * bessel_zero_upper(m) * L * M * sqrt(Ball(m)) / epsilon;
  if (!(approximate(degree) < 1e9))
    throw InputError("", "epsilon", std::to_string(approximate(epsilon)), "a degree below 1000000000");
  int result = static_cast<int>(std::floor(approximate(degree)));
  while (less(Ball(result), degree) != Truth::no) ++result;
  return result;
}

Ball softmax_degree_upper(int m, const Ball& L, const Ball& M, const Ball& epsilon) {
  return pi<Ball>() / sqrt(Ball(2)) * L * M * static_cast<long>(m) * sqrt(Ball(m)) / epsilon;
}

Ball softmax_coefficient_sum_upper(int m, int degree, const Ball& L) {
  // Each output lies in [0, 1] on a ball that holds [0, L]^m.
  return static_cast<long>(m) * coefficient_sum_upper(m, degree, L, 1);
}

template <RealScalar T>
T softmax_coefficient_sum_upper(int m, int degree, const T& L) {
  require_invariant(m >= 1 && degree >= 0 && L > 0, "m >= 1, degree >= 0, L > 0");
  if (degree == 0) return T(m);
  return m * pow(T((2 + 8 * m * exp(T(1))) * std::max(T(1), T(1 / L))), degree) / 2;
}

JacksonApproximation softmax_polynomial(const Vector<double>& theta, double L, int degree) {
  const auto m = static_cast<int>(theta.size());
  return JacksonApproximation([theta](const Vector<double>& y) { return softmax<double>(y, theta); }, m,
                              L * std::sqrt(static_cast<double>(m)), degree);
}

std::optional<int> minimal_logistic_degree(const Rational& theta, const Rational& L, const Rational& M,
                                           const Rational& epsilon, int largest) {
  require_invariant(L > 0 && M > 0 && epsilon > 0, "L, M and epsilon are positive");
  const RationalInterval interval{-2 * L, 2 * L};
  const Ball offset = from_rational<Ball>(theta), goal = from_rational<Ball>(epsilon / (2 * M));
  const auto rounded = [at = static_cast<double>(theta)](double u) { return logistic(at + u); };
  const auto fails = [&](int degree) {
    const RemezResult found = remez(rounded, interval, degree);
    const BallPrecision precision(128 + 2 * static_cast<long>(degree));
    return less(goal, minimax_error_lower([&](const Ball& u) { return logistic(offset + u); }, found.reference));
  };
  // Minus a half it is odd for theta = 0: odd degrees are found one degree higher, where the top coefficient is 0.
  const auto suffices = [&](int degree) {
    RemezResult found = remez(rounded, interval, theta == 0 && degree % 2 == 1 ? degree + 1 : degree);
    found.polynomial.coefficients.resize(static_cast<std::size_t>(degree) + 1);
    return less(goal, logistic_error(found.polynomial, theta, 2 * L)) == Truth::no;
  };
  for (int degree = 0; degree <= largest; ++degree) {
    if (remez(rounded, interval, degree).levelled > approximate(goal)) continue;
    if (suffices(degree) && (degree == 0 || fails(degree - 1) == Truth::yes)) return degree;
  }
  return std::nullopt;
}

template double softmax_coefficient_sum_upper(int, int, const double&);
template Real50 softmax_coefficient_sum_upper(int, int, const Real50&);
template Vector<double> softmax(const Vector<double>&, const Vector<double>&);
template Vector<Real50> softmax(const Vector<Real50>&, const Vector<Real50>&);
template Matrix<double> softmax_jacobian(const Vector<double>&);
template Matrix<Real50> softmax_jacobian(const Vector<Real50>&);

}  // namespace verimix

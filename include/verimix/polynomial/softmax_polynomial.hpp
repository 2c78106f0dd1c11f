// The softmax, how steep it is, and polynomials in its place: [CKS25] equation (46) and Lemma 43. Derivations:
// proofs-notes/polynomial/softmax_polynomial.md.
#pragma once

#include <optional>
#include <vector>

#include "verimix/polynomial/jackson.hpp"

namespace verimix {

/// w_i = e^{y_i + theta_i}/sum_j e^{y_j + theta_j}; the largest exponent is taken out first. m entries each, m >= 1.
template <RealScalar T>
Vector<T> softmax(const Vector<T>& y, const Vector<T>& theta);

/// J = dw/dy = diag(w) - w w^T.
template <RealScalar T>
Matrix<T> softmax_jacobian(const Vector<T>& w);

/// Sharp for every m >= 2, for every theta: |grad w_i|_2 <= sqrt(2)/4, |J|_{2->2} <= 1/2, |J|_{2->1} <= 1/sqrt(2),
/// |J|_{inf->1} <= 1; all attained at w = (1/2, 1/2, 0, ...). The printed sqrt(m) for the first is loose.
Ball softmax_gradient_upper();
Ball softmax_slope_upper();
Ball softmax_slope_to_l1_upper();

/// The least l that sqrt(2) j L M sqrt(m)/epsilon <= l guarantees, j = j_{(m-2)/2, 1}, with 0 where degree 0 suffices
/// (2 M max|w - w(0)|_1 <= ... : L M sqrt(m/2) <= epsilon): a polynomial q of degree at most l in y with
///   |G(x) w(r(x)) - G(x) q(r(x))| <= epsilon  wherever |r_i(x)| <= L and |g_i(x)| <= M.
/// Throws InputError (field "epsilon") where l is above 10^9. Domain: m >= 1; L, M >= 0; epsilon > 0.
int softmax_degree(int m, const Ball& L, const Ball& M, const Ball& epsilon);

/// (pi/sqrt 2) L M m^{3/2}/epsilon, which bounds the above before rounding up; the printed order is L M m^2/epsilon.
Ball softmax_degree_upper(int m, const Ball& L, const Ball& M, const Ball& epsilon);

/// (m/2) (2 + 8 e m)^l max(1, L^-l) >= sum over outputs and monomials of |c|, for the q of Jackson's construction.
Ball softmax_coefficient_sum_upper(int m, int degree, const Ball& L);
/// The same in floating point, whatever its size: for degrees that only a proof promises. Infinite where it overflows.
template <RealScalar T>
T softmax_coefficient_sum_upper(int m, int degree, const T& L);

/// Jackson's polynomial for y -> w(y; theta) on the ball of radius L sqrt(m), which holds [-L, L]^m. Its outputs lie in
/// [0, 1]. Throws what JacksonApproximation throws.
JacksonApproximation softmax_polynomial(const Vector<double>& theta, double L, int degree);

/// For m = 2: w_2 = 1/(1 + e^{-u}), u = y_2 - y_1 + theta_2 - theta_1. The least degree l of a q with M |w - q|_1 <=
/// epsilon for |y_i| <= L, proved from both sides (M 2 E_l <= epsilon and M 2 E_{l-1} > epsilon, E_l the best uniform
/// error of the logistic function on |u - theta| <= 2 L); nothing beyond degree `largest`. Domain: L > 0, M > 0,
/// epsilon > 0.
std::optional<int> minimal_logistic_degree(const Rational& theta, const Rational& L, const Rational& M,
                                           const Rational& epsilon, int largest = 200);

extern template double softmax_coefficient_sum_upper(int, int, const double&);
extern template Real50 softmax_coefficient_sum_upper(int, int, const Real50&);
extern template Vector<double> softmax(const Vector<double>&, const Vector<double>&);
extern template Vector<Real50> softmax(const Vector<Real50>&, const Vector<Real50>&);
extern template Matrix<double> softmax_jacobian(const Vector<double>&);
extern template Matrix<Real50> softmax_jacobian(const Vector<Real50>&);

}  // namespace verimix

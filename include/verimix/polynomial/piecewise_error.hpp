// The error of a piecewise polynomial score, cells, regions and fallbacks together: [CKS25] Proposition 48 (informally
// Proposition 5) with constants. Derivations: proofs-notes/polynomial/piecewise_error.md.
#pragma once

#include <optional>

#include "verimix/polynomial/sub_mixture_score.hpp"

namespace verimix {

/// M with alpha Id <= Q_i <= beta Id and |mu_i| <= R; cells U_1, ..., U_{n_c} partition [k], `largest` components in
/// the largest, |mu_i - mu_j| + |Q_i - Q_j|_F <= D within each; a clustering function c, and a region B_t for each
/// cell.
template <Scalar T>
struct PiecewiseSizes {
  Index cells, largest;
  T alpha, beta, R, D;
  /// E_M|s - s(.; M(U_{c(x)}))|^2 or more: Proposition 32 (simplify/simplification_bound.hpp), on the line the error
  /// itself (simplify/line_removal.hpp).
  T simplification;
  /// P_{N_i}[c(x) = t, x outside B_t] or more, for every i not in U_t; P_{N_i}[c(x) = t] is.
  T wrong_outside;
};

/// Proposition 48 in a form that holds: polynomials p_t within eta of s(.; M(U_t)) on B_t, P_{M(U_t)}[B_t^c] <= delta,
/// shat = p_t on B_t and -Q_i^{-1}(x - mu_i) outside it, i any component of U_t, wherever c(x) = t. Then
///   E_M|s - shat|^2 <= ( sqrt(simplification) + sqrt(eta^2 + sqrt(delta) f^2
///                                                     + (n_c - 1) sqrt(wrong_outside u) g^2) )^2,
///   u = largest, f = 3^{1/4} sqrt(beta) D/alpha^2 + D/alpha, g = 3^{1/4} sqrt(beta) D/alpha^2 + 4 R/alpha.
/// shat has 2 n_c pieces. Deviations from the printed form: the regions are of the true parameters, every constant is
/// there, the fallback has the sign of a score. Domain: 1 <= largest, 1 <= cells, alpha > 0, 0 <= delta <= 1, the other
/// sizes >= 0, wrong_outside <= 1.
template <Scalar T>
T piecewise_error_upper(const PiecewiseSizes<T>& sizes, const T& delta, const T& eta);

/// Polynomials that Lemma 43 promises: within `eta` of the scores of their cells on the regions |V_1| <= zeta_1*, |(K_j
/// - K_1)(x - mu_j)| <= zeta_2* (sub_mixture_score.hpp) of probability 1 - delta, of this degree at most.
template <RealScalar T>
struct PiecewiseDegree {
  T delta, eta, degree;
};

/// A degree that brings piecewise_error_upper to epsilon: what the simplification and the wrong cells leave of epsilon
/// goes half to eta^2 and half to sqrt(delta) f^2 (delta <= 1/2), and the degree is 2 l + 1 with l of
/// softmax_polynomial_degree. Nothing where they leave nothing: then the cells are too close for this epsilon. Domain
/// as above, epsilon > 0.
template <RealScalar T>
std::optional<PiecewiseDegree<T>> piecewise_degree(const PiecewiseSizes<T>& sizes, const T& epsilon);

extern template double piecewise_error_upper(const PiecewiseSizes<double>&, const double&, const double&);
extern template Real50 piecewise_error_upper(const PiecewiseSizes<Real50>&, const Real50&, const Real50&);
extern template Ball piecewise_error_upper(const PiecewiseSizes<Ball>&, const Ball&, const Ball&);
extern template std::optional<PiecewiseDegree<double>> piecewise_degree(const PiecewiseSizes<double>&, const double&);
extern template std::optional<PiecewiseDegree<Real50>> piecewise_degree(const PiecewiseSizes<Real50>&, const Real50&);

}  // namespace verimix

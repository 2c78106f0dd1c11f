// What points of other components cost in a cell, and how the error of a piecewise score splits: [CKS25] (56)-(59) and
// Lemma 47, in forms that hold. Derivations: proofs-notes/polynomial/wrong_cell.md.
#pragma once

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// What Lemma 47 is about: components U of M with alpha Id <= Q_i <= beta Id for all of M and |mu_i| <= R, D within U;
/// estimates within upsilon of one component of U, |Khat|_op <= kappa; P_{N_i}[c(x) = t] <= delta for i not in U; a
/// polynomial within epsilon of s(x; M(U)) on the region B, and the fallback -Khat (x - muhat) outside it.
template <Scalar T>
struct WrongCellSizes {
  Index components, all_components;
  T alpha, beta, R, D, upsilon, kappa, delta, epsilon;
};

/// E_{x ~ M(U^c)} |s(x; M(U)) - shat(x)|^2 1{c(x) = t}
///   <= epsilon^2 delta + sqrt(delta |U|) (3^{1/4} sqrt(beta) (D/alpha^2 + v) + 2 R/alpha + kappa (2 R + v))^2,  v =
///   upsilon,
/// whatever B is: it need not be likely for points of U^c. Domain: all sizes >= 0, alpha > 0, delta <= 1.
template <Scalar T>
T wrong_cell_error_upper(const WrongCellSizes<T>& sizes);

/// The printed right-hand side, constant 1: (beta^2/alpha^8) k^3 (v D R)^4 sqrt(delta). It is 0 for exact estimates and
/// for D = 0, where the left-hand side is not.
template <RealScalar T>
T printed_wrong_cell_error(const WrongCellSizes<T>& sizes);

/// (56) + (57) is not the whole error, since the cross term is missing; twice their sum bounds it: 2 (a + b) >= E|s -
/// shat|^2 1{c = t} for a = E|s - s_U|^2 1{c = t}, b = E|s_U - shat|^2 1{c = t}.
template <RealScalar T>
T split_error_upper(const T& simplification, const T& approximation);

extern template double wrong_cell_error_upper(const WrongCellSizes<double>&);
extern template Real50 wrong_cell_error_upper(const WrongCellSizes<Real50>&);
extern template Ball wrong_cell_error_upper(const WrongCellSizes<Ball>&);
extern template double printed_wrong_cell_error(const WrongCellSizes<double>&);
extern template Real50 printed_wrong_cell_error(const WrongCellSizes<Real50>&);
extern template double split_error_upper(const double&, const double&);
extern template Real50 split_error_upper(const Real50&, const Real50&);

}  // namespace verimix

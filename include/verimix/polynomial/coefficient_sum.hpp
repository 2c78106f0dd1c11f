// Polynomials in d variables as sums of monomials, the form in which they are exchanged, and how large their
// coefficients are when their values are bounded: [CKS25] Lemma 42. Derivations:
// proofs-notes/polynomial/coefficient_sum.md.
#pragma once

#include <map>
#include <vector>

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// sum_a c_a x^a, exact: exponents (d each) with their coefficients.
struct MonomialPolynomial {
  Index dimension = 1;
  std::map<std::vector<int>, Rational> coefficients;

  int degree() const;
  /// sum_a |c_a|.
  Rational coefficient_sum() const;
  /// x has d entries.
  Rational operator()(const std::vector<Rational>& x) const;

  friend MonomialPolynomial operator+(const MonomialPolynomial& a, const MonomialPolynomial& b);
  friend MonomialPolynomial operator*(const MonomialPolynomial& a, const MonomialPolynomial& b);
};

/// The constant c, and c + slope x_axis, in d variables.
MonomialPolynomial constant_polynomial(Index dimension, const Rational& c);
MonomialPolynomial affine_polynomial(Index dimension, Index axis, const Rational& c, const Rational& slope);

/// T_n(c + slope x_axis).
MonomialPolynomial chebyshev_polynomial(Index dimension, Index axis, int n, const Rational& c, const Rational& slope);

/// An exact bound R on |p| over [0, L]^d: the largest Bernstein coefficient. Never too small; the truth in the limit of
/// finer boxes, and for d = 1 at most (4 e)^l too large. Domain: L > 0.
Rational box_bound(const MonomialPolynomial& p, const Rational& L);

/// (R/2) (2 + 8 e d)^l max(1, L^-l) >= sum_a |c_a| for every polynomial of degree at most l in d variables with |p| <=
/// R on [0, L]^d (R for l = 0). Domain: d >= 1, l >= 0, L > 0, R >= 0.
Ball coefficient_sum_upper(Index dimension, int degree, const Ball& L, const Ball& R);

/// R T_l(1 + 2/L), the least such bound for d = 1: attained by R T_l(2 x/L - 1). Domain: as above.
Ball line_coefficient_sum_upper(int degree, const Ball& L, const Ball& R);

/// R (2 L (d + l))^{3 l}, the printed bound, true for L >= 1 only. Domain: as above.
Ball printed_coefficient_sum_upper(Index dimension, int degree, const Ball& L, const Ball& R);

}  // namespace verimix

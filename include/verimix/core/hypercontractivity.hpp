// Moments of polynomials of a Gaussian vector: [CKS25] Fact 39 (hypercontractivity). Proof: proofs-notes/core/
// hypercontractivity.md.
#pragma once

#include <vector>

#include "verimix/core/rational.hpp"

namespace verimix {

/// coefficient * x_1^{e_1} ... x_d^{e_d}; exponents not written are 0.
struct PolynomialTerm {
  std::vector<int> exponents;
  Rational coefficient;
};
/// A sum of terms; the same exponents may occur more than once.
using SparsePolynomial = std::vector<PolynomialTerm>;

/// The largest sum of exponents of a term with a coefficient that is not 0; 0 for the polynomial 0.
int degree(const SparsePolynomial& p);

/// E p(z)^t for z ~ N(0, Id), exact. For odd t it may be negative. Domain: t >= 0, exponents >= 0 (InputError, fields
/// "t", "exponents").
Rational gaussian_power_mean(const SparsePolynomial& p, int t);

/// E|p(z)|^t, z ~ N(0, 1), p(x) = sum_j c_j x^j, for real t: rigorous quadrature and a proved tail; |p|^t is not
/// analytic at the roots of p, next to which the pieces become small. Domain: t > 0, at most 64 coefficients
/// (InputError, fields "t", "coefficients").
Ball gaussian_absolute_power_mean(const std::vector<Rational>& coefficients, const Rational& t);

/// Fact 39: for every polynomial p of degree at most l on R^d, every Gaussian x and every real t >= 2,
///   (E|p(x)|^t)^{1/t} <= (t-1)^{l/2} (E p(x)^2)^{1/2};
/// this returns (t-1)^{l/2}. Of the bases to the power l/2 none below t-1 will do. Domain: t >= 2, l >= 0 (InputError,
/// fields "t", "degree"). Deviation: |p|^t where the paper prints p^t, which need not be defined.
template <Scalar T>
T hypercontractive_upper(int degree, const T& t);

extern template double hypercontractive_upper(int, const double&);
extern template Real50 hypercontractive_upper(int, const Real50&);
extern template Ball hypercontractive_upper(int, const Ball&);

}  // namespace verimix

// Hermite polynomials whitened by a Gaussian as monomials, for exchange. Derivation: proofs-notes/polynomial/basis.md.
#pragma once

#include "verimix/polynomial/basis.hpp"
#include "verimix/polynomial/coefficient_sum.hpp"

namespace verimix {

/// sum_a c_a psi_a(x) as monomials in x; c stands in the order of the basis. Exact but for the roots sqrt(n) in h_n and
/// the factor L^{-1}, which are those of T. Throws InputError (field "coefficients") for another number of
/// coefficients.
template <RealScalar T>
MonomialPolynomial hermite_monomials(const HermiteBasis<T>& basis, const Vector<T>& coefficients);

/// The sizes of those monomial coefficients sum to at most max_a |c_a| times this: sum_a prod_j S_{a_j}, where S_0 = 1,
/// S_1 = y, sqrt(n + 1) S_{n+1} = y S_n + sqrt(n) S_{n-1} bounds the sum for h_n(u_j), y the sum for u_j; equality for
/// one h_n on the line with mean 0. For the polynomials with exact roots of the basis' L^{-1}.
template <RealScalar T>
Ball hermite_monomial_sum_upper(const HermiteBasis<T>& basis);

extern template MonomialPolynomial hermite_monomials(const HermiteBasis<double>&, const Vector<double>&);
extern template MonomialPolynomial hermite_monomials(const HermiteBasis<Real50>&, const Vector<Real50>&);
extern template Ball hermite_monomial_sum_upper(const HermiteBasis<double>&);
extern template Ball hermite_monomial_sum_upper(const HermiteBasis<Real50>&);

}  // namespace verimix

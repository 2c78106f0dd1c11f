// The sums of a least-squares fit from the moments of its points: a product of two Hermite polynomials is a short sum
// of Hermite polynomials, so that the p(p+1)/2 sums of a Gram matrix are combinations of binom(d + 2l, d). Derivations:
// proofs-notes/regress/hermite_moments.md.
#pragma once

#include "verimix/regress/gram.hpp"

namespace verimix {

/// c(m, n, k) = k! binom(m, k) binom(n, k) sqrt((m + n - 2k)!/(m! n!)), with which
///   h_m h_n = sum_{k <= min(m, n)} c(m, n, k) h_{m+n-2k}.
/// Domain: 0 <= k <= min(m, n). Floating point: a few (m + n) unit roundoffs.
template <RealScalar T>
T linearisation(int m, int n, int k);

/// R = max_a K_a/S_aa, K_a = sum_{j <= a} 2^|j| binom(a, j) S_{a-j,a-j}, over the polynomials of the basis: 3^l where
/// all S_aa are equal. Infinite where some S_aa is not positive. `diagonal` is that of the Gram matrix S.
template <RealScalar T>
T moment_amplification(const HermiteBasis<T>& basis, const Vector<T>& diagonal);

/// S as augmented_gram has it, and how many times its rounding this one's may be: moment_amplification of S. Sums of
/// neighbouring points may be added.
template <RealScalar T>
struct MomentSums {
  Matrix<T> sums;
  T amplification;
};

/// S from the moments sum_i w_i phi_c(x_i), |c| <= 2l. Error of an entry S_ab of the Gram matrix: (count + 2^l +
/// 8 (d + l)^2) unit roundoffs of sqrt(K_a K_b), where that of augmented_gram is in proportion to sqrt(S_aa S_bb); the
/// other entries are as accurate as there. Not finite where a moment is too large for T (sqrt((2l)!) is the size of
/// one). Throws InputError as basis_size does for degree 2l in half of the variables.
template <RealScalar T>
MomentSums<T> gram_by_moments(const HermiteBasis<T>& basis, const Observations<T>& observed);

/// Are the moments of `count` points quicker than augmented_gram? From a count of products, so the answer is the same
/// on every machine. Domain: d >= 1, degree >= 0.
bool moments_are_quicker(Index dimension, int degree, Index count);

extern template double linearisation(int, int, int);
extern template Real50 linearisation(int, int, int);
extern template double moment_amplification(const HermiteBasis<double>&, const Vector<double>&);
extern template Real50 moment_amplification(const HermiteBasis<Real50>&, const Vector<Real50>&);
extern template MomentSums<double> gram_by_moments(const HermiteBasis<double>&, const Observations<double>&);
extern template MomentSums<Real50> gram_by_moments(const HermiteBasis<Real50>&, const Observations<Real50>&);

}  // namespace verimix

// The polynomial that stands for the score of a sub-mixture, made in any dimension: Lemma 43's shape with q found by
// weighted least squares instead of Jackson's construction ([CKS25] Proposition 40). Derivations:
// proofs-notes/polynomial/softmax_polynomial.md.
#pragma once

#include <cstdint>
#include <vector>

#include "verimix/mixture/mixture.hpp"
#include "verimix/polynomial/chebyshev_basis.hpp"
#include "verimix/polynomial/sub_mixture_score.hpp"

namespace verimix {

/// shat(x) = -K_1 (x - mu_1) - sum_{i >= 2} q_i(r(x)) g_i(x) on the region B = {|V_1^{(j)}| <= 2 L, |(K_j - K_1)(x -
/// mu_j)| <= linear for all j}, and -K_1 (x - mu_1) outside it; r_j = -V_1^{(j)}/2, q of total degree l in (r_2, ...,
/// r_m), so degree at most 2 l + 1 in x.
class SubMixturePolynomial {
 public:
  /// q minimises sum_y |w(y; theta) - q(y)|^2 over `draws` points y of the box [-L, L]^{m-1}, drawn with the arcsine
  /// law in each coordinate, which has q near the best in the sup-norm where the mean over M would have it run off at
  /// the rim. L and `linear` are the quantiles of order 1 - delta/2 of what `draws` draws from the mixture have, but
  /// never above zeta_1*/2 and zeta_2* of sub_mixture_score.hpp, so P(B^c) is about delta or less. Throws InputError as
  /// basis_size does, (field "draws") for fewer than twice the size of the basis. Domain: m >= 2 components, the second
  /// unlike the first, weights > 0, 0 < delta < 1, degree >= 0.
  SubMixturePolynomial(const Mixture<double>& mixture, int degree, double delta, Index draws, std::uint64_t seed);

  /// d x n: shat at the columns of `points` (d x n).
  Matrix<double> operator()(const Matrix<double>& points) const;
  std::vector<bool> inside(const Matrix<double>& points) const;
  const Mixture<double>& mixture() const { return mixture_; }
  double L() const { return L_; }

 private:
  Matrix<double> inputs(const Matrix<double>& points) const;
  void fit(Index draws, std::uint64_t seed);

  Mixture<double> mixture_;
  Triplets<double> triplets_;
  double L_ = 0, linear_ = 0;
  int degree_;
  /// (m - 1) x size of the basis.
  Matrix<double> coefficients_;
};

/// What fresh draws show; nothing here is a bound.
struct MeasuredApproximation {
  /// The largest |s - shat| among the draws in B; the mean of |s - shat|^2 over all draws; the share of draws outside
  /// B.
  double largest_inside, mean_square, outside;
};
/// Domain: draws >= 1; another seed than the polynomial's.
MeasuredApproximation measured_approximation(const SubMixturePolynomial& polynomial, Index draws, std::uint64_t seed);

}  // namespace verimix

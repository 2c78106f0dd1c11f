// The difference of two quadratic forms of a Gaussian: [CKS25] Lemma 44. Derivations:
// proofs-notes/polynomial/quadratic_forms.md.
#pragma once

#include <vector>

#include "verimix/core/linear_algebra.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// Parameters (mu_j, Q_j, K_j), j = 1..m, of components or of their estimates: for the truth K_j = Q_j^{-1}; an
/// estimate of Q_j^{-1} need not be the inverse of that of Q_j. All K_j symmetric.
template <RealScalar T>
struct Triplets {
  /// d x m.
  Matrix<T> means;
  /// m of d x d.
  std::vector<Matrix<T>> covariances, inverses;

  Index dimension() const { return means.rows(); }
  Index size() const { return means.cols(); }
};

/// The parameters of a mixture, with their inverses. Throws InputError (field "covariance") if one is not positive
/// definite in T.
template <RealScalar T>
Triplets<T> triplets(const Mixture<T>& mixture);

/// |x - mu_j|^2_{K_j} - |x - mu_i|^2_{K_i} - <centre, K_j - K_i> at the columns of `points` (d x n): n entries. Lemma
/// 44 is about this with the centre Q_1, for x ~ N(mu_1, Q_1).
template <RealScalar T>
Vector<T> form_difference(const Triplets<T>& of, Index j, Index i, const Matrix<T>& centre, const Matrix<T>& points);

/// The sizes that the bound reads: beta >= |Q_1|, `frobenius` >= |K_2 - K_3|_F, `spectral` >= |K_2 - K_3|_op, kappa >=
/// |K_2|_op and |K_3|_op, and the distances |mu_1 - muhat_2|, |mu_1 - muhat_3|, |muhat_3 - muhat_2|.
template <Scalar T>
struct FormSizes {
  T beta, frobenius, spectral, kappa, to_second, to_third, between;
};

/// The exact sizes for x ~ N(mean, covariance) and the triplets j and i.
template <RealScalar T>
FormSizes<T> form_sizes(const Triplets<T>& of, Index j, Index i, const Vector<T>& mean, const Matrix<T>& covariance);

/// With t = log(4/delta),
///   2 beta (F sqrt t + S t) + kappa max(a^2, b^2) + 2 sqrt(2 beta t) (S a + kappa c),
/// F, S, kappa, a, b, c the sizes in their order: |form_difference| exceeds it with probability at most delta over x ~
/// N(mu_1, Q_1), if K_2 and K_3 are positive semidefinite; for others `max` has to be a sum, which `semidefinite =
/// false` gives. Domain: 0 < delta < 1.
template <Scalar T>
T form_difference_upper(const FormSizes<T>& sizes, const T& delta, bool semidefinite = true);

/// The printed right-hand side with its hidden constant set to 1 and kappa <= 1/alpha:
///   beta F log(1/delta) + (a^2 + b^2)/alpha + sqrt(beta) log(1/delta) (S a + c/alpha).
/// For delta <= 1/2 and kappa <= 1/alpha, form_difference_upper is at most 10.2 times this.
template <Scalar T>
T printed_form_difference(const FormSizes<T>& sizes, const T& alpha, const T& delta);

extern template struct Triplets<double>;
extern template struct Triplets<Real50>;
extern template Triplets<double> triplets(const Mixture<double>&);
extern template Triplets<Real50> triplets(const Mixture<Real50>&);
extern template Vector<double> form_difference(const Triplets<double>&, Index, Index, const Matrix<double>&,
                                               const Matrix<double>&);
extern template Vector<Real50> form_difference(const Triplets<Real50>&, Index, Index, const Matrix<Real50>&,
                                               const Matrix<Real50>&);
extern template FormSizes<double> form_sizes(const Triplets<double>&, Index, Index, const Vector<double>&,
                                             const Matrix<double>&);
extern template FormSizes<Real50> form_sizes(const Triplets<Real50>&, Index, Index, const Vector<Real50>&,
                                             const Matrix<Real50>&);
extern template double form_difference_upper(const FormSizes<double>&, const double&, bool);
extern template Real50 form_difference_upper(const FormSizes<Real50>&, const Real50&, bool);
extern template double printed_form_difference(const FormSizes<double>&, const double&, const double&);
extern template Real50 printed_form_difference(const FormSizes<Real50>&, const Real50&, const Real50&);
extern template Ball form_difference_upper(const FormSizes<Ball>&, const Ball&, bool);
extern template Ball printed_form_difference(const FormSizes<Ball>&, const Ball&, const Ball&);

}  // namespace verimix

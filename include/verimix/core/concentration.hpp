// Quadratic forms of Gaussian vectors: tails ([CKS25] Fact 19, Hanson-Wright) and second moments ([CKS25] Lemma 21).
#pragma once

#include <vector>

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// Right side of Fact 19, for both tails: for any square A (symmetric or not) with |A|_F^2 >= r |A|_op^2 and x ~ N(0,
/// Id),
///   P[x^T A x - tr A > s |A|_F],  P[x^T A x - tr A < -s |A|_F]  <=  exp(-(r/2)(y - log(1 + y))),   y = s/sqrt(r).
/// It falls with r, so any r that the hypothesis allows may be taken. Domain: r > 0, s >= 0.
template <Scalar T>
T hanson_wright_upper(const T& s, const T& r);

/// The form that is printed, exp(-c min(s sqrt(r), s^2)), with the constant that makes it true and that cannot be
/// raised: c = (1 - log 2)/2 = 0.1534... It is never below hanson_wright_upper. Domain as there.
template <RealScalar T>
T hanson_wright_printed_upper(const T& s, const T& r);

/// For A >= 0 the lower tail is smaller: P[x^T A x - tr A < -s |A|_F] <= exp(-s^2/4). Domain: s >= 0.
template <Scalar T>
T hanson_wright_lower_tail_upper(const T& s);

/// A left side of Fact 19: P[chi^2 with 2 m degrees of freedom > level] = e^{-level/2} sum_{j < m} (level/2)^j/j!, a
/// sum of positive terms. That is A = Id with d = 2 m. Domain: m >= 1, level >= 0.
Ball chi_square_upper_tail(long m, const Ball& level);

/// A left side of Fact 19 for indefinite A: P[sum_j e_j (g_j^2 + h_j^2) > level] for independent standard normal g_j,
/// h_j, i.e. A = diag(e_1, e_1, e_2, e_2, ...), by partial fractions; the precision must carry the cancellation of the
/// weights, of order prod |e_j/(e_j - e_l)|. Domain: eigenvalues not 0 and different from each other; throws InputError
/// (field "eigenvalues") where two certainly agree or one is certainly 0, UndecidedError where balls cannot tell.
Ball paired_quadratic_upper_tail(const std::vector<Ball>& eigenvalues, const Ball& level);

/// A quadratic form x^T A x of x ~ N(mu, Q): A is d x d, symmetric or not, Q symmetric positive semidefinite.
template <Scalar T>
struct QuadraticForm {
  Matrix<T> a;
  Matrix<T> covariance;
  Vector<T> mean;
};

/// E x^T A x = <A, Q> + mu^T A mu.
template <Scalar T>
T quadratic_form_mean(const QuadraticForm<T>& form);

/// Var x^T A x = |Q^{1/2} A Q^{1/2}|_F^2 + tr(A Q A Q) + |Q^{1/2} (A + A^T) mu|^2, for any A. Written without square
/// roots, so it is a polynomial in the entries and exact where they are.
template <Scalar T>
T quadratic_form_variance(const QuadraticForm<T>& form);

/// Lemma 21, corrected: E (x^T A x)^2 = mean^2 + variance.
template <Scalar T>
T quadratic_form_second_moment(const QuadraticForm<T>& form);

/// Lemma 21 as printed: <A, Q>^2 + 2 |Q^{1/2} A Q^{1/2}|_F^2 + |Q^{1/2} A^T mu|^2 + |Q^{1/2} A mu|^2 + (mu^T A mu)^2 +
/// 2 mu^T A mu <Q, A> + 2 tr(Q^{1/2} A mu mu^T A Q^{1/2}). It exceeds the truth by |Q^{1/2} A Q^{1/2}|_F^2 - tr(A Q A
/// Q)
/// >= 0, which is 0 exactly where Q^{1/2} A Q^{1/2} is symmetric.
template <Scalar T>
T quadratic_form_second_moment_printed(const QuadraticForm<T>& form);

/// For |A|_F <= 1 and |Q|_op <= beta: Var x^T A x <= 2 beta^2 + beta (|A mu| + |A^T mu|)^2. Arguments: beta, |A mu|,
/// |A^T mu|.
template <Scalar T>
T quadratic_form_variance_upper(const T& beta, const T& a_mu, const T& a_transposed_mu);

/// (14) of Lemma 21 with its constant: under the same hypotheses the variance, which is what (14) bounds, is at most
///   6 max(beta^2, beta |A mu|^2, beta |A^T mu|^2),
/// and 6 cannot be lowered. It is never below quadratic_form_variance_upper.
template <RealScalar T>
T equation_14_upper(const T& beta, const T& a_mu, const T& a_transposed_mu);

extern template double hanson_wright_upper(const double&, const double&);
extern template double hanson_wright_lower_tail_upper(const double&);
extern template double quadratic_form_mean(const QuadraticForm<double>&);
extern template double quadratic_form_variance(const QuadraticForm<double>&);
extern template double quadratic_form_second_moment(const QuadraticForm<double>&);
extern template double quadratic_form_second_moment_printed(const QuadraticForm<double>&);
extern template double quadratic_form_variance_upper(const double&, const double&, const double&);
extern template double hanson_wright_printed_upper(const double&, const double&);
extern template double equation_14_upper(const double&, const double&, const double&);
extern template Real50 hanson_wright_upper(const Real50&, const Real50&);
extern template Real50 hanson_wright_lower_tail_upper(const Real50&);
extern template Real50 quadratic_form_mean(const QuadraticForm<Real50>&);
extern template Real50 quadratic_form_variance(const QuadraticForm<Real50>&);
extern template Real50 quadratic_form_second_moment(const QuadraticForm<Real50>&);
extern template Real50 quadratic_form_second_moment_printed(const QuadraticForm<Real50>&);
extern template Real50 quadratic_form_variance_upper(const Real50&, const Real50&, const Real50&);
extern template Real50 hanson_wright_printed_upper(const Real50&, const Real50&);
extern template Real50 equation_14_upper(const Real50&, const Real50&, const Real50&);
extern template Real100 hanson_wright_upper(const Real100&, const Real100&);
extern template Real100 hanson_wright_lower_tail_upper(const Real100&);
extern template Real100 quadratic_form_mean(const QuadraticForm<Real100>&);
extern template Real100 quadratic_form_variance(const QuadraticForm<Real100>&);
extern template Real100 quadratic_form_second_moment(const QuadraticForm<Real100>&);
extern template Real100 quadratic_form_second_moment_printed(const QuadraticForm<Real100>&);
extern template Real100 quadratic_form_variance_upper(const Real100&, const Real100&, const Real100&);
extern template Real100 hanson_wright_printed_upper(const Real100&, const Real100&);
extern template Real100 equation_14_upper(const Real100&, const Real100&, const Real100&);
extern template Ball hanson_wright_upper(const Ball&, const Ball&);
extern template Ball hanson_wright_lower_tail_upper(const Ball&);
extern template Ball quadratic_form_mean(const QuadraticForm<Ball>&);
extern template Ball quadratic_form_variance(const QuadraticForm<Ball>&);
extern template Ball quadratic_form_second_moment(const QuadraticForm<Ball>&);
extern template Ball quadratic_form_second_moment_printed(const QuadraticForm<Ball>&);
extern template Ball quadratic_form_variance_upper(const Ball&, const Ball&, const Ball&);

}  // namespace verimix

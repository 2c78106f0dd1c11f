// The score of a sub-mixture whose components are close to each other, as a softmax of small inputs times small linear
// functions: [CKS25] Lemma 45 (informally Lemma 8), equation (50), Proposition 40 and (53)-(55), in forms that hold.
// Derivations: proofs-notes/polynomial/sub_mixture_score.md.
#pragma once

#include <vector>

#include "verimix/distance/line_information.hpp"
#include "verimix/polynomial/quadratic_forms.hpp"

namespace verimix {

/// V_1^{(j)}(x) = |x - mu_j|^2_{K_j} - |x - mu_1|^2_{K_1} - <Q_1, K_j - K_1>, m x n at n points.
template <RealScalar T>
Matrix<T> softmax_inputs(const Triplets<T>& of, const Matrix<T>& points);
/// |(K_j - K_1)(x - mu_j)|, the root of the paper's V_2^{(j)}(x); m x n.
template <RealScalar T>
Matrix<T> linear_terms(const Triplets<T>& of, const Matrix<T>& points);

/// theta_j = log(lam_j/lam_1) - <Q_1, K_j - K_1>/2 + (1/2) log(det Q_1/det Q_j). Domain: weights > 0.
template <RealScalar T>
Vector<T> softmax_offsets(const Mixture<T>& mixture);

/// The score as it is approximated, d x n: -K_1 (x - mu_1) - sum_i w_i(x) g_i(x), g_i(x) = (K_i - K_1)(x - mu_i) - K_1
/// (mu_i - mu_1), w = softmax(r + theta), r_j = -V_1^{(j)}/2. Equal to the score; another way to it. Domain: as above.
template <RealScalar T>
Matrix<T> recomposed_score(const Mixture<T>& mixture, const Matrix<T>& points);

/// alpha Id <= Q_i <= beta Id for the m components, and D >= |mu_i - mu_j| + |Q_i - Q_j|_F for all pairs.
template <Scalar T>
struct SubMixtureSizes {
  Index m;
  T alpha, beta, D;
};
/// The exact ones.
template <RealScalar T>
SubMixtureSizes<T> sub_mixture_sizes(const Mixture<T>& mixture);

/// zeta_1* and zeta_2*: with probability at least 1 - delta over x ~ M(U), |V_1^{(j)}| <= zeta_1* and |(K_j - K_1)(x -
/// mu_j)| <= zeta_2* for all j at once. With t = log(5 m/delta),
///   zeta_1* = 2 beta (D/alpha^2)(sqrt t + t) + D^2/alpha + 2 sqrt(2 beta t)(D^2/alpha^2 + D/alpha) + D^2/alpha^2,
///   zeta_2* = sqrt(beta) (D/alpha^2)(1 + sqrt(2 t)) + D^2/alpha^2.
/// Any D >= 0, no dimension. Domain: 0 < delta < 1.
template <Scalar T>
T softmax_input_upper(const SubMixtureSizes<T>& sizes, const T& delta);
template <Scalar T>
T linear_term_upper(const SubMixtureSizes<T>& sizes, const T& delta);

/// The printed zeta_1 = (beta D^2/alpha^2) log(m/delta) and zeta_2 = (sqrt(beta) D^2/alpha^2) log(m/delta),
/// constants 1. For D >= 1, alpha <= 1 <= beta, m >= 2, delta <= 1/2 the two above are at most 15.4 and 3.3 times
/// these; for D -> 0 no constant will do.
template <Scalar T>
T printed_softmax_input(const SubMixtureSizes<T>& sizes, const T& delta);
template <Scalar T>
T printed_linear_term(const SubMixtureSizes<T>& sizes, const T& delta);

/// M* = zeta_2* + D/alpha >= |g_j| where the linear terms are small.
template <Scalar T>
T linear_function_upper(const SubMixtureSizes<T>& sizes, const T& delta);

/// l = ceil((pi/(2 sqrt 2)) zeta_1* M* m^{3/2}/epsilon), by Lemma 43: some polynomial of degree at most 2 l + 1 in x is
/// within epsilon of the score wherever the two statistics are within zeta_1*, zeta_2*. Infinite values are not
/// rounded: a double.
template <Scalar T>
T softmax_polynomial_degree(const SubMixtureSizes<T>& sizes, const T& delta, const T& epsilon);

/// Proposition 40 in the form that is proved, with the region B = {|V_1| <= zeta_1*, |(K_j - K_1)(x - mu_j)| <= zeta_2*
/// for all j} of the true parameters and the fallback -Q_1^{-1}(x - mu_1) outside:
///   E|s - shat|^2 <= epsilon^2 + sqrt(delta) (3^{1/4} sqrt(beta) D/alpha^2 + D/alpha)^2
/// for every polynomial within epsilon of s on B. Sharper than the sum over components that (53) takes, by E_M[w_i f] =
/// lam_i E_{N_i} f.
template <Scalar T>
T sub_mixture_error_upper(const SubMixtureSizes<T>& sizes, const T& delta, const T& epsilon);

/// (3^{1/4} sqrt(beta) (D/alpha^2 + v) + b)^4 >= E|(K_i - Khat) Q^{1/2} z + b_0|^4 for |K_i - Khat|_F <= D/alpha^2 + v,
/// |Q| <= beta, |b_0| <= b: what (53)-(55) need.
template <Scalar T>
T fallback_fourth_moment_upper(const T& beta, const T& inverse_distance, const T& offset);

/// For two components on the line: the coefficients of p(x) = -(x - mu_1)/Q_1 - g_2(x) q(r_2(x)) for a polynomial q
/// with the coefficients given, exact; degree at most 2 deg q + 1. q stands for the weight of the second component as a
/// function of r_2. Throws InputError (field "components") for other mixtures.
std::vector<Rational> two_component_polynomial(const ExactMixture& mixture, const std::vector<Rational>& q);
/// r_2(x) = -V_1^{(2)}(x)/2 as a polynomial in x, and theta_2 enclosed at the working precision.
std::vector<Rational> two_component_input(const ExactMixture& mixture);
Ball two_component_offset(const ExactMixture& mixture);

extern template Matrix<double> softmax_inputs(const Triplets<double>&, const Matrix<double>&);
extern template Matrix<double> linear_terms(const Triplets<double>&, const Matrix<double>&);
extern template Vector<double> softmax_offsets(const Mixture<double>&);
extern template Matrix<double> recomposed_score(const Mixture<double>&, const Matrix<double>&);
extern template SubMixtureSizes<double> sub_mixture_sizes(const Mixture<double>&);
extern template double softmax_input_upper(const SubMixtureSizes<double>&, const double&);
extern template double linear_term_upper(const SubMixtureSizes<double>&, const double&);
extern template double printed_softmax_input(const SubMixtureSizes<double>&, const double&);
extern template double printed_linear_term(const SubMixtureSizes<double>&, const double&);
extern template double linear_function_upper(const SubMixtureSizes<double>&, const double&);
extern template double softmax_polynomial_degree(const SubMixtureSizes<double>&, const double&, const double&);
extern template double sub_mixture_error_upper(const SubMixtureSizes<double>&, const double&, const double&);
extern template double fallback_fourth_moment_upper(const double&, const double&, const double&);
extern template Ball softmax_input_upper(const SubMixtureSizes<Ball>&, const Ball&);
extern template Ball linear_term_upper(const SubMixtureSizes<Ball>&, const Ball&);
extern template Ball printed_softmax_input(const SubMixtureSizes<Ball>&, const Ball&);
extern template Ball printed_linear_term(const SubMixtureSizes<Ball>&, const Ball&);
extern template Ball linear_function_upper(const SubMixtureSizes<Ball>&, const Ball&);
extern template Ball softmax_polynomial_degree(const SubMixtureSizes<Ball>&, const Ball&, const Ball&);
extern template Ball sub_mixture_error_upper(const SubMixtureSizes<Ball>&, const Ball&, const Ball&);
extern template Ball fallback_fourth_moment_upper(const Ball&, const Ball&, const Ball&);
extern template Matrix<Real50> softmax_inputs(const Triplets<Real50>&, const Matrix<Real50>&);
extern template Matrix<Real50> linear_terms(const Triplets<Real50>&, const Matrix<Real50>&);
extern template Vector<Real50> softmax_offsets(const Mixture<Real50>&);
extern template Matrix<Real50> recomposed_score(const Mixture<Real50>&, const Matrix<Real50>&);
extern template SubMixtureSizes<Real50> sub_mixture_sizes(const Mixture<Real50>&);
extern template Real50 softmax_input_upper(const SubMixtureSizes<Real50>&, const Real50&);
extern template Real50 linear_term_upper(const SubMixtureSizes<Real50>&, const Real50&);
extern template Real50 printed_softmax_input(const SubMixtureSizes<Real50>&, const Real50&);
extern template Real50 printed_linear_term(const SubMixtureSizes<Real50>&, const Real50&);
extern template Real50 linear_function_upper(const SubMixtureSizes<Real50>&, const Real50&);
extern template Real50 softmax_polynomial_degree(const SubMixtureSizes<Real50>&, const Real50&, const Real50&);
extern template Real50 sub_mixture_error_upper(const SubMixtureSizes<Real50>&, const Real50&, const Real50&);
extern template Real50 fallback_fourth_moment_upper(const Real50&, const Real50&, const Real50&);

}  // namespace verimix

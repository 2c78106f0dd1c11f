// How much two Gaussians overlap: [CKS25] Claim 36 (p. 46) and Fact 37 (p. 47), on which it rests.
// Derivations: proofs-notes/simplify/overlap.md. N_i = N(mu_i, Q_i), m = |mu_1 - mu_2|, D = |Q_1 - Q_2|_F.
#pragma once

#include "verimix/distance/gaussian.hpp"

namespace verimix {

// Functions of two Gaussians factor Q_1, Q_2 and their mean by Cholesky. They throw InputError (field "dimension")
// where the dimensions differ, InputError (field "covariance") where a covariance is certainly not positive definite,
// UndecidedError where the scalar cannot tell. With Ball every result is an enclosure. Floating point: absolute error
// of order d u kappa times the largest term of the formula, kappa the larger condition number of the two covariances.

/// log int sqrt(N_1 N_2) = log(1 - H^2) = log(det Q_1 det Q_2)/4 - log(det B)/2 - |B^{-1/2} (mu_1 - mu_2)|^2/8,
/// B = (Q_1 + Q_2)/2. At most 0; never underflows.
template <Scalar T>
T log_affinity(const Gaussian<T>& first, const Gaussian<T>& second);

/// Mean and variance of l(x) = log N_1(x)/N_2(x) where x has the density sqrt(N_1 N_2)/int sqrt(N_1 N_2), which is the
/// Gaussian with precision H = (Q_1^{-1} + Q_2^{-1})/2.
template <Scalar T>
struct LogRatioMoments {
  T mean, variance;
};
template <Scalar T>
LogRatioMoments<T> log_ratio_moments(const Gaussian<T>& first, const Gaussian<T>& second);

/// Both ends around log of the overlap, Claim 36's left-hand side:
///   E_{x ~ N_1}[ N_2/(N_1 + N_2) ] = int N_1 N_2/(N_1 + N_2), symmetric in the two and at most 1/2;
///   lower = log(1/2) + log_affinity - min(V/8, sqrt(V)/2), V = mean^2 + variance of log_ratio_moments;
///   upper = log(1/2) + log_affinity.
/// Equal where the two laws are.
template <Scalar T>
struct LogOverlapBracket {
  T lower, upper;
};
template <Scalar T>
LogOverlapBracket<T> log_overlap_bracket(const Gaussian<T>& first, const Gaussian<T>& second);

/// The overlap itself on the line, certified: rigorous quadrature where the mass is, and a proved bound on what lies
/// beyond. The radius says how sure it is. Throws InputError (field "dimension") for d != 1.
Ball overlap_line(const Gaussian<Ball>& first, const Gaussian<Ball>& second);

/// Claim 36 with its constants: Q_1, Q_2 <= beta Id implies
///   log overlap <= log(1/2) - m^2/(8 beta) - D^2/(16 beta^2).
/// 8 and 16 are sharp. Domain: beta > 0, m^2 >= 0, D^2 >= 0; InputError where that certainly fails. Deviation: neither
/// alpha nor the condition number is needed; the printed m^2/beta is false.
template <Scalar T>
T log_overlap_upper(const T& beta, const T& m_squared, const T& d_squared);

/// Claim 36 as printed: -m^2/beta - D^2/c, c = 16 (1 + beta/alpha)^2 beta^2. False. Domain: as above, 0 < alpha.
template <Scalar T>
T log_overlap_printed_upper(const T& alpha, const T& beta, const T& m_squared, const T& d_squared);

/// Fact 37, left-hand side with the 1/2 that the print lacks: log(x)/4 - log(1/2 + x/2)/2. Domain: x > 0; InputError
/// where that certainly fails. Floating point: a few u, relative.
template <Scalar T>
T logarithm_difference(const T& x);

/// Fact 37, sharp: logarithm_difference(x) <= -y^2/4, y = (1 - x)/(1 + x). The printed 1/16 is a fourth of it.
template <Scalar T>
T logarithm_difference_upper(const T& x);

/// Fact 37 as printed, both sides: log(x)/4 - log(1/2 + x/2) and -y^2/16. False, for example at x = 9/10.
template <Scalar T>
T logarithm_difference_printed(const T& x);
template <Scalar T>
T logarithm_difference_printed_upper(const T& x);

extern template double log_affinity(const Gaussian<double>&, const Gaussian<double>&);
extern template Real50 log_affinity(const Gaussian<Real50>&, const Gaussian<Real50>&);
extern template Real100 log_affinity(const Gaussian<Real100>&, const Gaussian<Real100>&);
extern template Ball log_affinity(const Gaussian<Ball>&, const Gaussian<Ball>&);
extern template LogRatioMoments<double> log_ratio_moments(const Gaussian<double>&, const Gaussian<double>&);
extern template LogRatioMoments<Real50> log_ratio_moments(const Gaussian<Real50>&, const Gaussian<Real50>&);
extern template LogRatioMoments<Real100> log_ratio_moments(const Gaussian<Real100>&, const Gaussian<Real100>&);
extern template LogRatioMoments<Ball> log_ratio_moments(const Gaussian<Ball>&, const Gaussian<Ball>&);
extern template LogOverlapBracket<double> log_overlap_bracket(const Gaussian<double>&, const Gaussian<double>&);
extern template LogOverlapBracket<Real50> log_overlap_bracket(const Gaussian<Real50>&, const Gaussian<Real50>&);
extern template LogOverlapBracket<Real100> log_overlap_bracket(const Gaussian<Real100>&, const Gaussian<Real100>&);
extern template LogOverlapBracket<Ball> log_overlap_bracket(const Gaussian<Ball>&, const Gaussian<Ball>&);
extern template double log_overlap_upper(const double&, const double&, const double&);
extern template Real50 log_overlap_upper(const Real50&, const Real50&, const Real50&);
extern template Real100 log_overlap_upper(const Real100&, const Real100&, const Real100&);
extern template Ball log_overlap_upper(const Ball&, const Ball&, const Ball&);
extern template double log_overlap_printed_upper(const double&, const double&, const double&, const double&);
extern template Real50 log_overlap_printed_upper(const Real50&, const Real50&, const Real50&, const Real50&);
extern template Real100 log_overlap_printed_upper(const Real100&, const Real100&, const Real100&, const Real100&);
extern template Ball log_overlap_printed_upper(const Ball&, const Ball&, const Ball&, const Ball&);
extern template double logarithm_difference(const double&);
extern template Real50 logarithm_difference(const Real50&);
extern template Real100 logarithm_difference(const Real100&);
extern template Ball logarithm_difference(const Ball&);
extern template double logarithm_difference_upper(const double&);
extern template Real50 logarithm_difference_upper(const Real50&);
extern template Real100 logarithm_difference_upper(const Real100&);
extern template Ball logarithm_difference_upper(const Ball&);
extern template double logarithm_difference_printed(const double&);
extern template Real50 logarithm_difference_printed(const Real50&);
extern template Real100 logarithm_difference_printed(const Real100&);
extern template Ball logarithm_difference_printed(const Ball&);
extern template double logarithm_difference_printed_upper(const double&);
extern template Real50 logarithm_difference_printed_upper(const Real50&);
extern template Real100 logarithm_difference_printed_upper(const Real100&);
extern template Ball logarithm_difference_printed_upper(const Ball&);

}  // namespace verimix

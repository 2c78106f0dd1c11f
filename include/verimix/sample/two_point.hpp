// What no algorithm can do with n samples on the line: Le Cam's two points N(0, 1) and N(m, 1). They refute the sample
// counts d^{poly(..)} of [CKS25] Theorems 2 and 11 and Propositions 3, 49 and 51 at d = 1. Proofs:
// proofs-notes/sample/two_point.md.
#pragma once

#include "verimix/core/scalar.hpp"

namespace verimix {

/// TV between n independent draws of N(0, 1) and of N(m, 1): 2 Phi(sqrt(n) |m|/2) - 1. Domain: n >= 0, m finite;
/// InputError (field "samples" or "shift") otherwise.
template <Scalar T>
T two_point_tv(long samples, const T& shift);

/// Whatever is made of n samples, for one of the two laws it is wrong with probability >= (1 - two_point_tv)/2 =
/// Phi(-sqrt(n) |m|/2), as long as no answer is right for both. Domain: as above.
template <Scalar T>
T two_point_failure_lower(long samples, const T& shift);

/// No law is closer than this to both N(0, 1) and N(m, 1): max TV >= two_point_tv(1, m)/2.
template <Scalar T>
T two_point_tv_error_lower(const T& shift);

/// No function g is closer than this to both scores, each under its own law:
///   max_i E_{p_i} |g - grad log p_i|^2 >= m^2 (1 - two_point_tv(1, m))/4,  p_0 = N(0, 1), p_1 = N(m, 1).
template <Scalar T>
T two_point_score_error_lower(const T& shift);

/// The real n with two_point_failure_lower(n, m) = failure, that is (2 z/m)^2 with Phi(-z) = failure: fewer samples
/// cannot do. In double, relative error below 1e-12. Domain: m != 0, 0 < failure < 1/2; InputError otherwise.
double two_point_samples_required(double shift, double failure);

extern template double two_point_tv(long, const double&);
extern template Real50 two_point_tv(long, const Real50&);
extern template Real100 two_point_tv(long, const Real100&);
extern template Ball two_point_tv(long, const Ball&);
extern template double two_point_failure_lower(long, const double&);
extern template Real50 two_point_failure_lower(long, const Real50&);
extern template Real100 two_point_failure_lower(long, const Real100&);
extern template Ball two_point_failure_lower(long, const Ball&);
extern template double two_point_tv_error_lower(const double&);
extern template Real50 two_point_tv_error_lower(const Real50&);
extern template Real100 two_point_tv_error_lower(const Real100&);
extern template Ball two_point_tv_error_lower(const Ball&);
extern template double two_point_score_error_lower(const double&);
extern template Real50 two_point_score_error_lower(const Real50&);
extern template Real100 two_point_score_error_lower(const Real100&);
extern template Ball two_point_score_error_lower(const Ball&);

}  // namespace verimix

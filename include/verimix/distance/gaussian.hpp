// Distances between two single Gaussians P = N(mu_1, Q_1) and Q = N(mu_2, Q_2) in closed form. With Ball every result
// is a certified enclosure. Derivations: proofs-notes/distance/gaussian.md.
#pragma once

#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// N(mean, covariance): mean in R^d, covariance symmetric positive definite d x d (variances, never deviations).
template <Scalar T>
struct Gaussian {
  Vector<T> mean;
  Matrix<T> covariance;
};

/// Component i of the mixture, without its weight. Domain: 0 <= i < k.
template <Scalar T>
Gaussian<T> component(const Mixture<T>& mixture, Index i);

// All functions below factor their covariances by Cholesky. They throw InputError (field "dimension") where the
// dimensions differ, InputError (field "covariance") where a covariance is certainly not positive definite,
// UndecidedError where the scalar cannot tell. Floating point: each result has an absolute error of order d u kappa
// times the largest term of its formula, kappa the larger condition number of the two covariances; small distances lose
// their relative accuracy.

/// KL(P||Q) = E_P log p/q = 1/2 ( |L_2^{-1} L_1|_F^2 - d + |L_2^{-1} (mu_1 - mu_2)|^2 + log det Q_2 - log det Q_1 ),
/// Q_i = L_i L_i^T.
template <Scalar T>
T kl(const Gaussian<T>& p, const Gaussian<T>& q);

/// H^2 = 1 - int sqrt(pq) = 1 - (det Q_1 det Q_2)^{1/4} (det B)^{-1/2} exp(-|B^{-1/2} (mu_1 - mu_2)|^2 / 8), B = (Q_1 +
/// Q_2)/2.
template <Scalar T>
T hellinger2(const Gaussian<T>& p, const Gaussian<T>& q);

/// E_P |grad log p - grad log q|^2 = |Q_2^{-1} L_1 - L_1^{-T}|_F^2 + |Q_2^{-1} (mu_1 - mu_2)|^2.
template <Scalar T>
T fisher(const Gaussian<T>& p, const Gaussian<T>& q);

/// W_2^2 = |mu_1 - mu_2|^2 + tr Q_1 + tr Q_2 - 2 |L_2^T L_1|_*, the nuclear norm by a singular value decomposition,
/// for Ball by |A|_*^2 = |A|_F^2 + 2 |det A| where d <= 2, else between its two sides of duality at a nearly orthogonal
/// factor of A.
template <Scalar T>
T wasserstein2_squared(const Gaussian<T>& p, const Gaussian<T>& q);

/// TV = 1/2 int |p - q| in dimension 1, by the roots of log p - log q and error functions. Where Ball cannot tell the
/// variances apart, their difference is paid for by TV(N(0, v), N(0, w)) <= |v - w| (1/v + 1/w)/4, so that the
/// enclosure shrinks with its inputs there too. Floating point: absolute error of a few u. Throws InputError for d
/// != 1.
template <Scalar T>
T tv_line(const Gaussian<T>& p, const Gaussian<T>& q);

/// TV between N(mu_1, Q) and N(mu_2, Q) in any dimension: erf(|L^{-1} (mu_1 - mu_2)| / (2 sqrt 2)), Q = L L^T. The
/// caller vouches that the two covariances are the same matrix; only the first is read.
template <Scalar T>
T tv_equal_covariance(const Gaussian<T>& p, const Vector<T>& other_mean);

extern template Gaussian<double> component(const Mixture<double>&, Index);
extern template Gaussian<Real50> component(const Mixture<Real50>&, Index);
extern template Gaussian<Real100> component(const Mixture<Real100>&, Index);
extern template Gaussian<Ball> component(const Mixture<Ball>&, Index);
extern template double kl(const Gaussian<double>&, const Gaussian<double>&);
extern template Real50 kl(const Gaussian<Real50>&, const Gaussian<Real50>&);
extern template Real100 kl(const Gaussian<Real100>&, const Gaussian<Real100>&);
extern template Ball kl(const Gaussian<Ball>&, const Gaussian<Ball>&);
extern template double hellinger2(const Gaussian<double>&, const Gaussian<double>&);
extern template Real50 hellinger2(const Gaussian<Real50>&, const Gaussian<Real50>&);
extern template Real100 hellinger2(const Gaussian<Real100>&, const Gaussian<Real100>&);
extern template Ball hellinger2(const Gaussian<Ball>&, const Gaussian<Ball>&);
extern template double fisher(const Gaussian<double>&, const Gaussian<double>&);
extern template Real50 fisher(const Gaussian<Real50>&, const Gaussian<Real50>&);
extern template Real100 fisher(const Gaussian<Real100>&, const Gaussian<Real100>&);
extern template Ball fisher(const Gaussian<Ball>&, const Gaussian<Ball>&);
extern template double wasserstein2_squared(const Gaussian<double>&, const Gaussian<double>&);
extern template Real50 wasserstein2_squared(const Gaussian<Real50>&, const Gaussian<Real50>&);
extern template Real100 wasserstein2_squared(const Gaussian<Real100>&, const Gaussian<Real100>&);
extern template Ball wasserstein2_squared(const Gaussian<Ball>&, const Gaussian<Ball>&);
extern template double tv_line(const Gaussian<double>&, const Gaussian<double>&);
extern template Real50 tv_line(const Gaussian<Real50>&, const Gaussian<Real50>&);
extern template Real100 tv_line(const Gaussian<Real100>&, const Gaussian<Real100>&);
extern template Ball tv_line(const Gaussian<Ball>&, const Gaussian<Ball>&);
extern template double tv_equal_covariance(const Gaussian<double>&, const Vector<double>&);
extern template Real50 tv_equal_covariance(const Gaussian<Real50>&, const Vector<Real50>&);
extern template Real100 tv_equal_covariance(const Gaussian<Real100>&, const Vector<Real100>&);
extern template Ball tv_equal_covariance(const Gaussian<Ball>&, const Vector<Ball>&);

}  // namespace verimix

// How well a mixture is conditioned: alpha, beta, R, tau of [CKS25] Definition 1, and lambda_min.
#pragma once

#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// alpha Id <= Q_i <= beta Id with alpha <= 1 <= beta, |mu_i| + |Q_i - Id|_F <= R, and tau = (beta/alpha) log(e + R).
/// Deviation: the paper's tau = (beta/alpha) log R is 0 or negative for R <= 1; we follow the card of Definition 1.
template <Scalar T>
struct Conditioning {
  /// For Ball these are enclosures of the best constants: alpha = min(1, min_i lambda_min(Q_i)), beta = max(1, max_i
  /// lambda_max(Q_i)), R = max_i (|mu_i| + |Q_i - Id|_F).
  T alpha, beta, R, tau;
  /// The smallest weight that is not 0.
  T lambda_min;
};

/// Eigenvalues: for floating point by Eigen's symmetric solver (error of order d u beta); for Ball by a guess at 100
/// digits and the signs of the pivots of Q - s Id beside it (Sylvester), which prove a bound on either side; the
/// enclosure is as wide as the pivots need, at least 2^-min(bits - 8, 320) |Q|_F. Components of weight 0 are left out;
/// throws InputError if that leaves none. A semidefinite covariance gives alpha = 0 up to rounding, and a tau that is
/// huge, infinite or (for Ball) unbounded.
template <Scalar T>
Conditioning<T> conditioning(const Mixture<T>& mixture);

extern template Conditioning<double> conditioning(const Mixture<double>&);
extern template Conditioning<Real50> conditioning(const Mixture<Real50>&);
extern template Conditioning<Real100> conditioning(const Mixture<Real100>&);
extern template Conditioning<Ball> conditioning(const Mixture<Ball>&);

}  // namespace verimix

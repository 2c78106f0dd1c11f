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

/// Eigenvalues: for floating point by Eigen's symmetric solver (error of order d u beta); for Ball enclosures by certified
/// bisection on the sign of the pivots of Q - s Id (Sylvester). Components of weight 0 are left out.
template <Scalar T>
Conditioning<T> conditioning(const Mixture<T>& mixture);

extern template Conditioning<double> conditioning(const Mixture<double>&);
extern template Conditioning<Real50> conditioning(const Mixture<Real50>&);
extern template Conditioning<Real100> conditioning(const Mixture<Real100>&);
extern template Conditioning<Ball> conditioning(const Mixture<Ball>&);

}  // namespace verimix

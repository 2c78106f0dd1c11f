// The inverse of a covariance estimate whose small eigenvalues are raised first: [CKS25] Lemma 26.
#pragma once

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// Q' (eigenvalues of Qhat below alpha/2 raised to alpha/2), Khat = Q'^{-1}, log det Q'.
template <Scalar T>
struct ClippedInverse {
  Matrix<T> covariance;
  Matrix<T> inverse;
  T log_determinant;
};

/// Domain: `estimate` symmetric (only its lower triangle is read; it need not be positive semidefinite, where the paper
/// asks that), alpha > 0; InputError otherwise. 0 < Khat <= (2/alpha) Id. If every eigenvalue is >= alpha/2, Q' is the
/// estimate itself, bit for bit. With Ball all three are enclosures, for every estimate and alpha in the balls
/// (UndecidedError where alpha cannot be told from 0).
template <Scalar T>
ClippedInverse<T> clipped_inverse(const Matrix<T>& estimate, const T& alpha);

/// |Q' - Q|_F <= |Qhat - Q|_F for every Q >= (alpha/2) Id: returns the right side.
template <Scalar T>
T clipped_covariance_error_upper(const T& upsilon);

/// |Q'^{-1} - Q^{-1}|_F <= 2 upsilon/alpha^2 if |Qhat - Q|_F <= upsilon and Q >= alpha Id. Deviation: the paper has 4;
/// 2 is sharp (d = 1, Q = alpha, Qhat = alpha/2), and Lemma 27 needs it.
template <Scalar T>
T clipped_inverse_error_upper(const T& upsilon, const T& alpha);

extern template ClippedInverse<double> clipped_inverse(const Matrix<double>&, const double&);
extern template ClippedInverse<Real50> clipped_inverse(const Matrix<Real50>&, const Real50&);
extern template ClippedInverse<Real100> clipped_inverse(const Matrix<Real100>&, const Real100&);
template <>
ClippedInverse<Ball> clipped_inverse(const Matrix<Ball>&, const Ball&);
extern template double clipped_covariance_error_upper(const double&);
extern template Real50 clipped_covariance_error_upper(const Real50&);
extern template Real100 clipped_covariance_error_upper(const Real100&);
extern template Ball clipped_covariance_error_upper(const Ball&);
extern template double clipped_inverse_error_upper(const double&, const double&);
extern template Real50 clipped_inverse_error_upper(const Real50&, const Real50&);
extern template Real100 clipped_inverse_error_upper(const Real100&, const Real100&);
extern template Ball clipped_inverse_error_upper(const Ball&, const Ball&);

}  // namespace verimix

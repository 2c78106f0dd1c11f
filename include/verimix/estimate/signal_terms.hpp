// The signal in a recentred fourth moment: the blocks Psi_00, Psi_01, Psi_11 of [CKS25] (10) and Lemma 20.
#pragma once

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// Psi_s(z) = vec(L z z^T U) vec(L z z^T U)^T with (L, U) = (Pi, Pi), (Pi, N), (N, N), N = Id - Pi: (10).
enum class Block { psi_00, psi_01, psi_11 };

/// The d^2 x d^2 matrix V with vec(L A U) = V vec(A), so that Psi_s(z) = V vec(z z^T) vec(z z^T)^T V^T. `pi` is the d x
/// d projector Pi.
template <Scalar T>
Matrix<T> block_projection(Block block, const Matrix<T>& pi);

/// vec(G_s), G_s = L (Q + y y^T) U, y = mu_i - muhat_i. That is Pi (Q + zeta zeta^T) Pi, Pi (Q + zeta mu_perp^T) N and
/// N (Q + mu_perp mu_perp^T) N with the paper's zeta = Pi y, mu_perp = N y = N mu_i.
template <Scalar T>
Vector<T> block_signal(Block block, const Matrix<T>& pi, const Vector<T>& y, const Matrix<T>& covariance);

/// E_{N_i} Psi_s(x - muhat_i) - vec(G_s) vec(G_s)^T = V Cov(vec(z z^T)) V^T, z ~ N(y, Q): the matrix whose norm Lemma
/// 20 bounds. It is a covariance matrix, so it is positive semidefinite.
template <Scalar T>
Matrix<T> block_covariance(Block block, const Matrix<T>& pi, const Vector<T>& y, const Matrix<T>& covariance);

/// Lemma 20 with its constants: for |mu_i - muhat_i|^2 <= v and Q_i <= beta Id the norm of block_covariance is at most
///   00, 11: 2 beta^2 + 4 beta v,     01: beta^2 + beta v.
/// Each is attained.
template <Scalar T>
T signal_term_error_upper(Block block, const T& beta, const T& v);

extern template Matrix<double> block_projection(Block, const Matrix<double>&);
extern template Matrix<Real50> block_projection(Block, const Matrix<Real50>&);
extern template Matrix<Ball> block_projection(Block, const Matrix<Ball>&);
extern template Vector<double> block_signal(Block, const Matrix<double>&, const Vector<double>&, const Matrix<double>&);
extern template Vector<Real50> block_signal(Block, const Matrix<Real50>&, const Vector<Real50>&, const Matrix<Real50>&);
extern template Vector<Ball> block_signal(Block, const Matrix<Ball>&, const Vector<Ball>&, const Matrix<Ball>&);
extern template Matrix<double> block_covariance(Block, const Matrix<double>&, const Vector<double>&,
                                                const Matrix<double>&);
extern template Matrix<Real50> block_covariance(Block, const Matrix<Real50>&, const Vector<Real50>&,
                                                const Matrix<Real50>&);
extern template Matrix<Ball> block_covariance(Block, const Matrix<Ball>&, const Vector<Ball>&, const Matrix<Ball>&);
extern template double signal_term_error_upper(Block, const double&, const double&);
extern template Real50 signal_term_error_upper(Block, const Real50&, const Real50&);
extern template Ball signal_term_error_upper(Block, const Ball&, const Ball&);

}  // namespace verimix

// Random matrices with prescribed spectra, for the tests from core to simplify.
#pragma once

#include "verimix/core/linear_algebra.hpp"
#include "verimix/core/random.hpp"

namespace verimix::support {

Matrix<double> normal_matrix(Index rows, Index columns, Stream& stream);

/// A rotation or reflection with the Haar law: QR with the signs of R's diagonal put on the columns of Q.
Matrix<double> orthogonal_matrix(Index d, Stream& stream);

Matrix<double> symmetric_part(const Matrix<double>& a);

double operator_norm(const Matrix<double>& symmetric);

/// Eigenvalues in [alpha, beta]: uniform, or (half the time) each at one of the two ends.
Matrix<double> covariance_between(Index d, double alpha, double beta, Stream& stream);

/// A symmetric matrix of operator norm exactly `norm` (to rounding): Gaussian, or (half the time) with spectrum +-norm
/// only.
Matrix<double> perturbation(Index d, double norm, Stream& stream);

/// The columns of a below each other.
Vector<double> vec(const Matrix<double>& a);

}  // namespace verimix::support

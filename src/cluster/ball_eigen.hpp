// A guess at the spectral decomposition of an enclosed symmetric matrix, for the certificates of this stage.
#pragma once

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// Eigenvalues (rising) and eigenvectors of the midpoint of A, computed with 100 digits and handed over as points.
/// Nothing is proved about them: what uses them bounds its own residual. Throws UndecidedError where the iteration
/// fails or an entry is not finite.
struct GuessedEigen {
  Vector<Ball> values;
  Matrix<Ball> vectors;
};
GuessedEigen guessed_eigen(const Matrix<Ball>& a);

/// |A|_F.
Ball frobenius_norm(const Matrix<Ball>& a);

}  // namespace verimix

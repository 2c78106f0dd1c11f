// How many digits a fit in double loses, stage by stage, against a fit in 50 digits on the same points. Method and
// figures: proofs-notes/regress/fit_accuracy.md.
#pragma once

#include "verimix/regress/denoising_fit.hpp"

namespace verimix {

/// log10(relative error/unit roundoff) of a stage, at least 0: digits of double's 16 that it loses. Relative errors are
/// in the Frobenius norm; coefficients are those of the largest degree that double keeps.
struct DigitsLost {
  /// Features and sums: S in double against S in 50 digits.
  double sums = 0;
  /// Factorisation and substitution: coefficients from double's sums in double against the same in 50 digits. With QR,
  /// where there are no sums, the factorisation of the rows as a whole.
  double solution = 0;
  /// Coefficients against the fit in 50 digits throughout: what the two, and the condition between them, lose together.
  double total = 0;
  FitMethod method = FitMethod::none;
  double reciprocal_condition = 0;
};

/// Points are d x n, targets q x n, n >= 1. Costs a fit in 50 digits: about a thousand times one in double.
DigitsLost digits_lost(const HermiteBasis<double>& basis, const Matrix<double>& points, const Matrix<double>& targets);

}  // namespace verimix

// A^T A for a few dozen long columns, in tiles whose sums stay in registers. A general product works on panels of 24
// rows and 8 columns: of the 36 columns that a fourth moment has at d = 8 that wastes a half.
#pragma once

#include "verimix/core/linear_algebra.hpp"

namespace verimix::estimate_detail {

/// A matrix for lower_products: `rows` and `columns` rounded up to what its tiles take, 0 beyond.
Matrix<double> padded_columns(Index rows, Index columns);

/// The lower triangle of A^T A for the first `size` columns of such a matrix (what is above the diagonal means
/// nothing). The bits depend on the width of the machine's vectors.
Matrix<double> lower_products(const Matrix<double>& columns, Index size);

}  // namespace verimix::estimate_detail

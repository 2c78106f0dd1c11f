// Density<double>::evaluate on memory of the caller's: nothing that grows with the number of points is copied.
#pragma once

#include "verimix/mixture/density.hpp"

namespace verimix {

/// Where the results for n points go, each column-major as in Evaluation; a null pointer: not wanted. The arrays do not
/// overlap each other or the points.
struct EvaluationMemory {
  /// n.
  double* log_density = nullptr;
  /// d x n.
  double* score = nullptr;
  /// k x n.
  double* responsibilities = nullptr;
  /// n matrices of d x d, one after the other.
  double* jacobian = nullptr;
};

/// The same numbers, bit for bit, and the same errors as Density<double>::evaluate on the d x n matrix that starts at
/// `points`. What `out` holds after an error is undefined. `threads`: 0 for as many as the machine has; the result does
/// not depend on it. Domain: count >= 0.
void evaluate_in_place(const Density<double>& density, const double* points, Index count, const EvaluationMemory& out,
                       unsigned threads = 0);

}  // namespace verimix

// The answer to a question of the corpus as enclosures, and how far a correct implementation in floating point may be
// from it: certified condition numbers times unit roundoffs.
#pragma once

#include "verimix/validate/vector_case.hpp"

namespace verimix {

/// The number of roundings that stand behind one unit of an operation condition: 3 d + k + 16, for k components in R^d.
/// Counted in proofs-notes/validate/tolerance.md for evaluation by Cholesky factors and the logarithm of a sum of
/// exponentials.
long operation_count(Index dimension, Index components);

/// The answer with its condition numbers and tolerances. An entry f has, with u_s and u_a the roundoffs of storage and
/// of arithmetic and K = operation_count,
///   tolerance = 2 (u_s (C_inputs + |f|) + K u_a C_operations) + floor,
/// where C_inputs bounds |df| for a relative perturbation 1 of each coordinate, weight, mean, covariance entry and the
/// time; C_operations that for covariances perturbed by sqrt(Q_aa Q_bb) and for the terms of the logarithms; 2 covers
/// what is not of first order; floor what underflows. A dtype does not apply where first order does not suffice, where
/// a number leaves its range, or where no entry is 8 times its tolerance (then neither a factor 2 nor a sign would be
/// seen).
///
/// Enclosures are narrower than 2^-16 of the float64 tolerance (where that applies) and of relative width below 2^-64
/// (or, if they contain 0, below 2^-64 C). Throws what Density and noise_level throw; UndecidedError if 16384 bits do
/// not suffice.
VectorAnswer answer_of(const VectorQuestion& question);

}  // namespace verimix

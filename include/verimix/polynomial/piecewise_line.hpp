// A piecewise polynomial score on the line, made and measured: what [CKS25] Proposition 48 says exists. Derivations:
// proofs-notes/polynomial/piecewise_error.md.
#pragma once

#include <vector>

#include "verimix/distance/line_information.hpp"
#include "verimix/distance/score_supremum.hpp"
#include "verimix/polynomial/piecewise_error.hpp"

namespace verimix {

/// The interpolant of the score of a law at the Chebyshev points of an interval, with sup |p - s| over it, enclosed; of
/// one Gaussian the score itself, and 0.
struct InterpolatedScore {
  /// The interval, and the coefficients in powers of x.
  PiecewisePolynomial::Cell piece;
  Ball error;
};
/// Domain: degree >= 1, lower < upper.
InterpolatedScore interpolated_score(const LineLaw& law, const RationalInterval& interval, int degree);

/// Cells U_1, ..., U_{n_c} of [k], and c(x) = t between the cuts t - 1 and t; right of `far` c is 1 again, so that one
/// fallback serves both ends of the line.
struct LineClusters {
  std::vector<std::vector<Index>> cells;
  /// n_c - 1 cuts that increase.
  std::vector<Rational> cuts;
  /// Right of all cuts.
  Rational far;
};

/// A piecewise score, and what piecewise_error_upper needs of it: alpha, beta, R, D enclosed, the others certified
/// upper bounds.
struct LinePiecewiseScore {
  PiecewisePolynomial score;
  PiecewiseSizes<Ball> sizes;
  Ball delta, eta;
};

/// B_t is the hull of mu_i +- reach sqrt(Q_i), i in U_t, outward to multiples of 2^-10; there p_t is the interpolant of
/// the given degree, elsewhere the score of the first component of U_t. Throws InputError (field "cells") unless
/// `cells` partition [k], are one more than the cuts, and none is empty; (field "clustering") where cuts and `far` do
/// not increase. Domain: dimension 1, weights > 0, reach > 0, degree >= 1.
LinePiecewiseScore piecewise_score_line(const ExactMixture& mixture, const LineClusters& cells, double reach,
                                        int degree);

}  // namespace verimix

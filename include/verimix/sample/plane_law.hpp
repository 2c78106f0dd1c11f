// The law of Algorithm 1's output on the plane, without sampling noise: the density is pushed through every step on a
// grid, which is refined until two resolutions agree. Derivations: proofs-notes/sample/plane_law.md.
#pragma once

#include "verimix/sample/reverse_process.hpp"

namespace verimix {

/// sum_j masses_j N(centres_j, deviation^2 Id): centres are 2 x n.
struct PlaneLaw {
  double deviation;
  Matrix<double> centres;
  Vector<double> masses;
};

/// Equally spaced points of the plane: (lower + spacing (i, j)), 0 <= i < rows, 0 <= j < columns.
struct PlaneGrid {
  Vector<double> lower;
  double spacing;
  Index rows, columns;
};

/// The density of the law on the grid (rows x columns). Terms beyond 7 deviations are left out: an error below 3e-11 of
/// a peak. The same bits for any number of threads.
Matrix<double> density_on(const PlaneLaw& law, const PlaneGrid& grid, unsigned threads = 0);

/// A grid that covers the law with so many points a deviation.
PlaneGrid covering_grid(const PlaneLaw& law, double points_per_deviation);

/// The law of y_N in R^2 from y_0 ~ N(0, Id): before each step the law stands on a grid with `points_per_deviation`
/// points on a deviation of its components and of the step's noise, and the grid's sum takes the place of the integral
/// (the trapezoid rule, exponentially convergent for smooth scores). Domain: points_per_deviation >= 1. Throws
/// UndecidedError if a step leaves the finite numbers or needs more than 2^26 points.
PlaneLaw plane_output_law(const BatchedScore<double>& score, const TimeGrid<double>& grid, double points_per_deviation,
                          unsigned threads = 0);

struct PlaneOutput {
  PlaneLaw law;
  /// 1/2 int |p - q| on the law's grid, and half of q's mass outside it.
  double tv;
  /// |1 - int p|: what was left out, and quadrature and rounding, which may err on either side.
  double lost_mass;
  /// TV between this law and the one before the last refinement, and what tv changed by, whichever is larger: an
  /// estimate of the error of both. Not a proof.
  double error_estimate;
  double points_per_deviation;
};

/// TV(law of y_N, target) with the number of points a deviation multiplied by 4/3 from 3/2 on until error_estimate <=
/// tolerance. Throws InputError (field "dimension") unless the target is on the plane, UndecidedError, saying what to
/// raise, where five refinements do not suffice. Domain: tolerance > 0.
PlaneOutput plane_output(const BatchedScore<double>& score, const TimeGrid<double>& grid, const Mixture<double>& target,
                         double tolerance, unsigned threads = 0);

/// TV(law of y_N, another target), on the grid of that law. Throws as plane_output does for a target off the plane.
double plane_tv(const PlaneOutput& output, const Mixture<double>& target, unsigned threads = 0);

}  // namespace verimix

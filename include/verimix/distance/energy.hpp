// The energy distance 2 E|X - Y| - E|X - X'| - E|Y - Y'| between the laws of two samples: 0 iff the laws agree, and
// computable from rows alone. Derivation: proofs-notes/distance/energy.md.
#pragma once

#include "verimix/core/json.hpp"
#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// Both estimates from samples x_1..x_n and y_1..y_m, with S_xy = sum_ij |x_i - y_j|, S_xx = sum_{i<j} |x_i - x_j|:
///   unbiased (U-statistic)  2 S_xy/(nm) - 2 S_xx/(n(n-1)) - 2 S_yy/(m(m-1));  its mean is the energy distance; may be
///   < 0 biased   (V-statistic)  2 S_xy/(nm) - 2 S_xx/n^2 - 2 S_yy/m^2;  always >= 0, too large by (E|X-X'|/n +
///   E|Y-Y'|/m)
template <RealScalar T>
struct EnergyDistance {
  T unbiased;
  T biased;
};

/// `x` is d x n, `y` is d x m. Pairs are summed in fixed blocks added in order, so the result does not depend on
/// `threads` (0: as many as the machine has). Error: each of the three sums has relative error at most (d + n + m) u to
/// first order; the differences lose what cancels. Throws InputError (field "points") for n or m below 2, for
/// dimensions that differ or d = 0, and for a number that is not finite.
template <RealScalar T>
EnergyDistance<T> energy_distance(const Matrix<T>& x, const Matrix<T>& y, unsigned threads = 0);

/// The document verimix.distance/1 with the one metric "energy" of two samples: lower = upper = the unbiased estimate,
/// evidence `computed` (floating point, and no interval for the law); the method gives the biased estimate and the
/// numbers of rows.
Json energy_distance_json(const Matrix<double>& x, const Matrix<double>& y);

extern template EnergyDistance<double> energy_distance(const Matrix<double>&, const Matrix<double>&, unsigned);
extern template EnergyDistance<Real50> energy_distance(const Matrix<Real50>&, const Matrix<Real50>&, unsigned);
extern template EnergyDistance<Real100> energy_distance(const Matrix<Real100>&, const Matrix<Real100>&, unsigned);

}  // namespace verimix

// What learning leaves behind: a piecewise polynomial score at every noise level of the grid, in standardised
// coordinates.
#pragma once

#include <optional>
#include <vector>

#include "verimix/diffusion/time_grid.hpp"
#include "verimix/mixture/mixture.hpp"
#include "verimix/regress/level_fit.hpp"

namespace verimix {

/// One noise level: the cells' structure (at time 0), the time, and the score built from them.
template <RealScalar T>
struct LearnedLevel {
  T time;
  CellStructure<T> structure;
  PiecewiseScore<T> score;
};

/// u = (x - shift)/scale, entry by entry; scale > 0.
template <RealScalar T>
struct Standardisation {
  Vector<T> shift, scale;

  Matrix<T> apply(const Matrix<T>& points) const;
  Matrix<T> undo(const Matrix<T>& points) const;
  /// The law of (x - shift)/scale for x from the mixture.
  Mixture<T> apply(const Mixture<T>& mixture) const;
};

/// levels[l] is the score at the remaining time s_l of time_grid(horizon, stop, steps), l = 0, ..., N - 1: what step l
/// of Algorithm 1 uses.
template <RealScalar T>
struct LearnedModel {
  Standardisation<T> standardisation;
  T horizon, stop;
  int steps = 0;
  std::vector<LearnedLevel<T>> levels;
  /// The clustering that tells the components apart, at time 0; it has no part in the score. None in files of programs
  /// that did not write it.
  std::optional<CellStructure<T>> clustering = {};

  Index dimension() const { return standardisation.shift.size(); }
  /// The approximate score of the standardised data at noise level l, at d x n standardised points.
  Matrix<T> score(const Matrix<T>& points, Index level) const;
};

extern template struct Standardisation<double>;
extern template struct Standardisation<Real50>;
extern template struct LearnedModel<double>;
extern template struct LearnedModel<Real50>;

}  // namespace verimix

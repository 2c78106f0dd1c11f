// The time grid of the reverse process: [CKS25] Lemma 12, repaired.
#pragma once

#include <vector>

#include "verimix/core/scalar.hpp"

namespace verimix {

/// Reverse time runs 0 = t_0 < ... < t_N = T - delta. Stored are the remaining times s_l = T - t_l (the noise level at
/// which step l uses the score) and the steps gamma_l, so that nothing is lost in T - t_l.
template <Scalar T>
struct TimeGrid {
  /// N + 1 values, decreasing from T to delta; exactly T first and exactly delta last.
  std::vector<T> remaining;
  /// N steps gamma_l = s_l - s_{l+1} > 0, computed without cancellation.
  std::vector<T> steps;
  /// The printed lemma's single kappa cannot serve both halves; these are its repaired pair:
  /// kappa_1 = 2 (T - 1)/N,  kappa_2 = delta^{-2/N} - 1 = expm1(2 log(1/delta)/N).
  T kappa_1, kappa_2;
};

/// t_l = kappa_1 l for l <= N/2, T - t_{N/2+l} = (1 + kappa_2)^{-l} for l <= N/2. Then gamma_l <= max(kappa_1, kappa_2)
/// min(1, T - t_{l+1}) and the steps sum to T - delta. At T = 1 the first half is empty (kappa_1 = 0) and the grid has
/// N/2 steps. Domain: T >= 1, 0 < delta < 1, N even and >= 2; throws InputError that names horizon, stop or steps.
template <Scalar T>
TimeGrid<T> time_grid(const T& horizon, const T& stop, int steps);

extern template TimeGrid<double> time_grid(const double&, const double&, int);
extern template TimeGrid<Real50> time_grid(const Real50&, const Real50&, int);
extern template TimeGrid<Real100> time_grid(const Real100&, const Real100&, int);
extern template TimeGrid<Ball> time_grid(const Ball&, const Ball&, int);

}  // namespace verimix

// The reverse process: [CKS25] Algorithm 1 with the exact exponential integrator of the reverse SDE (5).
#pragma once

#include <cstdint>
#include <functional>

#include "verimix/diffusion/time_grid.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/regress/learned_model.hpp"

namespace verimix {

/// The coefficients of one step of length gamma of dx = (x + 2 s) dt + sqrt2 dw with s frozen, which is solved exactly
/// by
///   x <- rho x + 2 (rho - 1) s + sqrt(rho^2 - 1) z,   rho = e^gamma.
/// Both differences are computed by expm1. The paper prints rho = e^{gamma/2}, which integrates a process of half the
/// speed with twice the score it should have; see proofs-notes/sample/reverse_process.md and the test Algorithm1.
/// Domain: gamma >= 0.
template <RealScalar T>
struct ReverseStep {
  T rho;
  /// 2 (rho - 1)
  T score_factor;
  /// sqrt(rho^2 - 1)
  T noise_factor;

  explicit ReverseStep(const T& gamma);
};

/// A score at noise level l (the remaining time s_l of the grid) for a batch of points (d x n). Called from several
/// threads at once, with the same blocks of points for any number of threads.
template <RealScalar T>
using BatchedScore = std::function<Matrix<T>(const Matrix<T>& points, Index level)>;

/// The exact score of a mixture at every remaining time of the grid: densities are built once, at the N levels s_0,
/// ..., s_{N-1}. Throws as Density does.
template <RealScalar T>
BatchedScore<T> exact_score(const Mixture<T>& mixture, const TimeGrid<T>& grid);

/// y_0 ~ N(0, Id), then the N steps of the grid with the score at s_l: d x n, a particle a column. Particle i reads the
/// streams (seed, initial_particle, first + i) and (seed, reverse_noise, first + i) only; normals are drawn in double
/// and converted. The same seed gives the same bits for any number of threads. Throws UndecidedError if a particle
/// leaves the finite numbers (a score that grows faster than the steps allow). Domain: dimension >= 1, count >= 0.
template <RealScalar T>
Matrix<T> reverse_process(const BatchedScore<T>& score, const TimeGrid<T>& grid, Index dimension, Index count,
                          std::uint64_t seed, unsigned threads = 0, std::uint64_t first = 0);

/// Draws from a learned model: the reverse process in standardised coordinates, then back to the data's; `first` as
/// there.
template <RealScalar T>
Matrix<T> draw_from_model(const LearnedModel<T>& model, Index count, std::uint64_t seed, unsigned threads = 0,
                          std::uint64_t first = 0);

extern template struct ReverseStep<double>;
extern template struct ReverseStep<Real50>;
extern template BatchedScore<double> exact_score(const Mixture<double>&, const TimeGrid<double>&);
extern template BatchedScore<Real50> exact_score(const Mixture<Real50>&, const TimeGrid<Real50>&);
extern template Matrix<double> reverse_process(const BatchedScore<double>&, const TimeGrid<double>&, Index, Index,
                                               std::uint64_t, unsigned, std::uint64_t);
extern template Matrix<Real50> reverse_process(const BatchedScore<Real50>&, const TimeGrid<Real50>&, Index, Index,
                                               std::uint64_t, unsigned, std::uint64_t);
extern template Matrix<double> draw_from_model(const LearnedModel<double>&, Index, std::uint64_t, unsigned,
                                               std::uint64_t);
extern template Matrix<Real50> draw_from_model(const LearnedModel<Real50>&, Index, std::uint64_t, unsigned,
                                               std::uint64_t);

}  // namespace verimix

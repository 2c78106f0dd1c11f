// Which hypotheses of the theory the chosen estimates and sizes meet.
#pragma once

#include <vector>

#include "verimix/regress/learn_summary.hpp"
#include "verimix/regress/level_fit.hpp"

namespace verimix {

/// The number of steps N that [CKS25] Theorem 11, repaired, asks for accuracy eps in total variation:
///   T = max(1, log(2R/eps)), delta = alpha eps/(3R), L = log(1/delta),
///   kappa = min(1, eps^2/(4d (2.23 T + L/2 + 1.54))), so that D <= eps^2/4 (diffusion/discretisation.hpp),
///   N = 2 ceil(max(T - 1, 1.4427 L)/kappa).
/// Domain: eps in (0, 1), 0 < alpha <= 1, R >= e, d >= 1; throws InputError naming the one that fails.
double sampler_steps_required(double epsilon, double alpha, double radius, Index dimension);

/// What Proposition 25, repaired, promises of the structure's clustering at time 0 if its estimates were the truth:
/// clustering_error_upper with errors 0 and the best alpha and beta of the (clipped) estimates. +infinity where a
/// hypothesis fails, and for thresholds other than midpoints where a threshold is read. May exceed 1.
template <RealScalar T>
double promised_clustering_error(const CellStructure<T>& structure);

/// Evaluated in double on the estimates (time 0, standardised, covariances clipped). Of the score's cells: alpha <= 1
/// <= beta and R >= e (Definition 1, repaired), stop >= alpha eps/R (Proposition 51), N against sampler_steps_required
/// (Theorem 11). Of the clustering: separation of the partition pair (Definition 24: between-group distances above
/// within-group ones), promised_clustering_error below eps (a clustering that errs more often cannot serve that
/// accuracy in total variation), and whether it is that of the score's cells (Proposition 49). A single cell needs no
/// separation: not applicable, twice. Where Proposition 25 does not help the detail says that the theory promises
/// nothing. Verdicts are about the estimates and say nothing certain of the truth.
template <RealScalar T>
std::vector<HypothesisSummary> hypotheses_of(const CellStructure<T>& score_cells, const CellStructure<T>& clustering,
                                             double epsilon, double stop, int steps);

/// What the summary says of a clustering.
template <RealScalar T>
ClusteringSummary clustering_summary(const CellStructure<T>& clustering);

extern template double promised_clustering_error(const CellStructure<double>&);
extern template double promised_clustering_error(const CellStructure<Real50>&);
extern template std::vector<HypothesisSummary> hypotheses_of(const CellStructure<double>&, const CellStructure<double>&,
                                                             double, double, int);
extern template std::vector<HypothesisSummary> hypotheses_of(const CellStructure<Real50>&, const CellStructure<Real50>&,
                                                             double, double, int);
extern template ClusteringSummary clustering_summary(const CellStructure<double>&);
extern template ClusteringSummary clustering_summary(const CellStructure<Real50>&);

}  // namespace verimix

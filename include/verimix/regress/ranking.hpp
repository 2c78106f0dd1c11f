// Which cells are worth fitting in full: candidates and partition pairs ranked by the denoising loss of degree 1 on few
// rows, and the best of them once more by that of a higher degree on many. Beside them the clustering that tells the
// components apart, by degree 1 alone.
#pragma once

#include <cstdint>
#include <vector>

#include "verimix/regress/level_fit.hpp"
#include "verimix/regress/split_rows.hpp"

namespace verimix {

struct RankingOptions {
  /// Structures kept at each noise level.
  Index kept = 3;
  /// At most so many rows are fitted and judged at a noise level.
  Index rows = 1000;
  /// The best so many are ranked again, with polynomials of this degree on at most so many rows, where there are more
  /// rows to judge than in the first round. The clustering's degree stays 1.
  Index second_kept = 16, second_rows = 10000;
  int second_degree = 3;
  std::uint64_t seed = 0;
  unsigned threads = 0;
  /// They share the structures. Neither changes a result.
  std::reference_wrapper<Ranks> ranks = one_rank();
};

/// At each of the times, the best structures with more than one cell, best first; they induce different labels on the
/// rows.
template <RealScalar T>
struct RankedStructures {
  std::vector<T> times;
  std::vector<std::vector<CellStructure<T>>> best;
  /// The number of different labellings at the first of the times, the single cell not counted.
  Index distinct = 0;
  /// The first candidate of the best structure at the first of the times, as one cell (the first candidate if none has
  /// more cells).
  CellStructure<T> single_cell;
  /// What tells the components apart: of the structures with the most cells (k, where one of them labels the rows
  /// otherwise than every coarser one) the one with the least denoising loss of degree 1 at the first of the times. The
  /// single cell where there is no other.
  CellStructure<T> clustering;
};

/// The partition pairs that are tried for k components, each with more than one cell: all Bell(k)^2 - 1 for k <= 3; for
/// larger k only those in which one of the two partitions is trivial or both are the finest.
std::vector<PartitionPair> tried_pairs(Index k);

/// At every time: labels of all (candidate, pair) on the noised `fitted` rows; of those with equal cells the one with
/// the least promised_clustering_error (the first where they are equal) is kept; each gets degree-1 polynomials fitted
/// on `fitted` and its denoising loss on `judged`, and the best of them go into the second round: those of any number
/// of cells with second_degree, those with the most cells with degree 1. What polynomials of a higher degree fit best
/// need not be the components (proofs-notes/decisions/011-clustering-by-degree-one.md). Only labels matter to a fit, so
/// dropping repeats loses nothing but the region's parameters. `times` must not be empty, nor `list`. Every rank has
/// the same arguments. Collective.
template <RealScalar T>
RankedStructures<T> rank_structures(const std::vector<ParameterEstimates<T>>& list, const T& alpha,
                                    const Rows<T>& fitted, const Rows<T>& judged, const std::vector<T>& times,
                                    const RankingOptions& options);

extern template RankedStructures<double> rank_structures(const std::vector<ParameterEstimates<double>>&, const double&,
                                                         const Rows<double>&, const Rows<double>&,
                                                         const std::vector<double>&, const RankingOptions&);
extern template RankedStructures<Real50> rank_structures(const std::vector<ParameterEstimates<Real50>>&, const Real50&,
                                                         const Rows<Real50>&, const Rows<Real50>&,
                                                         const std::vector<Real50>&, const RankingOptions&);

}  // namespace verimix

// The rows that learning works on, in the order of the split, in blocks over the ranks.
#pragma once

#include <cstdint>
#include <vector>

#include "verimix/core/row_slice.hpp"

namespace verimix {

/// Rows with the numbers that key their noise.
template <RealScalar T>
struct Rows {
  /// d x n.
  Matrix<T> points;
  std::vector<Index> identities;

  /// `count` rows from the given place on, cyclically; all of them if there are no more than that.
  Rows window(Index begin, Index count) const;
};

/// All n rows permuted: places 0, ..., train_end - 1 are the training rows, then ranking rows up to ranking_end, then
/// validation rows. A rank holds the rows of its own blocks of places.
template <RealScalar T>
struct SplitRows {
  RowSlice<T> slice;
  /// The numbers of this rank's rows in the data.
  std::vector<Index> identities;
  Index train_end = 0, ranking_end = 0;

  Index count() const { return slice.blocks.rows; }
  Ranks& ranks() const { return slice.ranks; }
  /// This rank's blocks, each with the places [0, end) only, empty ones left out.
  std::vector<Rows<T>> own_blocks(Index end) const;
  std::vector<Rows<T>> own_blocks() const { return own_blocks(count()); }
  /// The rows at the given places, which may differ between the ranks, in that order. Collective.
  Rows<T> fetch(const std::vector<Index>& places) const;
  /// The rows at the given places, cut into blocks of their own; a rank fetches those of its own of these blocks.
  /// Collective.
  RowSlice<T> part(IndexRange places) const;
};

/// `count` places from `begin` on, cyclically within [range.begin, range.end); all of them in order if there are no
/// more than that.
std::vector<Index> window_places(IndexRange range, Index begin, Index count);

/// Fisher and Yates' permutation from the stream (seed, split), cut into 60/20/20; each row goes to the rank that holds
/// its place. Every rank holds the permutation meanwhile, 4 bytes a row. Throws InputError for 2^32 rows or more
/// ("rows"). Collective.
template <RealScalar T>
SplitRows<T> split_rows(RowSlice<T> data, std::uint64_t seed);

extern template struct Rows<double>;
extern template struct Rows<Real50>;
extern template struct SplitRows<double>;
extern template struct SplitRows<Real50>;
extern template SplitRows<double> split_rows(RowSlice<double>, std::uint64_t);
extern template SplitRows<Real50> split_rows(RowSlice<Real50>, std::uint64_t);

}  // namespace verimix

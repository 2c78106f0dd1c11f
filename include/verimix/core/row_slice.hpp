// The rows of a table by slices: each rank reads and holds those of its own blocks.
#pragma once

#include <filesystem>

#include "verimix/core/ranks.hpp"

namespace verimix {

/// n rows of R^d, of which this rank holds rows begin(), ..., as columns (d x own).
template <RealScalar T>
struct RowSlice {
  Matrix<T> points;
  RowBlocks blocks;
  std::reference_wrapper<Ranks> ranks = one_rank();

  Index dimension() const { return points.rows(); }
  Index begin() const { return blocks.rows_of_rank(ranks.get().rank(), ranks.get().size()).begin; }
  /// A copy of each of this rank's blocks. (A copy, so that memory is aligned alike for every number of ranks: Eigen's
  /// sums depend on that.)
  std::vector<Matrix<T>> own_blocks() const;
};

/// All rows at one rank.
template <RealScalar T>
RowSlice<T> whole(Matrix<T> points);

/// This rank's slice of the points in the file, as read_points reads them: the same numbers, and the same InputErrors
/// at every rank. Of a .npy a rank reads its own rows; of a .csv or .json every rank reads all bytes twice, counting
/// the rows and keeping its own, and holds one megabyte or one row of them. (A .json that is refused is held as a
/// whole, to say why.) Collective.
RowSlice<double> read_row_slice(const std::filesystem::path& path, Ranks& ranks);

extern template struct RowSlice<double>;
extern template struct RowSlice<Real50>;
extern template RowSlice<double> whole(Matrix<double>);
extern template RowSlice<Real50> whole(Matrix<Real50>);

}  // namespace verimix

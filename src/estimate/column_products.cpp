#include "column_products.hpp"

#include <array>
#include <numeric>
#include <xsimd/xsimd.hpp>

namespace verimix::estimate_detail {
namespace {

using Lanes = xsimd::batch<double>;
constexpr auto lanes = static_cast<Index>(Lanes::size);

/// Columns of a tile; and rows, so that the sums and what is multiplied fit into 32 registers or into 16.
constexpr Index tile_columns = 4, tile_rows = lanes == 8 ? 4 : 2;

Index rounded_up(Index n, Index multiple) { return (n + multiple - 1) / multiple * multiple; }

double total(const Lanes& x) {
  std::array<double, Lanes::size> values{};
  x.store_unaligned(values.data());
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// out(r, c) = sum_j a(j, r) b(j, c) for a tile; a and b with `length` rows, a multiple of `lanes`.
void tile_products(const double* a, const double* b, Index length, double* out, Index out_stride) {
  std::array<std::array<Lanes, tile_columns>, tile_rows> sums;
  for (auto& row : sums) row.fill(Lanes(0.0));
  for (Index j = 0; j < length; j += lanes) {
    std::array<Lanes, tile_rows> left;
    for (Index r = 0; r < tile_rows; ++r) left[static_cast<std::size_t>(r)] = Lanes::load_unaligned(a + r * length + j);
    for (std::size_t c = 0; c < tile_columns; ++c) {
      const Lanes right = Lanes::load_unaligned(b + static_cast<Index>(c) * length + j);
      for (std::size_t r = 0; r < tile_rows; ++r) sums[r][c] = xsimd::fma(left[r], right, sums[r][c]);
    }
  }
  for (std::size_t c = 0; c < tile_columns; ++c)
    for (std::size_t r = 0; r < tile_rows; ++r)
      out[static_cast<Index>(r) + static_cast<Index>(c) * out_stride] = total(sums[r][c]);
}

}  // namespace

Matrix<double> padded_columns(Index rows, Index columns) {
  Matrix<double> out(rounded_up(rows, lanes), rounded_up(columns, tile_columns));
  out.bottomRows(out.rows() - rows).setZero();
  out.rightCols(out.cols() - columns).setZero();
  return out;
}

Matrix<double> lower_products(const Matrix<double>& columns, Index size) {
  Matrix<double> out = Matrix<double>::Zero(columns.cols(), columns.cols());
  for (Index r = 0; r < columns.cols(); r += tile_rows)
    for (Index c = 0; c < r + tile_rows; c += tile_columns)
      tile_products(columns.col(r).data(), columns.col(c).data(), columns.rows(), &out(r, c), out.rows());
  return out.topLeftCorner(size, size);
}

}  // namespace verimix::estimate_detail

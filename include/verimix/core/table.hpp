// Points and data: .csv (optional header row, one point a row), .npy (float64, n x d, C or Fortran order), .json (array
// of arrays of numbers).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "verimix/core/file.hpp"
#include "verimix/core/linear_algebra.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {

/// What a table may be read into: a scalar, or the exact fractions that are written.
template <class T>
concept TableEntry = Scalar<T> || std::same_as<T, Rational>;

/// n points in R^d in the type asked for, one a column: d x n. Every number is read as the exact value that is
/// written (a .npy entry: the exact value of its float64) and rounded once. Throws InputError, naming the row (1-based,
/// the header not counted) where there is one, for: a path that cannot be read, an empty file, no rows, ragged rows,
/// text in a number, NaN or infinity, an unknown extension, a .npy that is truncated, not '<f8', or not of shape (n, d)
/// with d >= 1.
template <TableEntry T>
Matrix<T> read_points(const std::filesystem::path& path);

/// The readers by format, for bytes that are already in memory.
template <TableEntry T>
Matrix<T> parse_csv_points(std::string_view text);
template <TableEntry T>
Matrix<T> parse_json_points(std::string_view text);
Matrix<double> parse_npy_points(std::string_view bytes);

/// The columns' names in the header row of a .csv; empty where it has none.
std::vector<std::string> csv_header(std::string_view text);

/// The bytes of a file with n rows of d numbers (`points` is d x n).
std::string csv_bytes(const Matrix<double>& points);
std::string npy_bytes(const Matrix<double>& points);
/// Throws InputError unless the name ends in .csv or .npy: what write_points can write.
void require_points_path(const std::filesystem::path& path);
/// A file of `rows` points in R^columns, .csv or .npy by the extension, written in parts (OutputFile): what is appended
/// need not be kept. Domain of commit: as many rows as announced have been appended.
class PointsFile {
 public:
  PointsFile(const std::filesystem::path& path, Index rows, Index columns);
  void append(const Matrix<double>& points);
  void commit();

 private:
  bool csv_;
  Index left_;
  OutputFile file_;
};

/// Writes .csv or .npy by the extension; throws InputError for another one.
void write_points(const std::filesystem::path& path, const Matrix<double>& points);

}  // namespace verimix

#include "verimix/core/table.hpp"

#include <csv.h>
#include <fmt/format.h>

#include <cstring>

#include "table_format.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/json.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

using namespace table_detail;

/// The fields of a whole .csv, one after the other in one string.
class CsvFields {
 public:
  explicit CsvFields(std::string_view text) {
    csv_parser parser{};
    require_invariant(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0, "the CSV parser starts");
    const std::size_t parsed = csv_parse(&parser, text.data(), text.size(), on_field, on_row, this);
    const bool complete = parsed == text.size() && csv_fini(&parser, on_field, on_row, this) == 0;
    const std::string why = csv_strerror(csv_error(&parser));
    csv_free(&parser);
    if (!complete)
      throw InputError("", fmt::format("line {}", rows() + 1), "",
                       parsed == text.size() ? "a closing quote before the end of the file"
                                             : fmt::format("a row as in RFC 4180 ({})", why));
  }

  Index rows() const { return static_cast<Index>(row_ends_.size()); }
  Index columns(Index row) const { return static_cast<Index>(row_end(row) - row_begin(row)); }
  std::string_view field(Index row, Index column) const {
    const std::size_t i = row_begin(row) + static_cast<std::size_t>(column);
    const std::size_t begin = i == 0 ? 0 : field_ends_[i - 1];
    return std::string_view(text_).substr(begin, field_ends_[i] - begin);
  }

  /// A first row in which nothing is a number.
  bool has_header() const {
    if (rows() == 0) return false;
    for (Index column = 0; column < columns(0); ++column)
      if (is_number(field(0, column))) return false;
    return true;
  }

 private:
  // Called from C, through which an exception must not pass: the only one possible, running out of memory, ends the
  // program.
  static void on_field(void* field, std::size_t size, void* self) noexcept {
    auto& fields = *static_cast<CsvFields*>(self);
    fields.text_.append(static_cast<const char*>(field), size);
    fields.field_ends_.push_back(fields.text_.size());
  }
  static void on_row(int /*terminator*/, void* self) noexcept {
    auto& fields = *static_cast<CsvFields*>(self);
    fields.row_ends_.push_back(fields.field_ends_.size());
  }
  std::size_t row_begin(Index row) const { return row == 0 ? 0 : row_ends_[static_cast<std::size_t>(row - 1)]; }
  std::size_t row_end(Index row) const { return row_ends_[static_cast<std::size_t>(row)]; }

  std::string text_;
  std::vector<std::size_t> field_ends_;
  std::vector<std::size_t> row_ends_;
};

}  // namespace

template <TableEntry T>
Matrix<T> parse_csv_points(std::string_view text) {
  const CsvFields fields(without_byte_order_mark(text));
  const Index first = fields.has_header() ? 1 : 0;
  const Index n = fields.rows() - first;
  require_rows(n);
  const Index d = fields.columns(first);
  for (Index row = 0; row < n; ++row) require_columns(row, fields.columns(first + row), d);
  if (first == 1 && fields.columns(0) != d)
    throw InputError("", "header", fmt::format("{} names", fields.columns(0)),
                     fmt::format("{}, as there are columns", d));
  Matrix<T> points(d, n);
  for (Index row = 0; row < n; ++row)
    for (Index column = 0; column < d; ++column)
      points(column, row) = parse_entry<T>(fields.field(first + row, column), row, column);
  return points;
}

template <TableEntry T>
Matrix<T> parse_json_points(std::string_view text) {
  if (text.empty()) require_rows(0);
  const Json document = parse_json(text);
  if (!document.is_array()) throw InputError("", "document", document.dump(), "an array of arrays of numbers");
  require_rows(static_cast<Index>(document.size()));
  const auto n = static_cast<Index>(document.size());
  for (Index row = 0; row < n; ++row) {
    const Json& point = document[static_cast<std::size_t>(row)];
    if (!point.is_array()) throw InputError("", fmt::format("row {}", row + 1), point.dump(), "an array of numbers");
    require_columns(row, static_cast<Index>(point.size()), static_cast<Index>(document[0].size()));
  }
  const auto d = static_cast<Index>(document[0].size());
  Matrix<T> points(d, n);
  for (Index row = 0; row < n; ++row)
    for (Index column = 0; column < d; ++column)
      points(column, row) =
          json_entry<T>(document[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)], row, column);
  return points;
}

Matrix<double> parse_npy_points(std::string_view bytes) {
  const NpyHeader header = take_npy_header(bytes);
  require_npy_size(header, bytes.size());
  Matrix<double> points(header.columns, header.rows);
  if (header.fortran_order) {
    Matrix<double> by_columns(header.rows, header.columns);
    std::memcpy(by_columns.data(), bytes.data(), bytes.size());
    points = by_columns.transpose();
  } else {
    std::memcpy(points.data(), bytes.data(), bytes.size());
  }
  for (Index row = 0; row < points.cols(); ++row)
    for (Index column = 0; column < points.rows(); ++column)
      if (!is_finite(points(column, row)))
        throw InputError("", entry_name(row, column), to_text(points(column, row)), "a finite number");
  return points;
}

template <TableEntry T>
Matrix<T> read_points(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  if (extension != ".csv" && extension != ".npy" && extension != ".json")
    throw InputError("", "path", path.string(), "a name that ends in .csv, .npy or .json");
  const std::string bytes = read_file(path);
  try {
    if (extension == ".csv") return parse_csv_points<T>(bytes);
    if (extension == ".json") return parse_json_points<T>(bytes);
    return parse_npy_points(bytes).unaryExpr([](double x) { return T(x); });
  } catch (const InputError& error) {
    throw error.in_file(path.string());
  }
}

std::vector<std::string> csv_header(std::string_view text) {
  const CsvFields fields(without_byte_order_mark(text));
  std::vector<std::string> names;
  if (!fields.has_header()) return names;
  for (Index column = 0; column < fields.columns(0); ++column) names.emplace_back(fields.field(0, column));
  return names;
}

std::string csv_bytes(const Matrix<double>& points) {
  std::string text;
  for (Index row = 0; row < points.cols(); ++row)
    for (Index column = 0; column < points.rows(); ++column) {
      text += to_text(points(column, row));
      text += column + 1 < points.rows() ? ',' : '\n';
    }
  return text;
}

namespace {

std::string npy_header(Index rows, Index columns) {
  // The data begin at a multiple of 64 bytes, as the format asks.
  constexpr std::size_t alignment = 64;
  constexpr std::size_t preamble = 10;
  std::string header = fmt::format("{{'descr': '<f8', 'fortran_order': False, 'shape': ({}, {}), }}", rows, columns);
  header.append(alignment - (preamble + header.size() + 1) % alignment, ' ');
  header += '\n';
  std::string bytes(npy_magic);
  bytes += {'\x01', '\0', static_cast<char>(header.size() & 0xFFU), static_cast<char>(header.size() >> 8U)};
  return bytes + header;
}

std::string_view entries_of(const Matrix<double>& points) {
  return {reinterpret_cast<const char*>(points.data()), static_cast<std::size_t>(points.size()) * sizeof(double)};
}

}  // namespace

std::string npy_bytes(const Matrix<double>& points) {
  return npy_header(points.cols(), points.rows()).append(entries_of(points));
}

void require_points_path(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  if (extension != ".csv" && extension != ".npy")
    throw InputError("", "path", path.string(), "a name that ends in .csv or .npy");
}

namespace {

const std::filesystem::path& points_path(const std::filesystem::path& path) {
  require_points_path(path);
  return path;
}

}  // namespace

PointsFile::PointsFile(const std::filesystem::path& path, Index rows, Index columns)
    : csv_(path.extension() == ".csv"), left_(rows), file_(points_path(path)) {
  if (!csv_) file_.append(npy_header(rows, columns));
}

void PointsFile::append(const Matrix<double>& points) {
  if (csv_)
    file_.append(csv_bytes(points));
  else
    file_.append(entries_of(points));
  left_ -= points.cols();
}

void PointsFile::commit() {
  require_invariant(left_ == 0, "a file of points has the rows that it was begun for");
  file_.commit();
}

void write_points(const std::filesystem::path& path, const Matrix<double>& points) {
  PointsFile file(path, points.cols(), points.rows());
  file.append(points);
  file.commit();
}

template Matrix<double> read_points(const std::filesystem::path&);
template Matrix<Real50> read_points(const std::filesystem::path&);
template Matrix<Real100> read_points(const std::filesystem::path&);
template Matrix<Ball> read_points(const std::filesystem::path&);
template Matrix<Rational> read_points(const std::filesystem::path&);
template Matrix<double> parse_csv_points(std::string_view);
template Matrix<Real50> parse_csv_points(std::string_view);
template Matrix<Real100> parse_csv_points(std::string_view);
template Matrix<Ball> parse_csv_points(std::string_view);
template Matrix<Rational> parse_csv_points(std::string_view);
template Matrix<double> parse_json_points(std::string_view);
template Matrix<Real50> parse_json_points(std::string_view);
template Matrix<Real100> parse_json_points(std::string_view);
template Matrix<Ball> parse_json_points(std::string_view);
template Matrix<Rational> parse_json_points(std::string_view);

}  // namespace verimix

#include "verimix/core/table.hpp"

#include <csv.h>
#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <regex>

#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/json.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

static_assert(std::endian::native == std::endian::little, "a .npy entry is copied as it stands, little-endian");

std::string entry_name(Index row, Index column) { return fmt::format("row {}, column {}", row + 1, column + 1); }

template <TableEntry T>
T exactly_or_rounded(const Rational& value) {
  if constexpr (std::same_as<T, Rational>)
    return value;
  else
    return from_rational<T>(value);
}

/// The number, rounded at most once; nothing if the text is not a number. A text that names no finite number of
/// the scalar gives one that is not finite.
template <TableEntry T>
std::optional<T> parse_number(std::string_view text) {
  if constexpr (std::same_as<T, double>) {
    // The usual case, many times faster than the exact fraction, and rounded to nearest as well.
    double value = 0;
    const auto end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, value);
    if (failure == std::errc{} && stop == end) return value;
  }
  try {
    return exactly_or_rounded<T>(parse_rational(text));
  } catch (const InputError&) {
    return std::nullopt;
  }
}

bool is_number(std::string_view text) { return parse_number<double>(text).has_value(); }

template <TableEntry T>
T parse_entry(std::string_view text, Index row, Index column) {
  const std::optional<T> value = parse_number<T>(text);
  if (!value) throw InputError("", entry_name(row, column), std::string(text), "a finite number");
  if (!is_finite(*value))
    throw InputError("", entry_name(row, column), std::string(text), "a finite number in the range of the precision");
  return *value;
}

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

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

void require_rows(Index rows) {
  if (rows == 0) throw InputError("", "content", "", "at least one row of numbers");
}

void require_columns(Index row, Index columns, Index first_columns) {
  if (columns != first_columns || columns == 0)
    throw InputError("", fmt::format("row {}", row + 1), fmt::format("{} numbers", columns),
                     first_columns == 0 ? "at least one number" : fmt::format("{}, as in row 1", first_columns));
}

/// The shape and order that the header of a .npy promises.
struct NpyHeader {
  Index rows = 0;
  Index columns = 0;
  bool fortran_order = false;
};

Index npy_extent(const std::string& digits) {
  Index value = 0;
  const auto end = digits.data() + digits.size();
  const auto [stop, failure] = std::from_chars(digits.data(), end, value);
  if (failure != std::errc{} || stop != end) throw InputError("", "shape", digits, "extents of 64 bits");
  return value;
}

/// A Python dictionary with exactly the three keys of the format, in any order.
NpyHeader parse_npy_header(const std::string& text) {
  static const std::regex item(R"(\s*'(\w+)'\s*:\s*('[^']*'|True|False|\([\d,\s]*\))\s*(,|(?=\})))");
  static const std::regex matrix_shape(R"(\(\s*(\d+)\s*,\s*(\d+)\s*,?\s*\))");
  const auto malformed = [&] {
    return InputError("", "header", text, "a dictionary with the keys descr, fortran_order and shape");
  };
  std::map<std::string, std::string> items;
  std::size_t at = text.find_first_not_of(' ');
  if (at == std::string::npos || text[at++] != '{') throw malformed();
  std::smatch match;
  while (std::regex_search(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), match, item,
                           std::regex_constants::match_continuous)) {
    if (!items.emplace(match[1], match[2]).second) throw malformed();
    at += static_cast<std::size_t>(match.length());
  }
  const std::size_t closing = text.find_first_not_of(" \n", at);
  if (closing == std::string::npos || text[closing] != '}' ||
      text.find_first_not_of(" \n", closing + 1) != std::string::npos || items.size() != 3 ||
      !items.contains("descr") || !items.contains("fortran_order") || !items.contains("shape"))
    throw malformed();
  const std::string descr = items["descr"];
  if (descr == "'>f8'") throw InputError("", "descr", descr, "'<f8', little-endian float64, not big-endian");
  if (descr != "'<f8'") throw InputError("", "descr", descr, "'<f8', little-endian float64");
  const std::string order = items["fortran_order"];
  if (order != "True" && order != "False") throw InputError("", "fortran_order", order, "True or False");
  std::smatch shape;
  if (!std::regex_match(items["shape"], shape, matrix_shape))
    throw InputError("", "shape", items["shape"], "a shape (n, d): n points, each a row of d numbers");
  return {.rows = npy_extent(shape[1]), .columns = npy_extent(shape[2]), .fortran_order = order == "True"};
}

std::size_t little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) value = value << 8U | static_cast<unsigned char>(bytes[i - 1]);
  return value;
}

constexpr std::string_view npy_magic("\x93NUMPY", 6);

/// Takes the preamble off `bytes` and returns the text of the header.
std::string take_npy_header(std::string_view& bytes) {
  // numpy itself refuses to evaluate a longer one.
  constexpr std::size_t longest = 10000;
  const auto take = [&](std::size_t count) {
    if (bytes.size() < count) throw InputError("", "header", "", "more bytes, but the file ends here (truncated)");
    const std::string_view taken = bytes.substr(0, count);
    bytes.remove_prefix(count);
    return taken;
  };
  if (bytes.empty()) throw InputError("", "content", "", "at least one row of numbers");
  if (take(npy_magic.size()) != npy_magic) throw InputError("", "header", "", "the first bytes of a .npy, \\x93NUMPY");
  const std::string_view version = take(2);
  const bool two = version == std::string_view("\x02\0", 2);
  if (!two && version != std::string_view("\x01\0", 2))
    throw InputError(
        "", "version",
        fmt::format("{}.{}", static_cast<unsigned char>(version[0]), static_cast<unsigned char>(version[1])),
        "1.0 or 2.0");
  const std::size_t size = little_endian(take(two ? 4 : 2));
  if (size > longest) throw InputError("", "header", fmt::format("{} bytes", size), fmt::format("at most {}", longest));
  return std::string(take(size));
}

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
    for (Index column = 0; column < d; ++column) {
      const Json& entry = document[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
      const T value = exactly_or_rounded<T>(json_rational(entry, entry_name(row, column)));
      if (!is_finite(value))
        throw InputError("", entry_name(row, column), entry.dump(), "a finite number in the range of the precision");
      points(column, row) = value;
    }
  return points;
}

Matrix<double> parse_npy_points(std::string_view bytes) {
  const NpyHeader header = parse_npy_header(take_npy_header(bytes));
  const std::string shape = fmt::format("({}, {})", header.rows, header.columns);
  require_rows(header.rows);
  if (header.columns == 0) throw InputError("", "shape", shape, "at least one column");
  constexpr Index most = std::numeric_limits<Index>::max() / static_cast<Index>(sizeof(double));
  if (header.rows > most / header.columns)
    throw InputError("", "shape", shape, "fewer entries than memory has addresses");
  const std::size_t size = static_cast<std::size_t>(header.rows * header.columns) * sizeof(double);
  if (bytes.size() != size)
    throw InputError(
        "", "data", fmt::format("{} bytes", bytes.size()),
        fmt::format("{} bytes for shape {} ({})", size, shape, bytes.size() < size ? "truncated" : "trailing bytes"));
  Matrix<double> points(header.columns, header.rows);
  if (header.fortran_order) {
    Matrix<double> by_columns(header.rows, header.columns);
    std::memcpy(by_columns.data(), bytes.data(), size);
    points = by_columns.transpose();
  } else {
    std::memcpy(points.data(), bytes.data(), size);
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

std::string npy_bytes(const Matrix<double>& points) {
  // The data begin at a multiple of 64 bytes, as the format asks.
  constexpr std::size_t alignment = 64;
  constexpr std::size_t preamble = 10;
  std::string header =
      fmt::format("{{'descr': '<f8', 'fortran_order': False, 'shape': ({}, {}), }}", points.cols(), points.rows());
  header.append(alignment - (preamble + header.size() + 1) % alignment, ' ');
  header += '\n';
  std::string bytes(npy_magic);
  bytes += {'\x01', '\0', static_cast<char>(header.size() & 0xFFU), static_cast<char>(header.size() >> 8U)};
  bytes += header;
  const std::size_t at = bytes.size();
  bytes.resize(at + static_cast<std::size_t>(points.size()) * sizeof(double));
  if (points.size() > 0) std::memcpy(bytes.data() + at, points.data(), bytes.size() - at);
  return bytes;
}

void require_points_path(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  if (extension != ".csv" && extension != ".npy")
    throw InputError("", "path", path.string(), "a name that ends in .csv or .npy");
}

void write_points(const std::filesystem::path& path, const Matrix<double>& points) {
  require_points_path(path);
  write_file(path, path.extension() == ".csv" ? csv_bytes(points) : npy_bytes(points));
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

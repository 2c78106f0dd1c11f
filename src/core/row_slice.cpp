#include "verimix/core/row_slice.hpp"

#include <csv.h>
#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <system_error>

#include "table_format.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/json.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/table.hpp"

namespace verimix {
namespace {

using namespace table_detail;

constexpr std::size_t chunk_bytes = std::size_t{1} << 20U;

std::ifstream open_to_read(const std::filesystem::path& path) {
  std::error_code ignored;
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  // read_file says why.
  if (std::filesystem::is_directory(path, ignored) || !stream) read_file(path);
  return stream;
}

[[noreturn]] void refuse_reading(const std::filesystem::path& path) {
  throw InputError("", "path", path.string(), "a file that can be read to its end");
}

/// Calls on_row with the fields of one row after the other; holds no more than one row and one chunk.
class CsvStream {
 public:
  using OnRow = std::function<void(const std::vector<std::string>& fields)>;

  static void read(const std::filesystem::path& path, const OnRow& on_row) {
    CsvStream stream(on_row);
    std::ifstream file = open_to_read(path);
    csv_parser parser{};
    require_invariant(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0, "the CSV parser starts");
    std::string chunk(chunk_bytes, '\0');
    bool first = true, whole_text = true;
    while (whole_text && file) {
      file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
      std::string_view text(chunk.data(), static_cast<std::size_t>(file.gcount()));
      if (first) text = without_byte_order_mark(text);
      first = false;
      whole_text = csv_parse(&parser, text.data(), text.size(), field, row, &stream) == text.size();
    }
    const bool complete = whole_text && csv_fini(&parser, field, row, &stream) == 0;
    const std::string why = csv_strerror(csv_error(&parser));
    csv_free(&parser);
    if (file.bad()) refuse_reading(path);
    if (!complete)
      throw InputError(
          "", fmt::format("line {}", stream.rows_ + 1), "",
          whole_text ? "a closing quote before the end of the file" : fmt::format("a row as in RFC 4180 ({})", why));
  }

 private:
  explicit CsvStream(const OnRow& on_row) : on_row_(on_row) {}

  // Called from C, through which an exception must not pass.
  static void field(void* text, std::size_t size, void* self) noexcept {
    static_cast<CsvStream*>(self)->fields_.emplace_back(static_cast<const char*>(text), size);
  }
  static void row(int /*terminator*/, void* self) noexcept {
    auto& stream = *static_cast<CsvStream*>(self);
    stream.on_row_(stream.fields_);
    stream.fields_.clear();
    ++stream.rows_;
  }

  const OnRow& on_row_;
  std::vector<std::string> fields_;
  Index rows_ = 0;
};

/// What the first pass over a .csv finds.
struct CsvShape {
  Index rows = 0, columns = 0;
  bool header = false;
};

CsvShape csv_shape(const std::filesystem::path& path) {
  CsvShape out;
  Index header_columns = 0;
  std::optional<std::pair<Index, Index>> ragged;
  CsvStream::read(path, [&](const std::vector<std::string>& fields) {
    const auto columns = static_cast<Index>(fields.size());
    if (out.rows == 0 && !out.header && std::none_of(fields.begin(), fields.end(), is_number)) {
      out.header = true;
      header_columns = columns;
      return;
    }
    if (out.rows == 0) out.columns = columns;
    if (!ragged && (columns != out.columns || columns == 0)) ragged = {out.rows, columns};
    ++out.rows;
  });
  require_rows(out.rows);
  if (ragged) require_columns(ragged->first, ragged->second, out.columns);
  if (out.header && header_columns != out.columns)
    throw InputError("", "header", fmt::format("{} names", header_columns),
                     fmt::format("{}, as there are columns", out.columns));
  return out;
}

void read_csv_rows(const std::filesystem::path& path, const CsvShape& shape, IndexRange own, Matrix<double>& points) {
  Index row = shape.header ? -1 : 0;
  std::optional<InputError> failure;
  CsvStream::read(path, [&](const std::vector<std::string>& fields) {
    const Index at = row++;
    if (failure || at < own.begin || at >= own.end) return;
    try {
      for (Index column = 0; column < shape.columns; ++column)
        points(column, at - own.begin) = parse_entry<double>(fields[static_cast<std::size_t>(column)], at, column);
    } catch (const InputError& error) {
      failure = error;
    }
  });
  if (failure) throw *failure;
}

/// Rows and columns of a .json that is an array of rows of equal length; what is wrong with another one, read_points
/// says, which holds all of it.
std::pair<Index, Index> json_shape(const std::filesystem::path& path) {
  Index rows = 0, columns = 0;
  bool equal = true;
  std::ifstream file = open_to_read(path);
  const bool good = read_json_rows(file, [&](const std::vector<Json>& row) {
    if (rows++ == 0) columns = static_cast<Index>(row.size());
    equal = equal && static_cast<Index>(row.size()) == columns;
  });
  if (!good || !equal || columns == 0) {
    read_points<double>(path);
    refuse_reading(path);
  }
  return {rows, columns};
}

void read_json_points(const std::filesystem::path& path, IndexRange own, Matrix<double>& points) {
  Index at = 0;
  std::ifstream file = open_to_read(path);
  read_json_rows(file, [&](const std::vector<Json>& row) {
    const Index n = at++;
    if (n < own.begin || n >= own.end) return;
    if (static_cast<Index>(row.size()) != points.rows()) refuse_reading(path);
    for (Index column = 0; column < points.rows(); ++column)
      points(column, n - own.begin) = json_entry<double>(row[static_cast<std::size_t>(column)], n, column);
  });
  // It was longer when it was counted.
  if (at < own.end) refuse_reading(path);
}

/// The header of a .npy and where its data begin.
struct NpyFile {
  NpyHeader header;
  std::size_t data = 0;
};

NpyFile npy_file(const std::filesystem::path& path) {
  std::ifstream file = open_to_read(path);
  constexpr std::size_t preamble = 12;
  std::string start(preamble + longest_npy_header, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  std::string_view rest(start);
  NpyFile out{take_npy_header(rest), 0};
  out.data = start.size() - rest.size();
  std::error_code failure;
  const auto size = std::filesystem::file_size(path, failure);
  if (failure) refuse_reading(path);
  require_npy_size(out.header, static_cast<std::size_t>(size) - out.data);
  return out;
}

void read_npy_rows(const std::filesystem::path& path, const NpyFile& npy, IndexRange own, Matrix<double>& points) {
  std::ifstream file = open_to_read(path);
  const auto read_at = [&](Index entry, double* into, Index count) {
    file.seekg(static_cast<std::streamoff>(npy.data + static_cast<std::size_t>(entry) * sizeof(double)));
    if (count > 0 && !file.read(reinterpret_cast<char*>(into), count * static_cast<Index>(sizeof(double))))
      refuse_reading(path);
  };
  if (npy.header.fortran_order) {
    Vector<double> column(own.size());
    for (Index j = 0; j < npy.header.columns; ++j) {
      read_at(j * npy.header.rows + own.begin, column.data(), own.size());
      points.row(j) = column.transpose();
    }
  } else {
    read_at(own.begin * npy.header.columns, points.data(), points.size());
  }
  for (Index row = 0; row < points.cols(); ++row)
    for (Index column = 0; column < points.rows(); ++column)
      if (!is_finite(points(column, row)))
        throw InputError("", entry_name(own.begin + row, column), to_text(points(column, row)), "a finite number");
}

RowSlice<double> slice_of(const std::filesystem::path& path, Ranks& ranks) {
  const std::string extension = path.extension().string();
  RowSlice<double> out{{}, RowBlocks(), ranks};
  const auto begin = [&](Index rows, Index columns) {
    out.blocks = RowBlocks(rows);
    const IndexRange own = out.blocks.rows_of_rank(ranks.rank(), ranks.size());
    out.points.resize(columns, own.size());
    return own;
  };
  if (extension == ".npy") {
    const NpyFile npy = npy_file(path);
    read_npy_rows(path, npy, begin(npy.header.rows, npy.header.columns), out.points);
  } else if (extension == ".csv") {
    const CsvShape shape = csv_shape(path);
    read_csv_rows(path, shape, begin(shape.rows, shape.columns), out.points);
  } else if (extension == ".json") {
    const auto [rows, columns] = json_shape(path);
    read_json_points(path, begin(rows, columns), out.points);
  } else {
    read_points<double>(path);  // refuses the name
  }
  return out;
}

}  // namespace

template <RealScalar T>
std::vector<Matrix<T>> RowSlice<T>::own_blocks() const {
  std::vector<Matrix<T>> out;
  const IndexRange own = blocks.blocks_of_rank(ranks.get().rank(), ranks.get().size());
  for (Index b = own.begin; b < own.end; ++b) {
    const IndexRange rows = blocks.rows_of(b);
    out.emplace_back(points.middleCols(rows.begin - begin(), rows.size()));
  }
  return out;
}

template <RealScalar T>
RowSlice<T> whole(Matrix<T> points) {
  const RowBlocks blocks(points.cols());
  return {std::move(points), blocks, one_rank()};
}

RowSlice<double> read_row_slice(const std::filesystem::path& path, Ranks& ranks) {
  if (ranks.size() == 1) return whole(read_points<double>(path));
  RowSlice<double> out;
  together(ranks, [&] {
    try {
      out = slice_of(path, ranks);
    } catch (const InputError& error) {
      throw error.file().empty() && error.field() != "path" ? error.in_file(path.string()) : error;
    }
  });
  return out;
}

template struct RowSlice<double>;
template struct RowSlice<Real50>;
template RowSlice<double> whole(Matrix<double>);
template RowSlice<Real50> whole(Matrix<Real50>);

}  // namespace verimix

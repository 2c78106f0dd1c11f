#include "table_format.hpp"

#include <fmt/format.h>

#include <bit>
#include <limits>
#include <map>
#include <regex>

namespace verimix::table_detail {

static_assert(std::endian::native == std::endian::little, "a .npy entry is copied as it stands, little-endian");

std::string entry_name(Index row, Index column) { return fmt::format("row {}, column {}", row + 1, column + 1); }

bool is_number(std::string_view text) { return parse_number<double>(text).has_value(); }

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

namespace {

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

}  // namespace

NpyHeader take_npy_header(std::string_view& bytes) {
  // numpy itself refuses to evaluate a longer one.
  constexpr std::size_t longest = longest_npy_header;
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
  return parse_npy_header(std::string(take(size)));
}

void require_npy_size(const NpyHeader& header, std::size_t size) {
  const std::string shape = fmt::format("({}, {})", header.rows, header.columns);
  require_rows(header.rows);
  if (header.columns == 0) throw InputError("", "shape", shape, "at least one column");
  constexpr Index most = std::numeric_limits<Index>::max() / static_cast<Index>(sizeof(double));
  if (header.rows > most / header.columns)
    throw InputError("", "shape", shape, "fewer entries than memory has addresses");
  const std::size_t promised = static_cast<std::size_t>(header.rows * header.columns) * sizeof(double);
  if (size != promised)
    throw InputError(
        "", "data", fmt::format("{} bytes", size),
        fmt::format("{} bytes for shape {} ({})", promised, shape, size < promised ? "truncated" : "trailing bytes"));
}

}  // namespace verimix::table_detail

// What the readers of whole files (table.cpp) and of slices (row_slice.cpp) share: entries, checks of shape, the header
// of a .npy.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "verimix/core/error.hpp"
#include "verimix/core/json.hpp"
#include "verimix/core/table.hpp"

namespace verimix::table_detail {

std::string entry_name(Index row, Index column);

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

bool is_number(std::string_view text);

template <TableEntry T>
T parse_entry(std::string_view text, Index row, Index column) {
  const std::optional<T> value = parse_number<T>(text);
  if (!value) throw InputError("", entry_name(row, column), std::string(text), "a finite number");
  if (!is_finite(*value))
    throw InputError("", entry_name(row, column), std::string(text), "a finite number in the range of the precision");
  return *value;
}

template <TableEntry T>
T json_entry(const Json& entry, Index row, Index column) {
  const T value = exactly_or_rounded<T>(json_rational(entry, entry_name(row, column)));
  if (!is_finite(value))
    throw InputError("", entry_name(row, column), entry.dump(), "a finite number in the range of the precision");
  return value;
}

std::string_view without_byte_order_mark(std::string_view text);

/// Throw InputError for a table without rows, a row of another length than the first.
void require_rows(Index rows);
void require_columns(Index row, Index columns, Index first_columns);

/// The shape and order that the header of a .npy promises.
struct NpyHeader {
  Index rows = 0;
  Index columns = 0;
  bool fortran_order = false;
};

inline constexpr std::string_view npy_magic("\x93NUMPY", 6);

/// No header, with all that stands before it, is longer.
inline constexpr std::size_t longest_npy_header = 10000;

/// Takes everything before the data off `bytes`.
NpyHeader take_npy_header(std::string_view& bytes);

/// Throws InputError where `size` bytes are not the entries that the header promises.
void require_npy_size(const NpyHeader& header, std::size_t size);

}  // namespace verimix::table_detail

#include "verimix/core/name_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "verimix/core/error.hpp"

namespace verimix {

std::size_t place_of_name(std::span<const std::string_view> names, const std::string& text, const std::string& field) {
  const auto found = std::ranges::find(names, std::string_view(text));
  if (found == names.end()) throw InputError("", field, text, fmt::format("one of {}", fmt::join(names, ", ")));
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace verimix

// What the values of an enumeration are called in files and on the command line.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace verimix {

/// The place of the text among the names. Throws InputError with this field, which lists the names, if it is none of
/// them.
std::size_t place_of_name(std::span<const std::string_view> names, const std::string& text, const std::string& field);

}  // namespace verimix

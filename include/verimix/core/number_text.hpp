// Numbers as the strings that leave the program.
#pragma once

#include <string>
#include <utility>

#include "verimix/core/scalar.hpp"

namespace verimix {

/// Enough digits to read back exactly the same value at that precision (double: the shortest such text; Real50 and
/// Real100: max_digits10 digits). A value that is not finite gives "inf", "-inf" or "nan".
std::string to_text(double x);
std::string to_text(const Real50& x);
std::string to_text(const Real100& x);

/// Decimal bounds lower <= x <= upper, rounded outward, with as many digits as tell the two apart plus a few.
/// A ball that is not finite gives ("-inf", "inf"). An end beyond 2^+-330000 is bounded by 0, +-1e-99000, +-1e99000 or
/// +-inf.
std::pair<std::string, std::string> enclosure_text(const Ball& x);

}  // namespace verimix

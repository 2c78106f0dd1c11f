// Exact reading of numbers, and exact fractions rounded into every scalar.
#pragma once

#include <string>
#include <string_view>

#include "verimix/core/scalar.hpp"

namespace verimix {

/// The exact value of `text`, which is a decimal ("-1.25e-3"), a fraction of integers ("1/3") or a C hexadecimal float
/// ("0x1.8p-3"). No white space. Throws InputError (with an empty file and field) for anything else, for a zero
/// denominator, and for an exponent beyond +-100000, whose exact value would fill the memory.
Rational parse_rational(std::string_view text);

/// The fraction in the scalar: rounded to nearest, ties to even (double: subnormals and overflow to infinity as in
/// IEEE 754); for Ball an enclosure at the working precision.
template <Scalar T>
T from_rational(const Rational& value);
template <>
double from_rational<double>(const Rational& value);
template <>
Real50 from_rational<Real50>(const Rational& value);
template <>
Real100 from_rational<Real100>(const Rational& value);
template <>
Ball from_rational<Ball>(const Rational& value);

/// The exact value of a finite floating-point number. Domain: x finite; throws InputError otherwise.
Rational to_rational(double x);
Rational to_rational(const Real50& x);
Rational to_rational(const Real100& x);

/// The exact fraction as text that parse_rational reads back: an integer, or "p/q".
std::string to_text(const Rational& value);

}  // namespace verimix

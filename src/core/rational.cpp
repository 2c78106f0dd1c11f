#include "verimix/core/rational.hpp"

#if __has_include(<flint/fmpq.h>)
#include <flint/fmpq.h>
#else
#include <fmpq.h>
#endif

#include <charconv>
#include <cstdlib>
#include <regex>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

using Integer = boost::multiprecision::number<boost::multiprecision::gmp_int, boost::multiprecision::et_off>;

constexpr long largest_exponent = 100000;

[[noreturn]] void refuse(std::string_view text, const std::string& expected) {
  constexpr std::size_t shown = 60;
  std::string value(text.substr(0, shown));
  if (text.size() > shown) value += "...";
  throw InputError("", "", value, expected);
}

Integer integer_in_base(const std::string& digits, int base) {
  Integer value;
  if (mpz_set_str(value.backend().data(), digits.c_str(), base) != 0) refuse(digits, "digits");
  return value;
}

Rational power(int base, unsigned long exponent) {
  Integer value;
  mpz_ui_pow_ui(value.backend().data(), static_cast<unsigned long>(base), exponent);
  return Rational(value);
}

/// (digits before the point)(digits after the point) x (base of the exponent)^exponent, where a digit after the point
/// is worth `places` powers of that base.
Rational positional(std::string_view text, const std::string& whole, const std::string& fraction, int digit_base,
                    int exponent_base, long places, const std::string& exponent_text) {
  long exponent = 0;
  if (!exponent_text.empty()) {
    const char* first = exponent_text.data() + (exponent_text.front() == '+' ? 1 : 0);
    const auto end = exponent_text.data() + exponent_text.size();
    if (std::from_chars(first, end, exponent).ec != std::errc{} || exponent > largest_exponent ||
        exponent < -largest_exponent)
      refuse(text, "an exponent between -100000 and 100000");
  }
  exponent -= places * static_cast<long>(fraction.size());
  const Rational digits(integer_in_base(whole + fraction, digit_base));
  const Rational scale = power(exponent_base, static_cast<unsigned long>(std::labs(exponent)));
  return exponent < 0 ? Rational(digits / scale) : Rational(digits * scale);
}

/// mpq to MPFR, rounded to nearest with the exponent range and the gradual underflow of IEEE 754 binary64.
double nearest_double(const Rational& value) {
  const mpfr_exp_t emin = mpfr_get_emin();
  const mpfr_exp_t emax = mpfr_get_emax();
  mpfr_set_emin(-1073);
  mpfr_set_emax(1024);
  mpfr_t x;
  mpfr_init2(x, 53);
  const int ternary = mpfr_set_q(x, value.backend().data(), MPFR_RNDN);
  mpfr_subnormalize(x, ternary, MPFR_RNDN);
  const double result = mpfr_get_d(x, MPFR_RNDN);
  mpfr_clear(x);
  mpfr_set_emin(emin);
  mpfr_set_emax(emax);
  return result;
}

template <class Real>
Rational exact_value(const Real& x) {
  if (!is_finite(x)) throw InputError("", "", to_text(x), "a finite number");
  Rational value;
  mpf_t f;
  mpf_init2(f, static_cast<mp_bitcnt_t>(mpfr_get_prec(x.backend().data())) + 64);
  mpfr_get_f(f, x.backend().data(), MPFR_RNDN);
  mpq_set_f(value.backend().data(), f);
  mpf_clear(f);
  return value;
}

}  // namespace

Rational parse_rational(std::string_view text) {
  // No two parts of a pattern can take the same character, or refusing a long text would take quadratic time.
  static const std::regex decimal(R"(([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?)", std::regex::optimize);
  static const std::regex fraction(R"(([+-]?)(\d+)/(\d+))", std::regex::optimize);
  static const std::regex hexadecimal(R"(([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?(?:[pP]([+-]?\d+))?)",
                                      std::regex::optimize);
  // std::regex recurses on the length of its input; no number that anybody means is longer than this.
  constexpr std::size_t longest = 20000;
  const std::string expected = "a decimal, a fraction of integers or a hexadecimal float";
  if (text.size() > longest) refuse(text, "at most 20000 characters");
  std::cmatch part;
  const char* begin = text.data();
  const char* end = begin + text.size();
  Rational value;
  if (std::regex_match(begin, end, part, hexadecimal) && part[2].length() + part[3].length() > 0) {
    constexpr long bits_of_a_digit = 4;
    value = positional(text, part[2], part[3], 16, 2, bits_of_a_digit, part[4]);
  } else if (std::regex_match(begin, end, part, fraction)) {
    const Integer denominator = integer_in_base(part[3], 10);
    if (denominator == 0) refuse(text, "a denominator other than 0");
    value = Rational(integer_in_base(part[2], 10), denominator);
  } else if (std::regex_match(begin, end, part, decimal) && part[2].length() + part[3].length() > 0) {
    value = positional(text, part[2], part[3], 10, 10, 1, part[4]);
  } else {
    refuse(text, expected);
  }
  return part[1] == "-" ? Rational(-value) : value;
}

template <>
double from_rational<double>(const Rational& value) {
  return nearest_double(value);
}
template <>
Real50 from_rational<Real50>(const Rational& value) {
  Real50 x;
  mpfr_set_q(x.backend().data(), value.backend().data(), MPFR_RNDN);
  return x;
}
template <>
Real100 from_rational<Real100>(const Rational& value) {
  Real100 x;
  mpfr_set_q(x.backend().data(), value.backend().data(), MPFR_RNDN);
  return x;
}
template <>
Ball from_rational<Ball>(const Rational& value) {
  Ball x;
  fmpq_t q;
  fmpq_init(q);
  fmpq_set_mpq(q, value.backend().data());
  arb_set_fmpq(x.data(), q, BallPrecision::bits());
  fmpq_clear(q);
  return x;
}

Rational to_rational(double x) {
  if (!is_finite(x)) throw InputError("", "", to_text(x), "a finite number");
  Rational value;
  mpq_set_d(value.backend().data(), x);
  return value;
}
Rational to_rational(const Real50& x) { return exact_value(x); }
Rational to_rational(const Real100& x) { return exact_value(x); }

std::string to_text(const Rational& value) { return value.str(); }

}  // namespace verimix

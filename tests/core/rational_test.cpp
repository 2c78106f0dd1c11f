#include "verimix/core/rational.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "support/exact.hpp"
#include "support/numbers.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

using support::integers;

Rational power_of(int base, long exponent) {
  Rational value(1);
  for (long i = 0; i < std::labs(exponent); ++i) value *= base;
  return exponent < 0 ? Rational(1 / value) : value;
}

std::string digits(std::size_t count) {
  std::string text(count, '0');
  for (char& c : text) c = static_cast<char>('0' + *rc::gen::inRange(0, 10));
  return text;
}

TEST(ParseRational, ReadsEveryForm) {
  const std::vector<std::pair<const char*, Rational>> cases = {
      {"0", 0},
      {"-0", 0},
      {"+7", 7},
      {"007", 7},
      {"-1.25e-3", Rational(-1, 800)},
      {".5", Rational(1, 2)},
      {"5.", 5},
      {"1E3", 1000},
      {"1e+3", 1000},
      {"1e-0", 1},
      {"0.1", Rational(1, 10)},
      {"1/3", Rational(1, 3)},
      {"-2/4", Rational(-1, 2)},
      {"010/08", Rational(5, 4)},
      {"0x1.8p-3", Rational(3, 16)},
      {"-0X.8P1", -1},
      {"0xff", 255},
      {"0x1e5", 485},
      {"0x1.p4", 16},
      {"123456789012345678901234567890", Rational("123456789012345678901234567890")},
  };
  for (const auto& [text, value] : cases) EXPECT_EQ(parse_rational(text), value) << text;
}

TEST(ParseRational, ReadsHugeAndTinyExponents) {
  EXPECT_EQ(parse_rational("3e400"), 3 * power_of(10, 400));
  EXPECT_EQ(parse_rational("3e-400"), 3 * power_of(10, -400));
  EXPECT_EQ(parse_rational("0x1p-16494"), power_of(2, -16494));
  EXPECT_EQ(parse_rational("1e100000") * parse_rational("1e-100000"), 1);
}

TEST(ParseRational, RefusesEverythingElse) {
  for (const char* text :
       {"",    " ",       " 1",    "1 ",    "1\n",   "\t1",  ".",        "-",        "+",      "-.",
        "e5",  ".e5",     "1e",    "1e+",   "1e1.5", "--1",  "+-1",      "1-",       "1,5",    "1.2.3",
        "1_0", "1'000",   "nan",   "NaN",   "inf",   "-inf", "infinity", "1/0",      "0/0",    "1/",
        "/2",  "1/-2",    "1/2/3", "1.5/2", "1e2/3", "0x",   "0x.",      "0x.p1",    "0x1.8p", "0xg",
        "x1",  "0x1p1.5", "1p3",   "0x1/2", "1f",    "1.0f", "1L",       "\xd9\xa1", "１"})
    EXPECT_THROW(parse_rational(text), InputError) << '"' << text << '"';
  EXPECT_THROW(parse_rational(std::string_view("1\0", 2)), InputError);
  EXPECT_THROW(parse_rational(std::string_view()), InputError);
}

TEST(ParseRational, RefusesExponentsThatWouldFillTheMemory) {
  for (const char* text : {"1e100001", "1e-100001", "1e999999999", "1e-999999999", "0x1p999999999",
                           "1e99999999999999999999", "1e-99999999999999999999", "1e9223372036854775807", "0e100001"})
    EXPECT_THROW(parse_rational(text), InputError) << text;
}

// Found by a test: the magnitude of the smallest 64-bit exponent overflowed, and the limit let it through.
TEST(ParseRational, RefusesTheSmallestIntegerAsExponent) {
  EXPECT_THROW(parse_rational("1e-9223372036854775808"), InputError);
  EXPECT_THROW(parse_rational("0x1p-9223372036854775808"), InputError);
}

TEST(ParseRational, SaysWhatWasWritten) {
  try {
    parse_rational("1/0");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.value(), "1/0");
    EXPECT_TRUE(error.file().empty() && error.field().empty());
  }
}

// Found by a test: the matcher recursed once a character and overflowed the stack, and took quadratic time to refuse.
TEST(ParseRational, ReadsAndRefusesLongTextsQuickly) {
  const std::string ones(19000, '1');
  EXPECT_EQ(parse_rational(ones) * 9 + 1, power_of(10, 19000));
  EXPECT_EQ(parse_rational("0." + ones), parse_rational(ones + "e-19000"));
  for (const std::string& text :
       {ones + "x", ones + "." + ones, "0x" + ones + "g", ones + "/" + ones + "/", ones + ones})
    EXPECT_THROW(parse_rational(text), InputError);
}

RC_GTEST_PROP(ParseRational, ReadsDecimalsExactly, ()) {
  const std::string whole = digits(*rc::gen::inRange<std::size_t>(1, 40));
  const std::string fraction = digits(*rc::gen::inRange<std::size_t>(0, 40));
  const long exponent = *integers(60);
  const bool negative = *rc::gen::element(0, 1) == 1;
  const Rational magnitude = (Rational(boost::multiprecision::mpz_int("1" + whole + fraction)) -
                              power_of(10, static_cast<long>((whole + fraction).size()))) *
                             power_of(10, exponent - static_cast<long>(fraction.size()));
  const std::string text = (negative ? "-" : "") + whole + "." + fraction + "e" + std::to_string(exponent);
  RC_ASSERT(parse_rational(text) == (negative ? Rational(-magnitude) : magnitude));
}

RC_GTEST_PROP(ParseRational, UndoesToText, ()) {
  const Rational q = Rational(*integers(1L << 40), *integers(1L << 30) * 2 + 1) * power_of(3, *integers(100));
  RC_ASSERT(parse_rational(to_text(q)) == q);
}

// strtod and from_chars are correctly rounded in glibc and libstdc++, so any difference is a fault of one of three.
RC_GTEST_PROP(FromRational, RoundsDecimalsToDoubleAsTheLanguageDoes, ()) {
  const std::string text = digits(*rc::gen::inRange<std::size_t>(1, 30)) + "." +
                           digits(*rc::gen::inRange<std::size_t>(0, 30)) + "e" +
                           std::to_string(*rc::gen::weightedOneOf<long>({{2, integers(30)},
                                                                         {1, integers(340)},
                                                                         {1, rc::gen::inRange(-345L, -300L)},
                                                                         {1, rc::gen::inRange(285L, 315L)}}));
  RC_LOG() << text;
  const double expected = std::strtod(text.c_str(), nullptr);
  RC_ASSERT(from_rational<double>(parse_rational(text)) == expected);
  RC_ASSERT(from_rational<double>(parse_rational("-" + text)) == -expected);
  double parsed = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), parsed).ec == std::errc{}) RC_ASSERT(parsed == expected);
}

/// A positive double from the bits of its magnitude: every exponent is as likely as any other, subnormals included.
double positive_double() {
  constexpr std::uint64_t largest = 0x7fefffffffffffff;
  const auto bits =
      *rc::gen::weightedOneOf<std::uint64_t>({{4, rc::gen::inRange<std::uint64_t>(1, largest)},
                                              {2, rc::gen::inRange<std::uint64_t>(1, 1ULL << 53U)},
                                              {1, rc::gen::inRange<std::uint64_t>(largest - 10, largest)}});
  double x = 0;
  static_assert(sizeof x == sizeof bits);
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

bool even(double x) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &x, sizeof x);
  return bits % 2 == 0;
}

RC_GTEST_PROP(FromRational, RoundsTiesToEven, ()) {
  const double below = positive_double();
  const double above = std::nextafter(below, HUGE_VAL);
  const Rational middle = (to_rational(below) + to_rational(above)) / 2;
  const Rational nudge = (to_rational(above) - to_rational(below)) * power_of(2, -200);
  RC_ASSERT(from_rational<double>(middle) == (even(below) ? below : above));
  RC_ASSERT(from_rational<double>(middle - nudge) == below);
  RC_ASSERT(from_rational<double>(middle + nudge) == above);
  RC_ASSERT(from_rational<double>(-middle) == (even(below) ? -below : -above));
}

TEST(FromRational, OverflowsAndUnderflowsAsIeee754) {
  const Rational largest = to_rational(std::numeric_limits<double>::max());
  const Rational half_step = power_of(2, 970);
  EXPECT_EQ(from_rational<double>(largest), std::numeric_limits<double>::max());
  EXPECT_EQ(from_rational<double>(largest + half_step - 1), std::numeric_limits<double>::max());
  EXPECT_EQ(from_rational<double>(largest + half_step), HUGE_VAL);
  EXPECT_EQ(from_rational<double>(-power_of(10, 400)), -HUGE_VAL);
  const double smallest = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(from_rational<double>(power_of(2, -1074)), smallest);
  EXPECT_EQ(from_rational<double>(power_of(2, -1075)), 0);
  EXPECT_EQ(from_rational<double>(power_of(2, -1075) + power_of(2, -3000)), smallest);
  EXPECT_EQ(from_rational<double>(power_of(10, -5000)), 0);
  EXPECT_EQ(from_rational<double>(power_of(2, -1074) * 3 / 2), 2 * smallest) << "a tie among subnormals";
}

TEST(FromRational, LeavesTheExponentRangeOfMpfrAsItWas) {
  const mpfr_exp_t emin = mpfr_get_emin();
  const mpfr_exp_t emax = mpfr_get_emax();
  from_rational<double>(Rational(1, 3));
  EXPECT_EQ(mpfr_get_emin(), emin);
  EXPECT_EQ(mpfr_get_emax(), emax);
}

TEST(FromRational, HandlesFractionsOfHugeIntegers) {
  const Rational numerator = power_of(10, 500) + 1;
  const Rational denominator = power_of(10, 500) - 1;
  EXPECT_EQ(from_rational<double>(numerator / denominator), 1);
  EXPECT_EQ(from_rational<double>(numerator / denominator / 3), 1.0 / 3);
}

Rational arbitrary_fraction() {
  return Rational(*integers(1L << 50), *integers(1L << 50) * 2 + 1) * power_of(2, *integers(400));
}

/// |x - q| <= half a unit in the last place of x, with the precision that MPFR reports.
template <class Real>
void expect_correct_rounding() {
  const Rational q = arbitrary_fraction();
  const Real x = from_rational<Real>(q);
  const Rational error = abs(to_rational(x) - q);
  if (q == 0) {
    RC_ASSERT(x == 0);
    return;
  }
  const mpfr_srcptr raw = x.backend().data();
  const Rational unit = power_of(2, static_cast<long>(mpfr_get_exp(raw)) - static_cast<long>(mpfr_get_prec(raw)));
  RC_ASSERT(2 * error <= unit);
}
RC_GTEST_PROP(FromRational, RoundsToNearestInReal50, ()) { expect_correct_rounding<Real50>(); }
RC_GTEST_PROP(FromRational, RoundsToNearestInReal100, ()) { expect_correct_rounding<Real100>(); }

RC_GTEST_PROP(FromRational, EnclosesInABall, ()) {
  const Rational q = arbitrary_fraction();
  const long bits = *rc::gen::inRange(2L, 300L);
  const BallPrecision precision(bits);
  const Ball x = from_rational<Ball>(q);
  RC_ASSERT(support::contains_exactly(x, q));
  RC_ASSERT(arb_is_exact(x.data()) != 0 || arb_rel_accuracy_bits(x.data()) >= bits - 2);
}

RC_GTEST_PROP(ToRational, RoundTrips, ()) {
  const double x = positive_double();
  RC_ASSERT(from_rational<double>(to_rational(x)) == x);
  RC_ASSERT(from_rational<double>(to_rational(-x)) == -x);
  const Real50 y = Real50(x) / 3;
  RC_ASSERT(from_rational<Real50>(to_rational(y)) == y);
  RC_ASSERT(from_rational<Real100>(to_rational(y)) == Real100(y));
  const Real100 z = -Real100(x) / 7;
  RC_ASSERT(from_rational<Real100>(to_rational(z)) == z);
  RC_ASSERT(to_rational(Real100(x)) == to_rational(x));
}

TEST(ToRational, RefusesWhatIsNotFinite) {
  EXPECT_THROW(to_rational(std::nan("")), InputError);
  EXPECT_THROW(to_rational(HUGE_VAL), InputError);
  EXPECT_THROW(to_rational(std::numeric_limits<Real50>::quiet_NaN()), InputError);
  EXPECT_THROW(to_rational(-std::numeric_limits<Real100>::infinity()), InputError);
  EXPECT_EQ(to_rational(-0.0), 0);
}

TEST(RationalText, IsAnIntegerOrAFraction) {
  EXPECT_EQ(to_text(Rational(-6, 4)), "-3/2");
  EXPECT_EQ(to_text(Rational(8, 4)), "2");
  EXPECT_EQ(to_text(Rational(0)), "0");
}

}  // namespace
}  // namespace verimix

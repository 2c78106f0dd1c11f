#include "verimix/core/number_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "support/exact.hpp"
#include "support/numbers.hpp"
#include "verimix/core/random.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

using support::balls;
using support::BallWithPoint;
using support::exact_ends;
using support::exact_radius;
using support::integers;

/// Any finite double by its bits.
double any_double() {
  for (;;) {
    const auto bits = *rc::gen::arbitrary<std::uint64_t>() ^ (*rc::gen::inRange<std::uint64_t>(0, 4096) << 52U);
    double x = 0;
    std::memcpy(&x, &bits, sizeof x);
    if (std::isfinite(x)) return x;
  }
}

RC_GTEST_PROP(NumberText, OfADoubleReadsBackBitForBit, ()) {
  const double x = any_double();
  const double back = std::strtod(to_text(x).c_str(), nullptr);
  RC_ASSERT(std::memcmp(&back, &x, sizeof x) == 0);
  RC_ASSERT(from_rational<double>(parse_rational(to_text(x))) == x);
}

/// A number all of whose bits are random, with an exponent of a few hundreds.
template <class Real>
Real all_bits() {
  Stream stream(*rc::gen::arbitrary<std::uint64_t>(), Purpose::instance, 0);
  Real x(0);
  for (int word = 0; word < 8; ++word) x = ldexp(x + Real(stream.bits()), -64);
  return ldexp(stream.bits() % 2 == 0 ? x : Real(-x), static_cast<int>(*integers(600)));
}

template <class Real>
void expect_round_trip() {
  const Real x = all_bits<Real>();
  const std::string text = to_text(x);
  RC_LOG() << text;
  RC_ASSERT(Real(text) == x);
  RC_ASSERT(from_rational<Real>(parse_rational(text)) == x);
}
RC_GTEST_PROP(NumberText, OfAReal50ReadsBackBitForBit, ()) { expect_round_trip<Real50>(); }
RC_GTEST_PROP(NumberText, OfAReal100ReadsBackBitForBit, ()) { expect_round_trip<Real100>(); }

TEST(NumberText, OfADoubleIsTheShortest) {
  EXPECT_EQ(to_text(0.1), "0.1");
  EXPECT_EQ(to_text(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(to_text(1e300), "1e+300");
  EXPECT_EQ(to_text(-0.0), "-0");
}

// Found by a test: a double NaN whose sign bit is set, as 0/0 gives on x86, came out as "-nan".
TEST(NumberText, OfWhatIsNotFiniteIsAWord) {
  EXPECT_EQ(to_text(HUGE_VAL), "inf");
  EXPECT_EQ(to_text(-HUGE_VAL), "-inf");
  EXPECT_EQ(to_text(std::nan("")), "nan");
  EXPECT_EQ(to_text(std::copysign(std::nan(""), -1)), "nan");
  EXPECT_EQ(to_text(std::numeric_limits<Real50>::infinity()), "inf");
  EXPECT_EQ(to_text(-std::numeric_limits<Real50>::infinity()), "-inf");
  EXPECT_EQ(to_text(-std::numeric_limits<Real100>::quiet_NaN()), "nan");
}

/// The two texts read back exactly.
std::pair<Rational, Rational> parsed(const std::pair<std::string, std::string>& text) {
  return {parse_rational(text.first), parse_rational(text.second)};
}

// Outward, and beyond the ball by at most half its radius or, for a ball without one, half its last bit; at any
// precision of the thread (found by a test: a ball of more bits than the thread's was cut to those).
void expect_tight_enclosure(const Ball& x) {
  const auto text = enclosure_text(x);
  RC_LOG() << text.first << " .. " << text.second;
  const auto [lower, upper] = parsed(text);
  const auto [exact_lower, exact_upper] = exact_ends(x);
  const bool outward = lower <= exact_lower && exact_upper <= upper;
  RC_ASSERT(outward);
  const Rational magnitude = std::max(Rational(abs(exact_lower)), Rational(abs(exact_upper)));
  const Rational last_bit =
      arb_is_exact(x.data()) == 0
          ? Rational(0)
          : Rational(magnitude * to_rational(std::ldexp(1.0, -static_cast<int>(arb_bits(x.data())))));
  const bool tight = upper - lower <= 2 * exact_radius(x) + exact_radius(x) / 2 + last_bit / 2;
  RC_ASSERT(tight);
}

RC_GTEST_PROP(EnclosureText, ContainsTheBallAndIsTight, ()) { expect_tight_enclosure((*balls(60)).ball()); }

RC_GTEST_PROP(EnclosureText, OfComputedBallsIsTight, ()) {
  const BallPrecision precision(*rc::gen::inRange(20L, 400L));
  const Ball argument(*support::dyadics(4) / 4096);
  expect_tight_enclosure(exp(argument));
  expect_tight_enclosure(-exp(argument));
}

TEST(EnclosureText, NamesTheEndsOfSimpleBalls) {
  EXPECT_EQ(enclosure_text(Ball(0)), (std::pair<std::string, std::string>("0", "0")));
  EXPECT_EQ(parsed(enclosure_text(Ball(-3))), (std::pair<Rational, Rational>(-3, -3)));
  // Arb rounds the radius 1 up in its 30 bits.
  const auto [lower, upper] = parsed(enclosure_text(widened(Ball(0), Ball(1))));
  EXPECT_TRUE(-upper == lower && 1 <= upper && upper <= Rational(102, 100));
  EXPECT_EQ(enclosure_text(Ball(1) / Ball(0)), (std::pair<std::string, std::string>("-inf", "inf")));
  EXPECT_EQ(enclosure_text(log(Ball(-1))), (std::pair<std::string, std::string>("-inf", "inf")));
  EXPECT_EQ(enclosure_text(Ball(std::nan(""))), (std::pair<std::string, std::string>("-inf", "inf")));
}

TEST(EnclosureText, SurvivesExponentsBeyondAnyDouble) {
  for (const long x : {-100000L, 100000L}) {
    const auto [lower, upper] = parsed(enclosure_text(exp(Ball(x))));
    EXPECT_LT(0, lower);
    EXPECT_LT(lower, upper);
    EXPECT_LT((upper - lower) / lower, to_rational(0x1p-100));
  }
}

// Arb's exponents have no limit, MPFR's and the parser's have: such a number still gets an enclosure.
TEST(EnclosureText, OfAnExponentBeyondMpfrIsStillAnEnclosure) {
  const auto tiny = enclosure_text(exp(Ball(-1e30)));
  EXPECT_EQ(tiny.first, "0");
  EXPECT_NE(tiny.second, "0");
  const auto huge = enclosure_text(exp(Ball(1e30)));
  EXPECT_NE(huge.first, "inf");
  EXPECT_EQ(huge.second, "inf");
}

}  // namespace
}  // namespace verimix

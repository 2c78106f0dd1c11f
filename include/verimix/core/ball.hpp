// Ball: a real number known to lie in [m - r, m + r]; a thin RAII type over Arb. Every operation returns a ball that
// contains the exact result for every choice of exact operands in the argument balls.
#pragma once

#include <mpfr.h>
#if __has_include(<flint/arb.h>)
#include <flint/arb.h>
#else
#include <arb.h>
#endif

#include <concepts>

#include "verimix/core/truth.hpp"

namespace verimix {

/// The working precision of this thread's balls in bits, for as long as the object lives; scopes nest. A new thread
/// starts at `default_bits`; `parallel_blocks` hands the precision of the calling thread on to its workers. A lower
/// precision never makes an enclosure wrong, only wider. Domain: bits >= 2.
class BallPrecision {
 public:
  static constexpr long default_bits = 128;

  explicit BallPrecision(long bits);
  ~BallPrecision();
  BallPrecision(const BallPrecision&) = delete;
  BallPrecision& operator=(const BallPrecision&) = delete;

  /// The working precision of the calling thread.
  static long bits() noexcept;

 private:
  long previous_;
};

class Ball {
 public:
  Ball() noexcept { arb_init(value_); }
  /// Exact. Implicit, so that `2 * x` reads as in the formula.
  template <std::signed_integral Integer>
  Ball(Integer exact) : Ball() {  // NOLINT(google-explicit-constructor)
    arb_set_si(value_, static_cast<slong>(exact));
  }
  /// Exact. Domain: finite; a NaN or an infinity gives the ball of all real numbers, which contains nothing wrong.
  explicit Ball(double exact);
  Ball(const Ball& other) : Ball() { arb_set(value_, other.value_); }
  Ball(Ball&& other) noexcept : Ball() { arb_swap(value_, other.value_); }
  Ball& operator=(const Ball& other) {
    arb_set(value_, other.value_);
    return *this;
  }
  Ball& operator=(Ball&& other) noexcept {
    arb_swap(value_, other.value_);
    return *this;
  }
  ~Ball() { arb_clear(value_); }

  Ball& operator+=(const Ball& other);
  Ball& operator-=(const Ball& other);
  Ball& operator*=(const Ball& other);
  /// A divisor that contains 0 gives a ball that is not finite.
  Ball& operator/=(const Ball& other);

  friend Ball operator+(Ball a, const Ball& b) { return a += b; }
  friend Ball operator-(Ball a, const Ball& b) { return a -= b; }
  friend Ball operator*(Ball a, const Ball& b) { return a *= b; }
  friend Ball operator/(Ball a, const Ball& b) { return a /= b; }
  friend Ball operator-(Ball a) {
    arb_neg(a.value_, a.value_);
    return a;
  }
  friend Ball operator+(Ball a) { return a; }

  /// The underlying Arb value.
  arb_ptr data() noexcept { return value_; }
  arb_srcptr data() const noexcept { return value_; }

 private:
  arb_t value_;
};

Ball exp(const Ball& x);
Ball expm1(const Ball& x);
/// Domain: x > 0; a ball that reaches 0 or below gives a ball that is not finite.
Ball log(const Ball& x);
/// Domain: x > -1.
Ball log1p(const Ball& x);
/// Domain: x >= 0.
Ball sqrt(const Ball& x);
Ball abs(const Ball& x);

/// Is a < b for every choice of a and b in their balls (yes), for none (no), or for some (unknown)?
Truth less(const Ball& a, const Ball& b);
/// Are both the same exact number (yes), certainly different (no), or overlapping (unknown)?
Truth equal(const Ball& a, const Ball& b);
/// Does the ball bound its number at all?
bool is_finite(const Ball& x);
/// Is the number certainly not 0?
bool excludes_zero(const Ball& x);
/// The midpoint, rounded to double; for choosing pivots, never for deciding.
double approximate(const Ball& x);
/// The one of the two with the larger midpoint; for choosing pivots, never for deciding.
const Ball& larger_midpoint(const Ball& a, const Ball& b);
/// The smallest ball found that contains both.
Ball hull(const Ball& a, const Ball& b);
/// Does `outer` contain every number of `inner`?
bool contains(const Ball& outer, const Ball& inner);
/// Do the two have a number in common?
bool overlaps(const Ball& a, const Ball& b);
/// The radius, rounded up to double.
double radius_upper(const Ball& x);
/// The ball widened on both sides by the magnitude of `error`.
Ball widened(Ball x, const Ball& error);

}  // namespace verimix

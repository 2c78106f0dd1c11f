#include "verimix/core/ball.hpp"

#include <cmath>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

thread_local long working_bits = BallPrecision::default_bits;

}  // namespace

BallPrecision::BallPrecision(long bits) : previous_(working_bits) {
  require_invariant(bits >= 2, "the working precision of balls is at least 2 bits");
  working_bits = bits;
}
BallPrecision::~BallPrecision() { working_bits = previous_; }
long BallPrecision::bits() noexcept { return working_bits; }

Ball::Ball(double exact) : Ball() {
  if (std::isfinite(exact))
    arb_set_d(value_, exact);
  else
    arb_zero_pm_inf(value_);
}

Ball& Ball::operator+=(const Ball& other) {
  arb_add(value_, value_, other.value_, working_bits);
  return *this;
}
Ball& Ball::operator-=(const Ball& other) {
  arb_sub(value_, value_, other.value_, working_bits);
  return *this;
}
Ball& Ball::operator*=(const Ball& other) {
  arb_mul(value_, value_, other.value_, working_bits);
  return *this;
}
Ball& Ball::operator/=(const Ball& other) {
  arb_div(value_, value_, other.value_, working_bits);
  return *this;
}

Ball exp(const Ball& x) {
  Ball y;
  arb_exp(y.data(), x.data(), working_bits);
  return y;
}
Ball expm1(const Ball& x) {
  Ball y;
  arb_expm1(y.data(), x.data(), working_bits);
  return y;
}
Ball log(const Ball& x) {
  Ball y;
  arb_log(y.data(), x.data(), working_bits);
  return y;
}
Ball log1p(const Ball& x) {
  Ball y;
  arb_log1p(y.data(), x.data(), working_bits);
  return y;
}
Ball sqrt(const Ball& x) {
  Ball y;
  arb_sqrt(y.data(), x.data(), working_bits);
  return y;
}
Ball abs(const Ball& x) {
  Ball y;
  arb_abs(y.data(), x.data());
  return y;
}

Truth less(const Ball& a, const Ball& b) {
  if (arb_lt(a.data(), b.data()) != 0) return Truth::yes;
  if (arb_ge(a.data(), b.data()) != 0) return Truth::no;
  return Truth::unknown;
}

Truth equal(const Ball& a, const Ball& b) {
  if (arb_eq(a.data(), b.data()) != 0) return Truth::yes;
  if (arb_ne(a.data(), b.data()) != 0) return Truth::no;
  return Truth::unknown;
}

bool is_finite(const Ball& x) { return arb_is_finite(x.data()) != 0; }

bool excludes_zero(const Ball& x) { return is_finite(x) && arb_contains_zero(x.data()) == 0; }

double approximate(const Ball& x) { return arf_get_d(arb_midref(x.data()), ARF_RND_NEAR); }

const Ball& larger_midpoint(const Ball& a, const Ball& b) {
  return arf_cmp(arb_midref(a.data()), arb_midref(b.data())) < 0 ? b : a;
}

Ball hull(const Ball& a, const Ball& b) {
  Ball y;
  arb_union(y.data(), a.data(), b.data(), working_bits);
  return y;
}

bool contains(const Ball& outer, const Ball& inner) { return arb_contains(outer.data(), inner.data()) != 0; }

bool overlaps(const Ball& a, const Ball& b) { return arb_overlaps(a.data(), b.data()) != 0; }

double radius_upper(const Ball& x) { return mag_get_d(arb_radref(x.data())); }

Ball widened(Ball x, const Ball& error) {
  arb_add_error(x.data(), error.data());
  return x;
}

}  // namespace verimix

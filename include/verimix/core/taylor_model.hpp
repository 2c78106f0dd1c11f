// Truncated power series with ball coefficients (a thin RAII type over Arb's arb_poly), and Taylor models: a polynomial
// about the centre of an interval with a certified remainder. Proofs: proofs-notes/core/taylor_model.md.
#pragma once

#include <functional>

#include "verimix/core/ball.hpp"
#include "verimix/core/roots.hpp"
#if __has_include(<flint/arb_poly.h>)
#include <flint/arb_poly.h>
#else
#include <arb_poly.h>
#endif

namespace verimix {

/// c_0 + c_1 h + ... + c_n h^n + O(h^{n+1}); n is the order. Operations enclose as those of Ball do, at the same
/// working precision; a result has the smaller of the two orders.
class Series {
 public:
  /// 0 to the given order. Domain: order >= 0.
  explicit Series(long order = 0);
  Series(const Series& other) : Series(other.order_) { arb_poly_set(value_, other.value_); }
  Series(Series&& other) noexcept;
  Series& operator=(const Series& other);
  Series& operator=(Series&& other) noexcept;
  ~Series() { arb_poly_clear(value_); }

  /// c + 0 h and x + h, to the given order.
  static Series constant(const Ball& c, long order);
  static Series variable(const Ball& x, long order);

  long order() const noexcept { return order_; }
  /// c_j; 0 beyond the order. Domain: j >= 0.
  Ball coefficient(long j) const;
  /// Domain: 0 <= j <= order.
  void set_coefficient(long j, const Ball& c);

  Series& operator+=(const Series& other);
  Series& operator-=(const Series& other);
  Series& operator*=(const Series& other);
  Series& operator*=(const Ball& factor);
  /// Not finite where c_0 of the divisor contains 0.
  Series& operator/=(const Series& other);

  friend Series operator+(Series a, const Series& b) { return a += b; }
  friend Series operator-(Series a, const Series& b) { return a -= b; }
  friend Series operator*(Series a, const Series& b) { return a *= b; }
  friend Series operator*(const Ball& a, Series b) { return b *= a; }
  friend Series operator/(Series a, const Series& b) { return a /= b; }
  friend Series operator-(Series a) {
    arb_poly_neg(a.value_, a.value_);
    return a;
  }

  /// The underlying Arb value.
  arb_poly_struct* data() noexcept { return value_; }
  const arb_poly_struct* data() const noexcept { return value_; }

 private:
  long order_;
  arb_poly_t value_;
};

Series exp(const Series& x);
/// Domain: c_0 > 0; else not finite.
Series log(const Series& x);
/// d/dh, of order n - 1. Domain: order >= 1.
Series derivative(const Series& x);
/// The series of P(x + h) for the polynomial P(x) = sum_j c_j x^j whose coefficients are those of `polynomial`. On a
/// wide ball P is expanded about its midpoint first.
Series polynomial_at(const Series& polynomial, const Ball& x, long order);

/// Encloses the Taylor coefficients f^{(j)}(x)/j!, j = 0 .. order, for every x in the ball; the result has that order.
/// It has to be finite only where f is order times continuously differentiable on the ball.
using TaylorFunction = std::function<Series(const Ball& x, long order)>;

/// On |h| <= radius: f(centre + h) in sum_{j <= n} c_j h^j + remainder h^{n+1}, the remainder a ball that depends on h
/// only within its radius.
struct TaylorModel {
  static constexpr long usual_order = 8;

  /// Exact.
  Ball centre, radius;
  Series coefficients;
  Ball remainder;
};

/// The model of f on the interval: its coefficients at the midpoint, and the (order + 1)-th Taylor coefficient over the
/// whole interval as remainder. Domain: lower <= upper; order >= 0.
TaylorModel taylor_model(const TaylorFunction& f, const Interval& interval, long order = TaylorModel::usual_order);
/// The model of f', of one order less. Domain: order >= 1.
TaylorModel derivative(const TaylorModel& model);
/// Encloses f on the interval: the exact range of the quadratic part, plus the other terms one by one.
Ball range(const TaylorModel& model);

}  // namespace verimix

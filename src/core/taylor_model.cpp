#include "verimix/core/taylor_model.hpp"

#include <algorithm>
#include <utility>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

// The set of all h^j for |h| <= radius, from radius^j.
Ball power_range(const Ball& radius_power, long j) {
  const Ball whole = widened(Ball(0), radius_power);
  if (j % 2 != 0) return whole;
  Ball half = radius_power;
  arb_mul_2exp_si(half.data(), half.data(), -1);
  return widened(half, half);
}

// The range of a h + b h^2 on |h| <= radius: the values at the ends, and the one at the vertex -a / (2 b) unless that
// certainly lies outside.
Ball quadratic_range(const Ball& a, const Ball& b, const Ball& radius) {
  const Ball linear = a * radius, square = b * radius * radius;
  const Ball ends = hull(square + linear, square - linear);
  if (less(2 * abs(square), abs(linear)) == Truth::yes) return ends;
  if (arb_contains_zero(b.data()) != 0) return a * power_range(radius, 1) + b * power_range(radius * radius, 2);
  return hull(ends, -(a * a) / (4 * b));
}

}  // namespace

Series::Series(long order) : order_(order) {
  require_invariant(order >= 0, "the order of a power series is at least 0");
  arb_poly_init(value_);
}
Series::Series(Series&& other) noexcept : order_(other.order_) {
  arb_poly_init(value_);
  arb_poly_swap(value_, other.value_);
}
Series& Series::operator=(const Series& other) {
  order_ = other.order_;
  arb_poly_set(value_, other.value_);
  return *this;
}
Series& Series::operator=(Series&& other) noexcept {
  std::swap(order_, other.order_);
  arb_poly_swap(value_, other.value_);
  return *this;
}

Series Series::constant(const Ball& c, long order) {
  Series series(order);
  series.set_coefficient(0, c);
  return series;
}
Series Series::variable(const Ball& x, long order) {
  Series series = constant(x, order);
  if (order >= 1) series.set_coefficient(1, 1);
  return series;
}

Ball Series::coefficient(long j) const {
  Ball c;
  arb_poly_get_coeff_arb(c.data(), value_, j);
  return c;
}
void Series::set_coefficient(long j, const Ball& c) {
  require_invariant(0 <= j && j <= order_, "a power series keeps the coefficients up to its order");
  arb_poly_set_coeff_arb(value_, j, c.data());
}

Series& Series::operator+=(const Series& other) {
  order_ = std::min(order_, other.order_);
  arb_poly_add_series(value_, value_, other.value_, order_ + 1, BallPrecision::bits());
  return *this;
}
Series& Series::operator-=(const Series& other) {
  order_ = std::min(order_, other.order_);
  arb_poly_sub_series(value_, value_, other.value_, order_ + 1, BallPrecision::bits());
  return *this;
}
Series& Series::operator*=(const Series& other) {
  order_ = std::min(order_, other.order_);
  arb_poly_mullow(value_, value_, other.value_, order_ + 1, BallPrecision::bits());
  return *this;
}
Series& Series::operator*=(const Ball& factor) {
  arb_poly_scalar_mul(value_, value_, factor.data(), BallPrecision::bits());
  return *this;
}
Series& Series::operator/=(const Series& other) {
  order_ = std::min(order_, other.order_);
  arb_poly_div_series(value_, value_, other.value_, order_ + 1, BallPrecision::bits());
  return *this;
}

Series exp(const Series& x) {
  Series y(x.order());
  arb_poly_exp_series(y.data(), x.data(), x.order() + 1, BallPrecision::bits());
  return y;
}
Series log(const Series& x) {
  Series y(x.order());
  arb_poly_log_series(y.data(), x.data(), x.order() + 1, BallPrecision::bits());
  return y;
}
Series derivative(const Series& x) {
  Series y(x.order() - 1);
  arb_poly_derivative(y.data(), x.data(), BallPrecision::bits());
  return y;
}

Series polynomial_at(const Series& polynomial, const Ball& x, long order) {
  const long bits = BallPrecision::bits();
  Ball centre, offset, factorial = 1;
  arb_get_mid_arb(centre.data(), x.data());
  arb_get_rad_arb(offset.data(), x.data());
  offset = widened(Ball(0), offset);
  Series shifted(polynomial.order());
  arb_poly_taylor_shift(shifted.data(), polynomial.data(), centre.data(), bits);
  Series result(order);
  for (long j = 0; j <= std::min(order, polynomial.order()); ++j) {
    if (j > 0) {
      factorial *= j;
      arb_poly_derivative(shifted.data(), shifted.data(), bits);
    }
    Ball value;
    arb_poly_evaluate_horner(value.data(), shifted.data(), offset.data(), bits);
    result.set_coefficient(j, value / factorial);
  }
  return result;
}

TaylorModel taylor_model(const TaylorFunction& f, const Interval& interval, long order) {
  TaylorModel model;
  model.centre = midpoint(interval);
  arf_sub(arb_midref(model.radius.data()), arb_midref(interval.upper.data()), arb_midref(model.centre.data()), MAG_BITS,
          ARF_RND_UP);
  model.coefficients = f(model.centre, order);
  model.remainder = f(hull(interval), order + 1).coefficient(order + 1);
  return model;
}

TaylorModel derivative(const TaylorModel& model) {
  TaylorModel slope = model;
  slope.coefficients = derivative(model.coefficients);
  slope.remainder *= model.coefficients.order() + 1;
  return slope;
}

Ball range(const TaylorModel& model) {
  const Series& c = model.coefficients;
  Ball sum = c.coefficient(0) + quadratic_range(c.coefficient(1), c.coefficient(2), model.radius);
  Ball power = model.radius * model.radius;
  for (long j = 3; j <= c.order(); ++j) {
    power *= model.radius;
    sum += c.coefficient(j) * power_range(power, j);
  }
  Ball last;
  const long degree = c.order() + 1;
  arb_pow_ui(last.data(), model.radius.data(), static_cast<ulong>(degree), BallPrecision::bits());
  return sum + model.remainder * power_range(last, degree);
}

}  // namespace verimix

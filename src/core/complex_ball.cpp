#include "verimix/core/complex_ball.hpp"

namespace verimix {

ComplexBall& ComplexBall::operator+=(const ComplexBall& other) {
  acb_add(value_, value_, other.value_, BallPrecision::bits());
  return *this;
}
ComplexBall& ComplexBall::operator-=(const ComplexBall& other) {
  acb_sub(value_, value_, other.value_, BallPrecision::bits());
  return *this;
}
ComplexBall& ComplexBall::operator*=(const ComplexBall& other) {
  acb_mul(value_, value_, other.value_, BallPrecision::bits());
  return *this;
}
ComplexBall& ComplexBall::operator*=(const Ball& other) {
  acb_mul_arb(value_, value_, other.data(), BallPrecision::bits());
  return *this;
}
ComplexBall& ComplexBall::operator/=(const ComplexBall& other) {
  acb_div(value_, value_, other.value_, BallPrecision::bits());
  return *this;
}

ComplexBall exp(const ComplexBall& z) {
  ComplexBall y;
  acb_exp(y.data(), z.data(), BallPrecision::bits());
  return y;
}
ComplexBall expm1(const ComplexBall& z) {
  ComplexBall y;
  acb_expm1(y.data(), z.data(), BallPrecision::bits());
  return y;
}
ComplexBall log(const ComplexBall& z) {
  constexpr int holomorphic = 1;
  ComplexBall y;
  acb_log_analytic(y.data(), z.data(), holomorphic, BallPrecision::bits());
  return y;
}
ComplexBall log1p(const ComplexBall& z) {
  ComplexBall shifted = z;
  acb_add_si(shifted.data(), shifted.data(), 1, BallPrecision::bits());
  ComplexBall y;
  if (acb_contains_zero(shifted.data()) != 0 ||
      (arb_contains_zero(acb_imagref(shifted.data())) != 0 && arb_is_positive(acb_realref(shifted.data())) == 0)) {
    acb_indeterminate(y.data());
    return y;
  }
  acb_log1p(y.data(), z.data(), BallPrecision::bits());
  return y;
}
ComplexBall sqrt(const ComplexBall& z) {
  constexpr int holomorphic = 1;
  ComplexBall y;
  acb_sqrt_analytic(y.data(), z.data(), holomorphic, BallPrecision::bits());
  return y;
}

Ball real_part(const ComplexBall& z) {
  Ball x;
  arb_set(x.data(), acb_realref(z.data()));
  return x;
}
Ball imaginary_part(const ComplexBall& z) {
  Ball y;
  arb_set(y.data(), acb_imagref(z.data()));
  return y;
}
Ball abs(const ComplexBall& z) {
  Ball magnitude;
  acb_abs(magnitude.data(), z.data(), BallPrecision::bits());
  return magnitude;
}
bool is_finite(const ComplexBall& z) { return acb_is_finite(z.data()) != 0; }
bool is_real(const ComplexBall& z) { return acb_is_real(z.data()) != 0; }
bool contains(const ComplexBall& outer, const ComplexBall& inner) {
  return acb_contains(outer.data(), inner.data()) != 0;
}

}  // namespace verimix

// ComplexBall: a complex number known to lie in a rectangle; a thin RAII type over Arb. It carries real-analytic
// functions off the real line, which is what rigorous quadrature asks for (integral.hpp).
#pragma once

#include "verimix/core/ball.hpp"
#if __has_include(<flint/acb.h>)
#include <flint/acb.h>
#else
#include <acb.h>
#endif

namespace verimix {

/// Operations enclose as those of Ball do, at the same working precision. Every function below is moreover holomorphic
/// on its argument or gives a value that is not finite: log and sqrt refuse an argument that meets their cut (-inf, 0],
/// a quotient one whose divisor contains 0. A finite result therefore proves that the composed function is holomorphic
/// on the whole argument.
class ComplexBall {
 public:
  ComplexBall() noexcept { acb_init(value_); }
  template <std::signed_integral Integer>
  ComplexBall(Integer exact) : ComplexBall() {  // NOLINT(google-explicit-constructor)
    acb_set_si(value_, static_cast<slong>(exact));
  }
  ComplexBall(const Ball& real) : ComplexBall() {  // NOLINT(google-explicit-constructor)
    acb_set_arb(value_, real.data());
  }
  ComplexBall(const Ball& real, const Ball& imaginary) : ComplexBall() {
    acb_set_arb_arb(value_, real.data(), imaginary.data());
  }
  ComplexBall(const ComplexBall& other) : ComplexBall() { acb_set(value_, other.value_); }
  ComplexBall(ComplexBall&& other) noexcept : ComplexBall() { acb_swap(value_, other.value_); }
  ComplexBall& operator=(const ComplexBall& other) {
    acb_set(value_, other.value_);
    return *this;
  }
  ComplexBall& operator=(ComplexBall&& other) noexcept {
    acb_swap(value_, other.value_);
    return *this;
  }
  ~ComplexBall() { acb_clear(value_); }

  ComplexBall& operator+=(const ComplexBall& other);
  ComplexBall& operator-=(const ComplexBall& other);
  ComplexBall& operator*=(const ComplexBall& other);
  /// Twice as cheap as the product of two complex numbers.
  ComplexBall& operator*=(const Ball& other);
  ComplexBall& operator/=(const ComplexBall& other);

  friend ComplexBall operator+(ComplexBall a, const ComplexBall& b) { return a += b; }
  friend ComplexBall operator-(ComplexBall a, const ComplexBall& b) { return a -= b; }
  friend ComplexBall operator*(ComplexBall a, const ComplexBall& b) { return a *= b; }
  friend ComplexBall operator*(ComplexBall a, const Ball& b) { return a *= b; }
  friend ComplexBall operator*(const Ball& a, ComplexBall b) { return b *= a; }
  template <std::signed_integral Integer>
  friend ComplexBall operator*(Integer a, ComplexBall b) {
    return b *= Ball(a);
  }
  friend ComplexBall operator/(ComplexBall a, const ComplexBall& b) { return a /= b; }
  friend ComplexBall operator-(ComplexBall a) {
    acb_neg(a.value_, a.value_);
    return a;
  }

  /// The underlying Arb value.
  acb_ptr data() noexcept { return value_; }
  acb_srcptr data() const noexcept { return value_; }

 private:
  acb_t value_;
};

ComplexBall exp(const ComplexBall& z);
ComplexBall expm1(const ComplexBall& z);
/// The principal branch. Not finite on an argument that meets (-inf, 0].
ComplexBall log(const ComplexBall& z);
/// The principal branch of log(1 + z). Not finite on an argument that meets (-inf, -1].
ComplexBall log1p(const ComplexBall& z);
/// The principal branch. Not finite on an argument that meets (-inf, 0].
ComplexBall sqrt(const ComplexBall& z);

Ball real_part(const ComplexBall& z);
Ball imaginary_part(const ComplexBall& z);
/// |z|.
Ball abs(const ComplexBall& z);
bool is_finite(const ComplexBall& z);
/// Is the imaginary part exactly 0?
bool is_real(const ComplexBall& z);
/// Does `outer` contain every number of `inner`?
bool contains(const ComplexBall& outer, const ComplexBall& inner);

}  // namespace verimix

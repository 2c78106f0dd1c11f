#include "verimix/core/scalar.hpp"

#include <numbers>

namespace verimix {

template <>
double pi<double>() {
  return std::numbers::pi;
}
template <>
Real50 pi<Real50>() {
  Real50 value;
  mpfr_const_pi(value.backend().data(), MPFR_RNDN);
  return value;
}
template <>
Real100 pi<Real100>() {
  Real100 value;
  mpfr_const_pi(value.backend().data(), MPFR_RNDN);
  return value;
}
template <>
Ball pi<Ball>() {
  Ball value;
  arb_const_pi(value.data(), BallPrecision::bits());
  return value;
}

}  // namespace verimix

// Generators of numbers that every scalar represents exactly, weighted to the places where arithmetic goes wrong.
#pragma once

#include <rapidcheck.h>

#include <cmath>
#include <cstdint>

#include "support/exact.hpp"
#include "verimix/core/ball.hpp"
#include "verimix/core/rational.hpp"

namespace verimix::support {

/// The i-th of a fixed list of draws of the generator.
template <class T>
T draw_number(const rc::Gen<T>& generator, std::uint64_t i) {
  constexpr int size = 60;
  return generator(rc::Random(i), size).value();
}

/// Integers in [-limit, limit] that shrink to 0 (gen::inRange shrinks to the range's end).
inline rc::Gen<long> integers(long limit) {
  return rc::gen::map(rc::gen::inRange<long>(0, 2 * limit + 1),
                      [](long n) { return n % 2 == 0 ? n / 2 : -(n + 1) / 2; });
}

/// k 2^e with |k| <= 2^20; e is mostly small, and within +-`extreme` otherwise. Exact in double for extreme <= 1000.
inline rc::Gen<double> dyadics(long extreme) {
  const long usual = extreme < 8 ? extreme : 8;
  return rc::gen::map(
      rc::gen::pair(
          rc::gen::weightedOneOf<long>(
              {{1, rc::gen::just(0L)}, {2, rc::gen::element(1L, -1L)}, {4, integers(16)}, {8, integers(1L << 20)}}),
          rc::gen::weightedOneOf<long>({{3, integers(usual)}, {1, integers(extreme)}})),
      [](const std::pair<long, long>& p) {
        return std::ldexp(static_cast<double>(p.first), static_cast<int>(p.second));
      });
}

/// Dyadics > 0.
inline rc::Gen<double> positive_dyadics(long extreme) {
  return rc::gen::map(dyadics(extreme), [](double x) { return x == 0 ? 1.0 : std::abs(x); });
}

/// A ball together with one exact number inside it.
struct BallWithPoint {
  double midpoint;
  double radius;
  /// The point is midpoint + radius part / 16, |part| <= 16.
  long part;

  Ball ball() const { return widened(Ball(midpoint), Ball(radius)); }
  Rational point() const { return to_rational(midpoint) + to_rational(radius) * Rational(part, 16); }
};

inline void showValue(const BallWithPoint& x, std::ostream& out) {
  out << "[" << x.midpoint << " +- " << x.radius << "] at " << x.part << "/16";
}

/// Radius 0, far below the midpoint's last bit, or up to the midpoint's own size and beyond.
inline rc::Gen<BallWithPoint> balls(long extreme) {
  return rc::gen::map(rc::gen::tuple(dyadics(extreme),
                                     rc::gen::weightedOneOf<double>({{2, rc::gen::just(0.0)},
                                                                     {2, rc::gen::just(0x1p-40)},
                                                                     {1, rc::gen::just(0x1p-200)},
                                                                     {3, positive_dyadics(4)}}),
                                     integers(16)),
                      [](const std::tuple<double, double, long>& t) {
                        return BallWithPoint{std::get<0>(t), std::get<1>(t), std::get<2>(t)};
                      });
}

/// Balls of positive numbers only: the radius is at most 15/16 of the midpoint.
inline rc::Gen<BallWithPoint> positive_balls(long extreme) {
  return rc::gen::map(rc::gen::tuple(positive_dyadics(extreme),
                                     rc::gen::element(0.0, 0x1p-200, 0x1p-60, 0x1p-20, 0.25, 0.9375), integers(16)),
                      [](const std::tuple<double, double, long>& t) {
                        return BallWithPoint{std::get<0>(t), std::get<0>(t) * std::get<1>(t), std::get<2>(t)};
                      });
}

}  // namespace verimix::support

namespace rc {
template <>
struct Arbitrary<verimix::support::BallWithPoint> {
  static Gen<verimix::support::BallWithPoint> arbitrary() { return verimix::support::balls(60); }
};
}  // namespace rc

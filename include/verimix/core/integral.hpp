// Rigorous integrals of analytic functions over finite intervals, by Arb's adaptive Gauss-Legendre quadrature. Proof of
// the enclosure: proofs-notes/core/integral.md.
#pragma once

#include <functional>

#include "verimix/core/complex_ball.hpp"

namespace verimix {

/// Encloses the integrand on every point of z, at the working precision of balls. With `holomorphic` set, a finite
/// value must also prove that the integrand is holomorphic on all of z; without it, z is a part of the interval itself
/// and any enclosure will do. A composition of the operations of ComplexBall may ignore the flag.
using ComplexIntegrand = std::function<ComplexBall(const ComplexBall& z, bool holomorphic)>;

/// When quadrature may stop. It is met as soon as the error is below `absolute_goal`, or below 2^-relative_bits times
/// the largest of the pieces seen so far.
struct IntegralGoal {
  Ball absolute_goal = 0;
  /// 0: the working precision.
  long relative_bits = 0;
  /// Values of the integrand that may be asked for. 0: 1000 times the working precision in bits.
  long evaluations = 0;
};

struct Integral {
  /// Encloses the integral whether the goal is met or not; not finite where the integrand could not be bounded.
  Ball value;
  bool goal_met = false;
  /// Values of the integrand that were computed.
  long evaluations = 0;
};

/// int_lower^upper f(x) dx for f real on the real line. Domain: lower <= upper, balls allowed (their radius is then
/// part of the enclosure). An exception of the integrand stops the work and is passed on; interruption throws
/// Interrupted.
Integral integrate(const ComplexIntegrand& integrand, const Ball& lower, const Ball& upper,
                   const IntegralGoal& goal = {});

}  // namespace verimix

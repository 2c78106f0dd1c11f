// Jackson's theorem on the ball of R^n with its constant, and the polynomial of its proof made: [CKS25] Lemma 41.
// Derivations: proofs-notes/polynomial/jackson.md.
#pragma once

#include <functional>

#include "verimix/core/linear_algebra.hpp"
#include "verimix/distance/score_supremum.hpp"

namespace verimix {

/// x >= j_{(n-2)/2, 1}, the first zero of the Bessel function J_{(n-2)/2}, and above it by at most 1e-12 of it (as far
/// as the guess of Boost is good; that x is a bound is proved in balls). pi/2 for n = 1. Domain: 1 <= n <= 1000.
Ball bessel_zero_upper(int dimension);

/// C_n = 1 + 2 j_{(n-2)/2, 1}/n <= 1 + pi: [CKS25] Lemma 41 holds with it. For F on the unit ball of R^n and
/// omega(h) = sup_{|x-y| <= h} |F(x) - F(y)| there is a polynomial p of degree at most l with
///   sup_{|x| <= 1} |F - p| <= C_n omega(n/l).
Ball jackson_constant(int dimension);

/// 2 j_{(n-2)/2, 1} Lip rho/l >= the error of a polynomial of degree at most l on the ball of radius rho, for F with
/// the Lipschitz constant Lip there; F may have values in any normed space. Domain: l >= 1.
Ball jackson_error_upper(int dimension, int degree, const Ball& lipschitz, const Ball& radius);

/// theta_N in (0, pi/2], N = floor(l/2) + 1: cos theta_N is the largest zero of the Gegenbauer polynomial
/// C_N^{((n-1)/2)} (of T_N for n = 1). The construction's error is at most Lip rho 2 sin(theta_N/2), which is at most
/// jackson_error_upper. Computed, from the eigenvalues of the Jacobi matrix, to about 1e-14. Domain: l >= 0, N <= 2000.
double jackson_angle(int dimension, int degree);

/// The polynomial of the proof: F lifted to the sphere S^n and averaged with the kernel q^2 whose mass is closest to
/// its pole, by a quadrature that is exact for all that occurs:
///   p(x) = sum_i W_i F(rho eta_i') k(<xi, eta_i>),  xi = (x/rho, sqrt(1 - |x/rho|^2)),  eta_i' the first n
///   coordinates.
/// It is a polynomial of degree at most l in x, linear in F, positive for positive F and 1 for F = 1, so each of its
/// outputs stays within the range of that output of F, and a Lipschitz F is met to within Lip rho 2 sin(theta_N/2) in
/// any norm.
class JacksonApproximation {
 public:
  using Function = std::function<Vector<double>(const Vector<double>&)>;

  /// Calls F at 2 N^n points at most. Throws InputError (field "degree") where that is more than `largest_point_count`,
  /// naming the count, or for degree < 0; (field "radius") for radius <= 0.
  JacksonApproximation(const Function& f, int dimension, double radius, int degree);
  static constexpr double largest_point_count = 4e6;

  int dimension() const { return dimension_; }
  int degree() const { return degree_; }
  /// 2 sin(theta_N/2): the error for Lip = rho = 1.
  double unit_error() const { return unit_error_; }

  /// p(x). Throws InputError (field "points") for |x| > radius (1 + 1e-12): the values there are not controlled.
  Vector<double> operator()(const Vector<double>& x) const;

  /// For dimension 1: the Chebyshev coefficients of an output on [-radius, radius].
  LinePolynomial line_polynomial(Index output = 0) const;

 private:
  double kernel(double t) const;

  int dimension_, degree_;
  double radius_, unit_error_;
  /// b_1, b_2, ... of t p_j = b_{j+1} p_{j+1} + b_j p_{j-1}, and p_j(cos theta_N)/|.|.
  std::vector<double> recurrence_, pole_values_;
  /// (n + 1) x count, and outputs x count: W_i F(eta_i').
  Matrix<double> nodes_, weighted_values_;
};

}  // namespace verimix

// What clipping the denoising loss leaves out: [CKS25] equations (66), (67) and the displays after them (p. 62), in the
// proof of Proposition 51. Derivations: proofs-notes/regress/clipping.md.
#pragma once

#include "verimix/regress/denoising_identity.hpp"

namespace verimix {

// On the line, certified. s is a piecewise polynomial, x_t and z as in denoising_identity.hpp.

/// E |s(x_t) + z/sigma_t|^2 1{|x_t| <= R_x, |z| <= R_z}: the clipped objective of (64) in the mean, to relative width
/// 10^-digits. Given x_t and the component, z is Gaussian, so the integral over z is closed (error functions) and that
/// over x_t is rigorous quadrature. Throws InputError: time 0 ("time"), a component of variance 0 ("covariance"), radii
/// that are not positive ("radius"), and what `cover` throws.
LadderResult clipped_objective(const LineLaw& law, const PiecewisePolynomial& s, const Rational& radius_x,
                               const Rational& radius_z, int digits);

/// E L^out = L_t(s) - clipped_objective: the loss where |x_t| > R_x or |z| > R_z. To absolute width 10^-digits times
/// L_t(s); the difference cancels where little is left out.
Ball outside_objective(const LineLaw& law, const PiecewisePolynomial& s, const Rational& radius_x,
                       const Rational& radius_z, int digits);

/// (66): E |s(x_t)|^2 1{|x_t| >= rho}, at the working precision.
Ball equation_66(const LineLaw& law, const PiecewisePolynomial& s, const Rational& rho);

/// E |z|^2 1{|z| >= rho} = d P[chi^2 with d + 2 degrees of freedom >= rho^2] for z ~ N(0, Id). (67) is this over t_min.
/// Domain: d >= 1, rho > 0.
Ball outside_noise(Index dimension, const Ball& rho);

/// P[|z| >= rho].
Ball outside_probability(Index dimension, const Ball& rho);

// In every dimension. Domains: dimension, cells >= 1, degree >= 0, M >= 0, R >= 0, beta > 0, sigma^2 > 0, probabilities
// in [0, 1] (delta' in (0, 1)); InputError naming the field that is certainly out of it.

/// E L^out <= (S + (d (d + 2))^{1/4}/sigma)^2 sqrt(p), for E |s(x_t)|^4 <= S^4 and p at least the probability of what
/// is outside: Cauchy-Schwarz and Minkowski. Takes the place of (66), (67), whose cross terms are missing.
template <Scalar T>
T outside_upper(Index dimension, const T& noise_variance, const T& fourth_norm, const T& probability);

/// E |s(x_t)|^4 <= C M^4 max(1, (R + sqrt(beta) ((4l - 1)!!)^{1/(4l)})^{4l}), M^4 for l = 0, returned as its fourth
/// root: s a polynomial of degree <= l with sizes of coefficients summing to at most M on each of C cells, |mu_i| <= R,
/// Q_i <= beta Id with beta >= 1 (or the covariances at time t). No dimension.
template <Scalar T>
T fourth_norm_upper(Index cells, int degree, const T& coefficient_sum, const T& R, const T& beta);

/// Radii with P[|x_t| > R_x or |z| > R_z] <= delta': R_z = sqrt(d) + sqrt(2 log(2/delta')), R_x = R + sqrt(beta) R_z.
template <Scalar T>
struct ClippingRadii {
  T x, z;
};
template <Scalar T>
ClippingRadii<T> clipping_radii(Index dimension, const T& R, const T& beta, const T& delta_prime);

/// (beta R d/alpha) log(1/delta'), both radii as printed with the hidden constant 1.
template <Scalar T>
T clipping_radius_printed(Index dimension, const T& alpha, const T& beta, const T& R, const T& delta_prime);

/// The last display: sqrt(delta'/t_min) d + M^4 d^l (4 l d beta R)^{4l} sqrt(delta'), hidden constant 1. False for
/// every constant as t_min falls.
template <Scalar T>
T outside_printed_upper(Index dimension, int degree, const T& coefficient_sum, const T& beta, const T& R,
                        const T& t_min, const T& delta_prime);

extern template double outside_upper(Index, const double&, const double&, const double&);
extern template double fourth_norm_upper(Index, int, const double&, const double&, const double&);
extern template ClippingRadii<double> clipping_radii(Index, const double&, const double&, const double&);
extern template double clipping_radius_printed(Index, const double&, const double&, const double&, const double&);
extern template double outside_printed_upper(Index, int, const double&, const double&, const double&, const double&,
                                             const double&);
extern template Real50 outside_upper(Index, const Real50&, const Real50&, const Real50&);
extern template Real50 fourth_norm_upper(Index, int, const Real50&, const Real50&, const Real50&);
extern template ClippingRadii<Real50> clipping_radii(Index, const Real50&, const Real50&, const Real50&);
extern template Real50 clipping_radius_printed(Index, const Real50&, const Real50&, const Real50&, const Real50&);
extern template Real50 outside_printed_upper(Index, int, const Real50&, const Real50&, const Real50&, const Real50&,
                                             const Real50&);
extern template Ball outside_upper(Index, const Ball&, const Ball&, const Ball&);
extern template Ball fourth_norm_upper(Index, int, const Ball&, const Ball&, const Ball&);
extern template ClippingRadii<Ball> clipping_radii(Index, const Ball&, const Ball&, const Ball&);
extern template Ball clipping_radius_printed(Index, const Ball&, const Ball&, const Ball&, const Ball&);
extern template Ball outside_printed_upper(Index, int, const Ball&, const Ball&, const Ball&, const Ball&, const Ball&);

}  // namespace verimix

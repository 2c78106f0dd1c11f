#include "verimix/regress/clipping.hpp"

#if __has_include(<flint/acb_hypgeom.h>)
#include <flint/acb_hypgeom.h>
#include <flint/arb_hypgeom.h>
#else
#include <acb_hypgeom.h>
#include <arb_hypgeom.h>
#endif

#include <array>
#include <boost/math/special_functions/gamma.hpp>

#include "arguments.hpp"
#include "verimix/core/integral.hpp"

namespace verimix {
namespace {

using Cell = PiecewisePolynomial::Cell;
using regress_detail::larger;
using regress_detail::power;
using regress_detail::refuse;
using regress_detail::require_above_zero;
using regress_detail::require_count;
using regress_detail::require_share;

constexpr long spare_bits = 10;

ComplexBall error_function(const ComplexBall& z) {
  ComplexBall out;
  acb_hypgeom_erf(out.data(), z.data(), BallPrecision::bits());
  return out;
}

template <RealScalar T>
T log_gamma(const T& x) {
  return boost::math::lgamma(x);
}
Ball log_gamma(const Ball& x) {
  Ball out;
  arb_lgamma(out.data(), x.data(), BallPrecision::bits());
  return out;
}

// P[chi^2 with d degrees of freedom >= level].
Ball chi_square_tail(Index d, const Ball& level) {
  Ball out;
  const Ball half_d = Ball(d) / 2, half_level = level / 2;
  arb_hypgeom_gamma_upper(out.data(), half_d.data(), half_level.data(), 1, BallPrecision::bits());
  return out;
}

// A component at time t: given x_t = x, z is N(tilt (x - mean), spread).
struct ConditionalNoise {
  LineComponent law;
  Ball tilt, spread;
};

std::vector<ConditionalNoise> conditional_noise(const LineLaw& law) {
  std::vector<ConditionalNoise> out;
  const Ball noise = law.added_variance(), shrink = exp(-2 * from_rational<Ball>(law.time()));
  const std::vector<LineComponent> noised = LineMixture(law).components();
  for (std::size_t i = 0; i < noised.size(); ++i) {
    const Ball own = shrink * from_rational<Ball>(law.components()[i].variance);
    out.push_back({noised[i], sqrt(noise) / noised[i].variance, own / noised[i].variance});
  }
  return out;
}

// int z^j N(centre, spread; z) dz over |z| <= radius for j = 0, 1, 2.
std::array<ComplexBall, 3> clipped_moments(const ComplexBall& centre, const Ball& spread, const Ball& radius) {
  const ComplexBall above = ComplexBall(radius) - centre, below = ComplexBall(-radius) - centre;
  const Ball scale = 1 / sqrt(2 * spread), peak = 1 / sqrt(2 * pi<Ball>() * spread), rate = 1 / (2 * spread);
  const ComplexBall mass = (error_function(above * scale) - error_function(below * scale)) * (Ball(1) / 2);
  const ComplexBall at_above = exp(-(above * above * rate)) * peak, at_below = exp(-(below * below * rate)) * peak;
  const ComplexBall first = centre * mass - (at_above - at_below) * spread;
  const ComplexBall second =
      (centre * centre + ComplexBall(spread)) * mass -
      ((centre + ComplexBall(radius)) * at_above - (centre - ComplexBall(radius)) * at_below) * spread;
  return {mass, first, second};
}

// The density of x_t times the mean of |s + z/sigma|^2 1{|z| <= radius} given x_t.
ComplexBall clipped_density(const std::vector<ConditionalNoise>& components, const BallPolynomial& s, const Ball& sigma,
                            const Ball& radius, const ComplexBall& x) {
  ComplexBall value = 0, sum = 0;
  for (std::size_t j = s.size(); j-- > 0;) value = value * x + ComplexBall(s[j]);
  const ComplexBall twice = value * (2 / sigma);
  const Ball inverse = 1 / (sigma * sigma);
  for (const ConditionalNoise& component : components) {
    const ComplexBall shift = x - ComplexBall(component.law.mean);
    const auto [mass, first, second] = clipped_moments(shift * component.tilt, component.spread, radius);
    const Ball peak = component.law.weight / sqrt(2 * pi<Ball>() * component.law.variance);
    sum += exp(-(shift * shift * (1 / (2 * component.law.variance)))) * peak *
           (value * value * mass + twice * first + second * inverse);
  }
  return sum;
}

void require_clip(const LineLaw& law, const Rational& radius_x, const Rational& radius_z) {
  if (law.time() == 0) throw InputError("", "time", "0", "a time > 0: the objective divides by the noise");
  for (const LineLaw::Component& component : law.components())
    if (component.variance == 0) throw InputError("", "covariance", "0", "variances > 0 at time 0");
  for (const Rational& radius : {radius_x, radius_z})
    if (radius <= 0) throw InputError("", "radius", to_text(radius), "a radius > 0");
}

Ball clipped_at_precision(const LineLaw& law, const std::vector<Cell>& inside, const Rational& radius_z,
                          long goal_bits) {
  const std::vector<ConditionalNoise> components = conditional_noise(law);
  const Ball sigma = sqrt(law.added_variance()), radius = from_rational<Ball>(radius_z);
  IntegralGoal goal;
  goal.relative_bits = goal_bits + spare_bits;
  Ball sum;
  for (const Cell& cell : inside) {
    BallPolynomial s;
    for (const Rational& c : cell.coefficients) s.push_back(from_rational<Ball>(c));
    const auto integrand = [&](const ComplexBall& x, bool) { return clipped_density(components, s, sigma, radius, x); };
    sum += integrate(integrand, from_rational<Ball>(*cell.lower), from_rational<Ball>(*cell.upper), goal).value;
  }
  return sum;
}

template <Scalar T>
T fourth_root(const T& x) {
  return sqrt(T(sqrt(x)));
}

template <Scalar T>
void require_share_or_end(const T& x, const char* field) {
  refuse(less(x, T(0)) == Truth::yes || less(T(1), x) == Truth::yes, x, field, "a number in [0, 1]");
}

template <Scalar T>
void require_not_negative(const T& x, const char* field) {
  refuse(less(x, T(0)) == Truth::yes, x, field, "a finite number, at least 0");
}

}  // namespace

LadderResult clipped_objective(const LineLaw& law, const PiecewisePolynomial& s, const Rational& radius_x,
                               const Rational& radius_z, int digits) {
  require_clip(law, radius_x, radius_z);
  const std::vector<Cell> inside = cells_inside(cover(s), radius_x);
  return climb_precision(digits,
                         [&](const Rung& rung) { return clipped_at_precision(law, inside, radius_z, rung.goal_bits); });
}

Ball outside_objective(const LineLaw& law, const PiecewisePolynomial& s, const Rational& radius_x,
                       const Rational& radius_z, int digits) {
  const LadderResult inside = clipped_objective(law, s, radius_x, radius_z, digits + 1);
  const LadderResult all = denoising_objective(law, s, digits + 1);
  return require_digits(all, digits + 1, "the denoising objective") -
         require_digits(inside, digits + 1, "the clipped objective");
}

Ball equation_66(const LineLaw& law, const PiecewisePolynomial& s, const Rational& rho) {
  return mean_square(LineMixture(law), cells_outside(cover(s), rho));
}

Ball outside_noise(Index dimension, const Ball& rho) {
  require_count(dimension, 1, "dimension");
  require_above_zero(rho, "rho");
  return Ball(dimension) * chi_square_tail(dimension + 2, rho * rho);
}

Ball outside_probability(Index dimension, const Ball& rho) {
  require_count(dimension, 1, "dimension");
  require_above_zero(rho, "rho");
  return chi_square_tail(dimension, rho * rho);
}

template <Scalar T>
T outside_upper(Index dimension, const T& noise_variance, const T& fourth_norm, const T& probability) {
  require_count(dimension, 1, "dimension");
  require_above_zero(noise_variance, "noise_variance");
  require_not_negative(fourth_norm, "fourth_norm");
  require_share_or_end(probability, "probability");
  const T d(static_cast<int>(dimension));
  const T sum = fourth_norm + fourth_root(T(d * (d + 2))) / sqrt(noise_variance);
  return sum * sum * sqrt(probability);
}

template <Scalar T>
T fourth_norm_upper(Index cells, int degree, const T& coefficient_sum, const T& R, const T& beta) {
  require_count(cells, 1, "cells");
  require_count(degree, 0, "degree");
  require_not_negative(coefficient_sum, "coefficient_sum");
  require_not_negative(R, "R");
  require_above_zero(beta, "beta");
  if (degree == 0) return coefficient_sum;
  const T l(degree);
  // log (4l - 1)!!, of (4l)! = (4l - 1)!! 2^{2l} (2l)!.
  const T log_moment = log_gamma(T(4 * l + 1)) - log_gamma(T(2 * l + 1)) - 2 * l * log(T(2));
  const T coordinate = R + sqrt(beta) * exp(T(log_moment / (4 * l)));
  return fourth_root(T(static_cast<int>(cells))) * coefficient_sum * power(larger(T(1), coordinate), degree);
}

template <Scalar T>
ClippingRadii<T> clipping_radii(Index dimension, const T& R, const T& beta, const T& delta_prime) {
  require_count(dimension, 1, "dimension");
  require_not_negative(R, "R");
  require_above_zero(beta, "beta");
  require_share(delta_prime, "delta_prime");
  const T z = sqrt(T(static_cast<int>(dimension))) + sqrt(T(2 * log(T(T(2) / delta_prime))));
  return {T(R + sqrt(beta) * z), z};
}

template <Scalar T>
T clipping_radius_printed(Index dimension, const T& alpha, const T& beta, const T& R, const T& delta_prime) {
  require_count(dimension, 1, "dimension");
  require_above_zero(alpha, "alpha");
  require_above_zero(beta, "beta");
  require_above_zero(R, "R");
  require_share(delta_prime, "delta_prime");
  return beta * R * T(static_cast<int>(dimension)) / alpha * -log(delta_prime);
}

template <Scalar T>
T outside_printed_upper(Index dimension, int degree, const T& coefficient_sum, const T& beta, const T& R,
                        const T& t_min, const T& delta_prime) {
  require_count(dimension, 1, "dimension");
  require_count(degree, 0, "degree");
  require_not_negative(coefficient_sum, "coefficient_sum");
  require_above_zero(beta, "beta");
  require_above_zero(R, "R");
  require_above_zero(t_min, "t_min");
  require_share(delta_prime, "delta_prime");
  const T d(static_cast<int>(dimension));
  return sqrt(T(delta_prime / t_min)) * d + power(coefficient_sum, 4) * power(d, degree) *
                                                power(T(4 * degree * d * beta * R), 4 * degree) * sqrt(delta_prime);
}

template double outside_upper(Index, const double&, const double&, const double&);
template double fourth_norm_upper(Index, int, const double&, const double&, const double&);
template ClippingRadii<double> clipping_radii(Index, const double&, const double&, const double&);
template double clipping_radius_printed(Index, const double&, const double&, const double&, const double&);
template double outside_printed_upper(Index, int, const double&, const double&, const double&, const double&,
                                      const double&);
template Real50 outside_upper(Index, const Real50&, const Real50&, const Real50&);
template Real50 fourth_norm_upper(Index, int, const Real50&, const Real50&, const Real50&);
template ClippingRadii<Real50> clipping_radii(Index, const Real50&, const Real50&, const Real50&);
template Real50 clipping_radius_printed(Index, const Real50&, const Real50&, const Real50&, const Real50&);
template Real50 outside_printed_upper(Index, int, const Real50&, const Real50&, const Real50&, const Real50&,
                                      const Real50&);
template Ball outside_upper(Index, const Ball&, const Ball&, const Ball&);
template Ball fourth_norm_upper(Index, int, const Ball&, const Ball&, const Ball&);
template ClippingRadii<Ball> clipping_radii(Index, const Ball&, const Ball&, const Ball&);
template Ball clipping_radius_printed(Index, const Ball&, const Ball&, const Ball&, const Ball&);
template Ball outside_printed_upper(Index, int, const Ball&, const Ball&, const Ball&, const Ball&, const Ball&);

}  // namespace verimix

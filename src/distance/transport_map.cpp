#include "verimix/distance/transport_map.hpp"

#include <algorithm>
#include <cmath>

#include "verimix/distance/line_crossings.hpp"
#include "verimix/distance/quantile.hpp"

namespace verimix {
namespace {

constexpr long coarse_map_bits = 64;

double size_of(const ComplexBall& z) {
  mag_t size;
  mag_init(size);
  acb_get_mag(size, z.data());
  const double upper = mag_get_d(size);
  mag_clear(size);
  return upper;
}

// A rectangle about 0, symmetric about both axes, larger than w by a half in both directions.
ComplexBall around(const ComplexBall& w) {
  ComplexBall box;
  mag_ptr across = arb_radref(acb_realref(box.data())), upward = arb_radref(acb_imagref(box.data()));
  arb_get_mag(across, acb_realref(w.data()));
  arb_get_mag(upward, acb_imagref(w.data()));
  for (mag_ptr side : {across, upward}) {
    mag_mul_ui(side, side, 3);
    mag_mul_2exp_si(side, side, -1);
  }
  mag_t least;  // a box without an inside would contain no image in its interior
  mag_init(least);
  mag_max(least, across, upward);
  mag_mul_2exp_si(least, least, -10);
  mag_max(across, across, least);
  mag_max(upward, upward, least);
  mag_clear(least);
  return box;
}

// Encloses a solution by a box that `image` maps into its own inside, starting from a first guess; not finite if none
// is found.
template <class Image>
ComplexBall solved(ComplexBall guess, const Image& image) {
  constexpr int attempts = 6;
  for (int attempt = 0; attempt < attempts && is_finite(guess); ++attempt) {
    const ComplexBall box = around(guess);
    guess = image(box);
    if (is_finite(guess) && acb_contains_interior(box.data(), guess.data()) != 0) return guess;
  }
  acb_indeterminate(guess.data());
  return guess;
}

// p' on the ball.
ComplexBall density_slope(const LineMixture& p, const ComplexBall& z) {
  const ScaledDensity<ComplexBall> at = p.scaled(z);
  return (at.slope + at.value * at.exponent.slope_at(at.h)) * exp(at.exponent.at(at.h));
}

bool excludes_zero(const ComplexBall& z) { return is_finite(z) && acb_contains_zero(z.data()) == 0; }

}  // namespace

TransportMap::TransportMap(const LinePair& pair)
    : pair_(pair), mirrored_p_(pair.p().reflected()), mirrored_q_(pair.q().reflected()) {}

Ball TransportMap::displacement(const Ball& x) const {
  const Ball below = pair_.p().cdf(x);
  if (approximate(below) < 0.5) return -upper_tail_quantile(mirrored_q_, below) - x;
  return upper_tail_quantile(pair_.q(), pair_.p().upper_tail(x)) - x;
}

Ball TransportMap::coarse_displacement(const Ball& x) const {
  const BallPrecision precision(std::min(BallPrecision::bits(), coarse_map_bits));
  return centre_of(displacement(x));
}

ComplexBall TransportMap::continued(const ComplexBall& z) const {
  constexpr double near = 0x1p-6;
  const Ball centre = centre_of(z);
  const ComplexBall h = z - ComplexBall(centre);
  const Ball coarse = coarse_displacement(centre);
  if (std::abs(approximate(coarse)) < near * size_of(h)) {
    // delta (mean of q on [z, z + delta]) = F(z) - G(z)
    const ScaledPair<ComplexBall> at = pair_.scaled(z);
    const ComplexBall residual = distribution_difference(pair_, centre) + at.difference * exp(at.exponent.at(at.h)) * h;
    const auto image = [&](const ComplexBall& box) { return residual / pair_.q().density(z + box); };
    return solved(image(ComplexBall(0)), image);
  }
  // q(y) eta = F(z) - G(y) - (G(y + eta) - G(y) - q(y) eta), both to second order
  const Ball y = centre_of(centre + coarse);
  const Ball below = pair_.p().cdf(centre);
  const Ball miss =
      approximate(below) < 0.5 ? below - pair_.q().cdf(y) : pair_.q().upper_tail(y) - pair_.p().upper_tail(centre);
  const Ball at_y = pair_.q().density(y);
  const ComplexBall rise = miss + pair_.p().density(centre) * h + density_slope(pair_.p(), z) * h * h * (Ball(1) / 2);
  const auto image = [&](const ComplexBall& box) {
    const ComplexBall slope = density_slope(pair_.q(), y + box);
    ComplexBall eta = (rise - slope * box * box * (Ball(1) / 2)) / at_y;
    if (!excludes_zero(at_y + slope * box)) acb_indeterminate(eta.data());
    return eta;
  };
  const ComplexBall eta = solved(rise / at_y, image);
  return ComplexBall(y - centre) - h + eta;
}

// T is increasing, so T(x) - x lies between T(lower) - upper and T(upper) - lower.
ComplexBall TransportMap::between_ends(const Ball& x) const {
  const Ball lower = lower_end(x), upper = upper_end(x);
  return hull(lower + displacement(lower) - upper, upper + displacement(upper) - lower);
}

ComplexBall TransportMap::displacement(const ComplexBall& z, bool holomorphic) const {
  if (is_point(z)) return displacement(real_part(z));
  ComplexBall found = continued(z);
  if (is_finite(found) || holomorphic || !is_real(z)) return found;
  return between_ends(real_part(z));
}

ComplexBall TransportMap::cost_density(const ComplexBall& z, bool holomorphic) const {
  if (is_point(z)) {
    const Ball x = real_part(z), moved = displacement(x);
    return moved * moved * pair_.p().density(x);
  }
  const ComplexBall moved = displacement(z, holomorphic);
  return moved * moved * pair_.p().density(z);
}

Ball TransportMap::tail(Side side, const Ball& cut) const {
  const LineMixture& p = side == Side::right ? pair_.p() : mirrored_p_;
  const LineMixture& q = side == Side::right ? pair_.q() : mirrored_q_;
  const Ball image = upper_tail_quantile(q, p.upper_tail(cut));
  Ball from;
  arb_min(from.data(), cut.data(), image.data(), BallPrecision::bits());
  from = lower_end(from);
  const BallPolynomial squared = {from * from, -2 * from, Ball(1)};
  return upper_tail_integral(p, squared, cut) + upper_tail_integral(q, squared, image);
}

// log T'(x) = log p(x) - log q(T(x)), rounded: for choosing, never for deciding.
double TransportMap::log_slope(const Ball& x) const {
  const BallPrecision precision(coarse_map_bits);
  const Ball y = centre_of(x + displacement(x));
  return approximate(pair_.p().log_density(x) - pair_.q().log_density(y));
}

// Places on the curve a deviation apart around each component of p and of q.
std::vector<TransportMap::Sample> TransportMap::samples(const Interval& inside) const {
  constexpr int farthest = 12;
  const BallPrecision precision(coarse_map_bits);
  const TransportMap back = reversed();
  std::vector<Sample> found;
  for (const bool from_q : {false, true})
    for (const LineComponent& component : (from_q ? pair_.q() : pair_.p()).components())
      for (int step = -farthest; step <= farthest; ++step) {
        const Ball place = centre_of(component.mean + step * sqrt(component.variance));
        const Ball x = from_q ? centre_of(place + back.displacement(place)) : place;
        if (less(inside.lower, x) == Truth::yes && less(x, inside.upper) == Truth::yes)
          found.push_back({x, log_slope(x)});
      }
  std::sort(found.begin(), found.end(), [](const Sample& a, const Sample& b) { return less(a.x, b.x) == Truth::yes; });
  return found;
}

// Between two places with slopes on either side of 1, one with a slope near it.
Ball TransportMap::turning_point(Sample before, Sample after) const {
  constexpr int halvings = 40;
  constexpr double near = 1;
  Ball x = before.x;
  for (int step = 0; step < halvings; ++step) {
    x = midpoint({before.x, after.x});
    const double slope = log_slope(x);
    if (std::abs(slope) < near) break;
    ((slope > 0) == (before.log_slope > 0) ? before.x : after.x) = x;
  }
  return x;
}

std::vector<TransportMap::Piece> TransportMap::pieces(const Interval& inside) const {
  constexpr double steep = 1;  // a slope above e is left for y, one below 1/e for x
  const std::vector<Sample> places = samples(inside);
  std::vector<Piece> result;
  bool from_q = false;
  Ball x = inside.lower;
  const auto end_at = [&](const Ball& to) {
    result.push_back({from_q ? x + displacement(x) : x, from_q ? to + displacement(to) : to, from_q});
    x = to;
  };
  for (std::size_t i = 0; i < places.size(); ++i) {
    const bool turns = from_q ? places[i].log_slope < -steep : places[i].log_slope > steep;
    if (!turns) continue;
    if (i > 0) {
      const Ball at = turning_point(places[i - 1], places[i]);
      if (less(x, at) == Truth::yes) end_at(at);
    }
    from_q = !from_q;
  }
  end_at(inside.upper);
  return result;
}

}  // namespace verimix

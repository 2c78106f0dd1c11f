// What lies outside an interval: exact tail integrals of a Gaussian mixture times a polynomial, and the places where
// the line may be cut. Derivations: proofs-notes/distance/line_tails.md.
#pragma once

#include <functional>
#include <vector>

#include "verimix/distance/line_mixture.hpp"

namespace verimix {

/// Coefficients c_0, c_1, ... of a polynomial sum_j c_j x^j.
using BallPolynomial = std::vector<Ball>;

/// T_j = int_cut^inf (x - m)^j N(m, v; x) dx for j = 0 .. count - 1, weight left out: T_0 = erfc(tau / sqrt 2) / 2, T_1
/// = sqrt(v) phi(tau), T_j = v^{j/2} tau^{j-1} phi(tau) + (j - 1) v T_{j-2}, tau = (cut - m) / sqrt(v). For a cut above
/// the mean every term is >= 0: no cancellation.
std::vector<Ball> tail_moments(const LineComponent& component, const Ball& cut, std::size_t count);

/// int_cut^inf polynomial(x) p(x) dx.
Ball upper_tail_integral(const LineMixture& p, const BallPolynomial& polynomial, const Ball& cut);

/// int over all x of polynomial(x) p(x) dx.
Ball whole_integral(const LineMixture& p, const BallPolynomial& polynomial);

/// A mixture seen from its right tail and from its left tail.
enum class Side { left, right };
LineMixture towards(Side side, const LineMixture& p);

/// A bound on the part of an integral to the right of a cut; for the left tail the mixtures are reflected first.
using TailBound = std::function<Ball(Side side, const Ball& cut)>;

/// Where to cut the line, and what is left out at most.
struct Cuts {
  Interval inside;
  Ball left_tail, right_tail;
};

/// The shortest interval found, of the form [min_i(m_i - s sigma_i), max_i(m_i + s' sigma_i)] over the components of
/// all mixtures, each of whose tails is certainly at most `target`. Throws UndecidedError if s reaches 2^20 first.
/// Domain: target > 0.
Cuts cut_tails(const std::vector<const LineMixture*>& mixtures, const TailBound& bound, const Ball& target);

/// A guess at int f for f >= 0 that lives where the mixtures do, from a few values of f: it steers tolerances and is
/// never part of an enclosure. Throws UndecidedError if no value of f is certainly positive at the working precision.
Ball rough_integral(const std::vector<const LineMixture*>& mixtures, const std::function<Ball(const Ball& x)>& f);

}  // namespace verimix

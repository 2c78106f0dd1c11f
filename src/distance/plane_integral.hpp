// What integrals over the plane have in common: the box outside of which little is left, a guess at the result that
// steers tolerances, and Gauss-Legendre rules with the error bound for integrands that are holomorphic around the
// interval. Proofs: proofs-notes/distance/plane.md.
#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "plane_pair.hpp"

namespace verimix {

enum class PlaneMetric { tv, kl, hellinger2, fisher };

/// The integrand whose integral over the plane is the distance; it is >= 0 (for tv |p - q| / 2, for kl p (r - 1 - log
/// r) with r = q/p). Encloses its values on the box of `at`.
Ball integrand(PlaneMetric metric, const PairAt<Ball>& at);

/// A bound of the integrand's modulus on a complex box. Finite only where it is holomorphic there. Not for tv.
Ball integrand_bound(PlaneMetric metric, const PairAt<ComplexBall>& at);

/// [x - half_x, x + half_x] x [y - half_y, y + half_y]; all four exact.
struct PlaneBox {
  Ball x, y, half_x, half_y;
};

/// A box, and a bound on the integral of the integrand outside of it.
struct PlaneCut {
  PlaneBox box;
  Ball outside;
};

/// The smallest box found that reaches a whole number of standard deviations beyond every mean and leaves out at most
/// `target`, or that reaches `deviations` of them, if that is not 0, whatever it leaves out. Throws UndecidedError if
/// 100 deviations are not enough.
PlaneCut cut_plane(PlaneMetric metric, const PlanePair& pair, const Ball& target, int deviations = 0);

/// A guess at the distance from a few values near the components: it is never part of an enclosure.
double rough_distance(PlaneMetric metric, const PlanePair& pair);

/// A rule with more points than this costs more than halving its cell.
constexpr long most_rule_points = 28;

/// n-point Gauss-Legendre on [-1, 1].
struct GaussRule {
  std::vector<Ball> nodes, weights;
};

/// Rules at the working precision at the time of their first use, kept. Threads may share them.
class GaussRules {
 public:
  const GaussRule& points(long n);

 private:
  std::mutex guard_;
  std::map<long, GaussRule> rules_;
};

/// The error of the n-point rule for a function bounded by `bound` on the ellipse with foci +-1 and half-axes (rho +
/// 1/rho)/2, (rho - 1/rho)/2: (64/15) bound rho^{-2n} / (1 - rho^{-2}). Domain: n >= 2, rho > 1.
Ball gauss_error(const Ball& bound, double rho, long n);
/// The least n >= 2 that brings it below `target`, by rounded arithmetic: for choosing, never for deciding.
long gauss_points(const Ball& bound, double rho, const Ball& target);
/// A box around `half` times that ellipse.
ComplexBall ellipse_box(const Ball& half, double rho);

/// a + b without rounding.
Ball exact_sum(const Ball& a, const Ball& b);
/// The ball [-radius, radius].
Ball symmetric(const Ball& radius);
/// [0, upper] as a ball.
Ball from_zero_to(const Ball& upper);

/// An enclosure, and whether nothing had to be left undone.
struct PlaneSum {
  Ball value;
  bool complete = true;
};

/// How many pieces are looked at before the rest is enclosed crudely, and on how many threads (0: the machine's). The
/// result does not depend on the threads.
struct PlaneEffort {
  long pieces;
  unsigned threads = 0;
};

/// What a piece comes to: a share of the integral, or the parts to look at next.
struct PlaneOutcome {
  Ball value;
  std::vector<PlaneBox> parts;
};

/// The sum of the shares of all pieces that `look_at` makes of the box, generation by generation and each in parallel;
/// `look_at(piece, true)` has to end with a share. Shares are added in the order of the pieces.
PlaneSum add_pieces(const PlaneBox& box, const PlaneEffort& effort,
                    const std::function<PlaneOutcome(const PlaneBox& piece, bool crudely)>& look_at);

/// The integral of the integrand of kl, hellinger2 or fisher over a box: on adaptive cells a product of Gauss rules,
/// with an error of at most `density` times the area each, or, where the integrand stays below `density`, the enclosure
/// between 0 and that.
PlaneSum integrate_plane(PlaneMetric metric, const PlanePair& pair, const PlaneBox& box, const Ball& density,
                         const PlaneEffort& effort);

/// int |p - q| / 2 over a box, to about `tolerance`: strips in x on which every zero of p - q in y is one holomorphic
/// function of x, and Gauss rules in x of the exact integrals in y.
PlaneSum sweep_plane(const PlanePair& pair, const PlaneBox& box, const Ball& tolerance, const PlaneEffort& effort);

}  // namespace verimix

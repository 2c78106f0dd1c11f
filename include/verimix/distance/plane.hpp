// Distances between two mixtures on the plane, certified: rigorous cubature for kl, hellinger2 and fisher, a sweep
// along the zeros of p - q for tv. Derivations and proofs: proofs-notes/distance/plane.md.
#pragma once

#include <functional>

#include "verimix/core/precision_ladder.hpp"
#include "verimix/distance/distance.hpp"
#include "verimix/distance/reduction.hpp"

namespace verimix {

struct PlaneBudget {
  /// Cells of the cubature (kl, hellinger2, fisher) and strips of the sweep (tv). What is left then is enclosed
  /// crudely.
  long cells = 200000;
  long strips = 20000;
  LadderBudget precision = {0, 3};
  /// 0: as many as the machine has. The result does not depend on it.
  unsigned threads = 0;
  /// How many standard deviations beyond every mean are looked at; what is farther out is bounded. 0: as many as the
  /// accuracy asks for.
  int deviations = 0;
};

/// Encloses the distance between two mixtures on the plane, at the working precision; the tolerances aim at a relative
/// width of 2^-goal_bits, and the enclosure holds whether that is met or not:
///   kl          int p (r - 1 - log r), r = q/p: Gauss rules on adaptive cells, their error from a bound on a complex
///   hellinger2  int (sqrt p - sqrt q)^2 / 2      ellipse around each side of the cell, the plane outside a box from
///   fisher      int p |grad log p - grad log q|^2  moments and Gaussian tails
///   tv          int |p - q| / 2: strips in x on which all zeros of p - q in y are proved simple and holomorphic in x;
///   Gauss
///               rules in x of the exact integrals in y; what stays undecided is bounded
/// Domain: dimension 2, a metric of these four, weights certainly 0 or certainly positive, the laws differ. Throws
/// InputError (fields "dimension", "covariance"), UndecidedError where the working precision cannot tell a weight from
/// 0 or no value of the integrand is positive.
Ball plane_distance(Metric metric, const Mixture<Ball>& p, const Mixture<Ball>& q, long goal_bits,
                    const PlaneBudget& budget = {});

/// The two laws at the working precision in force when it is called.
using PlaneLaws = std::function<ReducedPair()>;

/// To relative width 10^-digits, by the precision ladder. Domain: as above; digits >= 1. Meant for 1 to about 10
/// digits.
LadderResult certified_plane_distance(Metric metric, const PlaneLaws& laws, int digits, const PlaneBudget& budget = {});

}  // namespace verimix

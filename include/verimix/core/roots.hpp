// All zeros of a differentiable function on an interval, with proof that no other exists, by bisection, the mean-value
// form and interval Newton steps. Proof: proofs-notes/core/roots.md.
#pragma once

#include <functional>
#include <vector>

#include "verimix/core/ball.hpp"

namespace verimix {

/// [lower, upper]; both are exact (balls of radius 0).
struct Interval {
  Ball lower;
  Ball upper;
};

/// The interval as one ball, and the upper bound of its length.
Ball hull(const Interval& interval);
Ball length(const Interval& interval);
/// The exact midpoint.
Ball midpoint(const Interval& interval);

/// The ends of a ball, rounded outward to exact balls of the working precision: no number of x is below `lower_end(x)`
/// or above `upper_end(x)`. Of a ball that is not finite: -inf and +inf.
Ball lower_end(const Ball& x);
Ball upper_end(const Ball& x);

/// Enclosures of f and of f' on a ball.
struct ValueAndSlope {
  Ball value;
  Ball slope;
};
using DifferentiableFunction = std::function<ValueAndSlope(const Ball& x)>;

/// simple: f' has one sign on the interval and f has exactly one zero in it. undecided: there may be any number of
/// zeros (a multiple zero always ends here); callers must stay right whatever is inside.
enum class RootKind { simple, undecided };

struct Root {
  Interval place;
  RootKind kind;
};

struct RootSearch {
  /// An interval no longer than this that is not decided is reported as undecided. Domain: > 0.
  Ball shortest;
  /// Boxes that may be looked at; what is left then is reported as undecided.
  long boxes = 20000;
};

/// The zeros of f on the interval in increasing order, in disjoint places (neighbours may share an end point). Every
/// zero lies in one of the places; f has one sign on each of the gaps. Places of simple zeros are refined by Newton
/// steps until they are no longer than `shortest` or the working precision stops them. Domain: lower < upper.
std::vector<Root> isolate_roots(const DifferentiableFunction& f, const Interval& interval, const RootSearch& search);

}  // namespace verimix

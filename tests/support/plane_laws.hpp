// Pairs of mixtures on the plane by name, and the distance of a pair of exact laws.
#pragma once

#include <string>

#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/distance/plane.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix::support {

/// Both laws at the working precision; Q is taken at `time` and its means are shifted by `shift` along the first axis.
inline PlaneLaws plane_laws(const std::string& p, const std::string& q, const Rational& time = 0,
                            const Rational& shift = 0) {
  return [=]() -> ReducedPair {
    Mixture<Ball> moved = at_time(round_to<Ball>(instance(q)), from_rational<Ball>(time));
    for (Index i = 0; i < moved.size(); ++i) moved.means(0, i) += from_rational<Ball>(shift);
    return {round_to<Ball>(instance(p)), moved};
  };
}

inline PlaneLaws exchanged(const PlaneLaws& laws) {
  return [laws]() -> ReducedPair {
    const ReducedPair pair = laws();
    return {pair.q, pair.p};
  };
}

/// Both laws in the coordinates (y, x).
inline PlaneLaws transposed(const PlaneLaws& laws) {
  return [laws]() -> ReducedPair {
    ReducedPair pair = laws();
    for (Mixture<Ball>* law : {&pair.p, &pair.q}) {
      law->means = law->means.colwise().reverse().eval();
      for (Matrix<Ball>& covariance : law->covariances) covariance = covariance.reverse().eval();
    }
    return pair;
  };
}

/// To 6 digits.
inline Ball plane_value(Metric metric, const PlaneLaws& laws, int digits = 6) {
  return require_digits(certified_plane_distance(metric, laws, digits), digits, to_text(metric));
}

}  // namespace verimix::support

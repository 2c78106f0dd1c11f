// Certified distances between mixtures in any dimension, by the strongest method that applies: what both laws share is
// taken away exactly, then the line, the plane, or a bracket.
#pragma once

#include <optional>
#include <string>

#include "verimix/distance/distance.hpp"
#include "verimix/distance/plane.hpp"

namespace verimix {

struct SpaceDistance {
  /// Encloses the distance whether the digits are reached or not.
  Ball value;
  /// Were the digits that were asked for reached, or those that are tried by default? True for a bracket of which none
  /// were asked.
  bool goal_met;
  /// A line on how it was found.
  std::string method;
  /// The digits that were tried for; 0 for a bracket of which none were asked.
  int goal_digits = 0;
};

/// The distance between the laws at the time, to relative width 10^-digits. With r the dimension of difference_span
/// (reduction.hpp): r = 0 gives 0 exactly; r = 1 the line (line_distance.hpp, usual_line_digits unless asked otherwise)
/// at every time; r = 2 the plane (plane.hpp, 6 digits unless asked otherwise); r >= 3 the bracket of bracket.hpp, as
/// wide as it is. Of wasserstein1 and wasserstein2, which no linear map but an isometry keeps: r = 1 along an
/// eigenvector of the covariances gives the line, everything else the bracket. Throws what these throw. Domain: same
/// dimension, covariances positive definite at the time, digits >= 1.
SpaceDistance certified_space_distance(Metric metric, const ExactMixture& p, const ExactMixture& q,
                                       const Rational& time, std::optional<int> digits, const PlaneBudget& budget = {});

}  // namespace verimix

// Certified distances between mixtures on the line, by the name of the metric.
#pragma once

#include <string>

#include "verimix/core/precision_ladder.hpp"
#include "verimix/distance/distance.hpp"
#include "verimix/distance/line_mixture.hpp"

namespace verimix {

/// How many digits are tried for unless a caller asks otherwise: 30, but 8 for wasserstein2, whose cost is seconds from
/// 15 digits on.
int usual_line_digits(Metric metric);

struct LineDistance {
  /// Encloses the distance whether the digits are reached or not.
  LadderResult result;
  /// A line on how it was found.
  std::string method;
};

/// The distance between the laws at the time, to relative width 10^-digits: total_variation.hpp for tv,
/// wasserstein_line.hpp for wasserstein1 and wasserstein2, divergence.hpp for the others; exactly 0 for equal laws.
/// Throws what LineLaw throws; UndecidedError if no rung finds anything. Domain: digits >= 1.
LineDistance certified_line_distance(Metric metric, const ExactMixture& p, const ExactMixture& q, const Rational& time,
                                     int digits, const LadderBudget& budget = {});
LineDistance certified_line_distance(Metric metric, const LineLaw& p, const LineLaw& q, int digits,
                                     const LadderBudget& budget = {});

}  // namespace verimix

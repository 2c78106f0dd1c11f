// Drawing from a mixture.
#pragma once

#include <cstdint>
#include <vector>

#include "verimix/mixture/mixture.hpp"

namespace verimix {

struct Draws {
  /// d x n.
  Matrix<double> points;
  /// The component of each point.
  std::vector<Index> components;
};

/// n independent draws; row j uses the streams (seed, component_choice, first + j) and (seed, component_noise, first +
/// j) only, so the same seed gives the same bits for any number of threads, and draws may be continued. Covariances may
/// be semidefinite (a pivoted LDL^T square root). Domain: n >= 0.
Draws draw(const Mixture<double>& mixture, Index count, std::uint64_t seed, std::uint64_t first = 0);

}  // namespace verimix

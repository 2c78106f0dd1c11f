// The built-in families and single Gaussians, in double.
#pragma once

#include <string>

#include "verimix/mixture/families.hpp"

namespace verimix::support {

/// The family of this name with its default settings, each parameter rounded to nearest.
inline Mixture<double> family(const std::string& name) { return round_to<double>(instance(name)); }

/// N(mean, variance) on the line.
inline Mixture<double> gaussian(double mean, double variance) {
  return {
      "", Vector<double>::Ones(1), Matrix<double>::Constant(1, 1, mean), {Matrix<double>::Constant(1, 1, variance)}};
}

}  // namespace verimix::support

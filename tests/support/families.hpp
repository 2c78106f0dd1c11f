// The built-in families in double.
#pragma once

#include <string>

#include "verimix/mixture/families.hpp"

namespace verimix::support {

/// The family of this name with its default settings, each parameter rounded to nearest.
inline Mixture<double> family(const std::string& name) { return round_to<double>(instance(name)); }

}  // namespace verimix::support

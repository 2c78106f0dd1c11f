// The built-in mixtures.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// A built-in family: its name, a line on what it is, and its parameters with their defaults as text.
struct Family {
  std::string name;
  std::string summary;
  std::map<std::string, std::string> parameters;
};

/// Every built-in family, in the order of the documentation.
const std::vector<Family>& families();

/// The mixture `name` with `settings` in place of the defaults. All variances, never deviations. Throws InputError for an
/// unknown family or parameter and for a value outside the family's domain.
ExactMixture instance(const std::string& name, const std::map<std::string, std::string>& settings = {});

}  // namespace verimix

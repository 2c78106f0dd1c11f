// What the corpus asks: mixtures, points and times that bring out one mistake each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "verimix/validate/vector_case.hpp"

namespace verimix {

enum class Tier { smoke, full };

/// smoke or full; InputError (field "--tier") for another name.
Tier parse_tier(const std::string& name);
std::string_view name_of(Tier tier);

/// A flag of the corpus and the mistake that its cases are there for, in a sentence.
struct VectorFlag {
  std::string_view name, sentence;
};
const std::vector<VectorFlag>& vector_flags();

/// All questions of the tier; those of smoke are among those of full, with the same ids. Deterministic: no argument, no
/// machine and no library changes a bit of them.
std::vector<VectorQuestion> vector_questions(Tier tier);

}  // namespace verimix

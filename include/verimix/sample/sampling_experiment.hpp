// The terms of Lemma 12 and Theorem 11 on the line as tables of the program: how they fall with the number of steps,
// and what they are for one learned model. What the columns mean: proofs-notes/sample/sampling_terms.md.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/sample/sampling_terms.hpp"

namespace verimix {

struct DiscretisationSettings {
  /// Built-in mixtures on the line, by name.
  std::vector<std::string> families{"over1"};
  std::vector<int> steps{50, 100, 200, 400};
  Rational horizon = 5, stop = Rational(1, 1000);

  /// From texts: `family` and `N` (comma-separated), `T`, `delta`. Throws InputError (field "--set KEY") for an unknown
  /// key or a bad value.
  static DiscretisationSettings parse(const std::map<std::string, std::string>& settings);
};

/// verimix.experiment/1 "discretisation": for each family and each N the SamplingTerms of the exact score, and the
/// ratio of each TV(output, q_0) to the one before it. Throws InputError for a family that is not on the line and for a
/// grid that time_grid refuses.
Json discretisation_experiment_json(const std::map<std::string, std::string>& settings);

/// verimix.experiment/1 "output-law": settings `model` (a file verimix.model/1), `truth` (a file verimix.mixture/1) and
/// on the plane `tolerance` (of the law, 1/1000). Two rows, the model's score and the exact one on the model's grid, in
/// the model's standardised coordinates: TV and KL are those of the data's coordinates. On the line the columns are
/// SamplingTerms, else SpaceTerms and on the plane the output's law. Throws InputError that names the file or the key.
Json output_law_experiment_json(const std::map<std::string, std::string>& settings);

}  // namespace verimix

// Figure 1 of [CKS25] and its claim, "when approximation is hard, clustering is easy", as an experiment: the least
// degree of a polynomial that approximates the score, globally and per cell. What the numbers say:
// proofs-notes/polynomial/degree_experiment.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/distance/score_supremum.hpp"
#include "verimix/polynomial/weighted_approximation.hpp"

namespace verimix {

struct DegreeSettings {
  /// Of `two`, `clusters`, `comb`, each a family with the parameter R (`comb` has no member for R = 2).
  std::vector<std::string> families{"two", "clusters", "comb"};
  std::vector<Rational> radii{2, 4, 8, 16, 32, 64};
  std::vector<Rational> epsilons{Rational(1, 10), Rational(1, 100), Rational(1, 1000)};
  /// The largest degree tried in the sup-norm; 0 leaves the sup-norm out.
  int largest_sup_degree = 80;

  /// From texts: `family` and `R` and `epsilon` (comma-separated), `sup`. Throws InputError (field "--set KEY") for an
  /// unknown key or a bad value.
  static DegreeSettings parse(const std::map<std::string, std::string>& settings);
};

/// The cells: cuts halfway between neighbouring means of `comb`, and at 0 for the other two.
Cuts1D family_cuts(const std::string& family, const ExactMixture& mixture);

/// [min_i mu_i - 3, max_i mu_i + 3]: where the sup-norm is taken.
RationalInterval sup_norm_interval(const LineLaw& law);

/// The least degree l with min_{deg p <= l} sup |s - p| <= sqrt(epsilon): proved to be at least `lower`, and at most
/// `upper`, which is absent where no degree up to the largest tried is proved to suffice.
struct SupNormDegree {
  int lower = 0;
  std::optional<int> upper;
};
std::vector<SupNormDegree> minimal_sup_degrees(const LineLaw& law, const RationalInterval& interval,
                                               const std::vector<Rational>& epsilons, int largest);

struct DegreeRow {
  std::string family;
  Rational R, epsilon;
  std::size_t cells;
  MinimalDegree global, per_cell;
  std::optional<SupNormDegree> sup_norm;
};

/// One row for each family, R and epsilon, in this order. Throws InputError for R outside a family's domain.
std::vector<DegreeRow> degree_experiment(const DegreeSettings& settings);

/// verimix.experiment/1: columns and rows; every degree in it is certified.
Json degree_experiment_json(const std::map<std::string, std::string>& settings);

}  // namespace verimix

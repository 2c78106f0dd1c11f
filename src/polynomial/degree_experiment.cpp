#include "verimix/polynomial/degree_experiment.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/polynomial/minimax.hpp"

namespace verimix {
namespace {

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

Rational positive(const std::string& key, const std::string& text) {
  try {
    Rational value = parse_rational(text);
    if (value > 0) return value;
  } catch (const InputError&) {
  }
  throw InputError("", "--set " + key, text, "numbers > 0, separated by commas");
}

bool has_member(const std::string& family, const Rational& R) {
  return family != "comb" || denominator(Rational(R / 4)) == 1;
}

// Is the law that of -x? Then the score is odd and E_2k = E_{2k-1}.
bool symmetric(const LineLaw& law) {
  return std::ranges::all_of(law.components(), [&](const LineLaw::Component& c) {
    return std::ranges::find(law.components(), LineLaw::Component{c.weight, -c.mean, c.variance}) !=
           law.components().end();
  });
}

// Best uniform approximations of one score, each computed once.
class UniformApproximations {
 public:
  UniformApproximations(const LineLaw& law, const RationalInterval& interval)
      : law_(law), interval_(interval), odd_(symmetric(law)), score_(rounded_score(law)) {}

  bool odd() const { return odd_; }
  double guess(int degree) { return run(degree).levelled; }

  // Is E_degree <= sqrt(epsilon)? Proved by a polynomial of that degree; `no` says only that this one does not prove
  // it.
  bool suffices(int degree, const Rational& epsilon) {
    LinePolynomial polynomial = run(degree).polynomial;
    if (odd_)
      for (std::size_t j = 0; j < polynomial.coefficients.size(); j += 2) polynomial.coefficients[j] = 0;
    polynomial.coefficients.resize(static_cast<std::size_t>(degree) + 1);
    const Ball size = certified_score_error(law_, polynomial, interval_, 5).result.value;
    return less(from_rational<Ball>(epsilon), size * size) == Truth::no;
  }

  // Is E_degree > sqrt(epsilon)? Proved on a reference.
  bool fails(int degree, const Rational& epsilon) {
    const Ball size = score_minimax_lower(law_, run(degree));
    return less(from_rational<Ball>(epsilon), size * size) == Truth::yes;
  }

 private:
  // An odd function has n + 2 alternating points for even n and one more than needed for odd n.
  const RemezResult& run(int degree) {
    throw_if_interrupted();
    const int used = odd_ && degree % 2 == 1 ? degree + 1 : degree;
    auto found = runs_.find(used);
    if (found == runs_.end()) found = runs_.emplace(used, remez(score_, interval_, used)).first;
    return found->second;
  }

  const LineLaw& law_;
  RationalInterval interval_;
  bool odd_;
  std::function<double(double)> score_;
  std::map<int, RemezResult> runs_;
};

SupNormDegree minimal_sup_degree(UniformApproximations& best, const Rational& epsilon, int largest) {
  const double goal = std::sqrt(approximate(from_rational<Ball>(epsilon)));
  // Guessed by bisection, then proved from both sides, moving on where the proof fails.
  int fails = -1, suffices = 1;
  while (suffices <= largest && best.guess(suffices) > goal) {
    fails = suffices;
    suffices = suffices < largest ? std::min(2 * suffices + 1, largest) : largest + 1;
  }
  SupNormDegree result;
  if (suffices <= largest) {
    while (suffices - fails > 1) {
      const int middle = (suffices + fails) / 2;
      (best.guess(middle) > goal ? fails : suffices) = middle;
    }
    int upper = suffices;
    while (upper <= largest && !best.suffices(upper, epsilon)) upper += best.odd() ? 2 : 1;
    if (upper <= largest) result.upper = upper;
  }
  while (fails >= 0 && !best.fails(fails, epsilon)) --fails;
  result.lower = fails + 1;
  return result;
}

Json enclosure_json(const std::optional<Ball>& x) {
  if (!x) return nullptr;
  const auto [lower, upper] = enclosure_text(*x);
  return {{"lower", lower}, {"upper", upper}};
}

template <class T>
Json or_null(const std::optional<T>& x) {
  return x ? Json(*x) : Json(nullptr);
}

}  // namespace

DegreeSettings DegreeSettings::parse(const std::map<std::string, std::string>& settings) {
  DegreeSettings result;
  for (const auto& [key, text] : settings) {
    if (key == "family") {
      result.families = split(text);
      for (const std::string& family : result.families)
        if (family != "two" && family != "clusters" && family != "comb")
          throw InputError("", "--set family", family, "two, clusters, comb");
    } else if (key == "R" || key == "epsilon") {
      std::vector<Rational>& list = key == "R" ? result.radii : result.epsilons;
      list.clear();
      for (const std::string& part : split(text)) list.push_back(positive(key, part));
    } else if (key == "sup") {
      const Rational degree = text == "0" ? Rational(0) : positive(key, text);
      if (denominator(degree) != 1 || degree > 2048) throw InputError("", "--set sup", text, "a degree from 0 to 2048");
      result.largest_sup_degree = static_cast<int>(numerator(degree));
    } else {
      throw InputError("", "--set", key, "family, R, epsilon or sup");
    }
  }
  return result;
}

Cuts1D family_cuts(const std::string& family, const ExactMixture& mixture) {
  if (family != "comb") return {Rational(0)};
  std::vector<Rational> means;
  for (Index i = 0; i < mixture.size(); ++i) means.push_back(mixture.means(0, i));
  std::ranges::sort(means);
  Cuts1D cuts;
  for (std::size_t i = 1; i < means.size(); ++i) cuts.push_back((means[i - 1] + means[i]) / 2);
  return cuts;
}

RationalInterval sup_norm_interval(const LineLaw& law) {
  const auto [least, greatest] = std::ranges::minmax(law.components(), {}, &LineLaw::Component::mean);
  return {least.mean - 3, greatest.mean + 3};
}

std::vector<SupNormDegree> minimal_sup_degrees(const LineLaw& law, const RationalInterval& interval,
                                               const std::vector<Rational>& epsilons, int largest) {
  UniformApproximations best(law, interval);
  std::vector<SupNormDegree> result;
  for (const Rational& epsilon : epsilons) result.push_back(minimal_sup_degree(best, epsilon, largest));
  return result;
}

std::vector<DegreeRow> degree_experiment(const DegreeSettings& settings) {
  std::vector<DegreeRow> rows;
  for (const std::string& family : settings.families)
    for (const Rational& R : settings.radii) {
      if (!has_member(family, R)) continue;
      const ExactMixture mixture = instance(family, {{"R", to_text(R)}});
      const LineLaw law(mixture);
      const Cuts1D cuts = family_cuts(family, mixture);
      const auto global = minimal_weighted_degrees(law, {}, settings.epsilons);
      const auto per_cell = minimal_weighted_degrees(law, cuts, settings.epsilons);
      std::vector<SupNormDegree> sup_norm;
      if (settings.largest_sup_degree > 0)
        sup_norm = minimal_sup_degrees(law, sup_norm_interval(law), settings.epsilons, settings.largest_sup_degree);
      for (std::size_t i = 0; i < settings.epsilons.size(); ++i)
        rows.push_back({family, R, settings.epsilons[i], cuts.size() + 1, global[i], per_cell[i],
                        sup_norm.empty() ? std::nullopt : std::optional(sup_norm[i])});
    }
  return rows;
}

Json degree_experiment_json(const std::map<std::string, std::string>& settings) {
  Json document = {{"format", "verimix.experiment/1"},
                   {"name", "degree"},
                   {"evidence", "certified"},
                   {"columns",
                    {"family", "R", "epsilon", "degree", "error", "error_below", "cells", "cell_degree", "cell_error",
                     "cell_error_below", "sup_degree_lower", "sup_degree_upper"}},
                   {"rows", Json::array()}};
  for (const DegreeRow& row : degree_experiment(DegreeSettings::parse(settings))) {
    Json entry = {row.family,
                  to_text(row.R),
                  to_text(row.epsilon),
                  or_null(row.global.degree),
                  enclosure_json(row.global.error),
                  enclosure_json(row.global.error_below),
                  row.cells,
                  or_null(row.per_cell.degree),
                  enclosure_json(row.per_cell.error),
                  enclosure_json(row.per_cell.error_below),
                  row.sup_norm ? Json(row.sup_norm->lower) : Json(nullptr),
                  row.sup_norm ? or_null(row.sup_norm->upper) : Json(nullptr)};
    document["rows"].push_back(std::move(entry));
  }
  return document;
}

}  // namespace verimix

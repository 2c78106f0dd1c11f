#include <algorithm>
#include <cmath>

#include "hunt_search.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

/// Fractions by the length of their text, then by numerator plus denominator: 0, 1, 2, ..., 10, ..., 1/2, ...
std::vector<Rational> simple_fractions() {
  std::vector<Rational> all{Rational(0)};
  for (int q = 1; q <= 12; ++q)
    for (int p = 1; p <= 60; ++p) all.push_back(Rational(p) / q);
  for (const int base : {2, 10}) {
    Rational power = 1;
    for (int j = 1; j <= (base == 2 ? 20 : 9); ++j) {
      power *= base;
      all.insert(all.end(), {power, 1 / power, 1 - 1 / power});
    }
  }
  const std::size_t positive = all.size();
  for (std::size_t i = 1; i < positive; ++i) all.push_back(-all[i]);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// What `shrink` makes small: the length of the text, then the sum of numerator and denominator.
struct TextLength {
  std::size_t characters;
  Rational sum;
  explicit TextLength(const Rational& x)
      : characters(to_text(x).size()),
        sum(abs(Rational(boost::multiprecision::numerator(x))) + Rational(boost::multiprecision::denominator(x))) {}
  friend bool operator<(const TextLength& a, const TextLength& b) {
    return a.characters != b.characters ? a.characters < b.characters : a.sum < b.sum;
  }
};

/// The values that a parameter may be shrunk to, shortest first.
std::vector<Rational> shorter_values(const HuntParameter& parameter) {
  static const std::vector<Rational> simple = [] {
    std::vector<Rational> all = simple_fractions();
    std::stable_sort(all.begin(), all.end(),
                     [](const Rational& a, const Rational& b) { return TextLength(a) < TextLength(b); });
    return all;
  }();
  std::vector<Rational> values;
  for (const Rational& x : simple) {
    const bool whole = boost::multiprecision::denominator(x) == 1;
    if (x >= parameter.lower && x <= parameter.upper && (whole || parameter.scale != HuntScale::integer))
      values.push_back(x);
  }
  return values;
}

/// The value with the shortest text with which the instance still does it; false where there is no shorter one.
bool shorten(HuntPoint& instance, std::size_t i, const std::vector<Rational>& values,
             const std::function<bool(const HuntPoint&)>& still_there) {
  const Rational old = instance[i];
  for (const Rational& x : values) {
    if (!(TextLength(x) < TextLength(old))) break;
    instance[i] = x;
    if (still_there(instance)) return true;
  }
  instance[i] = old;
  return false;
}

/// The same for two coordinates of the same range that change together: equal parameters stay equal.
bool shorten_both(HuntPoint& instance, std::size_t i, std::size_t j, const std::vector<Rational>& values,
                  const std::function<bool(const HuntPoint&)>& still_there) {
  const Rational old_i = instance[i], old_j = instance[j];
  for (const Rational& x : values) {
    if (!(TextLength(x) < TextLength(old_i)) || !(TextLength(x) < TextLength(old_j))) break;
    instance[i] = instance[j] = x;
    if (still_there(instance)) return true;
  }
  instance[i] = old_i;
  instance[j] = old_j;
  return false;
}

bool same_values(const HuntParameter& a, const HuntParameter& b) {
  return (a.scale == HuntScale::integer) == (b.scale == HuntScale::integer) && a.lower == b.lower && a.upper == b.upper;
}

}  // namespace

HuntPoint shrink(const HuntProblem& problem, HuntPoint instance,
                 const std::function<bool(const HuntPoint&)>& still_there) {
  std::vector<std::vector<Rational>> values;
  for (const HuntParameter& parameter : problem.parameters) values.push_back(shorter_values(parameter));
  bool moved = true;
  while (moved) {
    moved = false;
    for (std::size_t i = 0; i < instance.size(); ++i) moved |= shorten(instance, i, values[i], still_there);
    for (std::size_t i = 0; i < instance.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (same_values(problem.parameters[i], problem.parameters[j]))
          moved |= shorten_both(instance, i, j, values[i], still_there);
  }
  return instance;
}

HuntPoint family_member(const HuntProblem& problem, const HuntPoint& base, const std::vector<int>& exponents,
                        const Rational& s) {
  HuntPoint member = base;
  require_invariant(base.size() == exponents.size() && base.size() == problem.parameters.size(),
                    "a family has one exponent for each parameter");
  for (std::size_t i = 0; i < member.size(); ++i)
    for (int j = 0; j < std::abs(exponents[i]); ++j) member[i] = exponents[i] > 0 ? member[i] * s : member[i] / s;
  return member;
}

}  // namespace verimix

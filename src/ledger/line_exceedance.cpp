#include "line_exceedance.hpp"

#include <algorithm>
#include <optional>

#include "check_support.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/roots.hpp"

namespace verimix::checks {
namespace {

// The places where p(x) = value, as balls; more of them than there are does no harm.
void add_places(const std::vector<Rational>& p, const Ball& value, std::vector<Ball>& out) {
  require_invariant(p.size() == 3, "a polynomial of degree 2 has three coefficients");
  const Ball a = in_balls(p[2]), b = in_balls(p[1]), c = in_balls(p[0]) - value;
  if (p[2] == 0) {
    if (p[1] != 0) out.push_back(-c / b);
    return;
  }
  const Ball discriminant = b * b - 4 * a * c;
  if (less(discriminant, Ball(0)) == Truth::yes) return;
  const Ball step = root(discriminant);
  out.push_back((-b - step) / (2 * a));
  out.push_back((-b + step) / (2 * a));
}

// Rising, overlapping ones joined.
std::vector<Ball> in_order(std::vector<Ball> places) {
  std::ranges::sort(places, {}, [](const Ball& x) { return approximate(x); });
  std::vector<Ball> out;
  for (const Ball& place : places) {
    out.push_back(place);
    while (out.size() >= 2 && less(out[out.size() - 2], out.back()) != Truth::yes) {
      const Ball last = out.back();
      out.pop_back();
      out.back() = hull(out.back(), last);
    }
  }
  return out;
}

// P[a < X < b] from the tail that is smaller; missing ends are infinite.
Ball mass_between(const LineMixture& law, const std::optional<Ball>& a, const std::optional<Ball>& b) {
  if (!a && !b) return 1;
  if (!a) return law.cdf(*b);
  if (!b) return law.upper_tail(*a);
  const Ball below = law.cdf(*b) - law.cdf(*a), above = law.upper_tail(*a) - law.upper_tail(*b);
  return radius_upper(below) < radius_upper(above) ? below : above;
}

Truth one_is_large(const LinePolynomials& polynomials, const Ball& x, const Ball& level) {
  Truth found = Truth::no;
  for (const std::vector<Rational>& p : polynomials) {
    const Truth large = less(level, abs(in_balls(p[0]) + x * (in_balls(p[1]) + x * in_balls(p[2]))));
    if (large == Truth::yes) return Truth::yes;
    if (large == Truth::unknown) found = Truth::unknown;
  }
  return found;
}

}  // namespace

Ball line_exceedance(const LineMixture& law, const LinePolynomials& polynomials, const Ball& level) {
  std::vector<Ball> places;
  for (const std::vector<Rational>& p : polynomials)
    for (const int sign : {-1, 1}) add_places(p, Ball(sign) * level, places);
  places = in_order(std::move(places));
  Ball sum = 0;
  for (std::size_t n = 0; n <= places.size(); ++n) {
    std::optional<Ball> lower, upper;
    if (n > 0) lower = upper_end(places[n - 1]);
    if (n < places.size()) upper = lower_end(places[n]);
    Ball point = 0;
    if (lower && upper)
      point = (*lower + *upper) / 2;
    else if (lower || upper)
      point = lower ? *lower + 1 : *upper - 1;
    const Truth large = one_is_large(polynomials, centre_of(point), level);
    if (large != Truth::no) {
      const Ball mass = mass_between(law, lower, upper);
      sum += large == Truth::yes ? mass : hull(Ball(0), mass);
    }
    // Within a place anything may be.
    if (upper) sum += hull(Ball(0), mass_between(law, upper, upper_end(places[n])));
  }
  return sum;
}

}  // namespace verimix::checks

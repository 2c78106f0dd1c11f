#include "verimix/core/roots.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/numbers.hpp"
#include "verimix/core/scalar.hpp"

namespace verimix {
namespace {

using support::integers;

RootSearch down_to(double shortest) {
  RootSearch search;
  search.shortest = Ball(shortest);
  return search;
}

bool inside(const Interval& place, const Rational& x) { return overlaps(hull(place), from_rational<Ball>(x)); }

struct Factor {
  Rational zero;
  int power;
};

// prod (x - z_j)^{m_j} times a factor without zeros.
DifferentiableFunction product(const std::vector<Factor>& factors) {
  return [factors](const Ball& x) {
    Ball value = 2 + x * x, slope = 2 * x;
    for (const Factor& factor : factors)
      for (int i = 0; i < factor.power; ++i) {
        const Ball difference = x - from_rational<Ball>(factor.zero);
        slope = slope * difference + value;
        value *= difference;
      }
    return ValueAndSlope{value, slope};
  };
}

// No zero is lost, simple ones are found as simple, multiple ones stay undecided, and there is nothing else.
RC_GTEST_PROP(Roots, FindEveryZeroOfAProduct, ()) {
  std::vector<Factor> factors;
  const long count = *rc::gen::inRange(0L, 6L);
  for (long i = 0; i < count; ++i) {
    const Rational zero(*integers(40), *rc::gen::element(1L, 2L, 3L, 8L));
    const bool known = std::any_of(factors.begin(), factors.end(), [&](const Factor& f) { return f.zero == zero; });
    if (!known) factors.push_back({zero, *rc::gen::weightedElement<int>({{3, 1}, {1, 2}, {1, 3}})});
  }
  const std::vector<Root> roots = isolate_roots(product(factors), {Ball(-50), Ball(50)}, down_to(0x1p-40));
  RC_ASSERT(roots.size() == factors.size());
  for (const Factor& factor : factors) {
    const auto found =
        std::find_if(roots.begin(), roots.end(), [&](const Root& r) { return inside(r.place, factor.zero); });
    RC_ASSERT(found != roots.end());
    RC_ASSERT((found->kind == RootKind::simple) == (factor.power == 1));
    RC_ASSERT(less(length(found->place), Ball(0x1p-20)) == Truth::yes);
  }
  for (std::size_t i = 1; i < roots.size(); ++i)
    RC_ASSERT(less(roots[i - 1].place.upper, roots[i].place.lower) == Truth::yes);
}

// Zeros of sin on [-20, 20]: -6 pi, ..., 6 pi; the refinement reaches the length asked for.
TEST(Roots, AreRefined) {
  const auto sine = [](const Ball& x) {
    ValueAndSlope at;
    arb_sin_cos(at.value.data(), at.slope.data(), x.data(), BallPrecision::bits());
    return at;
  };
  const std::vector<Root> roots = isolate_roots(sine, {Ball(-20), Ball(20)}, down_to(0x1p-100));
  ASSERT_EQ(roots.size(), 13u);
  for (std::size_t i = 0; i < roots.size(); ++i) {
    EXPECT_EQ(roots[i].kind, RootKind::simple);
    EXPECT_TRUE(overlaps(hull(roots[i].place), (static_cast<long>(i) - 6) * pi<Ball>()));
    EXPECT_LE(approximate(length(roots[i].place)), 0x1p-100);
  }
}

// A zero at an end of the interval, and one exactly in the middle.
TEST(Roots, AtTheEndsAreNotLost) {
  const std::vector<Root> roots = isolate_roots(product({{Rational(-1), 1}, {Rational(0), 1}, {Rational(1), 1}}),
                                                {Ball(-1), Ball(1)}, down_to(0x1p-30));
  ASSERT_EQ(roots.size(), 3u);
  EXPECT_TRUE(inside(roots.front().place, Rational(-1)));
  EXPECT_EQ(roots[1].kind, RootKind::simple);
  EXPECT_TRUE(inside(roots.back().place, Rational(1)));
}

// When the boxes run out, what was not looked at is undecided, not free of zeros.
TEST(Roots, LeftOverBoxesAreUndecided) {
  RootSearch search = down_to(0x1p-60);
  search.boxes = 3;
  const auto factors = std::vector<Factor>{{Rational(-3), 2}, {Rational(7), 1}, {Rational(41, 3), 1}};
  const std::vector<Root> roots = isolate_roots(product(factors), {Ball(-50), Ball(50)}, search);
  for (const Factor& factor : factors)
    EXPECT_TRUE(std::any_of(roots.begin(), roots.end(), [&](const Root& r) { return inside(r.place, factor.zero); }));
}

// f(x) = x - 511/1024, known badly on every interval that meets [0.5, 0.51] except on short ones around the zero. The
// search leaves a place there undecided, right beside the zero; looked at once more in a wider box, it must not take
// the neighbour's zero for its own.
TEST(Roots, AnUndecidedPlaceDoesNotTakeTheZeroOfItsNeighbour) {
  const Ball zero = Ball(511) / 1024, bad = hull(Ball(0.5), Ball(0.51));
  const auto f = [&](const Ball& x) {
    const bool known = radius_upper(x) == 0 || !overlaps(x, bad) || (contains(x, zero) && radius_upper(x) < 0.1);
    return known ? ValueAndSlope{x - zero, Ball(1)}
                 : ValueAndSlope{widened(x - zero, Ball(1)), widened(Ball(1), Ball(2))};
  };
  const std::vector<Root> roots = isolate_roots(f, {Ball(0), Ball(1)}, down_to(0x1p-8));
  ASSERT_EQ(roots.size(), 2U);
  EXPECT_EQ(roots[0].kind, RootKind::simple);
  EXPECT_TRUE(contains(hull(roots[0].place), zero));
  EXPECT_EQ(roots[1].kind, RootKind::undecided);
  EXPECT_NE(less(roots[1].place.lower, roots[0].place.upper), Truth::yes);
}

TEST(Roots, OfAFunctionThatIsNotBoundedAreUndecided) {
  const auto nothing_known = [](const Ball&) {
    Ball all;
    arb_zero_pm_inf(all.data());
    return ValueAndSlope{all, all};
  };
  const std::vector<Root> roots = isolate_roots(nothing_known, {Ball(0), Ball(1)}, down_to(0x1p-6));
  ASSERT_EQ(roots.size(), 1u);
  EXPECT_EQ(roots.front().kind, RootKind::undecided);
  EXPECT_EQ(equal(roots.front().place.lower, Ball(0)), Truth::yes);
  EXPECT_EQ(equal(roots.front().place.upper, Ball(1)), Truth::yes);
}

}  // namespace
}  // namespace verimix

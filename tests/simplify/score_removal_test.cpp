#include "verimix/simplify/score_removal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <tuple>

#include "removal_cases.hpp"
#include "support/ball_matrices.hpp"
#include "support/estimate_generators.hpp"
#include "verimix/core/error.hpp"
#include "verimix/distance/monte_carlo.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/simplify/line_removal.hpp"
#include "verimix/simplify/overlap.hpp"

namespace verimix {
namespace {

using support::all_components;
using support::check_few;
using support::line_mixture;
using support::RemovalCase;

Ball moment_on_line(const ExactMixture& mixture, const Removal& removal, int n, int digits = 8) {
  return require_digits(removal_moment_line(mixture, removal, n, digits), digits, "moment");
}

ExactMixture instance_on_line() { return line_mixture({{"2/5", "0", "1"}, {"1/10", "4", "1/2"}, {"1/2", "-2", "3"}}); }

/// The bound in alpha and beta that belongs to the case.
Ball simple_upper(const RemovalCase& c, const Ball& theta) {
  const Mixture<Ball> balls = round_to<Ball>(c.mixture);
  const auto [kept, removed] = support::distances(balls, c.removal);
  const RemovalSizes<Ball> sizes{from_rational<Ball>(c.alpha), from_rational<Ball>(c.beta),
                                 balls.weights(c.removal.component)};
  if (support::stays(c.removal)) return kept_fourth_upper(sizes, static_cast<int>(kept.size()) + 1, removed, theta);
  return removed_fourth_upper(sizes, kept, removed, theta);
}

/// The bound in G and BC that Cauchy and Schwarz give, with 8 sqrt(105/2) and 24: what the printed proof leads to.
Ball by_cauchy_schwarz(const Mixture<Ball>& m, const Removal& r, const Ball& alpha) {
  const Index i = r.component;
  const auto scale = [&](Index j) {
    const Ball means = m.means(0, i) - m.means(0, j);
    const auto at = [&](Index l) { return m.covariances[static_cast<std::size_t>(l)](0, 0); };
    const Ball covariances = at(i) - at(j);
    const Ball g = (covariances * covariances / alpha + means * means) / (alpha * alpha);
    return Ball(g * g);
  };
  const auto factor = [&](Index j) {
    const Ball t = sqrt(m.weights(j) / m.weights(i)) * exp(log_affinity(component(m, i), component(m, j)));
    return Ball(sqrt(t));
  };
  const Ball constant = 8 * sqrt(Ball(105) / 2);
  const bool stays = support::stays(r);
  Ball sum = 0;
  for (const Index j : r.before) {
    if (j == i || std::find(r.after.begin(), r.after.end(), j) != r.after.end()) continue;
    sum += constant * factor(j) * scale(j);
    if (!stays) continue;
    for (const Index l : r.after)
      if (l != i) sum += constant * sqrt(factor(j) * factor(l)) * scale(l);
  }
  if (!stays)
    for (const Index l : r.after) sum += 24 * scale(l);
  return sum;
}

// Everything at once, certified: the left side below the bound from exact moments, this below the one in G and BC, this
// below the one in alpha and beta and below what Cauchy and Schwarz give.
RC_GTEST_PROP(Lemma33, EachBoundIsBelowTheNext, ()) {
  const RemovalCase c = *support::removal_cases();
  const Mixture<Ball> balls = round_to<Ball>(c.mixture);
  const Ball sharp = removal_moment_upper(balls, c.removal, 4);
  const Ball scale = removal_moment_scale_upper(balls, c.removal, 4, from_rational<Ball>(c.alpha));
  RC_ASSERT(less(scale, sharp) != Truth::yes);
  for (const Ball& theta : {Ball(1), Ball(1) / 2, Ball(1) / 4})
    RC_ASSERT(less(simple_upper(c, theta), scale) != Truth::yes);
  RC_ASSERT(less(by_cauchy_schwarz(balls, c.removal, from_rational<Ball>(c.alpha)), scale) != Truth::yes);
}

TEST(Lemma33, BoundsHoldOnTheLine) {
  check_few(60, "E|s - s_U|^n is below its bound", [] {
    const RemovalCase c = *support::removal_cases();
    const Mixture<Ball> balls = round_to<Ball>(c.mixture);
    for (const int n : {2, 4, 8})
      RC_ASSERT(less(removal_moment_upper(balls, c.removal, n), moment_on_line(c.mixture, c.removal, n, 4)) !=
                Truth::yes);
  });
}

// An earlier step may have taken N_i out: then nothing is known of the weights under N_i, and the bound still holds.
TEST(Lemma33, BoundsHoldForAComponentThatIsGone) {
  check_few(30, "N_i is in neither mixture", [] {
    ExactMixture m = support::extreme_line_mixture(*rc::gen::inRange(3L, 5L), Rational(1, 4), Rational(4));
    const Index k = m.size(), i = *rc::gen::inRange<Index>(0, k);
    Removal removal{all_components(k), {}, i};
    std::erase(removal.before, i);
    removal.after.assign(removal.before.begin() + *rc::gen::inRange(1L, static_cast<long>(k) - 1),
                         removal.before.end());
    const Ball upper = removal_moment_upper(round_to<Ball>(m), removal, 4);
    RC_ASSERT(less(upper, moment_on_line(m, removal, 4, 4)) != Truth::yes);
  });
}

// Two components: the bound is attained up to a few per cent where the one that goes has nearly all the weight.
TEST(Lemma33, BoundIsNearlyAttained) {
  const ExactMixture m = line_mixture({{"1/128", "0", "1"}, {"127/128", "1", "2"}});
  for (const int n : {2, 4}) {
    const Removal removal{{0, 1}, {0}, 0};
    const Ball ratio = moment_on_line(m, removal, n) / removal_moment_upper(round_to<Ball>(m), removal, n);
    EXPECT_GT(support::lower_end(ratio), 0.98);
    EXPECT_LT(support::upper_end(ratio), 1);
  }
}

// Where the components are far the overlap decides. Equal unit variances, means m apart: under r the log-ratio is N(0,
// m^2), so E|s - s_U|^4/bound -> B(7/2, 1/2)/(sqrt(2 pi) m c_4) = 1.77/m: neither 8 nor c_4 can be lowered by more than
// a power of m.
TEST(Lemma33, BoundHasTheRightExponent) {
  for (const auto& [m, least, most] :
       {std::tuple("8", 1.59, 1.60), std::tuple("16", 1.71, 1.73), std::tuple("64", 1.76, 1.78)}) {
    const ExactMixture mixture = line_mixture({{"1/2", "0", "1"}, {"1/2", m, "1"}});
    const Removal removal{{0, 1}, {0}, 0};
    const Ball ratio = moment_on_line(mixture, removal, 4) / removal_moment_upper(round_to<Ball>(mixture), removal, 4);
    const double times_m = approximate(ratio) * std::stod(m);
    EXPECT_GT(times_m, least) << m;
    EXPECT_LT(times_m, most) << m;
  }
}

// Three components, U = {i, l}: what the cross terms cost. The values are those of an independent program.
TEST(Lemma33, CrossTermsAreWithinThirty) {
  const ExactMixture m = line_mixture({{"2/5", "0", "1"}, {"3/10", "4", "1"}, {"3/10", "-2", "1"}});
  const Removal removal{{0, 1, 2}, {0, 2}, 0};
  for (const auto& [n, expected] : {std::pair(2, 0.1376739370947748), {4, 0.0463722082443597}}) {
    const Ball ratio = moment_on_line(m, removal, n) / removal_moment_upper(round_to<Ball>(m), removal, n);
    EXPECT_NEAR(approximate(ratio), expected, 1e-7);
  }
}

// The constants of the bounds in alpha and beta, and those of one pair of unit Gaussians: X = c_n T m^n.
TEST(Lemma33, Constants) {
  const RemovalSizes<double> unit{1, 1, 1};
  EXPECT_NEAR(kept_fourth_upper<double>(unit, 1, {0.0}, 1.0), 10164.80, 0.01);
  EXPECT_NEAR(kept_fourth_upper<double>(unit, 1, {0.0}, 0.5), 46515.80, 0.03);
  EXPECT_NEAR(removed_fourth_upper<double>(unit, {}, {0.0}, 1.0), 2947.58, 0.01);
  EXPECT_NEAR(removed_fourth_upper<double>(unit, {}, {0.0}, 0.5), 25048.62, 0.03);
  EXPECT_NEAR(kept_fourth_upper<double>({0.5, 2, 0.25}, 3, {64.0}, 1.0), 3 * 10164.804 * 16 * 64 * 2 * std::exp(-0.5),
              3000);
  EXPECT_EQ(removed_fourth_upper<double>({0.5, 2, 0.25}, {2.0, 3.0}, {}, 1.0), 3 * 64 * 13);
  const ExactMixture m = line_mixture({{"1/5", "0", "1"}, {"4/5", "3", "1"}});
  const Removal removal{{0, 1}, {0}, 0};
  EXPECT_NEAR(removal_moment_upper(round_to<double>(m), removal, 2), 3 * std::sqrt(3) / 16 * 2 * std::exp(-9.0 / 8) * 9,
              1e-12);
  EXPECT_NEAR(removal_moment_upper(round_to<double>(m), removal, 4),
              std::pow(7.0 / 8, 3.5) * std::sqrt(1.0 / 8) * 2 * std::exp(-9.0 / 8) * 81, 1e-11);
}

// Lemma 33 does not ask for alpha <= 1 <= beta, and without it is false for every C and every c > 0: A = c leaves
// e^{-16} of the printed bound while A^2 times the left side stays 2.46. alpha = beta = A, Q = A, means 4 sqrt A apart.
TEST(Lemma33, PrintedFormIsRefutedWithoutBetaAtLeastOne) {
  const std::pair<const char*, const char*> members[] = {{"1/100", "2/5"}, {"1/10000", "1/25"}, {"1/1000000", "1/250"}};
  for (const auto& [A, mean] : members) {
    const ExactMixture m = line_mixture({{"1/2", "0", A}, {"1/2", mean, A}});
    const Ball lhs = moment_on_line(m, {{0, 1}, {0}, 0}, 4);
    const Ball a = from_rational<Ball>(parse_rational(A));
    EXPECT_NEAR(approximate(lhs * a * a), 2.46, 0.01);
    const Ball printed =
        kept_fourth_printed<Ball>({a, a, Ball(1) / 2}, 2, {squared_distance(round_to<Ball>(m), 0, 1)}, a);
    EXPECT_EQ(less(Ball(1000000) * printed, lhs), Truth::yes) << A;
  }
}

// With alpha <= 1 <= beta and the squared distance the printed forms hold: C = 1.02e4 and c = 1/32; second part also.
RC_GTEST_PROP(Lemma33, PrintedFormHoldsWithConstants, ()) {
  const RemovalCase c = *support::removal_cases();
  const Mixture<Ball> balls = round_to<Ball>(c.mixture);
  const auto [kept, removed] = support::distances(balls, c.removal);
  const RemovalSizes<Ball> sizes{from_rational<Ball>(c.alpha), from_rational<Ball>(c.beta),
                                 balls.weights(c.removal.component)};
  const int k = static_cast<int>(c.mixture.size());
  std::vector<Ball> all = kept;
  all.insert(all.end(), removed.begin(), removed.end());
  const Ball rate = Ball(1) / 32;
  const Ball printed = support::stays(c.removal) ? kept_fourth_printed(sizes, k, removed, rate)
                                                 : removed_fourth_printed(sizes, k, all, removed, rate);
  RC_ASSERT(less(10200 * printed, simple_upper(c, Ball(1))) != Truth::yes);
}

/// d up to 4, two to four components, eigenvalues between alpha and beta in different bases.
support::ConditionedMixture in_space() {
  support::ConditionedMixture c;
  const Index d = *rc::gen::inRange<Index>(1, 5), k = *rc::gen::inRange<Index>(2, 5);
  c.alpha = *rc::gen::element(1.0, 0.5, 1.0 / 16);
  c.beta = *rc::gen::element(1.0, 2.0, 16.0);
  c.seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30));
  c.mixture = support::random_mixture(d, k, c.alpha, c.beta, *rc::gen::element(0.0, 0.1, 1.0, 10.0), c.seed);
  return c;
}

// Covariances that do not commute, d up to 4: the bounds in a chain, in balls.
RC_GTEST_PROP(Lemma33, BoundsInSpaceAreOrdered, ()) {
  const support::ConditionedMixture c = in_space();
  Mixture<Ball> m{"", support::exactly(c.mixture.weights), support::exactly(c.mixture.means), {}};
  for (const Matrix<double>& q : c.mixture.covariances) m.covariances.push_back(support::exactly(q));
  const Ball alpha = Ball(c.alpha) * (1 - Ball(1e-12)), beta = Ball(c.beta) * (1 + Ball(1e-12));
  const Index k = m.size();
  const Index i = *rc::gen::inRange<Index>(0, k), gone = *rc::gen::inRange<Index>(0, k);
  Removal removal{all_components(k), all_components(k), i};
  std::erase(removal.after, gone);
  const Ball sharp = removal_moment_upper(m, removal, 4);
  const Ball scale = removal_moment_scale_upper(m, removal, 4, alpha);
  RC_ASSERT(is_finite(sharp) && is_finite(scale));
  RC_ASSERT(less(scale, sharp) != Truth::yes);
  const auto [kept, removed] = support::distances(m, removal);
  const RemovalSizes<Ball> sizes{alpha, beta, m.weights(i)};
  const Ball simple = i == gone ? removed_fourth_upper(sizes, kept, removed, Ball(1))
                                : kept_fourth_upper(sizes, static_cast<int>(k) - 1, removed, Ball(1));
  RC_ASSERT(less(simple, scale) != Truth::yes);
}

/// |s - s_U|^4 at draws from N_i, by the two scores.
Vector<double> fourth_powers(const Mixture<double>& m, const Removal& removal, Index count, std::uint64_t seed) {
  const auto at = static_cast<std::size_t>(removal.component);
  const Mixture<double> alone{"", Vector<double>::Ones(1), m.means.col(removal.component), {m.covariances[at]}};
  const Matrix<double> x = draw(alone, count, seed).points;
  const Matrix<double> error =
      Density<double>(m).evaluate(x).score - Density<double>(sub_mixture(m, removal.after)).evaluate(x).score;
  return error.colwise().squaredNorm().array().square().transpose();
}

// In 2 to 4 dimensions by drawing: the mean of min(|s - s_U|^4, B) is a lower bound on the left side, and lies below
// the bound by an interval that holds at 1 - 1e-9 for every number of draws.
RC_GTEST_PROP(Lemma33, DrawsInSpaceStayBelow, ()) {
  const support::ConditionedMixture c = in_space();
  const Index k = c.mixture.size();
  const Index gone = *rc::gen::inRange<Index>(0, k);
  Removal removal{all_components(k), all_components(k), *rc::gen::inRange<Index>(0, k)};
  std::erase(removal.after, gone);
  const double upper = removal_moment_upper(c.mixture, removal, 4);
  if (upper < 1e-20) return;  // below what a difference of scores in double can show
  const Index count = 500;
  const Vector<double> shares = (fourth_powers(c.mixture, removal, count, c.seed) / (3 * upper)).cwiseMin(1.0);
  const double variance = (shares.array() - shares.mean()).square().sum() / (count - 1);
  RC_ASSERT(shares.mean() - empirical_bernstein_halfwidth(variance, count, 1 - 1e-9) <= 1.0 / 3);
}

// Differences on one axis only, the axis turned: the bound in the plane is that on the line.
TEST(Lemma33, BoundDoesNotSeeCommonDirections) {
  const ExactMixture line = instance_on_line();
  const Removal removal{{0, 1, 2}, {0, 2}, 0};
  const Mixture<Ball> flat = round_to<Ball>(line);
  Mixture<Ball> plane{"", flat.weights, Matrix<Ball>(2, 3), {}};
  const Ball u = Ball(3) / 5, v = Ball(4) / 5;
  for (Index i = 0; i < 3; ++i) {
    plane.means(0, i) = u * flat.means(0, i) - v * 7;
    plane.means(1, i) = v * flat.means(0, i) + u * 7;
    const Ball q = flat.covariances[static_cast<std::size_t>(i)](0, 0);
    Matrix<Ball> turned(2, 2);
    turned << u * u * q + v * v, u * v * (q - 1), u * v * (q - 1), v * v * q + u * u;
    plane.covariances.push_back(turned);
  }
  for (const int n : {2, 4})
    EXPECT_TRUE(overlaps(removal_moment_upper(flat, removal, n), removal_moment_upper(plane, removal, n)));
}

TEST(Lemma33, ScalarsAgree) {
  const ExactMixture line = instance_on_line();
  const Removal removal{{0, 1, 2}, {0, 2}, 0};
  const double exact = approximate(removal_moment_upper(round_to<Ball>(line), removal, 4));
  EXPECT_NEAR(removal_moment_upper(round_to<double>(line), removal, 4), exact, 1e-12 * exact);
  EXPECT_NEAR(static_cast<double>(removal_moment_upper(round_to<Real50>(line), removal, 4)), exact, 1e-14 * exact);
}

// The second part of Lemma 34 under N_j, whose constant 3 is attained: Q_l -> Q_j = alpha and nearly all weight on j.
TEST(Lemma34, ThreeIsSharp) {
  const ExactMixture m = line_mixture({{"1/65536", "0", "1"}, {"65535/65536", "0", "1025/1024"}});
  const Removal removal{{0, 1}, {0}, 1};
  const Ball lhs = moment_on_line(m, removal, 4);
  const Mixture<Ball> balls = round_to<Ball>(m);
  const Ball upper = removed_fourth_upper<Ball>({Ball(1), Ball(1025) / 1024, balls.weights(1)},
                                                {squared_distance(balls, 1, 0)}, {}, Ball(1));
  EXPECT_GT(support::lower_end(lhs / upper), 0.99);
  EXPECT_LT(support::upper_end(lhs / upper), 1);
}

// The printed second part, whose D_p is squared, with 3 (beta^2/alpha^8 >= alpha^{-6}): a special case of Lemma 33's
// property above. With Definition 6's unsquared distance it is false for every constant: m^4 against m^2 + m.
TEST(Lemma34, UnsquaredDistanceIsRefuted) {
  for (const long m : {100L, 1000L}) {
    const ExactMixture mixture = line_mixture({{"1/2", "0", "1"}, {"1/2", std::to_string(m), "1"}});
    const Ball lhs = moment_on_line(mixture, {{0, 1}, {1}, 0}, 4);
    const RemovalSizes<Ball> sizes{Ball(1), Ball(1), Ball(1) / 2};
    const Ball unsquared = removed_fourth_printed<Ball>(sizes, 2, {Ball(m)}, {}, Ball(1));
    EXPECT_GT(support::lower_end(lhs / unsquared), 0.98 * static_cast<double>(m * m));
    const Ball squared = removed_fourth_printed<Ball>(sizes, 2, {Ball(m * m)}, {}, Ball(1));
    EXPECT_EQ(less(squared, lhs), Truth::no);
  }
}

TEST(Lemma34, NothingRemovedCostsNothing) {
  const Mixture<Ball> m = round_to<Ball>(instance_on_line());
  EXPECT_EQ(equal(removal_moment_upper(m, {{0, 1, 2}, {0, 1, 2}, 1}, 4), Ball(0)), Truth::yes);
}

// A component of weight 0 is not there; under a component of weight 0 nothing is known of the weights.
TEST(Lemma34, WeightZero) {
  ExactMixture m = line_mixture({{"1/2", "0", "1"}, {"1/2", "3", "2"}, {"0", "1", "1"}});
  const Mixture<Ball> balls = round_to<Ball>(m);
  EXPECT_EQ(equal(removal_moment_upper(balls, {{0, 1, 2}, {0, 1}, 0}, 4), Ball(0)), Truth::yes);
  EXPECT_EQ(equal(moment_on_line(m, {{0, 1, 2}, {0, 1}, 0}, 4), Ball(0)), Truth::yes);
  const Removal seen_by_nothing{{0, 1, 2}, {0}, 2};
  EXPECT_EQ(less(moment_on_line(m, seen_by_nothing, 4), removal_moment_upper(balls, seen_by_nothing, 4)), Truth::yes);
}

TEST(Lemma34, RefusesBadInput) {
  const Mixture<double> m = round_to<double>(instance_on_line());
  EXPECT_THROW(removal_moment_upper(m, {{0, 1, 2}, {}, 0}, 4), InputError);
  EXPECT_THROW(removal_moment_upper(m, {{0, 1}, {2}, 0}, 4), InputError);
  EXPECT_THROW(removal_moment_upper(m, {{0, 0, 1}, {0}, 0}, 4), InputError);
  EXPECT_THROW(removal_moment_upper(m, {{0, 1, 2}, {0}, 3}, 4), InputError);
  EXPECT_THROW(removal_moment_upper(m, {{0, 1, 3}, {0}, 0}, 4), InputError);
  EXPECT_THROW(removal_moment_upper(m, {{0, 1, 2}, {0}, 0}, 6), InputError);
  EXPECT_THROW(removal_moment_scale_upper(m, {{0, 1, 2}, {0}, 0}, 4, 0.0), InputError);
  const std::vector<double> far = {4.0};
  EXPECT_THROW(kept_fourth_upper({2.0, 2.0, 0.5}, 1, far, 1.0), InputError);
  EXPECT_THROW(kept_fourth_upper({0.5, 0.75, 0.5}, 1, far, 1.0), InputError);
  EXPECT_THROW(kept_fourth_upper({0.5, 2.0, 1.5}, 1, far, 1.0), InputError);
  EXPECT_THROW(kept_fourth_upper({0.5, 2.0, 0.5}, 0, far, 1.0), InputError);
  EXPECT_THROW(kept_fourth_upper({0.5, 2.0, 0.5}, 1, far, 2.0), InputError);
  EXPECT_THROW(kept_fourth_upper({0.5, 2.0, 0.5}, 1, {-1.0}, 1.0), InputError);
  EXPECT_THROW(kept_fourth_printed({0.5, 2.0, 0.5}, 1, far, 0.0), InputError);
}

}  // namespace
}  // namespace verimix

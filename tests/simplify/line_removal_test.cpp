#include "verimix/simplify/line_removal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "removal_cases.hpp"
#include "support/ball_matrices.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/simplify/score_simplification.hpp"

namespace verimix {
namespace {

using support::all_components;
using support::check_few;
using support::line_mixture;
using support::RemovalCase;

Ball moment(const ExactMixture& mixture, const Removal& removal, int n, int digits) {
  return require_digits(removal_moment_line(mixture, removal, n, digits), digits, "moment");
}

/// E_{N_i}[|s_W - s_U|^n 1{from < x < to}] by the trapezoid rule in double, nothing of the library used.
double by_trapezoid(const Mixture<double>& m, const Removal& r, int n, double from, double to, int steps) {
  const auto variance = [&](Index j) { return m.covariances[static_cast<std::size_t>(j)](0, 0); };
  const auto log_density = [&](Index j, double x) {
    const double y = x - m.means(0, j);
    return std::log(m.weights(j)) - y * y / (2 * variance(j)) - std::log(variance(j)) / 2;
  };
  const auto score = [&](const std::vector<Index>& set, double x) {
    double largest = -HUGE_VAL, sum = 0, slope = 0;
    for (const Index j : set) largest = std::max(largest, log_density(j, x));
    for (const Index j : set) {
      const double w = std::exp(log_density(j, x) - largest);
      sum += w;
      slope -= w * (x - m.means(0, j)) / variance(j);
    }
    return slope / sum;
  };
  const double v = variance(r.component), step = (to - from) / steps;
  double sum = 0;
  for (int k = 0; k <= steps; ++k) {
    const double x = from + step * k, y = x - m.means(0, r.component);
    const double value = std::exp(-y * y / (2 * v)) * std::pow(score(r.before, x) - score(r.after, x), n);
    sum += k == 0 || k == steps ? value / 2 : value;
  }
  return sum * step / std::sqrt(2 * std::acos(-1.0) * v);
}

TEST(RemovalLine, AgreesWithTheTrapezoidRule) {
  check_few(20, "moments by quadrature in double", [] {
    const RemovalCase c = *support::removal_cases();
    const Mixture<double> m = round_to<double>(c.mixture);
    const double mean = m.means(0, c.removal.component);
    const double sigma = std::sqrt(m.covariances[static_cast<std::size_t>(c.removal.component)](0, 0));
    const int n = *rc::gen::element(2, 4);
    const double value = approximate(moment(c.mixture, c.removal, n, 10));
    const double rule = by_trapezoid(m, c.removal, n, mean - 16 * sigma, mean + 16 * sigma, 200000);
    // Scores of size up to 2000 in double, poles no nearer to the line than pi/2000.
    RC_ASSERT(std::abs(value - rule) <= 1e-6 * value + 1e-15);
  });
}

// Far below what double or a difference of scores could see: shifted, reflected and scaled laws have the same moments
// up to the unit, in relative accuracy.
TEST(RemovalLine, IsInvariantInRelativeAccuracy) {
  const Rational scale(8, 3), shift(-17, 5);
  for (const char* m : {"1", "12", "60"}) {
    const ExactMixture here = line_mixture({{"1/3", "0", "1"}, {"1/3", m, "2"}, {"1/3", "-1", "1/2"}});
    ExactMixture there = here;
    for (Index i = 0; i < 3; ++i) {
      there.means(0, i) = shift - scale * here.means(0, i);
      there.covariances[static_cast<std::size_t>(i)](0, 0) *= scale * scale;
    }
    const Removal removal{{0, 1, 2}, {0, 2}, 0};
    const Ball a = moment(here, removal, 4, 20), b = moment(there, removal, 4, 20);
    const Ball unit = from_rational<Ball>(scale * scale * scale * scale);
    EXPECT_TRUE(overlaps(a, b * unit)) << m;
    EXPECT_LT(radius_upper(a), 1e-20 * approximate(a)) << m;
  }
}

TEST(RemovalLine, FarComponentsAreTinyAndStillRelative) {
  const ExactMixture m = line_mixture({{"1/2", "0", "1"}, {"1/2", "100", "1"}});
  const Ball value = moment(m, {{0, 1}, {0}, 0}, 2, 15);
  // About exp(-100^2/8) = exp(-1250).
  EXPECT_EQ(less(exp(Ball(-1260)), value), Truth::yes);
  EXPECT_EQ(less(value, exp(Ball(-1240))), Truth::yes);
}

TEST(RemovalLine, EqualScoresGiveExactlyZero) {
  const ExactMixture m = line_mixture({{"1/4", "0", "1"}, {"1/4", "3", "1"}, {"1/4", "0", "1"}, {"1/4", "3", "1"}});
  EXPECT_EQ(equal(moment(m, {{0, 1, 2, 3}, {0, 1}, 0}, 4, 10), Ball(0)), Truth::yes);
  EXPECT_EQ(equal(moment(m, {{0, 1}, {0, 1}, 3}, 4, 10), Ball(0)), Truth::yes);
  EXPECT_EQ(less(Ball(0), moment(m, {{0, 1, 2, 3}, {0}, 0}, 4, 10)), Truth::yes);
}

// Few digits cut the tails early: what is left out must be in the enclosure.
TEST(RemovalLine, MoreDigitsAreInsideFewer) {
  const ExactMixture m = instance("tri1");
  for (const Index i : {0, 1, 2}) {
    const Removal removal{{0, 1, 2}, {0, 2}, i};
    const Ball fine = moment(m, removal, 4, 40);
    EXPECT_LT(radius_upper(fine), 1e-39 * approximate(fine));
    for (int digits = 1; digits <= 6; ++digits)
      EXPECT_TRUE(overlaps(moment(m, removal, 4, digits), fine)) << i << " " << digits;
  }
}

// N(0, 17/32) on both sides decides in the tail: s - s_U is about e^{-9000} there, and its square keeps its digits.
TEST(SimplificationLine, AComponentThatBothSidesHave) {
  const ExactMixture m = line_mixture({{"1/5", "0", "17/32"}, {"1/5", "0", "17/32"}, {"3/5", "0", "1/16"}});
  const LineSimplificationError far = simplification_error_line(m, {{0, 2}, {1}}, {{Rational(-36)}, {1, 0}}, 10);
  EXPECT_TRUE(far.goal_met);
  for (const Index i : {0, 2}) {
    EXPECT_EQ(less(Ball(0), far.parts(i, 1)), Truth::yes);
    EXPECT_EQ(less(far.parts(i, 1), exp(Ball(-18000))), Truth::yes);
  }
}

// Parts over intervals: their sum over two clusterings that swap the cells is the whole moment, and each is the
// trapezoid's.
TEST(SimplificationLine, PartsAddUp) {
  const ExactMixture m = instance("tri1");
  const std::vector<std::vector<Index>> cells = {{0, 2}, {1}};
  const IntervalClustering clustering{{Rational(-2), Rational(3, 2)}, {0, 1, 0}}, swapped{clustering.cuts, {1, 0, 1}};
  const LineSimplificationError a = simplification_error_line(m, cells, clustering, 12);
  const LineSimplificationError b = simplification_error_line(m, cells, swapped, 12);
  EXPECT_TRUE(a.goal_met && b.goal_met);
  const Mixture<double> rounded = round_to<double>(m);
  for (Index i = 0; i < 3; ++i) {
    for (Index t = 0; t < 2; ++t) {
      const Removal removal{{0, 1, 2}, cells[static_cast<std::size_t>(t)], i};
      EXPECT_TRUE(overlaps(a.parts(i, t) + b.parts(i, t), moment(m, removal, 2, 12)));
    }
    EXPECT_TRUE(overlaps(a.probability(i, 0) + a.probability(i, 1), Ball(1)));
    EXPECT_NEAR(approximate(a.parts(i, 1)), by_trapezoid(rounded, {{0, 1, 2}, {1}, i}, 2, -2, 1.5, 40000), 1e-8);
  }
  const Ball third = Ball(3) / 10, weight = Ball(2) / 5;
  EXPECT_TRUE(overlaps(a.overlap, third * a.parts(0, 0) + third * a.parts(1, 1) + weight * a.parts(2, 0)));
  EXPECT_TRUE(overlaps(a.misclassified, third * a.parts(0, 1) + third * a.parts(1, 0) + weight * a.parts(2, 1)));
  EXPECT_TRUE(overlaps(a.total, a.overlap + a.misclassified));
}

// An interval in the far tail keeps its digits; a cell that no interval has costs nothing.
TEST(SimplificationLine, FarIntervals) {
  const ExactMixture m = line_mixture({{"1/2", "0", "1"}, {"1/2", "1", "1"}});
  const LineSimplificationError far = simplification_error_line(m, {{0}, {1}}, {{Rational(60)}, {0, 1}}, 15);
  EXPECT_TRUE(far.goal_met);
  EXPECT_LT(support::upper_end(far.parts(0, 1)), 1e-300);
  EXPECT_GT(support::lower_end(far.parts(0, 1) * exp(Ball(1900))), 0);
  const LineSimplificationError one = simplification_error_line(m, {{0}, {1}}, {{}, {0}}, 15);
  EXPECT_EQ(equal(one.parts(0, 1), Ball(0)), Truth::yes);
  EXPECT_TRUE(overlaps(one.parts(1, 0), moment(m, {{0, 1}, {0}, 1}, 2, 15)));
}

TEST(SimplificationLine, OneCellIsExact) {
  const LineSimplificationError one = simplification_error_line(instance("tri1"), {{2, 0, 1}}, {{}, {0}}, 10);
  EXPECT_EQ(equal(one.total, Ball(0)), Truth::yes);
}

// Algorithm 5's function, whose border on sep1 is -1/2, against the interval; and on nest1, where it has two.
TEST(SimplificationLine, ClusteringsAreIntervals) {
  const ExactMixture sep = instance("sep1");
  const Clustering<double> means(parameters_of(round_to<double>(sep)), {{0, 1}, {0, 0}}, {.alpha = 0.5});
  const LineSimplificationError a = simplification_error_line(sep, means, 15);
  const LineSimplificationError b = simplification_error_line(sep, {{0}, {1}}, {{Rational(-1, 2)}, {0, 1}}, 15);
  EXPECT_TRUE(a.goal_met);
  EXPECT_TRUE(overlaps(a.total, b.total));
  EXPECT_LT(radius_upper(a.total), 1e-14 * approximate(a.total));
  const ExactMixture nest = instance("nest1");
  const Clustering<double> covariances(parameters_of(round_to<double>(nest)), {{0, 0}, {0, 1}}, {.alpha = 0.05});
  const LineSimplificationError c = simplification_error_line(nest, covariances, 10);
  EXPECT_TRUE(c.goal_met);
  const Mixture<double> rounded = round_to<double>(nest);
  const LineCells cells = line_cells(round_to<Ball>(nest), covariances);
  for (Index i = 0; i < 2; ++i)
    for (Index t = 0; t < 2; ++t) EXPECT_TRUE(overlaps(c.probability(i, t), cells.probability(i, t)));
  const Matrix<double> x = Eigen::RowVectorXd::LinSpaced(100001, -12, 12);
  const Vector<double> density = Density<double>(rounded).evaluate(x).log_density.array().exp();
  const Vector<double> squares =
      SimplifiedScore<double>(rounded, covariances).difference(x).colwise().squaredNorm().transpose();
  // The integrand jumps at two borders: an error of a step of its height, which is of the size of the result.
  EXPECT_NEAR(approximate(c.total), density.dot(squares) * 24 / 100000, 1e-3 * approximate(c.total));
}

TEST(SimplificationLine, RefusesBadInput) {
  const ExactMixture m = instance("tri1");
  const std::vector<std::vector<Index>> cells = {{0, 2}, {1}};
  EXPECT_THROW(simplification_error_line(m, {{0, 2}, {2, 1}}, {{}, {0}}, 5), InputError);
  EXPECT_THROW(simplification_error_line(m, {{0, 2}}, {{}, {0}}, 5), InputError);
  EXPECT_THROW(simplification_error_line(m, {{0, 1, 2}, {}}, {{}, {0}}, 5), InputError);
  EXPECT_THROW(simplification_error_line(m, cells, {{Rational(1), Rational(1)}, {0, 1, 0}}, 5), InputError);
  EXPECT_THROW(simplification_error_line(m, cells, {{Rational(1)}, {0, 1, 0}}, 5), InputError);
  EXPECT_THROW(simplification_error_line(m, cells, {{Rational(1)}, {0, 2}}, 5), InputError);
  EXPECT_THROW(simplification_error_line(instance("over2"), {{0}, {1}}, {{}, {0}}, 5), InputError);
  EXPECT_THROW(removal_moment_line(m, {{0, 1, 2}, {0}, 0}, 3, 5), InputError);
  EXPECT_THROW(removal_moment_line(m, {{0, 1, 2}, {}, 0}, 4, 5), InputError);
  const ExactMixture zero = line_mixture({{"1", "0", "1"}, {"0", "3", "1"}});
  EXPECT_THROW(removal_moment_line(zero, {{0, 1}, {1}, 0}, 4, 5), InputError);
  const Clustering<double> two(parameters_of(round_to<double>(instance("sep1"))), {{0, 1}, {0, 0}}, {.alpha = 0.5});
  EXPECT_THROW(simplification_error_line(m, two, 5), InputError);
}

}  // namespace
}  // namespace verimix

#include "verimix/estimate/recentring.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/estimate_generators.hpp"
#include "support/recentring_cases.hpp"
#include "verimix/core/error.hpp"
#include "verimix/distance/monte_carlo.hpp"
#include "verimix/mixture/draw.hpp"

namespace verimix {
namespace {

using support::RecentringCase;

GaussianLaw line_law(const Ball& mean, const Ball& variance) {
  return {Vector<Ball>::Constant(1, mean), Matrix<Ball>::Constant(1, 1, variance)};
}

RC_GTEST_PROP(Lemma18, FarCellsAreRareCertified, ()) {
  const BallPrecision precision(256);
  const RecentringCase c = *support::recentring_cases(3, 4, {1, 16, 160, 2000}, 2);
  const Ball log_R(*rc::gen::element(1, 2, 10));
  for (Index i = 0; i < c.size(); ++i) {
    const Ball beta = operator_norm(c.law(i).covariance);
    // A little more, since Delta itself can be a distance of two means, and beta is known to 2^-44 only.
    const Ball delta = recentring_distance(c.v(), c.size(), beta, log_R) * (1 + exp(Ball(-14)));
    const Ball probability = far_cell_probability(c.law(i), c.means, c.centers, i, delta);
    const Ball bound = far_cell_probability_upper(c.size(), delta, c.v(), beta);
    RC_ASSERT(less(bound, probability) == Truth::no);
    RC_ASSERT(less(bound, exp(-8 * log_R)) == Truth::yes);
    // The same at half the distance, where the claim is about events that do happen.
    const Ball half = delta / 2 + sqrt(c.v());
    RC_ASSERT(less(far_cell_probability_upper(c.size(), half, c.v(), beta),
                   far_cell_probability(c.law(i), c.means, c.centers, i, half)) == Truth::no);
  }
}

// d = 1, k = 2, both crude means off by sqrt(v) the same way: the bound is the probability.
TEST(Lemma18, IsAttained) {
  const Matrix<Rational> means = (Matrix<Rational>(1, 2) << Rational(0), Rational(8)).finished();
  const Matrix<Rational> centers = (Matrix<Rational>(1, 2) << Rational(-1), Rational(7)).finished();
  const Ball probability = far_cell_probability(line_law(0, 1), means, centers, 0, Ball(8));
  const Ball bound = far_cell_probability_upper(2, Ball(8), Ball(1), Ball(1));
  EXPECT_TRUE(overlaps(probability, bound));
  EXPECT_LT(radius_upper(probability - bound), 1e-30);
}

// With Delta at the repaired value the bound is not far below R^-8 either.
TEST(Lemma18, RepairedDistanceIsTight) {
  for (const long log_R : {1L, 4L, 100L}) {
    const Ball delta = recentring_distance<Ball>(Ball(0), 2, Ball(1), Ball(log_R));
    const Ball ratio = far_cell_probability_upper(2, delta, Ball(0), Ball(1)) * exp(Ball(8 * log_R));
    EXPECT_EQ(less(ratio, Ball(1)), Truth::yes) << log_R;
    EXPECT_EQ(less(Ball(1) / 60, ratio), Truth::yes) << log_R;  // Mills' ratio at sqrt(16 log R)
  }
}

// The printed Delta has alpha where beta belongs. d = 1, k = 2, N(0, 1) and N(Delta, alpha), exact crude means, alpha =
// 1/log R: Delta stays C (sqrt 2 + 2^{1/4}), and with it the probability, while R^-8 tends to 0. With log R = C^2 every
// C
// >= 1 is refuted.
TEST(Lemma18, PrintedFormIsRefutedForEveryConstant) {
  for (const long C : {1L, 10L, 100L}) {
    const Ball log_R(std::max(8L, C * C));
    const Ball delta = recentring_distance_printed<Ball>(Ball(C), Ball(0), 2, 1 / log_R, Ball(1), log_R);
    // R >= |mu_2| + |Q_2 - 1|, as the definition of R wants.
    EXPECT_EQ(less(delta + 1, exp(log_R)), Truth::yes);
    const Slab beyond{Vector<Ball>::Constant(1, Ball(1)), delta / 2, std::nullopt};
    const Ball probability = slab_probability(line_law(0, 1), beyond);
    EXPECT_EQ(less(1000 * exp(-8 * log_R), probability), Truth::yes) << C;
  }
}

// The card's instance in the plane: C = 10, R = 100, alpha = 1e-4: 3.04e-13 against 1e-16.
TEST(Lemma18, PrintedFormIsRefutedInThePlane) {
  const Ball log_R = log(Ball(100));
  const Ball delta = recentring_distance_printed<Ball>(Ball(10), Ball(0), 2, Ball(1) / 10000, Ball(1), log_R);
  const GaussianLaw law{Vector<Ball>::Constant(2, Ball(0)),
                        (Matrix<Ball>(2, 2) << Ball(1), Ball(0), Ball(0), Ball(1) / 10000).finished()};
  const Slab beyond{(Vector<Ball>(2) << Ball(1), Ball(0)).finished(), delta / 2, std::nullopt};
  const Ball probability = slab_probability(law, beyond);
  EXPECT_NEAR(approximate(probability) / 3.04e-13, 1, 0.01);
  EXPECT_EQ(less(3000 * exp(-8 * log_R), probability), Truth::yes);
}

// Crude means that are not on a line: counted.
TEST(Lemma18, HoldsForCellsThatAreNoSlabs) {
  const Index k = 4;
  Stream stream(1, Purpose::instance, 0);
  for (const double scale : {2.0, 4.0}) {
    const Matrix<double> means = scale * support::normal_matrix(3, k, stream);
    const Matrix<double> centers = means + 0.2 * support::normal_matrix(3, k, stream);
    const double v = (means - centers).colwise().squaredNorm().maxCoeff();
    const Matrix<double> q = support::covariance_between(3, 0.1, 2, stream);
    const double delta = 2 * std::sqrt(v) + 2;
    const Index n = 20000;
    const Matrix<double> points = draw({"", Vector<double>::Ones(1), means.col(0), {q}}, n, 7).points;
    Index hits = 0;
    for (Index j = 0; j < n; ++j) {
      const Index cell = nearest_center<double>(centers, points.col(j));
      hits += (means.col(0) - means.col(cell)).norm() >= delta ? 1 : 0;
    }
    const Ball bound = far_cell_probability_upper(k, Ball(delta), Ball(v), Ball(2));
    EXPECT_LE(binomial_interval(hits, n, 0.999).lower, approximate(bound));
  }
}

// (11) for f(x - muhat) = |x - muhat|^4 at every point: f(x - muhat(x)) = f(x - muhat_i) + sum_j (f(x - muhat_j) - f(x
// - muhat_i)) 1[x in K_j]. With the cells by number it holds; with cells by value, as printed, a repeated crude mean is
// counted twice.
TEST(Equation11, NeedsCellsByNumber) {
  Matrix<double> centers(2, 4);
  centers << 0, 2, 2, 1, 0, 0, 0, 1;
  Stream stream(2, Purpose::instance, 0);
  Index wrong_by_value = 0;
  for (int trial = 0; trial < 200; ++trial) {
    // Multiples of 1/4, so that ties occur and the sums are exact.
    const Vector<double> x = (4 * support::normal_matrix(2, 1, stream).col(0)).array().round() / 4;
    const auto f = [&](Index j) { return std::pow((x - centers.col(j)).squaredNorm(), 2); };
    const Index nearest = nearest_center(centers, x);
    double by_number = f(3);
    double by_value = f(3);
    for (Index j = 0; j < 4; ++j) {
      if (j == nearest) by_number += f(j) - f(3);
      if (centers.col(j) == centers.col(nearest)) by_value += f(j) - f(3);
      EXPECT_LE(f(nearest), f(j));
    }
    EXPECT_EQ(by_number, f(nearest));
    EXPECT_NE(nearest, 2);
    wrong_by_value += by_value != by_number ? 1 : 0;
  }
  EXPECT_GT(wrong_by_value, 0);
}

RC_GTEST_PROP(Equation11, SlabsArePartitionAndAgreeWithTheNearestCenter, ()) {
  const RecentringCase c = *support::recentring_cases(3, 4, {1, 16});
  const auto cells = collinear_cells(c.centers);
  for (Index i = 0; i < c.size(); ++i) {
    Ball total = 0;
    for (const auto& cell : cells)
      if (cell) total += slab_probability(c.law(i), *cell);
    RC_ASSERT(overlaps(total, Ball(1)));
    RC_ASSERT(radius_upper(total) < 1e-25);
  }
  const Matrix<double> centers = c.centers.unaryExpr([](const Rational& x) { return static_cast<double>(x); });
  Stream stream(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 20)), Purpose::instance, 0);
  for (int trial = 0; trial < 10; ++trial) {
    const Vector<double> x = 3 * support::normal_matrix(c.means.rows(), 1, stream).col(0);
    const auto& cell = cells[static_cast<std::size_t>(nearest_center(centers, x))];
    RC_ASSERT(cell.has_value());
    Ball along = 0;
    for (Index r = 0; r < x.size(); ++r) along += cell->normal(r) * Ball(x(r));
    // A point within rounding of a border may be given to either side.
    const bool too_low = cell->lower && less(along + Ball(1e-9), *cell->lower) != Truth::no;
    const bool too_high = cell->upper && less(*cell->upper, along - Ball(1e-9)) != Truth::no;
    RC_ASSERT(!too_low);
    RC_ASSERT(!too_high);
  }
}

TEST(Equation11, RefusesCentersThatAreNotOnALine) {
  Matrix<Rational> centers = Matrix<Rational>::Constant(2, 3, Rational(0));
  centers(0, 1) = 1;
  centers(1, 2) = 1;
  EXPECT_THROW(collinear_cells(centers), InputError);
  EXPECT_THROW(collinear_cells(Matrix<Rational>(2, 0)), InputError);
}

}  // namespace
}  // namespace verimix

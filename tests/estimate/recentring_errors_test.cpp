#include "verimix/estimate/recentring_errors.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/estimate_generators.hpp"
#include "support/recentring_cases.hpp"

namespace verimix {
namespace {

using support::RecentringCase;

using support::all_blocks;

Ball larger(const Ball& a, const Ball& b) {
  Ball out;
  arb_max(out.data(), a.data(), b.data(), BallPrecision::bits());
  return out;
}

/// The plane with Pi = e1 e1^T: a component and crude means on the first axis.
struct Plane {
  GaussianLaw law;
  Matrix<Ball> pi;
};

Plane plane(const Ball& mean_1, const Ball& mean_2, const Ball& variance_1, const Ball& variance_2) {
  const Ball o = 0;
  return {
      {(Vector<Ball>(2) << mean_1, mean_2).finished(), (Matrix<Ball>(2, 2) << variance_1, o, o, variance_2).finished()},
      (Matrix<Ball>(2, 2) << Ball(1), o, o, o).finished()};
}

Vector<Ball> on_axis(const Ball& x) { return (Vector<Ball>(2) << x, Ball(0)).finished(); }

Slab below(const Ball& end) { return {on_axis(1), std::nullopt, end}; }

RC_GTEST_PROP(Lemma22, CloseCaseCertified, ()) {
  const BallPrecision precision(256);
  const RecentringCase c = *support::recentring_cases(3, 3, {1, 16, 160});
  const auto cells = collinear_cells(c.centers);
  const Index i = *rc::gen::inRange<Index>(0, c.size());
  const Index other = *rc::gen::inRange<Index>(0, c.size());
  const Ball beta = operator_norm(c.law(i).covariance);
  for (Index j = 0; j < c.size(); ++j) {
    if (!cells[static_cast<std::size_t>(j)]) continue;
    const Ball delta = larger(c.distance(i, j), c.distance(i, other));
    for (const Block block : all_blocks) {
      const Ball error = recentring_error(block, c.projector(), c.law(i), *cells[static_cast<std::size_t>(j)],
                                          c.center(j), c.center(other));
      const Ball bound = close_recentring_error_upper(block, beta, c.v(), delta, c.rank);
      if (block == Block::psi_11) {
        // (iii): identically 0.
        RC_ASSERT(less(error, Ball(1e-20)) == Truth::yes);
      } else {
        RC_ASSERT(less(error, bound) == Truth::yes);
      }
    }
  }
}

RC_GTEST_PROP(Lemma22, FarCaseCertified, ()) {
  const BallPrecision precision(256);
  const RecentringCase c = *support::recentring_cases(3, 3, {160, 500, 2000});
  const auto cells = collinear_cells(c.centers);
  const Index i = *rc::gen::inRange<Index>(0, c.size());
  const Ball beta = operator_norm(c.law(i).covariance);
  const Ball R = larger(c.largest_mean(), exp(Ball(1)));
  for (Index j = 0; j < c.size(); ++j) {
    const auto& cell = cells[static_cast<std::size_t>(j)];
    if (!cell) continue;
    // The hypothesis on the event, as Lemma 18 gives it.
    const bool rare = less(slab_probability(c.law(i), *cell), exp(-8 * log(R))) == Truth::yes;
    RC_CLASSIFY(rare);
    if (!rare) continue;
    for (Index l = 0; l < c.size(); ++l) {
      for (const Block block : {Block::psi_00, Block::psi_01}) {
        const Ball error = recentring_error(block, c.projector(), c.law(i), *cell, c.center(i), c.center(l));
        RC_ASSERT(less(error, far_recentring_error_upper(block, beta, c.v(), R, c.rank)) == Truth::yes);
      }
    }
  }
}

// (i) and (ii), close case: nearly all mass is in K_i, muhat is right and muhat' is Delta + sqrt(v) away. The bound is
// attained in the limit of a large Delta.
TEST(Lemma22, CloseBoundsAreTight) {
  const Ball v = 16;
  double last[2] = {0, 0};
  for (const long delta : {4L, 40L, 400L}) {
    const Slab cell = below(Ball(delta) / 2);
    const Plane first = plane(0, 0, 1, 1);
    const Plane second = plane(0, 4, 1, 1);
    const Ball ratios[2] = {
        recentring_error(Block::psi_00, first.pi, first.law, cell, on_axis(0), on_axis(Ball(delta) + 4)) /
            close_recentring_error_upper(Block::psi_00, Ball(1), v, Ball(delta), 1),
        recentring_error(Block::psi_01, second.pi, second.law, cell, on_axis(0), on_axis(Ball(delta) + 4)) /
            close_recentring_error_upper(Block::psi_01, Ball(1), v, Ball(delta), 1)};
    for (std::size_t b : {0U, 1U}) {
      EXPECT_EQ(less(ratios[b], Ball(1)), Truth::yes);
      EXPECT_GT(approximate(ratios[b]), last[b]);
      last[b] = approximate(ratios[b]);
    }
  }
  EXPECT_GT(last[0], 0.999);
  EXPECT_GT(last[1], 0.999);
}

// (ii) as printed, close case: d = 2, k = 2, Q = Id, alpha = beta = 1, mu_i = sqrt(v/2) e2, muhat_i = sqrt(v/2) e1,
// mu_j = muhat_j = 0. |mu_i - mu_j| <= sqrt(v) < Delta. lhs ~ v^2/4, printed rhs ~ C^2 v: no constant serves.
TEST(Lemma22, PrintedSecondPartIsRefuted) {
  for (const long C : {1L, 10L}) {
    Ball last = 0;
    for (const long exponent : {3L, 5L, 7L}) {
      // v = 2 * 10^{2 e}, so sqrt(v/2) = 10^e.
      long root = 1;
      for (long n = 0; n < exponent; ++n) root *= 10;
      const Ball v = 2 * Ball(root) * Ball(root);
      const Plane p = plane(0, Ball(root), 1, 1);
      const Ball error =
          recentring_error(Block::psi_01, p.pi, p.law, below(Ball(root) / 2), on_axis(Ball(root)), on_axis(0));
      const Ball delta = recentring_distance_printed<Ball>(Ball(C), v, 2, Ball(1), Ball(1), log(Ball(root)));
      EXPECT_EQ(less(Ball(root), delta), Truth::yes);
      const Ball implied = error / recentring_error_printed(Block::psi_01, 2, Ball(1), delta);
      EXPECT_EQ(less(50 * last, implied), Truth::yes) << C << ' ' << exponent;
      last = implied;
      // The repaired form holds.
      EXPECT_EQ(less(error, close_recentring_error_upper(Block::psi_01, Ball(1), v, Ball(root), 1)), Truth::yes);
    }
    EXPECT_EQ(less(Ball(10000) / (C * C), last), Truth::yes);
  }
}

// (i) as printed, far case: d = 2, k = 3, Q = diag(1, alpha), crude means exact at 0, Delta, R on the first axis, alpha
// = 1e-4/log R, C = 10. K_2 has a probability that does not depend on R, and its points are recentred at R.
TEST(Lemma22, PrintedFirstPartIsRefutedInTheFarCase) {
  Ball last = 0;
  for (const long exponent : {6L, 8L, 10L}) {
    const Ball R = exp(exponent * log(Ball(10)));
    const Ball alpha = Ball(1) / (10000 * log(R));
    const Ball delta = recentring_distance_printed<Ball>(Ball(10), Ball(0), 3, alpha, Ball(1), log(R));
    const Plane p = plane(0, 0, 1, alpha);
    const Slab cell{on_axis(1), delta / 2, (delta + R) / 2};
    const Ball error = recentring_error(Block::psi_00, p.pi, p.law, cell, on_axis(0), on_axis(R));
    const Ball implied = error / recentring_error_printed(Block::psi_00, 3, Ball(1), delta);
    EXPECT_EQ(less(1000 * last, implied), Truth::yes);
    last = implied;
    if (exponent == 8) {
      EXPECT_NEAR(approximate(error) / 1.3e14, 1, 0.05);
    }
  }
  EXPECT_EQ(less(Ball(1000000), last), Truth::yes);
}

// 40 (beta^2 k^2 + Delta^4), the close case of (i) with a constant, follows from the explicit form for Delta >=
// sqrt(v); 54 does in the far case for R >= e, Delta as repaired.
RC_GTEST_PROP(Lemma22, PrintedFirstPartWithConstants, ()) {
  const Index k = *rc::gen::inRange<Index>(2, 12);
  const double beta = std::exp2(*rc::gen::inRange(0, 12));
  const double v = *rc::gen::element(0.0, 1.0, 1e3, 1e6);
  const double log_R = *rc::gen::element(1.0, 2.0, 20.0);
  const double delta = std::max(std::sqrt(v), std::exp2(*rc::gen::inRange(-10, 20)));
  RC_ASSERT(close_recentring_error_upper(Block::psi_00, beta, v, delta, k) <=
            40 * recentring_error_printed(Block::psi_00, k, beta, delta));
  RC_ASSERT(close_recentring_error_upper(Block::psi_01, beta, v,
                                         std::max(delta, std::sqrt(static_cast<double>(k) * beta)), k) <=
            8 * (beta + v) * std::pow(std::max(delta, std::sqrt(static_cast<double>(k) * beta)), 2));
  const double repaired = recentring_distance(v, k, beta, log_R);
  RC_ASSERT(far_recentring_error_upper(Block::psi_00, beta, v, std::exp(log_R), k) <=
            54 * recentring_error_printed(Block::psi_00, k, beta, repaired));
}

RC_GTEST_PROP(Corollary23, RecentredSignalCertified, ()) {
  const BallPrecision precision(256);
  const RecentringCase c = *support::recentring_cases(3, 3, {1, 16, 160});
  const Index i = *rc::gen::inRange<Index>(0, c.size());
  const Ball beta = operator_norm(c.law(i).covariance) * (1 + Ball(1) / 1000000);
  for (const Block block : all_blocks) {
    const Ball error = recentred_signal_error(block, c.projector(), c.law(i), c.centers, i);
    RC_ASSERT(less(error, recentred_signal_error_upper(block, beta, c.v(), c.rank)) == Truth::yes);
  }
}

// Every point of N_i is nearer to muhat_j than to muhat_i. (00): muhat_j is mu_i itself and vec(G) vec(G)^T is left
// alone; (01): the instance that refutes the printed form. Both bounds are attained in the limit; so is (11), by
// Lemma 20.
TEST(Corollary23, BoundsAreTight) {
  double last[2] = {0, 0};
  for (const long root : {10L, 100L, 1000L}) {
    const Matrix<Rational> centers =
        (Matrix<Rational>(2, 2) << Rational(root), Rational(0), Rational(0), Rational(0)).finished();
    const Plane first = plane(0, 0, 1, 1);
    const Plane second = plane(0, Ball(root), 1, 1);
    const Ball square = Ball(root) * Ball(root);
    const Ball ratios[2] = {recentred_signal_error(Block::psi_00, first.pi, first.law, centers, 0) /
                                recentred_signal_error_upper(Block::psi_00, Ball(1), square, 1),
                            recentred_signal_error(Block::psi_01, second.pi, second.law, centers, 0) /
                                recentred_signal_error_upper(Block::psi_01, Ball(1), 2 * square, 1)};
    for (std::size_t b : {0U, 1U}) {
      EXPECT_EQ(less(ratios[b], Ball(1)), Truth::yes);
      EXPECT_GT(approximate(ratios[b]), last[b]);
      last[b] = approximate(ratios[b]);
    }
  }
  EXPECT_GT(last[0], 0.999);
  EXPECT_GT(last[1], 0.999);
}

// (ii) as printed: lhs is |beta (beta + v/2) - v^2/4| up to a Gaussian tail.
TEST(Corollary23, PrintedSecondPartIsRefuted) {
  for (const long C : {1L, 10L}) {
    Ball last = 0;
    for (const long root : {1000L, 100000L, 10000000L}) {
      const Ball v = 2 * Ball(root) * Ball(root);
      const Matrix<Rational> centers =
          (Matrix<Rational>(2, 2) << Rational(root), Rational(0), Rational(0), Rational(0)).finished();
      const Plane p = plane(0, Ball(root), 1, 1);
      const Ball error = recentred_signal_error(Block::psi_01, p.pi, p.law, centers, 0);
      const Ball relative = error / (v * v / 4 - v / 2 - 1);
      EXPECT_TRUE(contains(relative, Ball(1)));
      EXPECT_LT(radius_upper(relative), 1e-8);
      const Ball delta = recentring_distance_printed<Ball>(Ball(C), v, 2, Ball(1), Ball(1), log(Ball(root)));
      const Ball implied = error / recentred_signal_error_printed(Block::psi_01, 2, Ball(1), v, delta);
      EXPECT_EQ(less(50 * last, implied), Truth::yes);
      last = implied;
    }
    EXPECT_EQ(less(Ball(10000) / (C * C), last), Truth::yes);
  }
}

// (i) and (iii) as printed, with 4 (for Delta >= sqrt(v)) and with 4.
RC_GTEST_PROP(Corollary23, PrintedFirstAndThirdPartWithConstants, ()) {
  const Index k = *rc::gen::inRange<Index>(1, 12);
  const double beta = std::exp2(*rc::gen::inRange(0, 12));
  const double v = *rc::gen::element(0.0, 1.0, 1e3, 1e6);
  const double delta = std::max(std::sqrt(v), std::exp2(*rc::gen::inRange(-10, 20)));
  for (const Block block : {Block::psi_00, Block::psi_11})
    RC_ASSERT(recentred_signal_error_upper(block, beta, v, k) <=
              4 * recentred_signal_error_printed(block, k, beta, v, delta));
}

TEST(Corollary23, EighthMomentByHand) {
  // N(0, Id) in d dimensions: d (d + 2)(d + 4)(d + 6); a point: |m|^8; N(m, 1) on the line: Hermite.
  EXPECT_DOUBLE_EQ(eighth_moment(Vector<double>::Zero(3), Matrix<double>::Identity(3, 3)), 3 * 5 * 7 * 9);
  EXPECT_DOUBLE_EQ(eighth_moment(Vector<double>::Constant(1, 2), Matrix<double>::Zero(1, 1)), 256);
  EXPECT_DOUBLE_EQ(eighth_moment(Vector<double>::Constant(1, 2), Matrix<double>::Identity(1, 1)),
                   256 + 28 * 64 + 210 * 16 + 420 * 4 + 105);
}

// Three crude means in a plane that are not on a line, in R^3: sampled. The exact value for a slab is inside the
// interval.
TEST(Lemma22, SampledWhereTheCellsAreNoSlabs) {
  Stream stream(3, Purpose::instance, 0);
  RecentringQuery query;
  query.pi = Vector<double>((Vector<double>(3) << 1, 1, 0).finished()).asDiagonal();
  query.centers = (Matrix<double>(3, 3) << 0, 3, 0, 0, 0, 3, 0, 0, 0).finished();
  query.mean = (Vector<double>(3) << 0.25, 0.5, 0.5).finished();
  query.covariance = support::covariance_between(3, 0.1, 1, stream);
  const double v = 0.5625;  // |mean - centers.col(0)|^2, and the other crude means are right
  for (const Block block : all_blocks) {
    query.block = block;
    for (query.cell = 0; query.cell < 3; ++query.cell) {
      query.other_center = query.cell;
      const ConfidenceInterval sampled = sampled_recentring_error(query, 4000, 0.999, 5);
      const double bound = close_recentring_error_upper(block, 1.0, v, 3.1, 2);
      EXPECT_LE(sampled.lower, bound);
      if (block == Block::psi_11) {
        EXPECT_LT(sampled.estimate, 1e-10);
      }
    }
  }
}

TEST(Lemma22, SampledIntervalContainsTheExactValue) {
  RecentringQuery query;
  query.pi = (Matrix<double>(2, 2) << 1, 0, 0, 0).finished();
  query.centers = (Matrix<double>(2, 2) << 0, 2, 0, 0).finished();
  query.mean = (Vector<double>(2) << 0.5, 0.5).finished();
  query.covariance = Matrix<double>::Identity(2, 2);
  query.other_center = 1;
  const Plane p = plane(Ball(0.5), Ball(0.5), 1, 1);
  for (const Block block : {Block::psi_00, Block::psi_01}) {
    query.block = block;
    const double exact = approximate(recentring_error(block, p.pi, p.law, below(1), on_axis(0), on_axis(2)));
    const ConfidenceInterval sampled = sampled_recentring_error(query, 20000, 0.99, 6);
    EXPECT_LE(sampled.lower, exact);
    EXPECT_GE(sampled.upper, exact);
    EXPECT_NEAR(sampled.estimate / exact, 1, 0.1);
    // Chebyshev's interval shrinks like 1/sqrt(n) and is not vacuous.
    EXPECT_LT(sampled.upper - sampled.lower, 10 * exact);
  }
}

}  // namespace
}  // namespace verimix

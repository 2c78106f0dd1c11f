#include "verimix/cluster/quadratic_form.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/non_central_chi_squared.hpp>

#include "support/ball_matrices.hpp"
#include "support/estimate_generators.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/rational.hpp"
#include "verimix/mixture/draw.hpp"

namespace verimix {
namespace {

using support::exactly;

QuadraticLaw<Ball> form_of(const std::vector<double>& b, const std::vector<double>& u = {}) {
  const auto d = static_cast<Index>(b.size());
  QuadraticLaw<Ball> form{Vector<Ball>(d), Vector<Ball>::Constant(d, Ball(0))};
  for (Index r = 0; r < d; ++r) {
    form.eigenvalues(r) = Ball(b[static_cast<std::size_t>(r)]);
    if (!u.empty()) form.shifts(r) = Ball(u[static_cast<std::size_t>(r)]);
  }
  return form;
}

/// |a - b| <= 10^-digits |b|, for certain.
bool equal_to_digits(const Ball& a, const Ball& b, int digits) {
  Ball scale;
  arb_ui_pow_ui(scale.data(), 10, static_cast<ulong>(digits), BallPrecision::bits());
  return less(abs(a - b) * scale, abs(b)) == Truth::yes;
}

TEST(QuadraticTail, ChiSquareTailsToThirtyDigits) {
  for (const int d : {1, 2, 3, 7, 40}) {
    const QuadraticLaw<Ball> form = form_of(std::vector<double>(static_cast<std::size_t>(d), 1.0));
    const boost::math::chi_squared_distribution<Real50> chi(d);
    for (const double factor : {0.01, 0.5, 1.0, 2.0, 20.0}) {
      const double y = factor * d;
      const QuadraticTails tails = quadratic_tails(form, Ball(y));
      const auto reference = [](const Real50& x) { return from_rational<Ball>(to_rational(x)); };
      EXPECT_TRUE(
          equal_to_digits(tails.upper, reference(boost::math::cdf(boost::math::complement(chi, Real50(y)))), 30))
          << d << ' ' << y;
      EXPECT_TRUE(equal_to_digits(tails.lower, reference(boost::math::cdf(chi, Real50(y))), 28)) << d << ' ' << y;
      EXPECT_EQ(support::lower_end(quadratic_tails(form, Ball(-y)).upper), 1);
    }
  }
}

// Two pairs of equal eigenvalues make sums and differences of exponential laws.
TEST(QuadraticTail, ExponentialLawsInClosedForm) {
  for (const double y : {0.001, 0.5, 3.0, 40.0, 2000.0}) {
    const Ball level(y);
    const Ball laplace = exp(-level / Ball(2)) / Ball(2);
    EXPECT_TRUE(equal_to_digits(quadratic_tails(form_of({1, 1, -1, -1}), level).upper, laplace, 30)) << y;
    EXPECT_TRUE(equal_to_digits(quadratic_tails(form_of({1, 1, -1, -1}), -level).lower, laplace, 30)) << y;
    // P = (a e^{-y/2a} - b e^{-y/2b})/(a - b), a = 3, b = 1/2.
    const Ball sum = (3 * exp(-level / Ball(6)) - exp(-level) / Ball(2)) / (Ball(5) / Ball(2));
    EXPECT_TRUE(equal_to_digits(quadratic_tails(form_of({3, 3, 0.5, 0.5}), level).upper, sum, 28)) << y;
  }
}

TEST(QuadraticTail, NonCentralChiSquare) {
  for (const double shift : {0.1, 1.0, 4.0}) {
    const boost::math::non_central_chi_squared law(3, shift * shift);
    const QuadraticLaw<Ball> form = form_of({1, 1, 1}, {shift, 0, 0});
    for (const double y : {0.5, 4.0, 30.0, 90.0}) {
      const double exact = boost::math::cdf(boost::math::complement(law, y));
      EXPECT_NEAR(approximate(quadratic_tails(form, Ball(y)).upper), exact, 1e-10 * exact) << shift << ' ' << y;
    }
  }
}

TEST(QuadraticTail, MorePrecisionGivesNarrowerEnclosuresOfTheSameNumber) {
  const QuadraticLaw<Ball> form = form_of({2, 0.25, -1, -0.125}, {0.5, 3, 1, 0});
  std::vector<Ball> values;
  for (const long bits : {64L, 128L, 256L}) {
    const BallPrecision precision(bits);
    values.push_back(quadratic_tails(form, Ball(7)).upper);
  }
  EXPECT_TRUE(overlaps(values[0], values[1]) && overlaps(values[1], values[2]));
  EXPECT_LT(radius_upper(values[2]), 1e-60);
  EXPECT_LT(radius_upper(values[0]), 1e-13);
}

TEST(QuadraticTail, TheLadderReachesItsDigits) {
  const auto event = [] { return std::pair{form_of({1, 0.5, -0.25}, {1, 0, 2}), Ball(30)}; };
  const LadderResult result = quadratic_upper_tail(event, 40);
  EXPECT_TRUE(result.goal_met);
  EXPECT_TRUE(has_digits(result.value, 40));
}

// An indefinite form of correlated coordinates about a centre that is not the mean, against counting.
RC_GTEST_PROP(QuadraticTail, AgreesWithCounting, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index d = 1 + static_cast<Index>(seed % 4);
  const Matrix<double> q = support::covariance_between(d, 0.25, 2, stream);
  const Matrix<double> a = support::symmetric_part(support::normal_matrix(d, d, stream));
  const Vector<double> mu = support::normal_matrix(d, 1, stream).col(0);
  const Vector<double> center = support::normal_matrix(d, 1, stream).col(0);
  const Index n = 3000;
  const Mixture<double> law{"", Vector<double>::Ones(1), mu, {q}};
  const Matrix<double> y = draw(law, n, seed).points.colwise() - center;
  const double level = *rc::gen::element(-3.0, -0.3, 0.4, 2.0, 8.0);
  const Index hits = ((a * y).cwiseProduct(y).colwise().sum().array() > level).count();
  const QuadraticLaw<Ball> form = quadratic_law<Ball>(exactly(mu), exactly(q), exactly(center), exactly(a));
  const QuadraticTails tails = quadratic_tails(form, Ball(level));
  RC_ASSERT(radius_upper(tails.upper) < 1e-20);
  RC_ASSERT(support::agrees_with_count(tails.upper, hits, n));
  // Chernoff's bound is above, in balls and in double, and not far above on a logarithmic scale.
  const double chernoff = support::upper_end(quadratic_tail_upper(form, Ball(level)));
  const double computed = quadratic_tail_upper(quadratic_law<double>(mu, q, center, a), level);
  RC_ASSERT(support::lower_end(tails.upper) <= chernoff);
  RC_ASSERT(std::abs(computed - chernoff) <= 1e-6 * chernoff + 1e-300);
  // (A form that cannot exceed the level has the tail 0.)
  if (support::upper_end(tails.upper) == 0) return;
  RC_ASSERT(std::log(support::upper_end(tails.upper)) >= 1.5 * std::log(chernoff) - 3);
}

// A direction in which A vanishes adds nothing, whatever the shift along it.
TEST(QuadraticTail, SingularFormsAreTheirNonsingularPart) {
  Matrix<double> a = Matrix<double>::Zero(3, 3);
  a(0, 0) = 1;
  const Vector<double> mu = (Vector<double>(3) << 0.5, 7, -2).finished();
  const Matrix<double> q = (Matrix<double>(3, 3) << 1, 0.25, 0, 0.25, 1, 0.5, 0, 0.5, 2).finished();
  const QuadraticLaw<Ball> form =
      quadratic_law<Ball>(exactly(mu), exactly(q), Vector<Ball>::Constant(3, Ball(0)), exactly(a));
  const Ball direct = quadratic_tails(form_of({1}, {0.5}), Ball(9)).upper;
  EXPECT_TRUE(equal_to_digits(quadratic_tails(form, Ball(9)).upper, direct, 25));
  // And a form that cannot be positive has no upper tail worth the name.
  const QuadraticLaw<Ball> negative =
      quadratic_law<Ball>(exactly(mu), exactly(q), Vector<Ball>::Constant(3, Ball(0)), exactly(Matrix<double>(-a)));
  EXPECT_LT(support::upper_end(quadratic_tails(negative, Ball(1)).upper), 1e-100);
}

TEST(QuadraticTail, RefusesWhatItCannotDecide) {
  EXPECT_THROW(quadratic_tails(form_of({1, -1}), Ball(0)), UndecidedError);
  EXPECT_THROW(quadratic_law<double>(Vector<double>::Zero(2), -Matrix<double>::Identity(2, 2), Vector<double>::Zero(2),
                                     Matrix<double>::Identity(2, 2)),
               InputError);
}

TEST(QuadraticTail, IsAboveTheExactChiSquareTailAndNotFarAbove) {
  for (const Index d : {1, 4, 30}) {
    const Matrix<double> id = Matrix<double>::Identity(d, d);
    const boost::math::chi_squared chi(static_cast<double>(d));
    for (const double factor : {1.5, 3.0, 8.0}) {
      const double level = factor * static_cast<double>(d) - static_cast<double>(d);
      const double exact = boost::math::cdf(boost::math::complement(chi, factor * static_cast<double>(d)));
      const double bound = quadratic_tail_upper<double>(id, Vector<double>::Zero(d), level);
      EXPECT_LE(exact, bound);
      // Chernoff's exponent is right to logarithmic order.
      EXPECT_GE(std::log(exact), 1.5 * std::log(bound) - 3);
    }
  }
}

TEST(QuadraticTail, LinearTermIsGaussian) {
  // B = 0: 2 <w, z> ~ N(0, 4 |w|^2), and the best Chernoff exponent is -level^2/(8 |w|^2).
  const Vector<double> w = (Vector<double>(2) << 3, 4).finished();
  const double bound = quadratic_tail_upper<double>(Matrix<double>::Zero(2, 2), w, 20);
  EXPECT_NEAR(std::log(bound), -400.0 / 200, 1e-3);  // the grid's best t is within 1/64 of the best one
  EXPECT_EQ(quadratic_tail_upper<double>(Matrix<double>::Zero(2, 2), w, -1), 1);
}

RC_GTEST_PROP(QuadraticTail, IsNeverAboveTheClosedForm, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index d = 1 + static_cast<Index>(seed % 5);
  const Matrix<double> b = support::symmetric_part(support::normal_matrix(d, d, stream));
  const Vector<double> w = support::normal_matrix(d, 1, stream).col(0);
  const double x = *rc::gen::element(0.1, 1.0, 5.0, 50.0);
  const double v = b.squaredNorm() + 2 * w.squaredNorm();
  const double largest = std::max(0.0, Eigen::SelfAdjointEigenSolver<Matrix<double>>(b).eigenvalues()(d - 1));
  const double level = quadratic_tail_level(v, largest, x);
  RC_ASSERT(quadratic_tail_upper(b, w, level) <= std::exp(-x) * 1.05);  // the grid of t, not its optimum
}

}  // namespace
}  // namespace verimix

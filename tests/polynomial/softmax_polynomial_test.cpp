#include "verimix/polynomial/softmax_polynomial.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "support/numbers.hpp"
#include "support/roundoff.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/random.hpp"

namespace verimix {
namespace {

using support::machine_epsilon;

Vector<double> random_weights(Stream& stream, int m) {
  Vector<double> y(m), theta(m);
  const double spread = stream.uniform() < 0.5 ? 1 : 8;
  for (Index i = 0; i < m; ++i) {
    y(i) = spread * stream.normal();
    theta(i) = spread * stream.normal();
  }
  return softmax<double>(y, theta);
}

RC_GTEST_PROP(Equation46, TheSlopesAreWithinTheSharpConstants, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const int m = *rc::gen::inRange(1, 7);
  const Vector<double> w = random_weights(stream, m);
  const Matrix<double> J = softmax_jacobian<double>(w);
  const double slack = 1 + 100 * machine_epsilon;
  for (Index i = 0; i < m; ++i) RC_ASSERT(J.row(i).norm() <= approximate(softmax_gradient_upper()) * slack);
  const Vector<double> eigenvalues = Eigen::SelfAdjointEigenSolver<Matrix<double>>(J).eigenvalues();
  RC_ASSERT(eigenvalues.maxCoeff() <= approximate(softmax_slope_upper()) * slack);
  RC_ASSERT(eigenvalues.minCoeff() >= -100 * machine_epsilon);
  // |J|_{2->1} = max over signs of |J s|, |J|_{inf->1} the largest s^T J s'.
  for (int signs = 0; signs < (1 << m); ++signs) {
    Vector<double> s(m);
    for (Index i = 0; i < m; ++i) s(i) = (signs >> i) % 2 == 0 ? 1 : -1;
    RC_ASSERT((J * s).norm() <= approximate(softmax_slope_to_l1_upper()) * slack);
    RC_ASSERT((J * s).lpNorm<1>() <= slack);
  }
  RC_ASSERT(std::abs(w.sum() - 1) <= 10 * machine_epsilon);
}

TEST(Equation46, TheConstantsAreAttainedAtTwoHalves) {
  const Vector<double> w = softmax<double>(Vector<double>::Zero(2), Vector<double>::Zero(2));
  const Matrix<double> J = softmax_jacobian<double>(w);
  EXPECT_NEAR(J.row(0).norm(), approximate(softmax_gradient_upper()), 2 * machine_epsilon);
  Vector<double> s(2);
  s << 1, -1;
  EXPECT_NEAR((J * s).norm(), approximate(softmax_slope_to_l1_upper()), 2 * machine_epsilon);
  EXPECT_NEAR((J * s).norm() / s.norm(), approximate(softmax_slope_upper()), 2 * machine_epsilon);
  EXPECT_NEAR((J * s).lpNorm<1>(), 1, 2 * machine_epsilon);
  EXPECT_LT(approximate(softmax_gradient_upper()), 0.36 * std::sqrt(2.0)) << "the printed sqrt(m) is four times loose";
}

RC_GTEST_PROP(Equation46, TheJacobianIsTheDerivative, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 1);
  const int m = *rc::gen::inRange(1, 5);
  Vector<Real50> y(m), theta(m), direction(m);
  for (Index i = 0; i < m; ++i) {
    y(i) = stream.normal();
    theta(i) = stream.normal();
    direction(i) = stream.normal();
  }
  const Real50 h("1e-16");
  const Vector<Real50> slope =
      (softmax<Real50>(y + h * direction, theta) - softmax<Real50>(y - h * direction, theta)) / (2 * h);
  const Vector<Real50> error = slope - softmax_jacobian<Real50>(softmax<Real50>(y, theta)) * direction;
  // The third derivative of a softmax is at most 1 in each direction; |direction|^3 h^2 is the rest.
  const Real50 size = direction.norm();
  RC_ASSERT(error.norm() <= 10 * size * size * size * h * h + Real50("1e-32"));
}

// The lemma with the polynomial of its proof, at a degree where it can be made: random directions g_i of length M and
// inputs on the edge of the box, where it is worst.
RC_GTEST_PROP(Lemma43, TheConstructionIsWithinEpsilon, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 2);
  const int m = *rc::gen::inRange(2, 4);
  const double L = *rc::gen::element(0.25, 1.0, 2.0), M = *rc::gen::element(0.5, 1.0, 3.0);
  const double epsilon = L * M * *rc::gen::element(0.5, 0.75, 1.0);
  Vector<double> theta(m);
  for (Index i = 0; i < m; ++i) theta(i) = 3 * stream.normal();
  const int degree = softmax_degree(m, Ball(L), Ball(M), Ball(epsilon));
  RC_PRE(degree >= 1);
  const JacksonApproximation q = softmax_polynomial(theta, L, degree);
  for (int i = 0; i < 20; ++i) {
    Vector<double> y(m);
    for (Index j = 0; j < m; ++j)
      y(j) = L * (stream.uniform() < 0.5 ? (stream.uniform() < 0.5 ? -1 : 1) : 2 * stream.uniform() - 1);
    const Vector<double> difference = softmax<double>(y, theta) - q(y);
    // The worst G of columns of length M turns them all in one direction: M |w - q|_1.
    RC_ASSERT(M * difference.lpNorm<1>() <= epsilon * (1 + 1e-9));
  }
}

RC_GTEST_PROP(Lemma43, TheDegreeIsWithinTheClosedForm, ()) {
  const int m = *rc::gen::inRange(2, 9);
  const Ball L(*rc::gen::element(0.5, 1.0, 8.0)), M(*rc::gen::element(0.25, 1.0, 6.0));
  const Ball epsilon(*rc::gen::element(1.0, 0.125, 0x1p-10));
  const int degree = softmax_degree(m, L, M, epsilon);
  const double upper = approximate(softmax_degree_upper(m, L, M, epsilon));
  RC_ASSERT(degree <= std::ceil(upper * (1 + 1e-9)));
  // j_{(m-2)/2,1} >= m/2, against pi m/2: the closed form gives away less than pi.
  if (degree > 0) RC_ASSERT(degree >= upper / 3.1416);
}

// How far from what is needed: proved minimal degrees for m = 2 grow like L log(M/epsilon), not like L M/epsilon.
TEST(Lemma43, TheLeastDegreesOfTwoComponents) {
  struct Case {
    long L, M;
    const char* epsilon;
    int least;
    double printed;  // L M m^2/epsilon
  };
  const Case cases[] = {
      {1, 1, "0.1", 1, 40}, {1, 1, "0.01", 3, 400}, {4, 1, "0.01", 11, 1600}, {4, 4, "0.01", 15, 6400}};
  for (const Case& c : cases) {
    const auto found = minimal_logistic_degree(0, c.L, c.M, parse_rational(c.epsilon));
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, c.least);
    const int guaranteed = softmax_degree(2, c.L, c.M, from_rational<Ball>(parse_rational(c.epsilon)));
    EXPECT_GE(guaranteed, *found);
    EXPECT_GE(c.printed * 2.25, guaranteed) << "2.2215 m^{3/2} <= 2.2215 m^2";
  }
}

TEST(Lemma43, DegreeNoughtSufficesForSmallInputs) {
  // L M sqrt(m/2) <= epsilon.
  EXPECT_EQ(softmax_degree(2, Ball(1), Ball(1) / 10, Ball(1) / 5), 0);
  EXPECT_EQ(softmax_degree(1, Ball(100), Ball(100), Ball(1) / 1000), 0);
  EXPECT_GT(softmax_degree(2, Ball(1), Ball(1), Ball(1) / 5), 0);
  EXPECT_THROW(softmax_degree(2, Ball(1), Ball(1), Ball(0x1p-60)), InputError);
}

// The monomials of the construction, found by least squares in the ball; their sum against the bound, from both sides.
TEST(Lemma43, TheCoefficientsAreWithinTheBound) {
  EXPECT_TRUE(overlaps(softmax_coefficient_sum_upper(3, 0, Ball(1)), Ball(3)));
  for (const double L : {0.25, 3.0}) {
    const double sum = approximate(softmax_coefficient_sum_upper(4, 7, Ball(L)));
    EXPECT_NEAR(softmax_coefficient_sum_upper(4, 7, L), sum, 1e-13 * sum);
  }
  for (const int degree : {1, 3, 6}) {
    const double L = 1;
    Vector<double> theta(2);
    theta << 0.5, -0.5;
    const JacksonApproximation q = softmax_polynomial(theta, L, degree);
    const int terms = (degree + 1) * (degree + 2) / 2;
    Stream stream(11, Purpose::instance, 3);
    Matrix<double> design(4 * terms, terms), values(4 * terms, 2);
    for (Index i = 0; i < design.rows(); ++i) {
      Vector<double> y(2);
      y << 2 * stream.uniform() - 1, 2 * stream.uniform() - 1;
      Index column = 0;
      for (int total = 0; total <= degree; ++total)
        for (int power = 0; power <= total; ++power)
          design(i, column++) = std::pow(y(0), power) * std::pow(y(1), total - power);
      values.row(i) = q(y).transpose();
    }
    const Matrix<double> coefficients = design.colPivHouseholderQr().solve(values);
    EXPECT_LT((design * coefficients - values).norm(), 1e-10) << "it is a polynomial of this degree";
    const double ratio = coefficients.cwiseAbs().sum() / approximate(softmax_coefficient_sum_upper(2, degree, Ball(L)));
    EXPECT_LE(ratio, 1);
    // Per degree the bound gives 2 + 16 e = 45.5; the softmax has coefficients of order 1.
    EXPECT_GE(std::pow(ratio, 1.0 / degree), 0.02);
  }
}

}  // namespace
}  // namespace verimix

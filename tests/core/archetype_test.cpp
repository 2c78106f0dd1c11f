// The template kernels of this stage, compiled for a scalar that grants the Scalar concept and nothing more. The
// sources are included because that is where the templates are defined.
#include "support/archetype.hpp"

#include <gtest/gtest.h>

#include "../../src/core/cholesky.cpp"  // NOLINT(bugprone-suspicious-include)

namespace verimix {
namespace {

Matrix<double> example() {
  Matrix<double> a(3, 3);
  a << 4, 1, -0.5, 1, 3, 0.25, -0.5, 0.25, 2;
  return a;
}

template <class From>
Matrix<double> as_double(const Matrix<From>& a) {
  return a.unaryExpr([](const From& x) { return approximate(x); });
}

TEST(ScalarArchetype, CholeskyHasTheValueItHasForDouble) {
  const Matrix<double> a = example();
  const Matrix<archetype::Real> wrapped = a.unaryExpr([](double x) { return archetype::Real::wrap(x); });
  const Cholesky<double> expected = cholesky(a);
  const Cholesky<archetype::Real> factor = cholesky(wrapped);
  EXPECT_EQ(factor.positive_definite, Truth::yes);
  EXPECT_EQ(as_double(factor.lower), expected.lower);
  EXPECT_EQ(as_double(lower_inverse(factor.lower)), lower_inverse(expected.lower));
  EXPECT_EQ(approximate(log_determinant(factor)), log_determinant(expected));
}

}  // namespace
}  // namespace verimix

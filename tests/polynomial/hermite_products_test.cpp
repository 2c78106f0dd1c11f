#include "verimix/polynomial/hermite_products.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "support/roundoff.hpp"
#include "verimix/core/random.hpp"
#include "verimix/polynomial/basis.hpp"

namespace verimix {
namespace {

// The product along the axes at each point alone, to the last bit, and the same from a leading part of the list and for
// more rows and columns than are asked for; values() and derivatives() are made of the same.
RC_GTEST_PROP(HermiteProducts, AreProductsAlongTheAxes, (std::uint32_t seed)) {
  const Index d = *rc::gen::inRange<Index>(1, 5), n = *rc::gen::inRange<Index>(1, 600);
  const int degree = *rc::gen::inRange(0, 7), lower = *rc::gen::inRange(0, degree + 1);
  Stream stream(seed, Purpose::instance, 0);
  Matrix<double> u(d, n);
  for (double& x : u.reshaped()) x = 2 * stream.normal();
  const HermiteBasis<double> basis(Vector<double>::Zero(d), Matrix<double>::Identity(d, d), degree);
  const HermiteProducts<double>& products = basis.products();
  Matrix<double> found(n + 3, basis.size() + 2), leading(n, basis_size(d, lower));
  const Matrix<double> table = hermite_table<double>(u, degree);
  products.evaluate(table, basis.size(), found);
  products.evaluate(hermite_table<double>(u, lower), leading.cols(), leading);
  for (Index i = 0; i < n; ++i)
    for (Index a = 0; a < basis.size(); ++a) {
      double product = 1;
      for (Index j = 0; j < d; ++j)
        product *=
            table(i, (degree + 1) * j + basis.indices()[static_cast<std::size_t>(a)][static_cast<std::size_t>(j)]);
      RC_ASSERT(found(i, a) == product);
    }
  RC_ASSERT(leading == found.topLeftCorner(n, leading.cols()));
  RC_ASSERT(basis.values(u) == found.topLeftCorner(n, basis.size()).transpose());
}

// He_n/sqrt(n!) in closed form.
TEST(HermiteProducts, TheTableHoldsTheHermitePolynomials) {
  Matrix<double> u(2, 3);
  u << -3, 0.5, 2, 1, 0, -0.25;
  const Matrix<double> table = hermite_table<double>(u, 4);
  ASSERT_EQ(table.cols(), 10);
  for (Index i = 0; i < 3; ++i)
    for (Index j = 0; j < 2; ++j) {
      const double x = u(j, i), tolerance = 100 * support::machine_epsilon;
      EXPECT_EQ(table(i, 5 * j), 1);
      EXPECT_EQ(table(i, 5 * j + 1), x);
      EXPECT_NEAR(table(i, 5 * j + 2), (x * x - 1) / std::sqrt(2), tolerance);
      EXPECT_NEAR(table(i, 5 * j + 3), (x * x * x - 3 * x) / std::sqrt(6), tolerance);
      EXPECT_NEAR(table(i, 5 * j + 4), (std::pow(x, 4) - 6 * x * x + 3) / std::sqrt(24), tolerance);
    }
}

TEST(HermiteProducts, NoAxisMeansTheConstant) {
  const HermiteProducts<double> constant(std::vector<std::vector<int>>(1));
  Matrix<double> found = Matrix<double>::Zero(4, 1);
  constant.evaluate(Matrix<double>(3, 0), 1, found);
  EXPECT_EQ(found.col(0), (Vector<double>(4) << 1, 1, 1, 0).finished());
}

}  // namespace
}  // namespace verimix

#include "verimix/polynomial/basis.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/input_error.hpp"
#include "support/roundoff.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/random.hpp"

namespace verimix {
namespace {

using support::machine_epsilon;
using support::refusal;

/// A covariance of condition at most 25 and a mean, from a seed; dyadic, so that every scalar sees the same.
struct Whitener {
  Vector<double> mean;
  Matrix<double> covariance;
};
Whitener whitener(Index d, Stream& stream) {
  const auto dyadic = [&] { return static_cast<double>(static_cast<int>(64 * stream.uniform()) - 32) / 32; };
  Whitener out{Vector<double>(d), Matrix<double>(d, d)};
  Matrix<double> a(d, d);
  for (Index i = 0; i < d; ++i) {
    out.mean(i) = dyadic();
    for (Index j = 0; j < d; ++j) a(i, j) = dyadic();
  }
  out.covariance = a * a.transpose() + Matrix<double>::Identity(d, d);
  return out;
}

/// E u^n for u ~ N(0, 1): 0 or (n - 1)!!.
double gaussian_moment(int n) {
  if (n % 2 == 1) return 0;
  double out = 1;
  for (int i = n - 1; i > 1; i -= 2) out *= i;
  return out;
}

/// The monomial coefficients of h_0, ..., h_degree from values at nodes would be ill-conditioned; the recurrence on
/// coefficients is a second way to the same polynomials.
std::vector<std::vector<double>> hermite_coefficients(int degree) {
  std::vector<std::vector<double>> h{{1.0}, {0.0, 1.0}};
  for (int n = 1; n < degree; ++n) {
    std::vector<double> next(static_cast<std::size_t>(n) + 2, 0.0);
    const auto i = static_cast<std::size_t>(n);
    for (std::size_t r = 0; r < h[i].size(); ++r) next[r + 1] += h[i][r] / std::sqrt(n + 1.0);
    for (std::size_t r = 0; r < h[i - 1].size(); ++r) next[r] -= h[i - 1][r] * std::sqrt(n / (n + 1.0));
    h.push_back(next);
  }
  return h;
}

TEST(HermiteBasis, IsOrthonormalByExactMoments) {
  constexpr int degree = 8;
  const auto h = hermite_coefficients(degree);
  for (int a = 0; a <= degree; ++a)
    for (int b = 0; b <= a; ++b) {
      double sum = 0, size = 0;
      for (std::size_t i = 0; i <= static_cast<std::size_t>(a); ++i)
        for (std::size_t j = 0; j <= static_cast<std::size_t>(b); ++j) {
          const double term = h[static_cast<std::size_t>(a)][i] * h[static_cast<std::size_t>(b)][j] *
                              gaussian_moment(static_cast<int>(i + j));
          sum += term;
          size += std::abs(term);
        }
      EXPECT_NEAR(sum, a == b ? 1 : 0, 4 * degree * machine_epsilon * (1 + size)) << a << " " << b;
    }
}

TEST(HermiteBasis, ValuesAreThosePolynomials) {
  constexpr int degree = 8;
  const auto h = hermite_coefficients(degree);
  const HermiteBasis<double> basis(Vector<double>::Zero(1), Matrix<double>::Identity(1, 1), degree);
  for (const double u : {-3.0, -0.5, 0.0, 1.25, 4.0}) {
    const Matrix<double> values = basis.values(Matrix<double>::Constant(1, 1, u));
    for (int n = 0; n <= degree; ++n) {
      double expected = 0, size = 0;
      for (std::size_t i = 0; i <= static_cast<std::size_t>(n); ++i) {
        const double term = h[static_cast<std::size_t>(n)][i] * std::pow(u, static_cast<double>(i));
        expected += term;
        size += std::abs(term);
      }
      EXPECT_NEAR(values(n, 0), expected, 8 * degree * machine_epsilon * (1 + size)) << n << " at " << u;
    }
  }
}

TEST(HermiteBasis, SizesAndOrder) {
  EXPECT_EQ(basis_size(1, 7), 8);
  EXPECT_EQ(basis_size(2, 5), 21);
  EXPECT_EQ(basis_size(3, 4), 35);
  EXPECT_NE(refusal([] { basis_size(64, 8); }).find("at most 20000 polynomials; in dimension 64 there are 11969016345"),
            std::string::npos);
  EXPECT_NE(refusal([] { basis_size(2, 1'000'000); }).find("there are 500001500001"), std::string::npos);
  EXPECT_NE(refusal([] { basis_size(1'000'000, 1'000'000); }).find("more than 10^18"), std::string::npos);
  EXPECT_THROW(basis_size(0, 1), InputError);
  EXPECT_THROW(basis_size(2, -1), InputError);
  const HermiteBasis<double> basis(Vector<double>::Zero(3), Matrix<double>::Identity(3, 3), 4);
  Index previous = 0;
  for (std::size_t a = 0; a < basis.indices().size(); ++a) {
    const auto& index = basis.indices()[a];
    const Index total = index[0] + index[1] + index[2];
    EXPECT_GE(total, previous);
    EXPECT_LT(static_cast<Index>(a), basis_size(3, static_cast<int>(total)));
    previous = total;
  }
}

TEST(HermiteBasis, RefusesASingularWhitening) {
  const auto refused = [](const Matrix<double>& covariance) {
    return refusal([&] { HermiteBasis<double>(Vector<double>::Zero(2), covariance, 1); });
  };
  Matrix<double> line(2, 2);
  line << 4, 2, 2, 1;
  for (const Matrix<double>& covariance :
       {line, Matrix<double>(Matrix<double>::Zero(2, 2)), Matrix<double>(-Matrix<double>::Identity(2, 2))})
    EXPECT_NE(refused(covariance).find("positive definite covariance to whiten by"), std::string::npos);
  line(1, 1) += 0x1p-40;
  EXPECT_EQ(refused(line), "accepted");
}

// Parseval: E |sum_a c_a psi_a|^2 = sum_a c_a^2 under N(m, S), the mean by a rule of Gauss that is exact for it: nodes
// and weights from the Jacobi matrix of the Hermite polynomials, one axis at a time, carried to x = m + L u.
RC_GTEST_PROP(HermiteBasis, MeanSquareIsTheSumOfSquares, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 3);
  const Index d = *rc::gen::inRange<Index>(1, 4);
  constexpr Index degree = 4;
  constexpr Index nodes = degree + 1;
  Matrix<double> jacobi = Matrix<double>::Zero(nodes, nodes);
  for (Index n = 1; n < nodes; ++n) jacobi(n, n - 1) = jacobi(n - 1, n) = std::sqrt(static_cast<double>(n));
  const Eigen::SelfAdjointEigenSolver<Matrix<double>> rule(jacobi);
  Index count = 1;
  for (Index j = 0; j < d; ++j) count *= nodes;
  Matrix<double> u(d, count);
  Vector<double> weights = Vector<double>::Ones(count);
  for (Index i = 0; i < count; ++i)
    for (Index j = 0, rest = i; j < d; ++j, rest /= nodes) {
      u(j, i) = rule.eigenvalues()(rest % nodes);
      weights(i) *= std::pow(rule.eigenvectors()(0, rest % nodes), 2);
    }
  const Whitener w = whitener(d, stream);
  const Matrix<double> lower = w.covariance.llt().matrixL();
  const HermiteBasis<double> basis(w.mean, w.covariance, static_cast<int>(degree));
  Vector<double> coefficients(basis.size());
  for (Index a = 0; a < basis.size(); ++a) coefficients(a) = stream.normal();
  const Vector<double> values = basis.values((lower * u).colwise() + w.mean).transpose() * coefficients;
  const double mean_square = weights.dot(values.cwiseAbs2());
  RC_ASSERT(std::abs(mean_square - coefficients.squaredNorm()) <= 1e-10 * coefficients.squaredNorm());
}

RC_GTEST_PROP(HermiteBasis, LowerDegreesAreLeadingBlocks, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  const Index d = *rc::gen::inRange<Index>(1, 4);
  const Whitener w = whitener(d, stream);
  Matrix<double> points(d, 5);
  for (Index i = 0; i < points.size(); ++i) points(i) = stream.normal();
  const HermiteBasis<double> high(w.mean, w.covariance, 5), low(w.mean, w.covariance, 3);
  RC_ASSERT(high.values(points, 3) == low.values(points));
  RC_ASSERT(high.values(points).topRows(low.size()) == low.values(points));
}

RC_GTEST_PROP(HermiteBasis, DoubleAgreesWithFiftyDigits, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 1);
  const Index d = *rc::gen::inRange<Index>(1, 4);
  const Whitener w = whitener(d, stream);
  Matrix<double> points(d, 4);
  for (Index i = 0; i < points.size(); ++i) points(i) = 2 * stream.normal();
  const HermiteBasis<double> basis(w.mean, w.covariance, 6);
  const HermiteBasis<Real50> exact(w.mean.cast<Real50>(), w.covariance.cast<Real50>(), 6);
  const Matrix<double> values = basis.values(points);
  const Matrix<Real50> reference = exact.values(points.cast<Real50>());
  // Relative perturbation of u at most c_d cond(S) machine_epsilon <= 100 * 25 machine_epsilon; |psi| and its slope
  // times |u| are below (1 + |u|)^6.
  for (Index i = 0; i < points.cols(); ++i) {
    const double size = std::pow(1 + (points.col(i) - w.mean).norm(), 6);
    for (Index a = 0; a < basis.size(); ++a)
      RC_ASSERT(std::abs(values(a, i) - static_cast<double>(reference(a, i))) <= 15000 * machine_epsilon * size);
  }
}

RC_GTEST_PROP(HermiteBasis, DerivativeIsTheSlope, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 2);
  const Index d = *rc::gen::inRange<Index>(1, 4);
  const Whitener w = whitener(d, stream);
  const HermiteBasis<Real50> basis(w.mean.cast<Real50>(), w.covariance.cast<Real50>(), 5);
  Matrix<Real50> point(d, 1);
  for (Index i = 0; i < d; ++i) point(i, 0) = Real50(stream.normal());
  // Central difference at 50 digits: the error is h^2/6 times a third derivative, bounded for degree 5 near the origin.
  const Real50 h("1e-15");
  for (Index axis = 0; axis < d; ++axis) {
    Matrix<Real50> up = point, down = point;
    up(axis, 0) += h;
    down(axis, 0) -= h;
    const Matrix<Real50> slope = (basis.values(up) - basis.values(down)) / (2 * h);
    const Matrix<Real50> difference = slope - basis.derivatives(point, axis);
    for (Index a = 0; a < basis.size(); ++a) RC_ASSERT(abs(Real50(difference(a, 0))) < Real50("1e-24"));
  }
}

}  // namespace
}  // namespace verimix

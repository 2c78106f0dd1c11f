#include "verimix/regress/hermite_moments.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

#include "support/roundoff.hpp"
#include "verimix/core/random.hpp"
#include "verimix/regress/denoising_fit.hpp"

namespace verimix {
namespace {

using support::unit_roundoff;

Matrix<double> drawn(Index rows, Index columns, std::uint64_t seed) {
  Stream stream(seed, Purpose::instance, 5);
  Matrix<double> out(rows, columns);
  for (double& x : out.reshaped()) x = stream.normal();
  return out;
}

/// The basis that `learn` takes: whitened by the mean and covariance of the points.
HermiteBasis<double> whitened_by(const Matrix<double>& points, int degree) {
  const Vector<double> mean = points.rowwise().mean();
  const Matrix<double> centred = points.colwise() - mean;
  return {mean, centred * centred.transpose() / static_cast<double>(points.cols()), degree};
}

HermiteBasis<Real50> fine(const HermiteBasis<double>& basis) {
  return {basis.mean().cast<Real50>(), basis.covariance().cast<Real50>(), basis.degree()};
}

/// max |A_ab - B_ab|/sqrt(B_aa B_bb) over the lower triangle of the leading p x p block.
template <class T>
double scaled_difference(const Matrix<T>& a, const Matrix<Real50>& b, Index p) {
  double worst = 0;
  for (Index i = 0; i < p; ++i)
    for (Index j = 0; j <= i; ++j) {
      const Real50 difference = Real50(a(i, j)) - b(i, j);
      worst = std::max(
          worst, std::abs(static_cast<double>(difference) / std::sqrt(static_cast<double>(Real50(b(i, i) * b(j, j))))));
    }
  return worst;
}

TEST(HermiteMoments, AProductIsTheSumThatTheCoefficientsSay) {
  constexpr int degree = 9;
  Matrix<Real50> u(1, 3);
  u << Real50("-2.5"), Real50("0.3"), Real50(4);
  const Matrix<Real50> h = hermite_table<Real50>(u, 2 * degree);
  for (int m = 0; m <= degree; ++m)
    for (int n = 0; n <= degree; ++n)
      for (Index i = 0; i < u.cols(); ++i) {
        Real50 sum(0), size(1);
        for (int k = 0; k <= std::min(m, n); ++k) {
          const Real50 term = linearisation<Real50>(m, n, k) * h(i, m + n - 2 * k);
          sum += term;
          size += abs(term);
          EXPECT_NEAR(linearisation<double>(m, n, k) / static_cast<double>(linearisation<Real50>(m, n, k)), 1,
                      4 * (m + n + 1) * unit_roundoff);
        }
        EXPECT_LT(static_cast<double>(abs(Real50(sum - h(i, m) * h(i, n))) / size), 1e-47) << m << ' ' << n;
      }
  EXPECT_EQ(linearisation<double>(5, 5, 5), 1) << "the mean of h_5^2 under N(0, 1)";
}

// Several batches with weights, one of them empty; d = 1 and degree 0 among them: all of S in 50 digits, where nothing
// but an error of the formulae can be seen.
RC_GTEST_PROP(HermiteMoments, AreTheSumsOfProducts, (std::uint32_t seed)) {
  const Index d = *rc::gen::inRange<Index>(1, 5), n = *rc::gen::inRange<Index>(1, 12);
  const int degree = *rc::gen::inRange(0, d < 3 ? 6 : 3);
  const Matrix<Real50> points = drawn(d, n, seed).cast<Real50>(), targets = drawn(2, n, seed + 1).cast<Real50>();
  const Matrix<double> some = drawn(d, d + 2, seed + 2);
  const HermiteBasis<Real50> basis(drawn(d, 1, seed + 3).cast<Real50>(), (some * some.transpose()).cast<Real50>(),
                                   degree);
  const Matrix<Real50> nothing(d, 0), no_targets(2, 0);
  const Observations<Real50> twice{[&](const ObservationSink<Real50>& sink) {
                                     sink(points, targets, Real50(1));
                                     sink(nothing, no_targets, Real50(3));
                                     sink(points, targets, Real50("0.7"));
                                   },
                                   2 * n, 2};
  const MomentSums<Real50> moments = gram_by_moments(basis, twice);
  const Matrix<Real50> expected = augmented_gram(basis, twice);
  RC_ASSERT(moments.sums.rows() == expected.rows() && moments.sums.cols() == expected.cols());
  // 10^-44: 10^-50 times at most 10^3 (what rounds) and 10^3 (the amplification).
  const Index p = basis.size();
  RC_ASSERT(scaled_difference(moments.sums, expected, p) < 1e-44 * static_cast<double>(moments.amplification));
  const Matrix<Real50> rest = moments.sums.bottomRows(2) - expected.bottomRows(2);
  RC_ASSERT(static_cast<double>(rest.norm()) <= 1e-46 * static_cast<double>(expected.bottomRows(2).norm()));
  RC_ASSERT(Matrix<Real50>(moments.sums.triangularView<Eigen::StrictlyUpper>()).norm() == 0);
}

// More points than a block has, in double; between what is lost anyhow and what the note allows.
TEST(HermiteMoments, LoseAtMostTheAmplification) {
  for (const auto& [d, degree] : {std::pair<Index, int>{1, 9}, {2, 6}, {4, 3}}) {
    const Index n = 1500;
    const Matrix<double> points = drawn(d, n, 1), targets = drawn(1, n, 2);
    const HermiteBasis<double> basis = whitened_by(points, degree);
    const MomentSums<double> moments = gram_by_moments(basis, observations(points, targets));
    const Matrix<Real50> fine_points = points.cast<Real50>(), fine_targets = targets.cast<Real50>();
    const Matrix<Real50> exact = gram_by_moments(fine(basis), observations(fine_points, fine_targets)).sums;
    const double lost = scaled_difference(moments.sums, exact, basis.size()) / unit_roundoff;
    const auto side = static_cast<double>(d + degree);
    EXPECT_LE(lost, (static_cast<double>(n) + std::pow(2, degree) + 8 * side * side) * moments.amplification);
    EXPECT_LE(lost, moments.amplification) << "measured: a third of it at most";
    EXPECT_GE(moments.amplification, std::pow(3, degree) / 2);
  }
}

// All S_aa are equal: the Gram matrix of the Gaussian itself.
TEST(HermiteMoments, TheAmplificationIsThreeToTheDegree) {
  for (const auto& [d, degree] : {std::pair<Index, int>{1, 6}, {2, 4}, {3, 3}}) {
    const Matrix<double> centre = Matrix<double>::Zero(d, 1);
    const HermiteBasis<double> basis(Vector<double>::Zero(d), Matrix<double>::Identity(d, d), degree);
    const MomentSums<double> moments = gram_by_moments(basis, integrated_noise(centre, 1.0, degree));
    EXPECT_NEAR(moments.amplification / std::pow(3, degree), 1, 1e-9);
  }
  // h_2(+-1) = 0: nothing is left of a polynomial, and no rounding is small beside it.
  Matrix<double> points(1, 4), targets = Matrix<double>::Ones(1, 4);
  points << -1, 1, -1, 1;
  const HermiteBasis<double> basis(Vector<double>::Zero(1), Matrix<double>::Identity(1, 1), 2);
  EXPECT_GT(gram_by_moments(basis, observations(points, targets)).amplification, 1e14);
}

TEST(HermiteMoments, AreTakenWhereTheyAreQuicker) {
  for (const auto& [d, degree] : {std::pair<Index, int>{2, 8}, {5, 4}, {8, 4}, {3, 5}}) {
    EXPECT_TRUE(moments_are_quicker(d, degree, 100000)) << d << ' ' << degree;
    EXPECT_FALSE(moments_are_quicker(d, degree, 100)) << d << ' ' << degree;
  }
  EXPECT_FALSE(moments_are_quicker(3, 1, 100000)) << "as many moments as sums";
  EXPECT_FALSE(moments_are_quicker(1, 5, 100000));
  EXPECT_FALSE(moments_are_quicker(1, 0, 100000));
  EXPECT_FALSE(moments_are_quicker(1000, 2, 1000000)) << "too many polynomials of degree 4 in 500 variables";
}

// The fit takes moments where the condition allows it, and else what it took without them.
TEST(HermiteMoments, AreTakenWhereTheyAreHarmless) {
  const Index n = 2000;
  Matrix<double> points = drawn(3, n, 3);
  const Matrix<double> targets = drawn(3, n, 4);
  const HermiteBasis<double> basis = whitened_by(points, 4);
  const DenoisingFit<double> fit = fit_all_degrees(basis, points, targets);
  const DenoisingFit<double> by_products =
      solve_by_cholesky(basis, augmented_gram(basis, observations(points, targets)), n);
  ASSERT_EQ(fit.method, FitMethod::moments);
  ASSERT_EQ(fit.coefficients.size(), by_products.coefficients.size());
  const double tolerance = 2 * std::pow(3, 4) * static_cast<double>(n) * unit_roundoff / fit.reciprocal_condition;
  for (std::size_t l = 0; l < fit.coefficients.size(); ++l)
    EXPECT_LE((fit.coefficients[l] - by_products.coefficients[l]).norm(),
              tolerance * by_products.coefficients[l].norm());

  // Two narrow heaps in every axis: moments would lose thousands of units, products some ten.
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < 3; ++j) points(j, i) = ((i >> j) % 2 == 0 ? 3 : -3) + 0.3 * points(j, i);
  const HermiteBasis<double> heaps = whitened_by(points, 4);
  const auto observed = observations(points, targets);
  const MomentSums<double> moments = gram_by_moments(heaps, observed);
  const Matrix<Real50> exact = augmented_gram(heaps, observed).cast<Real50>();
  EXPECT_GT(scaled_difference(moments.sums, exact, heaps.size()), 500 * unit_roundoff);
  EXPECT_LE(scaled_difference(moments.sums, exact, heaps.size()), moments.amplification * unit_roundoff);
  EXPECT_EQ(fit_all_degrees(heaps, points, targets).method, FitMethod::cholesky);
}

/// The kinds of points of the note's table.
Matrix<double> points_of_kind(const std::string& kind, Index d, Index n) {
  Matrix<double> x = drawn(d, n, 1);
  if (kind == "outlier") x.col(0).setConstant(1000);
  for (Index i = 0; i < n; ++i) {
    if (kind == "cut") x(0, i) = std::abs(x(0, i));
    if (kind == "exponential") x(0, i) = -std::log(std::erfc(x(0, i) / std::sqrt(2)) / 2);
    if (kind == "mixed" && i % 3 == 0) x.col(i) = (0.3 * x.col(i).array() + 3).matrix();
    for (Index j = 0; j < d && (kind == "heaps" || kind == "narrow"); ++j)
      x(j, i) = ((i >> j) % 2 == 0 ? 3 : -3) + (kind == "heaps" ? 0.3 : 0.03) * x(j, i);
  }
  return x;
}

void print_losses(const std::string& kind, Index d, int degree) {
  const Index n = d < 8 ? 2000 : 1500;
  const Matrix<double> points = points_of_kind(kind, d, n), targets = drawn(1, n, 2);
  const HermiteBasis<double> basis = whitened_by(points, degree);
  const HermiteBasis<Real50> fine_basis = fine(basis);
  const Matrix<Real50> fine_points = points.cast<Real50>(), fine_targets = targets.cast<Real50>();
  const auto observed = observations(points, targets);
  const Matrix<Real50> exact = augmented_gram(fine_basis, observations(fine_points, fine_targets));
  const DenoisingFit<Real50> best = solve_by_cholesky(fine_basis, exact, n);
  const auto digits = [&](const DenoisingFit<double>& fit) -> double {
    if (fit.method == FitMethod::none || best.coefficients.size() < fit.coefficients.size()) return NAN;
    const Matrix<Real50>& expected = best.coefficients[fit.coefficients.size() - 1];
    const Real50 error = (fit.coefficients.back().cast<Real50>() - expected).norm() / expected.norm();
    return std::log10(static_cast<double>(error) / unit_roundoff);
  };
  const Matrix<double> products = augmented_gram(basis, observed);
  const MomentSums<double> moments = gram_by_moments(basis, observed);
  const DenoisingFit<double> by_products = solve_by_cholesky(basis, products, n);
  const double limit = moments.amplification * std::sqrt(std::numeric_limits<double>::epsilon());
  const double lost_by_products = scaled_difference(products, exact, basis.size()) / unit_roundoff;
  const double lost_by_moments = scaled_difference(moments.sums, exact, basis.size()) / unit_roundoff;
  EXPECT_LE(lost_by_moments, lost_by_products + moments.amplification) << kind << ' ' << d << ' ' << degree;
  std::printf("| %s | %ld, %d | %.0f | %.0f | %.3g | %.1e | %.1e | %.1f | %.1f | %s |\n", kind.c_str(),
              static_cast<long>(d), degree, lost_by_products, lost_by_moments, moments.amplification,
              by_products.reciprocal_condition, limit, digits(by_products),
              digits(solve_by_cholesky(basis, moments.sums, n)),
              by_products.reciprocal_condition > limit ? "moments" : "products");
}

TEST(HermiteMoments, DISABLED_LossesInWhitenedBases) {
  for (const auto& [d, degree] : {std::pair<Index, int>{2, 8}, {5, 4}, {8, 4}, {3, 5}})
    for (const char* kind : {"normal", "cut", "exponential", "mixed", "heaps", "narrow", "outlier"})
      print_losses(kind, d, degree);
}

}  // namespace
}  // namespace verimix

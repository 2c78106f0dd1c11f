#include "verimix/regress/clipped_regression.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/input_error.hpp"
#include "verimix/core/concentration.hpp"
#include "verimix/core/random.hpp"
#include "verimix/polynomial/basis.hpp"

namespace verimix {
namespace {

// sqrt(1 - e^{-2t}) >= sqrt(t_min) for all t >= t_min exactly up to t_min = 0.79681213...: both sides certified.
TEST(Lemma50, ThePrintedStepFromTheNoiseToTMinHoldsUpTo0796812) {
  const Ball root = largest_printed_time();
  EXPECT_NEAR(approximate(root), 0.79681213, 5e-9);
  EXPECT_LT(radius_upper(root), 1e-30);
  const auto noise = [](const Ball& t) { return -expm1(-2 * t); };
  const Ball below = Ball(796812) / 1000000, above = Ball(796813) / 1000000;
  EXPECT_EQ(less(below, root) && less(root, above), Truth::yes);
  EXPECT_EQ(less(below, noise(below)), Truth::yes);
  EXPECT_EQ(less(noise(above), above), Truth::yes) << "at t = t_min = 0.796813 the step is false";
  // Without an upper end for t_min no constant repairs it: the noise stays below 1.
  EXPECT_EQ(less(noise(Ball(1000)), Ball(1000) / 999), Truth::yes);
}

TEST(Lemma50, TheRepairedStepIsSharpAtOne) {
  const double constant = 1 - std::exp(-2);
  EXPECT_NEAR(noise_variance_lower(1.0), constant, 1e-15);
  for (int i = -60; i <= 40; ++i) {
    const Ball t_min = exp(Ball(i) / 10);
    for (int j = 0; j <= 30; ++j) {
      const Ball t = t_min * exp(Ball(j) / 10);
      // Equality is met at t = t_min = 1 (i = j = 0) alone.
      const Truth below = less(noise_variance_lower(t_min), -expm1(-2 * t));
      EXPECT_EQ(below, i == 0 && j == 0 ? Truth::unknown : Truth::yes) << i << ' ' << j;
    }
  }
}

// Printed: n >= poly(d M R beta/(alpha eps t_min)) log(1/delta) poly(d beta R/alpha log(1/delta'))^l. Family: d = k =
// 1, N(0, 1), alpha = beta = R = 1, e^{-2t} = 1/2 (t_min = t = 0.3466, where the step above is true), l = 0, s the
// constant M = eps = 1/(100 n). The argument of the first polynomial is 1/t_min for every member and the second factor
// is 1, so one n would have to do for all; but with n samples E L <= L_n + eps fails with probability above 1/4 =
// delta: L - the squares, up to M - is 2 chi^2, and the mean of n of those is below its mean by eps nearly half of the
// time.
TEST(Lemma50, OneSizeForAllMIsRefuted) {
  for (const long n : {2L, 20L, 200L}) {
    const Ball m = Ball(1) / (100 * n), epsilon = m;
    // Clipping at 40 (any R_z >= 40) changes E L by less than e^{-790}: E w^2 1{|z| > 40}.
    const Ball clipped = exp(Ball(-790));
    // n L_n <= sum (M + sqrt2 z_i)^2 = 2 chi'^2_n, noncentrality n M^2/2, of which the central chi^2 has weight
    // e^{-n M^2/4}; E L >= 2 + M^2 - clipped. Failure: chi'^2_n < n (2 + M^2 - clipped - eps)/2.
    const Ball level = n * (2 + m * m - clipped - epsilon) / 2;
    const Ball failure = exp(-n * m * m / 4) * (1 - chi_square_upper_tail(n / 2, level));
    EXPECT_EQ(less(Ball(1) / 4, failure), Truth::yes) << n;
    // The explicit size, with the same numbers, grows as it must: at least 1/eps^2.
    const ClippedClass<Ball> of{1, 0, 1, m, Ball(40), Ball(40), Ball(1) / 2};
    EXPECT_EQ(less(1 / (epsilon * epsilon), lemma_50_samples(of, epsilon, Ball(1) / 4)), Truth::yes);
    // The explicit n of the printed proof falls below one sample as M goes to 0 with R_z.
    const Ball t_min = log(Ball(2)) / 2;
    const ClippedClass<Ball> small{1, 0, 1, m / 4000, Ball(40), Ball(40), Ball(1) / 2};
    EXPECT_EQ(less(lemma_50_printed_samples(small, t_min, epsilon, Ball(1) / 4), Ball(1)), Truth::yes);
  }
}

// The gradient at x = R_x, z = 0, p(x) = M x^l, in the coefficient of x^l: 2 M R_x^{2l}, against M R_z R_x^l/sigma.
TEST(Lemma50, ThePrintedGradientIsNotABound) {
  double last = 0;
  for (const int rho : {10, 100, 1000}) {
    const ClippedClass<Ball> of{1, 2, 1, Ball(1), Ball(rho), Ball(rho), Ball(1) / 2};
    const Ball gradient = 2 * Ball(rho) * Ball(rho) * Ball(rho) * Ball(rho);
    const Ball ratio = gradient / lemma_50_printed_gradient(of);
    EXPECT_EQ(less(Ball(last), ratio), Truth::yes);
    last = approximate(ratio);
  }
  EXPECT_GT(last, 1000) << "the ratio grows past any constant with the radius, that is as delta' falls";
}

/// Monomials of degree <= l at x in the order of `indices`.
Vector<double> monomials(const std::vector<std::vector<int>>& indices, const Vector<double>& x) {
  Vector<double> out(static_cast<Index>(indices.size()));
  for (std::size_t a = 0; a < indices.size(); ++a) {
    out(static_cast<Index>(a)) = 1;
    for (Index j = 0; j < x.size(); ++j)
      out(static_cast<Index>(a)) *= std::pow(x(j), indices[a][static_cast<std::size_t>(j)]);
  }
  return out;
}

/// A population of 300 points (x, z) (the lemma holds for every law), and samples from it.
struct Population {
  ClippedClass<double> of;
  Matrix<double> x, z;
  std::vector<Vector<double>> features;
  std::vector<Index> cell;
  std::vector<bool> kept;

  Population(const ClippedClass<double>& sizes, Stream& stream)
      : of(sizes), x(of.dimension, 300), z(of.dimension, 300) {
    const HermiteBasis<double> basis(Vector<double>::Zero(of.dimension),
                                     Matrix<double>::Identity(of.dimension, of.dimension), of.degree);
    for (Index i = 0; i < x.cols(); ++i) {
      for (Index j = 0; j < of.dimension; ++j) x(j, i) = stream.normal(), z(j, i) = stream.normal();
      features.push_back(monomials(basis.indices(), x.col(i)));
      cell.push_back(x(0, i) > 0 ? of.cells - 1 : 0);
      kept.push_back(x.col(i).norm() <= of.radius_x && z.col(i).norm() <= of.radius_z);
    }
  }
  /// theta[c] is d x N.
  double loss(const std::vector<Matrix<double>>& theta, Index i) const {
    const auto at = static_cast<std::size_t>(i);
    if (!kept[at]) return 0;
    return (theta[static_cast<std::size_t>(cell[at])] * features[at] + z.col(i) / std::sqrt(of.noise_variance))
        .squaredNorm();
  }
};

/// A member of the class: in each cell a vertex of the l1 ball, or a point inside.
std::vector<Matrix<double>> some_member(const ClippedClass<double>& of, Index size, Stream& stream) {
  std::vector<Matrix<double>> theta;
  for (Index c = 0; c < of.cells; ++c) {
    Matrix<double> own = Matrix<double>::Zero(of.dimension, size);
    if (stream.uniform() < 0.5) {
      own(static_cast<Index>(stream.uniform() * static_cast<double>(own.size()))) =
          stream.uniform() < 0.5 ? -of.coefficient_sum : of.coefficient_sum;
    } else {
      for (double& t : own.reshaped()) t = stream.normal();
      own *= of.coefficient_sum * stream.uniform() / own.cwiseAbs().sum();
    }
    theta.push_back(own);
  }
  return theta;
}

// Both signs, over the worst of 200 members of the class, with a failure probability of 1e-9.
RC_GTEST_PROP(Lemma50, TheGapStaysBelowTheBound, (std::uint32_t seed)) {
  Stream stream(seed, Purpose::instance, 0);
  ClippedClass<double> of;
  of.dimension = *rc::gen::inRange<Index>(1, 4);
  of.degree = *rc::gen::inRange(0, 4);
  of.cells = *rc::gen::inRange<Index>(1, 3);
  of.coefficient_sum = *rc::gen::element(0.01, 1.0, 5.0);
  of.radius_x = *rc::gen::element(0.5, 2.0, 4.0);
  of.radius_z = *rc::gen::element(0.5, 3.0);
  of.noise_variance = *rc::gen::element(0.01, 0.5, 1.0);
  const Index n = *rc::gen::element<Index>(1, 10, 100);
  const Population population(of, stream);
  std::vector<Index> sample;
  for (Index i = 0; i < n; ++i) sample.push_back(static_cast<Index>(stream.uniform() * 300));
  const double bound = lemma_50_upper(of, static_cast<double>(n), 1e-9);
  for (int trial = 0; trial < 200; ++trial) {
    const auto theta = some_member(of, population.features.front().size(), stream);
    double mean = 0, empirical = 0, largest = 0;
    for (Index i = 0; i < 300; ++i) {
      const double loss = population.loss(theta, i);
      mean += loss / 300;
      largest = std::max(largest, loss);
    }
    for (const Index i : sample) empirical += population.loss(theta, i) / static_cast<double>(n);
    RC_ASSERT(std::abs(mean - empirical) <= bound);
    RC_ASSERT(largest <= clipped_loss_upper(of) * (1 + 1e-12));
  }
}

// From below: z = +-R_z, x = 0, l = 0, M = Z. The gap's supremum over the class is 2 M Z |mean of signs|; of 400
// samples the worst is within a third of the bound at delta = 1/400, for n = 100 and 10000 alike: the rate 1/sqrt(n) is
// right.
TEST(Lemma50, TheBoundIsWithinAThirdOfAFamily) {
  for (const Index n : {100, 10000}) {
    double worst = 0;
    for (std::uint64_t run = 0; run < 400; ++run) {
      Stream stream(run, Purpose::instance, 1);
      double sum = 0;
      for (Index i = 0; i < n; ++i) sum += stream.uniform() < 0.5 ? -1 : 1;
      worst = std::max(worst, 2 * std::abs(sum) / static_cast<double>(n));
    }
    const ClippedClass<double> of{1, 0, 1, 1, 1, 1, 1};
    const double ratio = worst / lemma_50_upper(of, static_cast<double>(n), 1.0 / 400);
    EXPECT_GT(ratio, 1.0 / 3) << n;
    EXPECT_LE(ratio, 1) << n;
  }
  // One function: z^2 in {0, R_z^2} with M = 0 is a coin; Hoeffding's bound is within a half of the worst of 400.
  double worst = 0;
  for (std::uint64_t run = 0; run < 400; ++run) {
    Stream stream(run, Purpose::instance, 2);
    double sum = 0;
    for (int i = 0; i < 1000; ++i) sum += stream.uniform() < 0.5 ? 0 : 1;
    worst = std::max(worst, std::abs(sum / 1000 - 0.5));
  }
  const ClippedClass<double> of{1, 0, 1, 0, 1, 1, 1};
  EXPECT_GT(worst, fixed_function_upper(of, 1000.0, 1.0 / 400) / 2);
  EXPECT_LE(worst, fixed_function_upper(of, 1000.0, 1.0 / 800) * 1.3);
}

RC_GTEST_PROP(Lemma50, SamplesInvertTheBound, ()) {
  const ClippedClass<Ball> of{*rc::gen::inRange<Index>(1, 9),      *rc::gen::inRange(0, 7),
                              *rc::gen::inRange<Index>(1, 9),      Ball(*rc::gen::inRange(0, 50)) / 10,
                              Ball(*rc::gen::inRange(1, 90)) / 10, Ball(*rc::gen::inRange(1, 90)) / 10,
                              Ball(*rc::gen::inRange(1, 11)) / 10};
  // Sizes are at least 1 for epsilon below the loss itself.
  const Ball epsilon = clipped_loss_upper(of) / 100, delta = Ball(1) / 10;
  const Ball n = lemma_50_samples(of, epsilon, delta);
  RC_ASSERT(overlaps(lemma_50_upper(of, n, delta), epsilon));
  RC_ASSERT(less(fixed_function_upper(of, n, delta), epsilon) != Truth::no);
}

TEST(Lemma50, ScalarsAgreeAndBadInputIsRefused) {
  const ClippedClass<double> of{3, 4, 2, 1.5, 2, 3, 0.25};
  const ClippedClass<Ball> balls{3, 4, 2, Ball(1.5), Ball(2), Ball(3), Ball(0.25)};
  EXPECT_NEAR(lemma_50_upper(of, 1e4, 0.125) / approximate(lemma_50_upper(balls, Ball(1e4), Ball(0.125))), 1, 1e-13);
  const auto refused = [&](auto change) {
    ClippedClass<double> bad = of;
    change(bad);
    return support::refusal([&] { lemma_50_upper(bad, 10.0, 0.1); });
  };
  EXPECT_NE(refused([](auto& c) { c.dimension = 0; }).find("dimension"), std::string::npos);
  EXPECT_NE(refused([](auto& c) { c.degree = -1; }).find("degree"), std::string::npos);
  EXPECT_NE(refused([](auto& c) { c.cells = 0; }).find("cells"), std::string::npos);
  EXPECT_NE(refused([](auto& c) { c.coefficient_sum = -1; }).find("coefficient_sum"), std::string::npos);
  EXPECT_NE(refused([](auto& c) { c.radius_x = 0; }).find("radius_x"), std::string::npos);
  EXPECT_NE(refused([](auto& c) { c.radius_z = -1; }).find("radius_z"), std::string::npos);
  EXPECT_NE(refused([](auto& c) { c.noise_variance = 0; }).find("noise_variance"), std::string::npos);
  EXPECT_NE(support::refusal([&] { lemma_50_upper(of, 0.5, 0.1); }).find("samples"), std::string::npos);
  EXPECT_NE(support::refusal([&] { lemma_50_upper(of, 5.0, 1.0); }).find("delta"), std::string::npos);
  EXPECT_NE(support::refusal([&] { lemma_50_samples(of, 0.0, 0.1); }).find("epsilon"), std::string::npos);
  EXPECT_NE(support::refusal([&] { noise_variance_lower(0.0); }).find("t_min"), std::string::npos);
}

}  // namespace
}  // namespace verimix

#include "verimix/polynomial/quadratic_forms.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "support/estimate_generators.hpp"
#include "support/quadratic_tails.hpp"
#include "verimix/cluster/clustering_error.hpp"
#include "verimix/core/decompositions.hpp"

namespace verimix {
namespace {

using support::normal_matrix;

// x ~ N(mean, covariance) and two triplets whose K need not be inverses of anything; K positive semidefinite, sometimes
// of rank 1 or 0.
struct FormCase {
  Vector<double> mean;
  Matrix<double> covariance;
  Triplets<double> of;
  std::uint64_t seed;
};

rc::Gen<FormCase> form_cases(Index largest_d) {
  return rc::gen::exec([=] {
    FormCase c;
    const Index d = *rc::gen::inRange<Index>(1, largest_d + 1);
    c.seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30));
    const double alpha = std::ldexp(1.0, -*rc::gen::inRange(0, 4)), beta = std::ldexp(1.0, *rc::gen::inRange(0, 4));
    Stream stream(c.seed, Purpose::instance, 0);
    c.covariance = support::covariance_between(d, alpha, beta, stream);
    c.mean = normal_matrix(d, 1, stream);
    c.of.means = c.mean.replicate(1, 2) + *rc::gen::element(0.0, 0.1, 2.0) * normal_matrix(d, 2, stream);
    for (int j = 0; j < 2; ++j) {
      c.of.covariances.push_back(c.covariance);
      const Matrix<double> root = normal_matrix(d, *rc::gen::element<Index>(1, d), stream);
      const double scale = *rc::gen::element(0.0, 0.3, 1.0);
      c.of.inverses.push_back(scale * root * root.transpose() / static_cast<double>(d));
    }
    if (*rc::gen::inRange(0, 3) == 0)  // close to each other
      c.of.inverses[1] = c.of.inverses[0] + support::perturbation(d, 0.0, stream);
    return c;
  });
}

void showValue(const FormCase& c, std::ostream& out) { out << "d=" << c.mean.size() << " seed=" << c.seed; }

// z = the whitened x: the form minus its centre is z'Bz - tr B + 2 w'z + constant, exactly.
struct Standard {
  Matrix<double> b;
  Vector<double> w;
  double constant;
};

Standard standard_form(const FormCase& c) {
  const Matrix<double> root = Eigen::SelfAdjointEigenSolver<Matrix<double>>(c.covariance).operatorSqrt();
  const Vector<double> u = c.mean - c.of.means.col(0), v = c.mean - c.of.means.col(1);
  const Matrix<double>&k2 = c.of.inverses[0], &k3 = c.of.inverses[1];
  return {root * (k2 - k3) * root, root * (k2 * u - k3 * v), u.dot(k2 * u) - v.dot(k3 * v)};
}

RC_GTEST_PROP(Lemma44, TheExpansionIsExact, ()) {
  const FormCase c = *form_cases(6);
  Stream stream(c.seed, Purpose::instance, 1);
  const Matrix<double> root = Eigen::SelfAdjointEigenSolver<Matrix<double>>(c.covariance).operatorSqrt();
  const Matrix<double> z = normal_matrix(c.mean.size(), 5, stream);
  const Vector<double> found = form_difference(c.of, 0, 1, c.covariance, Matrix<double>((root * z).colwise() + c.mean));
  const Standard s = standard_form(c);
  for (Index i = 0; i < z.cols(); ++i) {
    const double expected = z.col(i).dot(s.b * z.col(i)) - s.b.trace() + 2 * s.w.dot(z.col(i)) + s.constant;
    const double size = 1 + z.col(i).squaredNorm() * (1 + s.b.norm()) + s.w.squaredNorm() + std::abs(s.constant);
    RC_ASSERT(std::abs(found(i) - expected) <= 1e-11 * size);
  }
}

// P(|form| > bound) <= delta, by Chernoff's bound for both tails (a proof up to rounding): where Chernoff says at most
// delta there is nothing to count.
RC_GTEST_PROP(Lemma44, TheBoundHoldsWithItsProbability, ()) {
  const FormCase c = *form_cases(12);
  const double delta = *rc::gen::element(0.9, 0.5, 0.1, 1e-3, 1e-9);
  const Standard s = standard_form(c);
  const double bound = form_difference_upper(form_sizes(c.of, 0, 1, c.mean, c.covariance), delta);
  const double tails =
      quadratic_tail_upper(s.b, s.w, bound - s.constant) + quadratic_tail_upper<double>(-s.b, -s.w, bound + s.constant);
  if (tails <= delta) return;
  Stream stream(c.seed, Purpose::instance, 2);
  const Index n = 4000;
  const Matrix<double> z = normal_matrix(c.mean.size(), n, stream);
  Index beyond = 0;
  for (Index i = 0; i < n; ++i)
    beyond += std::abs(z.col(i).dot(s.b * z.col(i)) - s.b.trace() + 2 * s.w.dot(z.col(i)) + s.constant) > bound ? 1 : 0;
  // Five standard deviations of the count for a probability of delta.
  RC_ASSERT(static_cast<double>(beyond) <=
            static_cast<double>(n) * delta + 5 * std::sqrt(static_cast<double>(n) * delta) + 1);
}

// On the line the tails are exact, and the bound is within a constant of the quantile.
TEST(Lemma44, TheBoundIsWithinAConstantOfTheQuantile) {
  for (const double delta : {0.5, 0.1, 1e-3, 1e-6, 1e-12}) {
    // K_2 = 1, K_3 = 0, equal means: z^2 - 1.
    const FormSizes<double> sizes{1, 1, 1, 1, 0, 0, 0};
    const double quantile = support::smallest_threshold(1, 0, -1, delta);
    const double ratio = form_difference_upper(sizes, delta) / quantile;
    EXPECT_GE(ratio, 1) << delta;
    EXPECT_LE(ratio, 9) << delta;
    // For the printed form a constant of 2 does for z^2 - 1.
    EXPECT_LE(quantile / printed_form_difference(sizes, 1.0, delta), 2.01) << delta;
  }
  // Means apart: 2 a z K_2 + a^2.
  const FormSizes<double> sizes{1, 0, 0, 1, 3, 2, 1};
  for (const double delta : {0.1, 1e-6}) {
    const double quantile = support::smallest_threshold(0, 2, 9 - 4, delta);
    EXPECT_GE(form_difference_upper(sizes, delta), quantile);
    EXPECT_LE(form_difference_upper(sizes, delta), 2.2 * quantile);
  }
}

// delta <= 1/2, kappa <= 1/alpha: at most 10.2 times the printed form; 2.6 of it is met.
RC_GTEST_PROP(Lemma44, ThePrintedFormHoldsWithAConstant, ()) {
  const double delta = *rc::gen::element(0.5, 0.25, 0.01, 1e-4, 1e-30);
  const double kappa = *rc::gen::element(1.0, 4.0, 32.0);
  FormSizes<double> sizes{};
  sizes.kappa = kappa;
  sizes.beta = *rc::gen::element(0.125, 1.0, 8.0);
  sizes.spectral = *rc::gen::element(0.0, 1.0, 0.1);
  sizes.frobenius = sizes.spectral * *rc::gen::element(1.0, 3.0);
  sizes.to_second = *rc::gen::element(0.0, 0.1, 5.0);
  sizes.to_third = *rc::gen::element(0.0, 0.1, 5.0);
  sizes.between = *rc::gen::element(0.0, 0.2, 10.0);
  RC_ASSERT(form_difference_upper(sizes, delta) <= 10.2 * printed_form_difference(sizes, 1 / kappa, delta) + 1e-300);
}

TEST(Lemma44, TheConstantOfThePrintedFormIsMet) {
  const FormSizes<double> sizes{1, 1, 1, 1, 0, 0, 0};
  EXPECT_GT(form_difference_upper(sizes, 0.5) / printed_form_difference(sizes, 1.0, 0.5), 10.1);
}

// As delta -> 1 the printed form asks for a constant of at least 2.06 = 1/(2 phi(1)): z^2 - 1 is within C log(1/delta)
// of 0 with probability about 2 phi(1) C log(1/delta).
TEST(Lemma44, ForLikelyFailuresThePrintedConstantIsAtLeastTwo) {
  const FormSizes<double> sizes{1, 1, 1, 1, 0, 0, 0};
  for (const double delta : {0.9, 0.99, 0.999}) {
    const double ratio = support::smallest_threshold(1, 0, -1, delta) / printed_form_difference(sizes, 1.0, delta);
    EXPECT_GT(ratio, 1.9);
    EXPECT_LT(ratio, 2.2);
  }
}

TEST(Lemma44, RefusesASingularCovariance) {
  Mixture<double> mixture{"", Vector<double>::Ones(1), Matrix<double>::Zero(2, 1), {Matrix<double>::Zero(2, 2)}};
  EXPECT_ANY_THROW(triplets(mixture));
}

}  // namespace
}  // namespace verimix

#include "verimix/polynomial/softmax_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "support/estimate_generators.hpp"
#include "support/input_error.hpp"
#include "verimix/polynomial/softmax_polynomial.hpp"

namespace verimix {
namespace {

constexpr double tail = 0.01;
constexpr Index drawn = 4000;

MeasuredApproximation measured(const Mixture<double>& mixture, int degree) {
  const SubMixturePolynomial polynomial(mixture, degree, tail, drawn, 1);
  return measured_approximation(polynomial, drawn, 2);
}

// Proposition 40 with the region that was chosen: E|s - shat|^2 <= eta^2 + sqrt(P(B^c)) f^2, all three as measured; the
// chosen region holds about 1 - delta, and the error falls geometrically with the degree, at a rate that L decides.
TEST(SoftmaxFit, KeepsTheBoundOfProposition40InSeveralDimensions) {
  for (const auto& [d, m] : {std::pair<Index, Index>(1, 2), {2, 2}, {3, 3}, {6, 2}, {10, 3}}) {
    const Mixture<double> mixture = support::random_mixture(d, m, 1, 2, 1.5, static_cast<std::uint32_t>(10 * d + m));
    const SubMixtureSizes<double> sizes = sub_mixture_sizes(mixture);
    const double fallback = std::sqrt(
        fallback_fourth_moment_upper(sizes.beta, sizes.D / (sizes.alpha * sizes.alpha), sizes.D / sizes.alpha));
    double last = HUGE_VAL, constant = 0;
    for (const int degree : {0, 2, 5, 10}) {
      const SubMixturePolynomial polynomial(mixture, degree, tail, drawn, 1);
      const MeasuredApproximation found = measured_approximation(polynomial, drawn, 2);
      const double bound = found.largest_inside * found.largest_inside + std::sqrt(found.outside) * fallback;
      EXPECT_LE(found.mean_square, bound) << d << ' ' << m << ' ' << degree;
      EXPECT_LE(found.outside, 1.5 * tail) << d << ' ' << m;
      EXPECT_GE(found.outside, tail / 4) << d << ' ' << m;
      EXPECT_LT(found.largest_inside, last) << d << ' ' << m << ' ' << degree;
      last = found.largest_inside;
      if (degree == 0) constant = last;
    }
    EXPECT_LE(last, constant / 20) << d << ' ' << m;
    EXPECT_GE(last, constant / 1e5) << d << ' ' << m;
  }
}

// One covariance: w_2 is the logistic function of one linear input and g_2 is constant, so the least degree for an
// error in the sup-norm is known from both sides. The fit in the mean needs hardly more.
TEST(SoftmaxFit, NeedsHardlyMoreThanTheLeastDegree) {
  for (const Index d : {1, 4}) {
    Mixture<double> mixture;
    mixture.weights = Vector<double>::Constant(2, 0.5);
    mixture.means = Matrix<double>::Zero(d, 2);
    mixture.means(0, 0) = -1;
    mixture.means(0, 1) = 1;
    mixture.covariances = {Matrix<double>::Identity(d, d), Matrix<double>::Identity(d, d)};
    const double epsilon = 0.02, size = 2;  // |g_2| = |mu_2 - mu_1|
    const SubMixturePolynomial any(mixture, 1, tail, drawn, 1);
    const auto rounded = [](double x) { return to_rational(std::round(x * 1024) / 1024); };
    // |w - q|_1 = 2 |w_2 - q_2| in minimal_logistic_degree. theta = <Q_1, A_2>/2 + ... = 0.
    const auto least = minimal_logistic_degree(0, rounded(any.L() / 2), rounded(size), rounded(2 * epsilon));
    ASSERT_TRUE(least);
    int needed = 0;
    while (needed < 40 && measured(mixture, needed).largest_inside > epsilon) ++needed;
    EXPECT_GE(needed, *least) << "the least degree is that of the whole interval";
    EXPECT_LE(needed, *least + 6);
  }
}

TEST(SoftmaxFit, RefusesFewerDrawsThanItNeeds) {
  const Mixture<double> mixture = support::random_mixture(2, 3, 0.5, 2, 1, 3);
  EXPECT_NE(support::refusal([&] { SubMixturePolynomial(mixture, 4, tail, 29, 1); }).find("at least 30"),
            std::string::npos);
}

}  // namespace
}  // namespace verimix

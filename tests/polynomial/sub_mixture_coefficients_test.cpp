#include "verimix/polynomial/sub_mixture_coefficients.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>

#include "support/estimate_generators.hpp"
#include "support/line_mixtures.hpp"

namespace verimix {
namespace {

double sum_of_sizes(const std::vector<Rational>& c) {
  return std::transform_reduce(c.begin(), c.end(), 0.0, std::plus<>(),
                               [](const Rational& x) { return std::abs(x.convert_to<double>()); });
}

// In place of (c): exactly, for two components on the line.
RC_GTEST_PROP(Lemma45, TheCoefficientsOnTheLineAreWithinTheBound, ()) {
  const auto fraction = [](int lowest, int highest) { return Rational(*rc::gen::inRange(lowest, highest + 1), 8); };
  const ExactMixture mixture = support::line_mixture({{"1/3", to_text(fraction(-16, 16)), to_text(fraction(1, 32))},
                                                      {"2/3", to_text(fraction(-16, 16)), to_text(fraction(1, 32))}});
  std::vector<Rational> q(static_cast<std::size_t>(*rc::gen::inRange(1, 6)));
  for (Rational& c : q) c = fraction(-800, 800);
  const Mixture<double> rounded = round_to<double>(mixture);
  const double upper =
      sub_mixture_coefficient_sum_upper(sub_mixture_sizes(rounded), 1, rounded.means.cwiseAbs().maxCoeff(),
                                        static_cast<int>(q.size()) - 1, sum_of_sizes(q));
  RC_ASSERT(sum_of_sizes(two_component_polynomial(mixture, q)) <= upper * (1 + 1e-12));
}

// At the vertices of the cube a polynomial is at most as large as its coefficients together; q_i = c_i y_i^l.
RC_GTEST_PROP(Lemma45, TheCoefficientsInSpaceAreWithinTheBound, (std::uint32_t seed)) {
  const Index d = *rc::gen::inRange<Index>(1, 6), m = *rc::gen::inRange<Index>(1, 5);
  const Mixture<double> mixture = support::random_mixture(d, m, 0.25, 4, 1, seed);
  const int degree = *rc::gen::inRange(0, 4);
  Stream stream(seed, Purpose::instance, 6);
  const Vector<double> scale = 100 * support::normal_matrix(m, 1, stream);
  const Matrix<double> points = support::normal_matrix(d, 20, stream).array().sign();
  const Triplets<double> of = triplets(mixture);
  const Matrix<double> inputs = -softmax_inputs(of, points) / 2;
  Matrix<double> p = -of.inverses[0] * (points.colwise() - mixture.means.col(0));
  for (Index i = 0; i < m; ++i) {
    const Matrix<double>& inverse = of.inverses[static_cast<std::size_t>(i)];
    const Matrix<double> linear = ((inverse - of.inverses[0]) * (points.colwise() - mixture.means.col(i))).colwise() -
                                  of.inverses[0] * (mixture.means.col(i) - mixture.means.col(0));
    p -= linear * (scale(i) * inputs.row(i).array().pow(degree)).matrix().asDiagonal();
  }
  const double R = mixture.means.colwise().norm().maxCoeff();
  const double upper =
      sub_mixture_coefficient_sum_upper(sub_mixture_sizes(mixture), d, R, degree, scale.cwiseAbs().sum());
  RC_ASSERT(p.cwiseAbs().colwise().sum().maxCoeff() <= upper * (1 + 1e-9));
}

// One Gaussian at R attains the bound; N(0, 1), N(1, 1), q(y) = 10^6 y is a ninth of it.
TEST(Lemma45, TheBoundOnTheCoefficientsIsNotVacuous) {
  EXPECT_EQ(sub_mixture_coefficient_sum_upper(SubMixtureSizes<double>{1, 0.5, 2, 0}, 1, 3.0, 0, 1.0), 8);
  const ExactMixture mixture = support::line_mixture({{"1/2", "0", "1"}, {"1/2", "1", "1"}});
  const double sum = sum_of_sizes(two_component_polynomial(mixture, {0, 1000000}));
  const double upper = sub_mixture_coefficient_sum_upper(SubMixtureSizes<double>{2, 1, 1, 1}, 1, 1.0, 1, 1e6);
  EXPECT_LE(sum, upper);
  EXPECT_GE(sum, upper / 10);
}

}  // namespace
}  // namespace verimix

#include "verimix/regress/fit_accuracy.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "verimix/core/random.hpp"

namespace verimix {
namespace {

struct Sample {
  Matrix<double> points, targets;
};

Sample sample(Index d, Index n) {
  Stream stream(1, Purpose::instance, 0);
  Sample out{Matrix<double>(d, n), Matrix<double>(d, n)};
  for (double& x : out.points.reshaped()) x = stream.normal();
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < d; ++j) out.targets(j, i) = std::tanh(2 * out.points(j, i)) + stream.normal();
  return out;
}

// Whitened points: the table of the note. The sums lose what adding n terms may lose, log10(n) digits at most; a
// solution the condition besides.
TEST(FitAccuracy, DigitsLostStageByStage) {
  for (const auto& [d, degree] : {std::pair<Index, int>{1, 5}, {1, 9}, {2, 5}, {3, 3}}) {
    const Index n = 1000;
    const Sample drawn = sample(d, n);
    const HermiteBasis<double> basis(Vector<double>::Zero(d), Matrix<double>::Identity(d, d), degree);
    const DigitsLost lost = digits_lost(basis, drawn.points, drawn.targets);
    std::printf("d = %ld, degree %d: sums %.1f, solution %.1f, total %.1f, 1/cond %.1e, %s\n", static_cast<long>(d),
                degree, lost.sums, lost.solution, lost.total, lost.reciprocal_condition,
                lost.method == FitMethod::cholesky ? "Cholesky" : "QR");
    EXPECT_EQ(lost.method, FitMethod::cholesky);
    EXPECT_LE(lost.sums, std::log10(static_cast<double>(n)));
    const double condition = -std::log10(lost.reciprocal_condition);
    EXPECT_LE(lost.solution, condition + std::log10(static_cast<double>(basis.size())) + 1);
    EXPECT_LE(lost.total, condition + std::log10(static_cast<double>(n)) + 1);
    EXPECT_LT(lost.total, 8) << "half of the digits are there";
  }
}

// Points of spread 1/100 about 3 in a basis about 0: normal equations would keep nothing (condition above 1e16), QR
// loses the condition of the rows, its root.
TEST(FitAccuracy, QrLosesTheRootOfTheCondition) {
  Sample drawn = sample(1, 400);
  drawn.points = (3 + 0.01 * drawn.points.array()).matrix();
  const HermiteBasis<double> basis(Vector<double>::Zero(1), Matrix<double>::Identity(1, 1), 3);
  const DigitsLost lost = digits_lost(basis, drawn.points, drawn.targets);
  EXPECT_EQ(lost.method, FitMethod::qr);
  EXPECT_LT(lost.reciprocal_condition, 1e-10);
  EXPECT_GT(lost.total, 2) << "the fit is ill-conditioned, or the reference is not a better one";
  EXPECT_LE(lost.total, -std::log10(lost.reciprocal_condition) / 2 + 6);
}

}  // namespace
}  // namespace verimix

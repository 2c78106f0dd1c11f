#include "verimix/mixture/density_in_place.hpp"

#include <gtest/gtest.h>

#include "verimix/core/error.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

TEST(DensityInPlace, givesTheBitsOfEvaluateWhateverElseIsAskedFor) {
  for (const char* name : {"over1", "sep2", "over5"}) {
    const Density<double> density(round_to<double>(instance(name)));
    const Index d = density.dimension();
    const Index k = density.size();
    const Matrix<double> points = 6 * Matrix<double>::Random(d, 1500);
    const auto expected = density.evaluate(points, {.responsibilities = true, .jacobian = true});
    Vector<double> log_density(points.cols());
    Matrix<double> score(d, points.cols());
    Matrix<double> responsibilities(k, points.cols());
    Matrix<double> jacobian(d * d, points.cols());
    evaluate_in_place(density, points.data(), points.cols(),
                      {log_density.data(), score.data(), responsibilities.data(), jacobian.data()});
    EXPECT_EQ(log_density, expected.log_density);
    EXPECT_EQ(score, expected.score);
    EXPECT_EQ(responsibilities, expected.responsibilities);
    for (Index j = 0; j < points.cols(); ++j) {
      EXPECT_EQ(Matrix<double>(jacobian.col(j).reshaped(d, d)), expected.jacobian[static_cast<std::size_t>(j)]);
    }
    Matrix<double> alone(d * d, points.cols());
    evaluate_in_place(density, points.data(), points.cols(), {.jacobian = alone.data()}, 1);
    EXPECT_EQ(alone, jacobian);
    score.setZero();
    evaluate_in_place(density, points.data(), points.cols(), {.score = score.data()});
    EXPECT_EQ(score, expected.score);
  }
}

TEST(DensityInPlace, aComponentOfWeightZeroHasResponsibilityZeroInUsedMemory) {
  ExactMixture mixture = instance("over1");
  mixture.weights = {0, 1};
  const Density<double> density(round_to<double>(mixture));
  const double point = 0.5;
  Vector<double> responsibilities = Vector<double>::Constant(2, -7);
  evaluate_in_place(density, &point, 1, {.responsibilities = responsibilities.data()});
  EXPECT_EQ(responsibilities(0), 0);
  EXPECT_EQ(responsibilities(1), 1);
}

TEST(DensityInPlace, namesTheRowThatIsNotFinite) {
  const Density<double> density(round_to<double>(instance("over2")));
  Matrix<double> points = Matrix<double>::Zero(2, 40);
  points(1, 36) = std::numeric_limits<double>::quiet_NaN();
  Matrix<double> score(2, 40);
  try {
    evaluate_in_place(density, points.data(), 40, {.score = score.data()});
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.field(), "points");
    EXPECT_EQ(error.value(), "row 37");
  }
}

}  // namespace
}  // namespace verimix

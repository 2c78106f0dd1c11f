#include "verimix/estimate/estimates.hpp"

#include <gtest/gtest.h>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

ParameterEstimates<double> two() {
  return {(Matrix<double>(1, 2) << -1, 3).finished(),
          {Matrix<double>::Constant(1, 1, 0.5), Matrix<double>::Constant(1, 1, 2)}};
}

TEST(Estimates, FollowTheForwardProcess) {
  const ParameterEstimates<double> later = at_time(two(), 0.5);
  EXPECT_DOUBLE_EQ(later.means(0, 1), 3 * std::exp(-0.5));
  EXPECT_DOUBLE_EQ(later.covariances[0](0, 0), 0.5 * std::exp(-1.0) + 1 - std::exp(-1.0));
  EXPECT_EQ(at_time(two(), 0.0).covariances[1], two().covariances[1]);
  EXPECT_THROW(at_time(two(), -1.0), InputError);
}

TEST(Estimates, SemigroupInTime) {
  const ParameterEstimates<double> at_once = at_time(two(), 0.75);
  const ParameterEstimates<double> in_steps = at_time(at_time(two(), 0.25), 0.5);
  const double unit = 8 * std::numeric_limits<double>::epsilon();
  EXPECT_LT((at_once.means - in_steps.means).norm(), 3 * unit);
  for (std::size_t i : {0U, 1U}) EXPECT_LT((at_once.covariances[i] - in_steps.covariances[i]).norm(), 2 * unit);
}

TEST(Estimates, RefuseWhatIsNotASetOfParameters) {
  ParameterEstimates<double> bad = two();
  bad.covariances.pop_back();
  EXPECT_THROW(validate(bad), InputError);
  bad = {Matrix<double>::Zero(2, 1), {(Matrix<double>(2, 2) << 1, 0.5, 0.25, 1).finished()}};
  EXPECT_THROW(validate(bad), InputError);
  bad = two();
  bad.means(0, 0) = std::numeric_limits<double>::infinity();
  EXPECT_THROW(validate(bad), InputError);
  EXPECT_NO_THROW(validate(two()));
}

}  // namespace
}  // namespace verimix

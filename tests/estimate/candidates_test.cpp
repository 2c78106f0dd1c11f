#include "verimix/estimate/candidates.hpp"

#include <gtest/gtest.h>

#include "support/estimate_generators.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

Matrix<double> sample_of_two() {
  Mixture<double> m{
      "", (Vector<double>(2) << 0.4, 0.6).finished(), (Matrix<double>(2, 2) << -3, 2, 0, 1).finished(), {}};
  m.covariances = {Matrix<double>::Identity(2, 2), 0.5 * Matrix<double>::Identity(2, 2)};
  return draw(m, 400, 1).points;
}

TEST(Algorithm4, NeverExceedsTheBudget) {
  for (const Index total : {1, 7, 50}) {
    for (const Index k : total == 7 ? std::vector<Index>{1, 2, 3} : std::vector<Index>{1, 2}) {
      const auto list = candidates<double>(sample_of_two(), k, {total, 5});
      EXPECT_GE(list.size(), 1U);
      EXPECT_LE(static_cast<Index>(list.size()), total);
      for (const ParameterEstimates<double>& guess : list) {
        EXPECT_EQ(guess.size(), k);
        EXPECT_NO_THROW(validate(guess));
        for (const Matrix<double>& q : guess.covariances) {
          EXPECT_GT(Eigen::SelfAdjointEigenSolver<Matrix<double>>(q).eigenvalues().minCoeff(), 0);
        }
      }
    }
  }
}

TEST(Algorithm4, ShorterBudgetsGivePrefixesOfEveryKind) {
  const auto all = candidates<double>(sample_of_two(), 2, {60, 5});
  const auto few = candidates<double>(sample_of_two(), 2, {3, 5});
  ASSERT_EQ(few.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(few[i].means, all[i].means);
}

TEST(Algorithm4, SameSeedSameListAndTranslationMovesTheMeansOnly) {
  const Matrix<double> sample = sample_of_two();
  const auto here = candidates<double>(sample, 2, {40, 5});
  const auto again = candidates<double>(sample, 2, {40, 5});
  // A dyadic shift, so that the sample itself moves without rounding beyond its last bits.
  const Vector<double> shift = (Vector<double>(2) << 8, -16).finished();
  const auto there = candidates<double>(sample.colwise() + shift, 2, {40, 5});
  ASSERT_EQ(here.size(), again.size());
  ASSERT_EQ(here.size(), there.size());
  for (std::size_t i = 0; i < here.size(); ++i) {
    EXPECT_EQ(here[i].means, again[i].means);
    EXPECT_EQ(here[i].covariances, again[i].covariances);
    EXPECT_LT((there[i].means.colwise() - shift - here[i].means).norm(), 1e-12);  // 100 roundings at size 20
  }
}

TEST(Algorithm4, EveryScalarSeesTheSameList) {
  const Matrix<double> sample = sample_of_two().leftCols(60);
  const auto coarse = candidates<double>(sample, 2, {10, 5});
  const auto fine = candidates<Real50>(sample.cast<Real50>(), 2, {10, 5});
  ASSERT_EQ(coarse.size(), fine.size());
  for (std::size_t i = 0; i < fine.size(); ++i) EXPECT_EQ(fine[i].means.cast<double>(), coarse[i].means);
}

TEST(Algorithm4, ContainsAGuessNearTheTruth) {
  const auto list = candidates<double>(sample_of_two(), 2, {60, 5});
  const Matrix<double> truth = (Matrix<double>(2, 2) << -3, 2, 0, 1).finished();
  double least = std::numeric_limits<double>::infinity();
  for (const ParameterEstimates<double>& guess : list) {
    const Matrix<double> swapped = guess.means.rowwise().reverse();
    least = std::min({least, (guess.means - truth).norm(), (swapped - truth).norm()});
  }
  EXPECT_LT(least, 1);
}

TEST(Algorithm4, CovariancesAreSymmetricToTheLastBit) {
  const Matrix<double> sample = draw(round_to<double>(instance("over5")), 300, 1).points;
  for (const ParameterEstimates<double>& guess : candidates<double>(sample, 2, {20, 5})) {
    for (const Matrix<double>& covariance : guess.covariances) EXPECT_EQ(covariance, covariance.transpose());
  }
}

TEST(Algorithm4, FullSizeIsExact) {
  EXPECT_EQ(candidate_count(10, 7, 2), 4900);
  const boost::multiprecision::cpp_int big = candidate_count(18446744073709551615U, 18446744073709551615U, 3);
  EXPECT_EQ(big, boost::multiprecision::pow(boost::multiprecision::cpp_int(18446744073709551615U), 6));
  EXPECT_GT(candidate_count(sample_of_two(), 3), 1'000'000);
}

TEST(Algorithm4, RefusesSamplesWithoutSpread) {
  EXPECT_THROW(candidates<double>(Matrix<double>::Ones(2, 10), 2, {}), InputError);
  EXPECT_THROW(candidates<double>(Matrix<double>::Ones(2, 1), 2, {}), InputError);
  EXPECT_THROW(candidates<double>(sample_of_two(), 0, {}), InputError);
  EXPECT_THROW(candidates<double>(sample_of_two(), 2, {0, 0}), InputError);
  Matrix<double> bad = sample_of_two();
  bad(0, 0) = std::numeric_limits<double>::infinity();
  EXPECT_THROW(sample_scales(bad), InputError);
}

TEST(Algorithm4, SmallSamplesAndRepeatedPointsGiveAList) {
  Matrix<double> sample(1, 6);
  sample << 0, 0, 0, 1, 1, 1;
  for (const Index k : {1, 2, 3}) EXPECT_NO_THROW(candidates<double>(sample, k, {20, 0}));
  EXPECT_FALSE(candidates<double>(sample, 2, {20, 0}).empty());
}

}  // namespace
}  // namespace verimix

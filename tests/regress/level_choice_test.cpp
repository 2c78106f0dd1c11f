#include "verimix/regress/level_choice.hpp"

#include <gtest/gtest.h>

#include "verimix/core/random.hpp"

namespace verimix {
namespace {

/// Two options in one cell: the second is better than the first by `gain` a row, with alternating noise of that size,
/// so that the mean difference is -gain and its standard error `noise`/sqrt(rows - 1).
CellValidation two_options(double gain, double noise, Index rows = 100) {
  CellValidation out{{{1, 0}, {2, 0}}, {Vector<double>::Zero(rows), Vector<double>::Zero(rows)}};
  for (Index i = 0; i < rows; ++i) out.excess[1](i) = -gain + (i % 2 == 0 ? noise : -noise);
  return out;
}

LevelTrials level_of(const std::vector<std::vector<CellValidation>>& structures, double weight = 1,
                     std::size_t group = 0) {
  LevelTrials out;
  for (const auto& cells : structures) out.structures.push_back(structure_trial(cells, 1));
  out.weight = weight;
  out.group = group;
  compare_structures(out);
  return out;
}

int chosen_degree(const std::vector<const LevelTrials*>& window, std::size_t own) {
  return choose_level(window, own, 1).pieces.front().degree;
}

TEST(LevelChoice, MomentsAreThoseOfTheRows) {
  Stream random(1, Purpose::subsample, 0);
  CellValidation cell{{{0, 0}, {1, 0}, {1, 1}}, {}};
  for (int o = 0; o < 3; ++o) {
    cell.excess.emplace_back(50);
    for (double& x : cell.excess.back()) x = random.normal() + o;
  }
  const StructureTrial trial = structure_trial({cell, cell}, 1);
  EXPECT_EQ(trial.first, (std::vector<Index>{0, 3}));
  for (Index a = 0; a < 3; ++a)
    for (Index b = 0; b < 3; ++b) {
      const PairedDifference expected =
          paired_difference(cell.excess[static_cast<std::size_t>(a)], cell.excess[static_cast<std::size_t>(b)]);
      const double variance = trial.covariance(a, a) + trial.covariance(b, b) - 2 * trial.covariance(a, b);
      // Sums of 50 terms of size up to 5.
      EXPECT_NEAR(trial.mean(a) - trial.mean(b), expected.mean, 1e-14);
      EXPECT_NEAR(std::sqrt(std::max(0.0, variance)), expected.standard_error, a == b ? 1e-8 : 1e-14);
    }
}

/// A level alone takes degree 2, since it is better by more than one standard error (0.1 against 0.5/sqrt(99)).
TEST(LevelChoice, ALevelAloneFollowsItsOwnRows) {
  const LevelTrials clear = level_of({{two_options(0.1, 0.5)}});
  const LevelTrials unclear = level_of({{two_options(0.1, 1.5)}});
  EXPECT_EQ(chosen_degree({&clear}, 0), 2);
  EXPECT_EQ(chosen_degree({&unclear}, 0), 1);
  EXPECT_EQ(chosen_degree({&unclear, &unclear, &unclear}, 1), 1) << "repeating the same rows is no evidence";
  const LevelChoice choice = choose_level({&clear}, 0, 1);
  EXPECT_NEAR(choice.loss, -0.1, 1e-15);
  EXPECT_NEAR(choice.standard_error, 0.5 / std::sqrt(99), 1e-15);
}

TEST(LevelChoice, ArcsOfACircleShareRowsWhereTheyOverlap) {
  const RowArc arc{10, 5, 20};
  EXPECT_TRUE(share_rows(arc, {14, 1, 20}));
  EXPECT_FALSE(share_rows(arc, {15, 5, 20}));
  EXPECT_TRUE(share_rows(arc, {15, 16, 20})) << "it ends where the first begins";
  EXPECT_FALSE(share_rows(arc, {15, 15, 20}));
  EXPECT_TRUE(share_rows(arc, {32, 1, 20})) << "once around";
  EXPECT_TRUE(share_rows({0, 20, 20}, {7, 20, 20}));
  EXPECT_TRUE(share_rows(arc, {})) << "nothing is known";
  EXPECT_TRUE(share_rows(arc, {0, 1, 30})) << "another circle";
}

/// 0.1 at each of three levels with a standard error of 1.5/sqrt(99) = 0.15: with the same rows at every level that is
/// within one standard error; with different rows the sum 0.3 stands against 0.15 sqrt 3 = 0.26.
TEST(LevelChoice, LevelsOfDifferentRowsAddUpAsIndependentOnes) {
  std::vector<LevelTrials> levels(3, level_of({{two_options(0.1, 1.5)}}));
  const std::vector<const LevelTrials*> window{&levels[0], &levels[1], &levels[2]};
  for (LevelTrials& level : levels) level.rows = {0, 100, 300};
  EXPECT_EQ(chosen_degree(window, 1), 1);
  for (std::size_t i = 0; i < 3; ++i) levels[i].rows = {static_cast<Index>(100 * i), 100, 300};
  EXPECT_EQ(chosen_degree(window, 1), 2);
}

TEST(LevelChoice, NeighboursOutvoteALevelThatFollowsNoise) {
  const LevelTrials misled = level_of({{two_options(0.1, 0.5)}});
  const LevelTrials against = level_of({{two_options(-0.2, 0.5)}});
  EXPECT_EQ(chosen_degree({&against, &misled, &against}, 1), 1);
  // Weights are gamma_l: neighbours of hardly any length do not count.
  const LevelTrials light = level_of({{two_options(-0.2, 0.5)}}, 1e-3);
  EXPECT_EQ(chosen_degree({&light, &misled, &light}, 1), 2);
  // Nor do those whose structures come from another ranking, nor those whose cell has other options.
  const LevelTrials other = level_of({{two_options(-0.2, 0.5)}}, 1, 1);
  EXPECT_EQ(chosen_degree({&other, &misled, &other}, 1), 2);
  CellValidation single = two_options(-0.2, 0.5);
  single.options.pop_back();
  single.excess.pop_back();
  const LevelTrials fewer = level_of({{single}});
  EXPECT_EQ(chosen_degree({&fewer, &misled, &fewer}, 1), 2);
}

/// One cell against two: the second structure is better at this level only.
TEST(LevelChoice, TheStructureIsChosenByTheSumOverTheWindow) {
  const auto level = [](double gain) {
    CellValidation one{{{1, 0}}, {Vector<double>::Zero(100)}}, half = one;
    for (Index i = 0; i < 100; ++i) half.excess[0](i) = -gain / 2 + (i % 2 == 0 ? 0.1 : -0.1);
    return level_of({{one}, {half, half}});
  };
  const LevelTrials better = level(0.2), worse = level(-0.3), same = level(0.01);
  EXPECT_EQ(choose_level({&better}, 0, 1).structure, 1U);
  EXPECT_EQ(choose_level({&better}, 0, 1).pieces.size(), 2U);
  EXPECT_EQ(choose_level({&worse, &better, &worse}, 1, 1).structure, 0U);
  EXPECT_EQ(choose_level({&same}, 0, 1).structure, 0U) << "within one standard error the fewest cells";
}

}  // namespace
}  // namespace verimix

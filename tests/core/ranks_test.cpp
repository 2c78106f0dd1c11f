#include "verimix/core/ranks.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/input_error.hpp"
#include "support/thread_ranks.hpp"

namespace verimix {
namespace {

using support::of_ranks;
using support::on_ranks;

RC_GTEST_PROP(Ranks, SharesAreNeighboursOfNearlyEqualSizesAndLeaveNothingOut, ()) {
  const auto count = static_cast<Index>(*rc::gen::inRange(0, 1000));
  const auto parts = static_cast<Index>(*rc::gen::inRange(1, 20));
  Index end = 0;
  for (Index part = 0; part < parts; ++part) {
    const IndexRange share = share_of(count, part, parts);
    RC_ASSERT(share.begin == end);
    RC_ASSERT(share.size() == count / parts || share.size() == count / parts + 1);
    end = share.end;
  }
  RC_ASSERT(end == count);
}

RC_GTEST_PROP(Ranks, BlocksDependOnTheRowsAloneAndEachRowHasARank, ()) {
  const auto n = static_cast<Index>(*rc::gen::inRange(1, 1'000'000));
  const int size = *rc::gen::inRange(1, 70);
  const RowBlocks blocks(n);
  RC_ASSERT(blocks.count() >= 1 && blocks.count() <= 64);
  RC_ASSERT(blocks.rows_of(0).begin == 0 && blocks.rows_of(blocks.count() - 1).end == n);
  const auto row = static_cast<Index>(*rc::gen::inRange(0, static_cast<int>(n)));
  const int rank = blocks.rank_of(row, size);
  const IndexRange own = blocks.rows_of_rank(rank, size);
  RC_ASSERT(own.begin <= row && row < own.end);
  RC_ASSERT(own.begin == blocks.rows_of(blocks.blocks_of_rank(rank, size).begin).begin);
}

TEST(Ranks, ASumOverBlocksHasTheSameBitsForAnyNumberOfRanks) {
  const Index blocks = 7;
  const auto block = [](Index b) { return Matrix<double>::Constant(2, 3, 1.0 / static_cast<double>(3 + b)).eval(); };
  const auto sum = [&](Ranks& ranks) {
    std::vector<Matrix<double>> own;
    const IndexRange range = share_of(blocks, ranks.rank(), ranks.size());
    for (Index b = range.begin; b < range.end; ++b) own.push_back(block(b));
    return sum_blocks(ranks, std::move(own));
  };
  const Matrix<double> alone = sum(one_rank());
  for (const int size : {2, 3, 4, 9})
    for (const Matrix<double>& each : of_ranks<Matrix<double>>(size, sum)) EXPECT_EQ(each, alone) << size;
}

TEST(Ranks, WorkIsSharedAndItsAnswersAreEverywhereInOrder) {
  const auto answers = [](Ranks& ranks) {
    return share_work(
        ranks, 11, [](Index i) { return std::string(static_cast<std::size_t>(i), 'x'); }, 2);
  };
  const std::vector<std::string> alone = answers(one_rank());
  ASSERT_EQ(alone.size(), 11U);
  EXPECT_EQ(alone[3], "xxx");
  for (const int size : {2, 5, 20})
    for (const auto& each : of_ranks<std::vector<std::string>>(size, answers)) EXPECT_EQ(each, alone);
}

TEST(Ranks, WhatOneRankCannotDoEachOfThemRefusesInTheSameWords) {
  const auto refused = [](Ranks& ranks) {
    return support::refusal([&] {
      together(ranks, [&] {
        if (ranks.rank() >= 1) throw InputError("f.csv", "row " + std::to_string(ranks.rank()), "x", "a number");
      });
    });
  };
  EXPECT_EQ(refused(one_rank()), "accepted");
  for (const std::string& each : of_ranks<std::string>(3, refused))
    EXPECT_EQ(each, "f.csv: row 1: value \"x\": expected a number");
  on_ranks(3, [](Ranks& ranks) {
    EXPECT_THROW(together(ranks,
                          [&] {
                            if (ranks.rank() == 2) throw UndecidedError("more");
                          }),
                 UndecidedError);
  });
}

TEST(Ranks, BytesReadBackWhatWasWritten) {
  ByteWriter writer;
  writer.put(0.1);
  writer.put(std::string_view("a\0b", 3));
  writer.put(Matrix<double>((Matrix<double>(2, 1) << 1, -0.0).finished()));
  writer.put(Index{-7});
  const std::string bytes = writer.take();
  ByteReader reader(bytes);
  EXPECT_EQ(reader.number<double>(), 0.1);
  EXPECT_EQ(reader.text(), std::string("a\0b", 3));
  EXPECT_TRUE(std::signbit(reader.matrix()(1, 0)));
  EXPECT_EQ(reader.number<Index>(), -7);
  EXPECT_TRUE(reader.at_end());
}

}  // namespace
}  // namespace verimix

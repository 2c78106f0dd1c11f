#include "verimix/sample/draw_in_rounds.hpp"

#include <gtest/gtest.h>

#include "support/thread_ranks.hpp"
#include "verimix/core/random.hpp"

namespace verimix {
namespace {

Matrix<double> numbers(Index first, Index count) {
  Matrix<double> out(1, count);
  for (Index i = 0; i < count; ++i) out(0, i) = static_cast<double>(first + i);
  return out;
}

TEST(DrawInRounds, RankNoughtWritesAllPointsInOrderAndHoldsARound) {
  for (const int size : {1, 3})
    for (const Index count : {Index{0}, Index{1}, Index{65536}, Index{400'001}}) {
      Index written = 0;
      support::on_ranks(size, [&](Ranks& ranks) {
        draw_in_rounds(count, numbers, ranks, [&](const Matrix<double>& points) {
          EXPECT_EQ(ranks.rank(), 0);
          EXPECT_LE(points.cols(), 65536);
          EXPECT_EQ(points, numbers(written, points.cols()));
          written += points.cols();
        });
      });
      EXPECT_EQ(written, count);
    }
}

TEST(DrawInRounds, AnErrorOfOneRankIsThatOfAll) {
  support::on_ranks(3, [](Ranks& ranks) {
    const auto source = [&](Index first, Index count) {
      if (ranks.rank() == 2) throw UndecidedError("a particle left");
      return numbers(first, count);
    };
    EXPECT_THROW(draw_in_rounds(200'000, source, ranks, [](const Matrix<double>&) {}), UndecidedError);
  });
}

}  // namespace
}  // namespace verimix

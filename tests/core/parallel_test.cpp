#include "verimix/core/parallel.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "verimix/core/random.hpp"

namespace verimix {
namespace {

/// Sets VERIMIX_THREADS for as long as it lives.
class ThreadsVariable {
 public:
  explicit ThreadsVariable(const char* value) { setenv("VERIMIX_THREADS", value, 1); }
  ~ThreadsVariable() { unsetenv("VERIMIX_THREADS"); }
  ThreadsVariable(const ThreadsVariable&) = delete;
  ThreadsVariable& operator=(const ThreadsVariable&) = delete;
};

TEST(ThreadCount, IsTheRequestThenTheVariableThenTheMachine) {
  const unsigned machine = std::max(1U, std::thread::hardware_concurrency());
  EXPECT_EQ(thread_count(3), 3U);
  EXPECT_EQ(thread_count(), machine);
  {
    const ThreadsVariable variable("5");
    EXPECT_EQ(thread_count(), 5U);
    EXPECT_EQ(thread_count(2), 2U);
  }
  for (const char* not_positive : {"", "0", "-1", "two", "2x", " 2", "99999999999"}) {
    const ThreadsVariable variable(not_positive);
    EXPECT_EQ(thread_count(), machine) << '"' << not_positive << '"';
  }
}

RC_GTEST_PROP(ParallelBlocks, CoverTheRangeOnceInTheSameBlocks, ()) {
  const Index count = *rc::gen::inRange<Index>(0, 200);
  const Index block = *rc::gen::inRange<Index>(1, 50);
  const auto threads = *rc::gen::inRange(1U, 9U);
  std::vector<int> visits(static_cast<std::size_t>(count), 0);
  std::mutex lock;
  std::set<std::pair<Index, Index>> blocks;
  parallel_blocks(
      count, block,
      [&](Index begin, Index end) {
        const std::scoped_lock held(lock);
        blocks.insert({begin, end});
        for (Index i = begin; i < end; ++i) ++visits.at(static_cast<std::size_t>(i));
      },
      threads);
  for (const int visited : visits) RC_ASSERT(visited == 1);
  std::set<std::pair<Index, Index>> expected;
  for (Index begin = 0; begin < count; begin += block) expected.insert({begin, std::min(count, begin + block)});
  RC_ASSERT(blocks == expected);
}

// The way every sum in the library is made: one partial sum a block, added in the order of the blocks.
TEST(ParallelBlocks, GiveTheSameBitsForAnyNumberOfThreads) {
  const auto sum = [](unsigned threads) {
    constexpr Index count = 10000;
    constexpr Index block = 128;
    std::vector<double> partial((count + block - 1) / block, 0);
    parallel_blocks(
        count, block,
        [&](Index begin, Index end) {
          for (Index i = begin; i < end; ++i)
            partial[static_cast<std::size_t>(begin / block)] +=
                Stream(1, Purpose::instance, static_cast<std::uint64_t>(i)).normal();
        },
        threads);
    double total = 0;
    for (const double p : partial) total += p;
    return total;
  };
  const double alone = sum(1);
  for (const unsigned threads : {2U, 3U, 8U}) EXPECT_EQ(sum(threads), alone);
}

TEST(ParallelBlocks, UseTheThreadsTheyMay) {
  std::mutex lock;
  std::set<std::thread::id> ids;
  const auto note = [&](Index, Index) {
    const std::scoped_lock held(lock);
    ids.insert(std::this_thread::get_id());
  };
  parallel_blocks(100, 1, note, 1);
  EXPECT_EQ(ids, std::set<std::thread::id>{std::this_thread::get_id()});

  // Two blocks that wait for each other finish only if two threads run.
  std::atomic<int> arrived{0};
  parallel_blocks(
      2, 1,
      [&](Index, Index) {
        ++arrived;
        while (arrived < 2) std::this_thread::yield();
      },
      2);
  EXPECT_EQ(arrived, 2);
}

TEST(ParallelBlocks, HandTheExceptionToTheCallerAndStop) {
  for (const unsigned threads : {1U, 4U}) {
    std::atomic<int> started{0};
    try {
      parallel_blocks(
          100000, 1,
          [&](Index begin, Index) {
            ++started;
            if (begin == 3) throw std::out_of_range("block 3");
          },
          threads);
      FAIL() << "no exception";
    } catch (const std::out_of_range& error) {
      EXPECT_STREQ(error.what(), "block 3");
    }
    EXPECT_GE(started, 4);
    EXPECT_LT(started, 100000) << "blocks after the failure are not begun";
  }
}

TEST(ParallelBlocks, KeepTheCallersPrecision) {
  const BallPrecision precision(222);
  EXPECT_THROW(parallel_blocks(
                   4, 1, [](Index, Index) { throw std::runtime_error("x"); }, 2),
               std::runtime_error);
  EXPECT_EQ(BallPrecision::bits(), 222);
}

// Found by a test: count + block overflowed.
TEST(ParallelBlocks, TakeABlockLargerThanAnyRange) {
  std::vector<std::pair<Index, Index>> blocks;
  parallel_blocks(
      10, std::numeric_limits<Index>::max(), [&](Index begin, Index end) { blocks.emplace_back(begin, end); }, 1);
  EXPECT_EQ(blocks, (std::vector<std::pair<Index, Index>>{{0, 10}}));
}

TEST(ParallelBlocksDeathTest, RefuseEmptyBlocksAndNegativeRanges) {
  EXPECT_DEATH(parallel_blocks(1, 0, [](Index, Index) {}), "blocks of at least one");
  EXPECT_DEATH(parallel_blocks(-1, 1, [](Index, Index) {}), "blocks of at least one");
}

}  // namespace
}  // namespace verimix

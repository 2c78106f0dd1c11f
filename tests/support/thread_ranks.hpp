// Ranks within one process, a thread each: what is said of several ranks can be tested without MPI.
#pragma once

#include <barrier>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "verimix/core/ranks.hpp"

namespace verimix::support {

class ThreadRanks : public Ranks {
 public:
  /// What the ranks of one run share.
  struct Meeting {
    explicit Meeting(int ranks) : barrier(ranks), sent(static_cast<std::size_t>(ranks)) {}
    std::barrier<> barrier;
    std::vector<std::vector<std::string>> sent;
  };

  ThreadRanks(Meeting& meeting, int rank) : meeting_(meeting), rank_(rank) {}

  int size() const override { return static_cast<int>(meeting_.sent.size()); }
  int rank() const override { return rank_; }
  std::vector<std::string> gather(std::string_view own) override {
    return exchange(std::vector<std::string>(meeting_.sent.size(), std::string(own)));
  }
  std::vector<std::string> exchange(const std::vector<std::string>& to) override {
    meeting_.sent[static_cast<std::size_t>(rank_)] = to;
    meeting_.barrier.arrive_and_wait();
    std::vector<std::string> received;
    for (const auto& from : meeting_.sent) received.push_back(from[static_cast<std::size_t>(rank_)]);
    meeting_.barrier.arrive_and_wait();
    return received;
  }
  bool all_fail() override { return true; }
  void end_all(int status) override { std::_Exit(status); }

 private:
  Meeting& meeting_;
  int rank_;
};

/// body(ranks) as each of `count` ranks; it throws on none of them, since the others would wait for it for ever.
inline void on_ranks(int count, const std::function<void(Ranks&)>& body) {
  ThreadRanks::Meeting meeting(count);
  std::vector<std::jthread> threads;
  for (int rank = 0; rank < count; ++rank)
    threads.emplace_back([&meeting, &body, rank] {
      ThreadRanks ranks(meeting, rank);
      body(ranks);
    });
}

/// what(ranks) of every rank, in order.
template <class Result>
std::vector<Result> of_ranks(int count, const std::function<Result(Ranks&)>& what) {
  std::vector<Result> out(static_cast<std::size_t>(count));
  on_ranks(count, [&](Ranks& ranks) { out[static_cast<std::size_t>(ranks.rank())] = what(ranks); });
  return out;
}

}  // namespace verimix::support

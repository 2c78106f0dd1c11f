#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "launched_ranks.hpp"
#include "verimix/core/parallel.hpp"

namespace verimix {
namespace {

// MPI counts with int; no message and no receiving buffer is larger than this.
constexpr std::size_t most_bytes = std::size_t{1} << 30U;
constexpr std::chrono::seconds patience{5};

class MpiRanks : public Ranks {
 public:
  MpiRanks() {
    // Only the main thread calls MPI. What MPI itself finds wrong ends all ranks (its default).
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_dup(MPI_COMM_WORLD, &ending_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    share_cores();
  }
  MpiRanks(const MpiRanks&) = delete;
  MpiRanks& operator=(const MpiRanks&) = delete;
  ~MpiRanks() override {
    MPI_Comm_free(&ending_);
    MPI_Finalize();
  }

  int size() const override { return size_; }
  int rank() const override { return rank_; }

  std::vector<std::string> gather(std::string_view own) override {
    const auto ranks = static_cast<std::size_t>(size_);
    const std::uint64_t size = own.size();
    std::vector<std::uint64_t> sizes(ranks);
    MPI_Allgather(&size, 1, MPI_UINT64_T, sizes.data(), 1, MPI_UINT64_T, MPI_COMM_WORLD);
    std::vector<std::string> out(ranks);
    const std::size_t piece = most_bytes / ranks, longest = *std::max_element(sizes.begin(), sizes.end());
    std::string received;
    for (std::size_t at = 0; at < longest; at += piece) {
      std::vector<int> counts(ranks), places(ranks);
      int total = 0;
      for (std::size_t r = 0; r < ranks; ++r) {
        counts[r] = static_cast<int>(std::min(piece, sizes[r] - std::min<std::size_t>(at, sizes[r])));
        places[r] = total;
        total += counts[r];
      }
      received.resize(static_cast<std::size_t>(total));
      MPI_Allgatherv(own.data() + std::min(at, own.size()), counts[static_cast<std::size_t>(rank_)], MPI_BYTE,
                     received.data(), counts.data(), places.data(), MPI_BYTE, MPI_COMM_WORLD);
      for (std::size_t r = 0; r < ranks; ++r)
        out[r].append(received, static_cast<std::size_t>(places[r]), static_cast<std::size_t>(counts[r]));
    }
    return out;
  }

  std::vector<std::string> exchange(const std::vector<std::string>& to) override {
    const auto ranks = static_cast<std::size_t>(size_);
    require_invariant(to.size() == ranks, "an exchange has something, or nothing, for each rank");
    std::vector<std::uint64_t> sent(ranks), received(ranks);
    for (std::size_t r = 0; r < ranks; ++r) sent[r] = to[r].size();
    MPI_Alltoall(sent.data(), 1, MPI_UINT64_T, received.data(), 1, MPI_UINT64_T, MPI_COMM_WORLD);
    std::vector<std::string> out(ranks);
    std::vector<MPI_Request> requests;
    for (std::size_t r = 0; r < ranks; ++r) {
      out[r].resize(received[r]);
      for (std::size_t at = 0; at < out[r].size(); at += most_bytes) {
        requests.emplace_back();
        MPI_Irecv(out[r].data() + at, static_cast<int>(std::min(most_bytes, out[r].size() - at)), MPI_BYTE,
                  static_cast<int>(r), 0, MPI_COMM_WORLD, &requests.back());
      }
    }
    for (std::size_t r = 0; r < ranks; ++r)
      for (std::size_t at = 0; at < to[r].size(); at += most_bytes) {
        requests.emplace_back();
        MPI_Isend(to[r].data() + at, static_cast<int>(std::min(most_bytes, to[r].size() - at)), MPI_BYTE,
                  static_cast<int>(r), 0, MPI_COMM_WORLD, &requests.back());
      }
    MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
    return out;
  }

  bool all_fail() override {
    // Ranks that do not fail are in some other call, so this waits on a communicator of its own and not for ever.
    MPI_Request request{};
    MPI_Ibarrier(ending_, &request);
    int all = 0;
    const auto end = std::chrono::steady_clock::now() + patience;
    for (;;) {
      MPI_Test(&request, &all, MPI_STATUS_IGNORE);
      if (all != 0 || std::chrono::steady_clock::now() > end) return all != 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  void end_all(int status) override {
    MPI_Abort(MPI_COMM_WORLD, status);
    std::abort();  // not reached
  }

 private:
  static void share_cores() {
    const char* neighbours = std::getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
    const int here = neighbours == nullptr ? 1 : std::max(1, std::atoi(neighbours));
    if (here == 1) return;
    const unsigned cores = thread_count() / static_cast<unsigned>(here);
    ::setenv("VERIMIX_THREADS", std::to_string(std::max(1U, cores)).c_str(), 0);
  }

  MPI_Comm ending_{};
  int size_ = 1, rank_ = 0;
};

}  // namespace

std::unique_ptr<Ranks> launched_ranks() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (std::getenv(name) != nullptr) return std::make_unique<MpiRanks>();
  return {};
}

}  // namespace verimix

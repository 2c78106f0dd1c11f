#include "verimix/core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "verimix/core/ball.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"

namespace verimix {

unsigned thread_count(unsigned requested) {
  if (requested > 0) return requested;
  if (const char* text = std::getenv("VERIMIX_THREADS")) {
    const std::string_view view(text);
    unsigned count = 0;
    const auto end = view.data() + view.size();
    if (std::from_chars(view.data(), end, count).ptr == end && count > 0) return count;
  }
  return std::max(1U, std::thread::hardware_concurrency());
}

void parallel_blocks(Index count, Index block, const std::function<void(Index begin, Index end)>& body,
                     unsigned threads) {
  require_invariant(count >= 0 && block >= 1, "a range is cut into blocks of at least one");
  const Index blocks = count / block + (count % block == 0 ? 0 : 1);
  std::atomic<Index> next{0};
  std::mutex failure_lock;
  std::exception_ptr failure;
  const long bits = BallPrecision::bits();
  const auto work = [&] {
    const BallPrecision precision(bits);
    for (Index b = next++; b < blocks; b = next++) {
      try {
        throw_if_interrupted();
        body(b * block, b * block + std::min(block, count - b * block));
      } catch (...) {
        const std::scoped_lock held(failure_lock);
        if (!failure) failure = std::current_exception();
        next = blocks;
      }
    }
  };
  // FLINT and MPFR keep numbers of a thread for its next use; without this they are lost when the thread ends.
  const auto work_and_leave = [&] {
    work();
    flint_cleanup();
    mpfr_free_cache2(MPFR_FREE_LOCAL_CACHE);
  };
  const auto extra = std::min<Index>(static_cast<Index>(thread_count(threads)), blocks) - 1;
  {
    std::vector<std::jthread> workers;
    for (Index i = 0; i < extra; ++i) workers.emplace_back(work_and_leave);
    work();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace verimix

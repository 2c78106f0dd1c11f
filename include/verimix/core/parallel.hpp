// Work over fixed blocks: the blocks do not depend on the number of threads, so neither does any result.
#pragma once

#include <functional>

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// The number of threads for a request: `requested` if positive, else the machine's. The environment variable
/// VERIMIX_THREADS, if a positive integer, replaces the machine's number.
unsigned thread_count(unsigned requested = 0);

/// Calls body(begin, end) once for each block [0, block), [block, 2 block), ... of [0, count), on up to `threads`
/// threads (0: as many as the machine has). Blocks may run in any order, so `body` writes only what belongs to its
/// block. The first exception thrown is rethrown after all threads have stopped. Workers work at the caller's ball
/// precision. Domain: count >= 0, block >= 1.
void parallel_blocks(Index count, Index block, const std::function<void(Index begin, Index end)>& body,
                     unsigned threads = 0);

}  // namespace verimix

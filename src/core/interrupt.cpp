#include "verimix/core/interrupt.hpp"

#include <atomic>

namespace verimix {
namespace {

std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets the flag");

}  // namespace

void request_interruption() noexcept { requested = true; }
bool interruption_requested() noexcept { return requested; }
void throw_if_interrupted() {
  if (requested) throw Interrupted("interrupted");
}

}  // namespace verimix

// Stopping early when asked to (exit status 4): a flag that long work looks at between its blocks.
#pragma once

#include <stdexcept>

namespace verimix {

/// Work was stopped because somebody asked for it. What was finished before is kept.
class Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Asks all work of this process to stop; for good. May be called from a signal handler.
void request_interruption() noexcept;
bool interruption_requested() noexcept;
/// Throws Interrupted if it was asked for. `parallel_blocks` calls it before each block.
void throw_if_interrupted();

}  // namespace verimix

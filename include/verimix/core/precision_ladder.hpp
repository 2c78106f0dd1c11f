// The working precision that a wanted accuracy needs, found by climbing: the caller asks for digits, not for bits.
#pragma once

#include <functional>
#include <string_view>

#include "verimix/core/ball.hpp"

namespace verimix {

/// What may be spent on an answer.
struct LadderBudget {
  /// No rung works with more bits than this. 0: 64 times the bits of the digits asked for, at least 4096.
  long bits = 0;
  int rungs = 12;
};

/// What a rung is given.
struct Rung {
  /// The working precision, already set for the calling thread.
  long bits;
  /// The relative accuracy wanted of the answer, in bits: its width should be at most 2^-goal_bits times its magnitude.
  long goal_bits;
  /// The enclosure found so far; not finite on the first rung.
  const Ball& best;
};

struct LadderResult {
  /// The intersection of what all rungs found.
  Ball value;
  bool goal_met = false;
  /// The working precision of the last rung.
  long bits = 0;
};

/// Is the width (upper minus lower end) at most 10^-digits times the smallest magnitude in the ball? The exact 0 has
/// every number of digits.
bool has_digits(const Ball& x, int digits);

/// ceil(digits log_2 10).
long bits_of_digits(int digits);

/// Runs `enclose` at growing precision until the relative width is at most 10^-digits or the budget ends. The next rung
/// has as many more bits as are missing, at least a quarter more. A rung that throws UndecidedError counts as one that
/// found nothing; if none finds anything the last error is thrown again. Stops where the thread's WorkBudget
/// (work_budget.hpp) is spent. Checks for interruption between rungs. Domain: digits >= 1; every enclosure is of the
/// same number.
LadderResult climb_precision(int digits, const std::function<Ball(const Rung&)>& enclose,
                             const LadderBudget& budget = {});

/// The same with `more_bits` on every rung, which the budget counts as well: for answers that are known beforehand to
/// lose so many by cancellation. `enclose` is given the relative accuracy wanted. Domain: more_bits >= 0.
LadderResult climb_precision(int digits, long more_bits, const std::function<Ball(long goal_bits)>& enclose,
                             const LadderBudget& budget = {});

/// The ladder's answer, or UndecidedError that names `what`, the digits found and what to raise, where the goal is not
/// met.
Ball require_digits(const LadderResult& result, int digits, std::string_view what);

}  // namespace verimix

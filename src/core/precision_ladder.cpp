#include "verimix/core/precision_ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <optional>

#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"
#include "verimix/core/work_budget.hpp"

namespace verimix {
namespace {

constexpr long spare_bits = 32;
// Errors that do not come from rounding, as those of a quadrature over many pieces, need a stricter goal, not more
// bits.
constexpr long stricter_bits = 8;
constexpr double bits_of_a_digit = 3.3219280948873627;  // log_2 10, rounded up

// How many more bits than the goal are missing in x; what Arb calls accuracy is log2(midpoint/radius).
long missing_bits(const Ball& x, long goal_bits) {
  if (!is_finite(x)) return goal_bits;
  return std::clamp(goal_bits + 2 - arb_rel_accuracy_bits(x.data()), 0L, 64 * goal_bits);
}

// Both contain the number that is enclosed, so they meet.
Ball meet(const Ball& a, const Ball& b) {
  if (!is_finite(a)) return b;
  if (!is_finite(b)) return a;
  Ball both;
  const bool met = arb_intersection(both.data(), a.data(), b.data(), BallPrecision::bits()) != 0;
  require_invariant(met, "enclosures of one number at two precisions have a point in common");
  return radius_upper(both) <= radius_upper(a) ? both : a;
}

}  // namespace

long bits_of_digits(int digits) { return static_cast<long>(std::ceil(bits_of_a_digit * digits)); }

bool has_digits(const Ball& x, int digits) {
  if (!is_finite(x)) return false;
  if (arb_is_zero(x.data()) != 0) return true;
  const BallPrecision precision(64);
  Ball width, smallest, scale;
  arb_get_rad_arb(width.data(), x.data());
  arb_get_abs_lbound_arf(arb_midref(smallest.data()), x.data(), BallPrecision::bits());
  arb_ui_pow_ui(scale.data(), 10, static_cast<ulong>(digits), BallPrecision::bits());
  return less(2 * width * scale, smallest) == Truth::yes;
}

LadderResult climb_precision(int digits, const std::function<Ball(const Rung&)>& enclose, const LadderBudget& budget) {
  require_invariant(digits >= 1, "an accuracy of at least one digit is asked for");
  const long goal_bits = bits_of_digits(digits) + 1;
  const long most_bits = budget.bits > 0 ? budget.bits : std::max(4096L, 64 * goal_bits);
  LadderResult result;
  arb_zero_pm_inf(result.value.data());
  std::optional<UndecidedError> last;
  result.bits = std::min(goal_bits + spare_bits, most_bits);
  for (int rung = 0; rung < budget.rungs; ++rung) {
    throw_if_interrupted();
    const BallPrecision precision(result.bits);
    try {
      result.value = meet(enclose({result.bits, goal_bits + rung * stricter_bits, result.value}), result.value);
      last.reset();
    } catch (const UndecidedError& error) {
      last = error;
    }
    result.goal_met = has_digits(result.value, digits);
    if (result.goal_met || result.bits >= most_bits || WorkBudget::left() == 0) break;
    result.bits = std::min(most_bits, result.bits + std::max(missing_bits(result.value, goal_bits), result.bits / 4));
  }
  if (!is_finite(result.value) && last) throw *last;
  return result;
}

LadderResult climb_precision(int digits, long more_bits, const std::function<Ball(long goal_bits)>& enclose,
                             const LadderBudget& budget) {
  LadderBudget rest = budget;
  if (rest.bits > 0) rest.bits = std::max(rest.bits - more_bits, 2L);
  LadderResult result = climb_precision(
      digits,
      [&](const Rung& rung) {
        const BallPrecision precision(rung.bits + more_bits);
        return enclose(rung.goal_bits);
      },
      rest);
  result.bits += more_bits;
  return result;
}

Ball require_digits(const LadderResult& result, int digits, std::string_view what) {
  if (result.goal_met) return result.value;
  const long found = is_finite(result.value) ? std::max(0L, arb_rel_accuracy_bits(result.value.data())) : 0;
  throw UndecidedError(
      fmt::format("{}: {} digits asked for, {:.0f} reached with balls of {} bits: lower --digits or raise the budget",
                  what, digits, std::floor(static_cast<double>(found) / bits_of_a_digit), result.bits));
}

}  // namespace verimix

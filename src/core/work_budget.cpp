#include "verimix/core/work_budget.hpp"

#include <algorithm>
#include <limits>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

thread_local WorkBudget* innermost = nullptr;

}  // namespace

WorkBudget::WorkBudget(long evaluations) : outer_(innermost), left_(std::min(evaluations, left())) {
  require_invariant(evaluations >= 1, "a budget of at least one evaluation");
  innermost = this;
}
WorkBudget::~WorkBudget() { innermost = outer_; }

long WorkBudget::left() noexcept { return innermost == nullptr ? std::numeric_limits<long>::max() : innermost->left_; }

void WorkBudget::spend(long evaluations) noexcept {
  for (WorkBudget* scope = innermost; scope != nullptr; scope = scope->outer_)
    scope->left_ = std::max(0L, scope->left_ - evaluations);
}

}  // namespace verimix

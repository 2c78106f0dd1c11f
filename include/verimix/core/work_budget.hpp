// How much work certified answers may cost, counted in evaluations and not in seconds, so that the same limit stops at
// the same place on every machine.
#pragma once

namespace verimix {

/// What the calling thread may spend on certified answers while the object lives: values of integrands
/// (integral.hpp), boxes of searches for zeros (roots.hpp) and extrema (supremum.hpp). Where it is spent, these return
/// the best enclosure they have, and the precision ladder climbs no further. Scopes nest: an inner one cannot grant
/// more than is left outside, and what it spends is spent outside too. Domain: evaluations >= 1.
class WorkBudget {
 public:
  explicit WorkBudget(long evaluations);
  ~WorkBudget();
  WorkBudget(const WorkBudget&) = delete;
  WorkBudget& operator=(const WorkBudget&) = delete;

  /// What the calling thread may still spend, at least 0; the largest long if nothing limits it.
  static long left() noexcept;
  /// Takes the evaluations off what is left.
  static void spend(long evaluations) noexcept;

 private:
  WorkBudget* outer_;
  long left_;
};

}  // namespace verimix

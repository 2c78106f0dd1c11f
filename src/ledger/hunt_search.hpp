// One round of the hunt and what it is made of. Internal to the stage.
#pragma once

#include "verimix/ledger/hunt.hpp"

namespace verimix::hunt_detail {

/// What one round has seen. Its best instance and family replace older ones if they are better.
struct Round {
  std::uint64_t tried = 0, met = 0;
  std::optional<HuntCandidate> worst;
  std::optional<HuntFamily> family;
};

/// Round `index` of the problem: draws, then local search from the best draw, then directions of growth where the form
/// hides a constant. A function of its arguments.
Round run_round(const HuntProblem& problem, std::uint64_t seed, std::uint64_t index);

/// Adds the round to what is known. Ties go to what was there before.
void fold(HuntProgress& progress, const Round& round);

/// Does the progress show what ends the search of the problem: a violation, or a family that grows?
bool is_settled(const HuntProblem& problem, const HuntProgress& progress);

/// The evaluation, with what cannot be evaluated as NaN.
double evaluate(const HuntProblem& problem, std::span<const double> values);

/// How log(lhs/rhs) grows along the family: the smaller of the last two slopes in log s, divided by the largest
/// exponent; 0 where it does not grow all the way, where the slope falls at the end, or where a member fails a
/// hypothesis: what ends or saturates within s = 2^20 is no family without bound.
double growth_along(const HuntProblem& problem, std::span<const double> values, std::span<const int> exponents);

/// The least growth that counts.
constexpr double least_growth = 0.1;

}  // namespace verimix::hunt_detail

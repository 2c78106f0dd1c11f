#include "verimix/core/integral.hpp"

#include <algorithm>
#include <exception>

#include "verimix/core/interrupt.hpp"
#include "verimix/core/work_budget.hpp"
#if __has_include(<flint/acb_calc.h>)
#include <flint/acb_calc.h>
#include <flint/arb_calc.h>
#else
#include <acb_calc.h>
#include <arb_calc.h>
#endif

namespace verimix {
namespace {

// What Arb's callback works with. Exceptions must not cross Arb's frames: the first is kept, and every later value is
// "not finite" at once.
struct Work {
  const ComplexIntegrand& integrand;
  long evaluations = 0;
  std::exception_ptr failure;
};

int evaluate(acb_ptr out, const acb_t at, void* parameter, slong order, slong bits) {
  Work& work = *static_cast<Work*>(parameter);
  acb_indeterminate(out);
  if (work.failure) return 0;
  try {
    constexpr long between_checks = 256;
    if (++work.evaluations % between_checks == 0) throw_if_interrupted();
    const BallPrecision precision(bits);
    ComplexBall z;
    acb_set(z.data(), at);
    ComplexBall value = work.integrand(z, order > 0);
    acb_swap(out, value.data());
  } catch (...) {
    work.failure = std::current_exception();
  }
  return 0;
}

}  // namespace

Integral integrate(const ComplexIntegrand& integrand, const Ball& lower, const Ball& upper, const IntegralGoal& goal) {
  Work work{integrand, 0, nullptr};
  const ComplexBall from(lower);
  const ComplexBall to(upper);
  acb_calc_integrate_opt_t options;
  acb_calc_integrate_opt_init(options);
  options->eval_limit = goal.evaluations;
  const long left = WorkBudget::left(), usual = goal.evaluations > 0 ? goal.evaluations : 1000 * BallPrecision::bits();
  if (left < usual) options->eval_limit = std::max(1L, left);  // to Arb, 0 means its own limit
  // Without an absolute goal there is none at all until a piece is known to be away from 0: the first piece of an
  // integrand that vanishes at the lower end would be halved for ever, were not the piece of the largest error next.
  if (arb_is_zero(goal.absolute_goal.data()) != 0) options->use_heap = 1;
  mag_t tolerance;
  mag_init(tolerance);
  arb_get_mag_lower(tolerance, goal.absolute_goal.data());
  const slong relative_bits = goal.relative_bits > 0 ? goal.relative_bits : BallPrecision::bits();
  ComplexBall value;
  const int outcome = acb_calc_integrate(value.data(), evaluate, &work, from.data(), to.data(), relative_bits,
                                         tolerance, options, BallPrecision::bits());
  mag_clear(tolerance);
  WorkBudget::spend(work.evaluations);
  if (work.failure) std::rethrow_exception(work.failure);
  Integral result;
  result.value = real_part(value);
  result.goal_met = outcome == ARB_CALC_SUCCESS && is_finite(result.value);
  result.evaluations = work.evaluations;
  return result;
}

}  // namespace verimix

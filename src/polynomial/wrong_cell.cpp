#include "verimix/polynomial/wrong_cell.hpp"

#include "verimix/core/error.hpp"
#include "verimix/polynomial/sub_mixture_score.hpp"

namespace verimix {

template <Scalar T>
T wrong_cell_error_upper(const WrongCellSizes<T>& sizes) {
  require_invariant(less(T(0), sizes.alpha) == Truth::yes && less(sizes.delta, T(0)) != Truth::yes &&
                        less(T(1), sizes.delta) != Truth::yes,
                    "alpha > 0 and 0 <= delta <= 1");
  const T offset = 2 * sizes.R / sizes.alpha + sizes.kappa * (2 * sizes.R + sizes.upsilon);
  const T fourth =
      fallback_fourth_moment_upper(sizes.beta, T(sizes.D / (sizes.alpha * sizes.alpha) + sizes.upsilon), offset);
  const T components(static_cast<int>(sizes.components));
  return sizes.epsilon * sizes.epsilon * sizes.delta + sqrt(T(sizes.delta * components)) * sqrt(fourth);
}

template <RealScalar T>
T printed_wrong_cell_error(const WrongCellSizes<T>& sizes) {
  const T k(static_cast<int>(sizes.all_components)), product = sizes.upsilon * sizes.D * sizes.R;
  const T squared = sizes.alpha * sizes.alpha, fourth = squared * squared;
  return sizes.beta * sizes.beta / (fourth * fourth) * k * k * k * product * product * product * product *
         sqrt(sizes.delta);
}

template <RealScalar T>
T split_error_upper(const T& simplification, const T& approximation) {
  return 2 * (simplification + approximation);
}

template double wrong_cell_error_upper(const WrongCellSizes<double>&);
template Real50 wrong_cell_error_upper(const WrongCellSizes<Real50>&);
template Ball wrong_cell_error_upper(const WrongCellSizes<Ball>&);
template double printed_wrong_cell_error(const WrongCellSizes<double>&);
template Real50 printed_wrong_cell_error(const WrongCellSizes<Real50>&);
template double split_error_upper(const double&, const double&);
template Real50 split_error_upper(const Real50&, const Real50&);

}  // namespace verimix

#include "verimix/diffusion/time_grid.hpp"

#include "verimix/core/error.hpp"

namespace verimix {

namespace {

template <Scalar T>
void require_domain(const T& horizon, const T& stop, int steps) {
  const auto text = [](const T& x) { return std::to_string(approximate(x)); };
  if (!is_finite(horizon) || less(horizon, T(1)) == Truth::yes) {
    throw InputError("", "horizon", text(horizon), "a finite horizon T >= 1");
  }
  if (!is_finite(stop) || less(T(0), stop) == Truth::no || less(stop, T(1)) == Truth::no) {
    throw InputError("", "stop", text(stop), "a stopping time delta with 0 < delta < 1");
  }
  if (steps < 2 || steps % 2 != 0) {
    throw InputError("", "steps", std::to_string(steps), "an even number of steps, at least 2");
  }
  const Truth decided = (less(T(1), horizon) || equal(T(1), horizon)) && less(T(0), stop) && less(stop, T(1));
  if (decided == Truth::unknown) {
    throw UndecidedError(
        "whether T >= 1 and 0 < delta < 1 cannot be told from these balls: raise the precision (--digits)");
  }
}

}  // namespace

template <Scalar T>
TimeGrid<T> time_grid(const T& horizon, const T& stop, int steps) {
  require_domain(horizon, stop, steps);
  const int half = steps / 2;
  const T rate = log(stop) / T(half);
  TimeGrid<T> grid;
  grid.kappa_1 = (horizon - T(1)) / T(half);
  grid.kappa_2 = expm1(-rate);
  grid.remaining.push_back(horizon);
  if (less(T(1), horizon) == Truth::yes) {
    for (int l = 1; l <= half; ++l) {
      grid.remaining.push_back(T(1) + grid.kappa_1 * T(half - l));
      grid.steps.push_back(grid.kappa_1);
    }
  }
  for (int l = 1; l <= half; ++l) {
    grid.remaining.push_back(l == half ? stop : exp(rate * T(l)));
    grid.steps.push_back(grid.kappa_2 * grid.remaining.back());
  }
  return grid;
}

template TimeGrid<double> time_grid(const double&, const double&, int);
template TimeGrid<Real50> time_grid(const Real50&, const Real50&, int);
template TimeGrid<Real100> time_grid(const Real100&, const Real100&, int);
template TimeGrid<Ball> time_grid(const Ball&, const Ball&, int);

}  // namespace verimix

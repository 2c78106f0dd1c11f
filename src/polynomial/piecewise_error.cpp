#include "verimix/polynomial/piecewise_error.hpp"

#include <algorithm>

#include "verimix/core/error.hpp"
#include "verimix/polynomial/wrong_cell.hpp"

namespace verimix {
namespace {

// f^2, the root of the fourth moment of the fallback's error in its own cell.
template <class T>
T fallback_error_upper(const PiecewiseSizes<T>& sizes) {
  return sqrt(
      fallback_fourth_moment_upper(sizes.beta, T(sizes.D / (sizes.alpha * sizes.alpha)), T(sizes.D / sizes.alpha)));
}

// (n_c - 1) sqrt(wrong_outside u) g^2: Lemma 47 with exact parameters in the fallback, for all cells together.
template <class T>
T wrong_cells(const PiecewiseSizes<T>& sizes) {
  require_invariant(sizes.cells >= 1 && sizes.largest >= 1, "there is a cell, and a component in it");
  const WrongCellSizes<T> one{.components = sizes.largest,
                              .all_components = sizes.largest,
                              .alpha = sizes.alpha,
                              .beta = sizes.beta,
                              .R = sizes.R,
                              .D = sizes.D,
                              .upsilon = T(0),
                              .kappa = 1 / sizes.alpha,
                              .delta = sizes.wrong_outside,
                              .epsilon = T(0)};
  return T(static_cast<int>(sizes.cells - 1)) * wrong_cell_error_upper(one);
}

}  // namespace

template <Scalar T>
T piecewise_error_upper(const PiecewiseSizes<T>& sizes, const T& delta, const T& eta) {
  const auto negative = [](const T& x) { return less(x, T(0)) == Truth::yes; };
  require_invariant(!negative(delta) && !negative(1 - delta) && !negative(eta) && !negative(sizes.simplification),
                    "0 <= delta <= 1, eta >= 0");
  const T approximation = eta * eta + sqrt(delta) * fallback_error_upper(sizes) + wrong_cells(sizes);
  const T root = sqrt(sizes.simplification) + sqrt(approximation);
  return root * root;
}

template <RealScalar T>
std::optional<PiecewiseDegree<T>> piecewise_degree(const PiecewiseSizes<T>& sizes, const T& epsilon) {
  require_invariant(epsilon > 0 && sizes.simplification >= 0, "epsilon > 0");
  const T root = sqrt(epsilon) - sqrt(sizes.simplification);
  const T left = root * root - wrong_cells(sizes);
  if (!(root > 0) || !(left > 0)) return std::nullopt;
  const SubMixtureSizes<T> cell{sizes.largest, sizes.alpha, sizes.beta, sizes.D};
  PiecewiseDegree<T> found{T(1) / 2, sqrt(T(left / 2)), T(0)};
  const T fallback = fallback_error_upper(sizes);
  if (fallback > 0) {
    const T root_delta = left / (2 * fallback);
    found.delta = std::min<T>(found.delta, root_delta * root_delta);
  }
  found.degree = 2 * softmax_polynomial_degree(cell, found.delta, found.eta) + 1;
  return found;
}

template double piecewise_error_upper(const PiecewiseSizes<double>&, const double&, const double&);
template Real50 piecewise_error_upper(const PiecewiseSizes<Real50>&, const Real50&, const Real50&);
template Ball piecewise_error_upper(const PiecewiseSizes<Ball>&, const Ball&, const Ball&);
template std::optional<PiecewiseDegree<double>> piecewise_degree(const PiecewiseSizes<double>&, const double&);
template std::optional<PiecewiseDegree<Real50>> piecewise_degree(const PiecewiseSizes<Real50>&, const Real50&);

}  // namespace verimix
